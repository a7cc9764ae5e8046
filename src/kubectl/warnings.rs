//! What the API server warns of in an object that it takes: kubectl prints it as `Warning:`.
//!
//! Follows `pkg/api/pod/warnings.go`, `pkg/api/node/util.go`, and `pkg/api/{persistentvolume,persistentvolumeclaim}/util.go`,
//! for what manifests have most often.

use crate::api::json::{Node as Tree, Value};
use crate::api::*;

/// Labels of nodes that are deprecated, since when, and what replaces them.
const LABELS: [(&str, &str, &str); 5] = [
    ("beta.kubernetes.io/arch", "v1.14", "kubernetes.io/arch"),
    ("beta.kubernetes.io/instance-type", "v1.17", "node.kubernetes.io/instance-type"),
    ("beta.kubernetes.io/os", "v1.14", "kubernetes.io/os"),
    ("failure-domain.beta.kubernetes.io/region", "v1.17", "topology.kubernetes.io/region"),
    ("failure-domain.beta.kubernetes.io/zone", "v1.17", "topology.kubernetes.io/zone"),
];

/// Annotations of pods that do nothing any longer, and what replaces them.
const ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];

/// Lines for the object, each with its end; none if the API server has nothing to say.
pub(super) fn warnings(object: &Object) -> String {
    let mut found = Vec::new();
    match object {
        Object::StatefulSet(set) => template(&mut found, &set.spec.template),
        Object::Deployment(deployment) => template(&mut found, &deployment.spec.template),
        Object::ReplicaSet(set) => template(&mut found, &set.spec.template),
        Object::Pod(it) => pod(&mut found, "", &it.metadata.annotations, &it.spec),
        Object::PersistentVolumeClaim(_) | Object::PersistentVolume(_)
            if object.meta().annotations.contains_key(BETA_CLASS_ANNOTATION) =>
        {
            found.push(format!(
                "metadata.annotations[{BETA_CLASS_ANNOTATION}]: deprecated since v1.8; use \
                 \"storageClassName\" attribute instead"
            ));
        }
        _ => {}
    }
    found.iter().map(|words| format!("Warning: {words}\n")).collect()
}

fn template(found: &mut Vec<String>, template: &PodTemplateSpec) {
    pod(found, "spec.template.", &template.metadata.annotations, &template.spec);
}

/// `warningsForPodSpecAndMeta`; `path` stands before the fields.
fn pod(found: &mut Vec<String>, path: &str, annotations: &Labels, spec: &PodSpec) {
    let deprecated = |label: &str| {
        let (_, since, new) = LABELS.iter().find(|(old, ..)| *old == label)?;
        Some(format!("deprecated since {since}; use \"{new}\" instead"))
    };
    for label in spec.node_selector.keys() {
        if let Some(words) = deprecated(label) {
            found.push(format!("{path}spec.nodeSelector[{label}]: {words}"));
        }
    }
    for (index, constraint) in spec.topology_spread_constraints.iter().enumerate() {
        let key = &constraint.topology_key;
        if let Some(words) = deprecated(key) {
            let field = format!("{path}spec.topologySpreadConstraints[{index}].topologyKey");
            found.push(format!("{field}: {key} is {words}"));
        }
    }
    for (key, words) in ANNOTATIONS.iter().filter(|(key, _)| annotations.contains_key(*key)) {
        found.push(format!("{path}metadata.annotations[{key}]: {words}"));
    }
    let lists = [("initContainers", &spec.init_containers), ("containers", &spec.containers)];
    for (list, containers) in lists {
        for (index, container) in containers.iter().enumerate() {
            let field = format!("{path}spec.{list}[{index}]");
            let env = container.other.get("env").map_or(&[] as &[_], Tree::items);
            hidden(found, &field, env);
            let resources = &container.resources;
            for (name, amounts) in
                [("limits", &resources.limits), ("requests", &resources.requests)]
            {
                fractions(found, &format!("{field}.resources.{name}"), amounts);
            }
            duplicates(found, &field, &container.ports);
        }
    }
    let secrets = spec.other.get("imagePullSecrets").map_or(&[] as &[_], Tree::items);
    for (index, _) in secrets.iter().enumerate().filter(|(_, it)| it.text("name").is_empty()) {
        let field = format!("{path}spec.imagePullSecrets[{index}].name");
        found.push(format!("{field}: invalid empty name \"\""));
    }
}

/// Amounts of memory that are no whole bytes, such as `128m` where `128M` was meant.
fn fractions(found: &mut Vec<String>, field: &str, amounts: &crate::map::Map<String, String>) {
    for name in ["memory", "ephemeral-storage"] {
        let fraction = amounts.get(name).filter(|amount| !thousandths(amount).is_multiple_of(1000));
        if let Some(amount) = fraction {
            let words = "is invalid, must be an integer";
            found.push(format!("{field}[{name}]: fractional byte value \"{amount}\" {words}"));
        }
    }
}

/// Ports of a container that it has already.
fn duplicates(found: &mut Vec<String>, field: &str, ports: &[ContainerPort]) {
    for (index, port) in ports.iter().enumerate() {
        let is_same = |it: &&ContainerPort| {
            (it.container_port, &it.protocol, it.other.get("hostPort"))
                == (port.container_port, &port.protocol, port.other.get("hostPort"))
        };
        if let Some(first) = ports.iter().take(index).position(|it| is_same(&it)) {
            found.push(format!(
                "{field}.ports[{index}]: duplicate port definition with {field}.ports[{first}]"
            ));
        }
    }
}

/// Variables that hide an earlier one of the same name.
fn hidden(found: &mut Vec<String>, field: &str, env: &[Tree]) {
    for (index, variable) in env.iter().enumerate() {
        let name = variable.text("name");
        let is_again = env.iter().take(index).any(|earlier| earlier.text("name") == name);
        let reference = format!("$({name})");
        let value = variable.text("value");
        let extends = value.contains(&reference) && value != reference;
        let has_source = variable.get("valueFrom").is_some_and(|it| it.value != Value::Null);
        if is_again && (has_source || !extends) {
            found.push(format!(
                "{field}.env[{index}]: hides previous definition of \"{name}\", which may be dropped when \
                 using apply"
            ));
        }
    }
}
