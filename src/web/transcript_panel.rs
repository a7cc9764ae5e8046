//! The text alternative of the picture, and its announcements for screen readers.

use super::memo::Memo;
use crate::page::by_ptr::ByPtr;
use yew::prelude::*;

/// The properties of the panel.
#[derive(PartialEq)]
pub(super) struct TranscriptPanel {
    /// The id of the list, to which `aria-describedby` of the picture refers.
    pub id: AttrValue,
    /// The text alternative, line by line.
    pub transcript: ByPtr<Vec<String>>,
    /// The last announcement.
    pub news: AttrValue,
}

impl Memo for TranscriptPanel {
    fn view(&self) -> Html {
        let TranscriptPanel { id, transcript, news } = self;
        html! {
            <>
                <details class="panel words">
                    <summary>{ "Text description" }</summary>
                    <ul id={id.clone()}>{ for transcript.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                </details>
                <p class="sr" role="status" aria-live="polite">{ news.clone() }</p>
            </>
        }
    }
}
