//! Changes of what a line names: `scale`, `patch`, `label`, `annotate`, `set`.

use super::apply::confirm;
use super::get::{self, Found};
use super::view::Asked;
use super::{Call, Plan, patch, subresource};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
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
    let asked = Asked::read(&call.view, words).map_err(Plan::refuse)?;
    let selects = call.words.has("all") || call.words.flag("selector").is_some();
    let is_empty = match &asked {
        Asked::Nothing => true,
        Asked::Types(_) => !selects,
        Asked::Objects(_) => false,
    };
    match is_empty {
        true => Err(Plan::refuse("error: resource(s) were provided, but no name was specified")),
        false => get::find(call, &asked).map_err(Plan::refuse),
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
    let found = match named_by(call, words) {
        Ok(found) => found,
        Err(plan) => return plan,
    };
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
            _ => confirm(call, name, "scaled", Command::Scale(object.reference(), replicas)),
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
        Err(message) => {
            return Plan::refuse(format!("error: unable to parse \"{text}\": {message}"));
        }
    };
    let kind = call.words.flag("type").unwrap_or("strategic");
    if !["json", "merge", "strategic"].contains(&kind) {
        return Plan::refuse(format!(
            "error: --type must be one of [json merge strategic], not \"{kind}\""
        ));
    }
    each(call, &call.words.plain, |name, object, tree| {
        let mut patched = tree.clone();
        let outcome = match kind {
            "json" => patch::json(&mut patched, &change),
            "merge" => {
                patch::merge(&mut patched, &change);
                Ok(())
            }
            _ => {
                patch::strategic(&mut patched, &change);
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
        if patched == *tree {
            return Plan::print(format!("{name} patched (no change)\n"));
        }
        let mut plan = write(call, name, &object, &patched, "patched");
        // What the API server drops changes nothing, and is in the log.
        if let Some(Command::Configure(new, _)) = plan.commands.first() {
            let mut new = new.clone();
            if apply::apply_gates(&call.view.cluster.settings, &mut new) && new == object {
                plan.output.stdout = format!("{name} patched (no change)\n");
            }
        }
        plan
    })
}

/// `kubectl label` and `kubectl annotate`.
pub(super) fn label(call: &Call<'_>) -> Plan {
    let is_label = call.verb.name == "label";
    let is_change = |word: &&&str| word.contains('=') || word.ends_with('-') && word.len() > 1;
    let words = &call.words.plain;
    let start = words.iter().position(|word| is_change(&word)).unwrap_or(words.len());
    let (names, changes) = words.split_at(start);
    if let Some(word) = changes.iter().find(|word| !is_change(word)) {
        let what = if is_label { "label" } else { "annotation" };
        return Plan::refuse(format!("error: unexpected args: {word} is no {what}"));
    }
    if changes.is_empty() && !call.words.has("list") {
        let what = if is_label { "label" } else { "annotation" };
        return Plan::refuse(format!("error: at least one {what} update is required"));
    }
    each(call, names, |name, object, tree| label_one(call, name, object, tree, changes, is_label))
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
        let pairs = get::labels(tree);
        let lines = pairs.iter().map(|(key, value)| format!("{key}={value}\n"));
        return Plan::print(lines.collect::<String>());
    }
    let meta = object.meta_mut();
    let pairs = if is_label { &mut meta.labels } else { &mut meta.annotations };
    let before = pairs.clone();
    if !call.words.has("overwrite") {
        let taken: Vec<String> =
            changes.iter().filter_map(|change| taken(&before, change)).collect();
        match taken.as_slice() {
            [] => {}
            [one] if is_label => {
                return Plan::refuse(format!("error: {one}, and --overwrite is false"));
            }
            all => {
                let what = if is_label { "label" } else { "annotation" };
                let all = all.join("; ");
                return Plan::refuse(format!(
                    "error: --overwrite is false but found the following declared {what}(s): {all}"
                ));
            }
        }
    }
    let mut missing = String::new();
    let mut removes = false;
    for change in changes {
        match (change.split_once('='), change.strip_suffix('-')) {
            (Some((key, value)), _) => {
                pairs.insert(key.to_owned(), value.to_owned());
            }
            (None, Some(key)) if pairs.remove(key).is_none() => {
                missing += &format!("label \"{key}\" not found.\n");
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
        return Plan::print(format!("{missing}{name} {verb}\n"));
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

/// What is said of a change of a label that has another value.
fn taken(before: &Labels, change: &str) -> Option<String> {
    let (key, value) = change.split_once('=')?;
    let old = before.get(key).filter(|old| *old != value)?;
    Some(format!("'{key}' already has a value ({old})"))
}

/// Changes a pod's containers as the words of a line say.
type Setter = fn(&Call<'_>, &mut Tree, &[&str]) -> Result<(), String>;

/// `kubectl set image`, `set resources` and `set env`: something of the containers of a template.
pub(super) fn set(call: &Call<'_>) -> Plan {
    let what = call.verb.name.trim_start_matches("set ");
    let words = &call.words.plain;
    let is_change = |word: &&str| word.contains('=') || what == "env" && word.ends_with('-');
    let start = words.iter().position(is_change).unwrap_or(words.len());
    let (names, changes) = words.split_at(start);
    if let Some(refusal) = wrong_set(call, what, names, changes) {
        return Plan::refuse(refusal);
    }
    let (change, verb): (Setter, _) = match what {
        "image" => (set_image, "image updated"),
        "resources" => (set_resources, "resource requirements updated"),
        _ => (set_env, "env updated"),
    };
    each(call, names, |name, object, tree| {
        let mut changed = tree.clone();
        let spec = changed.child("spec");
        let pod = match tree.at("spec.template").is_some() {
            true => spec.child("template").child("spec"),
            false => spec,
        };
        match change(call, pod, changes) {
            Err(message) => Plan::refuse(message),
            // As kubectl: what changes nothing is not mentioned.
            Ok(()) if changed == *tree => Plan::default(),
            Ok(()) => write(call, name, &object, &changed, verb),
        }
    })
}

fn wrong_set(call: &Call<'_>, what: &str, names: &[&str], changes: &[&str]) -> Option<String> {
    if names.is_empty() {
        return Some("error: one or more resources must be specified as <resource> <name> or <resource>/<name>".into());
    }
    match what {
        "image" if changes.is_empty() => Some("error: at least one image update is required".into()),
        "resources" if call.words.flag("limits").or(call.words.flag("requests")).is_none() => Some(
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)".into(),
        ),
        "env" if changes.is_empty() => Some("error: at least one environment variable must be provided".into()),
        _ => None,
    }
}

/// The containers of a pod, or those that a flag names.
fn containers<'t>(pod: &'t mut Tree, lists: &[&str], name: Option<&str>) -> Vec<&'t mut Tree> {
    let Value::Map(entries) = &mut pod.value else { return Vec::new() };
    let lists = entries.iter_mut().filter(|entry| lists.contains(&entry.key.as_str()));
    lists
        .filter_map(|entry| match &mut entry.node.value {
            Value::List(items) => Some(items),
            _ => None,
        })
        .flatten()
        .filter(|item| name.is_none_or(|name| name == "*" || item.text("name") == name))
        .collect()
}

fn set_image(_: &Call<'_>, pod: &mut Tree, changes: &[&str]) -> Result<(), String> {
    for change in changes {
        let (name, image) = change.split_once('=').unwrap_or((change, ""));
        let found = containers(pod, &["containers", "initContainers"], Some(name));
        if found.is_empty() {
            return Err(format!("error: unable to find container named \"{name}\""));
        }
        for container in found {
            container.set("image", image);
        }
    }
    Ok(())
}

fn set_resources(call: &Call<'_>, pod: &mut Tree, _: &[&str]) -> Result<(), String> {
    let name = call.words.flag("containers");
    let mut found = containers(pod, &["containers"], name);
    if let (true, Some(name)) = (found.is_empty(), name) {
        return Err(format!("error: unable to find container named {name}"));
    }
    for container in &mut found {
        for kind in ["limits", "requests"] {
            for pair in
                call.words.flag(kind).unwrap_or("").split(',').filter(|pair| !pair.is_empty())
            {
                let (resource, amount) = pair.split_once('=').ok_or_else(|| {
                    format!("error: Invalid argument syntax {pair}, expected <resource>=<value>")
                })?;
                container.child("resources").child(kind).set(resource, amount);
            }
        }
    }
    Ok(())
}

fn set_env(call: &Call<'_>, pod: &mut Tree, changes: &[&str]) -> Result<(), String> {
    for container in containers(pod, &["containers"], call.words.flag("containers")) {
        let mut env = container.list("env").to_vec();
        for change in changes {
            let (name, value) = match change.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (change.trim_end_matches('-'), None),
            };
            let place = env.iter().position(|variable| variable.text("name") == name);
            match (place, value) {
                (Some(place), Some(value)) => env[place].set("value", value),
                (Some(place), None) => {
                    env.remove(place);
                }
                (None, Some(value)) => {
                    env.push(Tree::map([
                        ("name".into(), name.into()),
                        ("value".into(), value.into()),
                    ]));
                }
                (None, None) => {}
            }
        }
        match env.is_empty() {
            true => drop(container.remove("env")),
            false => container.set("env", Value::List(env)),
        }
    }
    Ok(())
}
