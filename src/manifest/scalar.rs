//! What a plain YAML scalar means.
//!
//! Follows `goyaml.v2/resolve.go` of `sigs.k8s.io/yaml`: the words of YAML 1.1, `yes` and `on`
//! included; whole numbers in Go's notations.

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
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Value::Text(text.into());
    }
    let plain = text.replace('_', "");
    if let Some(number) = integer(&plain) {
        return Value::Int(number);
    }
    match float(&plain) {
        Some(Number::Whole(number)) => Value::Int(number),
        Some(Number::Other) => Value::Float(as_json(&plain)),
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

enum Number {
    /// A whole number written as a decimal, such as `3.0`.
    Whole(i64),
    Other,
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Option<Number> {
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !is_digits(digits) {
                return None;
            }
            (mantissa, true)
        }
        None => (unsigned, false),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !is_digits(whole) || !is_digits(fraction) || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let is_whole = !exponent && fraction.bytes().all(|byte| byte == b'0');
    let number = as_json(text);
    if !is_finite(&number) {
        return None;
    }
    match number.split_once('.').map_or(number.as_str(), |(whole, _)| whole).parse() {
        Ok(number) if is_whole => Some(Number::Whole(number)),
        _ => Some(Number::Other),
    }
}

/// Whether a double can hold a number that is written as JSON writes it; Go takes the others for texts.
fn is_finite(number: &str) -> bool {
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
pub(super) fn tag(value: &Value) -> &'static str {
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

/// The letters at a character index of the text: the name after `*` or `&`.
pub(super) fn word_at(text: &str, index: usize) -> String {
    text.chars()
        .skip(index)
        .skip_while(|c| matches!(c, '*' | '&'))
        .take_while(|c| !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}'))
        .take(64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("1e3", Value::Float("1e3".into())),
            ("99999999999999999999", Value::Float("99999999999999999999".into())),
            ("+.5", Value::Float("0.5".into())),
            ("1e308", Value::Float("1e308".into())),
            ("-17.9e307", Value::Float("-17.9e307".into())),
            ("1e309", Value::Text("1e309".into())),
            ("1.8e308", Value::Text("1.8e308".into())),
            ("0.001e311", Value::Float("0.001e311".into())),
            ("0e999", Value::Float("0e999".into())),
            ("1e-99999999999999999999", Value::Float("1e-99999999999999999999".into())),
            ("-.0", Value::Int(0)),
            ("-007.50", Value::Float("-7.50".into())),
            ("1.e3", Value::Float("1e3".into())),
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
