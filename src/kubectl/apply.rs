//! Objects from the text below the line, and `apply`.

use super::confirm::confirm;
use super::{Call, Output, Plan, configure};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::database::problems;
use crate::cluster::{namespaces, references};
use crate::later::{self, later};
use crate::manifest::{self, Document, Refusal};
use crate::notation::closest;
use crate::sim::Command;

/// What is said of files, of which there are none.
pub(super) const NO_FILES: &str = "error: there are no files here: write -f - and the text below the line, as in \
     kubectl apply -f - <<EOF";

/// The documents of the text below the line.
async fn documents(call: &Call<'_>) -> Result<Vec<Document>, Plan> {
    let verb = call.verb.name;
    let text = match (call.words.flag("filename"), call.text) {
        (Some("-"), text) => text.unwrap_or(""),
        (Some(_), _) => return Err(Plan::refuse(NO_FILES)),
        (None, _) => {
            let flags = if call.view.is_recent() || verb == "apply" { "-f and -k" } else { "-f -" };
            let mut plan = Plan::refuse(format!("error: must specify one of {flags}"));
            plan.output.advice =
                format!("the text of the manifest follows the line: kubectl {verb} -f - <<EOF\n");
            return Err(plan);
        }
    };
    let documents = parsed(call, text).await;
    match documents.is_empty() {
        true => Err(Plan::refuse(manifest::NO_OBJECTS.replace("apply", verb))),
        false => Ok(documents),
    }
}

/// The documents of a text. What is of a custom kind is known if its definition was applied before: kubectl asks once
/// which kinds there are.
pub(super) async fn parsed(call: &Call<'_>, text: &str) -> Vec<Document> {
    let mut documents = manifest::parse_in_slices(text, call.has_recreate(), call.progress).await;
    let store = &call.view.cluster.store;
    for (number, document) in (0..).zip(&mut documents) {
        let is_custom = document.is_custom();
        let is_named = call.verb.name == "create"
            && super::create::name(document, store.resource_version.saturating_add(number));
        if is_custom || is_named {
            document.read_again(store.definitions(), call.has_recreate());
        }
    }
    documents
}

/// Fields that change what the cluster itself does and that are not simulated. The others are listed in the dialog
/// only: they are the containers' own affair.
const MISSED: [&str; 9] = [
    "activeDeadlineSeconds",
    "hostNetwork",
    "matchLabelKeys",
    "postStart",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "readinessGates",
    "restartPolicyRules",
    "schedulerName",
    "schedulingGates",
];

/// Says which of these fields have no effect here.
fn missed(fields: &[manifest::NotSimulated]) -> String {
    let paths = fields.iter().map(|field| field.path.as_str());
    let missed = paths
        .filter(|path| MISSED.contains(&path.rsplit_once('.').map_or(*path, |(_, name)| name)));
    let missed: Vec<&str> = missed.collect();
    match missed.is_empty() {
        true => String::new(),
        false => format!("accepted but not simulated: {}\n", missed.join(", ")),
    }
}

/// Does something with each document; a refused one does not stop the others.
pub(super) async fn each(call: &Call<'_>, act: impl Fn(&Plan, &Tree, Object) -> Plan) -> Plan {
    let documents = match documents(call).await {
        Ok(documents) => documents,
        Err(plan) => return plan,
    };
    let mut plan = Plan::default();
    let count = documents.len() as u64;
    for (number, document) in (0..).zip(documents) {
        call.progress.reached(number, count).await;
        let next = match document.outcome {
            Ok(mut object) => {
                warn(&object, &mut plan.output);
                plan.output.advice += &missed(&document.not_simulated);
                match settle(call, &document.tree, &mut object) {
                    Ok(()) => act(&plan, &document.tree, object),
                    Err(refusal) => Plan::refuse(refusal),
                }
            }
            Err(refusal) => {
                let mut plan = refused(&refusal);
                if call.verb.name == "replace" {
                    plan.output.stderr =
                        plan.output.stderr.replace("error when creating", "error when replacing");
                }
                plan
            }
        };
        plan.add(next);
    }
    plan
}

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
    Plan::refuse(format!("Error from server ({reason}): error when creating \"STDIN\": {words}"))
}

/// Warns of annotations that are meant for the database in the pods, and mean nothing to it.
fn warn(object: &Object, output: &mut Output) {
    let Object::StatefulSet(set) = object else { return };
    for problem in problems(&set.spec.template.metadata.annotations) {
        let word = problem.value.unwrap_or(problem.key);
        let advice = match closest(word, problem.known.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("known: {}", problem.known.join(", ")),
        };
        let value = problem.value.map_or_else(String::new, |value| format!(": \"{value}\""));
        let key = problem.key;
        output.stderr += &format!("Warning: annotation {key}{value} means nothing; {advice}\n");
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

/// `kubectl apply -f -`.
pub(super) async fn run(call: &Call<'_>) -> Plan {
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
        last => super::print::list(listed.into_iter().chain(last).collect()),
    };
    super::print::plan(call, call.form(), &tree)
}

/// Creates the object, or changes the one that is there.
pub(super) fn apply(call: &Call<'_>, plan: &Plan, tree: &Tree, mut object: Object) -> Plan {
    let name = named(&object);
    let kept = last_applied(tree, &object);
    let Some(old) = current(call, plan, &object) else {
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
