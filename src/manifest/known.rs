//! The fields of Kubernetes v1.36 that the model does not have.
//!
//! For each struct of [`crate::api`] that a manifest is decoded into: its name in `k8s.io/api`, and
//! the names of the further fields that exist there. Follows the `types.go` of `k8s.io/api`.

use crate::api::Kind;

/// The struct here; the struct in Go, empty if it has the same name; its further fields.
const STRUCTS: &[(&str, &str, &str)] = &[
    (
        "PodSpec",
        "",
        "activeDeadlineSeconds automountServiceAccountToken dnsConfig dnsPolicy \
         enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostUsers \
         hostnameOverride imagePullSecrets os overhead preemptionPolicy priority \
         priorityClassName readinessGates resourceClaims resources runtimeClassName schedulerName \
         schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN \
         shareProcessNamespace workloadRef",
    ),
    (
        "Container",
        "",
        "args command env envFrom imagePullPolicy resizePolicy \
         restartPolicyRules securityContext stdin stdinOnce terminationMessagePath \
         terminationMessagePolicy targetContainerName tty volumeDevices workingDir",
    ),
    ("ContainerPort", "", "hostIP hostPort"),
    ("VolumeMount", "", "mountPropagation readOnly recursiveReadOnly subPath subPathExpr"),
    ("Probe", "", "exec grpc httpGet tcpSocket timeoutSeconds"),
    ("Lifecycle", "", "postStart stopSignal"),
    ("LifecycleHandler", "", "httpGet tcpSocket"),
    (
        "Volume",
        "",
        "awsElasticBlockStore azureDisk azureFile cephfs cinder configMap csi downwardAPI ephemeral \
         fc flexVolume flocker gcePersistentDisk gitRepo glusterfs hostPath image iscsi nfs \
         photonPersistentDisk portworxVolume projected quobyte rbd scaleIO secret storageos \
         vsphereVolume",
    ),
    ("PersistentVolumeClaimVolumeSource", "", "readOnly"),
    ("EmptyDirVolumeSource", "", "medium sizeLimit"),
    ("ObjectMeta", "", "generateName"),
    (
        "ServiceSpec",
        "",
        "allocateLoadBalancerNodePorts clusterIPs externalIPs externalName externalTrafficPolicy \
         healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass \
         loadBalancerIP loadBalancerSourceRanges sessionAffinity sessionAffinityConfig \
         trafficDistribution",
    ),
    ("ServicePort", "", "appProtocol nodePort targetPort"),
    (
        "PersistentVolumeClaimSpec",
        "PersistentVolumeClaimSpec",
        "dataSource dataSourceRef selector volumeAttributesClassName volumeMode",
    ),
    ("VolumeResourceRequirements", "", "limits"),
    (
        "PersistentVolumeSpec",
        "PersistentVolumeSpec",
        "awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker \
         gcePersistentDisk glusterfs hostPath iscsi mountOptions nfs photonPersistentDisk \
         portworxVolume quobyte rbd scaleIO storageos volumeAttributesClassName volumeMode \
         vsphereVolume",
    ),
    ("ClaimRef", "ObjectReference", "apiVersion fieldPath kind resourceVersion"),
    ("ObjectReference", "", "apiVersion fieldPath namespace resourceVersion"),
    ("ResourceRequirements", "", "claims"),
    ("NodeAffinity", "", "preferredDuringSchedulingIgnoredDuringExecution"),
    ("PodAffinity", "", "preferredDuringSchedulingIgnoredDuringExecution"),
    ("PodAffinityTerm", "", "matchLabelKeys mismatchLabelKeys namespaceSelector"),
    ("TopologySpreadConstraint", "", "matchLabelKeys nodeAffinityPolicy nodeTaintsPolicy"),
    (
        "CsiPersistentVolumeSource",
        "CSIPersistentVolumeSource",
        "controllerExpandSecretRef controllerPublishSecretRef fsType nodeExpandSecretRef \
         nodePublishSecretRef nodeStageSecretRef readOnly volumeAttributes",
    ),
    ("LocalVolumeSource", "", "fsType"),
    ("StorageClass", "", "mountOptions parameters"),
    ("TopologySelectorLabelRequirement", "", ""),
    ("ConfigMap", "", "binaryData immutable"),
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "",
    ),
    ("RollingUpdate", "RollingUpdateStatefulSetStrategy", ""),
    ("Ordinals", "StatefulSetOrdinals", ""),
];

/// What the API server fills in itself: it may stand in a manifest and says nothing.
const FILLED_IN: &str = "apiVersion kind status";
const FILLED_IN_META: &str = "creationTimestamp deletionGracePeriodSeconds deletionTimestamp \
                              generation managedFields resourceVersion selfLink uid";

