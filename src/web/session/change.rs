//! Everything that changes the run: lines, manifests, undo, redo, and opening other runs.

use super::jobs::{AfterLine, Finish, Outcome, Work};
use super::{Notice, Offer, Session, storage};
use crate::api::Time;
use crate::cluster::Version;
use crate::kubectl::Output;
use crate::notation::NotationError;
use crate::observe;
use crate::page::format::clock;
use crate::page::history::{History, Moment};
use crate::page::manifest_editor::{Applied, EMPTY_RECIPE};
use crate::page::saved_run::{self, SavedRun};
use crate::page::sheet::Tab;
use crate::page::terminal::CommandRecord;
use crate::task::Progress;
use crate::timeline::{LineRun, Timeline, at_version, with_version};
use crate::web::action::{Dialog, LessonAction, SharedRun};
use std::rc::Rc;
use yew::Callback;

/// The message for a run that plays differently than when it was shared.
const OTHER_RULES: &str = "This link was made with another version of Ordinal. Its story plays differently in this version.";

/// The message for a stored run that cannot be played.
const NOT_RESTORED: &str = "Your last run is saved.";

/// A run that was opened, or the reasons why it cannot be played.
type Opened = Result<Timeline, Vec<NotationError>>;

impl Session {
    /// Runs a line for a part of the page, or for the script if there is a `reply`.
    pub(super) fn run_from_page(&mut self, line: &str, reply: Option<Callback<Output>>) {
        self.ui.menu = None;
        if let Some(reply) = reply {
            return self.call(line.to_owned(), reply);
        }
        self.ui.focus.restores = true;
        // In a lesson, a command of the user may be the next command of the lesson.
        if self.lesson.expects(line, &self.run.timeline) {
            return self.handle_lesson(LessonAction::Continue);
        }
        let run = self.run.timeline.begin_line(line);
        let line = line.to_owned();
        let then = move |session: &mut Session, output| session.record_command(line, output);
        self.begin_line(run, true, Box::new(then));
    }

    /// Starts running a line at the cursor. If that drops the recorded future, the user can undo it.
    pub(super) fn begin_line(&mut self, run: LineRun, by_user: bool, then: AfterLine) {
        self.run.catch_up();
        let (before, end) = (self.run.moment(), self.run.timeline.end());
        let was_acting = self.lesson.is_acting(&self.run.timeline);
        let finish = move |session: &mut Session, outcome: Outcome| {
            let output = outcome.output();
            if *session.run.timeline.recipe() != *session.run.recipe {
                session.ui.notice = (end > before.at).then(|| Notice {
                    text: format!("You changed history at {}.", clock(before.at)),
                    offer: Offer::Undo,
                });
                session.run.history.record(before);
                session.update_recipe();
                session.send_line();
                session.lesson.run_changed(&session.run.recipe, was_acting);
                if by_user {
                    session.run.playback.set_playing(true);
                }
            }
            then(session, output);
        };
        self.begin("Running the command", Work::Line(run), Box::new(finish));
    }

    /// Applies a manifest at the cursor.
    pub(super) fn apply(&mut self, yaml: &str, reply: Option<Callback<Output>>) {
        let run = self.run.timeline.begin_manifest("apply", yaml);
        let (by_user, yaml): (_, Rc<str>) = (reply.is_none(), yaml.into());
        let then = move |session: &mut Session, output: Output| {
            session.record_command("kubectl apply -f -".into(), output.clone());
            if let Some(reply) = &reply {
                session.host.answer(reply, output.clone());
            }
            if by_user {
                session.manifest_applied(yaml, output, false);
            }
        };
        self.begin_line(run, by_user, Box::new(then));
    }

    /// Closes the manifest editor if everything was applied, and shows there what was not.
    fn manifest_applied(&mut self, yaml: Rc<str>, output: Output, is_new_cluster: bool) {
        if self.ui.dialog != Some(Dialog::Manifest) {
            return;
        }
        if output.exit == 0 {
            return self.close_dialog();
        }
        let applied = Applied { yaml, output, is_new_cluster };
        self.manifest.record_applied(applied, &self.run.timeline);
    }

