//! What a run does differently under another version of Kubernetes.

use crate::api::Time;
use crate::cluster::{Component, Event, Subject, Version};
use crate::task::Progress;
use std::collections::BTreeMap;

/// How long after the end of the recipe runs are compared, in milliseconds.
pub const COMPARED_MS: u64 = 60_000;
/// The same event happens at the same time if less time than this lies between: delays are random.
const SAME_TIME_MS: u64 = 500;
/// How many events are compared in one slice.
const SLICE: usize = 200;

/// The components whose decisions depend on the version.
const DECIDING: [Component; 4] =
    [Component::ApiServer, Component::StatefulSet, Component::Deployment, Component::ReplicaSet];

/// An event that happens under one version only, or under both at different times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The event, of the first version that has it.
    pub event: Event,
    /// When it happens under each version; none if it does not.
    pub times: [Option<Time>; 2],
}

/// How an event differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// It happens under the first version only.
    First,
    /// It happens under the second version only.
    Second,
    /// It happens under both, at different times.
    Moved,
}

impl Group {
    /// All groups, in the order in which they are listed.
    pub const ALL: [Group; 3] = [Group::First, Group::Second, Group::Moved];

    /// The heading of the group, with the two versions that were compared.
    pub fn heading(self, [first, second]: [Version; 2]) -> String {
        match self {
            Group::First => format!("Only under {}", first.name()),
            Group::Second => format!("Only under {}", second.name()),
            Group::Moved => {
                format!("At another time under {} and {}", first.name(), second.name())
            }
        }
    }
}

impl Difference {
    /// How the event differs.
    pub fn group(&self) -> Group {
        match self.times {
            [_, None] => Group::First,
            [None, _] => Group::Second,
            _ => Group::Moved,
        }
    }

    /// The first instant at which the runs differ by it.
    pub fn at(&self) -> Time {
        self.times.into_iter().flatten().min().unwrap_or_default()
    }
}

/// What two runs of the same recipe do differently, in order of time. Without `is_all`, only what is decided by
/// components that depend on the version, not what follows from it.
pub async fn differences(
    logs: [&[Event]; 2],
    is_all: bool,
    progress: &Progress,
) -> Vec<Difference> {
    let [first, second] = logs;
    let is_same = |(one, other): &(&Event, &Event)| {
        one.time == other.time && one.subject == other.subject && one.reason == other.reason
    };
    let same = first.iter().zip(second).take_while(is_same).count();
    let mut happened: BTreeMap<(Subject, String), [Vec<&Event>; 2]> = BTreeMap::new();
    for (index, log) in logs.into_iter().enumerate() {
        for events in log[same..].chunks(SLICE) {
            let told =
                |event: &&Event| is_all || DECIDING.contains(&event.reason.code().component());
            for event in events.iter().filter(told) {
                let key = (event.subject.clone(), event.reason.text());
                happened.entry(key).or_default()[index].push(event);
            }
            progress.pause().await;
        }
    }
    let mut found: Vec<_> = happened.into_values().flat_map(pair).collect();
    found.sort_by_key(|it| (it.at(), it.event.number));
    found
}

/// The differences between the times at which the same event happens.
fn pair([first, second]: [Vec<&Event>; 2]) -> Vec<Difference> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut others = second.into_iter().peekable();
    for event in first {
        let is_before = |other: &&Event| other.time.plus(SAME_TIME_MS) <= event.time;
        while let Some(other) = others.next_if(is_before) {
            right.push(other);
        }
        if others.next_if(|other| other.time < event.time.plus(SAME_TIME_MS)).is_none() {
            left.push(event);
        }
    }
    right.extend(others);
    let count = left.len().max(right.len());
    let difference = |index| {
        let pair: [Option<&&Event>; 2] = [left.get(index), right.get(index)];
        let event = pair.into_iter().flatten().next().copied()?.clone();
        Some(Difference { event, times: pair.map(|event| Some(event?.time)) })
    };
    (0..count).filter_map(difference).collect()
}

/// The events up to an instant.
pub fn until(events: &[Event], to: Time) -> &[Event] {
    &events[..events.partition_point(|event| event.time <= to)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::finish;
    use crate::timeline::{Timeline, at_version};

    /// A set whose rolling update may take two pods at a time, from 1.37 on.
    const UPDATE: &str = include_str!("../../tests/data/upgrade.ordinal");

    fn compared(recipe: &str, versions: [Version; 2], is_all: bool) -> Vec<Difference> {
        let logs = versions.map(|version| {
            let mut timeline = Timeline::new(&at_version(recipe, version)).expect("a recipe");
            timeline.seek(timeline.end().plus(COMPARED_MS));
            timeline.events().to_vec()
        });
        finish(differences([&logs[0], &logs[1]], is_all, &Progress::default()))
    }

    fn texts(found: &[Difference], group: Group) -> Vec<String> {
        let is_in = |it: &&Difference| it.group() == group;
        found.iter().filter(is_in).map(|it| it.event.reason.text()).collect()
    }

    #[test]
    fn the_same_version_makes_no_difference() {
        assert_eq!(compared(UPDATE, [Version::V1_36; 2], true), []);
        assert_eq!(compared(UPDATE, [Version::V1_34, Version::V1_36], true), []);
    }

    #[test]
    fn a_gate_that_is_on_lets_an_update_take_two_pods_at_a_time() {
        let found = compared(UPDATE, [Version::V1_36, Version::V1_37], false);
        let only = texts(&found, Group::First);
        assert!(only[0].contains("maxUnavailable is dropped"), "{only:?}");
        let moved: Vec<_> = found.iter().filter(|it| it.group() == Group::Moved).collect();
        let deleted = |it: &&&Difference| {
            it.event.reason.text().starts_with("web-2 is deleted, to be recreated")
        };
        let deleted = moved.iter().find(deleted).expect("an earlier deletion");
        assert!(deleted.times[1] < deleted.times[0]);
        assert_eq!(deleted.at(), deleted.times[1].expect("a time"));
        assert!(found.is_sorted_by_key(Difference::at));
    }

    #[test]
    fn the_other_order_of_the_versions_gives_the_same_differences() {
        let one = compared(UPDATE, [Version::V1_36, Version::V1_37], false);
        let other = compared(UPDATE, [Version::V1_37, Version::V1_36], false);
        assert_eq!(texts(&one, Group::First), texts(&other, Group::Second));
        assert_eq!(texts(&one, Group::Moved).len(), texts(&other, Group::Moved).len());
    }

    #[test]
    fn all_events_are_more_than_those_that_are_decided() {
        let versions = [Version::V1_36, Version::V1_37];
        assert!(compared(UPDATE, versions, true).len() > compared(UPDATE, versions, false).len());
    }

    #[test]
    fn headings_name_the_versions() {
        let versions = [Version::V1_35_0, Version::V1_37];
        let headings = Group::ALL.map(|group| group.heading(versions));
        assert_eq!(headings[0], "Only under 1.35.0");
        assert_eq!(headings[1], "Only under 1.37");
        assert_eq!(headings[2], "At another time under 1.35.0 and 1.37");
    }
}
