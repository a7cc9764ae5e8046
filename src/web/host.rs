//! What the element's script does for the page: what leaves it, and what others want to hear.

use super::shared::Shared;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The element's side of the page.
    pub type Host;

    /// Tells the number of the element in the module.
    #[wasm_bindgen(method)]
    pub(super) fn number(this: &Host, id: u32);

    /// Under which name the browser stores what belongs to this element: no other has the same.
    #[wasm_bindgen(method)]
    pub(super) fn key(this: &Host) -> String;

    /// Says that there is a page to be asked; or why there is none, one error a line.
    #[wasm_bindgen(method)]
    pub(super) fn begun(this: &Host, errors: &str);

    /// Says that the program has failed, and whether it was for this element.
    #[wasm_bindgen(method)]
    pub(super) fn fail(this: &Host, message: &str, is_culprit: bool);

    /// Keeps the recipe where a failure of the program does not reach it.
    #[wasm_bindgen(method)]
    pub(super) fn keep_recipe(this: &Host, recipe: &str);

    /// Keeps the instant in milliseconds, and whether time passes.
    #[wasm_bindgen(method)]
    pub(super) fn keep_moment(this: &Host, ms: f64, is_playing: bool);

    /// Tells whoever listens of an event: one line of the log.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, line: &str);

    /// Makes a link, a file, a picture or a report of `text`, at an instant in milliseconds.
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
