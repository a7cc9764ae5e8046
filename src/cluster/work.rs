//! The items of the work queues.

use crate::api::{Key, ObjectRef, Uid};

/// An item of the work queues: a component has to look at something, as in client-go's `workqueue`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkItem {
    /// The StatefulSet controller has to look at a set.
    StatefulSet(Key),
    /// The Deployment controller has to look at a Deployment.
    Deployment(Key),
    /// The ReplicaSet controller has to look at a ReplicaSet.
    ReplicaSet(Key),
    /// The scheduler has to look at a pod.
    Schedule(Key),
    /// The volume binder has to look at a claim.
    Claim(Key),
    /// The storage driver has made the volume of a claim.
    Provisioned(Key),
    /// A volume has to be released or deleted.
    Volume(Key),
    /// A snapshot of a volume has to be made, or what one left has to be deleted.
    Snapshot(Key),
    /// The attach and detach controller has to look around.
    AttachDetach,
    /// The storage driver has to look at an attachment.
    Attachment(Key),
    /// A kubelet has to look at a pod.
    Pod(Uid, Key),
    /// A machine has booted.
    Boot(String),
    /// A machine that is being shut down is off.
    Shutdown(String),
    /// A kubelet renews its lease.
    Lease(String),
    /// The node lifecycle controller looks at all nodes.
    NodeMonitor,
    /// The node lifecycle controller taints silent nodes, one after the other.
    NodeEviction,
    /// The node lifecycle controller has to look at the marks of a node.
    Node(String),
    /// The taint manager has to look at a node and its pods.
    NodeTaints(String),
    /// The disruption controller has to look at a budget.
    Budget(Key),
    /// A HorizontalPodAutoscaler was created.
    NewAutoscaler(Key),
    /// The HorizontalPodAutoscaler controller syncs an autoscaler.
    Autoscaler(Key),
    /// The controllers of namespaces have to look at one.
    Namespace(String),
    /// A drain goes on.
    Drain(u64),
    /// A pod is due to be evicted.
    Evict(Uid, Key),
    /// The pod garbage collector has to look around.
    PodGarbage,
    /// The garbage collector has to look for orphans of what is gone.
    Orphans(Uid),
    /// The garbage collector has to look at an object that waits for its dependents.
    Dependents(ObjectRef),
    /// The EndpointSlice controller has to look at a Service.
    Endpoints(Key),
    /// The operator has to look at the primary of a set.
    Failover(Key),
    /// The database of a pod has to go on.
    Database(Uid),
    /// Something on the wire arrives.
    Arrival(u64),
    /// A client is due to ask again.
    Client(String),
}
