//! The table of reasons, one row for each code: the type of the event, the component that reports it, its fields,
//! the statement of the project's semantics that it shows (S1-S29), and the upstream file or document that it follows.

use super::value::{ContainerRef, Duration, Field, FieldType, Value};
use super::{Component, Detail, EventType, Names};
use crate::api::{ObjectRef, PodPhase};

/// Declares the reasons.
macro_rules! reasons {
    ($(
        $code:ident $kind:ident $who:ident { $($field:ident: $type:ty),* } $statement:literal $source:literal;
    )*) => {
        coded! {
            /// Why something happens, or does not.
            Reason,
            /// The code of a [`Reason`]; it is stable.
            Code;
            $( $code { $($field: $type),* } concat!("Of [`Component::", stringify!($who), "`]. ", $source); )*
        }

        impl Code {
            /// The type of the event.
            pub fn event_type(self) -> EventType { match self { $(Code::$code => EventType::$kind),* } }
            /// The component that reports it.
            pub fn component(self) -> Component { match self { $(Code::$code => Component::$who),* } }
            /// The statement of the semantics that it shows, for example `S4`; empty if none.
            pub fn statement(self) -> &'static str { match self { $(Code::$code => $statement),* } }
            /// Whether it is said of every attempt, although the log has it once.
            pub fn is_attempt(self) -> bool {
                matches!(
                    self,
                    Code::PodCreateFailed
                        | Code::ReplicaCreateFailed
                        | Code::AutoscalerTargetMissing
                        | Code::AutoscalerMetricsMissing
                )
            }
            /// The upstream file or document that it follows.
            pub fn source(self) -> &'static str { match self { $(Code::$code => $source),* } }
        }
    };
}

