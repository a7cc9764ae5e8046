//! Lessons: a story with captions that wait for what happens in it, predictions, and goals.
//!
//! A lesson is a text that an instructor writes without code; `docs/lessons.md` says how. Its heading says
//! what it is, a recipe in the line notation follows, and then its steps. [`parse`] reads it, [`Guide`]
//! leads through it, [`lint()`] reads it, goes through it with the right answers, and says what is wrong.

mod condition;
mod entry;
mod guide;
mod lint;
mod moments;
mod notes;
mod read;
mod repairs;
mod shown;
mod shuffle;
mod standing;
mod step;

pub use condition::{Check, Condition, Fact, State};
pub use guide::Guide;
pub use lint::{Verdict, lint, lint_in_slices};
pub use read::parse;
pub use shuffle::seed_of;
pub use standing::{Did, Phase, Results};

use crate::cluster::Subject;

/// How many statements there are, S1 to S29.
pub const STATEMENTS: u8 = 29;
/// The number of common misconceptions, C1 to C26.
pub const CONFUSIONS: u8 = 26;
/// The most words that a visitor reads in a lesson.
pub const WORDS_MAX: usize = 350;
/// How long a caption, a reply, or a note may be, in characters.
pub const CAPTION_MAX: usize = 280;
/// How long a title, a question, an answer, an item or a hint may be, in characters.
pub const TEXT_MAX: usize = 160;
/// How long the text of a callout may be, in characters.
pub const CALLOUT_MAX: usize = 90;
/// The keywords of the notes for the instructor, each with its label in `docs/teaching.md`.
pub const NOTES: [(&str, &str); 5] = [
    ("aim", "Aim"),
    ("aloud", "Ask aloud"),
    ("vote", "Expected vote"),
    ("show", "Point at"),
    ("real", "On a real cluster"),
];
/// The parts of the course: their keys and titles.
pub const PARTS: [(&str, &str); 9] = [
    ("M0", "Orientation"),
    ("M1", "Order and identity"),
    ("M2", "Storage"),
    ("M3", "Names"),
    ("M4", "Data"),
    ("M5", "Updates"),
    ("M6", "Failure"),
    ("M7", "The API server"),
    ("M8", "Tickets"),
];
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
    /// The numbers of the common misconceptions that it corrects.
    pub confusions: Vec<u8>,
    /// Its part of the course, such as `M1`; empty if none.
    pub part: String,
    /// The names of the lessons to take before.
    pub needs: Vec<String>,
    /// How long it takes a visitor, in minutes.
    pub minutes: u32,
    /// What the instructor needs to know, by the keywords of [`NOTES`].
    pub notes: Vec<(String, String)>,
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
    /// Alternative captions, each shown if an event happened in the previous step. The first match wins.
    pub variants: Vec<(Condition, String)>,
    /// What is listed below the caption.
    pub items: Vec<String>,
    /// What the picture points at.
    pub point: Option<Point>,
    /// The panel that the step is about.
    pub panel: Option<Panel>,
    /// The panels that are hidden while the prediction of this step is open; [`Panel::MASKED`] by default.
    pub mask: Option<Vec<Panel>>,
    /// How many speed steps slower playback is just before the event of the step.
    pub slower: u8,
    /// What time passes for; without it the step has arrived as soon as it begins.
    pub when: Option<Condition>,
    /// What the visitor predicts, once the step has arrived.
    pub question: Option<Question>,
    /// What is done when the visitor goes on; with a goal, what reaches it.
    pub lines: Vec<Action>,
    /// Other ways to reach the goal.
    pub others: Vec<Vec<Action>>,
    /// Commands that do not reach the goal.
    pub wrongs: Vec<Wrong>,
    /// What the visitor has to reach.
    pub goal: Option<Goal>,
    /// What to try in free play.
    pub tries: Vec<Try>,
    /// What the instructor needs to know.
    pub notes: Vec<String>,
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
    /// Whether it must be rejected.
    pub is_refused: bool,
}

impl Action {
    /// The line; what stands below it is named only, as in `kubectl apply -f - (Service web)`.
    pub fn summary(&self) -> String {
        let Some((line, text)) = self.text.split_once('\n') else { return self.text.clone() };
        let line = line.rsplit_once("<<").map_or(line, |(line, _)| line.trim_end());
        let value = |key: &str| {
            let found = text.split_once(key).and_then(|(_, rest)| rest.split_whitespace().next());
            found.unwrap_or_default().trim_end_matches(',')
        };
        format!("{line} ({} {})", value("kind: "), value("name: "))
    }
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
    /// The event or state to reach.
    pub check: Check,
    /// The events and states that must not occur first.
    pub guards: Vec<Guard>,
    /// What helps.
    pub hint: String,
}

/// An event or a state that must not occur before a goal is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The event or state.
    pub check: Check,
    /// Why not.
    pub reply: String,
}

/// A command that does not reach the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line.
    pub action: Action,
    /// Why it does not reach the goal.
    pub reply: String,
}

/// A part of the page besides the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// The control loop, or the answer to "Why?".
    Why,
    /// The events.
    Log,
    /// The terminal.
    Terminal,
}

impl Panel {
    /// The panels that are hidden while a prediction is open, unless the step has `mask`.
    pub const MASKED: [Panel; 2] = [Panel::Why, Panel::Log];

    /// The panels with their keywords.
    const NAMES: [(&'static str, Panel); 3] =
        [("why", Panel::Why), ("log", Panel::Log), ("terminal", Panel::Terminal)];

    /// The panel with this keyword.
    pub fn named(name: &str) -> Option<Panel> {
        Panel::NAMES.iter().find(|(word, _)| *word == name).map(|(_, panel)| *panel)
    }
}

/// A suggestion for exploring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Try {
    /// What to try.
    pub text: String,
    /// The command that does it, if one command is enough.
    pub action: Option<Action>,
}
