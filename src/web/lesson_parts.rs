//! Parts of the card of a guided story: results, and the button that opens a panel.

use super::action::{Action, HostAction, LessonAction, TerminalAction, Tool, UiAction};
use crate::lessons::{Panel, Results};
use crate::page::format::duration;
use crate::page::sheet::Tab;
use yew::prelude::*;

/// The results of a lesson.
pub(super) fn view_results(results: &Results) -> Html {
    let Results { right, predicted, used, par, ms } = *results;
    html! {
        <ul class="items results">
            if predicted > 0 {
                <li>{ format!("Predictions: {right} of {predicted} right") }</li>
            }
            if par > 0 {
                <li>{ format!("Commands: {used}; the fewest: {par}") }</li>
            }
            <li>{ "Time in the cluster: " }{ duration(ms) }</li>
        </ul>
    }
}

/// The button that opens the panel of a step. If the panels are next to the picture, only the one of the
/// terminal is needed.
pub(super) fn view_panel_button(panel: Panel, dispatch: &Callback<Action>) -> Html {
    let (class, label) = match panel {
        Panel::Why => ("button show-panel", "Show the panel"),
        Panel::Log => ("button show-panel", "Show the log"),
        Panel::Terminal => ("button", "Open the terminal"),
    };
    let onclick = dispatch.reform(move |_: MouseEvent| match panel {
        Panel::Why => Action::Ui(UiAction::ToggleSheet(Tab::Why)),
        Panel::Log => Action::Ui(UiAction::ToggleSheet(Tab::Log)),
        Panel::Terminal => Action::Terminal(TerminalAction::SetOpen(true)),
    });
    html! { <button {class} {onclick}>{ label }</button> }
}

/// The number of the step, which opens a menu: reset the lesson to a step, link to it, print the lesson, present it.
pub(super) fn view_steps(index: usize, count: usize, dispatch: &Callback<Action>) -> Html {
    const TOOLS: [(Tool, &str); 3] = [
        (Tool::Link, "Link to this step"),
        (Tool::Handout, "Print handout"),
        (Tool::Presenter, "Presenter window"),
    ];
    let step = |step: usize| {
        let onclick =
            dispatch.reform(move |_: MouseEvent| Action::Lesson(LessonAction::Reset(step)));
        let is_current = (step == index + 1).then_some("step");
        html! {
            <button class="button" popovertarget="steps" popovertargetaction="hide" aria-current={is_current}
                aria-label={format!("Reset to step {step}")} {onclick}>{ step }</button>
        }
    };
    let tool = |(tool, label): (Tool, &'static str)| {
        let onclick = dispatch.reform(move |_: MouseEvent| Action::Host(HostAction::Open(tool)));
        html! { <button class="choice" popovertarget="steps" popovertargetaction="hide" {onclick}>{ label }</button> }
    };
    html! {
        <>
            <button class="at link" popovertarget="steps" title="Reset to a step, share, print">
                <span class="sr">{ "Step " }</span>{ format!("{} of {count} ▾", index + 1) }
            </button>
            <div id="steps" class="step-menu" popover="auto">
                <p>{ "Reset to step" }</p>
                <p class="step-numbers">{ for (1..=count).map(step) }</p>
                { for TOOLS.map(tool) }
            </div>
        </>
    }
}
