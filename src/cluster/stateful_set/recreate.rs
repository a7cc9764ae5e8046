//! The strategy `Recreate`: old and new pods never run at the same time (KEP-3541, kubernetes#137187).
//!
//! All pods of other revisions are deleted at once, whatever state they are in. When the last of them is gone, the pass
//! creates those of the update revision as it always does, by `podManagementPolicy`.

use super::pass::{Go, Pass};
use super::*;

/// Whether the controller follows the strategy; without the gate it updates such a set like any other.
pub(super) fn applies(step: &Step<'_>, set: &StatefulSet) -> bool {
    set.spec.update_strategy.kind == StatefulSetUpdateStrategyType::Recreate
        && step.cluster.settings.has_recreate()
}

/// Deletes the pods of other revisions, those that are too many included, and waits until all of them are gone
/// (`recreateDeleteAndWait`).
pub(super) fn delete_and_wait(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Go {
    if !applies(step, pass.set) {
        return Go::On;
    }
    let replicas = pass.set.spec.replicas;
    let wanted = pass.replicas.values().map(|pod| (pod.clone(), true));
    let condemned = pass.condemned.iter().map(|pod| (pod.clone(), false));
    let mut old: Vec<_> = wanted.chain(condemned).collect();
    old.retain(|(pod, _)| pass.is_outdated(pod));
    let Some((first, _)) = old.first() else { return Go::On };
    pass.hold(Reason::WaitForOldRevision { pod: first.metadata.reference(Kind::Pod) });
    for (pod, is_wanted) in &old {
        let object = pod.metadata.reference(Kind::Pod);
        if pod.metadata.is_terminating() {
            continue;
        }
        let reason = match is_wanted {
            true => Reason::UpdateDelete { pod: object },
            false => Reason::ScaleDownDelete { pod: object, replicas, start: None },
        };
        step.record_pod_event(pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Default);
    }
    Go::Wait
}

/// Notes how far the update is; the KEP names the condition and its reasons, and no messages.
pub(super) fn set_progress(step: &Step<'_>, pass: &Pass<'_>, status: &mut StatefulSetStatus) {
    if !applies(step, pass.set) || pass.set.metadata.is_terminating() {
        return;
    }
    let mut pods = pass.replicas.values().chain(&pass.condemned);
    let reason = match pods.any(|pod| pass.is_outdated(pod)) {
        true => "RecreateInProgress",
        false if status.updated_replicas >= pass.set.spec.replicas => "RecreateComplete",
        false => return,
    };
    set_condition(
        &mut status.conditions,
        "Progressing",
        ConditionStatus::True,
        reason,
        "",
        step.now(),
    );
}
