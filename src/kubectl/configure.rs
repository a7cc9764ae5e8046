//! `kubectl apply` of an object that is there.

use super::confirm::{confirm, shown};
use super::{Call, Plan, patch, revise, unread};
use crate::api::json::Node as Tree;
use crate::api::{LAST_APPLIED, Object};
use crate::manifest;
use crate::sim::Command;

/// Changes the object that is there.
pub(super) fn configure(
    call: &Call<'_>,
    name: &str,
    old: &Object,
    tree: &Tree,
    kept: &Tree,
) -> Plan {
    if call.words.has("server-side") {
        return apply_server_side(call, name, old, tree);
    }
    let live = old.encode();
    let last = old.meta().annotations.get(LAST_APPLIED).and_then(|text| manifest::read(text).ok());
    let mut merged = live.clone();
    patch::three_way(&mut merged, last.as_ref(), kept);
    let is_changed = merged != live || last.is_none();
    let text = kept.json() + "\n";
    merged.child("metadata").child("annotations").set(LAST_APPLIED, text.as_str());
    if !is_changed {
        return shown(call, name, "unchanged", old.kind(), &live);
    }
    let revised = revise::whole(call, old, &merged).map_err(|refusal| {
        let mut modified = kept.clone();
        modified.child("metadata").child("annotations").set(LAST_APPLIED, text.as_str());
        let patch = patch::three_way_patch(last.as_ref(), &modified, &live);
        unread::applying(old, &patch, &refusal)
    });
    let mut next = match revised {
        Ok(object) => confirm(call, name, "configured", Command::Configure(object, "configured")),
        Err(refusal) => {
            let mut plan = Plan::refuse(refusal);
            plan.output.advice = immutable(&live, &merged);
            plan
        }
    };
    if last.is_none() {
        next.output.stderr.insert_str(
            0,
            &format!(
                "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl \
                 apply. kubectl apply should only be used on resources created declaratively by either \
                 kubectl create --save-config or kubectl apply. The missing annotation will be patched \
                 automatically.\n",
                old.kind().plural(),
                old.meta().name
            ),
        );
    }
    next
}

/// `kubectl apply --server-side` of an object that exists. Fields have no managers here: what the manifest says is set,
/// everything else stays.
fn apply_server_side(call: &Call<'_>, name: &str, old: &Object, tree: &Tree) -> Plan {
    let (live, mut new) = (old.encode(), tree.clone());
    new.forget_places();
    let mut merged = live.clone();
    patch::strategic(&mut merged, &new);
    if merged == live {
        return shown(call, name, "serverside-applied", old.kind(), &live);
    }
    revise::write(call, name, old, &merged, "serverside-applied")
}

/// Which fields of a set's specification differ that cannot change: kubectl does not say.
fn immutable(live: &Tree, merged: &Tree) -> String {
    let fixed = ["podManagementPolicy", "selector", "serviceName", "volumeClaimTemplates"];
    let value = |tree: &Tree, key: &str| tree.at("spec").and_then(|spec| spec.get(key)).cloned();
    let differs = fixed.iter().filter(|key| value(live, key) != value(merged, key));
    let differs: Vec<String> = differs.map(|key| format!("spec.{key}")).collect();
    match live.text("kind") == "StatefulSet" && !differs.is_empty() {
        true => format!("what differs: {}\n", differs.join(", ")),
        false => String::new(),
    }
}
