//! The functions of templates (`text/template/funcs.go`), and those of kubectl (`k8s.io/kubectl/pkg/util/templates`).

use super::format;
use super::value::Value;
use crate::api::json::Value as Json;
use crate::manifest;

/// The functions, each with its minimum and maximum number of arguments.
const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("and", 1, 99),
    ("base64decode", 1, 1),
    ("call", 1, 99),
    ("eq", 1, 99),
    ("exists", 1, 99),
    ("ge", 2, 2),
    ("gt", 2, 2),
    ("html", 0, 99),
    ("index", 1, 99),
    ("js", 0, 99),
    ("le", 2, 2),
    ("len", 1, 1),
    ("lt", 2, 2),
    ("ne", 2, 2),
    ("not", 1, 1),
    ("or", 1, 99),
    ("print", 0, 99),
    ("printf", 1, 99),
    ("println", 0, 99),
    ("slice", 1, 99),
    ("urlquery", 0, 99),
];

/// Whether this is the name of a function.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|(known, ..)| *known == name)
}

/// Checks the number of arguments of a function.
pub(super) fn check_count(name: &str, count: usize) -> Result<(), String> {
    let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        return Ok(());
    };
    let wanted = match (count < *least, count > *most) {
        (true, _) if least != most => format!("at least {least}"),
        (false, false) => return Ok(()),
        _ => least.to_string(),
    };
    Err(format!("wrong number of args for {name}: want {wanted} got {count}"))
}

/// Calls a function with a valid number of arguments.
///
/// # Errors
/// Go's error.
pub(super) fn call<'t>(name: &str, values: &[Value<'t>]) -> Result<Value<'t>, String> {
    let wrong = |problem: String| format!("error calling {name}: {problem}");
    let Some((first, rest)) = values.split_first() else {
        return Ok(Value::Text(spaced(name, values)));
    };
    Ok(match name {
        "and" | "or" => values.last().cloned().unwrap_or(Value::Nothing),
        "not" => Value::Bool(!first.is_true()),
        "len" => Value::Int(i64::try_from(length(first).map_err(wrong)?).unwrap_or(0)),
        "index" => index(first, rest).map_err(wrong)?,
        "slice" => slice(first, rest).map_err(wrong)?,
        "eq" | "ne" | "lt" | "le" | "gt" | "ge" => {
            Value::Bool(compare(name, first, rest).map_err(wrong)?)
        }
        "printf" => Value::Text(format::printf(text(first)?, rest)),
        "exists" => Value::Bool(index(first, rest).is_ok_and(|value| value != Value::Nothing)),
        "base64decode" => {
            let bytes = manifest::base64(text(first)?);
            let bytes = bytes.map_err(|at| {
                wrong(format!("base64 decode: illegal base64 data at input byte {at}"))
            })?;
            Value::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        "call" => {
            return Err(wrong(format!(
                "non-function {} of type {}",
                spaced("print", std::slice::from_ref(first)),
                first.type_name()
            )));
        }
        _ => Value::Text(spaced(name, values)),
    })
}

/// A value that must be text.
fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, String> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Nothing => Err("invalid value; expected string".into()),
        other => Err(format!("wrong type for value; expected string; got {}", other.type_name())),
    }
}

