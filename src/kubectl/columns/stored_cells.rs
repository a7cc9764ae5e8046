//! The cells of the columns of `stored`.

use super::super::age;
use super::cells::few;
use crate::api::json::Node as Tree;

pub(super) fn length(tree: &Tree, path: &str) -> String {
    tree.list(path).len().to_string()
}

/// The values of a list, separated by commas.
pub(super) fn words(tree: &Tree, path: &str) -> String {
    let words = tree.list(path).iter().map(Tree::as_text);
    words.collect::<Vec<_>>().join(",")
}

/// A field of each item of a list, separated by commas.
pub(super) fn joined(tree: &Tree, path: &str, field: &str, none: &str) -> String {
    let words: Vec<&str> = tree.list(path).iter().map(|item| item.text(field)).collect();
    if words.is_empty() { none.into() } else { words.join(",") }
}

/// The subjects of one kind in a binding (`rbacutils.SubjectsStrings`).
pub(super) fn subjects(tree: &Tree, kind: &str) -> String {
    let subjects = tree.list("subjects").iter().filter(|subject| subject.text("kind") == kind);
    let names = subjects.map(|subject| match kind {
        "ServiceAccount" => format!("{}/{}", subject.text("namespace"), subject.text("name")),
        _ => subject.text("name").to_owned(),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The used and hard values of a quota: either those of limits, or all others (`printResourceQuota`).
pub(super) fn quota(tree: &Tree, is_limit: bool) -> String {
    let hard = tree.at("status.hard").map_or(&[][..], Tree::entries);
    let hard = hard.iter().filter(|entry| entry.key.starts_with("limits.") == is_limit);
    let used = |name: &str| tree.at("status.used").map_or("", |used| used.text(name));
    let shown =
        hard.map(|entry| format!("{}: {}/{}", entry.key, used(&entry.key), entry.node.as_text()));
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown.join(", ")
}

/// A field of the containers in a PodTemplate.
pub(super) fn template(tree: &Tree, field: &str) -> String {
    joined(tree, "template.spec.containers", field, "")
}

/// A field of the containers in the template of a CronJob.
pub(super) fn scheduled(tree: &Tree, field: &str) -> String {
    joined(tree, "spec.jobTemplate.spec.template.spec.containers", field, "")
}

/// The parent of an IPAddress, such as `services/default/kubernetes` (`printIPAddress`).
pub(super) fn parent(tree: &Tree) -> String {
    let of = |field: &str| tree.word(&format!("spec.parentRef.{field}"));
    let (mut resource, group, namespace) = (of("resource"), of("group"), of("namespace"));
    if resource.is_empty() {
        return "<none>".into();
    }
    if !group.is_empty() {
        resource = format!("{resource}.{group}");
    }
    let namespace = if namespace.is_empty() { namespace } else { format!("{namespace}/") };
    format!("{resource}/{namespace}{}", of("name"))
}

pub(super) fn requested_duration(tree: &Tree) -> String {
    match u64::try_from(tree.number("spec.expirationSeconds")) {
        Ok(seconds @ 1..) => age::span(seconds.saturating_mul(1_000)),
        _ => "<none>".into(),
    }
}

/// The Service of an APIService (`printAPIService`).
pub(super) fn api_service(tree: &Tree) -> String {
    match tree.at("spec.service") {
        Some(service) => format!("{}/{}", service.text("namespace"), service.text("name")),
        None => "Local".into(),
    }
}

pub(super) fn count(tree: &Tree, path: &str) -> String {
    tree.at(path).map_or(0, |data| data.entries().len()).to_string()
}

/// The targets of an autoscaler (`formatHPAMetrics`); without metrics the API server sets a CPU utilization of 80%.
pub(super) fn targets(tree: &Tree) -> String {
    let target = |metric: &Tree| {
        let resource = metric.at(&metric.text("type").to_ascii_lowercase())?;
        let target = resource.get("target")?;
        let percent = target.word("averageUtilization");
        let value = match percent.is_empty() {
            true => format!("{}{}", target.word("averageValue"), target.word("value")),
            false => percent + "%",
        };
        let name = resource.text("name");
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        Some(format!("{name}<unknown>/{value}"))
    };
    let targets: Vec<String> = tree.list("spec.metrics").iter().filter_map(target).collect();
    match targets.len() {
        0 => "cpu: <unknown>/80%".into(),
        1 | 2 => targets.join(", "),
        count => format!("{} + {} more...", targets[..2].join(", "), count - 2),
    }
}

/// The hosts of the rules of an Ingress (`formatHosts`).
pub(super) fn hosts(tree: &Tree) -> String {
    let hosts = tree.list("spec.rules").iter().map(|rule| rule.text("host").to_owned());
    few(hosts.filter(|host| !host.is_empty()).collect(), "*")
}
