//! Indexes over the store: lookups of objects by something other than their key.
//!
//! Models the indexers of client-go (`cache.Indexer`), such as `AddPodControllerIndexer` of
//! `pkg/controller` and `spec.nodeName` of the kubelet. The store keeps them up to date with each
//! write; the invariants compare them with what a full scan finds.

use crate::api::*;
use crate::map::Map;
use std::rc::Rc;

/// An index and the value to look up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Index {
    /// Objects of any kind, by the UID of an owner.
    Owner(Uid),
    /// Pods, ReplicaSets and ControllerRevisions without a controller, by kind and namespace.
    Orphan(Kind, String),
    /// Pods, by the node that they are bound to or, before that, nominated for; empty if there is none.
    Node(String),
    /// Pods that are not bound to a node.
    Unbound,
    /// Pods, by a claim that they use.
    Claim(Key),
    /// Pods with required anti-affinity.
    AntiAffinity,
    /// Services, by namespace and one label that their selector requires.
    Selector(String, String, String),
    /// EndpointSlices, by their Service.
    SliceOf(Key),
    /// PersistentVolumeClaims, by the name of their volume.
    VolumeName(String),
    /// PersistentVolumeClaims that have an owner.
    OwnedClaims,
    /// PersistentVolumeClaims that are not Bound.
    Pending,
    /// PersistentVolumes, by the claim that they are reserved for.
    ClaimRef(Key),
    /// PersistentVolumes that are reserved for no claim.
    Available,
    /// VolumeAttachments, by the name of their volume.
    Attached(String),
}

/// The objects of one value, by reference.
type Entries = Rc<Map<ObjectRef, Object>>;

/// All indexes of a store. The keys are shared, because a write copies the map if a checkpoint shares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Indexer(Rc<Map<Rc<Index>, Entries>>);

impl Indexer {
    /// The objects with this value, in the order of their kinds and keys.
    pub(super) fn get<'a>(
        &'a self,
        index: &Index,
    ) -> impl DoubleEndedIterator<Item = &'a Object> + Clone + use<'a> {
        self.entries(index).map(|(_, object)| object)
    }

    /// The objects with this value and their references, in the order of the references.
    pub(super) fn entries<'a>(&'a self, index: &Index) -> crate::map::Iter<'a, ObjectRef, Object> {
        self.0.get(index).map(|entries| entries.iter()).unwrap_or_default()
    }

    /// Accounts for a write: `old` became `new`.
    pub(super) fn update(&mut self, old: Option<&Object>, new: Option<&Object>) {
        let (before, now) = (old.map_or_else(Vec::new, values), new.map_or_else(Vec::new, values));
        if before.is_empty() && now.is_empty() {
            return;
        }
        let indexes = Rc::make_mut(&mut self.0);
        if let Some(old) = old {
            let reference = old.reference();
            for index in before.into_iter().filter(|index| !now.contains(index)) {
                let Some(entries) = indexes.get_mut(&index) else { continue };
                Rc::make_mut(entries).remove(&reference);
                if entries.is_empty() {
                    indexes.remove(&index);
                }
            }
        }
        if let Some(new) = new {
            let reference = new.reference();
            for index in now {
                let entries = match indexes.get_mut(&index) {
                    Some(entries) => entries,
                    None => indexes.or_default(Rc::new(index)),
                };
                Rc::make_mut(entries).insert(reference.clone(), new.clone());
            }
        }
    }
}

/// Every index that an object is in, with its value there.
fn values(object: &Object) -> Vec<Index> {
    let meta = object.meta();
    let mut values = Vec::with_capacity(8);
    values.extend(meta.owner_references.iter().map(|owner| Index::Owner(owner.uid)));
    let key = |name: &str| Key::new(&meta.namespace, name);
    let selector = |labels: &Labels| {
        let (key, value) = labels.first_key_value()?;
        Some(Index::Selector(meta.namespace.clone(), key.clone(), value.clone()))
    };
    match object {
        Object::Pod(pod) => {
            let (bound, nominated) = (&pod.spec.node_name, &pod.status.nominated_node_name);
            let node = if pod.is_bound() { bound } else { nominated };
            values.push(Index::Node(node.clone()));
            values.extend((!pod.is_bound()).then_some(Index::Unbound));
            values.extend(pod.claims().map(|claim| Index::Claim(key(claim))));
            let is_apart = !pod.spec.anti_affinity_terms().is_empty();
            values.extend(is_apart.then_some(Index::AntiAffinity));
        }
        Object::Service(service) => values.extend(selector(&service.spec.selector)),
        Object::EndpointSlice(slice) => {
            let service = slice.metadata.labels.get(SERVICE_NAME_LABEL);
            values.extend(service.map(|service| Index::SliceOf(key(service))));
        }
        Object::PersistentVolumeClaim(claim) => {
            let volume = &claim.spec.volume_name;
            values.extend((!volume.is_empty()).then(|| Index::VolumeName(volume.clone())));
            values.extend((!claim.is_bound()).then_some(Index::Pending));
            let is_owned = !meta.owner_references.is_empty();
            values.extend(is_owned.then_some(Index::OwnedClaims));
        }
        Object::PersistentVolume(volume) => values.push(match &volume.spec.claim_ref {
            Some(claim) => Index::ClaimRef(Key::new(&claim.namespace, &claim.name)),
            None => Index::Available,
        }),
        Object::VolumeAttachment(attachment) => {
            values.push(Index::Attached(attachment.spec.persistent_volume_name.clone()));
        }
        _ => {}
    }
    let has_controllers =
        matches!(object.kind(), Kind::Pod | Kind::ReplicaSet | Kind::ControllerRevision);
    if has_controllers && meta.controller().is_none() {
        values.push(Index::Orphan(object.kind(), meta.namespace.clone()));
    }
    values
}
