//! The keyboard focus within the element, and how it returns when a menu or dialog closes.
//!
//! Browsers restore the focus themselves, but not within a shadow root.

use std::mem::take;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ShadowRoot, SvgElement};

/// What the focus has to do after the next rendering.
#[derive(Default)]
pub(super) struct FocusState {
    /// The element that had the focus before a menu, a dialog or the terminal opened.
    origin: Option<Element>,
    /// Whether that element gets the focus back, if nothing else has it.
    pub(super) restores: bool,
    /// Whether the terminal gets the focus.
    pub(super) wants_terminal: bool,
    /// Whether the answer to "Why?" gets the focus.
    pub(super) wants_answer: bool,
    /// The element inside the root that has the focus, or had it when it was removed.
    current: Option<Element>,
}

impl FocusState {
    /// Saves which element inside `root` has the focus.
    pub(super) fn save(&mut self, root: &Element) {
        let shadow = root.get_root_node().dyn_into::<ShadowRoot>().ok();
        self.origin = shadow.and_then(|shadow| shadow.active_element());
    }

    /// Handles that an element inside the root got the focus.
    pub(super) fn entered(&mut self, element: Option<Element>) {
        self.current = element;
    }

    /// Handles the loss of the focus: another element got it, or the element was removed.
    pub(super) fn left(&mut self, root: &Element) {
        match self.current.as_ref().is_some_and(|it| it.is_connected()) {
            true => self.current = None,
            false => self.keep(root),
        }
    }

    /// If the element with the focus was removed, moves the focus to the page, because keys have no effect while the body
    /// of the document has the focus. Requests for the next rendering take precedence.
    pub(super) fn keep(&mut self, root: &Element) {
        let is_requested = self.restores || self.wants_answer || self.wants_terminal;
        if !is_requested && self.current.as_ref().is_some_and(|current| !current.is_connected()) {
            self.current = None;
            if is_lost() {
                root.first_element_child().iter().for_each(focus);
            }
        }
    }

    /// Does what was requested since the last rendering.
    pub(super) fn apply(&mut self, root: &Element) {
        let first = |selector| root.query_selector(selector).ok().flatten();
        if take(&mut self.wants_terminal) {
            first(".pane.active .command").iter().for_each(focus);
        }
        if take(&mut self.wants_answer)
            && let Some(answer) = first(".why-panel .panel-head")
        {
            focus(&answer);
            self.restores = false;
        }
        if take(&mut self.restores) && is_lost() {
            let origin = self.origin.take().filter(|origin| origin.is_connected());
            origin.or_else(|| root.first_element_child()).iter().for_each(focus);
        }
        self.keep(root);
    }
}

/// Whether no element of the whole page has the focus.
fn is_lost() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let active = document.and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Focuses an element. Errors are ignored: the page works without.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<SvgElement>() {
        let _ = element.focus();
    } else if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
