//! The marks of the timeline.

use super::by_ptr::ByPtr;
use super::format::{clock, short_clock};
use crate::api::Time;
use crate::cluster::{Code, Event, EventType};
use std::ops::Range;

/// The marks of the timeline.
#[derive(Debug, Default)]
pub struct Marks {
    /// The instant at the right end.
    pub length: Time,
    /// Where a simulation continues from what was observed, if one does.
    pub seam: Option<Time>,
    /// The marks from left to right, in stretches, so that those in the past are not rendered again.
    pub stretches: Vec<ByPtr<Stretch>>,
}

/// The marks of a tenth of the timeline.
#[derive(Debug)]
pub struct Stretch {
    /// The indexes of the events.
    events: Range<usize>,
    /// The instant at the right end of the timeline.
    pub length: Time,
    /// The marks, from left to right.
    pub marks: Vec<Mark>,
}

impl Marks {
    /// The instant at a position, in thousandths of the timeline.
    pub fn instant(&self, position: u64) -> Time {
        Time(self.length.0 * position / 1_000)
    }

    /// The text of the mark nearest to a position, in thousandths of the timeline, or the time there if no mark is
    /// near.
    pub fn tip(&self, position: u64) -> String {
        /// The distance up to which a mark is near, in thousandths of the timeline.
        const NEAR: u64 = 12;
        let at = self.instant(position);
        let reach = self.instant(NEAR).0;
        let marks = self.stretches.iter().flat_map(|stretch| &stretch.marks);
        let nearest = marks.min_by_key(|mark| mark.time.0.abs_diff(at.0));
        let text = match nearest.filter(|mark| mark.time.0.abs_diff(at.0) <= reach) {
            Some(mark) => mark.text.clone(),
            None => clock(at),
        };
        match self.seam {
            Some(seam) if at < seam => format!("Observed\n{text}"),
            Some(_) => format!("Simulated\n{text}"),
            None => text,
        }
    }

    /// Which part of the run was observed and which is simulated, and in which the cursor is; empty without a seam.
    pub fn sides(&self, now: Time) -> String {
        let Some(seam) = self.seam else { return String::new() };
        let side = if now < seam { "an observed" } else { "a simulated" };
        format!(
            " This is {side} moment: the run is observed until {}, then simulated.",
            short_clock(seam)
        )
    }
}

/// A mark: the events in a small part of the timeline.
#[derive(Debug)]
pub struct Mark {
    /// The time of the most important event.
    pub time: Time,
    /// The type of that event.
    pub kind: EventType,
    /// The events, one per line.
    pub text: String,
}

/// The length of the timeline for a run up to `end`. It grows in steps, so that marks rarely move.
pub fn timeline_length(end: Time) -> Time {
    const STEPS: [u64; 12] = [15, 30, 60, 90, 120, 180, 300, 450, 600, 900, 1_200, 1_800];
    let wanted = end.0 + end.0 / 16;
    let fits = STEPS.iter().map(|seconds| seconds * 1_000).find(|step| *step >= wanted);
    Time(fits.unwrap_or_else(|| wanted.div_ceil(1_800_000) * 1_800_000))
}

/// The length of a timeline, given its length before. It does not shrink unless the difference is large: after an
/// action in the past, the timeline usually becomes just as long again.
pub(super) fn kept_length(before: Time, length: Time) -> Time {
    const MOST: u64 = 4;
    if before > length && before.0 < length.0.saturating_mul(MOST) { before } else { length }
}

/// Where a simulation continues from what was observed.
pub(super) fn seam(events: &[Event]) -> Option<Time> {
    let seam = events.iter().rfind(|event| event.reason.code() == Code::SimulationBegins);
    seam.map(|event| event.time)
}

/// The number of places for marks on the timeline.
const PLACES: u64 = 200;
/// The number of stretches of the timeline.
const STRETCHES: u64 = 10;

/// The stretches of the timeline. Stretches that have not changed are taken from `kept`.
pub(super) fn stretches(
    events: &[Event],
    length: Time,
    kept: &[ByPtr<Stretch>],
) -> Vec<ByPtr<Stretch>> {
    let place = |event: &Event| event.time.0 * STRETCHES / length.0.max(1);
    let mut first = 0;
    let stretches = events.chunk_by(|one, next| place(one) == place(next)).map(|group| {
        let range = first..first + group.len();
        first = range.end;
        let is_it = |old: &&ByPtr<Stretch>| old.events == range && old.length == length;
        kept.iter().find(is_it).cloned().unwrap_or_else(|| {
            ByPtr::new(Stretch { events: range.clone(), length, marks: marks(group, length) })
        })
    });
    stretches.collect()
}

