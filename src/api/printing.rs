//! A pod in kubectl's words: READY, STATUS and RESTARTS.
//!
//! Follows `printPod` of `pkg/printers/internalversion/printers.go`, Kubernetes v1.36. Left out:
//! scheduling gates, and ends by a signal, which the model does not have.

use super::closed::ConditionStatus;
use super::condition::condition;
use super::pod::*;
use super::time::Time;

/// What `kubectl get pods` says of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSummary {
    /// STATUS, for example `Init:0/2` or `CrashLoopBackOff`.
    pub status: String,
    /// READY, the first number.
    pub ready: usize,
    /// READY, the second number.
    pub total: usize,
    /// RESTARTS.
    pub restarts: u32,
    /// When the last of them began, as far as it is known.
    pub last_restart: Option<Time>,
}

/// STATUS in kubectl's words.
pub fn pod_status(pod: &Pod) -> String {
    pod_summary(pod).status
}

/// What `kubectl get pods` says of a pod.
pub fn pod_summary(pod: &Pod) -> PodSummary {
    let phase = pod.status.phase.name();
    let reason = if pod.status.reason.is_empty() { phase } else { &pod.status.reason };
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.is_sidecar());
    let mut summary = PodSummary {
        status: reason.into(),
        total: pod.spec.containers.len() + sidecars.count(),
        ..PodSummary::default()
    };
    let is_initializing = add_init_containers(pod, &mut summary);
    let is_initialized = condition(&pod.status.conditions, "Initialized")
        .is_some_and(|condition| condition.status == ConditionStatus::True);
    if !is_initializing || is_initialized {
        add_containers(pod, &mut summary);
    }
    if pod.metadata.is_terminating() {
        if pod.status.reason == "NodeLost" {
            summary.status = "Unknown".into();
        } else if !pod.is_finished() {
            summary.status = "Terminating".into();
        }
    }
    summary
}

/// Counts the init containers; says whether one of them is not done.
fn add_init_containers(pod: &Pod, summary: &mut PodSummary) -> bool {
    let (mut sidecar_restarts, mut last_of_sidecars) = (0, None);
    for (index, status) in pod.status.init_container_statuses.iter().enumerate() {
        let spec = pod.spec.init_containers.iter().find(|container| container.name == status.name);
        let is_sidecar = spec.is_some_and(Container::is_sidecar);
        add_restarts(status, &mut summary.restarts, &mut summary.last_restart);
        if is_sidecar {
            add_restarts(status, &mut sidecar_restarts, &mut last_of_sidecars);
        }
        summary.status = match &status.state {
            ContainerState::Terminated { exit_code: 0, .. } => continue,
            ContainerState::Running { .. } if is_sidecar => {
                summary.ready += usize::from(status.ready);
                continue;
            }
            ContainerState::Terminated { reason, exit_code, .. } if reason.is_empty() => {
                format!("Init:ExitCode:{exit_code}")
            }
            ContainerState::Terminated { reason, .. } => format!("Init:{reason}"),
            ContainerState::Waiting { reason, .. }
                if !reason.is_empty() && reason != "PodInitializing" =>
            {
                format!("Init:{reason}")
            }
            _ => format!("Init:{index}/{}", pod.spec.init_containers.len()),
        };
        return true;
    }
    // From here on only the restarts of sidecars count among the init containers.
    (summary.restarts, summary.last_restart) = (sidecar_restarts, last_of_sidecars);
    false
}

fn add_containers(pod: &Pod, summary: &mut PodSummary) {
    let mut has_running = false;
    for status in pod.status.container_statuses.iter().rev() {
        add_restarts(status, &mut summary.restarts, &mut summary.last_restart);
        match &status.state {
            ContainerState::Waiting { reason, .. } if !reason.is_empty() => {
                summary.status.clone_from(reason);
            }
            ContainerState::Terminated { reason, exit_code, .. } if reason.is_empty() => {
                summary.status = format!("ExitCode:{exit_code}");
            }
            ContainerState::Terminated { reason, .. } => summary.status.clone_from(reason),
            ContainerState::Running { .. } if status.ready => {
                has_running = true;
                summary.ready += 1;
            }
            _ => {}
        }
    }
    if summary.status == "Completed" && has_running {
        summary.status = if pod.is_ready() { "Running" } else { "NotReady" }.into();
    }
}

