//! The Kubernetes objects that play a part, as plain data under Kubernetes' own field names.
//!
//! Shapes and defaults follow `k8s.io/api` (apps/v1, v1, discovery/v1, policy/v1, storage/v1) of
//! Kubernetes v1.36. Only fields that the model acts on are here; what else a manifest may say is
//! known to [`crate::manifest`], which lists it as accepted but not simulated. A field of a struct is all
//! that is said of it: by what serde derives of it, it is read and printed.
//!
//! This module knows no other module.

mod complete;
mod condition;
mod deployment;
pub mod json;
mod lifecycle;
mod meta;
mod network;
mod node;
mod other;
mod placement;
mod pod;
mod policy;
mod printing;
mod serializer;
mod storage;
mod time;
mod workload;

pub(crate) use complete::drop_defaults;
pub use condition::*;
pub use deployment::*;
pub use lifecycle::*;
pub use meta::*;
pub use network::*;
pub use node::*;
pub use other::Other;
pub use placement::*;
pub use pod::*;
pub use policy::*;
pub use printing::*;
pub(crate) use serializer::Never;
pub use serializer::to_tree;
pub use storage::*;
pub use time::*;
pub use workload::*;

use std::fmt;
use std::rc::Rc;

/// Declares every kind once: its type, its table, and the words that kubectl has for it.
macro_rules! kinds {
    ($( $kind:ident $version:literal $singular:literal $plural:literal $group:literal $short:literal $scope:ident; )*) => {
        /// The kinds of object that the model knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $( #[doc = $plural] $kind, )* }

        /// Any object of the store.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Object { $( #[doc = $singular] $kind(Rc<$kind>), )* }

        impl Kind {
            /// Every kind, in the order of the declaration.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// The name of the kind, as in `kind: StatefulSet`.
            pub fn name(self) -> &'static str { match self { $(Kind::$kind => stringify!($kind)),* } }
            /// The API version, as in `apiVersion: apps/v1`.
            pub fn api_version(self) -> &'static str { match self { $(Kind::$kind => $version),* } }
            /// The singular resource name in lower case, as in `statefulset`.
            pub fn singular(self) -> &'static str { match self { $(Kind::$kind => $singular),* } }
            /// The plural resource name, as in `statefulsets`.
            pub fn plural(self) -> &'static str { match self { $(Kind::$kind => $plural),* } }
            /// The resource name as kubectl prints it in confirmations, as in `statefulset.apps`.
            pub fn qualified(self) -> &'static str { match self { $(Kind::$kind => $group),* } }
            /// kubectl's short name, or an empty string.
            pub fn short(self) -> &'static str { match self { $(Kind::$kind => $short),* } }
            /// Whether objects of this kind live in a namespace.
            pub fn is_namespaced(self) -> bool { match self { $(Kind::$kind => kinds!(@scope $scope)),* } }
        }

        impl Object {
            /// The kind of the object.
            pub fn kind(&self) -> Kind { match self { $(Object::$kind(_) => Kind::$kind),* } }
            /// The metadata of the object.
            pub fn meta(&self) -> &ObjectMeta { match self { $(Object::$kind(object) => &object.metadata),* } }
            /// The object as a tree of its own fields.
            fn serialized(&self) -> json::Node { match self { $(Object::$kind(object) => to_tree(&**object)),* } }
            /// The metadata of the object, to be changed; the object is copied if it is shared.
            pub fn meta_mut(&mut self) -> &mut ObjectMeta {
                match self { $(Object::$kind(object) => &mut Rc::make_mut(object).metadata),* }
            }
        }

        $(
            impl From<$kind> for Object {
                fn from(object: $kind) -> Object { Object::$kind(Rc::new(object)) }
            }
            impl Resource for $kind {
                const KIND: Kind = Kind::$kind;
                fn meta(&self) -> &ObjectMeta { &self.metadata }
                fn of(object: &Object) -> Option<&Rc<$kind>> {
                    match object { Object::$kind(object) => Some(object), _ => None }
                }
            }
        )*
    };
    (@scope namespaced) => { true };
    (@scope cluster) => { false };
}

