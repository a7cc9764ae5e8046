//! Generic observers of a run: what clients wrote, what is deleted, who runs twice, and how long pods are missing.
//!
//! They look at the cluster after every step, and know no fault and no database but through what is on the disks.

use super::target::Target;
use crate::api::*;
use crate::cluster::world::{DatabaseState, Disk, DiskId, PodRuntime, Stage};
use crate::cluster::{Cluster, Event, Reason};
use crate::db::{Data, Role};
use crate::map::{Map, Set};
use std::rc::Rc;

/// The client that writes to the first pod while a run is observed.
pub(super) const CLIENT: &str = "shop";

/// Where data is deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The volume of a claim of this name.
    Claim(String),
    /// The `emptyDir` of a pod of this name.
    Folder(String),
    /// The container of a pod of this name, which has no volume.
    Container(String),
}

/// Data that is deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deleted {
    pub place: Place,
    pub at: Time,
    /// How many entries there were.
    pub entries: u32,
    /// Whether one of them was on no other disk of the set.
    pub was_last: bool,
}

/// Two pods that run under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Twins {
    pub pod: String,
    pub at: Time,
    pub nodes: [String; 2],
}

/// What was observed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Measures {
    /// How long fewer pods were Ready than desired, in milliseconds.
    pub short_ms: u64,
    /// How many of the desired pods at most were not Ready at the same time.
    pub missing: i32,
    /// How long no first pod could take writes, in milliseconds.
    pub no_primary_ms: u64,
    /// When the first of these two began.
    pub down_at: Option<Time>,
    /// What was deleted.
    pub deleted: Vec<Deleted>,
    /// The first twins.
    pub twins: Option<Twins>,
    /// A drain that gave up: when, and its message.
    pub blocked: Option<(Time, String)>,
}

/// Looks at a run, step by step.
#[derive(Clone, Debug)]
pub(super) struct Meter {
    target: Rc<Target>,
    /// What was observed so far.
    pub measures: Measures,
    /// The number of the events that were looked at.
    seen: usize,
    /// The instant of the last look.
    last: Time,
    is_short: bool,
    is_down: bool,
    /// How many writes were accepted.
    served: u32,
    /// The texts of the writes that were accepted.
    accepted: Vec<String>,
    /// What is on the volumes, by the name of their claim.
    volumes: Map<DiskId, Rc<Disk>>,
}

impl Meter {
    /// Begins to look at a run.
    pub(super) fn new(target: Rc<Target>, cluster: &Cluster, events: &[Event]) -> Meter {
        Meter {
            target,
            measures: Measures::default(),
            seen: events.len(),
            last: cluster.now,
            is_short: false,
            is_down: false,
            served: 0,
            accepted: Vec::new(),
            volumes: Map::new(),
        }
    }

    /// Forgets the measures, not what clients wrote.
    pub(super) fn restart(&mut self, now: Time) {
        self.measures = Measures::default();
        self.last = now;
    }

    /// Looks at the cluster after a step, and at all events of the run so far.
    pub(super) fn look(&mut self, cluster: &Cluster, events: &[Event]) {
        let passed = cluster.now.since(self.last);
        self.last = cluster.now;
        if self.is_short {
            self.measures.short_ms += passed;
        }
        if self.is_down {
            self.measures.no_primary_ms += passed;
        }
        let before = std::mem::take(&mut self.volumes);
        for event in events.get(self.seen..).unwrap_or_default() {
            self.take(cluster, &before, event);
        }
        self.seen = events.len();
        let disks = cluster.world().disks.iter();
        let volumes = disks.filter(|(id, _)| matches!(id, DiskId::Volume(_)));
        self.volumes = volumes.map(|(id, disk)| (id.clone(), disk.clone())).collect();
        self.note_write(cluster);
        self.note_twins(cluster);
        self.note_readiness(cluster);
    }

    /// Takes note of an event. `before` are the volumes before it.
    fn take(&mut self, cluster: &Cluster, before: &Map<DiskId, Rc<Disk>>, event: &Event) {
        let (place, entries, was_last) = match &*event.reason {
            Reason::VolumeDeleted { volume, .. } => {
                let id = DiskId::Volume(volume.key.name().to_owned());
                let Some(disk) = before.get(&id) else { return };
                let Some(claim) = disk.claim.as_ref().filter(|_| disk.data.role.is_some()) else {
                    return;
                };
                let was_last = has_more(&disk.data, cluster.world().disks.values());
                (Place::Claim(claim.name().to_owned()), disk.data.len(), was_last)
            }
            Reason::DataLost { pod, entries, only } => {
                (Place::Folder(pod.key.name().to_owned()), *entries, !only.is_empty())
            }
            Reason::ContainerLost { pod, entries } => {
                (Place::Container(pod.key.name().to_owned()), *entries, false)
            }
            Reason::DrainFailed { error, .. } => {
                self.measures.blocked.get_or_insert((event.time, error.clone()));
                return;
            }
            _ => return,
        };
        if entries > 0 {
            let deleted = Deleted { place, at: event.time, entries, was_last };
            self.measures.deleted.push(deleted);
        }
    }

