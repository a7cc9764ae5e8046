//! The root component of the page: it owns the session, requests frames during playback, and lays out the parts.

mod frames;
mod loading;
mod view;

use super::action::{Action, Dialog};
use super::beside::Beside;
use super::cursor::Cursor;
use super::frame::{Frame, Phase, Scheduler, WORK_MS};
use super::guard::{self, Frames, MediaQuery, SizeObserver};
use super::host::Hosted;
use super::lesson::Lead;
use super::picture::Picture;
use super::session::Session;
use super::share::Share;
use super::shared::Shared;
use super::words_panel::news;
use super::{failure, focus, keys, memory};
use crate::api::Time;
use crate::scene::{self, ItemId, Painter, Scene, View};
use crate::timeline::json;
use gloo_timers::callback::Timeout;
use loading::Loading;
use std::cell::{Cell, RefCell};
use view::{view_errors, view_loading};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The minimum interval between announcements of the picture, in milliseconds.
const TELLING_MS: u32 = 2_000;

/// Up to this width, in pixels, the panels are below the stage; must match the style sheet.
const NARROW: i32 = 760;

/// The properties that the element sets.
#[derive(Clone, Properties, PartialEq)]
pub(super) struct AppProps {
    /// The number of the element on its page.
    pub id: u32,
    /// The element that contains the page.
    pub root: HtmlElement,
    /// The element's script.
    pub host: Hosted,
    /// The recipe of the story.
    pub story: AttrValue,
    /// The speed, in thousandths.
    pub speed: u64,
    /// The instant at which it begins.
    pub at: Time,
    /// The instant of the poster, which is shown first if `at` is 0 and no run was kept.
    pub opening: Time,
    /// The controls around the picture.
    pub controls: Controls,
}

/// How much there is beside the picture.
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
    session: Option<Session>,
    /// The run that is being opened.
    loading: Option<Loading>,
    /// The actions that arrived before the run was open.
    early: Vec<Action>,
    /// The errors of a story that cannot be played.
    errors: Vec<String>,
    dispatch: Callback<Action>,
    painter: Painter,
    scene: Shared<Scene>,
    picture: Shared<RefCell<Picture>>,
    cursor: Shared<Cursor>,
    /// The size of the stage.
    size: (f64, f64),
    /// Whether the panels are beside the stage.
    is_wide: bool,
    stage: NodeRef,
    told: Told,
    is_visible: bool,
    /// Whether the terminal gets the focus after the next rendering.
    wants_terminal: bool,
    /// Whether the page scrolls to the answer after the next rendering.
    shows_answer: bool,
    /// The number of events reported to the host.
    sent: usize,
    /// The element that had the focus before a menu or dialog opened.
    origin: Option<Element>,
    /// Whether it gets the focus back after the next rendering.
    gives_back: bool,
    /// The key handlers, without and with a lesson.
    keys: [Callback<KeyboardEvent>; 2],
    frames: Frames,
    /// The timer that replaces frames in a background tab.
    fallback: Option<Timeout>,
    scheduler: Scheduler,
    /// Whether the next frame has to bring everything up to date.
    owes_all: bool,
    /// The state of everything besides the picture and the cursor at the last rendering.
    shown: Option<Beside>,
    /// The wall time at which the last rendering started.
    rendering: Cell<f64>,
    size_observer: Option<SizeObserver>,
    reduced_motion: Option<MediaQuery>,
}

/// The announcements of the picture.
#[derive(Default)]
struct Told {
    transcript: Shared<Vec<String>>,
    news: AttrValue,
    timeout: Option<Timeout>,
}

impl Component for App {
    type Message = Action;
    type Properties = AppProps;

    fn create(ctx: &Context<App>) -> App {
        let props = ctx.props();
        let link = ctx.link().clone();
        let redraw = move || link.send_message(Action::Redraw);
        let mut app = App {
            session: None,
            loading: Some(Loading::begin(props)),
            early: Vec::new(),
            errors: Vec::new(),
            dispatch: ctx.link().callback(|action| action),
            painter: Painter::default(),
            scene: Shared::default(),
            picture: Shared::default(),
            cursor: Shared::default(),
            size: (0.0, 0.0),
            is_wide: false,
            stage: NodeRef::default(),
            told: Told::default(),
            is_visible: true,
            wants_terminal: false,
            shows_answer: false,
            sent: 0,
            origin: None,
            gives_back: false,
            keys: [false, true].map(|is_told| keys::listen(is_told, ctx.link().callback(|it| it))),
            frames: Frames::new(ctx.link().callback(Action::Frame)),
            fallback: None,
            scheduler: Scheduler::default(),
            owes_all: false,
            shown: None,
            rendering: Cell::new(0.0),
            size_observer: None,
            reduced_motion: MediaQuery::follow("(prefers-reduced-motion: reduce)", redraw),
        };
        app.load(ctx);
        app
    }

