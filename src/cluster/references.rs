//! What a pod refers to by name: ConfigMaps, Secrets, its ServiceAccount and its classes; and what is said if one
//! does not exist.
//!
//! Follows `makeEnvironmentVariables` of `pkg/kubelet/kubelet_pods.go`, `SetUpAt` of
//! `pkg/volume/{configmap,secret,projected}`, and the admission plugins ServiceAccount, Priority, and
//! RuntimeClass.

use super::Store;
use super::namespaces::DEFAULT_ACCOUNT;
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use std::rc::Rc;

/// A ConfigMap or a Secret that a container or a volume needs.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// [`Kind::ConfigMap`] or [`Kind::Secret`].
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// The key that is needed of it.
    key: Option<&'a str>,
    /// Whether it is asked for by a volume, in whose words a missing key is reported.
    is_volume: bool,
}

impl Reference<'_> {
    /// The words of the kubelet if the object, or its key, does not exist.
    fn missing(&self, store: &Store, namespace: &str) -> Option<String> {
        let Reference { kind, name, key, is_volume } = *self;
        let Some(object) = store.get(&ObjectRef::named(kind, namespace, name)) else {
            return Some(format!("{} \"{name}\" not found", kind.singular()));
        };
        let key = key.filter(|key| !has_key(&object, key))?;
        Some(match (is_volume, kind) {
            (false, _) => format!("couldn't find key {key} in {kind} {namespace}/{name}"),
            (true, Kind::Secret) => format!("references non-existent secret key: {key}"),
            (true, _) => format!("configmap references non-existent config key: {key}"),
        })
    }
}

fn has_key(object: &Object, key: &str) -> bool {
    let has = |other: &Other, field: &str| other.get(field).is_some_and(|it| it.get(key).is_some());
    match object {
        Object::ConfigMap(map) => map.data.contains_key(key) || has(&map.other, "binaryData"),
        Object::Stored(secret) => has(&secret.other, "data"),
        _ => false,
    }
}

/// Whether a source says that it need not exist.
fn is_optional(source: &Tree) -> bool {
    source.word("optional") == "true"
}

/// What a container needs for its environment, in the order in which the kubelet asks for it.
pub fn of_container(container: &Container) -> Vec<Reference<'_>> {
    let other = &container.other;
    let mut found = Vec::new();
    for source in other.get("envFrom").map_or(&[] as &[_], Tree::items) {
        for (field, kind) in [("configMapRef", Kind::ConfigMap), ("secretRef", Kind::Secret)] {
            let source = source.get(field).filter(|source| !is_optional(source));
            found.extend(source.map(|source| {
                let name = source.text("name");
                Reference { kind, name, key: None, is_volume: false }
            }));
        }
    }
    for variable in other.get("env").map_or(&[] as &[_], Tree::items) {
        let Some(from) = variable.get("valueFrom") else { continue };
        for (field, kind) in [("configMapKeyRef", Kind::ConfigMap), ("secretKeyRef", Kind::Secret)]
        {
            let source = from.get(field).filter(|source| !is_optional(source));
            found.extend(source.map(|source| {
                let (name, key) = (source.text("name"), Some(source.text("key")));
                Reference { kind, name, key, is_volume: false }
            }));
        }
    }
    found
}

/// What a volume is made of.
pub fn of_volume(volume: &Volume) -> Vec<Reference<'_>> {
    let other = &volume.other;
    let mut found = Vec::new();
    add(&mut found, other.get("configMap"), Kind::ConfigMap, "name");
    add(&mut found, other.get("secret"), Kind::Secret, "secretName");
    for source in other.get("projected").map_or(&[] as &[_], |it| it.list("sources")) {
        add(&mut found, source.get("configMap"), Kind::ConfigMap, "name");
        add(&mut found, source.get("secret"), Kind::Secret, "name");
    }
    found
}

/// Adds what a source of a volume names in `field`: the object, and its keys that are asked for.
fn add<'a>(found: &mut Vec<Reference<'a>>, source: Option<&'a Tree>, kind: Kind, field: &str) {
    let Some(source) = source.filter(|source| !is_optional(source)) else { return };
    let whole = Reference { kind, name: source.text(field), key: None, is_volume: true };
    let items = source.list("items").iter();
    found.push(whole);
    found.extend(items.map(|item| Reference { key: Some(item.text("key")), ..whole }));
}

/// Why the kubelet cannot create a container: the message of `CreateContainerConfigError`.
pub fn missing_in_container(
    store: &Store,
    namespace: &str,
    container: &Container,
) -> Option<String> {
    of_container(container).iter().find_map(|reference| reference.missing(store, namespace))
}

/// The first volume that the kubelet cannot mount, and why.
pub fn missing_in_volumes<'a>(
    store: &Store,
    namespace: &str,
    spec: &'a PodSpec,
) -> Option<(&'a str, String)> {
    spec.volumes.iter().find_map(|volume| {
        let references = of_volume(volume);
        let missing = references.iter().find_map(|reference| reference.missing(store, namespace));
        Some((volume.name.as_str(), missing?))
    })
}