    /// Keeps the text of a write that the client now knows to be accepted.
    fn note_write(&mut self, cluster: &Cluster) {
        let Some(client) = cluster.world().clients.get(CLIENT) else { return };
        if client.served == self.served {
            return;
        }
        self.served = client.served;
        if let Some((reason, _)) = &client.fate
            && let Reason::WriteAccepted { entry, .. } | Reason::TwinAccepted { entry, .. } =
                &**reason
        {
            self.accepted.push(entry.clone());
        }
    }

    fn note_twins(&mut self, cluster: &Cluster) {
        if self.measures.twins.is_some() {
            return;
        }
        let mut running: Map<&Key, &Rc<PodRuntime>> = Map::new();
        for run in cluster.world().runs.values().filter(|run| is_running(cluster, run)) {
            if run.pod.namespace() != self.target.key.namespace() {
                continue;
            }
            if let Some(other) = running.insert(&run.pod, run) {
                let nodes = [other.node.clone(), run.node.clone()];
                let (pod, at) = (run.pod.name().to_owned(), cluster.now);
                self.measures.twins = Some(Twins { pod, at, nodes });
            }
        }
    }

    fn note_readiness(&mut self, cluster: &Cluster) {
        let Some(set) = self.target.set(cluster) else { return };
        let desired = set.spec.replicas;
        let pods = self.target.pods(cluster);
        let ready = pods.iter().filter(|pod| serves(cluster, pod)).count();
        let ready = i32::try_from(ready).unwrap_or(i32::MAX);
        self.is_short = ready < desired;
        self.measures.missing = self.measures.missing.max(desired.saturating_sub(ready));
        let first = set.pod_name(self.target.first);
        let first = pods.iter().find(|pod| pod.metadata.name == first);
        self.is_down = desired > 0 && !first.is_some_and(|pod| takes_writes(cluster, pod));
        if self.is_short || self.is_down {
            self.measures.down_at.get_or_insert(cluster.now);
        }
    }

    /// The accepted writes that the first pod does not have, and how many of them are on no disk; none if the first
    /// pod does not run. Disks that are left of deleted claims count.
    pub(super) fn lost_writes(&self, cluster: &Cluster) -> Option<(Vec<&str>, usize)> {
        let set = self.target.set(cluster)?;
        let first = Key::new(self.target.key.namespace(), &set.pod_name(self.target.first));
        let pod = cluster.store.pods.get(&first).filter(|pod| takes_writes(cluster, pod))?;
        let run = cluster.world().runs.get(&pod.metadata.uid)?;
        let own = texts([cluster.world().data_of(run)?]);
        let all = texts(cluster.world().disks.values().map(|disk| &disk.data));
        let accepted = self.accepted.iter().map(String::as_str);
        let missing: Vec<&str> = accepted.filter(|text| !own.contains(text)).collect();
        let gone = missing.iter().filter(|text| !all.contains(*text)).count();
        Some((missing, gone))
    }
}

/// The texts of all entries.
fn texts<'a>(all: impl IntoIterator<Item = &'a Data>) -> Set<&'a str> {
    all.into_iter().flat_map(|data| data.entries.iter()).map(|entry| &*entry.text).collect()
}

/// Whether data has an entry that a client wrote and that none of these disks has.
fn has_more<'a>(data: &Data, others: impl Iterator<Item = &'a Rc<Disk>>) -> bool {
    let theirs: Set<u64> =
        others.flat_map(|disk| disk.data.entries.iter()).map(|entry| entry.id).collect();
    let mut written = data.entries.iter().filter(|entry| entry.is_written());
    written.any(|entry| !theirs.contains(&entry.id))
}

/// Whether main containers of a pod run on a node that has power, whatever the API server knows.
fn is_running(cluster: &Cluster, run: &PodRuntime) -> bool {
    cluster.world().is_alive(run)
        && run.stage < Stage::Unmounting
        && run.main_containers().any(|container| container.state.is_running())
}

/// Whether a pod is Ready, and can be reached: the API server learns only later that a node is lost.
fn serves(cluster: &Cluster, pod: &Pod) -> bool {
    pod.is_ready()
        && !pod.metadata.is_terminating()
        && cluster.world().is_heard(&pod.spec.node_name)
        && cluster.world().runs.get(&pod.metadata.uid).is_some_and(|run| is_running(cluster, run))
}

/// Whether a pod's database would accept a write now.
fn takes_writes(cluster: &Cluster, pod: &Pod) -> bool {
    let run = cluster.world().runs.get(&pod.metadata.uid);
    let database = run.and_then(|run| run.database.as_ref());
    serves(cluster, pod)
        && database.is_some_and(|database| {
            matches!(database.state, DatabaseState::Open(_))
                && database.data.role == Some(Role::Primary)
        })
}
