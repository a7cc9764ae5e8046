//! Opening the run with which an element begins.

use super::{App, AppProps, Content, Message};
use crate::api::Time;
use crate::notation::NotationError;
use crate::page::manifest_editor::SAMPLES;
use crate::task::{self, Progress, Task};
use crate::timeline::Timeline;
use crate::timeline::playback::Speed;
use crate::web::action::Action;
use crate::web::guard;
use crate::web::session::{HostLink, Session, storage};
use yew::prelude::*;

/// The run that is being opened.
pub(super) struct Loading {
    /// The work.
    task: Task<'static, Result<Timeline, Vec<NotationError>>>,
    /// The actions that arrived in the meantime.
    pub(super) early: Vec<Action>,
}

impl Loading {
    /// Starts opening the story of an element.
    pub(super) fn begin(props: &AppProps) -> Loading {
        let story = props.story.clone();
        let at = match props.at {
            Time(0) if storage::has_run(&host_link(props)) => Time(0),
            Time(0) => props.opening,
            at => at,
        };
        let open = async move { Timeline::open(&story, at, &Progress::default()).await };
        Loading { task: Box::pin(open), early: Vec::new() }
    }
}

impl App {
    /// Continues opening the run. Once it is open, handles the actions that arrived in the meantime. Returns whether
    /// to render.
    pub(super) fn load(&mut self, ctx: &Context<App>) -> bool {
        let frame = guard::work_frame();
        let Content::Loading(loading) = &mut self.content else { return false };
        let opened = loop {
            if let Some(opened) = task::poll(&mut loading.task) {
                break opened;
            }
            if !frame.has_time() {
                self.request_frame();
                return false;
            }
        };
        let early = std::mem::take(&mut loading.early);
        let mut message = String::new();
        self.content = match opened {
            Ok(timeline) => Content::Open(new_session(ctx.props(), timeline)),
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                message = errors.join("\n");
                Content::Failed(errors)
            }
        };
        ctx.props().host.begun(&message);
        for action in early {
            ctx.link().send_message(Message::Act(action));
        }
        self.update_all(ctx);
        true
    }
}

/// Creates the session of an element, and restores what the browser has stored.
fn new_session(props: &AppProps, timeline: Timeline) -> Box<Session> {
    let host = host_link(props);
    let manifest = storage::manifest(&host).unwrap_or_else(|| SAMPLES[0].1.into());
    let mut session = Box::new(Session::new(host, timeline, manifest));
    session.terminal.files = storage::files(&session.host);
    session.terminal.lines = storage::lines(&session.host);
    session.run.playback.set_speed(Speed::from_thousandths(props.speed));
    let now = session.run.timeline.now();
    session.run.opening = Some(props.opening).filter(|it| props.at == Time(0) && *it == now);
    if props.at == Time(0)
        && let Some(saved) = storage::run(&session.host, &session.run.origin)
    {
        let frame = guard::work_frame();
        session.restore(saved);
        session.work(&|| frame.has_time());
    }
    session
}

/// The link to the element with these properties.
fn host_link(props: &AppProps) -> HostLink {
    HostLink::new(props.id, props.root.clone(), props.host.clone())
}
