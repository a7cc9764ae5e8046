//! What the element's script calls: one [`Lab`] for each element on the page.

use super::action::Action;
use super::app::{App, AppProps, Controls};
use super::failure::{self, Registration};
use crate::api::Time;
use crate::kubectl::Output;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use yew::{AppHandle, Callback};

#[wasm_bindgen(raw_module = "./rest.js")]
extern "C" {
    /// Loads the half of the module that the first picture needs nothing of. The gates between the
    /// halves, which `xtask` makes, call it.
    #[wasm_bindgen(js_name = loadRest)]
    fn load_rest();
}

/// Keeps the import of `loadRest` in the module for the gates.
#[wasm_bindgen(js_name = loadRest)]
pub fn load_rest_now() {
    load_rest();
}

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

/// One element on the page; `free` takes it off.
#[wasm_bindgen]
pub struct Lab {
    app: Option<AppHandle<App>>,
    _registration: Registration,
}

#[wasm_bindgen]
impl Lab {
    /// Mounts the page in `root`, an element inside a shadow root. `fail` is called with a message
    /// and the recipe if the program fails.
    #[wasm_bindgen(constructor)]
    pub fn new(
        root: web_sys::HtmlElement,
        story: String,
        speed: f64,
        at_ms: f64,
        controls: &str,
        fail: js_sys::Function,
    ) -> Lab {
        let id = NEXT_ID.get();
        NEXT_ID.set(id + 1);
        let registration = Registration::new(id, fail);
        let props = AppProps {
            id,
            root: root.clone(),
            story: story.into(),
            speed: (speed * 1_000.0) as u64,
            at: Time(at_ms as u64),
            controls: match controls {
                "none" => Controls::None,
                "time" => Controls::Time,
                _ => Controls::Full,
            },
        };
        let app = yew::Renderer::<App>::with_root_and_props(root.into(), props).render();
        Lab { app: Some(app), _registration: registration }
    }

    fn send(&self, action: Action) {
        if let Some(app) = self.app.as_ref().filter(|_| !failure::has_failed()) {
            app.send_message(action);
        }
    }

    /// Lets time pass.
    pub fn play(&self) {
        self.send(Action::Play(true));
    }

    /// Stops time.
    pub fn pause(&self) {
        self.send(Action::Play(false));
    }

    /// Goes to an instant.
    pub fn seek(&self, ms: f64) {
        self.send(Action::Seek(Time(ms as u64)));
    }

    /// Goes to the next event.
    pub fn step(&self) {
        self.send(Action::StepForward);
    }

    /// How fast time passes.
    pub fn set_speed(&self, speed: f64) {
        let speed = crate::timeline::playback::Speed::from_thousandths((speed * 1_000.0) as u64);
        self.send(Action::Speed(speed.step()));
    }

    /// Whether the element is to be seen.
    pub fn set_visible(&self, is_visible: bool) {
        self.send(Action::Visible(is_visible));
    }

    /// Does a line; `reply` is called with exit status, output and complaints.
    pub fn run(&self, line: String, reply: js_sys::Function) {
        self.send(Action::Run(line, Some(answer(reply))));
    }

    /// Applies a manifest; `reply` is called with exit status, output and complaints.
    pub fn apply(&self, yaml: String, reply: js_sys::Function) {
        self.send(Action::Apply(yaml, Some(answer(reply))));
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

fn answer(reply: js_sys::Function) -> Callback<Output> {
    Callback::from(move |output: Output| {
        let (exit, stdout, stderr) =
            (output.exit.into(), output.stdout.into(), output.stderr.into());
        // What the script does with the answer is its own affair.
        let _ = reply.call3(&JsValue::NULL, &exit, &stdout, &stderr);
    })
}

/// The event log of a story up to an instant, as JSON lines.
///
/// # Errors
/// What is wrong with the story, in words.
#[wasm_bindgen]
pub fn log(story: &str, until_ms: f64) -> Result<String, String> {
    crate::timeline::json::log(story, Time(until_ms as u64))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