    /// Reads the objects of the cluster at the cursor.
    pub(super) fn read_state(&mut self, reply: Callback<String>) {
        let state = self.run.timeline.state_in_slices();
        let tell = reply.clone();
        let task = Box::pin(async move {
            let state = state.await;
            Box::new(move |session: &mut Session| session.host.answer(&tell, state)) as Finish
        });
        let then = move |session: &mut Session, outcome| {
            // The caller gets an answer even if the job is canceled.
            if let Outcome::Canceled = outcome {
                session.host.answer(&reply, session.run.timeline.state());
            }
        };
        let work = Work::Task(task, Progress::default());
        self.begin("Reading the cluster", work, Box::new(then));
    }

    /// Starts a new cluster with this manifest. The current run stays if the whole manifest is refused.
    pub(super) fn start_fresh(&mut self, yaml: &str) {
        let before = self.run.moment();
        let yaml: Rc<str> = yaml.into();
        let version = self.run.timeline.cluster().settings.version;
        let recipe = at_version(EMPTY_RECIPE, version);
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = Timeline::open(&recipe, Time(0), &progress).await;
            let applied = match run {
                Ok(mut timeline) => {
                    let mut run = timeline.begin_manifest("apply", &yaml);
                    while run.go_on() {
                        progress.pause().await;
                    }
                    let output = timeline.finish(run);
                    Some((timeline, output))
                }
                Err(_) => None,
            };
            Box::new(move |session: &mut Session| {
                let Some((timeline, output)) = applied else { return };
                if output.exit == 0 || !output.stdout.is_empty() {
                    session.started_fresh(timeline, output.clone(), before);
                }
                session.manifest_applied(yaml, output, true);
            }) as Finish
        });
        self.begin_task("Applying the manifest", task, progress);
    }

    /// Replaces the run by a new cluster to which a manifest was applied.
    fn started_fresh(&mut self, timeline: Timeline, output: Output, before: Moment) {
        self.replace_run_by_user(timeline);
        self.run.story = self.run.recipe.clone();
        self.run.playback.set_playing(true);
        self.run.history.record(before);
        let text = "Started a new cluster with your manifest.".into();
        self.ui.notice = Some(Notice { text, offer: Offer::Undo });
        let line = "kubectl apply -f -".into();
        self.ui.last = Some(Rc::new(CommandRecord::new(line, output)));
    }

    /// Replaces the run. A lesson in progress is left.
    pub(super) fn replace_run_by_user(&mut self, timeline: Timeline) {
        self.replace_run(timeline);
        self.lesson.run_changed(&self.run.recipe, false);
    }

    /// Restarts the story without the user's changes.
    pub(super) fn restart_story(&mut self) {
        let before = self.run.moment();
        let is_changed = before.recipe != self.run.story;
        let then = move |session: &mut Session, run: Opened| {
            match run {
                Ok(timeline) => {
                    session.replace_run_by_user(timeline);
                    if is_changed {
                        session.run.history.record(before);
                        let text = "Story restarted without your changes.".into();
                        session.ui.notice = Some(Notice { text, offer: Offer::Undo });
                    }
                }
                Err(errors) => session.show_errors("The story was not restarted.", &errors),
            }
            session.run.playback.set_playing(true);
        };
        self.begin_run(self.run.story.clone(), Time(0), Box::new(then));
    }

    /// Plays the run by the rules of another version of Kubernetes, up to the cursor.
    pub(super) fn change_version(&mut self, version: Version) {
        let before = self.run.moment();
        let recipe = at_version(&self.run.recipe, version);
        let then = move |session: &mut Session, run: Opened| match run {
            Ok(timeline) => {
                session.replace_run_by_user(timeline);
                session.run.history.record(before);
                let text = format!("This is what happens with Kubernetes {}.", version.name());
                session.ui.notice = Some(Notice { text, offer: Offer::Undo });
            }
            Err(errors) => session.show_errors("The version was not changed.", &errors),
        };
        self.begin_run(recipe.into(), self.run.timeline.now(), Box::new(then));
    }

    /// Opens a run from elsewhere, or shows why it cannot be played.
    pub(super) fn open(&mut self, run: SharedRun) {
        let SharedRun { recipe, at, rules, mut message } = run;
        if let Some(names) = saved_run::completed_lessons(&recipe) {
            storage::merge_done(names);
            self.lesson.refresh();
        }
        if self.ui.dialog == Some(Dialog::Cluster) && message.is_empty() {
            self.ui.problem = match recipe.trim_start() {
                "" => "Paste the output of the command first, in YAML or JSON.".into(),
                text if text.starts_with("ordinal ") || observe::is_observed(text) => String::new(),
                _ => "This is not what kubectl prints in YAML or JSON.".into(),
            };
            if !self.ui.problem.is_empty() {
                return;
            }
        }
        if recipe.is_empty() {
            self.ui.notice = Some(Notice { text: message, offer: Offer::Nothing });
            return;
        }
        /// The maximum number of problems that are listed.
        const SHOWN: usize = 5;
        let (mut recipe, mut at) = (recipe, at);
        if observe::is_observed(&recipe)
            && let Some(read) = observe::read_if_loaded(&recipe)
        {
            match read {
                Ok(observation) => {
                    message = observation.notes.join(" ");
                    (recipe, at) = (observation.recipe, observation.at);
                    self.ui.dialog = None;
                }
                Err(problems) => {
                    let problems: Vec<String> =
                        problems.iter().take(SHOWN).map(ToString::to_string).collect();
                    let problem = problems.join("\n");
                    self.ui.problem = problem.clone();
                    self.ui.notice = Some(Notice { text: problem, offer: Offer::Nothing });
                    return;
                }
            }
        }
        self.ui.problem = String::new();
        let before = self.run.moment();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let run = Timeline::open(&with_version(recipe), at, &shown).await;
            if let (Ok(timeline), Some(rules)) = (&run, rules)
                && timeline.rules_in_slices().await != rules
            {
                message = OTHER_RULES.into();
            }
            Box::new(move |session: &mut Session| session.opened(run, before, message)) as Finish
        });
        self.begin_task("Replaying", task, progress);
    }

    /// Replaces the run by one that was opened, or shows why it cannot be played.
    fn opened(&mut self, run: Opened, before: Moment, mut message: String) {
        match run {
            Ok(timeline) => {
                if let Some(first) = timeline.refused_at_start().next() {
                    message += &format!(" A line at time 0 was rejected: {first}");
                }
                self.replace_run_by_user(timeline);
                let is_story = self.run.recipe == self.run.story;
                let offer = if is_story { Offer::Nothing } else { Offer::Restart };
                self.ui.notice = Some(Notice { text: message.trim().to_owned(), offer })
                    .filter(|it| !it.text.is_empty());
                self.run.history.record(before);
            }
            Err(errors) => self.show_errors(&message, &errors),
        }
    }

    /// Shows why a run cannot be played, after a message.
    pub(super) fn show_errors(&mut self, message: &str, errors: &[NotationError]) {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        let text = format!("{message} It can't be played: {first}");
        self.ui.notice = Some(Notice { text: text.trim().to_owned(), offer: Offer::Nothing });
    }

    /// Restores the run from before a reload.
    pub(crate) fn restore(&mut self, saved: SavedRun) {
        let is_changed = saved.recipe != saved.story && saved.lesson.is_none();
        let message = if is_changed { "Your last run was restored." } else { "" };
        let before = self.run.moment();
        let SavedRun { at, story, recipe, lesson } = saved;
        let then = move |session: &mut Session, run: Opened| {
            let is_good = run.is_ok();
            let message = if is_good { message } else { NOT_RESTORED };
            session.opened(run, before, message.into());
            if is_good {
                session.run.story = story.into();
                if lesson.as_ref().is_some_and(|lesson| !lesson.is_left) {
                    session.ui.sheet.show(Tab::Story);
                }
                session.lesson.active = lesson;
            }
        };
        self.begin_run(recipe.into(), at, Box::new(then));
    }

    /// Reverts the last change.
    pub(super) fn undo(&mut self) {
        if let Some(to) = self.run.history.undo_target().cloned() {
            self.travel_to(to, History::undo, "Undone.", Offer::Redo);
        }
    }

    /// Restores the change that was undone last.
    pub(super) fn redo(&mut self) {
        if let Some(to) = self.run.history.redo_target().cloned() {
            self.travel_to(to, History::redo, "Redone.", Offer::Undo);
        }
    }

    /// Replaces the run by one from the history, and shows a message.
    fn travel_to(
        &mut self,
        to: Moment,
        update_history: fn(&mut History, Moment),
        text: &'static str,
        offer: Offer,
    ) {
        self.run.playback.set_playing(false);
        let now = self.run.moment();
        let then = move |session: &mut Session, run: Opened| match run {
            Ok(timeline) => {
                session.replace_run_by_user(timeline);
                update_history(&mut session.run.history, now);
                session.ui.notice = Some(Notice { text: text.into(), offer });
            }
            Err(errors) => session.show_errors("Nothing changed.", &errors),
        };
        self.begin_run(to.recipe, to.at, Box::new(then));
    }
}
