//! The state of the page, and the one place that changes it: a [`Timeline`], its playback, and
//! everything the user has open.
//!
//! Nothing here touches the document: [`super::app`] does.

use super::action::{Action, Dialog, MenuAt};
use super::choices;
use super::failure;
use super::history::{History, Moment};
use super::job::Jobs;
use super::lesson::{Listed, Told};
use super::manifest::{Comparison, Findings, SAMPLES};
use super::memory;
use super::panels::Panels;
use super::shared::Shared;
use super::terminal::Terminal;
use super::why_panel::Asked;
use crate::api::Time;
use crate::cluster::EventType;
use crate::kubectl::Output;
use crate::timeline::playback::{Playback, Speed};
use crate::timeline::{Foresight, Next, Seek, Timeline};
use std::rc::Rc;
use yew::Callback;

/// How far to look ahead for the next event, in milliseconds.
const LOOK_AHEAD_MS: u64 = 15 * 60_000;

/// The state of the page.
pub(super) struct Session {
    /// The number of the element on its page.
    pub(super) id: u32,
    /// The run.
    pub(super) timeline: Timeline,
    /// The playback of the run.
    pub(super) playback: Playback,
    /// The story of the element.
    pub(super) origin: Rc<str>,
    /// The recipe at the start of the story.
    pub(super) story: Rc<str>,
    /// The current recipe.
    pub(super) recipe: Rc<str>,
    /// The number of changes of the recipe.
    pub(super) revision: u32,
    /// The contents of the panels.
    pub(super) panels: Panels,
    /// The open menu.
    pub(super) menu: Option<MenuAt>,
    /// The open dialog.
    pub(super) dialog: Option<Dialog>,
    /// The text of the manifest.
    pub(super) manifest: Rc<str>,
    /// The user's manifest that was replaced by a sample.
    pub(super) kept_manifest: Option<Rc<str>>,
    /// The last `apply` and its result.
    pub(super) applied: Option<Rc<Applied>>,
    /// The comparison of the manifest being edited with the cluster.
    pub(super) findings: Shared<Findings>,
    /// The comparison in progress.
    pub(super) comparison: Option<Comparison>,
    /// The last line and its output.
    pub(super) last: Option<Rc<Last>>,
    /// The last "Why?" and its answer.
    pub(super) asked: Option<Shared<Asked>>,
    /// The forecast for that answer, in progress.
    pub(super) foresight: Option<Foresight>,
    /// The terminal.
    pub(super) terminal: Terminal,
    /// The message about the last change of the run.
    pub(super) notice: Option<Notice>,
    /// The undo history of the run.
    pub(super) history: History,
    /// The last export of the run, and its message.
    pub(super) made: (Rc<str>, Rc<str>),
    /// The active lesson.
    pub(super) lesson: Option<Told>,
    /// The list of lessons, once it was fetched.
    pub(super) lessons: Rc<Vec<Listed>>,
    /// The current job and the actions that wait for it.
    pub(super) jobs: Jobs,
    /// The playback step in progress.
    pub(super) moving: Option<Seek>,
    ahead: Option<Ahead>,
}

/// A manifest that was applied, or refused.
#[derive(Debug, PartialEq)]
pub(super) struct Applied {
    /// The manifest.
    pub yaml: Rc<str>,
    /// The output.
    pub output: Output,
}

/// A completed line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Last {
    /// The line.
    pub line: String,
    /// The output.
    pub output: Output,
}

/// The message about the last change of the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Notice {
    /// The text.
    pub text: String,
    /// The offered button.
    pub offer: Offer,
}

/// The button offered after a change of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Restart the story.
    Restart,
    /// Nothing.
    Nothing,
}

/// The next event, and the instant until which this answer is valid.
struct Ahead {
    next: Next,
    until: Time,
}

impl Session {
    /// Creates a session that plays a run.
    pub(super) fn new(id: u32, timeline: Timeline, manifest: Rc<str>) -> Session {
        let story: Rc<str> = timeline.recipe().into();
        failure::keep_recipe(id, &story);
        Session {
            id,
            panels: Panels::new(&timeline),
            timeline,
            playback: Playback::default(),
            recipe: story.clone(),
            origin: story.clone(),
            story,
            revision: 0,
            menu: None,
            dialog: None,
            manifest,
            kept_manifest: None,
            applied: None,
            findings: Shared::default(),
            comparison: None,
            last: None,
            asked: None,
            foresight: None,
            terminal: Terminal::default(),
            notice: None,
            history: History::default(),
            made: Default::default(),
            lesson: None,
            lessons: Rc::default(),
            jobs: Jobs::default(),
            moving: None,
            ahead: None,
        }
    }

