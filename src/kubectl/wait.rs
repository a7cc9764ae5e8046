//! `kubectl wait`.

use super::ahead::Ahead;
use super::{Call, Plan, jsonpath};
use crate::sim::Sim;

/// `kubectl wait`: a copy of the simulation runs ahead until the condition holds, or the time is over.
pub(super) async fn wait(call: &Call<'_>) -> Plan {
    let Some(condition) = call.words.flag("for") else {
        return Plan::refuse(
            "error: --for is required, as in --for=condition=Ready or --for=delete",
        );
    };
    let condition = condition.trim_start_matches("condition=");
    let timeout = match call.words.duration("wait", "timeout") {
        Ok(timeout) => timeout.unwrap_or(30_000),
        Err(message) => return Plan::refuse(message),
    };
    let asked = match call.asked() {
        Ok(asked) => asked,
        Err(message) => return Plan::refuse(message),
    };
    let found = match super::get::find(call, &asked) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    if found.count() == 0 {
        return Plan::refuse(match found.errors.is_empty() {
            true => "error: no matching resources found".into(),
            false => found.errors,
        });
    }
    let mut plan = Plan::default();
    let mut ahead = Ahead::new(call, timeout);
    for (of, tree) in found.groups.iter().flat_map(|it| it.trees.iter().map(|tree| (it.of, tree))) {
        let (name, namespace) = (tree.word("metadata.name"), tree.word("metadata.namespace"));
        let holds = |sim: &Sim| {
            let view = super::view::View { cluster: &sim.cluster, past: &[], only: None };
            is_so(condition, view.get(of, &namespace, &name).as_ref())
        };
        let mut is_met = holds(&ahead.sim);
        while !is_met && ahead.change(call).await {
            is_met = holds(&ahead.sim);
        }
        let is_gone = condition == "delete" || condition == "delete=";
        plan.add(match is_met {
            true => {
                let met = if is_gone { "deleted" } else { "condition met" };
                Plan::print(format!("{}/{name} {met}\n", of.qualified()))
            }
            false => Plan::refuse(format!(
                "error: timed out waiting for the condition on {}/{name}",
                of.plural()
            )),
        });
    }
    let seconds = ahead.sim.cluster.now.since(call.view.cluster.now).div_ceil(1000);
    if seconds > 0 && plan.output.exit == 0 {
        plan.output.advice =
            format!("kubectl would have waited about {seconds} s, if nothing else happens\n");
    }
    plan
}

/// Whether an object is as `--for` wants it: `Ready`, `Ready=false`, `delete`, `jsonpath={.a}=b`.
fn is_so(condition: &str, tree: Option<&crate::api::json::Node>) -> bool {
    let Some(tree) = tree else { return condition.starts_with("delete") };
    if let Some(rest) = condition.strip_prefix("jsonpath=") {
        let (path, value) = rest.rsplit_once("}=").unwrap_or((rest, ""));
        let found = jsonpath::find(path.trim_matches('\''), tree);
        let found: Vec<String> = found.into_iter().map(jsonpath::text).collect();
        return match value {
            "" => !found.is_empty(),
            value => found.iter().any(|one| one == value),
        };
    }
    let (kind, wanted) = condition.split_once('=').unwrap_or((condition, "true"));
    tree.list("status.conditions").iter().any(|one| {
        one.text("type").eq_ignore_ascii_case(kind)
            && one.text("status").eq_ignore_ascii_case(wanted)
    })
}
