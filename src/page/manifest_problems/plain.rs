//! The words of kubectl and the API server in plain words.

use crate::api::json::{Node, Place, Value};
use crate::manifest::{Document, Refusal};

/// A cause, with its place if that is not the place of the refusal.
type Cause = (Option<Place>, String);

/// The causes of a refusal, each with what to do.
pub(super) fn causes(document: &Document, refusal: &Refusal) -> Vec<Cause> {
    let Refusal { stderr, advice, .. } = refusal;
    let at = |path: &str| Some(document.tree.locate(path));
    if let Some((_, details)) = stderr.split_once(" is invalid: ") {
        let details: Vec<&str> = details.lines().filter(|line| !line.is_empty()).collect();
        let is_one = details.len() == 1;
        let cause = |detail: &&str| {
            let detail = detail.strip_prefix("* ").unwrap_or(detail);
            let (field, words) = detail.split_once(": ").unwrap_or(("", detail));
            (at(field), invalid(field, words, advice, is_one))
        };
        return details.iter().map(cause).collect();
    }
    if let Some((_, fields)) = stderr.split_once("strict decoding error: ") {
        let paths = fields.split('"').skip(1).step_by(2);
        let causes = paths.zip(advice.lines());
        return causes.map(|(path, advice)| (at(path), sentence(advice))).collect();
    }
    let (cause, fix) = match stderr.split_once(" cannot be handled as a ") {
        Some((_, words)) => wrong_type(document, refusal, words),
        None => (before_decoding(stderr), None),
    };
    let fix = fix.unwrap_or_else(|| sentence(advice));
    let text = format!("{cause} {fix}");
    let rest = || sentence(stderr.trim().rsplit(": ").next().unwrap_or_default());
    vec![(None, if text.trim().is_empty() { rest() } else { text.trim().into() })]
}

/// Causes that kubectl finds before it reads the fields of an object. Empty if the advice is the cause.
fn before_decoding(stderr: &str) -> String {
    let quoted = |after: &str| stderr.split_once(after)?.1.split('"').nth(1);
    if stderr.contains("[apiVersion not set, kind not set]") {
        "apiVersion and kind are missing.".into()
    } else if stderr.contains("apiVersion not set") {
        "apiVersion is missing.".into()
    } else if stderr.contains("kind not set") {
        "kind is missing.".into()
    } else if stderr.contains("isn't string type") {
        "This is not text.".into()
    } else if stderr.contains("invalid object to validate") {
        "This is not an object.".into()
    } else if let (Some(kind), Some(version)) = (quoted("for kind "), quoted("in version ")) {
        format!("The cluster has no kind {kind} in {version}.")
    } else if stderr.contains("resource name may not be empty") {
        "metadata.name is missing.".into()
    } else if stderr.contains("generate name") {
        "kubectl apply needs a name.".into()
    } else {
        String::new()
    }
}

/// An invalid field in plain words. The advice has lines for several fields, unless there is one only.
fn invalid(field: &str, words: &str, advice: &str, is_one: bool) -> String {
    let advice = || {
        let is_about = |line: &&str| {
            let word = match words {
                _ if words.starts_with("Not found") => "volume",
                _ if words.contains("`selector`") => "the same labels",
                _ => field,
            };
            is_one || line.contains(word)
        };
        sentence(advice.lines().find(is_about).unwrap_or_default())
    };
    let (kind, rest) = words.split_once(": ").unwrap_or((words, ""));
    let text = match kind {
        "Required value" if field == "spec.selector" => format!("{field} is missing. {}", advice()),
        "Required value" if rest.is_empty() => format!("{field} is missing."),
        "Required value" => format!("{field} is missing: {rest}."),
        "Not found" => format!("No volume is named {rest}. {}", advice()),
        "Duplicate value" => format!("{field} {rest} is used twice."),
        "Unsupported value" => {
            let (value, supported) =
                rest.split_once(": supported values: ").unwrap_or((rest, "another"));
            let supported = list(&supported.replace('"', ""), "or");
            format!("{field} must be {supported}, not {}.", short(value))
        }
        "Invalid value" => {
            let (value, words) = rest.rsplit_once(": ").unwrap_or(("", rest));
            let cause = invalid_value(field, &short(value), words);
            if words.starts_with("must ") { cause } else { format!("{cause} {}", advice()) }
        }
        _ => format!("{field}: {words}."),
    };
    text.trim_end().into()
}

