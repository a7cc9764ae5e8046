//! Pods and their containers.

use super::closed::*;
use super::condition::*;
use super::json::Value;
use super::lifecycle::*;
use super::meta::*;
use super::other::Other;
use super::placement::*;
use super::time::Time;
use serde::{Deserialize, Serialize};

/// A group of containers that run on one node under one IP.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Pod {
    /// Name, UID, owner.
    pub metadata: ObjectMeta,
    /// What is to run.
    pub spec: PodSpec,
    /// What runs, as last reported.
    pub status: PodStatus,
}

/// What is to run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodSpec {
    /// Run one after the other, each to its end, before the containers start.
    pub init_containers: Vec<Container>,
    /// Run together.
    pub containers: Vec<Container>,
    /// Added to the running pod for debugging; never restarted.
    pub ephemeral_containers: Vec<Container>,
    /// What the containers can mount.
    pub volumes: Vec<Volume>,
    /// The node, once the scheduler has chosen one.
    pub node_name: String,
    /// Labels that the node must have.
    pub node_selector: Labels,
    /// Which nodes it may run on, beside or away from which pods.
    pub affinity: Option<Affinity>,
    /// The tolerations: which node taints the pod tolerates.
    pub tolerations: Vec<Toleration>,
    /// How evenly it and its like are to be spread.
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// The host name; a StatefulSet's pods get their own name.
    pub hostname: String,
    /// The governing Service of a StatefulSet's pods.
    pub subdomain: String,
    /// Whether containers that ended are started again.
    pub restart_policy: RestartPolicy,
    /// How long the containers may take to end when the pod is deleted, in seconds.
    pub termination_grace_period_seconds: u64,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Default for PodSpec {
    fn default() -> PodSpec {
        PodSpec {
            init_containers: Vec::new(),
            containers: Vec::new(),
            ephemeral_containers: Vec::new(),
            volumes: Vec::new(),
            node_name: String::new(),
            node_selector: Labels::new(),
            affinity: None,
            tolerations: Vec::new(),
            topology_spread_constraints: Vec::new(),
            hostname: String::new(),
            subdomain: String::new(),
            restart_policy: RestartPolicy::Always,
            termination_grace_period_seconds: 30,
            other: Other::default(),
        }
    }
}

/// The field of a pod that names its PriorityClass.
pub const PRIORITY_CLASS: &str = "priorityClassName";
/// The field of a pod and of a PriorityClass that says whether others have to give way.
pub const PREEMPTION_POLICY: &str = "preemptionPolicy";

