//! The simulated cluster: one file for each component of the control plane and of the node.
//!
//! A component is a free function that reads the cluster through a step and returns changes as [`Effect`]s; [`apply`]
//! is the only writer. A component decides only from what its upstream counterpart can see. A [`Step`] has the
//! [`ControlPlane`]: API objects, and what controllers keep in memory. Controllers, the scheduler, and `kubectl drain`
//! get one. A [`WorldStep`] also has the [`World`] and may change it. Kubelets, storage drivers, databases, containers,
//! clients, and the network get one. A [`Cluster`] holds both; outside of this module, it can be read but not written.
//! Nothing here can fail: "Pending: no node fits" is state.
//!
//! | file | what it models |
//! |---|---|
//! | `control_plane` | the state of the API server and the controllers |
//! | [`store`] | the API server's tables |
//! | [`world`] | hosts, what runs on them, disks and files, messages on the network |
//! | `step` | what a component reads, and how it requests changes |
//! | [`apply`], `admission` | the single writer: admission, resource versions, deletion, watches |
//! | [`stateful_set`] | the StatefulSet controller |
//! | [`deployment`], [`replica_set`] | the Deployment and ReplicaSet controllers |
//! | [`scheduler`] | the scheduler |
//! | [`volumes`] | claims, provisioning, attaching, protection; the storage drivers |
//! | [`kubelet`] | what a node does for its pods |
//! | [`database`] | the database in the pods: start, clone, replication |
//! | [`failover`] | an operator that names another primary |
//! | [`node_lifecycle`] | heartbeats, taints, evictions |
//! | [`autoscaler`] | the HorizontalPodAutoscaler controller, without metrics |
//! | [`disruption`], [`drain`] | disruption budgets and the Eviction API; `kubectl drain` |
//! | [`endpoints`], [`dns`] | the addresses behind Services, and their names |
//! | [`network`], [`clients`] | messages on the network; the clients that send them |
//! | [`garbage_collector`] | owners and their dependents; pods of nodes that are gone |
//! | [`identities`] | what stays and what changes when a pod is replaced |
//! | [`inside`] | the inside of containers: files, processes, and commands |
//! | [`index`] | lookups by owner, node, claim and the like |
//! | `memo` | the controllers' cache of facts about pods |
//! | [`reason`] | why things happen, and why they do not: the table of codes |
//! | [`sentences`] | the sentences of reasons |
//! | [`observed`] | what is reported of a real cluster, and what it is waiting for |
//! | [`timings`] | how long things take |

mod admission;
pub mod apply;
pub mod autoscaler;
pub mod clients;
mod control_plane;
pub mod database;
pub mod deployment;
pub mod disruption;
pub mod dns;
pub mod drain;
pub mod endpoints;
pub mod failover;
pub mod garbage_collector;
pub mod identities;
pub mod index;
pub mod inside;
pub mod kubelet;
mod memo;
mod names;
pub mod namespaces;
pub mod network;
pub mod node_lifecycle;
pub mod node_ports;
pub mod observed;
mod outcomes;
mod ownership;
mod random;
pub mod reason;
pub mod references;
pub mod replica_set;
pub mod scheduler;
pub mod sentences;
mod state_id;
pub mod stateful_set;
mod step;
pub mod store;
pub mod timings;
pub mod version;
pub mod volumes;
pub(crate) mod watch;
mod work_item;
pub mod world;

pub use control_plane::{ControlPlane, ControllerState, Settings};
pub use index::Index;
pub use names::generated_name;
pub use random::{Random, Stream};
pub use reason::{
    Code, Component, ContainerRef, Detail, DetailCode, Duration, EventType, Reason, Value,
};
pub use state_id::StateId;
pub use step::{Step, WorldStep};
pub use store::{Store, Table};
pub use timings::Timings;
pub use version::{MAX_UNAVAILABLE_GATE, RECREATE_GATE, Version};
pub use work_item::WorkItem;
pub use world::World;

use crate::api::*;
use crate::later::later;
use crate::map::{self, Map, Set};
use std::ops::Deref;
use std::rc::Rc;
use world::{Attached, Client, Disk, DiskId, Host, Message, PodRuntime};

