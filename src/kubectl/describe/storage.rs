//! Claims, volumes, classes.

use super::{Text, date, or};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::kubectl::columns::{capacity, class_name, modes};

fn status(text: &Text<'_>, tree: &Tree) -> String {
    match tree.at("metadata.deletionTimestamp") {
        Some(_) => {
            let lasts = text.age(&tree.word("metadata.deletionTimestamp"));
            format!("Terminating (lasts {lasts})")
        }
        None => tree.word("status.phase"),
    }
}

fn finalizers(tree: &Tree) -> String {
    let names: Vec<&str> = tree.list("metadata.finalizers").iter().map(Tree::as_text).collect();
    format!("[{}]", names.join(" "))
}

/// Describes a claim.
pub(super) fn claim(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "StorageClass", &class_name(tree));
    let status = status(text, tree);
    text.field(0, "Status", &status);
    text.field(0, "Volume", &tree.word("spec.volumeName"));
    text.notes(tree);
    text.field(0, "Finalizers", &finalizers(tree));
    text.field(0, "Capacity", &capacity(tree));
    text.field(0, "Access Modes", &modes(tree, "status.accessModes"));
    text.field(0, "VolumeMode", &tree.word("spec.volumeMode"));
    let namespace = tree.word("metadata.namespace");
    let pods = text.view.list(Kind::Pod, Some(&namespace));
    let name = tree.word("metadata.name");
    let uses = |pod: &&Tree| {
        let mut volumes = pod.list("spec.volumes").iter();
        volumes.any(|volume| volume.word("persistentVolumeClaim.claimName") == name)
    };
    let users: Vec<String> =
        pods.iter().filter(uses).map(|pod| pod.word("metadata.name")).collect();
    text.fields("", "Used By", &users);
    let conditions = tree.list("status.conditions");
    if !conditions.is_empty() {
        text.line(0, "Conditions:");
        text.line(1, "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage");
        text.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    }
    for one in conditions {
        let (kind, status) = (one.text("type"), one.text("status"));
        let (changed, message) = (date(one.text("lastTransitionTime")), one.text("message"));
        let never = "Mon, 01 Jan 0001 00:00:00 +0000";
        text.line(1, &format!("{kind} \t{status} \t{never} \t{changed} \t \t{message}"));
    }
    text.events(tree);
}

/// Describes a volume.
pub(super) fn volume(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.field(0, "Finalizers", &finalizers(tree));
    text.field(0, "StorageClass", &class_name(tree));
    let status = status(text, tree);
    text.field(0, "Status", &status);
    let claim = tree.at("spec.claimRef");
    let claim = claim.map(|claim| format!("{}/{}", claim.text("namespace"), claim.text("name")));
    text.field(0, "Claim", &claim.unwrap_or_default());
    text.field(0, "Reclaim Policy", &tree.word("spec.persistentVolumeReclaimPolicy"));
    text.field(0, "Access Modes", &modes(tree, "spec.accessModes"));
    text.field(0, "VolumeMode", &tree.word("spec.volumeMode"));
    text.field(0, "Capacity", &tree.word("spec.capacity.storage"));
    let terms = tree.list("spec.nodeAffinity.required.nodeSelectorTerms");
    if terms.is_empty() {
        text.field(0, "Node Affinity", "<none>");
    } else {
        text.line(0, "Node Affinity:");
        text.line(1, "Required Terms:");
    }
    for (index, term) in terms.iter().enumerate() {
        let words = term.list("matchExpressions").iter().map(|one| {
            let values: Vec<&str> = one.list("values").iter().map(Tree::as_text).collect();
            format!(
                "{} {} [{}]",
                one.text("key"),
                one.text("operator").to_ascii_lowercase(),
                values.join(", ")
            )
        });
        text.field(2, &format!("Term {index}"), &words.collect::<Vec<_>>().join("\n\t"));
    }
    text.field(0, "Message", &tree.word("status.message"));
    text.line(0, "Source:");
    let spec = tree.at("spec").map_or(&[] as &[_], Tree::entries);
    for entry in spec {
        super::sources::of_volume(text, &entry.key, &entry.node);
    }
    text.events(tree);
}

/// Describes a class.
pub(super) fn class(text: &mut Text<'_>, tree: &Tree) {
    text.field(0, "Name", &tree.word("metadata.name"));
    let notes = tree.at("metadata.annotations").map_or(&[] as &[_], Tree::entries);
    let is_default = notes.iter().any(|note| {
        note.key == crate::api::DEFAULT_CLASS_ANNOTATION && note.node.as_text() == "true"
    });
    text.field(0, "IsDefaultClass", if is_default { "Yes" } else { "No" });
    let notes = notes.iter().map(|note| format!("{}={}", note.key, note.node.as_text()));
    text.field(0, "Annotations", &or(notes.collect::<Vec<_>>().join(","), "<none>"));
    text.field(0, "Provisioner", &tree.word("provisioner"));
    let parameters = tree.at("parameters").map_or(&[] as &[_], Tree::entries);
    let parameters = parameters.iter().map(|one| format!("{}={}", one.key, one.node.as_text()));
    text.field(0, "Parameters", &or(parameters.collect::<Vec<_>>().join(","), "<none>"));
    let expands = tree.word("allowVolumeExpansion") == "true";
    text.field(0, "AllowVolumeExpansion", if expands { "True" } else { "<unset>" });
    match tree.list("mountOptions") {
        [] => text.field(0, "MountOptions", "<none>"),
        options => {
            text.line(0, "MountOptions:");
            options.iter().for_each(|option| text.line(1, option.as_text()));
        }
    }
    text.field(0, "ReclaimPolicy", &tree.word("reclaimPolicy"));
    text.field(0, "VolumeBindingMode", &tree.word("volumeBindingMode"));
    text.events(tree);
}
