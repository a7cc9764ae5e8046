//! The panel of the control loop: desired, created, ready, and why it is not yet so.

use super::action::Action;
use super::choices::{scale, scope};
use super::part::Show;
use super::shared::Shared;
use super::words::short_clock;
use crate::api::Key;
use crate::why::{Knobs, Link, Remedy, SetView};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What the panel shows.
#[derive(PartialEq)]
pub(super) struct LoopPanel {
    /// The sets.
    pub sets: Shared<Vec<SetView>>,
    /// Whether a claim waits for a default StorageClass that nobody has made.
    pub lacks_class: bool,
    /// Where clicks go.
    pub dispatch: Callback<Action>,
}

/// A class for claims that name none.
const DEFAULT_CLASS: &str = include_str!("../../static/manifests/default-class.yaml");

impl Show for LoopPanel {
    fn view(&self) -> Html {
        let LoopPanel { sets, lacks_class, dispatch } = self;
        let add_class = dispatch.reform(|_: MouseEvent| Action::Apply(DEFAULT_CLASS.into(), None));
        html! {
            <section class="panel loop" aria-label="Control loop">
                <h2>{ "Control loop" }</h2>
                if sets.is_empty() {
                    <p class="empty">{ "An empty cluster. Play the story, or open the manifest and apply one." }</p>
                }
                { for sets.iter().map(|set| view_set(set, sets.len() > 1, dispatch)) }
                if *lacks_class {
                    <p class="offer">
                        { "A claim wants the default StorageClass, and there is none." }
                        <button class="button" onclick={add_class}>{ "Add StorageClass \"default\"" }</button>
                    </p>
                }
            </section>
        }
    }
}

fn view_set(set: &SetView, is_named: bool, dispatch: &Callback<Action>) -> Html {
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
            if set.chain.is_empty() {
                <p class="headline">{ set.headline.clone() }</p>
            } else {
                <div class="why">
                    <h3>{ "Why it waits" }</h3>
                    <ol>{ for set.chain.iter().map(|link| view_link(link, dispatch)) }</ol>
                </div>
            }
            if !set.remedies.is_empty() {
                <div class="why">
                    <h3>{ "What would end the wait" }</h3>
                    <ul class="remedies">{ for set.remedies.iter().map(|it| view_remedy(it, dispatch)) }</ul>
                </div>
            }
            if let Some(knobs) = set.knobs {
                <details class="knobs">
                    <summary>{ "Turn and see" }</summary>
                    { for turns(set, knobs).iter().map(|knob| view_knob(knob, dispatch)) }
                </details>
            }
        </article>
    }
}

/// Something that can be turned: its name, its value, the largest one, and the line that sets it.
struct Knob {
    name: &'static str,
    value: u64,
    max: u64,
    line: Box<dyn Fn(&str) -> String>,
}

fn turns(set: &SetView, knobs: Knobs) -> [Knob; 3] {
    let key = set.set.key.clone();
    let patch = move |key: &Key, before: &str, value: &str, after: &str| {
        let scope = scope(key);
        format!("kubectl patch statefulset {}{scope} -p '{before}{value}{after}'", key.name())
    };
    let (of_partition, of_grace, of_scale) = (key.clone(), key, set.set.clone());
    let desired = u64::try_from(set.desired).unwrap_or(0);
    [
        Knob {
            name: "replicas",
            value: desired,
            max: desired.max(12),
            line: Box::new(move |value| scale(&of_scale, value.parse().unwrap_or(0))),
        },
        Knob {
            name: "partition: ordinals below it keep the old template",
            value: u64::try_from(knobs.partition).unwrap_or(0),
            max: desired.max(1),
            line: Box::new(move |value| {
                let before = r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":"#;
                patch(&of_partition, before, value, "}}}}")
            }),
        },
        Knob {
            name: "terminationGracePeriodSeconds: a new template, and so an update",
            value: knobs.grace_seconds,
            max: knobs.grace_seconds.max(60),
            line: Box::new(move |value| {
                let before = r#"{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":"#;
                patch(&of_grace, before, value, "}}}}")
            }),
        },
    ]
}

fn view_knob(knob: &Knob, dispatch: &Callback<Action>) -> Html {
    let lines: Vec<String> = (0..=knob.max).map(|value| (knob.line)(&value.to_string())).collect();
    let onchange = dispatch.reform(move |event: Event| {
        let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        let value = input.and_then(|input| input.value().parse::<usize>().ok()).unwrap_or(0);
        Action::Run(lines.get(value).cloned().unwrap_or_default(), None)
    });
    html! {
        <label class="knob">
            <span>{ knob.name }</span>
            <input type="range" min="0" max={knob.max.to_string()} value={knob.value.to_string()} {onchange} />
            <output>{ knob.value }</output>
        </label>
    }
}

fn number(value: i32, word: &'static str, is_reached: bool) -> Html {
    html! {
        <p class={classes!("number", (!is_reached).then_some("short"))}>
            <strong>{ value }</strong>
            <span>{ word }</span>
        </p>
    }
}

fn scale_button(set: &SetView, by: i32, sign: &'static str, dispatch: &Callback<Action>) -> Html {
    let line = scale(&set.set, set.desired + by);
    let title = line.clone();
    html! {
        <button class="button square" disabled={set.desired + by < 0} {title}
            aria-label={format!("Scale to {}", (set.desired + by).max(0))}
            onclick={dispatch.reform(move |_: MouseEvent| Action::Run(line.clone(), None))}>
            { sign }
        </button>
    }
}

pub(super) fn view_link(link: &Link, dispatch: &Callback<Action>) -> Html {
    html! {
        <li>
            { &link.text }
            <small>
                if let Some(since) = link.since {
                    <button class="link" title="Go there" onclick={dispatch.reform(move |_: MouseEvent| Action::Seek(since, None))}>
                        { format!("since {}", short_clock(since)) }
                    </button>
                }
                if !link.statement.is_empty() {
                    <a class="statement" title="What is behind it" target="_blank" rel="noopener"
                            href={format!("statements/index.html#{}", link.statement)}>{ link.statement }</a>
                }
                if !link.source.is_empty() {
                    <cite title={link.source}>{ short_source(link.source) }</cite>
                }
            </small>
        </li>
    }
}

/// The last part of a source: `stateful_set_control.go: processReplica`, without its folders.
fn short_source(source: &'static str) -> &'static str {
    let (path, _) = source.split_once(": ").unwrap_or((source, ""));
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    &source[start..]
}

pub(super) fn view_remedy(remedy: &Remedy, dispatch: &Callback<Action>) -> Html {
    let line = remedy.line.clone();
    html! {
        <li>
            <button class={classes!("remedy", remedy.is_dangerous.then_some("dangerous"))} title="Do this"
                onclick={dispatch.reform(move |_: MouseEvent| Action::Run(line.clone(), None))}>
                <span>{ remedy.note }</span>
                <code>{ &remedy.line }</code>
            </button>
        </li>
    }
}
