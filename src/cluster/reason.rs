//! Why things happen, and why they don't: stable codes with arguments, of which sentences are made late.
//!
//! One row for each code: what type of event it is, who says it, the sentence, the statement of the
//! project's semantics that it shows (S1-S29), and the upstream file or document it follows.

use std::fmt::Write;

/// What an event is about; the time line marks events by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// A person asked for something.
    Command,
    /// Something broke, or was mended.
    Fault,
    /// Something came to be.
    Created,
    /// Something changed.
    Changed,
    /// Something went, or began to go.
    Deleted,
    /// Something is not done, and why.
    Waiting,
    /// Data was written or copied.
    Data,
    /// A client asked, or got an answer.
    Request,
}

impl EventType {
    /// The type as the log writes it.
    pub fn name(self) -> &'static str {
        match self {
            EventType::Command => "command",
            EventType::Fault => "fault",
            EventType::Created => "created",
            EventType::Changed => "changed",
            EventType::Deleted => "deleted",
            EventType::Waiting => "waiting",
            EventType::Data => "data",
            EventType::Request => "request",
        }
    }
}

/// Declares the codes, one row each.
macro_rules! codes {
    ($( $code:ident $kind:ident $who:ident $text:literal $statement:literal $source:literal; )*) => {
        /// A stable code for a reason.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $( #[doc = $text] $code, )* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// The code as the log writes it.
            pub fn name(self) -> &'static str { match self { $(Code::$code => stringify!($code)),* } }
            /// The type of the event that it makes.
            pub fn event_type(self) -> EventType { match self { $(Code::$code => EventType::$kind),* } }
            /// Who says so.
            pub fn component(self) -> Component { match self { $(Code::$code => Component::$who),* } }
            /// The sentence, its arguments in braces.
            pub fn template(self) -> &'static str { match self { $(Code::$code => $text),* } }
            /// The statement of the semantics that it shows, for example `S4`; empty if none.
            pub fn statement(self) -> &'static str { match self { $(Code::$code => $statement),* } }
            /// The upstream file or document that it follows.
            pub fn source(self) -> &'static str { match self { $(Code::$code => $source),* } }
        }
    };
}

/// The part of the cluster that acts or explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// A person, through kubectl or the page.
    Person,
    /// The API server.
    ApiServer,
    /// The StatefulSet controller.
    StatefulSet,
    /// The Deployment controller.
    Deployment,
    /// The ReplicaSet controller.
    ReplicaSet,
    /// The scheduler.
    Scheduler,
    /// The volume controllers and the storage driver.
    Volumes,
    /// The kubelet of a node.
    Kubelet,
    /// The node lifecycle and taint eviction controllers.
    NodeHealth,
    /// The EndpointSlice controller and DNS.
    Names,
    /// The garbage collectors.
    Garbage,
    /// The database in the pods.
    Database,
    /// A client of the database.
    Client,
}

impl Component {
    /// The name as the log prints it.
    pub fn name(self) -> &'static str {
        match self {
            Component::Person => "you",
            Component::ApiServer => "api-server",
            Component::StatefulSet => "statefulset-controller",
            Component::Deployment => "deployment-controller",
            Component::ReplicaSet => "replicaset-controller",
            Component::Scheduler => "scheduler",
            Component::Volumes => "volumes",
            Component::Kubelet => "kubelet",
            Component::NodeHealth => "node-controller",
            Component::Names => "names",
            Component::Garbage => "garbage-collector",
            Component::Database => "database",
            Component::Client => "client",
        }
    }
}

/// A code with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: Code,
    /// The arguments, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Reason {
    /// A reason without arguments yet.
    pub fn new(code: Code) -> Reason {
        Reason { code, args: Vec::new() }
    }

    /// Adds an argument.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Reason {
        self.args.push((name, value.to_string()));
        self
    }

    /// The argument of this name, or an empty string.
    pub fn arg(&self, name: &str) -> &str {
        self.args.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The reason as a sentence.
    pub fn text(&self) -> String {
        let mut sentence = String::new();
        let mut rest = self.code.template();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            let _ = write!(sentence, "{before}{}", self.arg(name));
            rest = tail;
        }
        sentence + rest
    }
}

