//! The steps of a lesson, entry by entry.

use super::read::{Entry, fault};
use super::{
    ANSWERS_MAX, Action, Answer, CALLOUT_MAX, CAPTION_MAX, Condition, Goal, Point, Question, Step,
    TEXT_MAX, Try,
};
use crate::api::{Key, Kind};
use crate::cluster::{Code, Subject};
use crate::notation::{self, NotationError, closest};

/// What may stand in a step.
const WORDS: [&str; 12] =
    ["step", "say", "item", "point", "when", "ask", "right", "wrong", "do", "goal", "hint", "try"];
/// What may stand in a step once.
const ONCE: [&str; 6] = ["say", "point", "when", "ask", "goal", "hint"];

/// Reads entry after entry into the steps.
pub(super) struct StepReader<'a> {
    steps: &'a mut Vec<Step>,
    pub(super) errors: &'a mut Vec<NotationError>,
    /// The words of the present step so far.
    seen: Vec<&'static str>,
    hint: String,
    goal: Option<Condition>,
}

impl<'a> StepReader<'a> {
    pub(super) fn new(
        steps: &'a mut Vec<Step>,
        errors: &'a mut Vec<NotationError>,
    ) -> StepReader<'a> {
        StepReader { steps, errors, seen: Vec::new(), hint: String::new(), goal: None }
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
            "point" => step.point = point(&entry, errors),
            "when" => step.when = condition(&entry, errors),
            "goal" => self.goal = condition(&entry, errors),
            "hint" => self.hint = entry.text_of(TEXT_MAX, errors),
            "ask" => {
                let text = entry.text_of(TEXT_MAX, errors);
                step.question = Some(Question { text, answers: Vec::new() });
            }
            "do" => step.lines.extend(action(&entry, &entry.text, errors)),
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
        step.goal = goal.map(|condition| Goal { condition, hint });
    }
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
        let message = format!("`{object}` is no object");
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
        Ok(_) => Some(Action { line: entry.line, text: line.into() }),
        Err(error) => {
            let column = entry.column + error.column - 1;
            let number = entry.line + error.line - 1;
            errors.push(fault(number, column, error.message, &error.suggestion));
            None
        }
    }
}

/// Reads `CODE [KIND/NAME] [ARGUMENT=VALUE]... [x2]`.
pub(super) fn condition(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Condition> {
    let mut words = entry.text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let Some(code) = Code::ALL.iter().find(|code| code.name() == name) else {
        let names = Code::ALL.iter().map(|code| code.name());
        let advice = match closest(name, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`ordinal run STORY --json` shows each event with its reason, for example `PodReady`".into(),
        };
        errors.push(entry.fault(format!("no event has the reason `{name}`"), &advice));
        return None;
    };
    let mut condition = Condition {
        line: entry.line,
        code: *code,
        subject: String::new(),
        args: Vec::new(),
        times: 1,
    };
    for word in words {
        let refused = if let Some((name, value)) = word.split_once('=') {
            let is_known = code.fields().any(|field| field == name);
            condition.args.push((name.into(), value.into()));
            (!is_known)
                .then(|| (format!("{} has no argument `{name}`", code.name()), arguments(*code)))
        } else if let Some(count) = times(word) {
            condition.times = count;
            None
        } else {
            match subject(word) {
                Some(subject) => {
                    condition.subject = subject;
                    None
                }
                None => Some((
                    format!("`{word}` is no object"),
                    format!("write a kind and a name, for example `pod/{word}`"),
                )),
            }
        };
        if let Some((message, advice)) = refused {
            errors.push(entry.fault(message, &advice));
            return None;
        }
    }
    Some(condition)
}

/// `x2` as a number.
fn times(word: &str) -> Option<usize> {
    word.strip_prefix('x')?.parse().ok().filter(|number| *number > 0)
}

/// `pvc/data-web-0` and such as the log writes it.
fn subject(word: &str) -> Option<String> {
    let (kind, name) = word.split_once('/')?;
    let (namespace, kind) = match kind.split_once(':') {
        Some((namespace, kind)) => (format!("{namespace}:"), kind),
        None => (String::new(), kind),
    };
    let kind = match kind {
        "client" | "name" => kind,
        _ => Kind::parse(kind)?.singular(),
    };
    (!name.is_empty()).then(|| format!("{namespace}{kind}/{name}"))
}

/// What arguments a code has, in words.
fn arguments(code: Code) -> String {
    let names: Vec<&str> = code.fields().collect();
    if names.is_empty() { "it has none".into() } else { format!("it has: {}", names.join(", ")) }
}