reasons! {
    // Commands and faults.
    Refused Command ApiServer { message: String } "" "";
    LimitReached Waiting ApiServer { object: ObjectRef, limit: Detail } "" "";
    FieldDropped Changed ApiServer { field: String, gate: String }
        "S8" "pkg/registry/apps/statefulset: dropStatefulSetDisabledFields";
    Applied Command User { object: ObjectRef, verb: String } "S28" "kubectl apply";
    Scaled Command User { object: ObjectRef, from: i32, to: i32 } "S6" "kubectl scale";
    DeletionAsked Command User { object: ObjectRef, grace: Option<Duration> } "" "kubectl delete";
    DeletionForced Command User { object: ObjectRef, grace: Option<Duration> }
        "S26" "concepts/workloads/pods/pod-lifecycle: forced deletion";
    CrashCaused Fault User { container: String, pod: ObjectRef, code: Option<u8> } "S24" "";
    CommandRun Command User { container: String, pod: ObjectRef, command: String } "" "kubectl exec";
    FailureCaused Fault User { pod: ObjectRef } "S24" "";
    NodeOff Fault User { node: ObjectRef } "S25" "";
    NodeShuttingDown Fault User { node: ObjectRef } "S25" "pkg/kubelet/nodeshutdown";
    NodeShutDown Fault Kubelet { node: ObjectRef } "S25" "pkg/kubelet/nodeshutdown";
    NodeOn Fault User { node: ObjectRef } "S25" "";
    NodeCut Fault User { node: ObjectRef } "S25" "";
    NodeHealed Fault User { node: ObjectRef } "S25" "";
    DriverOff Fault User { driver: String } "S10" "";
    DriverOn Fault User { driver: String } "S10" "";
    TaintSet Command User { node: ObjectRef, taint: String } "S25" "kubectl taint";
    TaintRemoved Command User { node: ObjectRef, taint: String } "S25" "kubectl taint";
    ClientStarted Command User { client: String, does: Detail, every: Duration } "S22" "";
    ClientStopped Command User { client: String, served: u32, failed: u32 } "S19" "";
    Cordoned Command User { node: ObjectRef, verb: Detail } "" "kubectl cordon";

    // The StatefulSet controller.
    PodCreated Created StatefulSet { pod: ObjectRef, template: Option<Detail>, why: Option<Detail> }
        "S4" "stateful_set_control.go: processReplica";
    PodReplaced Created StatefulSet { pod: ObjectRef, template: Option<Detail>, why: Option<Detail> }
        "S2" "stateful_set_control.go: processReplica";
    PodCreateFailed Waiting StatefulSet { pod: ObjectRef, message: String, blocked: Option<ObjectRef> }
        "S2" "stateful_pod_control.go: CreateStatefulPod";
    PodUpdateFailed Waiting StatefulSet { pod: ObjectRef, message: String, blocked: Option<ObjectRef> }
        "S2" "stateful_pod_control.go: UpdateStatefulPod";
    PodAdopted Changed StatefulSet { set: ObjectRef, pod: ObjectRef } "S7" "controller_ref_manager.go: ClaimPods";
    PodReleased Changed StatefulSet { set: ObjectRef, pod: ObjectRef } "S28" "controller_ref_manager.go: ClaimPods";
    ClaimCreated Created StatefulSet { claim: ObjectRef, pod: ObjectRef }
        "S10" "stateful_pod_control.go: createPersistentVolumeClaims";
    ClaimOwned Changed StatefulSet { claim: ObjectRef, owner: ObjectRef }
        "S13" "stateful_set_utils.go: updateClaimOwnerRefForSetAndPod";
    ClaimKept Changed StatefulSet { claim: ObjectRef } "S13" "stateful_set_utils.go: updateClaimOwnerRefForSetAndPod";
    ClaimStale Waiting StatefulSet { pod: ObjectRef, claim: ObjectRef }
        "S13" "stateful_pod_control.go: PodClaimIsStale";
    FailedPodReplaced Deleted StatefulSet { pod: ObjectRef, phase: PodPhase }
        "S24" "stateful_set_control.go: processReplica";
    ScaleDownDelete Deleted StatefulSet { pod: ObjectRef, replicas: i32, start: Option<i32> }
        "S5" "stateful_set_control.go: processCondemned";
    UpdateDelete Deleted StatefulSet { pod: ObjectRef } "S8" "stateful_set_control.go: updateStatefulSet";
    RevisionCreated Created StatefulSet { revision: ObjectRef } "S8" "stateful_set_control.go: getStatefulSetRevisions";
    RevisionReused Changed StatefulSet { revision: ObjectRef } "S9" "stateful_set_control.go: getStatefulSetRevisions";
    UpdateComplete Changed StatefulSet { set: ObjectRef, revision: ObjectRef }
        "S8" "stateful_set_utils.go: completeRollingUpdate";
    WaitForReady Waiting StatefulSet { pod: ObjectRef, next: Option<ObjectRef>, waits: Detail }
        "S4" "stateful_set_control.go: processReplica";
    WaitForAvailable Waiting StatefulSet { pod: ObjectRef, next: Option<ObjectRef>, waits: Detail, after: Duration }
        "S8" "stateful_set_control.go: processReplica";
    WaitForTermination Waiting StatefulSet { pod: ObjectRef } "S25" "stateful_set_control.go: processReplica";
    WaitForCondemned Waiting StatefulSet { pod: ObjectRef } "S5" "stateful_set_control.go: processCondemned";
    WaitForCondemnedReady Waiting StatefulSet { pod: ObjectRef } "S5" "stateful_set_control.go: processCondemned";
    WaitScaleDown Waiting StatefulSet { lower: ObjectRef, pod: ObjectRef }
        "S5" "stateful_set_control.go: processReplica";
    WaitForUpdate Waiting StatefulSet { pod: ObjectRef } "S8" "stateful_set_control.go: updateStatefulSet";
    WaitForBudget Waiting StatefulSet { pod: ObjectRef, unavailable: usize, limit: usize }
        "S8" "stateful_set_control.go: updateStatefulSetAfterInvariantEstablished";
    UpdateStuck Waiting StatefulSet { pod: ObjectRef }
        "S9" "concepts/workloads/controllers/statefulset: forced rollback";
    UpdateHeld Waiting StatefulSet { kept: usize, replicas: i32, why: Detail }
        "S8" "stateful_set_control.go: updateStatefulSet";
    WaitForOldRevision Waiting StatefulSet { pod: ObjectRef }
        "S8" "stateful_set_control.go: recreateDeleteAndWait";
    SetDeleting Waiting StatefulSet { set: ObjectRef } "S7" "stateful_set_control.go: updateStatefulSet";

    // The Deployment and ReplicaSet controllers.
    ReplicaSetScaled Changed Deployment { set: ObjectRef, from: i32, to: i32, why: Option<Detail> }
        "" "pkg/controller/deployment/sync.go: scaleReplicaSet";
    RolloutComplete Changed Deployment { deployment: ObjectRef, set: Option<ObjectRef> }
        "" "pkg/controller/deployment/progress.go: syncRolloutStatus";
    RolloutWaits Waiting Deployment { set: Option<ObjectRef>, replicas: i32, least: i32, most: i32 }
        "" "pkg/controller/deployment/rolling.go: reconcileOldReplicaSets";
    WaitForReplicas Waiting Deployment { set: Option<ObjectRef>, replicas: i32 }
        "" "pkg/controller/deployment/sync.go: calculateStatus";
    WaitForOldPods Waiting Deployment { pod: ObjectRef } "" "pkg/controller/deployment/recreate.go: oldPodsRunning";
    RolloutStuck Waiting Deployment { deployment: ObjectRef, set: Option<ObjectRef>, after: Duration }
        "" "pkg/controller/deployment/util: DeploymentTimedOut";
    DeploymentPaused Waiting Deployment { deployment: ObjectRef } "" "pkg/controller/deployment: syncDeployment";
    ReplicaCreated Created ReplicaSet { pod: ObjectRef, set: ObjectRef, count: usize, replicas: usize, uncounted: Option<ObjectRef> }
        "S27" "pkg/controller/replicaset: manageReplicas";
    ReplicaCreateFailed Waiting ReplicaSet { set: ObjectRef, message: String }
        "" "pkg/controller/controller_utils.go: FailedCreate";
    ReplicaDeleted Deleted ReplicaSet { pod: ObjectRef, set: ObjectRef, count: usize, replicas: usize, why: Detail }
        "" "pkg/controller/replicaset: getPodsToDelete";
    ReplicaAdopted Changed ReplicaSet { set: ObjectRef, pod: ObjectRef } "" "controller_ref_manager.go: ClaimPods";
    ReplicaReleased Changed ReplicaSet { set: ObjectRef, pod: ObjectRef } "" "controller_ref_manager.go: ClaimPods";
    ReplicaSetAdopted Changed Deployment { deployment: ObjectRef, set: ObjectRef }
        "" "controller_ref_manager.go: ClaimReplicaSets";
    ReplicaSetReleased Changed Deployment { deployment: ObjectRef, set: ObjectRef }
        "" "controller_ref_manager.go: ClaimReplicaSets";
    StillCounted Waiting ReplicaSet { pod: ObjectRef, replicas: i32 } "S27" "pkg/controller: IsPodActive";

    // The HorizontalPodAutoscaler controller.
    Autoscaled Changed Autoscaler { object: ObjectRef, autoscaler: ObjectRef, from: i32, to: i32, message: String }
        "S6" "pkg/controller/podautoscaler/horizontal.go: SuccessfulRescale";
    AutoscalerTargetMissing Waiting Autoscaler { autoscaler: ObjectRef, message: String }
        "" "pkg/controller/podautoscaler/horizontal.go: FailedGetScale";
    AutoscalerMetricsMissing Waiting Autoscaler {
        autoscaler: ObjectRef, code: String, message: String, metric: String, metrics: usize
    } "" "pkg/controller/podautoscaler/horizontal.go: FailedComputeMetricsReplicas";

    // Scheduling.
    Scheduled Changed Scheduler { pod: ObjectRef, node: ObjectRef } "S2" "pkg/scheduler/schedule_one.go";
    FailedScheduling Waiting Scheduler { pod: ObjectRef, message: String, tail: String }
        "S14" "pkg/scheduler/schedule_one.go: handleSchedulingFailure";
    Preempted Deleted Scheduler { pod: ObjectRef, node: ObjectRef, by: ObjectRef, by_uid: String }
        "" "pkg/scheduler/framework/preemption/executor.go: PreemptPod";
    WaitForVictim Waiting Scheduler { pod: ObjectRef, victim: ObjectRef, node: ObjectRef }
        "" "pkg/scheduler/framework/plugins/defaultpreemption: PodEligibleToPreemptOthers";
    WaitForVolume Waiting Scheduler { pod: ObjectRef, node: ObjectRef }
        "S10" "pkg/scheduler/framework/plugins/volumebinding";

    // Storage.
    VolumeProvisioned Created PersistentVolume { claim: ObjectRef, volume: ObjectRef }
        "S10" "pkg/controller/volume/persistentvolume";
    ClaimBound Changed PersistentVolume { claim: ObjectRef, volume: ObjectRef }
        "S10" "pkg/controller/volume/persistentvolume";
    ClassMissing Waiting PersistentVolume { class: String }
        "S20" "pkg/controller/volume/persistentvolume: ProvisioningFailed";
    NoClass Waiting PersistentVolume {} "S20" "pkg/controller/volume/persistentvolume: FailedBinding";
    WaitForFirstConsumer Waiting PersistentVolume {}
        "S10" "pkg/controller/volume/persistentvolume: WaitForFirstConsumer";
    WaitForPodScheduled Waiting PersistentVolume { pods: Vec<ObjectRef> }
        "S10" "pkg/controller/volume/persistentvolume: WaitForPodScheduled";
    ExternalProvisioning Waiting PersistentVolume { provisioner: String }
        "S10" "pkg/controller/volume/persistentvolume: ExternalProvisioning";
    NoProvisioner Waiting PersistentVolume { class: String }
        "S20" "pkg/controller/volume/persistentvolume: ProvisioningFailed";
    ClaimLost Waiting PersistentVolume {} "S10" "pkg/controller/volume/persistentvolume: syncBoundClaim";
    ClaimMisbound Waiting PersistentVolume {} "S10" "pkg/controller/volume/persistentvolume: syncBoundClaim";
    VolumeTaken Waiting PersistentVolume { volume: ObjectRef }
        "S10" "pkg/controller/volume/persistentvolume: FailedBinding";
    VolumeMismatch Waiting PersistentVolume { volume: ObjectRef, why: String }
        "S10" "pkg/controller/volume/persistentvolume: VolumeMismatch";
    ExternalExpanding Waiting Expand {} "S10" "pkg/controller/volume/expand: ExternalExpanding";
    VolumeResizing Waiting Resizer { volume: ObjectRef } "S10" "kubernetes-csi/external-resizer: expandAndRecover";
    FileSystemResizeRequired Waiting Resizer {} "S10" "kubernetes-csi/external-resizer: markForPendingNodeExpansion";
    FileSystemResizePending Waiting Resizer {} "S10" "kubernetes-csi/external-resizer: markForPendingNodeExpansion";
    Attaching Changed AttachDetach { claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef }
        "S12" "pkg/controller/volume/attachdetach";
    Attached Changed AttachDetach { claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef, pods: Vec<ObjectRef> }
        "S12" "pkg/controller/volume/attachdetach";
    Detaching Changed AttachDetach { claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef }
        "S12" "pkg/controller/volume/attachdetach";
    ForcedDetach Changed AttachDetach { claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef }
        "S26" "pkg/controller/volume/attachdetach: maxWaitForUnmountDuration";
    Detached Changed AttachDetach { claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef, data: Option<Detail> }
        "S12" "pkg/controller/volume/attachdetach";
    MultiAttach Waiting AttachDetach { volume: ObjectRef, pods: Vec<ObjectRef> }
        "S26" "pkg/controller/volume/attachdetach: FailedAttachVolume";
    ClaimProtected Waiting ClaimProtection { claim: ObjectRef, pod: ObjectRef }
        "S13" "pkg/controller/volume/pvcprotection";
    VolumeReleased Changed PersistentVolume { claim: Option<ObjectRef>, volume: ObjectRef }
        "S13" "pkg/controller/volume/persistentvolume";
    VolumeAvailable Changed PersistentVolume { claim: Option<ObjectRef>, volume: ObjectRef }
        "S13" "pkg/controller/volume/persistentvolume: syncVolume";
    VolumeProtected Waiting VolumeProtection { claim: Option<ObjectRef>, volume: ObjectRef }
        "S13" "pkg/controller/volume/pvprotection";
    VolumeDeleted Deleted PersistentVolume { claim: Option<ObjectRef>, volume: ObjectRef }
        "S13" "pkg/controller/volume/persistentvolume";

    // The node.
    PodSandbox Changed Kubelet { pod: ObjectRef, ip: String } "S22" "pkg/kubelet";
    Pulling Changed Kubelet { image: String, node: ObjectRef, container: ContainerRef } "" "pkg/kubelet/images";
    PullFailed Fault Kubelet { image: String, container: ContainerRef } "S9" "pkg/kubelet/images: ErrImagePull";
    PullBackOff Waiting Kubelet { image: String, after: Duration, container: ContainerRef }
        "S9" "pkg/kubelet/images: ImagePullBackOff";
    ContainerConfigError Waiting Kubelet { container: ContainerRef, pod: ObjectRef, message: String }
        "" "pkg/kubelet/kuberuntime: CreateContainerConfigError";
    MountFailed Waiting Kubelet { pod: ObjectRef, volume: String, message: String }
        "" "pkg/volume/util/operationexecutor: FailedMountVolume";
    ContainerStarted Changed Kubelet { container: ContainerRef, pod: ObjectRef, image: String } "" "pkg/kubelet";
    InitDone Changed Kubelet { container: String, pod: ObjectRef } "S18" "pkg/kubelet";
    ContainerExited Changed Kubelet { container: String, pod: ObjectRef, code: u8 } "S24" "pkg/kubelet";
    BackOff Waiting Kubelet { container: ContainerRef, pod: ObjectRef, after: Duration }
        "S24" "pkg/kubelet: CrashLoopBackOff";
    ContainerRestarted Changed Kubelet { container: ContainerRef, pod: ObjectRef, image: String } "S24" "pkg/kubelet";
    ContainerKilled Changed Kubelet { container: ContainerRef, pod: ObjectRef, message: String }
        "S24" "pkg/kubelet/kuberuntime: computePodActions";
    ProbeFailed Fault Kubelet { container: ContainerRef, pod: ObjectRef, message: String }
        "S4" "pkg/kubelet/prober: Unhealthy";
    PodReady Changed Kubelet { pod: ObjectRef } "S4" "pkg/kubelet/status";
    ReplacementReady Changed Kubelet {
        pod: ObjectRef, claims: Vec<ObjectRef>, new_claims: Vec<ObjectRef>, entries: Option<usize>, uid: String,
        old_uid: String, ip: Option<String>, old_ip: Option<String>, node: Option<ObjectRef>,
        old_node: Option<ObjectRef>
    } "S2" "concepts/workloads/controllers/statefulset: Pod Identity";
    PodNotReady Changed Kubelet { pod: ObjectRef } "" "pkg/kubelet/status";
    PodStopping Changed Kubelet { pod: ObjectRef, grace: Duration, containers: Vec<ContainerRef> }
        "S6" "pkg/kubelet: killPod";
    PodStopped Deleted Kubelet { pod: ObjectRef } "S2" "pkg/kubelet";
    PodStoppedWithClaim Deleted Kubelet { pod: ObjectRef } "S13" "pkg/kubelet";
    PodFinalizers Waiting Kubelet { pod: ObjectRef, finalizers: Vec<String> }
        "" "concepts/overview/working-with-objects/finalizers";
    ClaimlessStopped Deleted Kubelet { pod: ObjectRef } "S15" "pkg/kubelet";
    ReplicaStopped Deleted Kubelet { pod: ObjectRef } "S27" "pkg/kubelet";
    PodRebooted Changed Kubelet { pod: ObjectRef, node: ObjectRef } "S2" "pkg/kubelet";
    PodOrphanKilled Deleted Kubelet { pod: ObjectRef, node: ObjectRef } "S26" "pkg/kubelet";
    WaitForAttach Waiting Kubelet { pod: ObjectRef, claim: Option<ObjectRef>, volume: ObjectRef, node: ObjectRef }
        "S12" "pkg/kubelet/volumemanager";
    FileSystemResized Changed Kubelet { claim: Option<ObjectRef>, volume: ObjectRef, size: String, node: ObjectRef, pods: Vec<ObjectRef> }
        "S10" "pkg/volume/util/operationexecutor: NodeExpandVolume";

    // Nodes.
    NodeNotReady Fault NodeLifecycle { node: ObjectRef, after: Duration }
        "S25" "pkg/controller/nodelifecycle: monitorNodeHealth";
    NodeReady Changed NodeLifecycle { node: ObjectRef } "S25" "pkg/controller/nodelifecycle";
    NodeRegistered Changed NodeLifecycle { node: ObjectRef } "S25" "pkg/controller/nodelifecycle: classifyNodes";
    NodeRemoved Changed NodeLifecycle { node: ObjectRef } "S25" "pkg/controller/nodelifecycle: classifyNodes";
    PodOnLostNode Changed NodeLifecycle { pod: ObjectRef, node: ObjectRef }
        "S25" "pkg/controller/nodelifecycle: MarkPodsNotReady";
    EvictionPlanned Waiting TaintEviction { pod: ObjectRef, after: Duration, node: ObjectRef }
        "S25" "pkg/controller/tainteviction";
    TaintEviction Deleted TaintEviction { pod: ObjectRef, node: ObjectRef, why: Detail }
        "S25" "pkg/controller/tainteviction";
    EvictionCancelled Changed TaintEviction { pod: ObjectRef, node: Option<ObjectRef> }
        "S25" "pkg/controller/tainteviction";
    EvictionsHeld Waiting NodeLifecycle {} "S25" "pkg/controller/nodelifecycle: handleDisruption";
    WaitForNode Waiting NodeLifecycle { pod: ObjectRef, node: ObjectRef } "S25" "concepts/architecture/nodes";

    // Disruption budgets.
    Evicted Deleted ApiServer { pod: ObjectRef } "" "pkg/registry/core/pod/storage/eviction.go";
    EvictionRefused Waiting ApiServer { pod: ObjectRef, message: String, cause: String }
        "" "pkg/registry/core/pod/storage/eviction.go: checkAndDecrement";
    DrainAsked Command User { nodes: Vec<ObjectRef> } "" "kubectl drain";
    DrainedPod Changed User { pod: ObjectRef } "" "kubectl/pkg/drain: waitForDelete";
    Drained Changed User { node: ObjectRef } "" "kubectl/pkg/cmd/drain: RunDrain";
    DrainFailed Fault User { node: ObjectRef, error: String, pods: Vec<ObjectRef> }
        "" "kubectl/pkg/cmd/drain: RunDrain";

    // Names.
    RecordSet Changed EndpointSlice { name: String, ip: String, cached: Option<Duration> }
        "S22" "pkg/controller/endpointslice";
    RecordRemoved Changed EndpointSlice { name: String, cached: Option<Duration> } "S22" "pkg/controller/endpointslice";

    // Snapshots.
    SnapshotStarted Created Snapshotter { snapshot: ObjectRef, claim: ObjectRef, entries: u32 }
        "S20" "kubernetes-csi/external-snapshotter: createSnapshotContent";
    SnapshotReady Changed Snapshotter { snapshot: ObjectRef, entries: u32 }
        "S20" "kubernetes-csi/external-snapshotter: updateSnapshotStatus";
    SnapshotFailed Waiting Snapshotter { snapshot: ObjectRef, message: String }
        "S20" "kubernetes-csi/external-snapshotter: getCreateSnapshotInput";
    ProvisioningFailed Waiting PersistentVolume { class: String, message: String }
        "S20" "kubernetes-csi/external-provisioner: getSnapshotSource";
    VolumeRestored Data PersistentVolume { claim: ObjectRef, snapshot: String, entries: u32 }
        "S20" "kubernetes-csi/external-provisioner: getSnapshotSource";

    // Garbage.
    Collected Deleted GarbageCollector { object: ObjectRef, owner: Option<ObjectRef> }
        "S7" "pkg/controller/garbagecollector";
    ClaimCollected Deleted GarbageCollector { claim: ObjectRef, owner: Option<ObjectRef> }
        "S13" "pkg/controller/garbagecollector";
    ForegroundDone Deleted GarbageCollector { object: ObjectRef }
        "S7" "pkg/controller/garbagecollector: processDeletingDependentsItem";
    Orphaned Changed GarbageCollector { owner: ObjectRef, count: i32 }
        "S7" "pkg/controller/garbagecollector: orphanDependents";
    WaitForQuarantine Waiting PodGarbageCollector { pod: ObjectRef, node: ObjectRef, after: Duration }
        "S25" "pkg/controller/podgc: quarantineTime";
    PodCollected Deleted PodGarbageCollector { pod: ObjectRef, node: ObjectRef, why: Detail }
        "S25" "pkg/controller/podgc";
    ObjectGone Deleted ApiServer { object: ObjectRef } "" "";

    // What is reported of a real cluster.
    Appeared Created Observer { object: ObjectRef } "" "";
    FieldChanged Changed Observer { object: ObjectRef, field: String, from: String, to: String } "" "";
    MarkedForDeletion Deleted Observer { object: ObjectRef, grace: Option<Duration> }
        "" "k8s.io/apiserver/pkg/registry/rest: BeforeDelete";
    EventReported Changed Observer { object: ObjectRef, source: String, code: String, message: String } "" "";
    WarningReported Fault Observer { object: ObjectRef, source: String, code: String, message: String } "" "";
    SimulationBegins Command User {} "" "";
    Remarked Command Observer { text: String } "" "";
    ContainerWaiting Waiting Kubelet { container: ContainerRef, pod: ObjectRef, code: String, message: String, last: String }
        "S24" "pkg/kubelet: ContainerStateWaiting";
    ContainerNotReady Waiting Kubelet { container: ContainerRef, pod: ObjectRef, message: String }
        "S4" "pkg/kubelet/prober";
    NotReadyOnNode Waiting NodeLifecycle { pod: ObjectRef, node: ObjectRef, after: Option<Duration> }
        "S25" "pkg/controller/nodelifecycle: MarkPodsNotReady";
    NodeGone Waiting PodGarbageCollector { pod: ObjectRef, node: ObjectRef }
        "S25" "pkg/controller/podgc: gcOrphaned";

    // The database.
    Initialised Data Database { pod: ObjectRef, entries: u32 } "S16" "";
    RoleRead Data Database { pod: ObjectRef, role: Detail, entries: u32, behind: Option<u32> } "S11" "";
    CloneStarted Data Database { pod: ObjectRef, source: ObjectRef, entries: u32 }
        "S18" "tasks/run-application/run-replicated-stateful-application";
    CloneDone Data Database { pod: ObjectRef, source: ObjectRef, entries: u32 }
        "S18" "tasks/run-application/run-replicated-stateful-application";
    CloneFailed Data Database { pod: ObjectRef, why: Detail }
        "S18" "tasks/run-application/run-replicated-stateful-application";
    WaitForClone Waiting Database { pod: ObjectRef, source: ObjectRef, why: Detail }
        "S18" "tasks/run-application/run-replicated-stateful-application";
    StartedEmpty Data Database { pod: ObjectRef, why: Detail } "S20" "";
    StartedWithoutCopy Data Database { pod: ObjectRef, service: Option<String> } "S21" "";
    ContainerLost Data Database { pod: ObjectRef, entries: u32 } "S15" "concepts/storage/volumes";
    RoleChanged Data Database { pod: ObjectRef, role: Detail, first: ObjectRef } "S16" "";
    NotFollowing Data Database { pod: ObjectRef, primary: ObjectRef } "S20" "";
    NoQuorum Waiting Database { pod: ObjectRef, reached: u32, members: u32, wanted: u32 }
        "S20" "concepts/workloads/controllers/statefulset: pod management policies";
    CaughtUp Data Database { pod: ObjectRef, primary: ObjectRef, entries: u32 } "S17" "";
    Behind Data Database { pod: ObjectRef, primary: ObjectRef, entries: u32 } "S17" "";
    KeyConflict Data Database { pod: ObjectRef, primary: ObjectRef, own: String, theirs: String } "S16" "";
    LeftBehind Data Database { pod: ObjectRef, primary: ObjectRef, missing: Vec<String> } "S13" "";
    Diverged Data Database { pod: ObjectRef, primary: ObjectRef, own: Vec<String>, missing: Vec<String> } "S15" "";
    DataLost Data Database { pod: ObjectRef, entries: u32, only: Vec<String> } "S15" "";
    Twins Data Database { pod: ObjectRef, node: ObjectRef, how: Detail }
        "S26" "tasks/run-application/force-delete-stateful-set-pod";
    TwoWriters Waiting Database { claim: ObjectRef, pod: ObjectRef }
        "S26" "tasks/run-application/force-delete-stateful-set-pod";
    EntriesLost Data Database { pod: ObjectRef, entries: Vec<String> }
        "S26" "tasks/run-application/force-delete-stateful-set-pod";
    FlushStarted Data Database { pod: ObjectRef, entries: u32 }
        "S6" "concepts/workloads/pods/pod-lifecycle: termination of pods";
    Flushed Data Database { pod: ObjectRef, entries: u32 }
        "S6" "concepts/workloads/pods/pod-lifecycle: termination of pods";
    PrimaryMissed Changed Operator { primary: ObjectRef, after: Duration } "S19" "";
    FailedOver Changed Operator { primary: ObjectRef, old: ObjectRef } "S19" "";
    RoleTaken Data Database { pod: ObjectRef, role: Detail, primary: ObjectRef } "S19" "";
    AcceptedLost Data Database { pod: ObjectRef, primary: ObjectRef, entries: Vec<String> } "S19" "";
    UnconfirmedDropped Data Database { pod: ObjectRef, primary: ObjectRef, entries: Vec<String> } "S19" "";
    ReplicaFull Waiting Database { pod: ObjectRef } "S17" "";
    EntriesDeleted Data Database { pod: ObjectRef, entries: u32 } "S17" "";
    UnflushedLost Data Database { pod: ObjectRef, entries: Vec<String> }
        "S6" "concepts/workloads/pods/pod-lifecycle: termination of pods";

    // Clients.
    WriteSent Request Client { client: String, entry: String, name: String } "S16" "";
    WriteAccepted Request Client { pod: ObjectRef, entry: String, number: u32, node: ObjectRef } "S16" "";
    WriteRefused Request Client { pod: ObjectRef, entry: String, why: Detail } "S16" "";
    ReadSent Request Client { client: String, name: String } "S21" "";
    ReadServed Request Client { pod: ObjectRef, entries: u32 } "S16" "";
    TwinAccepted Request Client { pod: ObjectRef, entry: String, number: u32, node: ObjectRef }
        "S26" "tasks/run-application/force-delete-stateful-set-pod";
    StaleRead Request Client { pod: ObjectRef, entries: u32, missing: usize, primary: ObjectRef } "S17" "";
    NoSuchName Request Client { name: String, why: Detail } "S21" "";
    StaleAddress Request Client { client: String, ip: String, name: String, why: Detail } "S22" "";
    RequestFailed Request Client { client: String, name: String, why: Detail } "S19" "";
}
