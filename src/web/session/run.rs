//! The run: actions that use it, playback, and the position of the cursor.

use super::comparison::{FORK, SWAP};
use super::names::REPLACE;
use super::survey::{SURVIVE, WATCH};
use super::{Notice, Offer, Session};
use crate::api::Time;
use crate::page::run::is_marked;
use crate::page::shortcuts;
use crate::timeline::Timeline;
use crate::timeline::playback::Speed;
use crate::web::action::{Action, PlaybackAction, RunAction};
use yew::Callback;

impl Session {
    /// Handles an action that uses the run.
    pub(super) fn handle_run(&mut self, action: RunAction) {
        match action {
            RunAction::Line(line, reply) => self.run_from_page(&line, reply),
            RunAction::Shortcut(key) => {
                for line in shortcuts::lines(self.run.timeline.cluster(), key) {
                    self.jobs.push(Action::Run(RunAction::Line(line, None)));
                }
            }
            RunAction::Apply(yaml, reply) => self.apply(&yaml, reply),
            RunAction::StartFresh(yaml) => self.start_fresh(&yaml),
            RunAction::Undo => self.undo(),
            RunAction::Redo => self.redo(),
            RunAction::RestartStory => self.restart_story(),
            RunAction::ChangeVersion(version) => self.change_version(version),
            RunAction::Compare(version) => self.compare(version),
            RunAction::Fork => {
                if let Some(fork) = FORK.get() {
                    fork(self);
                }
            }
            RunAction::SwapFutures => {
                if let Some(swap) = SWAP.get() {
                    swap(self);
                }
            }
            RunAction::Survive(text) => {
                if let Some(survive) = SURVIVE.get() {
                    survive(self, text);
                }
            }
            RunAction::Watch(moment) => {
                if let Some(watch) = WATCH.get() {
                    watch(self, *moment);
                }
            }
            RunAction::Open(run) => self.open(run),
            RunAction::ReplaceNames => {
                if let Some(replace) = REPLACE.get() {
                    replace(self);
                }
            }
            RunAction::ReadState(reply) => self.read_state(reply),
            RunAction::Adopt(told) => self.adopt(told),
            RunAction::Seek(to, reply) => self.seek(to, reply),
            RunAction::StepForward => self.seek_event(|_, _| true),
            RunAction::StepBack => self.seek(self.run.previous_event(), None),
            RunAction::NextMark => self.seek_event(is_marked),
            RunAction::Rewind => {
                self.run.leave_live();
                self.begin_seek(Time(0), Box::new(Session::cursor_moved));
            }
            RunAction::End => self.seek(self.run.timeline.end(), None),
        }
    }

    /// Handles an action that changes how time passes.
    pub(super) fn handle_playback(&mut self, action: PlaybackAction) {
        let playback = &mut self.run.playback;
        match action {
            PlaybackAction::Play(is_playing) => {
                self.ui.resumes = false;
                self.run.leave_live();
                self.run.play(is_playing, self.ui.reduces_motion);
            }
            PlaybackAction::Toggle => {
                self.ui.resumes = false;
                let is_playing = !playback.is_playing();
                self.run.leave_live();
                self.run.play(is_playing, self.ui.reduces_motion);
            }
            PlaybackAction::SetSpeed(step) => playback.set_speed(Speed::from_step(step)),
            PlaybackAction::ChangeSpeed(steps) => self.run.change_speed(steps),
            PlaybackAction::SetUntil(until) => self.host.until = until,
        }
    }

    /// Advances playback to a frame, while there is time. `wall_ms` is the wall time of the frame. Playback stands
    /// still during jobs.
    pub(crate) fn advance(&mut self, wall_ms: f64, has_time: &dyn Fn() -> bool) {
        if self.jobs.is_busy() {
            return self.run.playback.sleep();
        }
        let lesson = self.lesson.active.as_ref().filter(|lesson| !lesson.is_left);
        let slower = lesson.map_or(0, |lesson| lesson.guide.slower(self.run.timeline.now()));
        self.run.playback.set_slower(slower);
        self.run.begin_step(wall_ms, has_time);
        let from = self.run.timeline.now();
        while self.run.continue_step(has_time) {
            // If playback has stopped, the cursor was on its way to where it stopped.
            if self.run.playback.is_playing() && !self.run.is_rewinding() {
                self.stop_for_lesson(from);
                self.stop_at_limit();
                self.stop_at_end(from);
            }
        }
        self.follow_cursor(has_time);
    }

    /// Pauses and moves the cursor. `reply` gets the instant that is shown afterwards.
    pub(super) fn seek(&mut self, to: Time, reply: Option<Callback<Time>>) {
        self.run.playback.set_playing(false);
        self.run.leave_live();
        let from = self.run.timeline.now();
        let then = move |session: &mut Session| {
            session.cursor_moved();
            if session.run.timeline.now() < from {
                // At this instant, the last command may not have been run yet.
                session.ui.last = None;
            }
            session.save_run();
            if let Some(reply) = &reply {
                session.host.answer(reply, session.run.timeline.now());
            }
        };
        self.begin_seek(to, Box::new(then));
    }

    /// Pauses at the next event that is wanted, within the look-ahead.
    fn seek_event(&mut self, is_wanted: fn(&Timeline, Time) -> bool) {
        self.begin_find(is_wanted, |session, at| {
            if let Some(at) = at {
                session.seek(at, None);
            }
        });
    }

    /// Updates what depends on the position of the cursor.
    fn cursor_moved(&mut self) {
        self.run.interrupt();
        self.stop_at_limit();
    }

    /// Pauses with a message where the run reaches a limit.
    fn stop_at_limit(&mut self) {
        if let Some(limit) = self.run.timeline.ends() {
            self.run.playback.set_playing(false);
            let text = format!("The run ends here: {}.", limit.sentence());
            self.ui.notice = Some(Notice { text, offer: Offer::Restart });
        }
    }

    /// Pauses at the element's `until`, if playback has passed it since `from`.
    fn stop_at_end(&mut self, from: Time) {
        let until = self.host.until;
        if from < until && until <= self.run.timeline.now() {
            self.run.pause_at(until);
        }
    }

    /// Records that the recipe has changed.
    pub(super) fn update_recipe(&mut self) {
        self.run.set_recipe(self.run.timeline.recipe().into());
        self.host.keep_recipe(&self.run.recipe);
        self.save_run();
    }

    /// Replaces the run by another one.
    pub(super) fn replace_run(&mut self, timeline: Timeline) {
        self.run.stop_moving();
        self.run.timeline.replace(timeline);
        self.update_recipe();
        self.send_run();
        self.terminal.end_all();
        self.ui.notice = None;
        self.ui.last = None;
    }
}