    fn update(&mut self, ctx: &Context<App>, action: Action) -> bool {
        if !failure::enter(ctx.props().id) {
            return false;
        }
        match &action {
            // Hidden: keep the picture for when it is shown again. A stage that has a width and no height
            // may just have no picture yet.
            Action::Resized(width, _) if *width <= 0.0 => return false,
            Action::Resized(width, height) => {
                self.size = (*width, *height);
                self.is_wide = ctx.props().root.client_width() > NARROW;
            }
            Action::Visible(is_visible) => self.is_visible = *is_visible,
            Action::Edit(text) => memory::keep_manifest(ctx.props().id, text),
            Action::Sample(text) => memory::keep_manifest(ctx.props().id, text),
            Action::OpenMenu(_) | Action::Open(_) => {
                self.origin = focus::holder(&ctx.props().root);
                if matches!(action, Action::Open(Dialog::Stories)) {
                    ctx.props().host.lesson("");
                }
            }
            Action::CloseMenu(_) | Action::CloseDialog | Action::Run(_, None) | Action::Why(_) => {
                self.gives_back = true;
                // Where the panels are below the picture, the answer would not be seen.
                self.shows_answer = !self.is_wide && matches!(action, Action::Why(Some(_)));
            }
            Action::Announce => return self.tell(),
            Action::Theme => ctx.props().host.toggle_theme(),
            Action::Share(share) => self.share(ctx, *share),
            Action::Lead(Lead::Fetch(name)) => ctx.props().host.lesson(name),
            Action::Lead(Lead::Begin(..)) => self.gives_back = true,
            Action::Terminal(true) => {
                self.origin = focus::holder(&ctx.props().root);
                self.wants_terminal = true;
            }
            Action::Terminal(false) => self.gives_back = true,
            _ => {}
        }
        match action {
            Action::Frame(now) => self.go_on(ctx, now),
            action => {
                let Some(session) = &mut self.session else {
                    self.early.push(action);
                    return false;
                };
                let is_resized = matches!(action, Action::Resized(..));
                let frame = Frame::begin(WORK_MS);
                session.update(action, &|| frame.has_time());
                if !frame.has_time() && !is_resized {
                    self.owes_all = true;
                    self.ask_for_frame();
                    return self.has_changed();
                }
                if is_resized {
                    // The width of the picture depends on its height at this size.
                    self.draw(ctx);
                }
                self.do_all(ctx);
                true
            }
        }
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        self.rendering.set(guard::wall_ms());
        match &self.session {
            Some(session) => self.view_page(ctx.props(), session),
            None if self.loading.is_some() => view_loading(),
            None => view_errors(&self.errors),
        }
    }

    fn rendered(&mut self, ctx: &Context<App>, _: bool) {
        let cost = guard::wall_ms() - self.rendering.get();
        self.scheduler.note(Phase::Render, cost);
        if self.size_observer.is_none()
            && let Some(stage) = self.stage.cast::<Element>()
        {
            let link = ctx.link().clone();
            // The first picture does not wait for the observer, which reports with the next frame.
            let (width, height) = guard::content_size(&stage);
            link.send_message(Action::Resized(width, height));
            self.size_observer = SizeObserver::observe(&stage, move |width, height| {
                link.send_message(Action::Resized(width, height));
            });
        }
        if std::mem::take(&mut self.wants_terminal) {
            focus::give_first(&ctx.props().root, ".command");
        }
        if std::mem::take(&mut self.gives_back) && focus::is_lost() {
            let origin = self.origin.take().filter(|origin| origin.is_connected());
            let page = || ctx.props().root.first_element_child();
            origin.or_else(page).iter().for_each(focus::give);
        }
        if std::mem::take(&mut self.shows_answer) {
            focus::show_first(&ctx.props().root, ".why-panel");
        }
        self.ask_for_frame();
    }
}

