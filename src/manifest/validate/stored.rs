//! Objects of kinds that are not simulated: the commonest of what the API server refuses.
//!
//! Follows `pkg/apis/{apps,autoscaling,batch,core,networking,rbac}/validation/validation.go` and
//! `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`.

use super::super::{defaults, deserializer, names, scalar::quoted};
use super::{Errors, cron, json_of_labels, meta, pod};
use crate::api::json::Node;
use crate::api::*;

/// A kind, a field, and its rule: `>=` if it must not be negative, `=` and its supported values, `!` and the words of
/// what is required. A field below `[]` is one of each item of a list; a field below `?` may have no parent.
const RULES: &str = r#"
Job spec.parallelism >=
Job spec.completions >=
Job spec.activeDeadlineSeconds >=
Job spec.backoffLimit >=
Job spec.ttlSecondsAfterFinished >=
Job spec.completionMode = NonIndexed Indexed
CronJob spec.schedule !
CronJob spec.startingDeadlineSeconds >=
CronJob spec.concurrencyPolicy = Allow Forbid Replace
CronJob spec.jobTemplate.spec.parallelism >=
CronJob spec.jobTemplate.spec.completions >=
CronJob spec.jobTemplate.spec.backoffLimit >=
CronJob spec.successfulJobsHistoryLimit >=
CronJob spec.failedJobsHistoryLimit >=
DaemonSet spec.minReadySeconds >=
DaemonSet spec.revisionHistoryLimit >=
HorizontalPodAutoscaler spec.scaleTargetRef.kind !
HorizontalPodAutoscaler spec.scaleTargetRef.name !
Ingress spec.rules[].http?.paths !
Ingress spec.rules[].http?.paths[].pathType ! pathType must be specified
Ingress spec.rules[].http?.paths[].pathType = Exact ImplementationSpecific Prefix
IngressClass spec.controller !
NetworkPolicy spec.ingress[].ports[].protocol = TCP UDP SCTP
NetworkPolicy spec.egress[].ports[].protocol = TCP UDP SCTP
NetworkPolicy spec.ingress[].from[].ipBlock?.cidr !
NetworkPolicy spec.egress[].to[].ipBlock?.cidr !
NetworkPolicy spec.policyTypes[] = Ingress Egress
Role rules[].verbs ! verbs must contain at least one value
ClusterRole rules[].verbs ! verbs must contain at least one value
RoleBinding roleRef.kind = Role ClusterRole
ClusterRoleBinding roleRef.kind = ClusterRole
RoleBinding roleRef.name !
ClusterRoleBinding roleRef.name !
RoleBinding subjects[].name !
ClusterRoleBinding subjects[].name !
RoleBinding subjects[].kind = ServiceAccount User Group
ClusterRoleBinding subjects[].kind = ServiceAccount User Group
CustomResourceDefinition spec.group !
CustomResourceDefinition spec.scope = Cluster Namespaced
CustomResourceDefinition spec.names.plural !
CustomResourceDefinition spec.names.kind !
CustomResourceDefinition spec.versions[].schema.openAPIV3Schema ! schemas are required
"#;

/// `HighestUserDefinablePriority` of `pkg/apis/scheduling`.
const HIGHEST_PRIORITY: i64 = 1_000_000_000;

/// Checks an object by its kind.
pub(super) fn object(errors: &mut Errors, object: &StoredObject) {
    let tree = object.other.to_tree();
    match object.kind {
        Kind::CronJob => schedule(errors, &tree),
        Kind::DaemonSet => daemon_set(errors, &tree),
        Kind::HorizontalPodAutoscaler => autoscaler(errors, &tree),
        Kind::Ingress => ingress(errors, &tree),
        Kind::NetworkPolicy => peers(errors, &tree),
        Kind::Role | Kind::ClusterRole => policy_rules(errors, &tree),
        Kind::ClusterRoleBinding => subjects(errors, &tree),
        Kind::CustomResourceDefinition => {
            let name = format!("{}.{}", tree.word("spec.names.plural"), tree.word("spec.group"));
            if object.metadata.name != name {
                let words = "must be spec.names.plural+\".\"+spec.group";
                errors.invalid("metadata.name", &quoted(&object.metadata.name), words);
            }
        }
        Kind::PriorityClass => {
            let is_system = object.metadata.name.starts_with("system-");
            if tree.number("value") > HIGHEST_PRIORITY && !is_system {
                let words = "maximum allowed value of a user defined priority is 1000000000";
                errors.forbidden("value", words);
            }
        }
        Kind::Secret => secret(errors, &tree),
        _ => {}
    }
    for rule in RULES.lines() {
        let mut words = rule.splitn(4, ' ');
        if words.next() != Some(object.kind.name()) {
            continue;
        }
        let (path, rule) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        check(errors, &tree, path, rule, words.next().unwrap_or_default());
    }
    match object.kind {
        Kind::Job => job(errors, &tree, "spec"),
        Kind::CronJob => job(errors, &tree, "spec.jobTemplate.spec"),
        _ => {}
    }
}

