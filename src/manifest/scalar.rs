//! What a plain YAML scalar means.
//!
//! Follows `goyaml.v2/resolve.go` of `sigs.k8s.io/yaml`: the words of YAML 1.1, `yes` and `on`
//! included; whole numbers in Go's notations.

use crate::api::json::Entry;
pub(super) use crate::api::json::{Value, quoted};

/// The value of an unquoted scalar.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Value::Float("+Inf".into());
        }
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float("-Inf".into()),
        ".nan" | ".NaN" | ".NAN" => return Value::Float("NaN".into()),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Value::Text(text.into());
    }
    // Of a number that begins with a point, Go takes only underscores between digits.
    let is_kept = text.starts_with("._") || text.starts_with('.') && text.ends_with('_');
    let plain = if is_kept { text.into() } else { text.replace('_', "") };
    if let Some(number) = integer(&plain) {
        return Value::Int(number);
    }
    match float(&plain) {
        Some(number) => decimal(&number),
        None => Value::Text(text.into()),
    }
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match (lower.get(..2), lower.get(2..)) {
        (Some("0x"), Some(rest)) => (16, rest),
        (Some("0o"), Some(rest)) => (8, rest),
        (Some("0b"), Some(rest)) => (2, rest),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.as_str()),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

/// A number as JSON writes it, if the text is one that a double can hold:
/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Option<String> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mantissa = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !is_digits(digits) {
                return None;
            }
            mantissa
        }
        None => unsigned,
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !is_digits(whole) || !is_digits(fraction) || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some(as_json(text)).filter(|number| is_finite(number))
}

/// The value of a number in JSON, written as Go writes it: whole numbers in digits up to 1e21, others with an
/// exponent from 1e-7 down (`floatEncoder` of `encoding/json`).
///
/// Digits beyond the precision of a double are kept.
pub(super) fn decimal(number: &str) -> Value {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let exponent = exponent.trim_start_matches('+').parse::<i64>().unwrap_or(i64::MIN);
    // The place of the point, counted from the first digit that is not 0.
    let dropped = all.len() - significant.len();
    let point = (whole.len() as i64 - dropped as i64).saturating_add(exponent);
    let digits = significant.trim_end_matches('0');
    if digits.is_empty() || point < -323 {
        return Value::Int(0);
    }
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = digits.len() as i64;
    if (length..=21).contains(&point) {
        let number = format!("{sign}{digits}{}", zeros(point - length));
        return number.parse().map_or(Value::Float(number), Value::Int);
    }
    Value::Float(match point {
        -5..=0 => format!("{sign}0.{}{digits}", zeros(-point)),
        1..=21 => {
            let (whole, fraction) = digits.split_at(point as usize);
            format!("{sign}{whole}.{fraction}")
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{dot}{rest}e{:+}", point - 1)
        }
    })
}

/// Whether a double can hold a number that is written as JSON writes it; Go takes the others for texts.
pub(super) fn is_finite(number: &str) -> bool {
    /// The first digits of the largest double, which has `DIGITS` of them before its point.
    const LARGEST: &str = "17976931348623157";
    const DIGITS: i64 = 309;
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = all.trim_start_matches('0');
    let zeros = all.len() - digits.len();
    let is_small = exponent.starts_with('-');
    let Ok(exponent) = exponent.parse::<i64>() else { return is_small || digits.is_empty() };
    let whole = i64::try_from(all.len() - fraction.len()).unwrap_or(i64::MAX);
    let before = whole.saturating_add(exponent).saturating_sub_unsigned(zeros as u64);
    digits.is_empty()
        || before < DIGITS
        || before == DIGITS && digits.get(..LARGEST.len()).unwrap_or(digits) <= LARGEST
}

/// A number of [`float`] as JSON writes it: no `+`, no zeros before the number, digits on both sides of the point.
fn as_json(text: &str) -> String {
    let sign = if text.starts_with('-') { "-" } else { "" };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) =
        unsigned.split_at(unsigned.find(['e', 'E']).unwrap_or(unsigned.len()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}{exponent}")
}

/// The YAML tag of a value, without `!!`.
fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "str",
        Value::List(_) => "seq",
        Value::Map(_) => "map",
    }
}

/// The tag of merge keys.
pub(super) const MERGE_TAG: &str = "tag:yaml.org,2002:merge";

/// What YAML calls a number that JSON has not, and what Go calls it.
pub(super) fn infinity(number: &str) -> Option<(&'static str, &'static str)> {
    match number {
        "+Inf" => Some((".inf", "+Inf")),
        "-Inf" => Some(("-.inf", "-Inf")),
        "NaN" => Some((".nan", "NaN")),
        _ => None,
    }
}

/// The value of a scalar with this tag, or the words of the YAML library for what is wrong with it.
pub(super) fn value(tag: Option<&str>, text: String, is_plain: bool) -> Result<Value, String> {
    let Some(tag) = tag else {
        return Ok(if is_plain { resolve(&text) } else { Value::Text(text) });
    };
    let wanted = match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name @ ("null" | "bool" | "int" | "float" | "timestamp")) => name,
        Some("binary") => {
            let words = "yaml: !!binary value contains invalid base64 data";
            let bytes = base64(&text).map_err(|_| words)?;
            return Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()));
        }
        _ => return Ok(Value::Text(text)),
    };
    let value = resolve(&text);
    let found = match &value {
        // A whole number may be written as a fraction.
        Value::Int(_) if integer(&text.replace('_', "")).is_none() => "float",
        Value::Text(text) if wanted == "timestamp" && is_date(text) => "timestamp",
        value => name_of(value),
    };
    if found == wanted || found == "int" && wanted == "float" {
        Ok(value)
    } else {
        Err(format!("yaml: cannot decode !!{found} `{text}` as a !!{wanted}"))
    }
}

