//! `-o jsonpath`: templates such as `{.items[*].metadata.name}` (`k8s.io/client-go/util/jsonpath`).
//!
//! There are fields, indexes, slices' `[*]`, `..name`, filters `[?(@.type=="Ready")]`, texts in quotes,
//! `{range}` and `{end}`. Left out: regular expressions, unions, slices with steps.

use crate::api::json::{Node as Tree, Value};

/// A piece of a template.
enum Piece {
    /// Text as it is.
    Text(String),
    /// What is found at a path.
    Path(String),
    /// For each thing at a path: the pieces.
    Range(String, Vec<Piece>),
}

/// Prints what a template says of a tree.
///
/// # Errors
/// In the words of kubectl.
pub(super) fn print(template: &str, tree: &Tree) -> Result<String, String> {
    let mut rest = template;
    let pieces = pieces(&mut rest, false)
        .map_err(|problem| format!("error: error parsing jsonpath {template}, {problem}"))?;
    let mut out = String::new();
    write(&pieces, tree, tree, &mut out).map_err(|problem| {
        format!(
            "error: error executing jsonpath {}: Error executing template: {problem}. Printing more \
             information for debugging the template:\n\ttemplate was:\n\t\t{template}",
            crate::api::json::quoted(template)
        )
    })?;
    Ok(out)
}

/// The values at a path such as `.metadata.name` or `{.spec.replicas}`; none if there is nothing.
pub(super) fn find<'t>(path: &str, tree: &'t Tree) -> Vec<&'t Tree> {
    let path = path.trim_start_matches('{').trim_end_matches('}');
    let path = path.strip_prefix('$').unwrap_or(path);
    if path.starts_with(['.', '[']) {
        walk(path, tree, tree).unwrap_or_default()
    } else {
        walk(&format!(".{path}"), tree, tree).unwrap_or_default()
    }
}

/// A value as `jsonpath` and `custom-columns` print it.
pub(super) fn text(tree: &Tree) -> String {
    match &tree.value {
        Value::Text(text) => text.clone(),
        Value::Null => String::new(),
        _ => tree.json(),
    }
}

fn pieces(rest: &mut &str, is_range: bool) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (before, after) =
            rest.split_once('{').map_or((*rest, None), |(text, rest)| (text, Some(rest)));
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let Some(after) = after else {
            *rest = "";
            break;
        };
        let end = closing(after).ok_or("unclosed action")?;
        let action = after[..end].trim();
        *rest = &after[end + 1..];
        if action == "end" {
            return if is_range { Ok(pieces) } else { Err("not in range, nothing to end".into()) };
        }
        if let Some(path) = action.strip_prefix("range") {
            let path = path.trim().to_owned();
            pieces.push(Piece::Range(path, self::pieces(rest, true)?));
        } else if action.starts_with(['"', '\'']) {
            let text = action.trim_matches(['"', '\'']);
            pieces.push(Piece::Text(text.replace("\\n", "\n").replace("\\t", "\t")));
        } else if action.starts_with(['.', '[', '$', '@']) {
            pieces.push(Piece::Path(action.to_owned()));
        } else {
            return Err(format!("unrecognized identifier {action}"));
        }
    }
    if is_range { Err("unexpected end of range".into()) } else { Ok(pieces) }
}

/// Where the bracket that is open closes; those within quotes do not count.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (index, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '}') => return Some(index),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(mark), _) if letter == mark => quote = None,
            _ => {}
        }
    }
    None
}

fn write(pieces: &[Piece], here: &Tree, root: &Tree, out: &mut String) -> Result<(), String> {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Path(path) => {
                let found: Vec<String> = start(path, here, root)?.into_iter().map(text).collect();
                out.push_str(&found.join(" "));
            }
            Piece::Range(path, inner) => {
                for item in start(path, here, root)? {
                    write(inner, item, root, out)?;
                }
            }
        }
    }
    Ok(())
}

fn start<'t>(path: &str, here: &'t Tree, root: &'t Tree) -> Result<Vec<&'t Tree>, String> {
    match path.strip_prefix('$') {
        Some(rest) => walk(rest, root, root),
        None => walk(path.strip_prefix('@').unwrap_or(path), here, root),
    }
}

