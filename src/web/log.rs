//! The list of events up to the cursor, the newest at the bottom.

use super::action::Action;
use super::panels::{Page, Row};
use super::part::{Show, part};
use super::shared::Shared;
use super::words::clock;
use yew::prelude::*;

/// What the list shows.
#[derive(PartialEq)]
pub(super) struct Log {
    /// The events.
    pub pages: Shared<Vec<Shared<Page>>>,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for Log {
    fn view(&self) -> Html {
        let page = |page: &Shared<Page>| {
            let shows = LogPage { page: page.clone(), dispatch: self.dispatch.clone() };
            html! { <div class="rows" role="none" key={page.first}>{ part(shows) }</div> }
        };
        html! {
            <section class="panel log" aria-label="Events">
                <h2>{ "Events" }</h2>
                <div class="scroller" tabindex="0" role="group" aria-label="Events up to now">
                    <div class="list" role="list">{ for self.pages.iter().map(page) }</div>
                </div>
            </section>
        }
    }
}

/// Some of the events.
#[derive(PartialEq)]
struct LogPage {
    page: Shared<Page>,
    dispatch: Callback<Action>,
}

impl Show for LogPage {
    fn view(&self) -> Html {
        let row = |row: &Row| {
            let time = row.time;
            let go = self.dispatch.reform(move |_: MouseEvent| Action::Seek(time, None));
            html! {
                <div key={row.number} class={classes!("event", row.kind.name())} role="listitem">
                    <button tabindex="-1" title="Go there" onclick={go}>
                        <time>{ clock(time) }</time>
                        <b class={row.hue}>{ &row.object }</b>
                        <span>{ &row.text }{ " " }<small>{ row.component }</small></span>
                    </button>
                </div>
            }
        };
        html! { <>{ for self.page.rows.iter().map(row) }</> }
    }
}
