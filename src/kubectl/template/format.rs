//! Formats values as Go does (`fmt`).

use super::value::Value;
use crate::api::json::{Node as Tree, Value as Json, quoted};

/// The maximum width in `printf`.
const MOST_WIDTH: usize = 1_000;

/// Prints the result of an action.
pub(super) fn print(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Nothing => out.push_str("<no value>"),
        other => self::value(out, other),
    }
}

/// Prints a value as `%v` does.
pub(super) fn value(out: &mut String, value: &Value<'_>) {
    match value {
        Value::Nothing => out.push_str("<nil>"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(number) | Value::Long(number) => out.push_str(&number.to_string()),
        Value::Float(digits) => out.push_str(digits),
        Value::Text(text) => out.push_str(text),
        Value::Tree(tree) => self::tree(out, tree),
    }
}

fn tree(out: &mut String, tree: &Tree) {
    match &tree.value {
        Json::Map(entries) => {
            out.push_str("map[");
            for (number, entry) in entries.iter().enumerate() {
                if number > 0 {
                    out.push(' ');
                }
                out.push_str(&entry.key);
                out.push(':');
                self::tree(out, &entry.node);
            }
            out.push(']');
        }
        Json::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push(' ');
                }
                self::tree(out, item);
            }
            out.push(']');
        }
        _ => value(out, &Value::of(tree)),
    }
}

/// A number for comparisons, in millionths; further digits are ignored.
pub(super) fn number(digits: &str) -> i128 {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part: String = part.chars().chain(std::iter::repeat('0')).take(6).collect();
    format!("{whole}{part}").parse().unwrap_or(0)
}

/// `printf`.
pub(super) fn printf(text: &str, values: &[Value<'_>]) -> String {
    let (mut out, mut letters) = (String::new(), text.chars().peekable());
    let mut values = values.iter();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = letters.next_if(|it| "-+# 0".contains(*it)) {
            flags.push(flag);
        }
        let mut digits = || {
            let mut number = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                number.push(digit);
            }
            number
        };
        let width = digits().parse::<usize>().unwrap_or(0).min(MOST_WIDTH);
        let precision = letters.next_if_eq(&'.').map(|_| {
            let mut number = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                number.push(digit);
            }
            number.parse::<usize>().unwrap_or(0).min(MOST_WIDTH)
        });
        let shown = match letters.next() {
            None => "%!(NOVERB)".to_owned(),
            Some('%') => {
                out.push('%');
                continue;
            }
            Some(verb) => match values.next() {
                None => {
                    out.push_str(&format!("%!{verb}(MISSING)"));
                    continue;
                }
                Some(value) => one(verb, &flags, precision, value),
            },
        };
        let blanks = width.saturating_sub(shown.chars().count());
        let is_left = flags.contains('-');
        let fill = if flags.contains('0') && !is_left { "0" } else { " " };
        let blanks = fill.repeat(blanks);
        out += &if is_left { shown + &blanks } else { blanks + &shown };
    }
    let extra: Vec<String> =
        values.map(|value| format!("{}={}", value.type_name(), shown(value))).collect();
    if !extra.is_empty() {
        out += &format!("%!(EXTRA {})", extra.join(", "));
    }
    out
}

fn shown(value: &Value<'_>) -> String {
    let mut out = String::new();
    self::value(&mut out, value);
    out
}

/// Formats a value with a `printf` verb.
fn one(verb: char, flags: &str, precision: Option<usize>, value: &Value<'_>) -> String {
    let cut =
        |text: String| precision.map_or(text.clone(), |count| text.chars().take(count).collect());
    match (verb, value) {
        ('T', value) => value.type_name().to_owned(),
        ('v', Value::Text(text)) if flags.contains('#') => quoted(text),
        ('v', value) => cut(shown(value)),
        ('s', Value::Text(text)) => cut(text.clone()),
        ('q', Value::Text(text)) => quoted(text),
        ('d', Value::Int(number) | Value::Long(number)) if flags.contains('+') && *number >= 0 => {
            format!("+{number}")
        }
        ('d', Value::Int(number) | Value::Long(number)) => number.to_string(),
        ('x', Value::Int(number) | Value::Long(number)) => format!("{number:x}"),
        ('X', Value::Int(number) | Value::Long(number)) => format!("{number:X}"),
        ('o', Value::Int(number) | Value::Long(number)) => format!("{number:o}"),
        ('b', Value::Int(number) | Value::Long(number)) => format!("{number:b}"),
        ('c', Value::Int(number) | Value::Long(number)) => u32::try_from(*number)
            .ok()
            .and_then(char::from_u32)
            .map_or_else(String::new, String::from),
        ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('t', Value::Bool(value)) => value.to_string(),
        ('g', Value::Float(digits)) => digits.clone(),
        ('f' | 'F', Value::Float(digits)) => {
            let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
            let count = precision.unwrap_or(6);
            let part: String = part.chars().chain(std::iter::repeat('0')).take(count).collect();
            if count == 0 { whole.to_owned() } else { format!("{whole}.{part}") }
        }
        ('s', Value::Tree(tree)) => nested(verb, tree),
        (verb, Value::Nothing) => format!("%!{verb}(<nil>)"),
        (verb, value) => format!("%!{verb}({}={})", value.type_name(), shown(value)),
    }
}

/// Formats a map or a list, each value with a `printf` verb.
fn nested(verb: char, tree: &Tree) -> String {
    match &tree.value {
        Json::Map(entries) => {
            let all =
                entries.iter().map(|entry| format!("{}:{}", entry.key, nested(verb, &entry.node)));
            format!("map[{}]", all.collect::<Vec<_>>().join(" "))
        }
        Json::List(items) => {
            format!(
                "[{}]",
                items.iter().map(|item| nested(verb, item)).collect::<Vec<_>>().join(" ")
            )
        }
        _ => one(verb, "", None, &Value::of(tree)),
    }
}
