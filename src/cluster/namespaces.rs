//! Namespaces: what is in each from the start, and how one goes with all that it contains.
//!
//! Follows `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`, and for what every namespace has
//! `pkg/controller/serviceaccount/serviceaccounts_controller.go` and
//! `pkg/controller/certificates/rootcacertpublisher`.

use super::*;
use crate::api::json::{Node as Tree, Value};

/// The ServiceAccount of pods that name none.
pub const DEFAULT_ACCOUNT: &str = "default";
/// The ConfigMap with the certificate of the API server.
const ROOT_CERTIFICATE: &str = "kube-root-ca.crt";
/// The namespaces of every cluster.
const NAMESPACES: [&str; 4] = [DEFAULT_NAMESPACE, "kube-node-lease", "kube-public", "kube-system"];

/// What every cluster has before anything is written to it. Its UIDs are always the same, so that those of all
/// other objects depend on the seed only.
pub fn initial_objects() -> impl Iterator<Item = Object> {
    let objects = NAMESPACES.iter().flat_map(|name| {
        let namespace = StoredObject::new(Kind::Namespace, "", name);
        let [account, certificate] = contents(name);
        [completed(namespace), account, certificate]
    });
    // The bootstrap of `pkg/registry/scheduling/rest`.
    let classes =
        [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];
    let classes = classes.map(|(name, value)| {
        let mut fields = Tree::map([]);
        fields.set("preemptionPolicy", "PreemptLowerPriority");
        fields.set("value", Tree::from(Value::Int(value)));
        StoredObject::new(Kind::PriorityClass, "", name).with(fields).into()
    });
    objects.chain(classes).zip(1..).map(|(mut object, number)| {
        let meta = object.meta_mut();
        (meta.uid, meta.resource_version) = (Uid(number << 112 | 0x4000_8000 << 48), 1);
        object
    })
}

/// A new namespace with what the API server adds to it (`namespaceStrategy.PrepareForCreate`).
pub fn completed(mut namespace: StoredObject) -> Object {
    let meta = &mut namespace.metadata;
    meta.labels.insert("kubernetes.io/metadata.name".into(), meta.name.clone());
    let mut fields = namespace.other.to_tree();
    fields.child("spec").set("finalizers", Value::List(vec!["kubernetes".into()]));
    fields.child("status").set("phase", "Active");
    namespace.with(fields).into()
}

/// A namespace with what every namespace has.
pub(super) fn objects_of(name: &str) -> [Object; 3] {
    let [account, certificate] = contents(name);
    [completed(StoredObject::new(Kind::Namespace, "", name)), account, certificate]
}

/// What controllers create in every namespace.
fn contents(namespace: &str) -> [Object; 2] {
    let mut certificate = ConfigMap::default();
    certificate.metadata.name = ROOT_CERTIFICATE.into();
    certificate.metadata.namespace = namespace.into();
    certificate.metadata.annotations.insert(
        "kubernetes.io/description".into(),
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such \
         as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
         distributions of Kubernetes clusters."
            .into(),
    );
    let text = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    certificate.data.insert("ca.crt".into(), text.into());
    [StoredObject::new(Kind::ServiceAccount, namespace, DEFAULT_ACCOUNT).into(), certificate.into()]
}

/// Whether a namespace is being deleted; nothing may be created in it (`NamespaceLifecycle`).
pub fn is_terminating(store: &Store, name: &str) -> bool {
    let namespace = store.get(&ObjectRef::named(Kind::Namespace, "", name));
    namespace.is_some_and(|namespace| namespace.meta().is_terminating())
}

/// Whether a namespace still has to be emptied before it goes: its own finalizers are in its spec.
pub(super) fn has_contents_to_delete(object: &Object) -> bool {
    let Object::Stored(object) = object else { return false };
    let finalizers = object.other.get("spec").map(|spec| spec.list("finalizers"));
    object.kind == Kind::Namespace && finalizers.is_some_and(|list| !list.is_empty())
}

/// The namespace whose controllers have to look after a write to this object.
pub(super) fn watcher(cluster: &ControlPlane, object: &Object, is_gone: bool) -> Option<WorkItem> {
    let meta = object.meta();
    let is_needed = matches!(object.kind(), Kind::ServiceAccount | Kind::ConfigMap)
        && [DEFAULT_ACCOUNT, ROOT_CERTIFICATE].contains(&meta.name.as_str());
    match object.kind() {
        Kind::Namespace => Some(WorkItem::Namespace(meta.name.clone())),
        _ if is_gone && (is_needed || is_terminating(&cluster.store, &meta.namespace)) => {
            Some(WorkItem::Namespace(meta.namespace.clone()))
        }
        _ => None,
    }
}

/// Creates what is missing in a namespace, or deletes what is left in one that is being deleted.
pub(super) fn sync(step: &mut Step<'_>, name: &str) {
    let cluster = step.cluster;
    let Some(namespace) = cluster.store.get(&ObjectRef::named(Kind::Namespace, "", name)) else {
        return;
    };
    if !namespace.meta().is_terminating() {
        let is_missing = |object: &Object| cluster.store.get(&object.reference()).is_none();
        return contents(name)
            .into_iter()
            .filter(is_missing)
            .for_each(|object| step.create(object));
    }
    let mut is_empty = true;
    for kind in cluster.store.kinds().filter(|kind| kind.is_namespaced()) {
        for object in cluster.store.list(kind) {
            let meta = object.meta();
            if meta.namespace != name {
                continue;
            }
            is_empty = false;
            if !meta.is_terminating() {
                step.delete(kind, meta, Grace::Default);
            }
        }
    }
    let Object::Stored(stored) = &namespace else { return };
    let mut fields = stored.other.to_tree();
    fields.child("status").set("phase", "Terminating");
    if is_empty {
        fields.child("spec").set("finalizers", Tree::from(Value::List(Vec::new())));
    }
    step.update(StoredObject::clone(stored).with(fields));
}
