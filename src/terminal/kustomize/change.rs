//! The changes of a kustomization to all objects.

use super::{CLUSTER_WIDE, missing};
use crate::api::json::{Node, Value};
use crate::kubectl::patch;
use crate::manifest;
use crate::shell::join;
use crate::terminal::Files;

/// Applies a field of the file to all objects.
pub(super) fn change(
    field: &str,
    value: &Node,
    folder: &str,
    files: &Files,
    all: &mut [Node],
) -> Result<(), String> {
    match field {
        "apiVersion" | "kind" | "metadata" | "resources" | "configMapGenerator"
        | "secretGenerator" | "generatorOptions" | "namePrefix" | "nameSuffix" => {}
        "namespace" => {
            for object in
                all.iter_mut().filter(|object| !CLUSTER_WIDE.contains(&object.text("kind")))
            {
                object.child("metadata").set("namespace", value.as_text());
            }
        }
        "commonLabels" => all.iter_mut().for_each(|object| label(object, value, true, true)),
        "labels" => {
            for one in value.items() {
                let has =
                    |flag: &str| one.get(flag).is_some_and(|it| it.value == Value::Bool(true));
                let pairs = one.get("pairs").cloned().unwrap_or_default();
                let in_selectors = has("includeSelectors");
                for object in all.iter_mut() {
                    label(object, &pairs, in_selectors, in_selectors || has("includeTemplates"));
                }
            }
        }
        "commonAnnotations" => all.iter_mut().for_each(|object| annotate(object, value)),
        "images" => all.iter_mut().for_each(|object| {
            value.items().iter().for_each(|image| set_image(object, image));
        }),
        "replicas" => value.items().iter().for_each(|one| set_replicas(one, all)),
        "patches" | "patchesStrategicMerge" | "patchesJson6902" => {
            for one in value.items() {
                apply_patch(one, folder, files, all)?;
            }
        }
        field => {
            return Err(format!(
                "error: kustomization.yaml: {field} is not supported on this page, which has resources, namespace, \
                 namePrefix, nameSuffix, labels, commonLabels, commonAnnotations, images, replicas, patches, \
                 configMapGenerator, secretGenerator, and generatorOptions\n"
            ));
        }
    }
    Ok(())
}

fn annotate(object: &mut Node, annotations: &Node) {
    for entry in annotations.entries() {
        object.child("metadata").child("annotations").set(&entry.key, entry.node.clone());
        if object.at("spec.template").is_some() {
            let meta = object.child("spec").child("template").child("metadata");
            meta.child("annotations").set(&entry.key, entry.node.clone());
        }
    }
}

fn set_replicas(one: &Node, all: &mut [Node]) {
    let count = one.get("count").cloned().unwrap_or_default();
    for object in all.iter_mut().filter(|it| it.word("metadata.name") == one.text("name")) {
        if ["Deployment", "StatefulSet", "ReplicaSet"].contains(&object.text("kind")) {
            object.child("spec").set("replicas", count.clone());
        }
    }
}

fn label(object: &mut Node, pairs: &Node, in_selectors: bool, in_templates: bool) {
    let kind = object.text("kind").to_owned();
    let has_template = object.at("spec.template").is_some();
    for entry in pairs.entries() {
        let mut set = |path: &[&str]| {
            let node = path.iter().fold(&mut *object, |node, step| node.child(step));
            node.set(&entry.key, entry.node.clone());
        };
        set(&["metadata", "labels"]);
        if in_templates && has_template {
            set(&["spec", "template", "metadata", "labels"]);
        }
        if in_selectors {
            match kind.as_str() {
                "Service" => set(&["spec", "selector"]),
                "Deployment"
                | "StatefulSet"
                | "ReplicaSet"
                | "DaemonSet"
                | "PodDisruptionBudget" => {
                    set(&["spec", "selector", "matchLabels"]);
                }
                _ => {}
            }
        }
    }
}

/// Changes the images below a node.
fn set_image(node: &mut Node, image: &Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| set_image(item, image)),
        Value::Map(entries) => {
            for entry in entries {
                if entry.key != "image" {
                    set_image(&mut entry.node, image);
                    continue;
                }
                let text = entry.node.as_text().to_owned();
                let (path, tag) = match text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))
                {
                    Some((path, tag)) => (path, format!(":{tag}")),
                    None => (text.as_str(), String::new()),
                };
                let path = path.split('@').next().unwrap_or(path);
                if path != image.text("name") {
                    continue;
                }
                let new =
                    if image.text("newName").is_empty() { path } else { image.text("newName") };
                let tag = match (image.word("newTag"), image.text("digest")) {
                    (_, digest) if !digest.is_empty() => format!("@{digest}"),
                    (new, _) if !new.is_empty() => format!(":{new}"),
                    _ => tag,
                };
                entry.node = format!("{new}{tag}").as_str().into();
            }
        }
        _ => {}
    }
}

