//! What the panels show, made from the run: replaced when something has happened, not with each frame.

use super::shared::Shared;
use super::words;
use crate::api::{Key, Kind, Time};
use crate::cluster::{Cluster, Code, Event, EventType, Subject};
use crate::timeline::Timeline;
use crate::why::{self, SetView};
use std::ops::Range;
use std::rc::Rc;

/// So many events are listed at least, if there are so many.
const LISTED: usize = 200;
/// Events are listed in pages of so many: what is full stays as it is.
const PAGE: usize = 20;

/// What the panels show.
pub(super) struct Panels {
    /// The events up to the cursor, the last ones.
    pub pages: Shared<Vec<Shared<Page>>>,
    /// The StatefulSets and what their controller does.
    pub sets: Shared<Vec<SetView>>,
    /// The marks on the time line.
    pub marks: Shared<Marks>,
    /// What was done last, or broke.
    pub command: Option<Rc<str>>,
    /// Whether a claim waits for a default StorageClass that nobody has made.
    pub lacks_class: bool,
    /// What the list, the marks and the sets were made from.
    made_of: [State; PARTS],
}

/// How many parts can be made apart from the others: the list, the marks, the sets.
pub(super) const PARTS: usize = 3;

/// What the panels were made from.
#[derive(Clone, Copy, Default, PartialEq)]
struct State {
    revision: u32,
    seen: usize,
    written: u64,
    /// Fifths of a second: what flows changes without a write.
    tick: u64,
    shown: usize,
    length: Time,
}

/// Some lines of the list of events.
#[derive(Debug)]
pub(super) struct Page {
    /// How many events come before it.
    pub first: usize,
    /// The lines.
    pub rows: Vec<Row>,
}

/// One line of the list of events.
#[derive(Debug)]
pub(super) struct Row {
    /// The number of the event.
    pub number: u64,
    /// When.
    pub time: Time,
    /// The name of what it is about.
    pub object: String,
    /// The class of its hue.
    pub hue: &'static str,
    /// What happened.
    pub text: String,
    /// Who says so.
    pub component: &'static str,
    /// What type of event it is.
    pub kind: EventType,
}

/// The marks on the time line.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The instant at the right end.
    pub length: Time,
    /// The marks, from left to right, in stretches: what has passed stays as it is.
    pub stretches: Vec<Shared<Stretch>>,
}

/// The marks of a tenth of the time line.
#[derive(Debug)]
pub(super) struct Stretch {
    /// Which events they show.
    events: Range<usize>,
    /// The instant at the right end of the time line.
    pub length: Time,
    /// The marks, from left to right.
    pub marks: Vec<Mark>,
}

impl Marks {
    /// All marks, from left to right.
    pub(super) fn all(&self) -> impl Iterator<Item = &Mark> {
        self.stretches.iter().flat_map(|stretch| &stretch.marks)
    }
}

/// One mark: what happened in a small part of the time line.
#[derive(Debug)]
pub(super) struct Mark {
    /// When the most important of it happened.
    pub time: Time,
    /// What type of event that was.
    pub kind: EventType,
    /// What happened, in sentences.
    pub text: String,
}

impl Panels {
    /// What the panels show of a run at its cursor.
    pub(super) fn new(timeline: &Timeline) -> Panels {
        let mut panels = Panels {
            pages: Shared::default(),
            sets: Shared::default(),
            marks: Shared::default(),
            command: None,
            lacks_class: false,
            made_of: [State { revision: u32::MAX, ..State::default() }; PARTS],
        };
        panels.follow_all(timeline, 0);
        panels
    }

    /// Replaces what is no longer so in all of the panels.
    pub(super) fn follow_all(&mut self, timeline: &Timeline, revision: u32) {
        for part in 0..PARTS {
            self.follow(timeline, revision, part);
        }
    }

    /// Replaces what is no longer so in one of the [`PARTS`]. Returns whether what waits, and for what, may
    /// have changed.
    pub(super) fn follow(&mut self, timeline: &Timeline, revision: u32, part: usize) -> bool {
        let events = timeline.events();
        let end = timeline.end().max(timeline.now());
        let state = State {
            revision,
            seen: events.partition_point(|event| event.time <= timeline.now()),
            written: timeline.cluster().store.resource_version,
            tick: timeline.now().0 / 200,
            shown: events.partition_point(|event| event.time <= end),
            length: round_up(end),
        };
        let before = std::mem::replace(&mut self.made_of[part], state);
        let is_new = state.revision != before.revision;
        match part {
            _ if state == before => return false,
            0 if is_new || state.seen != before.seen => self.list(timeline, state, is_new),
            1 if is_new || state.shown != before.shown || state.length != before.length => {
                let kept = if is_new { &[] } else { self.marks.stretches.as_slice() };
                let stretches = stretches(&events[..state.shown], state.length, kept);
                self.marks = Shared::new(Marks { length: state.length, stretches });
            }
            2 => self.explain(timeline.cluster()),
            _ => {}
        }
        part == 2
    }

