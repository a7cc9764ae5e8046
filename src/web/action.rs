//! Everything that can happen to the page, as one type: actions of users, frames and scripts.

use super::acting::OpenedRun;
use super::lesson::Lead;
use super::share::Share;
use crate::api::Time;
use crate::cluster::Subject;
use crate::kubectl::Output;
use std::rc::Rc;
use yew::Callback;

/// What can happen to the page.
pub(super) enum Action {
    /// The browser delivers a frame, at this wall time in milliseconds.
    Frame(f64),
    /// Cancels the current job.
    Cancel,
    /// Redraws the picture because a media query changed.
    Redraw,
    /// The stage has this width and height now.
    Resized(f64, f64),
    /// Toggles between the light and the dark theme.
    Theme,
    /// Whether the element is visible.
    Visible(bool),
    /// Plays or pauses.
    Play(bool),
    /// Toggles between playing and paused.
    Toggle,
    /// Moves the cursor to an instant and pauses. The callback gets the instant that is shown afterwards.
    Seek(Time, Option<Callback<Time>>),
    /// Moves the cursor to the next event and pauses.
    StepForward,
    /// Moves the cursor to the previous event and pauses.
    StepBack,
    /// Moves the cursor to the start. Playback continues or stays paused.
    Rewind,
    /// Moves the cursor to the end of the recording and pauses.
    End,
    /// Restarts the story without the user's changes.
    RestartStory,
    /// Sets the speed to this step of the scale.
    Speed(u8),
    /// Changes the speed by this many steps of the scale.
    SpeedBy(i8),
    /// Runs a terminal line. The callback gets the output.
    Run(String, Option<Callback<Output>>),
    /// Applies a manifest to the running cluster. The callback gets the output.
    Apply(String, Option<Callback<Output>>),
    /// Starts a new cluster and applies the manifest to it.
    StartFresh(String),
    /// Reverts the last change of the run.
    Undo,
    /// Restores the change that was undone last.
    Redo,
    /// Opens another run in place of this one.
    OpenRun(OpenedRun),
    /// Exports the run, or a part of it.
    Share(Share),
    /// The script's export, and the message to show.
    Made(String, String),
    /// Answers "Why?" for a subject, or closes the answer.
    Why(Option<Subject>),
    /// Opens or closes the terminal.
    Terminal(bool),
    /// Sets the text being typed in the terminal.
    Type(String),
    /// Runs the text typed in the terminal.
    Enter,
    /// Moves this many lines through the terminal's history.
    Recall(i8),
    /// Completes the text being typed.
    Complete,
    /// Drops the text being typed, and ends the running watch or job.
    Interrupt,
    /// Moves the cursor to the next command, fault, creation or deletion, and pauses.
    NextMark,
    /// Runs the fault that has this key.
    Canned(char),
    /// Reads the objects of the cluster. The callback gets them as JSON.
    State(Callback<String>),
    /// The page is being unloaded: keeps the run.
    Leave,
    /// Dismisses the notice.
    Dismiss,
    /// Opens the menu of an item of the picture.
    OpenMenu(MenuAt),
    /// Closes the menu of the item with this key.
    CloseMenu(String),
    /// Opens a dialog.
    Open(Dialog),
    /// Closes the open dialog.
    CloseDialog,
    /// Sets the text of the manifest editor.
    Edit(String),
    /// Replaces the text of the manifest editor with a sample, or with the earlier text.
    Sample(Rc<str>),
    /// An action of a lesson.
    Lead(Lead),
    /// Announces the text alternative of the picture.
    Announce,
}

impl Action {
    /// Whether the action moves the cursor to a known instant.
    pub(super) fn moves(&self) -> bool {
        use Action::{End, Rewind, Seek, StepBack};
        matches!(self, Seek(..) | Rewind | End | StepBack)
    }

    /// Whether the action uses the run, so that it has to wait for the current job.
    pub(super) fn waits(&self) -> bool {
        use Action::{
            Apply, Canned, Complete, End, Enter, NextMark, OpenRun, Redo, RestartStory, Rewind,
            Run, Seek, StartFresh, State, StepBack, StepForward, Undo,
        };
        match self {
            Run(..) | Apply(..) | StartFresh(_) | Undo | Redo | OpenRun(_) | RestartStory
            | Canned(_) | Complete | Enter | State(_) | StepForward | StepBack | NextMark
            | Seek(..) | Rewind | End => true,
            Action::Lead(lead) => lead.is_about_run(),
            _ => false,
        }
    }
}

/// The menu that is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MenuAt {
    /// The subject of the menu.
    pub target: Subject,
    /// The item of the picture that it belongs to, by its key.
    pub key: String,
    /// Where it is, from the left of the window.
    pub x: f64,
    /// Where it is, from the top of the window.
    pub y: f64,
}

/// The dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialog {
    /// Choose a guided story.
    Stories,
    /// Write, paste and apply manifests.
    Manifest,
    /// What there is to try, and the keys.
    Help,
    /// Links, files, pictures.
    Share,
}
