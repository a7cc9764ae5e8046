//! What has no description of its own: all its fields, under words made of their names.

use super::Text;
use crate::api::json::{Node as Tree, Value};

/// Describes any object (`genericDescriber`).
pub(super) fn describe(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    let mut rest = tree.clone();
    for key in ["name", "namespace", "labels", "annotations"] {
        rest.child("metadata").remove(key);
    }
    write(text, 0, &rest);
    text.events(tree);
}

fn write(text: &mut Text<'_>, level: usize, tree: &Tree) {
    for entry in tree.entries() {
        let label = label(&entry.key);
        match &entry.node.value {
            Value::Map(_) => {
                text.line(level, &format!("{label}:"));
                write(text, level + 1, &entry.node);
            }
            Value::List(items) => {
                text.line(level, &format!("{label}:"));
                for item in items {
                    match item.value {
                        Value::Map(_) => write(text, level + 1, item),
                        _ => text.line(level + 1, &tree_text(item)),
                    }
                }
            }
            _ => text.field(level, &label, &tree_text(&entry.node)),
        }
    }
}

fn tree_text(tree: &Tree) -> String {
    match &tree.value {
        Value::Text(text) => text.clone(),
        Value::Null => "<nil>".into(),
        _ => tree.json(),
    }
}

/// `resourceVersion` as `Resource Version` (`smartLabelFor`).
fn label(key: &str) -> String {
    if key.contains(|letter: char| !letter.is_ascii_alphanumeric()) {
        return key.to_owned();
    }
    let mut label = String::new();
    let letters: Vec<char> = key.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let after_lower = index > 0 && letters.get(index - 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && after_lower {
            label.push(' ');
        }
        label.push(if index == 0 { letter.to_ascii_uppercase() } else { *letter });
    }
    match label.as_str() {
        "Api Version" => "API Version".into(),
        "Uid" => "UID".into(),
        _ => label,
    }
}
