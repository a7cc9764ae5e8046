//! The steps of a lesson, entry by entry.

use super::condition::{check, condition};
use super::entry::{Entry, fault};
use super::{
    ANSWERS_MAX, Action, Answer, CALLOUT_MAX, CAPTION_MAX, Check, Goal, Guard, Panel, Point,
    Question, Step, TEXT_MAX, Try, Wrong,
};
use crate::api::{Key, Kind};
use crate::cluster::Subject;
use crate::notation::{self, NotationError};

/// What may stand in a step.
const WORDS: [&str; 20] = [
    "step", "say", "if", "item", "point", "panel", "mask", "pace", "when", "ask", "right", "wrong",
    "do", "refused", "or", "goal", "unless", "hint", "try", "note",
];
/// What may stand in a step once.
const ONCE: [&str; 9] = ["say", "point", "panel", "mask", "pace", "when", "ask", "goal", "hint"];
/// The values of `pace`, with the number of speed steps that playback is slower.
const PACES: [(&str, u8); 3] = [("0.25x", 4), ("0.5x", 2), ("1x", 0)];

/// Reads entry after entry into the steps.
pub(super) struct StepReader<'a> {
    steps: &'a mut Vec<Step>,
    pub(super) errors: &'a mut Vec<NotationError>,
    /// The words of the present step so far.
    seen: Vec<&'static str>,
    hint: String,
    goal: Option<Check>,
    guards: Vec<Guard>,
}

impl<'a> StepReader<'a> {
    pub(super) fn new(
        steps: &'a mut Vec<Step>,
        errors: &'a mut Vec<NotationError>,
    ) -> StepReader<'a> {
        let (seen, hint) = (Vec::new(), String::new());
        StepReader { steps, errors, seen, hint, goal: None, guards: Vec::new() }
    }

    /// Reads an entry; the first is `step`.
    pub(super) fn read(&mut self, entry: Entry<'_>) {
        let Some(word) = WORDS.into_iter().find(|word| *word == entry.word) else {
            self.errors.push(entry.unknown(&WORDS, "a step"));
            return;
        };
        if word == "step" {
            self.finish();
            self.steps.push(Step { line: entry.line, ..Step::default() });
            return;
        }
        if self.seen.contains(&word) && ONCE.contains(&word) {
            let message = format!("the step has `{word}` already");
            self.errors.push(entry.fault(message, "begin another with `step`"));
        }
        self.seen.push(word);
        let Some(step) = self.steps.last_mut() else { return };
        let errors = &mut *self.errors;
        match word {
            "say" => step.say = entry.text_of(CAPTION_MAX, errors),
            "item" => step.items.push(entry.text_of(TEXT_MAX, errors)),
            "note" => step.notes.push(entry.text_of(CAPTION_MAX, errors)),
            "point" => step.point = point(&entry, errors),
            "when" => step.when = condition(&entry, errors),
            "goal" => self.goal = check(&entry, errors),
            "unless" => self.guards.extend(guard(entry, errors)),
            "if" => step.variants.extend(variant(entry, errors)),
            "panel" => step.panel = panels(&entry, errors).pop(),
            "mask" => step.mask = Some(panels(&entry, errors)),
            "pace" => step.slower = pace(&entry, errors),
            "hint" => self.hint = entry.text_of(TEXT_MAX, errors),
            "ask" => {
                let text = entry.text_of(TEXT_MAX, errors);
                step.question = Some(Question { text, answers: Vec::new() });
            }
            "do" | "refused" => {
                let lines = step.others.last_mut().unwrap_or(&mut step.lines);
                lines.extend(action(&entry, &entry.text, errors));
            }
            "or" => {
                let line = entry.text.strip_prefix("do ").unwrap_or(&entry.text).trim_start();
                step.others.push(action(&entry, line, errors).into_iter().collect());
            }
            "wrong" if entry.text.starts_with("do ") => {
                step.wrongs.extend(wrong(&entry, errors));
            }
            "try" => {
                let (text, line) = parts(&entry.text);
                let action = (!line.is_empty()).then(|| action(&entry, &line, errors)).flatten();
                step.tries.push(Try { text, action });
            }
            _ => answer(step, &entry, errors),
        }
    }

    /// Looks at the step as a whole, before the next one begins.
    pub(super) fn finish(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        let hint = std::mem::take(&mut self.hint);
        let goal = self.goal.take();
        let guards = std::mem::take(&mut self.guards);
        let Some(step) = self.steps.last_mut() else { return };
        let line = step.line;
        let mut complain = |message: &str, advice: &str| {
            self.errors.push(fault(line, 1, message.into(), advice));
        };
        if !seen.contains(&"say") {
            complain("the step has no caption", "write it after `say`");
        }
        if let Some(question) = &step.question {
            let right = question.answers.iter().filter(|answer| answer.is_right).count();
            if !(2..=ANSWERS_MAX).contains(&question.answers.len()) {
                complain(
                    "a question has two to four answers",
                    "write them after `right` and `wrong`",
                );
            } else if right != 1 {
                complain(
                    "one answer to a question is right",
                    "write it after `right`, the others after `wrong`",
                );
            }
        }
        if seen.contains(&"hint") != seen.contains(&"goal") {
            complain("a goal has a hint, and a hint a goal", "write both, or neither");
        }
        if seen.contains(&"goal") && step.lines.is_empty() {
            complain(
                "nothing says how the goal is reached",
                "write a line that reaches it after `do`",
            );
        }
        let is_repair = !guards.is_empty() || !step.others.is_empty() || !step.wrongs.is_empty();
        if is_repair && !seen.contains(&"goal") {
            complain(
                "`unless`, `or do`, and `wrong do` belong to a goal",
                "write the goal after `goal`",
            );
        }
        step.goal = goal.map(|check| Goal { check, guards, hint });
    }
}

