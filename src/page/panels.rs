//! The contents of the panels: the event log, the marks of the timeline, and the control loop.
//!
//! They are computed from the run, and replaced only when something has changed.

use super::by_ptr::ByPtr;
use super::marks::{Marks, kept_length, seam, stretches, timeline_length};
use super::subject;
use crate::api::{Key, Kind, Time};
use crate::cluster::{Cluster, Code, Event, EventType, Reason, Subject};
use crate::timeline::Timeline;
use crate::why::{self, SetView};
use std::rc::Rc;

/// The minimum number of listed events, if there are that many.
const LISTED: usize = 200;
/// The number of events on a page of the log. Full pages are not rendered again.
const PAGE: usize = 20;

/// The contents of the panels.
pub struct Panels {
    /// The latest events up to the cursor.
    pub pages: ByPtr<Vec<ByPtr<Page>>>,
    /// The StatefulSets and Deployments, and what their controllers do.
    pub sets: ByPtr<Vec<SetView>>,
    /// The marks of the timeline.
    pub marks: ByPtr<Marks>,
    /// The latest command or fault.
    pub command: Option<Rc<str>>,
    /// A claim that waits for a StorageClass that does not exist.
    pub missing_class: Option<MissingClass>,
    /// The number of pods, if there is neither a StatefulSet nor a Deployment.
    pub lone_pods: usize,
    /// The state from which each part was computed.
    computed_from: [State; PARTS],
}

/// The number of parts that are updated separately: the log, the marks, and the sets.
pub const PARTS: usize = 3;

/// The state of a run as far as the panels depend on it.
#[derive(Clone, Copy, Default, PartialEq)]
struct State {
    /// The number of changes of the recipe.
    revision: u32,
    /// The number of events up to the cursor.
    seen: usize,
    /// The resource version of the API server.
    written: u64,
    /// The time in fifths of a second: transfers advance without writes to the API server.
    tick: u64,
    /// The number of events on the timeline.
    shown: usize,
    /// The length of the timeline.
    length: Time,
}

/// A claim, and the StorageClass that it names and that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingClass {
    /// The name of the claim.
    pub claim: String,
    /// The name of the class.
    pub class: String,
}

/// The manifest of a StorageClass.
const CLASS: &str = include_str!("../../static/manifests/default-class.yaml");

/// The manifest of a StorageClass of this name.
pub fn class_manifest(name: &str) -> String {
    CLASS.replace("name: default", &format!("name: \"{name}\""))
}

impl MissingClass {
    /// The manifest of the class.
    pub fn manifest(&self) -> String {
        class_manifest(&self.class)
    }
}

impl Panels {
    /// The state of the first set in one line: what it waits for, if it waits.
    pub fn headline(&self) -> String {
        let waits = self.sets.iter().flat_map(|set| &set.chain).next();
        let set = || self.sets.first().map(|set| set.headline.to_string());
        waits.map(|link| link.text.clone()).or_else(set).unwrap_or_default()
    }
}

/// A page of the event log.
#[derive(Debug)]
pub struct Page {
    /// The number of events before the page.
    pub first: usize,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of the event log.
#[derive(Debug)]
pub struct Row {
    /// The number of the event.
    pub number: u64,
    /// When the event happened.
    pub time: Time,
    /// The name of the subject.
    pub object: String,
    /// The CSS class of the subject's hue, or an empty string.
    pub hue: &'static str,
    /// The message.
    pub text: String,
    /// The component that reported the event.
    pub component: &'static str,
    /// The type of the event.
    pub kind: EventType,
    /// Whether a simulation continues here from what was observed.
    pub is_seam: bool,
}

impl Panels {
    /// Computes the contents for a run at its cursor.
    pub fn new(timeline: &Timeline) -> Panels {
        let mut panels = Panels {
            pages: ByPtr::default(),
            sets: ByPtr::default(),
            marks: ByPtr::default(),
            command: None,
            missing_class: None,
            lone_pods: 0,
            computed_from: [State { revision: u32::MAX, ..State::default() }; PARTS],
        };
        panels.update_all(timeline, 0);
        panels
    }

    /// Updates all parts. `revision` is the number of changes of the recipe. Returns whether the answer to "Why?" may
    /// have changed.
    pub fn update_all(&mut self, timeline: &Timeline, revision: u32) -> bool {
        let mut asks = false;
        for part in 0..PARTS {
            asks |= self.update(timeline, revision, part);
        }
        asks
    }

    /// Updates one of the [`PARTS`]. Returns whether the answer to "Why?" may have changed.
    pub fn update(&mut self, timeline: &Timeline, revision: u32, part: usize) -> bool {
        let events = timeline.events();
        let end = timeline.end().max(timeline.now());
        let state = State {
            revision,
            seen: events.partition_point(|event| event.time <= timeline.now()),
            written: timeline.cluster().store.resource_version,
            tick: timeline.now().0 / 200,
            shown: events.partition_point(|event| event.time <= end),
            length: kept_length(self.marks.length, timeline_length(end)),
        };
        let before = std::mem::replace(&mut self.computed_from[part], state);
        let is_new = state.revision != before.revision;
        match part {
            _ if state == before => return false,
            0 if is_new || state.seen != before.seen => self.update_log(timeline, state, is_new),
            1 if is_new || state.shown != before.shown || state.length != before.length => {
                let kept = if is_new { &[] } else { self.marks.stretches.as_slice() };
                let stretches = stretches(&events[..state.shown], state.length, kept);
                let is_observed = timeline.cluster().settings.observed.is_some();
                let seam = if is_observed { seam(events) } else { None };
                self.marks = ByPtr::new(Marks { length: state.length, seam, stretches });
            }
            2 => self.update_sets(timeline.cluster()),
            _ => {}
        }
        part == 2
    }

