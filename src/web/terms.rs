//! Terms of the glossary in the texts of a panel: a button for the first occurrence, and a popover that explains it.
//!
//! A click, a tap, or a key opens the popover, and so does the mouse after a while. Esc closes it, and it stays
//! while the mouse is over it.

use crate::page::glossary::{Finder, Piece, TERMS, name};
use crate::page::layout::fit_menu;
use crate::page::object_names;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

/// How long the mouse has to rest on a term, and how long it may leave term and popover, in milliseconds.
const OPENS_MS: u32 = 400;
const CLOSES_MS: u32 = 300;

thread_local! {
    /// What happens after the mouse has entered or left.
    static TIMER: RefCell<Option<Timeout>> = const { RefCell::new(None) };
    /// Whether the mouse has opened the popover.
    static IS_BY_MOUSE: Cell<bool> = const { Cell::new(false) };
}

/// The terms of a panel.
pub(super) struct Terms {
    /// The name of the panel, for the ids of its elements.
    panel: &'static str,
    finder: Finder,
}

impl Terms {
    /// The terms of a panel without texts.
    pub(super) fn new(panel: &'static str) -> Terms {
        Terms { panel, finder: Finder::default() }
    }

    fn id(&self, index: usize) -> String {
        format!("{}-term-{index}", self.panel)
    }

    /// A text of the panel, with buttons for the terms that occur for the first time.
    pub(super) fn view(&mut self, text: &str) -> Html {
        let pieces = self.finder.pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => view_names(text),
            Piece::Term(text, index) => {
                let id = self.id(index);
                html! {
                    <button class="term" key={index} popovertarget={id.clone()} aria-describedby={id}
                        onclick={Callback::from(|_: MouseEvent| IS_BY_MOUSE.set(false))}
                        onpointerenter={Callback::from(on_enter)} onpointerleave={Callback::from(on_leave)}>{ text }</button>
                }
            }
        });
        pieces.collect()
    }

    /// The explanations, at the end of the panel.
    pub(super) fn view_popovers(&self) -> Html {
        let popovers = self.finder.found.iter().map(|index| {
            let sentence = TERMS.get(*index).map_or("", |(_, sentence)| sentence);
            html! {
                <p class="gloss" key={*index} id={self.id(*index)} popover="auto" ontoggle={Callback::from(on_toggle)}
                    onpointerenter={Callback::from(on_enter)} onpointerleave={Callback::from(on_leave)}>
                    <b>{ name(*index) }{ ": " }</b>{ sentence }
                </p>
            }
        });
        popovers.collect()
    }
}

/// A text in which names of objects are not broken at their hyphens.
pub(super) fn view_names(text: &str) -> Html {
    let pieces = object_names::pieces(text).into_iter().map(|(piece, is_name)| match is_name {
        true => html! { <span class="unbroken">{ piece }</span> },
        false => html! { <>{ piece }</> },
    });
    pieces.collect()
}

/// The element of an event.
fn target(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

/// The element of the same page that has an attribute of this value.
fn find(element: &Element, attribute: &str, value: &str) -> Option<HtmlElement> {
    let page = element.closest(".page").ok().flatten()?;
    page.query_selector(&format!("[{attribute}=\"{value}\"]")).ok().flatten()?.dyn_into().ok()
}

/// The popover of the term at which an event of the mouse happens.
fn popover_of(event: &PointerEvent) -> Option<HtmlElement> {
    let element = target(event).filter(|_| event.pointer_type() == "mouse")?;
    let id = element.get_attribute("popovertarget")?;
    find(&element, "id", &id)
}

fn later(ms: u32, act: impl FnOnce() + 'static) {
    TIMER.with_borrow_mut(|timer| *timer = Some(Timeout::new(ms, act)));
}

/// Opens the popover of a term on which the mouse rests, unless something else is open. In a popover, the mouse
/// keeps it open.
fn on_enter(event: PointerEvent) {
    TIMER.take();
    let Some(popover) = popover_of(&event) else { return };
    later(OPENS_MS, move || {
        let page = popover.closest(".page").ok().flatten();
        let open = page.and_then(|page| page.query_selector(":popover-open").ok().flatten());
        // Fails if this popover is open.
        if open.is_none_or(|open| open.class_name() == "gloss") && popover.show_popover().is_ok() {
            IS_BY_MOUSE.set(true);
        }
    });
}

/// Closes a popover that the mouse has opened a while after it has left the popover or its term.
fn on_leave(event: PointerEvent) {
    TIMER.take();
    let Some(popover) = popover_of(&event).or_else(|| target(&event)) else { return };
    later(CLOSES_MS, move || {
        if IS_BY_MOUSE.get() {
            // Fails only if it is closed.
            let _ = popover.hide_popover();
        }
    });
}

/// Moves an open popover below its term, or above it where there is no room.
fn on_toggle(event: Event) {
    let Some(popover) = target(&event) else { return };
    if !popover.matches(":popover-open").unwrap_or(true) {
        return;
    }
    let Some(term) = find(&popover, "popovertarget", &popover.id()) else { return };
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|it| it.as_f64());
    let Some(window) = web_sys::window() else { return };
    let (Some(width), Some(height)) = (size(window.inner_width()), size(window.inner_height()))
    else {
        return;
    };
    let (at, own) = (term.get_bounding_client_rect(), popover.get_bounding_client_rect());
    let below = at.top() + at.height() + 4.0;
    let y = if below + own.height() < height { below } else { at.top() - own.height() - 4.0 };
    for (property, value) in [("--x", fit_menu(at.left(), own.width(), width)), ("--y", y)] {
        // Without the style, the page still works.
        let _ = popover.style().set_property(property, &format!("{}px", value as i32));
    }
}
