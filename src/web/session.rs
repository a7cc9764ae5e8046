//! What the page knows, and the one place that changes it: a [`Timeline`], how it is played, and
//! what the visitor has open.
//!
//! Nothing here touches the document: [`super::app`] does.

use super::action::{Action, Dialog, MenuAt};
use super::history::{History, Moment};
use super::lesson::{Lead, Listed, Told};
use super::manifest::SAMPLES;
use super::memory::Kept;
use super::panels::Panels;
use super::shared::Shared;
use super::terminal::Terminal;
use super::why_panel::Asked;
use super::words::clock;
use super::{choices, failure, memory};
use crate::api::Time;
use crate::cluster::EventType;
use crate::kubectl::Output;
use crate::notation::NotationError;
use crate::timeline::Timeline;
use crate::timeline::playback::{Playback, Speed};
use std::rc::Rc;

/// How far ahead is looked for the next event.
const LOOK_AHEAD_MS: u64 = 15 * 60_000;

/// What the page knows.
pub(super) struct Session {
    /// The number of the element on its page.
    pub(super) id: u32,
    /// The run.
    pub(super) timeline: Timeline,
    /// How it is played.
    pub(super) playback: Playback,
    /// The story of the element.
    pub(super) origin: Rc<str>,
    /// The recipe with which the story began.
    pub(super) story: Rc<str>,
    /// The recipe now.
    pub(super) recipe: Rc<str>,
    /// Counts the changes of the recipe.
    pub(super) revision: u32,
    /// What the panels show.
    pub(super) panels: Panels,
    /// The menu that is open.
    pub(super) menu: Option<MenuAt>,
    /// The dialog that is open.
    pub(super) dialog: Option<Dialog>,
    /// The text of the manifest.
    pub(super) manifest: Rc<str>,
    /// What the visitor wrote before a sample took its place.
    pub(super) kept_manifest: Option<Rc<str>>,
    /// What the last `apply` was about, and what came of it.
    pub(super) applied: Option<Rc<Applied>>,
    /// What `kubectl diff` says of the manifest that is being written.
    pub(super) difference: Shared<Output>,
    /// The last line that was done, and its output.
    pub(super) last: Option<Rc<Last>>,
    /// What was asked, and the answer.
    pub(super) asked: Option<Shared<Asked>>,
    /// The terminal.
    pub(super) terminal: Terminal,
    /// What is said of the last change of the run.
    pub(super) notice: Option<Notice>,
    /// What the run was like before it was changed.
    pub(super) history: History,
    /// What the script made of the run last, and what there is to say of it.
    pub(super) made: (Rc<str>, Rc<str>),
    /// The guided story that is being told.
    pub(super) lesson: Option<Told>,
    /// Those that there are, once they were asked for.
    pub(super) lessons: Rc<Vec<Listed>>,
    ahead: Option<Ahead>,
}

/// A manifest that was applied, or refused.
#[derive(Debug, PartialEq)]
pub(super) struct Applied {
    /// The manifest.
    pub yaml: Rc<str>,
    /// What came of it.
    pub output: Output,
}

/// A line that was done.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Last {
    /// The line.
    pub line: String,
    /// What came of it.
    pub output: Output,
}

/// What is said of the last change of the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Notice {
    /// The words.
    pub text: String,
    /// What the visitor may want now.
    pub offer: Offer,
}

/// What the visitor may want after a change of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// To take it back.
    Undo,
    /// To have back what was taken back.
    Redo,
    /// To have the story from the beginning.
    Restart,
    /// Nothing.
    Nothing,
}

/// The next event, and until when that is known to be the next.
struct Ahead {
    next: Option<Time>,
    until: Time,
}

