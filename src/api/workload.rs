//! StatefulSets and their revisions.

use super::closed::*;
use super::condition::Condition;
use super::json::Node;
use super::meta::*;
use super::pod::PodSpec;
use super::storage::PersistentVolumeClaim;
use super::to_tree;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::rc::Rc;

/// A set of pods with identities: stable names, stable storage, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StatefulSet {
    /// Name, UID.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: StatefulSetSpec,
    /// What the controller last saw.
    pub status: StatefulSetStatus,
}

/// What is wanted of a StatefulSet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StatefulSetSpec {
    /// How many pods.
    pub replicas: i32,
    /// Which pods are the set's own.
    pub selector: LabelSelector,
    /// What each pod is made from.
    pub template: PodTemplateSpec,
    /// What each pod's claims are made from.
    pub volume_claim_templates: Vec<PersistentVolumeClaim>,
    /// The governing Service, which gives the pods their DNS names.
    pub service_name: String,
    /// Whether pods are created and deleted in order.
    pub pod_management_policy: PodManagementPolicy,
    /// How a change of the template reaches the pods.
    pub update_strategy: StatefulSetUpdateStrategy,
    /// How many old revisions are kept.
    pub revision_history_limit: i32,
    /// How long a pod must be Ready to count as available, in seconds.
    pub min_ready_seconds: i32,
    /// Whether claims outlive their pods and their set.
    pub persistent_volume_claim_retention_policy: StatefulSetPersistentVolumeClaimRetentionPolicy,
    /// Where the numbering starts.
    pub ordinals: Ordinals,
}

impl Default for StatefulSetSpec {
    fn default() -> StatefulSetSpec {
        StatefulSetSpec {
            replicas: 1,
            selector: LabelSelector::default(),
            template: PodTemplateSpec::default(),
            volume_claim_templates: Vec::new(),
            service_name: String::new(),
            pod_management_policy: PodManagementPolicy::OrderedReady,
            update_strategy: StatefulSetUpdateStrategy::default(),
            revision_history_limit: 10,
            min_ready_seconds: 0,
            persistent_volume_claim_retention_policy:
                StatefulSetPersistentVolumeClaimRetentionPolicy::default(),
            ordinals: Ordinals::default(),
        }
    }
}

/// What each pod is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodTemplateSpec {
    /// Labels and annotations of the pods.
    pub metadata: ObjectMeta,
    /// What each pod runs.
    pub spec: PodSpec,
}

/// How a change of the template reaches the pods. The API server's defaulting fills an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StatefulSetUpdateStrategy {
    /// The type; `Recreate` needs the gate `StatefulSetRecreateStrategy`.
    #[serde(rename = "type")]
    pub kind: StatefulSetUpdateStrategyType,
    /// Options of `RollingUpdate`.
    pub rolling_update: Option<RollingUpdateStatefulSetStrategy>,
}

/// Options of a rolling update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RollingUpdateStatefulSetStrategy {
    /// How many pods, counted from the first, keep the old template.
    pub partition: i32,
    /// How many pods may be down at once; needs the gate `MaxUnavailableStatefulSet`.
    pub max_unavailable: Option<IntOrString>,
}

/// A number, or a percentage of the replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntOrString {
    /// A number.
    Int(i32),
    /// A percentage such as `25%`.
    String(String),
}

impl Serialize for IntOrString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // What is set is written, even if it is 0.
            IntOrString::Int(number) => serializer.serialize_some(number),
            IntOrString::String(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for IntOrString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<IntOrString, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = IntOrString;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a text")
            }

            fn visit_i32<E: de::Error>(self, number: i32) -> Result<IntOrString, E> {
                Ok(IntOrString::Int(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<IntOrString, E> {
                Ok(IntOrString::String(text.to_owned()))
            }
        }

        deserializer.deserialize_newtype_struct("IntOrString", NumberOrText)
    }
}

impl Default for IntOrString {
    fn default() -> IntOrString {
        IntOrString::Int(0)
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrString::Int(number) => write!(f, "{number}"),
            IntOrString::String(text) => f.write_str(text),
        }
    }
}

/// Whether claims outlive their pods and their set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StatefulSetPersistentVolumeClaimRetentionPolicy {
    /// When the set is deleted.
    pub when_deleted: PersistentVolumeClaimRetentionPolicyType,
    /// When the set is scaled down.
    pub when_scaled: PersistentVolumeClaimRetentionPolicyType,
}

