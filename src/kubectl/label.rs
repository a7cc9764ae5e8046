//! `kubectl label` and `kubectl annotate`.

use super::change::each;
use super::confirm::{confirm, shown};
use super::found::Found;
use super::{Call, Plan};
use crate::api::json::Node as Tree;
use crate::api::{Labels, Object};
use crate::manifest;
use crate::sim::Command;

/// `kubectl label` and `kubectl annotate`.
pub(super) fn label(call: &Call<'_>) -> Plan {
    let is_label = call.verb.name == "label";
    let what = if is_label { "label" } else { "annotation" };
    let is_pair = |word: &str| word.contains('=') && !word.starts_with('=');
    let is_change = |word: &&&str| is_pair(word) || word.ends_with('-') && word.len() > 1;
    let words = &call.words.plain;
    let start = words.iter().position(|word| is_change(&word)).unwrap_or(words.len());
    let (names, changes) = words.split_at(start);
    if let Some(word) = changes.iter().find(|word| !is_change(word)) {
        return Plan::refuse(format!(
            "error: all resources must be specified before {what} changes: {word}"
        ));
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
    let is_single = |found: &Found| found.count() + found.errors.lines().count() < 2;
    if call.words.flag("resource-version").is_some_and(|it| !it.is_empty())
        && super::change::named_by(call, names).is_ok_and(|found| !is_single(&found))
        && call.view.is_recent()
    {
        return Plan::refuse("error: --resource-version may only be used with a single resource");
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
    let mut pairs = changes.iter().filter_map(|it| Some((it, it.split_once('=')?.1)));
    let (wrong, value) = pairs.find(|(_, value)| value.contains('=') || is_wrong(value))?;
    if value.contains('=') {
        return Some(format!("error: invalid label spec: {wrong}"));
    }
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
    if let Some(refusal) =
        super::revise::stale(&new, call.words.flag("resource-version").unwrap_or(""))
    {
        return Plan::refuse(refusal);
    }
    if let Some(old) = call.view.cluster.store.get(&new.reference()) {
        let errors = manifest::validate_update(&old, &new, call.gates());
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