/// Go's types of texts and of list items, by field, where they are not `string`.
const TYPES: &[(&str, &str)] = &[
    ("accessModes", "PersistentVolumeAccessMode"),
    ("allowedTopologies", "TopologySelectorTerm"),
    ("containers", "Container"),
    ("effect", "TaintEffect"),
    ("initContainers", "Container"),
    ("matchExpressions", "LabelSelectorRequirement"),
    ("matchFields", "NodeSelectorRequirement"),
    ("matchLabelExpressions", "TopologySelectorLabelRequirement"),
    ("nodeSelectorTerms", "NodeSelectorTerm"),
    ("persistentVolumeReclaimPolicy", "PersistentVolumeReclaimPolicy"),
    ("podManagementPolicy", "PodManagementPolicyType"),
    ("protocol", "Protocol"),
    ("reclaimPolicy", "PersistentVolumeReclaimPolicy"),
    ("requiredDuringSchedulingIgnoredDuringExecution", "PodAffinityTerm"),
    ("restartPolicy", "RestartPolicy"),
    ("tolerations", "Toleration"),
    ("topologySpreadConstraints", "TopologySpreadConstraint"),
    ("unhealthyPodEvictionPolicy", "UnhealthyPodEvictionPolicyType"),
    ("volumeBindingMode", "VolumeBindingMode"),
    ("volumeClaimTemplates", "PersistentVolumeClaim"),
    ("volumeMounts", "VolumeMount"),
    ("volumes", "Volume"),
    ("whenUnsatisfiable", "UnsatisfiableConstraintAction"),
    ("whenDeleted", "PersistentVolumeClaimRetentionPolicyType"),
    ("whenScaled", "PersistentVolumeClaimRetentionPolicyType"),
];

/// What a field that the model has not is to the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It fills the field in itself.
    FilledIn,
    /// It takes the field; the model does nothing with it.
    NotSimulated,
    /// It refuses the field.
    Unknown,
}

fn has(list: &str, field: &str) -> bool {
    list.split_whitespace().any(|known| known == field)
}

fn entry(owner: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    STRUCTS.iter().find(|(name, _, _)| *name == owner)
}

/// The struct of all kinds that are only stored: it may have any field.
const STORED: &str = "StoredObject";

fn is_kind(owner: &str) -> bool {
    owner == STORED || Kind::ALL.iter().any(|kind| kind.name() == owner)
}

/// Whether this field of an object says what it is an object of.
pub(super) fn is_header(owner: &str, field: &str) -> bool {
    is_kind(owner) && matches!(field, "apiVersion" | "kind")
}

/// The standing of a field of the struct `owner` that the struct has not.
pub(super) fn standing(owner: &str, field: &str) -> Standing {
    let filled_in = match owner {
        "ObjectMeta" => FILLED_IN_META,
        _ if is_kind(owner) => FILLED_IN,
        _ => "",
    };
    if has(filled_in, field) {
        Standing::FilledIn
    } else if owner == STORED || further_fields(owner).any(|known| known == field) {
        Standing::NotSimulated
    } else {
        Standing::Unknown
    }
}

/// The fields of the struct `owner` that exist and are not simulated.
pub(super) fn further_fields(owner: &str) -> impl Iterator<Item = &'static str> {
    entry(owner).map_or("", |(_, _, fields)| fields).split_whitespace()
}

/// The structs that have further fields, by their names in Go, and these fields.
pub fn all_further_fields() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let structs = STRUCTS.iter().filter(|(_, _, fields)| !fields.is_empty());
    structs.map(|(name, _, fields)| (go_name(name), fields.split_whitespace().collect()))
}

/// Whether any struct has a further field of this name.
pub(super) fn is_further_field(field: &str) -> bool {
    STRUCTS.iter().any(|(_, _, fields)| has(fields, field))
}

/// The name of the struct `owner` in Go.
pub(super) fn go_name(owner: &'static str) -> &'static str {
    match entry(owner) {
        Some((_, name, _)) if !name.is_empty() => name,
        _ => owner,
    }
}

/// Go's name for the type of a text, or of an item of a list, under `field` of `owner`.
pub(super) fn go_type(owner: &str, field: &str) -> String {
    let name = match (owner, field) {
        ("Container", "ports") => "ContainerPort",
        ("ServiceSpec", "ports") => "ServicePort",
        ("ServiceSpec", "type") => "ServiceType",
        ("StatefulSetUpdateStrategy", "type") => "StatefulSetUpdateStrategyType",
        ("DeploymentStrategy", "type") => "DeploymentStrategyType",
        ("LabelSelectorRequirement", "operator") => "LabelSelectorOperator",
        ("Toleration", "operator") => "TolerationOperator",
        _ => match TYPES.iter().find(|(name, _)| *name == field) {
            Some((_, name)) => name,
            None => return "string".into(),
        },
    };
    format!("v1.{name}")
}
