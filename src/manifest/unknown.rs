//! Unknown fields, where the API server only warns of them (`fieldValidation` other than `Strict`).

use super::tree::Node;

/// Removes the fields that a refusal of the strict decoder names, and returns them as it names them, for example
/// `unknown field "spec.replica"`; none if the refusal is about something else.
pub fn drop_unknown(tree: &mut Node, refusal: &str) -> Vec<String> {
    let Some((_, errors)) = refusal.split_once("strict decoding error: ") else {
        return Vec::new();
    };
    let mut dropped = Vec::new();
    for error in errors.trim_end().split(", ") {
        if let Some(path) =
            error.strip_prefix("unknown field \"").and_then(|rest| rest.strip_suffix('"'))
        {
            remove(tree, path);
            dropped.push(error.to_owned());
        }
    }
    dropped
}

/// Removes the field at a path such as `spec.template.spec.containers[0].prot`.
fn remove(tree: &mut Node, path: &str) {
    let (holder, field) = path.rsplit_once('.').unwrap_or(("", path));
    let mut node = tree;
    for step in holder.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = step.split_once('[').unwrap_or((step, ""));
        node = match index.trim_end_matches(']').parse::<usize>() {
            Ok(index) => match node.items_mut(name).get_mut(index) {
                Some(item) => item,
                None => return,
            },
            Err(_) => node.child(name),
        };
    }
    node.remove(field);
}
