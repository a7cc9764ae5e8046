//! The physical world: hosts, what runs on them, disks, and messages on the network.
//!
//! None of this is an API object. It is keyed by the pod's *UID*, so that a pod whose object was
//! deleted by force can still be running and writing (S26). The [`Step`](super::Step) of a controller has no world; the
//! [`WorldStep`](super::WorldStep) of kubelets, storage drivers, and databases has, and each looks at what it could see.

mod container;
pub(super) mod files;
mod message;
mod reported;
mod runs;
mod terminal;

use super::dns::Answer;
use super::reason::Reason;
use crate::api::*;
use crate::db::Data;
use crate::map::{Map, Set};
pub use container::{ContainerRun, Probes, Process, RunState, Stop, Streak};
pub use files::Files;
pub use message::{Message, Payload, Place};
pub use reported::ApiEvent;
pub use runs::Runs;
use std::cmp::Ordering;
use std::rc::Rc;
pub use terminal::Attached;

/// A map that is copied when it is written while it is shared.
pub type Shared<K, V> = Rc<Map<K, Rc<V>>>;

/// Everything that exists outside the API server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The hosts, by the name of their node.
    pub hosts: Shared<String, Host>,
    /// What runs, or ran, for each pod.
    pub runs: Runs,
    /// The disks, by [`DiskId`].
    pub disks: Shared<DiskId, Disk>,
    /// The names of the storage drivers that are stopped.
    pub stopped_drivers: Rc<Set<String>>,
    /// The messages on the network, by their number.
    pub messages: Shared<u64, Message>,
    /// The number of messages so far, which is the number of the next one.
    pub messages_sent: u64,
    /// The pods to which a `kubectl run` or `kubectl debug` is attached.
    pub attached: Shared<Key, Attached>,
    /// The clients that send requests periodically, by name.
    pub clients: Shared<String, Client>,
    /// Whether it is only what the API objects of a real cluster suggest: what runs, and what is on disks, is unknown.
    pub is_observed: bool,
    /// The last warning about each object that was reported of a real cluster.
    pub warnings: Shared<ObjectRef, ApiEvent>,
}

/// The machine behind a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Whether it runs.
    pub is_on: bool,
    /// Whether it is powered on but not running yet: it boots, or its kubelet cannot reach the API server.
    pub boots: bool,
    /// Whether it is being shut down: its kubelet stops its pods first.
    pub shuts_down: bool,
    /// Whether it is connected to the network.
    pub is_linked: bool,
    /// Since when it has been in this state.
    pub since: Time,
    /// The node object that its kubelet registers: capacity, labels, zone.
    pub node: Rc<Node>,
    /// The images that have been pulled.
    pub images: Set<String>,
    /// The number of the next pod IP.
    pub next_address: u32,
    /// The number of its pod subnet: `10.244.<subnet>.0/24`.
    pub subnet: u32,
}

impl Host {
    /// Whether the control plane can reach it.
    pub fn is_heard(&self) -> bool {
        self.is_on && self.is_linked
    }
}

/// The runtime state of one pod on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodRuntime {
    /// The pod's key: its name stays when its object is gone.
    pub pod: Key,
    /// The node.
    pub node: String,
    /// The spec of the pod, as the kubelet last saw it.
    pub spec: Rc<PodSpec>,
    /// The pod IP; empty before the sandbox exists.
    pub ip: String,
    /// How far the start has come.
    pub stage: Stage,
    /// When this stage began.
    pub stage_since: Time,
    /// When this stage will be over, if that is known.
    pub stage_until: Option<Time>,
    /// The containers, init containers first, in their order.
    pub containers: Vec<ContainerRun>,
    /// The termination in progress.
    pub ending: Option<Ending>,
    /// The volumes that are mounted: names of PersistentVolumes.
    pub mounted: Vec<String>,
    /// The database in it.
    pub database: Option<Database>,
    /// The files of its `emptyDir` volumes, by volume name.
    pub folders: Rc<Map<String, Files>>,
}

