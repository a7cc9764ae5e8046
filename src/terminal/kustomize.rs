//! `kubectl apply -k`: what a simple `kustomization.yaml` builds.
//!
//! Follows kustomize 5 (`api/types/kustomization.go`): resources, generators, and the changes to all objects. What it
//! has besides is refused with the name of the field.

use super::examples;
use super::files::Files;
use super::suffix::suffix;
use crate::api::json::{Node, Value};
use crate::kubectl::patch;
use crate::manifest;
use crate::shell::{encode, join};

/// The names of the file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// How deep folders may name each other.
const DEPTH_MAX: u32 = 10;

/// The kinds that come first, in the order in which kustomize writes them (`resid.Gvk.IsLessThan`).
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
/// The kinds without a namespace.
const CLUSTER_WIDE: &[&str] = &[
    "Namespace",
    "Node",
    "PersistentVolume",
    "StorageClass",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "PriorityClass",
];

/// Builds what a folder describes, as manifests.
///
/// # Errors
/// What kubectl prints.
pub(super) fn build(folder: &str, files: &Files) -> Result<String, String> {
    let mut objects = objects(folder, files, 0)?;
    let rank = |object: &Node| {
        let place =
            FIRST.iter().position(|kind| *kind == object.text("kind")).unwrap_or(FIRST.len());
        (place, object.text("kind").to_owned(), object.word("metadata.name"))
    };
    objects.sort_by_cached_key(rank);
    let texts: Vec<String> = objects.iter().map(manifest::to_yaml).collect();
    Ok(texts.join("---\n"))
}

/// The objects that a folder describes.
fn objects(folder: &str, files: &Files, depth: u32) -> Result<Vec<Node>, String> {
    let found = NAMES.iter().find_map(|name| files.get(&join(folder, name)));
    let text = found.filter(|_| depth < DEPTH_MAX).ok_or_else(|| {
        let names = "'kustomization.yaml', 'kustomization.yml' or 'Kustomization'";
        format!("error: unable to find one of {names} in directory '{folder}'\n")
    })?;
    let read = manifest::read(text);
    let kustomization = read.map_err(|error| format!("error: invalid Kustomization: {error}\n"))?;
    let mut all = Vec::new();
    for resource in kustomization.list("resources") {
        let name = resource.as_text();
        let path = join(folder, name);
        match (examples::name(name).and_then(examples::text), files.get(&path)) {
            (Some(text), _) => all.extend(documents(text, name)?),
            (None, Some(text)) => all.extend(documents(text, name)?),
            (None, None) if files.kind(&path) == "folder" => {
                all.extend(objects(&path, files, depth + 1)?)
            }
            _ => return Err(missing(name)),
        }
    }
    let mut renamed: Vec<(String, String, String)> = Vec::new();
    for (field, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for generator in kustomization.list(field) {
            let (object, name) = generated(generator, kind, folder, files, &kustomization)?;
            renamed.push((kind.into(), generator.text("name").into(), name));
            all.push(object);
        }
    }
    for entry in kustomization.entries() {
        change(&entry.key, &entry.node, folder, files, &mut all)?;
    }
    rename(&kustomization, &mut renamed, &mut all);
    Ok(all)
}

fn missing(name: &str) -> String {
    match examples::is_address(name) {
        true => format!(
            "error: accumulating resources: {name}: this page makes no requests elsewhere; paste the text into a file \
             with cat > FILE <<EOF, or apply it with the Manifest button\n"
        ),
        false => format!("error: accumulating resources: open {name}: no such file or directory\n"),
    }
}

/// The documents of a text.
pub(super) fn documents(text: &str, name: &str) -> Result<Vec<Node>, String> {
    let mut all = Vec::new();
    let mut part = String::new();
    for line in text.split_inclusive('\n').chain(["---\n"]) {
        if !line.starts_with("---") {
            part += line;
            continue;
        }
        let tree = manifest::read(&part).map_err(|error| format!("error: {name}: {error}\n"))?;
        match tree.text("kind") {
            "" => {}
            "List" => all.extend(tree.list("items").iter().cloned()),
            _ => all.push(tree),
        }
        part.clear();
    }
    Ok(all)
}

