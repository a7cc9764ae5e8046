//! Changes of what a line names: `scale`, `patch`, `label`, `annotate`, `set`.

use super::confirm::{confirm, confirm_local, shown};
use super::get::{self, Found};
use super::view::Asked;
use super::{Call, Plan, patch, subresource};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::api::{Key, Labels, Object, ObjectRef};
use crate::cluster::apply;
use crate::cluster::volumes::may_grow;
use crate::manifest;
use crate::sim::Command;

/// What is said of a change of something that is made from other objects.
pub(super) const NOT_STORED: &str = "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource";

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

/// The stored object of a tree.
pub(super) fn stored(call: &Call<'_>, of: Kind, tree: &Tree) -> Option<Object> {
    let key = Key::new(&tree.word("metadata.namespace"), &tree.word("metadata.name"));
    call.view.cluster.store.get(&ObjectRef::new(of, &key))
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
                None => Plan::refuse(NOT_STORED),
            });
        }
    }
    plan.output.stderr += &found.errors;
    plan.output.exit = plan.output.exit.max(u8::from(!found.errors.is_empty()));
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
    if found.count() == 0 {
        let old = |error| format!("error: no objects passed to scale {error}");
        let error = found.errors.trim_start_matches("Error from server (NotFound): ");
        return Plan::refuse(if call.view.is_recent() { found.errors } else { old(error) });
    }
    each(call, &call.words.plain, |name, object, tree| {
        if !object.kind().is_scalable() {
            return Plan::refuse(
                "Error from server (NotFound): the server could not find the requested resource",
            );
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
            // A client dry run prints the object unchanged.
            _ => confirm_local(
                call,
                name,
                "scaled",
                Command::Scale(object.reference(), replicas),
                tree,
            ),
        }
    })
}

