//! The revisions of a StatefulSet or a Deployment.

use super::view::View;
use crate::api::Kind;
use crate::api::json::Node as Tree;

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
/// The annotation of a Deployment and its ReplicaSets with the number of their revision.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";

/// A template that an object had.
pub(super) struct Revision {
    /// The object that stores the revision.
    pub(super) kept: Tree,
    /// Its number.
    pub(super) number: i64,
    /// The template.
    pub(super) template: Tree,
    /// The change cause; may be empty.
    pub(super) cause: String,
}

/// The templates that an object had, the oldest first.
pub(super) fn history_of(view: View<'_>, of: Kind, tree: &Tree) -> Vec<Revision> {
    let namespace = tree.word("metadata.namespace");
    let kept = match of {
        Kind::StatefulSet => Kind::ControllerRevision,
        Kind::Deployment => Kind::ReplicaSet,
        _ => return Vec::new(),
    };
    let is_own = |one: &&Tree| {
        let mut owners = one.list("metadata.ownerReferences").iter();
        owners.any(|owner| owner.text("uid") == tree.word("metadata.uid"))
    };
    let note = |one: &Tree, key: &str| {
        one.at("metadata.annotations").map_or(String::new(), |notes| notes.text(key).to_owned())
    };
    let list = view.list(kept, Some(&namespace));
    let revision = |one: &Tree| {
        let cause = note(one, CHANGE_CAUSE);
        if kept == Kind::ControllerRevision {
            let mut template = one.at("data.spec.template").cloned().unwrap_or_default();
            template.remove("$patch");
            return Revision { kept: one.clone(), number: one.number("revision"), template, cause };
        }
        let mut template = one.at("spec.template").cloned().unwrap_or_default();
        template.child("metadata").child("labels").remove("pod-template-hash");
        Revision {
            kept: one.clone(),
            number: note(one, REVISION).parse().unwrap_or(0),
            template,
            cause,
        }
    };
    let mut revisions: Vec<Revision> = list.iter().filter(is_own).map(revision).collect();
    revisions.retain(|revision| revision.number > 0);
    crate::map::sort_by_key(&mut revisions, |revision| revision.number);
    revisions
}
