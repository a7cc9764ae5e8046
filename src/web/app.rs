//! The root of the page: it owns the session, asks for frames while time passes, and lays out the parts.

use super::action::{Action, Dialog};
use super::choices::choices;
use super::guard::{AnimationFrame, MediaQuery, SizeObserver};
use super::help::Help;
use super::host::Hosted;
use super::lesson::Lead;
use super::lesson_card::LessonCard;
use super::lesson_list::LessonList;
use super::log::Log;
use super::loop_panel::LoopPanel;
use super::manifest::{Manifest, SAMPLES};
use super::menu::Menu;
use super::part::part;
use super::session::{Offer, Session};
use super::share::{Share, Sharing};
use super::shared::Shared;
use super::stage::Stage;
use super::terminal::TerminalView;
use super::top::{self, Top};
use super::transport::{self, Transport};
use super::why_panel::WhyPanel;
use super::words_panel::{InWords, news};
use super::{failure, focus, keys, lesson, memory};
use crate::api::Time;
use crate::scene::{self, ItemId, Scene, View};
use crate::timeline::json;
use crate::timeline::playback::Speed;
use gloo_timers::callback::Timeout;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The picture is told in words no more often than this.
const TELLING_MS: u32 = 2_000;

/// Up to this width the panels are below the stage; the style sheet says the same.
const NARROW: i32 = 760;

/// What the element says.
#[derive(Clone, Properties, PartialEq)]
pub(super) struct AppProps {
    /// The number of the element on its page.
    pub id: u32,
    /// The element in which the page is.
    pub root: HtmlElement,
    /// What the element's script does for the page.
    pub host: Hosted,
    /// The recipe of the story.
    pub story: AttrValue,
    /// How fast, in thousandths.
    pub speed: u64,
    /// Where it begins.
    pub at: Time,
    /// How much there is beside the picture.
    pub controls: Controls,
}

/// How much there is beside the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controls {
    /// Everything.
    Full,
    /// The time line.
    Time,
    /// Nothing.
    None,
}

/// The root of the page.
pub(super) struct App {
    session: Option<Session>,
    /// Why there is none.
    errors: Vec<String>,
    dispatch: Callback<Action>,
    scene: Shared<Scene>,
    /// The size of the stage.
    size: (f64, f64),
    /// Whether the panels are beside it.
    is_wide: bool,
    stage: NodeRef,
    told: Told,
    is_visible: bool,
    /// Whether the terminal gets the focus after the next rendering.
    wants_terminal: bool,
    /// Whether the page scrolls to the answer after the next rendering.
    shows_answer: bool,
    /// How many events the host was told of.
    sent: usize,
    /// What had the focus before a menu or dialog opened.
    origin: Option<Element>,
    /// Whether it gets the focus back after the next rendering.
    gives_back: bool,
    /// What keys do, without a lesson and in one.
    keys: [Callback<KeyboardEvent>; 2],
    frame: Option<AnimationFrame>,
    size_observer: Option<SizeObserver>,
    reduced_motion: Option<MediaQuery>,
}

