//! The second part of the program: actions that use it wait for it, and the actions behind them.

use super::{Notice, Offer, Session};
use crate::kubectl::{self, Output};
use crate::later;
use crate::observe;
use crate::web::action::{Action, ObserveAction, RunAction, TerminalAction, UiAction};
use std::collections::VecDeque;

const LOADING: &str = "Loading the rest of the program…";

/// What waits for the second part.
#[derive(Default)]
pub(crate) struct LaterState {
    is_loading: bool,
    /// The notice that was there before.
    before: Option<Notice>,
    /// The actions, in order.
    waiting: VecDeque<Action>,
}

impl Session {
    /// Keeps an action for later if it needs the second part, or comes after one that does; returns the others.
    pub(super) fn hold_for_later(&mut self, action: Action) -> Option<Action> {
        if later::is_there() {
            return Some(action);
        }
        if self.later.waiting.is_empty() || !action.waits(false) {
            if !self.needs_later(&action) {
                return Some(action);
            }
            self.load_later();
        }
        self.later.waiting.push_back(action);
        None
    }

    fn needs_later(&self, action: &Action) -> bool {
        uses_later(action) || self.text_of(action).is_some_and(kubectl::needs_later)
    }

    /// Loads the second part for the waiting actions.
    pub(super) fn load_later(&mut self) {
        let before = self.take_notice();
        self.later.before = before.or(self.later.before.take());
        self.ui.notice = Some(Notice { text: LOADING.into(), offer: Offer::Nothing });
        if !later::is_there() && !std::mem::replace(&mut self.later.is_loading, true) {
            self.host.script.later();
        }
    }

    /// Takes the notice, unless it is one about loading the second part.
    fn take_notice(&mut self) -> Option<Notice> {
        let notice = self.ui.notice.take();
        notice.filter(|it| it.text != LOADING && it.offer != Offer::LoadLater)
    }

    /// Continues with the waiting actions once the second part is installed. Otherwise shows the error if an action
    /// waits; commands of scripts are answered with it, and what the user did is kept for another try.
    pub(super) fn later_loaded(&mut self, error: &str) {
        self.later.is_loading = false;
        let waiting = std::mem::take(&mut self.later.waiting);
        self.ui.notice = self.take_notice().or(self.later.before.take());
        if later::is_there() {
            return waiting.into_iter().for_each(|action| self.handle_in_turn(action));
        }
        let mut kept = VecDeque::new();
        for action in waiting {
            match action {
                Action::Run(RunAction::Line(_, Some(reply)) | RunAction::Apply(_, Some(reply))) => {
                    let refusal = Output::complaint(format!("error: {error}\n"));
                    self.host.answer(&reply, refusal);
                }
                Action::Run(RunAction::ReadState(reply)) => {
                    self.host.answer(&reply, "null".into());
                }
                action => kept.push_back(action),
            }
        }
        if kept.iter().any(|action| self.needs_later(action)) {
            self.later.waiting = kept;
            self.ui.notice = Some(Notice { text: error.to_owned(), offer: Offer::LoadLater });
        } else {
            kept.into_iter().for_each(|action| self.handle_in_turn(action));
        }
    }
}

/// Whether an action uses the second part of the program, whatever its text.
fn uses_later(action: &Action) -> bool {
    match action {
        Action::Run(RunAction::Line(line, reply)) => {
            reply.is_some() || line.starts_with("kubectl apply")
        }
        Action::Run(RunAction::Open(run)) => observe::is_observed(&run.recipe),
        Action::Run(action) => matches!(
            action,
            RunAction::Apply(..)
                | RunAction::ReadState(_)
                | RunAction::Shortcut(_)
                | RunAction::Compare(_)
                | RunAction::Fork
                | RunAction::SwapFutures
                | RunAction::ReplaceNames
                | RunAction::Survive(_)
                | RunAction::Watch(_)
        ),
        Action::Ui(action) => matches!(action, UiAction::AskWhy(_) | UiAction::OpenDialog(_)),
        Action::Terminal(TerminalAction::SetOpen(is_open)) => *is_open,
        Action::Terminal(action) => action.uses_run(),
        Action::Observe(action) => matches!(action, ObserveAction::Connect(_)),
        Action::Lesson(_)
        | Action::Playback(_)
        | Action::Manifest(_)
        | Action::Host(_)
        | Action::Live(_) => false,
    }
}
