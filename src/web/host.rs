//! What the element's script does for the page: what leaves it, and what others want to hear.

use super::shared::Shared;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The element's side of the page.
    pub type Host;

    /// Says that the program has failed, and shows the recipe.
    #[wasm_bindgen(method)]
    pub(super) fn fail(this: &Host, message: &str, recipe: &str);

    /// Tells whoever listens of an event: one line of the log.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, line: &str);

    /// Makes a link, a file or a picture of `text`, at an instant in milliseconds.
    #[wasm_bindgen(method)]
    pub(super) fn share(this: &Host, what: &str, text: &str, ms: f64);

    /// From light to dark, or back.
    #[wasm_bindgen(method)]
    pub(super) fn toggle_theme(this: &Host);

    /// Asks for the lesson of this name; for the list of all if it is empty.
    #[wasm_bindgen(method)]
    pub(super) fn lesson(this: &Host, name: &str);
}

/// The host, shared.
pub(super) type Hosted = Shared<Host>;
