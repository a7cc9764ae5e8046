//! Everything that changes the run: lines, manifests, undo, redo, and opening other runs.

use super::history::Moment;
use super::job::{AfterLine, Finish, Outcome, Work};
use super::lesson::Lead;
use super::manifest::EMPTY_RECIPE;
use super::memory::{self, Kept};
use super::session::{Applied, Last, Notice, Offer, Session};
use super::words::clock;
use crate::api::Time;
use crate::kubectl::Output;
use crate::notation::NotationError;
use crate::task::Progress;
use crate::timeline::{LineRun, Timeline};
use std::rc::Rc;
use yew::Callback;

/// A run from a link, a file, or before a reload.
pub(super) struct OpenedRun {
    /// The recipe; empty if there is only a message.
    pub recipe: String,
    /// The instant at which it is opened.
    pub at: Time,
    /// The value of [`Timeline::rules`] when the run was shared, if known.
    pub rules: Option<String>,
    /// The message to show.
    pub said: String,
}

/// A run that was opened, or the reasons why it cannot be played.
type Opened = Result<Timeline, Vec<NotationError>>;

/// The message for a run that plays differently than when it was shared.
const OTHER_RULES: &str =
    "This link was made by another version of Ordinal. Its story plays differently in this one.";

impl Session {
    /// Runs a line at the cursor. If that drops the recorded future, it can be undone.
    pub(super) fn act(&mut self, line: &str, run: LineRun, by_hand: bool, then: AfterLine) {
        let (before, end) = (self.moment(), self.timeline.end());
        let was_acting = self.is_acting();
        let line = line.to_owned();
        let finish = move |session: &mut Session, outcome: Outcome| {
            let output = outcome.output();
            let recipe = session.timeline.recipe();
            if *recipe != *session.recipe {
                session.notice = (end > before.at).then(|| Notice {
                    text: format!("You changed the run at {}.", clock(before.at)),
                    offer: Offer::Undo,
                });
                session.history.keep(before);
                session.recipe_changed(recipe.into());
                session.changed_by_hand(was_acting);
                if by_hand {
                    session.playback.set_playing(true);
                }
            }
            let last = Rc::new(Last { line, output: output.clone() });
            session.terminal.keep(last.clone());
            session.last = Some(last);
            then(session, &output);
        };
        self.begin("Running the command", Work::Line(run), Box::new(finish));
    }

    /// Runs the line typed in the terminal.
    pub(super) fn enter(&mut self) {
        let line = self.terminal.take();
        if !line.is_empty() {
            self.terminal.end_watch();
            let typed = line.clone();
            let watch = move |session: &mut Session, _: &Output| {
                let watch = session.timeline.watch(&typed);
                session.terminal.begin_watch(watch);
            };
            self.run(&line, true, Box::new(watch));
        }
    }

    /// Runs a line. In a lesson, the line may be the next step of the lesson.
    pub(super) fn run(&mut self, line: &str, by_hand: bool, then: AfterLine) {
        if by_hand && self.is_going_on(line) {
            return self.lead(Lead::GoOn);
        }
        let run = self.timeline.begin_line(line);
        self.act(line, run, by_hand, then);
    }

    /// Applies a manifest at the cursor.
    pub(super) fn apply(&mut self, yaml: &str, reply: Option<Callback<Output>>) {
        let run = self.timeline.begin_manifest("apply", yaml);
        let (by_hand, yaml): (_, Rc<str>) = (reply.is_none(), yaml.into());
        let then = move |session: &mut Session, output: &Output| {
            if by_hand {
                session.applied = Some(Rc::new(Applied { yaml, output: output.clone() }));
                session.compare();
            }
            reply.iter().for_each(|reply| reply.emit(output.clone()));
        };
        self.act("kubectl apply -f -", run, by_hand, Box::new(then));
    }

    /// Returns the objects of the cluster at the cursor.
    pub(super) fn tell_state(&mut self, reply: Callback<String>) {
        let state = self.timeline.state_in_slices();
        let tell = reply.clone();
        let task = Box::pin(async move {
            let state = state.await;
            Box::new(move |_: &mut Session| tell.emit(state)) as Finish
        });
        let then = move |session: &mut Session, outcome| {
            // The caller gets an answer even if the job is canceled.
            if let Outcome::Canceled = outcome {
                reply.emit(session.timeline.state());
            }
        };
        let work = Work::Task(task, Progress::default());
        self.begin("Reading the cluster", work, Box::new(then));
    }

