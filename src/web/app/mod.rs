//! The root component of the page: it owns the session, requests frames, and renders the page.

mod announcer;
mod badge;
mod frames;
mod later;
mod loading;
mod picture_view;
mod versions;
mod view;

use super::action::{Action, ObserveAction};
use super::focus::FocusState;
use super::script::SharedHost;
use super::session::Session;
use super::{failure, guard, keys};
use crate::api::Time;
use crate::api::json::quoted;
use crate::page::by_ptr::ByPtr;
use crate::page::frame::Phase;
use crate::timeline::json;
use announcer::Announcer;
use frames::FrameLoop;
pub(super) use later::install_later;
use loading::Loading;
use picture_view::PictureView;
use view::{view_errors, view_loading};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The properties that the element sets.
#[derive(Clone, Properties, PartialEq)]
pub(super) struct AppProps {
    /// The number of the element in the module.
    pub id: u32,
    /// The element that contains the page.
    pub root: HtmlElement,
    /// The element's script.
    pub host: SharedHost,
    /// The recipe of the story.
    pub story: AttrValue,
    /// The speed, in thousandths.
    pub speed: u64,
    /// The instant at which it begins.
    pub at: Time,
    /// The instant of the poster, which is shown first if `at` is 0 and no run was stored.
    pub opening: Time,
    /// The controls around the picture.
    pub controls: Controls,
}

/// The controls around the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controls {
    /// All controls and panels.
    Full,
    /// The timeline only.
    Time,
    /// No controls.
    None,
}

/// The root of the page.
pub(super) struct App {
    /// The run, or what is shown without one.
    content: Content,
    /// The stage.
    picture: PictureView,
    /// The announcements for screen readers.
    announcer: Announcer,
    /// The frames.
    frames: FrameLoop,
    /// Sends actions to this component.
    dispatch: Callback<Action>,
    /// The key handlers, without and with a lesson.
    keys: [Callback<KeyboardEvent>; 2],
    /// The handlers of focus events: an element of the page gets or loses the focus.
    focus: [Callback<FocusEvent>; 2],
}

/// What the page shows.
enum Content {
    /// The story is being opened.
    Loading(Loading),
    /// The run.
    Open(Box<Session>),
    /// The errors of a story that cannot be played.
    Failed(Vec<String>),
}

impl Content {
    /// The session, if the story is open.
    fn session(&self) -> Option<&Session> {
        match self {
            Content::Open(session) => Some(session),
            Content::Loading(_) | Content::Failed(_) => None,
        }
    }

    /// The session, if the story is open.
    fn session_mut(&mut self) -> Option<&mut Session> {
        match self {
            Content::Open(session) => Some(session),
            Content::Loading(_) | Content::Failed(_) => None,
        }
    }
}

/// What the root component reacts to.
pub(super) enum Message {
    /// An action of the user or of the element's script.
    Act(Action),
    /// The browser delivers a frame, at this wall time in milliseconds.
    Frame(f64),
    /// The stage has this width and height now, in CSS pixels.
    Resized(f64, f64),
    /// A media query changed.
    Redraw,
    /// It is time to announce the picture.
    Announce,
    /// An element of the page got the focus.
    FocusIn(Option<Element>),
    /// An element of the page lost the focus.
    FocusOut,
}

impl Component for App {
    type Message = Message;
    type Properties = AppProps;

    fn create(ctx: &Context<App>) -> App {
        let dispatch = ctx.link().callback(Message::Act);
        let mut app = App {
            content: Content::Loading(Loading::begin(ctx.props())),
            picture: PictureView::new(ctx.link()),
            announcer: Announcer::default(),
            frames: FrameLoop::new(ctx.link()),
            keys: [false, true].map(|has_lesson| keys::listen(has_lesson, dispatch.clone())),
            focus: [
                ctx.link().callback(|event: FocusEvent| Message::FocusIn(event.target_dyn_into())),
                ctx.link().callback(|_: FocusEvent| Message::FocusOut),
            ],
            dispatch,
        };
        app.load(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<App>, message: Message) -> bool {
        if !failure::enter(ctx.props().id) {
            return false;
        }
        let must_render = match message {
            Message::Act(action) => self.act(ctx, action),
            Message::Frame(now) => self.run_frame(ctx, now),
            Message::Resized(width, height) => self.resize(ctx, (width, height)),
            Message::Redraw => {
                self.update_all(ctx);
                true
            }
            Message::Announce => match self.content.session() {
                Some(session) => self.announcer.announce(session, ctx.link()),
                None => false,
            },
            Message::FocusIn(element) => self.handle_focus(|focus| focus.entered(element)),
            Message::FocusOut => self.handle_focus(|focus| focus.left(&ctx.props().root)),
        };
        // Scripts continue after the rendering that follows.
        if let (false, Some(session)) = (self.frames.owes_all, self.content.session_mut()) {
            session.host.deliver_answers();
        }
        must_render
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        self.frames.rendering.set(guard::wall_ms());
        match &self.content {
            Content::Open(session) => self.view_page(ctx.props(), session),
            Content::Loading(_) => view_loading(),
            Content::Failed(errors) => view_errors(errors),
        }
    }

    fn rendered(&mut self, ctx: &Context<App>, _: bool) {
        let cost = guard::wall_ms() - self.frames.rendering.get();
        self.frames.scheduler.note(Phase::Render, cost);
        self.picture.observe_size(ctx.link());
        if let Some(session) = self.content.session_mut() {
            session.ui.focus.apply(&ctx.props().root);
        }
        self.request_frame();
    }
}

impl App {
    /// The session, if the story is open.
    pub(super) fn session(&self) -> Option<&Session> {
        self.content.session()
    }

