//! What stays and what changes when a pod takes over the identity of an earlier one.
//!
//! No component reads this: it is a record for the log and the picture, which show that the name, the DNS name,
//! and the claims of a StatefulSet pod stay, while its UID, its IP address, and possibly its node change.
//! Follows <https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity>.

use super::world::DiskId;
use super::{Cluster, Reason};
use crate::api::*;
use std::rc::Rc;

/// How long the picture shows what changed after the new pod became Ready, in milliseconds.
pub const SHOWN_MS: u64 = 8_000;

/// An identity of a StatefulSet: the last pod that was Ready, and the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The last pod of this name that became Ready.
    pub latest: Incarnation,
    /// The pod that was Ready before it, with another UID.
    pub previous: Option<Incarnation>,
}

/// A pod of an identity, at the instant when it first became Ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incarnation {
    /// The UID of the pod.
    pub uid: Uid,
    /// Its IP address.
    pub ip: String,
    /// The name of its node.
    pub node: String,
    /// The names and UIDs of its claims.
    pub claims: Vec<(Key, Uid)>,
    /// The number of entries on its volumes.
    pub entries: usize,
    /// When it first became Ready.
    pub ready_since: Time,
}

impl Incarnation {
    fn new(cluster: &Cluster, pod: &Pod) -> Incarnation {
        let namespace = &pod.metadata.namespace;
        let claims = pod.claims().filter_map(|claim| cluster.store.claims.named(namespace, claim));
        let mut incarnation = Incarnation {
            uid: pod.metadata.uid,
            ip: pod.status.pod_ip.clone(),
            node: pod.spec.node_name.clone(),
            claims: Vec::new(),
            entries: 0,
            ready_since: cluster.now,
        };
        for claim in claims {
            incarnation.claims.push((claim.metadata.key(), claim.metadata.uid));
            let disk = cluster.world.disks.get(&DiskId::Volume(claim.spec.volume_name.clone()));
            incarnation.entries += disk.map_or(0, |disk| disk.data.entries.len());
        }
        incarnation
    }
}

impl Identity {
    /// The claims of the latest pod that its predecessor had too, and those that are new.
    pub fn claims(&self) -> (Vec<ObjectRef>, Vec<ObjectRef>) {
        let reference = |(key, _): &(Key, Uid)| ObjectRef::new(Kind::PersistentVolumeClaim, key);
        let is_kept = |claim: &&(Key, Uid)| {
            self.previous.as_ref().is_some_and(|previous| previous.claims.contains(*claim))
        };
        let (kept, new): (Vec<_>, Vec<_>) = self.latest.claims.iter().partition(is_kept);
        (kept.into_iter().map(reference).collect(), new.into_iter().map(reference).collect())
    }

    /// What stayed and what changed; none for the first pod of the identity.
    pub fn reason(&self, pod: &Key) -> Option<Reason> {
        let (previous, latest) = (self.previous.as_ref()?, &self.latest);
        let (claims, new_claims) = self.claims();
        let node = |name: &str| ObjectRef::new(Kind::Node, &Key::new("", name));
        let has_moved = previous.node != latest.node;
        let has_new_ip = previous.ip != latest.ip;
        Some(Reason::ReplacementReady {
            pod: ObjectRef::new(Kind::Pod, pod),
            entries: (!claims.is_empty() && latest.entries > 0).then_some(latest.entries),
            claims,
            new_claims,
            uid: latest.uid.to_string(),
            old_uid: previous.uid.to_string(),
            ip: has_new_ip.then(|| latest.ip.clone()),
            old_ip: has_new_ip.then(|| previous.ip.clone()),
            node: has_moved.then(|| node(&latest.node)),
            old_node: has_moved.then(|| node(&previous.node)),
        })
    }
}

/// Notes that a pod of a StatefulSet is Ready. Returns what stayed and what changed if it replaced another one.
pub(super) fn note_ready(cluster: &mut Cluster, pod: &Pod) -> Option<Reason> {
    pod.metadata.controller().filter(|owner| owner.kind == Kind::StatefulSet.name())?;
    let key = pod.metadata.key();
    let before = cluster.identities.get(&key);
    if before.is_some_and(|identity| identity.latest.uid == pod.metadata.uid) {
        return None;
    }
    let previous = before.map(|identity| identity.latest.clone());
    let identity = Identity { latest: Incarnation::new(cluster, pod), previous };
    let reason = identity.reason(&key);
    Rc::make_mut(&mut cluster.identities).insert(key, Rc::new(identity));
    reason
}
