//! Containers on a node: in order, with probes and back-off (`SyncPod`, `computePodActions`, `prober`).

use super::*;

/// Goes on with the containers. Returns when there is more to do.
pub(super) fn advance(step: &mut Step<'_>, uid: Uid, run: &mut PodRuntime) -> Option<Time> {
    let mut due: Option<Time> = None;
    for index in 0..run.containers.len() {
        let next = advance_one(step, uid, run, index);
        due = earliest(due, next);
        let Some(container) = run.containers.get(index) else { break };
        let is_last_to_start = index >= run.spec.init_containers.len();
        let is_done = match container.is_init {
            true => matches!(container.state, RunState::Ended { code: 0, .. }),
            false => is_last_to_start || container.state.is_running(),
        };
        if !is_done {
            break;
        }
    }
    due
}

fn earliest(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// Goes on with one container. Returns when there is more to do for it.
fn advance_one(step: &mut Step<'_>, uid: Uid, run: &mut PodRuntime, index: usize) -> Option<Time> {
    let now = step.now();
    for _ in 0..4 {
        let container = run.containers.get(index)?.clone();
        let next = match container.state {
            RunState::Waiting => begin(step, uid, run, &container),
            RunState::Pulling { until } | RunState::Starting { until } if now < until => {
                return Some(until);
            }
            RunState::Pulling { .. } => pulled(step, uid, run, index, &container.image),
            RunState::PullFailed { at, again } if now < again => {
                let shown = at.plus(PULL_ERROR_MS);
                return Some(if now < shown { shown } else { again });
            }
            RunState::PullFailed { .. } => begin(step, uid, run, &container),
            RunState::Starting { .. } => started(step, uid, run, &container),
            RunState::Running { until: Some(until), .. } if now < until => return Some(until),
            RunState::Running { until: Some(_), .. } => {
                let (name, pod) = (container.name.clone(), ObjectRef::pod(&run.pod));
                let reason = Reason::InitDone { container: name, pod };
                step.record_event(Subject::pod(&run.pod), Some(uid), reason);
                RunState::Ended { code: 0, at: now, again: None }
            }
            RunState::Running { since, until: None } => return probe(step, uid, run, index, since),
            RunState::Ended { again: Some(again), .. } if now < again => return Some(again),
            RunState::Ended { again: Some(_), .. } => begin(step, uid, run, &container),
            RunState::Ended { again: None, .. } => return None,
        };
        if let Some(container) = run.containers.get_mut(index) {
            container.state = next;
            if container.config_error.is_some() {
                return Some(now.plus(CONFIG_RETRY_MS));
            }
        }
    }
    Some(now)
}

/// Pulls the image if the node does not have it, else starts the container.
fn begin(
    step: &mut Step<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    container: &ContainerRun,
) -> RunState {
    let has_image = step
        .cluster
        .world
        .machine(&run.node)
        .is_some_and(|machine| machine.images.contains(&container.image));
    if has_image {
        return create(step, run, &container.name);
    }
    let reason = Reason::Pulling {
        image: container.image.clone(),
        node: ObjectRef::node(&run.node),
        container: reference(container),
    };
    step.record_event(Subject::pod(&run.pod), Some(uid), reason);
    let takes = step.jitter(Stream::Node, step.timings().pull_ms);
    RunState::Pulling { until: step.now().plus(takes) }
}

/// After so long the kubelet tries again to create a container (`backOffPeriod` of `pkg/kubelet`).
const CONFIG_RETRY_MS: u64 = 10_000;

/// Creates the container, if what its environment refers to exists (`generateContainerConfig` of
/// `pkg/kubelet/kuberuntime`).
fn create(step: &mut Step<'_>, run: &mut PodRuntime, name: &str) -> RunState {
    let mut specs = run.spec.init_containers.iter().chain(&run.spec.containers);
    let spec = specs.find(|spec| spec.name == name);
    let (store, namespace) = (&step.cluster.store, run.pod.namespace());
    let error = spec.and_then(|spec| references::missing_in_container(store, namespace, spec));
    let starting = RunState::Starting { until: step.now().plus(step.timings().start_ms) };
    let Some(container) = run.containers.iter_mut().find(|one| one.name == name) else {
        return starting;
    };
    let subject = Subject::pod(&run.pod);
    match &error {
        Some(message) => {
            let (pod, message) = (ObjectRef::pod(&run.pod), message.clone());
            let container = reference(container);
            step.set_wait(subject, Reason::ContainerConfigError { container, pod, message });
        }
        None if container.config_error.is_some() => step.clear_wait(subject),
        None => {}
    }
    container.config_error = error;
    if container.config_error.is_some() { RunState::Waiting } else { starting }
}

/// Names a container.
pub(super) fn reference(container: &ContainerRun) -> ContainerRef {
    ContainerRef { name: container.name.clone(), is_init: container.is_init }
}

/// How long a failed pull is shown as `ErrImagePull`, before it is shown as `ImagePullBackOff`.
pub(super) const PULL_ERROR_MS: u64 = 3_000;

/// Whether the registry has an image: all but those with the tag `broken`.
fn exists(image: &str) -> bool {
    !image.ends_with(":broken")
}

/// The image is there, or, if no registry has it, is asked for again with a growing delay
/// (`pkg/kubelet/images/image_manager.go`).
fn pulled(
    step: &mut Step<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    index: usize,
    image: &str,
) -> RunState {
    let (now, timings) = (step.now(), step.timings());
    let subject = Subject::pod(&run.pod);
    let Some(container) = run.containers.get_mut(index) else { return RunState::Waiting };
    if !exists(image) {
        let delay = container.back_off_ms.max(timings.back_off_first_ms);
        container.back_off_ms = delay.saturating_mul(2).min(timings.back_off_max_ms);
        let (image, container) = (image.to_owned(), reference(container));
        let reason = Reason::PullFailed { image: image.clone(), container: container.clone() };
        step.record_event(subject.clone(), Some(uid), reason);
        let after = Duration::seconds(delay / 1000);
        step.set_wait(subject, Reason::PullBackOff { image, after, container });
        return RunState::PullFailed { at: now, again: now.plus(delay) };
    }
    container.back_off_ms = 0;
    if let Some(machine) = step.cluster.world.machine(&run.node) {
        let mut machine = Host::clone(machine);
        machine.images.insert(image.to_owned());
        step.change(Change::Host(run.node.clone(), machine));
    }
    let name = container.name.clone();
    create(step, run, &name)
}

/// The container runs now; the database is told if it is its own.
fn started(
    step: &mut Step<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    container: &ContainerRun,
) -> RunState {
    let now = step.now();
    let again = container.restarts > 0 && container.last.is_some();
    let (name, pod, image) =
        (reference(container), ObjectRef::pod(&run.pod), container.image.clone());
    let reason = match again {
        true => Reason::ContainerRestarted { container: name, pod, image },
        false => Reason::ContainerStarted { container: name, pod, image },
    };
    step.record_event(Subject::pod(&run.pod), Some(uid), reason);
    let member = run.database.as_ref().map(|database| database.member.clone());
    let clones = member
        .as_ref()
        .is_some_and(|member| member.clone_container.as_ref() == Some(&container.name));
    let is_database = member.as_ref().is_some_and(|member| member.container == container.name);
    if clones || is_database {
        step.enqueue_after(WorkItem::Database(uid), 0);
    }
    let until = (container.is_init && !clones).then(|| now.plus(step.timings().init_ms));
    RunState::Running { since: now, until }
}

/// Asks a running container whether it is ready. Returns when to ask again.
///
/// A container without a probe is ready as soon as it runs. The container of the database is asked as
/// if it had a probe even if the manifest has none: the database stands in for an image that
/// otherwise could not be seen to come up (S18).
fn probe(
    step: &mut Step<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    index: usize,
    since: Time,
) -> Option<Time> {
    let now = step.now();
    let name = run.containers.get(index)?.name.clone();
    let specs = run.spec.init_containers.iter().chain(&run.spec.containers);
    let probe = specs
        .into_iter()
        .find(|spec| spec.name == name)
        .and_then(|spec| spec.readiness_probe.clone());
    let member = run.database.as_ref().map(|database| database.member.clone());
    let member = member.filter(|member| member.container == name);
    let wants_quorum = member.as_ref().is_some_and(|member| member.wants_quorum);
    let answers = member.is_none() || database::is_ready(step, uid, run);
    let container = run.containers.get_mut(index)?;
    // Only a quorum can be lost without the database itself taking part in it.
    let probe = if wants_quorum { Some(probe.unwrap_or_default()) } else { probe };
    let Some(probe) = probe else {
        container.is_ready = answers;
        return None;
    };
    let first = since.plus_seconds(probe.initial_delay_seconds);
    let period_ms = milliseconds(probe.period_seconds.max(1));
    let into_period = now.since(first) % period_ms;
    if now >= first && into_period == 0 {
        container.is_ready = answers;
    } else if !answers {
        container.is_ready = false;
    }
    match () {
        () if container.is_ready && !wants_quorum => None,
        () if now < first => Some(first),
        () => Some(now.plus(period_ms - into_period)),
    }
}

/// A container ends by itself: it is started again with a growing delay (`CrashLoopBackOff`), unless the
/// pod's `restartPolicy` has it otherwise (`ShouldContainerBeRestarted`) or it is an init container
/// that ended well.
pub fn exit(step: &mut Step<'_>, uid: Uid, run: &mut PodRuntime, name: &str, code: u8) {
    let (now, timings) = (step.now(), step.timings());
    let subject = Subject::pod(&run.pod);
    let Some(container) = run.containers.iter_mut().find(|container| container.name == name) else {
        return;
    };
    let RunState::Running { since, .. } = container.state else { return };
    container.is_ready = false;
    if container.is_init && code == 0 {
        container.state = RunState::Ended { code, at: now, again: None };
        return step.enqueue_after(WorkItem::Pod(uid, run.pod.clone()), 0);
    }
    let pod = ObjectRef::pod(&run.pod);
    let reason = Reason::ContainerExited { container: name.to_owned(), pod: pod.clone(), code };
    step.record_event(subject.clone(), Some(uid), reason);
    let restarts = match run.spec.restart_policy.as_str() {
        "Never" => false,
        "OnFailure" => code != 0,
        _ => true,
    };
    if !restarts {
        container.state = RunState::Ended { code, at: now, again: None };
        return step.enqueue_after(WorkItem::Pod(uid, run.pod.clone()), 0);
    }
    let has_recovered = now.since(since) >= timings.back_off_reset_ms;
    let delay = if has_recovered { 0 } else { container.back_off_ms };
    if delay > 0 {
        let after = Duration::seconds(delay / 1000);
        let reason = Reason::BackOff { container: reference(container), pod, after };
        step.record_event(subject, Some(uid), reason);
    }
    container.back_off_ms = if delay == 0 {
        timings.back_off_first_ms
    } else {
        delay.saturating_mul(2).min(timings.back_off_max_ms)
    };
    container.restarts += 1;
    let reason = if code == 0 { "Completed" } else { "Error" };
    container.last = Some(ContainerState::Terminated {
        reason: reason.into(),
        exit_code: code,
        started_at: since,
        finished_at: now,
    });
    container.state = RunState::Ended { code, at: now, again: Some(now.plus(delay)) };
    if run.database.as_ref().is_some_and(|database| database.member.container == name) {
        database::stop(step, uid, run);
    }
    step.enqueue_after(WorkItem::Pod(uid, run.pod.clone()), 0);
}

/// Everything that runs in the pod ends, and is not started again.
pub(super) fn stop_all(run: &mut PodRuntime, now: Time) {
    for container in &mut run.containers {
        container.is_ready = false;
        if !matches!(container.state, RunState::Ended { .. } | RunState::Waiting) {
            container.state = RunState::Ended { code: 0, at: now, again: None };
        }
    }
}