impl PodSpec {
    /// Its priority, which admission has set (`corev1helpers.PodPriority`).
    pub fn priority(&self) -> i32 {
        let priority = self.other.get("priority").map(|it| &it.value);
        match priority {
            Some(Value::Int(value)) => i32::try_from(*value).unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether pods with lower priorities never give way to it.
    pub fn never_preempts(&self) -> bool {
        self.other.get(PREEMPTION_POLICY).is_some_and(|policy| policy.as_text() == "Never")
    }
}

/// One container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Container {
    /// The name, unique in the pod.
    pub name: String,
    /// The image to run.
    pub image: String,
    /// The ports that it says it listens on.
    pub ports: Vec<ContainerPort>,
    /// Where the pod's volumes are mounted.
    pub volume_mounts: Vec<VolumeMount>,
    /// What it asks of its node.
    pub resources: ResourceRequirements,
    /// When the container counts as ready.
    pub readiness_probe: Option<Probe>,
    /// When the container is killed, to be started again.
    pub liveness_probe: Option<Probe>,
    /// When the container counts as started; until then there are no other probes.
    pub startup_probe: Option<Probe>,
    /// What is done before the container is stopped.
    pub lifecycle: Option<Lifecycle>,
    /// `Always` makes an init container a sidecar: it starts in its turn and keeps running.
    pub restart_policy: Option<RestartPolicy>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Container {
    /// Whether this init container keeps running beside the containers.
    pub fn is_sidecar(&self) -> bool {
        self.restart_policy == Some(RestartPolicy::Always)
    }

    /// The probes by the names of their fields: liveness, readiness, startup.
    pub fn probes(&self) -> [(&'static str, Option<&Probe>); 3] {
        [
            ("livenessProbe", self.liveness_probe.as_ref()),
            ("readinessProbe", self.readiness_probe.as_ref()),
            ("startupProbe", self.startup_probe.as_ref()),
        ]
    }

    /// The probes, to be changed.
    pub fn probes_mut(&mut self) -> [Option<&mut Probe>; 3] {
        let Container { liveness_probe, readiness_probe, startup_probe, .. } = self;
        [liveness_probe.as_mut(), readiness_probe.as_mut(), startup_probe.as_mut()]
    }
}

/// A port of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ContainerPort {
    /// The number of the port.
    pub container_port: u16,
    /// The name of the port, or an empty string.
    pub name: String,
    /// The protocol; none means TCP.
    pub protocol: Protocol,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Mounts a volume of the pod in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeMount {
    /// The name of the volume.
    pub name: String,
    /// The path in the container.
    pub mount_path: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A volume of a pod: a name, and what is behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Volume {
    /// The name that mounts refer to.
    pub name: String,
    /// A claim: data that outlives the pod.
    pub persistent_volume_claim: Option<PersistentVolumeClaimVolumeSource>,
    /// An empty folder: data that goes with the pod.
    pub empty_dir: Option<EmptyDirVolumeSource>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Refers to a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeClaimVolumeSource {
    /// The name of the claim, in the pod's namespace.
    pub claim_name: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A folder that lives as long as its pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EmptyDirVolumeSource {
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Lets a pod bear a taint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Toleration {
    /// The taint's key; empty with `Exists` means every taint.
    pub key: String,
    /// How the values are compared; none means `Equal`.
    pub operator: TolerationOperator,
    /// The taint's value, for `Equal`.
    pub value: String,
    /// The taint's effect; none means every effect.
    pub effect: TaintEffect,
    /// For `NoExecute`: how long the taint is borne, in seconds; none means for ever.
    pub toleration_seconds: Option<u64>,
}

/// The phase of a pod's life.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum PodPhase {
    /// Accepted; not all of its containers have started once.
    #[default]
    Pending,
    /// Bound to a node, and all containers have started.
    Running,
    /// All containers ended well and are not started again.
    Succeeded,
    /// All containers ended, at least one of them badly, and are not started again.
    Failed,
}

impl PodPhase {
    /// The phase as Kubernetes writes it.
    pub fn name(self) -> &'static str {
        match self {
            PodPhase::Pending => "Pending",
            PodPhase::Running => "Running",
            PodPhase::Succeeded => "Succeeded",
            PodPhase::Failed => "Failed",
        }
    }
}

/// What runs, as the node last reported it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodStatus {
    /// The phase.
    pub phase: PodPhase,
    /// A short reason for the phase, for example `NodeLost`; empty if there is none.
    pub reason: String,
    /// A sentence for the phase; empty if there is none.
    pub message: String,
    /// The conditions, in the order of their first appearance.
    pub conditions: Vec<Condition>,
    /// The address of this incarnation; empty until the sandbox exists.
    #[serde(rename = "podIP")]
    pub pod_ip: String,
    /// When the node took the pod.
    pub start_time: Option<Time>,
    /// The node that the scheduler has in mind while a volume is being made.
    pub nominated_node_name: String,
    /// The init containers.
    pub init_container_statuses: Vec<ContainerStatus>,
    /// The containers.
    pub container_statuses: Vec<ContainerStatus>,
    /// The ephemeral containers.
    pub ephemeral_container_statuses: Vec<ContainerStatus>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// How one container fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ContainerStatus {
    /// The name of the container.
    pub name: String,
    /// Whether it passes its readiness probe (an init container: whether it has ended well).
    pub ready: bool,
    /// How often it was started again.
    pub restart_count: u32,
    /// What it does now.
    pub state: ContainerState,
    /// How it ended the last time.
    pub last_state: Option<ContainerState>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ContainerState {
    /// Not running yet, or not again, for a reason such as `ContainerCreating`, `CrashLoopBackOff`.
    Waiting {
        /// The reason.
        #[serde(default)]
        reason: String,
        /// A sentence, or an empty string.
        #[serde(default)]
        message: String,
    },
    /// Running.
    Running {
        /// Since when.
        #[serde(default)]
        started_at: Time,
    },
    /// Ended.
    Terminated {
        /// `Completed` or `Error`.
        #[serde(default)]
        reason: String,
        /// The exit code.
        #[serde(default)]
        exit_code: u8,
        /// What the container wrote to its termination log, or an empty string.
        #[serde(default)]
        message: String,
        /// When it was started.
        #[serde(default)]
        started_at: Time,
        /// When it ended.
        #[serde(default)]
        finished_at: Time,
    },
}

impl ContainerState {
    /// Waiting for this reason.
    pub fn waiting(reason: &str) -> ContainerState {
        ContainerState::Waiting { reason: reason.into(), message: String::new() }
    }
}

impl Default for ContainerState {
    fn default() -> ContainerState {
        ContainerState::waiting("ContainerCreating")
    }
}

impl Pod {
    /// Whether the pod's `Ready` condition is True.
    pub fn is_ready(&self) -> bool {
        condition(&self.status.conditions, "Ready")
            .is_some_and(|ready| ready.status == ConditionStatus::True)
    }

    /// When the pod has been Ready for so many seconds (`podutil.IsPodAvailable`); none if it is not Ready.
    pub fn available_at(&self, min_ready_seconds: i32) -> Option<Time> {
        let ready = condition(&self.status.conditions, "Ready")?;
        let seconds = u64::try_from(min_ready_seconds).unwrap_or(0);
        (ready.status == ConditionStatus::True)
            .then(|| ready.last_transition_time.plus_seconds(seconds))
    }

    /// Whether the pod has a node.
    pub fn is_bound(&self) -> bool {
        !self.spec.node_name.is_empty()
    }

    /// Whether the pod has ended, well or badly.
    pub fn is_finished(&self) -> bool {
        matches!(self.status.phase, PodPhase::Failed | PodPhase::Succeeded)
    }

    /// The names of the claims that the pod mounts.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.spec
            .volumes
            .iter()
            .filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()))
    }
}
