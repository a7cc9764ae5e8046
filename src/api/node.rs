//! Nodes and their heartbeats.

use super::closed::{ConditionStatus, TaintEffect, TolerationOperator};
use super::condition::{Condition, condition, set_condition};
use super::meta::*;
use super::other::Other;
use super::pod::Toleration;
use super::time::Time;
use crate::map::Map;
use serde::{Deserialize, Serialize};

/// A machine as the API server knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Node {
    /// Name, labels (zone and host name among them).
    pub metadata: ObjectMeta,
    /// Taints.
    pub spec: NodeSpec,
    /// Conditions.
    pub status: NodeStatus,
}

/// What is said of a node by its keepers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeSpec {
    /// Whether it is cordoned.
    pub unschedulable: bool,
    /// What keeps pods away.
    pub taints: Vec<Taint>,
}

/// What keeps pods away from a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Taint {
    /// The key.
    pub key: String,
    /// The value, or an empty string.
    pub value: String,
    /// What it does to pods that don't tolerate it.
    pub effect: TaintEffect,
    /// When a `NoExecute` taint was set.
    pub time_added: Option<Time>,
}

/// The taint of a node that has stopped reporting.
pub const TAINT_UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// The taint of a node that reports that it is not ready.
pub const TAINT_NOT_READY: &str = "node.kubernetes.io/not-ready";
/// The taint of a cordoned node.
pub const TAINT_UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
/// The taint by which a person vouches that a node is off.
pub const TAINT_OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
/// The label with the zone of a node.
pub const ZONE_LABEL: &str = "topology.kubernetes.io/zone";
/// The label with the host name of a node.
pub const HOSTNAME_LABEL: &str = "kubernetes.io/hostname";

/// What a node says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeStatus {
    /// `Ready` and others.
    pub conditions: Vec<Condition>,
    /// What pods may ask for: `cpu`, `memory`, `pods` -> quantity. The capacity is the same here.
    pub allocatable: Map<String, String>,
    /// The PersistentVolumes that the node has mounted, as it last reported.
    pub volumes_in_use: Vec<String>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// The labels that a kubelet gives its node when it registers.
pub fn registration_labels(name: &str) -> Labels {
    let labels = [
        (HOSTNAME_LABEL, name),
        ("kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        // Deprecated since v1.14, and still set.
        ("beta.kubernetes.io/os", "linux"),
        ("beta.kubernetes.io/arch", "amd64"),
    ];
    labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What a kubelet reports beside `Ready`, all of it False as long as the node is well.
pub const NODE_PRESSURES: [&str; 3] = ["MemoryPressure", "DiskPressure", "PIDPressure"];

impl Node {
    /// Sets the conditions that a well kubelet posts (`pkg/kubelet/nodestatus/setters.go`).
    pub fn post_ready(&mut self, now: Time) {
        let conditions = &mut self.status.conditions;
        let pressures = [
            ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ];
        for (kind, (reason, message)) in NODE_PRESSURES.into_iter().zip(pressures) {
            set_condition(conditions, kind, ConditionStatus::False, reason, message, now);
        }
        let message = "kubelet is posting ready status";
        set_condition(conditions, "Ready", ConditionStatus::True, "KubeletReady", message, now);
    }

    /// The address in the network of the nodes, or an empty string.
    pub fn internal_ip(&self) -> &str {
        let addresses = self.status.other.get("addresses").map_or(&[][..], |all| all.items());
        let own = addresses.iter().find(|address| address.text("type") == "InternalIP");
        own.map_or("", |address| address.text("address"))
    }

    /// How much of a resource pods may ask for, in thousandths.
    pub fn allocatable(&self, resource: &str) -> u64 {
        self.status.allocatable.get(resource).map_or(0, |amount| super::thousandths(amount))
    }

    /// The status of the `Ready` condition.
    pub fn ready_status(&self) -> &ConditionStatus {
        condition(&self.status.conditions, "Ready")
            .map_or(&ConditionStatus::Unknown, |ready| &ready.status)
    }

    /// The zone, or an empty string.
    pub fn zone(&self) -> &str {
        self.metadata.labels.get(ZONE_LABEL).map_or("", String::as_str)
    }

    /// The taint of this key and effect.
    pub fn taint(&self, key: &str, effect: &TaintEffect) -> Option<&Taint> {
        self.spec.taints.iter().find(|taint| taint.key == key && taint.effect == *effect)
    }
}

impl Toleration {
    /// Whether the toleration matches the taint (`Toleration.ToleratesTaint`).
    pub fn tolerates(&self, taint: &Taint) -> bool {
        let effect_matches = self.effect.is_empty() || self.effect == taint.effect;
        let key_matches = self.key.is_empty() || self.key == taint.key;
        effect_matches
            && key_matches
            && (self.operator == TolerationOperator::Exists || self.value == taint.value)
    }
}

/// A node's heartbeat: renewed every few seconds, in the namespace `kube-node-lease`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Lease {
    /// Name: that of the node.
    pub metadata: ObjectMeta,
    /// When it was last renewed.
    pub renew_time: Time,
}

/// The namespace of the nodes' leases.
pub const LEASE_NAMESPACE: &str = "kube-node-lease";
