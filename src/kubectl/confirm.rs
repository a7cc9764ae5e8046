//! What a command prints about an object that it changed: a sentence, or the object in the form of `-o`
//! (`genericclioptions.PrintFlags` of `k8s.io/cli-runtime`).

use super::view::View;
use super::warnings::warnings;
use super::{Call, Plan, print};
use crate::api::json::Node as Tree;
use crate::api::{Kind, ObjectRef};
use crate::later::{self, later};
use crate::manifest;
use crate::sim::Command;

/// Confirms a change, and makes it unless it is a dry run.
pub(super) fn confirm(call: &Call<'_>, name: &str, verb: &str, command: Command) -> Plan {
    confirm_as(call, name, verb, command, None)
}

/// [`confirm`] for a change that kubectl made to an object that it read: `local` is the result.
pub(super) fn confirm_local(
    call: &Call<'_>,
    name: &str,
    verb: &str,
    command: Command,
    local: &Tree,
) -> Plan {
    confirm_as(call, name, verb, command, Some(local))
}

fn confirm_as(
    call: &Call<'_>,
    name: &str,
    verb: &str,
    command: Command,
    local: Option<&Tree>,
) -> Plan {
    let warnings = match &command {
        Command::Create(object) | Command::Configure(object, _) => warnings(object),
        _ => String::new(),
    };
    let mut plan = if call.form().is_empty() {
        Plan::print(format!("{name} {verb}{}\n", call.dry_run().unwrap_or("")))
    } else {
        in_form(call, name, verb, &command, local)
    };
    if call.dry_run().is_none() {
        plan.commands.push(command);
    }
    plan.output.stderr.insert_str(0, &warnings);
    plan
}

later! {
    /// [`shown_in_form`]
    static SHOWN: fn(&Call<'_>, &str, Kind, &Tree) -> Plan = shown_in_form;
    /// [`changed`]
    static CHANGED: fn(&Call<'_>, &Command) -> Option<(Kind, Tree)> = changed_object;
}

/// The object that a command changes, in the form of `-o`.
fn in_form(
    call: &Call<'_>,
    name: &str,
    verb: &str,
    command: &Command,
    local: Option<&Tree>,
) -> Plan {
    match (changed(call, command), local.filter(|_| call.is_client_dry_run())) {
        (Some((of, _)), Some(local)) => shown(call, name, verb, of, local),
        (Some((of, tree)), None) => shown(call, name, verb, of, &tree),
        (None, _) => Plan::default(),
    }
}

/// Prints an object that kubectl made or read without the API server.
pub(super) fn shown(call: &Call<'_>, name: &str, verb: &str, of: Kind, tree: &Tree) -> Plan {
    match (call.form(), SHOWN.get()) {
        ("", _) => Plan::print(format!("{name} {verb}{}\n", call.dry_run().unwrap_or(""))),
        (_, Some(shown)) => shown(call, name, of, tree),
        (_, None) => Plan::refuse(later::MISSING),
    }
}

/// Prints an object in the form of `-o`.
fn shown_in_form(call: &Call<'_>, name: &str, of: Kind, tree: &Tree) -> Plan {
    let typed = typed(call, of, tree);
    let tree = typed.as_ref().unwrap_or(tree);
    match call.form() {
        "name" => Plan::print(format!("{name}\n")),
        _ if call.verb.name == "apply" => {
            call.listed.borrow_mut().push(tree.clone());
            Plan::default()
        }
        form => {
            let count = call.printed.get();
            call.printed.set(count + 1);
            match print::print_one(call, of, tree) {
                Ok(text) if form == "yaml" && count > 0 => Plan::print(format!("---\n{text}")),
                Ok(text) => Plan::print(text),
                Err(plan) => plan,
            }
        }
    }
}

/// An object that kubectl decodes into a Go type before it prints it: fields without `omitempty` are there even if the
/// API server did not send them.
fn typed(call: &Call<'_>, of: Kind, tree: &Tree) -> Option<Tree> {
    if !call.verb.name.starts_with("create ") && call.verb.name != "autoscale" {
        return None;
    }
    let (key, value) = match of {
        Kind::ResourceQuota | Kind::CronJob | Kind::Job => ("status", "{}"),
        Kind::HorizontalPodAutoscaler => ("status", "{currentMetrics: null, desiredReplicas: 0}"),
        Kind::Ingress => ("status", "{loadBalancer: {}}"),
        Kind::Role | Kind::ClusterRole => ("rules", "null"),
        _ => return None,
    };
    let mut tree = tree.clone();
    tree.set_default(key, manifest::read(value).unwrap_or_default());
    Some(tree)
}

/// The object that a command changes, as it will be.
pub(super) fn changed(call: &Call<'_>, command: &Command) -> Option<(Kind, Tree)> {
    CHANGED.get()?(call, command)
}

fn changed_object(call: &Call<'_>, command: &Command) -> Option<(Kind, Tree)> {
    let reference = match command {
        Command::Create(object) | Command::Configure(object, _) => object.reference(),
        Command::Scale(reference, _) | Command::Delete(reference, ..) => reference.clone(),
        Command::Cordon { node, .. } | Command::Taint { node, .. } => ObjectRef::node(node),
        _ => return None,
    };
    if let (Command::Configure(object, _) | Command::Create(object), true) =
        (command, call.is_client_dry_run())
    {
        return Some((reference.kind, object.encode()));
    }
    let mut ahead = call.ahead.borrow_mut();
    let sim = ahead.get_or_insert_with(|| call.sim.clone());
    sim.perform(command, &mut Vec::new());
    let view = View { cluster: sim.cluster(), past: &[], only: None };
    let (namespace, name) = (reference.key.namespace(), reference.key.name());
    let mut tree = view.get(reference.kind, namespace, name)?;
    if call.dry_run().is_some() {
        // In a dry run, the object keeps its live version.
        let live = call.view.get(reference.kind, namespace, name);
        let version = live.map(|live| live.word("metadata.resourceVersion"));
        match version {
            Some(version) => tree.child("metadata").set("resourceVersion", version.as_str()),
            None => drop(tree.child("metadata").remove("resourceVersion")),
        }
    }
    Some((reference.kind, tree))
}
