//! Objects that are kept: disruption budgets and configuration.

use super::closed::UnhealthyPodEvictionPolicyType;
use super::condition::Condition;
use super::meta::*;
use super::other::Other;
use super::time::Time;
use super::workload::IntOrString;
use crate::map::Map;
use serde::{Deserialize, Serialize};

/// Limits how many pods an eviction may take down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodDisruptionBudget {
    /// Name.
    pub metadata: ObjectMeta,
    /// The limit.
    pub spec: PodDisruptionBudgetSpec,
    /// What the limit comes to now.
    pub status: PodDisruptionBudgetStatus,
}

/// The limit of a disruption budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodDisruptionBudgetSpec {
    /// How many pods must stay.
    pub min_available: Option<IntOrString>,
    /// How many pods may go.
    pub max_unavailable: Option<IntOrString>,
    /// Which pods; none means no pod, an empty one all of the namespace.
    pub selector: Option<LabelSelector>,
    /// Whether a running pod that is not Ready may be evicted while there are too few healthy ones; none means that
    /// it may not.
    pub unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicyType>,
}

/// What the limit of a disruption budget comes to (`pkg/controller/disruption`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodDisruptionBudgetStatus {
    /// The generation of the spec that this is about.
    pub observed_generation: u64,
    /// Pods whose eviction was granted and not seen yet, and when.
    pub disrupted_pods: Map<String, Time>,
    /// How many pods may be evicted now.
    pub disruptions_allowed: i32,
    /// How many are Ready and not granted to go.
    pub current_healthy: i32,
    /// How many have to be.
    pub desired_healthy: i32,
    /// How many there should be.
    pub expected_pods: i32,
    /// `DisruptionAllowed`.
    pub conditions: Vec<Condition>,
}

/// Texts for containers to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConfigMap {
    /// Name.
    pub metadata: ObjectMeta,
    /// The texts.
    pub data: Labels,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}
