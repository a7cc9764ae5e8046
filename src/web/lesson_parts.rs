//! Parts of the card of a guided story: results, and the button that opens a panel.

use super::action::{Action, TerminalAction, UiAction};
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
