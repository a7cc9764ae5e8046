//! The kinds that the API serves: the built-in ones, and those of CustomResourceDefinitions, each in all of its
//! versions.

use super::target::group_version;
use crate::api::json::Node as Tree;
use crate::api::{Kind, StoredObject};
use crate::cluster::Store;
use crate::manifest::autoscaling;

/// The verbs of a resource.
const VERBS: &[&str] =
    &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/// The verbs of read-only kinds, which are derived from other objects.
const READ: &[&str] = &["get", "list", "watch"];

/// A subresource: its name, the kind of its objects, and its verbs.
pub(super) type Subresource = (&'static str, &'static str, &'static [&'static str]);

/// The kinds that a cluster serves.
pub(super) struct Kinds<'a> {
    store: &'a Store,
    all: Vec<Kind>,
}

impl<'a> Kinds<'a> {
    /// The kinds of a cluster with this store.
    pub(super) fn of(store: &'a Store) -> Kinds<'a> {
        let custom = store.definitions().flat_map(StoredObject::defined_kinds);
        Kinds { store, all: Kind::ALL.iter().copied().chain(custom).collect() }
    }

    /// All kinds.
    pub(super) fn iter(&self) -> impl Iterator<Item = Kind> {
        self.all.iter().copied()
    }

    /// The kinds of a group and version, in alphabetical order.
    pub(super) fn in_version(&self, api_version: &str) -> impl Iterator<Item = Kind> + use<> {
        let of_version =
            self.iter().filter(|kind| autoscaling::versions(*kind).any(|it| it == api_version));
        let mut kinds: Vec<Kind> = of_version.collect();
        crate::map::sort_by_key(&mut kinds, |kind| kind.plural());
        kinds.into_iter()
    }

    /// The kind with this plural in a group and version.
    pub(super) fn named(&self, api_version: &str, plural: &str) -> Option<Kind> {
        self.in_version(api_version).find(|kind| kind.plural() == plural)
    }

    /// The definition of a kind, and its entry for the version of the kind; none for a built-in kind.
    pub(super) fn definition(&self, kind: Kind) -> Option<(&'a StoredObject, &'a Tree)> {
        definition(self.store, kind)
    }

    /// A number that changes when a CustomResourceDefinition is created, deleted, or changed.
    pub(super) fn fingerprint(&self) -> u64 {
        let versions = self.store.definitions().map(|it| it.metadata.resource_version);
        versions.fold(0, |sum, version| sum * 31 + version)
    }

    /// The categories of a kind, such as `all`.
    pub(super) fn categories(&self, kind: Kind) -> Vec<&str> {
        match self.definition(kind) {
            Some((definition, _)) => {
                let names = definition.other.get("spec").and_then(|spec| spec.get("names"));
                let names = names.map_or(&[] as &[Tree], |names| names.list("categories"));
                names.iter().map(Tree::as_text).collect()
            }
            None if kind.is_in_all() => vec!["all"],
            None => Vec::new(),
        }
    }

    /// The subresources of a kind.
    pub(super) fn subresources(&self, kind: Kind) -> Vec<Subresource> {
        let mut found: Vec<Subresource> = Vec::new();
        if kind == Kind::Pod {
            found.push(("ephemeralcontainers", "Pod", &["get", "patch", "update"]));
            found.push(("eviction", "Eviction", &["create"]));
            found.push(("exec", "PodExecOptions", &["create", "get"]));
            found.push(("log", "Pod", &["get"]));
        }
        if kind.is_scalable() {
            found.push(("scale", "Scale", &["get", "patch", "update"]));
        }
        if self.has_custom_status(kind) {
            found.push(("status", kind.name(), &["get", "patch", "update"]));
        }
        if kind.is_simulated()
            && !matches!(
                kind,
                Kind::ConfigMap
                    | Kind::ControllerRevision
                    | Kind::EndpointSlice
                    | Kind::Lease
                    | Kind::StorageClass
            )
        {
            found.push(("status", kind.name(), &["get"]));
        }
        found
    }

    /// Whether a kind is a custom one with a `status` subresource.
    pub(super) fn has_custom_status(&self, kind: Kind) -> bool {
        self.definition(kind).is_some_and(|(it, _)| it.has_status(kind.api_version()))
    }

    /// The group and version of all kinds, and of `more`; the core group is first, and the preferred version of each group
    /// is before its other versions.
    pub(super) fn versions(&self, more: &[&'static str]) -> Vec<&'static str> {
        let mut versions = vec!["v1"];
        for version in self.iter().flat_map(autoscaling::versions).chain(more.iter().copied()) {
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
        versions
    }
}

/// The verbs of a kind.
pub(super) fn verbs(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ComponentStatus => &["get", "list"],
        Kind::Event => READ,
        _ => VERBS,
    }
}

/// The definition of a kind, and its entry for the version of the kind.
pub(super) fn definition(store: &Store, kind: Kind) -> Option<(&StoredObject, &Tree)> {
    let Kind::Custom(_) = kind else { return None };
    let mut all = store.definitions();
    let definition = all.find(|it| it.defined_kind() == Some(kind))?;
    Some((definition, definition.version(kind.api_version())?))
}

/// The short names of a kind.
pub(super) fn short_names(kind: Kind) -> impl Iterator<Item = &'static str> {
    kind.short().split(',').filter(|name| !name.is_empty())
}

/// The groups of these versions, without the core group, each with its versions.
pub(super) fn groups(versions: &[&'static str]) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for version in versions {
        let (group, _) = group_version(version);
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, versions)) => versions.push(version),
            None => groups.push((group, vec![version])),
        }
    }
    groups
}
