//! The table of the Kubernetes API: actions that give the run something that is not simulated wait for it, and the
//! actions behind them. So the log does not depend on when the table arrives.

use super::{Notice, Offer, Session};
use crate::manifest::schema;
use crate::web::action::{Action, Dialog, TerminalAction};
use std::collections::VecDeque;

const LOADING: &str = "Loading the types of the Kubernetes API…";

/// What waits for the table.
#[derive(Default)]
pub(crate) struct SchemaState {
    /// Whether the table is being fetched for an action.
    is_loading: bool,
    /// The actions, in order.
    waiting: VecDeque<Action>,
}

impl Session {
    /// Keeps an action for later if it needs the table, or comes after one that does; returns the others.
    pub(super) fn hold_for_schema(&mut self, action: Action) -> Option<Action> {
        if schema::is_installed() {
            return Some(action);
        }
        if !(self.schema.is_loading && action.waits(false)) {
            let text = match &action {
                Action::Terminal(TerminalAction::Enter) => Some(&*self.terminal.text),
                action => action.text(),
            };
            if !text.is_some_and(schema::is_needed) {
                return Some(action);
            }
            self.load_schema();
        }
        self.schema.waiting.push_back(action);
        None
    }

    /// Fetches the table for the waiting actions.
    pub(super) fn load_schema(&mut self) {
        self.schema.is_loading = true;
        self.ui.notice = Some(Notice { text: LOADING.into(), offer: Offer::Nothing });
        self.host.script.schema();
    }

    /// Continues with the waiting actions once the table is installed, or shows why it is not.
    pub(super) fn schema_loaded(&mut self, error: String) {
        let was_loading = std::mem::take(&mut self.schema.is_loading);
        if !schema::is_installed() {
            let offer = if was_loading { Offer::LoadSchema } else { Offer::Nothing };
            self.ui.notice = Some(Notice { text: error, offer });
            return;
        }
        self.ui.notice = self
            .ui
            .notice
            .take()
            .filter(|notice| notice.text != LOADING && notice.offer != Offer::LoadSchema);
        for action in std::mem::take(&mut self.schema.waiting) {
            self.jobs.push(action);
        }
        if self.ui.dialog == Some(Dialog::Manifest) {
            self.manifest.begin_check(&self.run.timeline);
        }
    }
}
