//! Objects from the text below the line, and `apply`.

use super::confirm::confirm;
use super::documents::each;
use super::objects::{current, last_applied, local, named, not_admitted, not_created};
use super::{Call, Plan, configure};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::later::{self, later};
use crate::manifest;
use crate::sim::Command;

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
