//! Which fields there are: what `kubectl explain` lists.

use super::{kinds, known};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};

/// The fields that are lists of structs.
const LISTS: &str = "containers initContainers volumes volumeMounts ports env tolerations taints \
                     conditions volumeClaimTemplates matchExpressions ownerReferences \
                     topologySpreadConstraints nodeSelectorTerms endpoints containerStatuses";

/// The fields below a path such as `spec.template`, in order; none of a single value. None if Kubernetes
/// has no such path.
pub fn fields_at(kind: &str, path: &str) -> Option<Vec<String>> {
    let kind = Kind::ALL.iter().find(|known| known.name() == kind)?;
    if path.is_empty() {
        return below(*kind, "");
    }
    let (parent, field) = path.rsplit_once('.').unwrap_or(("", path));
    let siblings = below(*kind, parent)?;
    siblings.iter().any(|name| name == field).then(|| below(*kind, path).unwrap_or_default())
}

/// The fields of the struct at a path, if there is one.
fn below(kind: Kind, path: &str) -> Option<Vec<String>> {
    // A revision may hold anything (`runtime.RawExtension`).
    if kind == Kind::ControllerRevision && path.starts_with("data") {
        return None;
    }
    let mut tree = Tree::map([]);
    for step in path.split('.').rev().filter(|step| !step.is_empty()) {
        let is_list = LISTS.split_whitespace().any(|list| list == step);
        let inside = if is_list { Value::List(vec![tree]).into() } else { tree };
        tree = Tree::map([(step.to_owned(), inside)]);
    }
    let (_, found) = kinds::decode(&tree, kind, true);
    let seen = found.seen.iter().find(|seen| seen.path.replace("[0]", "") == path)?;
    let own = seen.fields.iter().copied().chain(known::further_fields(seen.name));
    let mut fields: Vec<String> = own.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if path.is_empty() {
        fields.extend(["apiVersion".to_owned(), "kind".to_owned()]);
    }
    crate::map::sort(&mut fields, |one, other| one < other);
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_listed_by_path() {
        let top = fields_at("StatefulSet", "").expect("fields");
        assert_eq!(top, ["apiVersion", "kind", "metadata", "spec", "status"]);
        let container = fields_at("StatefulSet", "spec.template.spec.containers").expect("fields");
        assert!(container.contains(&"image".to_owned()) && container.contains(&"env".to_owned()));
        assert_eq!(fields_at("StatefulSet", "spec.replicas"), Some(Vec::new()));
        assert_eq!(fields_at("StatefulSet", "spec.nothing"), None);
        assert_eq!(fields_at("Nothing", "spec"), None);
    }
}
