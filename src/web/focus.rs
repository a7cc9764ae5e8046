//! Where the keyboard's focus is within the element, and how it comes back when a menu or dialog goes.
//!
//! Browsers give the focus back themselves, but not within a shadow root.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ShadowRoot, SvgElement};

/// The element that has the focus.
pub(super) fn holder(root: &Element) -> Option<Element> {
    root.get_root_node().dyn_into::<ShadowRoot>().ok()?.active_element()
}

/// Whether nothing on the whole page has the focus.
pub(super) fn is_lost() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let active = document.and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name() == "BODY")
}

/// Gives the focus to an element; without it the page still works.
pub(super) fn give(element: &Element) {
    if let Some(element) = element.dyn_ref::<SvgElement>() {
        let _ = element.focus();
    } else if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Gives the focus to the first element that a selector finds.
pub(super) fn give_first(root: &Element, selector: &str) {
    if let Ok(Some(element)) = root.query_selector(selector) {
        give(&element);
    }
}

/// Scrolls to the first element that a selector finds.
pub(super) fn show_first(root: &Element, selector: &str) {
    if let Ok(Some(element)) = root.query_selector(selector) {
        element.scroll_into_view();
    }
}
