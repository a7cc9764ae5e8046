//! Commands in terminals outside of the cluster that the nodes know.

use std::rc::Rc;

/// A `kubectl run` that is attached to the pod that it created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// The standard input of its command; empty if that is a terminal.
    pub input: Rc<str>,
    /// Whether it deletes the pod once the pod ended (`--rm`).
    pub removes: bool,
}
