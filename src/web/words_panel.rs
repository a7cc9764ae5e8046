//! What the picture shows, in words: to be opened by anyone, and told to those who listen.

use super::shared::Shared;
use yew::prelude::*;

/// What is told.
#[derive(Properties, PartialEq)]
pub(super) struct InWordsProps {
    /// The id of the text, by which the picture is described.
    pub id: AttrValue,
    /// What the picture shows.
    pub transcript: Shared<Vec<String>>,
    /// What is new.
    pub news: AttrValue,
}

/// The picture in words.
#[component]
pub(super) fn InWords(props: &InWordsProps) -> Html {
    let InWordsProps { id, transcript, news } = props;
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

/// What is new in a transcript: the lines that were not in the one before, a few of them.
pub(super) fn news(before: &[String], now: &[String]) -> String {
    const TOLD: usize = 3;
    let new = now.iter().filter(|line| !before.contains(line));
    new.take(TOLD).map(String::as_str).collect::<Vec<_>>().join(" ")
}
