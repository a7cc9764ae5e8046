//! Discovery: which groups, versions, and resources there are (`k8s.io/apiserver/pkg/endpoints/discovery`).

use super::kinds::{self, Kinds, short_names, verbs};
use super::target::group_version;
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};

/// The media type of the aggregated form.
pub(super) const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The kinds that are not stored, and answered with every request.
const REVIEWS: &[(&str, &str, &str)] = &[
    ("authentication.k8s.io/v1", "selfsubjectreviews", "SelfSubjectReview"),
    ("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview"),
];

/// The API versions of all groups; the core group is first.
pub(super) fn versions(kinds: &Kinds<'_>) -> Vec<&'static str> {
    kinds.versions(&REVIEWS.iter().map(|(version, ..)| *version).collect::<Vec<_>>())
}

fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Tree {
    Value::List(texts.into_iter().map(Tree::from).collect()).into()
}

/// A document of this kind.
fn document(kind: &str, version: &str) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", version);
    tree.set("kind", kind);
    tree
}

/// `/api` and `/apis` in the aggregated form, each with the groups that the other has not.
pub(super) fn aggregated(kinds: &Kinds<'_>, is_core: bool) -> Tree {
    let mut tree = document("APIGroupDiscoveryList", "apidiscovery.k8s.io/v2");
    tree.set("metadata", Tree::map([]));
    let groups = kinds::groups(&versions(kinds)).into_iter();
    let groups = groups.filter(|(group, _)| group.is_empty() == is_core);
    let groups = groups.map(|(group, versions)| {
        let mut tree = Tree::map([]);
        tree.child("metadata").set("name", group);
        tree.child("metadata").set("creationTimestamp", Value::Null);
        let versions = versions.into_iter().map(|version| aggregated_version(kinds, version));
        tree.set("versions", Value::List(versions.collect()));
        tree
    });
    tree.set("items", Value::List(groups.collect()));
    tree
}

fn aggregated_version(kinds: &Kinds<'_>, api_version: &str) -> Tree {
    let in_version = kinds.in_version(api_version);
    let mut resources: Vec<Tree> =
        in_version.map(|kind| aggregated_resource(kinds, kind)).collect();
    let reviews = REVIEWS.iter().filter(|(version, ..)| *version == api_version);
    resources.extend(reviews.map(|(_, plural, kind)| {
        let mut tree = resource(plural, kind, "Cluster", &["create"]);
        tree.set("singularResource", kind.to_ascii_lowercase().as_str());
        tree
    }));
    let mut tree = Tree::map([]);
    tree.set("freshness", "Current");
    tree.set("resources", Value::List(resources));
    tree.set("version", group_version(api_version).1);
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

/// Adds the short names and the categories of a kind.
fn add_names(tree: &mut Tree, kinds: &Kinds<'_>, kind: Kind) {
    if short_names(kind).next().is_some() {
        tree.set("shortNames", list(short_names(kind)));
    }
    let categories = kinds.categories(kind);
    if !categories.is_empty() {
        tree.set("categories", list(categories));
    }
}

fn aggregated_resource(kinds: &Kinds<'_>, kind: Kind) -> Tree {
    let scope = if kind.is_namespaced() { "Namespaced" } else { "Cluster" };
    let mut tree = resource(kind.plural(), kind.name(), scope, verbs(kind));
    tree.set("singularResource", kind.singular());
    add_names(&mut tree, kinds, kind);
    let subresources = kinds.subresources(kind).into_iter().map(|(name, response, verbs)| {
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
pub(super) fn groups(kinds: &Kinds<'_>) -> Tree {
    let mut tree = document("APIGroupList", "v1");
    let groups = kinds::groups(&versions(kinds)).into_iter();
    let groups = groups.filter(|(group, _)| !group.is_empty());
    let groups = groups.map(|(group, versions)| group_of(group, &versions));
    tree.set("groups", Value::List(groups.collect()));
    tree
}

fn group_of(group: &str, versions: &[&str]) -> Tree {
    let versions = versions.iter().map(|api_version| {
        let mut of_version = Tree::map([]);
        of_version.set("groupVersion", *api_version);
        of_version.set("version", group_version(api_version).1);
        of_version
    });
    let versions: Vec<Tree> = versions.collect();
    let mut tree = Tree::map([]);
    tree.set("name", group);
    tree.set("preferredVersion", versions.first().cloned().unwrap_or_default());
    tree.set("versions", Value::List(versions));
    tree
}

/// `/apis/GROUP`; none if there is no such group.
pub(super) fn group(kinds: &Kinds<'_>, name: &str) -> Option<Tree> {
    let groups = kinds::groups(&versions(kinds));
    let (_, versions) = groups.into_iter().find(|(group, _)| *group == name)?;
    let mut tree = group_of(name, &versions);
    tree.set("apiVersion", "v1");
    tree.set("kind", "APIGroup");
    Some(tree)
}

/// `/api/v1` and `/apis/GROUP/VERSION`; none if there is no such version.
pub(super) fn resources(kinds: &Kinds<'_>, api_version: &str) -> Option<Tree> {
    if !versions(kinds).contains(&api_version) {
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
    for kind in kinds.in_version(api_version) {
        let mut tree =
            one(kind.plural(), kind.singular(), kind.name(), kind.is_namespaced(), verbs(kind));
        add_names(&mut tree, kinds, kind);
        resources.push(tree);
        for (name, response, verbs) in kinds.subresources(kind) {
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
