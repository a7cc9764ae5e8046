//! The terminal on the page.

use super::action::{Action, PaneAction, TerminalAction};
use super::icons;
use super::memo::Memo;
use crate::page::by_ptr::ByPtr;
use crate::page::terminal::{CommandRecord, Pane};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// The text before anything was typed.
const WELCOME: &str = "A small shell with kubectl, files and pipes, plus crash, fail, node … off|shutdown|on|cut|heal, \
                       write, read. help lists all. Tab completes, ↑ recalls, F6 opens a second terminal.";
/// The most lines of the input.
const ROWS_MAX: usize = 8;

/// The properties of the terminal.
#[derive(PartialEq)]
pub(super) struct TerminalView {
    /// The panes.
    pub panes: Vec<PaneView>,
    /// The index of the active pane.
    pub active: usize,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

/// The view of a pane.
#[derive(PartialEq)]
pub(super) struct PaneView {
    text: Rc<str>,
    history: ByPtr<Vec<Rc<CommandRecord>>>,
    completions: ByPtr<Vec<String>>,
    prompt: String,
    is_busy: bool,
}

impl PaneView {
    /// How a pane is shown.
    pub(super) fn of(pane: &Pane) -> PaneView {
        PaneView {
            text: pane.text.clone(),
            history: pane.history.clone(),
            completions: pane.completions.clone(),
            prompt: pane.prompt().to_owned(),
            is_busy: pane.is_busy(),
        }
    }
}

impl Memo for TerminalView {
    fn view(&self) -> Html {
        let TerminalView { panes, active, dispatch } = self;
        let is_split = panes.len() > 1;
        let button = |label: &'static str, title: &'static str, action: fn() -> TerminalAction| {
            let onclick = dispatch.reform(move |_: MouseEvent| Action::Terminal(action()));
            html! { <button class="button" {title} {onclick}>{ label }</button> }
        };
        let tab = |index: usize| {
            let onclick = dispatch
                .reform(move |_: MouseEvent| Action::Terminal(TerminalAction::Activate(index)));
            let is_active = (index == *active).to_string();
            html! { <button class="button tab" aria-pressed={is_active} {onclick}>{ format!("Terminal {}", index + 1) }</button> }
        };
        let close =
            dispatch.reform(|_: MouseEvent| Action::Terminal(TerminalAction::SetOpen(false)));
        html! {
            <section class={if is_split { "terminal split" } else { "terminal" }} aria-label="Terminal">
                <div class="terminal-bar" role="toolbar" aria-label="Terminal">
                    if is_split {
                        { for (0..panes.len()).map(tab) }
                        { button("Close 2", "Close the second terminal", || TerminalAction::Split(false)) }
                    } else {
                        { button("+ Second terminal", "A watch keeps running in one while you type in the other (F6)", || TerminalAction::Split(true)) }
                    }
                    { view_touch_keys(*active, dispatch) }
                    <button class="button square" aria-label="Close the terminal" title="Close the terminal (Esc)" onclick={close}>{ icons::close() }</button>
                </div>
                <div class="panes">
                    { for panes.iter().enumerate().map(|(index, pane)| view_pane(index, pane, *active, panes.len(), dispatch)) }
                </div>
            </section>
        }
    }
}

/// Buttons for keys that on-screen keyboards lack.
fn view_touch_keys(active: usize, dispatch: &Callback<Action>) -> Html {
    let keys = [
        ("Tab", "Complete", PaneAction::Complete),
        ("↑", "Earlier line", PaneAction::Recall(1)),
        ("↓", "Later line", PaneAction::Recall(-1)),
        ("Ctrl+C", "Stop the running command", PaneAction::Interrupt),
    ];
    let key = |(label, title, action): (&'static str, &'static str, PaneAction)| {
        let onclick = dispatch.reform(move |_: MouseEvent| input(active, action.clone()));
        // The text field keeps the focus, so the keyboard stays.
        let onpointerdown = Callback::from(|event: PointerEvent| event.prevent_default());
        html! { <button class="button" {title} aria-label={title} {onclick} {onpointerdown}>{ label }</button> }
    };
    html! { <span class="touch-keys">{ for keys.map(key) }</span> }
}

/// A pane.
fn view_pane(
    index: usize,
    pane: &PaneView,
    active: usize,
    count: usize,
    dispatch: &Callback<Action>,
) -> Html {
    let PaneView { text, history, completions, prompt, is_busy } = pane;
    let lines = text.split('\n').count();
    let oninput = dispatch.reform(move |event: InputEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
        let text = target.map(|target| target.value()).unwrap_or_default();
        // Several lines are typed one after the other, as in any terminal.
        match event.input_type().starts_with("insertFromPaste") && text.contains('\n') {
            true => input(index, PaneAction::Paste(text)),
            false => input(index, PaneAction::Type(text)),
        }
    });
    let signs: Vec<&str> = (0..lines).map(|line| if line == 0 { prompt } else { ">" }).collect();
    let signs = signs.join("\n");
    let number = if count > 1 { format!(" {}", index + 1) } else { String::new() };
    let onfocus = (index != active).then(|| {
        dispatch.reform(move |_: FocusEvent| Action::Terminal(TerminalAction::Activate(index)))
    });
    let placeholder = if *is_busy { "" } else { "kubectl get pods" };
    html! {
        <div key={index} class={classes!("pane", (index == active).then_some("active"))}>
            <div class="scrollback" tabindex="0" role="log" aria-label={format!("Command history{number}")}>
                if history.is_empty() && index == 0 {
                    <p class="empty">{ WELCOME }</p>
                }
                <div>{ for history.iter().map(|command| view_command(command)) }</div>
            </div>
            if !completions.is_empty() {
                <p class="completions" role="status">{ completions.join("   ") }</p>
            }
            <label class="prompt">
                <span class="signs" aria-hidden="true">{ signs }</span>
                <span class="sr">{ format!("Command line{number}") }</span>
                <textarea class="command" value={text.to_string()} rows={lines.min(ROWS_MAX).to_string()} wrap="off"
                    {oninput} {onfocus} onkeydown={on_key(index, count, dispatch)}
                    {placeholder} autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false"
                    enterkeyhint="send" />
            </label>
        </div>
    }
}

