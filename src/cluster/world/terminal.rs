//! Commands that run in terminals outside of the cluster.

use crate::api::*;
use std::rc::Rc;

/// A `kubectl run` that is attached to the pod that it created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// The standard input of its command; empty if that is a terminal.
    pub input: Rc<str>,
    /// Whether it deletes the pod once the pod ended (`--rm`).
    pub removes: bool,
}

/// A `kubectl drain` that runs in a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drain {
    /// The nodes left to drain; the first one is being drained.
    pub nodes: Vec<String>,
    /// `--pod-selector`
    pub selector: LabelSelector,
    /// `--grace-period`
    pub grace: Option<u64>,
    /// `--timeout`, for each node.
    pub timeout_ms: Option<u64>,
    /// When the drain of the first node started.
    pub started: Option<Time>,
    /// The pods of the first node.
    pub pods: Vec<DrainPod>,
}

/// A pod that is being drained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrainPod {
    /// Its key.
    pub pod: Key,
    /// The UID of the pod to evict.
    pub uid: Uid,
    /// The progress of its eviction.
    pub progress: Progress,
    /// When to check again.
    pub next: Time,
}

/// The progress of an eviction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It must be requested.
    Asking,
    /// It was granted, and the pod is Terminating.
    Waiting,
    /// The pod is gone.
    Done,
    /// kubectl gave up with this message.
    Failed(String),
}