/// Checks the fields at a path by a rule.
fn check(errors: &mut Errors, tree: &Node, path: &str, rule: &str, words: &str) {
    each(tree, path, "", &mut |field, value| match (rule, value) {
        ("!", value) if value.is_none_or(is_empty) => errors.required(field, words),
        (">=", Some(value)) => {
            errors.not_negative(field, i32::try_from(value.as_int().unwrap_or(0)).unwrap_or(0));
        }
        ("=", Some(value)) if !is_empty(value) => {
            errors.one_of(field, value.as_text(), &words.split(' ').collect::<Vec<_>>());
        }
        _ => {}
    });
}

fn is_empty(node: &Node) -> bool {
    matches!(node.json().as_str(), "null" | "\"\"" | "[]" | "{}")
}

/// Visits the fields at a path below `field`.
fn each(node: &Node, path: &str, field: &str, visit: &mut dyn FnMut(&str, Option<&Node>)) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = first.trim_end_matches(['[', ']', '?']);
    let field = if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    let value = node.get(name);
    match (value, first.ends_with("[]"), rest) {
        (Some(list), true, rest) => {
            for (index, item) in list.items().iter().enumerate() {
                let field = format!("{field}[{index}]");
                if rest.is_empty() {
                    visit(&field, Some(item));
                } else {
                    each(item, rest, &field, visit);
                }
            }
        }
        (value, false, "") => visit(&field, value),
        (Some(value), false, rest) => each(value, rest, &field, visit),
        (None, false, rest) if !first.ends_with('?') => each(&Node::default(), rest, &field, visit),
        (None, ..) => {}
    }
}

/// Checks the template of pods below a path, and returns it.
fn template(errors: &mut Errors, tree: &Node, path: &str) -> PodTemplateSpec {
    let node = tree.at(path).and_then(|spec| spec.get("template")).cloned().unwrap_or_default();
    let (template, found) = deserializer::decode::<PodTemplateSpec>(&node, false);
    let mut template = template.unwrap_or_default();
    defaults::pod_spec(&mut template.spec, "spec", &found.not_simulated);
    let field = format!("{path}.template");
    meta::labels(errors, &format!("{field}.labels"), &template.metadata.labels);
    pod::spec(errors, &format!("{field}.spec"), &template.spec, &[]);
    template
}

/// `ValidateJobSpec`.
fn job(errors: &mut Errors, tree: &Node, path: &str) {
    let template = template(errors, tree, path);
    let field = format!("{path}.template.spec.restartPolicy");
    if template.spec.restart_policy == RestartPolicy::Always {
        errors.required(&field, "valid values: \"OnFailure\", \"Never\"");
    }
}

/// `validateScheduleFormat`.
fn schedule(errors: &mut Errors, tree: &Node) {
    let schedule = tree.word("spec.schedule");
    if let Err(words) = cron::check(&schedule) {
        errors.invalid("spec.schedule", &quoted(&schedule), &words);
    }
}

/// `ValidateDaemonSetSpec`.
fn daemon_set(errors: &mut Errors, tree: &Node) {
    let node = tree.at("spec.selector");
    let selector = node.and_then(|node| deserializer::decode::<LabelSelector>(node, false).0.ok());
    if let Some(selector) = &selector {
        meta::selector(errors, "spec.selector", selector);
    }
    let labels = tree.at("spec.template.metadata.labels");
    let labels: Labels = labels.map_or_else(Labels::default, |labels| {
        let pair = |one: &json::Entry| (one.key.clone(), one.node.as_text().to_owned());
        labels.entries().iter().map(pair).collect()
    });
    if selector.as_ref().is_none_or(|it| !it.matches(&labels)) {
        let words = "`selector` does not match template `labels`";
        errors.invalid("spec.template.metadata.labels", &json_of_labels(&labels), words);
    }
    if selector.is_some_and(|it| it.is_empty()) {
        errors.invalid("spec.selector", "{}", "empty selector is invalid for daemonset");
    }
    let template = template(errors, tree, "spec");
    let field = "spec.template.spec.restartPolicy";
    errors.one_of(field, template.spec.restart_policy.as_str(), &["Always"]);
}

