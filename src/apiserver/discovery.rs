//! Discovery: which groups, versions, and resources there are (`k8s.io/apiserver/pkg/endpoints/discovery`).

use super::target::{Target, group_version};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};

/// What can be done with a resource.
const VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/// The kinds that are made of other objects, and can only be read.
const READ: &[&str] = &["get", "list", "watch"];

/// The media type of the aggregated form.
pub(super) const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The kinds that are not stored, and answered with every request.
const REVIEWS: &[(&str, &str, &str)] = &[
    ("authentication.k8s.io/v1", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
];

/// The API versions of all groups, in the order of the first kind of each; that of the core group is first.
pub(super) fn versions() -> Vec<&'static str> {
    let mut versions = vec!["v1"];
    let of_kinds = Kind::ALL.iter().map(|kind| kind.api_version());
    for version in of_kinds.chain(REVIEWS.iter().map(|(version, ..)| *version)) {
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    versions
}

/// The kinds of a group and version, in the order of their names.
fn kinds(version: &str) -> impl Iterator<Item = Kind> {
    let mut kinds: Vec<Kind> =
        Kind::ALL.iter().copied().filter(|kind| kind.api_version() == version).collect();
    crate::map::sort_by_key(&mut kinds, |kind| kind.plural());
    kinds.into_iter()
}

/// What can be done with the objects of a kind.
pub(super) fn verbs(kind: Kind) -> &'static [&'static str] {
    if kind == Kind::Event { READ } else { VERBS }
}

fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Tree {
    Value::List(texts.into_iter().map(Tree::from).collect()).into()
}

fn short_names(kind: Kind) -> impl Iterator<Item = &'static str> {
    kind.short().split(',').filter(|name| !name.is_empty())
}

/// A document of this kind.
fn document(kind: &str, version: &str) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", version);
    tree.set("kind", kind);
    tree
}

/// `/api` and `/apis` in the aggregated form, each with the groups that the other has not.
pub(super) fn aggregated(is_core: bool) -> Tree {
    let mut tree = document("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
    tree.set("metadata", Tree::map([]));
    let versions = versions().into_iter().filter(|version| version.contains('/') != is_core);
    let groups = versions.map(|api_version| {
        let (group, version) = group_version(api_version);
        let mut resources: Vec<Tree> = kinds(api_version).map(aggregated_resource).collect();
        let reviews = REVIEWS.iter().filter(|(version, ..)| *version == api_version);
        resources.extend(reviews.map(|(_, plural, kind)| {
            let mut tree = resource(plural, kind, "Cluster", &["create"]);
            tree.set("singularResource", kind.to_ascii_lowercase().as_str());
            tree
        }));
        let mut tree = Tree::map([]);
        tree.child("metadata").set("name", group);
        tree.child("metadata").set("creationTimestamp", Value::Null);
        let mut of_version = Tree::map([]);
        of_version.set("freshness", "Current");
        of_version.set("resources", Value::List(resources));
        of_version.set("version", version);
        tree.set("versions", Value::List(vec![of_version]));
        tree
    });
    tree.set("items", Value::List(groups.collect()));
    tree
}

fn resource(plural: &str, kind: &str, scope: &str, verbs: &[&str]) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("resource", plural);
    tree.set("responseKind", response_kind("", "", kind));
    tree.set("scope", scope);
    tree.set("verbs", list(verbs.iter().copied()));
    tree
}

fn response_kind(group: &str, version: &str, kind: &str) -> Tree {
    let parts = [("group", group), ("kind", kind), ("version", version)];
    Tree::map(parts.map(|(key, value)| (key.to_owned(), value.into())))
}

/// The group and version of the objects of a subresource, where they are not those of the resource.
fn foreign(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "Scale" => ("autoscaling", "v1"),
        "Eviction" => ("policy", "v1"),
        _ => ("", ""),
    }
}

