//! The API server's store: a table for each kind, written in one place only ([`super::apply`]).
//!
//! Models what `kube-apiserver` and etcd keep. Tables and objects are shared by structure: a clone of
//! the store copies one pointer for each kind, and a write copies the table it touches, not its objects.

use super::index::{Index, Indexer};
use crate::api::*;
use crate::map::{Map, Set};
use std::marker::PhantomData;
use std::rc::Rc;

/// Objects in the order of their keys.
type Objects = Rc<Map<Key, Object>>;

/// The objects of one kind, in the order of their keys. All tables are stored alike, so that what
/// changes, copies and compares them is there once.
#[derive(Debug)]
pub struct Table<T> {
    objects: Objects,
    kind: PhantomData<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { objects: Rc::default(), kind: PhantomData }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Table<T> {
        Table { objects: self.objects.clone(), kind: PhantomData }
    }
}

impl<T> PartialEq for Table<T> {
    fn eq(&self, other: &Table<T>) -> bool {
        self.objects == other.objects
    }
}

impl<T: Resource> Table<T> {
    /// The object of this key.
    pub fn get(&self, key: &Key) -> Option<&Rc<T>> {
        self.objects.get(key).and_then(T::of)
    }

    /// The object of this name in this namespace.
    pub fn named(&self, namespace: &str, name: &str) -> Option<&Rc<T>> {
        self.objects.get_by(|key| key.compare(namespace, name)).and_then(T::of)
    }

