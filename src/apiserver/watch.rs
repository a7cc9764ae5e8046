//! Watches: a line for each change of what they are about (`k8s.io/apiserver/pkg/endpoints/handlers/watch.go`).

use super::answer::{Form, Reader};
use super::history::{Change, State};
use super::select::{Selection, partial};
use super::status::Status;
use super::table;
use super::wire::Line;
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::kubectl::view::View;

/// A watch that is being served.
#[derive(Debug)]
pub struct Watcher {
    pub(super) kind: Kind,
    pub(super) namespace: Option<String>,
    pub(super) name: Option<String>,
    pub(super) selection: Selection,
    pub(super) form: Form,
    /// The number of the next change to look at; none before the first look.
    pub(super) next: u64,
    /// Whether the objects that there are come first, as `ADDED`, and whether a bookmark ends them.
    pub(super) initial: Option<bool>,
    /// The era of the run at the start: a fork ends it.
    pub(super) era: u64,
    /// Whether the columns of a table were sent.
    pub(super) has_columns: bool,
    /// Whether the client watches an older version of the kind.
    pub(super) is_older: bool,
    /// Whether nothing more will come.
    pub(super) is_over: bool,
}

impl Watcher {
    /// Whether the watch has ended: the client has to list again.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    fn is_about(&self, tree: &Tree) -> bool {
        let is_here =
            self.namespace.as_ref().is_none_or(|place| tree.word("metadata.namespace") == *place);
        let is_it = self.name.as_ref().is_none_or(|name| tree.word("metadata.name") == *name);
        is_here && is_it && self.selection.matches(tree)
    }

    /// The lines since the last look, as JSON.
    pub(super) fn lines(&mut self, reader: &Reader<'_>) -> Vec<Line> {
        if self.is_over {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let changes = match self.era == reader.era {
            true => reader.history.since(self.next),
            false => None,
        };
        let Some(changes) = changes else {
            self.is_over = true;
            let status =
                Status::new("Expired", "too old resource version: the run was changed in the past");
            return vec![event("ERROR", &status.tree())];
        };
        if let Some(has_bookmark) = self.initial.take() {
            for tree in reader.list(self.kind, self.namespace.as_deref()) {
                if self.is_about(&tree) {
                    let stored = reader.stored(self.kind, &tree);
                    let seen = reader.seen(self.kind, tree.clone());
                    lines.push(event("ADDED", &self.show(reader, stored.as_ref(), &tree, seen)));
                }
            }
            if has_bookmark {
                lines.push(event("BOOKMARK", &self.bookmark(reader, true)));
            }
        }
        let kind = self.kind;
        for (number, change) in (self.next..).zip(changes) {
            if change.kind == kind {
                lines.extend(self.line(reader, change, number));
            }
        }
        self.next = reader.history.next();
        lines
    }

    /// A bookmark of now.
    pub(super) fn bookmark(&self, reader: &Reader<'_>, ends_initial: bool) -> Tree {
        let mut tree = Tree::map([]);
        tree.set("apiVersion", self.kind.api_version());
        tree.set("kind", self.kind.name());
        tree.child("metadata")
            .set("resourceVersion", reader.version(self.kind).to_string().as_str());
        if ends_initial {
            tree.child("metadata").child("annotations").set("k8s.io/initial-events-end", "true");
        }
        match self.form {
            Form::Object => tree,
            Form::Partial => partial(&tree),
            Form::Table(included) => {
                let mut table = table::table(self.kind, None);
                let mut row = Tree::map([]);
                row.set("cells", crate::api::json::Value::List(Vec::new()));
                if included != table::Included::Nothing {
                    row.set("object", partial(&tree));
                }
                table.set("rows", crate::api::json::Value::List(vec![row]));
                table
            }
        }
    }

    fn line(&mut self, reader: &Reader<'_>, change: &Change, number: u64) -> Option<Line> {
        let tree = |state: &Option<State>| state.as_ref().map(|state| reader.tree_of(state));
        let is_about = |state: &Option<State>| match state {
            None => false,
            // Without a field selector, no tree is needed.
            Some(State::Stored(object)) if !self.selection.has_fields() => {
                let meta = object.meta();
                self.namespace.as_ref().is_none_or(|place| meta.namespace == *place)
                    && self.name.as_ref().is_none_or(|name| meta.name == *name)
                    && self.selection.matches_labels(&meta.labels)
            }
            state => tree(state).is_some_and(|tree| self.is_about(&tree)),
        };
        let (was, is) = (is_about(&change.old), is_about(&change.new));
        // What is no longer selected is shown as it is now, what is gone as it was.
        let (kind, state) = match (was, is) {
            (false, true) => ("ADDED", &change.new),
            (true, true) => ("MODIFIED", &change.new),
            (true, false) if change.new.is_some() => ("DELETED", &change.new),
            (true, false) => ("DELETED", &change.old),
            (false, false) => return None,
        };
        let key = (number, kind, self.form, self.kind.api_version());
        let needs_columns = matches!(self.form, Form::Table(_)) && !self.has_columns;
        if let Some(line) = reader.told.borrow().get(&key).filter(|_| !needs_columns) {
            return Some(line.clone());
        }
        let mut tree = tree(state)?;
        tree.child("metadata").set("resourceVersion", change.version.to_string().as_str());
        let object = match state {
            Some(State::Stored(object)) => Some(object),
            _ => None,
        };
        let seen = reader.seen_with(self.kind, tree.clone(), change.managers.clone());
        let line = event(kind, &self.show(reader, object, &tree, seen));
        if !needs_columns {
            reader.told.borrow_mut().insert(key, line.clone());
        }
        Some(line)
    }

    /// An object in the form that the client wants.
    fn show(
        &mut self,
        reader: &Reader<'_>,
        object: Option<&Object>,
        tree: &Tree,
        seen: Tree,
    ) -> Tree {
        match self.form {
            Form::Object => seen,
            Form::Partial => partial(&seen),
            Form::Table(included) => {
                let has_columns = std::mem::replace(&mut self.has_columns, true);
                let store = Some(&reader.view.cluster.store).filter(|_| !has_columns);
                let mut table = table::table(self.kind, store);
                // The columns show this state of the object, which may be gone.
                let alone = object.map(|object| reader.view.cluster.with_only(object.clone()));
                let view =
                    View { cluster: alone.as_ref().unwrap_or(reader.view.cluster), ..reader.view };
                let row = table::row(&view, self.kind, tree, &seen, included);
                table.set("rows", crate::api::json::Value::List(vec![row]));
                let version = seen.word("metadata.resourceVersion");
                table.child("metadata").set("resourceVersion", version.as_str());
                table
            }
        }
    }
}

/// Builds a line of a watch.
pub(super) fn event(kind: &str, object: &Tree) -> Line {
    format!("{{\"type\":\"{kind}\",\"object\":{}}}\n", object.json()).into_bytes().into()
}