    /// Handles an action, then runs jobs while there is time.
    pub(super) fn update(&mut self, action: Action, has_time: &dyn Fn() -> bool) {
        let takes_over = self.jobs.is_moving() && action.moves();
        if self.jobs.is_busy() && action.waits() && !takes_over {
            self.jobs.wait(action);
        } else {
            self.act_on(action);
        }
        self.work(has_time);
        self.work_beside(has_time);
    }

    /// Runs background work: watches in the terminal, the forecast of "Why?", and the manifest comparison.
    pub(super) fn work_beside(&mut self, has_time: &dyn Fn() -> bool) {
        self.terminal.go_on(&self.timeline, has_time);
        self.go_on_asking(has_time);
        self.go_on_comparing(has_time);
    }

    /// Whether there is work that needs more frames while paused.
    pub(super) fn is_busy(&self) -> bool {
        self.jobs.is_busy()
            || self.terminal.is_behind()
            || self.comparison.is_some()
            || self.foresight.is_some()
    }

    /// Handles an action.
    pub(super) fn act_on(&mut self, action: Action) {
        match action {
            Action::Run(line, reply) => {
                self.menu = None;
                let by_hand = reply.is_none();
                let then = move |_: &mut Session, output: &Output| {
                    reply.iter().for_each(|reply| reply.emit(output.clone()));
                };
                self.run(&line, by_hand, Box::new(then));
            }
            Action::Why(subject) => {
                self.menu = None;
                self.ask(subject.as_ref());
            }
            Action::Terminal(is_open) => self.terminal.open(is_open),
            Action::Type(text) => self.terminal.edit(&text),
            Action::Enter => self.enter(),
            Action::Recall(by) => self.terminal.recall(by),
            Action::Interrupt => {
                self.cancel();
                self.terminal.interrupt();
            }
            Action::Cancel => self.cancel(),
            Action::Complete => {
                let ways = self.timeline.complete(&self.terminal.text);
                self.terminal.complete(ways);
            }
            Action::State(reply) => self.tell_state(reply),
            Action::Canned(key) => {
                for line in choices::canned(self.timeline.cluster(), key) {
                    self.jobs.wait(Action::Run(line, None));
                }
            }
            Action::Apply(yaml, reply) => self.apply(&yaml, reply),
            Action::StartFresh(yaml) => self.start_fresh(&yaml),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::OpenRun(link) => self.open(link),
            Action::Made(made, said) => self.made = (made.into(), said.into()),
            Action::Dismiss => {
                self.notice = None;
                self.last = None;
            }
            Action::OpenMenu(menu) => self.menu = Some(menu),
            Action::CloseMenu(key) => {
                self.menu = self.menu.take().filter(|menu| menu.key != key);
            }
            Action::Lead(lead) => self.lead(lead),
            Action::Leave => memory::keep_run(self),
            action => self.write(action),
        }
    }

    /// Handles actions of the dialogs and the manifest editor; passes on the rest.
    fn write(&mut self, action: Action) {
        match action {
            Action::Open(dialog) => {
                self.offer_running();
                self.dialog = Some(dialog);
                self.made = Default::default();
                if dialog == Dialog::Manifest {
                    self.compare();
                }
            }
            Action::CloseDialog => {
                self.dialog = None;
                self.comparison = None;
            }
            Action::Edit(text) => {
                self.manifest = text.into();
                self.compare();
            }
            Action::Sample(text) => {
                let before = std::mem::replace(&mut self.manifest, text);
                let is_known = SAMPLES.iter().any(|(_, sample)| **sample == *before);
                if !is_known && self.timeline.applied() != Some(&before) {
                    self.kept_manifest = Some(before);
                }
                self.compare();
            }
            action => self.travel(action),
        }
    }

    /// Handles actions of playback; ignores the rest.
    fn travel(&mut self, action: Action) {
        match action {
            Action::Play(is_playing) => self.playback.set_playing(is_playing),
            Action::Toggle => self.playback.set_playing(!self.playback.is_playing()),
            Action::Seek(to, reply) => self.look_at(to, reply),
            Action::StepForward => self.find(|_, _| true),
            Action::StepBack => self.step_back(),
            Action::Rewind => self.go(Time(0)),
            Action::End => self.look_at(self.timeline.end(), None),
            Action::RestartStory => self.restart_story(),
            Action::Speed(step) => self.playback.set_speed(Speed::from_step(step)),
            Action::SpeedBy(steps) => self.change_speed(steps),
            Action::NextMark => self.find(is_marked),
            Action::Visible(_) => self.playback.sleep(),
            _ => {}
        }
    }

