//! Undo and redo.

use crate::api::Time;
use std::rc::Rc;

/// The maximum number of changes that can be undone.
const MAX_CHANGES: usize = 200;

/// A recipe and a position of the cursor: all that is needed to restore a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The position of the cursor.
    pub at: Time,
    /// The recipe.
    pub recipe: Rc<str>,
}

/// The undo history of a run.
#[derive(Default)]
pub struct History {
    /// The states that undo restores, oldest first.
    past: Vec<Moment>,
    /// The states that redo restores, the next one last.
    future: Vec<Moment>,
}

impl History {
    /// Records the state before a change, and clears what could be redone.
    pub fn record(&mut self, before: Moment) {
        self.future.clear();
        if self.past.len() == MAX_CHANGES {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// The state that undo restores.
    pub fn undo_target(&self) -> Option<&Moment> {
        self.past.last()
    }

    /// The state that redo restores.
    pub fn redo_target(&self) -> Option<&Moment> {
        self.future.last()
    }

    /// Moves one change back. `current` is the state that redo will restore.
    pub fn undo(&mut self, current: Moment) {
        if self.past.pop().is_some() {
            self.future.push(current);
        }
    }

    /// Moves one change forward. `current` is the state that undo will restore.
    pub fn redo(&mut self, current: Moment) {
        if self.future.pop().is_some() {
            self.past.push(current);
        }
    }

    /// Whether there is a change to undo.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a change to redo.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{History, MAX_CHANGES, Moment};
    use crate::api::Time;

    fn moment(at: u64) -> Moment {
        Moment { at: Time(at), recipe: format!("recipe {at}").into() }
    }

    #[test]
    fn undo_and_redo_exchange_states() {
        let mut history = History::default();
        history.record(moment(1));
        history.record(moment(2));
        assert_eq!(history.undo_target(), Some(&moment(2)));
        history.undo(moment(3));
        assert_eq!(history.undo_target(), Some(&moment(1)));
        assert_eq!(history.redo_target(), Some(&moment(3)));
        history.redo(moment(2));
        assert_eq!(history.undo_target(), Some(&moment(2)));
        assert!(history.can_undo() && !history.can_redo());
    }

    #[test]
    fn a_change_clears_redo() {
        let mut history = History::default();
        history.record(moment(1));
        history.undo(moment(2));
        assert!(history.can_redo());
        history.record(moment(3));
        assert!(!history.can_redo());
    }

    #[test]
    fn an_empty_history_stays_empty() {
        let mut history = History::default();
        history.undo(moment(1));
        history.redo(moment(1));
        assert!(!history.can_undo() && !history.can_redo());
    }

    #[test]
    fn the_oldest_changes_are_dropped() {
        let mut history = History::default();
        (0..MAX_CHANGES as u64 + 5).for_each(|at| history.record(moment(at)));
        let mut undone = 0;
        while let Some(before) = history.undo_target().cloned() {
            history.undo(before);
            undone += 1;
        }
        assert_eq!(undone, MAX_CHANGES);
        assert_eq!(history.redo_target(), Some(&moment(5)));
    }
}
