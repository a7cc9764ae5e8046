//! What admission adds to new objects: the admission plugins DefaultTolerationSeconds, Priority, DefaultStorageClass, and
//! StorageObjectInUseProtection, and the defaults of volumes and Services.

use super::*;
use crate::api::json::{Node, Value};

/// The finalizer that keeps a claim while a pod uses it.
pub(super) const PVC_PROTECTION: &str = "kubernetes.io/pvc-protection";
/// The finalizer that keeps a volume while a claim is bound to it.
pub(super) const PV_PROTECTION: &str = "kubernetes.io/pv-protection";

/// Adds to a new object what admission adds.
pub(super) fn admit(store: &Store, object: &mut Object) {
    match object {
        Object::Pod(pod) => {
            let spec = &mut Rc::make_mut(pod).spec;
            default_tolerations(spec);
            set_priority(store, spec);
        }
        Object::Stored(stored) if stored.kind == Kind::Namespace => {
            *object = namespaces::completed(StoredObject::clone(stored));
        }
        Object::Stored(stored) if stored.kind == Kind::CustomResourceDefinition => {
            *object = established(StoredObject::clone(stored));
        }
        Object::PersistentVolumeClaim(claim) => {
            let claim = Rc::make_mut(claim);
            add_finalizer(&mut claim.metadata, PVC_PROTECTION);
            claim.status.phase = PersistentVolumeClaimPhase::Pending;
            if claim.class().is_none() {
                let default = store.classes.iter().find(|class| class.is_default());
                claim.spec.storage_class_name = default.map(|class| class.metadata.name.clone());
            }
        }
        Object::PersistentVolume(volume) => {
            let volume = Rc::make_mut(volume);
            add_finalizer(&mut volume.metadata, PV_PROTECTION);
            volume.status.phase.default_to(PersistentVolumePhase::Available);
            let policy = &mut volume.spec.persistent_volume_reclaim_policy;
            policy.default_to(PersistentVolumeReclaimPolicy::Retain);
        }
        Object::Service(service) => {
            let service = Rc::make_mut(service);
            node_ports::allocate(store, service, None);
            if service.spec.cluster_ip.is_empty() && service.spec.kind != ServiceType::ExternalName
            {
                service.spec.cluster_ip = free_address(store);
            }
        }
        _ => {}
    }
}

/// A virtual IP address that no Service has. 10.96.0.1 is that of the API server, 10.96.0.10 that of the DNS server.
fn free_address(store: &Store) -> String {
    let is_free = |address: &String| store.services.iter().all(|it| it.spec.cluster_ip != *address);
    let address = |number: usize| {
        let (high, middle, low) = (96 + number / 62_500, number / 250 % 250, number % 250);
        format!("10.{high}.{middle}.{low}")
    };
    let first = 11 + store.services.len();
    (first..).map(address).find(is_free).unwrap_or_default()
}

/// A new CustomResourceDefinition, whose kind is served at once (`pkg/controller/{status,establish}` of
/// `k8s.io/apiextensions-apiserver`).
fn established(definition: StoredObject) -> Object {
    let condition = |kind: &str, reason: &str, message: &str| {
        let fields = [("type", kind), ("status", "True"), ("reason", reason), ("message", message)];
        Node::map(fields.map(|(name, value)| (name.into(), value.into())))
    };
    let conditions = vec![
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ];
    let mut fields = definition.other.to_tree();
    fields.child("status").set("conditions", Value::List(conditions));
    definition.with(fields).into()
}

/// The admission plugin StorageObjectInUseProtection.
fn add_finalizer(meta: &mut ObjectMeta, name: &str) {
    if !meta.finalizers.iter().any(|other| other == name) {
        meta.finalizers.push(name.into());
    }
}

/// The admission plugin DefaultTolerationSeconds: five minutes for a node that is silent or not ready.
fn default_tolerations(spec: &mut PodSpec) {
    for key in [TAINT_NOT_READY, TAINT_UNREACHABLE] {
        let taint = Taint { key: key.into(), effect: TaintEffect::NoExecute, ..Taint::default() };
        if spec.tolerations.iter().any(|toleration| toleration.tolerates(&taint)) {
            continue;
        }
        spec.tolerations.push(Toleration {
            key: key.into(),
            operator: TolerationOperator::Exists,
            effect: TaintEffect::NoExecute,
            toleration_seconds: Some(300),
            ..Toleration::default()
        });
    }
}

/// The admission plugin Priority: the value and the policy of the class that the pod names, or of the default class.
fn set_priority(store: &Store, spec: &mut PodSpec) {
    let Some(class) = references::priority_class(store, spec) else { return };
    let mut fields = spec.other.to_tree();
    fields.set(PRIORITY_CLASS, class.metadata.name.as_str());
    for (from, to) in [("value", "priority"), (PREEMPTION_POLICY, PREEMPTION_POLICY)] {
        // What is a default is not stored.
        let is_default = |field: &&Node| {
            matches!(&field.value, Value::Int(0)) || field.as_text() == "PreemptLowerPriority"
        };
        match class.other.get(from).filter(|field| !is_default(field)) {
            Some(field) => fields.set(to, field.clone()),
            None => drop(fields.remove(to)),
        }
    }
    spec.other = fields.into();
}
