//! Server-side apply: sets the fields in a manager's configuration, removes those that it no longer has, and refuses
//! changes to fields of other managers unless they are forced (`sigs.k8s.io/structured-merge-diff/merge`).

use super::edit::Edit;
use super::fields::Fields;
use super::history::type_of;
use super::lines;
use super::managed::{self, Entry, Writer};
use super::shape::Type;
use super::status::Status;
use super::target::Target;
use super::write::Done;
use super::{ApiServer, Response};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Uid};

/// The result of applying a configuration to `live`, the fields of the configuration, and the conflicts.
struct Merged {
    tree: Tree,
    said: Fields,
    conflicts: Vec<(Entry, Fields)>,
}

/// Applies a manager's configuration to an object.
fn merged(of: Type<'_>, live: &Tree, said: &Tree, entries: &[Entry], writer: &Writer) -> Merged {
    let mut tree = live.clone();
    of.merge(&mut tree, said);
    let (own, others): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.writer == *writer);
    let said = managed::own(&of.said(said));
    let kept = others.iter().fold(said.clone(), |all, entry| all.union(&entry.fields));
    for entry in own {
        let gone = entry.fields.without(&kept);
        of.remove(&mut tree, &gone, &kept);
    }
    let changed = managed::own(&of.changed(Some(live), &tree));
    let conflicts = others.into_iter().map(|it| (it.clone(), it.fields.intersection(&changed)));
    let conflicts = conflicts.filter(|(_, fields)| !fields.is_empty()).collect();
    Merged { tree, said, conflicts }
}

/// The error for changes to fields of other managers (`NewConflictError`).
fn conflict(conflicts: &[(Entry, Fields)]) -> Status {
    let manager = |entry: &Entry| {
        let mut words = Tree::from(entry.writer.manager.as_str()).json();
        if !entry.writer.subresource.is_empty() {
            let part = Tree::from(entry.writer.subresource.as_str()).json();
            words += &format!(" with subresource {part}");
        }
        if entry.writer.operation == "Update" {
            // The time is not part of the identity of a manager (`BuildManagerIdentifier`).
            words += &format!(" using {}", entry.api_version);
        }
        words
    };
    let mut found: Vec<(String, Vec<String>)> =
        conflicts.iter().map(|(entry, fields)| (manager(entry), fields.paths())).collect();
    found.sort();
    let count: usize = found.iter().map(|(_, paths)| paths.len()).sum();
    let words = match found.as_slice() {
        [(manager, paths)] if count == 1 => {
            format!("Apply failed with 1 conflict: conflict with {manager}: {}", paths.concat())
        }
        found => {
            let one = |(manager, paths): &(String, Vec<String>)| {
                format!("conflicts with {manager}:\n- {}", paths.join("\n- "))
            };
            let all: Vec<String> = found.iter().map(one).collect();
            format!("Apply failed with {count} conflicts: {}", all.join("\n"))
        }
    };
    let mut status = Status::new("Conflict", words);
    for (manager, paths) in found {
        let cause =
            |path| ["FieldManagerConflict".into(), format!("conflict with {manager}"), path];
        status.causes.extend(paths.into_iter().map(cause));
    }
    status
}

/// The JSON merge patch from one tree to another.
fn difference(old: &Tree, new: &Tree) -> Tree {
    let mut patch = Tree::map([]);
    for entry in old.entries().iter().filter(|entry| new.entry(&entry.key).is_none()) {
        patch.set(&entry.key, Value::Null);
    }
    for entry in new.entries() {
        match old.get(&entry.key) {
            Some(before) if *before == entry.node => {}
            Some(before) if !before.entries().is_empty() && !entry.node.entries().is_empty() => {
                patch.set(&entry.key, difference(before, &entry.node));
            }
            _ => patch.set(&entry.key, entry.node.clone()),
        }
    }
    patch
}

