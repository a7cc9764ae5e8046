//! What the page does in each frame: playback, the picture, the panels, and long work.

use super::{App, Content, Link, Message, report_events};
use crate::page::frame::{Frame, FrameBudget, Phase, Scheduler};
use crate::web::guard::{self, FrameRequests};
use crate::web::session::{PanelState, Session};
use crate::web::{failure, picture};
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use yew::Context;

/// The interval of long work in a background tab, where the browser delivers no frames, in milliseconds.
const FALLBACK_MS: u32 = 250;

/// The state of the frames.
pub(super) struct FrameLoop {
    /// The requests to the browser.
    requests: FrameRequests,
    link: Link,
    /// The timer that replaces frames in a background tab.
    fallback: Option<Timeout>,
    /// Spreads the work over frames.
    pub(super) scheduler: Scheduler,
    /// The budget of a frame of playback.
    budget: FrameBudget,
    /// Whether the next frame has to bring everything up to date.
    pub(super) owes_all: bool,
    /// What was rendered last, besides the picture and the cursor.
    rendered: Option<PanelState>,
    /// The wall time at which the last rendering started, in milliseconds.
    pub(super) rendering: Cell<f64>,
}

impl FrameLoop {
    /// Creates the loop. Frames run only when they are requested.
    pub(super) fn new(link: &Link) -> FrameLoop {
        FrameLoop {
            requests: FrameRequests::new(link.callback(Message::Frame)),
            link: link.clone(),
            fallback: None,
            scheduler: Scheduler::default(),
            budget: FrameBudget::default(),
            owes_all: false,
            rendered: None,
            rendering: Cell::new(0.0),
        }
    }

    /// Continues loading without waiting for a frame: there is no picture yet that could change, and a background tab
    /// gets no frames.
    fn continue_soon(&mut self) {
        self.fallback = Some(self.frame_after(0));
    }

    /// Runs a frame after so many milliseconds, whether or not the browser delivers frames.
    fn frame_after(&self, ms: u32) -> Timeout {
        let link = self.link.clone();
        Timeout::new(ms, move || link.send_message(Message::Frame(guard::wall_ms())))
    }

    /// Continues long work after a while even if the tab gets no frames.
    fn set_fallback(&mut self, is_busy: bool) {
        self.fallback = is_busy.then(|| self.frame_after(FALLBACK_MS));
    }
}

impl App {
    /// Requests a frame during playback and long work.
    pub(super) fn request_frame(&mut self) {
        let session = match &self.content {
            Content::Open(session) => session,
            Content::Loading(_) => return self.frames.continue_soon(),
            Content::Failed(_) => return,
        };
        let is_busy = session.is_busy();
        // A script may wait for the answer to what the next frame shows.
        let must_go_on = is_busy || self.frames.owes_all;
        self.frames.set_fallback(must_go_on && !failure::has_failed());
        let run = &session.run;
        let is_playing = run.playback.is_playing() && session.host.is_visible;
        let owes_events = session.host.reported < run.seen_events();
        let owes = self.frames.owes_all || owes_events || self.picture.has_rest();
        if (is_playing || run.is_moving() || owes || is_busy) && !failure::has_failed() {
            self.frames.requests.request();
        }
    }

    /// Runs a frame within its budget. `now` is the wall time in milliseconds. Returns whether to render anything
    /// besides the picture and the cursor, which is rare.
    pub(super) fn run_frame(&mut self, ctx: &Context<App>, now: f64) -> bool {
        let Some(session) = self.content.session() else { return self.load(ctx) };
        let has_changed = if session.jobs.is_busy() {
            self.work(ctx)
        } else if self.frames.owes_all {
            self.update_all(ctx)
        } else if session.run.playback.is_playing() {
            self.play(ctx, now)
        } else {
            self.frames.budget.pause();
            self.settle(ctx, now)
        };
        if !has_changed {
            self.request_frame();
        }
        has_changed
    }

