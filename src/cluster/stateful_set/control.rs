//! What is to be done for a set, in order (`stateful_set_control.go`).
//!
//! A pass goes through its steps until one says [`Go::Wait`]: replicas by ordinal, then the claims of
//! the condemned, then the condemned from the highest, then the update. Every wait carries a reason.

use super::pods::{
    available_at, in_range, is_available, is_healthy, is_running_and_ready, new_pod, pod_revision,
};
use super::revisions::Revisions;
use super::*;

/// The feature gate without which `maxUnavailable` is not looked at; off by default.
const MAX_UNAVAILABLE_GATE: &str = "MaxUnavailableStatefulSet";

/// Whether a pass goes on after a step.
enum Go {
    On,
    Wait,
}

/// One place of the set: a pod that exists, or the one that will be made.
struct Replica {
    pod: Rc<Pod>,
    is_created: bool,
}

/// What a pass works on.
struct Pass<'a> {
    set: &'a StatefulSet,
    revisions: Revisions,
    replicas: Vec<Replica>,
    /// The pods beyond the wanted ones, the highest ordinal first.
    condemned: Vec<Rc<Pod>>,
    /// The lowest pod that is not healthy, counting the condemned after the others.
    first_unhealthy: Option<Uid>,
    /// What the pass waits for.
    wait: Option<Reason>,
}

/// One pass (`UpdateStatefulSet`, `performUpdate`).
pub(super) fn update(
    step: &mut Step<'_>,
    set: &StatefulSet,
    pods: Vec<Rc<Pod>>,
) -> Result<(), Failed> {
    let revisions = revisions::find(step, set);
    let mut pass = arrange(step, set, revisions, &pods);
    let deleted_before = step.effects.len();
    let outcome = work(step, &mut pass);
    write_status(step, &pass, &pods, deleted_before);
    explain(step, &pass);
    revisions::truncate(step, set, &pass.revisions, &pods);
    outcome
}

/// Puts every pod in its place, and makes up those that are missing.
fn arrange<'a>(
    step: &Step<'_>,
    set: &'a StatefulSet,
    revisions: Revisions,
    pods: &[Rc<Pod>],
) -> Pass<'a> {
    let now = step.now();
    let ordinal = |pod: &Rc<Pod>| set.ordinal_of(&pod.metadata.name).unwrap_or(0);
    let mut condemned: Vec<_> = pods.iter().filter(|pod| !in_range(set, pod)).cloned().collect();
    map::sort_by_key(&mut condemned, |pod| std::cmp::Reverse(ordinal(pod)));
    let existing = |number: i32| pods.iter().find(|pod| ordinal(pod) == number);
    let replicas: Vec<_> = set
        .ordinals()
        .map(|number| match existing(number) {
            Some(pod) => Replica { pod: pod.clone(), is_created: true },
            None => {
                Replica { pod: Rc::new(versioned_pod(set, &revisions, number)), is_created: false }
            }
        })
        .collect();
    let in_order = replicas.iter().map(|replica| &replica.pod).chain(condemned.iter().rev());
    let first_unhealthy =
        in_order.into_iter().find(|pod| !is_healthy(set, pod, now)).map(|pod| pod.metadata.uid);
    Pass { set, revisions, replicas, condemned, first_unhealthy, wait: None }
}

/// The pod of an ordinal at the revision that it should have (`newVersionedStatefulSetPod`).
fn versioned_pod(set: &StatefulSet, revisions: &Revisions, ordinal: i32) -> Pod {
    let strategy = &set.spec.update_strategy;
    let keeps_current = strategy.kind == "RollingUpdate" && {
        let places = match &strategy.rolling_update {
            Some(rolling) => rolling.partition,
            None => set.status.current_replicas,
        };
        ordinal < set.spec.ordinals.start.saturating_add(places)
    };
    let revision = if keeps_current { &revisions.current } else { &revisions.update };
    new_pod(set, &revision.data, &revision.metadata.name, ordinal)
}

