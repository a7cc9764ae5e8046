//! Deployments and ReplicaSets: pods that are all alike, under names that nobody has to know (S27).

use super::closed::DeploymentStrategyType;
use super::condition::Condition;
use super::meta::*;
use super::workload::{IntOrString, PodTemplateSpec};
use serde::{Deserialize, Serialize};

/// Keeps a number of equal pods, and rolls a new template out over them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Deployment {
    /// Name, UID.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: DeploymentSpec,
    /// What the controller last saw.
    pub status: DeploymentStatus,
}

/// What is wanted of a Deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeploymentSpec {
    /// How many pods.
    pub replicas: i32,
    /// Which pods are its own; it cannot be changed.
    pub selector: LabelSelector,
    /// What each pod is made from.
    pub template: PodTemplateSpec,
    /// How a change of the template reaches the pods.
    pub strategy: DeploymentStrategy,
    /// How long a pod must be Ready to count as available, in seconds.
    pub min_ready_seconds: i32,
    /// How many old ReplicaSets are kept.
    pub revision_history_limit: i32,
    /// Whether a change of the template waits.
    pub paused: bool,
    /// How long a rollout may show no progress, in seconds; the greatest number means for ever.
    pub progress_deadline_seconds: i32,
}

impl Default for DeploymentSpec {
    fn default() -> DeploymentSpec {
        DeploymentSpec {
            replicas: 1,
            selector: LabelSelector::default(),
            template: PodTemplateSpec::default(),
            strategy: DeploymentStrategy::default(),
            min_ready_seconds: 0,
            revision_history_limit: 10,
            paused: false,
            progress_deadline_seconds: 600,
        }
    }
}

/// How a change of the template reaches the pods. The API server's defaulting fills an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeploymentStrategy {
    /// The type.
    #[serde(rename = "type")]
    pub kind: DeploymentStrategyType,
    /// Options of `RollingUpdate`.
    pub rolling_update: Option<RollingUpdateDeployment>,
}

/// Options of a rolling update: numbers, or percentages of the replicas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RollingUpdateDeployment {
    /// How many pods may be missing; a percentage is rounded down.
    pub max_unavailable: Option<IntOrString>,
    /// How many pods there may be too many; a percentage is rounded up.
    pub max_surge: Option<IntOrString>,
}

/// What the controller last saw of a Deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeploymentStatus {
    /// The generation of the spec that this status is about.
    pub observed_generation: u64,
    /// Pods that exist and are not going.
    pub replicas: i32,
    /// Those of them that have the present template.
    pub updated_replicas: i32,
    /// Those of them that are Ready.
    pub ready_replicas: i32,
    /// Those of them that have been Ready for `minReadySeconds`.
    pub available_replicas: i32,
    /// Pods that are wanted and are not available.
    pub unavailable_replicas: i32,
    /// Pods that are going, and count nowhere else.
    pub terminating_replicas: i32,
    /// `Available`, `Progressing`, `ReplicaFailure`.
    pub conditions: Vec<Condition>,
    /// How often two ReplicaSets had one name.
    pub collision_count: u32,
}

/// Keeps a number of equal pods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReplicaSet {
    /// Name, owner.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: ReplicaSetSpec,
    /// What the controller last saw.
    pub status: ReplicaSetStatus,
}

/// What is wanted of a ReplicaSet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReplicaSetSpec {
    /// How many pods.
    pub replicas: i32,
    /// How long a pod must be Ready to count as available, in seconds.
    pub min_ready_seconds: i32,
    /// Which pods are its own.
    pub selector: LabelSelector,
    /// What each pod is made from.
    pub template: PodTemplateSpec,
}

impl Default for ReplicaSetSpec {
    fn default() -> ReplicaSetSpec {
        ReplicaSetSpec {
            replicas: 1,
            min_ready_seconds: 0,
            selector: LabelSelector::default(),
            template: PodTemplateSpec::default(),
        }
    }
}

