//! The bar at the bottom: play, pause, step, speed, and the timeline.

use super::action::{Action, PlaybackAction, RunAction};
use super::cursor::Cursor;
use super::icons;
use super::memo::{Memo, memo};
use super::timeline_slider::TimelineSlider;
use crate::api::Time;
use crate::page::by_ptr::ByPtr;
use crate::page::marks::Marks;
use crate::timeline::playback::Speed;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// The properties of the bar.
#[derive(PartialEq)]
pub(super) struct Transport {
    /// Whether the run is playing.
    pub is_playing: bool,
    /// The speed.
    pub speed: Speed,
    /// The position of the cursor.
    pub now: Time,
    /// The end of the recording.
    pub end: Time,
    /// The parts that move in every frame.
    pub cursor: ByPtr<Cursor>,
    /// The marks of the timeline.
    pub marks: ByPtr<Marks>,
    /// The message of the last event.
    pub latest: AttrValue,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for Transport {
    fn view(&self) -> Html {
        let Transport { is_playing, speed, now, end, cursor, marks, latest, dispatch } = self;
        html! {
            <div class="transport" role="group" aria-label="Playback">
                { memo(Buttons { is_playing: *is_playing, dispatch: dispatch.clone() }) }
                <p class="clock"><span ref={cursor.clock.clone()} /></p>
                <TimelineSlider now={*now} end={*end} cursor={cursor.clone()} marks={marks.clone()} latest={latest.clone()} dispatch={dispatch.clone()} />
                { memo(SpeedSlider { speed: *speed, dispatch: dispatch.clone() }) }
            </div>
        }
    }
}

/// The properties of the buttons.
#[derive(PartialEq)]
struct Buttons {
    /// Whether the run is playing.
    is_playing: bool,
    dispatch: Callback<Action>,
}

impl Memo for Buttons {
    fn view(&self) -> Html {
        let Buttons { is_playing, dispatch } = self;
        let play = if *is_playing { ("Pause", icons::pause()) } else { ("Play", icons::play()) };
        html! {
            <div class="buttons">
                { button("back", "Previous event (←)", icons::back(), dispatch, || Action::Run(RunAction::StepBack)) }
                <button class="button square play" aria-label={play.0} title="Play or pause (space)"
                    onclick={dispatch.reform(|_| Action::Playback(PlaybackAction::Toggle))}>{ play.1 }</button>
                { button("forward", "Next event (→)", icons::forward(), dispatch, || Action::Run(RunAction::StepForward)) }
            </div>
        }
    }
}

/// A button with an icon.
fn button(
    class: &'static str,
    label: &'static str,
    icon: Html,
    dispatch: &Callback<Action>,
    action: fn() -> Action,
) -> Html {
    html! {
        <button class={classes!("button", "square", class)} aria-label={label} title={label}
            onclick={dispatch.reform(move |_: MouseEvent| action())}>{ icon }</button>
    }
}

/// The properties of the speed slider.
#[derive(PartialEq)]
struct SpeedSlider {
    /// The speed.
    speed: Speed,
    dispatch: Callback<Action>,
}

impl Memo for SpeedSlider {
    fn view(&self) -> Html {
        let SpeedSlider { speed, dispatch } = self;
        let oninput = dispatch.reform(|event: InputEvent| {
            let input =
                event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
            let step = input.and_then(|input| input.value().parse().ok());
            Action::Playback(PlaybackAction::SetSpeed(step.unwrap_or(Speed::ONE.step())))
        });
        let onchange = dispatch.reform(|event: Event| {
            let list = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            let step = list.and_then(|list| list.value().parse().ok());
            Action::Playback(PlaybackAction::SetSpeed(step.unwrap_or(Speed::ONE.step())))
        });
        let choice = |step: u8| {
            let is_it = step == speed.step();
            html! { <option value={step.to_string()} selected={is_it}>{ Speed::from_step(step).label() }</option> }
        };
        html! {
            <div class="speed">
                <label title="Speed (+ and −)">
                    <span class="sr">{ "Speed" }</span>
                    <input type="range" min="0" max={Speed::MAX.step().to_string()} step="1"
                        value={speed.step().to_string()} aria-valuetext={speed.label()} {oninput} />
                    <output>{ speed.label() }</output>
                </label>
                // Shown where there is no room for the slider.
                <select aria-label="Speed" {onchange}>{ for (0..=Speed::MAX.step()).map(choice) }</select>
            </div>
        }
    }
}
