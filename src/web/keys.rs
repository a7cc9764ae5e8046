//! The keys of the page: they work while the focus is within the element, and leave text fields alone.

use super::action::{Action, Dialog};
use super::choices::CANNED;
use super::lesson::Lead;
use wasm_bindgen::JsCast;
use yew::{Callback, KeyboardEvent};

/// Does what keys mean, those of a lesson first if one is told.
pub(super) fn listen(is_told: bool, dispatch: Callback<Action>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let lead = is_told.then(|| lead(&event)).flatten();
        if let Some(action) = lead.or_else(|| action(&event)) {
            event.prevent_default();
            dispatch.emit(action);
        }
    })
}

/// The keys, for the help.
pub(super) const KEYS: [(&str, &str); 11] = [
    ("Space or .", "play or pause"),
    ("← →", "to the event before, to the next event"),
    ("j", "to the next thing that somebody did, that broke, came or went"),
    ("Home", "to the beginning"),
    ("k", "the terminal"),
    ("Ctrl+Z  Ctrl+Y", "undo, redo"),
    ("+ −", "faster, slower"),
    ("Tab, arrows", "from item to item of the picture"),
    ("Enter", "what can be done to the item"),
    ("→ ←  1 2 3 4", "in a guided story: go on, back; choose an answer"),
    ("?  Esc", "this help; close what is open"),
];

/// What a key means while a story is told; the others mean what they always do.
pub(super) fn lead(event: &KeyboardEvent) -> Option<Action> {
    let role = Role::of_target(event);
    let is_other = event.alt_key() || event.ctrl_key() || event.meta_key();
    if is_other
        || event.default_prevented()
        || matches!(role, Role::Text | Role::Range | Role::Track)
    {
        return None;
    }
    let lead = match event.key().as_str() {
        "Enter" if role == Role::Button => return None,
        "ArrowRight" | "PageDown" | "Enter" => Lead::GoOn,
        "ArrowLeft" | "PageUp" => Lead::Back,
        key => Lead::Answer(key.parse::<usize>().ok()?.checked_sub(1)?),
    };
    Some(Action::Lead(lead))
}

/// What a key means for the page as a whole.
pub(super) fn action(event: &KeyboardEvent) -> Option<Action> {
    let role = Role::of_target(event);
    if event.alt_key() || event.default_prevented() || role == Role::Text {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return match event.key().as_str() {
            "z" => Some(Action::Undo),
            "y" | "Z" => Some(Action::Redo),
            _ => None,
        };
    }
    match event.key().as_str() {
        " " if role == Role::Button => None,
        " " | "." => Some(Action::Toggle),
        "ArrowRight" if role != Role::Range => Some(Action::StepForward),
        "ArrowLeft" if role != Role::Range => Some(Action::StepBack),
        "ArrowUp" if role == Role::Track => Some(Action::StepForward),
        "ArrowDown" if role == Role::Track => Some(Action::StepBack),
        "PageDown" => Some(Action::StepForward),
        "PageUp" => Some(Action::StepBack),
        "Home" if role != Role::Range => Some(Action::Rewind),
        "End" if role != Role::Range => Some(Action::End),
        "+" | "=" => Some(Action::SpeedBy(1)),
        "-" => Some(Action::SpeedBy(-1)),
        "?" => Some(Action::Open(Dialog::Help)),
        "k" | "`" => Some(Action::Terminal(true)),
        "j" => Some(Action::NextMark),
        key => {
            let key = key.chars().next().filter(|_| key.len() == 1)?;
            CANNED.iter().any(|(canned, _)| *canned == key).then_some(Action::Canned(key))
        }
    }
}

/// What the element with the focus does with keys itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Text,
    Button,
    Range,
    Track,
    Other,
}

impl Role {
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