fn walk<'t>(path: &str, from: &'t Tree, root: &'t Tree) -> Result<Vec<&'t Tree>, String> {
    let (mut found, mut rest) = (vec![from], path);
    while !rest.is_empty() {
        let (step, after) = step(rest)?;
        let mut next = Vec::new();
        for tree in &found {
            match step {
                Step::Field("*") | Step::Every => next.extend(children(tree)),
                Step::Field("") => next.push(tree),
                Step::Field(name) => {
                    let name = name.replace("\\.", ".");
                    // What is missing prints nothing (`--allow-missing-template-keys`).
                    next.extend(tree.get(&name));
                }
                Step::Deep(name) => deep(tree, name, &mut next),
                Step::Index(index) => {
                    let items = tree.items();
                    let count = i64::try_from(items.len()).unwrap_or(0);
                    let place = if index < 0 { index + count } else { index };
                    let item = usize::try_from(place).ok().and_then(|place| items.get(place));
                    next.push(item.ok_or_else(|| {
                        format!("array index out of bounds: index {index}, length {count}")
                    })?);
                }
                Step::Where(condition) => {
                    let holds = |item: &&&Tree| is_so(condition, item, root);
                    next.extend(tree.items().iter().collect::<Vec<_>>().iter().filter(holds));
                }
            }
        }
        found = next;
        rest = after;
    }
    Ok(found)
}

enum Step<'p> {
    Field(&'p str),
    Every,
    Deep(&'p str),
    Index(i64),
    Where(&'p str),
}

/// The first step of a path, and the rest.
fn step(path: &str) -> Result<(Step<'_>, &str), String> {
    if let Some(rest) = path.strip_prefix("..") {
        let (name, rest) = word(rest);
        return Ok((Step::Deep(name), rest));
    }
    if let Some(rest) = path.strip_prefix('.') {
        let (name, rest) = word(rest);
        return Ok((Step::Field(name), rest));
    }
    let Some(inside) = path.strip_prefix('[') else {
        return Err(format!("unexpected {path}"));
    };
    let end = match inside.strip_prefix("?(") {
        Some(_) => inside.find(")]").map(|end| end + 1),
        None => inside.find(']'),
    };
    let end = end.ok_or("unterminated array")?;
    let (body, rest) = (inside[..end].trim(), &inside[end + 1..]);
    if let Some(condition) = body.strip_prefix("?(") {
        return Ok((Step::Where(condition.trim_end_matches(')')), rest));
    }
    if body == "*" || body == ":" {
        return Ok((Step::Every, rest));
    }
    if body.starts_with(['\'', '"']) {
        return Ok((Step::Field(body.trim_matches(['\'', '"'])), rest));
    }
    match body.parse() {
        Ok(index) => Ok((Step::Index(index), rest)),
        Err(_) => Err(format!("invalid array index {body}")),
    }
}

/// The letters up to the next step; `\.` is part of a name.
fn word(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (index, letter) in text.char_indices() {
        if !is_escaped && matches!(letter, '.' | '[') {
            return text.split_at(index);
        }
        is_escaped = letter == '\\';
    }
    (text, "")
}

fn children(tree: &Tree) -> Vec<&Tree> {
    match &tree.value {
        Value::List(items) => items.iter().collect(),
        Value::Map(entries) => entries.iter().map(|entry| &entry.node).collect(),
        _ => Vec::new(),
    }
}

fn deep<'t>(tree: &'t Tree, name: &str, found: &mut Vec<&'t Tree>) {
    found.extend(tree.get(name));
    for child in children(tree) {
        deep(child, name, found);
    }
}

/// Whether a condition such as `@.type=="Ready"` holds.
fn is_so(condition: &str, item: &Tree, root: &Tree) -> bool {
    let operators = ["==", "!=", ">=", "<=", ">", "<"];
    let split = operators.iter().find_map(|operator| {
        condition.split_once(operator).map(|(left, right)| (left.trim(), *operator, right.trim()))
    });
    let value = |text: &str| match text.starts_with(['@', '$']) {
        true => start(text, item, root)
            .ok()
            .and_then(|found| found.first().map(|tree| self::text(tree))),
        false => Some(text.trim_matches(['"', '\'']).to_owned()),
    };
    let Some((left, operator, right)) = split else { return value(condition.trim()).is_some() };
    let (Some(left), Some(right)) = (value(left), value(right)) else { return false };
    let order = match (left.parse::<i64>(), right.parse::<i64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left.cmp(&right),
    };
    match operator {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        ">=" => order.is_ge(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_lt(),
    }
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
            ("{.conditions[-1:].type}", ""),
            ("{.conditions[-1].type}", "Old"),
            ("{.conditions[?(@.type==\"Ready\")].status}", "True"),
            ("{range .conditions[*]}{.type}={.status}{\"\\n\"}{end}", "Ready=True\nOld=False\n"),
            ("{.a\\.b/c} of {..type}", "3 of Ready Old"),
            ("{.missing.field}", ""),
            ("{['a.b/c']}", "3"),
        ] {
            let got = print(template, &tree);
            if template.contains("-1:") {
                assert!(got.is_err(), "{template}");
            } else {
                assert_eq!(got.as_deref(), Ok(printed), "{template}");
            }
        }
        assert!(print("{.a", &tree).is_err() && print("{frob}", &tree).is_err());
    }
}
