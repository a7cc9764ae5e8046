//! OpenAPI v3: the types of the API, for `kubectl explain` and for clients that look up which parameters there are.
//!
//! Made from the table of fields and types of [`crate::manifest::schema`]; it has no descriptions but those of
//! `kubectl explain` here.

use super::discovery;
use super::kinds::{Kinds, verbs};
use super::schema::{Struct, component, referred, structs};
use super::target::group_version;
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::kubectl::words::description;
use std::collections::{BTreeMap, BTreeSet};

fn path_of(api_version: &str) -> String {
    if api_version.contains('/') {
        format!("apis/{api_version}")
    } else {
        format!("api/{api_version}")
    }
}

/// `/openapi/v3`: where the documents of the groups are.
pub(super) fn index(kinds: &Kinds<'_>, base: &str) -> Tree {
    let mut tree = Tree::map([]);
    let hash = format!("{}-{:x}", env!("CARGO_PKG_VERSION"), kinds.fingerprint());
    for version in discovery::versions(kinds) {
        let path = path_of(version);
        let url = format!("{base}/openapi/v3/{path}?hash={hash}");
        tree.child("paths").child(&path).set("serverRelativeURL", url.as_str());
    }
    tree
}

/// `/openapi/v3/apis/GROUP/VERSION`: the types and the paths of a group; none if there is no such group.
pub(super) fn document(kinds: &Kinds<'_>, path: &str) -> Option<Tree> {
    let versions = discovery::versions(kinds).into_iter();
    let version = versions.into_iter().find(|version| path_of(version) == path)?;
    let mut found: BTreeMap<String, &Struct> = BTreeMap::new();
    let custom: Vec<(Kind, &Tree)> = kinds
        .in_version(version)
        .filter_map(|kind| Some((kind, kinds.definition(kind)?.1)))
        .collect();
    let is_meta = |it: &Struct| it.name == "ObjectMeta" && !custom.is_empty();
    let is_root = |it: &&Struct| it.group == version && it.is_kind || is_meta(it);
    let mut open: Vec<&Struct> = structs().iter().filter(is_root).collect();
    let mut seen: BTreeSet<*const Struct> = BTreeSet::new();
    while let Some(it) = open.pop() {
        if seen.insert(std::ptr::from_ref(it)) {
            found.insert(component(it), it);
            open.extend(it.fields().filter_map(|(_, code)| referred(it, code)));
        }
    }
    let mut tree = Tree::map([]);
    tree.set("openapi", "3.0.0");
    tree.child("info").set("title", "Kubernetes");
    tree.child("info").set("version", "unversioned");
    for (name, it) in &found {
        tree.child("components").child("schemas").set(name, schema(it));
    }
    for (kind, version) in custom {
        let schemas = tree.child("components").child("schemas");
        schemas.set(&custom_component(kind), custom_schema(kind, version));
    }
    for kind in kinds.in_version(version) {
        add_paths(tree.child("paths"), kinds, kind);
    }
    tree.child("paths");
    Some(tree)
}

/// The name of a custom kind in `components.schemas`, as in `com.example.v1.Backup`.
pub(super) fn custom_component(kind: Kind) -> String {
    let (group, version) = group_version(kind.api_version());
    let reversed: Vec<&str> = group.rsplit('.').collect();
    format!("{}.{version}.{}", reversed.join("."), kind.name())
}

/// The schema of a custom kind: the one in its definition, plus the fields of every object
/// (`pkg/controller/openapi/builder` of `k8s.io/apiextensions-apiserver`).
pub(super) fn custom_schema(kind: Kind, version: &Tree) -> Tree {
    let mut tree = version.at("schema.openAPIV3Schema").cloned().unwrap_or_default();
    tree.set("type", "object");
    for field in ["apiVersion", "kind"] {
        tree.child("properties").child(field).set("type", "string");
    }
    let mut reference = Tree::map([]);
    let meta =
        structs().iter().find(|it| it.name == "ObjectMeta").map_or_else(String::new, component);
    reference.set("$ref", format!("#/components/schemas/{meta}").as_str());
    tree.child("properties").child("metadata").set("allOf", Value::List(vec![reference]));
    let of = kinds_of(kind.name(), kind.api_version());
    tree.set("x-kubernetes-group-version-kind", Value::List(vec![of]));
    tree
}

fn kinds_of(kind: &str, api_version: &str) -> Tree {
    let (group, version) = group_version(api_version);
    let parts = [("group", group), ("kind", kind), ("version", version)];
    Tree::map(parts.map(|(key, value)| (key.to_owned(), value.into())))
}

