//! Actions of the terminal.

use super::Session;
use crate::kubectl::Output;
use crate::web::action::TerminalAction;

impl Session {
    /// Handles an action of the terminal.
    pub(super) fn handle_terminal(&mut self, action: TerminalAction) {
        match action {
            TerminalAction::SetOpen(is_open) => {
                if is_open {
                    self.ui.focus.save(&self.host.root);
                    self.ui.focus.wants_terminal = true;
                } else {
                    self.ui.focus.restores = true;
                }
                self.terminal.set_open(is_open);
            }
            TerminalAction::Type(text) => self.terminal.edit(&text),
            TerminalAction::Enter => self.enter(),
            TerminalAction::Recall(by) => self.terminal.recall(by),
            TerminalAction::Complete => {
                let candidates = self.run.timeline.complete(&self.terminal.text);
                self.terminal.complete(candidates);
            }
            TerminalAction::Interrupt => {
                self.cancel();
                self.terminal.interrupt();
            }
        }
    }

    /// Runs the line typed in the terminal, and the watch that it starts.
    fn enter(&mut self) {
        let line = self.terminal.take_line();
        if !line.is_empty() {
            self.terminal.end_watch();
            let typed = line.clone();
            let watch = move |session: &mut Session, _: &Output| {
                let watch = session.run.timeline.watch(&typed);
                session.terminal.set_watch(watch);
            };
            self.run_line(&line, true, Box::new(watch));
        }
    }
}
