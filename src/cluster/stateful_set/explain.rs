//! Why a pass does what it does, and what it waits for.
//!
//! Upstream says most of this in log lines of level 4, if at all.

use super::control::Pass;
use super::pods::{is_healthy, is_running_and_ready};
use super::*;

/// Why a pod may be created now.
pub(super) fn why_now(pass: &Pass<'_>, code: Code, pod: &Pod, ordinal: i32) -> Reason {
    let set = pass.set;
    let before = || set.pod_name(ordinal - 1);
    let why = match ordinal - set.spec.ordinals.start {
        _ if !set.is_ordered() => ", without waiting for others".into(),
        0 => String::new(),
        1 => format!(": {} is Ready", before()),
        _ => format!(": {} and all before it are Ready", before()),
    };
    let template = match is_updating(pass) {
        false => "",
        true if pass.is_outdated(pod) => ", the old template",
        true => ", the new template",
    };
    Reason::new(code).with("pod", &pod.metadata.name).with("why", why).with("template", template)
}

fn is_updating(pass: &Pass<'_>) -> bool {
    pass.revisions.current.metadata.name != pass.revisions.update.metadata.name
}

/// Why an ordered pass does not go past this pod.
pub(super) fn why_not_past(pass: &Pass<'_>, pod: &Pod, ordinal: i32) -> Reason {
    let name = &pod.metadata.name;
    if pod.metadata.is_terminating() {
        return Reason::new(Code::WaitForTermination).with("pod", name);
    }
    if is_running_and_ready(pod) {
        let seconds = pass.set.spec.min_ready_seconds;
        return held_up_by(pass, name, ordinal, Code::WaitForAvailable).with("seconds", seconds);
    }
    // Under OnDelete nobody but a person would replace it anyway.
    let is_on_delete = pass.set.spec.update_strategy.kind == "OnDelete";
    if pass.is_outdated(pod) && ordinal >= pass.update_min() && !is_on_delete {
        return Reason::new(Code::UpdateStuck).with("pod", name);
    }
    held_up_by(pass, name, ordinal, Code::WaitForReady)
}

/// What is not done because of the pod of this ordinal: the next pod, the scale-down, the update.
pub(super) fn held_up_by(pass: &Pass<'_>, pod: &str, ordinal: i32, code: Code) -> Reason {
    let set = pass.set;
    let held = |next: &str, waits: &str| {
        Reason::new(code).with("next", next).with("waits", waits).with("pod", pod)
    };
    for above in ordinal.saturating_add(1)..set.ordinals().end {
        match pass.replicas.get(&above) {
            None => return held(&set.pod_name(above), "is not created"),
            Some(pod) if pod.is_finished() => return held(&pod.metadata.name, "is not replaced"),
            Some(_) => {}
        }
    }
    match pass.condemned.first() {
        Some(top) if code == Code::WaitForReady => {
            let reason = Reason::new(Code::WaitScaleDown).with("pod", &top.metadata.name);
            reason.with("lower", pod)
        }
        Some(top) => held(&top.metadata.name, "is not removed"),
        None if is_updating(pass) && code == Code::WaitForReady => {
            Reason::new(Code::WaitForUpdate).with("pod", pod)
        }
        None if is_updating(pass) => held("the update", "does not go on"),
        None => held("the set", "is not complete"),
    }
}

/// Adds that the pods from `end` on, the next batches of a parallel set, wait too.
pub(super) fn with_those_after(pass: &Pass<'_>, reason: Reason, end: i32) -> Reason {
    let missing = (end..pass.set.ordinals().end).find(|it| !pass.replicas.contains_key(it));
    match missing.map(|ordinal| pass.set.pod_name(ordinal)) {
        Some(name) => reason.with("stops", format!("; {name} and those after it wait for that")),
        None => reason,
    }
}

/// Says what the pass waits for, or that nothing is missing.
pub(super) fn explain(step: &mut Step<'_>, pass: &mut Pass<'_>) {
    let subject = Subject::object(Kind::StatefulSet, &pass.set.metadata.key());
    match pass.wait.take().or_else(|| what_is_left(step, pass)) {
        Some(reason) => step.set_wait(subject, reason),
        None => step.clear_wait(subject),
    }
}

/// What is not as the spec would have it although the pass went through.
fn what_is_left(step: &Step<'_>, pass: &Pass<'_>) -> Option<Reason> {
    let set = pass.set;
    let is_healthy =
        |ordinal| pass.replicas.get(&ordinal).is_some_and(|it| is_healthy(set, it, step.now()));
    if let Some(ordinal) = set.ordinals().find(|ordinal| !is_healthy(*ordinal)) {
        let pod = set.pod_name(ordinal);
        let reason = Reason::new(Code::WaitForReady).with("next", "the set").with("pod", pod);
        return Some(reason.with("waits", "is not complete"));
    }
    if let Some(top) = pass.condemned.first() {
        return Some(Reason::new(Code::WaitForCondemned).with("pod", &top.metadata.name));
    }
    let strategy = &set.spec.update_strategy;
    let (is_on_delete, min) = (strategy.kind == "OnDelete", pass.update_min());
    let outdated = || pass.replicas.iter().filter(|(_, pod)| pass.is_outdated(pod));
    let is_held = is_on_delete || outdated().all(|(ordinal, _)| *ordinal < min);
    let kept = outdated().count();
    if kept == 0 || !is_held {
        return None;
    }
    let why = match strategy.rolling_update.as_ref().filter(|_| !is_on_delete) {
        Some(it) => format!("the partition is {}, counted from the first pod", it.partition),
        None => "under OnDelete a pod is replaced when somebody deletes it".into(),
    };
    let reason = Reason::new(Code::UpdateHeld).with("kept", kept);
    Some(reason.with("replicas", set.spec.replicas).with("why", why))
}
