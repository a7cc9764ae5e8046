//! Whether an object makes sense to the API server, and whether a change does.
//!
//! Follows `pkg/apis/{apps,autoscaling,batch,core,networking,policy,rbac,storage}/validation/validation.go` of Kubernetes v1.36, the
//! order of the errors included.

mod beyond;
mod cron;
mod deployment;
mod meta;
mod placement;
mod pod;
mod service;
mod stateful_set;
mod storage;
mod stored;

pub(super) use beyond::missing;
pub(super) use pod::ephemeral;

use super::Gates;
use super::names::{self, Words};
use super::scalar::quoted;
use crate::api::{IntOrString, Kind, Labels, Object};
use crate::later::later;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as in `spec.template.spec.containers[0].name`.
    pub field: String,
    /// The rest, as in `Required value`.
    pub detail: String,
}

/// What is wrong with a new object; nothing if it is empty.
pub fn validate(object: &Object, gates: Gates) -> Vec<FieldError> {
    let mut errors = Errors { list: Vec::new(), gates };
    let meta = object.meta();
    let name = match object.kind() {
        Kind::StatefulSet => names::label,
        Kind::Service => names::service,
        Kind::Namespace => names::label,
        // `ValidateRBACName`.
        Kind::Role | Kind::RoleBinding | Kind::ClusterRole | Kind::ClusterRoleBinding => {
            names::path_segment
        }
        _ => names::subdomain,
    };
    meta::object_meta(&mut errors, meta, name, object.kind().is_namespaced());
    spec(&mut errors, object);
    match object {
        // `podStrategy.Validate`
        Object::Pod(pod) if !pod.spec.ephemeral_containers.is_empty() => {
            errors.forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
        Object::Service(service) => service::create(&mut errors, service),
        _ => {}
    }
    errors.list
}

/// What is wrong with replacing `old` by `new`, an object of the same kind and name; what is wrong
/// with `new` itself comes first.
pub fn validate_update(old: &Object, new: &Object, gates: Gates) -> Vec<FieldError> {
    let mut errors = Errors { list: Vec::new(), gates };
    meta::labels(&mut errors, "metadata.labels", &new.meta().labels);
    spec(&mut errors, new);
    if let Some(update) = UPDATE.get() {
        update(&mut errors, old, new);
    }
    errors.list
}

later! {
    /// What is wrong with replacing an object, apart from what is wrong with the new one.
    static UPDATE: fn(&mut Errors, &Object, &Object) = update;
    /// [`spec`] for the kinds that the opening story does not have.
    static OTHER_SPEC: fn(&mut Errors, &Object) = other_spec;
}

fn update(errors: &mut Errors, old: &Object, new: &Object) {
    match (old, new) {
        (Object::StatefulSet(old), Object::StatefulSet(new)) => {
            stateful_set::update(errors, old, new);
        }
        (Object::Deployment(old), Object::Deployment(new)) => {
            deployment::update(errors, &old.spec.selector, &new.spec.selector);
        }
        (Object::ReplicaSet(old), Object::ReplicaSet(new)) => {
            deployment::update(errors, &old.spec.selector, &new.spec.selector);
        }
        (Object::Pod(old), Object::Pod(new)) => pod::update(errors, &old.spec, &new.spec),
        (Object::Service(old), Object::Service(new)) => service::update(errors, old, new),
        (Object::PersistentVolumeClaim(old), Object::PersistentVolumeClaim(new)) => {
            storage::update_claim(errors, old, new);
        }
        (Object::PersistentVolume(old), Object::PersistentVolume(new)) => {
            storage::update_volume(errors, old, new);
        }
        (Object::StorageClass(old), Object::StorageClass(new)) => {
            storage::update_class(errors, old, new);
        }
        _ => {}
    }
}

/// What kubectl prints of an invalid object; `kind_and_name` is, for example, `StatefulSet "web"`.
pub fn invalid(kind_and_name: &str, errors: &[FieldError]) -> String {
    let mut lines = errors.iter().map(|error| format!("{}: {}", error.field, error.detail));
    match (lines.next(), errors.len()) {
        (Some(line), 1) => format!("The {kind_and_name} is invalid: {line}\n"),
        (first, _) => {
            let mut text = format!("The {kind_and_name} is invalid: \n");
            for line in first.into_iter().chain(lines) {
                text.push_str(&format!("* {line}\n"));
            }
            text
        }
    }
}

/// Merges the errors of decoding with those of the decoded object, in which invalid fields may have other values.
pub(super) fn merge(mut errors: Vec<FieldError>, decoding: Vec<FieldError>) -> Vec<FieldError> {
    errors.retain(|known| decoding.iter().all(|error| error.field != known.field));
    errors.extend(decoding);
    errors
}

fn spec(errors: &mut Errors, object: &Object) {
    match object {
        Object::StatefulSet(set) => stateful_set::spec(errors, &set.spec),
        Object::Service(service) => service::spec(errors, service),
        _ => {
            if let Some(spec) = OTHER_SPEC.get() {
                spec(errors, object);
            }
        }
    }
}

fn other_spec(errors: &mut Errors, object: &Object) {
    match object {
        Object::Deployment(deployment) => deployment::spec(errors, &deployment.spec),
        Object::ReplicaSet(set) => deployment::replica_set(errors, &set.spec),
        Object::Pod(pod) => pod::spec(errors, "spec", &pod.spec, &[]),
        Object::PersistentVolumeClaim(claim) => storage::claim(errors, "spec", &claim.spec),
        Object::PersistentVolume(volume) => storage::volume(errors, &volume.spec),
        Object::StorageClass(class) => storage::class(errors, class),
        Object::PodDisruptionBudget(budget) => service::budget(errors, &budget.spec),
        Object::Stored(object) => stored::object(errors, object),
        Object::ConfigMap(map) => {
            for key in map.data.keys() {
                errors.words(&format!("data[{key}]"), key, names::config_key(key));
            }
        }
        _ => {}
    }
}

/// Collects errors (`field.ErrorList`).
struct Errors {
    list: Vec<FieldError>,
    /// Whether the feature gate `StatefulSetRecreateStrategy` is on.
    gates: Gates,
}

impl Errors {
    fn add(&mut self, field: &str, detail: String) {
        self.list.push(FieldError { field: field.into(), detail });
    }

    fn required(&mut self, field: &str, words: &str) {
        let colon = if words.is_empty() { "" } else { ": " };
        self.add(field, format!("Required value{colon}{words}"));
    }

    /// `value` as JSON writes it.
    fn invalid(&mut self, field: &str, value: &str, words: &str) {
        self.add(field, format!("Invalid value: {value}: {words}"));
    }

    fn forbidden(&mut self, field: &str, words: &str) {
        self.add(field, format!("Forbidden: {words}"));
    }

    fn duplicate(&mut self, field: &str, value: &str) {
        self.add(field, format!("Duplicate value: {value}"));
    }

    /// One error for each of the words about the text `value`.
    fn words(&mut self, field: &str, value: &str, words: Words) {
        for words in words {
            self.invalid(field, &quoted(value), &words);
        }
    }

    fn not_negative(&mut self, field: &str, value: i32) {
        if value < 0 {
            self.invalid(field, &value.to_string(), "must be greater than or equal to 0");
        }
    }

    fn one_of(&mut self, field: &str, value: &str, supported: &[&str]) {
        if !supported.contains(&value) {
            let supported: Vec<String> = supported.iter().map(|text| quoted(text)).collect();
            let (value, supported) = (quoted(value), supported.join(", "));
            self.add(field, format!("Unsupported value: {value}: supported values: {supported}"));
        }
    }

    /// A number that is not negative, or a percentage of at most 100.
    fn int_or_percent(&mut self, field: &str, value: &IntOrString) {
        self.positive_int_or_percent(field, value);
        self.at_most_all(field, value);
    }

    /// A number that is not negative, or a percentage (`ValidatePositiveIntOrPercent`).
    fn positive_int_or_percent(&mut self, field: &str, value: &IntOrString) {
        match value {
            IntOrString::Int(number) => self.not_negative(field, *number),
            IntOrString::String(text) => self.words(field, text, names::percent(text)),
        }
    }

    /// If a percentage, one of at most 100 (`IsNotMoreThan100Percent`).
    fn at_most_all(&mut self, field: &str, value: &IntOrString) {
        let IntOrString::String(text) = value else { return };
        let number: Option<u64> = text.strip_suffix('%').and_then(|text| text.parse().ok());
        if names::percent(text).is_empty() && number.is_none_or(|number| number > 100) {
            self.invalid(field, &quoted(text), "must not be greater than 100%");
        }
    }
}

/// A number or a percentage as JSON.
fn json_of(value: Option<&IntOrString>) -> String {
    match value {
        None => "null".into(),
        Some(IntOrString::Int(number)) => number.to_string(),
        Some(IntOrString::String(text)) => quoted(text),
    }
}

/// Labels as JSON, `null` if there are none.
fn json_of_labels(labels: &Labels) -> String {
    if labels.is_empty() {
        return "null".into();
    }
    let pairs: Vec<String> =
        labels.iter().map(|(key, value)| format!("{}:{}", quoted(key), quoted(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests;