fn aggregated_resource(kind: Kind) -> Tree {
    let scope = if kind.is_namespaced() { "Namespaced" } else { "Cluster" };
    let mut tree = resource(kind.plural(), kind.name(), scope, verbs(kind));
    tree.set("singularResource", kind.singular());
    if short_names(kind).next().is_some() {
        tree.set("shortNames", list(short_names(kind)));
    }
    if kind.is_in_all() {
        tree.set("categories", list(["all"]));
    }
    let subresources = Target::subresources(kind).into_iter().map(|(name, response, verbs)| {
        let mut tree = Tree::map([]);
        let (group, version) = foreign(response);
        tree.set("responseKind", response_kind(group, version, response));
        tree.set("subresource", name);
        tree.set("verbs", list(verbs.iter().copied()));
        tree
    });
    let subresources: Vec<Tree> = subresources.collect();
    if !subresources.is_empty() {
        tree.set("subresources", Value::List(subresources));
    }
    tree
}

/// `/api`: the versions of the core group.
pub(super) fn core_versions() -> Tree {
    let mut tree = document("APIVersions", "v1");
    tree.remove("apiVersion");
    tree.set("versions", list(["v1"]));
    tree
}

/// `/apis`: the other groups.
pub(super) fn groups() -> Tree {
    let mut tree = document("APIGroupList", "v1");
    let groups = versions().into_iter().filter(|version| version.contains('/')).map(group_of);
    tree.set("groups", Value::List(groups.collect()));
    tree
}

fn group_of(api_version: &str) -> Tree {
    let (group, version) = group_version(api_version);
    let mut of_version = Tree::map([]);
    of_version.set("groupVersion", api_version);
    of_version.set("version", version);
    let mut tree = Tree::map([]);
    tree.set("name", group);
    tree.set("preferredVersion", of_version.clone());
    tree.set("versions", Value::List(vec![of_version]));
    tree
}

/// `/apis/GROUP`; none if there is no such group.
pub(super) fn group(name: &str) -> Option<Tree> {
    let found = versions().into_iter().find(|version| group_version(version).0 == name)?;
    let mut tree = group_of(found);
    tree.set("apiVersion", "v1");
    tree.set("kind", "APIGroup");
    Some(tree)
}

/// `/api/v1` and `/apis/GROUP/VERSION`; none if there is no such version.
pub(super) fn resources(api_version: &str) -> Option<Tree> {
    if !versions().contains(&api_version) {
        return None;
    }
    let mut tree = document("APIResourceList", "v1");
    tree.set("groupVersion", api_version);
    let mut resources = Vec::new();
    let one = |name: &str, singular: &str, kind: &str, is_namespaced: bool, verbs: &[&str]| {
        let mut tree = Tree::map([]);
        tree.set("kind", kind);
        tree.set("name", name);
        tree.set("namespaced", Value::Bool(is_namespaced));
        tree.set("singularName", singular);
        tree.set("verbs", list(verbs.iter().copied()));
        tree
    };
    for kind in kinds(api_version) {
        let mut tree =
            one(kind.plural(), kind.singular(), kind.name(), kind.is_namespaced(), verbs(kind));
        if short_names(kind).next().is_some() {
            tree.set("shortNames", list(short_names(kind)));
        }
        if kind.is_in_all() {
            tree.set("categories", list(["all"]));
        }
        resources.push(tree);
        for (name, response, verbs) in Target::subresources(kind) {
            let name = format!("{}/{name}", kind.plural());
            let mut tree = one(&name, "", response, kind.is_namespaced(), verbs);
            if let (group @ ("autoscaling" | "policy"), version) = foreign(response) {
                tree.set("group", group);
                tree.set("version", version);
            }
            resources.push(tree);
        }
    }
    for (_, plural, kind) in REVIEWS.iter().filter(|(version, ..)| *version == api_version) {
        resources.push(one(plural, &kind.to_ascii_lowercase(), kind, false, &["create"]));
    }
    tree.set("resources", Value::List(resources));
    Some(tree)
}
