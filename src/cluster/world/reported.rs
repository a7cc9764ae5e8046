//! Events that a real cluster reported.

use crate::api::{ObjectRef, Uid};

/// An Event of the API (`core/v1.Event`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiEvent {
    /// The object that it is about.
    pub object: ObjectRef,
    /// The UID of that object.
    pub uid: Uid,
    /// The component that reported it.
    pub source: String,
    /// Its reason, for example `FailedMount`.
    pub code: String,
    /// Its message.
    pub message: String,
    /// Whether it is a warning.
    pub is_warning: bool,
}
