//! `kubectl explain`: the fields of a kind, with their types (`k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl`).

mod described;
pub(crate) mod types;

use super::{Call, Plan};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::manifest::schema::table;

/// `kubectl explain`.
pub(super) fn run(call: &Call<'_>) -> Plan {
    let word = match call.words.plain.as_slice() {
        [word] => word,
        [_, ..] if call.view.is_recent() => {
            return Plan::refuse("error: We accept only this format: explain RESOURCE");
        }
        _ => {
            return Plan::refuse(
                "error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete \
                 list of supported resources.",
            );
        }
    };
    // A resource may be written with its group, as in `statefulsets.apps.spec`.
    let with_group = word.match_indices('.').filter_map(|(at, _)| {
        let rest = &word[at + 1..];
        let end = rest.find('.').map_or(word.len(), |length| at + 1 + length);
        call.view.kind(&word[..end]).map(|_| (&word[..end], word[end..].trim_start_matches('.')))
    });
    let (first, path) = with_group.last().unwrap_or(word.split_once('.').unwrap_or((word, "")));
    let Some(of) = call.view.kind(first) else {
        let error = if call.view.is_recent() { "" } else { "error: " };
        return Plan::refuse(format!("{error}the server doesn't have a resource type \"{first}\""));
    };
    let other = call.words.flag("api-version").filter(|it| !["", of.api_version()].contains(it));
    if let Some(version) = other {
        let resource = of.plural();
        return Plan::refuse(format!(
            "error: couldn't find resource for \"{version}, Resource={resource}\"\n"
        ));
    }
    let mut text = match of.group() {
        "" => String::new(),
        group => format!("GROUP:      {}\n", &group[1..]),
    };
    let version = of.api_version().rsplit('/').next().unwrap_or("");
    text += &format!("KIND:       {}\nVERSION:    {version}\n\n", of.name());
    let is_recursive = call.words.has("recursive");
    let steps: Vec<&str> = path.split('.').filter(|step| !step.is_empty()).collect();
    let schema = schema_of(call, of);
    let found = schema.and_then(|schema| output(&schema, &steps, &mut Vec::new(), is_recursive));
    match found {
        Some(found) => Plan::print(text + &found + "\n"),
        None => {
            let last = steps.last().unwrap_or(&first);
            let mut plan = Plan::refuse(format!("error: field \"{last}\" does not exist"));
            plan.output.stdout = text;
            plan
        }
    }
}

/// The schema of a kind.
fn schema_of(call: &Call<'_>, of: Kind) -> Option<Tree> {
    if let Kind::Custom(_) = of {
        let mut all = call.view.cluster.store.definitions();
        let definition = all.find(|it| it.defined_kind() == Some(of))?;
        return Some(types::custom_schema(of, definition.version(of.api_version())?));
    }
    let is_it = |group: &str, name: &str| group == of.api_version() && name == of.name();
    table().iter().find(|it| it.is_kind && is_it(it.group, it.name)).map(types::schema)
}

/// The schema behind a reference, or the schema itself; and the reference.
fn resolved(schema: &Tree) -> (Tree, String) {
    let reference = schema.text("$ref");
    (types::named(reference).unwrap_or_else(|| schema.clone()), reference.to_owned())
}

/// The schema of the items of a list, or of the values of a map.
fn inner(schema: &Tree) -> Option<&Tree> {
    let values = schema.get("additionalProperties");
    schema.get("items").or(values.filter(|values| !values.entries().is_empty()))
}

/// What is printed of the field at a path; none if it does not exist.
fn output(
    schema: &Tree,
    path: &[&str],
    seen: &mut Vec<String>,
    is_recursive: bool,
) -> Option<String> {
    let (whole, reference) = resolved(schema);
    let Some((first, rest)) = path.split_first() else {
        let mut words = String::new();
        description(&whole, &mut words);
        let words = if words.is_empty() { "<empty>" } else { &words };
        let mut text = format!("DESCRIPTION:\n{}\n", wrapped(words, 76, 4));
        let mut fields = String::new();
        list(&whole, 1, &mut Vec::new(), is_recursive, &mut fields);
        if !fields.is_empty() {
            text += &format!("FIELDS:\n{fields}");
        }
        return Some(text);
    };
    if !reference.is_empty() {
        if seen.contains(&reference) {
            return None;
        }
        seen.push(reference);
    }
    if let Some(property) = whole.get("properties").and_then(|all| all.get(first)) {
        let mut text = String::new();
        if rest.is_empty() {
            text = format!("FIELD: {first} <{}>\n{}\n\n", guess(property), choices(property, None));
        }
        return Some(text + &output(property, rest, &mut Vec::new(), is_recursive)?);
    }
    match inner(&whole) {
        Some(item) => output(item, path, seen, is_recursive),
        None => whole.list("allOf").iter().find_map(|one| output(one, path, seen, is_recursive)),
    }
}

