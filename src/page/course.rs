//! The list of lessons, in the order of the course.

use super::progress::{Record, records};

pub use crate::lessons::PARTS;

/// An entry of the list of lessons.
#[derive(Debug, PartialEq, Eq)]
pub struct ListedLesson {
    /// The name of the file, without its extension.
    pub name: String,
    /// The duration, in minutes.
    pub minutes: String,
    /// The statements that the lesson covers, such as `S1, S5`.
    pub covers: String,
    /// The title.
    pub title: String,
    /// What the lesson teaches, in a sentence.
    pub about: String,
    /// The part of the course, such as `M1`.
    pub part: String,
    /// The titles of the lessons to take before.
    pub needs: Vec<String>,
    /// The user's results, if the lesson is completed.
    pub record: Option<Record>,
    /// Whether it is time to review the lesson.
    pub is_due: bool,
    /// Whether it is the next lesson: the first one that is not completed.
    pub is_next: bool,
}

/// What to do after a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextLesson {
    /// The name of the lesson.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// Parses the list of lessons, in the order of the course. Each line has a name, minutes, statements, a title, a
/// sentence, the part of the course, and the names of the lessons to take before, separated by tabs; incomplete lines
/// are skipped. `done` is the text in storage.
pub fn parse_list(text: &str, done: &str, today: u32) -> Vec<ListedLesson> {
    let records = records(done);
    let mut has_next = false;
    let entry = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let name = parts.next()?;
        let [minutes, covers, title, about, part] = std::array::from_fn(|_| parts.next());
        let part = part?;
        let needs = parts.next().unwrap_or_default();
        let needs = needs.split(' ').filter_map(|name| title_of(text, name)).collect();
        let record = records.iter().find(|it| it.name == name).cloned();
        let is_next = record.is_none() && !part.is_empty() && !has_next;
        has_next |= is_next;
        Some(ListedLesson {
            is_due: record.as_ref().is_some_and(|it| it.is_due(today)),
            name,
            minutes: minutes?,
            covers: covers?,
            title: title?,
            about: about?,
            part,
            needs,
            record,
            is_next,
        })
    };
    text.lines().filter_map(entry).collect()
}

/// The title of the lesson with a name, from the list.
fn title_of(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().map(|line| line.split('\t'));
    let title = lines.find_map(|mut parts| (parts.next()? == name).then(|| parts.nth(2)))?;
    title.map(str::to_owned)
}

/// The lesson after the one with a name: the next in the course, or the first.
pub fn next_lesson(list: &[ListedLesson], name: &str) -> Option<NextLesson> {
    let at = list.iter().position(|it| it.name == name);
    let rest = list.iter().skip(at.map_or(0, |at| at + 1));
    let next = rest.into_iter().find(|it| !it.part.is_empty())?;
    Some(NextLesson { name: next.name.clone(), title: next.title.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_knows_what_is_done_and_what_is_next() {
        let text = include_str!("../../static/lessons/index.txt");
        let list = parse_list(text, "find-it:100:0:1:1:0:0\nmaster\n", 101);
        assert_eq!(list.len(), text.lines().count());
        let done = list.iter().filter(|it| it.record.is_some()).map(|it| &*it.name);
        assert_eq!(done.collect::<Vec<_>>(), ["find-it", "primary"]);
        assert!(list.iter().all(|it| it.is_due == (it.name == "find-it")));
        let next: Vec<&ListedLesson> = list.iter().filter(|it| it.is_next).collect();
        assert_eq!(next.len(), 1);
        assert_eq!(next_lesson(&list, "find-it").map(|it| it.name), Some(next[0].name.clone()));
        assert_eq!(next_lesson(&list, "first-minute").map(|it| it.name), Some("find-it".into()));
        assert_eq!(next_lesson(&list, &list[list.len() - 1].name), None);
        assert_eq!(parse_list("a\t1\tS1\tTitle\tAbout\n\n", "", 1), []);
    }
}
