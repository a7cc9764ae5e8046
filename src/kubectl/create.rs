//! `kubectl create`: objects from the text below the line, and those that a line describes.

use super::confirm::{confirm, shown};
use super::documents::each;
use super::objects::{current, last_applied, local, named, not_admitted, not_created};
use super::view::not_found;
use super::{Call, Plan, generate, generate_access};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::{Grace, disruption};
use crate::manifest;
use crate::sim::Command;

/// `kubectl create`.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    if let Some(path) = call.words.flag("raw") {
        return raw(call, path);
    }
    match call.words.plain.as_slice() {
        [] => from_text(call).await,
        words => Plan::refuse(format!(
            "error: Unexpected args: [{}]\nSee 'kubectl create -h' for help and examples",
            words.join(" ")
        )),
    }
}

/// `kubectl create --raw PATH -f -`: the Eviction API of a pod, for which kubectl has no other line.
fn raw(call: &Call<'_>, path: &str) -> Plan {
    let parts: Vec<&str> = path.split('/').collect();
    let ["", "api", "v1", "namespaces", namespace, "pods", name, "eviction"] = parts[..] else {
        return Plan::refuse(
            "Error from server (NotFound): the server could not find the requested resource",
        );
    };
    let body = match manifest::read(call.text.unwrap_or_default()) {
        Ok(body) => body,
        Err(message) => {
            return Plan::refuse(format!("error: unable to parse the Eviction: {message}"));
        }
    };
    let Some(pod) = call.view.cluster.store.pods.named(namespace, name) else {
        return Plan::refuse(not_found(Kind::Pod, name));
    };
    if let Err(refusal) = disruption::may_evict(call.view.cluster, pod) {
        let reason = if refusal.is_final { " (InternalError)" } else { " (TooManyRequests)" };
        let mut plan = Plan::refuse(format!("Error from server{reason}: {}", refusal.message));
        plan.output.advice = refusal.cause + "\n";
        return plan;
    }
    let seconds = body.at("deleteOptions.gracePeriodSeconds").and_then(Tree::as_int);
    let grace = seconds.map_or(Grace::Default, |it| Grace::Seconds(it.max(0).unsigned_abs()));
    let done = Plan::print(
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}\n",
    );
    match call.dry_run() {
        Some(_) => done,
        None => done.with(Command::Evict(pod.metadata.key(), grace)),
    }
}

/// `kubectl create -f -`.
async fn from_text(call: &Call<'_>) -> Plan {
    each(call, |plan, tree, mut object| {
        if call.is_client_dry_run() && call.view.is_recent() {
            let kept = call.words.has("save-config").then(|| last_applied(tree, &object));
            let tree = local(tree, &object, kept.as_ref());
            return shown(call, &named(&object), "created", object.kind(), &tree);
        }
        if let Some(old) = current(call, plan, &object) {
            let (of, name) = (old.kind().resource(), &old.meta().name);
            return not_created(("AlreadyExists", format!("{of} \"{name}\" already exists")));
        }
        if let Some(refusal) = not_admitted(call, plan, &object) {
            return not_created(refusal);
        }
        if call.words.has("save-config") {
            let kept = last_applied(tree, &object).json() + "\n";
            object.meta_mut().annotations.insert(LAST_APPLIED.into(), kept);
        }
        confirm(call, &named(&object), "created", Command::Create(object))
    })
    .await
}

/// `kubectl create deployment` and similar commands: creates an object from flags.
pub(super) fn described(call: &Call<'_>) -> Plan {
    let [name] = call.words.plain[..] else {
        return Plan::refuse(format!(
            "error: exactly one NAME is required, got {}\nSee 'kubectl {} -h' for help and examples",
            call.words.plain.len(),
            call.verb.name
        ));
    };
    let what = call.verb.name.trim_start_matches("create ");
    let (kind, tree) = match generate::described(call, what, name) {
        Ok(made) => made,
        Err(refusal) => return Plan::refuse(refusal),
    };
    // The prefix that the commands add to the API server's error (`create_secret.go` and others).
    let prefix = match kind {
        Kind::Namespace | Kind::Role | Kind::ClusterRole => String::new(),
        Kind::Secret => "secret ".into(),
        Kind::PodDisruptionBudget => "poddisruptionbudgets: ".into(),
        Kind::Service => format!("{} service: ", tree.word("spec.type")),
        _ => format!("{what}: "),
    };
    let mut plan = make(call, kind, tree, "created", &prefix);
    plan.output.stderr.insert_str(0, &generate_access::verb_warnings(call));
    plan
}

/// Creates an object that kubectl made, or prints it. `verb` confirms it; `failed` names the failed action.
pub(super) fn make(call: &Call<'_>, kind: Kind, mut tree: Tree, verb: &str, failed: &str) -> Plan {
    if let (Some(namespace), true) = (call.words.flag("namespace"), kind.is_namespaced()) {
        tree.child("metadata").set("namespace", namespace);
    }
    let own = tree.word("metadata.name");
    let name = format!("{}/{own}", kind.qualified());
    if call.words.has("save-config") {
        let kept = tree.json() + "\n";
        tree.child("metadata").child("annotations").set(LAST_APPLIED, kept.as_str());
    }
    if call.is_client_dry_run() {
        let verb = if kind == Kind::HorizontalPodAutoscaler { "created" } else { verb };
        return shown(call, &name, verb, kind, &tree);
    }
    let document = manifest::parse(&tree.json()).into_iter().next();
    let made = match document.map(|document| document.outcome) {
        Some(Ok(object)) => Ok(object),
        Some(Err(refusal)) => {
            // The error of a typed client for an invalid object.
            let subject = format!("The {} ", kind.name());
            let words = refusal.stderr.trim_end();
            Err(match words.strip_prefix(&subject) {
                Some(rest) => ("Invalid", format!("{}{} {rest}", kind.name(), kind.group())),
                None => ("", words.to_owned()),
            })
        }
        None => Err(("", manifest::NO_OBJECTS.to_owned())),
    };
    let refusal = match &made {
        Ok(object) if current(call, &Plan::default(), object).is_some() => {
            Some(("AlreadyExists", format!("{} \"{own}\" already exists", kind.resource())))
        }
        Ok(object) => not_admitted(call, &Plan::default(), object),
        Err(refusal) => Some(refusal.clone()),
    };
    match (made, refusal) {
        (Ok(object), None) => confirm(call, &name, verb, Command::Create(object)),
        (_, Some(("", words))) => Plan::refuse(words),
        (_, Some((reason, words))) if failed.is_empty() => {
            Plan::refuse(format!("Error from server ({reason}): {words}"))
        }
        (_, Some((_, words))) => Plan::refuse(format!("error: failed to create {failed}{words}")),
        (Err(_), None) => Plan::default(),
    }
}
