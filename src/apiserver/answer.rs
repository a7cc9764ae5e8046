//! Reading: objects and lists, in the form that a client asks for.

use super::history::{History, Managers, State};
use super::managed;
use super::select::{Selection, partial};
use super::status::Status;
use super::table::{self, Included};
use super::target::Target;
use super::wire::{Line, Wire};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Key, Kind, Object, ObjectRef};
use crate::kubectl::view::View;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The form of the objects that a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// As they are.
    Object,
    /// Their metadata.
    Partial,
    /// Rows.
    Table(Included),
}

impl Form {
    /// The first form in an `Accept` header that is served. Protobuf is not: clients that prefer it take JSON as well.
    ///
    /// # Errors
    /// `NotAcceptable` if there is none.
    pub(super) fn read(accept: &str, included: &str) -> Result<Form, Status> {
        if accept.trim().is_empty() {
            return Ok(Form::Object);
        }
        for choice in accept.split(',') {
            let mut parts = choice.split(';').map(str::trim);
            let is_json =
                matches!(parts.next(), Some("application/json" | "*/*" | "application/*"));
            let form = parts.find_map(|part| part.strip_prefix("as="));
            match form {
                _ if !is_json => {}
                Some("Table") => {
                    return Ok(Form::Table(match included {
                        "Object" => Included::Object,
                        "None" => Included::Nothing,
                        _ => Included::Metadata,
                    }));
                }
                Some("PartialObjectMetadata" | "PartialObjectMetadataList") => {
                    return Ok(Form::Partial);
                }
                None => return Ok(Form::Object),
                Some(_) => {}
            }
        }
        let words = "only the following media types are accepted: application/json";
        Err(Status::new("NotAcceptable", words))
    }
}

/// The cluster as it is read from.
pub(super) struct Reader<'a> {
    pub(super) view: View<'a>,
    pub(super) history: &'a History,
    pub(super) wire: Wire,
    pub(super) era: u64,
    /// Watch lines that several watches can share.
    pub(super) told: &'a RefCell<Told>,
}

/// Watch lines by the number of the change, the event type, and the form and version of the object.
pub(super) type Told = BTreeMap<(u64, &'static str, Form, &'static str), Line>;