/// An action in a pane.
fn input(index: usize, action: PaneAction) -> Action {
    Action::Terminal(TerminalAction::Input(index, action))
}

/// A command and its output.
fn view_command(command: &CommandRecord) -> Html {
    let signs = command.line.replace('\n', "\n> ");
    let part = |(is_error, text): &(bool, String)| {
        html! { <span class={classes!(is_error.then_some("bad"))}>{ text }</span> }
    };
    html! {
        <>
            <p class="typed">{ if command.prompt.is_empty() { "$ " } else { &command.prompt } }{ signs }</p>
            <pre>{ for command.printed.iter().map(part) }</pre>
            if !command.advice.is_empty() {
                <p class="advice">{ &command.advice }</p>
            }
        </>
    }
}

/// The key handler of an input.
fn on_key(index: usize, count: usize, dispatch: &Callback<Action>) -> Callback<KeyboardEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let Some(field) = event.target().and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok())
        else {
            return;
        };
        let action = match event.key().as_str() {
            "F6" if count > 1 => Action::Terminal(TerminalAction::Activate(1 - index.min(1))),
            "F6" => Action::Terminal(TerminalAction::Split(true)),
            "Escape" => Action::Terminal(TerminalAction::SetOpen(false)),
            key => match pane_action(key, &event, &field) {
                Some(action) => input(index, action),
                None if key == "d" && event.ctrl_key() && field.value().is_empty() => {
                    Action::Terminal(match count {
                        1 => TerminalAction::SetOpen(false),
                        _ => TerminalAction::Split(false),
                    })
                }
                None => return,
            },
        };
        event.prevent_default();
        event.stop_propagation();
        dispatch.emit(action);
    })
}

/// The action of a key in a pane, if it has one.
fn pane_action(
    key: &str,
    event: &KeyboardEvent,
    field: &HtmlTextAreaElement,
) -> Option<PaneAction> {
    let text = field.value();
    let place = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or(0);
    let (start, end) = (place(field.selection_start()), place(field.selection_end()));
    let units: Vec<u16> = text.encode_utf16().collect();
    let has_break =
        |part: Option<&[u16]>| part.is_some_and(|part| part.contains(&u16::from(b'\n')));
    match key {
        // With a selection, Ctrl+C copies.
        "c" if event.ctrl_key() && start == end => Some(PaneAction::Interrupt),
        "l" if event.ctrl_key() => Some(PaneAction::Clear),
        "u" if event.ctrl_key() => Some(PaneAction::Type(String::new())),
        "Enter" if !event.shift_key() => Some(PaneAction::Enter),
        "ArrowUp" if !has_break(units.get(..start as usize)) => Some(PaneAction::Recall(1)),
        "ArrowDown" if !has_break(units.get(end as usize..)) => Some(PaneAction::Recall(-1)),
        // Without text, Tab moves the focus.
        "Tab" if !event.shift_key() && !text.trim().is_empty() => Some(PaneAction::Complete),
        _ => None,
    }
}