    /// Handles a change of the focus. Returns false, because nothing needs to be rendered.
    fn handle_focus(&mut self, handle: impl FnOnce(&mut FocusState)) -> bool {
        if let Some(session) = self.content.session_mut() {
            handle(&mut session.ui.focus);
        }
        false
    }

    /// Handles an action now, or once the story is open. Returns whether to render.
    fn act(&mut self, ctx: &Context<App>, action: Action) -> bool {
        let session = match &mut self.content {
            Content::Open(session) => session,
            Content::Loading(loading) => {
                loading.early.push(action);
                return false;
            }
            Content::Failed(_) => return false,
        };
        let frame = guard::work_frame();
        let is_answer = matches!(action, Action::Observe(ObserveAction::Answered { .. }));
        session.update(action, &|| frame.has_time());
        if is_answer {
            // These arrive all the time: the frames draw what they change, and are not interrupted.
            let has_changed = self.has_changed();
            if !has_changed {
                self.request_frame();
            }
            return has_changed;
        }
        if !frame.has_time() {
            self.frames.owes_all = true;
            self.request_frame();
            return self.has_changed();
        }
        self.update_all(ctx);
        true
    }

    /// Updates the page after the stage was resized. Returns whether to render.
    fn resize(&mut self, ctx: &Context<App>, size: (f64, f64)) -> bool {
        // Hidden: keep the picture for when it is shown again. A stage that has a width and no height may just
        // have no picture yet.
        if size.0 <= 0.0 {
            return false;
        }
        self.picture.size = size;
        self.update_all(ctx);
        true
    }

    /// Lays out the current picture, reports events to the script, and schedules the announcement.
    fn draw(&mut self, ctx: &Context<App>) {
        let Some(session) = self.content.session_mut() else { return };
        report_events(session);
        if self.picture.paint(session) {
            self.announcer.schedule(ctx.link());
        }
    }

    /// The key handler. The callback stays the same as long as a lesson is or is not followed.
    fn on_key(&self, session: &Session) -> Callback<KeyboardEvent> {
        self.keys[usize::from(session.lesson.is_followed())].clone()
    }
}

/// Reports the events that the cursor has passed to the script, spread over frames if there are many.
fn report_events(session: &mut Session) {
    const EVENTS_PER_FRAME: usize = 200;
    let Session { run, host, .. } = session;
    host.keep_moment(run.timeline.now(), run.playback.is_playing());
    let seen = run.seen_events();
    // After the cursor has moved back, events are reported again.
    let first = host.reported.min(seen);
    let last = seen.min(first + EVENTS_PER_FRAME);
    for event in run.timeline.events().get(first..last).unwrap_or_default() {
        host.script.event("ordinal-event", &json::line(event));
    }
    host.reported = last;
    report_lesson(session);
}

/// Reports to the script when a step of the lesson begins, and when an answer is chosen.
fn report_lesson(session: &mut Session) {
    let Session { host, lesson, .. } = session;
    let Some(lesson) = &lesson.active else { return host.lesson = None };
    let (index, chosen) = (lesson.guide.index(), lesson.guide.chosen());
    let told = host.lesson.replace((index, chosen));
    let name = format!("{{\"lesson\":{},\"step\":{}", quoted(&lesson.name), index + 1);
    if told.map(|(index, _)| index) != Some(index) {
        let steps = lesson.guide.lesson().steps.len();
        host.script.event("lesson-step", &format!("{name},\"steps\":{steps}}}"));
    } else if told != host.lesson
        && let Some(chosen) = chosen
    {
        let question = lesson.guide.step().question.as_ref();
        let is_right = question.and_then(|it| it.answers.get(chosen)).is_some_and(|it| it.is_right);
        let answer = chosen + 1;
        host.script
            .event("answered", &format!("{name},\"answer\":{answer},\"right\":{is_right}}}"));
    }
}

/// The component's link, which the parts of [`App`] use to send messages.
type Link = yew::html::Scope<App>;

/// The picture as component properties.
type SharedPicture = ByPtr<std::cell::RefCell<super::picture::Picture>>;