/// How far the start of a pod has come on its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Waiting for its volumes to be attached.
    Volumes,
    /// Its volumes are being mounted.
    Mounting,
    /// Its sandbox, with its network, is being created.
    Sandbox,
    /// Its containers run, or are being started.
    Containers,
    /// It has failed.
    Failed,
    /// All containers have stopped; the volumes are still mounted.
    Unmounting,
    /// Nothing is left.
    Gone,
}

/// The termination of a pod on its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Since when.
    pub since: Time,
    /// When the containers will have stopped.
    pub until: Time,
    /// Whether the pod ends with its node, so that its object stays.
    pub is_shutdown: bool,
}

/// Names a disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiskId {
    /// The storage behind a PersistentVolume.
    Volume(String),
    /// The snapshot behind a VolumeSnapshotContent.
    Snapshot(String),
    /// The folder of a pod, gone with it.
    Folder(Uid),
}

impl DiskId {
    /// Compares it with the id of the disk behind a PersistentVolume, without allocating that id.
    pub fn compare_with_volume(&self, name: &str) -> Ordering {
        match self {
            DiskId::Volume(own) => own.as_str().cmp(name),
            DiskId::Snapshot(_) | DiskId::Folder(_) => Ordering::Greater,
        }
    }
}

/// A disk, and what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    /// The node that it is built into; none for remote storage.
    pub node: Option<String>,
    /// The claim for which it was made, for its name.
    pub claim: Option<Key>,
    /// When it was made.
    pub since: Time,
    /// The nodes that it is attached to.
    pub attached: Set<String>,
    /// The data of the database on it.
    pub data: Data,
    /// The other files on the volume.
    pub files: Files,
}

/// What a database was told of its place in the set, as a container reads it from its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name of the set.
    pub set: String,
    /// Its own ordinal.
    pub ordinal: i32,
    /// The ordinal that is the primary.
    pub first: i32,
    /// The governing Service, by which the others are found.
    pub service: String,
    /// The container in which it runs.
    pub container: String,
    /// The init container that clones; none if the database does it as it starts.
    pub clone_container: Option<String>,
    /// Whether an empty replica clones.
    pub clones: bool,
    /// Whether a replica follows the primary.
    pub replicates: bool,
    /// Whether it gets what it missed if it returns with old data.
    pub catches_up: bool,
    /// Whether it accepts a write only once a replica has it.
    pub is_synchronous: bool,
    /// Whether an operator names the primary.
    pub fails_over: bool,
    /// Whether it accepts writes as a replica too.
    pub replicas_write: bool,
    /// Whether it stores each key once.
    pub has_unique_keys: bool,
    /// Whether it counts as ready only while it reaches most of the members that it knows.
    pub wants_quorum: bool,
    /// Whether what it accepts stays in memory until it gets SIGTERM.
    pub flushes_on_stop: bool,
    /// How much room an entry takes on the volume, in thousandths of a byte; 0 if that does not matter.
    pub entry_size: u64,
    /// How many entries a new primary begins with.
    pub initial_entries: u32,
}

/// The database in a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its place in the set.
    pub member: Rc<Member>,
    /// The disk that it writes to.
    pub disk: DiskId,
    /// What it takes the disk to hold: what it found there, and what it wrote since. Two that write to one
    /// disk do not see each other's writes.
    pub data: Data,
    /// What it does.
    pub state: DatabaseState,
    /// Since when.
    pub since: Time,
}

/// What a database does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseState {
    /// It does not run.
    Down,
    /// It starts, and will be open.
    Opening {
        /// When.
        until: Time,
    },
    /// It copies the entries of the member before it.
    Cloning {
        /// The pod that it copies from.
        source: Uid,
        /// When the entry that is on its way arrives.
        next: Time,
    },
    /// It answers.
    Open(Link),
    /// It got SIGTERM, no longer answers, and writes what is in memory to its volume.
    Flushing {
        /// When the next entry is written; none if all are.
        next: Option<Time>,
    },
}

