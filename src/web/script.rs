//! The element's script as seen from the page: exports, storage and events.

use crate::page::by_ptr::ByPtr;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The element's side of the page.
    pub type Host;

    /// Passes the number that the element has in the module.
    #[wasm_bindgen(method)]
    pub(super) fn number(this: &Host, id: u32);

    /// The part of the storage keys that is unique to this element.
    #[wasm_bindgen(method)]
    pub(super) fn key(this: &Host) -> String;

    /// Reports that the story is open, or why it cannot be played: one error per line.
    #[wasm_bindgen(method)]
    pub(super) fn begun(this: &Host, errors: &str);

    /// Reports a panic; `is_culprit` tells whether it happened while updating this element.
    #[wasm_bindgen(method)]
    pub(super) fn fail(this: &Host, message: &str, is_culprit: bool);

    /// Keeps the recipe outside the module.
    #[wasm_bindgen(method)]
    pub(super) fn keep_recipe(this: &Host, recipe: &str);

    /// Keeps the instant, in milliseconds, and whether the run is playing, outside the module.
    #[wasm_bindgen(method)]
    pub(super) fn keep_moment(this: &Host, ms: f64, is_playing: bool);

    /// Dispatches an event of this name; the detail is JSON.
    #[wasm_bindgen(method)]
    pub(super) fn event(this: &Host, name: &str, detail: &str);

    /// Makes a link, a file, a picture or a report of `text`, at an instant in milliseconds.
    #[wasm_bindgen(method)]
    pub(super) fn share(this: &Host, what: &str, text: &str, ms: f64);

    /// Toggles between the light and the dark theme.
    #[wasm_bindgen(method)]
    pub(super) fn toggle_theme(this: &Host);

    /// Fetches the table of the Kubernetes API, installs it, and tells `Lab::schema`.
    #[wasm_bindgen(method)]
    pub(super) fn schema(this: &Host);

    /// Loads the second part of the program, installs it, and tells `Lab::later`.
    #[wasm_bindgen(method)]
    pub(super) fn later(this: &Host);

    /// Fetches the example files of the documentation, installs them, and calls `Lab::examples`.
    #[wasm_bindgen(method)]
    pub(super) fn examples(this: &Host);

    /// Tells the server whose cluster is shown: `do` with a line, the text below it, and its instant if that is in the
    /// past; `replace` with a recipe and an instant; or `pause` with `true` or `false`.
    #[wasm_bindgen(method)]
    pub(super) fn send(this: &Host, what: &str, text: &str, below: Option<String>, ms: Option<f64>);

    /// Opens something that the script draws: the link to the step, the handout, the presenter window, or the lesson
    /// builder.
    #[wasm_bindgen(method)]
    pub(super) fn open(this: &Host, what: &str);

    /// The class code in the URL; empty if there is none.
    #[wasm_bindgen(method)]
    pub(super) fn class(this: &Host) -> String;

    /// Fetches the lesson of this name, or the list of all lessons if the name is empty.
    #[wasm_bindgen(method)]
    pub(super) fn lesson(this: &Host, name: &str);
}

/// The host as component properties.
pub(super) type SharedHost = ByPtr<Host>;
