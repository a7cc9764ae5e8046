//! The terminal on the page.

use super::action::{Action, TerminalAction};
use super::memo::Memo;
use crate::page::by_ptr::ByPtr;
use crate::page::terminal::CommandRecord;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The properties of the terminal.
#[derive(PartialEq)]
pub(super) struct TerminalView {
    /// The text being typed.
    pub text: Rc<str>,
    /// The history, oldest first.
    pub history: ByPtr<Vec<Rc<CommandRecord>>>,
    /// The completions to show.
    pub completions: ByPtr<Vec<String>>,
    /// Receives the actions.
    pub dispatch: Callback<Action>,
}

impl Memo for TerminalView {
    fn view(&self) -> Html {
        let TerminalView { text, history, completions, dispatch } = self;
        let oninput = dispatch.reform(|event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            Action::Terminal(TerminalAction::Type(
                input.map(|input| input.value()).unwrap_or_default(),
            ))
        });
        html! {
            <section class="terminal" aria-label="Terminal">
                <div class="scrollback" tabindex="0" role="log" aria-label="Command history">
                    if history.is_empty() {
                        <p class="empty">{ "kubectl, plus crash, fail, node … off|shutdown|on|cut|heal, write, read. Tab to complete, ↑ for history." }</p>
                    }
                    <div>{ for history.iter().map(|command| view_command(command)) }</div>
                </div>
                if !completions.is_empty() {
                    <p class="completions" role="status">{ completions.join("   ") }</p>
                }
                <label class="prompt">
                    <span aria-hidden="true">{ "$" }</span>
                    <span class="sr">{ "Command line" }</span>
                    <input class="command" type="text" value={text.to_string()} {oninput} onkeydown={on_key(dispatch)}
                        placeholder="kubectl get pods" autocomplete="off" autocapitalize="off" spellcheck="false" />
                </label>
            </section>
        }
    }
}

/// A command and its output.
fn view_command(command: &CommandRecord) -> Html {
    html! {
        <>
            <p class="typed">{ "$ " }{ &command.line }</p>
            <pre class={classes!((command.output.exit != 0).then_some("bad"))}>{ &command.output.stdout }{ &command.output.stderr }</pre>
            if !command.output.advice.is_empty() {
                <p class="advice">{ &command.output.advice }</p>
            }
        </>
    }
}

/// The key handler of the input.
fn on_key(dispatch: &Callback<Action>) -> Callback<KeyboardEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        let action = match event.key().as_str() {
            // With a selection, Ctrl+C copies.
            "c" if event.ctrl_key() && !has_selection(&event) => {
                Action::Terminal(TerminalAction::Interrupt)
            }
            "Enter" => Action::Terminal(TerminalAction::Enter),
            "ArrowUp" => Action::Terminal(TerminalAction::Recall(1)),
            "ArrowDown" => Action::Terminal(TerminalAction::Recall(-1)),
            // Without text, Tab moves the focus.
            "Tab" if !event.shift_key() && is_typed(&event) => {
                Action::Terminal(TerminalAction::Complete)
            }
            "Escape" => Action::Terminal(TerminalAction::SetOpen(false)),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        dispatch.emit(action);
    })
}

/// The input at which an event happened.
fn input(event: &KeyboardEvent) -> Option<HtmlInputElement> {
    event.target().and_then(|it| it.dyn_into().ok())
}

/// Whether the input has text.
fn is_typed(event: &KeyboardEvent) -> bool {
    input(event).is_some_and(|input| !input.value().trim().is_empty())
}

/// Whether a part of the text is selected.
fn has_selection(event: &KeyboardEvent) -> bool {
    let ends = |input: HtmlInputElement| (input.selection_start(), input.selection_end());
    input(event).map(ends).is_some_and(|(start, end)| start != end)
}
