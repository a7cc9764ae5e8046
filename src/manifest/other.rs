//! What an object has beyond the model: kept with the metadata that it is next to.

use super::decode::Extra;
use crate::api::json::{Node as Tree, Value};
use crate::api::{Object, ObjectMeta, Other};
use std::rc::Rc;

/// Keeps the fields of the manifest `root` that the object has no place for, but for those that only say
/// what the API server would fill in: to leave them out makes no other template.
pub(super) fn keep(object: &mut Object, root: &Tree, extras: &[Extra]) {
    let plain = object.encode();
    let mut rest: Vec<&Extra> =
        extras.iter().filter(|extra| says_something(&plain, extra)).collect();
    let mut give = |prefix: &str, meta: &mut ObjectMeta| {
        let (own, others) = rest.iter().partition(|extra| extra.path.starts_with(prefix));
        rest = others;
        let own: Vec<&Extra> = own;
        let fields = own.iter().map(|extra| {
            let path = named(root, &extra.path);
            let start =
                named(root, prefix.trim_end_matches('.')).len() + usize::from(!prefix.is_empty());
            (path.get(start..).unwrap_or_default().to_owned(), extra.value.clone())
        });
        meta.other = fields.collect::<Other>();
    };
    match object {
        Object::StatefulSet(set) => {
            let set = Rc::make_mut(set);
            give("spec.template.", &mut set.spec.template.metadata);
            for (index, claim) in set.spec.volume_claim_templates.iter_mut().enumerate() {
                give(&format!("spec.volumeClaimTemplates[{index}]."), &mut claim.metadata);
            }
        }
        Object::Deployment(deployment) => {
            give("spec.template.", &mut Rc::make_mut(deployment).spec.template.metadata);
        }
        Object::ReplicaSet(set) => {
            give("spec.template.", &mut Rc::make_mut(set).spec.template.metadata);
        }
        Object::ControllerRevision(revision) => {
            let template = Rc::make_mut(&mut Rc::make_mut(revision).data);
            give("data.spec.template.", &mut template.metadata);
        }
        _ => {}
    }
    give("", object.meta_mut());
}

/// Whether a field says something that the object, printed without it, does not say by itself: a value
/// that the API server would fill in is no other template.
fn says_something(plain: &Tree, extra: &Extra) -> bool {
    let is_empty = match &extra.value.value {
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    };
    let path = extra.path.replace('[', ".").replace(']', "");
    !is_empty && plain.at(&path) != Some(&extra.value)
}

/// The path with the names of the items that have one: `spec.containers[0].env` becomes
/// `spec.containers[web].env`, `ports[0].hostPort` becomes `ports[#0].hostPort`.
fn named(root: &Tree, path: &str) -> String {
    let (mut text, mut node) = (String::new(), Some(root));
    for step in path.split_inclusive(['.', '[', ']']) {
        let (word, mark) = step.split_at(step.len() - usize::from(step.ends_with(['.', '[', ']'])));
        if mark == "]" {
            node = node.and_then(|list| list.items().get(word.parse::<usize>().ok()?));
            let name = node.map_or("", |item| item.text("name"));
            let is_unique = !text.ends_with("volumeMounts[");
            match name.is_empty() || !is_unique {
                true => text += &format!("#{word}"),
                false => text += name,
            }
        } else {
            text += word;
            node = if word.is_empty() { node } else { node.and_then(|node| node.get(word)) };
        }
        text += mark;
    }
    text
}
