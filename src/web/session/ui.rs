//! The open parts of the interface: menu, dialog, answer, notices, and what the focus has to do.

use super::Session;
use crate::manifest::schema;
use crate::page::by_ptr::ByPtr;
use crate::page::sheet::{Sheet, Tab};
use crate::page::terminal::CommandRecord;
use crate::page::why_query::WhyState;
use crate::scene::Scene;
use crate::web::action::{Dialog, MenuAt, UiAction};
use crate::web::focus::FocusState;
use std::rc::Rc;

/// The open parts of the interface.
#[derive(Default)]
pub(crate) struct UiState {
    /// The picture.
    pub(crate) scene: ByPtr<Scene>,
    /// The open menu.
    pub(crate) menu: Option<MenuAt>,
    /// The open dialog.
    pub(crate) dialog: Option<Dialog>,
    /// Whether playback resumes when the open menu or dialog closes.
    pub(crate) resumes: bool,
    /// The sheet below the picture.
    pub(crate) sheet: Sheet,
    /// Whether the picture under the other version is shown, where there is room for one picture only.
    pub(crate) shows_other: bool,
    /// Whether the page is in presentation mode: a large picture, and nothing beside it.
    pub(crate) is_presenting: bool,
    /// Whether the user prefers reduced motion.
    pub(crate) reduces_motion: bool,
    /// The answer to "Why?".
    pub(crate) why: WhyState,
    /// The last command and its output.
    pub(crate) last: Option<Rc<CommandRecord>>,
    /// What is wrong with what was pasted in the dialog for clusters; empty if nothing is.
    pub(crate) problem: String,
    /// The message about the last change of the run.
    pub(crate) notice: Option<Notice>,
    /// What the focus has to do after the next rendering.
    pub(crate) focus: FocusState,
}

/// The message about the last change of the run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notice {
    /// The text.
    pub(crate) text: String,
    /// The offered button.
    pub(crate) offer: Offer,
}

/// The button offered after a change of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Restart the story.
    Restart,
    /// Fetch the table of the Kubernetes API again.
    LoadSchema,
    /// To load the second part of the program again.
    LoadLater,
    /// Nothing.
    Nothing,
}

impl Session {
    /// Handles an action of the interface.
    pub(super) fn handle_ui(&mut self, action: UiAction) {
        match action {
            UiAction::OpenMenu(menu) => {
                self.ui.focus.save(&self.host.root);
                self.ui.menu = Some(menu);
            }
            UiAction::CloseMenu(key) => {
                self.ui.menu = self.ui.menu.take().filter(|menu| menu.key != key);
                self.ui.focus.restores = true;
            }
            UiAction::OpenDialog(dialog) => self.open_dialog(dialog),
            UiAction::CloseDialog(dialog) => {
                if self.ui.dialog == Some(dialog) {
                    self.close_dialog();
                }
            }
            UiAction::AskWhy(subject) => {
                self.ui.menu = None;
                self.ui.why.ask(&subject, &mut self.run.timeline);
                self.ui.focus.wants_answer = true;
                self.ui.sheet.show(Tab::Why);
            }
            UiAction::CloseWhy => {
                self.ui.menu = None;
                self.ui.why.close();
                self.ui.focus.restores = true;
            }
            UiAction::ToggleSheet(tab) => {
                self.ui.sheet.toggle(tab, self.lesson.active.is_some());
            }
            UiAction::ShowOther(is_shown) => self.ui.shows_other = is_shown,
            UiAction::CloseComparison => {
                self.close_comparison();
                self.ui.focus.restores = true;
            }
            UiAction::TogglePresentation => self.ui.is_presenting = !self.ui.is_presenting,
            UiAction::Dismiss => {
                self.ui.notice = None;
                self.ui.last = None;
            }
            UiAction::CancelJob => self.cancel(),
        }
    }

    /// Closes the open dialog.
    pub(super) fn close_dialog(&mut self) {
        self.close_editor();
        self.ui.dialog = None;
        self.manifest.cancel_check();
        self.ui.focus.restores = true;
    }

    /// Opens a dialog, and starts what it needs.
    fn open_dialog(&mut self, dialog: Dialog) {
        self.ui.focus.save(&self.host.root);
        self.manifest.show_applied(&self.run.timeline);
        self.ui.dialog = Some(dialog);
        self.host.clear_export();
        match dialog {
            Dialog::Stories => self.host.script.lesson(""),
            Dialog::Manifest => {
                self.manifest.begin_check(&self.run.timeline);
                if !schema::is_installed() {
                    self.host.script.schema();
                }
            }
            Dialog::Cluster => self.ui.problem.clear(),
            Dialog::Help | Dialog::Share | Dialog::Versions | Dialog::Survive => {}
        }
    }
}