impl Session {
    /// A session that plays a story.
    ///
    /// # Errors
    /// If the story is not in the notation, or its first manifest is refused.
    pub(super) fn new(
        id: u32,
        story: &str,
        manifest: Rc<str>,
    ) -> Result<Session, Vec<NotationError>> {
        let timeline = Timeline::new(story)?;
        let story: Rc<str> = timeline.recipe().into();
        failure::keep_recipe(id, &story);
        Ok(Session {
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
            difference: Shared::default(),
            last: None,
            asked: None,
            terminal: Terminal::default(),
            notice: None,
            history: History::default(),
            made: Default::default(),
            lesson: None,
            lessons: Rc::default(),
            ahead: None,
        })
    }

    /// Does what has happened to the session, and lets the panels follow.
    pub(super) fn update(&mut self, action: Action) {
        self.change(action);
        self.follow();
    }

    /// Does what has happened to the session.
    pub(super) fn change(&mut self, action: Action) {
        // The first picture needs no more than these.
        if !matches!(action, Action::Redraw | Action::Resized(..)) {
            self.perform(action);
        }
        self.terminal.go_on(&self.timeline);
    }

    #[inline(never)]
    fn perform(&mut self, action: Action) {
        use Action::{Apply, Edit, Open, Sample, StartFresh};
        let is_about_manifest = matches!(
            action,
            Edit(_) | Sample(_) | Apply(..) | StartFresh(_) | Open(Dialog::Manifest)
        );
        self.act_on(action);
        if is_about_manifest {
            self.compare();
        }
    }

    fn act_on(&mut self, action: Action) {
        match action {
            Action::Run(line, reply) => {
                self.menu = None;
                let output = self.run(&line, reply.is_none());
                reply.iter().for_each(|reply| reply.emit(output.clone()));
            }
            Action::Why(subject) => {
                self.menu = None;
                self.ask(subject.as_ref());
            }
            Action::Terminal(is_open) => self.terminal.open(is_open),
            Action::Type(text) => self.terminal.edit(&text),
            Action::Enter => self.enter(),
            Action::Recall(by) => self.terminal.recall(by),
            Action::Interrupt => self.terminal.interrupt(),
            Action::Complete => {
                let ways = self.timeline.complete(&self.terminal.text);
                self.terminal.complete(ways);
            }
            Action::State(reply) => reply.emit(self.timeline.state()),
            Action::Canned(key) => {
                for line in choices::canned(self.timeline.cluster(), key) {
                    self.act(&line, true, |timeline| timeline.run_line(&line));
                }
            }
            Action::Apply(yaml, reply) => self.apply(&yaml, reply),
            Action::StartFresh(yaml) => self.start_fresh(&yaml),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::OpenRun(recipe, at, said) => self.open(&recipe, at, said),
            Action::Made(made, said) => self.made = (made.into(), said.into()),
            Action::Dismiss => {
                self.notice = None;
                self.last = None;
            }
            Action::OpenMenu(menu) => self.menu = Some(menu),
            Action::CloseMenu(key) => {
                self.menu = self.menu.take().filter(|menu| menu.key != key);
            }
            Action::Open(dialog) => {
                self.offer_running();
                self.dialog = Some(dialog);
                self.made = Default::default();
            }
            Action::CloseDialog => self.dialog = None,
            Action::Edit(text) => self.manifest = text.into(),
            Action::Sample(text) => {
                let before = std::mem::replace(&mut self.manifest, text);
                let is_known = SAMPLES.iter().any(|(_, sample)| **sample == *before);
                if !is_known && self.timeline.applied() != Some(&before) {
                    self.kept_manifest = Some(before);
                }
            }
            Action::Lead(lead) => self.lead(lead),
            Action::Leave => memory::keep_run(self),
            action => self.travel(action),
        }
    }

