//! The second part of the program: see [`crate::later`].
//!
//! [`install`] and all the code that only it leads to are cut out of the module when the page is built, and become a
//! module of their own, which `static/later.js` loads and joins to the first.

use crate::{cluster, kubectl, later, manifest, observe, page, shell, task, terminal};
use wasm_bindgen::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Installs all functions of the second part.
#[wasm_split(later, fallible)]
fn install() -> Result<(), SplitLoaderError> {
    shell::install_later();
    cluster::inside::install_later();
    cluster::observed::install_later();
    kubectl::install_later();
    terminal::install_later();
    manifest::install_later();
    observe::install_later();
    page::terminal::install_later();
    page::manifest_editor::install_later();
    super::app::install_later();
    super::session::install_later();
    super::workshop::install_later();
    later::install_later();
    Ok(())
}

/// Installs the second part once `static/later.js` has joined it. Returns whether it is there.
#[wasm_bindgen]
pub fn install_later() -> bool {
    later::is_there() || task::finish(install()).is_ok()
}

/// Whether the second part must be there before a story is played.
#[wasm_bindgen]
pub fn needs_later(story: &str) -> bool {
    kubectl::needs_later(story)
}
