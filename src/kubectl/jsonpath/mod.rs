//! `-o jsonpath`: templates such as `{.items[*].metadata.name}` (`k8s.io/client-go/util/jsonpath`).
//!
//! The full syntax is supported. The values of a map keep the order of its keys, which is random in Go.

mod parse;

use crate::api::json::{Node as Tree, Value, quoted};
use crate::shell::Comparison;
use parse::{Node, Part};
use std::borrow::Cow;

/// A value from the tree, or a literal of the template.
type Found<'t> = Cow<'t, Tree>;

/// Prints a template for a tree; `as_json` prints the results of each path as a list.
///
/// # Errors
/// kubectl's error for an invalid template, or for one that fails.
pub(crate) fn print(template: &str, tree: &Tree, as_json: bool) -> Result<String, String> {
    let parts = parse::parse(template)
        .map_err(|problem| format!("error: error parsing jsonpath {template}, {problem}"))?;
    let mut run = Run { parts: &parts, results: Vec::new(), ranges: 0 };
    run.list(0, Some(tree)).map_err(|problem| {
        format!(
            "error: error executing jsonpath {}: Error executing template: {problem}. Printing more \
             information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine \
             was:\n\t\t{}\n\n\n",
            quoted(template),
            syntax(tree)
        )
    })?;
    let mut out = String::new();
    for results in run.results {
        match as_json {
            true => {
                out += &Tree::from(Value::List(results.into_iter().map(Cow::into_owned).collect()))
                    .pretty_json()
            }
            false => out += &results.iter().map(|found| text(found)).collect::<Vec<_>>().join(" "),
        }
    }
    Ok(out)
}

/// A path such as `metadata.name`, `.metadata.name` or `{.metadata.name}` as a template
/// (`RelaxedJSONPathExpression` of `k8s.io/kubectl/pkg/cmd/get`).
///
/// # Errors
/// kubectl's error for an invalid path.
pub(crate) fn relaxed(path: &str) -> Result<String, String> {
    let inner = path.strip_prefix('{').and_then(|path| path.strip_suffix('}')).unwrap_or(path);
    let inner = inner.strip_prefix('.').unwrap_or(inner);
    match inner.is_empty() || inner.contains(['{', '}']) {
        true => Err("error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or \
                     '{.name1.name2}'"
            .into()),
        false => Ok(format!("{{.{inner}}}")),
    }
}

/// The error of an invalid template.
pub(crate) fn problem(template: &str) -> Option<String> {
    parse::parse(template).err()
}

/// The values at a path such as `.metadata.name` or `{.spec.replicas}`; empty if there are none.
pub(crate) fn find<'t>(path: &str, tree: &'t Tree) -> Vec<Found<'t>> {
    try_find(path, tree).unwrap_or_default()
}

/// The values at a path.
///
/// # Errors
/// kubectl's error for an invalid path, or for one that fails, without `error: `.
pub(crate) fn try_find<'t>(path: &str, tree: &'t Tree) -> Result<Vec<Found<'t>>, String> {
    let template = relaxed(path).map_err(|problem| problem.replace("error: ", ""))?;
    let parts = parse::parse(&template)?;
    let Some(Part::List(nodes)) = parts.first() else { return Ok(Vec::new()) };
    walk(nodes, vec![Cow::Borrowed(tree)])
}

/// A value as `jsonpath` and `custom-columns` print it.
pub(crate) fn text(tree: &Tree) -> String {
    match &tree.value {
        Value::Text(text) => text.clone(),
        Value::Null => String::new(),
        _ => tree.json(),
    }
}

/// A value as Go's `%#v` prints it.
fn syntax(tree: &Tree) -> String {
    let all = |parts: Vec<String>| parts.join(", ");
    match &tree.value {
        Value::Null => "interface {}(nil)".into(),
        Value::Text(text) => quoted(text),
        Value::Map(entries) => {
            let entry = |entry: &crate::api::json::Entry| {
                format!("{}:{}", quoted(&entry.key), syntax(&entry.node))
            };
            format!("map[string]interface {{}}{{{}}}", all(entries.iter().map(entry).collect()))
        }
        Value::List(items) => {
            format!("[]interface {{}}{{{}}}", all(items.iter().map(syntax).collect()))
        }
        _ => tree.json(),
    }
}

/// The name of a value's type in Go.
fn type_name(tree: &Tree) -> &'static str {
    match tree.value {
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::Text(_) | Value::Null => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}

struct Run<'p, 't> {
    parts: &'p [Part],
    results: Vec<Vec<Found<'t>>>,
    ranges: usize,
}

