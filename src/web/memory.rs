//! What the browser keeps: the manifest for as long as the window is open, and the choice of colours.
//! A browser that keeps nothing is no reason to stop.

use web_sys::{Element, Storage};

const MANIFEST: &str = "ordinal.manifest";

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// The manifest as the visitor left it.
pub(super) fn manifest() -> Option<String> {
    storage()?.get_item(MANIFEST).ok()?
}

/// Keeps the manifest.
pub(super) fn keep_manifest(text: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(MANIFEST, text);
    }
}

/// From light to dark, or back.
pub(super) fn toggle_theme(root: &Element) {
    let is_dark = match root.get_attribute("data-theme").as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => prefers_dark(),
    };
    let _ = root.set_attribute("data-theme", if is_dark { "light" } else { "dark" });
}

fn prefers_dark() -> bool {
    let window = web_sys::window();
    let query = window.and_then(|it| it.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|query| query.matches())
}