kinds! {
    StatefulSet "apps/v1" "statefulset" "statefulsets" "statefulset.apps" "sts" namespaced;
    ControllerRevision "apps/v1" "controllerrevision" "controllerrevisions" "controllerrevision.apps" "" namespaced;
    Deployment "apps/v1" "deployment" "deployments" "deployment.apps" "deploy" namespaced;
    ReplicaSet "apps/v1" "replicaset" "replicasets" "replicaset.apps" "rs" namespaced;
    Pod "v1" "pod" "pods" "pod" "po" namespaced;
    PersistentVolumeClaim "v1" "persistentvolumeclaim" "persistentvolumeclaims" "persistentvolumeclaim" "pvc" namespaced;
    PersistentVolume "v1" "persistentvolume" "persistentvolumes" "persistentvolume" "pv" cluster;
    StorageClass "storage.k8s.io/v1" "storageclass" "storageclasses" "storageclass.storage.k8s.io" "sc" cluster;
    VolumeAttachment "storage.k8s.io/v1" "volumeattachment" "volumeattachments" "volumeattachment.storage.k8s.io" "" cluster;
    Service "v1" "service" "services" "service" "svc" namespaced;
    EndpointSlice "discovery.k8s.io/v1" "endpointslice" "endpointslices" "endpointslice.discovery.k8s.io" "" namespaced;
    ConfigMap "v1" "configmap" "configmaps" "configmap" "cm" namespaced;
    PodDisruptionBudget "policy/v1" "poddisruptionbudget" "poddisruptionbudgets" "poddisruptionbudget.policy" "pdb" namespaced;
    Node "v1" "node" "nodes" "node" "no" cluster;
    Lease "coordination.k8s.io/v1" "lease" "leases" "lease.coordination.k8s.io" "" namespaced;
}

/// What every kind of object has.
pub trait Resource: Sized {
    /// The kind of the objects of this type.
    const KIND: Kind;
    /// The metadata of the object.
    fn meta(&self) -> &ObjectMeta;
    /// The object, if it is of this type.
    fn of(object: &Object) -> Option<&Rc<Self>>;
}

impl Kind {
    /// The kind of this name, as in `kind: StatefulSet`.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether its objects have replicas.
    pub fn is_scalable(self) -> bool {
        matches!(self, Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet)
    }

    /// The kind that kubectl means by `word`: singular, plural, short, qualified, in any case.
    pub fn parse(word: &str) -> Option<Kind> {
        let word = word.to_ascii_lowercase();
        Kind::ALL.iter().copied().find(|kind| {
            [kind.singular(), kind.plural(), kind.short(), kind.qualified()]
                .contains(&word.as_str())
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names one object: its kind and its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// The kind of the object.
    pub kind: Kind,
    /// Its namespace and name.
    pub key: Key,
}

impl ObjectRef {
    /// The object of this kind and key.
    pub fn new(kind: Kind, key: &Key) -> ObjectRef {
        ObjectRef { kind, key: key.clone() }
    }

    /// The object of this kind, namespace and name.
    pub fn named(kind: Kind, namespace: &str, name: &str) -> ObjectRef {
        ObjectRef { kind, key: Key::new(namespace, name) }
    }

    /// This pod.
    pub fn pod(key: &Key) -> ObjectRef {
        ObjectRef::new(Kind::Pod, key)
    }

    /// This node.
    pub fn node(name: &str) -> ObjectRef {
        ObjectRef::named(Kind::Node, "", name)
    }
}

impl fmt::Display for ObjectRef {
    /// Writes `pod/web-1`, as kubectl does in `-o name`; another namespace than `default` is named first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.namespace() {
            "" | DEFAULT_NAMESPACE => write!(f, "{}/{}", self.kind.singular(), self.key.name()),
            namespace => write!(f, "{namespace}:{}/{}", self.kind.singular(), self.key.name()),
        }
    }
}

impl Object {
    /// The key under which the object is stored.
    pub fn key(&self) -> Key {
        self.meta().key()
    }

    /// How many pods are wanted of it, to be changed, if it can be scaled.
    pub fn replicas_mut(&mut self) -> Option<&mut i32> {
        match self {
            Object::StatefulSet(set) => Some(&mut Rc::make_mut(set).spec.replicas),
            Object::Deployment(deployment) => Some(&mut Rc::make_mut(deployment).spec.replicas),
            Object::ReplicaSet(set) => Some(&mut Rc::make_mut(set).spec.replicas),
            _ => None,
        }
    }

    /// Names the object.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { kind: self.kind(), key: self.key() }
    }
}
