//! The dialog in which manifests are written, pasted and applied.

use super::action::{Action, Dialog, ManifestAction, RunAction, UiAction};
use super::dialog::Frame;
use crate::page::by_ptr::ByPtr;
use crate::page::manifest_editor::{
    Applied, DiffLine, Findings, diff_lines, offered_texts, utf16_range,
};
use crate::page::manifest_problems::{Problem, Severity};
use crate::page::panels::class_manifest;
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
    /// What a terminal command edits, if it opened the dialog.
    pub editing: Option<AttrValue>,
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
    /// Adds the StorageClass of this name to the text.
    AddClass(String),
}

impl Component for ManifestDialog {
    type Message = Message;
    type Properties = ManifestProps;

    fn create(_: &Context<ManifestDialog>) -> ManifestDialog {
        ManifestDialog { text: NodeRef::default(), gutter: NodeRef::default() }
    }

    fn update(&mut self, ctx: &Context<ManifestDialog>, message: Message) -> bool {
        let Some(text) = self.text.cast::<HtmlTextAreaElement>() else { return false };
        match message {
            Message::Scrolled => {
                if let Some(gutter) = self.gutter.cast::<web_sys::Element>() {
                    gutter.set_scroll_top(text.scroll_top());
                }
            }
            Message::Show(line, column) => show(&text, line, column),
            Message::AddClass(class) => add(&text, &class, &ctx.props().dispatch),
        }
        false
    }

    fn view(&self, ctx: &Context<ManifestDialog>) -> Html {
        let ManifestProps { text, saved, running, applied, editing, findings, dispatch } =
            ctx.props();
        let is_checked = findings.text == *text;
        let applied = applied.as_ref().filter(|it| *it.yaml == **text);
        html! {
            <Frame title={editing.clone().unwrap_or("Manifest".into())} dialog={Dialog::Manifest} dispatch={dispatch.clone()}>
                if editing.is_none() {
                    { view_samples(text, saved.as_ref(), running.as_ref(), dispatch) }
                }
                <div class="editor">
                    <pre class="gutter" ref={self.gutter.clone()} aria-hidden="true">{ line_numbers(text, findings, is_checked) }</pre>
                    <textarea ref={self.text.clone()} value={text.to_string()} aria-label="Manifest (YAML)" autofocus=true
                        spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                        aria-invalid={(is_checked && findings.has_errors()).to_string()} aria-describedby="manifest-problems"
                        onscroll={ctx.link().callback(|_: Event| Message::Scrolled)}
                        oninput={dispatch.reform(|event: InputEvent| Action::Manifest(ManifestAction::Edit(typed(&event))))}
                        onkeydown={on_ctrl_enter(text, editing.is_some(), findings.needs_new_cluster, dispatch)} />
                </div>
                if editing.is_some() {
                    { view_save(dispatch) }
                } else {
                    { view_buttons(text, findings.needs_new_cluster, dispatch) }
                }
                if editing.is_none() {
                <div class="result">
                    <p class="outcome" role="status">{ applied.map(|applied| applied.outcome()) }</p>
                    <ul class="advice" id="manifest-problems" aria-label="Problems" aria-live="polite">
                        if is_checked {
                            { for findings.problems.iter().map(|it| view_problem(ctx, it)) }
                        }
                    </ul>
                    if is_checked {
                        { view_words(applied, findings) }
                        { view_not_simulated(ctx, findings) }
                        if applied.is_none() && findings.has_difference() {
                            { view_difference(&findings.difference.stdout) }
                        }
                    }
                </div>
                }
            </Frame>
        }
    }
}

/// The sign of a problem, which is next to its line and its text.
fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✗",
        Severity::Warning => "!",
    }
}

/// The CSS class of a problem.
fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A problem, with a button that moves the text cursor to it.
fn view_problem(ctx: &Context<ManifestDialog>, problem: &Problem) -> Html {
    let Problem { severity, line, column, text, missing_class } = problem;
    let (line, column) = (*line, *column);
    let show = ctx.link().callback(move |_: MouseEvent| Message::Show(line, column));
    let add = missing_class.as_ref().map(|class| {
        let class = class.clone();
        ctx.link().callback(move |_: MouseEvent| Message::AddClass(class.clone()))
    });
    html! {
        <li class={class(*severity)}>
            <button class="problem" title="Go to this line" onclick={show}>
                <b><span class="sr">{ class(*severity) }{ " in " }</span><span class="sign" aria-hidden="true">{ sign(*severity) }</span>{ format!("line {line}") }</b>
                <span>{ text }</span>
            </button>
            if let Some(onclick) = add {
                <button class="button" {onclick}>{ "Add this StorageClass to the manifest" }</button>
            }
        </li>
    }
}

/// The output of the last `kubectl apply`, or the problems in the words of kubectl.
fn view_words(applied: Option<&Rc<Applied>>, findings: &Findings) -> Html {
    let words = match applied {
        Some(applied) => format!("{}{}", applied.output.stdout, applied.output.stderr),
        None => findings.words.clone(),
    };
    if words.is_empty() {
        return Html::default();
    }
    html! {
        <details class="kubectl">
            <summary>{ "kubectl says" }</summary>
            <pre class="output" tabindex="0" aria-label="kubectl output">{ words }</pre>
        </details>
    }
}

