//! `kubectl cordon`, `uncordon`, `drain` and `taint`, in the words of kubectl 1.32.

use super::confirm::confirm;
use super::options::Words;
use super::view::not_found;
use super::{Call, Plan, selector};
use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::drain::Drain;
use crate::cluster::drain::pods_to_go;
use crate::sim::Command;

/// The nodes that a selector selects.
fn selected<'a>(cluster: &'a Cluster, text: &str) -> Result<Vec<&'a str>, Plan> {
    let selector = selector::parse(text).map_err(Plan::refuse)?;
    let nodes = cluster.store.nodes.iter().map(|node| &node.metadata);
    let chosen = nodes.filter(|meta| selector.matches(&meta.labels));
    Ok(chosen.map(|meta| meta.name.as_str()).collect())
}

/// The nodes that a line names, all of which exist, or selects.
fn nodes<'a>(call: &Call<'a>) -> Result<Vec<&'a str>, Plan> {
    let (verb, words, cluster) = (call.verb.name, &call.words.plain, call.view.cluster);
    let wrong = |message: &str| {
        let help = format!("See 'kubectl {verb} -h' for help and examples");
        Err(Plan::refuse(format!("error: {message}\n{help}")))
    };
    match call.words.flag("selector") {
        None if words.is_empty() => return wrong(&format!("USAGE: {verb} NODE [flags]")),
        None => {}
        Some(_) if !words.is_empty() => {
            return wrong("cannot specify both a node name and a --selector option");
        }
        Some(text) => return selected(cluster, text),
    }
    let mut names = Vec::new();
    for word in words {
        let (kind, name) = word.split_once('/').unwrap_or(("node", word));
        let unknown =
            || Plan::refuse(format!("error: the server doesn't have a resource type \"{kind}\""));
        let of = call.view.kind(kind).ok_or_else(unknown)?;
        if call.view.get(of, call.namespace(), name).is_none() {
            return Err(Plan::refuse(not_found(of, name)));
        }
        if of != Kind::Node {
            let (group, version) =
                of.api_version().split_once('/').unwrap_or(("", of.api_version()));
            return Err(Plan::refuse(format!(
                "error: expected resource of type node, got \"{group}/{version}, Resource={}\"",
                of.plural()
            )));
        }
        names.push(name);
    }
    Ok(names)
}

/// `kubectl cordon` and `uncordon`.
pub(super) fn cordon(call: &Call<'_>) -> Plan {
    let names = match nodes(call) {
        Ok(names) => names,
        Err(refusal) => return refusal,
    };
    let mut plan = Plan::default();
    for name in names {
        plan.add(set_unschedulable(call, name, call.verb.name == "cordon"));
    }
    plan
}

fn set_unschedulable(call: &Call<'_>, name: &str, on: bool) -> Plan {
    let verb = if on { "cordoned" } else { "uncordoned" };
    let node = call.view.cluster.store.node(name);
    match node.is_some_and(|node| node.spec.unschedulable == on) {
        true => {
            let trial = call.dry_run().unwrap_or("");
            Plan::print(format!("node/{name} already {verb}{trial}\n"))
        }
        false => {
            let command = Command::Cordon { node: name.to_owned(), is_unschedulable: on };
            confirm(call, &format!("node/{name}"), verb, command)
        }
    }
}

/// What the flags of `kubectl drain` ask for.
fn drain_of(words: &Words<'_>) -> Result<Drain, Plan> {
    let mut drain = Drain::default();
    if let Some(text) = words.flag("pod-selector") {
        drain.selector = selector::parse(text).map_err(|_| {
            Plan::refuse("error: --pod-selector=<pod_selector> must be a valid label selector")
        })?;
    }
    drain.grace = words.number("grace-period").and_then(|seconds| u64::try_from(seconds).ok());
    drain.timeout_ms = words.duration("timeout").filter(|timeout| *timeout > 0);
    Ok(drain)
}

