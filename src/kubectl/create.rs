//! `kubectl create`: objects from the text below the line, and those that a line describes.

use super::apply::{confirm, current, each, last_applied, named, not_admitted, not_created};
use super::view::not_found;
use super::{Call, Plan, budget};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::{Grace, disruption, generated_name};
use crate::manifest::{self, Document};
use crate::sim::Command;

/// `kubectl create`.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    if let Some(path) = call.words.flag("raw") {
        return raw(call, path);
    }
    match call.words.plain.split_first() {
        None => from_text(call).await,
        Some((what, _)) if budget::WORDS.contains(what) => budget::budget(call),
        Some((what, rest)) => from_words(call, what, rest),
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

/// Gives an object that is created without a name one that begins as it says, or refuses it
/// (`rest.BeforeCreate` of `k8s.io/apiserver`). Returns whether it has a new name.
pub(super) fn name(document: &mut Document, number: u64) -> bool {
    let tree = &mut document.tree;
    let (base, name) = (tree.word("metadata.generateName"), tree.word("metadata.name"));
    match &mut document.outcome {
        _ if tree.entries().is_empty() || !name.is_empty() => false,
        Err(refusal) if refusal.stderr.ends_with("resource name may not be empty\n") => {
            let kind = tree.text("kind");
            refusal.stderr = format!(
                "The {kind} \"\" is invalid: metadata.name: Required value: name or generateName is required\n"
            );
            false
        }
        _ if base.is_empty() => false,
        _ => {
            tree.child("metadata").set("name", generated_name(&base, number).as_str());
            true
        }
    }
}

/// `kubectl create namespace`, `serviceaccount`, `configmap` and `secret generic`.
fn from_words(call: &Call<'_>, what: &str, rest: &[&str]) -> Plan {
    // What the commands put before the words of the API server (`create_secret.go` and its like).
    let (kind, names, prefix) = match (what, rest) {
        ("namespace" | "ns", names) => (Kind::Namespace, names, ""),
        ("serviceaccount" | "sa", names) => {
            (Kind::ServiceAccount, names, "error: failed to create serviceaccount: ")
        }
        ("configmap" | "cm", names) => {
            (Kind::ConfigMap, names, "error: failed to create configmap: ")
        }
        ("secret", ["generic", names @ ..]) => {
            (Kind::Secret, names, "error: failed to create secret ")
        }
        _ => {
            return Plan::refuse(format!(
                "error: Unexpected args: [{}]\nSee 'kubectl create -h' for help and examples",
                call.words.plain.join(" ")
            ));
        }
    };
    let [name] = names else {
        let command = if kind == Kind::Secret { "secret generic" } else { kind.singular() };
        return Plan::refuse(format!(
            "error: exactly one NAME is required, got {}\nSee 'kubectl create {command} -h' for help and \
             examples",
            names.len()
        ));
    };
    let object = match described(call, kind, name) {
        Ok(object) => object,
        Err(refusal) => return Plan::refuse(refusal),
    };
    let problem = match current(call, &Plan::default(), &object) {
        Some(_) => {
            Some(("AlreadyExists", format!("{} \"{name}\" already exists", kind.resource())))
        }
        None => not_admitted(call, &Plan::default(), &object),
    };
    match problem {
        Some((reason, words)) if prefix.is_empty() => {
            Plan::refuse(format!("Error from server ({reason}): {words}"))
        }
        Some((_, words)) => Plan::refuse(format!("{prefix}{words}")),
        None => confirm(call, &named(&object), "created", Command::Create(object)),
    }
}

/// The object that a line describes.
///
/// # Errors
/// What kubectl or the API server say of a wrong literal or name.
fn described(call: &Call<'_>, kind: Kind, name: &str) -> Result<Object, String> {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", kind.api_version());
    tree.set("kind", kind.name());
    tree.child("metadata").set("name", name);
    if kind.is_namespaced() {
        tree.child("metadata").set("namespace", call.namespace());
    }
    let field = if kind == Kind::Secret { "stringData" } else { "data" };
    let literals = call.words.flags.iter().filter(|(flag, _)| *flag == "from-literal");
    for (_, literal) in literals {
        let Some((key, value)) = literal.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(format!("error: invalid literal source {literal}, expected key=value"));
        };
        if tree.child(field).get(key).is_some() {
            return Err(format!(
                "error: cannot add key {key}, another key by that name already exists in Data for \
                 {} \"{name}\"",
                kind.name()
            ));
        }
        tree.child(field).set(key, value);
    }
    let document = manifest::parse(&manifest::to_yaml(&tree)).into_iter().next();
    match document.map(|document| document.outcome) {
        Some(outcome) => outcome.map_err(|refusal| refusal.stderr),
        None => Err(manifest::NO_OBJECTS.into()),
    }
}
