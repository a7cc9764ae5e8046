//! A request that changes one object.

use super::Request;
use super::managed::Writer;
use super::read::Query;
use super::status::Status;
use super::target::Target;
use crate::api::Kind;

/// A request that changes one object.
pub(super) struct Edit<'r> {
    pub(super) request: &'r Request,
    pub(super) target: &'r Target,
    pub(super) query: &'r Query,
    /// The name of the object.
    pub(super) name: &'r str,
}

impl<'r> Edit<'r> {
    /// The namespace of the object; empty for an object of the cluster.
    pub(super) fn namespace(&self) -> &'r str {
        self.target.namespace.as_deref().unwrap_or_default()
    }

    /// The field manager.
    pub(super) fn writer(&self) -> Writer {
        writer(self.request, self.target, self.query)
    }

    /// The kind of the patch.
    ///
    /// # Errors
    /// `UnsupportedMediaType`.
    pub(super) fn patch_kind(&self) -> Result<&'static str, Status> {
        patch_kind(&self.request.content_type, self.target.kind)
    }
}

/// The field manager of a request.
pub(super) fn writer(request: &Request, target: &Target, query: &Query) -> Writer {
    Writer::of_request(query.get("fieldManager"), &request.user_agent, &target.subresource)
}

/// The kind of a patch, by its media type.
pub(super) fn patch_kind(content_type: &str, kind: Kind) -> Result<&'static str, Status> {
    let is_custom = matches!(kind, Kind::Custom(_));
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json-patch+json" => Ok("json"),
        "application/merge-patch+json" => Ok("merge"),
        "application/strategic-merge-patch+json" if !is_custom => Ok("strategic"),
        "application/apply-patch+yaml" | "application/apply-patch+json" => Ok("apply"),
        _ => {
            let strategic = if is_custom { "" } else { "application/strategic-merge-patch+json, " };
            let words = format!(
                "the body of the request was in an unknown format - accepted media types include: \
                 application/json-patch+json, application/merge-patch+json, {strategic}application/apply-patch+yaml"
            );
            Err(Status::new("UnsupportedMediaType", words))
        }
    }
}
