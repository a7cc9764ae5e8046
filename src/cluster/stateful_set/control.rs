//! What is to be done for a set, in order (`stateful_set_control.go`).
//!
//! A pass goes through its steps until one says [`Go::Wait`]: the wanted pods by ordinal, then the
//! claims of the condemned, then the condemned from the highest, then the update. Every wait carries
//! a reason.

use super::explain;
use super::pass::{Go, Pass};
use super::pods::new_pod;
use super::replicas::{Replica, arrange, has_revision};
use super::revisions::Revisions;
use super::*;
use std::ops::Range;

/// The most pods that a parallel set handles at a time (`MaxBatchSize`).
const BATCH_MAX: i32 = 500;

/// One pass (`UpdateStatefulSet`, `performUpdate`).
pub(super) fn update(
    step: &mut Step<'_>,
    set: &StatefulSet,
    replicas: &[Replica],
) -> Result<(), Failed> {
    let revisions = revisions::find(step, set);
    let mut pass = begin(step, set, revisions, replicas);
    let outcome = update_stateful_set(step, &mut pass);
    let failed = outcome.map_err(|reason| pass.hold(*reason));
    status::write(step, &pass);
    explain::explain(step, &mut pass);
    revisions::truncate(step, set, &pass.revisions, replicas);
    failed.map_err(|()| Failed)
}

/// Puts every pod in its place.
fn begin<'a>(
    step: &Step<'_>,
    set: &'a StatefulSet,
    revisions: Revisions,
    replicas: &[Replica],
) -> Pass<'a> {
    let now = step.now();
    let (replicas, condemned) = arrange(set, replicas);
    let has_no_owned_claims = claims::have_no_owners(step, set);
    let mut pass = Pass {
        set,
        revisions,
        replicas,
        condemned,
        has_no_owned_claims,
        first_unhealthy: None,
        updated: 0,
        wait: None,
    };
    let is_complete = || set.ordinals().all(|ordinal| pass.is_healthy(ordinal, now));
    if !pass.condemned.is_empty() && is_complete() {
        let unhealthy = pass.condemned.iter().rfind(|replica| !replica.is_healthy(now));
        pass.first_unhealthy = unhealthy.map(|replica| replica.metadata.uid);
    }
    pass
}