/// The whole state at an instant: what the control plane knows, and the physical world. Cheap to clone.
///
/// It can be read by everybody, the control plane's part as if it were its own, and is written only by [`apply`].
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    control_plane: ControlPlane,
    world: World,
    /// The identities of StatefulSets, by the key of their pod; no component reads them.
    identities: world::Shared<Key, identities::Identity>,
}

impl Deref for Cluster {
    type Target = ControlPlane;

    fn deref(&self) -> &ControlPlane {
        &self.control_plane
    }
}

impl Cluster {
    /// A cluster at instant 0 with these API objects and an empty world.
    pub fn new(store: Store, settings: Settings) -> Cluster {
        let world = World { is_observed: settings.observed.is_some(), ..World::default() };
        Cluster {
            control_plane: ControlPlane::new(store, settings),
            world,
            identities: Rc::default(),
        }
    }

    /// The physical world: hosts, disks, the network.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The identities of StatefulSets, by the key of their pod.
    pub fn identities(&self) -> &Map<Key, Rc<identities::Identity>> {
        &self.identities
    }

    /// Sets the clock to `time`, unless it is later already.
    pub fn advance_to(&mut self, time: Time) {
        self.control_plane.now = self.now.max(time);
    }

    /// A copy that has only this object, to print it.
    pub fn with_only(&self, object: Object) -> Cluster {
        let mut cluster = self.clone();
        cluster.control_plane.store = Store::recorded([object]);
        cluster
    }

    /// Both parts, to be changed by tests that build a state by hand. Nothing else calls it; `tests/it/tidy.rs` checks it.
    pub fn parts_for_tests(&mut self) -> (&mut ControlPlane, &mut World) {
        (&mut self.control_plane, &mut self.world)
    }
}

/// What an event or a wait is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// An API object.
    Object(ObjectRef),
    /// A client.
    Client(String),
    /// A DNS name.
    Name(String),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Object(object) => write!(f, "{object}"),
            Subject::Client(name) => write!(f, "client/{name}"),
            Subject::Name(name) => write!(f, "name/{name}"),
        }
    }
}

impl Subject {
    /// The object of this kind and key.
    pub fn object(kind: Kind, key: &Key) -> Subject {
        Subject::Object(ObjectRef::new(kind, key))
    }

    /// This pod.
    pub fn pod(key: &Key) -> Subject {
        Subject::object(Kind::Pod, key)
    }

    /// This node.
    pub fn node(name: &str) -> Subject {
        Subject::object(Kind::Node, &Key::new("", name))
    }
}

/// Why something waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The reason.
    pub reason: Rc<Reason>,
    /// Since when it is this reason.
    pub since: Time,
    /// The event that said so.
    pub event: u64,
}

/// Something that happened, in the past tense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Counts from 0 over the whole run.
    pub number: u64,
    /// When.
    pub time: Time,
    /// What it is about.
    pub subject: Subject,
    /// The UID of the subject, if it has one.
    pub uid: Option<Uid>,
    /// The number of the event that led to it.
    pub cause: Option<u64>,
    /// What, and why.
    pub reason: Rc<Reason>,
    /// The line by which the user did it.
    pub line: Option<Rc<str>>,
}

/// A change of the state of controllers.
pub type UpdateControllerState = Box<dyn FnOnce(&mut ControllerState)>;

/// A change that a component requests; [`apply`] performs it.
pub enum Effect {
    /// Records an event.
    RecordEvent(Subject, Option<Uid>, Rc<Reason>),
    /// Creates an object, unless there is one of that name.
    Create(Object),
    /// Replaces an object, unless nothing changed or the stored object has another UID.
    Update(Object),
    /// Deletes an object, if it still has the given UID.
    Delete(ObjectRef, Option<Uid>, Grace),
    /// Sets or clears the reason why something waits.
    SetWait(Subject, Option<Rc<Reason>>),
    /// Queues a work item after some milliseconds, unless it is due sooner.
    Enqueue(WorkItem, u64),
    /// Changes the physical world.
    World(Box<Change>),
    /// Changes the state of controllers.
    UpdateControllerState(UpdateControllerState),
    /// Takes over what is reported of a real cluster.
    Report(observed::Report),
}

