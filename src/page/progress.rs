//! The user's progress: one line for each completed lesson, in storage and in saved files, and when its review is due.

use crate::lessons::Results;

/// The days until the first, second, and third review of a lesson.
const REVIEWS: [u32; 3] = [1, 7, 30];

/// Renamed lessons: the name in old progress records, and the current name.
const RENAMED: [(&str, &str); 1] = [("master", "primary")];

/// A completed lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The name of the lesson.
    pub name: String,
    /// The day when the lesson was completed or reviewed, in days since 1970; 0 if unknown.
    pub day: u32,
    /// How many reviews are done.
    pub reviews: u32,
    /// How many predictions were right, and how many were made.
    pub predictions: [u32; 2],
    /// How many lines were used to reach the goals, and the fewest that reach them.
    pub lines: [u32; 2],
}

impl Record {
    /// Reads `NAME:DAY:REVIEWS:RIGHT:PREDICTED:USED:FEWEST`, or only the name, as older versions of the page wrote it.
    fn parse(text: &str) -> Record {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let renamed = RENAMED.iter().find(|(before, _)| *before == name);
        let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or_default();
        Record {
            name: renamed.map_or(name, |(_, now)| now).into(),
            day: number(),
            reviews: number(),
            predictions: [number(), number()],
            lines: [number(), number()],
        }
    }

    fn line(&self) -> String {
        let Record { name, day, reviews, predictions: [right, predicted], lines: [used, par] } =
            self;
        format!("{name}:{day}:{reviews}:{right}:{predicted}:{used}:{par}\n")
    }

    /// Whether it is time for a review.
    pub fn is_due(&self, today: u32) -> bool {
        let days = usize::try_from(self.reviews).ok().and_then(|index| REVIEWS.get(index));
        self.day > 0 && days.is_some_and(|days| today >= self.day.saturating_add(*days))
    }
}

/// The completed lessons, from the text in storage.
pub fn records(text: &str) -> Vec<Record> {
    text.split_whitespace().map(Record::parse).collect()
}

/// The text in storage after a lesson was completed on a day.
pub fn completed(text: &str, name: &str, today: u32, results: Results) -> String {
    let mut records = records(text);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let index = records.iter().position(|it| it.name == name).unwrap_or_else(|| {
        records.push(Record { name: name.into(), day: today, ..Record::default() });
        records.len() - 1
    });
    let record = &mut records[index];
    if record.is_due(today) {
        record.reviews += 1;
        record.day = today;
    } else if record.day == 0 {
        record.day = today;
    }
    record.predictions = [number(results.right), number(results.predicted)];
    record.lines = [number(results.used), number(results.par)];
    records.iter().map(Record::line).collect()
}

/// The text in storage after a saved file was opened: of each lesson, the record with more reviews or the later day.
pub fn merged<'a>(text: &str, saved: impl Iterator<Item = &'a str>) -> String {
    let mut records = records(text);
    for other in saved.map(Record::parse) {
        match records.iter_mut().find(|it| it.name == other.name) {
            Some(record) if (record.reviews, record.day) < (other.reviews, other.day) => {
                *record = other
            }
            Some(_) => {}
            None => records.push(other),
        }
    }
    records.iter().map(Record::line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULTS: Results = Results { right: 2, predicted: 3, used: 4, par: 1, ms: 90_000 };

    #[test]
    fn a_lesson_is_reviewed_after_1_7_and_30_days() {
        let mut text = completed("", "order", 100, RESULTS);
        assert_eq!(text, "order:100:0:2:3:4:1\n");
        for (due, reviews) in [(101, 1), (108, 2), (138, 3)] {
            assert!(!records(&text)[0].is_due(due - 1), "{due}");
            assert!(records(&text)[0].is_due(due), "{due}");
            // Done before its time, it does not count as a review.
            assert_eq!(completed(&text, "order", due - 1, RESULTS), text);
            text = completed(&text, "order", due, RESULTS);
            assert_eq!(text, format!("order:{due}:{reviews}:2:3:4:1\n"));
        }
        assert!(!records(&text)[0].is_due(u32::MAX));
    }

    #[test]
    fn names_alone_are_records_too() {
        let old = records("in-order\nmaster\n");
        assert_eq!(old.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["in-order", "primary"]);
        assert!(!old[0].is_due(u32::MAX));
        assert_eq!(completed("master\n", "primary", 9, RESULTS), "primary:9:0:2:3:4:1\n");
        assert_eq!(records("a:x:::9999999999999:\n")[0].name, "a");
    }

    #[test]
    fn a_saved_file_adds_to_what_is_stored() {
        let stored = "a:100:1:0:0:0:0\nb:100:0:0:0:0:0\n";
        let saved = ["b:120:2:1:1:0:0", "a:90:0:0:0:0:0", "c"];
        let merged = merged(stored, saved.into_iter());
        assert_eq!(merged, "a:100:1:0:0:0:0\nb:120:2:1:1:0:0\nc:0:0:0:0:0:0\n");
    }
}
