//! Two futures from one instant: what differs between them.

use super::format::short_clock;
use super::subject;
use crate::api::*;
use crate::cluster::world::PodRuntime;
use crate::cluster::{Cluster, Subject};
use crate::map::{Map, Set};
use std::rc::Rc;

/// The most differences that are listed.
const LISTED: usize = 100;

/// One of the two futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one on the left.
    A,
    /// The one on the right.
    B,
}

impl Side {
    /// Both, from left to right.
    pub const ALL: [Side; 2] = [Side::A, Side::B];

    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Side::A => "A",
            Side::B => "B",
        }
    }
}

/// Two futures, and what differs between them at an instant.
#[derive(Debug)]
pub struct Futures {
    /// The instant up to which they are the same.
    pub from: Time,
    /// The instant at which they are compared.
    pub at: Time,
    /// The one in which the user acts.
    pub own: Side,
    /// What differs, by object.
    pub differences: Vec<Difference>,
    /// How many differences are not listed.
    pub more: usize,
}

/// An object that is not the same in both futures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The kind of the object, as a heading.
    pub kind: &'static str,
    /// Its name, after its namespace unless that is the default one.
    pub name: String,
    /// The CSS class of its hue, or an empty string.
    pub hue: &'static str,
    /// What it is in A and in B.
    pub values: [String; 2],
}

impl Futures {
    /// Compares two clusters at the same instant; the first one is that in which the user acts.
    pub fn new(from: Time, own: Side, clusters: [&Cluster; 2]) -> Futures {
        let [acting, other] = clusters;
        let ordered = if own == Side::A { [acting, other] } else { [other, acting] };
        let mut differences = differences(ordered);
        let more = differences.len().saturating_sub(LISTED);
        differences.truncate(LISTED);
        Futures { from, at: acting.now, own, differences, more }
    }

    /// The result in plain words.
    pub fn summary(&self) -> String {
        let at = short_clock(self.at);
        match self.differences.len() + self.more {
            0 if self.at <= self.from => {
                "Both futures begin here. Act in one, then in the other, and play.".into()
            }
            0 => format!("Nothing differs at {at}."),
            1 => format!("One thing differs at {at}."),
            count => format!("{count} things differ at {at}."),
        }
    }
}

/// A description of each object of a kind, by the object.
type Descriptions = Map<ObjectRef, String>;

/// Describes the objects of a kind.
type Describe = fn(&Cluster) -> Descriptions;

