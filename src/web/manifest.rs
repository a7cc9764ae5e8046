//! The dialog in which manifests are written, pasted and applied.

use super::action::Action;
use super::dialog::Frame;
use super::session::{Applied, Session};
use super::shared::Shared;
use crate::kubectl::Output;
use crate::manifest;
use crate::task::{self, Progress, Task};
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

/// A recipe in which nothing happens.
pub(super) const EMPTY_RECIPE: &str = "ordinal 1\n";

/// What the dialog shows.
#[derive(Properties, PartialEq)]
pub(super) struct ManifestProps {
    /// The text.
    pub text: Rc<str>,
    /// What the visitor wrote before a sample took its place.
    pub kept: Option<Rc<str>>,
    /// What the run has applied last, as it was written.
    pub running: Option<Rc<str>>,
    /// What was applied here last.
    pub applied: Option<Rc<Applied>>,
    /// What there is to say of the text, or of an earlier one as long as that is being found out.
    pub findings: Shared<Findings>,
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
        let ManifestProps { text, kept, running, applied, findings, dispatch } = ctx.props();
        let is_known = findings.text == *text;
        let marked = findings.refusals.first().filter(|_| is_known).map(|refusal| refusal.line);
        // What kubectl has said of just this text need not be said twice.
        let is_refused =
            applied.as_ref().is_some_and(|it| it.output.exit != 0 && *it.yaml == **text);
        html! {
            <Frame title="Manifest" class="manifest" dispatch={dispatch.clone()}>
                { view_samples(text, kept.as_ref(), running.as_ref(), dispatch) }
                <div class="editor">
                    <pre class="gutter" ref={self.gutter.clone()} aria-hidden="true">{ line_numbers(text, marked) }</pre>
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
                { self.view_findings(ctx, findings) }
                if findings.refusals.is_empty() && !is_refused {
                    { view_difference(&findings.difference) }
                }
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
            { &output.stdout }{ &output.stderr }{ &output.advice }
        </pre>
    }
}

/// What there is to say about a manifest as it is being written.
#[derive(Default)]
pub(super) struct Findings {
    /// The manifest.
    pub text: Rc<str>,
    /// What would be refused.
    pub refusals: Vec<manifest::Refusal>,
    /// What is accepted and has no effect here.
    pub not_simulated: Vec<manifest::NotSimulated>,
    /// What `kubectl diff` says of it.
    pub difference: Output,
}

/// What may stand in the editor: what was written, what is applied, samples.
fn view_samples(
    text: &Rc<str>,
    kept: Option<&Rc<str>>,
    running: Option<&Rc<str>>,
    dispatch: &Callback<Action>,
) -> Html {
    let samples = SAMPLES.iter().map(|(name, sample)| (*name, Rc::from(*sample)));
    let running = running.map(|running| ("what the story has applied", running.clone()));
    let mut choices: Vec<(&str, Rc<str>)> = running.into_iter().chain(samples).collect();
    let is_known = choices.iter().any(|(_, choice)| choice == text);
    let own = if is_known { kept } else { Some(text) };
    choices.splice(0..0, own.map(|own| ("what you wrote", own.clone())));
    let options = choices.iter().enumerate().map(|(index, (name, choice))| {
        html! { <option value={index.to_string()} selected={choice == text}>{ *name }</option> }
    });
    let options: Html = options.collect();
    let onchange = dispatch.reform(move |event: Event| {
        let select = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let index = select.and_then(|select| select.value().parse::<usize>().ok());
        let choice = index.and_then(|index| choices.get(index));
        Action::Sample(choice.map(|(_, choice)| choice.clone()).unwrap_or_default())
    });
    html! { <label class="samples">{ "Begin with " }<select {onchange}>{ options }</select></label> }
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

/// The numbers of the lines, one of them marked as wrong.
fn line_numbers(text: &str, marked: Option<u32>) -> Html {
    let lines = (1..).zip(text.split('\n')).map(|(number, _): (u32, &str)| {
        if marked == Some(number) {
            html! { <><mark>{ number }</mark>{ "\n" }</> }
        } else {
            html! { <>{ number }{ "\n" }</> }
        }
    });
    lines.collect()
}

/// What would change in the cluster, line by line, or why the API server would have none of it.
fn view_difference(difference: &Output) -> Html {
    let Output { stdout, stderr, advice, .. } = difference;
    if stdout.is_empty() {
        return match stderr.is_empty() {
            true => html! { <p class="difference">{ "The cluster has all of this already." }</p> },
            false => {
                html! { <pre class="output bad" aria-label="What the API server would say">{ stderr }{ advice }</pre> }
            }
        };
    }
    let lines: Vec<&str> = stdout.lines().collect();
    let is_head = |line: &str| ["diff ", "--- ", "+++ "].iter().any(|it| line.starts_with(it));
    let count = |sign| lines.iter().filter(|it| it.starts_with(sign) && !is_head(it)).count();
    let (more, less) = (count('+'), count('-'));
    let view = |line: &&str| match line.bytes().next() {
        _ if line.starts_with("diff ") => {
            let name = line.rsplit('/').next().unwrap_or("").replace(".default.", " ");
            html! { <b>{ name }{ "\n" }</b> }
        }
        _ if is_head(line) => Html::default(),
        Some(b'+') => html! { <ins>{ line }{ "\n" }</ins> },
        Some(b'-') => html! { <del>{ line }{ "\n" }</del> },
        _ => html! { <>{ line }{ "\n" }</> },
    };
    html! {
        <details class="difference" open={less > 0}>
            <summary>{ format!("What would change: {more} lines come, {less} go") }</summary>
            <pre tabindex="0" aria-label="kubectl diff">{ for lines.iter().map(view) }</pre>
        </details>
    }
}

/// Finds out what is wrong with a manifest, and what applying it would change.
pub(super) struct Comparison(Task<'static, Findings>);

impl Session {
    /// The editor begins with what is applied, unless the visitor has written something.
    pub(super) fn offer_running(&mut self) {
        if SAMPLES.iter().any(|(_, sample)| **sample == *self.manifest)
            && let Some(running) = self.timeline.applied()
        {
            self.manifest = running.into();
        }
    }

    /// Begins to look what applying the text would change.
    pub(super) fn compare(&mut self) {
        let text = self.manifest.clone();
        let mut diff = self.timeline.begin_manifest("diff", &text);
        self.comparison = Some(Comparison(Box::pin(async move {
            let progress = Progress::default();
            let mut findings = Findings::default();
            for document in manifest::parse_in_slices(&text, &progress).await {
                findings.not_simulated.extend(document.not_simulated);
                findings.refusals.extend(document.outcome.err());
            }
            while diff.go_on() {
                progress.pause().await;
            }
            findings.difference = diff.into_output();
            findings.text = text;
            findings
        })));
    }

    /// Goes on looking for as long as there is time.
    pub(super) fn go_on_comparing(&mut self, has_time: &dyn Fn() -> bool) {
        while let Some(Comparison(task)) = &mut self.comparison {
            if let Some(findings) = task::poll(task) {
                self.findings = Shared::new(findings);
                self.comparison = None;
            } else if !has_time() {
                return;
            }
        }
    }
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
