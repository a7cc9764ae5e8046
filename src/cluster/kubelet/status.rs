//! What a kubelet reports of a pod (`generateAPIPodStatus`, `pkg/kubelet/status`).

use super::*;

/// Writes the status of a pod as the node sees it; nothing happens if nothing changed.
pub(super) fn write(step: &mut Step<'_>, run: &PodRuntime, pod: &Rc<Pod>) {
    let now = step.now();
    if pod.is_finished() {
        return;
    }
    let mut updated = Pod::clone(pod);
    let status = &mut updated.status;
    let was_ready = pod.is_ready();
    status.start_time = status.start_time.or(Some(now));
    status.pod_ip = run.ip.clone();
    let initialised = run
        .init_containers()
        .all(|container| matches!(container.state, RunState::Ended { code: 0, .. }));
    let statuses = |is_init: bool| {
        let count = run.spec.init_containers.len();
        let range = if is_init { 0..count } else { count..run.containers.len() };
        let part = run.containers.get(range).unwrap_or(&[]);
        part.iter().map(|container| container_status(run, container, now)).collect::<Vec<_>>()
    };
    status.init_container_statuses = statuses(true);
    status.container_statuses = statuses(false);
    let count = run.spec.init_containers.len();
    let mut main = run.containers.iter().skip(count);
    let all_ready =
        main.clone().all(|container| container.is_ready) && run.stage == Stage::Containers;
    let has_started =
        main.all(|container| container.state.is_running() || container.last.is_some());
    if run.stage == Stage::Failed {
        status.phase = PodPhase::Failed;
        status.reason = "Evicted".into();
    } else if let Some(code) = final_code(run) {
        status.phase = if code == 0 { PodPhase::Succeeded } else { PodPhase::Failed };
    } else if has_started && run.stage == Stage::Containers && status.phase == PodPhase::Pending {
        status.phase = PodPhase::Running;
    }
    set_conditions(status, run, initialised, all_ready, now);
    if was_ready != all_ready && !pod.metadata.is_terminating() {
        let object = pod.metadata.reference(Kind::Pod);
        let reason = match all_ready {
            true => Reason::PodReady { pod: object },
            false => Reason::PodNotReady { pod: object },
        };
        step.record_pod_event(pod, reason);
    }
    if all_ready {
        step.clear_wait(Subject::pod(&run.pod));
    }
    step.update(updated);
}

/// The exit code of a pod that has come to its end by itself: of its first container that went wrong
/// (`getPhase`).
fn final_code(run: &PodRuntime) -> Option<u8> {
    let end = |container: &ContainerRun| match container.state {
        RunState::Ended { code, again: None, .. } => Some(code),
        _ => None,
    };
    let failed = run.init_containers().filter_map(end).find(|code| *code != 0);
    if run.ending.is_some() || failed.is_some() {
        return failed.filter(|_| run.ending.is_none());
    }
    let ends: Option<Vec<u8>> = run.main_containers().map(end).collect();
    ends.and_then(|codes| codes.into_iter().max())
}

/// `GeneratePodInitializedCondition` and the like.
fn set_conditions(
    status: &mut PodStatus,
    run: &PodRuntime,
    initialised: bool,
    all_ready: bool,
    now: Time,
) {
    let names = |statuses: &[ContainerStatus]| {
        let unready = statuses.iter().filter(|status| !status.ready);
        unready.map(|status| status.name.as_str()).collect::<Vec<_>>().join(" ")
    };
    let incomplete = names(&status.init_container_statuses);
    let incomplete = format!("containers with incomplete status: [{incomplete}]");
    let unready = names(&status.container_statuses);
    let unready = format!("containers with unready status: [{unready}]");
    let has_sandbox = run.stage == Stage::Containers;
    for (kind, is_so, reason, message) in [
        ("PodReadyToStartContainers", has_sandbox, "", ""),
        ("Initialized", initialised, "ContainersNotInitialized", incomplete.as_str()),
        ("Ready", all_ready, "ContainersNotReady", unready.as_str()),
        ("ContainersReady", all_ready, "ContainersNotReady", unready.as_str()),
    ] {
        let conditions = &mut status.conditions;
        match is_so {
            true => set_condition(conditions, kind, "True", "", "", now),
            false => set_condition(conditions, kind, "False", reason, message, now),
        }
    }
}

fn container_status(run: &PodRuntime, container: &ContainerRun, now: Time) -> ContainerStatus {
    let waiting = ContainerState::waiting;
    // `convertToAPIContainerStatuses`: the same for all containers of a pod.
    let before_start = match run.spec.init_containers.is_empty() {
        true => "ContainerCreating",
        false => "PodInitializing",
    };
    let (state, last) = match &container.state {
        RunState::PullFailed { at, .. } if now < at.plus(containers::PULL_ERROR_MS) => {
            (waiting("ErrImagePull"), container.last.clone())
        }
        RunState::PullFailed { .. } => (waiting("ImagePullBackOff"), container.last.clone()),
        // Asked for again after a failure.
        RunState::Pulling { .. } if container.back_off_ms > 0 && container.last.is_none() => {
            (waiting("ImagePullBackOff"), None)
        }
        RunState::Waiting if let Some(message) = &container.config_error => {
            let (reason, message) = ("CreateContainerConfigError".into(), message.clone());
            (ContainerState::Waiting { reason, message }, container.last.clone())
        }
        RunState::Waiting | RunState::Pulling { .. } => (waiting(before_start), None),
        RunState::Starting { .. } => match &container.last {
            None => (waiting(before_start), None),
            // The first restart is not held back: until it is done, the end is what there is to be seen.
            Some(end) if container.restarts <= 1 => (end.clone(), None),
            Some(end) => (waiting("CrashLoopBackOff"), Some(end.clone())),
        },
        RunState::Running { since, .. } => {
            (ContainerState::Running { started_at: *since }, container.last.clone())
        }
        RunState::Ended { code, at, again } => ended(container, *code, *at, again.is_some()),
    };
    let is_ready = match container.is_init {
        true => matches!(container.state, RunState::Ended { code: 0, .. }),
        false => container.is_ready,
    };
    let name = container.name.clone();
    ContainerStatus {
        name,
        ready: is_ready,
        restart_count: container.restarts,
        state,
        last_state: last,
        other: Other::default(),
    }
}

/// A container that has ended: it shows its end first, and that it is held back once it has failed again.
fn ended(
    container: &ContainerRun,
    code: u8,
    at: Time,
    is_restarted: bool,
) -> (ContainerState, Option<ContainerState>) {
    let reason = if code == 0 { "Completed" } else { "Error" };
    let started_at = match &container.last {
        Some(ContainerState::Terminated { started_at, finished_at, .. }) if *finished_at == at => {
            *started_at
        }
        _ => at,
    };
    let (reason, finished_at) = (reason.into(), at);
    let end = ContainerState::Terminated { reason, exit_code: code, started_at, finished_at };
    match is_restarted && container.restarts > 1 {
        true => (ContainerState::waiting("CrashLoopBackOff"), Some(end)),
        false => (end, None),
    }
}
