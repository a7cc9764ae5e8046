//! Containers on a node: in order, with probes and back-off (`SyncPod`, `computePodActions`, `prober`).

use super::*;

/// Goes on with the containers. Returns when there is more to do.
pub(super) fn advance(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime) -> Option<Time> {
    let (mut due, mut is_blocked) = (None, false);
    for index in 0..run.containers.len() {
        // Ephemeral containers wait for no other container.
        if is_blocked && run.containers.get(index).is_some_and(|it| !it.is_ephemeral) {
            continue;
        }
        let next = advance_one(step, uid, run, index);
        due = earliest(due, next);
        let Some(container) = run.containers.get(index) else { break };
        let is_last_to_start = index >= run.spec.init_containers.len();
        let is_done = match container.is_init {
            true => matches!(container.state, RunState::Ended { code: 0, .. }),
            false => is_last_to_start || container.state.is_running(),
        };
        is_blocked |= !is_done;
    }
    due
}

/// Goes on with one container. Returns when there is more to do for it.
fn advance_one(
    step: &mut WorldStep<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    index: usize,
) -> Option<Time> {
    let now = step.now();
    for _ in 0..4 {
        let container = run.containers.get(index)?.clone();
        if let Some(stop) = container.stop {
            if now < stop.until {
                return Some(stop.until);
            }
            exit(step, uid, run, &container.name, stop.code);
            continue;
        }
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
            RunState::Running { since, until: Some(_) } => {
                let (name, pod) = (container.name.clone(), ObjectRef::pod(&run.pod));
                let reason = Reason::InitDone { container: name, pod };
                step.record_event(Subject::pod(&run.pod), Some(uid), reason);
                RunState::Ended { code: 0, since, at: now, again: None }
            }
            RunState::Running { since, until: None } => {
                let wakes = container.process.as_ref().and_then(|process| process.wakes);
                if wakes.is_some_and(|time| time <= now) {
                    process(step, uid, run, &container.name);
                    continue;
                }
                return earliest(wakes, probes::probe(step, uid, run, index, since));
            }
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
    step: &mut WorldStep<'_>,
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
fn create(step: &mut WorldStep<'_>, run: &mut PodRuntime, name: &str) -> RunState {
    let spec = run.spec.container(name);
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

/// How long a failed pull is shown as `ErrImagePull`, before it is shown as `ImagePullBackOff`.
pub(super) const PULL_ERROR_MS: u64 = 3_000;

/// Whether the registry has an image: all but those with the tag `broken`.
fn exists(image: &str) -> bool {
    !image.ends_with(":broken")
}

/// The image is there, or, if no registry has it, is asked for again with a growing delay
/// (`pkg/kubelet/images/image_manager.go`).
fn pulled(
    step: &mut WorldStep<'_>,
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
    step: &mut WorldStep<'_>,
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
    if let Some(container) = run.containers.iter_mut().find(|it| it.name == container.name) {
        container.probes = Probes::default();
        (container.files, container.process) = (Files::default(), None);
        container.state = RunState::Running { since: now, until: None };
    }
    process(step, uid, run, &container.name);
    let begun = run.containers.iter().find(|it| it.name == container.name);
    if let Some(state @ RunState::Ended { .. }) = begun.map(|it| &it.state) {
        return state.clone();
    }
    let has_process = begun.is_some_and(|it| it.process.is_some());
    let is_timed = container.is_init && !clones && !has_process;
    let until = is_timed.then(|| now.plus(step.timings().init_ms));
    RunState::Running { since: now, until }
}

/// Starts or continues the first process of a container, if it is simulated. The container ends with it.
fn process(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, name: &str) {
    let Some(index) = run.containers.iter().position(|one| one.name == name) else { return };
    let (spec, before) =
        (run.spec.clone(), run.containers.get(index).and_then(|one| one.process.clone()));
    let Some(spec) = spec.container(name) else { return };
    let Some((process, effects)) =
        inside::main_process(step.cluster, (uid, run), spec, before.as_deref())
    else {
        return;
    };
    let exit = process.exit;
    if let Some(container) = run.containers.get_mut(index) {
        container.process = Some(Rc::new(process));
    }
    apply_side_effects(step, uid, run, &effects);
    write_statements(step, &effects);
    let is_init = run.containers.get(index).is_some_and(|one| one.is_init);
    if is_init && exit == Some(0) {
        let (container, pod) = (name.to_owned(), ObjectRef::pod(&run.pod));
        step.record_event(Subject::pod(&run.pod), Some(uid), Reason::InitDone { container, pod });
    }
    if let Some(code) = exit {
        self::exit(step, uid, run, name, code);
    }
}

/// A container ends: it restarts with a growing delay (`CrashLoopBackOff`), unless the pod's
/// `restartPolicy` forbids it (`ShouldContainerBeRestarted`) or it is an init container that ended
/// well. One that the kubelet itself has stopped is started again at once if the delay since its
/// previous end is over (`doBackOff`). With the first process of a process namespace, Linux kills all others in it
/// (`pid_namespaces(7)`): those of the ephemeral containers that target the container.
pub fn exit(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime, name: &str, code: u8) {
    let (now, timings) = (step.now(), step.timings());
    let subject = Subject::pod(&run.pod);
    let Some(container) = run.containers.iter_mut().find(|container| container.name == name) else {
        return;
    };
    let RunState::Running { since, .. } = container.state else { return };
    let stop = container.stop.take();
    container.message = termination::message(container, &run.spec, code);
    let is_redefined = stop.is_some_and(|stop| stop.is_redefined);
    container.is_ready = false;
    step.enqueue_after(WorkItem::Pod(uid, run.pod.clone()), 0);
    if container.is_init && code == 0 {
        container.state = RunState::Ended { code, since, at: now, again: None };
        return;
    }
    let pod = ObjectRef::pod(&run.pod);
    let reason = Reason::ContainerExited { container: name.to_owned(), pod: pod.clone(), code };
    step.record_event(subject.clone(), Some(uid), reason);
    let restarts = match run.spec.restart_policy {
        _ if container.is_ephemeral => false,
        // Sidecars always restart, and so do containers whose definition has changed.
        _ if container.is_sidecar(&run.spec) || is_redefined => true,
        RestartPolicy::Never => false,
        RestartPolicy::OnFailure => code != 0 || stop.is_some(),
        _ => true,
    };
    let mut again = None;
    if restarts {
        let delay = back_off(container, (since, now), stop.is_some(), timings);
        if delay > 0 {
            let after = Duration::seconds(delay / 1000);
            let reason = Reason::BackOff { container: reference(container), pod, after };
            step.record_event(subject, Some(uid), reason);
        }
        container.restarts += 1;
        let reason = if code == 0 { "Completed" } else { "Error" };
        container.last = Some(ContainerState::Terminated {
            reason: reason.into(),
            exit_code: code,
            message: container.message.clone(),
            started_at: since,
            finished_at: now,
        });
        again = Some(now.plus(delay));
    }
    container.state = RunState::Ended { code, since, at: now, again };
    if run.database.as_ref().is_some_and(|database| database.member.container == name) {
        database::stop(step, uid, run);
    }
    let sharing = run.spec.ephemeral_containers.iter();
    let sharing =
        sharing.filter(|other| run.spec.target_of(other).is_some_and(|it| it.name == name));
    let sharing: Vec<String> = sharing.map(|other| other.name.clone()).collect();
    sharing.iter().for_each(|other| exit(step, uid, run, other, KILLED));
}

/// How long a container that ran from `since` to `now` is held back, in milliseconds; the next time it is
/// twice as long (`doBackOff`).
fn back_off(
    container: &mut ContainerRun,
    (since, now): (Time, Time),
    is_stopped: bool,
    timings: &Timings,
) -> u64 {
    let has_recovered = now.since(since) >= timings.back_off_reset_ms;
    let delay = if has_recovered { 0 } else { container.back_off_ms };
    container.back_off_ms = match (delay, &container.last) {
        (0, None) if is_stopped => 0,
        (0, _) => timings.back_off_first_ms,
        _ => delay.saturating_mul(2).min(timings.back_off_max_ms),
    };
    match container.last {
        _ if !is_stopped => delay,
        Some(ContainerState::Terminated { finished_at, .. }) => {
            delay.saturating_sub(now.since(finished_at))
        }
        _ => 0,
    }
}
