//! What a Deployment says of itself: counts, and whether a rollout makes progress.

use super::*;

pub(super) const PROGRESSING: &str = "Progressing";
const TIMED_OUT: &str = "ProgressDeadlineExceeded";
const COMPLETE: &str = "NewReplicaSetAvailable";
const PAUSED: &str = "DeploymentPaused";

/// Sets a condition unless status and reason are the same (`SetDeploymentCondition`).
fn set(conditions: &mut Vec<Condition>, new: Condition) {
    let old = condition(conditions, &new.kind);
    if old.is_some_and(|old| old.status == new.status && old.reason == new.reason) {
        return;
    }
    let kept = old.filter(|old| old.status == new.status).map(|old| old.last_transition_time);
    let last_transition_time = kept.unwrap_or(new.last_transition_time);
    conditions.retain(|old| old.kind != new.kind);
    conditions.push(Condition { last_transition_time, ..new });
}

fn new_condition(
    kind: &str,
    status: ConditionStatus,
    reason: &str,
    message: String,
    now: Time,
) -> Condition {
    Condition {
        kind: kind.into(),
        status,
        reason: reason.into(),
        message,
        last_transition_time: now,
        last_update_time: Some(now),
        ..Condition::default()
    }
}

/// Sets the condition `Progressing`.
pub(super) fn progressing(
    pass: &mut Pass,
    status: ConditionStatus,
    reason: &str,
    message: String,
    now: Time,
) {
    let new = new_condition(PROGRESSING, status, reason, message, now);
    set(&mut pass.deployment.status.conditions, new);
}

/// Time in which a Deployment is paused is not held against it (`checkPausedConditions`).
pub(super) fn note_pause(pass: &mut Pass, now: Time) {
    let old = condition(&pass.deployment.status.conditions, PROGRESSING);
    let reason = old.map_or("", |old| old.reason.as_str());
    if pass.deployment.progress_deadline().is_none() || reason == TIMED_OUT {
        return;
    }
    let (new, message) = match (pass.deployment.spec.paused, reason == PAUSED) {
        (true, false) => (PAUSED, "Deployment is paused"),
        (false, true) => ("DeploymentResumed", "Deployment is resumed"),
        _ => return,
    };
    progressing(pass, ConditionStatus::Unknown, new, message.into(), now);
}

/// Counts the pods of all sets (`calculateStatus`).
fn count(pass: &Pass, now: Time) -> DeploymentStatus {
    let deployment = &pass.deployment;
    let available = pass.total(|set| set.status.available_replicas);
    let mut status = DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: pass.total(|set| set.status.replicas),
        updated_replicas: pass.new_set().map_or(0, |set| set.status.replicas),
        ready_replicas: pass.total(|set| set.status.ready_replicas),
        available_replicas: available,
        unavailable_replicas: (pass.total(|set| set.spec.replicas) - available).max(0),
        terminating_replicas: pass.total(|set| set.status.terminating_replicas),
        ..deployment.status.clone()
    };
    let (word, reason, does) =
        match available >= deployment.spec.replicas - deployment.max_unavailable() {
            true => (ConditionStatus::True, "MinimumReplicasAvailable", "has"),
            false => (ConditionStatus::False, "MinimumReplicasUnavailable", "does not have"),
        };
    let message = format!("Deployment {does} minimum availability.");
    set(&mut status.conditions, new_condition("Available", word, reason, message, now));
    status
}

/// Whether all pods are new and available, and no old one is there (`DeploymentComplete`).
pub(super) fn is_complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let wanted = deployment.spec.replicas;
    [status.updated_replicas, status.replicas, status.available_replicas] == [wanted; 3]
        && status.observed_generation >= deployment.metadata.generation
}

