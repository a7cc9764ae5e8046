//! The status of custom resources, which clients write with `--subresource=status`.

use super::{Call, change};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use std::rc::Rc;

/// The object that a changed tree describes; with `--subresource=status`, only its status changes. Controllers alone
/// write the status of built-in kinds.
///
/// # Errors
/// kubectl's error if the API server refuses the change.
pub(super) fn revise(call: &Call<'_>, old: &Object, tree: &Tree) -> Result<Object, String> {
    if matches!(call.words.flag("subresource"), None | Some("scale")) {
        return change::revise(call, old, tree);
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
    let mut whole = old.encode();
    whole.remove("status");
    if let Some(status) = tree.get("status") {
        whole.set("status", status.clone());
    }
    if let Some(version) = tree.at("metadata.resourceVersion") {
        whole.child("metadata").set("resourceVersion", version.clone());
    }
    let mut new = change::revise(call, old, &whole)?;
    if let Object::Stored(new) = &mut new {
        let status = whole.get("status").map(|status| ("status".to_owned(), status.clone()));
        let stored = Rc::make_mut(new);
        stored.other = stored.other.with_field_of("status", &status.into_iter().collect());
    }
    Ok(new)
}
