//! The panel that answers "Why?": what a subject waits for and what would end the wait, its causes, the forecast,
//! and the object in YAML.

use super::action::{Action, UiAction};
use super::control_loop_panel::{view_link, view_remedy};
use super::icons;
use super::memo::Memo;
use super::terms::Terms;
use crate::api::Time;
use crate::observe::Explanation;
use crate::page::by_ptr::ByPtr;
use crate::page::format::short_clock;
use crate::page::subject;
use crate::page::why_query::WhyQuery;
use crate::why::{Answer, Link};
use yew::prelude::*;

/// The properties of the panel.
#[derive(PartialEq)]
pub(super) struct WhyPanel {
    /// The question and its answer.
    pub query: ByPtr<WhyQuery>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for WhyPanel {
    fn view(&self) -> Html {
        let WhyPanel { query, dispatch } = self;
        let Answer { chain, remedies, causes } = &query.answer;
        let name = subject::name(&query.subject).to_owned();
        let terms = &mut Terms::new("why");
        let close = dispatch.clone();
        let on_key = Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close.emit(Action::Ui(UiAction::CloseWhy));
            }
        });
        html! {
            <section class="panel why-panel" aria-label={format!("Why? {name}")} aria-live="polite" onkeydown={on_key}>
                <div class="panel-head" tabindex="-1">
                    <h2>{ "Why? " }<span class={subject::hue(&query.subject)}>{ &name }</span></h2>
                    <button class="button square" aria-label="Close this answer" title="Close"
                        onclick={dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::CloseWhy))}>{ icons::close() }</button>
                </div>
                if !remedies.is_empty() {
                    <div class="why">
                        <h3>{ "What would unblock it" }</h3>
                        <ul class="remedies">{ for remedies.iter().map(|it| view_remedy(it, dispatch)) }</ul>
                    </div>
                }
                <div class="why">
                    <h3>{ "What it's waiting for" }</h3>
                    if chain.is_empty() {
                        <p>{ "Nothing." }</p>
                    }
                    <ol>{ for chain.iter().map(|link| view_link(link, terms, dispatch)) }</ol>
                </div>
                { for query.explanation.iter().map(view_explanation) }
                if !causes.is_empty() {
                    <div class="why">
                        <h3>{ "How it got here (newest first)" }</h3>
                        <ol>{ for causes.iter().map(|link| view_event(link, terms, dispatch)) }</ol>
                    </div>
                }
                <div class="why">
                    <h3>{ if query.explanation.is_some() { "What was observed next" } else { "What happens next if you do nothing" } }</h3>
                    if query.next.is_empty() {
                        <p>{ if query.explanation.is_some() { "Nothing." } else { "Nothing in the next 10 minutes." } }</p>
                    }
                    <ol>{ for query.next.iter().map(|link| view_event(link, terms, dispatch)) }</ol>
                </div>
                if !query.lines.is_empty() {
                    <details>
                        <summary>{ "The object in the API server" }</summary>
                        <pre class="yaml" tabindex="0" aria-label="The object as YAML; the latest change is marked">
                            { for query.lines.iter().map(view_line) }
                        </pre>
                    </details>
                }
                { terms.view_popovers() }
            </section>
        }
    }
}

/// What else can be said of an object of a real cluster.
fn view_explanation(explanation: &Explanation) -> Html {
    let Explanation { next, confusions, unknown, version, .. } = explanation;
    let list = |title: &'static str, lines: Vec<String>| {
        html! {
            if !lines.is_empty() {
                <div class="why">
                    <h3>{ title }</h3>
                    <ul>{ for lines.into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
                </div>
            }
        }
    };
    let confusions = confusions.iter().map(|it| {
        format!(
            "\"{}\" is a common misunderstanding. The story {} explains it.",
            it.name, it.lesson
        )
    });
    html! {
        <>
            { list("What its controller would do now", next.clone()) }
            { list("Related", confusions.collect()) }
            { list("Not in the API", unknown.iter().map(|line| (*line).to_owned()).collect()) }
            <p class="quiet">{ format!("This follows the rules of Kubernetes {version}.") }</p>
        </>
    }
}

/// A line of the object, marked if the last change added it.
fn view_line((line, is_new): &(String, bool)) -> Html {
    if *is_new {
        html! { <><mark>{ line }</mark>{ "\n" }</> }
    } else {
        html! { <>{ line }{ "\n" }</> }
    }
}

/// An event, with a button that moves the cursor to it.
fn view_event(link: &Link, terms: &mut Terms, dispatch: &Callback<Action>) -> Html {
    let time = link.since.unwrap_or(Time(0));
    let go = dispatch.reform(move |_: MouseEvent| Action::seek(time));
    html! {
        <li>
            <button class="place" title="Jump to this time" onclick={go}>{ short_clock(time) }</button>
            { " " }{ terms.view(&link.text) }
            <small>
                if !link.source.is_empty() {
                    <cite>{ link.source }</cite>
                }
            </small>
        </li>
    }
}
