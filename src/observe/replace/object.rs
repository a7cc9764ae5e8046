//! Names in the fields of objects. Anything that is not known to be safe is replaced.

use super::names::{Names, Role, is_kept};
use super::text::{self, address, is_amount};
use crate::api::Kind;
use crate::api::json::{Entry, Node, Value};
use crate::map::Set;
use crate::observe::times;

/// The maps that have labels.
const LABELS: [&str; 4] = ["labels", "matchLabels", "nodeSelector", "selector"];
/// The maps that have amounts of resources.
const AMOUNTS: [&str; 3] = ["allocatable", "capacity", "requests"];

/// Where a value is.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The key of the map that has it, and that of the map around that one.
    above: [&'a str; 2],
    /// Its own key.
    key: &'a str,
    /// What `name` is in this map.
    role: Role,
}

/// Notes which names of an object consist of others.
pub(super) fn relate(names: &mut Names, object: &Node) {
    let name = object.word("metadata.name");
    for owner in object.list("metadata.ownerReferences") {
        relate_owner(names, owner, &name);
    }
    for container in [object, object.at("spec.template").unwrap_or(object)] {
        for list in ["spec.containers", "spec.initContainers"] {
            container.list(list).iter().for_each(|it| note_image(names, it.text("image")));
        }
    }
    for volume in object.list("spec.volumes") {
        let (claim, volume) = (volume.word("persistentVolumeClaim.claimName"), volume.text("name"));
        let end = claim.strip_prefix(volume).and_then(|rest| rest.strip_prefix('-'));
        if end == Some(name.as_str()) && !volume.is_empty() {
            names.take(Role::Template, volume);
            names.join(volume, '-', &name);
        }
    }
    for template in object.list("spec.volumeClaimTemplates") {
        names.take(Role::Template, &template.word("metadata.name"));
    }
    for field in ["status.currentRevision", "status.updateRevision"] {
        let revision = object.word(field);
        let end = revision.strip_prefix(&name).and_then(|rest| rest.strip_prefix('-'));
        if let (Some(end), "StatefulSet") = (end, object.text("kind")) {
            names.take(Role::End, end);
            names.join(&name, '-', end);
        }
    }
}

fn relate_owner(names: &mut Names, owner: &Node, name: &str) {
    let own = owner.text("name");
    let role = role_of(owner.text("kind"));
    let end = name.strip_prefix(own).and_then(|rest| rest.strip_prefix('-'));
    if let Some(end) = end.filter(|_| role.has_pods()) {
        names.take(role, own);
        names.join(own, '-', end);
        if end.parse::<u32>().is_err() {
            names.take(Role::End, end);
        }
    }
}

/// Notes the parts of the name of an image.
fn note_image(names: &mut Names, image: &str) {
    let slash = image.rfind('/').unwrap_or(0);
    let tail = image.get(slash..).unwrap_or_default();
    let Some(at) = tail.find(['@', ':']).map(|at| at + slash) else {
        names.take(Role::Image, image);
        return;
    };
    let (name, tag) =
        (image.get(..at).unwrap_or_default(), image.get(at + 1..).unwrap_or_default());
    names.take(Role::Image, name);
    names.take(Role::Tag, tag);
    names.join(name, if image[at..].starts_with('@') { '@' } else { ':' }, tag);
}

/// The role of the names of a kind.
fn role_of(kind: &str) -> Role {
    match kind {
        "StatefulSet" => Role::StatefulSet,
        "Deployment" => Role::Deployment,
        "ReplicaSet" | "DaemonSet" | "Job" | "CronJob" | "ReplicationController" => Role::Workload,
        "Pod" => Role::Pod,
        "PersistentVolumeClaim" => Role::Claim,
        "PersistentVolume" => Role::Volume,
        "StorageClass" => Role::Class,
        "Service" => Role::Service,
        "Node" => Role::Node,
        "" => Role::Value,
        _ => Role::Object,
    }
}

/// Replaces the names in an object.
pub(super) fn replace(names: &mut Names, common: &Set<&str>, object: &mut Node) {
    let role = role_of(object.text("kind"));
    walk(names, common, object, Place { above: ["", ""], key: "", role });
}

fn walk(names: &mut Names, common: &Set<&str>, node: &mut Node, place: Place<'_>) {
    match &mut node.value {
        Value::Text(text) => *text = leaf(names, common, text, place),
        Value::List(items) => items.iter_mut().for_each(|item| walk(names, common, item, place)),
        Value::Map(entries) => {
            let entries = std::mem::take(entries);
            let role = role_in(&entries, place);
            for Entry { key, node: mut child, .. } in entries {
                let at = Place { above: [place.key, place.above[0]], key: &key, role };
                walk(names, common, &mut child, at);
                node.set(&new_key(names, place, &key), child);
            }
        }
        _ => {}
    }
}

