//! Claims, volumes, classes, attachments.

use super::closed::*;
use super::condition::Condition;
use super::meta::*;
use super::other::Other;
use crate::map::Map;
use serde::{Deserialize, Serialize};

/// Asks for storage; bound to a volume, it is that storage's name in the namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeClaim {
    /// Name, owners, finalizers.
    pub metadata: ObjectMeta,
    /// What is asked for.
    pub spec: PersistentVolumeClaimSpec,
    /// What was got.
    pub status: PersistentVolumeClaimStatus,
}

/// The annotation that named the class before there was a field for it. It wins over the field.
pub const BETA_CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

impl PersistentVolumeClaim {
    /// The name of the class, if it names one (`GetPersistentVolumeClaimClass` of `k8s.io/component-helpers`).
    pub fn class(&self) -> Option<&str> {
        let annotation = self.metadata.annotations.get(BETA_CLASS_ANNOTATION);
        annotation.or(self.spec.storage_class_name.as_ref()).map(String::as_str)
    }
}

impl PersistentVolume {
    /// The name of the class, or an empty string (`GetPersistentVolumeClass`).
    pub fn class(&self) -> &str {
        let annotation = self.metadata.annotations.get(BETA_CLASS_ANNOTATION);
        annotation.unwrap_or(&self.spec.storage_class_name)
    }
}

/// What a claim asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeClaimSpec {
    /// How it may be mounted.
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    /// The class; none means the default class, an empty string means no class.
    pub storage_class_name: Option<String>,
    /// How much.
    pub resources: VolumeResourceRequirements,
    /// The volume it is bound to.
    pub volume_name: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// How much storage is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeResourceRequirements {
    /// `storage` -> quantity such as `1Gi`.
    pub requests: Map<String, String>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// What a claim got.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeClaimStatus {
    /// The phase; none means Pending.
    pub phase: PersistentVolumeClaimPhase,
    /// The size of the file system on the volume.
    pub capacity: Map<String, String>,
    /// How far growing has got: `Resizing`, `FileSystemResizePending`.
    pub conditions: Vec<Condition>,
}

impl PersistentVolumeClaim {
    /// Whether the claim has its volume.
    pub fn is_bound(&self) -> bool {
        self.status.phase == PersistentVolumeClaimPhase::Bound
    }

    /// The quantity asked for.
    pub fn request(&self) -> &str {
        self.spec.resources.requests.get("storage").map_or("", String::as_str)
    }
}

/// A piece of storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolume {
    /// Name.
    pub metadata: ObjectMeta,
    /// What it is.
    pub spec: PersistentVolumeSpec,
    /// Whether it is taken.
    pub status: PersistentVolumeStatus,
}

/// What a volume is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeSpec {
    /// `storage` -> quantity.
    pub capacity: Map<String, String>,
    /// How it may be used.
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    /// The claim that has it.
    pub claim_ref: Option<ClaimRef>,
    /// Its class.
    pub storage_class_name: String,
    /// What happens to it when its claim is deleted.
    pub persistent_volume_reclaim_policy: PersistentVolumeReclaimPolicy,
    /// Where it can be reached from; none means from everywhere.
    pub node_affinity: Option<VolumeNodeAffinity>,
    /// A volume of a storage driver.
    pub csi: Option<CsiPersistentVolumeSource>,
    /// A folder of one node.
    pub local: Option<LocalVolumeSource>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Names the claim that has a volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimRef {
    /// The namespace of the claim.
    pub namespace: String,
    /// The name of the claim.
    pub name: String,
    /// The incarnation of the claim.
    pub uid: Uid,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Where a volume can be reached from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeNodeAffinity {
    /// Which nodes.
    pub required: NodeSelector,
}

/// Selects nodes: one of the terms must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeSelector {
    /// The terms.
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

/// Requirements on a node's labels, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeSelectorTerm {
    /// The requirements.
    pub match_expressions: Vec<LabelSelectorRequirement>,
    /// Requirements on the field `metadata.name`.
    pub match_fields: Vec<LabelSelectorRequirement>,
}

