//! Where a pod may run: what it asks of nodes and of the pods that are there.
//!
//! Only what is required is here; what is preferred is accepted and does nothing.

use super::closed::UnsatisfiableConstraintAction;
use super::meta::*;
use super::other::Other;
use super::storage::NodeSelector;
use crate::map::Map;
use serde::{Deserialize, Serialize};

/// What a container asks of its node: `cpu` or `memory` -> quantity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ResourceRequirements {
    /// The most that it may use.
    pub limits: Map<String, String>,
    /// What the scheduler sets aside for it; what is missing is taken from the limits.
    pub requests: Map<String, String>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Which nodes a pod may run on, beside or away from which pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Affinity {
    /// Labels that its node must have.
    pub node_affinity: Option<NodeAffinity>,
    /// Pods that it has to be with.
    pub pod_affinity: Option<PodAffinity>,
    /// Pods that it must not be with.
    pub pod_anti_affinity: Option<PodAffinity>,
}

/// Labels that a pod's node must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeAffinity {
    /// Looked at when the pod is placed, and not again.
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Option<NodeSelector>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Pods that a pod has to be with, or must not be with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodAffinity {
    /// Looked at when the pod is placed, and not again; all must hold.
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Vec<PodAffinityTerm>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Names pods, and what counts as the same place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodAffinityTerm {
    /// Which pods; none means no pod.
    pub label_selector: Option<LabelSelector>,
    /// In which namespaces; none means that of the pod itself.
    pub namespaces: Vec<String>,
    /// Nodes with the same value of this label are the same place.
    pub topology_key: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// How evenly pods are to be spread over places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TopologySpreadConstraint {
    /// By how many pods a place may be ahead of the emptiest.
    pub max_skew: i32,
    /// Nodes with the same value of this label are the same place.
    pub topology_key: String,
    /// What to do if no node satisfies it. `ScheduleAnyway` has no effect here.
    pub when_unsatisfiable: UnsatisfiableConstraintAction,
    /// Which pods count.
    pub label_selector: Option<LabelSelector>,
    /// With fewer places than this the emptiest counts as one without any pod.
    pub min_domains: Option<i32>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl PodAffinityTerm {
    /// Whether a pod of this namespace and with these labels is meant, by a pod of namespace `own`.
    pub fn means(&self, own: &str, namespace: &str, labels: &Labels) -> bool {
        let is_here = match self.namespaces.is_empty() {
            true => own == namespace,
            false => self.namespaces.iter().any(|name| name == namespace),
        };
        is_here && self.label_selector.as_ref().is_some_and(|selector| selector.matches(labels))
    }
}

/// The value of a `resourceFieldRef`: how many divisors there are in an amount, rounded up (`pkg/api/v1/resource`). An
/// unset divisor is one.
pub fn resource_field(amount: &str, divisor: &str) -> u64 {
    let divisor = match thousandths(divisor) {
        0 => 1_000,
        divisor => divisor,
    };
    thousandths(amount).div_ceil(divisor)
}

/// A quantity such as `1500m`, `1.5` or `8Gi` in thousandths, rounded up; 0 if it is none (`resource.Quantity`).
pub fn thousandths(text: &str) -> u64 {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let Ok(digits) = format!("0{whole}{part}").parse::<u128>() else { return 0 };
    let ten = |power: usize| 10_u128.saturating_pow(u32::try_from(power).unwrap_or(u32::MAX));
    // What one unit is worth in nanos.
    let binary = |power: u32| 1_000_000_000_u128 << (10 * power);
    let exponent = suffix.strip_prefix(['e', 'E']).and_then(|text| text.parse::<usize>().ok());
    let unit = match suffix {
        "n" => 1,
        "u" => ten(3),
        "m" => ten(6),
        "" => ten(9),
        "k" => ten(12),
        "M" => ten(15),
        "G" => ten(18),
        "T" => ten(21),
        "P" => ten(24),
        "E" => ten(27),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => exponent.map_or(0, |power| ten(power.saturating_add(9))),
    };
    let nanos = digits.saturating_mul(unit).div_ceil(ten(part.len()));
    u64::try_from(nanos.div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
