//! Long work of the page, in slices: the page stays responsive, shows the progress, and can cancel the work.
//! Canceling leaves everything as it was.

use super::Session;
use crate::api::Time;
use crate::kubectl::Output;
use crate::notation::NotationError;
use crate::page::run::LOOK_AHEAD_MS;
use crate::task::{self, Progress, Task};
use crate::timeline::{LineRun, Next, Seek, Timeline};
use crate::web::action::Action;
use crate::web::guard::wall_ms;
use std::collections::VecDeque;
use std::rc::Rc;

/// The progress is shown after this many milliseconds.
const SHOWN_AFTER_MS: f64 = 300.0;
/// The title of the job that runs the matrix of faults.
pub(super) const SURVEY: &str = "Testing faults";
/// The exit status of a line that was canceled: that of a program ended by Ctrl+C.
const CANCELED: u8 = 130;

/// The current job, and the actions that wait for it.
#[derive(Default)]
pub(crate) struct Jobs {
    /// The current job.
    current: Option<Box<Job>>,
    /// The waiting actions, in order.
    waiting: VecDeque<Action>,
    /// Whether a command of the element's script is running. No other job runs between its jobs.
    pub(super) is_called: bool,
    /// The wall time at which the current job started.
    began: f64,
}

/// A piece of long work, and what to do when it ends.
pub(super) struct Job {
    /// What the job does, for the user.
    title: &'static str,
    /// The work.
    work: Work,
    /// Called when the job ends.
    then: Then,
}

/// Called when a job ends.
type Then = Box<dyn FnOnce(&mut Session, Outcome)>;

/// The kinds of long work.
pub(super) enum Work {
    /// Moves the cursor.
    Seek(Box<Seek>),
    /// Looks for an event after `from`; `at` is the last instant that was examined.
    Find { from: Time, at: Time, is_wanted: fn(&Timeline, Time) -> bool },
    /// Runs a line.
    Line(LineRun),
    /// Work that does not need the current run. Its result applies itself to the session.
    Task(Task<'static, Finish>, Progress),
}

/// Applies the result of a task to the session.
pub(super) type Finish = Box<dyn FnOnce(&mut Session)>;

/// Called when a line is done.
pub(super) type AfterLine = Box<dyn FnOnce(&mut Session, Output)>;
/// Called when the cursor has moved.
pub(super) type AfterSeek = Box<dyn FnOnce(&mut Session)>;
/// Called with a run that was opened, or with the reasons why it cannot be played.
pub(super) type AfterRun = Box<dyn FnOnce(&mut Session, Result<Timeline, Vec<NotationError>>)>;

/// How a job ended.
pub(super) enum Outcome {
    /// The work is complete.
    Done,
    /// The instant of the event that was looked for, if any.
    Found(Option<Time>),
    /// The output of a line.
    Printed(Output),
    /// The job was canceled.
    Canceled,
}

impl Outcome {
    /// The output of a line, also if it was canceled.
    pub(super) fn output(self) -> Output {
        match self {
            Outcome::Printed(output) => output,
            _ => Output { exit: CANCELED, stderr: "canceled\n".into(), ..Output::default() },
        }
    }
}

impl Jobs {
    /// Whether a job is in progress, or an action waits for its turn because the last frame had no time left for it.
    pub(crate) fn is_busy(&self) -> bool {
        self.current.is_some() || !self.waiting.is_empty() || self.is_called
    }

    /// Whether the current job moves the cursor.
    pub(super) fn is_seeking(&self) -> bool {
        self.current.as_ref().is_some_and(|job| matches!(job.work, Work::Seek(_)))
    }

    /// The title of the current job and its progress in thousandths, if known.
    fn progress(&self, timeline: &Timeline) -> Option<(&'static str, Option<u64>)> {
        let job = self.current.as_ref()?;
        let part = |done: u64, total: u64| (total > 0).then(|| done.min(total) * 1_000 / total);
        let done = match &job.work {
            Work::Seek(seek) => part(timeline.recorded_ms(), seek.to().0),
            Work::Find { .. } => None,
            Work::Line(run) => run.progress().thousandths(),
            Work::Task(_, progress) => progress.thousandths(),
        };
        Some((job.title, done))
    }

    /// The progress to show, if the current job has taken long enough.
    pub(crate) fn shown(&self, timeline: &Timeline) -> Option<(&'static str, Option<u64>)> {
        self.progress(timeline).filter(|_| wall_ms() - self.began > SHOWN_AFTER_MS)
    }

