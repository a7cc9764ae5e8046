//! From the text of a lesson to its parts: heading, recipe, steps.

use super::condition::condition;
use super::entry::{Entry, fault};
use super::step::StepReader;
use super::{CAPTION_MAX, CONFUSIONS, Lesson, NOTES, STATEMENTS, Step, TEXT_MAX};
use crate::notation::{self, NotationError};

/// The keywords of the heading, apart from the notes; the last four are optional.
const HEADING: [&str; 8] =
    ["title", "about", "covers", "minutes", "begin", "pace", "part", "needs"];

/// Reads a lesson; whether its recipe can be played is not looked at.
///
/// # Errors
/// Everything that is wrong with the text, in the order of the lines.
pub fn parse(text: &str) -> Result<Lesson, Vec<NotationError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.lines().collect();
    let is_recipe = |line: &&str| line.split_whitespace().next() == Some("ordinal");
    let is_step = |line: &&str| line.split('#').next().map(str::trim_end) == Some("step");
    let recipe = lines.iter().position(|line| is_recipe(line) || is_step(line));
    let recipe = recipe.unwrap_or(lines.len());
    let steps = lines.iter().skip(recipe).position(is_step).map_or(lines.len(), |at| recipe + at);

    let mut errors = Vec::new();
    let mut lesson = Lesson::default();
    read_heading(&mut lesson, &lines[..recipe], &mut errors);
    if recipe == steps {
        let message = "the lesson has no recipe".into();
        errors.push(fault(number(recipe), 1, message, "begin it with `ordinal 1`, as a story"));
    } else {
        lesson.recipe = "\n".repeat(recipe) + &lines[recipe..steps].join("\n") + "\n";
        errors.extend(notation::parse(&lesson.recipe).err().unwrap_or_default());
    }
    if steps == lines.len() {
        let message = "the lesson has no steps".into();
        errors.push(fault(number(steps), 1, message, "write `step` on a line of its own"));
    }
    let mut reader = StepReader::new(&mut lesson.steps, &mut errors);
    for entry in (Entries { lines: &lines, next: steps }) {
        match entry {
            Ok(entry) => reader.read(entry),
            Err(error) => reader.errors.push(error),
        }
    }
    reader.finish();
    let acts = |step: &&Step| step.goal.is_some() || !step.lines.is_empty();
    if let Some(step) = lesson.steps.iter().find(acts).filter(|_| lesson.is_continuous) {
        let message = "a lesson with `pace auto` can't have goals or commands".into();
        errors.push(fault(step.line, 1, message, "remove `pace auto`"));
    }
    if errors.is_empty() { Ok(lesson) } else { Err(errors) }
}

fn read_heading(lesson: &mut Lesson, lines: &[&str], errors: &mut Vec<NotationError>) {
    let mut seen = Vec::new();
    for entry in (Entries { lines, next: 0 }) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if seen.contains(&entry.word) {
            errors.push(entry.fault(format!("`{}` stands here twice", entry.word), "remove one"));
        }
        match entry.word {
            "title" => lesson.title = entry.text_of(TEXT_MAX, errors),
            "about" => lesson.about = entry.text_of(TEXT_MAX, errors),
            "begin" => lesson.begin = condition(&entry, errors),
            "covers" => read_covers(lesson, &entry, errors),
            "needs" => lesson.needs = entry.text.split_whitespace().map(Into::into).collect(),
            "part" => {
                let number = entry.text.strip_prefix('M').and_then(|it| it.parse::<u8>().ok());
                if number.is_none() {
                    let message = format!("`{}` is not a part of the course", entry.text);
                    errors.push(entry.fault(message, "write, for example, `part M1`"));
                }
                lesson.part.clone_from(&entry.text);
            }
            "pace" if entry.text == "auto" => lesson.is_continuous = true,
            "pace" => errors.push(entry.fault(
                format!("`{}` is not a pace", entry.text),
                "write `pace auto`, or remove the line",
            )),
            "minutes" => match entry.text.parse() {
                Ok(minutes) if minutes > 0 => lesson.minutes = minutes,
                _ => errors.push(entry.fault(
                    format!("`{}` is not a number of minutes", entry.text),
                    "write for example `minutes 4`",
                )),
            },
            word if NOTES.iter().any(|(note, _)| *note == word) => {
                lesson.notes.push((word.into(), entry.text_of(CAPTION_MAX, errors)));
            }
            _ => errors.push(entry.unknown(&HEADING, "the heading of a lesson")),
        }
        seen.push(entry.word);
    }
    for word in &HEADING[..4] {
        if !seen.contains(word) {
            let message = format!("the lesson has no `{word}`");
            errors.push(fault(1, 1, message, "write it above the recipe"));
        }
    }
}

/// Reads statements, such as `S4`, and misconceptions, such as `C9`.
fn read_covers(lesson: &mut Lesson, entry: &Entry<'_>, errors: &mut Vec<NotationError>) {
    for word in entry.text.split_whitespace() {
        let number = |letter: char| word.strip_prefix(letter).and_then(|it| it.parse::<u8>().ok());
        if let Some(number) = number('S').filter(|it| (1..=STATEMENTS).contains(it)) {
            lesson.covers.push(number);
        } else if let Some(number) = number('C').filter(|it| (1..=CONFUSIONS).contains(it)) {
            lesson.confusions.push(number);
        } else {
            errors.push(entry.fault(
                format!("there is no statement `{word}`"),
                "the statements are S1 to S29, the misconceptions C1 to C26, for example `covers S2 S24 C26`",
            ));
        }
    }
}

/// Goes through the entries of a text.
struct Entries<'a> {
    lines: &'a [&'a str],
    next: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>, NotationError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let index = self.next;
            let line: &'a str = self.lines.get(index)?;
            self.next += 1;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with(char::is_whitespace) {
                let message =
                    "the line is indented, and there is nothing above that it goes on with";
                return Some(Err(fault(number(index), 1, message.into(), "begin it with a word")));
            }
            return Some(self.entry(index, line));
        }
    }
}

impl<'a> Entries<'a> {
    fn entry(&mut self, index: usize, line: &'a str) -> Result<Entry<'a>, NotationError> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let text = rest.trim();
        let before = word.chars().count() + rest.chars().take_while(|c| c.is_whitespace()).count();
        let mut entry =
            Entry { word, text: text.to_owned(), line: number(index), column: number(before + 1) };
        if let Some((_, end)) = text.rsplit_once("<<")
            && matches!(word, "do" | "refused" | "or")
        {
            let end = end.trim().trim_matches(['\'', '"']);
            loop {
                let Some(line) = self.lines.get(self.next) else {
                    let message = format!("the text after <<{end} has no end");
                    let advice = format!("write `{end}` alone on the line below it");
                    return Err(entry.fault(message, &advice));
                };
                self.next += 1;
                entry.text = entry.text + "\n" + line;
                if line.trim_end() == end {
                    return Ok(entry);
                }
            }
        }
        while let Some(line) = self.lines.get(self.next)
            && line.starts_with(char::is_whitespace)
            && !line.trim().is_empty()
        {
            self.next += 1;
            let space = if entry.text.is_empty() { "" } else { " " };
            entry.text = entry.text + space + line.trim();
        }
        Ok(entry)
    }
}

/// The number of the line at this index.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
