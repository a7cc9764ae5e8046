//! A guided story on the page: what the visitor may do in it, and what becomes of the run.

use super::history::Moment;
use super::job::Finish;
use super::memory;
use super::session::{Last, Notice, Offer, Session};
use crate::api::Time;
use crate::lessons::{Did, Guide, Phase, parse};
use crate::notation::NotationError;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::rc::Rc;

/// What a visitor, or the element's script, does with guided stories.
pub(super) enum Lead {
    /// Asks for a lesson by its name, or for the list of all.
    Fetch(String),
    /// Here is the list.
    List(String),
    /// Here is a lesson: its name, its text.
    Begin(String, String),
    /// Goes on; or does not wait any longer.
    GoOn,
    /// Goes back a step.
    Back,
    /// Chooses an answer.
    Answer(usize),
    /// Wants the hint.
    Hint,
    /// Leaves the story, and keeps the run.
    Leave,
    /// Comes back to the step at which the story was left.
    Return,
    /// Does not want the card any more.
    Close,
}

impl Lead {
    /// Whether it is about the run.
    pub(super) fn is_about_run(&self) -> bool {
        matches!(self, Lead::Begin(..) | Lead::GoOn | Lead::Back | Lead::Return)
    }
}

/// Reads a lesson and plays its recipe to where it begins.
async fn open_lesson(
    text: &str,
    progress: &Progress,
) -> Result<(Guide, Timeline), Vec<NotationError>> {
    let lesson = Rc::new(parse(text)?);
    let mut timeline = Timeline::open(&lesson.recipe, Time(0), progress).await?;
    let guide = Guide::new(lesson, &mut timeline, progress).await;
    Ok((guide, timeline))
}

/// One line of the list of lessons.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// The name of its file.
    pub name: String,
    /// How long it takes.
    pub minutes: String,
    /// The statements that it shows.
    pub covers: String,
    /// Its title.
    pub title: String,
    /// What one learns.
    pub about: String,
    /// Whether the visitor has been at its end.
    pub is_done: bool,
}

/// The lesson that is being told.
pub(super) struct Told {
    /// The name of its file, or its address.
    pub name: String,
    /// Its text.
    pub text: Rc<str>,
    /// Who leads.
    pub guide: Guide,
    /// Whether the visitor plays freely.
    pub is_left: bool,
    /// Whether the hint is shown.
    pub has_hint: bool,
}

impl Told {
    /// What is kept of it.
    pub(super) fn kept(&self) -> Vec<String> {
        let is_left = if self.is_left { "left" } else { "" };
        let mut kept = vec![self.name.clone(), self.text.to_string(), is_left.into()];
        kept.extend(self.guide.kept());
        kept
    }

    /// The lesson of which this was kept.
    pub(super) fn resume(kept: &[String]) -> Option<Told> {
        let [name, text, is_left, marks @ ..] = kept else { return None };
        let guide = Guide::resume(Rc::new(parse(text).ok()?), marks)?;
        let (name, text) = (name.clone(), text.as_str().into());
        Some(Told { name, text, guide, is_left: !is_left.is_empty(), has_hint: false })
    }

    /// What the visitor does at this step.
    pub(super) fn phase(&self, timeline: &Timeline) -> Phase {
        self.guide.phase(timeline.events(), timeline.now())
    }
}

/// The list of lessons, from its text: name, minutes, statements, title and sentence between tabs.
fn list(text: &str) -> Rc<Vec<Listed>> {
    let done = memory::done();
    let line = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let name = parts.next()?;
        Some(Listed {
            is_done: done.lines().any(|it| it == name),
            name,
            minutes: parts.next()?,
            covers: parts.next()?,
            title: parts.next()?,
            about: parts.next()?,
        })
    };
    Rc::new(text.lines().filter_map(line).collect())
}

impl Session {
    /// Does what a visitor does with guided stories.
    pub(super) fn lead(&mut self, lead: Lead) {
        match lead {
            Lead::Fetch(_) => {}
            Lead::List(text) => self.lessons = list(&text),
            Lead::Begin(name, text) => self.begin_lesson(name, text),
            Lead::Close => self.lesson = None,
            lead => self.lead_on(lead),
        }
    }

    fn lead_on(&mut self, lead: Lead) {
        let Some(told) = &mut self.lesson else { return };
        match lead {
            Lead::GoOn => self.go_on(),
            Lead::Back => self.go_back(),
            Lead::Answer(index) if told.phase(&self.timeline) != Phase::Waiting => {
                told.guide.choose(index);
            }
            Lead::Hint => told.has_hint = true,
            Lead::Leave => told.is_left = true,
            Lead::Return => self.come_back_to_lesson(),
            _ => {}
        }
    }