/// How a database that answers stands to its primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It follows nobody: it is the primary, or replication is off.
    Alone,
    /// It looks for the primary.
    Searching,
    /// It started with old data, and looks for a primary that keeps no record of what it missed.
    Returning,
    /// It returned with old data and lacks entries, which it does not get.
    LeftBehind,
    /// It lacks entries of the primary.
    Behind,
    /// It had all entries of the primary, and keeps up with what is added.
    Synced,
    /// It has other entries than the primary, and cannot follow.
    Diverged,
}

impl Database {
    /// Whether what it accepts stays in memory.
    pub fn holds_writes(&self) -> bool {
        self.member.flushes_on_stop && self.is_open()
    }

    /// Whether it answers.
    pub fn is_open(&self) -> bool {
        matches!(self.state, DatabaseState::Open(_))
    }
}

/// A client that asks again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The namespace in which it looks names up.
    pub namespace: String,
    /// The name, or the address, that it was told to ask.
    pub host: String,
    /// Whether it writes; else it reads.
    pub writes: bool,
    /// How often, in milliseconds.
    pub every_ms: u64,
    /// The node on which it runs; none if it is outside all of them.
    pub node: Option<String>,
    /// How long it keeps what a name led to, in milliseconds; `u64::MAX` for ever, if it led anywhere.
    pub keeps_ms: u64,
    /// When it asks next.
    pub next: Time,
    /// What it keeps of its last lookup, and until when.
    pub known: Option<(Rc<Answer>, Time)>,
    /// How many requests it sent.
    pub sent: u32,
    /// How many of them were answered well.
    pub served: u32,
    /// How many were refused, or not answered.
    pub failed: u32,
    /// How many of those answers lacked entries that the primary had.
    pub stale: u32,
    /// What became of the last one, and which incarnation of a pod answered.
    pub fate: Option<(Rc<Reason>, Option<Uid>)>,
}

impl World {
    /// The machine of this node.
    pub fn machine(&self, node: &str) -> Option<&Rc<Host>> {
        self.hosts.get(node)
    }

    /// Whether the node can be heard by the control plane.
    pub fn is_heard(&self, node: &str) -> bool {
        self.machine(node).is_some_and(|machine| machine.is_heard())
    }

    /// Whether a storage driver runs.
    pub fn has_driver(&self, name: &str) -> bool {
        !self.stopped_drivers.contains(name)
    }

    /// Whether two nodes can talk to each other.
    pub fn is_reachable(&self, from: &str, to: &str) -> bool {
        let on = |node| self.machine(node).is_some_and(|machine| machine.is_on);
        on(from) && on(to) && (from == to || self.is_heard(from) && self.is_heard(to))
    }

    /// What runs under an address, if something does.
    pub fn run_at(&self, ip: &str) -> Option<(&Uid, &Rc<PodRuntime>)> {
        let mut runs = self.runs.at_address(ip);
        runs.find(|(_, run)| run.stage == Stage::Containers && self.is_alive(run))
    }

    /// Whether the machine of a run has power.
    pub fn is_alive(&self, run: &PodRuntime) -> bool {
        self.machine(&run.node).is_some_and(|machine| machine.is_on)
    }

    /// The data of a database: as it takes them to be while it runs, else what is on its disk.
    pub fn data_of<'a>(&'a self, run: &'a PodRuntime) -> Option<&'a Data> {
        let database = run.database.as_ref()?;
        let on_disk = &self.disks.get(&database.disk)?.data;
        Some(if database.state == DatabaseState::Down { on_disk } else { &database.data })
    }

    /// Other runs of the same identity that are alive and answer.
    pub fn twins<'a>(&'a self, uid: Uid, pod: &'a Key) -> impl Iterator<Item = &'a Rc<PodRuntime>> {
        let others = self.runs.of_pod(pod).filter(move |(other, _)| **other != uid);
        others.map(|(_, run)| run).filter(|run| {
            self.is_alive(run) && run.database.as_ref().is_some_and(Database::is_open)
        })
    }
}