/// The steps of a pass (`updateStatefulSet`).
fn update_stateful_set(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Result<(), Box<Reason>> {
    let set = pass.set;
    if set.metadata.is_terminating() {
        pass.hold(Reason::SetDeleting { set: set.metadata.reference(Kind::StatefulSet) });
        return Ok(());
    }
    if let Go::Wait = recreate::delete_and_wait(step, pass) {
        return Ok(());
    }
    if let Go::Wait = process_replicas(step, pass)? {
        return Ok(());
    }
    for pod in &pass.condemned {
        claims::update_owners(step, pass, pod);
    }
    if let Go::Wait = process_condemned(step, pass) {
        return Ok(());
    }
    if set.spec.update_strategy.kind == StatefulSetUpdateStrategyType::OnDelete {
        return Ok(());
    }
    match step.cluster.settings.is_enabled(MAX_UNAVAILABLE_GATE) {
        true => update_after_invariant_established(step, pass),
        false => update_one(step, pass),
    }
    Ok(())
}

/// Goes through the wanted pods (`runForAll`): in order and up to the first obstacle, or, in a
/// parallel set, in batches of 1, 2, 4, ... of which one with an error is the last (`slowStartBatch`).
fn process_replicas(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Result<Go, Box<Reason>> {
    let (Range { mut start, end }, now) = (pass.set.ordinals(), step.now());
    if pass.set.is_ordered() {
        while let Some(ordinal) = first_unsettled(pass, start..end, now) {
            if let Go::Wait = process_replica(step, pass, ordinal)? {
                return Ok(Go::Wait);
            }
            start = ordinal.saturating_add(1);
        }
        return Ok(Go::On);
    }
    let (mut batch_end, mut size) = (start, 1);
    while start < end {
        batch_end = batch_end.saturating_add(size).min(end);
        let mut failed = None;
        while let Some(ordinal) = first_unsettled(pass, start..batch_end, now) {
            if let Err(reason) = process_replica(step, pass, ordinal) {
                failed.get_or_insert(reason);
            }
            start = ordinal.saturating_add(1);
        }
        if let Some(reason) = failed {
            return Err(explain::with_those_after(pass, reason, batch_end));
        }
        (start, size) = (batch_end, size.saturating_mul(2).min(BATCH_MAX));
    }
    Ok(Go::On)
}

/// The first ordinal in a range whose pod does not exist or needs a change.
fn first_unsettled(pass: &Pass<'_>, mut ordinals: Range<i32>, now: Time) -> Option<i32> {
    let is_settled = |replica: &Replica| pass.has_no_owned_claims && replica.is_settled(now);
    ordinals.find(|ordinal| !pass.replica(*ordinal).is_some_and(is_settled))
}

/// Looks after one wanted pod (`processReplica`).
fn process_replica(
    step: &mut Step<'_>,
    pass: &mut Pass<'_>,
    ordinal: i32,
) -> Result<Go, Box<Reason>> {
    let set = pass.set;
    let Some(pod) = pass.replica(ordinal).cloned() else {
        return create_pod(step, pass, ordinal);
    };
    if pod.is_finished() {
        if pod.metadata.is_terminating() {
            pass.hold(explain::why_not_past(pass, &pod, ordinal));
        } else {
            let (object, phase) = (pod.metadata.reference(Kind::Pod), pod.status.phase);
            step.record_pod_event(&pod, Reason::FailedPodReplaced { pod: object, phase });
            step.delete(Kind::Pod, &pod.metadata, Grace::Default);
        }
        return Ok(Go::Wait);
    }
    if pod.status.phase == PodPhase::Pending {
        let missing = claims::create_missing(step, set, &pod);
        missing.map_err(|message| update_failed(&pod, message))?;
        claims::update_owners(step, pass, &pod);
    }
    if set.is_ordered() && !pod.is_healthy(step.now()) {
        pass.hold(explain::why_not_past(pass, &pod, ordinal));
        return Ok(Go::Wait);
    }
    let updated = pods::update(step, pass, &pod, ordinal);
    updated.map_err(|message| update_failed(&pod, message))?;
    Ok(Go::On)
}

fn update_failed(pod: &Pod, message: String) -> Box<Reason> {
    let pod = pod.metadata.reference(Kind::Pod);
    Box::new(Reason::PodUpdateFailed { pod, message, blocked: None })
}

fn create_failed(pod: &Pod, message: String) -> Box<Reason> {
    let pod = pod.metadata.reference(Kind::Pod);
    Box::new(Reason::PodCreateFailed { pod, message, blocked: None })
}

/// Creates a pod and the claims that it lacks (`CreateStatefulPod`).
fn create_pod(step: &mut Step<'_>, pass: &mut Pass<'_>, ordinal: i32) -> Result<Go, Box<Reason>> {
    let set = pass.set;
    let revision = revision_for(pass, ordinal);
    let pod = new_pod(set, &revision.data, &revision.metadata.name, ordinal);
    if let Some(claim) = claims::stale(step, set, &pod) {
        let claim = claim.metadata.reference(Kind::PersistentVolumeClaim);
        pass.hold(Reason::ClaimStale { pod: pod.metadata.reference(Kind::Pod), claim });
        return Ok(Go::Wait);
    }
    let has_claims = claims::all_exist(step, set, &pod);
    let missing = claims::create_missing(step, set, &pod);
    missing.map_err(|message| create_failed(&pod, message))?;
    let key = pod.metadata.key();
    if step.cluster.store.pods.get(&key).is_some() {
        let message = format!("pods \"{}\" already exists", pod.metadata.name);
        return Err(create_failed(&pod, message));
    }
    if let Some(message) = references::refusal(&step.cluster.store, &pod) {
        return Err(create_failed(&pod, message));
    }
    step.record_event(Subject::pod(&key), None, explain::why_now(pass, has_claims, &pod, ordinal));
    step.create(pod.clone());
    claims::update_owners(step, pass, &pod);
    if !set.is_ordered() {
        return Ok(Go::On);
    }
    pass.hold(explain::held_up_by(pass, ObjectRef::pod(&key), ordinal, None));
    Ok(Go::Wait)
}

/// The revision at which a pod of this ordinal is created (`newVersionedStatefulSetPod`).
fn revision_for(pass: &Pass<'_>, ordinal: i32) -> Rc<ControllerRevision> {
    let strategy = &pass.set.spec.update_strategy;
    let start = pass.set.spec.ordinals.start;
    let keeps_current = match &strategy.rolling_update {
        _ if strategy.kind != StatefulSetUpdateStrategyType::RollingUpdate => false,
        Some(_) => ordinal < pass.update_min(),
        None => ordinal < start.saturating_add(pass.set.status.current_replicas),
    };
    let revisions = &pass.revisions;
    if keeps_current { revisions.current.clone() } else { revisions.update.clone() }
}

/// Goes through the pods that are too many, the highest ordinal first (`processCondemned`).
fn process_condemned(step: &mut Step<'_>, pass: &mut Pass<'_>) -> Go {
    let (set, now) = (pass.set, step.now());
    for pod in pass.condemned.clone() {
        let object = pod.metadata.reference(Kind::Pod);
        if pod.metadata.is_terminating() {
            if set.is_ordered() {
                pass.hold(Reason::WaitForCondemned { pod: object });
                return Go::Wait;
            }
            continue;
        }
        let is_first_unhealthy = pass.first_unhealthy == Some(pod.metadata.uid);
        if set.is_ordered() && !pod.is_available(now) && !is_first_unhealthy {
            pass.hold(Reason::WaitForCondemnedReady { pod: object });
            return Go::Wait;
        }
        let first = set.spec.ordinals.start;
        let is_below = set.ordinal_of(&pod.metadata.name).is_some_and(|ordinal| ordinal < first);
        let (start, replicas) = (is_below.then_some(first), set.spec.replicas);
        let reason = Reason::ScaleDownDelete { pod: object.clone(), replicas, start };
        step.record_pod_event(&pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Default);
        if set.is_ordered() {
            pass.hold(Reason::WaitForCondemned { pod: object });
            return Go::Wait;
        }
    }
    Go::On
}

/// Replaces the highest pod that has another template, if all above it are well (`updateStatefulSet`,
/// its end).
fn update_one(step: &mut Step<'_>, pass: &mut Pass<'_>) {
    let now = step.now();
    let min = pass.update_min();
    for ordinal in (min..pass.set.ordinals().end).rev() {
        let pod = pass.replica(ordinal).cloned();
        if let Some(pod) = pod.filter(|pod| pass.is_outdated(pod) && !pod.is_terminating()) {
            return delete_for_update(step, pass, &pod);
        }
        if !pass.is_healthy(ordinal, now) {
            if outdated(pass).next().is_some() {
                let pod = explain::pod_ref(pass, &pass.set.pod_name(ordinal));
                pass.hold(Reason::WaitForUpdate { pod });
            }
            return;
        }
    }
}

/// Replaces as many pods at a time as may be unavailable, every unavailable one counted, whatever its
/// template (`updateStatefulSetAfterInvariantEstablished`). In a parallel set, since 1.37, outdated pods that are
/// unavailable anyway are replaced first, and whatever the limit is (kubernetes#137666).
fn update_after_invariant_established(step: &mut Step<'_>, pass: &mut Pass<'_>) {
    let now = step.now();
    let (set, wanted) = (pass.set, pass.set.ordinals());
    let limit = max_unavailable(set);
    let healthy = pass.replicas.values().filter(|replica| replica.is_healthy(now)).count();
    let unavailable = wanted.len().saturating_sub(healthy);
    let is_patient = set.is_ordered() || step.cluster.settings.version < Version::V1_37;
    let is_broken = |pod: &&Replica| !is_patient && !pod.is_healthy(now);
    let broken: Vec<Replica> = outdated(pass).filter(is_broken).cloned().collect();
    let room = limit.saturating_sub(unavailable);
    let others = outdated(pass).filter(|pod| !is_broken(pod)).take(room.max(1));
    let outdated: Vec<Replica> = others.cloned().collect();
    for pod in &broken {
        delete_for_update(step, pass, pod);
    }
    if unavailable >= limit {
        if !broken.is_empty() {
            return;
        }
        if let Some(first) = wanted.into_iter().find(|ordinal| !pass.is_healthy(*ordinal, now))
            && !outdated.is_empty()
        {
            let pod = explain::pod_ref(pass, &set.pod_name(first));
            pass.hold(match limit {
                1 if unavailable == 1 => Reason::WaitForUpdate { pod },
                _ => Reason::WaitForBudget { pod, unavailable, limit },
            });
        }
        return;
    }
    for pod in outdated.iter().take(room) {
        delete_for_update(step, pass, pod);
    }
}

/// The pods that the update has not got to yet, from the highest.
fn outdated<'a>(pass: &'a Pass<'_>) -> impl Iterator<Item = &'a Replica> {
    let min = pass.update_min();
    let in_range = pass.replicas.iter().rev().take_while(move |(ordinal, _)| **ordinal >= min);
    let mut is_updated = has_revision(&pass.revisions.update.metadata.name);
    in_range.map(|(_, pod)| pod).filter(move |pod| !is_updated(pod) && !pod.is_terminating())
}

fn delete_for_update(step: &mut Step<'_>, pass: &mut Pass<'_>, pod: &Pod) {
    pass.updated += 1;
    step.record_pod_event(pod, Reason::UpdateDelete { pod: pod.metadata.reference(Kind::Pod) });
    step.delete(Kind::Pod, &pod.metadata, Grace::Default);
}

/// How many pods may be unavailable: a percentage is rounded down, and it is never 0
/// (`getStatefulSetMaxUnavailable`).
fn max_unavailable(set: &StatefulSet) -> usize {
    let rolling = set.spec.update_strategy.rolling_update.as_ref();
    let limit = rolling.and_then(|rolling| rolling.max_unavailable.as_ref());
    let number = limit.map_or(1, |limit| limit.rounded_down(set.spec.replicas));
    usize::try_from(number).unwrap_or(0).max(1)
}
