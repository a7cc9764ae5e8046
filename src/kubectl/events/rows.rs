//! The events of the API for the codes of the log: who says what, in the words of Kubernetes.

use crate::cluster::Code;

/// Which object an event is about.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum About {
    /// What the log says it is about.
    Itself,
    /// The StatefulSet of the pod that it names.
    Set,
    /// The ReplicaSet that it names.
    Replicas,
    /// The claim that it names.
    Claim,
    /// The pods that use the volume.
    User,
}

/// An event of the API for a code of the log; in reason and message `{name}` stands for a field of the reason, or
/// for one of [`words`](super::words). These are messages of Kubernetes, in no other language than English.
pub(super) struct Row {
    pub(super) code: Code,
    pub(super) about: About,
    /// `Normal` or `Warning`.
    pub(super) kind: &'static str,
    /// Who says it.
    pub(super) from: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: &'static str,
}

/// Declares the events: code, object, type, who says it, reason, message.
macro_rules! rows {
    ($( $code:ident $about:ident $kind:ident $from:literal $reason:literal $message:literal; )*) => {
        pub(super) const ROWS: &[Row] = &[$(Row {
            code: Code::$code,
            about: About::$about,
            kind: stringify!($kind),
            from: $from,
            reason: $reason,
            message: $message,
        }),*];
    };
}

