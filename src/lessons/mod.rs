//! Lessons: a story with captions that wait for what happens in it, predictions, and goals.
//!
//! A lesson is a text that an instructor writes without code; `docs/lessons.md` says how. Its heading says
//! what it is, a recipe in the line notation follows, and then its steps. [`parse`] reads it, [`Guide`]
//! leads through it, [`lint()`] reads it, goes through it with the right answers, and says what is wrong.

mod guide;
mod lint;
mod read;
mod step;

pub use guide::{Did, Guide, Phase};
pub use lint::{Verdict, lint};
pub use read::parse;

use crate::cluster::{Code, Event, Subject, Value};
use crate::notation::format_duration;

/// How many statements there are, S1 to S29.
pub const STATEMENTS: u8 = 29;
/// How long a caption or a reply may be, in characters.
pub const CAPTION_MAX: usize = 280;
/// How long a title, a question, an answer, an item or a hint may be, in characters.
pub const TEXT_MAX: usize = 160;
/// How long the text of a callout may be, in characters.
pub const CALLOUT_MAX: usize = 90;
/// How many answers a question may have.
pub const ANSWERS_MAX: usize = 4;

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// What it is called.
    pub title: String,
    /// What one learns, in a sentence.
    pub about: String,
    /// The statements that it shows, by their numbers.
    pub covers: Vec<u8>,
    /// How long it takes a visitor, in minutes.
    pub minutes: u32,
    /// Where it begins; without it at instant 0.
    pub begin: Option<Condition>,
    /// Whether a step continues by itself once it has arrived, unless it has a question, a goal, or lines.
    pub is_continuous: bool,
    /// The recipe, below as many empty lines as stand before it in the lesson: its lines keep their numbers.
    pub recipe: String,
    /// The steps; never empty.
    pub steps: Vec<Step>,
}

/// One caption, what it waits for, and what the visitor may do then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Where it stands in the lesson.
    pub line: u32,
    /// The caption.
    pub say: String,
    /// What is listed below the caption.
    pub items: Vec<String>,
    /// What the picture points at.
    pub point: Option<Point>,
    /// What time passes for; without it the step has arrived as soon as it begins.
    pub when: Option<Condition>,
    /// What the visitor predicts, once the step has arrived.
    pub question: Option<Question>,
    /// What is done when the visitor goes on; with a goal, what reaches it.
    pub lines: Vec<Action>,
    /// What the visitor has to reach.
    pub goal: Option<Goal>,
    /// What to try in free play.
    pub tries: Vec<Try>,
}

/// An object that the picture points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The object.
    pub target: Subject,
    /// What is said of it.
    pub text: String,
}

/// A line that is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// Where it stands in the lesson.
    pub line: u32,
    /// The line, and what stands below it if it ends in `<<WORD`.
    pub text: String,
}

/// A question before the decisive moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// From two to four answers, one of them right.
    pub answers: Vec<Answer>,
}

/// An answer to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What it says.
    pub text: String,
    /// Why it is right, or what is wrong about it.
    pub reply: String,
    /// Whether it is right.
    pub is_right: bool,
}

/// What the visitor has to reach without being led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What has to happen.
    pub condition: Condition,
    /// What helps.
    pub hint: String,
}

/// A suggestion for free play.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Try {
    /// What to try.
    pub text: String,
    /// The line that does it, if it is a matter of one line.
    pub action: Option<Action>,
}

/// What has to happen: an event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Where it stands in the lesson.
    pub line: u32,
    /// The code of its reason.
    pub code: Code,
    /// What it is about, as the log writes it; empty for anything.
    pub subject: String,
    /// Arguments of the reason, by name.
    pub args: Vec<(String, String)>,
    /// How often, counted since the step began.
    pub times: usize,
}

impl Condition {
    /// Whether an event is one of those.
    pub fn is_met_by(&self, event: &Event) -> bool {
        event.reason.code() == self.code
            && self.args.iter().all(|(name, word)| is_called(event.reason.field(name), word))
            && (self.subject.is_empty() || event.subject.to_string() == self.subject)
    }

    /// The condition as it is written.
    pub fn words(&self) -> String {
        let mut words = self.code.name().to_owned();
        if !self.subject.is_empty() {
            words = words + " " + &self.subject;
        }
        for (name, value) in &self.args {
            words = words + " " + name + "=" + value;
        }
        if self.times > 1 {
            words = format!("{words} x{}", self.times);
        }
        words
    }
}

/// Whether a word names a value: an object by its name or as `pod/web-0`, a number by its digits, a duration as
/// in `1m30s`, a detail by its code.
fn is_called(value: Value<'_>, word: &str) -> bool {
    match value {
        Value::Object(object) => object.key.name() == word || object.to_string() == word,
        Value::Objects(list) => list.iter().any(|one| is_called(Value::Object(one), word)),
        Value::Text(text) => text == word,
        Value::Texts(list) => list.iter().any(|one| one == word),
        Value::Containers(list) => list.iter().any(|one| one.name == word),
        Value::Number(number) => number.to_string() == word,
        Value::Duration(ms) => format_duration(ms) == word,
        Value::Detail(detail) => detail.code().name() == word,
        Value::Nothing => false,
    }
}
