//! What would end a wait: lines for the terminal, each with what it promises or risks.

use super::{Link, Remedy};
use crate::api::Kind;
use crate::cluster::{Cluster, Code, Reason, Subject};

/// What would end a wait for this reason.
pub(super) fn remedies(cluster: &Cluster, reason: &Reason) -> Vec<Remedy> {
    let (pod, node) = (reason.arg("pod"), reason.arg("node"));
    let remedy = |line: String, note| Remedy { line, note, is_dangerous: false };
    let is_on = cluster.world.machine(node).is_some_and(|machine| machine.is_on || machine.boots);
    let back = if is_on { "heal" } else { "on" };
    let comes_back = || remedy(format!("node {node} {back}"), "Bring the node back");
    match reason.code {
        Code::EvictionPlanned => vec![comes_back()],
        Code::WaitForNode => {
            let taint = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";
            let mut risky = [
                remedy(format!("kubectl taint nodes {node} {taint}"), "Promise that it is off"),
                remedy(format!("kubectl delete node {node}"), "Promise that it is gone"),
                remedy(
                    format!("kubectl delete pod {pod} --force --grace-period=0"),
                    "Free the name: two may run with it",
                ),
            ];
            risky.iter_mut().for_each(|remedy| remedy.is_dangerous = is_on);
            [comes_back()].into_iter().chain(risky).collect()
        }
        Code::ClaimProtected => {
            vec![remedy(
                format!("kubectl delete pod {pod}"),
                "The claim goes with the pod, and its data",
            )]
        }
        Code::UpdateStuck => {
            vec![remedy(
                format!("kubectl delete pod {pod}"),
                "Once the template is mended, delete the pod",
            )]
        }
        Code::RolloutStuck => {
            let line = format!("kubectl rollout undo deployment {}", reason.arg("deployment"));
            vec![remedy(line, "Go back to the template before")]
        }
        _ => Vec::new(),
    }
}

/// That nothing is heard of a node, and what ends that, or at least what waits for it.
pub(super) fn silence(cluster: &Cluster, subject: &Subject) -> Option<(Link, Vec<Remedy>)> {
    let Subject::Object(object) = subject else { return None };
    let name = object.key.name();
    let machine =
        cluster.world.machine(name).filter(|it| object.kind == Kind::Node && !it.is_heard())?;
    let what = if machine.is_on || machine.boots { "is cut off" } else { "has no power" };
    let text = format!("{name} {what}: the control plane hears nothing of it");
    let link = Link { text, statement: "S25", source: "", since: Some(machine.since) };
    let held = cluster.waits.iter().map(|(_, wait)| &wait.reason);
    let held = held.filter(|reason| reason.arg("node") == name);
    let ways =
        held.map(|reason| remedies(cluster, reason)).max_by_key(Vec::len).unwrap_or_default();
    let back = || remedies(cluster, &Reason::new(Code::EvictionPlanned).with("node", name));
    Some((link, if ways.is_empty() { back() } else { ways }))
}