/// `kubectl drain`: cordons the nodes, and has the drain go on from there.
pub(super) fn drain(call: &Call<'_>) -> Plan {
    let asked = nodes(call).and_then(|names| Ok((names, drain_of(&call.words)?)));
    let (names, mut drain) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let mut plan = Plan::default();
    for name in &names {
        plan.add(set_unschedulable(call, name, true));
    }
    let mut failed = Vec::new();
    for name in names {
        match (check_pods(call, &drain.selector, name), call.dry_run()) {
            (Ok(warnings), trial) => {
                plan.output.stderr += &warnings;
                match trial {
                    None => drain.nodes.push(name.to_owned()),
                    Some(trial) => {
                        for pod in pods_to_go(call.view.cluster, &drain.selector, name) {
                            let pod = pod.metadata.key();
                            plan.output.stdout += &format!("evicting pod {pod:?}{trial}\n");
                        }
                        plan.output.stdout += &format!("node/{name} drained{trial}\n");
                    }
                }
            }
            (Err(error), _) => {
                plan.output.stderr += &format!(
                    "error: unable to drain node \"{name}\" due to error: {error}, continuing command...\n"
                );
                failed.push((name, error));
            }
        }
    }
    if !failed.is_empty() {
        plan.output.exit = 1;
        plan.output.stderr += "There are pending nodes to be drained:\n";
        for (name, _) in &failed {
            plan.output.stderr += &format!(" {name}\n");
        }
        let errors: Vec<&str> = failed.iter().map(|(_, error)| error.as_str()).collect();
        let head = if call.view.is_recent() { "" } else { "error: " };
        plan.output.stderr += &format!("{head}{}\n", aggregate(&errors));
    }
    if drain.nodes.is_empty() { plan } else { plan.with(Command::Drain(drain)) }
}

/// Errors as Go's `utilerrors.Aggregate` prints them.
fn aggregate(errors: &[&str]) -> String {
    match errors {
        [error] => (*error).to_owned(),
        errors => format!("[{}]", errors.join(", ")),
    }
}

/// What kubectl says of the pods on a node before it evicts any (`GetPodsForDeletion`).
///
/// # Errors
/// If one of them needs a flag that the line does not have.
fn check_pods(call: &Call<'_>, selector: &LabelSelector, node: &str) -> Result<String, String> {
    let pods = pods_to_go(call.view.cluster, selector, node);
    let (mut folders, mut alone): (Vec<String>, Vec<String>) = Default::default();
    for pod in pods.filter(|pod| !pod.is_finished()) {
        let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
        let has_folder = pod.spec.volumes.iter().any(|volume| volume.empty_dir.is_some());
        // Since kubectl 1.37, only the first reason that needs a flag is printed for each pod.
        let is_told =
            has_folder && call.view.is_recent() && !call.words.has("delete-emptydir-data");
        if pod.metadata.controller().is_none() && !is_told {
            alone.push(name.clone());
        }
        // With the flag, the reason that is looked at last is printed.
        if has_folder && (is_told || !call.view.is_recent()) {
            folders.push(name);
        }
    }
    let kinds = [
        (&folders, "delete-emptydir-data", "Pods with local storage", "--delete-emptydir-data"),
        (&alone, "force", "Pods that declare no controller", "--force"),
    ];
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for (names, flag, what, option) in kinds {
        let names = names.join(", ");
        match call.words.has(flag) {
            _ if names.is_empty() => {}
            true => warnings.push(format!("deleting {what}: {names}")),
            false => {
                errors.push(format!("cannot delete {what} (use {option} to override): {names}"))
            }
        }
    }
    let errors: Vec<&str> = errors.iter().map(String::as_str).collect();
    match (errors.as_slice(), warnings.as_slice()) {
        ([], []) => Ok(String::new()),
        ([], warnings) => Ok(format!("Warning: {}\n", warnings.join("; "))),
        (errors, _) => Err(aggregate(errors)),
    }
}

/// A taint of a line: what is set, or taken away.
struct Change {
    taint: Taint,
    removes: bool,
}

/// `key=value:Effect` or, to take it away, `key:Effect-` or `key-` (`ParseTaints`).
fn parse_taint(text: &str, help: &str) -> Result<Change, String> {
    let (body, removes) = text.strip_suffix('-').map_or((text, false), |body| (body, true));
    let bad = || format!("error: invalid taint spec: {text}");
    let (pair, effect) = body.split_once(':').unwrap_or((body, ""));
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let has_effect = body.contains(':');
    let effect = TaintEffect::from(effect);
    if has_effect && matches!(effect, TaintEffect::Unset | TaintEffect::Other(_)) {
        return Err(format!(
            "error: invalid taint effect: {effect}, unsupported taint effect{help}"
        ));
    }
    if !removes && !has_effect && pair.contains('=') && !help.is_empty() {
        return Err(format!(
            "error: invalid taint spec: {text}, name part must consist of alphanumeric characters, '-', '_' or '.', and must \
             start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for \
             validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'){help}"
        ));
    }
    if key.is_empty() || value.contains('=') || !removes && !has_effect {
        return Err(bad() + help);
    }
    let (key, value) = (key.to_owned(), value.to_owned());
    Ok(Change { taint: Taint { key, value, effect, time_added: None }, removes })
}

fn is_same(one: &Taint, other: &Taint) -> bool {
    one.key == other.key && (one.effect == other.effect || other.effect.is_empty())
}

