//! Undo and redo: what the run was like before it was changed.

use crate::api::Time;
use std::rc::Rc;

/// So many changes can be undone.
const KEPT: usize = 200;

/// A run at an instant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    /// Where the cursor was.
    pub at: Time,
    /// The recipe.
    pub recipe: Rc<str>,
}

/// What was there before, and what was there before it was undone.
#[derive(Default)]
pub(super) struct History {
    past: Vec<Moment>,
    future: Vec<Moment>,
}

impl History {
    /// Keeps what is about to be changed. What was undone can't come back after that.
    pub(super) fn keep(&mut self, before: Moment) {
        self.future.clear();
        if self.past.len() == KEPT {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// What was there before the last change.
    pub(super) fn before(&self) -> Option<&Moment> {
        self.past.last()
    }

    /// What was undone last.
    pub(super) fn after(&self) -> Option<&Moment> {
        self.future.last()
    }

    /// What was there before the last change is there again, instead of what is there now.
    pub(super) fn undo(&mut self, now: Moment) {
        if self.past.pop().is_some() {
            self.future.push(now);
        }
    }

    /// What was undone last is there again, instead of what is there now.
    pub(super) fn redo(&mut self, now: Moment) {
        if self.future.pop().is_some() {
            self.past.push(now);
        }
    }

    /// Whether something can be undone.
    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether something that was undone can come back.
    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