/// A ConfigMap or Secret of a generator, and its name.
fn generated(
    generator: &Node,
    kind: &str,
    folder: &str,
    files: &Files,
    kustomization: &Node,
) -> Result<(Node, String), String> {
    let mut object = Node::map([]);
    object.set("apiVersion", "v1");
    object.set("kind", kind);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for literal in generator.list("literals") {
        let (key, value) = literal.as_text().split_once('=').unwrap_or((literal.as_text(), ""));
        pairs.push((key.into(), value.trim_matches(['"', '\'']).into()));
    }
    for file in generator.list("files") {
        let (key, name) = file.as_text().split_once('=').unwrap_or(("", file.as_text()));
        let key = if key.is_empty() { crate::shell::parent(name).1 } else { key };
        let text = files.get(&join(folder, name)).ok_or_else(|| missing(name))?;
        pairs.push((key.into(), text.into()));
    }
    for file in generator.list("envs").iter().chain(generator.get("env")) {
        let text =
            files.get(&join(folder, file.as_text())).ok_or_else(|| missing(file.as_text()))?;
        pairs.extend(pairs_of(text));
    }
    for (key, value) in pairs {
        let value = if kind == "Secret" { encode(value.as_bytes()) } else { value };
        object.child("data").set(&key, value.as_str());
    }
    let name = generator.text("name");
    object.child("metadata").set("name", name);
    if kind == "Secret" {
        let of = generator.text("type");
        object.set("type", if of.is_empty() { "Opaque" } else { of });
    }
    let mut name = name.to_owned();
    for options in [kustomization, generator]
        .iter()
        .filter_map(|node| node.get("generatorOptions").or(node.get("options")))
    {
        for field in ["labels", "annotations"] {
            for entry in options.get(field).map(Node::entries).unwrap_or_default() {
                object.child("metadata").child(field).set(&entry.key, entry.node.clone());
            }
        }
    }
    let is_plain = [
        kustomization.at("generatorOptions.disableNameSuffixHash"),
        generator.at("options.disableNameSuffixHash"),
    ];
    if !is_plain.iter().flatten().any(|flag| flag.value == Value::Bool(true)) {
        name = format!("{name}-{}", suffix(&object));
    }
    Ok((object, name))
}

/// The pairs of a file of variables.
pub(super) fn pairs_of(text: &str) -> Vec<(String, String)> {
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}

/// Does what a field of the file says to all objects.
fn change(
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
        "commonAnnotations" => {
            for object in all.iter_mut() {
                for entry in value.entries() {
                    let mut metas = vec![object.child("metadata")];
                    metas.iter_mut().for_each(|meta| {
                        meta.child("annotations").set(&entry.key, entry.node.clone());
                    });
                    if object.at("spec.template").is_some() {
                        let meta = object.child("spec").child("template").child("metadata");
                        meta.child("annotations").set(&entry.key, entry.node.clone());
                    }
                }
            }
        }
        "images" => all.iter_mut().for_each(|object| {
            value.items().iter().for_each(|image| set_image(object, image));
        }),
        "replicas" => {
            for one in value.items() {
                let count = one.get("count").cloned().unwrap_or_default();
                for object in
                    all.iter_mut().filter(|it| it.word("metadata.name") == one.text("name"))
                {
                    if ["Deployment", "StatefulSet", "ReplicaSet"].contains(&object.text("kind")) {
                        object.child("spec").set("replicas", count.clone());
                    }
                }
            }
        }
        "patches" | "patchesStrategicMerge" | "patchesJson6902" => {
            for one in value.items() {
                apply_patch(one, folder, files, all)?;
            }
        }
        field => {
            return Err(format!(
                "error: kustomization.yaml: {field} is not part of this page, which has resources, namespace, \
                 namePrefix, nameSuffix, labels, commonLabels, commonAnnotations, images, replicas, patches, \
                 configMapGenerator, secretGenerator and generatorOptions\n"
            ));
        }
    }
    Ok(())
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
    // A patch of `patchesStrategicMerge` is a path or a text itself.
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

/// Gives the objects their new names, and those who refer to them as well.
fn rename(kustomization: &Node, renamed: &mut Vec<(String, String, String)>, all: &mut [Node]) {
    let (prefix, end) = (kustomization.text("namePrefix"), kustomization.text("nameSuffix"));
    for object in all.iter_mut() {
        let (kind, name) = (object.text("kind").to_owned(), object.word("metadata.name"));
        let at = renamed.iter().position(|(of, old, _)| *of == kind && *old == name);
        let generated = at.map(|at| renamed.remove(at).2);
        let base = generated.unwrap_or_else(|| name.clone());
        let new = match (kind.as_str(), base.strip_prefix(&name)) {
            ("Namespace" | "CustomResourceDefinition", _) => base,
            // The hash stands behind the suffix.
            (_, hash) => format!("{prefix}{name}{end}{}", hash.unwrap_or_default()),
        };
        if new != name {
            object.child("metadata").set("name", new.as_str());
            renamed.push((kind, name, new));
        }
    }
    all.iter_mut().for_each(|object| refer(object, "", renamed));
}

/// Renames what refers to a renamed object below a node; `field` is the one in which the node stands.
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
