//! `kubectl create poddisruptionbudget`: a budget from flags (`kubectl/pkg/cmd/create/create_pdb.go`).

use super::apply::confirm;
use super::{Call, Plan, selector};
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::manifest;
use crate::sim::Command;

/// The words after `create` that this is about.
pub(super) const WORDS: [&str; 2] = ["pdb", "poddisruptionbudget"];

/// `kubectl create pdb NAME --selector=SELECTOR --min-available=N`.
pub(super) fn budget(call: &Call<'_>) -> Plan {
    match object(call) {
        Ok(object) if call.view.cluster.store.get(&object.reference()).is_some() => {
            let name = &object.meta().name;
            Plan::refuse(format!(
                "error: failed to create poddisruptionbudgets: poddisruptionbudgets.policy \"{name}\" \
                 already exists"
            ))
        }
        Ok(object) => {
            let name = format!("poddisruptionbudget.policy/{}", object.meta().name);
            confirm(call, &name, "created", Command::Create(object))
        }
        Err(words) => Plan::refuse(words),
    }
}

/// The object, or the words of kubectl or of the API server.
fn object(call: &Call<'_>) -> Result<Object, String> {
    let flag = |name: &str| call.words.flag(name).filter(|value| !value.is_empty());
    let name = match call.words.plain.get(1..) {
        Some([name]) => *name,
        rest => {
            let count = rest.map_or(0, <[_]>::len);
            return Err(format!("error: exactly one NAME is required, got {count}"));
        }
    };
    let text = flag("selector").ok_or("error: a selector must be specified")?;
    let (least, most) = (flag("min-available"), flag("max-unavailable"));
    let (field, limit) = match (least, most) {
        (Some(least), None) => ("minAvailable", least),
        (None, Some(most)) => ("maxUnavailable", most),
        (None, None) => {
            return Err("error: one of min-available or max-unavailable must be specified".into());
        }
        (Some(_), Some(_)) => {
            return Err("error: min-available and max-unavailable cannot be both specified".into());
        }
    };
    let mut selector = selector::parse(text)?;
    // `metav1.ParseToLabelSelector`
    for one in std::mem::take(&mut selector.match_expressions) {
        match (one.operator.as_str(), one.values.as_slice()) {
            ("In", [value]) => drop(selector.match_labels.insert(one.key, value.clone())),
            _ => selector.match_expressions.push(one),
        }
    }
    let mut tree = Tree::map([]);
    tree.set("apiVersion", Kind::PodDisruptionBudget.api_version());
    tree.set("kind", Kind::PodDisruptionBudget.name());
    let metadata = tree.child("metadata");
    metadata.set("name", name);
    metadata.set("namespace", call.namespace());
    let spec = tree.child("spec");
    spec.set("selector", to_tree(&selector));
    match limit.parse() {
        Ok(number) => spec.set(field, Value::Int(number)),
        Err(_) => spec.set(field, limit),
    }
    let outcome = manifest::parse(&tree.json()).into_iter().next().map(|it| it.outcome);
    outcome.ok_or(manifest::NO_OBJECTS)?.map_err(|refusal| {
        let words = refusal.stderr.trim().trim_start_matches("The PodDisruptionBudget ");
        format!("error: failed to create poddisruptionbudgets: PodDisruptionBudget.policy {words}")
    })
}