impl Default for StatefulSetPersistentVolumeClaimRetentionPolicy {
    fn default() -> StatefulSetPersistentVolumeClaimRetentionPolicy {
        StatefulSetPersistentVolumeClaimRetentionPolicy {
            when_deleted: PersistentVolumeClaimRetentionPolicyType::Retain,
            when_scaled: PersistentVolumeClaimRetentionPolicyType::Retain,
        }
    }
}

/// Where the numbering of the pods starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Ordinals {
    /// The first ordinal.
    pub start: i32,
}

/// What the controller last saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StatefulSetStatus {
    /// The generation of the spec that this status is about.
    pub observed_generation: u64,
    /// Pods that exist.
    pub replicas: i32,
    /// Pods that are Ready.
    pub ready_replicas: i32,
    /// Pods that have been Ready for `minReadySeconds`.
    pub available_replicas: i32,
    /// Pods of the current revision.
    pub current_replicas: i32,
    /// Pods of the update revision.
    pub updated_replicas: i32,
    /// The name of the revision that the set comes from.
    pub current_revision: String,
    /// The name of the revision that the set goes to.
    pub update_revision: String,
    /// How often two revisions had one name.
    pub collision_count: u32,
    /// Unused by the controller, as in Kubernetes.
    pub conditions: Vec<Condition>,
}

/// A template as it once was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ControllerRevision {
    /// Name, owner.
    pub metadata: ObjectMeta,
    /// The template.
    #[serde(serialize_with = "serialize_data", deserialize_with = "deserialize_data")]
    pub data: Rc<PodTemplateSpec>,
    /// Counts up with each new revision of its set.
    pub revision: u64,
}

impl StatefulSet {
    /// The name of the pod of this ordinal.
    pub fn pod_name(&self, ordinal: i32) -> String {
        format!("{}-{ordinal}", self.metadata.name)
    }

    /// The name of the claim that `template` makes for this ordinal (`getPersistentVolumeClaimName`).
    pub fn claim_name(&self, template: &str, ordinal: i32) -> String {
        format!("{template}-{}-{ordinal}", self.metadata.name)
    }

    /// The ordinals that are wanted.
    pub fn ordinals(&self) -> std::ops::Range<i32> {
        let start = self.spec.ordinals.start;
        start..start.saturating_add(self.spec.replicas)
    }

    /// The ordinal in a pod's name, if the name is one of this set's and the number is one of 32 bits
    /// (`getParentNameAndOrdinal`).
    pub fn ordinal_of(&self, pod: &str) -> Option<i32> {
        self.number_of(pod)?.parse().ok()
    }

    /// What stands for the ordinal in a pod's name, if the name is one of this set's.
    fn number_of<'a>(&self, pod: &'a str) -> Option<&'a str> {
        let number = pod.strip_prefix(self.metadata.name.as_str())?.strip_prefix('-')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(number)
    }

    /// Whether a pod's name is the one that the set gives to its ordinal, without leading zeros.
    pub fn is_pod_name(&self, pod: &str) -> bool {
        self.number_of(pod).is_some_and(|number| number == "0" || !number.starts_with('0'))
    }

    /// Whether a pod's name is the set's name, a dash and a number (`isMemberOf`).
    pub fn is_parent_of(&self, pod: &str) -> bool {
        self.number_of(pod).is_some()
    }

    /// Whether pods are created and removed one at a time, in order.
    pub fn is_ordered(&self) -> bool {
        self.spec.pod_management_policy != PodManagementPolicy::Parallel
    }
}

/// The data of a revision: the template below `spec.template`, to be laid over that of the set
/// (`getPatch` of `pkg/controller/statefulset`).
pub fn revision_data(template: &PodTemplateSpec) -> Node {
    let mut tree = to_tree(template);
    tree.set("$patch", "replace");
    let mut data = Node::map([]);
    data.child("spec").set("template", tree);
    data
}

fn serialize_data<S: Serializer>(
    template: &Rc<PodTemplateSpec>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    revision_data(template).serialize(serializer)
}

fn deserialize_data<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Rc<PodTemplateSpec>, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RevisionData {
        spec: RevisionSpec,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RevisionSpec {
        template: PodTemplateSpec,
    }

    let data = RevisionData::deserialize(deserializer)?;
    Ok(Rc::new(data.spec.template))
}