/// What differs between two clusters: sets, pods with their data, claims, volumes, and nodes.
fn differences(clusters: [&Cluster; 2]) -> Vec<Difference> {
    let kinds: [(&'static str, Describe); 6] = [
        ("StatefulSets", sets),
        ("Pods", pods),
        ("Entries", entries),
        ("Claims", claims),
        ("Volumes", volumes),
        ("Nodes", nodes),
    ];
    let mut found = Vec::new();
    for (kind, describe) in kinds {
        let all = clusters.map(describe);
        let objects: Set<&ObjectRef> = all.iter().flat_map(|it| it.keys()).collect();
        for object in objects.iter() {
            let values = [0, 1].map(|side: usize| all.get(side).and_then(|it| it.get(*object)));
            let [one, other] = values;
            if one == other {
                continue;
            }
            let name = match object.key.namespace() {
                "" | DEFAULT_NAMESPACE => object.key.name().to_owned(),
                namespace => format!("{namespace}/{}", object.key.name()),
            };
            let hue = subject::hue(&Subject::Object((*object).clone()));
            let values = values.map(|value| value.cloned().unwrap_or_else(|| "none".into()));
            found.push(Difference { kind, name, hue, values });
        }
    }
    found
}

fn sets(cluster: &Cluster) -> Descriptions {
    let describe = |set: &Rc<StatefulSet>| {
        let status = &set.status;
        let is_updating = status.current_revision != status.update_revision;
        let update = if is_updating { ", being updated" } else { "" };
        let text = format!("{} of {} Ready{update}", status.ready_replicas, set.spec.replicas);
        (set.metadata.reference(Kind::StatefulSet), text)
    };
    cluster.store.stateful_sets.iter().map(describe).collect()
}

fn pods(cluster: &Cluster) -> Descriptions {
    let describe = |pod: &Rc<Pod>| {
        let ready = condition(&pod.status.conditions, "Ready").filter(|_| pod.is_ready());
        let state = match ready {
            _ if pod.metadata.is_terminating() => "Terminating".to_owned(),
            Some(ready) => format!("Ready since {}", short_clock(ready.last_transition_time)),
            None => format!("{:?}, not Ready", pod.status.phase),
        };
        let node = match pod.spec.node_name.as_str() {
            "" => "no node".to_owned(),
            node => format!("on {node}"),
        };
        (pod.metadata.reference(Kind::Pod), format!("{state}, {node}"))
    };
    cluster.store.pods.iter().map(describe).collect()
}

/// The entries of the databases in pods.
fn entries(cluster: &Cluster) -> Descriptions {
    let world = cluster.world();
    let runs = world.runs.values().filter(|run| {
        let pod = cluster.store.pods.get(&run.pod);
        pod.is_some_and(|pod| world.runs.get(&pod.metadata.uid).is_some_and(|it| it == *run))
    });
    let describe = |run: &Rc<PodRuntime>| {
        let data = world.data_of(run)?;
        let last = data.entries.iter().last().map(|entry| &*entry.text);
        let last = last.map(|text| format!(", the last one \"{text}\"")).unwrap_or_default();
        Some((ObjectRef::pod(&run.pod), format!("{} entries{last}", data.len())))
    };
    runs.filter_map(describe).collect()
}

fn claims(cluster: &Cluster) -> Descriptions {
    let describe = |claim: &Rc<PersistentVolumeClaim>| {
        let phase = &claim.status.phase;
        let text = match claim.metadata.is_terminating() {
            true => "Terminating".to_owned(),
            false => phase.to_string(),
        };
        (claim.metadata.reference(Kind::PersistentVolumeClaim), text)
    };
    cluster.store.claims.iter().map(describe).collect()
}

fn volumes(cluster: &Cluster) -> Descriptions {
    let attached = |name: &str| {
        let all = cluster.store.attachments.iter();
        let own = all.filter(|it| it.spec.persistent_volume_name == name);
        let nodes: Vec<&str> = own.map(|it| it.spec.node_name.as_str()).collect();
        if nodes.is_empty() {
            "not attached".into()
        } else {
            format!("attached to {}", nodes.join(", "))
        }
    };
    // The name of a volume follows from the UID of its claim, which differs; its claim says which it is.
    let describe = |volume: &Rc<PersistentVolume>| {
        let claim = volume.spec.claim_ref.as_ref()?;
        let object =
            ObjectRef::new(Kind::PersistentVolumeClaim, &Key::new(&claim.namespace, &claim.name));
        let text = format!("{}, {}", volume.status.phase, attached(&volume.metadata.name));
        Some((object, text))
    };
    cluster.store.volumes.iter().filter_map(describe).collect()
}

fn nodes(cluster: &Cluster) -> Descriptions {
    let describe = |node: &Rc<Node>| {
        let name = &node.metadata.name;
        let is_ready = condition(&node.status.conditions, "Ready")
            .is_some_and(|it| it.status == ConditionStatus::True);
        let ready = if is_ready { "Ready" } else { "not Ready" };
        let cordoned = if node.spec.unschedulable { ", cordoned" } else { "" };
        let power = match cluster.world().machine(name) {
            Some(machine) if !machine.is_on => ", powered off",
            Some(machine) if !machine.is_linked => ", no network",
            _ => "",
        };
        (ObjectRef::node(name), format!("{ready}{cordoned}{power}"))
    };
    cluster.store.nodes.iter().map(describe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;

    #[test]
    fn equal_futures_do_not_differ() {
        let run = first_story(40);
        let futures = Futures::new(Time(40_000), Side::A, [run.cluster(), run.cluster()]);
        assert_eq!(futures.differences, []);
        assert!(futures.summary().starts_with("Both futures begin here"));
        let later = Futures { at: Time(50_000), ..futures };
        assert_eq!(later.summary(), "Nothing differs at 0:50.");
    }

    #[test]
    fn what_was_done_differs_on_the_side_where_it_was_done() {
        let mut acting = first_story(40);
        let other = acting.clone();
        acting.run_line("kubectl scale statefulset web --replicas=1");
        acting.run_line("node node-3 off");
        for own in Side::ALL {
            let (mut acting, mut other) = (acting.clone(), other.clone());
            acting.seek(Time(100_000));
            other.seek(Time(100_000));
            let futures = Futures::new(Time(40_000), own, [acting.cluster(), other.cluster()]);
            let pod = futures.differences.iter().find(|it| it.kind == "Pods" && it.name == "web-2");
            let pod = pod.expect("web-2 differs");
            let [here, there] = match own {
                Side::A => [&pod.values[0], &pod.values[1]],
                Side::B => [&pod.values[1], &pod.values[0]],
            };
            assert_eq!(here, "none");
            assert!(there.starts_with("Ready since 0:"), "{there}");
            let kinds: Vec<&str> = futures.differences.iter().map(|it| it.kind).collect();
            assert!(kinds.contains(&"StatefulSets") && kinds.contains(&"Nodes"), "{kinds:?}");
            assert!(
                futures.summary().ends_with(" things differ at 1:40."),
                "{}",
                futures.summary()
            );
        }
    }
}
