//! What a kubelet reports of a pod (`generateAPIPodStatus`, `pkg/kubelet/status`).

use super::*;

/// The exit code that containerd reports of a container that it finds without a process, with the reason
/// `Unknown` (`unknownExitCode`).
pub(super) const LOST: u8 = 255;

/// Whether a Ready pod still waits: for a quorum, once its probe has begun to fail, or for room on its volume.
fn waits_for_more(step: &WorldStep<'_>, run: &PodRuntime) -> bool {
    let fails =
        |it: &ContainerRun| it.probes.readiness.count > 0 && !it.probes.readiness.is_success;
    let wait = step.cluster.waits.get(&Subject::pod(&run.pod));
    let is_full = wait.is_some_and(|wait| wait.reason.code() == Code::ReplicaFull);
    is_full || run.containers.iter().any(fails)
}

/// Writes the status of a pod as the node sees it; nothing happens if nothing changed.
pub(super) fn write(step: &mut WorldStep<'_>, run: &PodRuntime, pod: &Rc<Pod>) {
    let now = step.now();
    if pod.is_finished() {
        return;
    }
    let mut updated = Pod::clone(pod);
    let status = &mut updated.status;
    let was_ready = pod.is_ready();
    status.start_time = status.start_time.or(Some(now));
    status.pod_ip = run.ip.clone();
    let init = run.spec.init_containers.len();
    let main = run.spec.containers.len();
    let statuses = |from: usize, count: usize| {
        let part = run.containers.iter().skip(from).take(count);
        part.map(|container| container_status(run, container, now)).collect::<Vec<_>>()
    };
    status.init_container_statuses = statuses(0, init);
    status.container_statuses = statuses(init, main);
    status.ephemeral_container_statuses = statuses(init + main, usize::MAX);
    let mut main = run.containers.iter().skip(init).take(main);
    // `GenerateContainersReadyCondition`: the sidecars count, too.
    let all_ready =
        run.main_containers().all(|container| container.is_ready) && run.stage == Stage::Containers;
    let has_started =
        main.all(|container| container.state.is_running() || container.last.is_some());
    if run.stage == Stage::Failed {
        status.phase = PodPhase::Failed;
        status.reason = "Evicted".into();
    } else if run.ending.is_some_and(|it| it.is_shutdown) && run.stage >= Stage::Unmounting {
        let message = "Pod was terminated in response to imminent node shutdown.";
        status.phase = PodPhase::Failed;
        (status.reason, status.message) = ("Terminated".into(), message.into());
        let (target, reason) = ("DisruptionTarget", "TerminationByKubelet");
        set_condition(&mut status.conditions, target, true.into(), reason, message, now);
    } else if let Some(code) = final_code(run) {
        status.phase = if code == 0 { PodPhase::Succeeded } else { PodPhase::Failed };
    } else if has_started && run.stage == Stage::Containers && status.phase == PodPhase::Pending {
        status.phase = PodPhase::Running;
    }
    set_conditions(status, run, all_ready, now);
    if was_ready != all_ready && !pod.metadata.is_terminating() {
        let object = pod.metadata.reference(Kind::Pod);
        let reason = match all_ready {
            true => Reason::PodReady { pod: object },
            false => Reason::PodNotReady { pod: object },
        };
        step.record_pod_event(pod, reason);
    }
    if all_ready && !waits_for_more(step, run) {
        step.clear_wait(Subject::pod(&run.pod));
    }
    let is_over = updated.is_finished();
    step.update(updated);
    if is_over {
        detach(step, pod);
    }
}

/// Ends the `kubectl run` that is attached to a finished pod; with `--rm`, it deletes the pod.
fn detach(step: &mut WorldStep<'_>, pod: &Pod) {
    let key = pod.metadata.key();
    let Some(attached) = step.cluster.world.attached.get(&key) else { return };
    if attached.removes {
        let grace = Some(Duration::seconds(pod.spec.termination_grace_period_seconds));
        let reason = Reason::DeletionAsked { object: ObjectRef::pod(&key), grace };
        step.record_pod_event(pod, reason);
        step.delete(Kind::Pod, &pod.metadata, Grace::Default);
    }
    step.change(Change::Attached(key, None));
}