/// The marks of some events: one for each place that has any.
fn marks(events: &[Event], length: Time) -> Vec<Mark> {
    /// The maximum number of events in the tip of a mark.
    const SENTENCES: usize = 4;
    let place = |event: &Event| event.time.0 * PLACES / length.0.max(1);
    let marks = events.chunk_by(|one, next| place(one) == place(next)).filter_map(|group| {
        let main = group.iter().min_by_key(|event| weight(event.reason.code().event_type()))?;
        let mut lines: Vec<String> = group.iter().take(SENTENCES).map(sentence).collect();
        if group.len() > SENTENCES {
            lines.push(format!("and {} more", group.len() - SENTENCES));
        }
        let kind = main.reason.code().event_type();
        Some(Mark { time: main.time, kind, text: lines.join("\n") })
    });
    marks.collect()
}

/// An event with its time.
fn sentence(event: &Event) -> String {
    format!("{} {}", clock(event.time), event.reason.text())
}

/// The rank of an event type: a mark has the type with the lowest one.
fn weight(kind: EventType) -> u8 {
    match kind {
        EventType::Fault => 0,
        EventType::Command => 1,
        EventType::Deleted => 2,
        EventType::Created => 3,
        EventType::Changed => 4,
        EventType::Request => 5,
        EventType::Data => 6,
        EventType::Waiting => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;

    fn marks_at(seconds: u64, kept: &[ByPtr<Stretch>]) -> Marks {
        let timeline = first_story(seconds);
        let length = timeline_length(timeline.now());
        let stretches = stretches(timeline.events(), length, kept);
        Marks { length, seam: seam(timeline.events()), stretches }
    }

    #[test]
    fn the_timeline_grows_in_steps_and_ends_after_the_run() {
        assert_eq!(timeline_length(Time(0)), Time(15_000));
        assert_eq!(timeline_length(Time(14_100)), Time(15_000));
        assert_eq!(timeline_length(Time(15_000)), Time(30_000));
        assert_eq!(timeline_length(Time(3_000_000)), Time(3_600_000));
        for end in (0..10_000_000).step_by(77_777) {
            assert!(timeline_length(Time(end)) > Time(end));
        }
    }

    #[test]
    fn marks_are_in_order_and_apart() {
        let marks = marks_at(40, &[]);
        let times: Vec<u64> =
            marks.stretches.iter().flat_map(|it| &it.marks).map(|mark| mark.time.0).collect();
        let places: Vec<u64> = times.iter().map(|ms| ms * PLACES / marks.length.0).collect();
        assert!(places.len() > 10 && places.is_sorted_by(|one, next| one < next), "{places:?}");
    }

    #[test]
    fn stretches_in_the_past_are_kept() {
        let before = marks_at(20, &[]);
        let after = marks_at(25, &before.stretches);
        assert_eq!(before.length, after.length);
        assert!(after.stretches.len() > 1);
        assert!(before.stretches[0] == after.stretches[0]);
    }

    #[test]
    fn a_mark_shows_its_most_important_event() {
        let mut timeline = first_story(30);
        timeline.run_line("crash web-0");
        let marks = marks(timeline.events(), Time(100_000_000));
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].kind, EventType::Fault);
        assert!(marks[0].text.lines().last().expect("a line").starts_with("and "));
    }

    #[test]
    fn the_tip_shows_the_nearest_mark_or_the_time() {
        let mark = Mark { time: Time(3_000), kind: EventType::Fault, text: "a fault".into() };
        let length = Time(15_000);
        let stretch = Stretch { events: 0..1, length, marks: vec![mark] };
        let marks = Marks { length, seam: None, stretches: vec![ByPtr::new(stretch)] };
        assert_eq!(marks.tip(205), "a fault");
        assert_eq!(marks.tip(500), "0:07.5");
        assert_eq!(marks.sides(Time(0)), "");
        let marks = Marks { seam: Some(Time(6_000)), ..marks };
        assert_eq!(marks.tip(205), "Observed\na fault");
        assert_eq!(marks.tip(500), "Simulated\n0:07.5");
        assert!(marks.sides(Time(5_999)).starts_with(" This is an observed moment"));
        assert_eq!(
            marks.sides(Time(6_000)),
            " This is a simulated moment: the run is observed until 0:06, then simulated."
        );
    }
}
