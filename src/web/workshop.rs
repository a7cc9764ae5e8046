//! What the scripts of a workshop ask: the lesson in progress, QR codes, handouts, and the check of a lesson that is written.

use super::action::{Action, LessonAction};
use super::guard::wall_ms;
use super::lab::Lab;
use crate::api::Time;
use crate::lessons::{Verdict, lint_in_slices};
use crate::page::{handout, qr, recorder};
use crate::task::{Progress, Task, poll};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Lab {
    /// The lesson in progress and its step, as JSON; empty without one.
    pub fn lesson_told(&self) -> String {
        self.ask(|session| {
            let lesson = session.lesson.active.as_ref();
            lesson.map(|it| it.told(&session.run.timeline)).unwrap_or_default()
        })
    }

    /// Continues the lesson (0), goes back one step (below 0), or picks the answer with this number.
    pub fn proceed(&self, how: i32) {
        self.send(Action::Lesson(match usize::try_from(how) {
            Ok(0) => LessonAction::Continue,
            Ok(number) => LessonAction::Answer(number - 1),
            Err(_) => LessonAction::Back,
        }));
    }

    /// The text of a lesson that begins at the cursor.
    pub fn draft(&self) -> String {
        self.ask(|session| recorder::draft(&session.run.timeline))
    }

    /// The steps of a lesson for what was done since the run had this recipe, and the cursor was at this instant.
    pub fn recorded(&self, before: &str, from_ms: f64) -> String {
        self.ask(|session| recorder::recorded(before, Time(from_ms as u64), &session.run.timeline))
    }
}

/// A text as a QR code: the width in modules and the data of a path, separated by a line break. Empty if it is too long.
#[wasm_bindgen]
pub fn qr_code(text: &str) -> String {
    qr::path(text).map(|(size, path)| format!("{size}\n{path}")).unwrap_or_default()
}

/// A lesson that is read, checked, or printed in slices.
#[wasm_bindgen]
pub struct LessonWork(Task<'static, String>);

#[wasm_bindgen]
impl LessonWork {
    /// Reads and plays a lesson. The result has a line for each error: line, column, message, and suggestion, separated by
    /// tabs.
    pub fn lint(text: String) -> LessonWork {
        LessonWork(Box::pin(async move {
            let Verdict { errors, .. } = lint_in_slices(&text, &Progress::default()).await;
            let line = |error: &crate::notation::NotationError| {
                let parts = [
                    error.line.to_string(),
                    error.column.to_string(),
                    error.message.replace('\n', " "),
                    error.suggestion.replace('\n', " "),
                ];
                parts.join("\t")
            };
            errors.iter().map(line).collect::<Vec<_>>().join("\n")
        }))
    }

    /// Writes the handout of a lesson. The result is HTML, or empty if the lesson has errors.
    pub fn handout(text: String, class: String, address: String) -> LessonWork {
        LessonWork(Box::pin(async move {
            let made = handout::handout(&text, &class, &address, &Progress::default()).await;
            made.map(|handout| handout.body).unwrap_or_default()
        }))
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