    /// Advances playback to a frame, as far as there is time for it. Playback stands still during jobs.
    pub(super) fn advance(&mut self, wall_ms: f64, has_time: &dyn Fn() -> bool) {
        if self.jobs.is_busy() {
            return self.playback.sleep();
        }
        if self.moving.is_none() {
            let next = self.next_event(has_time);
            let now = self.timeline.now();
            let to = self.playback.advance(wall_ms as u64, now, next);
            self.moving = (to != now).then(|| self.timeline.begin_seek(to));
        }
        let from = self.timeline.now();
        while let Some(seek) = &mut self.moving {
            if !self.timeline.go_on(seek) {
                self.moving = None;
                // If playback has stopped, the cursor was on its way to where it stopped.
                if self.playback.is_playing() {
                    self.stop_for_lesson(from);
                    self.stop_at_limit();
                }
            } else if !has_time() {
                return;
            }
        }
    }

    /// The next event within the look-ahead, as far as it is known.
    fn next_event(&mut self, has_time: &dyn Fn() -> bool) -> Next {
        let now = self.timeline.now();
        if let Some(ahead) = self.ahead.as_ref().filter(|ahead| now < ahead.until) {
            return ahead.next;
        }
        loop {
            let next = self.timeline.look_ahead(now, LOOK_AHEAD_MS);
            let until = match next {
                Next::At(time) => time,
                Next::Nothing => now.plus(LOOK_AHEAD_MS / 2),
                Next::Unknown if has_time() => continue,
                Next::Unknown => return next,
            };
            self.ahead = Some(Ahead { next, until });
            return next;
        }
    }

    /// Moves the cursor.
    fn go(&mut self, to: Time) {
        self.begin_seek(to, Box::new(Session::has_moved));
    }

    /// Updates what depends on the position of the cursor.
    fn has_moved(&mut self) {
        self.playback.interrupt();
        self.forget_next();
        self.stop_at_limit();
    }

    /// Pauses with a message where the run reaches a limit.
    fn stop_at_limit(&mut self) {
        if let Some(limit) = self.timeline.ends() {
            self.playback.set_playing(false);
            let text = format!("The run ends here: {}.", limit.sentence());
            self.notice = Some(Notice { text, offer: Offer::Restart });
        }
    }

    /// Discards what is known about the next event.
    pub(super) fn forget_next(&mut self) {
        self.ahead = None;
    }

    /// Pauses and moves the cursor. `reply` gets the instant that is shown afterwards.
    fn look_at(&mut self, to: Time, reply: Option<Callback<Time>>) {
        self.playback.set_playing(false);
        let then = move |session: &mut Session| {
            session.has_moved();
            memory::keep_run(session);
            reply.iter().for_each(|reply| reply.emit(session.timeline.now()));
        };
        self.begin_seek(to, Box::new(then));
    }

    /// Moves to the next event that is wanted, within the look-ahead.
    fn find(&mut self, is_wanted: fn(&Timeline, Time) -> bool) {
        self.begin_find(is_wanted, |session, at| {
            if let Some(at) = at {
                session.look_at(at, None);
            }
        });
    }

    fn step_back(&mut self) {
        let now = self.timeline.now();
        let events = self.timeline.events();
        let before = events.partition_point(|event| event.time < now);
        let to = before.checked_sub(1).map_or(Time(0), |index| events[index].time);
        self.look_at(to, None);
    }

    fn change_speed(&mut self, steps: i8) {
        let speed = self.playback.speed();
        self.playback.set_speed(if steps > 0 { speed.faster() } else { speed.slower() });
    }

    /// The current run, for the undo history.
    pub(super) fn moment(&self) -> Moment {
        Moment { at: self.timeline.now(), recipe: self.recipe.clone() }
    }

    pub(super) fn recipe_changed(&mut self, recipe: Rc<str>) {
        failure::keep_recipe(self.id, &recipe);
        self.recipe = recipe;
        self.revision += 1;
        self.playback.interrupt();
        self.forget_next();
        memory::keep_run(self);
    }

    /// Replaces the current run.
    pub(super) fn take_over(&mut self, timeline: Timeline) {
        self.moving = None;
        self.timeline.replace(timeline);
        self.recipe_changed(self.timeline.recipe().into());
        self.terminal.end_watch();
        self.notice = None;
        self.last = None;
    }
}

/// Whether there is a command, a fault, a creation or a deletion at this instant.
fn is_marked(timeline: &Timeline, at: Time) -> bool {
    use EventType::{Command, Created, Deleted, Fault};
    let events = timeline.events();
    let first = events.partition_point(|event| event.time < at);
    let mut same = events[first..].iter().take_while(|event| event.time == at);
    same.any(|event| {
        matches!(event.reason.code().event_type(), Command | Fault | Created | Deleted)
    })
}