impl ApiServer {
    /// Server-side apply.
    ///
    /// # Errors
    /// The API server's error.
    pub(super) fn apply(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let kind = target.kind;
        if query.get("fieldManager").is_empty() {
            let words = "fieldManager: Required value: is required for apply patch";
            return Err(Status::options("PatchOptions", words));
        }
        let form = Self::form(request, query)?;
        let (mut said, warnings) = self.object(request, target, query)?;
        let is_status = target.subresource == "status";
        if is_status {
            let status = said.remove("status");
            said = Tree::map([]);
            said.set("status", status.unwrap_or_default());
        } else if self.has(kind, "status") {
            said.remove("status");
        }
        let writer = Writer { operation: "Apply", ..edit.writer() };
        let about = (kind, name);
        let store = &self.timeline.cluster().store;
        let Ok(live) = self.reader().get(kind, edit.namespace(), name) else {
            if is_status {
                return Err(Status::not_found(kind, name));
            }
            let fields = managed::own(&type_of(store, kind).said(&said));
            let done = self.run(&lines::apply(target, &said), query, about, &writer)?;
            if query.get("dryRun") != "All" {
                self.note_applied(target, name, &writer, &fields, &Fields::default());
            }
            return Ok(self.applied(&done, 201, target, name, form, warnings));
        };
        let entries = self.history.managers(store, kind, &live).unwrap_or_default();
        let Merged { tree, said, conflicts } =
            merged(type_of(store, kind), &live, &said, &entries, &writer);
        if !conflicts.is_empty() && !query.has("force") {
            return Err(conflict(&conflicts));
        }
        let lost = conflicts.iter().fold(Fields::default(), |all, (_, it)| all.union(it));
        let patch = difference(&live, &tree);
        let done = match patch.entries().is_empty() {
            true => Done::nothing(),
            false => {
                let done = self.run(&lines::patch(target, "merge", &patch)?, query, about, &writer);
                let mut done = done?;
                done.before = Some(live);
                done
            }
        };
        if query.get("dryRun") != "All" {
            self.note_applied(target, name, &writer, &said, &lost);
        }
        Ok(self.applied(&done, 200, target, name, form, warnings))
    }

    fn applied(
        &self,
        done: &Done,
        code: u16,
        target: &Target,
        name: &str,
        form: super::answer::Form,
        warnings: Vec<String>,
    ) -> Response {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let mut response = self.written(done, code, (target.kind, namespace, name), form);
        response.warnings.extend(warnings);
        response
    }

    /// The object of a target, with its UID and its managers.
    fn managed(&self, target: &Target, name: &str) -> Option<(Tree, Uid, Vec<Entry>)> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let tree = self.reader().get(target.kind, namespace, name).ok()?;
        let uid = Uid::parse(&tree.word("metadata.uid"))?;
        let store = &self.timeline.cluster().store;
        let managers = self.history.managers(store, target.kind, &tree)?;
        Some((tree, uid, managers.to_vec()))
    }

    /// Records that a manager owns exactly the fields that it applied, and that other managers lost some.
    fn note_applied(
        &mut self,
        target: &Target,
        name: &str,
        writer: &Writer,
        said: &Fields,
        lost: &Fields,
    ) {
        let Some((tree, uid, mut entries)) = self.managed(target, name) else { return };
        let kind: Kind = target.kind;
        let now = self.timeline.now();
        let is_own = |entry: &Entry| entry.writer == *writer;
        let time = match entries.iter().find(|entry| is_own(entry)) {
            Some(before) if before.fields == *said => before.time,
            _ => now,
        };
        entries.retain(|entry| !is_own(entry));
        managed::take(&mut entries, lost);
        let api_version = kind.api_version().to_owned();
        entries.push(Entry { writer: writer.clone(), api_version, time, fields: said.clone() });
        managed::tidy(&mut entries, type_of(&self.timeline.cluster().store, kind), &tree);
        self.history.set_managers(uid, entries);
    }

    /// Sets the managers of an object to those that a client wrote.
    pub(super) fn set_managers(&mut self, target: &Target, name: &str, managers: &Tree) {
        let Some((tree, uid, _)) = self.managed(target, name) else { return };
        let mut entries = managed::read(managers, self.wire.shift_ms);
        let store = &self.timeline.cluster().store;
        managed::tidy(&mut entries, type_of(store, target.kind), &tree);
        self.history.set_managers(uid, entries);
    }
}
