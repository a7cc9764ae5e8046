//! What a workshop needs: the lesson in progress, QR codes, handouts, the check of a lesson that is written, and the menu of a
//! step. All of it is in the second part of the program.

use super::action::{Action, LessonAction};
use super::guard::wall_ms;
use super::lab::Lab;
use super::lesson_parts::view_steps;
use super::session::Session;
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
    static TOLD: fn(&ActiveLesson, &Timeline) -> String = ActiveLesson::told;
    /// The text of a lesson that begins at the cursor.
    static DRAFT: fn(&Timeline) -> String = recorder::draft;
    /// The steps for what was done.
    static RECORDED: fn(&str, Time, &Timeline) -> String = recorder::recorded;
    /// The width of a QR code in modules, and the data of its path.
    static CODE: fn(&str) -> Option<(i32, String)> = qr::path;
    /// Checks a lesson.
    static LINT: fn(String) -> Task<'static, String> = lint;
    /// Writes the handout of a lesson.
    static HANDOUT: fn(String, String, String) -> Task<'static, String> = handout;
}

#[wasm_bindgen]
impl Lab {
    /// The lesson in progress and its step, as JSON; empty without one.
    pub fn lesson_told(&self) -> String {
        self.ask(|session| {
            let (tell, lesson) = (TOLD.get()?, session.lesson.active.as_ref()?);
            Some(tell(lesson, &session.run.timeline))
        })
        .unwrap_or_default()
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
        self.ask(|session| DRAFT.get().map(|draft| draft(&session.run.timeline)))
            .unwrap_or_default()
    }

    /// The steps of a lesson for what was done since the run had this recipe, and the cursor was at this instant.
    pub fn recorded(&self, before: &str, from_ms: f64) -> String {
        let steps = |session: &Session| {
            let record = RECORDED.get()?;
            Some(record(before, Time(from_ms as u64), &session.run.timeline))
        };
        self.ask(steps).unwrap_or_default()
    }
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
