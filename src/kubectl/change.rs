//! Changes of what a line names: `scale`, `patch`.

use super::confirm::{confirm_local, shown};
use super::found::Found;
use super::get;
use super::objects::{NOT_STORED, stored};
use super::print::scale_of;
use super::view::Asked;
use super::{Call, Plan, patch, revise};
use crate::api::Object;
use crate::api::json::{Node as Tree, Value};
use crate::cluster::apply;
use crate::manifest;
use crate::sim::Command;

/// What is said of a path that the API server does not have.
const NOT_SERVED: &str =
    "Error from server (NotFound): the server could not find the requested resource";

/// The objects that a line names or selects.
///
/// # Errors
/// What kubectl prints if it names none.
pub(super) fn targets(call: &Call<'_>) -> Result<Found, Plan> {
    named_by(call, &call.words.plain)
}

/// The objects that words name or the flags of the line select.
///
/// # Errors
/// What kubectl prints if they name none.
pub(super) fn named_by(call: &Call<'_>, words: &[&str]) -> Result<Found, Plan> {
    let asked = call.asked_by(words).map_err(Plan::refuse)?;
    let selects = call.words.has("all")
        || ["selector", "field-selector"].iter().any(|flag| call.words.flag(flag).is_some());
    match &asked {
        Asked::Nothing => Err(Plan::refuse(super::view::NOTHING)),
        Asked::Types(_) if !selects => {
            Err(Plan::refuse("error: resource(s) were provided, but no name was specified"))
        }
        _ => get::find(call, &asked).map_err(Plan::refuse),
    }
}

/// Does something with each object that the words name.
pub(super) fn each(
    call: &Call<'_>,
    words: &[&str],
    act: impl Fn(&str, Object, &Tree) -> Plan,
) -> Plan {
    match named_by(call, words) {
        Ok(found) => each_of(call, found, act),
        Err(plan) => plan,
    }
}

/// Applies `act` to each object that was found, and repeats the errors for those that were not.
pub(super) fn each_of(
    call: &Call<'_>,
    found: Found,
    act: impl Fn(&str, Object, &Tree) -> Plan,
) -> Plan {
    let mut plan = Plan::default();
    for group in &found.groups {
        for tree in &group.trees {
            let name = format!("{}/{}", group.of.qualified(), tree.word("metadata.name"));
            plan.add(match stored(call, group.of, tree) {
                Some(object) => act(&name, object, tree),
                // The path of a subresource that the kind does not have.
                None if call.verb.name == "scale" => Plan::refuse(NOT_SERVED),
                None => Plan::refuse(NOT_STORED),
            });
        }
    }
    plan.output.stderr += &found.errors;
    plan.output.exit = plan.output.exit.max(u8::from(!found.errors.is_empty()));
    if plan.output.stderr.matches("\" is invalid: ").count() > 1 && call.view.is_recent() {
        // Several errors are printed as the API server words them.
        for group in &found.groups {
            let (name, group) = (group.of.name(), group.of.group());
            let words = format!("Error from server (Invalid): {name}{group} \"");
            plan.output.stderr = plan.output.stderr.replace(&format!("The {name} \""), &words);
        }
    }
    plan
}

/// `kubectl scale`.
pub(super) fn scale(call: &Call<'_>) -> Plan {
    let current = call.words.number("current-replicas").filter(|current| *current >= 0);
    let replicas = match i32::try_from(call.words.number("replicas").unwrap_or(-1)) {
        Ok(replicas) if replicas >= 0 => replicas,
        _ => {
            return Plan::refuse(
                "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
            );
        }
    };
    let found = match targets(call) {
        Ok(found) => found,
        Err(plan) => return plan,
    };
    if found.count() == 0 && found.errors.is_empty() && call.view.is_recent() {
        return Plan::refuse("error: no objects passed to scale");
    }
    if found.count() == 0 {
        let old = |error| format!("error: no objects passed to scale {error}");
        let error = found.errors.trim_start_matches("Error from server (NotFound): ");
        return Plan::refuse(if call.view.is_recent() { found.errors } else { old(error) });
    }
    each(call, &call.words.plain, |name, object, tree| {
        if !object.kind().is_scalable() {
            return Plan::refuse(NOT_SERVED);
        }
        let now = tree.number("spec.replicas");
        let (version, wanted) =
            (object.meta().resource_version.to_string(), call.words.flag("resource-version"));
        match (current.filter(|current| *current != now), wanted) {
            (Some(current), _) => {
                Plan::refuse(format!("error: Expected replicas to be {current}, was {now}"))
            }
            (None, Some(wanted)) if wanted != version => Plan::refuse(format!(
                "error: Expected resource version to be {wanted}, was {version}"
            )),
            // kubectl prints the object that it read, with the new number of replicas.
            _ => {
                let mut tree = tree.clone();
                tree.child("spec").set("replicas", Value::Int(replicas.into()));
                let mut plan = shown(call, name, "scaled", object.kind(), &tree);
                if call.dry_run().is_none() {
                    plan.commands.push(Command::Scale(object.reference(), replicas));
                }
                plan
            }
        }
    })
}

