//! The panel of the control loop: desired, created and ready replicas, why they differ, and sliders for settings.

use super::action::{Action, RunAction};
use super::memo::Memo;
use super::terms::Terms;
use crate::page::by_ptr::ByPtr;
use crate::page::choices::scale;
use crate::page::format::{short_clock, short_source};
use crate::page::panels::MissingClass;
use crate::page::settings::{Slider, set_line, sliders};
use crate::why::{Link, Remedy, SetView};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The properties of the panel.
#[derive(PartialEq)]
pub(super) struct ControlLoopPanel {
    /// The StatefulSets and Deployments.
    pub sets: ByPtr<Vec<SetView>>,
    /// A claim that waits for a StorageClass that does not exist.
    pub missing_class: Option<MissingClass>,
    /// The number of pods, if there are no sets.
    pub lone_pods: usize,
    /// Whether the cluster is a real one that was observed.
    pub is_observed: bool,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for ControlLoopPanel {
    fn view(&self) -> Html {
        let ControlLoopPanel { sets, missing_class, dispatch, .. } = self;
        let mut terms = Terms::new("loop");
        html! {
            <section class="panel loop" aria-label="Control loop">
                <h2>{ "Control loop" }</h2>
                if sets.is_empty() {
                    <p class="empty">{ self.why_nothing() }</p>
                }
                { for sets.iter().map(|set| view_set(set, sets.len() > 1, &mut terms, dispatch)) }
                if let Some(missing) = missing_class {
                    { view_offer(missing, &mut terms, dispatch) }
                }
                { terms.view_popovers() }
            </section>
        }
    }
}

impl ControlLoopPanel {
    /// The text of the panel when there are no sets.
    fn why_nothing(&self) -> String {
        match (self.lone_pods, self.is_observed) {
            (0, false) => {
                "There is no StatefulSet or Deployment. Play the story or apply a manifest.".into()
            }
            (0, true) => "There is no StatefulSet or Deployment.".into(),
            (1, _) => "There is no StatefulSet or Deployment, only a pod.".into(),
            (count, _) => format!("There is no StatefulSet or Deployment, only {count} pods."),
        }
    }
}

/// What a claim lacks, and a button that creates it.
fn view_offer(missing: &MissingClass, terms: &mut Terms, dispatch: &Callback<Action>) -> Html {
    let MissingClass { claim, class } = missing;
    let manifest = missing.manifest();
    let create =
        dispatch.reform(move |_: MouseEvent| Action::Run(RunAction::Apply(manifest.clone(), None)));
    html! {
        <p class="offer">
            { terms.view(&format!("Claim {claim} names StorageClass \"{class}\", which does not exist.")) }
            <button class="button" onclick={create}>{ format!("Create StorageClass \"{class}\"") }</button>
        </p>
    }
}

/// A set. The name is shown if there are several.
fn view_set(set: &SetView, is_named: bool, terms: &mut Terms, dispatch: &Callback<Action>) -> Html {
    html! {
        <article class="set" key={set.set.to_string()}>
            if is_named {
                <h3>{ set.set.key.name().to_string() }</h3>
            }
            <div class="numbers">
                { number(set.desired, "desired", true) }
                { number(set.created, "created", set.created == set.desired) }
                { number(set.ready, "ready", set.ready == set.desired) }
                <div class="scale" role="group" aria-label={format!("Scale {}", set.set.key.name())}>
                    { scale_button(set, -1, "−", dispatch) }
                    { scale_button(set, 1, "+", dispatch) }
                </div>
            </div>
            if !set.remedies.is_empty() {
                <div class="why">
                    <h3>{ "What would unblock it" }</h3>
                    <ul class="remedies">{ for set.remedies.iter().map(|it| view_remedy(it, dispatch)) }</ul>
                </div>
            }
            if set.chain.is_empty() {
                <p class="headline">{ terms.view(&set.headline) }</p>
            } else {
                <div class="why">
                    <h3>{ "Why it's waiting" }</h3>
                    <ol>{ for set.chain.iter().map(|link| view_link(link, terms, dispatch)) }</ol>
                </div>
            }
            if let Some(settings) = set.settings {
                <details class="knobs">
                    <summary>{ "Tweak the spec" }</summary>
                    { for sliders(set, settings).iter().map(|slider| view_slider(set, slider, dispatch)) }
                </details>
            }
        </article>
    }
}

/// A slider that runs a line when it is moved.
fn view_slider(set: &SetView, slider: &Slider, dispatch: &Callback<Action>) -> Html {
    let line = |value: u64| set_line(set, slider.field, &value.to_string());
    let lines: Vec<String> = (0..=slider.max).map(line).collect();
    let onchange = dispatch.reform(move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let value = input.and_then(|input| input.value().parse::<usize>().ok()).unwrap_or(0);
        Action::line(lines.get(value).cloned().unwrap_or_default())
    });
    html! {
        <label class="knob">
            <span>{ slider.label }</span>
            <input type="range" min="0" max={slider.max.to_string()} value={slider.value.to_string()} {onchange} />
            <output>{ slider.value }</output>
        </label>
    }
}

/// A number of replicas, marked if it is not the desired one.
fn number(value: i32, word: &'static str, is_reached: bool) -> Html {
    html! {
        <p class={classes!("number", (!is_reached).then_some("short"))}>
            <strong>{ value }</strong>
            <span>{ word }</span>
        </p>
    }
}

/// A button that scales a set by one.
fn scale_button(set: &SetView, by: i32, sign: &'static str, dispatch: &Callback<Action>) -> Html {
    let line = scale(&set.set, set.desired + by);
    let title = line.clone();
    html! {
        <button class="button square" disabled={set.desired + by < 0} {title}
            aria-label={format!("Scale to {}", (set.desired + by).max(0))}
            onclick={dispatch.reform(move |_: MouseEvent| Action::line(line.clone()))}>
            { sign }
        </button>
    }
}

/// A reason, with its time and its sources.
pub(super) fn view_link(link: &Link, terms: &mut Terms, dispatch: &Callback<Action>) -> Html {
    html! {
        <li>
            { terms.view(&link.text) }
            <small>
                if let Some(since) = link.since {
                    <button class="link" title="Jump to this time" onclick={dispatch.reform(move |_: MouseEvent| Action::seek(since))}>
                        { format!("since {}", short_clock(since)) }
                    </button>
                }
                if !link.statement.is_empty() {
                    <a class="statement" title="Read this statement" target="_blank" rel="noopener"
                            href={format!("statements/index.html#{}", link.statement)}>{ link.statement }</a>
                }
                if !link.source.is_empty() {
                    <cite title={link.source}>{ short_source(link.source) }</cite>
                }
            </small>
        </li>
    }
}

/// A remedy, with the line that it runs.
pub(super) fn view_remedy(remedy: &Remedy, dispatch: &Callback<Action>) -> Html {
    let line = remedy.line.clone();
    html! {
        <li>
            <button class={classes!("remedy", remedy.is_dangerous.then_some("dangerous"))} title="Run this command"
                onclick={dispatch.reform(move |_: MouseEvent| Action::line(line.clone()))}>
                <span>{ remedy.note }</span>
                <code>{ &remedy.line }</code>
            </button>
        </li>
    }
}
