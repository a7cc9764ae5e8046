//! What the kubelet does in a running container: probes and hooks.

use super::other::Other;
use serde::{Deserialize, Serialize};

/// A probe. The model decides when it runs; its kind (`exec`, `httpGet`, ...) is not simulated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Probe {
    /// Seconds from the start of the container to the first probe.
    pub initial_delay_seconds: u64,
    /// Seconds between probes.
    pub period_seconds: u64,
    /// The number of consecutive successes after which the container is ready.
    pub success_threshold: u64,
    /// The number of consecutive failures after which the container is not ready, or is killed.
    pub failure_threshold: u64,
    /// The grace period of a container that this probe kills, in seconds; it replaces that of the pod.
    pub termination_grace_period_seconds: Option<u64>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Default for Probe {
    fn default() -> Probe {
        Probe {
            initial_delay_seconds: 0,
            period_seconds: 10,
            success_threshold: 1,
            failure_threshold: 3,
            termination_grace_period_seconds: None,
            other: Other::default(),
        }
    }
}

/// What the kubelet does in a container at moments of its life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Lifecycle {
    /// Runs before the process gets SIGTERM; it counts against the grace period.
    pub pre_stop: Option<LifecycleHandler>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// What a hook does; only how long it takes is simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LifecycleHandler {
    /// Runs a command: `sleep` takes its time, all others take none.
    pub exec: Option<ExecAction>,
    /// Waits.
    pub sleep: Option<SleepAction>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A command in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ExecAction {
    /// The command and its arguments.
    pub command: Vec<String>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// A wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SleepAction {
    /// How long, in seconds.
    pub seconds: u64,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

impl Lifecycle {
    /// How long the `preStop` hook takes, in seconds: as long as it sleeps.
    pub fn pre_stop_seconds(&self) -> u64 {
        let Some(hook) = &self.pre_stop else { return 0 };
        let slept = hook.exec.as_ref().and_then(|exec| {
            // `[sleep, "15"]`, `[sh, -c, "nginx -s quit; sleep 15"]`
            let text = exec.command.join(" ");
            let after = text.rsplit("sleep ").next().filter(|_| text.contains("sleep "))?;
            let digits = after.find(|letter: char| !letter.is_ascii_digit());
            after.get(..digits.unwrap_or(after.len()))?.parse().ok()
        });
        hook.sleep.as_ref().map(|sleep| sleep.seconds).or(slept).unwrap_or(0)
    }
}
