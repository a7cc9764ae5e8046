//! The list of events up to the cursor, the newest at the bottom.

use super::action::Action;
use super::panels::Row;
use super::part::Show;
use super::shared::Shared;
use super::words::clock;
use yew::prelude::*;

/// What the list shows.
#[derive(PartialEq)]
pub(super) struct Log {
    /// The events.
    pub rows: Shared<Vec<Row>>,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for Log {
    fn view(&self) -> Html {
        let Log { rows, dispatch } = self;
        let go = |row: &Row| {
            let time = row.time;
            dispatch.reform(move |_: MouseEvent| Action::Seek(time))
        };
        html! {
            <section class="panel log" aria-label="Events">
                <h2>{ "Events" }</h2>
                <div class="scroller" tabindex="0" role="group" aria-label="Events up to now">
                    <ol>
                        { for rows.iter().map(|row| html! {
                            <li key={row.number} class={classes!("event", row.kind.name())}>
                                <button tabindex="-1" title="Go there" onclick={go(row)}>
                                    <time>{ clock(row.time) }</time>
                                    <b class={row.hue}>{ &row.object }</b>
                                    <span>{ &row.text }{ " " }<small>{ row.component }</small></span>
                                </button>
                            </li>
                        }) }
                    </ol>
                </div>
            </section>
        }
    }
}
