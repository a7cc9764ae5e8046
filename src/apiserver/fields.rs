//! Field sets, as `managedFields` encodes them (`FieldsV1`, `sigs.k8s.io/structured-merge-diff/fieldpath`).

use crate::api::json::Node as Tree;
use crate::manifest;
use crate::map::Map;

/// A set of paths below a path of an object. Path elements are written as in `FieldsV1`: `f:NAME` for a field,
/// `k:{...}` for a list item by its keys, and `v:VALUE` for an item of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    /// Whether this path itself is in the set.
    pub(super) is_in: bool,
    /// The paths below this one.
    pub(super) below: Map<String, Fields>,
}

impl Fields {
    /// Whether the set is empty.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_in && self.below.is_empty()
    }

    /// Adds fields below a path element.
    pub(super) fn add(&mut self, step: String, fields: Fields) {
        if !fields.is_empty() {
            self.below.insert(step, fields);
        }
    }

    /// Combines both sets, path by path.
    fn with(&self, other: &Fields, is_in: fn(bool, bool) -> bool) -> Fields {
        let nothing = Fields::default();
        let mut made = Fields { is_in: is_in(self.is_in, other.is_in), ..Fields::default() };
        let more = other.below.keys().filter(|step| !self.below.contains_key(*step));
        for step in self.below.keys().chain(more) {
            let one = self.below.get(step).unwrap_or(&nothing);
            let two = other.below.get(step).unwrap_or(&nothing);
            made.add(step.clone(), one.with(two, is_in));
        }
        made
    }

    /// The paths in either set.
    pub(super) fn union(&self, other: &Fields) -> Fields {
        self.with(other, |one, two| one || two)
    }

    /// The paths in both sets.
    pub(super) fn intersection(&self, other: &Fields) -> Fields {
        self.with(other, |one, two| one && two)
    }

    /// The paths in this set only.
    pub(super) fn without(&self, other: &Fields) -> Fields {
        self.with(other, |one, two| one && !two)
    }

    /// The part below `f:status`, or everything else.
    pub(super) fn status(&self, is_status: bool) -> Fields {
        let mut part = self.clone();
        part.below.retain(|step, _| (step == "f:status") == is_status);
        part
    }

    /// Encodes the set as `fieldsV1`.
    pub(super) fn tree(&self) -> Tree {
        let mut tree = Tree::map([]);
        if self.is_in && !self.below.is_empty() {
            tree.set(".", Tree::map([]));
        }
        for (step, fields) in &self.below {
            tree.set(step, fields.tree());
        }
        tree
    }

    /// Decodes `fieldsV1`.
    pub(super) fn read(tree: &Tree) -> Fields {
        let mut fields = Fields::inside(tree);
        // The object as a whole is not a field.
        fields.is_in = false;
        fields
    }

    fn inside(tree: &Tree) -> Fields {
        let entries = tree.entries();
        let mut fields =
            Fields { is_in: entries.is_empty() || tree.get(".").is_some(), ..Fields::default() };
        for entry in entries.iter().filter(|entry| entry.key != ".") {
            fields.below.insert(entry.key.clone(), Fields::inside(&entry.node));
        }
        fields
    }

    /// The paths as the API server prints them, as in `.spec.containers[name="db"].image`.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.add_paths("", &mut paths);
        paths
    }

    fn add_paths(&self, path: &str, paths: &mut Vec<String>) {
        if self.is_in {
            paths.push(path.to_owned());
        }
        for (step, fields) in &self.below {
            fields.add_paths(&format!("{path}{}", printed(step)), paths);
        }
    }
}

/// A path element as the API server prints it.
fn printed(step: &str) -> String {
    match step.split_at_checked(2) {
        Some(("f:", name)) => format!(".{name}"),
        Some(("k:", keys)) => {
            let keys = manifest::read(keys).unwrap_or_default();
            let pairs = keys.entries().iter();
            let pairs = pairs.map(|pair| format!("{}={}", pair.key, pair.node.json()));
            format!("[{}]", pairs.collect::<Vec<_>>().join(","))
        }
        Some(("v:", value)) => format!("[={value}]"),
        _ => step.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::read(&manifest::read(text).expect("JSON"))
    }

    #[test]
    fn sets_are_combined() {
        let one = fields(
            r#"{"f:a":{"f:b":{},"f:c":{}},"f:l":{"k:{\"name\":\"x\"}":{".":{},"f:name":{}}}}"#,
        );
        let two = fields(r#"{"f:a":{"f:c":{},"f:d":{}}}"#);
        assert_eq!(one.union(&two).tree().json().matches("f:").count(), 6);
        assert_eq!(one.intersection(&two).tree().json(), r#"{"f:a":{"f:c":{}}}"#);
        assert_eq!(two.without(&one).tree().json(), r#"{"f:a":{"f:d":{}}}"#);
        assert_eq!(one.paths(), [".a.b", ".a.c", r#".l[name="x"]"#, r#".l[name="x"].name"#]);
        assert_eq!(fields(&one.tree().json()), one);
    }
}