/// What was told of the picture.
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
        let manifest = memory::manifest().unwrap_or_else(|| SAMPLES[0].1.into());
        let (session, errors) = match Session::new(props.id, &props.story, manifest.into()) {
            Ok(session) => (Some(session), Vec::new()),
            Err(errors) => (None, errors.iter().map(ToString::to_string).collect()),
        };
        let mut app = App {
            session,
            errors,
            dispatch: ctx.link().callback(|action| action),
            scene: Shared::default(),
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
            frame: None,
            size_observer: None,
            reduced_motion: MediaQuery::follow("(prefers-reduced-motion: reduce)", redraw),
        };
        if let Some(session) = &mut app.session {
            session.playback.set_speed(Speed::from_thousandths(props.speed));
            if props.at > Time(0) {
                session.update(Action::Seek(props.at));
            } else if let Some(kept) = memory::run(props.id, &session.origin) {
                session.come_again(kept);
            }
        }
        app
    }

    fn update(&mut self, ctx: &Context<App>, action: Action) -> bool {
        if failure::has_failed() {
            return false;
        }
        match &action {
            Action::Frame(_) => self.frame = None,
            Action::Resized(width, height) => {
                self.size = (*width, *height);
                self.is_wide = ctx.props().root.client_width() > NARROW;
            }
            Action::Visible(is_visible) => self.is_visible = *is_visible,
            Action::Edit(text) => memory::keep_manifest(text),
            Action::Sample(text) => memory::keep_manifest(text),
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
            Action::Announce => self.tell(),
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
        let Some(session) = &mut self.session else { return false };
        session.update(action);
        self.tell_host(ctx);
        self.draw();
        self.tell_later(ctx);
        true
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        let Some(session) = &self.session else { return view_errors(&self.errors) };
        let controls = ctx.props().controls;
        let described_by = AttrValue::from(format!("ordinal-{}-words", ctx.props().id));
        let open = session.menu.as_ref().map(|menu| AttrValue::from(menu.key.clone()));
        let class = match controls {
            Controls::Full => "page full",
            Controls::Time => "page time",
            Controls::None => "page bare",
        };
        html! {
            <div {class} tabindex="-1" onkeydown={self.on_key()}>
                if controls == Controls::Full {
                    { self.view_top(session) }
                }
                { self.view_lesson(session) }
                <main class={if self.size.0 > 0.0 { "stage" } else { "stage blank" }} ref={self.stage.clone()} aria-label="The picture">
                    if self.size.0 > 0.0 {
                        <Stage scene={self.scene.clone()} {open} described_by={described_by.clone()}
                            dispatch={self.dispatch.clone()} />
                    }
                    if session.menu.is_some() {
                        { self.view_menu(session) }
                    }
                </main>
                if controls != Controls::None {
                    <footer class="bottom">
                        if session.terminal.is_open {
                            { self.view_terminal(session) }
                        }
                        { self.view_status(session) }
                        { self.view_transport(session) }
                    </footer>
                }
                { self.view_side(session, described_by, controls) }
                if session.dialog.is_some() {
                    { self.view_dialog(session) }
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<App>, first_render: bool) {
        if first_render && let Some(stage) = self.stage.cast::<Element>() {
            let link = ctx.link().clone();
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
        let is_playing = self.session.as_ref().is_some_and(|it| it.playback.is_playing());
        if is_playing && self.is_visible && self.frame.is_none() && !failure::has_failed() {
            let link = ctx.link().clone();
            self.frame = AnimationFrame::request(move |now| link.send_message(Action::Frame(now)));
        }
    }
}

impl App {
    /// What the page knows, if it has a story.
    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The picture of this moment.
    fn draw(&mut self) {
        let Some(session) = &self.session else { return };
        let view = View {
            width: self.picture_width(),
            selected: session.menu.as_ref().map(|menu| ItemId(menu.key.clone())),
            reduced_motion: self.reduced_motion.as_ref().is_some_and(MediaQuery::matches),
        };
        let scene = scene::scene(session.timeline.cluster(), session.timeline.now(), &view);
        if scene != *self.scene {
            self.scene = Shared::new(scene);
        }
    }

    /// For which width the picture is made, so that it fills a stage that is higher than it, and fits
    /// into one that is lower. In a narrow page it is as high as it likes.
    fn picture_width(&self) -> u32 {
        let (width, height) = self.size;
        let is_wide = self.is_wide && height > 0.0 && self.scene.height > 0;
        let enlarged = if is_wide { height / f64::from(self.scene.height) } else { 1.0 };
        (width / enlarged.clamp(0.85, 1.6)) as u32
    }

    /// Tells what the picture shows, as soon as enough time has passed since it was told.
    fn tell_later(&mut self, ctx: &Context<App>) {
        if self.told.timeout.is_none() && self.scene.transcript != *self.told.transcript {
            let link = ctx.link().clone();
            let tell = move || link.send_message(Action::Announce);
            self.told.timeout = Some(Timeout::new(TELLING_MS, tell));
        }
    }

    /// Tells the host of the events that the cursor has passed.
    fn tell_host(&mut self, ctx: &Context<App>) {
        let Some(session) = &self.session else { return };
        let (events, now) = (session.timeline.events(), session.timeline.now());
        let seen = events.partition_point(|event| event.time <= now);
        for event in events.get(self.sent..seen).unwrap_or_default() {
            ctx.props().host.event(&json::line(event));
        }
        self.sent = seen;
    }

    #[inline(never)]
    fn share(&self, ctx: &Context<App>, share: Share) {
        if let Some(session) = &self.session {
            let now = session.timeline.now().0 as f64;
            ctx.props().host.share(share.name(), &share.text(session, &self.scene), now);
        }
    }

    fn tell(&mut self) {
        let now = &self.scene.transcript;
        self.told = Told {
            news: news(&self.told.transcript, now).into(),
            transcript: Shared::new(now.clone()),
            timeout: None,
        };
    }

    /// What keys do, in a lesson that is told or else: the same callback as long as that is so.
    fn on_key(&self) -> Callback<KeyboardEvent> {
        let is_told = |session: &Session| session.lesson.as_ref().is_some_and(|it| !it.is_left);
        let is_told = self.session.as_ref().is_some_and(is_told);
        self.keys[usize::from(is_told)].clone()
    }

    fn view_top(&self, session: &Session) -> Html {
        let is_stuck = session.panels.sets.iter().any(|set| set.remedies.len() > 1);
        let hint = match session.lesson.as_ref().filter(|told| !told.is_left) {
            Some(_) => "",
            None => top::hint(&session.story, &session.recipe, is_stuck),
        };
        let hint = AttrValue::Static(hint);
        part(Top {
            hint,
            has_terminal: session.terminal.is_open,
            can_undo: session.history.can_undo(),
            can_redo: session.history.can_redo(),
            dispatch: self.dispatch.clone(),
        })
    }

    /// The line between the picture and the time line: what was done, and how time passes.
    fn view_status(&self, session: &Session) -> Html {
        html! {
            <div class="status" role="status">
                if let Some(last) = session.last.as_ref().filter(|_| !session.terminal.is_open) {
                    <p class={classes!("last", (last.output.exit != 0).then_some("bad"))}>
                        <code>{ "$ " }{ &last.line }</code>
                        <span>{ first_line(&last.output.stderr).or(first_line(&last.output.stdout)) }</span>
                    </p>
                }
                if let (None, Some(command)) = (&session.last, &session.panels.command) {
                    <p class="last"><span>{ command.to_string() }</span></p>
                }
                if let Some(notice) = &session.notice {
                    <p class="notice">{ &notice.text }{ " " }{ self.view_offer(notice.offer) }</p>
                }
                if (session.last.is_some() && !session.terminal.is_open) || session.notice.is_some() {
                    <button class="link" onclick={self.dispatch.reform(|_: MouseEvent| Action::Dismiss)}>{ "Dismiss" }</button>
                }
                if let Some(pace) = transport::pace(session.playback.pace()) {
                    <p class="pace">{ pace }</p>
                }
            </div>
        }
    }

    #[inline(never)]
    fn view_terminal(&self, session: &Session) -> Html {
        part(TerminalView {
            text: session.terminal.text.clone(),
            done: session.terminal.done.clone(),
            completions: session.terminal.completions.clone(),
            dispatch: self.dispatch.clone(),
        })
    }

    #[inline(never)]
    fn view_offer(&self, offer: Offer) -> Html {
        let (action, label): (fn() -> Action, _) = match offer {
            Offer::Undo => (|| Action::Undo, "Undo"),
            Offer::Redo => (|| Action::Redo, "Redo"),
            Offer::Restart => (|| Action::RestartStory, "Restart story"),
            Offer::Nothing => return Html::default(),
        };
        let onclick = self.dispatch.reform(move |_: MouseEvent| action());
        html! { <button class="link" {onclick}>{ label }</button> }
    }

    fn view_transport(&self, session: &Session) -> Html {
        let latest = session.panels.pages.last().and_then(|page| page.rows.last());
        let latest = latest.map(|row| AttrValue::from(row.text.clone()));
        part(Transport {
            is_playing: session.playback.is_playing(),
            speed: session.playback.speed(),
            now: session.timeline.now(),
            end: session.timeline.end(),
            marks: session.panels.marks.clone(),
            latest: latest.unwrap_or_default(),
            dispatch: self.dispatch.clone(),
        })
    }

    fn view_side(&self, session: &Session, id: AttrValue, controls: Controls) -> Html {
        let words = part(InWords {
            id,
            transcript: self.told.transcript.clone(),
            news: self.told.news.clone(),
        });
        if controls != Controls::Full {
            return html! { <aside class="side" aria-label="In words">{ words }</aside> };
        }
        html! {
            <aside class="side" aria-label="What happens, and why"><div class="panels">
                if let Some(asked) = session.asked.clone() {
                    { part(WhyPanel { asked, dispatch: self.dispatch.clone() }) }
                } else {
                    { part(LoopPanel {
                        sets: session.panels.sets.clone(),
                        lacks_class: session.panels.lacks_class,
                        dispatch: self.dispatch.clone(),
                    }) }
                }
                { part(Log {
                    pages: session.panels.pages.clone(),
                    dispatch: self.dispatch.clone(),
                }) }
                { words }
            </div></aside>
        }
    }

    fn view_lesson(&self, session: &Session) -> Html {
        session.lesson.as_ref().map(|told| self.view_told(session, told)).unwrap_or_default()
    }

    #[inline(never)]
    fn view_told(&self, session: &Session, told: &lesson::Told) -> Html {
        let is_playing = session.playback.is_playing();
        part(LessonCard::new(told, &session.timeline, is_playing, self.dispatch.clone()))
    }

    #[inline(never)]
    fn view_menu(&self, session: &Session) -> Html {
        let Some(menu) = &session.menu else { return Html::default() };
        let choices = choices(session.timeline.cluster(), &menu.target);
        let key = menu.key.clone();
        html! { <Menu {key} menu={menu.clone()} {choices} dispatch={self.dispatch.clone()} /> }
    }

    #[inline(never)]
    fn view_dialog(&self, session: &Session) -> Html {
        let Some(dialog) = session.dialog else { return Html::default() };
        match dialog {
            Dialog::Share => part(Sharing {
                made: session.made.0.to_string().into(),
                said: session.made.1.to_string().into(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Stories => part(LessonList {
                lessons: session.lessons.clone(),
                dispatch: self.dispatch.clone(),
            }),
            Dialog::Help => part(Help { dispatch: self.dispatch.clone() }),
            Dialog::Manifest => html! {
                <Manifest text={session.manifest.clone()} kept={session.kept_manifest.clone()} running={session.timeline.applied().map(std::rc::Rc::from)}
                    applied={session.applied.clone()} difference={session.difference.clone()} dispatch={self.dispatch.clone()} />
            },
        }
    }
}

/// A story that can't be read: what is wrong, and where.
fn view_errors(errors: &[String]) -> Html {
    html! {
        <div class="page broken" role="alert">
            <h1>{ "Ordinal" }</h1>
            <p>{ "This story cannot be played:" }</p>
            <ul>{ for errors.iter().map(|error| html! { <li>{ error }</li> }) }</ul>
        </div>
    }
}

fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?.to_owned();
    Some(if lines.next().is_some() { first + " …" } else { first })
}
