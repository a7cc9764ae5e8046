//! The defaults of the kinds that the model only stores, without those of the pods in their templates
//! (`pkg/apis/*/v1/defaults.go` of Kubernetes v1.36).

use super::autoscaling;
use crate::api::json::{Node, Value};
use crate::api::*;
use crate::base64;

/// The default value of a field.
#[derive(Clone, Copy)]
enum Plain {
    Text(&'static str),
    Int(i64),
    Bool(bool),
}

use Plain::{Bool, Int, Text};

const RBAC: &str = "rbac.authorization.k8s.io";

/// The defaults that do not depend on other fields.
const PLAIN: [(Kind, &[(&str, Plain)]); 9] = [
    (Kind::Secret, &[("type", Text("Opaque"))]),
    (
        Kind::DaemonSet,
        &[
            ("spec.revisionHistoryLimit", Int(10)),
            ("spec.updateStrategy.type", Text("RollingUpdate")),
        ],
    ),
    (
        Kind::CronJob,
        &[
            ("spec.concurrencyPolicy", Text("Allow")),
            ("spec.failedJobsHistoryLimit", Int(1)),
            ("spec.successfulJobsHistoryLimit", Int(3)),
            ("spec.suspend", Bool(false)),
        ],
    ),
    (Kind::ReplicationController, &[("spec.replicas", Int(1))]),
    (Kind::HorizontalPodAutoscaler, &[("spec.minReplicas", Int(1))]),
    (
        Kind::CSIDriver,
        &[
            ("spec.attachRequired", Bool(true)),
            ("spec.fsGroupPolicy", Text("ReadWriteOnceWithFSType")),
            ("spec.podInfoOnMount", Bool(false)),
            ("spec.requiresRepublish", Bool(false)),
            ("spec.seLinuxMount", Bool(false)),
            ("spec.storageCapacity", Bool(false)),
        ],
    ),
    (Kind::PriorityClass, &[("preemptionPolicy", Text("PreemptLowerPriority"))]),
    (Kind::RoleBinding, &[("roleRef.apiGroup", Text(RBAC))]),
    (Kind::ClusterRoleBinding, &[("roleRef.apiGroup", Text(RBAC))]),
];

/// The defaults of a Job (`SetDefaults_Job`).
const JOB: [(&str, Plain); 5] = [
    ("backoffLimit", Int(6)),
    ("completionMode", Text("NonIndexed")),
    ("manualSelector", Bool(false)),
    ("podReplacementPolicy", Text("TerminatingOrFailed")),
    ("suspend", Bool(false)),
];

/// The defaults of a webhook.
const WEBHOOK: [(&str, Plain); 3] = [
    ("failurePolicy", Text("Fail")),
    ("matchPolicy", Text("Equivalent")),
    ("timeoutSeconds", Int(10)),
];

/// Sets what the API server sets in a new object that the model only stores.
pub(super) fn complete(object: &mut StoredObject) {
    let mut fields = object.other.to_tree();
    let known = PLAIN.iter().filter(|(kind, _)| *kind == object.kind);
    for (path, default) in known.flat_map(|(_, defaults)| *defaults) {
        set(&mut fields, path, *default);
    }
    match object.kind {
        Kind::Secret => secret(&mut fields),
        Kind::HorizontalPodAutoscaler => {
            let spec = fields.child("spec");
            if spec.list("metrics").is_empty() {
                spec.set("metrics", Value::List(vec![autoscaling::cpu(Value::Int(80).into())]));
            }
        }
        Kind::DaemonSet => {
            let strategy = fields.child("spec").child("updateStrategy");
            if strategy.text("type") == "RollingUpdate" {
                let options = strategy.child("rollingUpdate");
                options.set_default("maxSurge", Value::Int(0));
                options.set_default("maxUnavailable", Value::Int(1));
            }
        }
        Kind::Job => job(fields.child("spec")),
        Kind::ReplicationController => replication_controller(&mut fields),
        Kind::NetworkPolicy => network_policy(fields.child("spec")),
        Kind::LimitRange => {
            for item in fields.child("spec").items_mut("limits") {
                limit(item);
            }
        }
        Kind::CSIDriver if fields.list("spec.volumeLifecycleModes").is_empty() => {
            let modes = Value::List(vec!["Persistent".into()]);
            fields.child("spec").set("volumeLifecycleModes", modes);
        }
        Kind::RoleBinding | Kind::ClusterRoleBinding => {
            for subject in fields.items_mut("subjects") {
                // A ServiceAccount is in the core group, whose name is empty.
                if ["User", "Group"].contains(&subject.text("kind")) {
                    subject.set_default("apiGroup", RBAC);
                }
            }
        }
        Kind::ValidatingWebhookConfiguration | Kind::MutatingWebhookConfiguration => {
            let changes = object.kind == Kind::MutatingWebhookConfiguration;
            for hook in fields.items_mut("webhooks") {
                webhook(hook, changes);
            }
        }
        Kind::CustomResourceDefinition => definition(fields.child("spec")),
        _ => {}
    }
    object.other = fields.into();
}

/// Sets the value at a path if there is none.
fn set(fields: &mut Node, path: &str, default: Plain) {
    let (place, name) = match path.rsplit_once('.') {
        Some((place, name)) => {
            (place.split('.').fold(fields, |node, field| node.child(field)), name)
        }
        None => (fields, path),
    };
    match default {
        Text(text) => place.set_default(name, text),
        Int(number) => place.set_default(name, Value::Int(number)),
        Bool(truth) => place.set_default(name, Value::Bool(truth)),
    }
}

/// `Convert_v1_Secret_To_core_Secret`.
fn secret(fields: &mut Node) {
    let texts = fields.remove("stringData").unwrap_or_default();
    for entry in texts.entries() {
        let encoded = base64::encode(entry.node.as_text().as_bytes());
        fields.child("data").set(&entry.key, encoded.as_str());
    }
}

/// `SetDefaults_CustomResourceDefinitionSpec`.
fn definition(spec: &mut Node) {
    spec.child("conversion").set_default("strategy", "None");
    let names = spec.child("names");
    let kind = names.text("kind").to_owned();
    names.set_default("singular", kind.to_ascii_lowercase().as_str());
    names.set_default("listKind", format!("{kind}List").as_str());
}

fn job(spec: &mut Node) {
    if spec.get("completions").is_none() && spec.get("parallelism").is_none() {
        spec.set("completions", Value::Int(1));
    }
    spec.set_default("parallelism", Value::Int(1));
    for (name, default) in JOB {
        set(spec, name, default);
    }
}

/// The selector defaults to the labels of the template (`SetDefaults_ReplicationController`).
fn replication_controller(fields: &mut Node) {
    let labels = fields.at("spec.template.metadata.labels").cloned();
    if let Some(labels) = labels.filter(|labels| !labels.entries().is_empty()) {
        fields.child("spec").set_default("selector", labels);
    }
}

/// A policy applies to ingress, and to egress if it has egress rules
/// (`SetDefaults_NetworkPolicy`).
fn network_policy(spec: &mut Node) {
    if spec.list("policyTypes").is_empty() {
        let mut types: Vec<Node> = vec!["Ingress".into()];
        types.extend((!spec.list("egress").is_empty()).then(|| Node::from("Egress")));
        spec.set("policyTypes", Value::List(types));
    }
}

/// `default` defaults to `max`, and `defaultRequest` to `default`, or else to `min`
/// (`SetDefaults_LimitRangeItem`).
fn limit(item: &mut Node) {
    if item.text("type") != "Container" {
        return;
    }
    for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")]
    {
        let values = item.get(from).cloned().unwrap_or_default();
        for entry in values.entries() {
            item.child(to).set_default(&entry.key, entry.node.clone());
        }
    }
}

/// `SetDefaults_ValidatingWebhook`, `SetDefaults_MutatingWebhook`, `SetDefaults_Rule`.
fn webhook(hook: &mut Node, changes: bool) {
    for (name, default) in WEBHOOK {
        set(hook, name, default);
    }
    if changes {
        hook.set_default("reinvocationPolicy", "Never");
    }
    for selector in ["namespaceSelector", "objectSelector"] {
        hook.set_default(selector, Node::map([]));
    }
    for rule in hook.items_mut("rules") {
        rule.set_default("scope", "*");
    }
    if hook.at("clientConfig.service").is_some() {
        hook.child("clientConfig").child("service").set_default("port", Value::Int(443));
    }
}
