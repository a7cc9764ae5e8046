//! Everything that can happen on the page: actions of the user and of the element's script, one enum for each
//! part of the [`super::session::Session`] that handles them.

mod observe;

pub(super) use super::export::{Export, Tool};
use crate::api::Time;
use crate::chaos::Moment;
use crate::cluster::{Subject, Version};
use crate::kubectl::Output;
use crate::page::live::Live;
use crate::page::sheet::Tab;
pub(super) use observe::ObserveAction;
use std::rc::Rc;
use yew::Callback;

/// An action of the user or of the element's script.
pub(super) enum Action {
    /// Uses or changes the run.
    Run(RunAction),
    /// Changes how time passes.
    Playback(PlaybackAction),
    /// Opens or closes a part of the interface.
    Ui(UiAction),
    /// Changes the text of the manifest editor.
    Manifest(ManifestAction),
    /// Uses the terminal.
    Terminal(TerminalAction),
    /// Uses guided stories.
    Lesson(LessonAction),
    /// Comes from the element's script, or needs it.
    Host(HostAction),
    /// Is about the cluster of a server.
    Live(LiveAction),
    /// Is about a real cluster that is followed.
    Observe(ObserveAction),
}

/// Actions that use the run. They wait for the current job.
pub(super) enum RunAction {
    /// Runs a terminal line. The callback gets the output.
    Line(String, Option<Callback<Output>>),
    /// Runs the lines of a keyboard shortcut.
    Shortcut(char),
    /// Applies a manifest to the running cluster. The callback gets the output.
    Apply(String, Option<Callback<Output>>),
    /// Starts a new cluster and applies the manifest to it.
    StartFresh(String),
    /// Reverts the last change of the run.
    Undo,
    /// Restores the change that was undone last.
    Redo,
    /// Restarts the story without the user's changes.
    RestartStory,
    /// Plays the run by the rules of another version of Kubernetes.
    ChangeVersion(Version),
    /// Compares the run with what it does under another version of Kubernetes.
    Compare(Version),
    /// Forks the run at the cursor: two futures, side by side.
    Fork,
    /// Acts in the other future from now on.
    SwapFutures,
    /// Runs a manifest through a matrix of faults; those that the run has applied if there is none.
    Survive(Option<String>),
    /// Opens a run of the matrix at a moment.
    Watch(Box<Moment>),
    /// Opens another run in place of this one.
    Open(SharedRun),
    /// Replaces the names that a real cluster has in the run.
    ReplaceNames,
    /// Reads the objects of the cluster. The callback gets them as JSON.
    ReadState(Callback<String>),
    /// Plays the run that a server has told.
    Adopt(ToldRun),
    /// Moves the cursor to an instant and pauses. The callback gets the instant that is shown afterwards.
    Seek(Time, Option<Callback<Time>>),
    /// Moves the cursor to the next event and pauses.
    StepForward,
    /// Moves the cursor to the previous event and pauses.
    StepBack,
    /// Moves the cursor to the next command, fault, creation or deletion, and pauses.
    NextMark,
    /// Moves the cursor to the start. Playback continues or stays paused.
    Rewind,
    /// Moves the cursor to the end of the recording and pauses.
    End,
}

/// Actions that are about the cluster of a server.
#[derive(Clone, Copy)]
pub(super) enum LiveAction {
    /// Follows the cluster.
    Follow,
    /// Pauses the cluster for everybody, or lets it run again.
    Pause(bool),
}

/// A run as a server has told it.
pub(super) struct ToldRun {
    /// The recipe.
    pub recipe: String,
    /// The time of the cluster.
    pub live: Live,
}

/// Actions that change how time passes.
pub(super) enum PlaybackAction {
    /// Plays or pauses.
    Play(bool),
    /// Toggles between playing and paused.
    Toggle,
    /// Sets the speed to this step of the scale.
    SetSpeed(u8),
    /// Changes the speed by one step: up if the number is positive, else down.
    ChangeSpeed(i8),
    /// Sets when playback stops.
    SetUntil(Time),
}