impl<'t> Run<'_, 't> {
    /// Executes the parts from `start` up to the `end` of a range; returns the position after it, if there is an `end`
    /// (`FindResults`).
    fn list(&mut self, start: usize, here: Option<&'t Tree>) -> Result<Option<usize>, String> {
        let parts = self.parts;
        let mut index = start;
        while let Some(part) = parts.get(index) {
            index += 1;
            let nodes = match part {
                Part::Text(text) => {
                    self.results.push(vec![Cow::Owned(Tree::from(text.as_str()))]);
                    continue;
                }
                Part::List(nodes) => nodes,
            };
            let word = nodes.iter().find_map(|node| {
                if let Node::Word(word) = node { Some(word.as_str()) } else { None }
            });
            let input: Vec<Found<'t>> = here.map(Cow::Borrowed).into_iter().collect();
            match word {
                None => {
                    let found = walk(nodes, input)?;
                    self.results.push(found);
                }
                Some("end") if self.ranges > 0 => return Ok(Some(index)),
                Some("end") => return Err("not in range, nothing to end".into()),
                Some("range") => {
                    let path: Vec<Node> = nodes
                        .iter()
                        .filter(|node| !matches!(node, Node::Word(_)))
                        .cloned()
                        .collect();
                    let found = walk(&path, input)?;
                    self.ranges += 1;
                    let mut end = None;
                    for item in &found {
                        // Literals of the template have no fields.
                        let item = if let Cow::Borrowed(tree) = item { Some(*tree) } else { None };
                        end = self.list(index, item)?;
                    }
                    if found.is_empty() {
                        // Execute the parts once anyway, to find the end.
                        let kept = self.results.len();
                        end = self.list(index, None)?;
                        self.results.truncate(kept);
                    }
                    self.ranges -= 1;
                    // Without an end, the parts after the range are executed once more, outside of it.
                    index = end.unwrap_or(index);
                }
                Some(word) => return Err(format!("unrecognized identifier {word}")),
            }
        }
        Ok(None)
    }
}

/// Follows a path from the given values.
fn walk<'t>(nodes: &[Node], mut found: Vec<Found<'t>>) -> Result<Vec<Found<'t>>, String> {
    for node in nodes {
        found = match node {
            Node::Text(text) => vec![Cow::Owned(Tree::from(text.as_str()))],
            Node::Int(number) => vec![Cow::Owned(Value::Int(*number).into())],
            Node::Float(digits) => vec![Cow::Owned(Value::Float(digits.clone()).into())],
            Node::Bool(value) => vec![Cow::Owned(Value::Bool(*value).into())],
            Node::Field(name) if name.is_empty() => found,
            Node::Field(name) => {
                // Missing fields print nothing (`--allow-missing-template-keys`).
                let field = |it: &Found<'t>| match it {
                    Cow::Borrowed(tree) => tree.entry(name).map(|entry| Cow::Borrowed(&entry.node)),
                    Cow::Owned(_) => None,
                };
                found.iter().filter_map(field).collect()
            }
            Node::Wildcard => found.iter().flat_map(children).collect(),
            Node::Recursive => {
                let mut all = Vec::new();
                found.iter().for_each(|it| deep(it, &mut all));
                all
            }
            Node::Array(bounds, is_single) => slice(&found, *bounds, *is_single)?,
            Node::Filter(left, operator, right) => filter(&found, left, operator, right)?,
            Node::Union(lists) => {
                let mut all = Vec::new();
                for list in lists {
                    all.extend(walk(list, found.clone())?);
                }
                all
            }
            Node::Word(word) => return Err(format!("unrecognized identifier {word}")),
        };
    }
    Ok(found)
}

/// The values in a map or a list.
fn children<'t>(found: &Found<'t>) -> Vec<Found<'t>> {
    let Cow::Borrowed(tree) = found else { return Vec::new() };
    let items = tree.items().iter().map(Cow::Borrowed);
    items.chain(tree.entries().iter().map(|entry| Cow::Borrowed(&entry.node))).collect()
}

fn deep<'t>(found: &Found<'t>, all: &mut Vec<Found<'t>>) {
    let children = children(found);
    if !children.is_empty() {
        all.push(found.clone());
        children.iter().for_each(|child| deep(child, all));
    }
}

/// The items of a list, or none for null.
fn items<'t>(found: &Found<'t>, problem: impl Fn(&Tree) -> String) -> Result<&'t [Tree], String> {
    match found {
        Cow::Borrowed(Tree { value: Value::List(items), .. }) => Ok(items),
        Cow::Borrowed(Tree { value: Value::Null, .. }) => Ok(&[]),
        other => Err(problem(other)),
    }
}

