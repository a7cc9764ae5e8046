//! What the picture shows, in words: to be opened by anyone, and told to those who listen.

use super::part::Show;
use super::shared::Shared;
use yew::prelude::*;

/// What is told.
#[derive(PartialEq)]
pub(super) struct InWords {
    /// The id of the text, by which the picture is described.
    pub id: AttrValue,
    /// What the picture shows.
    pub transcript: Shared<Vec<String>>,
    /// What is new.
    pub news: AttrValue,
}

impl Show for InWords {
    fn view(&self) -> Html {
        let InWords { id, transcript, news } = self;
        html! {
            <>
                <details class="panel words">
                    <summary>{ "The picture in words" }</summary>
                    <ul id={id.clone()}>{ for transcript.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                </details>
                <p class="sr" role="status" aria-live="polite">{ news.clone() }</p>
            </>
        }
    }
}

/// What is new in a transcript: the lines that were not in the one before, a few of them.
pub(super) fn news(before: &[String], now: &[String]) -> String {
    const TOLD: usize = 3;
    let new = now.iter().filter(|line| !before.contains(line));
    new.take(TOLD).map(String::as_str).collect::<Vec<_>>().join(" ")
}
