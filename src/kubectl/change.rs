//! Changes of single fields: `scale`.

use super::get::{self, Found};
use super::view::Asked;
use super::{Call, Plan};
use crate::api::json::Node as Tree;
use crate::api::{Key, Object, ObjectRef};
use crate::sim::Command;

/// The objects that a line names or selects.
///
/// # Errors
/// What kubectl prints if it names none.
pub(super) fn targets(call: &Call<'_>) -> Result<Found, Plan> {
    let asked = Asked::read(&call.words.plain).map_err(Plan::refuse)?;
    let selects = call.words.has("all") || call.words.flag("selector").is_some();
    match &asked {
        Asked::Nothing => {
            return Err(Plan::refuse(
                "error: resource(s) were provided, but no name was specified",
            ));
        }
        Asked::Types(_) if !selects => {
            return Err(Plan::refuse(
                "error: resource(s) were provided, but no name was specified",
            ));
        }
        _ => {}
    }
    get::find(call, &asked).map_err(Plan::refuse)
}

/// The stored object of a tree.
pub(super) fn stored(call: &Call<'_>, of: super::types::Type, tree: &Tree) -> Option<Object> {
    let kind = of.stored()?;
    let key = Key::new(&tree.word("metadata.namespace"), &tree.word("metadata.name"));
    call.view.cluster.store.get(&ObjectRef::new(kind, &key))
}

/// `kubectl scale`.
pub(super) fn scale(call: &Call<'_>) -> Plan {
    let replicas = match call.words.number("scale", "replicas") {
        Ok(Some(replicas)) => replicas,
        Ok(None) => return Plan::refuse("error: required flag(s) \"replicas\" not set"),
        Err(message) => return Plan::refuse(message),
    };
    let current = match call.words.number("scale", "current-replicas") {
        Ok(current) => current.filter(|current| *current >= 0),
        Err(message) => return Plan::refuse(message),
    };
    let replicas = match i32::try_from(replicas) {
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
    let mut plan = Plan::default();
    for group in &found.groups {
        for tree in &group.trees {
            plan.add(scale_one(call, group.of, tree, replicas, current));
        }
    }
    if found.count() == 0 {
        // The visitor found nothing to visit; its error comes behind the words.
        let reason = found.errors.trim_end().trim_start_matches("Error from server (NotFound): ");
        let what = call.words.plain.first().and_then(|word| word.split('/').next());
        let of = what.and_then(super::types::Type::parse);
        let of = of.map_or_else(String::new, |of| of.plural().to_owned());
        let reason =
            reason.strip_prefix(&of).map_or(reason.to_owned(), |rest| format!("{of}{rest}"));
        return Plan::refuse(format!("error: no objects passed to scale {reason}"));
    }
    plan.output.stderr += &found.errors;
    plan.output.exit = plan.output.exit.max(u8::from(!found.errors.is_empty()));
    plan
}

fn scale_one(
    call: &Call<'_>,
    of: super::types::Type,
    tree: &Tree,
    replicas: i32,
    current: Option<i64>,
) -> Plan {
    let name = format!("{}/{}", of.qualified(), tree.word("metadata.name"));
    let Some(object) = stored(call, of, tree).filter(|object| object.kind().is_scalable()) else {
        return Plan::refuse(
            "Error from server (NotFound): the server could not find the requested resource",
        );
    };
    let now = tree.number("spec.replicas");
    if let Some(current) = current.filter(|current| *current != now) {
        return Plan::refuse(format!("error: Expected replicas to be {current}, was {now}"));
    }
    let plan = Plan::print(format!("{name} scaled\n"));
    match call.dry_run() {
        Some(words) => Plan::print(format!("{name} scaled{words}\n")),
        None => plan.with(Command::Scale(object.reference(), replicas)),
    }
}