    /// All objects, in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<T>> + Clone {
        self.objects.values().filter_map(T::of)
    }

    /// All objects with their keys, in the order of the keys.
    pub fn entries(&self) -> impl Iterator<Item = (&Key, &Rc<T>)> {
        self.objects.iter().filter_map(|(key, object)| Some((key, T::of(object)?)))
    }

    /// All objects of a namespace, in the order of their names.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Rc<T>> + use<'_, T> {
        let [first, end] = Key::range_of(namespace);
        self.objects.range(&first, &end).filter_map(|(_, object)| T::of(object))
    }

    /// The object that manages another one, if it still exists in the same incarnation.
    pub fn owner_of(&self, meta: &ObjectMeta) -> Option<&Rc<T>> {
        let owner = meta.controller().filter(|owner| owner.kind == T::KIND.name())?;
        self.named(&meta.namespace, &owner.name).filter(|object| object.meta().uid == owner.uid)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

/// Declares the tables and the ways to reach them by kind.
macro_rules! tables {
    ($( $field:ident: $kind:ident, $doc:literal; )*) => {
        /// All objects, and the number of the last write.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Store {
            /// The number of the last write; each write gets the next.
            pub resource_version: u64,
            indexer: Indexer,
            /// The objects of each kind that is not simulated.
            others: Rc<Map<Kind, Objects>>,
            /// The table of a kind that has none.
            nothing: Objects,
            $( #[doc = $doc] pub $field: Table<$kind>, )*
        }

        impl Store {
            fn table(&self, kind: Kind) -> &Objects {
                match kind {
                    $( Kind::$kind => &self.$field.objects, )*
                    other => self.others.get(&other).unwrap_or(&self.nothing),
                }
            }

            fn table_mut(&mut self, kind: Kind) -> &mut Objects {
                match kind {
                    $( Kind::$kind => &mut self.$field.objects, )*
                    other => Rc::make_mut(&mut self.others).or_default(other),
                }
            }
        }
    };
}

tables! {
    stateful_sets: StatefulSet, "The StatefulSets.";
    revisions: ControllerRevision, "The revisions of the StatefulSets.";
    deployments: Deployment, "The Deployments.";
    replica_sets: ReplicaSet, "The ReplicaSets.";
    pods: Pod, "The pods.";
    claims: PersistentVolumeClaim, "The PersistentVolumeClaims.";
    volumes: PersistentVolume, "The PersistentVolumes.";
    classes: StorageClass, "The StorageClasses.";
    attachments: VolumeAttachment, "The VolumeAttachments.";
    services: Service, "The Services.";
    slices: EndpointSlice, "The EndpointSlices.";
    config_maps: ConfigMap, "The ConfigMaps.";
    budgets: PodDisruptionBudget, "The PodDisruptionBudgets.";
    nodes: Node, "The nodes.";
    leases: Lease, "The nodes' heartbeats.";
}

impl Store {
    /// The kinds that there always are, then those that CustomResourceDefinitions define or have defined.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let is_custom = |kind: &Kind| matches!(kind, Kind::Custom(_));
        Kind::ALL.iter().copied().chain(self.others.keys().copied().filter(is_custom))
    }

    /// The CustomResourceDefinitions.
    pub fn definitions(&self) -> impl Iterator<Item = &StoredObject> {
        self.table(Kind::CustomResourceDefinition).values().filter_map(|object| match object {
            Object::Stored(object) => Some(&**object),
            _ => None,
        })
    }

    /// The kinds that the CustomResourceDefinitions define.
    pub fn defined_kinds(&self) -> impl Iterator<Item = Kind> {
        self.definitions().filter_map(StoredObject::defined_kind)
    }

    /// How many objects there are of all kinds.
    pub fn len(&self) -> usize {
        self.kinds().map(|kind| self.table(kind).len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The object that `reference` names.
    pub fn get(&self, reference: &ObjectRef) -> Option<Object> {
        self.table(reference.kind).get(&reference.key).cloned()
    }

    /// Whether there is an object of this kind, namespace and name.
    pub fn has(&self, kind: Kind, namespace: &str, name: &str) -> bool {
        self.table(kind).contains_key(&Key::new(namespace, name))
    }

    /// Whether both stores have the very same table of a kind: nothing was written to it between them.
    pub fn shares(&self, other: &Store, kind: Kind) -> bool {
        Rc::ptr_eq(self.table(kind), other.table(kind))
    }

    /// The keys of the objects of a kind that were created, written or removed since an earlier state.
    pub fn changed_since(&self, before: &Store, kind: Kind) -> Set<Key> {
        let (now, before) = (self.table(kind), before.table(kind));
        let is_in = |table: &Objects, key: &Key, object: &Object| {
            let (other, meta) = (table.get(key).map(Object::meta), object.meta());
            other.is_some_and(|other| {
                (other.uid, other.resource_version) == (meta.uid, meta.resource_version)
            })
        };
        let new = now.iter().filter(|(key, object)| !is_in(before, key, object));
        let old = before.iter().filter(|(key, object)| !is_in(now, key, object));
        new.chain(old).map(|(key, _)| key.clone()).collect()
    }

    /// All objects of a kind, in the order of their keys.
    pub fn list(&self, kind: Kind) -> Vec<Object> {
        self.table(kind).values().cloned().collect()
    }

    /// The objects of a kind after a key, in the order of their keys: at most `limit` of them, and how many more there are.
    pub fn page(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        after: Option<&Key>,
        limit: usize,
    ) -> (Vec<&Object>, usize) {
        let table = self.table(kind);
        let (first, all) = match namespace {
            Some(namespace) => {
                let [first, end] = Key::range_of(namespace);
                let all = table.range(&first, &end);
                (first, all)
            }
            None => (Key::new("", ""), table.iter()),
        };
        let skipped = after.map_or(0, |after| {
            table.range(&first, after).count() + usize::from(table.contains_key(after))
        });
        let mut rest = all.skip(skipped);
        let page = rest.by_ref().take(limit).map(|(_, object)| object).collect();
        (page, rest.count())
    }

    /// A store with these objects from the start, before the first write.
    pub fn initial(objects: impl IntoIterator<Item = Object>) -> Store {
        Store { resource_version: 0, ..Store::recorded(objects) }
    }

    /// A store with these objects as they are: what was recorded elsewhere.
    pub fn recorded(objects: impl IntoIterator<Item = Object>) -> Store {
        let mut store = Store::default();
        for object in objects {
            store.resource_version = store.resource_version.max(object.meta().resource_version);
            store.put(object);
        }
        store
    }

    pub(super) fn put(&mut self, object: Object) {
        let table = Rc::make_mut(self.table_mut(object.kind()));
        let old = table.insert(object.key(), object.clone());
        self.indexer.update(old.as_ref(), Some(&object));
    }

    pub(super) fn remove(&mut self, reference: &ObjectRef) {
        let old = Rc::make_mut(self.table_mut(reference.kind)).remove(&reference.key);
        self.indexer.update(old.as_ref(), None);
    }

    /// The objects of any kind with this value of an index, in the order of their kinds and keys.
    pub fn indexed<'a>(
        &'a self,
        index: &Index,
    ) -> impl DoubleEndedIterator<Item = &'a Object> + Clone + use<'a> {
        self.indexer.get(index)
    }

    /// The objects of all kinds with this value of an index, each with its reference.
    pub fn entries<'a>(
        &'a self,
        index: &Index,
    ) -> impl Iterator<Item = (&'a ObjectRef, &'a Object)> + use<'a> {
        self.indexer.entries(index)
    }

    /// The objects of one kind with this value of an index, in the order of their keys.
    pub fn by<'a, T: Resource + 'a>(
        &'a self,
        index: &Index,
    ) -> impl DoubleEndedIterator<Item = &'a Rc<T>> + Clone + use<'a, T> {
        self.indexed(index).filter_map(T::of)
    }

    /// The objects that a controller of this UID has, then those of its namespace that have none
    /// (`FilterPodsByOwner` of `pkg/controller`, with orphans).
    pub fn owned_or_orphaned<'a, T: Resource + 'a>(
        &'a self,
        owner: &ObjectMeta,
    ) -> impl Iterator<Item = &'a Rc<T>> + Clone + use<'a, T> {
        let orphans = Index::Orphan(T::KIND, owner.namespace.clone());
        self.by(&Index::Owner(owner.uid)).chain(self.by(&orphans))
    }

    /// Whether the indexes are what a full scan of the objects finds.
    pub fn is_indexed(&self) -> bool {
        let mut indexer = Indexer::default();
        for object in self.kinds().flat_map(|kind| self.list(kind)) {
            indexer.update(None, Some(&object));
        }
        indexer == self.indexer
    }

    /// The pods that are bound to a node.
    pub fn pods_bound_to(&self, node: &str) -> impl DoubleEndedIterator<Item = &Rc<Pod>> + Clone {
        self.by(&Index::Node(node.into())).filter(|pod: &&Rc<Pod>| pod.is_bound())
    }

    /// The pods that use a claim.
    pub fn users_of<'a>(
        &'a self,
        claim: &PersistentVolumeClaim,
    ) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
        self.by(&Index::Claim(claim.metadata.key()))
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<&Rc<Node>> {
        self.nodes.named("", name)
    }

    /// The volume that a claim is bound to.
    pub fn volume_of(&self, claim: &PersistentVolumeClaim) -> Option<&Rc<PersistentVolume>> {
        if claim.is_bound() { self.volumes.named("", &claim.spec.volume_name) } else { None }
    }

    /// The attachment of a volume to a node.
    pub fn attachment(&self, volume: &str, node: &str) -> Option<&Rc<VolumeAttachment>> {
        self.attachments.named("", &attachment_name(volume, node))
    }

    /// The StatefulSet that manages an object, if it still exists in the same incarnation.
    pub fn owning_set(&self, meta: &ObjectMeta) -> Option<&Rc<StatefulSet>> {
        self.stateful_sets.owner_of(meta)
    }

    /// The slice behind a Service.
    pub fn slice_of(&self, service: &Service) -> Option<&Rc<EndpointSlice>> {
        self.by(&Index::SliceOf(service.metadata.key())).next()
    }
}

/// The name of the attachment of a volume to a node.
pub fn attachment_name(volume: &str, node: &str) -> String {
    format!("csi-{volume}-{node}")
}
