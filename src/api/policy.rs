//! Objects that are kept: disruption budgets and configuration.

use super::meta::*;
use super::workload::IntOrPercent;
use serde::{Deserialize, Serialize};

/// Limits how many pods an eviction may take down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodDisruptionBudget {
    /// Name.
    pub metadata: ObjectMeta,
    /// The limit.
    pub spec: PodDisruptionBudgetSpec,
}

/// The limit of a disruption budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodDisruptionBudgetSpec {
    /// How many pods must stay.
    pub min_available: Option<IntOrPercent>,
    /// How many pods may go.
    pub max_unavailable: Option<IntOrPercent>,
    /// Which pods.
    pub selector: LabelSelector,
}

/// Texts for containers to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigMap {
    /// Name.
    pub metadata: ObjectMeta,
    /// The texts.
    pub data: Labels,
}