/// What the API server says of a change for a certain version of the object, if that is not the one it has
/// (`OptimisticLockErrorMsg` of `k8s.io/apiserver`).
fn stale(old: &Object, version: &str) -> Option<String> {
    let is_stale = !version.is_empty() && version != old.meta().resource_version.to_string();
    is_stale.then(|| {
        conflict(
            old,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    })
}

/// The refusal of a change that somebody else was faster than (`errors.NewConflict`).
pub(super) fn conflict(old: &Object, words: &str) -> String {
    let (of, name) = (old.kind().resource(), &old.meta().name);
    format!(
        "Error from server (Conflict): Operation cannot be fulfilled on {of} \"{name}\": {words}"
    )
}

/// The uid that a tree names, if it is not that of the object.
pub(super) fn other_uid(old: &Object, tree: &Tree) -> Option<String> {
    let uid = tree.word("metadata.uid");
    (!uid.is_empty() && uid != old.meta().uid.to_string()).then_some(uid)
}

/// Makes an object of its changed tree, if that is of this version and this incarnation of it
/// (`Store.Update` of `k8s.io/apiserver`, `ValidateObjectMetaUpdate`).
///
/// # Errors
/// What kubectl prints of a change that the API server refuses.
pub(super) fn revise(call: &Call<'_>, old: &Object, tree: &Tree) -> Result<Object, String> {
    if let Some(refusal) = stale(old, &tree.word("metadata.resourceVersion")) {
        return Err(refusal);
    }
    if let Some(uid) = other_uid(old, tree) {
        let (kind, name) = (old.kind(), &old.meta().name);
        let words = format!("metadata.uid: Invalid value: \"{uid}\": field is immutable");
        return Err(format!("The {kind} \"{name}\" is invalid: {words}"));
    }
    let definitions = call.view.cluster.store.definitions();
    let new = manifest::revise(old, tree, call.has_recreate(), definitions)?;
    match (old, &new) {
        (Object::PersistentVolumeClaim(before), Object::PersistentVolumeClaim(after))
            if !may_grow(call.view.cluster, before, after) =>
        {
            let name = &before.metadata.name;
            Err(format!(
                "Error from server (Forbidden): persistentvolumeclaims \"{name}\" is forbidden: only dynamically \
                 provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            ))
        }
        _ => Ok(new),
    }
}

/// Writes an object whose tree was changed, if the API server takes it.
pub(super) fn write(
    call: &Call<'_>,
    name: &str,
    old: &Object,
    tree: &Tree,
    verb: &'static str,
) -> Plan {
    match subresource::revise(call, old, tree) {
        Ok(new) => confirm(call, name, verb, Command::Configure(new, verb)),
        Err(refusal) => Plan::refuse(refusal),
    }
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
    let own = format!("scale.autoscaling/{}", object.meta().name);
    let name = if call.words.flag("subresource") == Some("scale") { &own } else { name };
    if patched == *tree {
        return shown(call, name, "patched (no change)", object.kind(), tree);
    }
    let mut plan = match subresource::revise(call, &object, &patched) {
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

/// `kubectl label` and `kubectl annotate`.
pub(super) fn label(call: &Call<'_>) -> Plan {
    let is_label = call.verb.name == "label";
    let what = if is_label { "label" } else { "annotation" };
    let is_change = |word: &&&str| word.contains('=') || word.ends_with('-') && word.len() > 1;
    let words = &call.words.plain;
    let start = words.iter().position(|word| is_change(&word)).unwrap_or(words.len());
    let (names, changes) = words.split_at(start);
    if let Some(word) = changes.iter().find(|word| !is_change(word)) {
        return Plan::refuse(format!("error: unexpected args: {word} is no {what}"));
    }
    if call.words.has("all") && call.words.flag("selector").is_some() {
        return Plan::refuse("error: cannot set --all and --selector at the same time");
    }
    if names.is_empty() && call.words.flag("filename").is_none() && call.view.is_recent() {
        return Plan::refuse(
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>",
        );
    }
    if changes.is_empty() && !call.words.has("list") {
        return Plan::refuse(format!("error: at least one {what} update is required"));
    }
    let removed: Vec<&str> = changes
        .iter()
        .filter_map(|it| it.strip_suffix('-').filter(|key| !key.contains('=')))
        .collect();
    let both =
        changes.iter().filter_map(|it| it.split_once('=')).find(|(key, _)| removed.contains(key));
    if let (Some((key, _)), true) = (both, call.view.is_recent()) {
        return Plan::refuse(format!(
            "error: can not both modify and remove {} in the same command{}",
            if is_label { "a label" } else { "the following annotation(s)" },
            if is_label { String::new() } else { format!(": {key}") }
        ));
    }
    if let (Some(refusal), true, true) = (wrong_value(changes), is_label, call.view.is_recent()) {
        return Plan::refuse(refusal);
    }
    each(call, names, |name, object, tree| label_one(call, name, object, tree, changes, is_label))
}

/// kubectl's error for an invalid label value.
fn wrong_value(changes: &[&str]) -> Option<String> {
    let is_wrong = |value: &str| {
        let is_end = |letter: Option<char>| letter.is_some_and(|it| it.is_ascii_alphanumeric());
        let is_inner = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let is_valid = is_end(value.chars().next())
            && is_end(value.chars().last())
            && value.chars().all(is_inner);
        !is_valid && !value.is_empty()
    };
    let wrong =
        changes.iter().find(|it| it.split_once('=').is_some_and(|(_, value)| is_wrong(value)))?;
    Some(format!(
        "error: invalid label value: \"{wrong}\": a valid label must be an empty string or consist of alphanumeric \
         characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or \
         'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    ))
}

/// The labels or annotations of an object, as `--list` prints them.
fn listed(call: &Call<'_>, object: &Object, tree: &Tree, is_label: bool) -> Plan {
    // With several objects, each is named.
    let is_one = call.words.plain.len() < 3
        && !call.words.has("all")
        && call.words.flag("selector").is_none();
    let (kind, what) = (object.kind(), if is_label { "labels" } else { "annotations" });
    let group = kind.group().trim_start_matches('.');
    let head = match is_one {
        true => String::new(),
        false => {
            format!("Listing {what} for {}.{group}/{}:\n", kind.name(), object.meta().name)
        }
    };
    let pairs = tree.at(if is_label { "metadata.labels" } else { "metadata.annotations" });
    let pairs = pairs.map_or(&[] as &[_], Tree::entries).iter();
    let indent = if head.is_empty() { "" } else { " " };
    let lines = pairs.map(|entry| format!("{indent}{}={}\n", entry.key, entry.node.as_text()));
    Plan::print(head + &lines.collect::<String>())
}

fn label_one(
    call: &Call<'_>,
    name: &str,
    mut object: Object,
    tree: &Tree,
    changes: &[&str],
    is_label: bool,
) -> Plan {
    if call.words.has("list") {
        return listed(call, &object, tree, is_label);
    }
    let meta = object.meta_mut();
    let pairs = if is_label { &mut meta.labels } else { &mut meta.annotations };
    let before = pairs.clone();
    if let Some(refusal) = overwritten(call, &before, changes, is_label) {
        return Plan::refuse(refusal);
    }
    let mut missing = String::new();
    let mut removes = false;
    for change in changes {
        match (change.split_once('='), change.strip_suffix('-')) {
            (Some((key, value)), _) => {
                pairs.insert(key.to_owned(), value.to_owned());
            }
            (None, Some(key)) if pairs.remove(key).is_none() => {
                if is_label || !call.view.is_recent() {
                    missing += &format!("label \"{key}\" not found.\n");
                }
            }
            _ => removes = true,
        }
    }
    let is_same = *pairs == before;
    let adds = pairs.iter().any(|(key, value)| before.get(key) != Some(value));
    let verb = match (is_label, removes && !adds) {
        (true, true) => "unlabeled",
        (true, false) => "labeled",
        (false, _) => "annotated",
    };
    if is_same {
        let verb = if is_label { "not labeled" } else { "annotated" };
        let mut plan = shown(call, name, verb, object.kind(), tree);
        plan.output.stdout.insert_str(0, &missing);
        return plan;
    }
    let new = object;
    if let Some(refusal) = stale(&new, call.words.flag("resource-version").unwrap_or("")) {
        return Plan::refuse(refusal);
    }
    if let Some(old) = call.view.cluster.store.get(&new.reference()) {
        let errors = manifest::validate_update(&old, &new, call.has_recreate());
        if !errors.is_empty() {
            let subject = format!("{} \"{}\"", new.kind(), new.meta().name);
            return Plan::refuse(manifest::invalid(&subject, &errors));
        }
    }
    let mut plan = confirm(call, name, verb, Command::Configure(new, verb));
    plan.output.stdout.insert_str(0, &missing);
    plan
}

/// kubectl's error for changes to existing keys without `--overwrite`.
fn overwritten(
    call: &Call<'_>,
    before: &Labels,
    changes: &[&str],
    is_label: bool,
) -> Option<String> {
    let taken: Vec<String> = changes.iter().filter_map(|change| taken(before, change)).collect();
    match taken.as_slice() {
        _ if call.words.has("overwrite") => None,
        [] => None,
        [one] if is_label => Some(format!("error: {one}, and --overwrite is false")),
        all => {
            let what = if is_label { "label" } else { "annotation" };
            let all = all.join("; ");
            Some(format!(
                "error: --overwrite is false but found the following declared {what}(s): {all}"
            ))
        }
    }
}

/// What is said of a change of a label that has another value.
fn taken(before: &Labels, change: &str) -> Option<String> {
    let (key, value) = change.split_once('=')?;
    let old = before.get(key).filter(|old| *old != value)?;
    Some(format!("'{key}' already has a value ({old})"))
}
