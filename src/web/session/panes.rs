//! Input of the terminal.

use super::{Session, storage};
use crate::later::later;
use crate::web::action::{PaneAction, TerminalAction};

later! {
    /// Handles an action in a pane.
    static HANDLE: fn(&mut Session, usize, PaneAction) = Session::handle_pane;
}

impl Session {
    /// Handles an action of the terminal.
    pub(super) fn handle_terminal(&mut self, action: TerminalAction) {
        match action {
            TerminalAction::SetOpen(is_open) => {
                if is_open && !self.terminal.is_open {
                    self.ui.focus.save(&self.host.root);
                }
                self.ui.focus.wants_terminal = is_open;
                self.ui.focus.restores |= !is_open;
                self.terminal.is_open = is_open;
                if !is_open {
                    self.terminal.end_all();
                }
            }
            TerminalAction::Split(is_split) => {
                if !is_split && let Some(pane) = self.terminal.panes.get_mut(1) {
                    pane.interrupt();
                }
                self.terminal.split(is_split);
                self.ui.focus.wants_terminal = true;
            }
            TerminalAction::Activate(pane) => {
                self.ui.focus.wants_terminal = self.terminal.active != pane;
                self.terminal.active = pane;
            }
            TerminalAction::Input(pane, action) => {
                if let Some(handle) = HANDLE.get() {
                    handle(self, pane, action);
                }
            }
        }
    }

    /// Handles an action in a pane.
    fn handle_pane(&mut self, number: usize, action: PaneAction) {
        let Session { terminal, run, .. } = self;
        terminal.active = number;
        let Some(pane) = terminal.panes.get_mut(number) else { return };
        match action {
            PaneAction::Type(text) => pane.edit(&text),
            PaneAction::Enter | PaneAction::Paste(_) => {
                if let PaneAction::Paste(text) = action {
                    pane.edit(&text);
                } else {
                    let text = format!("{}\n", pane.text);
                    pane.edit(&text);
                }
                terminal.enter(number);
                storage::save_lines(&self.host, &self.terminal.lines);
            }
            PaneAction::Recall(by) => terminal.recall(number, by),
            PaneAction::Complete => pane.complete(&run.timeline, &terminal.files),
            PaneAction::Clear => pane.clear(),
            PaneAction::Interrupt => {
                pane.interrupt();
                self.cancel();
            }
        }
    }
}
