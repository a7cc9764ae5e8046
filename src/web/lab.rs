//! The interface for the element's script: one [`Lab`] for each element on the page.

use super::action::{
    Action, HostAction, LessonAction, ObserveAction, PlaybackAction, RunAction, SharedRun, ToldRun,
    UiAction,
};
use super::app::{App, AppProps, Controls, Message};
use super::failure::{self, Registration};
use super::guard::wall_ms;
use super::later::needs_later;
use super::script::{Host, SharedHost};
use super::session::Session;
use crate::api::Time;
use crate::cluster::StateId;
use crate::kubectl::Output;
use crate::manifest::schema;
use crate::page::live::{Live, Origin};
use crate::scene::{SceneCache, View};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use yew::{AppHandle, Callback};

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

/// One element on the page; `free` removes it.
#[wasm_bindgen]
pub struct Lab {
    app: Option<AppHandle<App>>,
    _registration: Registration,
}

#[wasm_bindgen]
impl Lab {
    /// Mounts the page in `root`, an element inside a shadow root. `at_ms` is the instant with which it begins, and
    /// `opening_ms` the one that it shows first if that is 0 and no run was stored.
    #[wasm_bindgen(constructor)]
    pub fn new(
        root: web_sys::HtmlElement,
        story: String,
        speed: f64,
        at_ms: f64,
        opening_ms: f64,
        controls: &str,
        host: Host,
    ) -> Lab {
        let id = NEXT_ID.get();
        NEXT_ID.set(id + 1);
        let host = SharedHost::new(host);
        let registration = Registration::new(id, host.clone());
        let props = AppProps {
            id,
            root: root.clone(),
            host,
            story: story.into(),
            speed: (speed * 1_000.0) as u64,
            at: Time(at_ms as u64),
            opening: Time(opening_ms as u64),
            controls: match controls {
                "none" => Controls::None,
                "time" => Controls::Time,
                _ => Controls::Full,
            },
        };
        let app = yew::Renderer::<App>::with_root_and_props(root.into(), props).render();
        Lab { app: Some(app), _registration: registration }
    }

    /// Sends an action, unless the program has failed.
    pub(super) fn send(&self, action: Action) {
        if let Some(app) = self.app.as_ref().filter(|_| !failure::has_failed()) {
            app.send_message(Message::Act(action));
        }
    }

    /// Starts playback.
    pub fn play(&self) {
        self.send(Action::Playback(PlaybackAction::Play(true)));
    }

    /// Pauses playback.
    pub fn pause(&self) {
        self.send(Action::Playback(PlaybackAction::Play(false)));
    }

    /// Goes to an instant; `reply` is called with the instant that is shown then, in milliseconds.
    pub fn seek(&self, ms: f64, reply: Option<js_sys::Function>) {
        let tell = reply.map(|reply| {
            Callback::from(move |now: Time| {
                let _ = reply.call1(&JsValue::NULL, &(now.0 as f64).into());
            })
        });
        self.send(Action::Run(RunAction::Seek(Time(ms as u64), tell)));
    }

    /// Moves to the next event and pauses.
    pub fn step(&self) {
        self.send(Action::Run(RunAction::StepForward));
    }

    /// Sets when playback stops, in milliseconds; infinity for never.
    pub fn set_until(&self, ms: f64) {
        self.send(Action::Playback(PlaybackAction::SetUntil(Time(ms as u64))));
    }

    /// The end of what is recorded, in milliseconds.
    pub fn end(&self) -> f64 {
        self.ask(|session| session.run.timeline.end().0 as f64)
    }

    /// The natural height of the picture at a width, in CSS pixels.
    pub fn picture_height(&self, width: f64) -> f64 {
        self.ask(|session| {
            let view = View { width: width as u32, height: None, ..View::default() };
            let timeline = &session.run.timeline;
            let mut scene_cache = SceneCache::default();
            let scene =
                scene_cache.paint(timeline.cluster(), StateId::default(), timeline.now(), &view);
            scene.map_or(0.0, |scene| f64::from(scene.height))
        })
    }

    /// Starts or ends the presentation mode.
    pub fn toggle_presentation(&self) {
        self.send(Action::Ui(UiAction::TogglePresentation));
    }

    /// Sets the speed of playback, as a factor.
    pub fn set_speed(&self, speed: f64) {
        let speed = crate::timeline::playback::Speed::from_thousandths((speed * 1_000.0) as u64);
        self.send(Action::Playback(PlaybackAction::SetSpeed(speed.step())));
    }

    /// Sets whether the element is visible.
    pub fn set_visible(&self, is_visible: bool) {
        self.send(Action::Host(HostAction::SetVisible(is_visible)));
    }

    /// Opens another run in place of this one and shows `message`. `rules` identifies the rules of
    /// the version that shared the run, if known; a difference from today's rules is reported.
    pub fn open(&self, recipe: String, at_ms: f64, rules: Option<String>, message: String) {
        let at = Time(at_ms as u64);
        self.send(Action::Run(RunAction::Open(SharedRun { recipe, at, rules, message })));
    }

    /// Plays the run that a server has told: its recipe, the time of the cluster in milliseconds, its speed, and whether
    /// it is paused.
    pub fn live(&self, recipe: String, ms: f64, speed: f64, is_paused: bool) {
        let speed = (speed * 1_000.0) as u64;
        let base = Time(ms as u64);
        let (origin, since) = (Origin::Served, wall_ms());
        let live = Live { origin, base, since, speed, is_paused, is_followed: true };
        self.send(Action::Run(RunAction::Adopt(ToldRun { recipe, live })));
    }

