//! The editor that terminal commands such as `kubectl edit` and `vi` open: the manifest editor with another text.

use super::Session;
use super::jobs::{Outcome, Work};
use crate::kubectl::Output;
use crate::terminal::{Edit, Saved};
use crate::web::action::Dialog;
use std::rc::Rc;
use yew::AttrValue;

/// An edit for a terminal command.
pub(crate) struct Editor {
    /// The title of the dialog.
    pub(crate) title: AttrValue,
    pane: usize,
    edit: Edit,
    /// The original text.
    opened: Rc<str>,
    /// The text of the manifest editor, which is restored afterwards.
    draft: Rc<str>,
}

impl Session {
    /// Opens the editor for a command in a pane.
    pub(super) fn open_editor(&mut self, pane: usize, edit: Edit) {
        let Some(line) = edit.source() else { return self.show_editor(pane, edit, "") };
        let run = self.run.timeline.begin_line(&line);
        let then = move |session: &mut Session, outcome: Outcome| {
            let output = outcome.output();
            match output.exit {
                0 => session.show_editor(pane, edit, &output.stdout),
                _ => session.editor_closed(pane, output),
            }
        };
        self.begin("Reading the object", Work::Line(run), Box::new(then));
    }

    fn show_editor(&mut self, pane: usize, edit: Edit, printed: &str) {
        let opened: Rc<str> = edit.text(printed).into();
        let title = match &edit {
            Edit::File(path, _) => format!("Edit {}", crate::shell::parent(path).1),
            Edit::Object(words) => words.join(" "),
        };
        let draft = self.manifest.text.clone();
        self.ui.focus.save(&self.host.root);
        self.manifest.text = opened.clone();
        self.editor = Some(Editor { title: title.into(), pane, edit, opened, draft });
        self.ui.dialog = Some(Dialog::Manifest);
    }

    /// Closes the editor, and completes the command with the edited text.
    fn take_editor(&mut self) -> Option<(Editor, Rc<str>)> {
        let editor = self.editor.take()?;
        let text = std::mem::replace(&mut self.manifest.text, editor.draft.clone());
        self.manifest.cancel_check();
        self.ui.dialog = None;
        self.ui.focus.wants_terminal = true;
        Some((editor, text))
    }

    /// Closes the editor without saving.
    pub(super) fn close_editor(&mut self) {
        if let Some((editor, _)) = self.take_editor() {
            self.editor_closed(editor.pane, editor.edit.closed());
        }
    }

    /// Saves the edited text.
    pub(super) fn save_edited(&mut self) {
        let Some((editor, text)) = self.take_editor() else { return };
        match editor.edit.saved(&editor.opened, &text) {
            Saved::Nothing(output) => self.editor_closed(editor.pane, output),
            Saved::File(path) => {
                let mut output = self.terminal.files.write(&path, &text);
                if output.exit != 0 {
                    output.stderr = format!("{path}: {}\n", output.stderr);
                }
                self.editor_closed(editor.pane, output);
            }
            Saved::Line(line) => {
                let run = self.run.timeline.begin_line(&line);
                let then = move |session: &mut Session, output: Output| {
                    session.edit_submitted(editor, &text, output);
                };
                self.begin_line(run, true, Box::new(then));
            }
        }
    }

    /// Ends an edit that the API server accepted, or opens the editor again with its error.
    fn edit_submitted(&mut self, editor: Editor, text: &str, output: Output) {
        if output.exit == 0 {
            return self.editor_closed(editor.pane, output);
        }
        let again: Rc<str> = Edit::refused(text, &output.stderr).into();
        self.manifest.text = again;
        self.editor = Some(editor);
        self.ui.dialog = Some(Dialog::Manifest);
    }
}
