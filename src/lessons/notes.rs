//! Checks that a lesson of the course has what an instructor needs to know.

use super::entry::fault;
use super::{Lesson, NOTES, Step};
use crate::notation::NotationError;

/// The notes that a lesson lacks although it is part of the course: one of each kind in its heading, and one in each step
/// with a question or a goal.
pub(super) fn missing_notes(lesson: &Lesson) -> Vec<NotationError> {
    if lesson.part.is_empty() {
        return Vec::new();
    }
    let has = |word: &str| lesson.notes.iter().any(|(it, _)| it == word);
    let heading = NOTES.iter().filter(|(word, _)| !has(word)).map(|(word, label)| {
        let message = format!("the lesson is part of the course, and has no `{word}`");
        fault(1, 1, message, &format!("write it above the recipe: {label}"))
    });
    let lacks =
        |step: &&Step| step.notes.is_empty() && (step.question.is_some() || step.goal.is_some());
    let steps = lesson.steps.iter().filter(lacks).map(|step| {
        let what = if step.goal.is_some() { "a goal" } else { "a question" };
        let message = format!("the step has {what}, and no note for the instructor");
        fault(step.line, 1, message, "write it after `note`")
    });
    heading.chain(steps).collect()
}
