//! A recorded run that can be rewound: recipe, checkpoints, event log, cursor.
//!
//! A recipe is the seed, the starting manifests and timed command lines in the line notation. Running
//! it records events and, now and then, a checkpoint (a cheap clone of the whole simulation). Going
//! to an instant means: the nearest checkpoint at or before it, then step on. Acting in the past
//! drops what came after and records anew.

pub mod playback;

use crate::api::Time;
use crate::cluster::{Cluster, Event};
use crate::kubectl::Output;
use crate::notation::NotationError;

/// A recorded run and a cursor in it.
#[derive(Clone)]
pub struct Timeline {}

impl Timeline {
    /// Reads a recipe and runs it to instant 0. Errors: those of the notation; a refused `apply` at instant 0.
    pub fn new(_recipe: &str) -> Result<Timeline, Vec<NotationError>> {
        todo!()
    }

    /// The cluster at the cursor.
    pub fn cluster(&self) -> &Cluster {
        todo!()
    }

    /// The cursor.
    pub fn now(&self) -> Time {
        todo!()
    }

    /// Moves the cursor, backwards or forwards; forwards beyond what is recorded, the run goes on.
    pub fn seek(&mut self, _to: Time) {
        todo!()
    }

    /// Does what a terminal line says, at the cursor. If the line changes something, what was recorded
    /// after the cursor is dropped, and the line becomes part of the recipe.
    pub fn run_line(&mut self, _line: &str) -> Output {
        todo!()
    }

    /// `kubectl apply -f -` with this text, at the cursor.
    pub fn apply(&mut self, _yaml: &str) -> Output {
        todo!()
    }

    /// Every event recorded so far, in order; some may lie after the cursor.
    pub fn events(&self) -> &[Event] {
        todo!()
    }

    /// The instant of the first event after `after`, if there is one within the next `within_ms`;
    /// records ahead of the cursor as far as needed.
    pub fn next_event_after(&mut self, _after: Time, _within_ms: u64) -> Option<Time> {
        todo!()
    }

    /// The end of what is worth showing: the last command of the recipe, the last instant that the cursor visited.
    pub fn end(&self) -> Time {
        todo!()
    }

    /// The recipe so far, in the line notation.
    pub fn recipe(&self) -> String {
        todo!()
    }
}
