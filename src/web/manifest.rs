//! The dialog in which manifests are written, pasted and applied.

use super::action::Action;
use super::dialog::Frame;
use super::session::Applied;
use crate::manifest;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Manifests to begin with, by what they are called.
pub(super) const SAMPLES: [(&str, &str); 3] = [
    ("web: a small database", include_str!("../../static/manifests/web.yaml")),
    ("mysql: a replica set with a read service", include_str!("../../static/manifests/mysql.yaml")),
    ("ring: all pods at once", include_str!("../../static/manifests/ring.yaml")),
];

/// What the dialog shows.
#[derive(Properties, PartialEq)]
pub(super) struct ManifestProps {
    /// The text.
    pub text: Rc<str>,
    /// What the visitor wrote before a sample took its place.
    pub kept: Option<Rc<str>>,
    /// What was applied last.
    pub applied: Option<Rc<Applied>>,
    /// Where it goes.
    pub dispatch: Callback<Action>,
}

/// The dialog of the manifest.
pub(super) struct Manifest {
    text: NodeRef,
    gutter: NodeRef,
}

/// What happens in the dialog.
pub(super) enum Message {
    Scrolled,
    /// The text cursor goes to this line and column.
    Show(u32, u32),
}

impl Component for Manifest {
    type Message = Message;
    type Properties = ManifestProps;

    fn create(_: &Context<Manifest>) -> Manifest {
        Manifest { text: NodeRef::default(), gutter: NodeRef::default() }
    }

    fn update(&mut self, _: &Context<Manifest>, message: Message) -> bool {
        let Some(text) = self.text.cast::<HtmlTextAreaElement>() else { return false };
        match message {
            Message::Scrolled => {
                if let Some(gutter) = self.gutter.cast::<web_sys::Element>() {
                    gutter.set_scroll_top(text.scroll_top());
                }
            }
            Message::Show(line, column) => show(&text, line, column),
        }
        false
    }

    fn view(&self, ctx: &Context<Manifest>) -> Html {
        let ManifestProps { text, kept, applied, dispatch } = ctx.props();
        // As one types: what is wrong, and what differs from what was applied.
        let findings = Findings::of(text);
        let marked = findings.refusals.first().map(|refusal| refusal.line);
        let base = applied.as_deref().filter(|applied| applied.output.exit == 0);
        html! {
            <Frame title="Manifest" class="manifest" dispatch={dispatch.clone()}>
                { view_samples(text, kept.as_ref(), dispatch) }
                <div class="editor">
                    <pre class="gutter" ref={self.gutter.clone()} aria-hidden="true">{ line_numbers(text, marked, base.map(|base| &*base.yaml)) }</pre>
                    <textarea ref={self.text.clone()} value={text.to_string()} aria-label="Manifest, in YAML"
                        spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                        aria-invalid={marked.is_some().to_string()}
                        onscroll={ctx.link().callback(|_: Event| Message::Scrolled)}
                        oninput={dispatch.reform(|event: InputEvent| Action::Edit(typed(&event)))}
                        onkeydown={apply_on_enter(text, dispatch)} />
                </div>
                { view_buttons(text, dispatch) }
                if let Some(applied) = applied {
                    { view_output(applied, *applied.yaml == **text) }
                }
                { self.view_findings(ctx, &findings) }
            </Frame>
        }
    }
}

impl Manifest {
    fn view_findings(&self, ctx: &Context<Manifest>, findings: &Findings) -> Html {
        let show =
            |line, column| ctx.link().callback(move |_: MouseEvent| Message::Show(line, column));
        let refusals = findings.refusals.iter().map(|refusal| {
            html! {
                <li>
                    <button class="place" onclick={show(refusal.line, refusal.column)}>
                        { format!("line {}, column {}", refusal.line, refusal.column) }
                    </button>
                    { " " }{ if refusal.advice.is_empty() { &refusal.stderr } else { &refusal.advice } }
                </li>
            }
        });
        html! {
            <div class="result">
                <ul class="advice" aria-label="What is wrong" aria-live="polite">{ for refusals }</ul>
                if !findings.not_simulated.is_empty() {
                    <details>
                        <summary>{ format!("Accepted, not simulated: {}", findings.not_simulated.len()) }</summary>
                        <ul class="not-simulated">
                            { for findings.not_simulated.iter().map(|field| html! {
                                <li>
                                    <button class="place" onclick={show(field.line, field.column)}>{ format!("line {}", field.line) }</button>
                                    { " " }<code>{ &field.path }</code>
                                </li>
                            }) }
                        </ul>
                    </details>
                }
            </div>
        }
    }
}

