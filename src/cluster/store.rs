//! The API server's store: a table for each kind, written in one place only ([`super::apply`]).
//!
//! Models what `kube-apiserver` and etcd keep. Tables and objects are shared by structure: a clone of
//! the store copies one pointer for each kind, and a write copies the table it touches, not its objects.

use crate::api::*;
use crate::map::Map;
use std::rc::Rc;

/// The objects of one kind, in the order of their keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<T>(Rc<Map<Key, Rc<T>>>);

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table(Rc::default())
    }
}

impl<T> Table<T> {
    /// The object of this key.
    pub fn get(&self, key: &Key) -> Option<&Rc<T>> {
        self.0.get(key)
    }

    /// The object of this name in this namespace.
    pub fn named(&self, namespace: &str, name: &str) -> Option<&Rc<T>> {
        self.0.get(&Key::new(namespace, name))
    }

    /// All objects, in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<T>> + Clone {
        self.0.values()
    }

    /// All objects of a namespace, in the order of their names.
    pub fn in_namespace<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Rc<T>> {
        self.0.iter().filter(move |(key, _)| key.namespace() == namespace).map(|(_, object)| object)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Clone> Table<T> {
    fn put(&mut self, key: Key, object: Rc<T>) {
        Rc::make_mut(&mut self.0).insert(key, object);
    }

    fn remove(&mut self, key: &Key) {
        Rc::make_mut(&mut self.0).remove(key);
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
            $( #[doc = $doc] pub $field: Table<$kind>, )*
        }

        impl Store {
            /// The object that `reference` names.
            pub fn get(&self, reference: &ObjectRef) -> Option<Object> {
                match reference.kind {
                    $( Kind::$kind => self.$field.get(&reference.key).map(|object| Object::$kind(object.clone())), )*
                }
            }

            /// All objects of a kind, in the order of their keys.
            pub fn list(&self, kind: Kind) -> Vec<Object> {
                match kind {
                    $( Kind::$kind => self.$field.iter().map(|object| Object::$kind(object.clone())).collect(), )*
                }
            }

            pub(super) fn put(&mut self, object: Object) {
                let key = object.key();
                match object {
                    $( Object::$kind(object) => self.$field.put(key, object), )*
                }
            }

            pub(super) fn remove(&mut self, reference: &ObjectRef) {
                match reference.kind {
                    $( Kind::$kind => self.$field.remove(&reference.key), )*
                }
            }
        }
    };
}

tables! {
    stateful_sets: StatefulSet, "The StatefulSets.";
    revisions: ControllerRevision, "The revisions of the StatefulSets.";
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
        let owner = meta.controller()?;
        let set = self.stateful_sets.named(&meta.namespace, &owner.name)?;
        (owner.kind == "StatefulSet" && set.metadata.uid == owner.uid).then_some(set)
    }

    /// The slice behind a Service.
    pub fn slice_of<'a>(&'a self, service: &'a Service) -> Option<&'a Rc<EndpointSlice>> {
        self.slices.in_namespace(&service.metadata.namespace).find(|slice| {
            slice.metadata.labels.get(SERVICE_NAME_LABEL) == Some(&service.metadata.name)
        })
    }
}

/// The name of the attachment of a volume to a node.
pub fn attachment_name(volume: &str, node: &str) -> String {
    format!("csi-{volume}-{node}")
}
