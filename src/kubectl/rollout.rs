//! `kubectl rollout` (`k8s.io/kubectl/pkg/polymorphichelpers`): `status`, `history`, `undo`, `restart`,
//! `pause`, `resume`.

use super::ahead::Ahead;
use super::change;
use super::confirm::shown;
use super::found::Found;
use super::progress::progress;
use super::revise::write;
use super::revisions::{REVISION, history_of};
use super::view::View;
use super::{Call, Plan, tabs};
use super::{describe, get};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, LAST_APPLIED, Object, ObjectRef, to_tree};
use std::cell::RefCell;

const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Does something with each object that the line names.
fn each(call: &Call<'_>, act: impl Fn(&str, Kind, &Object, &Tree) -> Plan) -> Plan {
    if call.words.plain.is_empty() && call.words.flag("filename").is_none() {
        return Plan::refuse("error: required resource not specified");
    }
    // A type alone selects all of its objects.
    let mut found = match call.asked().and_then(|asked| get::find(call, &asked)) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    let is_none = found.count() == 0 && found.errors.is_empty();
    let mut plan = not_rolled(call, &mut found);
    plan.add(change::each_of(call, found, |name, object, tree| {
        act(name, object.kind(), &object, tree)
    }));
    if is_none && !["rollout history", "rollout undo"].contains(&call.verb.name) {
        plan.output.stderr = format!("No resources found in {} namespace.\n", call.namespace());
    }
    plan
}

/// Takes the objects away that have no history, whether they are stored or not, and says so.
fn not_rolled(call: &Call<'_>, found: &mut Found) -> Plan {
    let mut plan = Plan::default();
    let what = match call.verb.name {
        "rollout history" if call.view.is_recent() => "history viewer",
        "rollout undo" if call.view.is_recent() => "rollbacker",
        "rollout restart" => "restarting",
        "rollout pause" => "pausing",
        "rollout resume" => "resuming",
        _ => return plan,
    };
    found.groups.retain(|group| {
        let is_rolled = ROLLED.contains(&group.of);
        for tree in group.trees.iter().filter(|_| !is_rolled) {
            let warning = applied_before(call, group.of, tree).filter(|_| what == "rollbacker");
            plan.output.stderr += &warning.unwrap_or_default();
            let (resource, name) = (group.of.resource(), tree.word("metadata.name"));
            plan.add(match what.ends_with("ing") {
                true => {
                    Plan::refuse(format!("error: {resource} \"{name}\" {what} is not supported"))
                }
                false => unsupported(call, group.of, what),
            });
        }
        is_rolled
    });
    plan
}

/// What is said of a kind that cannot be rolled out.
fn unsupported(call: &Call<'_>, of: Kind, what: &str) -> Plan {
    let (kind, group) = (of.name(), of.group().trim_start_matches('.'));
    if call.view.is_recent() && !ROLLED.contains(&of) {
        let what = if what == "rollbacker" { what } else { "history" };
        return Plan::refuse(format!(
            "error: error retrieving {what} for \"{kind}{}\", no visitor method exists for {{{group} {kind}}}",
            of.group()
        ));
    }
    Plan::refuse(format!("error: no {what} has been implemented for {{apps {kind}}}"))
}

/// The kinds that kubectl accepts.
const ROLLED: [Kind; 8] = [
    Kind::StatefulSet,
    Kind::Deployment,
    Kind::DaemonSet,
    Kind::ReplicaSet,
    Kind::Pod,
    Kind::Job,
    Kind::CronJob,
    Kind::ReplicationController,
];

/// `rollout status`: what kubectl says now; with `--timeout` a copy of the simulation runs ahead so long.
pub(super) async fn status(call: &Call<'_>) -> Plan {
    let targets = RefCell::new(Vec::new());
    let others = each(call, |_, _, object, _| {
        targets.borrow_mut().push(object.reference());
        Plan::default()
    });
    let mut plan = Plan::default();
    for reference in targets.into_inner() {
        plan.add(status_of(call, &reference).await);
    }
    plan.add(others);
    plan
}

