//! The list of events up to the cursor, oldest first.

use super::action::Action;
use super::memo::{Memo, memo};
use super::terms::view_names;
use crate::page::by_ptr::ByPtr;
use crate::page::format::clock;
use crate::page::panels::{Page, Row};
use yew::prelude::*;

/// The properties of the list.
#[derive(PartialEq)]
pub(super) struct EventLog {
    /// The pages of the list.
    pub pages: ByPtr<Vec<ByPtr<Page>>>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for EventLog {
    fn view(&self) -> Html {
        let page = |page: &ByPtr<Page>| {
            let page_view = LogPage { page: page.clone(), dispatch: self.dispatch.clone() };
            html! { <div class="rows" role="none" key={page.first}>{ memo(page_view) }</div> }
        };
        html! {
            <section class="panel log" aria-label="Events">
                <h2>{ "Events" }</h2>
                <div class="scroller" tabindex="0" role="group" aria-label="Events so far">
                    <div class="list" role="list">{ for self.pages.iter().map(page) }</div>
                </div>
            </section>
        }
    }
}

/// The properties of a page of the list.
#[derive(PartialEq)]
struct LogPage {
    page: ByPtr<Page>,
    dispatch: Callback<Action>,
}

impl Memo for LogPage {
    fn view(&self) -> Html {
        let row = |row: &Row| {
            let time = row.time;
            let go = self.dispatch.reform(move |_: MouseEvent| Action::seek(time));
            html! {
                <div key={row.number} class={classes!("event", row.kind.name(), row.is_seam.then_some("seam-row"))} role="listitem">
                    <button tabindex="-1" title="Jump to this time" onclick={go}>
                        <time>{ clock(time) }</time>
                        <b class={row.hue}>{ &row.object }</b>
                        <span>{ view_names(&row.text) }{ " " }<small>{ row.component }</small></span>
                    </button>
                </div>
            }
        };
        html! { <>{ for self.page.rows.iter().map(row) }</> }
    }
}
