//! `jq`: paths, `|`, `,`, functions such as `select` and `map`, strings, and objects.

mod calls;
mod read;

use super::options::Options;
use super::{Comparison, Output};
use crate::api::json::{Node, Value, quoted};
use crate::manifest;
use calls::call;
use read::Reader;

/// The error for anything else.
const NOTE: &str = "jq: not supported in this shell, which has paths such as .items[].metadata.name, |, select, map, \
                    map_values, length, keys, paths, join, sort_by, to_entries, @base64d, strings with \\(PATH), and \
                    objects such as {name: .a.b}\n";
/// The maximum number of values of a filter.
const VALUES_MAX: usize = 100_000;
/// The maximum nesting depth of a filter.
const DEPTH_MAX: u32 = 50;

#[derive(Debug)]
enum Filter {
    Same,
    /// `.KEY`
    Key(Box<Filter>, String, bool),
    /// `.[N]`
    Index(Box<Filter>, i64),
    /// `.[]`
    Each(Box<Filter>, bool),
    Pipe(Box<Filter>, Box<Filter>),
    Both(Box<Filter>, Box<Filter>),
    Compare(Box<Filter>, Comparison, Box<Filter>),
    Literal(Value),
    /// A string with interpolated filters.
    Text(Vec<(String, Option<Filter>)>),
    Object(Vec<(String, Filter)>),
    List(Option<Box<Filter>>),
    Call(String, Option<Box<Filter>>),
}

/// Runs `jq`.
pub(super) fn jq(options: &Options<'_>, text: &str) -> Output {
    let program = options.operands.first().copied().unwrap_or(".");
    let mut reader = Reader::new(program);
    let filter = reader.pipe().filter(|_| reader.rest.trim().is_empty());
    let Some(filter) = filter else { return Output::failure(3, NOTE) };
    let mut output = Output::default();
    let inputs = match (values(text), options.has('n'), options.has('s')) {
        (_, true, _) => vec![Node::from(Value::Null)],
        (Ok(inputs), _, true) => vec![Value::List(inputs).into()],
        (Ok(inputs), ..) => inputs,
        (Err(before), ..) => {
            output.exit = 2;
            output.stderr = "jq: error (at <stdin>:1): the input is not JSON\n".into();
            before
        }
    };
    for input in inputs {
        let mut values = Vec::new();
        let error = filter.run(&input, &mut values).err();
        for value in values {
            match &value.value {
                Value::Text(text) if options.has('r') || options.has('j') => output.stdout += text,
                _ => print(&value, (!options.has('c')).then_some(0), &mut output.stdout),
            }
            if !options.has('j') {
                output.stdout.push('\n');
            }
            if output.stdout.len() > super::OUTPUT_MAX {
                return output;
            }
        }
        if let Some(error) = error {
            output.exit = 5;
            output.stderr += &format!("jq: error (at <stdin>:1): {error}\n");
        }
    }
    output
}

/// The JSON values of a text, one after the other.
///
/// # Errors
/// The values before the first that is not JSON.
fn values(text: &str) -> Result<Values, Values> {
    let (mut all, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let (one, more) = rest.split_at(end(rest));
        let is_word = ["null", "true", "false"].contains(&one);
        let is_other = one.starts_with(|c: char| "{[\"-".contains(c) || c.is_ascii_digit());
        let is_text = |node: &Node| matches!(node.value, Value::Text(_)) && !one.starts_with('"');
        match manifest::read(one) {
            Ok(node) if (is_word || is_other) && !is_text(&node) => all.push(node),
            _ => return Err(all),
        }
        rest = more.trim_start();
    }
    Ok(all)
}

/// Where the first JSON value of a text ends, in bytes.
fn end(text: &str) -> usize {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_usize, false, false);
    for (at, letter) in text.char_indices() {
        let next = at + letter.len_utf8();
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => {
                if !is_quoted && depth == 0 && at > 0 {
                    return at;
                }
                is_quoted = !is_quoted;
                if !is_quoted && depth == 0 {
                    return next;
                }
            }
            _ if is_quoted => {}
            '{' | '[' if depth == 0 && at > 0 => return at,
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return next;
                }
            }
            _ if letter.is_whitespace() && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// Prints a value, on several lines if there is an indentation.