fn invalid_value(field: &str, value: &str, words: &str) -> String {
    let is_name = words.contains("RFC 1123") || words.contains("DNS-1035");
    if is_name {
        let signs = if words.contains("subdomain") { "dashes, and dots" } else { "and dashes" };
        let ends = match words.contains("DNS-1035") {
            true => "a letter at the start and a letter or digit at the end",
            false => "a letter or digit at both ends",
        };
        format!("{field} can't be {value}: use lowercase letters, digits, {signs}, with {ends}.")
    } else if words.contains("`selector` does not match") {
        "The selector doesn't match the labels of the pod template.".into()
    } else if let Some(limit) = words.strip_prefix("must be no more than ") {
        format!("{field} is too long: the maximum is {limit}.")
    } else if words == "must be unique" {
        format!("{field} {value} is used twice.")
    } else if let Some(wanted) = words.strip_prefix("must be ") {
        let wanted = wanted.replace("greater than or equal to 0", "0 or more").replace('\'', "");
        format!("{field} must be {wanted}, not {value}.")
    } else {
        format!("{field} can't be {value}: {words}.")
    }
}

/// A value of the wrong type in plain words, and what to do if the advice does not fit.
fn wrong_type(document: &Document, refusal: &Refusal, words: &str) -> (String, Option<String>) {
    let place = Place { line: refusal.line, column: refusal.column };
    let found = node_at(&document.tree, place);
    let value = found.map(|node| match &node.value {
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a map".into(),
        Value::Null => "empty".into(),
        _ => short(&node.json()),
    });
    let value = value.unwrap_or_default();
    if words.contains("quantit") {
        return (format!("{value} is not an amount."), None);
    }
    let Some((path, wanted)) = words.rsplit_once(" of type ") else {
        return (String::new(), None);
    };
    let wanted = wanted.trim();
    let path = path.rsplit_once(" into Go struct field ").and_then(|(_, it)| it.split_once('.'));
    let path = path.map_or("This", |(_, path)| path);
    let is_plain = words.contains("unmarshal number") || words.contains("unmarshal bool");
    let text = found.map_or("", Node::as_text);
    let without_quotes = || Some(format!("Remove the quotes: {text}."));
    let (wanted, fix) = match wanted {
        _ if wanted.starts_with("int") && text.parse::<i64>().is_ok() => {
            ("a whole number", without_quotes())
        }
        _ if wanted.starts_with("int") => ("a whole number", Some(String::new())),
        "bool" if matches!(text, "true" | "false") => ("true or false", without_quotes()),
        "bool" => ("true or false", Some(String::new())),
        _ if wanted.starts_with("[]") => ("a list", None),
        _ if wanted.starts_with("map[") && !is_plain => ("a map", None),
        _ if is_plain => ("text", Some("Put it in quotes.".into())),
        "string" => ("text", None),
        _ => ("a map of fields", None),
    };
    (format!("{path} must be {wanted}, not {value}."), fix)
}

/// The node that begins at a place.
fn node_at(node: &Node, place: Place) -> Option<&Node> {
    let is_inside = |inner: &&Node| inner.place == place;
    match &node.value {
        Value::List(items) => {
            let own = items.iter().find(is_inside);
            own.or_else(|| items.iter().find_map(|item| node_at(item, place)))
        }
        Value::Map(entries) => {
            let own =
                entries.iter().find(|entry| entry.place == place || entry.node.place == place);
            let own = own.map(|entry| &entry.node);
            own.or_else(|| entries.iter().find_map(|entry| node_at(&entry.node, place)))
        }
        _ => None,
    }
}

/// A value that is not longer than a line.
fn short(value: &str) -> String {
    const MAX: usize = 40;
    match value.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.into(),
    }
}

/// `a, b, c` as `a, b, and c`.
pub(super) fn list(names: &str, word: &str) -> String {
    let names: Vec<&str> = names.trim().split(", ").collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).into(),
        [one, other] => format!("{one} {word} {other}"),
        [first @ .., last] => format!("{}, {word} {last}", first.join(", ")),
    }
}

/// The lines of an advice as sentences. Names of fields and values keep their first letter.
pub(super) fn sentence(advice: &str) -> String {
    let sentences = advice.lines().map(|line| {
        let word = line.split(' ').next().unwrap_or_default();
        let is_name =
            word.contains(['.', '-', ':']) || line.contains(" has no field ") && word != "the";
        let mut letters = line.chars();
        let first = letters.next().map(|it| if is_name { it } else { it.to_ascii_uppercase() });
        let end = if line.ends_with(['.', '?', '!']) { "" } else { "." };
        format!("{}{}{end}", first.map(String::from).unwrap_or_default(), letters.as_str())
    });
    sentences.collect::<Vec<_>>().join(" ")
}