/// What `name` is in a map.
fn role_in(entries: &[Entry], place: Place<'_>) -> Role {
    let text =
        |key: &str| entries.iter().find(|it| it.key == key).map_or("", |it| it.node.as_text());
    match (place.key, place.above[0]) {
        ("", _) => place.role,
        ("metadata", "") => place.role,
        ("metadata", "volumeClaimTemplates") => Role::Template,
        ("containers" | "containerStatuses", _) => Role::Container,
        ("initContainers" | "initContainerStatuses", _) if text("name").contains("clone") => {
            Role::Clone
        }
        ("initContainers" | "initContainerStatuses", _) => Role::Container,
        ("volumes", _) => Role::Template,
        _ => role_of(text("kind")),
    }
}

/// The key of a field: that of a label or a resource may be a name.
fn new_key(names: &mut Names, place: Place<'_>, key: &str) -> String {
    let is_field = ["matchLabels", "matchExpressions"].contains(&key);
    match place.key {
        parent if LABELS.contains(&parent) && !is_field => names.take(Role::Key, key),
        parent if AMOUNTS.contains(&parent) && key.contains('/') => names.take(Role::Key, key),
        _ => key.to_owned(),
    }
}

fn leaf(names: &mut Names, common: &Set<&str>, text: &str, place: Place<'_>) -> String {
    if is_amount(text) || times::parse(text).is_some() {
        return text.to_owned();
    }
    let role = match place.key {
        "message" | "note" => return text::message(names, common, text),
        "kind" if Kind::named(text).is_some() || is_workload(text) => return text.to_owned(),
        "apiVersion" if is_own_version(text) => return text.to_owned(),
        "kubeletVersion" => return short_version(text),
        "type" | "reason" if is_code(text) => return text.to_owned(),
        "type" | "reason" => return names.take(Role::Value, text),
        "kind" | "apiVersion" => Role::Value,
        "accessModes"
        | "effect"
        | "operator"
        | "phase"
        | "podManagementPolicy"
        | "preemptionPolicy"
        | "persistentVolumeReclaimPolicy"
        | "protocol"
        | "reclaimPolicy"
        | "restartPolicy"
        | "status"
        | "volumeBindingMode"
        | "whenDeleted"
        | "whenScaled"
        | "whenUnsatisfiable"
        | "nodeAffinityPolicy"
        | "nodeTaintsPolicy"
            if is_code(text) =>
        {
            return text.to_owned();
        }
        "name" => place.role,
        "namespace" | "namespaces" => Role::Namespace,
        "nodeName"
        | "nominatedNodeName"
        | "volume.kubernetes.io/selected-node"
        | "kubernetes.io/hostname" => Role::Node,
        "claimName" => Role::Claim,
        "volumeName" | "persistentVolumeName" => Role::Volume,
        "storageClassName" | "volume.beta.kubernetes.io/storage-class" => Role::Class,
        "serviceName" | "subdomain" | "kubernetes.io/service-name" => Role::Service,
        "uid" => Role::Uid,
        "hostname" => Role::Host,
        "image" => Role::Image,
        "key" | "topologyKey" => Role::Key,
        "controller-revision-hash" | "pod-template-hash" => Role::End,
        "zone" | "topology.kubernetes.io/zone" | "failure-domain.beta.kubernetes.io/zone" => {
            Role::Zone
        }
        "topology.kubernetes.io/region" | "failure-domain.beta.kubernetes.io/region" => {
            Role::Region
        }
        _ => Role::Value,
    };
    names.take(address(text).unwrap_or(role), text)
}

/// Whether a text is a code in the way of Kubernetes, such as `ReadWriteOnce`.
fn is_code(text: &str) -> bool {
    text.len() < 64
        && text.starts_with(|letter: char| letter.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_workload(kind: &str) -> bool {
    role_of(kind).has_pods() || kind == "Event"
}

/// Whether a version belongs to an API group of Kubernetes.
fn is_own_version(text: &str) -> bool {
    let (group, version) = text.rsplit_once('/').unwrap_or(("", text));
    let is_version = version.starts_with('v') && version.len() < 10;
    let is_own = ["", "apps", "batch", "policy", "extensions", "autoscaling"].contains(&group);
    is_version && (is_own || (is_kept(group) && group.ends_with(".k8s.io")))
}

/// The version of a kubelet without what a distribution adds.
fn short_version(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == 'v';
    text.chars().take_while(|letter| is_part(*letter)).collect()
}

/// Collects the names in a manifest's object. In manifests, only known names are replaced.
pub(super) fn note(names: &mut Names, object: &Node) {
    let template = object.at("spec.template");
    for part in [Some(object), template].into_iter().flatten() {
        for list in ["spec.containers", "spec.initContainers"] {
            part.list(list).iter().for_each(|it| _ = names.take(Role::Container, it.text("name")));
        }
        for entry in part.at("metadata.labels").map_or(&[][..], Node::entries) {
            names.take(Role::Value, entry.node.as_text());
        }
    }
    names.take(role_of(object.text("kind")), &object.word("metadata.name"));
    names.take(Role::Namespace, &object.word("metadata.namespace"));
}