/// `validateHorizontalPodAutoscalerSpec`.
fn autoscaler(errors: &mut Errors, tree: &Node) {
    let (min, max) = (tree.at("spec.minReplicas"), tree.number("spec.maxReplicas"));
    let (least, most) = ("spec.minReplicas", "spec.maxReplicas");
    let min = min.and_then(Node::as_int);
    if let Some(min) = min.filter(|min| *min < 1) {
        errors.invalid(least, &min.to_string(), "must be greater than or equal to 1");
    }
    if max < 1 {
        errors.invalid(most, &max.to_string(), "must be greater than 0");
    }
    if min.is_some_and(|min| max < min) {
        errors.invalid(most, &max.to_string(), "must be greater than or equal to `minReplicas`");
    }
}

/// `ValidateIngressSpec`.
fn ingress(errors: &mut Errors, tree: &Node) {
    if tree.list("spec.rules").is_empty() && tree.at("spec.defaultBackend").is_none() {
        let words = "either `defaultBackend` or `rules` must be specified";
        errors.invalid("spec", "null", words);
    }
    for path in ["spec.rules[].host", "spec.tls[].hosts[]"] {
        each(tree, path, "", &mut |field, host| {
            let host = host.map_or("", Node::as_text);
            if !host.is_empty() && !host.contains('*') {
                errors.words(field, host, names::subdomain(host));
            }
        });
    }
    each(tree, "spec.rules[].http?.paths[]", "", &mut |field, path| {
        let Some(path) = path.filter(|path| !path.text("pathType").is_empty()) else { return };
        let (value, kind) = (path.text("path"), path.text("pathType"));
        if !value.starts_with('/') && (!value.is_empty() || kind != "ImplementationSpecific") {
            errors.invalid(&format!("{field}.path"), &quoted(value), "must be an absolute path");
        }
        let field = format!("{field}.backend");
        let Some(backend) = path.get("backend").filter(|it| !it.entries().is_empty()) else {
            return errors.invalid(&field, "\"\"", "resource or service backend is required");
        };
        let Some(service) = backend.get("service") else { return };
        if service.text("name").is_empty() {
            errors.required(&format!("{field}.service.name"), "");
        }
        let has = |name: &str| service.at("port").is_some_and(|port| port.get(name).is_some());
        match (has("name"), has("number")) {
            (true, true) => {
                errors.invalid(&field, "\"\"", "cannot set both port name & port number");
            }
            (false, false) => errors.required(&field, "port name or number is required"),
            _ => {}
        }
    });
}

/// `ValidateNetworkPolicyPeer`.
fn peers(errors: &mut Errors, tree: &Node) {
    for path in ["spec.ingress[].from[]", "spec.egress[].to[]"] {
        each(tree, path, "", &mut |field, peer| {
            let count = peer.map_or(0, |peer| peer.entries().len());
            if count == 0 {
                errors.required(field, "must specify a peer");
            } else if count > 1 && peer.is_some_and(|peer| peer.get("ipBlock").is_some()) {
                errors.forbidden(field, "may not specify both ipBlock and another peer");
            }
        });
    }
}

/// `ValidatePolicyRule`.
fn policy_rules(errors: &mut Errors, tree: &Node) {
    each(tree, "rules[]", "", &mut |field, rule| {
        let is_missing = |name: &str| rule.is_none_or(|rule| rule.list(name).is_empty());
        if is_missing("nonResourceURLs") {
            for (name, what) in [("apiGroups", "api group"), ("resources", "resource")] {
                if is_missing(name) {
                    let words = format!("resource rules must supply at least one {what}");
                    errors.required(&format!("{field}.{name}"), &words);
                }
            }
        }
    });
}

/// `ValidateRoleBindingSubject`.
fn subjects(errors: &mut Errors, tree: &Node) {
    each(tree, "subjects[]", "", &mut |field, subject| {
        let is_account = |it: &&Node| it.text("kind") == "ServiceAccount";
        if subject.filter(is_account).is_some_and(|it| it.text("namespace").is_empty()) {
            errors.required(&format!("{field}.namespace"), "");
        }
    });
}

/// `ValidateSecret`.
fn secret(errors: &mut Errors, tree: &Node) {
    let data = tree.get("data");
    for entry in data.map_or(&[] as &[_], Node::entries) {
        let key = &entry.key;
        errors.words(&format!("data[{key}]"), key, names::config_key(key));
    }
    let needed: &[&str] = match tree.text("type") {
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        _ => &[],
    };
    for key in needed {
        if data.is_none_or(|data| data.get(key).is_none()) {
            errors.required(&format!("data[{key}]"), "");
        }
    }
}