    /// The progress of the matrix of faults, if it is being run.
    pub(crate) fn surveys(&self, timeline: &Timeline) -> Option<Option<u64>> {
        let (title, done) = self.progress(timeline)?;
        (title == SURVEY).then_some(done)
    }

    /// Adds an action that has to wait for the current job.
    pub(super) fn push(&mut self, action: Action) {
        self.waiting.push_back(action);
    }
}

impl Session {
    /// Starts a job. A job in progress is canceled.
    pub(super) fn begin(&mut self, title: &'static str, work: Work, then: Then) {
        self.cancel();
        self.run.stop_moving();
        self.jobs.current = Some(Box::new(Job { title, work, then }));
        self.jobs.began = wall_ms();
    }

    /// Starts playing another recipe to an instant.
    pub(super) fn begin_run(&mut self, recipe: Rc<str>, at: Time, then: AfterRun) {
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let run = Timeline::open(&recipe, at, &shown).await;
            Box::new(move |session: &mut Session| then(session, run)) as Finish
        });
        self.begin_task("Replaying", task, progress);
    }

    /// Starts a task.
    pub(super) fn begin_task(
        &mut self,
        title: &'static str,
        task: Task<'static, Finish>,
        progress: Progress,
    ) {
        self.begin(title, Work::Task(task, progress), Box::new(|_, _| {}));
    }

    /// Starts moving the cursor.
    pub(super) fn begin_seek(&mut self, to: Time, then: AfterSeek) {
        let seek = Box::new(self.run.timeline.begin_seek(to));
        self.begin("Jumping in time", Work::Seek(seek), Box::new(|session, _| then(session)));
    }

    /// Starts looking for the next event that is wanted.
    pub(super) fn begin_find(
        &mut self,
        is_wanted: fn(&Timeline, Time) -> bool,
        then: fn(&mut Session, Option<Time>),
    ) {
        let from = self.run.timeline.now();
        let work = Work::Find { from, at: from, is_wanted };
        let then = move |session: &mut Session, outcome| {
            if let Outcome::Found(at) = outcome {
                then(session, at);
            }
        };
        self.begin("Finding the next event", work, Box::new(then));
    }

    /// Cancels the current job, if any.
    pub(super) fn cancel(&mut self) {
        if let Some(job) = self.jobs.current.take() {
            (job.then)(self, Outcome::Canceled);
        }
    }

    /// Runs the current job, then the waiting actions, while there is time.
    pub(crate) fn work(&mut self, has_time: &dyn Fn() -> bool) {
        self.work_on_jobs(has_time);
        // The last job may have used up the time: then nothing else asks whether to compare again.
        if !self.jobs.is_busy() {
            self.compare_again();
        }
        self.keep_observing();
    }

    fn work_on_jobs(&mut self, has_time: &dyn Fn() -> bool) {
        loop {
            match self.jobs.current.take() {
                Some(job) => {
                    if let Some(job) = self.continue_job(job) {
                        self.jobs.current = Some(job);
                    }
                }
                None if self.go_on_scripts() => {}
                None if self.jobs.is_called => return,
                None => match self.jobs.waiting.pop_front() {
                    Some(action) => self.handle(action),
                    None if self.compare_again() => {}
                    None => return,
                },
            }
            if !has_time() {
                return;
            }
        }
    }

    /// Runs one slice of a job; returns the job if there is more to do.
    fn continue_job(&mut self, mut job: Box<Job>) -> Option<Box<Job>> {
        let outcome = match &mut job.work {
            Work::Seek(seek) => match self.run.timeline.go_on(seek) {
                true => return Some(job),
                false => Outcome::Done,
            },
            Work::Find { from, at, is_wanted } => {
                match self.run.timeline.look_ahead(*at, LOOK_AHEAD_MS) {
                    Next::Unknown => return Some(job),
                    Next::At(next) if next.0 > from.0.saturating_add(LOOK_AHEAD_MS) => {
                        Outcome::Found(None)
                    }
                    Next::At(next) if !is_wanted(&self.run.timeline, next) => {
                        *at = next;
                        return Some(job);
                    }
                    Next::At(next) => Outcome::Found(Some(next)),
                    Next::Nothing => Outcome::Found(None),
                }
            }
            Work::Line(run) => match run.go_on() {
                true => return Some(job),
                false => Outcome::Done,
            },
            Work::Task(task, _) => {
                let Some(finish) = task::poll(task) else { return Some(job) };
                finish(self);
                Outcome::Done
            }
        };
        let Job { work, then, .. } = *job;
        let outcome = match work {
            Work::Line(run) => Outcome::Printed(self.run.timeline.finish(run)),
            _ => outcome,
        };
        then(self, outcome);
        None
    }
}
