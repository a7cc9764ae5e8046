//! What the controller writes into a set's status (`updateStatus`, `completeRollingUpdate`,
//! `updateStatefulSetStatus`).

use super::control::Pass;
use super::pods::{is_available, is_running_and_ready};
use super::*;

/// Counts the pods and writes the status; the effects from `first_effect` on are those of this pass.
pub(super) fn write(step: &mut Step<'_>, pass: &Pass<'_>, first_effect: usize) {
    let (set, now) = (pass.set, step.now());
    let deleted: Vec<Uid> = step.effects.iter().skip(first_effect).filter_map(deleted).collect();
    let (current, update) =
        (&pass.revisions.current.metadata.name, &pass.revisions.update.metadata.name);
    let pods = || pass.replicas.values().chain(&pass.condemned);
    let count = |wanted: &dyn Fn(&Pod) -> bool| {
        i32::try_from(pods().filter(|pod| wanted(pod)).count()).unwrap_or(i32::MAX)
    };
    let stays = |pod: &Pod| !pod.metadata.is_terminating() && !deleted.contains(&pod.metadata.uid);
    let mut status = StatefulSetStatus {
        observed_generation: set.metadata.generation,
        replicas: count(&|_| true),
        ready_replicas: count(&is_running_and_ready),
        available_replicas: count(&|pod| is_available(set, pod, now)),
        current_replicas: count(&|pod| stays(pod) && pod_revision(pod) == current),
        updated_replicas: count(&|pod| stays(pod) && pod_revision(pod) == update),
        current_revision: current.clone(),
        update_revision: update.clone(),
        collision_count: pass.revisions.collision_count,
        ..set.status.clone()
    };
    complete_rolling_update(step, set, &mut status);
    for pod in pods() {
        pods::wake_when_available(step, set, pod);
    }
    step.update(StatefulSet { status, ..set.clone() });
}

/// When all pods are updated and Ready, the revision that the set went to is the one that it comes from.
fn complete_rolling_update(step: &mut Step<'_>, set: &StatefulSet, status: &mut StatefulSetStatus) {
    let wanted = set.spec.replicas;
    let is_complete = set.spec.update_strategy.kind == "RollingUpdate"
        && status.updated_replicas == wanted
        && status.ready_replicas == wanted
        && status.replicas == wanted;
    if !is_complete {
        return;
    }
    if status.current_revision != status.update_revision {
        let subject = Subject::object(Kind::StatefulSet, &set.metadata.key());
        let reason = Reason::new(Code::UpdateComplete)
            .with("set", &set.metadata.name)
            .with("revision", &status.update_revision);
        step.say(subject, Some(set.metadata.uid), reason);
    }
    status.current_replicas = status.updated_replicas;
    status.current_revision = status.update_revision.clone();
}

fn deleted(effect: &Effect) -> Option<Uid> {
    match effect {
        Effect::Delete(_, uid, _) => *uid,
        _ => None,
    }
}