async fn status_of(call: &Call<'_>, reference: &ObjectRef) -> Plan {
    let wanted = call.words.number("revision").filter(|wanted| *wanted > 0);
    if let (Some(wanted), Kind::Deployment) = (wanted, reference.kind) {
        let found = call.view.cluster.store.get(reference);
        let notes = found.map(|it| it.meta().annotations.clone()).unwrap_or_default();
        let running = notes.get(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0);
        if running != wanted {
            return Plan::refuse(format!(
                "error: desired revision ({wanted}) is different from the running revision ({running})"
            ));
        }
    }
    let timeout = call.words.duration("timeout").unwrap_or(0);
    let is_watching = call.words.flag("watch") != Some("false");
    let mut plan = Plan::default();
    let mut ahead = Ahead::new(call, timeout);
    let mut last = String::new();
    loop {
        match ahead.sim.cluster().store.get(reference).map(|object| progress(&object)) {
            Some(Ok((words, is_done))) => {
                if words != last {
                    plan.output.stdout += &words;
                }
                if is_done || !is_watching {
                    return plan;
                }
                last = words;
            }
            Some(Err(message)) => {
                plan.add(Plan::refuse(message));
                return plan;
            }
            None => {
                plan.add(Plan::refuse("error: object has been deleted"));
                return plan;
            }
        }
        if timeout == 0 {
            plan.output.advice = "kubectl would wait here; run the command again later\n".into();
            return plan;
        }
        if !ahead.change(call).await {
            plan.add(Plan::refuse("error: timed out waiting for the condition"));
            return plan;
        }
    }
}

/// `rollout history`.
pub(super) fn history(call: &Call<'_>) -> Plan {
    let wanted = call.words.number("revision").unwrap_or(0);
    each(call, |name, of, _, tree| {
        match of {
            Kind::StatefulSet | Kind::Deployment => {}
            // The pods of DaemonSets are not simulated, so there are no revisions.
            Kind::DaemonSet if wanted == 0 && call.form().is_empty() => {
                return Plan::print(format!("{name} \nNo rollout history found.\n"));
            }
            Kind::DaemonSet if wanted == 0 => return Plan::default(),
            Kind::DaemonSet if call.form().is_empty() => {
                return Plan::print(format!(
                    "{name} with revision #{wanted}\nNo rollout history found.\n"
                ));
            }
            Kind::DaemonSet => return Plan::refuse("error: unable to find the specified revision"),
            _ => return unsupported(call, of, "history viewer"),
        }
        let mut revisions = history_of(call.view, of, tree);
        if !call.form().is_empty() {
            revisions.retain(|revision| wanted == 0 || revision.number == wanted);
            if revisions.is_empty() {
                return Plan::refuse("error: unable to find the specified revision");
            }
            let mut plan = Plan::default();
            for revision in revisions {
                let mut tree = tree.clone();
                tree.child("spec").set("template", revision.template);
                // For a Deployment, kubectl prints the ReplicaSet.
                let (of, tree) = if of == Kind::Deployment {
                    (Kind::ReplicaSet, revision.kept)
                } else {
                    (of, tree)
                };
                plan.add(shown(call, name, "", of, &tree));
            }
            return plan;
        }
        if wanted > 0 {
            let Some(revision) = revisions.iter().find(|one| one.number == wanted) else {
                return Plan::refuse("error: unable to find the specified revision");
            };
            let text = template_text(call.view, &revision.template);
            return Plan::print(format!("{name} with revision #{wanted}\n{text}\n"));
        }
        let mut rows = "REVISION\tCHANGE-CAUSE\n".to_owned();
        for revision in &revisions {
            let cause = if revision.cause.is_empty() { "<none>" } else { &revision.cause };
            rows += &format!("{}\t{cause}\n", revision.number);
        }
        Plan::print(format!("{name} \n{}\n", tabs::layout(&rows, 0, 2)))
    })
}

fn template_text(view: View<'_>, template: &Tree) -> String {
    let mut text = describe::Text::new(view);
    describe::template(&mut text, Some(template));
    text.raw()
}

/// `rollout undo`.
pub(super) fn undo(call: &Call<'_>) -> Plan {
    let wanted = call.words.number("to-revision").unwrap_or(0);
    each(call, |name, of, object, tree| {
        let mut plan = match of {
            Kind::StatefulSet | Kind::Deployment => {
                undo_one(call, name, (of, object), tree, wanted)
            }
            Kind::DaemonSet if wanted == 0 => Plan::refuse(no_last(of, tree)),
            Kind::DaemonSet => Plan::refuse(format!(
                "error: unable to find specified revision {wanted} in history"
            )),
            _ => unsupported(call, of, "rollbacker"),
        };
        if let Some(warning) = applied_before(call, of, tree) {
            plan.output.stderr.insert_str(0, &warning);
        }
        plan
    })
}

