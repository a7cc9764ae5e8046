//! Objects that take the place of others: `replace` and `edit`.

use super::confirm::confirm;
use super::documents::each;
use super::objects::{NOT_STORED, current, from_stdin, named, not_admitted, not_created, stored};
use super::view::not_found;
use super::{Call, Plan, change, revise};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::manifest;
use crate::sim::Command;

/// `kubectl replace -f -`.
pub(super) async fn replace(call: &Call<'_>) -> Plan {
    if let Some(path) = call.words.flag("raw") {
        return raw(call, path);
    }
    if call.words.has("force") && call.dry_run().is_some() && call.view.is_recent() {
        return Plan::refuse("error: --dry-run can not be used when --force is set");
    }
    each(call, |plan, tree, object| {
        let is_forced = call.words.has("force") && call.view.is_recent();
        let Some(old) = current(call, plan, &object) else {
            if is_forced {
                return match not_admitted(call, plan, &object) {
                    Some(refusal) => not_created(refusal),
                    None => confirm(call, &named(&object), "replaced", Command::Create(object)),
                };
            }
            let (of, name) = (object.kind().resource(), &object.meta().name);
            return Plan::refuse(format!(
                "Error from server (NotFound): error when replacing \"STDIN\": {of} \"{name}\" not found"
            ));
        };
        // The precondition of a PUT, checked before its version.
        if let Some(uid) = revise::other_uid(&old, tree) {
            let (meta, plural) = (old.meta(), old.kind().plural());
            let key = meta.key();
            let words = format!(
                "StorageError: invalid object, Code: 4, Key: /registry/{plural}/{key:?}, ResourceVersion: 0, \
                 AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
                meta.uid
            );
            return Plan::refuse(from_stdin(&revise::conflict(&old, &words), "replacing"));
        }
        let revised = revise::whole(call, &old, &filled(&old, tree));
        match revised.map_err(|it| from_stdin(&it, "replacing")) {
            Ok(new) => {
                let mut plan = confirm(call, &named(&old), "replaced", Command::Configure(new, "replaced"));
                if is_forced && call.form().is_empty() {
                    let (meta, of) = (old.meta(), old.kind());
                    let place = if of.is_namespaced() { format!(" from {} namespace", meta.namespace) } else { String::new() };
                    plan.output.stdout.insert_str(0, &format!("{} \"{}\" deleted{place}\n", of.qualified(), meta.name));
                }
                plan
            }
            Err(refusal) => Plan::refuse(refusal),
        }
    })
    .await
}

/// `kubectl replace --raw PATH -f -`: the ephemeral containers of a pod, for which kubectl has no other line.
fn raw(call: &Call<'_>, path: &str) -> Plan {
    let parts: Vec<&str> = path.split('/').collect();
    let ["", "api", "v1", "namespaces", namespace, "pods", name, "ephemeralcontainers"] = parts[..]
    else {
        return Plan::refuse(
            "Error from server (NotFound): the server could not find the requested resource",
        );
    };
    let Some(old) = call.view.cluster.store.pods.named(namespace, name) else {
        return Plan::refuse(not_found(Kind::Pod, name));
    };
    let tree = match manifest::read(call.text.unwrap_or_default()) {
        Ok(tree) => tree,
        Err(message) => return Plan::refuse(format!("error: unable to parse the Pod: {message}")),
    };
    let new = match manifest::with_ephemeral(old, &tree) {
        Ok(new) => Object::from(new),
        Err(refusal) => return Plan::refuse(refusal),
    };
    let printed = Plan::print(new.encode().json() + "\n");
    match call.dry_run() {
        Some(_) => printed,
        None => printed.with(Command::Configure(new, "patched")),
    }
}

/// The manifest with what an object cannot lose again: its address, its volume, its node.
fn filled(old: &Object, tree: &Tree) -> Tree {
    let (live, mut filled) = (old.encode(), tree.clone());
    filled.forget_places();
    for key in ["clusterIP", "clusterIPs", "volumeName", "storageClassName", "nodeName"] {
        if let Some(value) = live.at("spec").and_then(|spec| spec.get(key)) {
            filled.child("spec").set_default(key, value.clone());
        }
    }
    filled
}

/// `kubectl edit TYPE NAME <<EOF`: the edited object stands below the line.
pub(super) fn edit(call: &Call<'_>) -> Plan {
    let found = match change::targets(call) {
        Ok(found) => found,
        Err(plan) => return plan,
    };
    if !found.errors.is_empty() {
        return Plan::refuse(found.errors);
    }
    let Some(text) = call.text else {
        let mut plan = Plan::refuse("error: there is no editor in this terminal");
        let words = call.words.plain.join(" ");
        plan.output.advice = format!(
            "print it with kubectl get {words} -o yaml, and write the changed object below \
             kubectl edit {words} <<EOF\n"
        );
        return plan;
    };
    let [group] = found.groups.as_slice() else {
        return Plan::refuse("error: edit one object at a time here");
    };
    let (Some(live), [_]) = (group.trees.first(), group.trees.as_slice()) else {
        return Plan::refuse("error: edit one object at a time here");
    };
    let edited = match manifest::read(text) {
        Ok(edited) => edited,
        Err(message) => return Plan::refuse(format!("error: {message}")),
    };
    let Some(old) = stored(call, group.of, live) else {
        return Plan::refuse(NOT_STORED);
    };
    if edited == *live {
        return Plan::print("Edit cancelled, no changes made.\n");
    }
    // What kubectl sends is what differs from what it had opened.
    let mut edited = filled(&old, &edited);
    edited.child("metadata").remove("resourceVersion");
    match revise::whole(call, &old, &edited) {
        Ok(new) => confirm(call, &named(&old), "edited", Command::Configure(new, "edited")),
        Err(refusal) => Plan::refuse(refusal),
    }
}