fn print(node: &Node, indent: Option<usize>, out: &mut String) {
    let inner = indent.map(|indent| indent + 2);
    let line = |indent: Option<usize>, out: &mut String| {
        if let Some(indent) = indent {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
        }
    };
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            out.push('{');
            for (number, entry) in entries.iter().enumerate() {
                *out += if number > 0 { "," } else { "" };
                line(inner, out);
                *out += &quoted(&entry.key);
                *out += if indent.is_some() { ": " } else { ":" };
                print(&entry.node, inner, out);
            }
            line(indent, out);
            out.push('}');
        }
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                *out += if number > 0 { "," } else { "" };
                line(inner, out);
                print(item, inner, out);
            }
            line(indent, out);
            out.push(']');
        }
        _ => *out += &node.json(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::Float(_) => "number",
        Value::Text(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

type Values = Vec<Node>;

impl Filter {
    fn run(&self, input: &Node, out: &mut Values) -> Result<(), String> {
        if out.len() > VALUES_MAX {
            return Err("too many values".into());
        }
        let all = |filter: &Filter| {
            let mut values = Vec::new();
            filter.run(input, &mut values).map(|()| values)
        };
        match self {
            Filter::Same => out.push(input.clone()),
            Filter::Key(of, ..) | Filter::Index(of, _) | Filter::Each(of, _) => {
                for node in all(of)? {
                    self.step(node, out)?;
                }
            }
            Filter::Pipe(one, other) => {
                for node in all(one)? {
                    other.run(&node, out)?;
                }
            }
            Filter::Both(one, other) => {
                one.run(input, out)?;
                other.run(input, out)?;
            }
            Filter::Compare(one, operator, other) => {
                let (one, other) = (all(one)?, all(other)?);
                for (one, other) in one.iter().zip(other.iter().cycle()) {
                    out.push(Value::Bool(compare(one, *operator, other)).into());
                }
            }
            Filter::Literal(value) => out.push(value.clone().into()),
            Filter::Text(parts) => {
                let mut text = String::new();
                for (plain, filter) in parts {
                    text += plain;
                    for node in filter.iter().map(all).collect::<Result<Vec<_>, _>>()?.concat() {
                        text += &word(&node);
                    }
                }
                out.push(text.as_str().into());
            }
            Filter::Object(fields) => {
                let mut object = Node::map([]);
                for (key, filter) in fields {
                    let value = all(filter)?.into_iter().next();
                    object.set(key, value.unwrap_or(Value::Null.into()));
                }
                out.push(object);
            }
            Filter::List(inner) => {
                let items = inner.iter().map(|inner| all(inner)).collect::<Result<Vec<_>, _>>()?;
                out.push(Value::List(items.concat()).into());
            }
            Filter::Call(name, argument) => call(name, argument.as_deref(), input, out)?,
        }
        Ok(())
    }
}

impl Filter {
    /// Applies a step of a path to a value.
    fn step(&self, node: Node, out: &mut Values) -> Result<(), String> {
        match (self, node.value) {
            (Filter::Key(_, key, _), Value::Map(entries)) => {
                let found = entries.into_iter().find(|entry| entry.key == *key);
                out.push(found.map_or(Value::Null.into(), |entry| entry.node));
            }
            (Filter::Key(..) | Filter::Index(..), Value::Null) => out.push(Value::Null.into()),
            (Filter::Index(_, index), Value::List(items)) => {
                let index = if *index < 0 { items.len() as i64 + index } else { *index };
                let item = usize::try_from(index).ok().and_then(|index| items.get(index).cloned());
                out.push(item.unwrap_or(Value::Null.into()));
            }
            (Filter::Each(..), Value::List(items)) => out.extend(items),
            (Filter::Each(..), Value::Map(entries)) => {
                out.extend(entries.into_iter().map(|entry| entry.node));
            }
            (Filter::Key(_, _, true) | Filter::Each(_, true), _) => {}
            (Filter::Key(_, key, _), value) => {
                return Err(format!("Cannot index {} with \"{key}\"", kind(&value)));
            }
            (Filter::Index(..), value) => {
                return Err(format!("Cannot index {} with number", kind(&value)));
            }
            (_, value) => return Err(format!("Cannot iterate over {}", kind(&value))),
        }
        Ok(())
    }
}

/// A value as part of a string.
fn word(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.clone(),
        _ => node.json(),
    }
}

fn compare(one: &Node, operator: Comparison, other: &Node) -> bool {
    let order = match (&one.value, &other.value) {
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (one, other) if one == other => std::cmp::Ordering::Equal,
        (one, other) => kind(one).cmp(kind(other)).then(std::cmp::Ordering::Less),
    };
    operator.is_true_of(order)
}
