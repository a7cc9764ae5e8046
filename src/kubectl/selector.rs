//! Selectors in one line: `app=web,tier!=db,zone in (a,b),!old` (`k8s.io/apimachinery/pkg/labels`).

use crate::api::{Kind, LabelSelector, LabelSelectorRequirement};

/// Reads a selector.
///
/// # Errors
/// In the words of kubectl.
pub(crate) fn parse(text: &str) -> Result<LabelSelector, String> {
    let mut selector = LabelSelector::default();
    for part in split(text) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let requirement = requirement(part);
        let is_key = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
        if requirement.key.is_empty() || !requirement.key.chars().all(is_key) {
            let found = part.split_whitespace().nth(1).unwrap_or(part);
            return Err(format!(
                "error: unable to parse requirement: found '{found}', expected: in, notin, =, ==, !=, gt, lt"
            ));
        }
        selector.match_expressions.push(requirement);
    }
    Ok(selector)
}

/// Cuts at commas outside of brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (index, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text.get(start..index).unwrap_or(""));
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn requirement(part: &str) -> LabelSelectorRequirement {
    let new = |key: &str, operator: &str, values: Vec<String>| LabelSelectorRequirement {
        key: key.trim().into(),
        operator: operator.into(),
        values,
    };
    if let Some((key, list)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let values = list.split(',').map(|value| value.trim().to_owned()).collect();
        return match key.trim().strip_suffix(" notin") {
            Some(key) => new(key, "NotIn", values),
            None => new(key.trim().trim_end_matches(" in"), "In", values),
        };
    }
    if let Some((key, value)) = part.split_once("!=") {
        return new(key, "NotIn", vec![value.trim().into()]);
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return new(key, "In", vec![value.trim().into()]);
    }
    match part.strip_prefix('!') {
        Some(key) => new(key, "DoesNotExist", Vec::new()),
        None => new(part, "Exists", Vec::new()),
    }
}

/// The fields beside `metadata.name` and `metadata.namespace` by which objects of a kind can be selected.
fn fields_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pod => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        Kind::Event => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        Kind::Node => &["spec.unschedulable"],
        Kind::Namespace => &["status.phase"],
        Kind::Secret => &["type"],
        Kind::Service => &["spec.clusterIP", "spec.type"],
        Kind::ReplicaSet | Kind::ReplicationController => &["status.replicas"],
        Kind::Job => &["status.successful"],
        _ => &[],
    }
}

/// Whether objects of a kind can be selected by the value of a field.
pub(crate) fn is_field(kind: Kind, path: &str) -> bool {
    ["metadata.name", "metadata.namespace"].contains(&path) || fields_of(kind).contains(&path)
}

/// The error of a field selector: a part without a comparison, or a field that the kind does not support in
/// selectors.
pub(super) fn field_problem(kind: Kind, fields: &str) -> Option<String> {
    let parts = || fields.split(',').filter(|part| !part.is_empty());
    if let Some(part) = parts().find(|part| !part.contains('=')) {
        return Some(format!("invalid selector: '{part}'; can't understand '{part}'"));
    }
    let paths = parts().filter_map(|part| part.split(['!', '=']).next()).map(str::trim);
    let unknown = { paths }.find(|path| !path.is_empty() && !is_field(kind, path));
    unknown.map(|path| unsupported(kind, path))
}

/// The API server's error for a field that the field selectors of a kind don't support. Most kinds use the default
/// conversion of field labels (`DefaultMetaV1FieldSelectorConversion`).
pub(crate) fn unsupported(kind: Kind, path: &str) -> String {
    match fields_of(kind).is_empty() && kind != Kind::StatefulSet {
        true => format!(
            "\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        ),
        false => format!("field label not supported: {path}"),
    }
}

/// What kubectl prints if the server cannot select objects of a kind (`EnhanceListError` of `k8s.io/cli-runtime`).
pub(super) fn refused(kind: Kind, labels: &str, fields: &str, words: &str) -> String {
    let (group, version) = kind.api_version().split_once('/').unwrap_or(("", kind.api_version()));
    format!(
        "Error from server (BadRequest): Unable to find \"{group}/{version}, Resource={}\" that match label selector \
         \"{labels}\", field selector \"{fields}\": {}",
        kind.plural(),
        words.trim_start_matches("error: ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Labels;

    #[test]
    fn selectors_select() {
        let labels: Labels = [("app", "web"), ("zone", "a")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        for (text, is_selected) in [
            ("app=web", true),
            ("app==web,zone=b", false),
            ("app!=web", false),
            ("tier!=db", true),
            ("zone in (a, b),app", true),
            ("zone notin (a,b)", false),
            ("!app", false),
            ("!tier", true),
            ("", true),
        ] {
            let selector = parse(text).expect(text);
            assert_eq!(selector.matches(&labels), is_selected, "{text}");
        }
        assert!(parse("a b=c").is_err() && parse("=c").is_err());
    }
}