    /// Runs the phases of playback that fit into a frame.
    fn play(&mut self, ctx: &Context<App>, now: f64) -> bool {
        let mut scheduler = std::mem::take(&mut self.frames.scheduler);
        let frame = Frame::begin(guard::wall_ms, self.frames.budget.next(now));
        let mut has_changed = false;
        let mut is_first = true;
        loop {
            let phase = scheduler.phase();
            let can_render = is_first || scheduler.fits(&frame, Phase::Render);
            let fits_more = scheduler.run(&frame, || match phase {
                Phase::Render if can_render => {
                    has_changed = self.has_changed();
                    true
                }
                // If there is anything to render, it gets its own frame.
                Phase::Render => !self.owes_rendering(),
                phase => self.run_phase(ctx, phase, now, &frame),
            });
            if !fits_more {
                break;
            }
            is_first = false;
        }
        self.frames.scheduler = scheduler;
        // Playback has stopped: bring everything up to date.
        let has_stopped =
            |session: &Session| !session.run.playback.is_playing() && !session.run.is_moving();
        if self.content.session().is_some_and(has_stopped) {
            has_changed |= self.update_all(ctx);
        }
        has_changed
    }

    /// Finishes what is left after playback has stopped.
    fn settle(&mut self, ctx: &Context<App>, now: f64) -> bool {
        let frame = guard::work_frame();
        let has_time = &|| frame.has_time();
        let Some(session) = self.content.session_mut() else { return false };
        let is_moving =
            |session: &Session| session.run.is_moving() || session.is_comparison_behind();
        let was_moving = is_moving(session);
        if session.run.is_moving() {
            session.advance(now, has_time);
        }
        session.work_in_background(has_time);
        if was_moving && !is_moving(session) {
            return self.update_all(ctx);
        }
        report_events(session);
        self.picture.show(session, has_time);
        session.ui.focus.keep(&ctx.props().root);
        self.has_changed()
    }

    /// Runs one phase. Returns whether it is complete.
    fn run_phase(&mut self, ctx: &Context<App>, phase: Phase, now: f64, frame: &Frame) -> bool {
        let Some(session) = self.content.session_mut() else { return true };
        let has_time = &|| frame.has_time();
        match phase {
            Phase::Advance => {
                session.advance(now, has_time);
                self.picture.cursor.set_clock();
                return !session.run.is_moving();
            }
            Phase::Scene => self.draw(ctx),
            Phase::Picture => {
                self.picture.show(session, has_time);
                session.ui.focus.keep(&ctx.props().root);
                return !self.picture.has_rest();
            }
            Phase::Panels(part) => {
                let Session { run, panels, ui, .. } = session;
                if panels.update(&run.timeline, run.revision, part) {
                    ui.why.ask_again(&mut run.timeline);
                }
            }
            Phase::Background => session.work_in_background(has_time),
            Phase::Render => {}
        }
        true
    }

    /// Continues the current job.
    fn work(&mut self, ctx: &Context<App>) -> bool {
        let Some(session) = self.content.session_mut() else { return false };
        let frame = guard::work_frame();
        session.work(&|| frame.has_time());
        let is_busy = session.jobs.is_busy();
        // What the work has changed is shown with the next frame if this one has no time left for it.
        self.frames.owes_all = !is_busy && !frame.has_time();
        match is_busy || self.frames.owes_all {
            true => self.has_changed(),
            false => self.update_all(ctx),
        }
    }

    /// Updates the picture and the panels at once. Returns whether to render.
    pub(super) fn update_all(&mut self, ctx: &Context<App>) -> bool {
        self.frames.scheduler.restart();
        self.frames.owes_all = false;
        if let Some(session) = self.content.session_mut() {
            let Session { run, panels, ui, .. } = session;
            if panels.update_all(&run.timeline, run.revision) {
                ui.why.ask_again(&mut run.timeline);
            }
        }
        self.draw(ctx);
        if let Some(session) = self.content.session_mut() {
            let frame = guard::work_frame();
            match session.ui.scene.items.len() > picture::MANY {
                true => self.picture.show(session, &|| frame.has_time()),
                false => self.picture.show(session, picture::ALL),
            }
            session.ui.focus.keep(&ctx.props().root);
        }
        self.picture.cursor.set_clock();
        self.has_changed()
    }

    /// Whether anything besides the picture and the cursor has changed since the last rendering. If so, the caller must
    /// render it.
    pub(super) fn has_changed(&mut self) -> bool {
        let Some(session) = self.content.session() else { return true };
        let state = Some(session.panel_state());
        let has_changed = state != self.frames.rendered;
        self.frames.rendered = state;
        has_changed
    }

    /// Whether anything besides the picture and the cursor has changed since the last rendering.
    fn owes_rendering(&self) -> bool {
        let state = self.content.session().map(Session::panel_state);
        state != self.frames.rendered
    }
}