    /// Does what is about time; of the rest there is nothing to be done here.
    fn travel(&mut self, action: Action) {
        match action {
            Action::Frame(wall_ms) => self.advance(wall_ms),
            Action::Play(is_playing) => self.playback.set_playing(is_playing),
            Action::Toggle => self.playback.set_playing(!self.playback.is_playing()),
            Action::Seek(to) => self.look_at(to),
            Action::StepForward => self.step_forward(),
            Action::StepBack => self.step_back(),
            Action::Rewind => self.go(Time(0)),
            Action::End => self.look_at(self.timeline.end()),
            Action::RestartStory => self.restart_story(),
            Action::Speed(step) => self.playback.set_speed(Speed::from_step(step)),
            Action::SpeedBy(steps) => self.change_speed(steps),
            Action::NextMark => self.next_mark(),
            Action::Visible(_) => self.playback.sleep(),
            _ => {}
        }
    }

    /// The instant of the next event, if there is one in the time to come that is worth waiting for.
    fn next_event(&mut self) -> Option<Time> {
        let now = self.timeline.now();
        if let Some(ahead) = self.ahead.as_ref().filter(|ahead| now < ahead.until) {
            return ahead.next;
        }
        let next = self.timeline.next_event_after(now, LOOK_AHEAD_MS);
        let until = next.unwrap_or(now.plus(LOOK_AHEAD_MS / 2));
        self.ahead = Some(Ahead { next, until });
        next
    }

    fn advance(&mut self, wall_ms: f64) {
        let next = self.next_event();
        let from = self.timeline.now();
        let to = self.playback.advance(wall_ms as u64, from, next);
        if to != from {
            self.timeline.seek(to);
            self.stop_for_lesson(from);
        }
    }

    /// Moves the cursor, and forgets what was about the place where it was.
    fn go(&mut self, to: Time) {
        self.timeline.seek(to);
        self.playback.interrupt();
        self.forget_next();
    }

    /// What comes next is to be looked for anew.
    pub(super) fn forget_next(&mut self) {
        self.ahead = None;
    }

    fn look_at(&mut self, to: Time) {
        self.playback.set_playing(false);
        self.go(to);
        memory::keep_run(self);
    }

    fn step_forward(&mut self) {
        if let Some(next) = self.next_event() {
            self.look_at(next);
        }
    }

    /// The next event that somebody looks for, within what is worth waiting for.
    fn next_mark(&mut self) {
        let start = self.timeline.now();
        let mut at = start;
        while let Some(next) = self.timeline.next_event_after(at, LOOK_AHEAD_MS) {
            at = next;
            let events = self.timeline.events();
            let first = events.partition_point(|event| event.time < at);
            let same = events[first..].iter().take_while(|event| event.time == at);
            let is_marked = same.into_iter().any(|event| {
                use EventType::{Command, Created, Deleted, Fault};
                matches!(event.reason.code.event_type(), Command | Fault | Created | Deleted)
            });
            if is_marked || at.0 > start.0 + LOOK_AHEAD_MS {
                return self.look_at(at);
            }
        }
    }

    fn step_back(&mut self) {
        let now = self.timeline.now();
        let events = self.timeline.events();
        let before = events.partition_point(|event| event.time < now);
        let to = before.checked_sub(1).map_or(Time(0), |index| events[index].time);
        self.look_at(to);
    }

    fn change_speed(&mut self, steps: i8) {
        let speed = self.playback.speed();
        self.playback.set_speed(if steps > 0 { speed.faster() } else { speed.slower() });
    }

    /// Does something at the cursor. If that drops what came after, it can be undone.
    pub(super) fn act(
        &mut self,
        line: &str,
        by_hand: bool,
        act: impl FnOnce(&mut Timeline) -> Output,
    ) -> Output {
        let (before, end) = (self.moment(), self.timeline.end());
        let was_acting = self.is_acting();
        let output = act(&mut self.timeline);
        let recipe = self.timeline.recipe();
        if *recipe != *self.recipe {
            self.notice = (end > before.at).then(|| Notice {
                text: format!("You acted at {}: what came after was dropped.", clock(before.at)),
                offer: Offer::Undo,
            });
            self.history.keep(before);
            self.recipe_changed(recipe.into());
            self.changed_by_hand(was_acting);
            if by_hand {
                self.playback.set_playing(true);
            }
        }
        let last = Rc::new(Last { line: line.into(), output: output.clone() });
        self.terminal.keep(last.clone());
        self.last = Some(last);
        output
    }

