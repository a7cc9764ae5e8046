//! Guided stories: their actions, and what becomes of the run.

use super::jobs::Finish;
use super::{Notice, Offer, Session, storage};
use crate::api::Time;
use crate::lessons::{Did as ActionResult, Phase};
use crate::page::history::Moment;
use crate::page::lesson::{self, ActiveLesson, ListedLesson};
use crate::page::sheet::Tab;
use crate::task::Progress;
use crate::timeline::Timeline;
use crate::web::action::LessonAction;
use std::rc::Rc;

/// The guided stories.
#[derive(Default)]
pub(crate) struct LessonState {
    /// The lesson in progress.
    pub(crate) active: Option<ActiveLesson>,
    /// The list of lessons, once it was fetched.
    pub(crate) list: Rc<Vec<ListedLesson>>,
}

impl LessonState {
    /// Whether a lesson is in progress and was not left.
    pub(crate) fn is_followed(&self) -> bool {
        self.active.as_ref().is_some_and(|lesson| !lesson.is_left)
    }

    /// Whether a lesson is in progress that continues by itself.
    pub(super) fn is_continuous(&self) -> bool {
        self.active.as_ref().is_some_and(ActiveLesson::is_continuous)
    }

    /// Whether continuing the lesson would run this line.
    pub(super) fn expects(&self, line: &str, timeline: &Timeline) -> bool {
        self.active.as_ref().is_some_and(|lesson| lesson.expects(line, timeline))
    }

    /// Whether the lesson waits for an action of the user.
    pub(super) fn is_acting(&self, timeline: &Timeline) -> bool {
        self.active.as_ref().is_some_and(|lesson| lesson.phase(timeline) == Phase::Acting)
    }

    /// Updates the lesson after the user has changed the run: the lesson is left, unless it was waiting for an
    /// action, or the run is that of the lesson again.
    pub(super) fn run_changed(&mut self, recipe: &Rc<str>, was_acting: bool) {
        if let Some(lesson) = &mut self.active
            && !was_acting
        {
            lesson.is_left = lesson.guide.recipe() != recipe;
        }
    }
}

impl Session {
    /// Handles an action of guided stories. Actions of a lesson do nothing without one.
    pub(super) fn handle_lesson(&mut self, action: LessonAction) {
        let is_continuous = self.lesson.is_continuous();
        let active = self.lesson.active.as_mut();
        match action {
            LessonAction::Fetch(name) => self.host.script.lesson(&name),
            LessonAction::SetList(text) => {
                self.lesson.list = Rc::new(lesson::parse_list(&text, &storage::done()));
            }
            LessonAction::Begin(name, text, step) => {
                if step > 1 || !self.join_lesson(&name, &text) {
                    self.close_comparison();
                    self.ui.sheet.show(Tab::Story);
                    self.begin_lesson(name, text, step);
                }
            }
            LessonAction::Answer(index) if is_continuous => self.answer(index),
            LessonAction::Close if is_continuous => self.skip_lesson(),
            LessonAction::Continue => self.continue_lesson(),
            LessonAction::Back => self.go_back(),
            LessonAction::Answer(index) => {
                active.into_iter().for_each(|lesson| lesson.answer(index, &self.run.timeline));
            }
            LessonAction::ShowHint => active.into_iter().for_each(|lesson| lesson.has_hint = true),
            LessonAction::Leave => active.into_iter().for_each(|lesson| lesson.is_left = true),
            LessonAction::Return => self.return_to_lesson(),
            LessonAction::Close => self.lesson.active = None,
        }
    }

    /// Chooses an answer in a lesson that continues by itself: it then goes on.
    fn answer(&mut self, index: usize) {
        let Some(lesson) = &mut self.lesson.active else { return };
        let was_asking = lesson.phase(&self.run.timeline) == Phase::Asking;
        lesson.answer(index, &self.run.timeline);
        if was_asking && lesson.phase(&self.run.timeline) != Phase::Asking {
            self.continue_lesson();
        }
    }

    /// Ends a lesson that continues by itself; the run plays on if it was paused for a question.
    fn skip_lesson(&mut self) {
        let Some(lesson) = self.lesson.active.take() else { return };
        if lesson.phase(&self.run.timeline) == Phase::Asking {
            self.run.playback.set_playing(true);
        }
    }