    /// Shows the real cluster whose API is at the origin of the page: these namespaces, or all if the text is empty.
    pub fn observe(&self, namespaces: String) {
        self.send(Action::Observe(ObserveAction::Connect(namespaces)));
    }

    /// Tells a part of the answer to a request: its number, or 0 if only time has passed; the HTTP status; the time of the
    /// server in seconds since 1970, or 0; the text; and 0 if more will come, 1 if it is complete, or 2 if it broke off.
    pub fn answered(&self, id: u32, status: u16, date: f64, text: String, end: u8) {
        let date = date as i64;
        self.send(Action::Observe(ObserveAction::Answered { id, status, date, text, end }));
    }

    /// Starts a lesson at a step, counted from 1. If `name` is empty, `text` is the list of all lessons.
    pub fn lesson(&self, name: String, text: String, step: usize) {
        self.send(Action::Lesson(match name.is_empty() {
            true => LessonAction::SetList(text),
            false => LessonAction::Begin(name, text, step),
        }));
    }

    /// Tells that the table of the Kubernetes API is installed, or why it is not.
    pub fn schema(&self, error: String) {
        self.send(Action::Host(HostAction::SchemaLoaded(error)));
    }

    /// Tells that the second part of the program is installed, or why it is not.
    pub fn later(&self, error: String) {
        self.send(Action::Host(HostAction::LaterLoaded(error)));
    }

    /// Reports that the example files are installed, or why they are not.
    pub fn examples(&self, error: String) {
        self.send(Action::Host(HostAction::ExamplesLoaded(error)));
    }

    /// Shows an export of the run, and a message.
    pub fn made(&self, text: String, message: String) {
        self.send(Action::Host(HostAction::Exported(text, message)));
    }

    /// The recipe of the run.
    pub fn recipe(&self) -> String {
        self.ask(|session| session.run.recipe.to_string())
    }

    /// The instant that is shown, in milliseconds.
    pub fn now(&self) -> f64 {
        self.ask(|session| session.run.timeline.now().0 as f64)
    }

    /// Whether the run is playing.
    pub fn is_playing(&self) -> bool {
        self.ask(|session| session.run.playback.is_playing())
    }

    /// Whether a lesson is active.
    pub fn is_led(&self) -> bool {
        self.ask(|session| session.lesson.active.is_some())
    }

    /// Asks the session. Returns the default while the story is not open, or if the program has failed.
    pub(super) fn ask<T: Default>(&self, question: impl FnOnce(&Session) -> T) -> T {
        let app = self.app.as_ref().filter(|_| !failure::has_failed());
        let app = app.and_then(|app| app.get_component());
        app.and_then(|app| app.session().map(question)).unwrap_or_default()
    }

    /// Stores the run so that a reload can restore it.
    pub fn leave(&self) {
        self.send(Action::Host(HostAction::Unload));
    }

    /// Calls `reply` with the objects of the cluster, as JSON.
    pub fn state(&self, reply: js_sys::Function) {
        let tell = Callback::from(move |state: String| {
            let _ = reply.call1(&JsValue::NULL, &state.into());
        });
        self.send(Action::Run(RunAction::ReadState(tell)));
    }

    /// Runs what may be typed into the terminal; `reply` is called with the exit status, stdout and stderr when all of it
    /// is done. A line that waits runs ahead in a copy; `sleep` moves the cursor on.
    pub fn run(&self, line: String, reply: js_sys::Function) {
        self.send(Action::Run(RunAction::Line(line, Some(answer(reply)))));
    }

    /// Applies a manifest; `reply` is called with the exit status, stdout and stderr.
    pub fn apply(&self, yaml: String, reply: js_sys::Function) {
        self.send(Action::Run(RunAction::Apply(yaml, Some(answer(reply)))));
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

/// A callback that gives the parts of an output to a JavaScript function.
fn answer(reply: js_sys::Function) -> Callback<Output> {
    Callback::from(move |output: Output| {
        let (exit, stdout, stderr) =
            (output.exit.into(), output.stdout.into(), output.stderr.into());
        // Errors that the script throws here are handled by the script.
        let _ = reply.call3(&JsValue::NULL, &exit, &stdout, &stderr);
    })
}

/// Whether the table of the Kubernetes API must be installed before a story is played.
#[wasm_bindgen]
pub fn needs_schema(story: &str) -> bool {
    !schema::is_installed() && crate::manifest::needs_schema(story)
}

/// Installs the table of the Kubernetes API: the text of `schema.txt`.
#[wasm_bindgen]
pub fn install_schema(text: String) {
    if !schema::is_installed() {
        schema::install(text.leak());
    }
}

/// Installs the example files of the documentation: the text of `examples.txt`.
#[wasm_bindgen]
pub fn install_examples(text: String) {
    if !crate::terminal::examples::is_installed() {
        crate::terminal::examples::install(text.leak());
    }
}

/// The event log of a story up to an instant, as JSON lines.
///
/// # Errors
/// The errors of the story, one per line, or that the table of the Kubernetes API or a part of the program is missing.
#[wasm_bindgen]
pub fn log(story: &str, until_ms: f64) -> Result<String, String> {
    if needs_schema(story) {
        return Err(
            "This story needs the types of the Kubernetes API: await loadSchema() first.".into()
        );
    }
    if needs_later(story) {
        return Err("This story needs the second part of the program.".into());
    }
    crate::timeline::json::log(story, Time(until_ms as u64))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