fn slice<'t>(
    found: &[Found<'t>],
    bounds: [Option<i64>; 3],
    is_single: bool,
) -> Result<Vec<Found<'t>>, String> {
    let mut all = Vec::new();
    for one in found {
        if one.value == Value::Null {
            continue;
        }
        let items = items(one, |tree| format!("{} is not array or slice", type_name(tree)))?;
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let mut from = bounds[0].unwrap_or(0);
        let mut to = bounds[1].unwrap_or(length);
        from += if from < 0 { length } else { 0 };
        to += if to < 0 || to == 0 && is_single { length } else { 0 };
        if from == to {
            return Ok(all);
        }
        let outside =
            |index: i64| format!("array index out of bounds: index {index}, length {length}");
        if from >= length || from < 0 {
            return Err(outside(from));
        }
        if to > length || to < 0 {
            return Err(outside(to - 1));
        }
        if from > to {
            return Err(format!("starting index {from} is greater than ending index {to}"));
        }
        let step = bounds[2].unwrap_or(1);
        let step = usize::try_from(step).ok().filter(|step| *step > 0).ok_or("step must be > 0")?;
        let place = |index: i64| usize::try_from(index).unwrap_or(0);
        let items = items.get(place(from)..place(to)).unwrap_or_default();
        all.extend(items.iter().step_by(step).map(Cow::Borrowed));
    }
    Ok(all)
}

fn filter<'t>(
    found: &[Found<'t>],
    left: &[Node],
    operator: &str,
    right: &[Node],
) -> Result<Vec<Found<'t>>, String> {
    let mut all = Vec::new();
    for one in found {
        let items = items(one, |tree| {
            format!("{} is not array or slice and cannot be filtered", text(tree))
        })?;
        for item in items {
            let lefts = walk(left, vec![Cow::Borrowed(item)]);
            if operator == "exists" {
                all.extend(
                    lefts.is_ok_and(|lefts| !lefts.is_empty()).then_some(Cow::Borrowed(item)),
                );
                continue;
            }
            let (lefts, rights) = (lefts?, walk(right, vec![Cow::Borrowed(item)])?);
            let (left, right) = match (&lefts[..], &rights[..]) {
                ([], _) | (_, []) => continue,
                ([left], [right]) => (left, right),
                _ => return Err("can only compare one element at a time".into()),
            };
            if is_so(left, operator, right)? {
                all.push(Cow::Borrowed(item));
            }
        }
    }
    Ok(all)
}

/// Whether a comparison such as `@.type=="Ready"` is true.
fn is_so(left: &Tree, operator: &str, right: &Tree) -> Result<bool, String> {
    let order = match (&left.value, &right.value) {
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) if operator == "==" || operator == "!=" => {
            left.cmp(right)
        }
        (Value::Bool(_) | Value::List(_) | Value::Map(_) | Value::Null, _) => {
            return Err("invalid type for comparison".into());
        }
        _ => return Err("incompatible types for comparison".into()),
    };
    let comparison = Comparison::signed(operator);
    let comparison =
        comparison.ok_or_else(|| format!("unrecognized filter operator {operator}"))?;
    Ok(comparison.is_true_of(order))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_print_what_they_name() {
        let condition = |kind: &str, status: &str| {
            Tree::map([("type".into(), kind.into()), ("status".into(), status.into())])
        };
        let list = Value::List(vec![condition("Ready", "True"), condition("Old", "False")]);
        let tree =
            Tree::map([("conditions".into(), list.into()), ("a.b/c".into(), Value::Int(3).into())]);
        for (template, printed) in [
            ("{.conditions[0].type}", "Ready"),
            ("{.conditions[*].status}", "True False"),
            ("{.conditions[-1:].type}", "Old"),
            ("{.conditions[-1].type}", "Old"),
            ("{.conditions[0:1].type}{.conditions[::2].type}", "ReadyReady"),
            ("{.conditions[0]['type','status']}", "Ready True"),
            ("{.conditions[?(@.type==\"Ready\")].status}", "True"),
            ("{range .conditions[*]}{.type}={.status}{\"\\n\"}{end}x", "Ready=True\nOld=False\nx"),
            ("{range .missing[*]}{.type}{end}x", "x"),
            ("{.a\\.b/c} of {..type}", "3 of Ready Old"),
            ("{.missing.field}", ""),
            ("{['a.b/c']}", ""),
            ("{.a\\.b/c}{1}{true}{\"text\"}", "31truetext"),
        ] {
            assert_eq!(print(template, &tree, false).as_deref(), Ok(printed), "{template}");
        }
        assert_eq!(
            print("{.conditions[*].type}", &tree, true).as_deref(),
            Ok("[\n    \"Ready\",\n    \"Old\"\n]\n")
        );
        for wrong in [
            "{.a",
            "{frob}",
            "{end}",
            "{.conditions[5]}",
            "{.conditions[x]}",
            "{.conditions.type[0]}{[0]}",
        ] {
            assert!(print(wrong, &tree, false).is_err(), "{wrong}");
        }
    }
}
