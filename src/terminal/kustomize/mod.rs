//! `kubectl apply -k`: builds a simple `kustomization.yaml`.
//!
//! Follows kustomize 5 (`api/types/kustomization.go`): resources, generators, and changes to all objects. Any other
//! field is an error.

mod change;

use super::examples;
use super::files::Files;
use super::suffix::suffix;
use crate::api::json::{Node, Value};
use crate::base64;
use crate::manifest;
use crate::shell::join;
use change::{change, rename};

/// The names of a kustomization file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// The maximum depth of nested kustomizations.
const DEPTH_MAX: u32 = 10;

/// The kinds that kustomize writes first, in its order (`resid.Gvk.IsLessThan`).
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
/// The cluster-scoped kinds.
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

/// Builds the kustomization in a folder, as manifests.
///
/// # Errors
/// If it is invalid: the message to print.
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

/// The objects of the kustomization in a folder.
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
            "error: accumulating resources: {name}: this page sends no requests to other sites; paste the text into a \
             file with cat > FILE <<EOF, or apply it with the Manifest button\n"
        ),
        false => format!("error: accumulating resources: open {name}: no such file or directory\n"),
    }
}

/// The YAML documents of a text.
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

/// The ConfigMap or Secret of a generator, and its name.
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
        let value = if kind == "Secret" { base64::encode(value.as_bytes()) } else { value };
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

/// The keys and values of an env file.
pub(super) fn pairs_of(text: &str) -> Vec<(String, String)> {
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.into(), value.into()))
        .collect()
}
