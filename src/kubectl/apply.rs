//! Objects from the text below the line, and `apply`.

use super::confirm::confirm;
use super::documents::each;
use super::{Call, Plan, configure};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::{namespaces, node_ports, references};
use crate::later::{self, later};
use crate::manifest::{self, Refusal};
use crate::sim::Command;

/// What is said of files, of which there are none.
pub(super) const NO_FILES: &str = "error: there are no files here: write -f - and the text below the line, as in \
     kubectl apply -f - <<EOF";

/// Gives an object that names no namespace that of the line.
///
/// # Errors
/// kubectl's words if both name one, and not the same (`RequireNamespace` of `k8s.io/cli-runtime/pkg/resource`).
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

/// [`settle`] for an object whose kind and name alone are known.
pub(super) fn settle_named(call: &Call<'_>, named: &mut super::view::Named) -> Result<(), String> {
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

/// Why admission rejects an object: the reason, and the words
/// (the admission plugin NamespaceLifecycle, and those of pods).
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

/// What kubectl prints of an object that cannot be created for a reason.
pub(super) fn not_created((reason, words): (&str, String)) -> Plan {
    match reason {
        "Invalid" => Plan::refuse(format!("The {words}")),
        _ => Plan::refuse(format!(
            "Error from server ({reason}): error when creating \"STDIN\": {words}"
        )),
    }
}

/// A refusal, with where it is and what to do about it.
pub(super) fn refused(refusal: &Refusal) -> Plan {
    let mut plan = Plan::refuse(&refusal.stderr);
    let (line, column) = (refusal.line, refusal.column);
    plan.output.advice = match refusal.advice.is_empty() {
        true => format!("at line {line}, column {column}\n"),
        false => format!("at line {line}, column {column}: {}\n", refusal.advice),
    };
    plan
}

/// The object of this name as it will be once the plan is done.
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

/// kubectl's error for flags that exclude each other.
fn wrong(call: &Call<'_>) -> Option<&'static str> {
    let flag = |name: &str| call.words.flag(name);
    if flag("filename").is_some() && flag("kustomize").is_some() {
        return Some("error: only one of -f or -k can be specified");
    }
    if call.words.has("server-side") && call.is_client_dry_run() {
        return Some(
            "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        );
    }
    if call.words.has("force-conflicts") && !call.words.has("server-side") {
        return Some("error: --force-conflicts only works with --server-side");
    }
    None
}

/// `kubectl apply -f -`.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    if let Some(refusal) = wrong(call) {
        return Plan::refuse(refusal);
    }
    let mut plan = each(call, |plan, tree, object| apply(call, plan, tree, object)).await;
    if let Some(print) = LISTED.get().filter(|_| !call.listed.borrow().is_empty()) {
        plan.add(print(call, call.listed.take()));
    }
    plan
}

later! {
    /// Prints the objects in the form of `-o`.
    static LISTED: fn(&Call<'_>, Vec<Tree>) -> Plan = print_listed;
    /// Changes an object that is there.
    static CONFIGURE: fn(&Call<'_>, &str, &Object, &Tree, &Tree) -> Plan = configure::configure;
}

fn print_listed(call: &Call<'_>, mut listed: Vec<Tree>) -> Plan {
    let tree = match listed.pop() {
        Some(only) if listed.is_empty() => only,
        last => {
            let mut list = super::print::list(listed.into_iter().chain(last).collect());
            list.set("metadata", Tree::map([]));
            list
        }
    };
    super::print::plan(call, call.form(), &tree)
}

/// Creates the object, or changes the one that is there.
pub(super) fn apply(call: &Call<'_>, plan: &Plan, tree: &Tree, mut object: Object) -> Plan {
    let name = named(&object);
    let kept = last_applied(tree, &object);
    let Some(old) = current(call, plan, &object) else {
        if call.is_client_dry_run() && call.view.is_recent() {
            let tree = local(tree, &object, Some(&kept));
            return super::confirm::shown(call, &name, "created", object.kind(), &tree);
        }
        if let Some(refusal) = not_admitted(call, plan, &object) {
            return not_created(refusal);
        }
        if call.words.has("server-side") {
            return confirm(call, &name, "serverside-applied", Command::Create(object));
        }
        object.meta_mut().annotations.insert(LAST_APPLIED.into(), kept.json() + "\n");
        return confirm(call, &name, "created", Command::Create(object));
    };
    match CONFIGURE.get() {
        Some(configure) => configure(call, &name, &old, tree, &kept),
        None => Plan::refuse(later::MISSING),
    }
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

/// A conflict, or what admission refuses, with where the change came from (`AddSourceToErr`); other
/// refusals as they are.
pub(super) fn from_stdin(refusal: &str, doing: &str) -> String {
    let source = format!("): error when {doing} \"STDIN\": ");
    match refusal.split_once("): ") {
        Some((kind, rest)) if kind.ends_with("(Conflict") || kind.ends_with("(Forbidden") => {
            format!("{kind}{source}{rest}")
        }
        _ => refusal.into(),
    }
}

/// `kubectl apply view-last-applied`.
pub(super) fn view_last(call: &Call<'_>) -> Plan {
    let print = match call.words.flag("output") {
        None | Some("yaml") => manifest::to_yaml,
        Some("json") => Tree::pretty_json,
        Some(other) => {
            return Plan::refuse(format!(
                "error: Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply \
                 view-last-applied -h' for help and examples"
            ));
        }
    };
    let found = match call.asked().and_then(|asked| super::get::find(call, &asked)) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    if !found.errors.is_empty() {
        return Plan::refuse(found.errors);
    }
    let mut plan = Plan::default();
    for (of, tree) in found.groups.iter().flat_map(|it| it.trees.iter().map(|tree| (it.of, tree))) {
        let notes = tree.at("metadata.annotations");
        let kept = notes.and_then(|notes| notes.get(LAST_APPLIED)).map(Tree::as_text);
        match kept.and_then(|text| manifest::read(text).ok()) {
            Some(kept) => plan.output.stdout += &print(&kept),
            None => {
                plan.output.stderr += &format!(
                    "error: no last-applied-configuration annotation found on resource: {}\n",
                    of.plural()
                )
            }
        }
    }
    plan.output.exit = u8::from(!plan.output.stderr.is_empty());
    plan
}