/// What kubectl said of what was applied last.
fn view_output(applied: &Applied, is_same: bool) -> Html {
    let output = &applied.output;
    html! {
        <pre class={classes!("output", (output.exit != 0).then_some("bad"), (!is_same).then_some("old"))}
            role="status" tabindex="0" aria-label="What kubectl says">
            { &output.stdout }{ &output.stderr }
        </pre>
    }
}

/// What there is to say about a manifest beside what kubectl says.
#[derive(Default)]
struct Findings {
    refusals: Vec<manifest::Refusal>,
    not_simulated: Vec<manifest::NotSimulated>,
}

impl Findings {
    fn of(yaml: &str) -> Findings {
        let mut findings = Findings::default();
        for document in manifest::parse(yaml) {
            findings.not_simulated.extend(document.not_simulated);
            findings.refusals.extend(document.outcome.err());
        }
        findings
    }
}

fn view_samples(text: &Rc<str>, kept: Option<&Rc<str>>, dispatch: &Callback<Action>) -> Html {
    let own: Option<Rc<str>> = kept.cloned();
    let onchange = dispatch.reform(move |event: Event| {
        let select = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let index = select.and_then(|select| select.value().parse::<usize>().ok());
        match index.and_then(|index| SAMPLES.get(index)) {
            Some((_, sample)) => Action::Sample((*sample).into()),
            None => Action::Sample(own.clone().unwrap_or_default()),
        }
    });
    let is_sample = SAMPLES.iter().any(|(_, sample)| **sample == **text);
    html! {
        <label class="samples">{ "Begin with " }
            <select {onchange}>
                if !is_sample || kept.is_some() {
                    <option value="own" selected={!is_sample}>{ "what you wrote" }</option>
                }
                { for SAMPLES.iter().enumerate().map(|(index, (name, sample))| html! {
                    <option value={index.to_string()} selected={**sample == **text}>{ name }</option>
                }) }
            </select>
        </label>
    }
}

fn view_buttons(text: &Rc<str>, dispatch: &Callback<Action>) -> Html {
    let apply = text.clone();
    let fresh = text.clone();
    html! {
        <p class="actions">
            <button class="button primary" title="kubectl apply -f - (Ctrl+Enter)"
                onclick={dispatch.reform(move |_: MouseEvent| Action::Apply(apply.to_string(), None))}>
                { "Apply to the running cluster" }
            </button>
            <button class="button" title="An empty cluster, then kubectl apply"
                onclick={dispatch.reform(move |_: MouseEvent| Action::StartFresh(fresh.to_string()))}>
                { "Start fresh with it" }
            </button>
        </p>
    }
}

fn apply_on_enter(text: &Rc<str>, dispatch: &Callback<Action>) -> Callback<KeyboardEvent> {
    let (text, dispatch) = (text.clone(), dispatch.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            dispatch.emit(Action::Apply(text.to_string(), None));
        }
    })
}

fn typed(event: &InputEvent) -> String {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
    target.map(|text| text.value()).unwrap_or_default()
}

/// The numbers of the lines: one of them marked as wrong, a sign at those that are not in `base`.
fn line_numbers(text: &str, marked: Option<u32>, base: Option<&str>) -> Html {
    let known: Option<Vec<&str>> = base.map(|base| base.split('\n').collect());
    let lines = (1..).zip(text.split('\n')).map(|(number, line): (u32, &str)| {
        let is_new = known.as_ref().is_some_and(|known| !known.contains(&line));
        let sign = if is_new { "± " } else { "" };
        if marked == Some(number) {
            html! { <><mark>{ sign }{ number }</mark>{ "\n" }</> }
        } else {
            html! { <>{ sign }{ number }{ "\n" }</> }
        }
    });
    lines.collect()
}

/// Puts the text cursor at a line and column, both from 1, and scrolls there.
fn show(text: &HtmlTextAreaElement, line: u32, column: u32) {
    let value = text.value();
    let before = line.saturating_sub(1) as usize;
    let start: usize = value.split('\n').take(before).map(|it| units(it) + 1).sum();
    let length = value.split('\n').nth(before).map_or(0, units);
    let from = (start + (column.saturating_sub(1) as usize).min(length)) as u32;
    let to = (start + length) as u32;
    let _ = text.focus();
    let _ = text.set_selection_range(from, to.max(from));
    let lines = value.split('\n').count().max(1) as i32;
    let line_height = text.scroll_height() / lines;
    text.set_scroll_top((before as i32 - 4).max(0) * line_height);
}

/// The length of a text as the browser counts it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