    /// Does what was typed in the terminal.
    fn enter(&mut self) {
        let line = self.terminal.take();
        if !line.is_empty() {
            self.terminal.end_watch();
            self.run(&line, true);
            self.terminal.begin_watch(self.timeline.watch(&line));
        }
    }

    /// Does a line; in a guided story that may be what is told next.
    fn run(&mut self, line: &str, by_hand: bool) -> Output {
        if by_hand && self.is_going_on(line) {
            self.lead(Lead::GoOn);
            return self.last.as_ref().map(|last| last.output.clone()).unwrap_or_default();
        }
        self.act(line, by_hand, |timeline| timeline.run_line(line))
    }

    /// The run as it is now.
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

    /// Another run takes the place of the present one.
    pub(super) fn take_over(&mut self, timeline: Timeline) {
        self.timeline = timeline;
        self.recipe_changed(self.timeline.recipe().into());
        self.terminal.end_watch();
        self.notice = None;
        self.last = None;
    }

    fn restart_story(&mut self) {
        let before = self.moment();
        let text = "The story begins anew, without what you did.".into();
        let is_changed = before.recipe != self.story;
        if self.play(&self.story.clone(), Time(0)) && is_changed {
            self.history.keep(before);
            self.notice = Some(Notice { text, offer: Offer::Undo });
        }
        self.playback.set_playing(true);
    }

    /// Another run takes the place of this one; whether it could.
    fn play(&mut self, recipe: &str, at: Time) -> bool {
        let Ok(timeline) = Timeline::new(recipe) else { return false };
        self.take_over(timeline);
        self.changed_by_hand(false);
        self.go(at);
        true
    }

    /// A run that comes from a link, a file, or from before the page was loaded again; if there is none,
    /// something is to be said of that.
    fn open(&mut self, recipe: &str, at: Time, said: String) {
        let before = self.moment();
        if memory::take_progress(recipe) {
            self.lessons = Rc::default();
        }
        if recipe.is_empty() {
            self.notice = Some(Notice { text: said, offer: Offer::Nothing });
        } else if self.play(recipe, at) {
            let offer = if self.recipe == self.story { Offer::Nothing } else { Offer::Restart };
            self.notice = Some(Notice { text: said, offer }).filter(|it| !it.text.is_empty());
            self.history.keep(before);
        } else {
            let errors = Timeline::new(recipe).err().unwrap_or_default();
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            let text = format!("{said} It cannot be played: {first}");
            self.notice = Some(Notice { text, offer: Offer::Nothing });
        }
    }

    /// What was there before the page was loaded again is there again.
    #[inline(never)]
    pub(super) fn come_again(&mut self, kept: Kept) {
        let is_touched = kept.recipe != kept.story && kept.lesson.is_none();
        let said = if is_touched { "What you did before is back." } else { "" };
        self.story = kept.story.into();
        self.open(&kept.recipe, kept.at, said.into());
        self.lesson = kept.lesson;
    }

    fn undo(&mut self) {
        let now = self.moment();
        if let Some(before) = self.history.undo(now) {
            self.come_back(&before, "What was there before is back.", Offer::Redo);
        }
    }

    fn redo(&mut self) {
        let now = self.moment();
        if let Some(after) = self.history.redo(now) {
            self.come_back(&after, "What you did is back.", Offer::Undo);
        }
    }

    fn come_back(&mut self, to: &Moment, text: &str, offer: Offer) {
        self.playback.set_playing(false);
        if self.play(&to.recipe, to.at) {
            self.notice = Some(Notice { text: text.into(), offer });
        }
    }
}
