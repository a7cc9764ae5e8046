//! The state of the page, and the only code that changes it.
//!
//! Each part of the state has a file with one method that handles all actions of the part.

mod change;
mod comparison;
mod editor;
mod host;
mod jobs;
mod later;
mod lesson;
mod live;
mod manifest;
mod names;
mod observing;
mod panel_state;
mod panes;
mod run;
mod schema;
pub(super) mod storage;
mod survey;
mod terminal;
mod ui;

pub(super) use host::HostLink;
pub(super) use observing::ConnectionView;
pub(super) use panel_state::PanelState;
pub(super) use survey::Survey;
pub(super) use ui::{Notice, Offer};

use super::action::Action;
use crate::later::later;
use crate::page::comparison::Comparison;
use crate::page::manifest_editor::ManifestEditor;
use crate::page::panels::Panels;
use crate::page::run::RunState;
use crate::page::terminal::Terminal;
use crate::shell::Shell;
use crate::timeline::Timeline;
use editor::Editor;
use jobs::Jobs;
use later::LaterState;
use lesson::LessonState;
use observing::{OBSERVE, Observing, TURN};
use schema::SchemaState;
use std::collections::VecDeque;
use terminal::ScriptCall;
use ui::UiState;

/// The state of the page.
pub(super) struct Session {
    /// The element and its script.
    pub(super) host: HostLink,
    /// The run.
    pub(super) run: RunState,
    /// The contents of the panels.
    pub(super) panels: Panels,
    /// The open parts of the interface.
    pub(super) ui: UiState,
    /// The manifest editor.
    pub(super) manifest: ManifestEditor,
    /// The terminal.
    pub(super) terminal: Terminal,
    /// The commands of the element's script; they run one after the other.
    calls: VecDeque<ScriptCall>,
    /// The shell for those commands.
    script_shell: Shell,
    /// The edit for a terminal command, if any.
    pub(super) editor: Option<Editor>,
    /// The guided stories.
    pub(super) lesson: LessonState,
    /// The run under another version of Kubernetes.
    pub(super) comparison: Option<Box<Comparison>>,
    /// What became of a manifest in the matrix of faults.
    pub(super) survey: Option<Survey>,
    /// The real cluster that is followed.
    pub(super) observing: Option<Box<Observing>>,
    /// The current job and the actions that wait for it.
    pub(super) jobs: Jobs,
    /// The actions that wait for the table of the Kubernetes API.
    pub(super) schema: SchemaState,
    /// The actions that wait for the second part of the program.
    pub(super) later: LaterState,
}

later! {
    also comparison, host, names, observing, panes, survey, terminal;
}

impl Session {
    /// Creates a session that plays a run. `manifest` is the text of the manifest editor.
    pub(super) fn new(host: HostLink, timeline: Timeline, manifest: String) -> Session {
        let panels = Panels::new(&timeline);
        let run = RunState::new(timeline);
        host.keep_recipe(&run.recipe);
        Session {
            host,
            run,
            panels,
            ui: UiState::default(),
            manifest: ManifestEditor::new(manifest.into()),
            terminal: Terminal::default(),
            calls: VecDeque::new(),
            script_shell: crate::terminal::shell(),
            editor: None,
            lesson: LessonState::default(),
            comparison: None,
            survey: None,
            observing: None,
            jobs: Jobs::default(),
            schema: SchemaState::default(),
            later: LaterState::default(),
        }
    }

    /// Handles an action, then runs jobs while there is time. Actions that use the run wait for the current job.
    pub(super) fn update(&mut self, action: Action, has_time: &dyn Fn() -> bool) {
        self.handle_in_turn(action);
        self.work(has_time);
        self.hold();
        self.work_in_background(has_time);
    }

    /// Handles an action, or keeps it until the current job is done.
    fn handle_in_turn(&mut self, action: Action) {
        if self.jobs.is_busy() && action.waits(self.jobs.is_seeking()) {
            self.jobs.push(action);
        } else {
            self.handle(action);
        }
    }

    /// Stops playback while a menu or a dialog is open, and resumes it afterwards.
    fn hold(&mut self) {
        let is_open = self.ui.menu.is_some() || self.ui.dialog.is_some();
        let playback = &mut self.run.playback;
        if is_open && playback.is_playing() {
            self.ui.resumes = true;
            playback.set_playing(false);
        } else if !is_open && std::mem::take(&mut self.ui.resumes) {
            playback.set_playing(true);
        }
    }

    /// Handles an action.
    fn handle(&mut self, action: Action) {
        let Some(action) = self.hold_for_later(action) else { return };
        let Some(action) = self.hold_for_schema(action) else { return };
        if action.reads_recipe() {
            self.run.catch_up();
        }
        if action.takes_over() && self.lesson.is_continuous() {
            self.lesson.active = None;
        }
        match action {
            Action::Run(action) => self.handle_run(action),
            Action::Playback(action) => self.handle_playback(action),
            Action::Ui(action) => self.handle_ui(action),
            Action::Manifest(action) => self.handle_manifest(action),
            Action::Terminal(action) => self.handle_terminal(action),
            Action::Lesson(action) => self.handle_lesson(action),
            Action::Host(action) => self.handle_host(action),
            Action::Live(action) => self.handle_live(action),
            Action::Observe(action) => {
                if let Some(observe) = OBSERVE.get() {
                    observe(self, action);
                }
            }
        }
    }

    /// Processes what was received from a real cluster, if one is followed.
    fn keep_observing(&mut self) {
        if let Some(turn) = TURN.get().filter(|_| self.observing.is_some()) {
            turn(self);
        }
    }

    /// Continues background work while there is time: the run under another version, the watch in the terminal, the
    /// forecast of "Why?", and the check of the manifest.
    pub(super) fn work_in_background(&mut self, has_time: &dyn Fn() -> bool) {
        self.follow_cursor(has_time);
        self.follow_panes(has_time);
        if !self.jobs.is_busy() {
            self.go_on_scripts();
        }
        self.ui.why.continue_forecast(has_time);
        self.manifest.continue_check(has_time);
    }

    /// Whether there is work that needs more frames while paused.
    pub(super) fn is_busy(&self) -> bool {
        self.jobs.is_busy()
            || self.is_comparison_behind()
            || self.terminal.is_behind()
            || self.manifest.is_checking()
            || self.ui.why.is_forecasting()
    }
}
