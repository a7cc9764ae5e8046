//! What the cells show that are more than the value of a field.

use super::super::age;
use super::super::view::View;
use crate::api::json::Node as Tree;
use crate::api::*;

pub(super) fn summary(view: &View<'_>, tree: &Tree) -> PodSummary {
    let (namespace, name) = (tree.word("metadata.namespace"), tree.word("metadata.name"));
    let pod = view.cluster.store.pods.named(&namespace, &name);
    pod.map_or_else(PodSummary::default, |pod| pod_summary(pod))
}

pub(super) fn restarts(view: &View<'_>, tree: &Tree) -> String {
    let summary = summary(view, tree);
    match summary.last_restart {
        Some(last) if summary.restarts > 0 => {
            format!("{} ({} ago)", summary.restarts, age::span(view.cluster.now.since(last)))
        }
        _ => summary.restarts.to_string(),
    }
}

pub(super) fn ready(_: &View<'_>, tree: &Tree) -> String {
    format!("{}/{}", tree.number("status.readyReplicas"), tree.number("spec.replicas"))
}

pub(super) fn images(tree: &Tree, field: &str) -> String {
    let containers = tree.list("spec.template.spec.containers").iter();
    containers.map(|container| container.text(field)).collect::<Vec<_>>().join(",")
}

pub(super) fn phase(_: &View<'_>, tree: &Tree) -> String {
    match tree.at("metadata.deletionTimestamp") {
        Some(_) => "Terminating".into(),
        None => tree.word("status.phase"),
    }
}

/// `kind.group/name` of the controller of an object.
pub(super) fn controller(tree: &Tree) -> String {
    let owners = tree.list("metadata.ownerReferences").iter();
    let mut owners = owners.filter(|owner| owner.word("controller") == "true");
    owners.next().map_or_else(
        || "<none>".into(),
        |owner| {
            let kind = Kind::named(owner.text("kind"));
            let kind = kind.map_or_else(
                || owner.text("kind").to_ascii_lowercase(),
                |kind| kind.qualified().to_owned(),
            );
            format!("{kind}/{}", owner.text("name"))
        },
    )
}

/// What a claim has: nothing at all is 0 once it names its volume (`printPersistentVolumeClaim`).
pub(in crate::kubectl) fn capacity(claim: &Tree) -> String {
    let size = claim.word("status.capacity.storage");
    if size.is_empty() && claim.at("spec.volumeName").is_some() { "0".into() } else { size }
}

/// The class of a claim or a volume.
pub(in crate::kubectl) fn class_name(tree: &Tree) -> String {
    let annotation = tree.at("metadata.annotations").map(|it| it.text(BETA_CLASS_ANNOTATION));
    let annotation = annotation.filter(|class| !class.is_empty());
    annotation.map_or_else(|| tree.word("spec.storageClassName"), str::to_owned)
}

/// `ReadWriteOnce` as `RWO`.
pub(in crate::kubectl) fn modes(tree: &Tree, path: &str) -> String {
    let short = |mode: &Tree| match mode.as_text() {
        "ReadWriteOnce" => "RWO".to_owned(),
        "ReadOnlyMany" => "ROX".to_owned(),
        "ReadWriteMany" => "RWX".to_owned(),
        "ReadWriteOncePod" => "RWOP".to_owned(),
        other => other.to_owned(),
    };
    tree.list(path).iter().map(short).collect::<Vec<_>>().join(",")
}

/// A selector as `app=web,tier=db`, or `<none>`.
pub(in crate::kubectl) fn selector(tree: Option<&Tree>) -> String {
    let labels = match tree.map(|tree| tree.get("matchLabels").unwrap_or(tree)) {
        Some(labels) if labels.items().is_empty() => labels.entries(),
        _ => &[],
    };
    let pairs = labels.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text()));
    let pairs: Vec<String> = pairs.filter(|pair| !pair.ends_with('=')).collect();
    if pairs.is_empty() { "<none>".into() } else { pairs.join(",") }
}

pub(super) fn service_ports(tree: &Tree) -> String {
    let port = |port: &Tree| {
        let node = port.number("nodePort");
        let node = if node > 0 { format!(":{node}") } else { String::new() };
        format!("{}{node}/{}", port.word("port"), port.word("protocol"))
    };
    let ports: Vec<String> = tree.list("spec.ports").iter().map(port).collect();
    if ports.is_empty() { "<none>".into() } else { ports.join(",") }
}

/// The first three, and how many more there are.
pub(super) fn few(words: Vec<String>, none: &str) -> String {
    match words.len() {
        0 => none.into(),
        1..=3 => words.join(","),
        count => format!("{} + {} more...", words[..3].join(","), count - 3),
    }
}

/// The addresses with their ports that are ready; with `only`, the ports of this name.
pub(in crate::kubectl) fn endpoints(tree: &Tree, only: Option<&str>, none: &str) -> String {
    let mut all = Vec::new();
    for subset in tree.list("subsets") {
        let ports = subset.list("ports");
        let is_asked = |port: &&Tree| only.is_none_or(|name| port.text("name") == name);
        for ip in subset.list("addresses").iter().map(|address| address.text("ip")) {
            all.extend(ports.is_empty().then(|| ip.to_owned()));
            let ports = ports.iter().filter(is_asked).map(|port| port.word("port"));
            all.extend(ports.map(|port| format!("{ip}:{port}")));
        }
    }
    few(all, none)
}

pub(super) fn node_status(tree: &Tree) -> String {
    let mut conditions = tree.list("status.conditions").iter();
    let ready = conditions.find(|condition| condition.text("type") == "Ready");
    let ready = match ready.map(|condition| condition.text("status")) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let is_cordoned = tree.word("spec.unschedulable") == "true";
    format!("{ready}{}", if is_cordoned { ",SchedulingDisabled" } else { "" })
}

/// The roles that a node's labels name.
pub(in crate::kubectl) fn roles(tree: &Tree) -> String {
    let labels = tree.at("metadata.labels").map_or(&[] as &[_], Tree::entries);
    let roles =
        labels.iter().filter_map(|label| label.key.strip_prefix("node-role.kubernetes.io/"));
    let roles: Vec<&str> = roles.collect();
    if roles.is_empty() { "<none>".into() } else { roles.join(",") }
}

pub(super) fn address(tree: &Tree, kind: &str) -> String {
    let mut addresses = tree.list("status.addresses").iter();
    let found = addresses.find(|address| address.text("type") == kind);
    found.map_or("<none>", |address| address.text("address")).to_owned()
}

pub(super) fn known(tree: &Tree, path: &str) -> String {
    Some(tree.word(path)).filter(|word| !word.is_empty()).unwrap_or("<unknown>".into())
}