fn apply_patch(one: &Node, folder: &str, files: &Files, all: &mut [Node]) -> Result<(), String> {
    // An item of `patchesStrategicMerge` is a path or the patch itself.
    let path = if one.as_text().is_empty() { one.text("path") } else { one.as_text() };
    let text = match files.get(&join(folder, path)) {
        _ if !one.text("patch").is_empty() => one.text("patch"),
        Some(text) if !path.is_empty() => text,
        _ if path.contains('\n') => path,
        _ => return Err(missing(path)),
    };
    let patch = manifest::read(text).map_err(|error| format!("error: {path}: {error}\n"))?;
    let empty = Node::default();
    let target = one.get("target").unwrap_or(&empty);
    let wanted = |field: &str| match target.text(field) {
        "" => match field {
            "kind" => patch.text("kind").to_owned(),
            _ => patch.word("metadata.name"),
        },
        text => text.to_owned(),
    };
    let (kind, name) = (wanted("kind"), wanted("name"));
    let mut is_found = false;
    for object in all.iter_mut() {
        let is_kind = kind.is_empty() || object.text("kind") == kind;
        if !is_kind || !(name.is_empty() || object.word("metadata.name") == name) {
            continue;
        }
        is_found = true;
        match patch.value {
            Value::List(_) => {
                patch::json(object, &patch).map_err(|error| format!("error: {error}\n"))?
            }
            _ => {
                let mut patch = patch.clone();
                patch.child("metadata").set("name", object.word("metadata.name").as_str());
                patch::strategic(object, &patch);
            }
        }
    }
    match is_found {
        true => Ok(()),
        false => Err(format!(
            "error: no matches for Id {kind}/{name}; failed to find unique target for patch\n"
        )),
    }
}

/// Renames the objects, and the references to them.
pub(super) fn rename(
    kustomization: &Node,
    renamed: &mut Vec<(String, String, String)>,
    all: &mut [Node],
) {
    let (prefix, end) = (kustomization.text("namePrefix"), kustomization.text("nameSuffix"));
    for object in all.iter_mut() {
        let (kind, name) = (object.text("kind").to_owned(), object.word("metadata.name"));
        let at = renamed.iter().position(|(of, old, _)| *of == kind && *old == name);
        let generated = at.map(|at| renamed.remove(at).2);
        let base = generated.unwrap_or_else(|| name.clone());
        let new = match (kind.as_str(), base.strip_prefix(&name)) {
            ("Namespace" | "CustomResourceDefinition", _) => base,
            // The hash follows the suffix.
            (_, hash) => format!("{prefix}{name}{end}{}", hash.unwrap_or_default()),
        };
        if new != name {
            object.child("metadata").set("name", new.as_str());
            renamed.push((kind, name, new));
        }
    }
    all.iter_mut().for_each(|object| refer(object, "", renamed));
}

/// Updates the references to renamed objects below a node; `field` is the field of the node.
fn refer(node: &mut Node, field: &str, renamed: &[(String, String, String)]) {
    let new = |kind: &str, old: &Node| {
        renamed
            .iter()
            .find(|(of, name, _)| of == kind && *name == old.as_text())
            .map(|it| it.2.clone())
    };
    let target = match field {
        "configMapRef" | "configMapKeyRef" | "configMap" => Some(("ConfigMap", "name")),
        "secretRef" | "secretKeyRef" | "imagePullSecrets" => Some(("Secret", "name")),
        "secret" => {
            Some(("Secret", if node.get("secretName").is_some() { "secretName" } else { "name" }))
        }
        "persistentVolumeClaim" => Some(("PersistentVolumeClaim", "claimName")),
        _ => None,
    };
    if let Some((kind, key)) = target
        && let Some(name) = node.get(key).and_then(|old| new(kind, old))
    {
        node.set(key, name.as_str());
    }
    for (kind, key) in [
        ("Service", "serviceName"),
        ("ServiceAccount", "serviceAccountName"),
        ("StorageClass", "storageClassName"),
    ] {
        if let Some(name) = node.get(key).and_then(|old| new(kind, old)) {
            node.set(key, name.as_str());
        }
    }
    match &mut node.value {
        Value::Map(entries) => {
            entries.iter_mut().for_each(|entry| refer(&mut entry.node, &entry.key, renamed));
        }
        Value::List(items) => items.iter_mut().for_each(|item| refer(item, field, renamed)),
        _ => {}
    }
}
