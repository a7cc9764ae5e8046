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
pub(super) use crate::kubectl::explain::types::custom_schema;
use crate::kubectl::explain::types::{self, BASICS, kinds_of, plain};
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
            open.extend(referred(it, &format!("{}Status", it.name)).filter(|_| it.is_kind));
        }
    }
    let mut tree = Tree::map([]);
    tree.set("openapi", "3.0.0");
    tree.child("info").set("title", "Kubernetes");
    tree.child("info").set("version", "unversioned");
    for (name, it) in &found {
        tree.child("components").child("schemas").set(name, schema(it));
    }
    for (name, schema) in basics() {
        tree.child("components").child("schemas").set(name, schema);
    }
    for (kind, version) in custom {
        let schemas = tree.child("components").child("schemas");
        schemas.set(&custom_component(kind), custom_schema(kind, version));
    }
    for kind in kinds.in_version(version) {
        add_paths(tree.child("paths"), kinds, (kind, version));
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

/// The schema of a struct, with the strategies for merging the items of its lists.
pub(super) fn schema(of: &Struct) -> Tree {
    let mut tree = types::schema(of);
    for (name, _) in of.fields().filter(|(_, code)| code.starts_with('[')) {
        if let Some(key) = super::shape::merge_key(of.name, name) {
            let property = tree.child("properties").child(name);
            let strategy = if of.name == "PodSpec" && name == "volumes" {
                "merge,retainKeys"
            } else {
                "merge"
            };
            property.set("x-kubernetes-patch-strategy", strategy);
            if !key.is_empty() {
                property.set("x-kubernetes-patch-merge-key", key);
            }
        }
    }
    if of.name == "DeploymentSpec" {
        let strategy = tree.child("properties").child("strategy");
        // Fields next to a `$ref` have no effect.
        let reference = std::mem::take(strategy);
        strategy.set("allOf", Value::List(vec![reference]));
        strategy.set("x-kubernetes-patch-strategy", "retainKeys");
    }
    tree
}

/// The schemas of types that are no structs, by name.
pub(super) fn basics() -> impl Iterator<Item = (&'static str, Tree)> {
    BASICS.iter().map(|(code, name, kind, format)| {
        let mut tree = plain(kind, format);
        let types = match *code {
            "q" => ["string", "number"],
            "x" => ["integer", "string"],
            _ => return (*name, tree),
        };
        tree.set("oneOf", Value::List(types.map(|it| plain(it, "")).into()));
        (*name, tree)
    })
}

/// The path of a kind's list in a version.
fn path_of_all((kind, version): (Kind, &str)) -> String {
    let place = if kind.is_namespaced() { "/namespaces/{namespace}" } else { "" };
    format!("/{}{place}/{}", path_of(version), kind.plural())
}

/// The path of an object of a kind in a version.
pub(super) fn path_of_one(of: (Kind, &str)) -> String {
    path_of_all(of) + "/{name}"
}

/// Adds the paths of a kind in a version, with the parameters that clients look up.
pub(super) fn add_paths(paths: &mut Tree, kinds: &Kinds<'_>, (kind, version): (Kind, &str)) {
    let collection = path_of_all((kind, version));
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
    let own = || kinds_of(kind.name(), version);
    let write = ["dryRun", "fieldManager", "fieldValidation"];
    let named = path_of_one((kind, version));
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
            kinds_of(response, version),
        );
    }
}
