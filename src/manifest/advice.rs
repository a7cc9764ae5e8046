//! What to do about a refusal: what the API server does not say.

use super::decode::{Extra, Found, Seen};
use super::validate::FieldError;
use super::{known, names};
use crate::api::{Kind, Object};
use crate::notation::closest;

/// One line for each unknown field: where it belongs, or what it may have been meant to be.
pub(super) fn unknown(found: &Found) -> String {
    let lines: Vec<String> =
        found.unknown.iter().map(|extra| unknown_field(extra, found)).collect();
    lines.join("\n")
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn join(parent: &str, field: &str) -> String {
    if parent.is_empty() { field.into() } else { format!("{parent}.{field}") }
}

fn has_field(seen: &Seen, field: &str) -> bool {
    seen.fields.contains(&field) || known::further_fields(seen.name).any(|known| known == field)
}

fn unknown_field(extra: &Extra, found: &Found) -> String {
    let (parent, field) = split(&extra.path);
    let subject = if parent.is_empty() { "the object" } else { parent };
    let is_around = |path: &str| {
        path.is_empty()
            || parent.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    // Wrongly indented: the same field of an object around this one, the nearest first.
    let around = found.seen.iter().filter(|seen| is_around(&seen.path) && has_field(seen, field));
    let nearest = around.max_by_key(|seen| seen.path.len());
    let own = found.seen.iter().find(|seen| seen.path == parent);
    let candidates = || {
        own.into_iter()
            .flat_map(|seen| seen.fields.iter().copied().chain(known::further_fields(seen.name)))
            .filter(|name| !name.is_empty())
    };
    let elsewhere = || found.seen.iter().find(|seen| has_field(seen, field));
    let meant = nearest
        .map(|seen| join(&seen.path, field))
        .or_else(|| closest(field, candidates()).map(|name| join(parent, name)))
        .or_else(|| elsewhere().map(|seen| join(&seen.path, field)));
    match meant {
        Some(meant) => format!("{subject} has no field {field}; did you mean {meant}?"),
        None => format!("{subject} has no field {field}; remove it"),
    }
}

/// What to write instead of a value of the wrong type.
pub(super) fn wrong_type(message: &str) -> String {
    let wanted = message.rsplit(" of type ").next().unwrap_or_default();
    let is_plain = message.contains("unmarshal number") || message.contains("unmarshal bool");
    if message.starts_with("quantities") || message.starts_with("unable to parse quantity") {
        "write an amount such as 1Gi or 500Mi".into()
    } else if message.starts_with("illegal base64") {
        "encode the value in base64; in a Secret, stringData takes plain text".into()
    } else if wanted.starts_with("int") {
        "write a whole number such as 3, without letters or quotes".into()
    } else if wanted == "bool" {
        "write true or false, without quotes".into()
    } else if wanted.starts_with("[]") {
        "write a list: each item on a line that begins with -".into()
    } else if is_plain && (wanted.starts_with("map[") || wanted == "string") {
        "put the value in quotes".into()
    } else if wanted.starts_with("map[") {
        "write pairs such as app: web".into()
    } else if message.contains("unmarshal array") || message.contains("unmarshal object") {
        "write a single value".into()
    } else {
        "write fields below it, indented".into()
    }
}

/// What to do about an invalid object, a line for each error that has more to say.
pub(super) fn invalid(object: &Object, errors: &[FieldError]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for error in errors {
        let line = invalid_field(object, error);
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn invalid_field(object: &Object, error: &FieldError) -> String {
    let FieldError { field, detail } = error;
    if field == "spec.selector" && detail == "Required value" {
        "add spec.selector.matchLabels, with labels that spec.template.metadata.labels has too"
            .into()
    } else if detail.contains("`selector` does not match") {
        "give spec.selector.matchLabels and spec.template.metadata.labels the same labels".into()
    } else if detail.starts_with("Not found") {
        match claim_names(object).as_slice() {
            [] => "add a volume of this name, or a claim of this name to spec.volumeClaimTemplates"
                .into(),
            names => format!("the pod has these volumes: {}", names.join(", ")),
        }
    } else if field.ends_with("spec.restartPolicy")
        && matches!(object.kind(), Kind::Job | Kind::CronJob)
    {
        "jobs end: write restartPolicy: OnFailure, or Never".into()
    } else if field.ends_with("spec.restartPolicy") {
        "leave restartPolicy out: the pods of a set always restart their containers".into()
    } else if detail.contains("RFC 1123")
        || detail.contains("DNS-1035")
        || detail.contains("63 characters")
    {
        let value = detail.split('"').nth(1).unwrap_or_default();
        match names::repaired(value).filter(|name| name != value) {
            Some(name) => format!("for example, use {name} for {field}"),
            None => String::new(),
        }
    } else if detail.contains("only allowed for updateStrategy") {
        "remove rollingUpdate, or write type: RollingUpdate".into()
    } else if detail.contains("greater than or equal to 0") {
        format!("write 0 or more for {field}")
    } else if let Some(supported) = detail.split("supported values: ").nth(1) {
        format!("write {} for {field}", supported.replace(", ", " or ").replace('"', ""))
    } else if let Some(rest) = detail.split("must be '").nth(1) {
        format!("write {} for {field}", rest.replace('\'', ""))
    } else if detail.starts_with("Required value") {
        format!("add {}", field.replace("[storage]", ".requests.storage"))
    } else {
        String::new()
    }
}

/// The names that containers of a set may mount.
fn claim_names(object: &Object) -> Vec<&str> {
    let (claims, template) = match object {
        Object::StatefulSet(set) => {
            (set.spec.volume_claim_templates.as_slice(), &set.spec.template)
        }
        Object::Deployment(deployment) => (&[][..], &deployment.spec.template),
        Object::ReplicaSet(set) => (&[][..], &set.spec.template),
        _ => return Vec::new(),
    };
    let claims = claims.iter().map(|claim| claim.metadata.name.as_str());
    claims.chain(template.spec.volumes.iter().map(|volume| volume.name.as_str())).collect()
}