/// How much time a deleted pod is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// What its spec says.
    Default,
    /// So many seconds.
    Seconds(u64),
}

/// A change of the physical world; none removes the thing.
#[derive(Clone, Debug)]
pub enum Change {
    /// Of a host.
    Host(String, Host),
    /// Of what runs for a pod.
    PodRuntime(Uid, Option<PodRuntime>),
    /// Of a storage driver: whether it runs.
    Driver(String, bool),
    /// Of a disk.
    Disk(DiskId, Option<Disk>),
    /// Sends a message, which gets the next number.
    Send(Message),
    /// Takes a message off the network.
    Deliver(u64),
    /// A `kubectl run` that is attached to its pod.
    Attached(Key, Option<Attached>),
    /// Of a client that asks again and again.
    Client(String, Option<Client>),
    /// A simulation continues from what was observed.
    Simulate,
}

/// Runs the component that a work item concerns.
pub fn run(step: &mut WorldStep<'_>, item: &WorkItem) {
    match item {
        WorkItem::StatefulSet(key) => stateful_set::sync(step, key),
        WorkItem::Schedule(key) => scheduler::schedule(step, key),
        WorkItem::Claim(key) => volumes::sync_claim(step, key),
        WorkItem::Provisioned(key) => volumes::provisioned(step, key),
        WorkItem::Volume(key) => volumes::sync_volume(step, key),
        WorkItem::Snapshot(key) => volumes::sync_snapshot(step, key),
        WorkItem::AttachDetach => volumes::attach_detach(step),
        WorkItem::Attachment(key) => volumes::sync_attachment(step, key),
        WorkItem::Pod(uid, key) => kubelet::sync_pod(step, *uid, key),
        WorkItem::Lease(node) => kubelet::node::renew_lease(step, node),
        WorkItem::NodeMonitor => node_lifecycle::monitor(step),
        WorkItem::NodeEviction => node_lifecycle::taint_silent_nodes(step),
        WorkItem::Node(node) => node_lifecycle::sync_node(step, node),
        WorkItem::NodeTaints(node) => node_lifecycle::sync_taints(step, node),
        WorkItem::Namespace(name) => namespaces::sync(step, name),
        WorkItem::Evict(uid, key) => node_lifecycle::evict(step, *uid, key),
        WorkItem::PodGarbage => garbage_collector::collect_pods(step),
        WorkItem::Orphans(uid) => garbage_collector::collect_orphans(step, *uid),
        WorkItem::Dependents(object) => garbage_collector::wait_for_dependents(step, object),
        WorkItem::Endpoints(key) => endpoints::sync(step, key),
        WorkItem::Failover(key) => failover::sync(step, key),
        WorkItem::Database(uid) => kubelet::sync_database(step, *uid),
        WorkItem::Arrival(number) => network::arrive(step, *number),
        WorkItem::Client(name) => clients::ask(step, name),
        WorkItem::Deployment(_)
        | WorkItem::ReplicaSet(_)
        | WorkItem::Boot(_)
        | WorkItem::Shutdown(_)
        | WorkItem::Budget(_)
        | WorkItem::NewAutoscaler(_)
        | WorkItem::Autoscaler(_)
        | WorkItem::Drain(_) => {
            if let Some(run) = RUN_OTHER.get() {
                run(step, item);
            }
        }
    }
}

later! {
    /// [`run`] for items that only objects and commands can cause for which the second part of the program is loaded.
    static RUN_OTHER: fn(&mut WorldStep<'_>, &WorkItem) = run_other;
    also inside, observed;
}

fn run_other(step: &mut WorldStep<'_>, item: &WorkItem) {
    match item {
        WorkItem::Deployment(key) => deployment::sync(step, key),
        WorkItem::ReplicaSet(key) => replica_set::sync(step, key),
        WorkItem::Boot(node) => kubelet::node::boot(step, node),
        WorkItem::Shutdown(node) => kubelet::node::power_off(step, node),
        WorkItem::Budget(key) => disruption::sync(step, key),
        WorkItem::NewAutoscaler(key) => autoscaler::enqueue(step, key),
        WorkItem::Autoscaler(key) => autoscaler::sync(step, key),
        WorkItem::Drain(number) => drain::sync(step, *number),
        _ => {}
    }
}
