//! What a pod waits for, in a few words, and how much is left until its next deadline.

use super::facts::{Facts, PodFacts};
use super::symbols::RING_STEPS;
use super::text;
use crate::api::{Time, milliseconds};
use crate::cluster::world::{DatabaseState, Link, PodRuntime, RunState};
use crate::cluster::{Code, Reason, Subject, dns};
use std::rc::Rc;

/// How much is left until the next deadline of a pod.
pub(super) fn ring(facts: &Facts<'_>, pod: &PodFacts<'_>) -> Option<usize> {
    let (start, end) = countdown(facts, pod)?;
    let steps = facts.time_deps.steps_left(start, end, RING_STEPS as u64);
    usize::try_from(steps).ok().filter(|steps| *steps > 0)
}

/// From when to when the cluster waits before it acts on a pod: the grace period of its deletion, the time for which
/// it tolerates the taints of its node, or the back-off of a container.
fn countdown(facts: &Facts<'_>, pod: &PodFacts<'_>) -> Option<(Time, Time)> {
    let meta = &pod.pod?.metadata;
    if let Some(end) = meta.deletion_timestamp {
        let grace = milliseconds(meta.deletion_grace_period_seconds.unwrap_or_default());
        return Some((Time(end.0.saturating_sub(grace)), end));
    }
    if let Some(Some(end)) = facts.cluster.controller_state.evictions.get(&pod.uid) {
        let node = facts.cluster.store.node(pod.node())?;
        let taints = node.spec.taints.iter().filter_map(|taint| taint.time_added);
        return Some((taints.min()?, *end));
    }
    pod.run?.containers.iter().find_map(|container| match container.state {
        RunState::Ended { at, again: Some(again), .. } => Some((at, again)),
        RunState::PullFailed { at, again } => Some((at, again)),
        _ => None,
    })
}

/// What a pod waits for, or what of it kubectl does not see, in a few words; mostly nothing.
pub(super) fn note(facts: &Facts<'_>, pod: &PodFacts<'_>) -> String {
    let cluster = facts.cluster;
    let Some(object) = pod.pod else { return String::new() };
    let is_dark = pod.run.is_some_and(|run| !cluster.world().is_alive(run));
    if is_dark && object.is_ready() {
        return "node powered off".into();
    }
    let wait = cluster.waits.get(&Subject::pod(&pod.key)).map(|wait| &wait.reason);
    match wait.map(Rc::as_ref) {
        Some(Reason::FailedScheduling { message, .. }) if message.contains(": pod has") => {
            return "claim has no volume".into();
        }
        Some(Reason::FailedScheduling { .. }) => return "no node fits".into(),
        Some(Reason::MultiAttach { .. }) => return "volume held elsewhere".into(),
        Some(Reason::WaitForAttach { .. } | Reason::WaitForVolume { .. }) => {
            return "waits for volume".into();
        }
        Some(Reason::ContainerConfigError { .. } | Reason::MountFailed { .. }) => {
            return "config missing".into();
        }
        Some(Reason::PullBackOff { .. }) => return "no such image".into(),
        Some(Reason::WaitForNode { .. }) => return "stop not confirmed".into(),
        Some(Reason::NoQuorum { .. }) => return "no quorum".into(),
        Some(Reason::WaitForClone { .. }) => return "waits to clone".into(),
        _ => {}
    }
    if let Some(end) = object.metadata.deletion_timestamp {
        return match facts.time_deps.seconds_before(end) {
            0 => "overdue".into(),
            left => format!("≤ {} left", text::span(milliseconds(left))),
        };
    }
    if let Some(Some(time)) = cluster.controller_state.evictions.get(&pod.uid) {
        return format!(
            "evicted in {}",
            text::span(milliseconds(facts.time_deps.seconds_before(*time)))
        );
    }
    if wait.is_some_and(|reason| reason.code() == Code::BackOff) {
        let mut ends =
            pod.run.iter().flat_map(|run| &run.containers).filter_map(|container| match container
                .state
            {
                RunState::Ended { again, .. } => again,
                _ => None,
            });
        if let Some(again) = ends.next() {
            return format!(
                "retry in {}",
                text::span(milliseconds(facts.time_deps.seconds_before(again)))
            );
        }
    }
    let is_alone = pod.run.is_some_and(|run| is_alone(facts, pod, run));
    if is_alone { "no DNS name: no copy".into() } else { String::new() }
}

/// Whether the database of a pod can't find the others, because the pods of its set have no names.
fn is_alone(facts: &Facts<'_>, pod: &PodFacts<'_>, run: &PodRuntime) -> bool {
    let (Some(object), Some(database)) = (pod.pod, &run.database) else { return false };
    let (namespace, labels) = (pod.key.namespace(), &object.metadata.labels);
    database.state == DatabaseState::Open(Link::Searching)
        && !dns::gives_names(&facts.cluster.store, namespace, &database.member.service, labels)
}
