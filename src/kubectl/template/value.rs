//! The values of a template, and their Go types.

use crate::api::json::{Node as Tree, Value as Json};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'t> {
    /// A missing value, or null.
    Nothing,
    Bool(bool),
    /// A whole number in the template: an `int`.
    Int(i64),
    /// A whole number in the object: an `int64`.
    Long(i64),
    /// Any other number, as its digits.
    Float(String),
    Text(String),
    /// A map or a list.
    Tree(&'t Tree),
}

impl<'t> Value<'t> {
    pub(super) fn of(tree: &'t Tree) -> Value<'t> {
        match &tree.value {
            Json::Null => Value::Nothing,
            Json::Bool(value) => Value::Bool(*value),
            Json::Int(number) => Value::Long(*number),
            Json::Float(digits) => Value::Float(digits.clone()),
            Json::Text(text) => Value::Text(text.clone()),
            Json::List(_) | Json::Map(_) => Value::Tree(tree),
        }
    }

    /// Whether `if` treats it as true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Bool(value) => *value,
            Value::Int(number) | Value::Long(number) => *number != 0,
            Value::Float(digits) => digits.contains(|digit: char| ('1'..='9').contains(&digit)),
            Value::Text(text) => !text.is_empty(),
            Value::Tree(tree) => !tree.items().is_empty() || !tree.entries().is_empty(),
        }
    }

    /// The name of its Go type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Value::Nothing => "<nil>",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Long(_) => "int64",
            Value::Float(_) => "float64",
            Value::Text(_) => "string",
            Value::Tree(tree) if matches!(tree.value, Json::List(_)) => "[]interface {}",
            Value::Tree(_) => "map[string]interface {}",
        }
    }
}
