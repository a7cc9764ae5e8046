//! The words of closed sets, and the reasons within reasons: why something was chosen, how a request failed.

use super::Names;
use super::value::{Duration, Field, FieldType, Value};
use crate::api::ObjectRef;

coded! {
    /// A word of a closed set, or a reason within a reason.
    Detail,
    /// The code of a [`Detail`].
    DetailCode;

    // What is done to a node.
    Cordoned {} "kubectl cordon";
    Uncordoned {} "kubectl uncordon";

    // What limits the size of a cluster.
    MaximumPods { limit: usize } "The most pods.";
    MaximumObjects { limit: usize } "The most objects.";

    // What a client does.
    Reads { host: String, node: Option<ObjectRef>, cache: Option<Box<Detail>> } "It reads.";
    Writes { host: String, node: Option<ObjectRef>, cache: Option<Box<Detail>> } "It writes.";
    KeepsFirstAddress {} "It never looks the name up again.";
    CachesAnswers {} "It keeps an answer for a while.";

    // The template of a Pod that is created during an update.
    OldTemplate {} "The current revision.";
    NewTemplate {} "The update revision.";

    // Why a Pod of a StatefulSet is created now.
    Parallel {} "`podManagementPolicy: Parallel`";
    LowerReady { pod: ObjectRef } "The pod with the next lower ordinal is Ready.";
    AllLowerReady { pod: ObjectRef } "All pods with lower ordinals are Ready.";

    // What waits for a Pod of a StatefulSet.
    NotCreated {} "A Pod is not created.";
    NotReplaced {} "A failed pod is not replaced.";
    NotDeleted {} "A Pod beyond `replicas` is not deleted.";
    UpdateHalted {} "The update does not continue.";
    SetIncomplete {} "The StatefulSet is not complete.";

    // Why Pods keep the old template.
    Partition { partition: i32 } "`updateStrategy.rollingUpdate.partition`";
    OnDelete {} "`updateStrategy.type: OnDelete`";

    // Why a ReplicaSet is scaled.
    NewRevision { revision: String } "`deployment.kubernetes.io/revision`";
    Surge { most: i32 } "`maxSurge`";
    Unavailable {} "The pods are not available.";
    Spare { available: i32, least: i32 } "`maxUnavailable`";
    NewSetAvailable {} "The new ReplicaSet has all its pods.";
    Proportional {} "Scaling during a rollout.";
    OldPodsFirst {} "`strategy.type: Recreate`";
    OldPodsGone {} "`strategy.type: Recreate`";

    // Why a ReplicaSet deletes this Pod and not another one.
    NoneWanted {} "`replicas: 0`";
    Unscheduled {} "Unassigned before assigned.";
    NotStarted {} "Pending before Running.";
    NotReady {} "Not Ready before Ready.";
    LowerCost {} "`controller.kubernetes.io/pod-deletion-cost`";
    MoreOnNode {} "Doubled up before not doubled up.";
    ReadyForShorter {} "Ready for less time before ready for more.";
    MoreRestarts {} "Higher restart counts before lower.";
    Newer {} "Newer before older.";
    AllEqual {} "Nothing decides.";

    // What becomes of a volume that is detached.
    DataRetained {} "The volume and its claim stay.";

    // Why a Pod is evicted, or garbage-collected.
    NotTolerated { node: ObjectRef } "No toleration.";
    TolerationOver { node: ObjectRef } "`tolerationSeconds`, of another taint.";
    TolerationExpired { node: ObjectRef } "`tolerationSeconds`";
    NodeMissing {} "The Node object is deleted.";
    OutOfService {} "`node.kubernetes.io/out-of-service`";

    // The role of a member of the database.
    Primary {} "It accepts writes.";
    Replica {} "It follows the primary.";

    // Why a member of the database has nothing to begin with.
    CloneNotShared {} "The init container cloned elsewhere.";
    CloneOff {} "`ordinal/clone: off`";

    // Where two Pods with the same name write.
    SameVolume {} "One volume.";
    OwnDirectories {} "A local directory each.";

    // Why a member of the database, or its client, gets nothing.
    Unresolved { host: String } "DNS has no record.";
    NoAnswerFrom { host: String, ip: String } "The address is not in use.";
    PeerGone { host: String } "The pod is deleted.";
    PeerSilent { host: String } "The node is unreachable.";
    PeerRefuses { host: String } "The database does not listen.";
    NoNameServer { host: String } "No DNS server is reachable.";
    NotPrimary { primary: ObjectRef } "Only the primary accepts writes.";
    DuplicateKey { entry: String } "`ordinal/unique-keys`";
    NotReplicated {} "`ordinal/replication: sync`";
    DiskFull {} "ENOSPC";
    NoDatabase {} "The pod runs no database.";
    Refused {} "Nothing listens.";
    NoReadyEndpoint {} "The Service has no ready endpoint.";
    TimedOut {} "No response.";

    // Why a name does not resolve, or resolves to an old address.
    CachedAnswer { left: Duration } "CoreDNS: plugin cache.";
    KeptAddress { name: String, ip: Option<String> } "The client does not look the name up again.";
    NoService { service: String } "The Service does not exist.";
    NoPodReady {} "The Service has no ready endpoint.";
    NoSubdomain { pod: String } "`spec.subdomain`";
    OtherSubdomain { pod: String, subdomain: String } "`spec.subdomain`";
    NoSuchPod { service: String, pod: String } "The pod does not exist.";
    PodNotReady { service: String, pod: String } "The pod is not Ready.";

    // How far a pod is; in the answers to "Why?".
    NotWanted { pod: ObjectRef, set: ObjectRef, replicas: i32, start: i32 } "Its ordinal is out of range.";
    Cloning { pod: ObjectRef, source: ObjectRef, have: u32, all: u32 } "The database clones.";
    OnUnreachableNode { pod: ObjectRef, node: ObjectRef } "Nothing is known of the pod.";
    Terminating { pod: ObjectRef, node: ObjectRef } "Its containers are being stopped.";
    WaitingForVolume { pod: ObjectRef, node: ObjectRef } "Its volume is not attached.";
    Mounting { pod: ObjectRef } "Its volumes are being mounted.";
    CreatingSandbox { pod: ObjectRef } "It gets its IP address.";
    RestartPending { container: String, pod: ObjectRef, at: String } "Back-off.";
    Restarting { container: String, pod: ObjectRef } "The container has exited.";
    Initializing { container: String, pod: ObjectRef } "The init container runs.";
    RunningNotReady { pod: ObjectRef } "Its readiness probe has not succeeded.";
    Starting { pod: ObjectRef } "The containers are created.";

    // Why nothing is known of a node; in the answers to "Why?".
    NodeDisconnected { node: ObjectRef } "The network is cut.";
    NodePoweredOff { node: ObjectRef } "The node has no power.";

    // What the controller of a set does; in the panel.
    BeingDeleted { kind: String } "`deletionTimestamp`";
    NothingToDo {} "The status matches the spec.";
    CreatesNextPod {} "Pods are missing from a StatefulSet.";
    CreatesPods {} "Pods are missing.";
    DeletesHighest {} "A StatefulSet has too many pods.";
    DeletesPods {} "There are too many pods.";
    WaitsForReadiness {} "All pods exist.";
}
