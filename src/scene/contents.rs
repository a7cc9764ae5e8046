//! The words on volumes whose entries are not drawn.

use super::facts::{Facts, Group};
use crate::db::Data;

/// A volume with less room than this, in pixels, has one word on it.
const WORDS_ROOM: i32 = 80;

/// What is written on a volume whose entries are not drawn; empty if they are.
pub(super) fn words(
    facts: &Facts<'_>,
    group: &Group<'_>,
    data: Option<&Data>,
    room: i32,
) -> &'static str {
    // A simulation that continues from a real cluster does not know what its volumes hold either.
    let is_observed = facts.cluster.settings.observed.is_some();
    match data {
        None => "no volume yet",
        Some(data) if data.role.is_some() || data.clone_target.is_some() => "",
        Some(_) if is_observed && room < WORDS_ROOM => "unknown",
        Some(_) if is_observed => "data unknown",
        // Nothing but the database shows what it writes.
        Some(_) if group.deployment.is_some() => "files",
        Some(_) => "empty",
    }
}
