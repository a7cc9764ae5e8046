//! A circle that follows the pointer in presentation mode, so that an audience sees where it points.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The circle. [`follow`] moves it.
pub(super) fn view() -> Html {
    html! { <div class="pointer" aria-hidden="true"></div> }
}

/// Moves the circle to the pointer, without rendering the page.
pub(super) fn follow() -> Callback<PointerEvent> {
    Callback::from(|event: PointerEvent| {
        let circle = || {
            let target: Element = event.target()?.dyn_into().ok()?;
            let page = target.closest(".page").ok()??;
            page.query_selector(".pointer").ok()??.dyn_into::<HtmlElement>().ok()
        };
        if let Some(circle) = circle() {
            let place = format!("{}px {}px", event.client_x(), event.client_y());
            // Without the style, there is no circle.
            let _ = circle.style().set_property("translate", &place);
        }
    })
}
