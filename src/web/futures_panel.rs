//! The panel that lists what differs between two futures.

use super::action::{Action, RunAction, UiAction};
use super::icons;
use super::memo::Memo;
use crate::page::by_ptr::ByPtr;
use crate::page::format::clock;
use crate::page::futures::{Difference, Futures, Side};
use yew::prelude::*;

/// The properties of the panel.
#[derive(PartialEq)]
pub(super) struct FuturesPanel {
    /// The futures, and what differs.
    pub futures: ByPtr<Futures>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for FuturesPanel {
    fn view(&self) -> Html {
        let Futures { from, own, differences, more, .. } = &*self.futures;
        let (from, other) = (*from, own.other().name());
        let back = self.dispatch.reform(move |_: MouseEvent| Action::seek(from));
        let swap = self.dispatch.reform(|_: MouseEvent| Action::Run(RunAction::SwapFutures));
        let close = self.dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::CloseComparison));
        html! {
            <section class="panel versions-panel" aria-label="Two futures">
                <div class="panel-head">
                    <h2>{ "Two futures" }</h2>
                    <button class="button square" aria-label="End the comparison" title={format!("Close; future {} stays", own.name())} onclick={close}>{ icons::close() }</button>
                </div>
                <p aria-live="polite">{ self.futures.summary() }</p>
                <p class="actions">
                    <button class="button" onclick={swap}>{ "Act in future " }{ other }</button>
                    <button class="button" onclick={back}>{ "Back to the fork at " }{ clock(from) }</button>
                </p>
                { view_differences(differences) }
                if *more > 0 {
                    <p class="empty">{ format!("and {more} more") }</p>
                }
            </section>
        }
    }
}

/// The differences, by kind.
fn view_differences(differences: &[Difference]) -> Html {
    let groups = differences.chunk_by(|one, other| one.kind == other.kind);
    let value = |(side, value): (Side, &String)| {
        html! { <><dt>{ side.name() }</dt><dd>{ value }</dd></> }
    };
    let row = |it: &Difference| {
        let values = Side::ALL.into_iter().zip(&it.values).map(value);
        html! { <li><b class={it.hue}>{ &it.name }</b><dl>{ for values }</dl></li> }
    };
    let group = |group: &[Difference]| {
        let kind = group.first().map_or("", |first| first.kind);
        html! { <><h3>{ kind }</h3><ul class="futures-list">{ for group.iter().map(row) }</ul></> }
    };
    groups.map(group).collect()
}
