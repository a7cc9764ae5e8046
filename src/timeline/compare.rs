//! What a run does differently under another version of Kubernetes.

use crate::api::Time;
use crate::cluster::{Component, Event, Version};
use crate::map::{Map, sort_by_key};
use crate::task::Progress;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference<'e> {
    /// The event, of the first version that has it.
    pub event: &'e Event,
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

impl Difference<'_> {
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
pub async fn differences<'e>(
    logs: [&'e [Event]; 2],
    is_all: bool,
    progress: &Progress,
) -> Vec<Difference<'e>> {
    let mut happened: Map<String, [Vec<&Event>; 2]> = Map::new();
    let same = common(logs);
    for (index, log) in logs.into_iter().enumerate() {
        for events in log[same..].chunks(SLICE) {
            for event in events {
                if is_all || DECIDING.contains(&event.reason.code().component()) {
                    let key = format!("{} {}", event.subject, event.reason.text());
                    happened.or_default(key)[index].push(event);
                }
            }
            progress.pause().await;
        }
    }
    let mut found = Vec::new();
    for logs in happened.values() {
        pair(logs, &mut found);
    }
    sort_by_key(&mut found, |it: &Difference<'_>| (it.at(), it.event.number));
    found
}

/// How many events two logs have in common at their start.
fn common([first, second]: [&[Event]; 2]) -> usize {
    let is_same = |(one, other): &(&Event, &Event)| {
        one.time == other.time && one.subject == other.subject && one.reason == other.reason
    };
    first.iter().zip(second).take_while(is_same).count()
}

/// The differences between the times at which the same event happens.
fn pair<'e>([first, second]: &[Vec<&'e Event>; 2], found: &mut Vec<Difference<'e>>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut next = 0;
    for event in first {
        while let Some(other) = second.get(next)
            && other.time.plus(SAME_TIME_MS) <= event.time
        {
            right.push(*other);
            next += 1;
        }
        match second.get(next) {
            Some(other) if other.time < event.time.plus(SAME_TIME_MS) => next += 1,
            _ => left.push(*event),
        }
    }
    right.extend_from_slice(&second[next..]);
    for index in 0..left.len().max(right.len()) {
        let events = [left.get(index), right.get(index)];
        if let [Some(event), _] | [None, Some(event)] = events {
            found.push(Difference { event, times: events.map(|event| Some(event?.time)) });
        }
    }
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

    fn logs(recipe: &str, versions: [Version; 2]) -> [Vec<Event>; 2] {
        versions.map(|version| {
            let mut timeline = Timeline::new(&at_version(recipe, version)).expect("a recipe");
            timeline.seek(timeline.end().plus(COMPARED_MS));
            timeline.events().to_vec()
        })
    }

    fn compared([first, second]: &[Vec<Event>; 2], is_all: bool) -> Vec<Difference<'_>> {
        finish(differences([first, second], is_all, &Progress::default()))
    }

    fn texts(found: &[Difference<'_>], group: Group) -> Vec<String> {
        let is_in = |it: &&Difference<'_>| it.group() == group;
        found.iter().filter(is_in).map(|it| it.event.reason.text()).collect()
    }

    #[test]
    fn the_same_version_makes_no_difference() {
        for versions in [[Version::V1_36; 2], [Version::V1_34, Version::V1_36]] {
            assert_eq!(compared(&logs(UPDATE, versions), true), []);
        }
    }

    #[test]
    fn a_gate_that_is_on_lets_an_update_take_two_pods_at_a_time() {
        let logs = logs(UPDATE, [Version::V1_36, Version::V1_37]);
        let found = compared(&logs, false);
        let only = texts(&found, Group::First);
        assert!(only[0].contains("maxUnavailable is dropped"), "{only:?}");
        let moved: Vec<_> = found.iter().filter(|it| it.group() == Group::Moved).collect();
        let deleted = |it: &&&Difference<'_>| {
            it.event.reason.text().starts_with("web-2 is deleted, to be recreated")
        };
        let deleted = moved.iter().find(deleted).expect("an earlier deletion");
        assert!(deleted.times[1] < deleted.times[0]);
        assert_eq!(deleted.at(), deleted.times[1].expect("a time"));
        assert!(found.is_sorted_by_key(|it| it.at()));
    }

    #[test]
    fn the_other_order_of_the_versions_gives_the_same_differences() {
        let [first, second] = logs(UPDATE, [Version::V1_36, Version::V1_37]);
        let one = [first.clone(), second.clone()];
        let one = compared(&one, false);
        let other = [second, first];
        let other = compared(&other, false);
        assert_eq!(texts(&one, Group::First), texts(&other, Group::Second));
        assert_eq!(texts(&one, Group::Moved).len(), texts(&other, Group::Moved).len());
    }

    #[test]
    fn all_events_are_more_than_those_that_are_decided() {
        let logs = logs(UPDATE, [Version::V1_36, Version::V1_37]);
        assert!(compared(&logs, true).len() > compared(&logs, false).len());
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
