//! What is on the wire.

use crate::api::*;

/// A place from which, or to which, something can be on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A client, by name.
    Client(String),
    /// A pod, by UID; its name is kept for the time after it.
    Pod(Uid, Key),
    /// An address behind which nothing answers.
    Nowhere(String),
}

/// What is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A write, with its text.
    Write(String),
    /// A write that the primary has stored under this number, and does not accept before a replica has it.
    Held(String, u32),
    /// A read.
    Read,
    /// A good answer.
    Answer(String),
    /// A refusal.
    Refusal(String),
    /// Entries for a replica, up to this position from 1: mostly one, more if it is far behind.
    Entry(u32),
    /// Nothing that arrives: the request hangs until the client gives up.
    Lost,
}

/// Something on its way; its place is computed from the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// From where.
    pub from: Place,
    /// To where.
    pub to: Place,
    /// By which name it was asked for; empty if by none.
    pub name: String,
    /// What.
    pub payload: Payload,
    /// When it left.
    pub start: Time,
    /// When it arrives.
    pub end: Time,
}
