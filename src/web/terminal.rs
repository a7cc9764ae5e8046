//! The terminal: a line to type, what was typed before, and what came of it.

use super::action::Action;
use super::part::Show;
use super::session::Last;
use super::shared::Shared;
use crate::kubectl::Output;
use crate::timeline::{Followed, Timeline, Watch};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// So many lines are kept, with their output.
const KEPT: usize = 60;

/// What the terminal knows.
#[derive(Default)]
pub(super) struct Terminal {
    /// Whether it is to be seen.
    pub is_open: bool,
    /// What is being typed.
    pub text: Rc<str>,
    /// What was done, and what came of it.
    pub done: Shared<Vec<Rc<Last>>>,
    /// The ways in which what is being typed can go on, if that was asked for.
    pub completions: Shared<Vec<String>>,
    /// Which of the lines before is shown, counted from the last one; 0 is what is being typed.
    back: usize,
    /// What was being typed before that.
    draft: Rc<str>,
    /// What goes on printing behind the last line.
    watch: Option<Watch>,
    /// Whether that has more to print up to the cursor.
    is_behind: bool,
}

/// What is said behind a line that goes on printing.
const GOES_ON: &str = "Goes on while time passes. Ctrl+C ends the printing.";
/// So much of what it prints is kept.
const PRINTED: usize = 20_000;

impl Terminal {
    /// Another text is being typed.
    pub(super) fn edit(&mut self, text: &str) {
        self.text = text.into();
        self.completions = Shared::default();
        self.back = 0;
    }

    /// The line that was typed; the next one begins.
    pub(super) fn take(&mut self) -> String {
        let line = self.text.trim().to_owned();
        self.edit("");
        line
    }

    /// Keeps a line and its output, before the one that goes on printing.
    pub(super) fn keep(&mut self, last: Rc<Last>) {
        let first = (self.done.len() + 1).saturating_sub(KEPT);
        let mut done = self.done[first.min(self.done.len())..].to_vec();
        let place = done.len() - usize::from(self.watch.is_some()).min(done.len());
        done.insert(place, last);
        self.done = Shared::new(done);
    }

    /// Opens or closes it.
    pub(super) fn open(&mut self, is_open: bool) {
        self.is_open = is_open;
        self.end_watch();
    }

    /// The last line goes on printing, if it is one that does.
    pub(super) fn begin_watch(&mut self, watch: Option<Watch>) {
        if watch.is_some() {
            self.change_last(|output| output.advice = GOES_ON.into());
        }
        self.watch = watch;
    }

    /// Nothing goes on printing.
    pub(super) fn end_watch(&mut self) {
        if self.watch.take().is_some() {
            self.change_last(|output| output.advice.clear());
        }
    }

    /// Ctrl+C.
    pub(super) fn interrupt(&mut self) {
        self.end_watch();
        self.edit("");
    }

    /// Prints what has changed up to the cursor, as far as there is time for it; if the cursor went back,
    /// it is over.
    pub(super) fn go_on(&mut self, timeline: &Timeline, has_time: &dyn Fn() -> bool) {
        let mut text = String::new();
        self.is_behind = false;
        while let Some(watch) = &mut self.watch {
            match timeline.follow_once(watch) {
                Followed::More(more) => text += &more,
                Followed::UpToDate(last) => {
                    text += &last;
                    break;
                }
                Followed::Over => {
                    self.print(&text);
                    return self.end_watch();
                }
            }
            if !has_time() {
                self.is_behind = true;
                break;
            }
        }
        self.print(&text);
    }

    /// Whether there is more to be printed up to the cursor.
    pub(super) fn is_behind(&self) -> bool {
        self.is_behind
    }

    fn print(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.change_last(|output| {
            let printed = &mut output.stdout;
            *printed += text;
            let spare = printed.len().saturating_sub(PRINTED);
            let line = printed.bytes().enumerate().skip(spare).find(|(_, byte)| *byte == b'\n');
            if let Some((end, _)) = line.filter(|_| spare > 0) {
                printed.drain(..=end);
            }
        });
    }

