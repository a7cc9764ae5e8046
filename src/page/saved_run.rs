//! Saved runs: what the browser stores so that a reload can restore a run, and the progress in the lessons
//! that a saved file carries.

use super::lesson::ActiveLesson;
use crate::api::Time;
use crate::timeline::with_version;

/// A run that a reload can restore.
pub struct SavedRun {
    /// The position of the cursor.
    pub at: Time,
    /// The recipe at the start of the story.
    pub story: String,
    /// The recipe with all changes.
    pub recipe: String,
    /// The lesson in progress, if any.
    pub lesson: Option<ActiveLesson>,
}

/// Packs a run into one text. `origin` is the story of the element, `story` the recipe at the start.
pub fn pack(at: Time, [origin, story, recipe]: [&str; 3], lesson: Option<&ActiveLesson>) -> String {
    let lesson = lesson.map(ActiveLesson::pack).unwrap_or_default();
    let at = at.0.to_string();
    let first = [&*at, origin, story, recipe].into_iter();
    pack_texts(first.chain(lesson.iter().map(String::as_str)))
}

/// Unpacks a run. `None` if the text is damaged, or if the element has another story now.
pub fn unpack(packed: &str, origin: &str) -> Option<SavedRun> {
    let texts = unpack_texts(packed)?;
    let [at, of, story, recipe, lesson @ ..] = texts.as_slice() else { return None };
    let at = Time(at.parse().ok()?);
    let (mut story, stated) = (story.clone(), with_version(recipe.clone()));
    if stated != *recipe {
        story = with_version(story);
    }
    let recipe = stated;
    (of == origin).then(|| SavedRun { at, story, recipe, lesson: ActiveLesson::unpack(lesson) })
}

/// Joins texts, each after a line with its length in bytes.
pub fn pack_texts<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("{}\n{text}", text.len())).collect()
}

/// Splits joined texts. `None` if a length is missing or wrong.
pub fn unpack_texts(mut packed: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !packed.is_empty() {
        let (length, rest) = packed.split_once('\n')?;
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        texts.push(text.to_owned());
        packed = rest;
    }
    Some(texts)
}

/// The start of the line of a saved file that lists the completed lessons.
const PROGRESS: &str = "# stories gone through: ";

/// The line of a saved file that lists the completed lessons, or an empty string if there are none. `done` has
/// their names, one per line.
pub fn progress_line(done: &str) -> String {
    let names: Vec<&str> = done.lines().collect();
    if names.is_empty() { String::new() } else { format!("{PROGRESS}{}\n", names.join(" ")) }
}

/// The names of the completed lessons that a saved file lists, or `None` if it has no such line.
pub fn completed_lessons(saved: &str) -> Option<impl Iterator<Item = &str>> {
    let names = saved.lines().rev().find_map(|line| line.strip_prefix(PROGRESS));
    names.map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 3] =
        ["ordinal 1\n", "ordinal 1\nnodes 2\n", "ordinal 1\nkubernetes 1.37\n# Ä\n"];

    #[test]
    fn a_packed_run_is_restored() {
        let saved = unpack(&pack(Time(41_000), TEXTS, None), TEXTS[0]).expect("a run");
        assert_eq!(saved.at, Time(41_000));
        assert_eq!([&*saved.story, &*saved.recipe], [TEXTS[1], TEXTS[2]]);
        assert!(saved.lesson.is_none());
    }

    #[test]
    fn a_run_that_states_no_version_keeps_its_rules() {
        let packed = pack(Time(0), ["ordinal 1\n", "ordinal 1\n", "ordinal 1\nnodes 2\n"], None);
        let saved = unpack(&packed, "ordinal 1\n").expect("a run");
        assert_eq!(saved.story, "ordinal 1\nkubernetes 1.36\n");
        assert_eq!(saved.recipe, "ordinal 1\nkubernetes 1.36\nnodes 2\n");
    }

    #[test]
    fn a_run_of_another_story_is_not_restored() {
        assert!(unpack(&pack(Time(0), TEXTS, None), "ordinal 1\nnodes 9\n").is_none());
    }

    #[test]
    fn damaged_texts_are_not_restored() {
        let packed = pack(Time(41_000), TEXTS, None);
        for end in (0..packed.len()).filter(|end| packed.is_char_boundary(*end)) {
            assert!(unpack(&packed[..end], TEXTS[0]).is_none(), "{end}");
        }
        for damaged in ["x\n", "99\nshort", "-1\n", "3\nÄÄ", "18446744073709551616\n"] {
            assert!(unpack(damaged, TEXTS[0]).is_none(), "{damaged}");
        }
    }

    #[test]
    fn any_texts_are_packed() {
        let texts = ["", "3\nabc", "\n\n", "Ä\n0\n"];
        assert_eq!(unpack_texts(&pack_texts(texts.into_iter())).expect("texts"), texts);
    }

    #[test]
    fn saved_files_carry_progress() {
        assert_eq!(progress_line(""), "");
        let file = format!("ordinal 1\n{}", progress_line("in-order\nscaling\n"));
        let names = completed_lessons(&file).expect("progress");
        assert_eq!(names.collect::<Vec<_>>(), ["in-order", "scaling"]);
        assert!(completed_lessons("ordinal 1\n").is_none());
    }
}
