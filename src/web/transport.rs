//! The bar at the bottom: play, pause, step, speed, and the time line.

use super::action::Action;
use super::cursor::Cursor;
use super::icons;
use super::panels::Marks;
use super::part::{Show, part};
use super::shared::Shared;
use super::track::Track;
use super::words::duration;
use crate::api::Time;
use crate::timeline::playback::{Pace, Speed};
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// What the bar shows.
#[derive(PartialEq)]
pub(super) struct Transport {
    /// Whether time passes.
    pub is_playing: bool,
    /// How fast.
    pub speed: Speed,
    /// The cursor.
    pub now: Time,
    /// The end of what was seen.
    pub end: Time,
    /// What moves with every frame.
    pub cursor: Shared<Cursor>,
    /// The marks on the time line.
    pub marks: Shared<Marks>,
    /// What happened last.
    pub latest: AttrValue,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for Transport {
    fn view(&self) -> Html {
        let Transport { is_playing, speed, now, end, cursor, marks, latest, dispatch } = self;
        html! {
            <div class="transport" role="group" aria-label="Time">
                { part(Buttons { is_playing: *is_playing, dispatch: dispatch.clone() }) }
                <p class="clock"><span ref={cursor.clock.clone()} /></p>
                <Track now={*now} end={*end} cursor={cursor.clone()} marks={marks.clone()} latest={latest.clone()} dispatch={dispatch.clone()} />
                { part(SpeedSlider { speed: *speed, dispatch: dispatch.clone() }) }
            </div>
        }
    }
}

/// What the buttons show.
#[derive(PartialEq)]
struct Buttons {
    is_playing: bool,
    dispatch: Callback<Action>,
}

impl Show for Buttons {
    fn view(&self) -> Html {
        let Buttons { is_playing, dispatch } = self;
        let play = if *is_playing { ("Pause", icons::pause()) } else { ("Play", icons::play()) };
        html! {
            <div class="buttons">
                { button("To the event before (←)", icons::back(), dispatch, || Action::StepBack) }
                <button class="button square play" aria-label={play.0} title="Play or pause (space)"
                    onclick={dispatch.reform(|_| Action::Toggle)}>{ play.1 }</button>
                { button("To the next event (→)", icons::forward(), dispatch, || Action::StepForward) }
            </div>
        }
    }
}

fn button(
    label: &'static str,
    icon: Html,
    dispatch: &Callback<Action>,
    action: fn() -> Action,
) -> Html {
    html! {
        <button class="button square" aria-label={label} title={label}
            onclick={dispatch.reform(move |_: MouseEvent| action())}>{ icon }</button>
    }
}

/// What the slider of the speed shows.
#[derive(PartialEq)]
struct SpeedSlider {
    speed: Speed,
    dispatch: Callback<Action>,
}

impl Show for SpeedSlider {
    fn view(&self) -> Html {
        let SpeedSlider { speed, dispatch } = self;
        let oninput = dispatch.reform(|event: InputEvent| {
            let input =
                event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
            let step = input.and_then(|input| input.value().parse().ok());
            Action::Speed(step.unwrap_or(Speed::ONE.step()))
        });
        html! {
            <label class="speed" title="Speed (+ and −)">
                <span class="sr">{ "Speed" }</span>
                <input type="range" min="0" max={Speed::MAX.step().to_string()} step="1"
                    value={speed.step().to_string()} aria-valuetext={speed.label()} {oninput} />
                <output>{ speed.label() }</output>
            </label>
        }
    }
}

/// What is said about the way time passes.
pub(super) fn pace(pace: Pace) -> Option<String> {
    match pace {
        Pace::Ordinary => None,
        Pace::Lapse { factor, idle_ms } => {
            Some(format!("time-lapse ×{factor}: nothing happens for {}", duration(idle_ms)))
        }
        Pace::Quiet => Some("nothing more will happen by itself: try something".into()),
    }
}