codes! {
    // Commands and faults.
    Refused Command ApiServer "refused: {message}" "" "";
    LimitReached Waiting ApiServer "{object} is not created: {limit}" "" "";
    FieldDropped Changed ApiServer "{field} is dropped without a word: the feature gate {gate} is off" "S8" "pkg/registry/apps/statefulset: dropStatefulSetDisabledFields";
    Applied Command Person "{object} {verb}" "S28" "kubectl apply";
    Scaled Command Person "{object} scaled from {from} to {to}" "S6" "kubectl scale";
    DeletionAsked Command Person "deletion of {object} asked for{within}" "" "kubectl delete";
    DeletionForced Command Person "{object} deleted by force: only its name is freed, what runs may run on" "S26" "concepts/workloads/pods/pod-lifecycle: forced deletion";
    CrashCaused Fault Person "container {container} of {pod} crashes" "S24" "";
    FailureCaused Fault Person "{pod} fails" "S24" "";
    NodeOff Fault Person "{node} loses power" "S25" "";
    NodeOn Fault Person "{node} has power again" "S25" "";
    NodeCut Fault Person "{node} is cut off: it runs on, unseen" "S25" "";
    NodeHealed Fault Person "{node} is connected again" "S25" "";
    DriverOff Fault Person "the storage driver {driver} stops" "S10" "";
    DriverOn Fault Person "the storage driver {driver} runs again" "S10" "";
    TaintSet Command Person "{node} tainted {taint}" "S25" "kubectl taint";
    TaintRemoved Command Person "{node} untainted {taint}" "S25" "kubectl taint";
    ClientStarted Command Person "client {client} {does}, every {every}" "S22" "";
    ClientStopped Command Person "client {client} stops: {served} requests were served, {failed} were not" "S19" "";
    Cordoned Command Person "{node} {verb}" "" "kubectl cordon";

    // The StatefulSet controller.
    PodCreated Created StatefulSet "{pod} is created{template}{why}" "S4" "stateful_set_control.go: processReplica";
    PodReplaced Created StatefulSet "{pod} is created with the claim that it had: same name, same data, new UID{template}" "S2" "stateful_set_control.go: processReplica";
    PodCreateFailed Waiting StatefulSet "{pod} cannot be created: {message}{stops}" "S2" "stateful_pod_control.go: CreateStatefulPod";
    PodUpdateFailed Waiting StatefulSet "{pod} cannot be changed: {message}{stops}" "S2" "stateful_pod_control.go: UpdateStatefulPod";
    PodAdopted Changed StatefulSet "{set} adopts {pod}: it has no owner, and name and labels match" "S7" "controller_ref_manager.go: ClaimPods";
    PodReleased Changed StatefulSet "{set} releases {pod}: name and labels do not match any more" "S28" "controller_ref_manager.go: ClaimPods";
    ClaimCreated Created StatefulSet "claim {claim} is created for {pod}" "S10" "stateful_pod_control.go: createPersistentVolumeClaims";
    ClaimOwned Changed StatefulSet "claim {claim} now belongs to {owner}, and goes when that goes" "S13" "stateful_set_utils.go: updateClaimOwnerRefForSetAndPod";
    ClaimKept Changed StatefulSet "claim {claim} belongs to nobody any more, and stays" "S13" "stateful_set_utils.go: updateClaimOwnerRefForSetAndPod";
    ClaimStale Waiting StatefulSet "{pod} is not created: claim {claim} belongs to the {pod} before it, and goes with that; the controller does not look again before something else happens to the set" "S13" "stateful_pod_control.go: PodClaimIsStale";
    FailedPodReplaced Deleted StatefulSet "{pod} has {phase}: it is removed, to be replaced" "S24" "stateful_set_control.go: processReplica";
    ScaleDownDelete Deleted StatefulSet "{pod} is deleted: replicas wanted: {replicas}, and the highest ordinal goes first" "S5" "stateful_set_control.go: processCondemned";
    UpdateDelete Deleted StatefulSet "{pod} is deleted, to come back with the new template" "S8" "stateful_set_control.go: updateStatefulSet";
    RevisionCreated Created StatefulSet "revision {revision} records the template" "S8" "stateful_set_control.go: getStatefulSetRevisions";
    RevisionReused Changed StatefulSet "the template is that of revision {revision} again, which becomes the newest" "S9" "stateful_set_control.go: getStatefulSetRevisions";
    UpdateComplete Changed StatefulSet "all pods of {set} have revision {revision}" "S8" "stateful_set_utils.go: completeRollingUpdate";
    WaitForReady Waiting StatefulSet "{next} {waits} until {pod} is Running and Ready" "S4" "stateful_set_control.go: processReplica";
    WaitForAvailable Waiting StatefulSet "{next} {waits} until {pod} has been Ready for {seconds} s" "S8" "stateful_set_control.go: processReplica";
    WaitForTermination Waiting StatefulSet "{pod} is being deleted: no new {pod} is made before it is gone" "S25" "stateful_set_control.go: processReplica";
    WaitForCondemned Waiting StatefulSet "scale-down waits until {pod} is gone" "S5" "stateful_set_control.go: processCondemned";
    WaitForCondemnedReady Waiting StatefulSet "scale-down waits until {pod} is Running and Ready: of the pods that are not, only the lowest may be removed" "S5" "stateful_set_control.go: processCondemned";
    WaitScaleDown Waiting StatefulSet "scale-down of {pod} waits until {lower} is Running and Ready" "S5" "stateful_set_control.go: processReplica";
    WaitForUpdate Waiting StatefulSet "the update waits until {pod} is Running and Ready" "S8" "stateful_set_control.go: updateStatefulSet";
    WaitForBudget Waiting StatefulSet "the update waits for {pod}: {unavailable} of at most {limit} pods are unavailable, whatever their template" "S8" "stateful_set_control.go: updateStatefulSetAfterInvariantEstablished";
    UpdateStuck Waiting StatefulSet "{pod} is not Ready and has another template: no pod is replaced before it is Ready, not even itself. If it is broken, mending the template is not enough: delete it by hand" "S9" "concepts/workloads/controllers/statefulset: forced rollback";
    UpdateHeld Waiting StatefulSet "{kept} of {replicas} pods keep the old template: {why}" "S8" "stateful_set_control.go: updateStatefulSet";
    SetDeleting Waiting StatefulSet "{set} is being deleted: nothing is created or removed in order any more" "S7" "stateful_set_control.go: updateStatefulSet";

    // The Deployment and ReplicaSet controllers.
    ReplicaSetScaled Changed Deployment "replica set {set} is scaled {direction} from {from} to {to}{why}" "" "pkg/controller/deployment/sync.go: scaleReplicaSet";
    RolloutComplete Changed Deployment "{deployment} is complete: all its pods have the template of {set} and are available" "" "pkg/controller/deployment/progress.go: syncRolloutStatus";
    RolloutWaits Waiting Deployment "the rollout goes on as pods of {set} become available: at least {least} pods must be, and there may be {most}" "" "pkg/controller/deployment/rolling.go: reconcileOldReplicaSets";
    WaitForReplicas Waiting Deployment "fewer than {replicas} pods are available" "" "pkg/controller/deployment/sync.go: calculateStatus";
    WaitForOldPods Waiting Deployment "{pod} is not gone yet: with Recreate no new pod comes before" "" "pkg/controller/deployment/recreate.go: oldPodsRunning";
    RolloutStuck Waiting Deployment "{set} has made no progress for {seconds} s: nothing is rolled back by itself" "" "pkg/controller/deployment/util: DeploymentTimedOut";
    DeploymentPaused Waiting Deployment "{deployment} is paused: a new template is not rolled out" "" "pkg/controller/deployment: syncDeployment";
    ReplicaCreated Created ReplicaSet "{pod} is created, under a new name: {set} has {count} of {replicas} pods{why}" "S27" "pkg/controller/replicaset: manageReplicas";
    ReplicaDeleted Deleted ReplicaSet "{pod} is deleted: {set} has {count} of {replicas} pods, and {why}" "" "pkg/controller/replicaset: getPodsToDelete";
    ReplicaAdopted Changed ReplicaSet "{set} adopts {pod}: it has no owner, and its labels match" "" "controller_ref_manager.go: ClaimPods";
    ReplicaReleased Changed ReplicaSet "{set} releases {pod}: its labels do not match any more" "" "controller_ref_manager.go: ClaimPods";
    ReplicaSetAdopted Changed Deployment "{set} adopts replica set {pod}: it has no owner, and its labels match" "" "controller_ref_manager.go: ClaimReplicaSets";
    ReplicaSetReleased Changed Deployment "{set} releases replica set {pod}: its labels do not match any more" "" "controller_ref_manager.go: ClaimReplicaSets";
    StillCounted Waiting ReplicaSet "{pod} is not Ready and still counts as one of {replicas}: it is not replaced before it is marked for deletion" "S27" "pkg/controller: IsPodActive";

    // Scheduling.
    Scheduled Changed Scheduler "{pod} is placed on {node}" "S2" "pkg/scheduler/schedule_one.go";
    FailedScheduling Waiting Scheduler "{pod} has no node: {message}" "S14" "pkg/scheduler/schedule_one.go: handleSchedulingFailure";
    WaitForVolume Waiting Scheduler "{pod} waits for its volume on {node}" "S10" "pkg/scheduler/framework/plugins/volumebinding";

    // Storage.
    VolumeProvisioned Created Volumes "a volume is made for claim {claim}" "S10" "pkg/controller/volume/persistentvolume";
    ClaimBound Changed Volumes "claim {claim} is bound to its volume" "S10" "pkg/controller/volume/persistentvolume";
    ClassMissing Waiting Volumes "storageclass.storage.k8s.io \"{class}\" not found" "S20" "pkg/controller/volume/persistentvolume: ProvisioningFailed";
    NoClass Waiting Volumes "no persistent volumes available for this claim and no storage class is set" "S20" "pkg/controller/volume/persistentvolume: FailedBinding";
    WaitForFirstConsumer Waiting Volumes "waiting for first consumer to be created before binding" "S10" "pkg/controller/volume/persistentvolume: WaitForFirstConsumer";
    WaitForPodScheduled Waiting Volumes "waiting for {pods} to be scheduled" "S10" "pkg/controller/volume/persistentvolume: WaitForPodScheduled";
    ExternalProvisioning Waiting Volumes "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered." "S10" "pkg/controller/volume/persistentvolume: ExternalProvisioning";
    NoProvisioner Waiting Volumes "no volume plugin matched name: kubernetes.io/no-provisioner" "S20" "pkg/controller/volume/persistentvolume: ProvisioningFailed";
    ClaimLost Waiting Volumes "Bound claim has lost its PersistentVolume. Data on the volume is lost!" "S10" "pkg/controller/volume/persistentvolume: syncBoundClaim";
    ExternalExpanding Waiting Volumes "waiting for an external controller to expand this PVC" "S10" "pkg/controller/volume/expand: ExternalExpanding";
    VolumeResizing Waiting Volumes "External resizer is resizing volume {volume}" "S10" "kubernetes-csi/external-resizer: expandAndRecover";
    FileSystemResizeRequired Waiting Volumes "Require file system resize of volume on node" "S10" "kubernetes-csi/external-resizer: markForPendingNodeExpansion";
    FileSystemResizePending Waiting Volumes "Waiting for user to (re-)start a pod to finish file system resize of volume on node." "S10" "kubernetes-csi/external-resizer: markForPendingNodeExpansion";
    Attaching Changed Volumes "the volume of {claim} is being attached to {node}" "S12" "pkg/controller/volume/attachdetach";
    Attached Changed Volumes "the volume of {claim} is attached to {node}" "S12" "pkg/controller/volume/attachdetach";
    Detaching Changed Volumes "the volume of {claim} is being detached from {node}" "S12" "pkg/controller/volume/attachdetach";
    ForcedDetach Changed Volumes "the volume of {claim} is detached from {node} by force: 6 minutes without a word from the node" "S26" "pkg/controller/volume/attachdetach: maxWaitForUnmountDuration";
    Detached Changed Volumes "the volume of {claim} is detached from {node}; its data stays" "S12" "pkg/controller/volume/attachdetach";
    MultiAttach Waiting Volumes "Multi-Attach error for volume \"{volume}\" {detail}" "S26" "pkg/controller/volume/attachdetach: FailedAttachVolume";
    ClaimProtected Waiting Volumes "claim {claim} is to go, and stays while {pod} uses it" "S13" "pkg/controller/volume/pvcprotection";
    VolumeReleased Changed Volumes "the volume of {claim} is released, and kept with its data" "S13" "pkg/controller/volume/persistentvolume";
    VolumeDeleted Deleted Volumes "the volume of {claim} is deleted, and its data with it" "S13" "pkg/controller/volume/persistentvolume";

    // The node.
    PodSandbox Changed Kubelet "{pod} has the address {ip}" "S22" "pkg/kubelet";
    Pulling Changed Kubelet "image {image} is pulled on {node}" "" "pkg/kubelet/images";
    PullFailed Fault Kubelet "Failed to pull image \"{image}\": not found" "S9" "pkg/kubelet/images: ErrImagePull";
    PullBackOff Waiting Kubelet "Back-off pulling image \"{image}\", {seconds} s" "S9" "pkg/kubelet/images: ImagePullBackOff";
    ContainerStarted Changed Kubelet "container {container} of {pod} started" "" "pkg/kubelet";
    InitDone Changed Kubelet "init container {container} of {pod} is done" "S18" "pkg/kubelet";
    ContainerExited Changed Kubelet "container {container} of {pod} ended with exit code {code}" "S24" "pkg/kubelet";
    BackOff Waiting Kubelet "container {container} of {pod} is started again in {seconds} s (back-off)" "S24" "pkg/kubelet: CrashLoopBackOff";
    ContainerRestarted Changed Kubelet "container {container} of {pod} started again in the same pod: same UID, same IP" "S24" "pkg/kubelet";
    PodReady Changed Kubelet "{pod} is Ready" "S4" "pkg/kubelet/status";
    PodNotReady Changed Kubelet "{pod} is not Ready any more" "" "pkg/kubelet/status";
    PodStopping Changed Kubelet "{pod} is asked to end, within {grace} s" "S6" "pkg/kubelet: killPod";
    PodStopped Deleted Kubelet "{pod} has ended and is gone; name, claim and data stay" "S2" "pkg/kubelet";
    ClaimlessStopped Deleted Kubelet "{pod} has ended and is gone; its name stays, its data do not" "S15" "pkg/kubelet";
    ReplicaStopped Deleted Kubelet "{pod} has ended and is gone, and its name with it" "S27" "pkg/kubelet";
    PodRebooted Changed Kubelet "{pod} starts again after the reboot of {node}: same UID, new IP" "S2" "pkg/kubelet";
    PodOrphanKilled Deleted Kubelet "{node} learns that {pod} was deleted, and ends what still ran" "S26" "pkg/kubelet";
    WaitForAttach Waiting Kubelet "{pod} waits until the volume of {claim} is attached to {node}" "S12" "pkg/kubelet/volumemanager";
    FileSystemResized Changed Kubelet "the file system of {claim} has grown to {size} on {node}" "S10" "pkg/volume/util/operationexecutor: NodeExpandVolume";

    // Nodes.
    NodeNotReady Fault NodeHealth "{node} has not been heard of for {seconds} s: Ready is Unknown" "S25" "pkg/controller/nodelifecycle: monitorNodeHealth";
    NodeReady Changed NodeHealth "{node} reports again: Ready" "S25" "pkg/controller/nodelifecycle";
    NodeRegistered Changed NodeHealth "{node} is watched from now on: it has registered" "S25" "pkg/controller/nodelifecycle: classifyNodes";
    NodeRemoved Changed NodeHealth "{node} is watched no more: its object is gone" "S25" "pkg/controller/nodelifecycle: classifyNodes";
    PodOnLostNode Changed NodeHealth "{pod} counts as not Ready: its node is silent" "S25" "pkg/controller/nodelifecycle: MarkPodsNotReady";
    EvictionPlanned Waiting NodeHealth "{pod} tolerates the taints of {node} for {seconds} s, then it is evicted" "S25" "pkg/controller/tainteviction";
    TaintEviction Deleted NodeHealth "{pod} is marked for deletion: {why}" "S25" "pkg/controller/tainteviction";
    EvictionCancelled Changed NodeHealth "{pod} is not evicted any more" "S25" "pkg/controller/tainteviction";
    EvictionsHeld Waiting NodeHealth "most nodes are silent: nobody is evicted" "S25" "pkg/controller/nodelifecycle: handleDisruption";
    WaitForNode Waiting NodeHealth "{pod} stays Terminating: only {node} can confirm its end, and {node} is silent" "S25" "concepts/architecture/nodes";

    // Disruption budgets.
    Evicted Deleted ApiServer "{pod} is evicted" "" "pkg/registry/core/pod/storage/eviction.go";
    EvictionRefused Waiting ApiServer "{pod} stays: {message} {cause}" "" "pkg/registry/core/pod/storage/eviction.go: checkAndDecrement";
    DrainAsked Command Person "{nodes} is to be drained" "" "kubectl drain";
    DrainedPod Changed Person "kubectl drain: pod/{pod} evicted" "" "kubectl/pkg/drain: waitForDelete";
    Drained Changed Person "kubectl drain: node/{node} drained" "" "kubectl/pkg/cmd/drain: RunDrain";
    DrainFailed Fault Person "kubectl drain: unable to drain node \"{node}\" due to error: {error}" "" "kubectl/pkg/cmd/drain: RunDrain";

    // Names.
    RecordSet Changed Names "{name} now leads to {ip}{kept}" "S22" "pkg/controller/endpointslice";
    RecordRemoved Changed Names "{name} leads nowhere now{kept}" "S22" "pkg/controller/endpointslice";

    // Garbage.
    Collected Deleted Garbage "{object} goes with its owner {owner}" "S7" "pkg/controller/garbagecollector";
    ClaimCollected Deleted Garbage "claim {claim} goes with {owner}, which owned it: whatever the policy says by now" "S13" "pkg/controller/garbagecollector";
    ForegroundDone Deleted Garbage "{object} goes: nothing is left of what it owned" "S7" "pkg/controller/garbagecollector: processDeletingDependentsItem";
    Orphaned Changed Garbage "{count} objects that {owner} owned lose their owner, and stay" "S7" "pkg/controller/garbagecollector: orphanDependents";
    WaitForQuarantine Waiting Garbage "{pod} is collected when {node} has been gone for {seconds} s" "S25" "pkg/controller/podgc: quarantineTime";
    PodCollected Deleted Garbage "{pod} is collected: its node {node} {why}" "S25" "pkg/controller/podgc";
    ObjectGone Deleted ApiServer "{object} is gone" "" "";

    // The database.
    Initialised Data Database "{pod} finds an empty volume and starts a new database with {entries} entries, as master" "S16" "";
    RoleRead Data Database "{pod} reads its role on the volume: {role}, {entries} entries{position}" "S11" "";
    CloneStarted Data Database "{pod} finds an empty volume and clones {entries} entries from {source}" "S18" "tasks/run-application/run-replicated-stateful-application";
    CloneDone Data Database "{pod} has cloned {entries} entries from {source}" "S18" "tasks/run-application/run-replicated-stateful-application";
    CloneFailed Data Database "{pod} cannot clone: {message}" "S18" "tasks/run-application/run-replicated-stateful-application";
    StartedEmpty Data Database "{pod} starts with an empty volume: {why}" "S20" "";
    ContainerLost Data Database "the {entries} entries of {pod} are gone with its container: they were on no volume" "S15" "concepts/storage/volumes";
    RoleChanged Data Database "{pod} is {role} from now on: {first} is the first of the set" "S16" "";
    NotFollowing Data Database "{pod} does not follow {master}: replication is off, what is written from now on only {master} has" "S20" "";
    NoQuorum Waiting Database "{pod} answers, and is not Ready: it reaches {reached} of the {members} members on its volume, and wants {wanted}" "S20" "concepts/workloads/controllers/statefulset: pod management policies";
    CaughtUp Data Database "{pod} is in sync with {master}: {entries} entries" "S17" "";
    Behind Data Database "{pod} is behind {master} and follows" "S17" "";
    Diverged Data Database "{pod} cannot follow {master}: it has {own}, which {master} lacks{lacks}" "S15" "";
    DataLost Data Database "the {entries} entries of {pod} go with it: its storage was not persistent{nowhere}" "S15" "";
    Twins Data Database "two pods answer as {pod}, and {how}: the old one still runs on {node}, which had to be switched off before its name was given away" "S26" "tasks/run-application/force-delete-stateful-set-pod";
    TwoWriters Waiting Database "two pods write to the volume of {claim} as {pod}: what one writes, the other writes over" "S26" "tasks/run-application/force-delete-stateful-set-pod";
    EntriesLost Data Database "{entries} of {pod} are lost: another pod of that name wrote to the same volume" "S26" "tasks/run-application/force-delete-stateful-set-pod";

    // Clients.
    WriteSent Request Client "{client} writes {entry} to {name}" "S16" "";
    WriteAccepted Request Client "{pod} accepts {entry}, number {number}" "S16" "";
    WriteRefused Request Client "{pod} refuses {entry}: {message}" "S16" "";
    ReadSent Request Client "{client} reads from {name}" "S21" "";
    ReadServed Request Client "{pod} answers with {entries} entries" "S16" "";
    TwinAccepted Request Client "{pod}, deleted but still running on {node}, accepts {entry}, number {number}" "S26" "tasks/run-application/force-delete-stateful-set-pod";
    StaleRead Request Client "{pod} answers with {entries} entries: {missing} that {master} has are missing" "S17" "";
    NoSuchName Request Client "{name} does not resolve{why}" "S21" "";
    StaleAddress Request Client "{client} asks {ip}, and nobody answers there: {why}" "S22" "";
    RequestFailed Request Client "{client} gets no answer from {name}: {message}" "S19" "";
}
