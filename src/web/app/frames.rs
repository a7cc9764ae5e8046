//! What the page does in each frame: playback, the picture, the panels, and long work.

use super::App;
use crate::web::action::Action;
use crate::web::frame::{Frame, Phase, WORK_MS};
use crate::web::session::Session;
use crate::web::{failure, guard, picture};
use gloo_timers::callback::Timeout;
use yew::Context;

/// The interval of long work in a background tab, where the browser delivers no frames, in milliseconds.
const FALLBACK_MS: u32 = 250;

impl App {
    /// Requests a frame during playback and long work.
    pub(super) fn ask_for_frame(&mut self) {
        let Some(session) = &self.session else {
            return if self.loading.is_some() {
                self.frames.request()
            };
        };
        // A background tab gets no frames, but long work has to finish there too.
        self.fallback = (session.is_busy() && !failure::has_failed()).then(|| {
            let dispatch = self.dispatch.clone();
            Timeout::new(FALLBACK_MS, move || dispatch.emit(Action::Frame(guard::wall_ms())))
        });
        let is_playing = session.playback.is_playing() && self.is_visible;
        let is_moving = session.moving.is_some();
        let owes = self.owes_all || self.owes_events() || self.picture.borrow().has_rest();
        if (is_playing || is_moving || owes || session.is_busy()) && !failure::has_failed() {
            self.frames.request();
        }
    }

    /// Runs a frame within its budget. Returns whether anything besides the picture and the cursor has to be
    /// rendered, which is rare.
    pub(super) fn go_on(&mut self, ctx: &Context<App>, now: f64) -> bool {
        let Some(session) = &mut self.session else { return self.load(ctx) };
        if session.jobs.is_busy() {
            return self.work(ctx);
        }
        if self.owes_all {
            let has_changed = self.do_all(ctx);
            if !has_changed {
                self.ask_for_frame();
            }
            return has_changed;
        }
        if !session.playback.is_playing() {
            return self.settle(ctx, now);
        }
        let frame = self.scheduler.begin();
        let mut scheduler = std::mem::take(&mut self.scheduler);
        let mut has_changed = false;
        loop {
            let phase = scheduler.phase();
            let went_on = scheduler.run(&frame, || match phase {
                Phase::Render => {
                    has_changed = self.has_changed();
                    true
                }
                phase => self.go_through(ctx, phase, now, &frame),
            });
            if !went_on {
                break;
            }
        }
        self.scheduler = scheduler;
        // Playback has stopped: bring everything up to date.
        let has_stopped =
            |session: &Session| !session.playback.is_playing() && session.moving.is_none();
        if self.session.as_ref().is_some_and(has_stopped) {
            has_changed |= self.do_all(ctx);
        }
        if !has_changed {
            self.ask_for_frame();
        }
        has_changed
    }

    /// Finishes what is left after playback has stopped.
    fn settle(&mut self, ctx: &Context<App>, now: f64) -> bool {
        let frame = Frame::begin(WORK_MS);
        let has_time = &|| frame.has_time();
        let Some(session) = &mut self.session else { return false };
        let was_moving = session.moving.is_some();
        if was_moving {
            session.advance(now, has_time);
        }
        session.work_beside(has_time);
        let has_arrived = was_moving && session.moving.is_none();
        let has_changed = if has_arrived {
            self.do_all(ctx)
        } else {
            self.tell_host(ctx);
            self.show(has_time);
            self.has_changed()
        };
        if !has_changed {
            self.ask_for_frame();
        }
        has_changed
    }

    /// Runs one phase. Returns whether it is complete.
    fn go_through(&mut self, ctx: &Context<App>, phase: Phase, now: f64, frame: &Frame) -> bool {
        let Some(session) = &mut self.session else { return true };
        let has_time = &|| frame.has_time();
        match phase {
            Phase::Advance => {
                session.advance(now, has_time);
                self.cursor.set_clock();
                return self.session.as_ref().is_none_or(|session| session.moving.is_none());
            }
            Phase::Scene => self.draw(ctx),
            Phase::Picture => {
                self.show(has_time);
                return !self.picture.borrow().has_rest();
            }
            Phase::Panels(part) => {
                let (timeline, revision) = (&session.timeline, session.revision);
                if session.panels.follow(timeline, revision, part)
                    && let Some(asked) = session.asked.clone()
                {
                    session.ask(Some(&asked.subject));
                }
            }
            Phase::Beside => session.work_beside(has_time),
            Phase::Render => {}
        }
        true
    }

    /// Continues the current job.
    fn work(&mut self, ctx: &Context<App>) -> bool {
        let frame = Frame::begin(WORK_MS);
        if let Some(session) = &mut self.session {
            session.work(&|| frame.has_time());
        }
        let is_busy = self.session.as_ref().is_some_and(|session| session.jobs.is_busy());
        // What the work has changed is shown with the next frame if this one has no time left for it.
        self.owes_all = !is_busy && !frame.has_time();
        let has_changed = match is_busy || self.owes_all {
            true => self.has_changed(),
            false => self.do_all(ctx),
        };
        if !has_changed {
            self.ask_for_frame();
        }
        has_changed
    }

    /// Updates the picture and the panels at once. Returns whether something has to be rendered.
    pub(super) fn do_all(&mut self, ctx: &Context<App>) -> bool {
        self.scheduler.restart();
        self.owes_all = false;
        if let Some(session) = &mut self.session {
            session.panels.follow_all(&session.timeline, session.revision);
        }
        self.draw(ctx);
        let frame = Frame::begin(WORK_MS);
        match self.scene.items.len() > picture::MANY {
            true => self.show(&|| frame.has_time()),
            false => self.show(picture::ALL),
        }
        self.cursor.set_clock();
        self.has_changed()
    }

    /// Whether anything besides the picture and the cursor has changed since the last rendering.
    pub(super) fn has_changed(&mut self) -> bool {
        let Some(session) = &self.session else { return true };
        let beside = Some(session.beside());
        let has_changed = beside != self.shown;
        self.shown = beside;
        has_changed
    }
}