/// Rolls one object back to a revision, or to the last but one if that is 0.
fn undo_one(
    call: &Call<'_>,
    name: &str,
    (of, object): (Kind, &Object),
    tree: &Tree,
    wanted: i64,
) -> Plan {
    if tree.word("spec.paused") == "true" {
        return Plan::refuse(
            "error: cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and \
             try again",
        );
    }
    let revisions = history_of(call.view, of, tree);
    let found = match wanted {
        0 if revisions.len() < 2 => return Plan::refuse(no_last(of, tree)),
        0 => revisions.iter().rev().nth(1),
        _ => revisions.iter().find(|revision| revision.number == wanted),
    };
    let Some(revision) = found else {
        return Plan::refuse(format!(
            "error: unable to find specified revision {wanted} in history"
        ));
    };
    if call.words.flag("dry-run").is_some_and(|kind| kind == "client" || kind == "unchanged") {
        let is_deployment = of == Kind::Deployment && call.view.is_recent();
        let whole = revision.kept.at("spec.template").filter(|_| is_deployment);
        let text = template_text(call.view, whole.unwrap_or(&revision.template));
        return match call.form() {
            "name" => Plan::print(format!("{name}\n")),
            _ if is_deployment => Plan::print(format!("{name} {text} (dry run)\n")),
            _ => Plan::print(format!("{name} will roll back to {text} (dry run)\n")),
        };
    }
    if tree.at("spec.template") == Some(&revision.template) {
        if call.form() == "name" {
            return Plan::print(format!("{name}\n"));
        }
        return Plan::print(format!(
            "{name} skipped rollback (current template already matches revision {})\n",
            revision.number
        ));
    }
    let mut changed = tree.clone();
    changed.child("spec").set("template", revision.template.clone());
    write(call, name, object, &changed, "rolled back")
}

/// What kubectl warns of since 1.37 if an object was applied.
fn applied_before(call: &Call<'_>, of: Kind, tree: &Tree) -> Option<String> {
    let annotations = tree.at("metadata")?.get("annotations")?;
    let is_applied = call.view.is_recent() && annotations.get(LAST_APPLIED).is_some();
    is_applied.then(|| {
        format!(
            "Warning: resource {}/{} was previously managed with 'kubectl apply'. Rolling back will not update the \
             {LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. \
             Consider using 'kubectl apply' with your previous configuration file instead.\n",
            of.plural(),
            tree.word("metadata.name")
        )
    })
}

fn no_last(of: Kind, tree: &Tree) -> String {
    match of {
        Kind::Deployment => {
            format!(
                "error: no rollout history found for deployment \"{}\"",
                tree.word("metadata.name")
            )
        }
        _ => "error: no last revision to roll back to".into(),
    }
}

/// `rollout restart`.
pub(super) fn restart(call: &Call<'_>) -> Plan {
    each(call, |name, of, object, tree| {
        if !matches!(of, Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet) {
            let resource = of.resource();
            let name = tree.word("metadata.name");
            return Plan::refuse(format!(
                "error: {resource} \"{name}\" restarting is not supported"
            ));
        }
        if tree.word("spec.paused") == "true" {
            return Plan::refuse(
                "error: can't restart paused deployment (run rollout resume first)",
            );
        }
        let now = to_tree(&call.view.cluster.now);
        let mut changed = tree.clone();
        let metadata = changed.child("spec").child("template").child("metadata");
        metadata.child("annotations").set(RESTARTED_AT, now);
        match changed == *tree {
            true => Plan::refuse(
                "error: if restart has already been triggered within the past second, please wait before \
                 attempting to trigger another",
            ),
            false => write(call, name, object, &changed, "restarted"),
        }
    })
}

/// `rollout pause` and `rollout resume`.
pub(super) fn pause(call: &Call<'_>) -> Plan {
    let pauses = call.verb.name == "rollout pause";
    each(call, |name, of, object, tree| {
        let (resource, own) = (of.resource(), tree.word("metadata.name"));
        if of != Kind::Deployment {
            let verb = if pauses { "pausing" } else { "resuming" };
            return Plan::refuse(format!("error: {resource} \"{own}\" {verb} is not supported"));
        }
        let is_paused = tree.word("spec.paused") == "true";
        if is_paused == pauses {
            let state = if pauses { "already" } else { "not" };
            return Plan::refuse(format!("error: {resource} \"{own}\" is {state} paused"));
        }
        let mut changed = tree.clone();
        changed.child("spec").set("paused", Value::Bool(pauses));
        write(call, name, object, &changed, if pauses { "paused" } else { "resumed" })
    })
}