/// Why admission rejects a pod; `exists` tells whether there is an object of a kind, namespace, and
/// name.
pub fn forbidden(
    spec: &PodSpec,
    namespace: &str,
    exists: &dyn Fn(Kind, &str, &str) -> bool,
) -> Option<String> {
    let text = |field: &str| spec.other.get(field).map_or("", Tree::as_text);
    let account = match text("serviceAccountName") {
        "" => text("serviceAccount"),
        name => name,
    };
    let is_account = account.is_empty()
        // The plugin waits until the controller has created this one.
        || account == DEFAULT_ACCOUNT
        || exists(Kind::ServiceAccount, namespace, account);
    if !is_account {
        return Some(format!(
            "error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found"
        ));
    }
    let (class, runtime) = (text("priorityClassName"), text("runtimeClassName"));
    if !class.is_empty() && !exists(Kind::PriorityClass, "", class) {
        return Some(format!("no PriorityClass with name {class} was found"));
    }
    let is_runtime = runtime.is_empty() || exists(Kind::RuntimeClass, "", runtime);
    (!is_runtime).then(|| format!("pod rejected: RuntimeClass \"{runtime}\" not found"))
}

/// The API server's message for a pod that admission or validation rejects.
pub fn refusal(store: &Store, pod: &Pod) -> Option<String> {
    admission_refusal(store, pod).or_else(|| too_long(pod))
}

/// The API server's error for a pod whose labels or hostname are too long. A long name of a StatefulSet makes them so: the
/// name of the revision and the name of the pod are values of labels, and the latter is the hostname
/// (kubernetes#64023).
fn too_long(pod: &Pod) -> Option<String> {
    const MOST: usize = 63;
    let labels = pod.metadata.labels.iter().map(|(_, value)| ("metadata.labels", value.as_str()));
    let words = labels.chain([("spec.hostname", pod.spec.hostname.as_str())]);
    let errors: Vec<String> = words
        .filter(|(_, value)| value.len() > MOST)
        .map(|(field, value)| {
            format!("{field}: Invalid value: \"{value}\": must be no more than {MOST} characters")
        })
        .collect();
    let errors = match &errors[..] {
        [] => return None,
        [error] => error.clone(),
        _ => format!("[{}]", errors.join(", ")),
    };
    Some(format!("Pod \"{}\" is invalid: {errors}", pod.metadata.name))
}

fn admission_refusal(store: &Store, pod: &Pod) -> Option<String> {
    let namespace = &pod.metadata.namespace;
    let exists = |kind: Kind, namespace: &str, name: &str| store.has(kind, namespace, name);
    let why =
        forbidden(&pod.spec, namespace, &exists).or_else(|| other_priority(store, &pod.spec))?;
    Some(format!("pods \"{}\" is forbidden: {why}", pod.metadata.name))
}

/// The PriorityClass that a pod names, or the default one: of several the lowest (`getDefaultPriorityClass`).
pub fn priority_class(store: &Store, spec: &PodSpec) -> Option<Rc<StoredObject>> {
    let name = spec.other.get(PRIORITY_CLASS).map_or("", Tree::as_text);
    let is_meant = |class: &Rc<StoredObject>| match name {
        "" => class.other.get("globalDefault").is_some_and(|it| it.value == Value::Bool(true)),
        name => class.metadata.name == name,
    };
    let classes = store.list(Kind::PriorityClass).into_iter().filter_map(|class| match class {
        Object::Stored(class) => Some(class).filter(is_meant),
        _ => None,
    });
    classes.min_by_key(|class| value_of(class))
}

fn value_of(class: &StoredObject) -> i64 {
    class.other.to_tree().number("value")
}

/// Why the admission plugin Priority rejects a pod that says itself what its class decides.
pub fn other_priority(store: &Store, spec: &PodSpec) -> Option<String> {
    const CLASS: &str = "from the given PriorityClass name";
    const CONTROLLER: &str =
        "must not be provided in pod spec; priority admission controller computed";
    let class = priority_class(store, spec);
    if class.is_none() && spec.other.get(PRIORITY_CLASS).is_some() {
        return None;
    }
    let due = class.as_ref().map_or(0, |class| value_of(class));
    if let Some(Value::Int(given)) = spec.other.get("priority").map(|it| &it.value)
        && *given != due
    {
        return Some(format!("the integer value of priority ({given}) {CONTROLLER} {due} {CLASS}"));
    }
    let due = class?
        .other
        .get(PREEMPTION_POLICY)
        .map_or("PreemptLowerPriority", Tree::as_text)
        .to_owned();
    let given = spec.other.get(PREEMPTION_POLICY)?.as_text();
    (given != due).then(|| {
        format!("the string value of PreemptionPolicy ({given}) {CONTROLLER} {due} {CLASS}")
    })
}
