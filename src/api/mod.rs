//! The Kubernetes objects that play a part, as plain data under Kubernetes' own field names.
//!
//! Shapes and defaults follow `k8s.io/api` (apps/v1, v1, discovery/v1, policy/v1, storage/v1) of
//! Kubernetes v1.36. Only fields that the model acts on are here; what else a manifest may say is
//! known to [`crate::manifest`], which lists it as accepted but not simulated. A field of a struct is all
//! that is said of it: by what serde derives of it, it is read and printed.
//!
//! This module knows no other module.

mod closed;
mod complete;
mod condition;
mod custom;
mod deployment;
pub mod json;
mod lifecycle;
mod meta;
mod network;
mod node;
mod other;
mod parsed;
mod placement;
mod pod;
mod pod_spec;
mod policy;
mod printing;
mod quantity;
mod serializer;
mod storage;
mod stored;
mod time;
mod workload;

pub use closed::*;
pub(crate) use complete::drop_defaults;
pub use condition::*;
pub use custom::CustomKind;
pub use deployment::*;
pub use lifecycle::*;
pub use meta::*;
pub use network::*;
pub use node::*;
pub use other::Other;
pub use placement::*;
pub use pod::*;
pub use pod_spec::{ContainerType, HostPort, TARGET};
pub use policy::*;
pub use printing::*;
pub(crate) use quantity::{is_positive_quantity, quantity_refusal};
pub(crate) use serializer::Never;
pub use serializer::to_tree;
pub use storage::*;
pub use stored::StoredObject;
pub use time::*;
pub use workload::*;

use crate::later::later;
use std::fmt;
use std::rc::Rc;

later! {
    also custom;
}

/// The words for a kind: its name, version, singular, plural, qualified, and short name, and whether its objects
/// live in namespaces.
type KindWords<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, bool);

