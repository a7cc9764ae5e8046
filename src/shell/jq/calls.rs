//! The functions of `jq`.

use super::{Filter, VALUES_MAX, Values, kind, word};
use crate::api::json::{Entry, Node, Place, Value};
use crate::base64;

/// Calls a function.
///
/// # Errors
/// Why it fails.
pub(super) fn call(
    name: &str,
    argument: Option<&Filter>,
    input: &Node,
    out: &mut Values,
) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{} ({}) {what}", kind(&input.value), input.json()));
    match (name, argument) {
        ("length", None) => out.push(
            Value::Int(match &input.value {
                Value::Null => 0,
                Value::Text(text) => text.chars().count() as i64,
                Value::List(items) => items.len() as i64,
                Value::Map(entries) => entries.len() as i64,
                Value::Int(number) => number.saturating_abs(),
                _ => return fail("has no length"),
            })
            .into(),
        ),
        ("keys", None) => match keys(input) {
            Some(keys) => out.push(keys),
            None => return fail("has no keys"),
        },
        ("not", None) => {
            let is_false = matches!(input.value, Value::Null | Value::Bool(false));
            out.push(Value::Bool(is_false).into());
        }
        ("paths", None) => paths(input, &mut Vec::new(), out),
        ("sort", None) => {
            let mut items = input.items().to_vec();
            items.sort_by_cached_key(word);
            out.push(Value::List(items).into());
        }
        ("unique", None) => {
            let mut items = input.items().to_vec();
            items.sort_by_cached_key(word);
            items.dedup();
            out.push(Value::List(items).into());
        }
        ("first", None) => out.push(input.items().first().cloned().unwrap_or_default()),
        ("last", None) => out.push(input.items().last().cloned().unwrap_or_default()),
        ("@base64", None) => out.push(base64::encode(word(input).as_bytes()).as_str().into()),
        ("@base64d", None) => match base64::decode(&word(input)) {
            Some(text) => out.push(text.as_str().into()),
            None => return fail("is not valid base64 data"),
        },
        (name, Some(argument)) => return call_with(name, argument, input, out),
        ("to_entries", None) => {
            let entry = |entry: &Entry| {
                let key = ("key".to_owned(), entry.key.as_str().into());
                Node::map([key, ("value".to_owned(), entry.node.clone())])
            };
            out.push(Value::List(input.entries().iter().map(entry).collect()).into());
        }
        ("tostring", None) => out.push(word(input).as_str().into()),
        _ => return Err(format!("{name} is not supported in this shell")),
    }
    Ok(())
}

fn call_with(name: &str, argument: &Filter, input: &Node, out: &mut Values) -> Result<(), String> {
    let of = |node: &Node| {
        let mut values = Vec::new();
        argument.run(node, &mut values).map(|()| values)
    };
    match name {
        "join" => {
            let mark = of(input)?.first().map(word).unwrap_or_default();
            let words: Vec<String> = input.items().iter().map(word).collect();
            out.push(words.join(&mark).as_str().into());
        }
        "select" => {
            for node in of(input)? {
                if !matches!(node.value, Value::Null | Value::Bool(false)) {
                    out.push(input.clone());
                }
            }
        }
        "map" => {
            let mut items = Vec::new();
            for item in input.items() {
                items.extend(of(item)?);
            }
            out.push(Value::List(items).into());
        }
        "map_values" => out.push(map_values(argument, input)?),
        "sort_by" => {
            let mut items = Vec::new();
            for item in input.items() {
                let key = of(item)?.first().map(|key| (key.as_int(), word(key)));
                items.push((key, item.clone()));
            }
            items.sort_by(|(one, _), (other, _)| one.cmp(other));
            out.push(Value::List(items.into_iter().map(|(_, item)| item).collect()).into());
        }
        "startswith" | "endswith" => {
            let part = of(input)?.first().map(word).unwrap_or_default();
            let text = word(input);
            let is_found =
                if name == "endswith" { text.ends_with(&part) } else { text.starts_with(&part) };
            out.push(Value::Bool(is_found).into());
        }
        "has" => {
            let key = of(input)?.first().map(word).unwrap_or_default();
            out.push(Value::Bool(input.entry(&key).is_some()).into());
        }
        _ => return Err(format!("{name} is not supported in this shell")),
    }
    Ok(())
}

/// The keys of an object, or the indices of a list.
fn keys(input: &Node) -> Option<Node> {
    let keys = match &input.value {
        Value::Map(entries) => entries.iter().map(|entry| entry.key.as_str().into()).collect(),
        Value::List(items) => {
            (0..items.len() as i64).map(|index| Value::Int(index).into()).collect()
        }
        _ => return None,
    };
    Some(Value::List(keys).into())
}

/// The first value of a filter for each value; jq drops what has none.
fn map_values(filter: &Filter, input: &Node) -> Result<Node, String> {
    let first = |node: &Node| {
        let mut values = Vec::new();
        filter.run(node, &mut values).map(|()| values.into_iter().next())
    };
    match &input.value {
        Value::Map(entries) => {
            let mut mapped = Vec::new();
            for entry in entries {
                mapped.extend(first(&entry.node)?.map(|node| (entry.key.clone(), node)));
            }
            Ok(Node::map(mapped))
        }
        Value::List(items) => {
            let mut mapped = Vec::new();
            for item in items {
                mapped.extend(first(item)?);
            }
            Ok(Value::List(mapped).into())
        }
        other => Err(format!("Cannot iterate over {}", kind(other))),
    }
}

/// The paths of all values below a node.
fn paths(node: &Node, path: &mut Values, out: &mut Values) {
    if out.len() > VALUES_MAX {
        return;
    }
    let entries = node.entries().iter().map(|entry| (entry.key.as_str().into(), &entry.node));
    let items = (0..).zip(node.items()).map(|(index, item)| (Node::from(Value::Int(index)), item));
    for (step, inner) in entries.chain(items) {
        path.push(step);
        out.push(Node { place: Place::default(), value: Value::List(path.clone()) });
        paths(inner, path, out);
        path.pop();
    }
}