    fn list(&mut self, timeline: &Timeline, state: State, is_new: bool) {
        let events = &timeline.events()[..state.seen];
        let kept = if is_new { &[] } else { self.pages.as_slice() };
        self.pages = Shared::new(pages(timeline.cluster(), events, kept));
        let done = |event: &&Event| {
            matches!(event.reason.code().event_type(), EventType::Command | EventType::Fault)
        };
        let listed = &events[events.len().saturating_sub(LISTED)..];
        self.command = listed.iter().rfind(done).map(|event| {
            Rc::from(match &event.line {
                None => event.reason.text(),
                Some(line) => format!("$ {line}"),
            })
        });
    }

    fn explain(&mut self, cluster: &Cluster) {
        let sets = why::views(cluster);
        if sets != *self.sets {
            self.sets = Shared::new(sets);
        }
        self.lacks_class = cluster.waits.iter().any(|(subject, wait)| {
            wait.reason.code() == Code::ClassMissing
                && is_of_kind(subject, Kind::PersistentVolumeClaim)
        });
    }
}

fn is_of_kind(subject: &Subject, kind: Kind) -> bool {
    matches!(subject, Subject::Object(object) if object.kind == kind)
}

/// The last events; pages that are among the kept ones and still full are taken from there.
fn pages(cluster: &Cluster, events: &[Event], kept: &[Shared<Page>]) -> Vec<Shared<Page>> {
    let first = events.len().saturating_sub(LISTED) / PAGE * PAGE;
    let starts = (first..events.len()).step_by(PAGE);
    let pages = starts.zip(events[first..].chunks(PAGE)).map(|(first, events)| {
        let is_it = |page: &&Shared<Page>| page.first == first && page.rows.len() == events.len();
        kept.iter().find(is_it).cloned().unwrap_or_else(|| {
            let rows = events.iter().map(|event| row(cluster, event)).collect();
            Shared::new(Page { first, rows })
        })
    });
    pages.collect()
}

fn row(cluster: &Cluster, event: &Event) -> Row {
    let subject = claim_of(cluster, &event.subject).unwrap_or_else(|| event.subject.clone());
    Row {
        number: event.number,
        time: event.time,
        object: words::name(&subject).into(),
        hue: words::hue(&subject),
        text: event.reason.text(),
        component: event.reason.code().component().name(),
        kind: event.reason.code().event_type(),
    }
}

/// The claim that has a volume: people know its name, not that of the volume.
fn claim_of(cluster: &Cluster, subject: &Subject) -> Option<Subject> {
    let Subject::Object(object) = subject else { return None };
    if object.kind != Kind::PersistentVolume {
        return None;
    }
    let volume = cluster.store.volumes.get(&object.key)?;
    let claim = volume.spec.claim_ref.as_ref()?;
    let key = Key::new(&claim.namespace, &claim.name);
    Some(Subject::object(Kind::PersistentVolumeClaim, &key))
}

/// The next length of the time line: in steps, so that the marks do not move with every frame.
fn round_up(end: Time) -> Time {
    const STEPS: [u64; 12] = [15, 30, 60, 90, 120, 180, 300, 450, 600, 900, 1_200, 1_800];
    let wanted = end.0 + end.0 / 16;
    let fits = STEPS.iter().map(|seconds| seconds * 1_000).find(|step| *step >= wanted);
    Time(fits.unwrap_or_else(|| wanted.div_ceil(1_800_000) * 1_800_000))
}

/// So many marks have a place on the time line.
const PLACES: u64 = 200;
/// So many stretches it has.
const STRETCHES: u64 = 10;

/// The marks; stretches that are among the kept ones and show the same events are taken from there.
fn stretches(events: &[Event], length: Time, kept: &[Shared<Stretch>]) -> Vec<Shared<Stretch>> {
    let place = |event: &Event| event.time.0 * STRETCHES / length.0.max(1);
    let mut first = 0;
    let stretches = events.chunk_by(|one, next| place(one) == place(next)).map(|group| {
        let range = first..first + group.len();
        first = range.end;
        let is_it = |old: &&Shared<Stretch>| old.events == range && old.length == length;
        kept.iter().find(is_it).cloned().unwrap_or_else(|| {
            Shared::new(Stretch { events: range.clone(), length, marks: marks(group, length) })
        })
    });
    stretches.collect()
}

/// One mark for all that happened in a 200th of the time line.
fn marks(events: &[Event], length: Time) -> Vec<Mark> {
    /// More sentences than this do not fit beside the pointer.
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

/// An event as the time line tells it.
fn sentence(event: &Event) -> String {
    format!("{} {}", words::clock(event.time), event.reason.text())
}

/// Which of several events the mark shows: the lowest.
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