/// Declares every kind once: its type, its table, and the words that kubectl has for it.
macro_rules! kinds {
    (
        simulated { $( $kind:ident $version:literal $singular:literal $plural:literal $group:literal $short:literal $scope:ident; )* }
        stored { $( $other:ident $other_version:literal $other_singular:literal $other_plural:literal $other_group:literal $other_short:literal $other_scope:ident; )* }
    ) => {
        /// The kinds of object that the API server knows.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            #[default]
            $( #[doc = $plural] $kind, )*
            $( #[doc = $other_plural] $other, )*
            /// A kind that a CustomResourceDefinition defines.
            Custom(CustomKind),
        }

        /// Any object of the store.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Object {
            $( #[doc = $singular] $kind(Rc<$kind>), )*
            /// An object of a kind that is not simulated.
            Stored(Rc<StoredObject>),
        }

        impl Kind {
            /// Every kind that there always is, in the order of the declaration.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)* $(Kind::$other,)*];

            fn words(self) -> &'static KindWords<'static> {
                match self {
                    Kind::Custom(kind) => kind.words(),
                    $(Kind::$kind => &(stringify!($kind), $version, $singular, $plural, $group, $short, kinds!(@scope $scope)),)*
                    $(Kind::$other => &(stringify!($other), $other_version, $other_singular, $other_plural, $other_group, $other_short, kinds!(@scope $other_scope)),)*
                }
            }

            /// Whether the model acts on objects of this kind; others are only stored.
            pub fn is_simulated(self) -> bool { matches!(self, $(Kind::$kind)|*) }
        }

        impl Object {
            /// The kind of the object.
            pub fn kind(&self) -> Kind { match self { $(Object::$kind(_) => Kind::$kind,)* Object::Stored(object) => object.kind } }
            /// The metadata of the object.
            pub fn meta(&self) -> &ObjectMeta { match self { $(Object::$kind(object) => &object.metadata,)* Object::Stored(object) => &object.metadata } }
            /// The object as a tree of its own fields.
            fn serialized(&self) -> json::Node { match self { $(Object::$kind(object) => to_tree(&**object),)* Object::Stored(object) => to_tree(&**object) } }
            /// The metadata of the object, to be changed; the object is copied if it is shared.
            pub fn meta_mut(&mut self) -> &mut ObjectMeta {
                match self {
                    $(Object::$kind(object) => &mut Rc::make_mut(object).metadata,)*
                    Object::Stored(object) => &mut Rc::make_mut(object).metadata,
                }
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

// Everything that a Kubernetes 1.36 API server serves in its stable groups, except what it never stores, such
// as TokenReview (`DefaultAPIResourceConfigSource` of `pkg/controlplane/instance.go`).
kinds! {
    simulated {
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
    stored {
        Secret "v1" "secret" "secrets" "secret" "" namespaced;
        ServiceAccount "v1" "serviceaccount" "serviceaccounts" "serviceaccount" "sa" namespaced;
        Namespace "v1" "namespace" "namespaces" "namespace" "ns" cluster;
        Endpoints "v1" "endpoints" "endpoints" "endpoints" "ep" namespaced;
        ComponentStatus "v1" "componentstatus" "componentstatuses" "componentstatus" "cs" cluster;
        Event "v1" "event" "events" "event" "ev" namespaced;
        LimitRange "v1" "limitrange" "limitranges" "limitrange" "limits" namespaced;
        PodTemplate "v1" "podtemplate" "podtemplates" "podtemplate" "" namespaced;
        ReplicationController "v1" "replicationcontroller" "replicationcontrollers" "replicationcontroller" "rc" namespaced;
        ResourceQuota "v1" "resourcequota" "resourcequotas" "resourcequota" "quota" namespaced;
        MutatingAdmissionPolicy "admissionregistration.k8s.io/v1" "mutatingadmissionpolicy" "mutatingadmissionpolicies" "mutatingadmissionpolicy.admissionregistration.k8s.io" "" cluster;
        MutatingAdmissionPolicyBinding "admissionregistration.k8s.io/v1" "mutatingadmissionpolicybinding" "mutatingadmissionpolicybindings" "mutatingadmissionpolicybinding.admissionregistration.k8s.io" "" cluster;
        MutatingWebhookConfiguration "admissionregistration.k8s.io/v1" "mutatingwebhookconfiguration" "mutatingwebhookconfigurations" "mutatingwebhookconfiguration.admissionregistration.k8s.io" "" cluster;
        ValidatingAdmissionPolicy "admissionregistration.k8s.io/v1" "validatingadmissionpolicy" "validatingadmissionpolicies" "validatingadmissionpolicy.admissionregistration.k8s.io" "" cluster;
        ValidatingAdmissionPolicyBinding "admissionregistration.k8s.io/v1" "validatingadmissionpolicybinding" "validatingadmissionpolicybindings" "validatingadmissionpolicybinding.admissionregistration.k8s.io" "" cluster;
        ValidatingWebhookConfiguration "admissionregistration.k8s.io/v1" "validatingwebhookconfiguration" "validatingwebhookconfigurations" "validatingwebhookconfiguration.admissionregistration.k8s.io" "" cluster;
        CustomResourceDefinition "apiextensions.k8s.io/v1" "customresourcedefinition" "customresourcedefinitions" "customresourcedefinition.apiextensions.k8s.io" "crd,crds" cluster;
        APIService "apiregistration.k8s.io/v1" "apiservice" "apiservices" "apiservice.apiregistration.k8s.io" "" cluster;
        DaemonSet "apps/v1" "daemonset" "daemonsets" "daemonset.apps" "ds" namespaced;
        HorizontalPodAutoscaler "autoscaling/v2" "horizontalpodautoscaler" "horizontalpodautoscalers" "horizontalpodautoscaler.autoscaling" "hpa" namespaced;
        CronJob "batch/v1" "cronjob" "cronjobs" "cronjob.batch" "cj" namespaced;
        Job "batch/v1" "job" "jobs" "job.batch" "" namespaced;
        CertificateSigningRequest "certificates.k8s.io/v1" "certificatesigningrequest" "certificatesigningrequests" "certificatesigningrequest.certificates.k8s.io" "csr" cluster;
        FlowSchema "flowcontrol.apiserver.k8s.io/v1" "flowschema" "flowschemas" "flowschema.flowcontrol.apiserver.k8s.io" "" cluster;
        PriorityLevelConfiguration "flowcontrol.apiserver.k8s.io/v1" "prioritylevelconfiguration" "prioritylevelconfigurations" "prioritylevelconfiguration.flowcontrol.apiserver.k8s.io" "" cluster;
        IngressClass "networking.k8s.io/v1" "ingressclass" "ingressclasses" "ingressclass.networking.k8s.io" "" cluster;
        Ingress "networking.k8s.io/v1" "ingress" "ingresses" "ingress.networking.k8s.io" "ing" namespaced;
        IPAddress "networking.k8s.io/v1" "ipaddress" "ipaddresses" "ipaddress.networking.k8s.io" "ip" cluster;
        NetworkPolicy "networking.k8s.io/v1" "networkpolicy" "networkpolicies" "networkpolicy.networking.k8s.io" "netpol" namespaced;
        ServiceCIDR "networking.k8s.io/v1" "servicecidr" "servicecidrs" "servicecidr.networking.k8s.io" "" cluster;
        RuntimeClass "node.k8s.io/v1" "runtimeclass" "runtimeclasses" "runtimeclass.node.k8s.io" "" cluster;
        ClusterRoleBinding "rbac.authorization.k8s.io/v1" "clusterrolebinding" "clusterrolebindings" "clusterrolebinding.rbac.authorization.k8s.io" "" cluster;
        ClusterRole "rbac.authorization.k8s.io/v1" "clusterrole" "clusterroles" "clusterrole.rbac.authorization.k8s.io" "" cluster;
        RoleBinding "rbac.authorization.k8s.io/v1" "rolebinding" "rolebindings" "rolebinding.rbac.authorization.k8s.io" "" namespaced;
        Role "rbac.authorization.k8s.io/v1" "role" "roles" "role.rbac.authorization.k8s.io" "" namespaced;
        DeviceClass "resource.k8s.io/v1" "deviceclass" "deviceclasses" "deviceclass.resource.k8s.io" "" cluster;
        ResourceClaim "resource.k8s.io/v1" "resourceclaim" "resourceclaims" "resourceclaim.resource.k8s.io" "" namespaced;
        ResourceClaimTemplate "resource.k8s.io/v1" "resourceclaimtemplate" "resourceclaimtemplates" "resourceclaimtemplate.resource.k8s.io" "" namespaced;
        ResourceSlice "resource.k8s.io/v1" "resourceslice" "resourceslices" "resourceslice.resource.k8s.io" "" cluster;
        PriorityClass "scheduling.k8s.io/v1" "priorityclass" "priorityclasses" "priorityclass.scheduling.k8s.io" "pc" cluster;
        CSIDriver "storage.k8s.io/v1" "csidriver" "csidrivers" "csidriver.storage.k8s.io" "" cluster;
        CSINode "storage.k8s.io/v1" "csinode" "csinodes" "csinode.storage.k8s.io" "" cluster;
        CSIStorageCapacity "storage.k8s.io/v1" "csistoragecapacity" "csistoragecapacities" "csistoragecapacity.storage.k8s.io" "" namespaced;
        VolumeAttributesClass "storage.k8s.io/v1" "volumeattributesclass" "volumeattributesclasses" "volumeattributesclass.storage.k8s.io" "vac" cluster;
    }
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
    /// The name of the kind, as in `kind: StatefulSet`.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The API version, as in `apiVersion: apps/v1`.
    pub fn api_version(self) -> &'static str {
        self.words().1
    }

    /// The singular resource name in lower case, as in `statefulset`.
    pub fn singular(self) -> &'static str {
        self.words().2
    }

    /// The plural resource name, as in `statefulsets`.
    pub fn plural(self) -> &'static str {
        self.words().3
    }

    /// The resource name as kubectl prints it in confirmations, as in `statefulset.apps`.
    pub fn qualified(self) -> &'static str {
        self.words().4
    }

    /// kubectl's short name, or an empty string.
    pub fn short(self) -> &'static str {
        self.words().5
    }

    /// Whether objects of this kind live in a namespace.
    pub fn is_namespaced(self) -> bool {
        self.words().6
    }

    /// The kind of this name, as in `kind: StatefulSet`.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether its objects have replicas.
    pub fn is_scalable(self) -> bool {
        matches!(self, Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet)
    }

    /// The kind that kubectl means by `word`: singular or plural in any case, or short, perhaps with version
    /// and group.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.is_named(word))
    }

    /// Whether kubectl may mean this kind by `word`.
    pub fn is_named(self, word: &str) -> bool {
        let lower = word.to_ascii_lowercase();
        let (name, group) = lower.split_once('.').unwrap_or((&lower, ""));
        let (own_name, own_group) = self.qualified().split_once('.').unwrap_or_default();
        let version = self.api_version().rsplit('/').next().unwrap_or_default();
        // A version is one only if a group follows, which may be empty.
        let versioned = group.strip_prefix(version).and_then(|rest| rest.strip_prefix('.'));
        let group = versioned.unwrap_or(group);
        // Short names have no capital letters.
        let is_short = self.short().split(',').any(|short| short == name && word.starts_with(name));
        let is_name = is_short || [self.singular(), self.plural(), own_name].contains(&name);
        is_name && !name.is_empty() && (group.is_empty() || group == own_group)
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