/// The entry of a condition, and the text behind `|`.
fn with_text<'a>(mut entry: Entry<'a>, errors: &mut Vec<NotationError>) -> (Entry<'a>, String) {
    let (condition, text) = parts(&entry.text);
    if text.is_empty() || text.chars().count() > CAPTION_MAX {
        let advice =
            format!("write the event, then `|`, then a text of at most {CAPTION_MAX} characters");
        errors.push(entry.fault("the text is missing or too long".into(), &advice));
    }
    entry.text = condition;
    (entry, text)
}

/// Reads `CHECK | REPLY`.
fn guard(entry: Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Guard> {
    let (entry, reply) = with_text(entry, errors);
    Some(Guard { check: check(&entry, errors)?, reply })
}

/// Reads `EVENT | CAPTION`.
fn variant(
    entry: Entry<'_>,
    errors: &mut Vec<NotationError>,
) -> Option<(super::Condition, String)> {
    let (entry, text) = with_text(entry, errors);
    Some((condition(&entry, errors)?, text))
}

/// Reads `do LINE | REPLY`.
fn wrong(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Wrong> {
    let (line, reply) = entry.text.rsplit_once('|').unwrap_or((&entry.text, ""));
    let (line, reply) = (line.strip_prefix("do ")?.trim(), reply.trim().to_owned());
    if reply.is_empty() {
        let advice = "write the command, then `|`, then why it does not help";
        errors.push(entry.fault("the wrong repair has no reply".into(), advice));
    }
    Some(Wrong { action: action(entry, line, errors)?, reply })
}

/// Reads names of panels.
fn panels(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Vec<Panel> {
    let words = entry.text.split_whitespace().filter(|word| *word != "none");
    let named: Vec<Panel> = words.clone().filter_map(Panel::named).collect();
    if named.len() != words.count() || entry.text.is_empty() {
        let advice = "write `why`, `log`, or `terminal`; `mask none` hides nothing";
        errors.push(entry.fault(format!("`{}` is not a panel", entry.text), advice));
    }
    named
}

/// Reads `0.25x`.
fn pace(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> u8 {
    let found = PACES.iter().find(|(word, _)| *word == entry.text);
    if found.is_none() {
        let message = format!("`{}` is not a pace of a step", entry.text);
        errors.push(entry.fault(message, "write `pace 0.25x` or `pace 0.5x`"));
    }
    found.map_or(0, |(_, slower)| *slower)
}

fn answer(step: &mut Step, entry: &Entry<'_>, errors: &mut Vec<NotationError>) {
    let Some(question) = &mut step.question else {
        errors.push(fault(
            entry.line,
            1,
            "there is no question yet".into(),
            "write it after `ask`",
        ));
        return;
    };
    let (text, reply) = parts(&entry.text);
    if text.is_empty() || reply.is_empty() {
        let advice = "write the answer, then `|`, then why it is right or what is wrong about it";
        errors.push(entry.fault("the answer has no reply".into(), advice));
    }
    if text.chars().count() > TEXT_MAX || reply.chars().count() > CAPTION_MAX {
        let advice = format!("an answer has at most {TEXT_MAX} characters, a reply {CAPTION_MAX}");
        errors.push(entry.fault("the answer is too long to be read at once".into(), &advice));
    }
    question.answers.push(Answer { text, reply, is_right: entry.word == "right" });
}

/// Reads `KIND/NAME | TEXT`.
fn point(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Point> {
    let (object, text) = parts(&entry.text);
    let target = object.split_once('/').and_then(|(kind, name)| {
        let kind = Kind::parse(kind)?;
        let namespace = if kind.is_namespaced() { "default" } else { "" };
        (!name.is_empty()).then(|| Subject::object(kind, &Key::new(namespace, name)))
    });
    let Some(target) = target else {
        let message = format!("`{object}` is not an object");
        errors.push(entry.fault(message, "write a kind and a name, for example `pod/web-0`"));
        return None;
    };
    let count = text.chars().count();
    if count == 0 || count > CALLOUT_MAX {
        let advice = format!("write `|`, then a text of at most {CALLOUT_MAX} characters");
        errors.push(entry.fault(format!("the text has {count} characters"), &advice));
    }
    Some(Point { target, text })
}

/// What stands before and after `|`.
fn parts(text: &str) -> (String, String) {
    let (before, after) = text.split_once('|').unwrap_or((text, ""));
    (before.trim().into(), after.trim().into())
}

/// A line that the notation knows.
fn action(entry: &Entry<'_>, line: &str, errors: &mut Vec<NotationError>) -> Option<Action> {
    match notation::parse_line(line) {
        Ok(_) => Some(Action {
            line: entry.line,
            text: line.into(),
            is_refused: entry.word == "refused",
        }),
        Err(error) => {
            let column = entry.column + error.column - 1;
            let number = entry.line + error.line - 1;
            errors.push(fault(number, column, error.message, &error.suggestion));
            None
        }
    }
}
