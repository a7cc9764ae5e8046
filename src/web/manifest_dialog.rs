//! The dialog in which manifests are written, pasted and applied.

use super::action::{Action, ManifestAction, RunAction};
use super::dialog::Frame;
use crate::kubectl::Output;
use crate::page::by_ptr::ByPtr;
use crate::page::manifest_editor::{
    Applied, DiffLine, Findings, diff_lines, offered_texts, utf16_range,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// The properties of the dialog.
#[derive(Properties, PartialEq)]
pub(super) struct ManifestProps {
    /// The text.
    pub text: Rc<str>,
    /// The user's text that was replaced by a sample.
    pub saved: Option<Rc<str>>,
    /// The last manifest that the run has applied.
    pub running: Option<Rc<str>>,
    /// The last manifest that was applied in the dialog.
    pub applied: Option<Rc<Applied>>,
    /// The findings about the text, or about an earlier one while a check is in progress.
    pub findings: ByPtr<Findings>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The dialog of the manifest editor.
pub(super) struct ManifestDialog {
    /// The `textarea` element.
    text: NodeRef,
    /// The element with the line numbers.
    gutter: NodeRef,
}

/// What happens in the dialog.
pub(super) enum Message {
    /// The text was scrolled.
    Scrolled,
    /// Moves the text cursor to this line and column, both from 1.
    Show(u32, u32),
}

impl Component for ManifestDialog {
    type Message = Message;
    type Properties = ManifestProps;

    fn create(_: &Context<ManifestDialog>) -> ManifestDialog {
        ManifestDialog { text: NodeRef::default(), gutter: NodeRef::default() }
    }

    fn update(&mut self, _: &Context<ManifestDialog>, message: Message) -> bool {
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

    fn view(&self, ctx: &Context<ManifestDialog>) -> Html {
        let ManifestProps { text, saved, running, applied, findings, dispatch } = ctx.props();
        let is_checked = findings.text == *text;
        let marked = findings.refusals.first().filter(|_| is_checked).map(|refusal| refusal.line);
        // If kubectl has just refused this text, the difference would repeat the error.
        let is_refused =
            applied.as_ref().is_some_and(|it| it.output.exit != 0 && *it.yaml == **text);
        html! {
            <Frame title="Manifest" class="manifest" dispatch={dispatch.clone()}>
                { view_samples(text, saved.as_ref(), running.as_ref(), dispatch) }
                <div class="editor">
                    <pre class="gutter" ref={self.gutter.clone()} aria-hidden="true">{ line_numbers(text, marked) }</pre>
                    <textarea ref={self.text.clone()} value={text.to_string()} aria-label="Manifest (YAML)"
                        spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                        aria-invalid={marked.is_some().to_string()}
                        onscroll={ctx.link().callback(|_: Event| Message::Scrolled)}
                        oninput={dispatch.reform(|event: InputEvent| Action::Manifest(ManifestAction::Edit(typed(&event))))}
                        onkeydown={apply_on_enter(text, dispatch)} />
                </div>
                { view_buttons(text, dispatch) }
                if let Some(applied) = applied {
                    { view_output(applied, *applied.yaml == **text) }
                }
                { view_findings(ctx, findings) }
                if findings.refusals.is_empty() && !is_refused {
                    { view_difference(&findings.difference) }
                }
            </Frame>
        }
    }
}

/// The errors, and the fields that have no effect.
fn view_findings(ctx: &Context<ManifestDialog>, findings: &Findings) -> Html {
    let show = |line, column| ctx.link().callback(move |_: MouseEvent| Message::Show(line, column));
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
            <ul class="advice" aria-label="Errors" aria-live="polite">{ for refusals }</ul>
            if !findings.not_simulated.is_empty() {
                <details>
                    <summary>{ format!("Accepted but not simulated: {}", findings.not_simulated.len()) }</summary>
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

/// The output of the last `kubectl apply`.
fn view_output(applied: &Applied, is_same: bool) -> Html {
    let output = &applied.output;
    html! {
        <pre class={classes!("output", (output.exit != 0).then_some("bad"), (!is_same).then_some("old"))}
            role="status" tabindex="0" aria-label="kubectl output">
            { &output.stdout }{ &output.stderr }{ &output.advice }
        </pre>
    }
}

/// The list of texts to begin with.
fn view_samples(
    text: &Rc<str>,
    saved: Option<&Rc<str>>,
    running: Option<&Rc<str>>,
    dispatch: &Callback<Action>,
) -> Html {
    let texts = offered_texts(text, saved, running);
    let options = texts.iter().enumerate().map(|(index, (label, offered))| {
        html! { <option value={index.to_string()} selected={offered == text}>{ *label }</option> }
    });
    let options: Html = options.collect();
    let onchange = dispatch.reform(move |event: Event| {
        let select = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok());
        let index = select.and_then(|select| select.value().parse::<usize>().ok());
        let chosen = index.and_then(|index| texts.get(index));
        let text = chosen.map(|(_, text)| text.clone()).unwrap_or_default();
        Action::Manifest(ManifestAction::LoadSample(text))
    });
    html! { <label class="samples">{ "Start from " }<select {onchange}>{ options }</select></label> }
}

/// The buttons that apply the text.
fn view_buttons(text: &Rc<str>, dispatch: &Callback<Action>) -> Html {
    let fresh = text.clone();
    let start = move |_: MouseEvent| Action::Run(RunAction::StartFresh(fresh.to_string()));
    html! {
        <p class="actions">
            <button class="button primary" title="kubectl apply -f - (Ctrl+Enter)"
                onclick={dispatch.reform(apply(text))}>
                { "Apply to the running cluster" }
            </button>
            <button class="button" title="An empty cluster, then kubectl apply -f -"
                onclick={dispatch.reform(start)}>
                { "Start a new cluster with this" }
            </button>
        </p>
    }
}

/// Makes the action that applies a text, whatever the event.
fn apply<E>(text: &Rc<str>) -> impl Fn(E) -> Action + 'static {
    let text = text.clone();
    move |_| Action::Run(RunAction::Apply(text.to_string(), None))
}

/// Applies the text on Ctrl+Enter or Cmd+Enter.
fn apply_on_enter(text: &Rc<str>, dispatch: &Callback<Action>) -> Callback<KeyboardEvent> {
    let (apply, dispatch) = (apply(text), dispatch.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            dispatch.emit(apply(()));
        }
    })
}

/// The text of the `textarea` of an event.
fn typed(event: &InputEvent) -> String {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
    target.map(|text| text.value()).unwrap_or_default()
}

/// The line numbers. The number of the line with the first error is marked.
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

/// The output of `kubectl diff`, or its error.
fn view_difference(difference: &Output) -> Html {
    let Output { stdout, stderr, advice, .. } = difference;
    if stdout.is_empty() {
        return match stderr.is_empty() {
            true => {
                html! { <p class="difference">{ "No changes: the cluster already matches." }</p> }
            }
            false => {
                html! { <pre class="output bad" aria-label="The API server's response">{ stderr }{ advice }</pre> }
            }
        };
    }
    let lines = diff_lines(stdout);
    let added = lines.iter().filter(|line| matches!(line, DiffLine::Added(_))).count();
    let removed = lines.iter().filter(|line| matches!(line, DiffLine::Removed(_))).count();
    let view = |line: &DiffLine<'_>| match line {
        DiffLine::Object(name) => html! { <b>{ name }{ "\n" }</b> },
        DiffLine::Added(line) => html! { <ins>{ line }{ "\n" }</ins> },
        DiffLine::Removed(line) => html! { <del>{ line }{ "\n" }</del> },
        DiffLine::Context(line) => html! { <>{ line }{ "\n" }</> },
    };
    html! {
        <details class="difference" open={removed > 0}>
            <summary>{ format!("Changes: {added} lines added, {removed} removed") }</summary>
            <pre tabindex="0" aria-label="kubectl diff">{ for lines.iter().map(view) }</pre>
        </details>
    }
}

/// Moves the text cursor to a line and column, both from 1, and scrolls there.
fn show(text: &HtmlTextAreaElement, line: u32, column: u32) {
    let value = text.value();
    let (from, to) = utf16_range(&value, line, column);
    let _ = text.focus();
    let _ = text.set_selection_range(from, to);
    let lines = value.split('\n').count().max(1) as i32;
    let line_height = text.scroll_height() / lines;
    // Four lines above the cursor stay visible.
    text.set_scroll_top((line as i32 - 5).max(0) * line_height);
}
