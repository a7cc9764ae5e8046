//! The keys of the page. They work while the focus is within the element, except in text fields.

use super::action::{
    Action, Dialog, HostAction, LessonAction, PlaybackAction, RunAction, TerminalAction, Tool,
    UiAction,
};
use crate::page::shortcuts::SHORTCUTS;
use wasm_bindgen::JsCast;
use yew::{Callback, KeyboardEvent};

/// Makes the key handler of the page. With a lesson, its keys take precedence.
pub(super) fn listen(has_lesson: bool, dispatch: Callback<Action>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let action_of_lesson = has_lesson.then(|| lesson_action(&event)).flatten();
        if let Some(action) = action_of_lesson.or_else(|| page_action(&event)) {
            event.prevent_default();
            dispatch.emit(action);
        }
    })
}

/// The keys and their descriptions, for the help.
pub(super) const KEYS: [(&str, &str); 13] = [
    ("Space or .", "play or pause"),
    ("← →", "previous event, next event"),
    ("j", "jump to the next action, failure, or pod change"),
    ("Home", "jump to the beginning"),
    ("k", "open or close the terminal"),
    ("p", "presentation mode: only the picture"),
    ("q  i", "link with a QR code; presenter window"),
    ("Ctrl+Z  Ctrl+Y", "undo, redo"),
    ("+ −", "faster, slower"),
    ("Tab, arrows", "move between items in the picture"),
    ("Enter", "open the item's menu"),
    ("→ ←  1 2 3 4", "in a guided story: continue, go back, pick an answer"),
    ("?  Esc", "this help; close"),
];

/// The action of a key in a lesson, if the key has one.
fn lesson_action(event: &KeyboardEvent) -> Option<Action> {
    let role = Role::of_target(event);
    let is_other = event.alt_key() || event.ctrl_key() || event.meta_key();
    if is_other
        || event.default_prevented()
        || matches!(role, Role::Text | Role::Range | Role::Track)
    {
        return None;
    }
    let action = match event.key().as_str() {
        "Enter" if role == Role::Button => return None,
        "ArrowRight" | "PageDown" | "Enter" => LessonAction::Continue,
        "ArrowLeft" | "PageUp" => LessonAction::Back,
        key => LessonAction::Answer(key.parse::<usize>().ok()?.checked_sub(1)?),
    };
    Some(Action::Lesson(action))
}

/// The action of a key on the page, if the key has one.
fn page_action(event: &KeyboardEvent) -> Option<Action> {
    let role = Role::of_target(event);
    if event.alt_key() || event.default_prevented() || role == Role::Text {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return match event.key().as_str() {
            "z" => Some(Action::Run(RunAction::Undo)),
            "y" | "Z" => Some(Action::Run(RunAction::Redo)),
            _ => None,
        };
    }
    match event.key().as_str() {
        " " if role == Role::Button => None,
        " " | "." => Some(Action::Playback(PlaybackAction::Toggle)),
        "ArrowRight" if role != Role::Range => Some(Action::Run(RunAction::StepForward)),
        "ArrowLeft" if role != Role::Range => Some(Action::Run(RunAction::StepBack)),
        "ArrowUp" if role == Role::Track => Some(Action::Run(RunAction::StepForward)),
        "ArrowDown" if role == Role::Track => Some(Action::Run(RunAction::StepBack)),
        "PageDown" => Some(Action::Run(RunAction::StepForward)),
        "PageUp" => Some(Action::Run(RunAction::StepBack)),
        "Home" if role != Role::Range => Some(Action::Run(RunAction::Rewind)),
        "End" if role != Role::Range => Some(Action::Run(RunAction::End)),
        "+" | "=" => Some(Action::Playback(PlaybackAction::ChangeSpeed(1))),
        "-" => Some(Action::Playback(PlaybackAction::ChangeSpeed(-1))),
        "?" => Some(Action::Ui(UiAction::OpenDialog(Dialog::Help))),
        "k" | "`" => Some(Action::Terminal(TerminalAction::SetOpen(true))),
        "p" => Some(Action::Ui(UiAction::TogglePresentation)),
        "q" => Some(Action::Host(HostAction::Open(Tool::Link))),
        "i" => Some(Action::Host(HostAction::Open(Tool::Presenter))),
        "j" => Some(Action::Run(RunAction::NextMark)),
        key => {
            let key = key.chars().next().filter(|_| key.len() == 1)?;
            SHORTCUTS
                .iter()
                .any(|(shortcut, _)| *shortcut == key)
                .then_some(Action::Run(RunAction::Shortcut(key)))
        }
    }
}

/// How the element with the focus handles keys itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Text fields use all keys.
    Text,
    /// Buttons use Space and Enter.
    Button,
    /// Sliders use the arrow keys, Home and End.
    Range,
    /// The timeline leaves its keys to the page.
    Track,
    /// Other elements use no keys.
    Other,
}

impl Role {
    /// The role of the element at which an event happened.
    fn of_target(event: &KeyboardEvent) -> Role {
        let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let Some(target) = target else { return Role::Other };
        let role = target.get_attribute("role").unwrap_or_default();
        let kind = target.get_attribute("type").unwrap_or_default();
        match (target.tag_name().as_str(), kind.as_str(), role.as_str()) {
            ("INPUT", "range", _) => Role::Range,
            ("INPUT" | "TEXTAREA" | "SELECT", _, _) => Role::Text,
            ("BUTTON" | "A" | "SUMMARY", _, _) | (_, _, "button" | "menuitem") => Role::Button,
            (_, _, "slider") => Role::Track,
            _ => Role::Other,
        }
    }
}