    /// Starts a new cluster with this manifest; the current run stays if the manifest is refused.
    pub(super) fn start_fresh(&mut self, yaml: &str) {
        let before = self.moment();
        let yaml: Rc<str> = yaml.into();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = Timeline::open(EMPTY_RECIPE, Time(0), &progress).await;
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
                if output.exit == 0 {
                    session.take_over(timeline);
                    session.changed_by_hand(false);
                    session.story = session.recipe.clone();
                    session.playback.set_playing(true);
                    session.history.keep(before);
                    let text = "A new cluster with your manifest.".into();
                    session.notice = Some(Notice { text, offer: Offer::Undo });
                    let line = "kubectl apply -f -".into();
                    session.last = Some(Rc::new(Last { line, output: output.clone() }));
                }
                session.applied = Some(Rc::new(Applied { yaml, output }));
                session.compare();
            }) as Finish
        });
        self.begin_task("Applying the manifest", task, progress);
    }

    /// Replaces the current run.
    fn replace(&mut self, timeline: Timeline) {
        self.take_over(timeline);
        self.changed_by_hand(false);
    }

    pub(super) fn restart_story(&mut self) {
        let before = self.moment();
        let is_changed = before.recipe != self.story;
        let then = move |session: &mut Session, run: Opened| {
            match run {
                Ok(timeline) => {
                    session.replace(timeline);
                    if is_changed {
                        session.history.keep(before);
                        let text = "Story restarted without your changes.".into();
                        session.notice = Some(Notice { text, offer: Offer::Undo });
                    }
                }
                Err(errors) => session.say_unplayable("The story was not restarted.", &errors),
            }
            session.playback.set_playing(true);
        };
        self.begin_run(self.story.clone(), Time(0), Box::new(then));
    }

    /// Opens a run from elsewhere, or shows why there is none.
    pub(super) fn open(&mut self, opened: OpenedRun) {
        let OpenedRun { recipe, at, rules, mut said } = opened;
        if memory::take_progress(&recipe) {
            self.lessons = Rc::default();
        }
        if recipe.is_empty() {
            self.notice = Some(Notice { text: said, offer: Offer::Nothing });
            return;
        }
        let before = self.moment();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let run = Timeline::open(&recipe, at, &shown).await;
            if let (Ok(timeline), Some(rules)) = (&run, rules)
                && timeline.rules_in_slices().await != rules
            {
                said = OTHER_RULES.into();
            }
            Box::new(move |session: &mut Session| session.opened(run, before, said)) as Finish
        });
        self.begin_task("Replaying", task, progress);
    }

    fn opened(&mut self, run: Opened, before: Moment, mut said: String) {
        match run {
            Ok(timeline) => {
                if let Some(first) = timeline.refused_at_start().first() {
                    said += &format!(" A line at time 0 was refused: {first}");
                }
                self.replace(timeline);
                let offer = if self.recipe == self.story { Offer::Nothing } else { Offer::Restart };
                self.notice = Some(Notice { text: said.trim().to_owned(), offer })
                    .filter(|it| !it.text.is_empty());
                self.history.keep(before);
            }
            Err(errors) => self.say_unplayable(&said, &errors),
        }
    }

    /// Says why a run cannot be played.
    fn say_unplayable(&mut self, what: &str, errors: &[NotationError]) {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        let text = format!("{what} It cannot be played: {first}");
        self.notice = Some(Notice { text: text.trim().to_owned(), offer: Offer::Nothing });
    }

    /// Restores the run from before a reload.
    pub(super) fn come_again(&mut self, kept: Kept) {
        let is_touched = kept.recipe != kept.story && kept.lesson.is_none();
        let said = if is_touched { "Your earlier run is restored." } else { "" };
        let before = self.moment();
        let Kept { at, story, recipe, lesson } = kept;
        let then = move |session: &mut Session, run: Opened| {
            let is_good = run.is_ok();
            session.opened(run, before, if is_good { said.into() } else { LOST.into() });
            if is_good {
                session.story = story.into();
                session.lesson = lesson;
            }
        };
        self.begin_run(recipe.into(), at, Box::new(then));
    }

    pub(super) fn undo(&mut self) {
        if let Some(to) = self.history.before().cloned() {
            self.come_back(to, |history, now| history.undo(now), "Undone.", Offer::Redo);
        }
    }

    pub(super) fn redo(&mut self) {
        if let Some(to) = self.history.after().cloned() {
            self.come_back(to, |history, now| history.redo(now), "Redone.", Offer::Undo);
        }
    }

    fn come_back(
        &mut self,
        to: Moment,
        exchange: fn(&mut super::history::History, Moment),
        text: &'static str,
        offer: Offer,
    ) {
        self.playback.set_playing(false);
        let now = self.moment();
        let then = move |session: &mut Session, run: Opened| match run {
            Ok(timeline) => {
                session.replace(timeline);
                exchange(&mut session.history, now);
                session.notice = Some(Notice { text: text.into(), offer });
            }
            Err(errors) => session.say_unplayable("Nothing was changed.", &errors),
        };
        self.begin_run(to.recipe, to.at, Box::new(then));
    }
}

/// The message for a kept run that cannot be played.
const LOST: &str = "Your earlier run is kept.";