    fn change_last(&mut self, change: impl FnOnce(&mut Output)) {
        let mut done = self.done.to_vec();
        if let Some(last) = done.pop() {
            let Last { line, mut output } = (*last).clone();
            change(&mut output);
            done.push(Rc::new(Last { line, output }));
        }
        self.done = Shared::new(done);
    }

    /// So many lines back, or forward again.
    pub(super) fn recall(&mut self, by: i8) {
        if self.back == 0 {
            self.draft = self.text.clone();
        }
        let back = self.back.saturating_add_signed(by.into()).min(self.done.len());
        let line = self.done.len().checked_sub(back).and_then(|index| self.done.get(index));
        let text = line.map_or_else(|| self.draft.to_string(), |last| last.line.clone());
        self.edit(&text);
        self.back = back;
    }

    /// What is being typed goes on as far as all ways agree; if they don't, they are shown.
    pub(super) fn complete(&mut self, ways: Vec<String>) {
        let Some(first) = ways.first() else { return };
        let start = self.text.rfind([' ', ',', '=']).map_or(0, |space| space + 1);
        let same = |length: &usize| {
            first.is_char_boundary(*length)
                && ways.iter().all(|it| it.starts_with(&first[..*length]))
        };
        let agreed = (0..=first.len()).rev().find(same).unwrap_or(0);
        let end = if ways.len() == 1 && !first.ends_with('=') { " " } else { "" };
        let text = format!("{}{}{end}", &self.text[..start], &first[..agreed]);
        self.edit(&text);
        if ways.len() > 1 {
            self.completions = Shared::new(ways);
        }
    }
}

/// What is shown of it.
#[derive(PartialEq)]
pub(super) struct TerminalView {
    /// What is being typed.
    pub text: Rc<str>,
    /// What was done, and what came of it.
    pub done: Shared<Vec<Rc<Last>>>,
    /// The ways in which what is being typed can go on.
    pub completions: Shared<Vec<String>>,
    /// Where keys and clicks go.
    pub dispatch: Callback<Action>,
}

impl Show for TerminalView {
    fn view(&self) -> Html {
        let TerminalView { text, done, completions, dispatch } = self;
        let oninput = dispatch.reform(|event: InputEvent| {
            let input = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
            Action::Type(input.map(|input| input.value()).unwrap_or_default())
        });
        html! {
            <section class="terminal" aria-label="Terminal">
                <div class="scrollback" tabindex="0" role="log" aria-label="What was done">
                    if done.is_empty() {
                        <p class="empty">{ "kubectl as you know it, and: crash, fail, node … off|on|cut|heal, write, read. Tab completes, ↑ brings back." }</p>
                    }
                    <div>{ for done.iter().map(|last| view_done(last)) }</div>
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

fn view_done(last: &Last) -> Html {
    html! {
        <>
            <p class="typed">{ "$ " }{ &last.line }</p>
            <pre class={classes!((last.output.exit != 0).then_some("bad"))}>{ &last.output.stdout }{ &last.output.stderr }</pre>
            if !last.output.advice.is_empty() {
                <p class="advice">{ &last.output.advice }</p>
            }
        </>
    }
}

fn on_key(dispatch: &Callback<Action>) -> Callback<KeyboardEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |event: KeyboardEvent| {
        let action = match event.key().as_str() {
            // What is selected is to be copied.
            "c" if event.ctrl_key() && !has_selection(&event) => Action::Interrupt,
            "Enter" => Action::Enter,
            "ArrowUp" => Action::Recall(1),
            "ArrowDown" => Action::Recall(-1),
            // With nothing typed it goes on to what is next on the page.
            "Tab" if !event.shift_key() && is_typed(&event) => Action::Complete,
            "Escape" => Action::Terminal(false),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        dispatch.emit(action);
    })
}

fn input(event: &KeyboardEvent) -> Option<HtmlInputElement> {
    event.target().and_then(|it| it.dyn_into().ok())
}

fn is_typed(event: &KeyboardEvent) -> bool {
    input(event).is_some_and(|input| !input.value().trim().is_empty())
}

fn has_selection(event: &KeyboardEvent) -> bool {
    let ends = |input: HtmlInputElement| (input.selection_start(), input.selection_end());
    input(event).map(ends).is_some_and(|(start, end)| start != end)
}
