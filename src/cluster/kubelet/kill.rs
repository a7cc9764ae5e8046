//! How containers are stopped: hooks, the grace period, and which of them restart
//! (`killContainer`, `computePodActions` of `pkg/kubelet/kuberuntime`).

use super::*;

/// Every container has at least so long after its hook, in seconds (`minimumGracePeriodInSeconds`).
const LEAST_SECONDS: u64 = 2;

/// The exit code of a process that is killed: 128 and SIGKILL.
pub const KILLED: u8 = 137;

/// Stops the running containers of the pod within a number of seconds. Returns when the last one ends.
pub(super) fn stop_pod(
    step: &mut WorldStep<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    grace: u64,
) -> Time {
    let now = step.now();
    if !run.containers.iter().any(|container| container.state.is_running()) {
        return now;
    }
    let takes = step.jitter(Stream::Node, step.timings().stop_ms);
    let spec = run.spec.clone();
    let mut until = now;
    for container in run.containers.iter_mut().filter(|one| one.state.is_running()) {
        let own = spec.container(&container.name);
        let flushes = database::flushes(run.database.as_ref(), &container.name);
        let takes = if flushes || ignores(container, own) { u64::MAX } else { takes };
        let stop = stop(own, grace, takes, now);
        container.stop = Some(stop);
        until = until.max(stop.until);
        if flushes {
            step.enqueue_at(WorkItem::Database(uid), stop.term);
        }
    }
    until
}

/// The database of a pod that is being stopped has nothing left to write: its container ends by itself, as soon as one
/// without anything to write would.
pub(super) fn end_early(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, name: &str) {
    let Some(container) = run.containers.iter_mut().find(|one| one.name == name) else { return };
    let Some(stop) = &mut container.stop else { return };
    let until = step.now().max(stop.term.plus(step.timings().stop_ms));
    if until >= stop.until {
        return;
    }
    (stop.until, stop.code) = (until, 0);
    let stops = run.containers.iter().filter_map(|one| one.stop).map(|stop| stop.until);
    if let Some((ending, last)) = run.ending.as_mut().zip(stops.max()) {
        ending.until = last;
    }
    step.enqueue_at(WorkItem::Pod(uid, run.pod.clone()), until);
}

/// Whether the process of a container ignores SIGTERM.
fn ignores(container: &ContainerRun, spec: Option<&Container>) -> bool {
    container.process.is_some() && spec.is_some_and(inside::ignores_term)
}

/// Says that the containers of a pod that has started are being stopped.
pub(super) fn say_stopping(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime, grace: u64) {
    if run.stage != Stage::Containers {
        return;
    }
    let running = run.containers.iter().filter(|one| one.state.is_running());
    let reason = Reason::PodStopping {
        pod: ObjectRef::pod(&run.pod),
        grace: Duration::seconds(grace),
        containers: running.map(reference).collect(),
    };
    step.record_event(Subject::pod(&run.pod), Some(uid), reason);
}

/// How a container ends that needs `takes` milliseconds after its `preStop` hook. The grace period covers both; when it
/// is over, the container is killed.
fn stop(spec: Option<&Container>, grace: u64, takes: u64, now: Time) -> Stop {
    let hook = spec.and_then(|spec| spec.lifecycle.as_ref());
    let hook = hook.map_or(0, Lifecycle::pre_stop_seconds).min(grace);
    let window = milliseconds((grace - hook).max(LEAST_SECONDS));
    let term = now.plus(milliseconds(hook));
    Stop {
        term,
        until: term.plus(takes.min(window)),
        code: if takes > window { KILLED } else { 0 },
        is_redefined: false,
    }
}

/// Stops one container, which restarts unless its pod's `restartPolicy` forbids it. `why` is a part of the kubelet's
/// message, `grace` the grace period of a probe, which replaces that of the pod.
pub(super) fn stop_container(
    step: &mut WorldStep<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    index: usize,
    (why, restarts, grace): (&str, bool, Option<u64>),
) {
    let (spec, pod) = (run.spec.clone(), ObjectRef::pod(&run.pod));
    let takes = step.jitter(Stream::Node, step.timings().stop_ms);
    let Some(container) = run.containers.get_mut(index) else { return };
    let name = &container.name;
    let message = match index < spec.init_containers.len() {
        true => format!("Init container {name} {why}"),
        false if restarts => format!("Container {name} {why}, will be restarted"),
        false => format!("Container {name} {why}"),
    };
    let grace = grace.unwrap_or(spec.termination_grace_period_seconds);
    let own = spec.container(name);
    let flushes = database::flushes(run.database.as_ref(), name);
    let takes = if flushes || ignores(container, own) { u64::MAX } else { takes };
    let stop = stop(own, grace, takes, step.now());
    container.stop = Some(stop);
    if flushes {
        step.enqueue_at(WorkItem::Database(uid), stop.term);
    }
    let container = reference(container);
    let reason = Reason::ContainerKilled { container, pod, message };
    step.record_event(Subject::pod(&run.pod), Some(uid), reason);
}

/// Takes the ephemeral containers that were added to the pod.
fn add_ephemeral(run: &mut PodRuntime, pod: &Pod) {
    let known = run.spec.ephemeral_containers.len();
    if pod.spec.ephemeral_containers.len() > known {
        run.spec = Rc::new(PodSpec {
            ephemeral_containers: pod.spec.ephemeral_containers.clone(),
            ..PodSpec::clone(&run.spec)
        });
        let added = pod.spec.ephemeral_containers.iter().skip(known);
        let added = added.map(|container| (ContainerType::Ephemeral, container));
        run.containers.extend(added.map(new_container));
    }
}

/// Restarts containers whose image was changed in the pod, at once and regardless of the restart policy and the
/// back-off (`containerChanged`: the back-off is kept for the hash of the container, which has changed).
pub(super) fn redefine(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, pod: &Pod) {
    add_ephemeral(run, pod);
    let specs = pod.spec.all_containers().map(|(_, spec)| spec);
    let is_other = |(container, spec): (&ContainerRun, &Container)| container.image != spec.image;
    if !run.containers.iter().zip(specs.clone()).any(is_other) {
        return;
    }
    run.spec = Rc::new(pod.spec.clone());
    for (index, spec) in specs.enumerate() {
        let now = step.now();
        let Some(container) = run.containers.get_mut(index) else { return };
        let is_changed = container.image != spec.image && container.stop.is_none();
        let is_stopped = match &mut container.state {
            _ if !is_changed => continue,
            RunState::Waiting => false,
            RunState::PullFailed { again, .. } | RunState::Ended { again: Some(again), .. } => {
                *again = now;
                false
            }
            RunState::Running { .. } if !container.is_init => true,
            // It is looked at again once it runs; one that has ended for good is not started again.
            _ => continue,
        };
        container.image.clone_from(&spec.image);
        container.back_off_ms = 0;
        if is_stopped {
            stop_container(step, uid, run, index, ("definition changed", true, None));
            if let Some(stop) = run.containers.get_mut(index).and_then(|it| it.stop.as_mut()) {
                stop.is_redefined = true;
            }
        }
    }
}

/// Everything that runs in the pod ends, and is not started again.
pub(super) fn stop_all(run: &mut PodRuntime, now: Time) {
    for container in &mut run.containers {
        container.is_ready = false;
        let since = match container.state {
            RunState::Ended { .. } | RunState::Waiting => continue,
            RunState::Running { since, .. } => since,
            _ => now,
        };
        let code = container.stop.take().map_or(0, |stop| stop.code);
        container.message = termination::message(container, &run.spec, code);
        container.state = RunState::Ended { code, since, at: now, again: None };
    }
}