    /// Goes on in the lesson, on copies of the run and of the guide.
    fn go_on(&mut self) {
        let Some(told) = &self.lesson else { return };
        let before = self.moment();
        let phase = told.phase(&self.timeline);
        if phase == Phase::Asking {
            return;
        }
        let (mut guide, mut timeline) = (told.guide.clone(), self.timeline.clone());
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let did = match phase {
                Phase::Waiting => {
                    guide.skip(&mut timeline, &progress).await;
                    Vec::new()
                }
                Phase::Acting => guide.perform(&mut timeline, &progress).await,
                Phase::Asking | Phase::Arrived => guide.go_on(&mut timeline, &progress).await,
            };
            Box::new(move |session: &mut Session| {
                session.timeline = timeline;
                session.after(before, did);
                if let Some(told) = &mut session.lesson {
                    told.has_hint &= phase != Phase::Arrived;
                    told.guide = guide;
                }
                session.is_in_new_phase();
            }) as Finish
        });
        self.begin_task("Going on with the story", task, progress);
    }

    /// Time passes where the lesson waits for something; the end of a lesson is remembered.
    fn is_in_new_phase(&mut self) {
        let Some(told) = &self.lesson else { return };
        let phase = told.phase(&self.timeline);
        self.playback.set_playing(matches!(phase, Phase::Waiting | Phase::Acting));
        if told.guide.is_last() && phase == Phase::Arrived {
            memory::keep_done(&told.name);
            self.lessons = Rc::default();
        }
    }

    fn go_back(&mut self) {
        let Some(told) = &mut self.lesson else { return };
        told.has_hint = false;
        let mut guide = told.guide.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = guide.back(&progress).await;
            Box::new(move |session: &mut Session| {
                let Some(timeline) = run else { return };
                session.take_over(timeline);
                session.playback.set_playing(false);
                if let Some(told) = &mut session.lesson {
                    told.guide = guide;
                }
            }) as Finish
        });
        self.begin_task("Going back in the story", task, progress);
    }

    fn come_back_to_lesson(&mut self) {
        let Some(told) = &self.lesson else { return };
        let (guide, before) = (told.guide.clone(), self.moment());
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = guide.run(&progress).await;
            Box::new(move |session: &mut Session| {
                if let Some(timeline) = run {
                    session.take_over(timeline);
                    session.history.keep(before);
                }
                if let Some(told) = &mut session.lesson {
                    told.is_left = false;
                    let is_waiting = told.phase(&session.timeline) == Phase::Waiting;
                    session.playback.set_playing(is_waiting);
                }
            }) as Finish
        });
        self.begin_task("Going back to the story", task, progress);
    }

    /// Keeps track of what a step has done to the run.
    fn after(&mut self, before: Moment, did: Vec<Did>) {
        let recipe = self.timeline.recipe();
        if *recipe == *self.recipe {
            self.playback.interrupt();
            self.forget_next();
        } else {
            self.history.keep(before);
            self.recipe_changed(recipe.into());
        }
        self.notice = None;
        for Did { action, output } in did {
            let line = action.text.lines().next().unwrap_or_default().to_owned();
            let last = Rc::new(Last { line, output });
            self.terminal.keep(last.clone());
            self.last = Some(last);
        }
    }

    fn begin_lesson(&mut self, name: String, text: String) {
        let before = self.moment();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let opened = open_lesson(&text, &progress).await;
            Box::new(move |session: &mut Session| match opened {
                Ok((guide, timeline)) => {
                    session.take_over(timeline);
                    session.history.keep(before);
                    session.story = session.recipe.clone();
                    session.dialog = None;
                    let text = text.into();
                    let told = Told { name, text, guide, is_left: false, has_hint: false };
                    let is_waiting = told.phase(&session.timeline) == Phase::Waiting;
                    session.playback.set_playing(is_waiting);
                    session.lesson = Some(told);
                }
                Err(errors) => {
                    let first = errors.first().map(ToString::to_string).unwrap_or_default();
                    let text = format!("The story {name} cannot be told: {first}");
                    session.notice = Some(Notice { text, offer: Offer::Nothing });
                }
            }) as Finish
        });
        self.begin_task("Opening the story", task, progress);
    }

    /// Stops where the visitor has something to do, if the cursor came by on its way from there.
    pub(super) fn stop_for_lesson(&mut self, from: Time) {
        let Some(told) = self.lesson.as_ref().filter(|told| !told.is_left) else { return };
        let ends = told.guide.ends(self.timeline.events(), from);
        if let Some(at) = ends.filter(|at| *at <= self.timeline.now()) {
            self.playback.set_playing(false);
            self.playback.interrupt();
            self.moving = Some(self.timeline.begin_seek(at));
        }
    }

    /// Whether the visitor does by hand what going on would do.
    pub(super) fn is_going_on(&self, line: &str) -> bool {
        self.lesson.as_ref().is_some_and(|told| {
            !told.is_left
                && told.phase(&self.timeline) == Phase::Arrived
                && told.guide.expects(line)
        })
    }

    /// Whether what the visitor does now belongs to the story.
    pub(super) fn is_acting(&self) -> bool {
        let acting = |told: &Told| told.phase(&self.timeline) == Phase::Acting;
        self.lesson.as_ref().is_some_and(acting)
    }

    /// The run was changed by hand: the story is left, or, if it is its own run again, it goes on.
    pub(super) fn changed_by_hand(&mut self, was_acting: bool) {
        if let Some(told) = &mut self.lesson
            && !was_acting
        {
            told.is_left = *told.guide.recipe() != self.recipe;
        }
    }
}
