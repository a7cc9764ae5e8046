//! Everything that can happen to the page, as one type: what visitors, frames and scripts send.

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
    /// A repaint is due, at this time on the wall.
    Frame(f64),
    /// What takes long is canceled.
    Cancel,
    /// Something outside has changed what the picture looks like; draw it again.
    Redraw,
    /// The stage has another size.
    Resized(f64, f64),
    /// Light becomes dark, and the other way round.
    Theme,
    /// The element is to be seen, or not.
    Visible(bool),
    /// Time passes, or stops.
    Play(bool),
    /// Time passes if it does not, and the other way round.
    Toggle,
    /// Moves the cursor to an instant and stops time. The callback gets the instant that is shown afterwards.
    Seek(Time, Option<Callback<Time>>),
    /// The cursor goes to the next event, and time stops.
    StepForward,
    /// The cursor goes to the event before, and time stops.
    StepBack,
    /// The cursor goes to the beginning; time passes or not as before.
    Rewind,
    /// The cursor goes to the end of what was seen, and time stops.
    End,
    /// The story begins anew, without what the visitor did.
    RestartStory,
    /// This step on the scale of speeds.
    Speed(u8),
    /// So many steps up or down on the scale of speeds.
    SpeedBy(i8),
    /// A line is done, as in a terminal; whoever wants it gets the output.
    Run(String, Option<Callback<Output>>),
    /// A manifest is applied to the running cluster.
    Apply(String, Option<Callback<Output>>),
    /// A new story: an empty cluster to which the manifest is applied.
    StartFresh(String),
    /// What was there before the last change comes back.
    Undo,
    /// What was undone comes back.
    Redo,
    /// Another run takes the place of this one.
    OpenRun(OpenedRun),
    /// Something is made of the run that leaves the page.
    Share(Share),
    /// What the script made of it, and what there is to say.
    Made(String, String),
    /// Somebody wants to know why something is as it is, or no more.
    Why(Option<Subject>),
    /// The terminal opens or closes.
    Terminal(bool),
    /// Another text is being typed in the terminal.
    Type(String),
    /// What was typed is done.
    Enter,
    /// So many lines of the terminal back, or forward again.
    Recall(i8),
    /// What is being typed goes on by itself as far as it can.
    Complete,
    /// What is being typed is dropped, and what goes on printing ends.
    Interrupt,
    /// The cursor goes to the next thing that somebody did or that broke or went, and time stops.
    NextMark,
    /// One of the disasters that have a key of their own.
    Canned(char),
    /// Somebody wants the objects of the cluster, as JSON.
    State(Callback<String>),
    /// The visitor leaves, perhaps to come back.
    Leave,
    /// The notice has been read.
    Dismiss,
    /// The menu of an item of the picture opens.
    OpenMenu(MenuAt),
    /// The menu of this item has closed.
    CloseMenu(String),
    /// A dialog opens.
    Open(Dialog),
    /// The open dialog closes.
    CloseDialog,
    /// The text of the manifest was changed.
    Edit(String),
    /// A sample, or what was written before, takes the place of the manifest.
    Sample(Rc<str>),
    /// Something happens with a guided story.
    Lead(Lead),
    /// The words for the picture may be told again.
    Announce,
}

impl Action {
    /// Whether it moves the cursor to an instant that is known.
    pub(super) fn moves(&self) -> bool {
        use Action::{End, Rewind, Seek, StepBack};
        matches!(self, Seek(..) | Rewind | End | StepBack)
    }

    /// Whether it is about the run, so that it has to wait while something else is being done with that.
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
    /// What it is about.
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
