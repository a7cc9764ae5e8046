//! What makes pods: StatefulSets, Deployments, ReplicaSets.

use super::{Text, date, or, pod};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::cluster::Version;
use crate::kubectl::columns::selector;

/// A pod template.
pub(in crate::kubectl) fn template(text: &mut Text<'_>, template: Option<&Tree>) {
    let empty = Tree::default();
    let template = template.unwrap_or(&empty);
    text.line(0, "Pod Template:");
    text.labels("  ", "Labels", template.at("metadata.labels"));
    if template.at("metadata.annotations").is_some_and(|notes| !notes.entries().is_empty()) {
        text.annotations("  ", template.at("metadata.annotations"));
    }
    let account = template.word("spec.serviceAccountName");
    if !account.is_empty() {
        text.field(0, "  Service Account", &account);
    }
    let init = template.list("spec.initContainers");
    if !init.is_empty() {
        pod::containers(text, "  ", "Init Containers", init, None);
    }
    pod::containers(text, "  ", "Containers", template.list("spec.containers"), None);
    pod::volumes(text, "  ", template.list("spec.volumes"));
    pod::placement(text, "  ", template.at("spec"));
}

/// How many of the pods that an object owns are in which phase.
fn pod_phases(text: &mut Text<'_>, owner: &Tree) {
    let namespace = owner.word("metadata.namespace");
    let pods = text.view.list(Kind::Pod, Some(&namespace));
    let is_own = |pod: &&Tree| {
        let mut owners = pod.list("metadata.ownerReferences").iter();
        owners.any(|one| {
            one.text("uid") == owner.word("metadata.uid") && one.word("controller") == "true"
        })
    };
    let count = |phase: &str| {
        pods.iter().filter(is_own).filter(|pod| pod.word("status.phase") == phase).count()
    };
    let words = format!(
        "{} Running / {} Waiting / {} Succeeded / {} Failed",
        count("Running"),
        count("Pending"),
        count("Succeeded"),
        count("Failed")
    );
    text.field(0, "Pods Status", &words);
}

/// Describes a StatefulSet.
pub(super) fn stateful_set(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "CreationTimestamp", &date(&tree.word("metadata.creationTimestamp")));
    text.field(0, "Selector", &selector(tree.at("spec.selector")));
    text.notes(tree);
    let is_recent = text.view.cluster.settings.version >= Version::V1_37;
    if is_recent {
        text.field(0, "Service Name", &tree.word("spec.serviceName"));
        text.field(0, "Pod Management Policy", &tree.word("spec.podManagementPolicy"));
    }
    let (wanted, total) = (tree.number("spec.replicas"), tree.number("status.replicas"));
    text.field(0, "Replicas", &format!("{wanted} desired | {total} total"));
    text.field(0, "Update Strategy", &tree.word("spec.updateStrategy.type"));
    if let Some(rolling) = tree.at("spec.updateStrategy.rollingUpdate") {
        text.field(1, "Partition", &rolling.number("partition").to_string());
        if rolling.at("maxUnavailable").is_some() {
            text.field(1, "MaxUnavailable", &rolling.word("maxUnavailable"));
        }
    }
    if let (true, Some(policy)) = (is_recent, tree.at("spec.persistentVolumeClaimRetentionPolicy"))
    {
        text.line(0, "Persistent Volume Claim Retention Policy:");
        text.field(1, "WhenDeleted", &policy.word("whenDeleted"));
        text.field(1, "WhenScaled", &policy.word("whenScaled"));
    }
    pod_phases(text, tree);
    template(text, tree.at("spec.template"));
    let claims = tree.list("spec.volumeClaimTemplates");
    if claims.is_empty() {
        text.field(0, "Volume Claims", "<none>");
    } else {
        text.line(0, "Volume Claims:");
    }
    for claim in claims {
        text.field(1, "Name", &claim.word("metadata.name"));
        text.field(1, "StorageClass", &claim.word("spec.storageClassName"));
        text.labels("  ", "Labels", claim.at("metadata.labels"));
        text.annotations("  ", claim.at("metadata.annotations"));
        let requests = claim.at("spec.resources.requests");
        let capacity = requests.map_or(String::new(), |requests| requests.word("storage"));
        text.field(1, "Capacity", &or(capacity, "<default>"));
        let modes: Vec<&str> = claim.list("spec.accessModes").iter().map(Tree::as_text).collect();
        text.field(1, "Access Modes", &format!("[{}]", modes.join(" ")));
    }
    text.events(tree);
}