rows! {
    PodCreated Set Normal "statefulset-controller" "SuccessfulCreate" "Create Pod {pod} in StatefulSet {set} successful";
    PodReplaced Set Normal "statefulset-controller" "SuccessfulCreate" "Create Pod {pod} in StatefulSet {set} successful";
    ClaimCreated Set Normal "statefulset-controller" "SuccessfulCreate" "Create Claim {claim} Pod {pod} in StatefulSet {set} success";
    ScaleDownDelete Set Normal "statefulset-controller" "SuccessfulDelete" "Delete Pod {pod} in StatefulSet {set} successful";
    UpdateDelete Set Normal "statefulset-controller" "SuccessfulDelete" "Delete Pod {pod} in StatefulSet {set} successful";
    FailedPodReplaced Set Normal "statefulset-controller" "SuccessfulDelete" "Delete Pod {pod} in StatefulSet {set} successful";
    PodCreateFailed Set Warning "statefulset-controller" "FailedCreate" "create Pod {pod} in StatefulSet {set} failed error: {message}";
    ReplicaSetScaled Itself Normal "deployment-controller" "ScalingReplicaSet" "{scaled} replica set {set} from {from} to {to}";
    ReplicaCreated Replicas Normal "replicaset-controller" "SuccessfulCreate" "Created pod: {pod}";
    ReplicaCreateFailed Replicas Warning "replicaset-controller" "FailedCreate" "Error creating: {message}";
    ReplicaDeleted Replicas Normal "replicaset-controller" "SuccessfulDelete" "Deleted pod: {pod}";
    Autoscaled Itself Normal "horizontal-pod-autoscaler" "SuccessfulRescale" "New size: {to}; reason: {message}";
    AutoscalerTargetMissing Itself Warning "horizontal-pod-autoscaler" "FailedGetScale" "{message}";
    AutoscalerMetricsMissing Itself Warning "horizontal-pod-autoscaler" "{code}" "{message}";
    AutoscalerMetricsMissing Itself Warning "horizontal-pod-autoscaler" "FailedComputeMetricsReplicas" "invalid metrics ({metrics} invalid out of {metrics}), first error is: failed to get {metric}: {message}";
    Scheduled Itself Normal "default-scheduler" "Scheduled" "Successfully assigned {namespace}/{pod} to {node}";
    FailedScheduling Itself Warning "default-scheduler" "FailedScheduling" "{message}{tail}";
    Preempted Itself Normal "default-scheduler" "Preempted" "Preempted by pod {by_uid} on node {node}";
    WaitForFirstConsumer Itself Normal "persistentvolume-controller" "WaitForFirstConsumer" "waiting for first consumer to be created before binding";
    ClassMissing Itself Warning "persistentvolume-controller" "ProvisioningFailed" "storageclass.storage.k8s.io \"{class}\" not found";
    NoClass Itself Normal "persistentvolume-controller" "FailedBinding" "no persistent volumes available for this claim and no storage class is set";
    ClaimLost Itself Warning "persistentvolume-controller" "ClaimLost" "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
    ClaimMisbound Itself Warning "persistentvolume-controller" "ClaimMisbound" "Two claims are bound to the same volume, this one is bound incorrectly";
    VolumeTaken Itself Warning "persistentvolume-controller" "FailedBinding" "volume \"{volume}\" already bound to a different claim.";
    VolumeMismatch Itself Warning "persistentvolume-controller" "VolumeMismatch" "Cannot bind to requested volume \"{volume}\": {why}";
    VolumeProvisioned Claim Normal "csi.ordinal" "ProvisioningSucceeded" "Successfully provisioned volume {volume}";
    ProvisioningFailed Itself Warning "csi.ordinal" "ProvisioningFailed" "failed to provision volume with StorageClass \"{class}\": {message}";
    SnapshotStarted Itself Normal "snapshot-controller" "CreatingSnapshot" "Waiting for a snapshot {namespace}/{snapshot} to be created by the CSI driver.";
    SnapshotReady Itself Normal "snapshot-controller" "SnapshotReady" "Snapshot {namespace}/{snapshot} is ready to use.";
    SnapshotFailed Itself Warning "snapshot-controller" "SnapshotContentCreationFailed" "Failed to create snapshot content with error {message}";
    ExternalExpanding Itself Normal "volume_expand" "ExternalExpanding" "waiting for an external controller to expand this PVC";
    VolumeResizing Itself Normal "external-resizer csi.ordinal" "Resizing" "External resizer is resizing volume {volume}";
    FileSystemResizeRequired Itself Normal "external-resizer csi.ordinal" "FileSystemResizeRequired" "Require file system resize of volume on node";
    FileSystemResized User Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    FileSystemResized Itself Normal "kubelet" "FileSystemResizeSuccessful" "MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}";
    MultiAttach Itself Warning "attachdetach-controller" "FailedAttachVolume" "Multi-Attach error for volume \"{volume}\" {users}";
    Attached User Normal "attachdetach-controller" "SuccessfulAttachVolume" "AttachVolume.Attach succeeded for volume \"{volume}\" ";
    Pulling Itself Normal "kubelet" "Pulling" "Pulling image \"{image}\"";
    ContainerStarted Itself Normal "kubelet" "Pulled" "Successfully pulled image \"{image}\" in {took} ({took} including waiting)";
    ContainerRestarted Itself Normal "kubelet" "Pulled" "Successfully pulled image \"{image}\" in {took} ({took} including waiting)";
    ContainerStarted Itself Normal "kubelet" "Pulled" "Container image \"{image}\" already present on machine and can be accessed by the pod";
    ContainerStarted Itself Normal "kubelet" "Created" "Container created";
    ContainerStarted Itself Normal "kubelet" "Started" "Container started";
    ContainerRestarted Itself Normal "kubelet" "Pulled" "Container image \"{image}\" already present on machine and can be accessed by the pod";
    ContainerRestarted Itself Normal "kubelet" "Created" "Container created";
    ContainerRestarted Itself Normal "kubelet" "Started" "Container started";
    BackOff Itself Warning "kubelet" "BackOff" "Back-off restarting failed container {container} in pod {pod}_{namespace}({uid})";
    PodStopping Itself Normal "kubelet" "Killing" "Stopping container {container}";
    ContainerKilled Itself Normal "kubelet" "Killing" "{message}";
    ProbeFailed Itself Warning "kubelet" "Unhealthy" "{message}";
    PodRebooted Itself Normal "kubelet" "SandboxChanged" "Pod sandbox changed, it will be killed and re-created.";
    PodOnLostNode Itself Warning "node-controller" "NodeNotReady" "Node is not ready";
    TaintEviction Itself Normal "taint-eviction-controller" "TaintManagerEviction" "Marking for deletion Pod {namespace}/{pod}";
    EvictionCancelled Itself Normal "taint-eviction-controller" "TaintManagerEviction" "Cancelling deletion of Pod {namespace}/{pod}";
    NodeNotReady Itself Normal "node-controller" "NodeNotReady" "Node {node} status is now: NodeNotReady";
    NodeShuttingDown Itself Normal "kubelet" "NodeShutdown" "Shutdown manager detected shutdown event";
    NodeShuttingDown Itself Normal "kubelet" "NodeNotReady" "Node {node} status is now: NodeNotReady";
    NodeRegistered Itself Normal "node-controller" "RegisteredNode" "Node {node} event: Registered Node {node} in Controller";
    NodeRemoved Itself Normal "node-controller" "RemovingNode" "Node {node} event: Removing Node {node} from Controller";
    NodeReady Itself Normal "kubelet" "NodeReady" "Node {node} status is now: NodeReady";
    Cordoned Itself Normal "kubelet" "{state}" "Node {node} status is now: {state}";
    PullFailed Itself Warning "kubelet" "Failed" "Failed to pull image \"{image}\": not found";
    PullFailed Itself Warning "kubelet" "Failed" "Error: ErrImagePull";
    PullBackOff Itself Normal "kubelet" "BackOff" "Back-off pulling image \"{image}\"";
    PullBackOff Itself Warning "kubelet" "Failed" "Error: ImagePullBackOff";
    WaitForPodScheduled Itself Normal "persistentvolume-controller" "WaitForPodScheduled" "waiting for {waiting} to be scheduled";
    ExternalProvisioning Itself Normal "persistentvolume-controller" "ExternalProvisioning" "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    ContainerConfigError Itself Warning "kubelet" "Failed" "Error: {message}";
    MountFailed Itself Warning "kubelet" "FailedMount" "MountVolume.SetUp failed for volume \"{volume}\" : {message}";
    StartedWithoutCopy Itself Warning "example-database" "StartedWithoutCopy" "The Pods of this StatefulSet have no DNS names, so the example database started without a copy of the data";
}
