//! Objects as clients see them: versions that never go back, and dates of the real clock.

use crate::api::Time;
use crate::api::json::{Node as Tree, Value};
use std::sync::Arc;

/// A line of a watch, including its line end. It is built once and shared by all watches.
pub type Line = Arc<[u8]>;

/// How versions and dates on the wire differ from those of the cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wire {
    /// What is added to resource versions. It grows when the future of a run is dropped, so that versions that were
    /// seen before do not come again.
    pub(super) offset: u64,
    /// What is added to dates, in milliseconds: a recipe begins in January 2026, and clients compare dates with their
    /// own clock.
    pub(super) shift_ms: u64,
}

impl Wire {
    /// A version of the cluster, as clients see it.
    pub(super) fn version(self, version: u64) -> u64 {
        version.saturating_add(self.offset)
    }

    /// Changes a tree of the cluster to what clients see.
    pub(super) fn out(self, tree: &mut Tree) {
        if let Some(version) = metadata_version(tree).and_then(|text| text.parse::<u64>().ok()) {
            let version = self.version(version).to_string();
            tree.child("metadata").set("resourceVersion", version.as_str());
        }
        self.shift(tree);
    }

    /// Changes an object or a patch of a client to what the cluster knows.
    ///
    /// A version that is not of this run becomes 0, which no object has.
    pub(super) fn back(self, tree: &mut Tree) {
        // The operations of a JSON patch.
        if let Value::List(operations) = &mut tree.value {
            for operation in operations {
                if operation.text("path") == "/metadata/resourceVersion" {
                    let mut object = Tree::map([]);
                    let version = operation.remove("value").unwrap_or_default();
                    object.child("metadata").set("resourceVersion", version);
                    self.back(&mut object);
                    let version = object.child("metadata").remove("resourceVersion");
                    operation.set("value", version.unwrap_or_default());
                }
            }
            return;
        }
        let Some(text) = metadata_version(tree) else { return };
        match text.parse::<u64>() {
            Ok(0) => {}
            Ok(version) => {
                let version = version.saturating_sub(self.offset).to_string();
                tree.child("metadata").set("resourceVersion", version.as_str());
            }
            Err(_) => {}
        }
    }

    fn shift(self, tree: &mut Tree) {
        match &mut tree.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.shift(item)),
            Value::Map(entries) => {
                for entry in entries {
                    match &mut entry.node.value {
                        Value::Text(text) if is_date(&entry.key) => {
                            if let Some(shifted) = self.shifted(text) {
                                *text = shifted;
                            }
                        }
                        _ => self.shift(&mut entry.node),
                    }
                }
            }
            _ => {}
        }
    }

    /// A date such as `2026-01-01T00:00:41Z` or `2026-01-01T00:00:41.000000Z`, shifted.
    fn shifted(self, text: &str) -> Option<String> {
        let rest = text.get(19..).filter(|rest| rest.ends_with('Z'))?;
        let date = Time::parse(text)?.plus(self.shift_ms).rfc3339();
        Some(format!("{}{rest}", date.trim_end_matches('Z')))
    }
}

fn metadata_version(tree: &Tree) -> Option<&str> {
    tree.at("metadata.resourceVersion").map(Tree::as_text).filter(|text| !text.is_empty())
}

/// Whether a field has a date. Dates of clients, as in annotations, are left alone.
fn is_date(key: &str) -> bool {
    key.ends_with("Timestamp")
        || key.ends_with("Time")
        || ["startedAt", "finishedAt", "timeAdded"].contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn versions_and_dates_are_shifted() {
        let wire = Wire { offset: 100, shift_ms: 3_600_000 };
        let mut tree = manifest::read(
            r#"{"metadata":{"resourceVersion":"7","creationTimestamp":"2026-01-01T00:00:41Z","annotations":{"a":"2026-01-01T00:00:41Z"}},
                "spec":{"renewTime":"2026-01-01T00:00:41.000000Z"}}"#,
        )
        .expect("JSON");
        wire.out(&mut tree);
        assert_eq!(tree.word("metadata.resourceVersion"), "107");
        assert_eq!(tree.word("metadata.creationTimestamp"), "2026-01-01T01:00:41Z");
        assert_eq!(tree.word("metadata.annotations.a"), "2026-01-01T00:00:41Z");
        assert_eq!(tree.word("spec.renewTime"), "2026-01-01T01:00:41.000000Z");
        wire.back(&mut tree);
        assert_eq!(tree.word("metadata.resourceVersion"), "7");
    }
}