/// `print`, `println`, and the functions that escape their result.
fn spaced(name: &str, values: &[Value<'_>]) -> String {
    let mut out = String::new();
    for (number, value) in values.iter().enumerate() {
        // Like `Sprint`: spaces only between values that are not strings.
        let before = number.checked_sub(1).and_then(|number| values.get(number));
        let is_apart = before
            .is_some_and(|before| ![before, value].iter().any(|it| matches!(it, Value::Text(_))));
        if is_apart || name == "println" && number > 0 {
            out.push(' ');
        }
        format::value(&mut out, value);
    }
    if name == "println" {
        out.push('\n');
    }
    let mut escaped = String::new();
    for letter in out.chars() {
        match (name, letter) {
            ("html", '<') => escaped += "&lt;",
            ("html", '>') => escaped += "&gt;",
            ("html", '&') => escaped += "&amp;",
            ("html", '"') => escaped += "&#34;",
            ("html", '\'') => escaped += "&#39;",
            ("html", '\0') => escaped.push(char::REPLACEMENT_CHARACTER),
            ("js", '\\' | '\'' | '"') => escaped.extend(['\\', letter]),
            ("js", '<' | '>' | '&' | '=' | '\0'..=' ') if letter != ' ' => {
                escaped += &format!("\\u{:04X}", u32::from(letter))
            }
            ("urlquery", ' ') => escaped.push('+'),
            ("urlquery", _) if !letter.is_ascii_alphanumeric() && !"-_.~".contains(letter) => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    escaped += &format!("%{byte:02X}");
                }
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn length(value: &Value<'_>) -> Result<usize, String> {
    match value {
        Value::Text(text) => Ok(text.len()),
        Value::Tree(tree) => Ok(tree.items().len() + tree.entries().len()),
        Value::Nothing => Err("len of nil pointer".into()),
        other => Err(format!("len of type {}", other.type_name())),
    }
}

/// The position of an index in a value of this length.
fn place(index: &Value<'_>, length: usize) -> Result<usize, String> {
    match index {
        Value::Int(number) | Value::Long(number) => usize::try_from(*number)
            .ok()
            .filter(|place| *place < length)
            .ok_or_else(|| format!("index out of range: {number}")),
        Value::Nothing => Err("cannot index slice/array with nil".into()),
        other => Err(format!("cannot index slice/array with type {}", other.type_name())),
    }
}

fn index<'t>(value: &Value<'t>, indexes: &[Value<'t>]) -> Result<Value<'t>, String> {
    let mut value = value.clone();
    if value == Value::Nothing {
        return Err("index of untyped nil".into());
    }
    for index in indexes {
        value = match &value {
            Value::Tree(tree) if matches!(tree.value, Json::List(_)) => {
                let place = place(index, tree.items().len())?;
                tree.items().get(place).map_or(Value::Nothing, Value::of)
            }
            Value::Tree(tree) => match index {
                Value::Text(key) => tree.get(key).map_or(Value::Nothing, Value::of),
                Value::Nothing => return Err("value is nil; should be of type string".into()),
                other => {
                    return Err(format!("value has type {}; should be string", other.type_name()));
                }
            },
            Value::Text(text) => {
                let place = place(index, text.len())?;
                Value::Int(text.as_bytes().get(place).map_or(0, |byte| i64::from(*byte)))
            }
            Value::Nothing => return Err("index of nil pointer".into()),
            other => return Err(format!("can't index item of type {}", other.type_name())),
        };
    }
    Ok(value)
}

fn slice<'t>(value: &Value<'t>, indexes: &[Value<'t>]) -> Result<Value<'t>, String> {
    let Value::Text(text) = value else {
        return Err(match value {
            Value::Nothing => "slice of untyped nil".into(),
            Value::Tree(tree) if matches!(tree.value, Json::List(_)) => {
                "slices of lists are not simulated here".into()
            }
            other => format!("can't slice item of type {}", other.type_name()),
        });
    };
    if indexes.len() > 2 {
        return Err("cannot 3-index slice a string".into());
    }
    let at = |number: usize, default: usize| match indexes.get(number) {
        Some(index) => place(index, text.len() + 1),
        None => Ok(default),
    };
    let (start, end) = (at(0, 0)?, at(1, text.len())?);
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    let bytes = text.as_bytes().get(start..end).unwrap_or_default();
    Ok(Value::Text(String::from_utf8_lossy(bytes).into_owned()))
}

/// The order of two values of one type.
fn order(one: &Value<'_>, other: &Value<'_>) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (Value::Int(one) | Value::Long(one), Value::Int(other) | Value::Long(other)) => {
            Some(one.cmp(other))
        }
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Float(one), Value::Float(other)) => {
            Some(format::number(one).cmp(&format::number(other)))
        }
        _ => None,
    }
}

fn compare(name: &str, first: &Value<'_>, rest: &[Value<'_>]) -> Result<bool, String> {
    let incompatible = || "incompatible types for comparison".to_owned();
    if rest.is_empty() {
        return Err("missing argument for comparison".into());
    }
    if matches!(name, "eq" | "ne") {
        let mut is_equal = false;
        for other in rest {
            let both = [first, other];
            let is_nothing = both.iter().any(|it| **it == Value::Nothing);
            if let Some(Value::Tree(_)) =
                both.iter().find(|it| matches!(it, Value::Tree(_))).copied().filter(|_| !is_nothing)
            {
                let (one, other) = (first.type_name(), other.type_name());
                return Err(match one == other {
                    true => {
                        format!(
                            "non-comparable type {}: {one}",
                            spaced("print", std::slice::from_ref(first))
                        )
                    }
                    false => incompatible(),
                });
            }
            let is_number = |it: &&Value<'_>| matches!(it, Value::Int(_) | Value::Long(_));
            let are_numbers = both.iter().all(is_number);
            if !is_nothing && !are_numbers && first.type_name() != other.type_name() {
                return Err(incompatible());
            }
            is_equal |= match order(first, other) {
                Some(order) => order.is_eq(),
                None => first == other,
            };
        }
        return Ok(is_equal == (name == "eq"));
    }
    let [other] = rest else { return Err(incompatible()) };
    if [first, other].iter().any(|it| matches!(it, Value::Nothing | Value::Tree(_))) {
        return Err("invalid type for comparison".into());
    }
    let order =
        order(first, other).ok_or_else(|| match first.type_name() == other.type_name() {
            true => "invalid type for comparison".into(),
            false => incompatible(),
        })?;
    Ok(match name {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        _ => order.is_ge(),
    })
}
