//! What the panels show, made from the run: replaced when something has happened, not with each frame.

use super::shared::Shared;
use super::words;
use crate::api::{Key, Kind, Time};
use crate::cluster::{Cluster, Code, Event, EventType, Subject};
use crate::timeline::Timeline;
use crate::why::{self, SetView};
use std::rc::Rc;

/// So many events are listed at most.
const LISTED: usize = 200;

/// What the panels show.
pub(super) struct Panels {
    /// The events up to the cursor, the last ones.
    pub rows: Shared<Vec<Row>>,
    /// The StatefulSets and what their controller does.
    pub sets: Shared<Vec<SetView>>,
    /// The marks on the time line.
    pub marks: Shared<Marks>,
    /// What was done last, or broke.
    pub command: Option<Rc<str>>,
    /// Whether a claim waits for a default StorageClass that nobody has made.
    pub lacks_class: bool,
    state: State,
}

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

/// One line of the list of events.
#[derive(Debug, PartialEq)]
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
    /// The marks, from left to right.
    pub marks: Vec<Mark>,
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
            rows: Shared::default(),
            sets: Shared::default(),
            marks: Shared::default(),
            command: None,
            lacks_class: false,
            state: State { revision: u32::MAX, ..State::default() },
        };
        panels.follow(timeline, 0);
        panels
    }

    /// Replaces what is no longer so; whether anything may have changed.
    pub(super) fn follow(&mut self, timeline: &Timeline, revision: u32) -> bool {
        let (events, cluster) = (timeline.events(), timeline.cluster());
        let end = timeline.end().max(timeline.now());
        let state = State {
            revision,
            seen: events.partition_point(|event| event.time <= timeline.now()),
            written: cluster.store.resource_version,
            tick: timeline.now().0 / 200,
            shown: events.partition_point(|event| event.time <= end),
            length: round_up(end),
        };
        let before = std::mem::replace(&mut self.state, state);
        if state == before {
            return false;
        }
        let is_new = state.revision != before.revision;
        if is_new || state.seen != before.seen {
            let first = state.seen.saturating_sub(LISTED);
            let listed = &events[first..state.seen];
            self.rows = Shared::new(listed.iter().map(|event| row(cluster, event)).collect());
            let done = |event: &&Event| {
                matches!(event.reason.code.event_type(), EventType::Command | EventType::Fault)
            };
            self.command = listed.iter().rfind(done).map(|event| {
                Rc::from(match event.reason.arg("line") {
                    "" => event.reason.text(),
                    line => format!("$ {line}"),
                })
            });
        }
        if is_new || state.shown != before.shown || state.length != before.length {
            self.marks = Shared::new(marks(&events[..state.shown], state.length));
        }
        let sets = why::views(cluster);
        if sets != *self.sets {
            self.sets = Shared::new(sets);
        }
        self.lacks_class = cluster.waits.iter().any(|(subject, wait)| {
            wait.reason.code == Code::ClassMissing
                && is_of_kind(subject, Kind::PersistentVolumeClaim)
        });
        true
    }
}

fn is_of_kind(subject: &Subject, kind: Kind) -> bool {
    matches!(subject, Subject::Object(object) if object.kind == kind)
}

fn row(cluster: &Cluster, event: &Event) -> Row {
    let subject = claim_of(cluster, &event.subject).unwrap_or_else(|| event.subject.clone());
    Row {
        number: event.number,
        time: event.time,
        object: words::name(&subject).into(),
        hue: words::hue(&subject),
        text: event.reason.text(),
        component: event.reason.code.component().name(),
        kind: event.reason.code.event_type(),
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

/// One mark for all that happened in a 200th of the time line.
fn marks(events: &[Event], length: Time) -> Marks {
    const PLACES: u64 = 200;
    /// More sentences than this do not fit beside the pointer.
    const SENTENCES: usize = 4;
    let place = |event: &Event| event.time.0 * PLACES / length.0.max(1);
    let marks = events.chunk_by(|one, next| place(one) == place(next)).filter_map(|group| {
        let main = group.iter().min_by_key(|event| weight(event.reason.code.event_type()))?;
        let mut lines: Vec<String> = group.iter().take(SENTENCES).map(sentence).collect();
        if group.len() > SENTENCES {
            lines.push(format!("and {} more", group.len() - SENTENCES));
        }
        let kind = main.reason.code.event_type();
        Some(Mark { time: main.time, kind, text: lines.join("\n") })
    });
    Marks { length, marks: marks.collect() }
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
