//! Which objects a list or a watch is about: label and field selectors.

use super::status::Status;
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, LabelSelector, Labels};
use crate::kubectl::selector;

/// The selectors of a list or a watch.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    labels: LabelSelector,
    fields: Vec<Field>,
}

/// A field and what its value must be, or must not.
#[derive(Clone, Debug)]
struct Field {
    path: String,
    value: String,
    is_equal: bool,
}

impl Selection {
    /// Whether it selects all objects.
    pub(super) fn is_empty(&self) -> bool {
        self.labels == LabelSelector::default() && self.fields.is_empty()
    }

    /// Reads the selectors of a query (`fields.ParseSelector`, `labels.Parse`).
    ///
    /// # Errors
    /// A selector that cannot be read, or a field by which the kind cannot be selected.
    pub(super) fn read(kind: Kind, labels: &str, fields: &str) -> Result<Selection, Status> {
        let labels = selector::parse(labels)
            .map_err(|words| Status::new("BadRequest", words.trim_start_matches("error: ")))?;
        let mut selection = Selection { labels, fields: Vec::new() };
        for text in fields.split(',').filter(|text| !text.is_empty()) {
            let found = text.split_once("!=").map(|(path, value)| (path, value, false));
            let found = found.or_else(|| {
                text.split_once('=')
                    .map(|(path, value)| (path, value.trim_start_matches('='), true))
            });
            let Some((path, value, is_equal)) = found else {
                let words = format!("invalid selector: '{fields}'; can't understand '{text}'");
                return Err(Status::new("BadRequest", words));
            };
            if !selector::is_field(kind, path) {
                return Err(Status::new("BadRequest", selector::unsupported(kind, path)));
            }
            selection.fields.push(Field { path: path.into(), value: value.into(), is_equal });
        }
        Ok(selection)
    }

    /// Whether there is a field selector.
    pub(super) fn has_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether an object with these labels matches the label selector.
    pub(super) fn matches_labels(&self, labels: &Labels) -> bool {
        self.labels.matches(labels)
    }

    /// Whether an object is selected.
    pub(super) fn matches(&self, tree: &Tree) -> bool {
        let labels = tree.at("metadata.labels").map_or(&[] as &[_], Tree::entries);
        let labels: Labels = labels
            .iter()
            .map(|entry| (entry.key.clone(), entry.node.as_text().to_owned()))
            .collect();
        self.matches_labels(&labels)
            && self
                .fields
                .iter()
                .all(|field| (value_of(tree, &field.path) == field.value) == field.is_equal)
    }
}

/// The value of a field as selectors compare it.
fn value_of(tree: &Tree, path: &str) -> String {
    let value = match path {
        "source" => tree.word("source.component"),
        path => tree.word(path),
    };
    match (path, value.is_empty()) {
        ("spec.unschedulable" | "spec.hostNetwork", true) => "false".into(),
        _ => value,
    }
}

/// The metadata of an object alone (`PartialObjectMetadata`).
pub(super) fn partial(tree: &Tree) -> Tree {
    let mut partial = Tree::map([]);
    partial.set("apiVersion", "meta.k8s.io/v1");
    partial.set("kind", "PartialObjectMetadata");
    partial.set("metadata", tree.get("metadata").cloned().unwrap_or_else(|| Value::Null.into()));
    partial
}
