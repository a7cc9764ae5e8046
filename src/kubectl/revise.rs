//! Changes of objects, which the API server accepts or refuses.

use super::confirm::confirm;
use super::{Call, Plan};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::cluster::node_ports;
use crate::cluster::volumes::may_grow;
use crate::manifest;
use crate::sim::Command;
use std::rc::Rc;

/// The object that a changed tree describes; with `--subresource=status`, only its status changes. Controllers alone
/// write the status of built-in kinds.
///
/// # Errors
/// kubectl's error if the API server refuses the change.
pub(super) fn revise(call: &Call<'_>, old: &Object, tree: &Tree) -> Result<Object, String> {
    if matches!(call.words.flag("subresource"), None | Some("scale")) {
        return whole(call, old, tree);
    }
    let (kind, store) = (old.kind(), &call.view.cluster.store);
    let has_status = matches!(kind, Kind::Custom(_))
        && store
            .definitions()
            .any(|it| it.defined_kind() == Some(kind) && it.has_status(kind.api_version()));
    if !has_status || call.words.flag("subresource") != Some("status") {
        return Err(
            "Error from server (NotFound): the server could not find the requested resource".into(),
        );
    }
    // All other fields stay the same; the schema is that of the whole object.
    let mut merged = old.encode();
    merged.remove("status");
    if let Some(status) = tree.get("status") {
        merged.set("status", status.clone());
    }
    if let Some(version) = tree.at("metadata.resourceVersion") {
        merged.child("metadata").set("resourceVersion", version.clone());
    }
    let mut new = whole(call, old, &merged)?;
    if let Object::Stored(new) = &mut new {
        let status = merged.get("status").map(|status| ("status".to_owned(), status.clone()));
        let stored = Rc::make_mut(new);
        stored.other = stored.other.with_field_of("status", &status.into_iter().collect());
    }
    Ok(new)
}

/// The error for a change of another version of the object than the stored one
/// (`OptimisticLockErrorMsg` of `k8s.io/apiserver`).
pub(super) fn stale(old: &Object, version: &str) -> Option<String> {
    let is_stale = !version.is_empty() && version != old.meta().resource_version.to_string();
    is_stale.then(|| {
        conflict(
            old,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    })
}

/// The error for a change that conflicts with an earlier one (`errors.NewConflict`).
pub(super) fn conflict(old: &Object, words: &str) -> String {
    let (of, name) = (old.kind().resource(), &old.meta().name);
    format!(
        "Error from server (Conflict): Operation cannot be fulfilled on {of} \"{name}\": {words}"
    )
}

/// The UID in a tree, if it differs from that of the object.
pub(super) fn other_uid(old: &Object, tree: &Tree) -> Option<String> {
    let uid = tree.word("metadata.uid");
    (!uid.is_empty() && uid != old.meta().uid.to_string()).then_some(uid)
}

/// The object that a changed tree describes, if the tree has the version and the UID of the stored object
/// (`Store.Update` of `k8s.io/apiserver`, `ValidateObjectMetaUpdate`).
///
/// # Errors
/// kubectl's error if the API server refuses the change.
pub(super) fn whole(call: &Call<'_>, old: &Object, tree: &Tree) -> Result<Object, String> {
    if let Some(refusal) = stale(old, &tree.word("metadata.resourceVersion")) {
        return Err(refusal);
    }
    if let Some(uid) = other_uid(old, tree) {
        let (kind, name) = (old.kind(), &old.meta().name);
        let words = format!("metadata.uid: Invalid value: \"{uid}\": field is immutable");
        return Err(format!("The {kind} \"{name}\" is invalid: {words}"));
    }
    let revise = |tree: &Tree| {
        let definitions = call.view.cluster.store.definitions();
        manifest::revise(old, tree, call.gates(), definitions)
    };
    let new = revise(tree).or_else(|refusal| {
        let mut known = tree.clone();
        if call.drops_unknown(&mut known, &refusal) { revise(&known) } else { Err(refusal) }
    })?;
    match (old, &new) {
        (Object::PersistentVolumeClaim(before), Object::PersistentVolumeClaim(after))
            if !may_grow(call.view.cluster, before, after) =>
        {
            let name = &before.metadata.name;
            Err(format!(
                "Error from server (Forbidden): persistentvolumeclaims \"{name}\" is forbidden: only dynamically \
                 provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            ))
        }
        (_, Object::Service(after)) => {
            match node_ports::conflict(&call.view.cluster.store, after) {
                Some(refusal) => Err(format!("The {refusal}")),
                None => Ok(new),
            }
        }
        _ => Ok(new),
    }
}

/// Writes the object that a changed tree describes, if the API server accepts it.
pub(super) fn write(
    call: &Call<'_>,
    name: &str,
    old: &Object,
    tree: &Tree,
    verb: &'static str,
) -> Plan {
    match revise(call, old, tree) {
        Ok(new) => confirm(call, name, verb, Command::Configure(new, verb)),
        Err(refusal) => Plan::refuse(refusal),
    }
}