/// Whether there is more of the new, or less of the old, than before (`DeploymentProgressing`).
fn has_progressed(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    let outdated = |status: &DeploymentStatus| status.replicas - status.updated_replicas;
    new.updated_replicas > old.updated_replicas
        || outdated(new) < outdated(old)
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// When a rollout without progress is over its limit, if it has one (`DeploymentTimedOut`).
fn deadline(deployment: &Deployment, progress: &Condition) -> Option<Time> {
    Some(progress.last_update_time?.plus_seconds(deployment.progress_deadline()?))
}

/// Writes the counts, without a thought on progress (`syncDeploymentStatus`).
pub(super) fn write_plain(step: &mut Step<'_>, pass: Pass) {
    let status = count(&pass, step.now());
    finish(step, pass, status);
}

/// Writes the counts and how the rollout goes (`syncRolloutStatus`).
pub(super) fn write(step: &mut Step<'_>, pass: Pass) {
    let now = step.now();
    let mut status = count(&pass, now);
    let deployment = &pass.deployment;
    if deployment.progress_deadline().is_none() {
        status.conditions.retain(|condition| condition.kind != PROGRESSING);
        return finish(step, pass, status);
    }
    let old = condition(&deployment.status.conditions, PROGRESSING);
    let reason = old.map_or("", |old| old.reason.as_str());
    let limit = old.filter(|_| reason != COMPLETE).and_then(|old| deadline(deployment, old));
    let verdict = match () {
        () if reason == COMPLETE && status.replicas == status.updated_replicas => None,
        () if is_complete(deployment, &status) => {
            Some((ConditionStatus::True, COMPLETE, "has successfully progressed"))
        }
        () if has_progressed(&deployment.status, &status) => {
            // Every progress moves the limit.
            let before = old
                .filter(|old| old.status == ConditionStatus::True)
                .map(|old| old.last_transition_time);
            status.conditions.retain(|condition| condition.kind != PROGRESSING);
            let message = format!("{} is progressing.", progressing_set(&pass));
            let mut new = new_condition(
                PROGRESSING,
                ConditionStatus::True,
                "ReplicaSetUpdated",
                message,
                now,
            );
            new.last_transition_time = before.unwrap_or(now);
            status.conditions.push(new);
            None
        }
        () if reason == TIMED_OUT || limit.is_some_and(|limit| limit < now) => {
            Some((ConditionStatus::False, TIMED_OUT, "has timed out progressing"))
        }
        () => None,
    };
    if let Some((word, reason, does)) = verdict {
        let message = format!("{} {does}.", progressing_set(&pass));
        set(&mut status.conditions, new_condition(PROGRESSING, word, reason, message, now));
    }
    let is_under_way = |it: &&Condition| it.reason != COMPLETE && it.reason != TIMED_OUT;
    let progress = condition(&status.conditions, PROGRESSING).filter(is_under_way);
    if let Some(limit) = progress.and_then(|progress| deadline(deployment, progress)) {
        // A second more, so that the limit is certainly over (`requeueStuckDeployment`).
        step.enqueue_at(WorkItem::Deployment(deployment.metadata.key()), limit.plus(1000));
    }
    finish(step, pass, status);
}

/// What makes progress, as the conditions name it.
fn progressing_set(pass: &Pass) -> String {
    match pass.new_set() {
        Some(set) => format!("ReplicaSet \"{}\"", set.metadata.name),
        None => format!("Deployment \"{}\"", pass.deployment.metadata.name),
    }
}

/// Writes the Deployment, and says what has come of the rollout.
fn finish(step: &mut Step<'_>, pass: Pass, status: DeploymentStatus) {
    let deployment = &pass.deployment;
    let subject = Subject::object(Kind::Deployment, &deployment.metadata.key());
    let uid = deployment.metadata.uid;
    let reason = |conditions: &[Condition]| {
        condition(conditions, PROGRESSING).map_or(String::new(), |it| it.reason.clone())
    };
    let set = new_set_ref(&pass);
    let now_is = reason(&status.conditions);
    if now_is == COMPLETE && reason(&deployment.status.conditions) != COMPLETE {
        let object = deployment.metadata.reference(Kind::Deployment);
        let reason = Reason::RolloutComplete { deployment: object, set };
        step.record_event(subject.clone(), Some(uid), reason);
    }
    let wait = pass.wait.clone().or_else(|| explain(&pass, &status, &now_is).map(Rc::new));
    step.update(Deployment { status, ..pass.deployment });
    match wait {
        Some(wait) => step.set_wait(subject, wait),
        None => step.clear_wait(subject),
    }
}

/// The set with the present template, if there is one.
fn new_set_ref(pass: &Pass) -> Option<ObjectRef> {
    pass.new_set().map(|set| set.metadata.reference(Kind::ReplicaSet))
}

/// Why not everything is as it is wanted.
fn explain(pass: &Pass, status: &DeploymentStatus, progress: &str) -> Option<Reason> {
    let deployment = &pass.deployment;
    let set = new_set_ref(pass);
    let replicas = deployment.spec.replicas;
    if progress == TIMED_OUT {
        let seconds = u64::try_from(deployment.spec.progress_deadline_seconds).unwrap_or(0);
        let deployment = deployment.metadata.reference(Kind::Deployment);
        return Some(Reason::RolloutStuck { deployment, set, after: Duration::seconds(seconds) });
    }
    if !pass.active_old().is_empty() && deployment.is_rolling() {
        let least = replicas - deployment.max_unavailable();
        let most = replicas.saturating_add(deployment.max_surge());
        return Some(Reason::RolloutWaits { set, replicas, least, most });
    }
    let is_short = status.available_replicas < replicas;
    is_short.then_some(Reason::WaitForReplicas { set, replicas })
}
