//! The sentences in English.

use super::Language;
use crate::cluster::{Code, DetailCode};

/// English.
pub static ENGLISH: Language = Language { reason, detail, more: " and {count} more" };

sentences! { fn reason(Code):
    // Commands and faults.
    Refused "refused: {message}";
    LimitReached "{kind/object} is not created: {limit}";
    FieldDropped "{field} is dropped because the feature gate {gate} is disabled";
    Applied "{kind/object} {verb}";
    Scaled "{kind/object} is scaled from {from} to {to}";
    DeletionAsked "deletion of {kind/object} is requested[ with a grace period of {grace}]";
    DeletionForced "{kind/object} is force-deleted: its name is free, but its containers might still be running";
    CrashCaused "container {container} of {pod} [exits with code {code}|crashes]";
    CommandRun "container {container} of {pod} runs {command}";
    FailureCaused "{pod} fails";
    NodeOff "{node} loses power";
    NodeShuttingDown "{node} is being shut down: its kubelet stops its pods first";
    NodeShutDown "{node} has shut down";
    NodeOn "{node} is powered on";
    NodeCut "{node} is disconnected from the network, and its pods keep running";
    NodeHealed "{node} is reconnected to the network";
    DriverOff "storage driver {driver} stops";
    DriverOn "storage driver {driver} starts";
    TaintSet "{node} is tainted with {taint}";
    TaintRemoved "taint {taint} is removed from {node}";
    ClientStarted "client {client} {does}, every {every}";
    ClientStopped "client {client} stops: {served} requests succeeded, {failed} failed";
    Cordoned "{node} {verb}";

    // The StatefulSet controller.
    PodCreated "{pod} is created[ with {template}][: {why}]";
    PodReplaced "{pod} is created with its existing PersistentVolumeClaim[ and {template}]: same name, the data of that claim, new UID";
    PodCreateFailed "{pod} cannot be created: {message}[; {blocked} and the pods after it wait]";
    PodUpdateFailed "{pod} cannot be updated: {message}[; {blocked} and the pods after it wait]";
    PodAdopted "{set} adopts {pod}: it has no controller, and its name and labels match";
    PodReleased "{set} releases {pod}: its name or labels no longer match";
    ClaimCreated "PersistentVolumeClaim {claim} is created for {pod}";
    ClaimOwned "PersistentVolumeClaim {claim} is now owned by {kind/owner} and is deleted along with it";
    ClaimKept "PersistentVolumeClaim {claim} no longer has an owner and is retained";
    ClaimStale "{pod} is not created: PersistentVolumeClaim {claim} belongs to the previous {pod} and is deleted along with it; the controller checks again only when something else happens to the StatefulSet";
    FailedPodReplaced "{pod} is in phase {phase} and is deleted, to be replaced";
    ScaleDownDelete "{pod} is deleted: [the first ordinal is now {start}|{replicas} replicas are desired, and the highest ordinal is deleted first]";
    UpdateDelete "{pod} is deleted, to be recreated from the new template";
    RevisionCreated "controller revision {revision} is created for the new template";
    RevisionReused "the template matches controller revision {revision} again, which becomes the newest";
    UpdateComplete "all pods of {set} are at controller revision {revision}";
    WaitForReady "[{next} ]{waits} until {pod} is Running and Ready";
    WaitForAvailable "[{next} ]{waits} until {pod} has been Ready for {after}";
    WaitForTermination "{pod} is terminating: the new {pod} is created after the old one is deleted";
    WaitForCondemned "scale-down waits until {pod} is deleted";
    WaitForCondemnedReady "scale-down waits until {pod} is Running and Ready: of the unhealthy pods, only the one with the lowest ordinal can be deleted";
    WaitScaleDown "scale-down of {pod} waits until {lower} is Running and Ready";
    WaitForUpdate "the update waits until {pod} is Running and Ready";
    WaitForBudget "the update waits for {pod}: of the pods with either template, {unavailable} are unavailable, and maxUnavailable is {limit}";
    UpdateStuck "{pod} is not Ready and does not have the new template: a pod is replaced only after it is Ready. If it cannot become Ready on its own, fixing the template is not enough: you must also delete the pod";
    UpdateHeld "{kept} of {replicas} pods keep the old template: {why}";
    WaitForOldRevision "{pod} has the old template and still exists: with the Recreate strategy, new pods are created only after all old pods are deleted";
    SetDeleting "{set} is being deleted: its pods are no longer created or deleted in order";

    // The Deployment and ReplicaSet controllers.
    ReplicaSetScaled "ReplicaSet {set} is scaled from {from} to {to}[: {why}]";
    RolloutComplete "the rollout of {deployment} is complete: all its pods [have the template of {set} and ]are available";
    RolloutWaits "the rollout continues when more pods[ of {set}] are available: at least {least} pods must be available, and at most {most} can exist";
    WaitForReplicas "fewer than {replicas} pods are available";
    WaitForOldPods "{pod} still exists: with the Recreate strategy, new pods are created only after all old pods are deleted";
    RolloutStuck "the rollout of [{set}|{deployment}] has made no progress for {after}: it is not rolled back automatically";
    DeploymentPaused "{deployment} is paused: the new template is not rolled out";
    ReplicaCreated "{pod} is created with a new name: {set} has {count} of {replicas} pods[, and {uncounted} no longer counts]";
    ReplicaCreateFailed "{set} can't create a pod: {message}";
    Autoscaled "{kind/object} is scaled from {from} to {to} by {kind/autoscaler}: {message}";
    AutoscalerTargetMissing "{kind/autoscaler} can't find what it scales: {message}";
    AutoscalerMetricsMissing "{kind/autoscaler} has no metrics to scale by: {message}";
    ReplicaDeleted "{pod} is deleted: {set} has {count} pods, {replicas} are desired, and {why}";
    ReplicaAdopted "{set} adopts {pod}: it has no controller, and its labels match";
    ReplicaReleased "{set} releases {pod}: its labels no longer match";
    ReplicaSetAdopted "{deployment} adopts ReplicaSet {set}: it has no controller, and its labels match";
    ReplicaSetReleased "{deployment} releases ReplicaSet {set}: its labels no longer match";
    StillCounted "{pod} is not Ready but still counts as one of {replicas} replicas: it is replaced only after it is marked for deletion";

    // Scheduling.
    Scheduled "{pod} is scheduled to {node}";
    FailedScheduling "{pod} cannot be scheduled: {message}";
    Preempted "{pod} is preempted on {node}: {by} has a higher priority and needs its resources";
    WaitForVictim "{pod} waits until {victim}, which it preempts, is gone from {node}";
    WaitForVolume "{pod} waits for its volume before it is scheduled to {node}";

    // Storage.
    VolumeProvisioned "a PersistentVolume is provisioned for {claim}";
    ClaimBound "PersistentVolumeClaim {claim} is bound to its PersistentVolume";
    ClassMissing "storageclass.storage.k8s.io \"{class}\" not found";
    NoClass "no persistent volumes available for this claim and no storage class is set";
    WaitForFirstConsumer "waiting for first consumer to be created before binding";
    WaitForPodScheduled "waiting for pod {pods} to be scheduled";
    ExternalProvisioning "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
    NoProvisioner "no volume plugin matched name: kubernetes.io/no-provisioner";
    ClaimLost "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
    ClaimMisbound "Two claims are bound to the same volume, this one is bound incorrectly";
    VolumeTaken "volume \"{volume}\" already bound to a different claim.";
    VolumeMismatch "Cannot bind to requested volume \"{volume}\": {why}";
    ExternalExpanding "waiting for an external controller to expand this PVC";
    VolumeResizing "External resizer is resizing volume {volume}";
    FileSystemResizeRequired "Require file system resize of volume on node";
    FileSystemResizePending "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
    Attaching "the volume [of {claim}|{volume}] is being attached to {node}";
    Attached "the volume [of {claim}|{volume}] is attached to {node}";
    Detaching "the volume [of {claim}|{volume}] is being detached from {node}";
    ForcedDetach "the volume [of {claim}|{volume}] is force-detached from {node}: the node has not confirmed the unmount for 6 minutes";
    Detached "the volume [of {claim}|{volume}] is detached from {node}[, and {data}]";
    MultiAttach "Multi-Attach error for volume \"{volume}\" [Volume is already used by pod(s) {pods}|Volume is already exclusively attached to one node and can't be attached to another]";
    ClaimProtected "PersistentVolumeClaim {claim} is terminating: it is deleted after {pod} no longer uses it";
    VolumeReleased "the volume [of {claim}|{volume}] is released and retained with its data";
    VolumeAvailable "PersistentVolume {volume} is Available again[, reserved for {claim}]: its data is still on it";
    VolumeProtected "PersistentVolume {volume} is terminating: it is deleted after PersistentVolumeClaim[ {claim}] is deleted";
    VolumeDeleted "the volume [of {claim}|{volume}] is deleted along with its data";

    // The node.
    PodSandbox "{pod} gets the IP address {ip}";
    Pulling "image {image} is being pulled on {node}";
    PullFailed "Failed to pull image \"{image}\": not found";
    PullBackOff "Back-off pulling image \"{image}\", {after}";
    ContainerConfigError "container {container} of {pod} can't be created: {message}";
    MountFailed "{pod} can't mount its volume {volume}: {message}";
    ContainerStarted "container {container} of {pod} is started";
    InitDone "init container {container} of {pod} completes";
    ContainerExited "container {container} of {pod} exits with code {code}";
    BackOff "container {container} of {pod} restarts in {after} (back-off)";
    ContainerRestarted "container {container} of {pod} is restarted in the same pod: same UID, same IP address";
    ContainerKilled "{pod}: {message}";
    ProbeFailed "{pod}: {message}";
    PodReady "{pod} is Ready";
    ReplacementReady "{pod} is back: same name[, same claim {claims} with {entries} entries|, same claim {claims}][, new claim {new_claims}]; new UID {short/uid} (was {short/old_uid})[, new IP address {ip} (was {old_ip})][, now on {node} (was on {old_node})]";
    PodNotReady "{pod} is no longer Ready";
    PodStopping "{pod} is being stopped, with a grace period of {grace}";
    PodStopped "{pod} is terminated; its name, PersistentVolumeClaim, and data are retained";
    PodStoppedWithClaim "{pod} is terminated, and its PersistentVolumeClaim is deleted as well";
    PodFinalizers "the containers of {pod} have stopped, but it stays in Terminating until its finalizers are removed: {finalizers}";
    ClaimlessStopped "{pod} is terminated; its name is retained, but its data is lost";
    ReplicaStopped "{pod} is terminated, and its name is not reused";
    PodRebooted "{pod} is restarted after the reboot of {node}: same UID, new IP address";
    PodOrphanKilled "the kubelet on {node} learns that {pod} is deleted and stops its containers";
    WaitForAttach "{pod} waits until the volume [of {claim}|{volume}] is attached to {node}";
    FileSystemResized "the file system [of {claim}|{volume}] is resized to {size} on {node}";

    // Nodes.
    NodeNotReady "{node} has not sent a heartbeat for {after}: its Ready condition becomes Unknown";
    NodeReady "{node} sends heartbeats again and is Ready";
    NodeRegistered "{node} is registered with the node lifecycle controller";
    NodeRemoved "{node} is deleted and no longer monitored";
    PodOnLostNode "{pod} is marked as not Ready: {node} does not send heartbeats";
    EvictionPlanned "{pod} tolerates the taints of {node} for {after} and is then evicted";
    TaintEviction "{pod} is marked for deletion: {why}";
    EvictionCancelled "the eviction of {pod} is canceled";
    EvictionsHeld "most nodes are unreachable: no pods are evicted";
    WaitForNode "{pod} stays in Terminating: only {node} can confirm that its containers have stopped, and {node} is unreachable";

    // Disruption budgets.
    Evicted "{pod} is evicted";
    EvictionRefused "{pod} is not evicted: {message}[ {cause}]";
    DrainAsked "a drain of {nodes} is requested";
    DrainedPod "kubectl drain: pod/{pod} evicted";
    Drained "kubectl drain: node/{node} drained";
    DrainFailed "kubectl drain: unable to drain node \"{node}\" due to error: {error}";

    // Names.
    RecordSet "{name} resolves to {ip}[; CoreDNS serves its cached answer for {cached} more]";
    RecordRemoved "{name} no longer resolves[; CoreDNS serves its cached answer for {cached} more]";

    // Snapshots.
    SnapshotStarted "snapshot {snapshot} of the volume of {claim} is being taken: {entries} entries";
    SnapshotReady "snapshot {snapshot} is ready to use: {entries} entries";
    SnapshotFailed "snapshot {snapshot} cannot be taken: {message}";
    ProvisioningFailed "a volume of class {class} cannot be provisioned: {message}";
    VolumeRestored "the volume of {claim} is restored from snapshot {snapshot}: {entries} entries";

    // Garbage.
    Collected "{kind/object} is deleted[ along with its owner {owner}]";
    ClaimCollected "PersistentVolumeClaim {claim} is deleted along with its owner[ {owner}], whatever the current retention policy";
    ForegroundDone "{kind/object} is deleted: all its dependents are deleted";
    Orphaned "{count} dependents of {kind/owner} are orphaned and retained";
    WaitForQuarantine "{pod} is garbage-collected once {node} has been gone for {after}";
    PodCollected "{pod} is garbage-collected: {node} {why}";
    ObjectGone "{kind/object} is deleted";

    // What is reported of a real cluster.
    Appeared "{kind/object} is created";
    FieldChanged "{kind/object}: {field} [changes from {from} to {to}|becomes {to}|is cleared: it was {from}]";
    MarkedForDeletion "{kind/object} is marked for deletion[ with a grace period of {grace}]";
    EventReported "{kind/object}: {code} (reported by {source}): {message}";
    WarningReported "{kind/object}: {code} (reported by {source}): {message}";
    SimulationBegins "from here on, this is a simulation that continues from what was observed";
    Remarked "{text}";
    ContainerWaiting "container {container} of {pod} is waiting: {code}[: {message}][; {last}]";
    ContainerNotReady "{pod} is running, but its container {container} is not ready[: {message}]";
    NotReadyOnNode "{pod} counts as not Ready because {node} is not responding: it is replaced only after the pod is evicted and confirmed stopped[; the eviction follows {after} after the taint]";
    NodeGone "{node}, the node of {pod}, does not exist: the pod garbage collector deletes the pod";

    // The database.
    Initialised "{pod} finds an empty volume and initializes a new database with {entries} entries, as the primary";
    RoleRead "{pod} reads its role from the volume: {role}, {entries} entries[, {behind} behind the primary when last connected]";
    CloneStarted "{pod} finds an empty volume and clones {entries} entries from {source}";
    CloneDone "{pod} has cloned {entries} entries from {source}";
    CloneFailed "{pod} cannot clone: {why}";
    WaitForClone "{pod} waits for {source}, to clone from it: {why}";
    StartedEmpty "{pod} starts with an empty volume: {why}";
    StartedWithoutCopy "{pod} starts without a copy of the data: its StatefulSet [has no Service {service} that selects its pods|names no Service], so they have no DNS names";
    ContainerLost "the {entries} entries of {pod} are lost with its container: they were not on a volume";
    RoleChanged "{pod} changes its role to {role}: {first} is the first pod of the StatefulSet";
    NotFollowing "{pod} does not follow {primary}: replication is off, and new writes exist only on {primary}";
    NoQuorum "{pod} responds but is not Ready: it reaches {reached} of the {members} members listed on its volume and needs {wanted}";
    CaughtUp "{pod} is in sync with {primary}: {entries} entries";
    Behind "{pod} is behind {primary} and follows it";
    KeyConflict "{pod} accepted \"{own}\", and {primary} accepted \"{theirs}\": only one of them can be true";
    LeftBehind "{pod} returns with old data and cannot catch up: {primary} no longer has the log of the changes that {pod} missed, {missing}";
    Diverged "{pod} cannot follow {primary}: only {pod} has {own}[, and only {primary} has {missing}]";
    DataLost "the {entries} entries of {pod} are deleted with its local storage; [no other pod has {only}|other pods have everything that was written]";
    Twins "two pods run as {pod}, and {how}: the old one still runs on {node}, which should have been shut down before the pod was force-deleted";
    TwoWriters "two pods write to the volume of {claim} as {pod} and overwrite each other's data";
    EntriesLost "{entries} of {pod} are lost: another pod with the same name wrote to the same volume";
    FlushStarted "{pod} gets SIGTERM, closes its connections, and writes {entries} entries from its memory to its volume";
    Flushed "{pod} has written everything to its volume: {entries} entries";
    PrimaryMissed "the operator finds that {primary} is not Ready, and promotes another pod in {after} unless it recovers";
    FailedOver "the operator promotes {primary}, because {old} is still not Ready";
    RoleTaken "{pod} is now a {role}: the operator has made {primary} the primary";
    AcceptedLost "{entries} of {pod} are lost: the entries were accepted, but {primary} was promoted without them";
    UnconfirmedDropped "{pod} drops {entries}: no replica had confirmed them, no client was told that they were accepted, and {primary} is the primary";
    ReplicaFull "{pod} cannot follow its primary: no space left on its volume";
    EntriesDeleted "the {entries} entries of {pod} are deleted: a client requested it, and replicas repeat what the primary does";
    UnflushedLost "{entries} of {pod} are lost: the entries were accepted, but were still in memory when the process ended";

    // Clients.
    WriteSent "{client} writes \"{entry}\" to {name}";
    WriteAccepted "{pod} accepts \"{entry}\" as entry {number}";
    WriteRefused "{pod} refuses \"{entry}\": {why}";
    ReadSent "{client} reads from {name}";
    ReadServed "{pod} returns {entries} entries";
    TwinAccepted "{pod}, deleted but still running on {node}, accepts \"{entry}\" as entry {number}";
    StaleRead "{pod} returns {entries} entries: {missing} entries of {primary} are missing";
    NoSuchName "{name} does not resolve: {why}";
    StaleAddress "{client} connects to {ip}, which does not respond: {why}";
    RequestFailed "{client} gets no response from {name}: {why}";
}

