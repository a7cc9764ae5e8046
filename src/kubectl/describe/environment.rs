//! The environment variables of a container (`describeContainerEnvVars`).

use super::{Text, Tree, or};
use crate::api::resource_field;

/// Describes the variables; `pod` is missing for a template.
pub(super) fn describe(text: &mut Text<'_>, container: &Tree, pod: Option<&Tree>) {
    let sources = container.list("envFrom");
    if !sources.is_empty() {
        text.line(2, "Environment Variables from:");
    }
    for source in sources {
        let (kind, from) = match source.get("configMapRef") {
            Some(map) => ("ConfigMap", Some(map)),
            None => ("Secret", source.get("secretRef")),
        };
        let name = from.map_or("", |from| from.text("name"));
        let prefix = match source.text("prefix") {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        text.line(3, &format!("{name}\t{kind}{prefix}\tOptional: {}", optional(from)));
    }
    let variables = container.list("env");
    if variables.is_empty() {
        return text.field(2, "Environment", "<none>");
    }
    text.line(2, "Environment:");
    for variable in variables {
        let source = variable.get("valueFrom").and_then(|source| source.entries().first());
        let value = match source {
            None => variable.text("value").replace('\n', "\\n"),
            Some(entry) => value_from(&entry.key, &entry.node, container, pod),
        };
        text.field(3, variable.text("name"), &value);
    }
}

fn optional(source: Option<&Tree>) -> String {
    or(source.map_or_else(String::new, |source| source.word("optional")), "false")
}

fn value_from(kind: &str, source: &Tree, container: &Tree, pod: Option<&Tree>) -> String {
    match kind {
        "fieldRef" => {
            let path = source.text("fieldPath");
            let value = pod.map_or_else(String::new, |pod| field(pod, path));
            format!("{value} ({}:{path})", or(source.text("apiVersion").into(), "v1"))
        }
        "resourceFieldRef" => {
            let resource = source.text("resource");
            let amount = container.word(&format!("resources.{resource}"));
            let value = resource_field(&amount, &source.word("divisor"));
            let value = match (value, resource) {
                (0, "limits.cpu" | "limits.memory") => "node allocatable".to_owned(),
                (value, _) => value.to_string(),
            };
            format!("{value} ({resource})")
        }
        "secretKeyRef" | "configMapKeyRef" => {
            let what = if kind == "secretKeyRef" { "in secret" } else { "of config map" };
            let (key, name) = (source.text("key"), source.text("name"));
            let optional = optional(Some(source));
            format!("<set to the key '{key}' {what} '{name}'>\tOptional: {optional}")
        }
        _ => String::new(),
    }
}

/// The value of a field of a pod; kubectl only knows those of its metadata (`ExtractFieldPathAsString`).
fn field(pod: &Tree, path: &str) -> String {
    let (map, key) = match path.strip_suffix("']").and_then(|path| path.split_once("['")) {
        Some((map, key)) => (map, Some(key)),
        None => (path, None),
    };
    match (map, key) {
        ("metadata.labels" | "metadata.annotations", key) => {
            let entries = pod.at(map).map_or(&[] as &[_], Tree::entries);
            let wanted = entries.iter().filter(|entry| key.is_none_or(|key| entry.key == key));
            let values = wanted.map(|entry| match key {
                Some(_) => entry.node.as_text().to_owned(),
                None => format!("{}={}", entry.key, crate::api::json::quoted(entry.node.as_text())),
            });
            values.collect::<Vec<_>>().join("\\n")
        }
        ("metadata.name" | "metadata.namespace" | "metadata.uid", None) => pod.word(map),
        _ => String::new(),
    }
}