impl App {
    /// The session, if the story is open.
    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Lays out the picture of this moment, reports events, and schedules the announcement.
    fn draw(&mut self, ctx: &Context<App>) {
        self.tell_host(ctx);
        if self.paint() {
            self.tell_later(ctx);
        }
    }

    /// Lays out the picture of this moment. Returns whether it differs from the last one.
    fn paint(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let open = session.menu.as_ref().map(|menu| menu.key.as_str());
        let view = View {
            width: self.picture_width(),
            selected: open.map(|key| ItemId(key.into())),
            reduced_motion: self.reduced_motion.as_ref().is_some_and(MediaQuery::matches),
        };
        let (timeline, now) = (&session.timeline, session.timeline.now());
        let [steps, lines] = timeline.steps();
        let state = [session.revision.into(), steps, lines];
        let scene = self.painter.paint(timeline.cluster(), state, now, &view);
        let is_new = scene.is_some();
        if let Some(scene) = scene {
            self.scene = Shared::new(scene);
        }
        is_new
    }

    /// Writes the picture and the cursor while there is time.
    fn show(&self, has_time: &dyn Fn() -> bool) {
        let Some(Session { timeline, panels, menu, .. }) = &self.session else { return };
        let open = menu.as_ref().map(|menu| menu.key.as_str());
        self.picture.borrow_mut().show(&self.scene, open, has_time);
        self.cursor.show(timeline.now(), timeline.end(), panels.marks.length);
    }

    /// The width for which the picture is laid out, so that it fills the height of the stage without
    /// exceeding it. On a narrow page the height is free.
    fn picture_width(&self) -> u32 {
        let (width, height) = self.size;
        let is_wide = self.is_wide && height > 0.0 && self.scene.height > 0;
        let enlarged = if is_wide { height / f64::from(self.scene.height) } else { 1.0 };
        (width / enlarged.clamp(0.85, 1.6)) as u32
    }

    /// Announces the picture as soon as enough time has passed since the last announcement.
    fn tell_later(&mut self, ctx: &Context<App>) {
        if self.told.timeout.is_none() {
            let link = ctx.link().clone();
            let tell = move || link.send_message(Action::Announce);
            self.told.timeout = Some(Timeout::new(TELLING_MS, tell));
        }
    }

    /// Reports the events that the cursor has passed to the host, spread over frames if there are many.
    fn tell_host(&mut self, ctx: &Context<App>) {
        const EVENTS_PER_FRAME: usize = 200;
        let Some(session) = &self.session else { return };
        let events = session.timeline.events();
        let now = session.timeline.now();
        ctx.props().host.keep_moment(now.0 as f64, session.playback.is_playing());
        let seen = self.seen();
        // After the cursor moved back, events are reported again.
        let first = self.sent.min(seen);
        let last = seen.min(first + EVENTS_PER_FRAME);
        for event in events.get(first..last).unwrap_or_default() {
            ctx.props().host.event(&json::line(event));
        }
        self.sent = last;
    }

    /// The number of events that the cursor has passed.
    fn seen(&self) -> usize {
        let Some(session) = &self.session else { return 0 };
        let now = session.timeline.now();
        session.timeline.events().partition_point(|event| event.time <= now)
    }

    /// Whether some events have not been reported to the host yet.
    fn owes_events(&self) -> bool {
        self.sent < self.seen()
    }

    fn share(&mut self, ctx: &Context<App>, share: Share) {
        if let Some(session) = &mut self.session {
            session.share(share, self.scene.clone(), ctx.props().host.clone());
        }
    }

    /// Announces the picture. Returns whether the announcement is new.
    fn tell(&mut self) -> bool {
        self.told.timeout = None;
        let Some(session) = &self.session else { return false };
        let timeline = &session.timeline;
        let transcript = scene::transcript(timeline.cluster(), timeline.now());
        let is_new = transcript != *self.told.transcript;
        if is_new {
            self.told.news = news(&self.told.transcript, &transcript).into();
            self.told.transcript = Shared::new(transcript);
        }
        is_new
    }

    /// The key handler; the same callback as long as the lesson is or is not active.
    fn on_key(&self) -> Callback<KeyboardEvent> {
        let is_told = |session: &Session| session.lesson.as_ref().is_some_and(|it| !it.is_left);
        let is_told = self.session.as_ref().is_some_and(is_told);
        self.keys[usize::from(is_told)].clone()
    }
}
