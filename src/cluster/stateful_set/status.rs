//! What the controller writes into a set's status (`updateStatus`, `completeRollingUpdate`,
//! `updateStatefulSetStatus`).

use super::pass::Pass;
use super::replicas::has_revision;
use super::*;

/// Counts the pods and writes the status (`computeReplicaStatus`). What the pass itself has deleted still
/// counts, as it was read before; only the update takes what it deletes off `currentReplicas`.
pub(super) fn write(step: &mut Step<'_>, pass: &Pass<'_>) {
    let (set, now) = (pass.set, step.now());
    let (current, update) =
        (&pass.revisions.current.metadata.name, &pass.revisions.update.metadata.name);
    let mut status = StatefulSetStatus {
        observed_generation: set.metadata.generation,
        current_revision: current.clone(),
        update_revision: update.clone(),
        collision_count: pass.revisions.collision_count,
        conditions: set.status.conditions.clone(),
        ..StatefulSetStatus::default()
    };
    // `nextAvailabilityCheck`
    let mut next_checks = Vec::new();
    let (mut is_current, mut is_updated) = (has_revision(current), has_revision(update));
    for replica in pass.replicas.values().chain(&pass.condemned) {
        let available_at = replica.available_at();
        let stays = !replica.is_terminating();
        status.replicas += 1;
        status.ready_replicas += i32::from(available_at.is_some());
        status.available_replicas += i32::from(available_at.is_some_and(|time| time <= now));
        status.current_replicas += i32::from(stays && is_current(replica));
        status.updated_replicas += i32::from(stays && is_updated(replica));
        next_checks.extend(available_at.filter(|time| *time > now));
    }
    status.current_replicas = status.current_replicas.saturating_sub(pass.updated).max(0);
    complete_rolling_update(step, set, &mut status);
    recreate::set_progress(step, pass, &mut status);
    for time in next_checks {
        step.enqueue_at(WorkItem::StatefulSet(set.metadata.key()), time);
    }
    if status != set.status {
        step.update(StatefulSet { status, ..set.clone() });
    }
}

/// When all pods are updated and Ready, the revision that the set went to is the one that it comes from.
fn complete_rolling_update(step: &mut Step<'_>, set: &StatefulSet, status: &mut StatefulSetStatus) {
    let wanted = set.spec.replicas;
    // Before 1.37 the revision stayed behind under OnDelete (kubernetes#136833).
    let is_for_all = step.cluster.settings.version >= Version::V1_37;
    let is_complete = (is_for_all
        || set.spec.update_strategy.kind == StatefulSetUpdateStrategyType::RollingUpdate)
        && status.updated_replicas == wanted
        && status.ready_replicas == wanted
        && status.replicas == wanted;
    if !is_complete {
        return;
    }
    if status.current_revision != status.update_revision {
        let subject = Subject::object(Kind::StatefulSet, &set.metadata.key());
        let namespace = &set.metadata.namespace;
        let name = &status.update_revision;
        let reason = Reason::UpdateComplete {
            set: set.metadata.reference(Kind::StatefulSet),
            revision: ObjectRef::named(Kind::ControllerRevision, namespace, name),
        };
        step.record_event(subject, Some(set.metadata.uid), reason);
    }
    status.current_replicas = status.updated_replicas;
    status.current_revision = status.update_revision.clone();
}