/// Actions that open and close parts of the interface.
pub(super) enum UiAction {
    /// Opens the menu of an item of the picture.
    OpenMenu(MenuAt),
    /// Closes the menu of the item with this key, if it is open.
    CloseMenu(String),
    /// Opens a dialog.
    OpenDialog(Dialog),
    /// Closes a dialog, if it is the open one.
    CloseDialog(Dialog),
    /// Answers "Why?" for a subject.
    AskWhy(Subject),
    /// Closes the answer to "Why?".
    CloseWhy,
    /// Opens a tab of the sheet, or folds the sheet if it is open there.
    ToggleSheet(Tab),
    /// Shows the picture under the other version, where there is room for one picture only.
    ShowOther(bool),
    /// Ends the comparison of versions.
    CloseComparison,
    /// Starts or ends the presentation mode.
    TogglePresentation,
    /// Dismisses the notice and the output of the last command.
    Dismiss,
    /// Cancels the current job.
    CancelJob,
}

/// Actions of the manifest editor.
pub(super) enum ManifestAction {
    /// Sets the text.
    Edit(String),
    /// Replaces the text by a sample, or by an earlier text.
    LoadSample(Rc<str>),
    /// Saves the text edited by a terminal command.
    Save,
}

/// Actions of the terminal.
pub(super) enum TerminalAction {
    /// Opens or closes the terminal.
    SetOpen(bool),
    /// Opens or closes the second pane.
    Split(bool),
    /// Activates a pane, by its index.
    Activate(usize),
    /// Does an action in a pane, by its index.
    Input(usize, PaneAction),
}

/// Actions in a pane of the terminal.
#[derive(Clone)]
pub(super) enum PaneAction {
    /// Sets the text being typed.
    Type(String),
    /// Runs the text being typed, or starts a new line if it is incomplete.
    Enter,
    /// Sets the text after a paste, and runs the complete lines.
    Paste(String),
    /// Recalls the line this many lines earlier.
    Recall(i8),
    /// Completes the text being typed.
    Complete,
    /// Clears the text being typed, and ends the running command.
    Interrupt,
    /// Clears the output.
    Clear,
}

/// Actions of guided stories.
pub(super) enum LessonAction {
    /// Fetches the lesson of this name.
    Fetch(String),
    /// Sets the list of lessons, from its text.
    SetList(String),
    /// Starts a lesson at a step, counted from 1, from its name and text.
    Begin(String, String, usize),
    /// Resets the lesson to a step, counted from 1.
    Reset(usize),
    /// Continues with the next step, or skips the wait of this one.
    Continue,
    /// Returns to the previous step.
    Back,
    /// Replays the step.
    Replay,
    /// Restarts the step after a guard failed.
    Retry,
    /// Chooses an answer, by its index.
    Answer(usize),
    /// Shows the hint.
    ShowHint,
    /// Leaves the lesson and keeps the run.
    Leave,
    /// Returns to the step at which the lesson was left.
    Return,
    /// Ends the lesson.
    Close,
}

/// Actions that come from the element's script, or need it.
pub(super) enum HostAction {
    /// Sets whether the element is visible.
    SetVisible(bool),
    /// Stores the run, because the page is being unloaded.
    Unload,
    /// Toggles between the light and the dark theme.
    ToggleTheme,
    /// Opens something that the script draws.
    Open(Tool),
    /// Exports the run, or a part of it.
    Export(Export),
    /// Shows an export that the script has made, and a message.
    Exported(String, String),
    /// Fetches the table of the Kubernetes API.
    LoadSchema,
    /// The table is installed, unless there is an error.
    SchemaLoaded(String),
    /// Loads the second part of the program.
    LoadLater,
    /// The second part of the program is installed, unless there is an error.
    LaterLoaded(String),
    /// The example files are installed, or could not be.
    ExamplesLoaded(String),
}

impl Action {
    /// Runs a terminal line.
    pub(super) fn line(line: String) -> Action {
        Action::Run(RunAction::Line(line, None))
    }

    /// The manifest, the lines, or the recipe that the action gives to the run.
    pub(super) fn text(&self) -> Option<&str> {
        use RunAction::*;
        match self {
            Action::Run(Line(text, _) | Apply(text, _) | StartFresh(text)) => Some(text),
            Action::Run(Survive(text)) => text.as_deref(),
            Action::Run(Open(run)) => Some(&run.recipe),
            Action::Run(Adopt(run)) => Some(&run.recipe),
            Action::Lesson(LessonAction::Begin(_, text, _)) => Some(text),
            _ => None,
        }
    }

    /// Moves the cursor to an instant and pauses.
    pub(super) fn seek(to: Time) -> Action {
        Action::Run(RunAction::Seek(to, None))
    }

