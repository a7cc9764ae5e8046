//! What goes on in terminals outside of the cluster.

use crate::api::*;
use std::rc::Rc;

/// A `kubectl run` that is attached to the pod that it made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// What its command reads; empty if that is a terminal.
    pub input: Rc<str>,
    /// Whether it deletes the pod once that has ended.
    pub removes: bool,
}

/// A `kubectl drain` that goes on in a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drain {
    /// The nodes that are still to be drained; the first is at it.
    pub nodes: Vec<String>,
    /// `--pod-selector`
    pub selector: LabelSelector,
    /// `--grace-period`
    pub grace: Option<u64>,
    /// `--timeout`, for each node.
    pub timeout_ms: Option<u64>,
    /// Since when the first node is being drained.
    pub started: Option<Time>,
    /// Its pods.
    pub pods: Vec<DrainPod>,
}

/// A pod that is being drained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrainPod {
    /// Its key.
    pub pod: Key,
    /// The incarnation that has to go.
    pub uid: Uid,
    /// How far it has come.
    pub progress: Progress,
    /// When to look again.
    pub next: Time,
}

/// How far the eviction of a pod has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It has to be asked for.
    Asking,
    /// It was granted; the pod is ending.
    Waiting,
    /// The pod is gone.
    Done,
    /// kubectl gave up, with these words.
    Failed(String),
}