/// Parses the taints of a command; `help` ends an error.
fn parse_taints(call: &Call<'_>, taints: &[&str], help: &str) -> Result<Vec<Change>, String> {
    let mut changes: Vec<Change> = Vec::new();
    for text in taints.iter().copied() {
        match parse_taint(text, help) {
            Ok(change)
                if call.view.is_recent()
                    && changes
                        .iter()
                        .any(|old| !old.removes && is_same(&old.taint, &change.taint)) =>
            {
                let Taint { key, value, effect, .. } = change.taint;
                return Err(format!(
                    "error: duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}{help}"
                ));
            }
            Ok(change) => changes.push(change),
            Err(message) => return Err(message),
        }
    }
    Ok(changes)
}

/// `kubectl taint`.
pub(super) fn taint(call: &Call<'_>) -> Plan {
    let (cluster, words) = (call.view.cluster, &call.words);
    let is_recent = call.view.is_recent();
    let (kind, rest) = match words.plain.split_first() {
        Some((kind, rest)) => (kind.trim_end_matches('/'), rest),
        None if is_recent => {
            return Plan::refuse(
                "error: one or more resources must be specified as <resource> <name>",
            );
        }
        None => return Plan::refuse("error: at least one taint update is required"),
    };
    if is_recent && call.view.kind(kind).is_none() {
        return Plan::refuse(format!("the server doesn't have a resource type \"{kind}\""));
    }
    if is_recent && call.view.kind(kind) != Some(Kind::Node) {
        return Plan::refuse(format!(
            "error: invalid resource type {kind}, only node types are supported"
        ));
    }
    if !["node", "nodes", "no"].contains(&kind) {
        return Plan::refuse(format!(
            "error: invalid resource type {kind}, only [node nodes] are supported"
        ));
    }
    let is_taint = |word: &&str| word.contains('=') || word.contains(':') || word.ends_with('-');
    let (taints, names): (Vec<&str>, Vec<&str>) = rest.iter().copied().partition(is_taint);
    // Everything is selected by the empty selector; with one, names are not looked at.
    let selector = match (words.flag("selector"), words.has("all")) {
        (Some(_), true) => {
            return Plan::refuse(
                "error: setting 'all' parameter with a non empty selector is prohibited.",
            );
        }
        (selector, all) => selector.or(all.then_some("")),
    };
    if taints.is_empty() {
        return Plan::refuse("error: at least one taint update is required");
    }
    let names = match selector.map(|text| selected(cluster, text)) {
        Some(Err(refusal)) => return refusal,
        Some(Ok(names)) => names,
        None => names,
    };
    if names.is_empty() && selector.is_none() {
        return Plan::refuse(
            "error: at least one resource name must be specified since 'all' parameter is not set",
        );
    }
    let help = if is_recent { "\nSee 'kubectl taint -h' for help and examples" } else { "" };
    let changes = match parse_taints(call, &taints, help) {
        Ok(changes) => changes,
        Err(message) => return Plan::refuse(message),
    };
    let mut plan = Plan::default();
    for name in names {
        plan.add(taint_node(call, name, &changes));
    }
    plan
}

fn taint_node(call: &Call<'_>, name: &str, changes: &[Change]) -> Plan {
    let is_overwriting = call.words.has("overwrite");
    let Some(node) = call.view.cluster.store.node(name) else {
        return Plan::refuse(not_found(Kind::Node, name));
    };
    let has = |change: &Change| node.spec.taints.iter().any(|old| is_same(old, &change.taint));
    let known: Vec<&str> = changes
        .iter()
        .filter(|change| !change.removes && has(change))
        .map(|change| change.taint.key.as_str())
        .collect();
    if !known.is_empty() && !is_overwriting {
        let keys = known.join(",");
        return Plan::refuse(format!(
            "error: node {name} already has {keys} taint(s) with same effect(s) and --overwrite is false"
        ));
    }
    if let Some(change) = changes.iter().find(|change| change.removes && !has(change)) {
        let (key, effect) = (&change.taint.key, &change.taint.effect);
        let colon = if effect.is_empty() { "" } else { ":" };
        return Plan::refuse(format!("error: taint \"{key}{colon}{effect}\" not found"));
    }
    let adds = changes.iter().any(|change| !change.removes);
    let removes = changes.iter().any(|change| change.removes);
    let verb = match (adds, removes) {
        _ if is_overwriting => "modified",
        (true, true) => "modified",
        (true, false) => "tainted",
        _ => "untainted",
    };
    let trial = call.dry_run();
    let mut plan = Plan::print(format!("node/{name} {verb}{}\n", trial.unwrap_or("")));
    for change in changes.iter().filter(|_| trial.is_none()) {
        let (node, taint) = (name.to_owned(), change.taint.clone());
        plan.commands.push(Command::Taint { node, taint, removes: change.removes });
    }
    plan
}
