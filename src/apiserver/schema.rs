//! The structs of the API, from the table that [`crate::manifest::schema`] describes.

pub(super) use crate::kubectl::explain::types::{component, referred};
pub(super) use crate::manifest::schema::{Struct, table as structs};

/// The struct of a kind in a group and version.
pub(super) fn of_kind(api_version: &str, kind: &str) -> Option<&'static Struct> {
    structs().iter().find(|it| it.is_kind && it.group == api_version && it.name == kind)
}
