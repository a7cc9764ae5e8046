//! The state of the terminal: its panes, its files, and the lines typed before.

mod complete;
mod pane;
mod record;
mod running;

pub use pane::Pane;
pub use record::CommandRecord;
pub use running::{Running, Wait};

use crate::later::later;
use crate::shell::{ParseError, parse};
use crate::terminal::Files;
use std::rc::Rc;

later! {
    also complete;
}

/// The most panes.
pub const PANES_MAX: usize = 2;
/// The most lines that are kept for recall.
const LINES_MAX: usize = 200;

/// The terminal.
pub struct Terminal {
    /// Whether the terminal is open.
    pub is_open: bool,
    /// The panes, at least one.
    pub panes: Vec<Pane>,
    /// The pane that was used last.
    pub active: usize,
    /// The files.
    pub files: Files,
    /// The lines typed before, oldest first.
    pub lines: Vec<Rc<str>>,
}

impl Default for Terminal {
    fn default() -> Terminal {
        Terminal {
            is_open: false,
            panes: vec![Pane::default()],
            active: 0,
            files: Files::default(),
            lines: Vec::new(),
        }
    }
}

impl Terminal {
    /// The pane that was used last.
    pub fn active(&mut self) -> &mut Pane {
        let last = self.panes.len() - 1;
        &mut self.panes[self.active.min(last)]
    }

    /// Opens a further pane, if there may be one, or closes it.
    pub fn split(&mut self, is_split: bool) {
        if is_split && self.panes.len() < PANES_MAX {
            self.panes.push(Pane::default());
        } else if !is_split {
            self.panes.truncate(1);
        }
        self.active = self.panes.len() - 1;
    }

    /// Takes the complete commands from a pane's input, and adds them to the history.
    pub fn enter(&mut self, pane: usize) {
        let Some(pane) = self.panes.get_mut(pane) else { return };
        for command in pane.enter() {
            let line: Rc<str> = command.trim_end().into();
            self.lines.retain(|known| *known != line);
            self.lines.push(line);
        }
        let excess = self.lines.len().saturating_sub(LINES_MAX);
        self.lines.drain(..excess);
    }

    /// Recalls the line that is `by` lines earlier; negative values are later ones.
    pub fn recall(&mut self, pane: usize, by: i8) {
        if let Some(pane) = self.panes.get_mut(pane) {
            pane.recall(by, &self.lines);
        }
    }

    /// Ends the commands in all panes, because the run has been replaced.
    pub fn end_all(&mut self) {
        self.panes.iter_mut().for_each(Pane::end);
    }

    /// Whether a command has more output up to the cursor.
    pub fn is_behind(&self) -> bool {
        self.panes.iter().any(Pane::is_behind)
    }
}

/// Splits a text into its complete commands and the rest. Empty lines are skipped.
pub fn commands(text: &str) -> (Vec<String>, String) {
    let (mut all, mut part) = (Vec::new(), String::new());
    for line in text.split_inclusive('\n') {
        part += line;
        let slashes = line.trim_end_matches('\n').bytes().rev().take_while(|byte| *byte == b'\\');
        let goes_on = !line.ends_with('\n') || slashes.count() % 2 == 1;
        if !goes_on && parse(&part) != Err(ParseError::Incomplete) {
            let command = std::mem::take(&mut part);
            if !command.trim().is_empty() {
                all.push(command);
            }
        }
    }
    (all, part)
}

#[cfg(test)]
mod tests;
