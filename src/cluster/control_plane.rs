//! What the API server knows, and what controllers keep in memory: all that a controller can decide from.

use super::drain::Drain;
use super::world::Shared;
use super::*;

/// The state of the control plane at an instant. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlPlane {
    /// The instant.
    pub now: Time,
    /// The API objects.
    pub store: Store,
    /// What controllers keep in memory.
    pub controller_state: ControllerState,
    /// Why objects wait, by object.
    pub waits: Rc<Map<Subject, Wait>>,
    /// The settings of the recipe.
    pub settings: Rc<Settings>,
}

impl ControlPlane {
    /// A control plane at instant 0, whose controllers have seen nothing yet.
    pub(super) fn new(store: Store, settings: Settings) -> ControlPlane {
        ControlPlane {
            now: Time(0),
            store,
            controller_state: ControllerState::default(),
            waits: Rc::default(),
            settings: Rc::new(settings),
        }
    }

    /// Whether the scheduler has chosen a node for a pod, and waits for its volumes.
    pub(super) fn is_assumed(&self, pod: &ObjectMeta) -> bool {
        self.controller_state.binding.contains_key(&pod.uid)
    }
}

/// The settings of the recipe, which do not change during a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How long things take.
    pub timings: Timings,
    /// The version of Kubernetes.
    pub version: Version,
    /// The feature gates that override the defaults of the version, and whether they are on.
    pub gates: Map<String, bool>,
    /// What is known of the real cluster that the recipe reports on, if it does.
    pub observed: Option<Rc<observed::Source>>,
}

impl Settings {
    /// Whether a feature gate is on; one that the version doesn't have is off.
    pub fn is_enabled(&self, gate: &str) -> bool {
        let is_on = self.gates.get(gate).copied();
        self.version.has_gate(gate) && is_on.unwrap_or_else(|| self.version.enables(gate))
    }

    /// Whether a StatefulSet can have the strategy `Recreate`.
    pub fn has_recreate(&self) -> bool {
        self.is_enabled(RECREATE_GATE)
    }
}

/// What controllers and clients of the API keep in memory between two passes; a restart would lose it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControllerState {
    /// Volumes whose attachments have to be looked at (attachdetach: what its event handlers change in
    /// the desired state of the world).
    pub attach_queue: Rc<Set<String>>,
    /// Attachments that nobody needs any more, and since when (attachdetach: `MountedVolume.detachRequestedTime`).
    pub detach_since: Rc<Map<Key, Time>>,
    /// Pods that have a node but not their volumes, and since when (volumebinding: the binding cycle).
    pub binding: Rc<Map<Uid, Time>>,
    /// When pods will be evicted; `None` after the eviction (tainteviction: `TimedWorkerQueue`).
    pub evictions: Rc<Map<Uid, Option<Time>>>,
    /// The `NoExecute` taints of each node as they were last seen (tainteviction: `taintedNodes`).
    pub tainted: Rc<Map<String, Vec<Taint>>>,
    /// The nodes that were there at the last look (nodelifecycle: `knownNodeSet`).
    pub known_nodes: Option<Rc<Vec<(String, Uid)>>>,
    /// Whether no zone sends heartbeats (nodelifecycle: `FullDisruption` of all zones).
    pub all_silent: bool,
    /// When each zone may taint its next node (nodelifecycle: the zone's rate limiter).
    pub next_eviction: Rc<Map<String, Time>>,
    /// Nodes whose object is gone, and since when (podgc: `nodeQueue`).
    pub nodes_gone: Rc<Map<String, Time>>,
    /// The next delay of work items that failed (client-go: rate limiter), in milliseconds.
    pub retry_ms: Rc<Map<WorkItem, u64>>,
    /// How often a message was repeated, and when last, by the number of the event that said it first (client-go:
    /// `EventCorrelator`).
    pub repeats: Rc<Map<u64, (u32, Time)>>,
    /// StatefulSets whose primary is not Ready, and since when (the operator of `failover`).
    pub primaries_lost: Rc<Map<Key, Time>>,
    /// How many entries clients have written: the identity of the next one.
    pub next_entry: u64,
    /// The StatefulSet controller's cache of the pods of each set.
    pub replicas: memo::Memos<StatefulSet, stateful_set::Replica>,
    /// The EndpointSlice controller's cache of the pods and endpoints of each Service.
    pub endpoints: memo::Memos<Service, endpoints::Seen>,
    /// The answers that CoreDNS repeats for a while, by full name.
    pub dns_answers: Rc<Map<String, Rc<dns::Answer>>>,
    /// The running `kubectl drain` commands, by their number.
    pub drains: Shared<u64, Drain>,
    /// The number of drains so far, which is the number of the next one.
    pub drained: u64,
}
