//! Checks what a visitor of a lesson can see and read: the names and panels in captions, and the number of words.

use super::entry::fault;
use super::{Lesson, Step, WORDS_MAX};
use crate::cluster::Subject;
use crate::notation::NotationError;
use crate::timeline::Timeline;

/// Rejects a caption with a name that is not, and was not, on the screen.
pub(super) fn unknown_name(
    step: &Step,
    caption: &str,
    timeline: &Timeline,
) -> Result<(), NotationError> {
    let texts = [caption].into_iter().chain(step.items.iter().map(String::as_str));
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-'));
    let pointed = step.point.as_ref().and_then(|point| subject_name(&point.target));
    let Some(name) =
        words.filter(|word| is_name(word)).chain(pointed).find(|name| !is_known(name, timeline))
    else {
        return Ok(());
    };
    let message = format!("the step names {name}, which is not on the screen");
    Err(fault(step.line, 1, message, "name what can be seen, or wait for it with `when`"))
}

/// Whether a word is a name that ends with a number, such as `web-0` or `data-web-0`.
fn is_name(word: &str) -> bool {
    let Some((base, number)) = word.rsplit_once('-') else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number && base.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether an object of this name exists or existed, or the picture has a column for it.
fn is_known(name: &str, timeline: &Timeline) -> bool {
    let cluster = timeline.cluster();
    let mut sets = cluster.store.stateful_sets.iter();
    let mut kinds = cluster.store.kinds();
    let past = timeline.events().iter().filter(|event| event.time <= timeline.now());
    sets.any(|set| set.ordinals().any(|ordinal| set.pod_name(ordinal) == name))
        || kinds.any(|kind| cluster.store.list(kind).iter().any(|it| it.meta().name == name))
        || past.clone().any(|event| subject_name(&event.subject) == Some(name))
}

/// The name of the object of a condition.
fn subject_name(subject: &Subject) -> Option<&str> {
    let Subject::Object(object) = subject else { return None };
    Some(object.key.name())
}

/// Rejects a caption that mentions a panel if the step has no `panel`.
pub(super) fn panel_of(step: &Step) -> Result<(), NotationError> {
    if step.panel.is_some()
        || !step.say.split(|c: char| !c.is_alphabetic()).any(|word| word == "panel")
    {
        return Ok(());
    }
    let message = "the caption mentions a panel, which may be folded or hidden".into();
    Err(fault(step.line, 1, message, "add `panel why` or `panel log`"))
}

/// Rejects a lesson with too many words.
pub(super) fn too_many_words(lesson: &Lesson) -> Option<NotationError> {
    let count = words(lesson);
    let message = format!("a visitor reads {count} words");
    (count > WORDS_MAX).then(|| fault(1, 1, message, &format!("use at most {WORDS_MAX}")))
}

/// The number of words that a visitor reads: captions, items, questions, answers, and the longest reply to each question.
fn words(lesson: &Lesson) -> usize {
    let count = |text: &str| text.split_whitespace().count();
    let step = |step: &Step| {
        let say = step.variants.iter().map(|(_, text)| count(text)).chain([count(&step.say)]).max();
        let items: usize = step.items.iter().map(|item| count(item)).sum();
        let question = step.question.as_ref().map_or(0, |question| {
            let replies = question.answers.iter().map(|answer| count(&answer.reply)).max();
            let answers: usize = question.answers.iter().map(|answer| count(&answer.text)).sum();
            count(&question.text) + answers + replies.unwrap_or_default()
        });
        say.unwrap_or_default() + items + question
    };
    lesson.steps.iter().map(step).sum()
}
