//! Objects that a manifest describes: their names and namespaces, whether the API server admits them, and errors.

use super::view::Named;
use super::{Call, Plan};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::{generated_name, namespaces, node_ports, references};
use crate::manifest::{Document, Refusal};
use crate::sim::Command;

/// The error for a change of an object that is derived from others, such as an Endpoints object.
pub(super) const NOT_STORED: &str = "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource";

/// The error for a file name: a line in the notation has no files.
pub(super) const NO_FILES: &str = "error: there are no files here: write -f - and the text below the line, as in \
     kubectl apply -f - <<EOF";

/// Puts an object without a namespace into that of `--namespace`.
///
/// # Errors
/// kubectl's error if the object has another namespace (`RequireNamespace` of `k8s.io/cli-runtime/pkg/resource`).
pub(super) fn settle(call: &Call<'_>, tree: &Tree, object: &mut Object) -> Result<(), String> {
    let (Some(asked), true) = (call.words.flag("namespace"), object.kind().is_namespaced()) else {
        return Ok(());
    };
    let own = tree.word("metadata.namespace");
    if own.is_empty() {
        object.meta_mut().namespace = asked.to_owned();
    }
    match own.is_empty() || own == asked {
        true => Ok(()),
        false => Err(other_namespace(&own, asked)),
    }
}

/// [`settle`] for an object of which only the kind and the name are known.
pub(super) fn settle_named(call: &Call<'_>, named: &mut Named) -> Result<(), String> {
    let (Some(asked), true) = (call.words.flag("namespace"), named.of.is_namespaced()) else {
        return Ok(());
    };
    match &named.namespace {
        Some(own) if own != asked => Err(other_namespace(own, asked)),
        _ => {
            named.namespace = Some(asked.to_owned());
            Ok(())
        }
    }
}

/// kubectl's error for an object whose namespace differs from `--namespace`.
fn other_namespace(own: &str, asked: &str) -> String {
    format!(
        "error: the namespace from the provided object \"{own}\" does not match the namespace \"{asked}\". You must \
         pass '--namespace={own}' to perform this operation."
    )
}

/// Why admission rejects an object: the reason and the message (the admission plugin NamespaceLifecycle, and those for
/// pods).
pub(super) fn not_admitted(
    call: &Call<'_>,
    plan: &Plan,
    object: &Object,
) -> Option<(&'static str, String)> {
    let (meta, store) = (object.meta(), &call.view.cluster.store);
    let namespace = &meta.namespace;
    if object.kind() == Kind::ComponentStatus {
        let words = "the server does not allow this method on the requested resource";
        return Some(("MethodNotAllowed", words.into()));
    }
    if !object.kind().is_namespaced() {
        return None;
    }
    let exists = |kind: Kind, namespace: &str, name: &str| {
        let reference = ObjectRef::named(kind, namespace, name);
        let is_new = |command: &Command| matches!(command, Command::Create(object) if object.reference() == reference);
        store.has(kind, namespace, name) || plan.commands.iter().any(is_new)
    };
    if !exists(Kind::Namespace, "", namespace) {
        return Some(("NotFound", format!("namespaces \"{namespace}\" not found")));
    }
    if let Object::Service(service) = object
        && let Some(refusal) = node_ports::conflict(store, service)
    {
        return Some(("Invalid", refusal));
    }
    let why = match object {
        _ if namespaces::is_terminating(store, namespace) => format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        ),
        Object::Pod(pod) => references::forbidden(&pod.spec, namespace, &exists)
            .or_else(|| references::other_priority(store, &pod.spec))?,
        _ => return None,
    };
    let (of, name) = (object.kind().resource(), &meta.name);
    Some(("Forbidden", format!("{of} \"{name}\" is forbidden: {why}")))
}

/// kubectl's error for an object that cannot be created.
pub(super) fn not_created((reason, words): (&str, String)) -> Plan {
    match reason {
        "Invalid" => Plan::refuse(format!("The {words}")),
        _ => Plan::refuse(format!(
            "Error from server ({reason}): error when creating \"STDIN\": {words}"
        )),
    }
}

/// The error for a refused document, with its position and advice.
pub(super) fn refused(refusal: &Refusal) -> Plan {
    let mut plan = Plan::refuse(&refusal.stderr);
    let (line, column) = (refusal.line, refusal.column);
    plan.output.advice = match refusal.advice.is_empty() {
        true => format!("at line {line}, column {column}\n"),
        false => format!("at line {line}, column {column}: {}\n", refusal.advice),
    };
    plan
}

/// The object with this name after the commands of the plan.
pub(super) fn current(call: &Call<'_>, plan: &Plan, object: &Object) -> Option<Object> {
    let reference = object.reference();
    // Only another document below the line can have changed it.
    let own = (object.kind(), object.meta().name.clone());
    if call.repeated.borrow().binary_search(&own).is_err() {
        return call.view.cluster.store.get(&reference);
    }
    let pending = plan.commands.iter().rev().find_map(|command| match command {
        Command::Create(object) | Command::Configure(object, _)
            if object.reference() == reference =>
        {
            Some(object.clone())
        }
        _ => None,
    });
    pending.or_else(|| call.view.cluster.store.get(&reference))
}

pub(super) fn named(object: &Object) -> String {
    format!("{}/{}", object.kind().qualified(), object.meta().name)
}

/// Gives an object without a name one that starts with its `generateName`, or refuses it
/// (`rest.BeforeCreate` of `k8s.io/apiserver`). Returns whether it has a new name.
pub(super) fn generate_name(document: &mut Document, number: u64) -> bool {
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

/// The stored object that a tree shows.
pub(super) fn stored(call: &Call<'_>, of: Kind, tree: &Tree) -> Option<Object> {
    let key = Key::new(&tree.word("metadata.namespace"), &tree.word("metadata.name"));
    call.view.cluster.store.get(&ObjectRef::new(of, &key))
}

/// A manifest with its namespace, as kubectl prints it without the API server; `kept` is the manifest that it remembers.
pub(super) fn local(tree: &Tree, object: &Object, kept: Option<&Tree>) -> Tree {
    let mut tree = tree.clone();
    tree.forget_places();
    let metadata = tree.child("metadata");
    if object.kind().is_namespaced() {
        metadata.set("namespace", object.meta().namespace.as_str());
    }
    if let Some(kept) = kept {
        metadata.child("annotations").set(LAST_APPLIED, (kept.json() + "\n").as_str());
    }
    tree
}

/// The manifest as `apply` keeps it (`GetModifiedConfiguration`).
pub(super) fn last_applied(tree: &Tree, object: &Object) -> Tree {
    let mut kept = tree.clone();
    kept.forget_places();
    let metadata = kept.child("metadata");
    if object.kind().is_namespaced() {
        metadata.set("namespace", object.meta().namespace.as_str());
    }
    metadata.set_default("annotations", Tree::map([]));
    metadata.child("annotations").remove(LAST_APPLIED);
    kept
}

/// Adds the source of the change to the error for a conflict or a rejection by admission (`AddSourceToErr`); other
/// errors stay the same.
pub(super) fn from_stdin(refusal: &str, doing: &str) -> String {
    let source = format!("): error when {doing} \"STDIN\": ");
    match refusal.split_once("): ") {
        Some((kind, rest)) if kind.ends_with("(Conflict") || kind.ends_with("(Forbidden") => {
            format!("{kind}{source}{rest}")
        }
        _ => refusal.into(),
    }
}