sentences! { fn detail(DetailCode):
    Cordoned "is cordoned";
    Uncordoned "is uncordoned";

    MaximumPods "a cluster has at most {limit} pods";
    MaximumObjects "a cluster has at most {limit} objects";

    Reads "reads from {host}[, from {node}][, {cache}]";
    Writes "writes to {host}[, from {node}][, {cache}]";
    KeepsFirstAddress "and keeps the first address that it gets";
    CachesAnswers "and caches DNS answers";

    OldTemplate "the old template";
    NewTemplate "the new template";

    Parallel "pods are created in parallel";
    LowerReady "{pod} is Ready";
    AllLowerReady "{pod} and all pods before it are Ready";

    NotCreated "is not created";
    NotReplaced "is not replaced";
    NotDeleted "is not deleted";
    UpdateHalted "the update does not continue";
    SetIncomplete "the StatefulSet is not complete";

    Partition "the partition is {partition}, counted from the first pod";
    OnDelete "with OnDelete, a pod is replaced only when someone deletes it";

    NewRevision "it has the new template, revision {revision}";
    Surge "at most {most} pods can exist";
    Unavailable "the removed pods are not available anyway";
    Spare "{available} pods are available, and {least} must be";
    NewSetAvailable "all pods of the new ReplicaSet are available";
    Proportional "replicas are scaled in proportion during a rollout";
    OldPodsFirst "all old pods are deleted before new pods are created";
    OldPodsGone "all old pods are deleted";

    NoneWanted "no pods are desired";
    Unscheduled "it is not scheduled yet";
    NotStarted "it has not started yet";
    NotReady "it is not Ready";
    LowerCost "its deletion cost is lower";
    MoreOnNode "its node runs more of these pods";
    ReadyForShorter "it has been Ready for a shorter time";
    MoreRestarts "it has restarted more often";
    Newer "it is newer than the others";
    AllEqual "all pods rank equally";

    DataRetained "its data is retained";

    NotTolerated "it does not tolerate a taint of {node}";
    TolerationExpired "{node} has been unreachable for too long";
    TolerationOver "it tolerates the taints of {node} only for a limited time, which has passed";
    NodeMissing "no longer exists";
    OutOfService "is out of service";

    Primary "primary";
    Replica "replica";

    CloneNotShared "its init container cloned to a volume that the database does not use";
    CloneOff "cloning is off";

    SameVolume "both write to the same volume";
    OwnDirectories "each writes to its own directory";

    Unresolved "could not resolve host name {host}";
    NoAnswerFrom "no response from {host} ({ip})";
    PeerGone "{host} no longer exists";
    PeerSilent "no response from {host}";
    PeerRefuses "{host}: connection refused";
    NoNameServer "no DNS server responds, so {host} cannot be resolved";
    NotPrimary "it is a replica, and {primary} accepts the writes";
    DuplicateKey "it already has \"{entry}\"";
    NotReplicated "no replica confirmed the write in time";
    DiskFull "no space left on device";
    NoDatabase "it does not run a database";
    Refused "connection refused";
    NoReadyEndpoint "connection refused, no pod is Ready";
    TimedOut "timed out";

    CachedAnswer "CoreDNS serves its cached answer for {left} more";
    KeptAddress "the client keeps that address, but {name} [resolves to {ip}|no longer resolves]";
    NoService "Service {service} does not exist";
    NoPodReady "none of its pods is Ready";
    NoSubdomain "pod {pod} has no subdomain";
    OtherSubdomain "pod {pod} has the subdomain {subdomain}";
    NoSuchPod "Service {service} has no pod {pod}";
    PodNotReady "Service {service} has no Ready pod {pod}";

    NotWanted "{pod} is not desired: {set} has {replicas} replicas, and its first ordinal is {start}";
    Cloning "{pod} has cloned {have} of {all} entries from {source}";
    OnUnreachableNode "{pod} is on {node}, which is unreachable";
    Terminating "{pod} is being stopped on {node}";
    WaitingForVolume "{pod} waits for its volume on {node}";
    Mounting "the volumes of {pod} are being mounted";
    CreatingSandbox "the sandbox of {pod} is being created";
    RestartPending "container {container} of {pod} has exited and restarts at {at}";
    Restarting "container {container} of {pod} has exited and is being restarted";
    Initializing "init container {container} of {pod} has not completed";
    RunningNotReady "{pod} is running but not Ready yet";
    Starting "the containers of {pod} are starting";

    NodeDisconnected "{node} is disconnected from the network: the control plane receives no heartbeats from it";
    NodePoweredOff "{node} has no power: the control plane receives no heartbeats from it";

    BeingDeleted "The {kind} is being deleted.";
    NothingToDo "The current state matches the desired state: nothing to do.";
    CreatesNextPod "Pods are missing: the controller creates the next one.";
    CreatesPods "Pods are missing: the controller creates them.";
    DeletesHighest "There are too many pods: the highest ordinal is deleted first.";
    DeletesPods "There are too many pods: the controller deletes some.";
    WaitsForReadiness "All pods are created, but not all of them are Ready yet.";
}
