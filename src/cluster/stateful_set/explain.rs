//! Why a pass does what it does, and what it waits for.
//!
//! Upstream says most of this in log lines of level 4, if at all.

use super::facts::{is_running_and_ready, pod_revision};
use super::pass::Pass;
use super::replicas::Replica;
use super::*;

/// Why a pod is created now; `is_back` if its claims are there.
pub(super) fn why_now(pass: &Pass<'_>, is_back: bool, pod: &Pod, ordinal: i32) -> Reason {
    let set = pass.set;
    let before = || pod_ref(pass, &set.pod_name(ordinal - 1));
    let why = match ordinal - set.spec.ordinals.start {
        _ if !set.is_ordered() => Some(Detail::Parallel {}),
        0 => None,
        1 => Some(Detail::LowerReady { pod: before() }),
        _ => Some(Detail::AllLowerReady { pod: before() }),
    };
    let template = match is_updating(pass) {
        false => None,
        true if !pass.is_updated(pod_revision(pod)) => Some(Detail::OldTemplate {}),
        true => Some(Detail::NewTemplate {}),
    };
    let pod = pod.metadata.reference(Kind::Pod);
    match is_back {
        true => Reason::PodReplaced { pod, template, why },
        false => Reason::PodCreated { pod, template, why },
    }
}

/// A pod of the set's namespace.
pub(super) fn pod_ref(pass: &Pass<'_>, name: &str) -> ObjectRef {
    ObjectRef::named(Kind::Pod, &pass.set.metadata.namespace, name)
}

fn is_updating(pass: &Pass<'_>) -> bool {
    pass.revisions.current.metadata.name != pass.revisions.update.metadata.name
}

/// Why an ordered pass does not go past this pod.
pub(super) fn why_not_past(pass: &Pass<'_>, pod: &Replica, ordinal: i32) -> Reason {
    let object = pod.metadata.reference(Kind::Pod);
    if pod.metadata.is_terminating() {
        return Reason::WaitForTermination { pod: object };
    }
    if is_running_and_ready(pod) {
        let seconds = u64::try_from(pass.set.spec.min_ready_seconds).unwrap_or(0);
        return held_up_by(pass, object, ordinal, Some(Duration::seconds(seconds)));
    }
    // Under OnDelete nobody but a person would replace it anyway.
    let is_on_delete =
        pass.set.spec.update_strategy.kind == StatefulSetUpdateStrategyType::OnDelete;
    if pass.is_outdated(pod) && ordinal >= pass.update_min() && !is_on_delete {
        return Reason::UpdateStuck { pod: object };
    }
    held_up_by(pass, object, ordinal, None)
}

/// What is not done because of the pod of this ordinal, until it is Ready, or until it has been for some time: the
/// next pod, the scale-down, the update.
pub(super) fn held_up_by(
    pass: &Pass<'_>,
    pod: ObjectRef,
    ordinal: i32,
    after: Option<Duration>,
) -> Reason {
    let set = pass.set;
    let held = |pod: ObjectRef, next: Option<ObjectRef>, waits: Detail| match after {
        Some(after) => Reason::WaitForAvailable { pod, next, waits, after },
        None => Reason::WaitForReady { pod, next, waits },
    };
    for above in ordinal.saturating_add(1)..set.ordinals().end {
        let next = || Some(pod_ref(pass, &set.pod_name(above)));
        match pass.replica(above) {
            None => return held(pod, next(), Detail::NotCreated {}),
            Some(other) if other.is_finished() => {
                return held(pod, next(), Detail::NotReplaced {});
            }
            Some(_) => {}
        }
    }
    match pass.condemned.first().map(|top| top.metadata.reference(Kind::Pod)) {
        Some(top) if after.is_none() => Reason::WaitScaleDown { lower: pod, pod: top },
        Some(top) => held(pod, Some(top), Detail::NotDeleted {}),
        None if is_updating(pass) && after.is_none() => Reason::WaitForUpdate { pod },
        None if is_updating(pass) => held(pod, None, Detail::UpdateHalted {}),
        None => held(pod, None, Detail::SetIncomplete {}),
    }
}

/// Adds that the pods from `end` on, the next batches of a parallel set, wait too.
pub(super) fn with_those_after(pass: &Pass<'_>, mut reason: Box<Reason>, end: i32) -> Box<Reason> {
    let missing = (end..pass.set.ordinals().end).find(|it| !pass.replicas.contains_key(it));
    if let Reason::PodCreateFailed { blocked, .. } | Reason::PodUpdateFailed { blocked, .. } =
        &mut *reason
    {
        *blocked = missing.map(|ordinal| pod_ref(pass, &pass.set.pod_name(ordinal)));
    }
    reason
}

/// Says what the pass waits for, or that nothing is missing.
pub(super) fn explain(step: &mut Step<'_>, pass: &mut Pass<'_>) {
    let subject = Subject::object(Kind::StatefulSet, &pass.set.metadata.key());
    match pass.wait.take().or_else(|| what_is_left(step, pass).map(Rc::new)) {
        Some(reason) => step.set_wait(subject, reason),
        None => step.clear_wait(subject),
    }
}

/// What is not as the spec would have it although the pass went through.
fn what_is_left(step: &Step<'_>, pass: &Pass<'_>) -> Option<Reason> {
    let set = pass.set;
    if let Some(ordinal) = set.ordinals().find(|it| !pass.is_healthy(*it, step.now())) {
        let (pod, waits) = (pod_ref(pass, &set.pod_name(ordinal)), Detail::SetIncomplete {});
        return Some(Reason::WaitForReady { pod, next: None, waits });
    }
    if let Some(top) = pass.condemned.first() {
        return Some(Reason::WaitForCondemned { pod: top.metadata.reference(Kind::Pod) });
    }
    let strategy = &set.spec.update_strategy;
    let (is_on_delete, min) =
        (strategy.kind == StatefulSetUpdateStrategyType::OnDelete, pass.update_min());
    let outdated = || pass.replicas.iter().filter(|(_, pod)| pass.is_outdated(pod));
    let is_held = is_on_delete || outdated().all(|(ordinal, _)| *ordinal < min);
    let kept = outdated().count();
    if kept == 0 || !is_held {
        return None;
    }
    let why = match strategy.rolling_update.as_ref().filter(|_| !is_on_delete) {
        Some(it) => Detail::Partition { partition: it.partition },
        None => Detail::OnDelete {},
    };
    Some(Reason::UpdateHeld { kept, replicas: set.spec.replicas, why })
}