/// The schema of a struct.
pub(super) fn schema(of: &Struct) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("type", "object");
    let kind = Kind::named(of.name).filter(|kind| of.is_kind && kind.api_version() == of.group);
    // The fields of a kind and of its specification are described.
    let at = |field: &str| {
        let name = of.name.strip_suffix("Spec").unwrap_or(of.name);
        let kind = Kind::named(name).filter(|kind| kind.api_version() == of.group);
        let inside = if of.name.ends_with("Spec") { ".spec" } else { "" };
        kind.and_then(|kind| description(&format!("{}{inside}{field}", kind.singular())))
    };
    if let Some(words) = at("") {
        tree.set("description", words);
    }
    if let Some(kind) = kind {
        tree.set(
            "x-kubernetes-group-version-kind",
            Value::List(vec![kinds_of(kind.name(), of.group)]),
        );
        for field in ["apiVersion", "kind"] {
            tree.child("properties").child(field).set("type", "string");
        }
    }
    for (name, code) in of.fields() {
        let mut property = type_of(of, code);
        // The strategy for merging the items of a list.
        if let Some(key) = super::shape::merge_key(of.name, name).filter(|_| code.starts_with('['))
        {
            property.set("x-kubernetes-patch-strategy", "merge");
            if !key.is_empty() {
                property.set("x-kubernetes-patch-merge-key", key);
            }
        }
        if let Some(words) = at(&format!(".{name}")) {
            property.set("description", words);
        }
        tree.child("properties").set(name, property);
    }
    tree
}

/// The schema of a type.
fn type_of(of: &Struct, code: &str) -> Tree {
    let plain = |kind: &str, format: &str| {
        let mut tree = Tree::map([]);
        tree.set("type", kind);
        if !format.is_empty() {
            tree.set("format", format);
        }
        tree
    };
    match code {
        "s" => plain("string", ""),
        "b" => plain("boolean", ""),
        "i" => plain("integer", "int32"),
        "l" => plain("integer", "int64"),
        "f" => plain("number", "double"),
        "y" => plain("string", "byte"),
        "q" => plain("string", ""),
        "x" => plain("string", "int-or-string"),
        "t" => plain("string", "date-time"),
        "a" => plain("object", ""),
        _ => match code.split_at(1) {
            ("[", item) => {
                let mut tree = plain("array", "");
                tree.set("items", type_of(of, item));
                tree
            }
            ("{", value) => {
                let mut tree = plain("object", "");
                tree.set("additionalProperties", type_of(of, value));
                tree
            }
            ("=", _) => plain("string", ""),
            _ => match referred(of, code) {
                Some(other) => {
                    let mut reference = Tree::map([]);
                    let name = component(other);
                    reference.set("$ref", format!("#/components/schemas/{name}").as_str());
                    let mut tree = Tree::map([]);
                    tree.set("allOf", Value::List(vec![reference]));
                    tree
                }
                None => plain("object", ""),
            },
        },
    }
}

/// The path of a kind's list.
fn path_of_all(kind: Kind) -> String {
    let place = if kind.is_namespaced() { "/namespaces/{namespace}" } else { "" };
    format!("/{}{place}/{}", path_of(kind.api_version()), kind.plural())
}

/// The path of an object of a kind.
pub(super) fn path_of_one(kind: Kind) -> String {
    path_of_all(kind) + "/{name}"
}

/// Adds the paths of a kind, with the parameters that clients look up.
pub(super) fn add_paths(paths: &mut Tree, kinds: &Kinds<'_>, kind: Kind) {
    let collection = path_of_all(kind);
    let parameter = |name: &str| {
        let mut tree = Tree::map([]);
        tree.set("in", "query");
        tree.set("name", name);
        tree.child("schema").set("type", "string");
        tree
    };
    let mut add = |path: &str, method: &str, action: &str, parameters: &[&str], kind_of: Tree| {
        let operation = paths.child(path).child(method);
        operation.set(
            "parameters",
            Value::List(parameters.iter().map(|name| parameter(name)).collect()),
        );
        operation.child("responses").child("200").set("description", "OK");
        operation.set("x-kubernetes-action", action);
        operation.set("x-kubernetes-group-version-kind", kind_of);
    };
    let own = || kinds_of(kind.name(), kind.api_version());
    let write = ["dryRun", "fieldManager", "fieldValidation"];
    let named = path_of_one(kind);
    for verb in verbs(kind) {
        match *verb {
            "create" => add(&collection, "post", "post", &write, own()),
            "list" => add(
                &collection,
                "get",
                "list",
                &["limit", "labelSelector", "fieldSelector", "watch"],
                own(),
            ),
            "get" => add(&named, "get", "get", &[], own()),
            "update" => add(&named, "put", "put", &write, own()),
            "patch" => add(&named, "patch", "patch", &[&write[..], &["force"]].concat(), own()),
            "delete" => add(
                &named,
                "delete",
                "delete",
                &["dryRun", "gracePeriodSeconds", "propagationPolicy"],
                own(),
            ),
            _ => {}
        }
    }
    for (name, response, verbs) in kinds.subresources(kind) {
        let path = format!("{named}/{name}");
        let method = if verbs.contains(&"get") { "get" } else { "post" };
        add(
            &path,
            method,
            if method == "get" { "get" } else { "post" },
            &[],
            kinds_of(response, kind.api_version()),
        );
    }
}