/// The replica sets of a Deployment, each with its tree: the one of the present template, and the others.
fn replica_sets(text: &Text<'_>, tree: &Tree) -> (Option<Tree>, Vec<Tree>) {
    let namespace = tree.word("metadata.namespace");
    let mut sets = text.view.list(Kind::ReplicaSet, Some(&namespace));
    sets.retain(|set| {
        let mut owners = set.list("metadata.ownerReferences").iter();
        owners.any(|owner| owner.text("uid") == tree.word("metadata.uid"))
    });
    let newest = sets.iter().position(|set| is_of_template(set, tree.at("spec.template")));
    let newest = newest.map(|index| sets.remove(index));
    (newest, sets)
}

/// Whether a replica set was made from a template (`EqualIgnoreHash`).
fn is_of_template(set: &Tree, template: Option<&Tree>) -> bool {
    let mut own = set.at("spec.template").cloned().unwrap_or_default();
    own.child("metadata").child("labels").remove("pod-template-hash");
    Some(&own) == template
}

/// Describes a Deployment.
pub(super) fn deployment(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "CreationTimestamp", &date(&tree.word("metadata.creationTimestamp")));
    text.notes(tree);
    text.field(0, "Selector", &selector(tree.at("spec.selector")));
    let status = |name: &str| tree.number(&format!("status.{name}"));
    let words = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        tree.number("spec.replicas"),
        status("updatedReplicas"),
        status("replicas"),
        status("availableReplicas"),
        status("unavailableReplicas")
    );
    text.field(0, "Replicas", &words);
    text.field(0, "StrategyType", &tree.word("spec.strategy.type"));
    text.field(0, "MinReadySeconds", &tree.number("spec.minReadySeconds").to_string());
    if let Some(rolling) = tree.at("spec.strategy.rollingUpdate") {
        let (unavailable, surge) = (rolling.word("maxUnavailable"), rolling.word("maxSurge"));
        let words = format!("{unavailable} max unavailable, {surge} max surge");
        text.field(0, "RollingUpdateStrategy", &words);
    }
    template(text, tree.at("spec.template"));
    conditions(text, tree);
    let (newest, others) = replica_sets(text, tree);
    let name = |set: &Tree| {
        let (has, wants) = (set.number("status.replicas"), set.number("spec.replicas"));
        format!("{} ({has}/{wants} replicas created)", set.word("metadata.name"))
    };
    let old: Vec<String> = others.iter().map(name).collect();
    text.field(0, "OldReplicaSets", &or(old.join(", "), "<none>"));
    text.field(0, "NewReplicaSet", &newest.as_ref().map_or_else(|| "<none>".into(), name));
    text.events(tree);
}

/// Conditions with their reasons.
fn conditions(text: &mut Text<'_>, tree: &Tree) {
    let conditions = tree.list("status.conditions");
    if conditions.is_empty() {
        return;
    }
    text.line(0, "Conditions:");
    text.line(1, "Type\tStatus\tReason");
    text.line(1, "----\t------\t------");
    for condition in conditions {
        let (kind, status) = (condition.text("type"), condition.text("status"));
        text.line(1, &format!("{kind} \t{status}\t{}", condition.text("reason")));
    }
}

/// Describes a ReplicaSet.
pub(super) fn replica_set(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "Selector", &selector(tree.at("spec.selector")));
    text.notes(tree);
    let owners = tree.list("metadata.ownerReferences").iter();
    if let Some(owner) = owners.clone().find(|owner| owner.word("controller") == "true") {
        let name = format!("{}/{}", owner.text("kind"), owner.text("name"));
        text.field(0, "Controlled By", &name);
    }
    let (has, wants) = (tree.number("status.replicas"), tree.number("spec.replicas"));
    text.field(0, "Replicas", &format!("{has} current / {wants} desired"));
    pod_phases(text, tree);
    template(text, tree.at("spec.template"));
    conditions(text, tree);
    text.events(tree);
}