impl NodeSelector {
    /// Whether a node satisfies one of the terms (`nodeaffinity.NodeSelector.Match`); an empty term selects none.
    pub fn matches(&self, node: &ObjectMeta) -> bool {
        self.node_selector_terms.iter().any(|term| {
            let is_empty = term.match_expressions.is_empty() && term.match_fields.is_empty();
            let fields = Labels::from([("metadata.name".into(), node.name.clone())]);
            let (labels, fields) = (
                term.match_expressions.iter().all(|wanted| wanted.matches(&node.labels)),
                term.match_fields.iter().all(|wanted| wanted.matches(&fields)),
            );
            !is_empty && labels && fields
        })
    }
}

/// A volume of a storage driver.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CsiPersistentVolumeSource {
    /// The driver.
    pub driver: String,
    /// The driver's own name for the volume.
    pub volume_handle: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A folder of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LocalVolumeSource {
    /// The path on the node.
    pub path: String,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Whether a volume is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersistentVolumeStatus {
    /// The phase.
    pub phase: PersistentVolumePhase,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A kind of storage that the cluster offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StorageClass {
    /// Name, and the annotation that makes it the default.
    pub metadata: ObjectMeta,
    /// Who makes the volumes; `kubernetes.io/no-provisioner` means nobody.
    pub provisioner: String,
    /// What happens to its volumes when their claims are deleted.
    pub reclaim_policy: PersistentVolumeReclaimPolicy,
    /// When volumes are provisioned and bound.
    pub volume_binding_mode: VolumeBindingMode,
    /// Whether claims may grow.
    pub allow_volume_expansion: bool,
    /// Where volumes may be made: one of the terms must hold; none means everywhere.
    pub allowed_topologies: Vec<TopologySelectorTerm>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Labels of nodes for which volumes may be made, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TopologySelectorTerm {
    /// The labels.
    pub match_label_expressions: Vec<TopologySelectorLabelRequirement>,
}

/// A label of nodes for which volumes may be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TopologySelectorLabelRequirement {
    /// The label.
    pub key: String,
    /// One of these must be its value.
    pub values: Vec<String>,
}

impl Default for StorageClass {
    fn default() -> StorageClass {
        StorageClass {
            metadata: ObjectMeta::default(),
            provisioner: String::new(),
            reclaim_policy: PersistentVolumeReclaimPolicy::Delete,
            volume_binding_mode: VolumeBindingMode::Immediate,
            allow_volume_expansion: false,
            allowed_topologies: Vec::new(),
            other: Other::default(),
        }
    }
}

/// The annotation that makes a class the default.
pub const DEFAULT_CLASS_ANNOTATION: &str = "storageclass.kubernetes.io/is-default-class";

impl StorageClass {
    /// Whether claims that name no class get this one.
    pub fn is_default(&self) -> bool {
        self.metadata.annotations.get(DEFAULT_CLASS_ANNOTATION).is_some_and(|value| value == "true")
    }

    /// Whether volumes may be made for a node (`MatchTopologySelectorTerms`).
    pub fn allows(&self, labels: &Labels) -> bool {
        let holds = |wanted: &TopologySelectorLabelRequirement| {
            labels.get(&wanted.key).is_some_and(|value| wanted.values.contains(value))
        };
        self.allowed_topologies.is_empty()
            || self
                .allowed_topologies
                .iter()
                .any(|term| term.match_label_expressions.iter().all(holds))
    }

    /// Whether a volume is made only when a pod that needs it has a node.
    pub fn waits_for_consumer(&self) -> bool {
        self.volume_binding_mode == VolumeBindingMode::WaitForFirstConsumer
    }
}

/// A request to attach a volume to a node, and whether it is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeAttachment {
    /// Name.
    pub metadata: ObjectMeta,
    /// Which volume, which node.
    pub spec: VolumeAttachmentSpec,
    /// Whether it is attached.
    pub status: VolumeAttachmentStatus,
}

/// Which volume to attach to which node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeAttachmentSpec {
    /// The storage driver.
    pub attacher: String,
    /// The node.
    pub node_name: String,
    /// The PersistentVolume.
    pub persistent_volume_name: String,
}

/// Whether a volume is attached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeAttachmentStatus {
    /// Whether the storage driver has attached it.
    pub attached: bool,
}
