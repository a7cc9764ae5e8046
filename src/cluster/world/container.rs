//! One container on its node.

use super::{Files, PodRuntime};
use crate::api::*;
use crate::shell::Output;
use std::rc::Rc;

/// The first process of a container, if it is simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// The answers to its script so far.
    pub(in crate::cluster) answers: Vec<Output>,
    /// Its output.
    pub output: String,
    /// When it continues; `None` if it waits for input or does something that isn't simulated.
    pub wakes: Option<Time>,
    /// Its exit code, if it ended.
    pub exit: Option<u8>,
}

/// One container on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerRun {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Whether it is an init container that has to end.
    pub is_init: bool,
    /// Whether it is an ephemeral container.
    pub is_ephemeral: bool,
    /// Its state.
    pub state: RunState,
    /// Whether it is ready.
    pub is_ready: bool,
    /// How often it was restarted.
    pub restarts: u32,
    /// The next back-off, in milliseconds; 0 restarts at once.
    pub back_off_ms: u64,
    /// What it left to say when it ended the last time.
    pub message: String,
    /// How its last run ended.
    pub last: Option<ContainerState>,
    /// Why it cannot be created, as the kubelet puts it: it refers to something that does not exist.
    pub config_error: Option<String>,
    /// The results of its probes since it was started.
    pub probes: Probes,
    /// The stop in progress, while it still runs.
    pub stop: Option<Stop>,
    /// The files that changed since it started, outside of its volumes.
    pub files: Files,
    /// Its first process, if it is simulated.
    pub process: Option<Rc<Process>>,
}

/// The results of the probes of a container since it was started (`prober.worker`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// Whether the startup probe has succeeded, or there is none.
    pub is_started: bool,
    /// The results of the startup probe.
    pub startup: Streak,
    /// The results of the liveness probe.
    pub liveness: Streak,
    /// The results of the readiness probe.
    pub readiness: Streak,
}

/// Consecutive equal results of a probe (`worker.lastResult`, `worker.resultRun`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Streak {
    /// When the probe was made last.
    pub at: Option<Time>,
    /// What it found.
    pub is_success: bool,
    /// The number of consecutive results.
    pub count: u64,
}

/// A process that was told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When it gets SIGTERM: after its `preStop` hook.
    pub term: Time,
    /// When it will have ended.
    pub until: Time,
    /// The exit code: 137 if it has to be killed.
    pub code: u8,
    /// Whether it is for another definition of the container.
    pub is_redefined: bool,
}

/// The state of a container on its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// It was not started yet.
    Waiting,
    /// Its image is being pulled.
    Pulling {
        /// When the image is there.
        until: Time,
    },
    /// Its image could not be pulled.
    PullFailed {
        /// When.
        at: Time,
        /// When it is tried again.
        again: Time,
    },
    /// It is being started.
    Starting {
        /// When it runs.
        until: Time,
    },
    /// It runs.
    Running {
        /// Since when.
        since: Time,
        /// When it will end by itself: init containers that do nothing for the database.
        until: Option<Time>,
    },
    /// It ended.
    Ended {
        /// The exit code.
        code: u8,
        /// When it was started.
        since: Time,
        /// When it ended.
        at: Time,
        /// When it is started again, if it is.
        again: Option<Time>,
    },
}

impl ContainerRun {
    /// Whether it is an init container that keeps running (`IsRestartableInitContainer`).
    pub fn is_sidecar(&self, spec: &PodSpec) -> bool {
        !self.is_init && spec.init_containers.iter().any(|spec| spec.name == self.name)
    }
}

impl RunState {
    /// Whether the container runs.
    pub fn is_running(&self) -> bool {
        matches!(self, RunState::Running { .. })
    }
}

impl PodRuntime {
    /// The containers that have to end before the others start.
    pub fn init_containers(&self) -> impl Iterator<Item = &ContainerRun> {
        self.containers.iter().filter(|container| container.is_init)
    }

    /// The containers that run together (sidecars among them).
    pub fn main_containers(&self) -> impl Iterator<Item = &ContainerRun> {
        self.containers.iter().filter(|container| !container.is_init && !container.is_ephemeral)
    }
}