/// Whether a text begins like a date; what follows it is not read.
fn is_date(text: &str) -> bool {
    let year = text.split_once('-').map_or("", |(year, _)| year);
    year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit())
}

/// What base64 stands for; line breaks in it mean nothing.
///
/// # Errors
/// The index of the byte that Go's `encoding/base64` names.
pub(crate) fn base64(text: &str) -> Result<Vec<u8>, usize> {
    let is_letter = |(_, byte): &(usize, u8)| !matches!(byte, b'\r' | b'\n');
    let letters: Vec<(usize, u8)> = text.bytes().enumerate().filter(is_letter).collect();
    let (mut bytes, mut chunks) = (Vec::new(), letters.chunks(4).peekable());
    while let Some(chunk) = chunks.next() {
        let start = chunk.first().map_or(0, |(index, _)| *index);
        let (mut bits, mut digits) = (0_u32, 0);
        for (index, letter) in chunk {
            let digit = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if digits > 1 => break,
                _ => return Err(*index),
            };
            bits |= u32::from(digit) << (18 - 6 * digits);
            digits += 1;
        }
        let padding = chunk.iter().skip(digits).filter(|(_, letter)| *letter == b'=').count();
        match chunk.get(digits) {
            _ if chunk.len() < 4 => {
                return Err(if digits < chunk.len() { text.len() } else { start });
            }
            Some((index, _)) if digits + padding < 4 => return Err(*index + 1),
            _ => {}
        }
        if let Some((index, _)) = chunks.peek().filter(|_| padding > 0).and_then(|it| it.first()) {
            return Err(*index);
        }
        bytes.extend(bits.to_be_bytes().iter().skip(1).take(digits - 1));
    }
    Ok(bytes)
}

/// A text with what is not printable escaped, as Go's `strconv.Quote` does, without the quotes.
pub(super) fn escaped(text: &str) -> String {
    let quoted = quoted(text);
    quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// A value as Go's `%#v` prints what its YAML library made of it.
pub(super) fn go_syntax(value: &Value) -> String {
    let list = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Null => "interface {}(nil)".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.clone(),
        Value::Text(text) => quoted(text),
        Value::List(items) => {
            let items = items.iter().map(|item| go_syntax(&item.value)).collect();
            format!("[]interface {{}}{{{}}}", list(items))
        }
        Value::Map(entries) => {
            let entry = |it: &Entry| format!("{}:{}", quoted(&it.key), go_syntax(&it.node.value));
            let entries = entries.iter().map(entry).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", list(entries))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        for (text, bytes) in [
            ("", Ok("")),
            ("aGVsbG8=", Ok("hello")),
            ("aGVs\nbG8h\n", Ok("hello!")),
            ("aA==", Ok("h")),
            ("a", Err(0)),
            ("aGVsbG8", Err(4)),
            ("hello world!", Err(5)),
            ("aA=", Err(3)),
            ("aA=a", Err(3)),
            ("aA==aA==", Err(4)),
            ("=", Err(0)),
        ] {
            assert_eq!(base64(text), bytes.map(|it| it.as_bytes().to_vec()), "{text}");
        }
    }

    #[test]
    fn scalars_mean_what_they_mean_to_kubectl() {
        for (text, value) in [
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("~", Value::Null),
            ("12", Value::Int(12)),
            ("-1", Value::Int(-1)),
            ("+7", Value::Int(7)),
            ("0755", Value::Int(493)),
            ("0x1F", Value::Int(31)),
            ("0o17", Value::Int(15)),
            ("0b11", Value::Int(3)),
            ("1_000", Value::Int(1000)),
            ("3.0", Value::Int(3)),
            ("3.5", Value::Float("3.5".into())),
            ("1e3", Value::Int(1000)),
            ("99999999999999999999", Value::Float("99999999999999999999".into())),
            ("+.5", Value::Float("0.5".into())),
            ("1e308", Value::Float("1e+308".into())),
            ("-17.9e307", Value::Float("-1.79e+308".into())),
            ("1e309", Value::Text("1e309".into())),
            ("1.8e308", Value::Text("1.8e308".into())),
            ("0.001e311", Value::Float("1e+308".into())),
            ("0e999", Value::Int(0)),
            ("1e-99999999999999999999", Value::Int(0)),
            ("-.0", Value::Int(0)),
            ("-007.50", Value::Float("-7.5".into())),
            ("0.000001", Value::Float("0.000001".into())),
            ("1.5e-7", Value::Float("1.5e-7".into())),
            ("1e21", Value::Float("1e+21".into())),
            ("1.e3", Value::Int(1000)),
            ("1Gi", Value::Text("1Gi".into())),
            ("1.2.3", Value::Text("1.2.3".into())),
            ("2026-11-20", Value::Text("2026-11-20".into())),
            ("--", Value::Text("--".into())),
            ("-", Value::Text("-".into())),
            (".", Value::Text(".".into())),
            ("09", Value::Int(9)),
            ("ja", Value::Text("ja".into())),
        ] {
            assert_eq!(resolve(text), value, "{text}");
        }
    }
}
