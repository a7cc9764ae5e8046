//! Opening the run with which an element begins.

use super::{App, AppProps};
use crate::api::Time;
use crate::notation::NotationError;
use crate::task::{self, Progress, Task};
use crate::timeline::Timeline;
use crate::timeline::playback::Speed;
use crate::web::frame::{Frame, WORK_MS};
use crate::web::manifest::SAMPLES;
use crate::web::memory;
use crate::web::session::Session;
use yew::prelude::*;

/// The run that is being opened.
pub(super) struct Loading(Task<'static, Result<Timeline, Vec<NotationError>>>);

impl Loading {
    /// Starts opening the story of an element.
    pub(super) fn begin(props: &AppProps) -> Loading {
        let story = props.story.clone();
        let at = match props.at {
            Time(0) if memory::has_run(props.id) => Time(0),
            Time(0) => props.opening,
            at => at,
        };
        Loading(Box::pin(async move { Timeline::open(&story, at, &Progress::default()).await }))
    }
}

impl App {
    /// Continues opening the run. Once it is open, handles the actions that arrived in the meantime.
    pub(super) fn load(&mut self, ctx: &Context<App>) -> bool {
        let frame = Frame::begin(WORK_MS);
        let Some(Loading(task)) = &mut self.loading else { return false };
        let opened = loop {
            if let Some(opened) = task::poll(task) {
                break opened;
            }
            if !frame.has_time() {
                self.ask_for_frame();
                return false;
            }
        };
        self.loading = None;
        match opened {
            Ok(timeline) => self.begin_session(ctx.props(), timeline),
            Err(errors) => self.errors = errors.iter().map(ToString::to_string).collect(),
        }
        ctx.props().host.begun(&self.errors.join("\n"));
        for action in std::mem::take(&mut self.early) {
            ctx.link().send_message(action);
        }
        self.do_all(ctx);
        true
    }

    fn begin_session(&mut self, props: &AppProps, timeline: Timeline) {
        let manifest = memory::manifest(props.id).unwrap_or_else(|| SAMPLES[0].1.into());
        let mut session = Session::new(props.id, timeline, manifest.into());
        session.playback.set_speed(Speed::from_thousandths(props.speed));
        if props.at == Time(0)
            && let Some(kept) = memory::run(props.id, &session.origin)
        {
            let frame = Frame::begin(WORK_MS);
            session.come_again(kept);
            session.work(&|| frame.has_time());
        }
        self.session = Some(session);
    }
}