    /// Updates the log and the latest command.
    fn update_log(&mut self, timeline: &Timeline, state: State, is_new: bool) {
        let events = &timeline.events()[..state.seen];
        let kept = if is_new { &[] } else { self.pages.as_slice() };
        self.pages = ByPtr::new(pages(timeline.cluster(), events, kept));
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

    /// Updates the sets.
    fn update_sets(&mut self, cluster: &Cluster) {
        let sets = why::views(cluster);
        self.lone_pods = if sets.is_empty() { cluster.store.pods.len() } else { 0 };
        if sets != *self.sets {
            self.sets = ByPtr::new(sets);
        }
        self.missing_class = cluster.waits.iter().find_map(|(subject, wait)| {
            let (Subject::Object(object), Reason::ClassMissing { class }) =
                (subject, &*wait.reason)
            else {
                return None;
            };
            let is_claim = object.kind == Kind::PersistentVolumeClaim;
            let claim = object.key.name().to_owned();
            is_claim.then(|| MissingClass { claim, class: class.clone() })
        });
    }
}

/// The pages of the latest events. Pages that have not changed are taken from `kept`.
fn pages(cluster: &Cluster, events: &[Event], kept: &[ByPtr<Page>]) -> Vec<ByPtr<Page>> {
    let first = events.len().saturating_sub(LISTED) / PAGE * PAGE;
    let starts = (first..events.len()).step_by(PAGE);
    let pages = starts.zip(events[first..].chunks(PAGE)).map(|(first, events)| {
        let is_it = |page: &&ByPtr<Page>| page.first == first && page.rows.len() == events.len();
        kept.iter().find(is_it).cloned().unwrap_or_else(|| {
            let rows = events.iter().map(|event| row(cluster, event)).collect();
            ByPtr::new(Page { first, rows })
        })
    });
    pages.collect()
}

/// The row of an event.
pub(super) fn row(cluster: &Cluster, event: &Event) -> Row {
    let about = claim_of(cluster, &event.subject).unwrap_or_else(|| event.subject.clone());
    Row {
        number: event.number,
        time: event.time,
        object: subject::name(&about).into(),
        hue: subject::hue(&about),
        text: event.reason.text(),
        component: event.reason.code().component().name(),
        kind: event.reason.code().event_type(),
        is_seam: event.reason.code() == Code::SimulationBegins,
    }
}

/// The claim that is bound to a volume. Its name says more than that of the volume.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;

    #[test]
    fn full_pages_and_equal_sets_are_kept() {
        let mut timeline = first_story(20);
        let mut panels = Panels::new(&timeline);
        let (page, sets) = (panels.pages[0].clone(), panels.sets.clone());
        panels.update_all(&timeline, 0);
        assert!(panels.sets == sets);
        timeline.seek(Time(25_000));
        panels.update_all(&timeline, 0);
        assert!(panels.pages[0] == page);
        panels.update_all(&timeline, 1);
        assert!(panels.pages[0] != page);
    }

    #[test]
    fn the_log_ends_at_the_cursor() {
        let mut timeline = first_story(40);
        timeline.seek(Time(20_000));
        let panels = Panels::new(&timeline);
        let last = panels.pages.last().and_then(|page| page.rows.last()).expect("a row");
        assert!(last.time <= Time(20_000));
        assert_eq!(panels.sets[0].desired, 3);
        assert_eq!(panels.missing_class, None);
    }

    #[test]
    fn a_class_that_a_claim_names_and_that_is_not_there_can_be_created() {
        const CLAIM: &str = "ordinal 1\nkubectl apply -f - <<END\napiVersion: v1\n\
            kind: PersistentVolumeClaim\nmetadata: { name: data }\nspec:\n  \
            storageClassName: my-storage-class\n  accessModes: [ReadWriteOnce]\n  \
            resources: { requests: { storage: 1Gi } }\nEND\n";
        let mut timeline = Timeline::new(CLAIM).expect("a recipe");
        timeline.seek(Time(5_000));
        let missing = Panels::new(&timeline).missing_class.expect("a missing class");
        assert_eq!((&*missing.claim, &*missing.class), ("data", "my-storage-class"));
        let mut run = timeline.begin_manifest("apply", &missing.manifest());
        while run.go_on() {}
        assert_eq!(timeline.finish(run).exit, 0);
        timeline.seek(Time(60_000));
        assert_eq!(Panels::new(&timeline).missing_class, None);
    }

    #[test]
    fn the_timeline_stays_as_long_when_the_future_is_cut() {
        let mut timeline = first_story(55);
        let mut panels = Panels::new(&timeline);
        assert_eq!(panels.marks.length, Time(60_000));
        timeline.seek(Time(20_000));
        timeline.run_line("kubectl delete pod web-1");
        panels.update_all(&timeline, 1);
        assert_eq!(panels.marks.length, Time(60_000));
        // The timeline of another run may be much shorter.
        panels.update_all(&first_story(400), 2);
        assert_eq!(panels.marks.length, Time(450_000));
        panels.update_all(&first_story(5), 3);
        assert_eq!(panels.marks.length, Panels::new(&first_story(5)).marks.length);
    }

    #[test]
    fn the_latest_command_is_shown() {
        let mut timeline = first_story(30);
        timeline.run_line("kubectl delete pod web-1");
        let panels = Panels::new(&timeline);
        assert_eq!(panels.command.as_deref(), Some("$ kubectl delete pod web-1"));
    }
}
