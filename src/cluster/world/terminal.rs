//! Commands in terminals outside of the cluster that the nodes know.

use std::rc::Rc;

/// A `kubectl run` or `kubectl debug` that is attached to a container that it created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attached {
    /// The standard input of its command; empty if that is a terminal.
    pub input: Rc<str>,
    /// Whether it deletes the pod once the pod ended (`--rm`).
    pub removes: bool,
    /// The name of the container; empty for the first.
    pub container: String,
}