/// The steps of a pass (`updateStatefulSet`).
fn work(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Result<(), Failed> {
    if pass.set.metadata.is_terminating() {
        pass.wait = Some(Reason::new(Code::SetDeleting).with("set", &pass.set.metadata.name));
        return Ok(());
    }
    if let Go::Wait = process_replicas(step, pass)? {
        return Ok(());
    }
    for pod in pass.condemned.clone() {
        claims::update_owners(step, pass.set, &pod);
    }
    if let Go::Wait = process_condemned(step, pass) {
        return Ok(());
    }
    if pass.set.spec.update_strategy.kind != "OnDelete" {
        roll_update(step, pass);
    }
    Ok(())
}

/// Goes through the wanted pods (`runForAll`): in order and up to the first obstacle, or, in a
/// parallel set, in batches of 1, 2, 4, ... of which one with an error is the last.
fn process_replicas(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Result<Go, Failed> {
    if pass.set.is_ordered() {
        for index in 0..pass.replicas.len() {
            if let Go::Wait = process_replica(step, pass, index)? {
                return Ok(Go::Wait);
            }
        }
        return Ok(Go::On);
    }
    let (mut index, mut batch) = (0, 1);
    while index < pass.replicas.len() {
        let end = (index + batch).min(pass.replicas.len());
        let mut failed = false;
        for place in index..end {
            failed |= process_replica(step, pass, place).is_err();
        }
        if failed {
            return Err(Failed);
        }
        (index, batch) = (end, batch * 2);
    }
    Ok(Go::On)
}

/// Looks after one wanted pod (`processReplica`).
fn process_replica(step: &mut Step<'_>, pass: &mut Pass<'_>, index: usize) -> Result<Go, Failed> {
    let set = pass.set;
    let Some(replica) = pass.replicas.get(index) else { return Ok(Go::On) };
    let (pod, is_created) = (replica.pod.clone(), replica.is_created);
    if pod.is_finished() {
        if !pod.metadata.is_terminating() {
            let reason = Reason::new(Code::FailedPodReplaced).with("pod", &pod.metadata.name);
            step.say_pod(&pod, reason.with("phase", pod.status.phase.name()));
            step.delete(Kind::Pod, &pod.metadata, Grace::Default);
        }
        return Ok(Go::Wait);
    }
    if !is_created {
        return create_pod(step, pass, &pod, index);
    }
    if pod.status.phase == PodPhase::Pending {
        claims::create_missing(step, set, &pod)?;
        claims::update_owners(step, set, &pod);
    }
    if set.is_ordered() && !is_healthy(set, &pod, step.now()) {
        pass.wait = Some(why_not_past(step, pass, &pod, index));
        return Ok(Go::Wait);
    }
    claims::update_owners(step, set, &pod);
    Ok(Go::On)
}

/// Creates a pod and the claims that it lacks (`CreateStatefulPod`).
fn create_pod(
    step: &mut Step<'_>,
    pass: &mut Pass<'_>,
    pod: &Rc<Pod>,
    index: usize,
) -> Result<Go, Failed> {
    let set = pass.set;
    if claims::is_stale(step, set, pod) {
        let reason = Reason::new(Code::PodCreateFailed).with("pod", &pod.metadata.name);
        pass.wait =
            Some(reason.with(
                "message",
                "its claim still belongs to the pod before it, and goes with that",
            ));
        return Ok(Go::Wait);
    }
    let has_claims = claims::all_exist(step, set, pod);
    claims::create_missing(step, set, pod)?;
    let key = pod.metadata.key();
    if step.cluster.store.pods.get(&key).is_some() {
        let message = format!("pods \"{}\" already exists", pod.metadata.name);
        let reason = Reason::new(Code::PodCreateFailed).with("pod", &pod.metadata.name);
        step.wait(Subject::pod(&key), reason.with("message", message));
        return Err(Failed);
    }
    let code = if has_claims { Code::PodReplaced } else { Code::PodCreated };
    let reason = Reason::new(code).with("pod", &pod.metadata.name);
    step.say(Subject::pod(&key), None, reason.with("why", why_now(pass, index)));
    step.create(Pod::clone(pod));
    claims::update_owners(step, set, pod);
    if !set.is_ordered() {
        return Ok(Go::On);
    }
    pass.wait = waits_for(pass, index, Code::WaitForReady);
    Ok(Go::Wait)
}

/// Why a pod may be created now, as an ending of a sentence.
fn why_now(pass: &Pass<'_>, index: usize) -> String {
    let before = index.checked_sub(1).and_then(|before| pass.replicas.get(before));
    match before {
        _ if !pass.set.is_ordered() => ", without waiting for others".into(),
        Some(before) if index > 1 => {
            format!(": {} and all before it are Ready", before.pod.metadata.name)
        }
        Some(before) => format!(": {} is Ready", before.pod.metadata.name),
        None => String::new(),
    }
}

/// Why an ordered pass does not go past this pod.
fn why_not_past(step: &mut Step<'_>, pass: &Pass<'_>, pod: &Pod, index: usize) -> Reason {
    let name = &pod.metadata.name;
    if pod.metadata.is_terminating() {
        return Reason::new(Code::WaitForTermination).with("pod", name);
    }
    if is_running_and_ready(pod) {
        wake_when_available(step, pass.set, pod);
        let fallback = Reason::new(Code::WaitForAvailable)
            .with("next", "everything else")
            .with("waits", "waits");
        let reason =
            waits_for(pass, index, Code::WaitForAvailable).unwrap_or(fallback.with("pod", name));
        return reason.with("seconds", pass.set.spec.min_ready_seconds);
    }
    let has_other_template = pod_revision(pod) != pass.revisions.update.metadata.name;
    if has_other_template && pod_revision(pod) != pass.revisions.current.metadata.name {
        return Reason::new(Code::UpdateStuck).with("pod", name);
    }
    let update = Reason::new(Code::WaitForUpdate).with("pod", name);
    waits_for(pass, index, Code::WaitForReady).unwrap_or(update)
}

/// What is not done because of the pod in this place: the next pod, or the scale-down.
fn waits_for(pass: &Pass<'_>, index: usize, code: Code) -> Option<Reason> {
    let pod = &pass.replicas.get(index)?.pod.metadata.name;
    let next = pass.replicas.iter().skip(index + 1).find(|replica| !replica.is_created);
    if let Some(next) = next {
        let reason = Reason::new(code).with("next", &next.pod.metadata.name);
        return Some(reason.with("waits", "is not created").with("pod", pod));
    }
    if let Some(top) = pass.condemned.first() {
        return Some(
            Reason::new(Code::WaitScaleDown).with("pod", &top.metadata.name).with("lower", pod),
        );
    }
    let is_update = pass.revisions.current.metadata.name != pass.revisions.update.metadata.name;
    let code = if is_update && code == Code::WaitForReady { Code::WaitForUpdate } else { code };
    Some(
        Reason::new(code).with("next", "the set").with("waits", "is not complete").with("pod", pod),
    )
}

/// Goes through the pods that are too many, the highest ordinal first (`processCondemned`).
fn process_condemned(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Go {
    let (set, now) = (pass.set, step.now());
    for pod in pass.condemned.clone() {
        let name = &pod.metadata.name;
        if pod.metadata.is_terminating() {
            if set.is_ordered() {
                pass.wait = Some(Reason::new(Code::WaitForCondemned).with("pod", name));
                return Go::Wait;
            }
            continue;
        }
        let is_first_unhealthy = pass.first_unhealthy == Some(pod.metadata.uid);
        if set.is_ordered() && !is_available(set, &pod, now) && !is_first_unhealthy {
            wake_when_available(step, set, &pod);
            pass.wait =
                Some(Reason::new(Code::WaitScaleDown).with("pod", name).with("lower", name));
            return Go::Wait;
        }
        let reason = Reason::new(Code::ScaleDownDelete)
            .with("pod", name)
            .with("replicas", set.spec.replicas);
        step.say_pod(&pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Default);
        if set.is_ordered() {
            pass.wait = Some(Reason::new(Code::WaitForCondemned).with("pod", name));
            return Go::Wait;
        }
    }
    Go::On
}

/// Replaces pods that have another template, from the highest, as long as enough of the others are well.
fn roll_update(step: &mut Step<'_>, pass: &mut Pass<'_>) {
    let strategy = pass.set.spec.update_strategy.rolling_update.clone().unwrap_or_default();
    let kept = usize::try_from(strategy.partition).unwrap_or(0);
    match step.cluster.settings.gates.contains(MAX_UNAVAILABLE_GATE) {
        true => roll_several(step, pass, kept, strategy.max_unavailable.as_ref()),
        false => roll_one(step, pass, kept),
    }
}

/// One pod at a time (`updateStatefulSet`, its end).
fn roll_one(step: &mut Step<'_>, pass: &mut Pass<'_>, kept: usize) {
    let (set, now) = (pass.set, step.now());
    for replica in pass.replicas.iter().skip(kept).rev() {
        let pod = &replica.pod;
        if is_outdated(pass, replica) {
            return delete_outdated(step, pod);
        }
        if !is_healthy(set, pod, now) {
            wake_when_available(step, set, pod);
            pass.wait = Some(Reason::new(Code::WaitForUpdate).with("pod", &pod.metadata.name));
            return;
        }
    }
}

/// As many pods at a time as may be unavailable, every unavailable one counted
/// (`updateStatefulSetAfterInvariantEstablished`).
fn roll_several(
    step: &mut Step<'_>,
    pass: &mut Pass<'_>,
    kept: usize,
    limit: Option<&IntOrPercent>,
) {
    let (set, now) = (pass.set, step.now());
    let mut unavailable =
        pass.replicas.iter().filter(|replica| !is_healthy(set, &replica.pod, now));
    let first = unavailable.next();
    let count = unavailable.count() + usize::from(first.is_some());
    let free = max_unavailable(limit, pass.replicas.len()).saturating_sub(count);
    if let Some(replica) = first.filter(|_| free == 0) {
        wake_when_available(step, set, &replica.pod);
        pass.wait = Some(Reason::new(Code::WaitForUpdate).with("pod", &replica.pod.metadata.name));
    }
    let outdated =
        pass.replicas.iter().skip(kept).rev().filter(|replica| is_outdated(pass, replica));
    for replica in outdated.take(free) {
        delete_outdated(step, &replica.pod);
    }
}

fn is_outdated(pass: &Pass<'_>, replica: &Replica) -> bool {
    let pod = &replica.pod;
    pod_revision(pod) != pass.revisions.update.metadata.name && !pod.metadata.is_terminating()
}

fn delete_outdated(step: &mut Step<'_>, pod: &Pod) {
    step.say_pod(pod, Reason::new(Code::UpdateDelete).with("pod", &pod.metadata.name));
    step.delete(Kind::Pod, &pod.metadata, Grace::Default);
}

/// How many pods may be unavailable: a percentage is rounded down, and it is never 0 (`getStatefulSetMaxUnavailable`).
fn max_unavailable(limit: Option<&IntOrPercent>, replicas: usize) -> usize {
    let number = match limit {
        None => 1,
        Some(IntOrPercent::Int(number)) => usize::try_from(*number).unwrap_or(0),
        Some(IntOrPercent::Percent(text)) => {
            let percent: usize = text.trim_end_matches('%').parse().unwrap_or(0);
            replicas.saturating_mul(percent) / 100
        }
    };
    number.max(1)
}

/// Counts the pods and writes the status (`updateStatus`, `completeRollingUpdate`, `updateStatefulSetStatus`).
fn write_status(step: &mut Step<'_>, pass: &Pass<'_>, pods: &[Rc<Pod>], effects_before: usize) {
    let (set, now) = (pass.set, step.now());
    let deleted: Vec<Uid> =
        step.effects.iter().skip(effects_before).filter_map(deleted_uid).collect();
    let (current, update) =
        (&pass.revisions.current.metadata.name, &pass.revisions.update.metadata.name);
    let count = |wanted: &dyn Fn(&Pod) -> bool| {
        i32::try_from(pods.iter().filter(|pod| wanted(pod)).count()).unwrap_or(i32::MAX)
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
        ..set.status.clone()
    };
    let is_complete =
        status.updated_replicas == set.spec.replicas && status.ready_replicas == set.spec.replicas;
    if set.spec.update_strategy.kind == "RollingUpdate"
        && status.replicas == set.spec.replicas
        && is_complete
    {
        if status.current_revision != status.update_revision {
            let reason = Reason::new(Code::UpdateComplete)
                .with("set", &set.metadata.name)
                .with("revision", update);
            step.say(
                Subject::object(Kind::StatefulSet, &set.metadata.key()),
                Some(set.metadata.uid),
                reason,
            );
        }
        status.current_replicas = status.updated_replicas;
        status.current_revision = status.update_revision.clone();
    }
    for pod in pods {
        wake_when_available(step, set, pod);
    }
    step.update(StatefulSet { status, ..set.clone() });
}

/// Looks again when a pod that is Ready will have been so for long enough.
fn wake_when_available(step: &mut Step<'_>, set: &StatefulSet, pod: &Pod) {
    if let Some(time) = available_at(set, pod).filter(|time| *time > step.now()) {
        step.wake_at(Wakeup::StatefulSet(set.metadata.key()), time);
    }
}

fn deleted_uid(effect: &Effect) -> Option<Uid> {
    match effect {
        Effect::Delete(reference, uid, _) if reference.kind == Kind::Pod => *uid,
        _ => None,
    }
}

/// Says what the pass waits for, or that nothing is missing.
fn explain(step: &mut Step<'_>, pass: &Pass<'_>) {
    let subject = Subject::object(Kind::StatefulSet, &pass.set.metadata.key());
    match &pass.wait {
        Some(reason) => step.wait(subject, reason.clone()),
        None => step.go_on(subject),
    }
}
