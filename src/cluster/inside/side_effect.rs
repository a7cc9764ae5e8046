//! The side effects of commands.

use super::*;

/// A change that a command makes, in its container, on a disk, or in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideEffect {
    /// The files in a layer of the pod change.
    Write(Layer, Files),
    /// The database file is removed from its disk.
    Wipe(DiskId),
    /// The first process of a container ends with an exit code.
    End(String, u8),
    /// A statement is written to the database of a pod.
    Store(Uid, String),
}