    /// Whether the action has to wait for the current job. `is_seeking` tells whether that job moves the cursor.
    pub(super) fn waits(&self, is_seeking: bool) -> bool {
        match self {
            Action::Run(action) => !(is_seeking && action.moves_to_instant()),
            Action::Terminal(action) => action.uses_run(),
            Action::Lesson(action) => action.uses_run(),
            Action::Playback(_)
            | Action::Ui(_)
            | Action::Manifest(_)
            | Action::Host(_)
            | Action::Live(_)
            | Action::Observe(_) => false,
        }
    }

    /// Whether the recipe must be up to date for the action.
    pub(super) fn reads_recipe(&self) -> bool {
        match self {
            Action::Run(action) => {
                !action.moves_to_instant()
                    && !matches!(action, RunAction::StepForward | RunAction::NextMark)
            }
            Action::Terminal(action) => action.uses_run(),
            Action::Lesson(_) => true,
            Action::Host(action) => matches!(action, HostAction::Export(_)),
            Action::Playback(_)
            | Action::Ui(_)
            | Action::Manifest(_)
            | Action::Live(_)
            | Action::Observe(_) => false,
        }
    }

    /// Whether the user does something of their own, which ends a lesson that continues by itself.
    pub(super) fn takes_over(&self) -> bool {
        use UiAction::*;
        match self {
            Action::Run(action) => !matches!(action, RunAction::ReadState(_) | RunAction::Adopt(_)),
            Action::Ui(OpenMenu(_) | OpenDialog(_) | AskWhy(_)) => true,
            Action::Ui(
                CloseMenu(_) | CloseDialog(_) | CloseWhy | ToggleSheet(_) | ShowOther(_)
                | CloseComparison | TogglePresentation | Dismiss | CancelJob,
            ) => false,
            Action::Manifest(_) => true,
            Action::Terminal(TerminalAction::SetOpen(is_open)) => *is_open,
            Action::Terminal(_) => true,
            Action::Observe(action) => matches!(action, ObserveAction::Connect(_)),
            Action::Playback(_) | Action::Lesson(_) | Action::Host(_) | Action::Live(_) => false,
        }
    }
}

impl RunAction {
    /// Whether the action moves the cursor to a known instant, and so replaces a seek in progress.
    fn moves_to_instant(&self) -> bool {
        use RunAction::*;
        match self {
            Seek(..) | StepBack | Rewind | End => true,
            Line(..) | Shortcut(_) | Apply(..) | StartFresh(_) | Undo | Redo | RestartStory
            | ChangeVersion(_) | Compare(_) | Fork | SwapFutures | Survive(_) | Watch(_)
            | Open(_) | ReplaceNames | Adopt(_) | ReadState(_) | StepForward | NextMark => false,
        }
    }
}

impl TerminalAction {
    /// Whether the action uses the run.
    pub(super) fn uses_run(&self) -> bool {
        matches!(
            self,
            TerminalAction::Input(
                _,
                PaneAction::Enter | PaneAction::Paste(_) | PaneAction::Complete
            )
        )
    }
}

impl LessonAction {
    /// Whether the action uses the run.
    fn uses_run(&self) -> bool {
        use LessonAction::*;
        match self {
            Begin(..) | Reset(_) | Continue | Back | Replay | Retry | Return => true,
            Fetch(_) | SetList(_) | Answer(_) | ShowHint | Leave | Close => false,
        }
    }
}

/// A run from a link, a file, or another version of the page.
pub(super) struct SharedRun {
    /// The recipe; empty if there is only a message.
    pub recipe: String,
    /// The instant at which it is opened.
    pub at: Time,
    /// The value of [`crate::timeline::Timeline::rules`] when the run was shared, if known.
    pub rules: Option<String>,
    /// The message to show.
    pub message: String,
}

/// The open menu.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MenuAt {
    /// The subject of the menu.
    pub target: Subject,
    /// The key of the item of the picture.
    pub key: String,
    /// The distance from the left edge of the window, in CSS pixels.
    pub x: f64,
    /// The distance from the top edge of the window, in CSS pixels.
    pub y: f64,
}

/// The dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialog {
    /// Choose a guided story.
    Stories,
    /// Write, paste and apply manifests.
    Manifest,
    /// The meaning of the picture, and the keys.
    Help,
    /// Export the run as a link, a file or a picture.
    Share,
    /// Change the version of Kubernetes, or compare two.
    Versions,
    /// Run a manifest through a matrix of faults.
    Survive,
    /// Show what a real cluster said.
    Cluster,
}
