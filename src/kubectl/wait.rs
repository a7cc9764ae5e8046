//! `kubectl wait` (`k8s.io/kubectl/pkg/cmd/wait`).

use super::ahead::Ahead;
use super::confirm::shown;
use super::view::{Asked, Named, View};
use super::{Call, Plan, get, jsonpath};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::sim::Sim;

const TIMED_OUT: &str = "timed out waiting for the condition on";

/// The goal of `--for`.
enum For<'a> {
    Create,
    Delete,
    /// A condition, and its desired status.
    Condition(&'a str, &'a str),
    /// A path, and its desired value; `None` means any value.
    Path(String, Option<&'a str>),
}

/// Parses `--for` (`conditionFuncFor`).
fn read<'a>(text: &'a str) -> Result<For<'a>, String> {
    let lower = text.to_ascii_lowercase();
    if lower == "delete" {
        return Ok(For::Delete);
    }
    if lower == "create" {
        return Ok(For::Create);
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (name, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(For::Condition(name, status));
    }
    let Some(path) = text.strip_prefix("jsonpath=") else {
        return Err(format!("error: unrecognized condition: {}", crate::api::json::quoted(text)));
    };
    let (path, value) = match path.strip_prefix('{').and_then(|_| path.split_once('}')) {
        Some((inner, "")) => (format!("{inner}}}"), None),
        Some((inner, rest)) => (format!("{inner}}}"), rest.strip_prefix('=')),
        None => path
            .split_once('=')
            .map_or((path.to_owned(), None), |(path, value)| (path.to_owned(), Some(value))),
    };
    if value == Some("") {
        return Err("error: jsonpath wait has to have a value after equal sign".into());
    }
    Ok(For::Path(jsonpath::relaxed(&path)?, value.map(|value| value.trim_matches(['"', '\'']))))
}

/// `kubectl wait`: a copy of the simulation runs ahead until the condition holds, or the time is over.
pub(super) async fn wait(call: &Call<'_>) -> Plan {
    let Some(text) = call.words.flag("for").filter(|text| !text.is_empty()) else {
        return Plan::refuse("error: unrecognized condition: []");
    };
    let goal = match read(text) {
        Ok(goal) => goal,
        Err(message) => return Plan::refuse(message),
    };
    let objects = match objects(call, &goal) {
        Ok(objects) => objects,
        Err(plan) => return plan,
    };
    let mut plan = Plan::default();
    // A timeout of 0 checks once; a negative one waits for a week.
    let timeout = match call.words.flag("timeout") {
        Some(text) if text.starts_with('-') => 604_800_000,
        _ => call.words.duration("timeout").unwrap_or(30_000),
    };
    let mut ahead = Ahead::new(call, timeout);
    for named in &objects {
        // Once the time is over, nothing is looked at.
        if timeout > 0 && plan.output.exit > 0 && !matches!(goal, For::Create) {
            let words = format!("{}/{}", named.of.plural(), named.name);
            plan.add(Plan::refuse(format!("error: {TIMED_OUT} {words}")));
            continue;
        }
        plan.add(one(call, &mut ahead, &goal, named, timeout).await);
    }
    // With several errors, none has the prefix.
    if plan.output.stderr.lines().count() > 1 && call.view.is_recent() {
        plan.output.stderr = plan
            .output
            .stderr
            .replace("error: timed out", "timed out")
            .replace("error: condition", "condition");
    }
    let seconds = ahead.sim.cluster().now.since(call.view.cluster.now).div_ceil(1000);
    if seconds > 0 && plan.output.exit == 0 {
        plan.output.advice =
            format!("kubectl would have waited about {seconds} s, if nothing else happens\n");
    }
    plan
}

/// Waits for one object.
async fn one(
    call: &Call<'_>,
    ahead: &mut Ahead,
    goal: &For<'_>,
    named: &Named,
    timeout: u64,
) -> Plan {
    let of = named.of;
    let namespace = named.namespace.as_deref().unwrap_or(call.namespace());
    let look = |sim: &Sim| {
        View { cluster: sim.cluster(), past: &[], only: None }.get(of, namespace, &named.name)
    };
    let mut now = look(&ahead.sim);
    while !is_so(goal, now.as_ref()) {
        if timeout == 0 || !ahead.change(call).await {
            if matches!(goal, For::Create) {
                return Plan::refuse("error: timed out waiting for the condition");
            }
            let words = match timeout == 0 && call.view.is_recent() {
                true => "condition not met for",
                false => TIMED_OUT,
            };
            return Plan::refuse(format!("error: {words} {}/{}", of.plural(), named.name));
        }
        now = look(&ahead.sim);
    }
    let name = format!("{}/{}", of.qualified(), named.name);
    match now {
        None => Plan::print(match call.form() {
            "name" => format!("{name}\n"),
            _ => format!("{name} deleted\n"),
        }),
        Some(tree) => shown(call, &name, "condition met", of, &tree),
    }
}

/// The objects to wait for.
fn objects(call: &Call<'_>, goal: &For<'_>) -> Result<Vec<Named>, Plan> {
    let asked = call.asked().map_err(Plan::refuse)?;
    let selects =
        ["all", "selector", "field-selector"].iter().any(|flag| call.words.flag(flag).is_some());
    match &asked {
        Asked::Nothing => return Err(Plan::refuse(super::view::NOTHING)),
        Asked::Types(_) if !selects => {
            return Err(Plan::refuse(
                "error: resource(s) were provided, but no name was specified",
            ));
        }
        // With `--for=create`, the objects may not exist yet.
        Asked::Objects(names) if matches!(goal, For::Create) => return Ok(names.clone()),
        _ => {}
    }
    let found = get::find(call, &asked).map_err(Plan::refuse)?;
    if matches!(goal, For::Delete) && found.count() == 0 {
        return Err(Plan::default());
    }
    if !found.errors.is_empty() && !matches!(goal, For::Delete) {
        return Err(Plan::refuse(found.errors));
    }
    let named = |of: Kind, tree: &Tree| Named {
        of,
        namespace: Some(tree.word("metadata.namespace")),
        name: tree.word("metadata.name"),
    };
    let groups = found.groups.iter();
    let all: Vec<Named> =
        groups.flat_map(|it| it.trees.iter().map(|tree| named(it.of, tree))).collect();
    if all.is_empty() {
        return Err(Plan::refuse("error: no matching resources found"));
    }
    Ok(all)
}

/// Whether an object meets the goal.
fn is_so(goal: &For<'_>, tree: Option<&Tree>) -> bool {
    let Some(tree) = tree else { return matches!(goal, For::Delete) };
    match goal {
        For::Create => true,
        For::Delete => false,
        For::Path(path, value) => {
            let found: Vec<String> =
                jsonpath::find(path, tree).iter().map(|found| jsonpath::text(found)).collect();
            value.map_or(!found.is_empty(), |value| found.iter().any(|one| one == value))
        }
        For::Condition(kind, wanted) => tree.list("status.conditions").iter().any(|one| {
            one.text("type").eq_ignore_ascii_case(kind)
                && one.text("status").eq_ignore_ascii_case(wanted)
        }),
    }
}
