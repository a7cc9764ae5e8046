//! The table of the Kubernetes API: actions that give the run something that is not simulated wait for it, and the
//! actions behind them. So the log does not depend on when the table arrives.

use super::{Notice, Offer, Session};
use crate::kubectl::Output;
use crate::manifest::{self, schema};
use crate::web::action::{Action, Dialog, PaneAction, RunAction, TerminalAction};
use std::collections::VecDeque;

const LOADING: &str = "Loading the types of the Kubernetes API…";

/// What waits for the table.
#[derive(Default)]
pub(crate) struct SchemaState {
    /// Whether the table is being fetched for an action.
    is_loading: bool,
    /// Whether the example files are being fetched.
    pub(super) is_loading_examples: bool,
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
            if !self.text_of(&action).is_some_and(manifest::needs_schema) {
                return Some(action);
            }
            self.load_schema();
        }
        self.schema.waiting.push_back(action);
        None
    }

    /// Fetches the table for the waiting actions.
    pub(super) fn load_schema(&mut self) {
        if self.schema.is_loading {
            return;
        }
        self.schema.is_loading = true;
        self.ui.notice = Some(Notice { text: LOADING.into(), offer: Offer::Nothing });
        self.host.script.schema();
    }

    /// Answers the scripts whose commands need the table that they failed. What the user did is kept for a retry; if
    /// there is no such action, those of scripts that waited behind continue.
    fn refuse_scripts(&mut self, error: &str) {
        let refusal = Output::complaint(format!("error: {error}\n"));
        let mut kept = VecDeque::new();
        for action in std::mem::take(&mut self.schema.waiting) {
            match action {
                Action::Run(
                    RunAction::Line(text, Some(reply)) | RunAction::Apply(text, Some(reply)),
                ) if manifest::needs_schema(&text) => {
                    self.host.answer(&reply, refusal.clone());
                }
                action => kept.push_back(action),
            }
        }
        let is_needed = |action| self.text_of(action).is_some_and(manifest::needs_schema);
        match kept.iter().any(is_needed) {
            true => self.schema.waiting = kept,
            false => kept.into_iter().for_each(|action| self.jobs.push(action)),
        }
    }

    /// The text of an action that may need the table.
    pub(super) fn text_of<'a>(&'a self, action: &'a Action) -> Option<&'a str> {
        match action {
            Action::Terminal(TerminalAction::Input(_, PaneAction::Paste(text))) => Some(text),
            Action::Terminal(TerminalAction::Input(pane, PaneAction::Enter)) => {
                self.terminal.panes.get(*pane).map(|pane| &*pane.text)
            }
            action => action.text(),
        }
    }

    /// Continues with the waiting actions once the table is installed, or shows why it is not.
    pub(super) fn schema_loaded(&mut self, error: String) {
        self.schema.is_loading = false;
        if !schema::is_installed() {
            self.refuse_scripts(&error);
            self.tables_loaded(&error);
            let is_kept = !self.schema.waiting.is_empty();
            let offer = if is_kept { Offer::LoadSchema } else { Offer::Nothing };
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
