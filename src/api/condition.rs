//! Conditions: what is true of an object, and since when.

use super::closed::ConditionStatus;
use super::other::Other;
use super::time::Time;
use serde::{Deserialize, Serialize};

/// A condition of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Condition {
    /// The type, for example `Ready`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it is so.
    pub status: ConditionStatus,
    /// A code, or an empty string.
    pub reason: String,
    /// A sentence, or an empty string.
    pub message: String,
    /// When the status last changed.
    pub last_transition_time: Time,
    /// When the status was last reported (nodes only).
    pub last_heartbeat_time: Option<Time>,
    /// When the reason was last given (Deployments only).
    pub last_update_time: Option<Time>,
    /// Further fields: stored and printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// The condition of this type.
pub fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|condition| condition.kind == kind)
}

/// Sets a condition; its time changes only with its status.
pub fn set_condition(
    conditions: &mut Vec<Condition>,
    kind: &str,
    status: ConditionStatus,
    reason: &str,
    message: &str,
    now: Time,
) {
    let new = Condition {
        kind: kind.into(),
        status,
        reason: reason.into(),
        message: message.into(),
        last_transition_time: now,
        ..Condition::default()
    };
    match conditions.iter_mut().find(|condition| condition.kind == kind) {
        Some(old) => {
            let kept = if old.status == new.status { old.last_transition_time } else { now };
            *old = Condition {
                last_transition_time: kept,
                last_heartbeat_time: old.last_heartbeat_time,
                ..new
            };
        }
        None => conditions.push(new),
    }
}