/// The exit code of a pod that has come to its end, because its containers are not started again or it is
/// being deleted and they have stopped: of its first container that went wrong (`getPhase`).
fn final_code(run: &PodRuntime) -> Option<u8> {
    let is_over = run.stage >= Stage::Unmounting;
    let end = |container: &ContainerRun| match container.state {
        RunState::Ended { code, again, .. } if is_over || again.is_none() => Some(code),
        _ => None,
    };
    if run.ending.is_some() && !is_over {
        return None;
    }
    let failed = run.init_containers().filter_map(end).find(|code| *code != 0);
    if failed.is_some() {
        return failed;
    }
    let (init, main) = (run.spec.init_containers.len(), run.spec.containers.len());
    let ends: Option<Vec<u8>> = run.containers.iter().skip(init).take(main).map(end).collect();
    ends.and_then(|codes| codes.into_iter().max())
}

/// `GeneratePodInitializedCondition` and the like.
fn set_conditions(status: &mut PodStatus, run: &PodRuntime, all_ready: bool, now: Time) {
    let names = |wanted: &dyn Fn(&ContainerRun) -> bool| {
        let names = run.containers.iter().filter(|it| wanted(it)).map(|it| it.name.as_str());
        names.collect::<Vec<_>>().join(" ")
    };
    let incomplete = names(&|it| is_incomplete(run, it));
    let initialised = incomplete.is_empty();
    let incomplete = format!("containers with incomplete status: [{incomplete}]");
    let unready = names(&|it| !it.is_init && !it.is_ephemeral && !it.is_ready);
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
            true => set_condition(conditions, kind, ConditionStatus::True, "", "", now),
            false => set_condition(conditions, kind, ConditionStatus::False, reason, message, now),
        }
    }
    // The kubelet names it last.
    let conditions = &mut status.conditions;
    if let Some(index) = conditions.iter().position(|one| one.kind == "PodScheduled") {
        let scheduled = conditions.remove(index);
        conditions.push(scheduled);
    }
}

/// Whether the containers wait for this one: an init container that has not ended well, or a sidecar that has
/// not started, unless one of them has been started already (`GeneratePodInitializedCondition`).
fn is_incomplete(run: &PodRuntime, container: &ContainerRun) -> bool {
    let has_run = |it: &ContainerRun| {
        matches!(it.state, RunState::Running { .. } | RunState::Ended { .. }) || it.last.is_some()
    };
    let (init, main) = (run.spec.init_containers.len(), run.spec.containers.len());
    let mut main = run.containers.iter().skip(init).take(main);
    match container.is_init {
        true => !matches!(container.state, RunState::Ended { code: 0, .. }),
        false => container.is_sidecar(&run.spec) && !has_run(container) && !main.any(has_run),
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
        RunState::Waiting | RunState::Pulling { .. } | RunState::Starting { .. } => {
            match &container.last {
                None => (waiting(before_start), None),
                // It restarts without a back-off: until it runs, the status shows how it ended.
                Some(end) if container.restarts <= 1 || is_lost(end) => (end.clone(), None),
                Some(end) => (waiting("CrashLoopBackOff"), Some(end.clone())),
            }
        }
        RunState::Running { since, .. } => {
            (ContainerState::Running { started_at: *since }, container.last.clone())
        }
        RunState::Ended { code, since, at, again } => {
            ended(container, *code, (*since, *at), again.is_some())
        }
    };
    let is_ready = match container.is_init {
        true => matches!(container.state, RunState::Ended { code: 0, .. }),
        false => container.is_ready && !container.is_ephemeral,
    };
    // One that is started again counts once it runs again.
    let is_pending =
        !matches!(container.state, RunState::Running { .. } | RunState::Ended { again: None, .. });
    let name = container.name.clone();
    ContainerStatus {
        name,
        ready: is_ready,
        restart_count: container.restarts.saturating_sub(u32::from(is_pending)),
        state,
        last_state: last,
        other: Other::default(),
    }
}

/// Whether a container was lost with its sandbox: what became of it is not known.
fn is_lost(end: &ContainerState) -> bool {
    matches!(end, ContainerState::Terminated { exit_code: LOST, .. })
}

/// A container that has ended: it shows its end first, and that it is held back once it has failed again.
fn ended(
    container: &ContainerRun,
    code: u8,
    (started_at, finished_at): (Time, Time),
    is_restarted: bool,
) -> (ContainerState, Option<ContainerState>) {
    let reason = if code == 0 { "Completed" } else { "Error" }.into();
    let message = container.message.clone();
    let end =
        ContainerState::Terminated { reason, exit_code: code, message, started_at, finished_at };
    match is_restarted && container.restarts > 1 {
        true => (ContainerState::waiting("CrashLoopBackOff"), Some(end)),
        false => (end, None),
    }
}
