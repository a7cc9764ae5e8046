//! Field values for generated objects.

use super::selector;
use crate::api::json::{Node as Tree, Value};
use crate::api::to_tree;

/// A list of strings.
pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
    Value::List(texts.into_iter().map(Tree::from).collect())
}

/// A number or a string (`IntOrString`), for example a port.
pub(super) fn int_or_text(text: &str) -> Tree {
    text.parse().map_or_else(|_| text.into(), |number| Value::Int(number).into())
}

/// The object form of a selector such as `a=b,c!=d` (`metav1.ParseToLabelSelector`).
pub(super) fn label_selector(text: &str) -> Result<Tree, String> {
    let mut selector = selector::parse(text)?;
    for one in std::mem::take(&mut selector.match_expressions) {
        match (one.operator.as_str(), one.values.as_slice()) {
            ("In", [value]) => drop(selector.match_labels.insert(one.key, value.clone())),
            ("NotIn", [_]) if text.contains("!=") => {
                return Err("error: \"!=\" is not a valid label selector operator".into());
            }
            _ => selector.match_expressions.push(one),
        }
    }
    Ok(to_tree(&selector))
}