    /// Continues the lesson on copies of the run and the guide, so that the job can be canceled.
    fn continue_lesson(&mut self) {
        let Some(lesson) = &self.lesson.active else { return };
        let before = self.run.moment();
        let phase = lesson.phase(&self.run.timeline);
        if phase == Phase::Asking {
            return;
        }
        let (mut guide, mut timeline) = (lesson.guide.clone(), self.run.timeline.clone());
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let results = match phase {
                Phase::Waiting => {
                    guide.skip(&mut timeline, &progress).await;
                    Vec::new()
                }
                Phase::Acting => guide.perform(&mut timeline, &progress).await,
                Phase::Asking | Phase::Arrived => guide.go_on(&mut timeline, &progress).await,
            };
            Box::new(move |session: &mut Session| {
                session.run.timeline = timeline;
                session.step_done(before, results);
                if let Some(lesson) = &mut session.lesson.active {
                    lesson.has_hint &= phase != Phase::Arrived;
                    lesson.guide = guide;
                }
                session.phase_changed();
            }) as Finish
        });
        self.begin_task("Continuing the story", task, progress);
    }

    /// Plays while the lesson waits for something. Stores that the lesson is complete at its end.
    fn phase_changed(&mut self) {
        let Some(lesson) = &self.lesson.active else { return };
        let phase = lesson.phase(&self.run.timeline);
        self.run.playback.set_playing(matches!(phase, Phase::Waiting | Phase::Acting));
        if lesson.guide.is_last() && phase == Phase::Arrived {
            storage::save_done(&lesson.name);
            self.lesson.list = Rc::default();
        }
    }

    /// Returns to the previous step of the lesson.
    fn go_back(&mut self) {
        let Some(lesson) = &mut self.lesson.active else { return };
        lesson.has_hint = false;
        let mut guide = lesson.guide.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = guide.back(&progress).await;
            Box::new(move |session: &mut Session| {
                let Some(timeline) = run else { return };
                session.replace_run(timeline);
                session.run.playback.set_playing(false);
                if let Some(lesson) = &mut session.lesson.active {
                    lesson.guide = guide;
                }
            }) as Finish
        });
        self.begin_task("Going back one step", task, progress);
    }

    /// Returns to the step at which the lesson was left.
    fn return_to_lesson(&mut self) {
        let Some(lesson) = &self.lesson.active else { return };
        let (guide, before) = (lesson.guide.clone(), self.run.moment());
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = guide.run(&progress).await;
            Box::new(move |session: &mut Session| {
                if let Some(timeline) = run {
                    session.replace_run(timeline);
                    session.run.history.record(before);
                }
                if let Some(lesson) = &mut session.lesson.active {
                    lesson.is_left = false;
                    let is_waiting = lesson.phase(&session.run.timeline) == Phase::Waiting;
                    session.run.playback.set_playing(is_waiting);
                }
            }) as Finish
        });
        self.begin_task("Returning to the story", task, progress);
    }

    /// Records what a step of the lesson has done to the run.
    fn step_done(&mut self, before: Moment, results: Vec<ActionResult>) {
        if *self.run.timeline.recipe() == *self.run.recipe {
            self.run.interrupt();
        } else {
            self.run.history.record(before);
            self.update_recipe();
        }
        self.ui.notice = None;
        for ActionResult { action, output } in results {
            let line = action.text.lines().next().unwrap_or_default().to_owned();
            self.record_command(line, output);
        }
    }

    /// Begins a lesson on the run with which the page has opened, if it tells just this run. Returns whether it does.
    fn join_lesson(&mut self, name: &str, text: &str) -> bool {
        let run = &self.run;
        let is_opening = run.opening == Some(run.timeline.now()) && run.recipe == run.story;
        let guide = lesson::join(text, &run.timeline);
        let Some(guide) = guide.filter(|_| is_opening && self.lesson.active.is_none()) else {
            return false;
        };
        let (name, text) = (name.to_owned(), text.into());
        let lesson = ActiveLesson { name, text, guide, is_left: false, has_hint: false };
        self.lesson.active = Some(lesson);
        self.ui.sheet.choose(Tab::Story);
        true
    }

    /// Opens a lesson at a step, or shows why it cannot be played.
    fn begin_lesson(&mut self, name: String, text: String, step: usize) {
        let before = self.run.moment();
        let progress = Progress::default();
        let shown = progress.clone();
        self.ui.focus.restores = true;
        let task = Box::pin(async move {
            let progress = shown;
            let opened = lesson::open(&text, step, &progress).await;
            Box::new(move |session: &mut Session| match opened {
                Ok((guide, timeline)) => {
                    let text = text.into();
                    let lesson =
                        ActiveLesson { name, text, guide, is_left: false, has_hint: false };
                    session.lesson_opened(lesson, timeline, before);
                }
                Err(errors) => {
                    let first = errors.first().map(ToString::to_string).unwrap_or_default();
                    let text = format!("The story {name} can't be played: {first}");
                    session.ui.notice = Some(Notice { text, offer: Offer::Nothing });
                }
            }) as Finish
        });
        self.begin_task("Opening the story", task, progress);
    }

    /// Replaces the run by that of a lesson.
    fn lesson_opened(&mut self, lesson: ActiveLesson, timeline: Timeline, before: Moment) {
        self.replace_run(timeline);
        self.run.history.record(before);
        self.run.story = self.run.recipe.clone();
        self.ui.dialog = None;
        let is_waiting = lesson.phase(&self.run.timeline) == Phase::Waiting;
        self.run.playback.set_playing(is_waiting || lesson.is_continuous());
        self.lesson.active = Some(lesson);
        self.host.lesson = None;
    }

    /// Pauses where the user has something to do, if playback has passed that instant since `from`.
    pub(super) fn stop_for_lesson(&mut self, from: Time) {
        let Some(lesson) = self.lesson.active.as_mut().filter(|lesson| !lesson.is_left) else {
            return;
        };
        if lesson.is_continuous() && lesson.pass(&self.run.timeline) {
            storage::save_done(&lesson.name);
            self.lesson.list = Rc::default();
            return;
        }
        let ends = lesson.guide.ends(self.run.timeline.events(), from);
        if let Some(at) = ends.filter(|at| *at <= self.run.timeline.now()) {
            self.run.pause_at(at);
            if self.lesson.is_continuous() {
                self.ui.sheet.show(Tab::Story);
            }
        }
    }
}