/// What the controller last saw of a ReplicaSet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ReplicaSetStatus {
    /// Pods that exist and are not going.
    pub replicas: i32,
    /// Those of them that have all labels of the template.
    pub fully_labeled_replicas: i32,
    /// Those of them that are Ready.
    pub ready_replicas: i32,
    /// Those of them that have been Ready for `minReadySeconds`.
    pub available_replicas: i32,
    /// Pods that are going, and count nowhere else.
    pub terminating_replicas: i32,
    /// The generation of the spec that this status is about.
    pub observed_generation: u64,
    /// `ReplicaFailure`.
    pub conditions: Vec<Condition>,
}

impl IntOrString {
    /// Whether it is 0 or 0 %.
    pub fn is_zero(&self) -> bool {
        self.to_string().trim_end_matches('%').bytes().all(|digit| digit == b'0')
    }

    /// The number that this is of `total`; a percentage is rounded up (`GetScaledValueFromIntOrPercent`).
    pub fn rounded_up(&self, total: i32) -> i32 {
        self.scaled(total, 99)
    }

    /// The number that this is of `total`; a percentage is rounded down (`GetScaledValueFromIntOrPercent`).
    pub fn rounded_down(&self, total: i32) -> i32 {
        self.scaled(total, 0)
    }

    /// The number that this is of `total`; of a percentage, after adding so many hundredths.
    fn scaled(&self, total: i32, hundredths: i64) -> i32 {
        match self {
            IntOrString::Int(number) => *number,
            IntOrString::String(text) => {
                let percent: i64 = text.trim_end_matches('%').parse().unwrap_or(0);
                let part = i64::from(total).saturating_mul(percent).saturating_add(hundredths);
                i32::try_from(part / 100).unwrap_or(i32::MAX)
            }
        }
    }
}

impl Deployment {
    /// Whether pods with the new template come while old ones are still there.
    pub fn is_rolling(&self) -> bool {
        self.spec.strategy.kind == DeploymentStrategyType::RollingUpdate
    }

    /// How many pods there may be too many (`MaxSurge`).
    pub fn max_surge(&self) -> i32 {
        self.fence_posts().0
    }

    /// How many pods may be missing (`MaxUnavailable`).
    pub fn max_unavailable(&self) -> i32 {
        self.fence_posts().1.min(self.spec.replicas)
    }

    /// How many pods too many or too few there may be; not both none (`ResolveFenceposts`).
    fn fence_posts(&self) -> (i32, i32) {
        let Some(options) =
            self.spec.strategy.rolling_update.as_ref().filter(|_| self.is_rolling())
        else {
            return (0, 0);
        };
        let replicas = self.spec.replicas;
        let surge = options.max_surge.as_ref().map_or(0, |limit| limit.rounded_up(replicas));
        let missing =
            options.max_unavailable.as_ref().map_or(0, |limit| limit.rounded_down(replicas));
        if surge == 0 && missing == 0 { (0, 1) } else { (surge, missing) }
    }

    /// How long a rollout may show no progress, in seconds, if there is a limit (`HasProgressDeadline`).
    pub fn progress_deadline(&self) -> Option<u64> {
        let seconds = self.spec.progress_deadline_seconds;
        u64::try_from(seconds).ok().filter(|_| seconds != i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rolling(replicas: i32, surge: IntOrString, unavailable: IntOrString) -> (i32, i32) {
        let mut deployment = Deployment::default();
        deployment.spec.replicas = replicas;
        deployment.spec.strategy = DeploymentStrategy {
            kind: "RollingUpdate".into(),
            rolling_update: Some(RollingUpdateDeployment {
                max_surge: Some(surge),
                max_unavailable: Some(unavailable),
            }),
        };
        (deployment.max_surge(), deployment.max_unavailable())
    }

    #[test]
    fn a_surge_is_rounded_up_and_what_is_missing_down() {
        let percent = |number: u32| IntOrString::String(format!("{number}%"));
        assert_eq!(rolling(5, percent(25), percent(25)), (2, 1));
        assert_eq!(rolling(3, percent(25), percent(25)), (1, 0));
        assert_eq!(rolling(1, percent(0), percent(25)), (0, 1), "one of them must be possible");
        assert_eq!(rolling(2, IntOrString::Int(0), IntOrString::Int(5)), (0, 2));
        assert_eq!(rolling(0, percent(0), percent(0)), (0, 0));
    }
}
