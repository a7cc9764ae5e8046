//! Pods that run already when a simulation continues from a real cluster.

use super::*;

/// Takes over a pod as its status describes it: what runs, keeps running.
pub fn adopt(step: &mut WorldStep<'_>, pod: &Rc<Pod>) {
    let (uid, key) = (pod.metadata.uid, pod.metadata.key());
    if !pod.is_bound() || pod.is_finished() {
        return;
    }
    let has_begun = !pod.status.pod_ip.is_empty();
    if has_begun {
        let mut run = start::new_run(step, pod);
        let store = &step.cluster.store;
        let claims = pod.claims().filter_map(|it| store.claims.named(&pod.metadata.namespace, it));
        run.mounted = claims.map(|claim| claim.spec.volume_name.clone()).collect();
        run.stage = Stage::Containers;
        run.ip.clone_from(&pod.status.pod_ip);
        let (init, main) = (&pod.status.init_container_statuses, &pod.status.container_statuses);
        let now = step.now();
        for container in &mut run.containers {
            let mut statuses = init.iter().chain(main);
            if let Some(status) = statuses.find(|it| it.name == container.name) {
                take_over(container, status, now);
            }
        }
        step.change(Change::PodRuntime(uid, Some(run)));
    }
    step.enqueue_after(WorkItem::Pod(uid, key), 0);
}

/// How long a container that ended, or whose image could not be pulled, waits before the next attempt, in milliseconds.
const AGAIN_MS: u64 = 10_000;

fn take_over(container: &mut ContainerRun, status: &ContainerStatus, now: Time) {
    container.restarts = status.restart_count;
    container.last.clone_from(&status.last_state);
    let again = (!container.is_init).then(|| now.plus(AGAIN_MS));
    match &status.state {
        ContainerState::Running { started_at } => {
            container.state = RunState::Running { since: *started_at, until: None };
            container.is_ready = status.ready;
            container.probes.is_started = true;
            let (at, is_success) = (Some(now), status.ready);
            container.probes.readiness = Streak { at, is_success, count: 1 };
        }
        ContainerState::Terminated { exit_code, started_at, finished_at, .. } => {
            let (since, at) = (*started_at, *finished_at);
            let again = again.filter(|_| *exit_code != 0);
            container.state = RunState::Ended { code: *exit_code, since, at, again };
            container.is_ready = container.is_init && *exit_code == 0;
        }
        ContainerState::Waiting { reason, .. } if reason == "CrashLoopBackOff" => {
            let at = now.plus(AGAIN_MS);
            container.back_off_ms = 2 * AGAIN_MS;
            container.state = RunState::Ended { code: 1, since: now, at: now, again: Some(at) };
        }
        ContainerState::Waiting { reason, .. } if reason.contains("Image") => {
            container.state = RunState::PullFailed { at: now, again: now.plus(AGAIN_MS) };
        }
        ContainerState::Waiting { .. } => {}
    }
}