fn add_restarts(status: &ContainerStatus, restarts: &mut u32, last: &mut Option<Time>) {
    *restarts += status.restart_count;
    if let Some(ContainerState::Terminated { finished_at, .. }) = status.last_state {
        *last = (*last).max(Some(finished_at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(reason: &str) -> ContainerState {
        ContainerState::waiting(reason)
    }

    fn running() -> ContainerState {
        ContainerState::Running { started_at: Time(5) }
    }

    fn ended(reason: &str, exit_code: u8) -> ContainerState {
        let (started_at, finished_at) = (Time(5), Time(9));
        let (reason, message) = (reason.into(), String::new());
        ContainerState::Terminated { reason, exit_code, message, started_at, finished_at }
    }

    fn pod(phase: PodPhase, init: Vec<ContainerState>, main: Vec<ContainerState>) -> Pod {
        let status = |prefix: &str, index: usize, state: ContainerState| ContainerStatus {
            name: format!("{prefix}{index}"),
            ready: matches!(state, ContainerState::Running { .. }),
            state,
            ..ContainerStatus::default()
        };
        let container =
            |name: String| Container { name, image: "image".into(), ..Container::default() };
        let statuses = |prefix: &str, states: Vec<ContainerState>| -> Vec<ContainerStatus> {
            states.into_iter().enumerate().map(|(i, state)| status(prefix, i, state)).collect()
        };
        let mut pod = Pod::default();
        pod.status.phase = phase;
        pod.status.init_container_statuses = statuses("init", init);
        pod.status.container_statuses = statuses("main", main);
        let names = |list: &[ContainerStatus]| -> Vec<Container> {
            list.iter().map(|status| container(status.name.clone())).collect()
        };
        pod.spec.init_containers = names(&pod.status.init_container_statuses);
        pod.spec.containers = names(&pod.status.container_statuses);
        pod
    }

    #[test]
    fn the_start_of_a_pod_has_kubectls_words() {
        use PodPhase::*;
        let creating = || vec![waiting("PodInitializing")];
        let cases = [
            (pod(Pending, vec![], vec![]), "Pending"),
            (pod(Pending, vec![], vec![waiting("ContainerCreating")]), "ContainerCreating"),
            (pod(Pending, vec![waiting("PodInitializing"); 2], creating()), "Init:0/2"),
            (pod(Pending, vec![ended("Completed", 0), running()], creating()), "Init:1/2"),
            (pod(Pending, vec![ended("Error", 1)], creating()), "Init:Error"),
            (pod(Pending, vec![ended("", 3)], creating()), "Init:ExitCode:3"),
            (pod(Pending, vec![waiting("CrashLoopBackOff")], creating()), "Init:CrashLoopBackOff"),
            (pod(Pending, vec![ended("Completed", 0)], creating()), "PodInitializing"),
            (pod(Running, vec![], vec![running()]), "Running"),
            (pod(Running, vec![], vec![waiting("CrashLoopBackOff")]), "CrashLoopBackOff"),
            (pod(Running, vec![], vec![ended("Error", 1)]), "Error"),
            (pod(Succeeded, vec![], vec![ended("Completed", 0)]), "Completed"),
            (pod(Running, vec![], vec![ended("Completed", 0), running()]), "NotReady"),
        ];
        for (pod, expected) in cases {
            assert_eq!(pod_status(&pod), expected);
        }
    }

    #[test]
    fn an_end_that_was_asked_for_hides_what_the_containers_do() {
        let mut going = pod(PodPhase::Running, vec![], vec![running()]);
        going.metadata.deletion_timestamp = Some(Time(30));
        assert_eq!(pod_status(&going), "Terminating");
        going.status.reason = "NodeLost".into();
        assert_eq!(pod_status(&going), "Unknown");
        let mut failed = pod(PodPhase::Failed, vec![], vec![ended("Error", 1)]);
        failed.metadata.deletion_timestamp = Some(Time(30));
        assert_eq!(pod_status(&failed), "Error");
    }

    #[test]
    fn sidecars_count_among_the_containers_and_restarts_are_added_up() {
        let mut both = pod(PodPhase::Running, vec![running()], vec![running()]);
        for container in &mut both.spec.init_containers {
            container.restart_policy = Some("Always".into());
        }
        for status in &mut both.status.container_statuses {
            status.restart_count = 2;
            status.last_state = Some(ended("Error", 1));
        }
        let summary = pod_summary(&both);
        assert_eq!((summary.ready, summary.total), (2, 2));
        assert_eq!((summary.restarts, summary.last_restart), (2, Some(Time(9))));
        assert_eq!(summary.status, "Running");
    }
}
