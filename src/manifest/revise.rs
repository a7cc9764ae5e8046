//! An object as a person has changed it: its tree, edited, becomes an object again.

use super::{Gates, bad_request, custom, defaults, invalid, kinds, validate};
use crate::api::json::{Node as Tree, Place};
use crate::api::*;
use std::rc::Rc;

/// Makes an object of `tree`, which is that of `old` with changes; status, and what else only the API
/// server writes, stays as it was. `definitions` are the CustomResourceDefinitions.
///
/// # Errors
/// What kubectl prints of a change that the API server refuses.
pub fn revise<'a>(
    old: &Object,
    tree: &Tree,
    gates: Gates,
    definitions: impl IntoIterator<Item = &'a StoredObject>,
) -> Result<Object, String> {
    let kind = old.kind();
    let definition = custom::definition(tree, definitions);
    let definition = definition.filter(|_| matches!(kind, Kind::Custom(_)));
    let (decoded, found) = match definition {
        Some(definition) => custom::decode(tree, kind, definition),
        None => kinds::decode(tree, kind, false),
    };
    if !found.unknown.is_empty() {
        let fields: Vec<String> =
            found.unknown.iter().map(|extra| format!("unknown field \"{}\"", extra.path)).collect();
        let words = format!("strict decoding error: {}", fields.join(", "));
        return Err(without_source(
            &bad_request(tree, &words, Place::default(), String::new()).stderr,
        ));
    }
    let mut new = decoded.map_err(|wrong| {
        without_source(&bad_request(tree, &wrong.message, wrong.place, String::new()).stderr)
    })?;
    defaults::complete(&mut new, &found.not_simulated);
    keep_metadata(old, &mut new);
    if definition.is_none_or(|it| it.has_status(tree.text("apiVersion"))) {
        keep_status(old, &mut new);
    }
    let errors = validate::validate_update(old, &new, gates);
    let errors = validate::merge(errors, found.errors);
    match errors.is_empty() {
        true => Ok(new),
        false => Err(invalid(&format!("{kind} \"{}\"", old.meta().name), &errors)),
    }
}

/// Nothing was read from a text.
fn without_source(stderr: &str) -> String {
    stderr.replace("error when creating \"STDIN\": ", "")
}

fn keep_metadata(old: &Object, new: &mut Object) {
    let kept = old.meta();
    let meta = new.meta_mut();
    let changed = std::mem::take(meta);
    *meta = ObjectMeta {
        labels: changed.labels,
        annotations: changed.annotations,
        owner_references: changed.owner_references,
        finalizers: changed.finalizers,
        other: changed.other,
        ..kept.clone()
    };
}

fn keep_status(old: &Object, new: &mut Object) {
    macro_rules! keep {
        ($($kind:ident)*) => {
            match (old, new) {
                $((Object::$kind(old), Object::$kind(new)) => {
                    Rc::make_mut(new).status.clone_from(&old.status);
                })*
                (Object::Node(old), Object::Node(new)) => {
                    let node = Rc::make_mut(new);
                    node.status.clone_from(&old.status);
                    // What is printed has no milliseconds.
                    for taint in &mut node.spec.taints {
                        if let Some(before) = old.taint(&taint.key, &taint.effect) {
                            taint.time_added = before.time_added;
                        }
                    }
                }
                (Object::Stored(old), Object::Stored(new)) => {
                    let new = Rc::make_mut(new);
                    new.other = new.other.with_field_of("status", &old.other);
                }
                _ => {}
            }
        };
    }
    keep!(StatefulSet Deployment ReplicaSet Pod PersistentVolumeClaim PersistentVolume PodDisruptionBudget VolumeAttachment);
}
