//! What the scripts of a workshop ask of an element: the lesson in progress, and what becomes of the run in a lesson that is
//! written.

use super::action::{Action, LessonAction};
use super::lab::Lab;
use super::session::Session;
use super::workshop::{DRAFT, RECORDED, TOLD};
use crate::api::Time;
use wasm_bindgen::prelude::*;

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
