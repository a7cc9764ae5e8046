//! The page: wasm only.

use wasm_bindgen::prelude::*;
use yew::prelude::*;

/// Prepares what every element on the page shares.
pub fn install() {}

#[function_component]
fn App() -> Html {
    html! { <p>{ "Ordinal" }</p> }
}

/// Mounts the page below `root`, an element inside a shadow root.
#[wasm_bindgen]
pub fn mount(root: web_sys::Element) {
    yew::Renderer::<App>::with_root(root).render();
}
