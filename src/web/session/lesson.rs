//! Guided stories: their actions, and what becomes of the run.

use super::jobs::Finish;
use super::{Notice, Offer, Session, storage};
use crate::api::Time;
use crate::lessons::{Did as ActionResult, Phase, seed_of};
use crate::page::course::{self, ListedLesson, NextLesson};
use crate::page::history::Moment;
use crate::page::lesson::{self, ActiveLesson};
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
    /// The text of the list.
    index: String,
}

impl LessonState {
    /// The lesson after the one in progress.
    pub(crate) fn next(&self) -> Option<NextLesson> {
        course::next_lesson(&self.list, &self.active.as_ref()?.name)
    }

    /// Reads the list again after progress was stored.
    pub(super) fn refresh(&mut self) {
        let list = course::parse_list(&self.index, &storage::done(), storage::today());
        self.list = Rc::new(list);
    }

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
                self.lesson.index = text;
                self.lesson.refresh();
            }
            LessonAction::Replay => self.replay_step(),
            LessonAction::Retry => self.retry_step(),
            LessonAction::Begin(name, text, step) => {
                if step > 1 || !self.join_lesson(&name, &text) {
                    self.close_comparison();
                    self.ui.sheet.show(Tab::Story);
                    self.begin_lesson(name, text, step);
                }
            }
            LessonAction::Reset(step) => {
                let active = self.lesson.active.as_ref();
                if let Some((name, text, seed)) =
                    active.map(|it| (it.name.clone(), it.text.to_string(), it.seed))
                {
                    self.begin_seeded(name, text, step, seed);
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
        match phase {
            Phase::Asking => return,
            Phase::Failed(_) => return self.retry_step(),
            // The caption first, then the motion.
            Phase::Waiting if !self.run.playback.is_playing() && !lesson.is_continuous() => {
                return self.run.play(true, self.ui.reduces_motion);
            }
            Phase::Waiting | Phase::Acting | Phase::Arrived => {}
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
                Phase::Acting => guide.show(&mut timeline, &progress).await,
                _ => guide.go_on(&mut timeline, &progress).await,
            };
            Box::new(move |session: &mut Session| {
                session.run.timeline = timeline;
                session.step_done(before, results);
                if let Some(lesson) = &mut session.lesson.active {
                    lesson.guide = guide;
                    if phase == Phase::Arrived {
                        lesson.restart();
                    }
                }
                session.phase_changed(phase);
            }) as Finish
        });
        self.begin_task("Continuing the story", task, progress);
    }

    /// Plays if the user is watching a prediction or a solution, and otherwise pauses. Stores the results of the
    /// lesson at its end.
    fn phase_changed(&mut self, before: Phase) {
        let Some(lesson) = &self.lesson.active else { return };
        let phase = lesson.phase(&self.run.timeline);
        let plays = match phase {
            Phase::Waiting => lesson.is_continuous() || lesson.plays_at_once(&self.run.timeline),
            Phase::Acting => before == Phase::Acting,
            _ => false,
        };
        self.run.playback.set_playing(plays);
        self.store_results();
    }

    /// Stores the results of the lesson, if it is complete, and finds the next lesson.
    fn store_results(&mut self) {
        let Some(lesson) = &self.lesson.active else { return };
        if !lesson.guide.is_last() || lesson.phase(&self.run.timeline) != Phase::Arrived {
            return;
        }
        // A lesson that is being written, or that came in a link, is not one of the course.
        if lesson.name.starts_with('~') {
            return;
        }
        storage::save_done(&lesson.name, lesson.guide.results(self.run.timeline.now()));
        match self.lesson.list.is_empty() {
            true => self.host.script.lesson(""),
            false => self.lesson.refresh(),
        }
    }

    /// Replays the current step.
    fn replay_step(&mut self) {
        let Some(lesson) = &mut self.lesson.active else { return };
        lesson.replayed = Some(lesson.guide.index());
        let began = lesson.guide.began();
        self.begin_seek(
            began,
            Box::new(|session: &mut Session| {
                session.run.interrupt();
                session.run.play(true, session.ui.reduces_motion);
            }),
        );
    }

    /// Returns to the previous step of the lesson.
    fn go_back(&mut self) {
        self.resume_step("Going back one step", true);
    }

    /// Restarts the current step where it arrived.
    fn retry_step(&mut self) {
        self.resume_step("Starting the step again", false);
    }

    /// Replaces the run with that of the current step, or of the previous one.
    fn resume_step(&mut self, title: &'static str, is_back: bool) {
        let Some(lesson) = &mut self.lesson.active else { return };
        lesson.restart();
        let mut guide = lesson.guide.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let progress = shown;
            let run = match is_back {
                true => guide.back(&progress).await,
                false => guide.retry(&progress).await,
            };
            Box::new(move |session: &mut Session| {
                let Some(timeline) = run else { return };
                session.replace_run(timeline);
                session.run.playback.set_playing(false);
                if let Some(lesson) = &mut session.lesson.active {
                    lesson.guide = guide;
                    lesson.is_left = false;
                }
            }) as Finish
        });
        self.begin_task(title, task, progress);
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
                    session.run.playback.set_playing(false);
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
        self.lesson.active = Some(ActiveLesson::new(name, text, guide, 0));
        self.ui.sheet.choose(Tab::Story);
        true
    }

    /// Opens a lesson at a step, with the order of answers of the class, or a random one.
    fn begin_lesson(&mut self, name: String, text: String, step: usize) {
        let class = self.host.script.class();
        let seed = match class.is_empty() {
            true => (js_sys::Math::random() * 4e9) as u64 + 1,
            false => seed_of(&class),
        };
        self.begin_seeded(name, text, step, seed);
    }

    /// Opens a lesson at a step, or shows why it cannot be played.
    fn begin_seeded(&mut self, name: String, text: String, step: usize, seed: u64) {
        let before = self.run.moment();
        let progress = Progress::default();
        let shown = progress.clone();
        self.ui.focus.restores = true;
        let task = Box::pin(async move {
            let progress = shown;
            let opened = lesson::open(&text, seed, step, &progress).await;
            Box::new(move |session: &mut Session| match opened {
                Ok((guide, timeline)) => {
                    let lesson = ActiveLesson::new(&name, &text, guide, seed);
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
        self.run.playback.set_playing(lesson.is_continuous());
        self.lesson.active = Some(lesson);
        self.host.lesson = None;
    }

    /// Pauses where the user has something to do, if playback has passed that instant since `from`.
    pub(super) fn stop_for_lesson(&mut self, from: Time) {
        let Some(lesson) = self.lesson.active.as_mut().filter(|lesson| !lesson.is_left) else {
            return;
        };
        let index = lesson.guide.index();
        if lesson.is_continuous() && lesson.pass(&self.run.timeline) {
            if lesson.guide.index() != index {
                self.store_results();
            }
            return;
        }
        let pauses = lesson.pauses(&self.run.timeline, from);
        if let Some(at) = pauses {
            self.run.pause_at(at);
            if self.lesson.is_continuous() {
                self.ui.sheet.show(Tab::Story);
            }
            self.store_results();
        }
    }
}