/// `kubectl patch`.
pub(super) fn patch(call: &Call<'_>) -> Plan {
    let kind = call.words.flag("type").unwrap_or("strategic");
    if !["json", "merge", "strategic"].contains(&kind) {
        return Plan::refuse(format!(
            "error: --type must be one of [json merge strategic], not \"{kind}\""
        ));
    }
    let text = match (call.words.flag("patch"), call.text) {
        (Some(text), _) => text,
        (None, Some(text)) if call.words.flag("patch-file") == Some("-") => text,
        _ => {
            return Plan::refuse(
                "error: must specify --patch or --patch-file containing the contents of the patch",
            );
        }
    };
    let change = match manifest::read(text) {
        Ok(change) => change,
        Err(message) if call.view.is_recent() && !call.is_client_dry_run() => {
            let refusal = format!(
                "Error from server (BadRequest): the object provided is unrecognized (must be of type JSON or YAML): {message}"
            );
            return each(call, &call.words.plain, |_, _, _| Plan::refuse(refusal.as_str()));
        }
        Err(message) => {
            return Plan::refuse(format!("error: unable to parse \"{text}\": {message}"));
        }
    };
    each(call, &call.words.plain, |name, object, tree| {
        patch_one(call, (name, object, tree), kind, &change)
    })
}

fn patch_one(
    call: &Call<'_>,
    (name, object, tree): (&str, Object, &Tree),
    kind: &str,
    change: &Tree,
) -> Plan {
    let mut patched = tree.clone();
    let outcome = match kind {
        "json" => patch::json(&mut patched, change),
        "merge" => {
            patch::merge(&mut patched, change);
            Ok(())
        }
        _ => {
            patch::strategic(&mut patched, change);
            Ok(())
        }
    };
    if let Err(message) = outcome {
        let mut plan = Plan::refuse(
            "The request is invalid: the server rejected our request due to an error in our request",
        );
        plan.output.advice = format!("{message}\n");
        return plan;
    }
    let is_scale = call.words.flag("subresource") == Some("scale");
    let own = format!("scale.autoscaling/{}", object.meta().name);
    let name = if is_scale { &own } else { name };
    if patched == *tree {
        return shown(call, name, "patched (no change)", object.kind(), tree);
    }
    let mut plan = match revise::revise(call, &object, &patched) {
        Ok(new) if new == object => {
            return shown(call, name, "patched (no change)", object.kind(), tree);
        }
        Ok(new) if is_scale && !["", "name"].contains(&call.form()) => {
            let mut plan = shown(call, name, "patched", object.kind(), &scale_of(&patched));
            if call.dry_run().is_none() {
                plan.commands.push(Command::Configure(new, "patched"));
            }
            plan
        }
        Ok(new) => {
            confirm_local(call, name, "patched", Command::Configure(new, "patched"), &patched)
        }
        Err(refusal) => return Plan::refuse(refusal),
    };
    // The API server drops fields of disabled features; the log says so.
    if let Some(Command::Configure(new, _)) = plan.commands.first() {
        let mut new = new.clone();
        if apply::apply_gates(&call.view.cluster.settings, &mut new)
            && new == object
            && call.form().is_empty()
        {
            plan.output.stdout = format!("{name} patched (no change)\n");
        }
    }
    plan
}