/// The descriptions of a schema and of what it is made of, a line each.
fn description(schema: &Tree, out: &mut String) {
    let (whole, _) = resolved(schema);
    match whole.text("description") {
        "" => {}
        words => *out += &format!("{words}\n"),
    }
    whole.list("allOf").iter().chain(inner(&whole)).for_each(|one| description(one, out));
}

/// Adds the fields of a schema; with `is_recursive` those inside, too, a line each.
fn list(schema: &Tree, level: usize, seen: &mut Vec<String>, is_recursive: bool, out: &mut String) {
    let (whole, reference) = resolved(schema);
    if !reference.is_empty() && seen.contains(&reference) {
        return;
    }
    seen.push(reference);
    let indent = level * 2;
    let properties = whole.get("properties").map_or(&[] as &[_], Tree::entries);
    let required: Vec<&str> = whole.list("required").iter().map(Tree::as_text).collect();
    for entry in properties {
        let (name, property) = (&entry.key, &entry.node);
        let mark = if required.contains(&name.as_str()) { " -required-" } else { "" };
        *out += &format!("{:indent$}{name}\t<{}>{mark}", "", guess(property));
        *out += &(choices(property, Some(indent)) + "\n");
        if is_recursive {
            list(property, level + 1, seen, is_recursive, out);
            continue;
        }
        let words = property.text("description");
        let words = if words.is_empty() { "<no description>" } else { words };
        *out += &format!("{}\n\n", wrapped(words, 78 - indent, indent + 2));
    }
    let parts = whole.list("allOf").iter().chain(inner(&whole));
    parts.for_each(|one| list(one, level, seen, is_recursive, out));
    seen.pop();
}

/// A short name for the type of a schema.
fn guess(schema: &Tree) -> String {
    let object =
        |name: &str| if ["", "object"].contains(&name) { "Object" } else { name }.to_owned();
    if let Some(item) = schema.get("items") {
        return format!("[]{}", guess(item));
    }
    if let Some(value) = inner(schema) {
        return format!("map[string]{}", guess(value));
    }
    if let ([one], None) = (schema.list("allOf"), schema.get("properties")) {
        return guess(one);
    }
    match schema.text("$ref") {
        "" => object(schema.text("type")),
        name => match types::named(name).as_ref().map_or("", |it| it.text("type")) {
            "" | "object" => object(name.rsplit(['/', '.']).next().unwrap_or_default()),
            of => of.to_owned(),
        },
    }
}

/// The values that a schema allows: a line each, or, below a field that is indented so far, the first four.
fn choices(schema: &Tree, indent: Option<usize>) -> String {
    let mut text = String::new();
    for (number, value) in schema.list("enum").iter().enumerate() {
        text += match (number, indent) {
            (0, None) => "ENUM:\n    ",
            (0, Some(_)) => "\n",
            (_, None) => "\n    ",
            (4, Some(_)) => return text + ", ....",
            (_, Some(_)) => ", ",
        };
        if let (0, Some(indent)) = (number, indent) {
            text += &format!("{:indent$}enum: ", "");
        }
        let word = value.as_text();
        text += &if word.is_empty() { "\"\"".to_owned() } else { word.to_owned() };
    }
    text
}

/// Lines of at most so many letters, indented.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for paragraph in text.split('\n') {
        for word in paragraph.split(' ') {
            if line.len() + word.len() > width {
                lines.push(std::mem::take(&mut line));
            }
            line += word;
            line.push(' ');
        }
        lines.push(std::mem::take(&mut line));
    }
    let lines: Vec<String> =
        lines.iter().map(|line| format!("{:indent$}{}", "", line.trim_end_matches(' '))).collect();
    lines.join("\n")
}