/// The fields that have no effect.
fn view_not_simulated(ctx: &Context<ManifestDialog>, findings: &Findings) -> Html {
    if findings.not_simulated.is_empty() {
        return Html::default();
    }
    let fields = findings.not_simulated.iter().map(|field| {
        let (line, column) = (field.line, field.column);
        let onclick = ctx.link().callback(move |_: MouseEvent| Message::Show(line, column));
        html! {
            <li>
                <button class="place" {onclick}>{ format!("line {line}") }</button>
                { " " }<code>{ &field.path }</code>
            </li>
        }
    });
    html! {
        <details>
            <summary>{ format!("Accepted but not simulated: {}", findings.not_simulated.len()) }</summary>
            <ul class="not-simulated">{ for fields }</ul>
        </details>
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

/// The buttons that apply the text. The first one is highlighted, and has a key.
fn view_buttons(text: &Rc<str>, needs_new_cluster: bool, dispatch: &Callback<Action>) -> Html {
    let button = |starts_new: bool| {
        let (label, title) = match starts_new {
            true => ("Start a new cluster with this", "An empty cluster, then kubectl apply -f -"),
            false => ("Apply to the running cluster", "kubectl apply -f -"),
        };
        let is_primary = starts_new == needs_new_cluster;
        let title = format!("{title}{}", if is_primary { " (Ctrl+Enter)" } else { "" });
        let onclick = dispatch.reform(apply(text, starts_new));
        let class = classes!("button", is_primary.then_some("primary"));
        html! { <button key={label} {class} {title} {onclick}>{ label }</button> }
    };
    let manifest = text.clone();
    let survive = dispatch
        .reform(move |_: MouseEvent| Action::Run(RunAction::Survive(Some(manifest.to_string()))));
    html! {
        <p class="actions">
            { button(needs_new_cluster) }
            { button(!needs_new_cluster) }
            <button key="survive" class="button" title="Test it with faults, in new clusters" onclick={survive}>{ "Will it survive?" }</button>
        </p>
    }
}

/// The buttons that end an edit by a terminal command.
fn view_save(dispatch: &Callback<Action>) -> Html {
    let save = dispatch.reform(|_: MouseEvent| Action::Manifest(ManifestAction::Save));
    let cancel =
        dispatch.reform(|_: MouseEvent| Action::Ui(UiAction::CloseDialog(Dialog::Manifest)));
    html! {
        <p class="actions">
            <button class="button primary" title="Save and close (Ctrl+Enter)" onclick={save}>{ "Save and close" }</button>
            <button class="button" onclick={cancel}>{ "Cancel" }</button>
        </p>
    }
}

/// Makes the action that applies a text to the running cluster or to a new one, whatever the event.
fn apply<E>(text: &Rc<str>, starts_new: bool) -> impl Fn(E) -> Action + 'static {
    let text = text.clone();
    move |_| {
        Action::Run(match starts_new {
            true => RunAction::StartFresh(text.to_string()),
            false => RunAction::Apply(text.to_string(), None),
        })
    }
}

/// Does what the first button does on Ctrl+Enter or Cmd+Enter.
fn on_ctrl_enter(
    text: &Rc<str>,
    is_edit: bool,
    starts_new: bool,
    dispatch: &Callback<Action>,
) -> Callback<KeyboardEvent> {
    let (apply, dispatch) = (apply(text, starts_new), dispatch.clone());
    Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            dispatch.emit(match is_edit {
                true => Action::Manifest(ManifestAction::Save),
                false => apply(()),
            });
        }
    })
}

/// The text of the `textarea` of an event.
fn typed(event: &InputEvent) -> String {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
    target.map(|text| text.value()).unwrap_or_default()
}

/// The line numbers. Those of lines with problems are marked.
fn line_numbers(text: &str, findings: &Findings, is_checked: bool) -> Html {
    let lines = (1..).zip(text.split('\n')).map(|(number, _): (u32, &str)| {
        match findings.severity(number).filter(|_| is_checked) {
            Some(severity) => {
                html! { <><mark class={class(severity)}>{ sign(severity) }{ " " }{ number }</mark>{ "\n" }</> }
            }
            None => html! { <>{ number }{ "\n" }</> },
        }
    });
    lines.collect()
}

/// The output of `kubectl diff`.
fn view_difference(diff: &str) -> Html {
    if diff.is_empty() {
        return html! { <p class="difference">{ "No changes: the cluster already matches." }</p> };
    }
    let lines = diff_lines(diff);
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

/// Adds a StorageClass to the end of a text, as if it was typed: the editor can undo it.
fn add(text: &HtmlTextAreaElement, class: &str, dispatch: &Callback<Action>) {
    let before = text.value();
    let end = utf16_range(&before, u32::MAX, u32::MAX).1;
    let line_end = if before.ends_with('\n') { "" } else { "\n" };
    let manifest = format!("{line_end}---\n{}", class_manifest(class));
    let _ = text.focus();
    let _ = text.set_selection_range(end, end);
    let document = web_sys::window().and_then(|window| window.document());
    let is_typed = document.and_then(|document| {
        let document: web_sys::HtmlDocument = document.unchecked_into();
        document.exec_command_with_show_ui_and_value("insertText", false, &manifest).ok()
    });
    if is_typed != Some(true) {
        dispatch.emit(Action::Manifest(ManifestAction::Edit(before + &manifest)));
    }
    text.set_scroll_top(text.scroll_height());
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
