//! What a workshop needs: the lesson in progress, QR codes, handouts, the check of a lesson that is written, and the menu of a
//! step. All of it is in the second part of the program.

use super::action::Action;
use super::guard::wall_ms;
use super::lesson_parts::view_steps;
use crate::api::Time;
use crate::handout::{self, qr};
use crate::later::{MISSING, later};
use crate::lessons::{Verdict, lint_in_slices};
use crate::notation::NotationError;
use crate::page::lesson::ActiveLesson;
use crate::page::recorder;
use crate::task::{Progress, Task, poll};
use crate::timeline::Timeline;
use wasm_bindgen::prelude::*;
use yew::{Callback, Html};

later! {
    /// The menu of a step, by its index and the number of steps.
    pub(super) static STEPS: fn(usize, usize, &Callback<Action>) -> Html = view_steps;
    /// The word to compare with other screens.
    pub(super) static WORD: fn(&ActiveLesson, &Timeline) -> &'static str = ActiveLesson::word;
    /// The lesson in progress and its step, as JSON.
    pub(super) static TOLD: fn(&ActiveLesson, &Timeline) -> String = ActiveLesson::told;
    /// The text of a lesson that begins at the cursor.
    pub(super) static DRAFT: fn(&Timeline) -> String = recorder::draft;
    /// The steps for what was done.
    pub(super) static RECORDED: fn(&str, Time, &Timeline) -> String = recorder::recorded;
    /// The width of a QR code in modules, and the data of its path.
    static CODE: fn(&str) -> Option<(i32, String)> = qr::path;
    /// Checks a lesson.
    static LINT: fn(String) -> Task<'static, String> = lint;
    /// Writes the handout of a lesson.
    static HANDOUT: fn(String, String, String) -> Task<'static, String> = handout;
}

/// A text as a QR code: the width in modules and the data of a path, separated by a line break. Empty if it is too long.
#[wasm_bindgen]
pub fn qr_code(text: &str) -> String {
    let code = CODE.get().and_then(|code| code(text));
    code.map(|(size, path)| format!("{size}\n{path}")).unwrap_or_default()
}

/// A lesson that is checked, or printed, in slices.
#[wasm_bindgen]
pub struct LessonWork(Task<'static, String>);

#[wasm_bindgen]
impl LessonWork {
    /// Reads and plays a lesson. The result has a line for each error: line, column, message, and suggestion, separated by
    /// tabs.
    pub fn lint(text: String) -> LessonWork {
        LessonWork(LINT.get().map_or_else(missing, |lint| lint(text)))
    }

    /// Writes the handout of a lesson. The result is HTML, or empty if the lesson has errors.
    pub fn handout(text: String, class: String, address: String) -> LessonWork {
        LessonWork(HANDOUT.get().map_or_else(missing, |make| make(text, class, address)))
    }

    /// Works for some milliseconds. Returns the result once it is there; it must not be called again then.
    pub fn work(&mut self, ms: f64) -> Option<String> {
        let end = wall_ms() + ms;
        loop {
            let result = poll(&mut self.0);
            if result.is_some() || wall_ms() >= end {
                return result;
            }
        }
    }
}

/// What a script gets that does not wait for the second part of the program.
fn missing() -> Task<'static, String> {
    Box::pin(async { format!("1\t1\t{MISSING}\t") })
}

/// See [`LessonWork::lint`].
fn lint(text: String) -> Task<'static, String> {
    Box::pin(async move {
        let Verdict { errors, .. } = lint_in_slices(&text, &Progress::default()).await;
        let line = |error: &NotationError| {
            let (message, advice) =
                (error.message.replace('\n', " "), error.suggestion.replace('\n', " "));
            format!("{}\t{}\t{message}\t{advice}", error.line, error.column)
        };
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// See [`LessonWork::handout`].
fn handout(text: String, class: String, address: String) -> Task<'static, String> {
    Box::pin(async move {
        let made = handout::handout(&text, &class, &address, &Progress::default()).await;
        made.map(|handout| handout.body).unwrap_or_default()
    })
}