impl Reader<'_> {
    /// The version of all objects of a kind together, as clients see it.
    pub(super) fn version(&self, kind: Kind) -> u64 {
        match kind.is_derived() {
            true => self.history.next(),
            false => self.wire.version(self.view.cluster.store.resource_version),
        }
    }

    /// The objects of a kind, as the cluster has them.
    pub(super) fn list(&self, kind: Kind, namespace: Option<&str>) -> Vec<Tree> {
        if !kind.is_derived() {
            return self.view.list(kind, namespace);
        }
        let is_here =
            |tree: &Tree| namespace.is_none_or(|place| tree.word("metadata.namespace") == place);
        self.history.made(kind).filter(is_here).collect()
    }

    /// Returns the objects of one page of a list, and the number of objects after it. If the list is filtered, or its
    /// objects are not stored, returns all objects.
    fn part(&self, target: &Target, selection: &Selection, page: &Page) -> (Vec<Tree>, usize) {
        let (kind, namespace) = (target.kind, target.namespace.as_deref());
        let is_whole = page.limit == usize::MAX || target.name.is_some() || !selection.is_empty();
        if is_whole || kind.is_derived() || kind == Kind::Service {
            return (self.list(kind, namespace), 0);
        }
        let after = page.after.split_once('/').map(|(namespace, name)| Key::new(namespace, name));
        let namespace = namespace.filter(|_| kind.is_namespaced());
        let store = &self.view.cluster.store;
        let (objects, more) = store.page(kind, namespace, after.as_ref(), page.limit);
        (objects.into_iter().map(|object| self.view.complete(object)).collect(), more)
    }

    /// The object that a target names, as the cluster has it.
    ///
    /// # Errors
    /// `NotFound`.
    pub(super) fn get(&self, kind: Kind, namespace: &str, name: &str) -> Result<Tree, Status> {
        let found = match kind.is_derived() {
            true => self
                .list(kind, Some(namespace))
                .into_iter()
                .find(|tree| tree.word("metadata.name") == name),
            false => self.view.get(kind, namespace, name),
        };
        found.ok_or_else(|| Status::not_found(kind, name))
    }

    /// The object of the store that a tree was made of.
    pub(super) fn stored(&self, kind: Kind, tree: &Tree) -> Option<Object> {
        let key = Key::new(&tree.word("metadata.namespace"), &tree.word("metadata.name"));
        self.view.cluster.store.get(&ObjectRef::new(kind, &key))
    }

    /// The tree of a state.
    pub(super) fn tree_of(&self, state: &State) -> Tree {
        match state {
            State::Stored(object) => self.view.complete(object),
            State::Made(tree) => tree.clone(),
        }
    }

    /// A tree of the cluster as clients see it.
    pub(super) fn seen(&self, kind: Kind, tree: Tree) -> Tree {
        let managers = self.history.managers(&self.view.cluster.store, kind, &tree);
        self.seen_with(kind, tree, managers)
    }

    /// A tree of the cluster as clients see it, with these field managers. Derived objects have their own resource
    /// versions.
    pub(super) fn seen_with(&self, kind: Kind, mut tree: Tree, managers: Option<Managers>) -> Tree {
        let wire = if kind.is_derived() { Wire { offset: 0, ..self.wire } } else { self.wire };
        wire.out(&mut tree);
        // Custom resources are stored in one version, and served in all versions.
        if let Kind::Custom(_) = kind {
            tree.set("apiVersion", kind.api_version());
        }
        if let Some(managers) = managers.filter(|it| !it.is_empty()) {
            let managers = managed::tree(&managers, self.wire.shift_ms);
            tree.child("metadata").set("managedFields", managers);
        }
        tree
    }

    /// An object in the form that is asked for.
    pub(super) fn one(&self, kind: Kind, tree: Tree, form: Form) -> Tree {
        let seen = self.seen(kind, tree.clone());
        match form {
            Form::Object => seen,
            Form::Partial => partial(&seen),
            Form::Table(included) => {
                let mut table = table::table(kind, Some(&self.view.cluster.store));
                table.set(
                    "rows",
                    Value::List(vec![table::row(&self.view, kind, &tree, &seen, included)]),
                );
                let version = seen.word("metadata.resourceVersion");
                table.child("metadata").set("resourceVersion", version.as_str());
                table
            }
        }
    }

    /// The selected objects of a collection, in the form that is asked for, from the first after `after` on, at most
    /// `limit` of them. Returns the list without its continue token, and the name of its last object and how many are
    /// left, if some are.
    pub(super) fn collection(
        &self,
        target: &Target,
        selection: &Selection,
        form: Form,
        page: &Page,
    ) -> (Tree, Option<(String, usize)>) {
        let kind = target.kind;
        let key = |tree: &Tree| {
            format!("{}/{}", tree.word("metadata.namespace"), tree.word("metadata.name"))
        };
        let (mut trees, more) = self.part(target, selection, page);
        trees.retain(|tree| {
            selection.matches(tree)
                && target.name.as_ref().is_none_or(|name| tree.word("metadata.name") == *name)
        });
        trees.sort_by_cached_key(key);
        if !page.after.is_empty() {
            trees.retain(|tree| key(tree) > page.after);
        }
        let left = trees.len().saturating_sub(page.limit) + more;
        trees.truncate(page.limit);
        let rest = trees.last().filter(|_| left > 0).map(|last| (key(last), left));
        let mut list = match form {
            Form::Table(_) => table::table(kind, Some(&self.view.cluster.store)),
            Form::Object | Form::Partial => Tree::map([]),
        };
        let items = trees.into_iter().map(|tree| {
            let mut seen = self.seen(kind, tree.clone());
            match form {
                Form::Table(included) => table::row(&self.view, kind, &tree, &seen, included),
                Form::Partial => partial(&seen),
                Form::Object => {
                    seen.remove("apiVersion");
                    seen.remove("kind");
                    seen
                }
            }
        });
        let items = Value::List(items.collect());
        match form {
            Form::Table(_) => list.set("rows", items),
            Form::Partial => {
                list.set("apiVersion", "meta.k8s.io/v1");
                list.set("items", items);
                list.set("kind", "PartialObjectMetadataList");
            }
            Form::Object => {
                list.set("apiVersion", kind.api_version());
                list.set("items", items);
                list.set("kind", format!("{}List", kind.name()).as_str());
            }
        }
        list.child("metadata").set("resourceVersion", self.version(kind).to_string().as_str());
        (list, rest)
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// The name of the last object of the part before, with its namespace; empty for the first part.
    pub(super) after: String,
    /// How many objects there are at most.
    pub(super) limit: usize,
}

/// The `Scale` of an object that has replicas (`k8s.io/api/autoscaling/v1`).
pub(super) fn scale(tree: &Tree) -> Tree {
    let mut scale = Tree::map([]);
    scale.set("apiVersion", "autoscaling/v1");
    scale.set("kind", "Scale");
    for field in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        if let Some(value) = tree.at("metadata").and_then(|metadata| metadata.get(field)) {
            scale.child("metadata").set(field, value.clone());
        }
    }
    scale.child("spec").set("replicas", Value::Int(tree.number("spec.replicas")));
    let labels = tree.at("spec.selector.matchLabels").map_or(&[] as &[_], Tree::entries);
    let labels: Vec<String> =
        labels.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text())).collect();
    let status = scale.child("status");
    status.set("replicas", Value::Int(tree.number("status.replicas")));
    status.set("selector", labels.join(",").as_str());
    scale
}
