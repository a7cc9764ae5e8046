//! What the browser stores: for each element, page and story, the manifest and the run until the window is
//! closed, with the files and the history of the terminal; and permanently, the completed lessons. The page works without storage, and ignores damaged
//! contents.

use super::HostLink;
use crate::lessons::Results;
use crate::page::progress;
use crate::page::saved_run::{self, SavedRun};
use crate::terminal::Files;
use std::rc::Rc;
use web_sys::Storage;

/// The first part of the key of a manifest.
const MANIFEST: &str = "ordinal.manifest";
/// The first part of the key of a run.
const RUN: &str = "ordinal.run";
/// The key prefix for the files of a terminal.
const FILES: &str = "ordinal.files";
/// The key prefix for the history of a terminal.
const LINES: &str = "ordinal.lines";
/// The key of the completed lessons.
const DONE: &str = "ordinal.lessons";

/// The storage that lasts until the window is closed.
fn session_storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// The permanent storage.
fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The storage key of something that belongs to an element. The script derives the second part from the path
/// of the page, the element, and its story.
fn key(what: &str, host: &HostLink) -> String {
    format!("{what} {}", host.script.key())
}

/// Loads something that belongs to an element.
fn load(what: &str, host: &HostLink) -> Option<String> {
    session_storage()?.get_item(&key(what, host)).ok()?
}

/// Stores something that belongs to an element. Errors are ignored.
fn save(what: &str, host: &HostLink, text: &str) {
    if let Some(storage) = session_storage() {
        let _ = storage.set_item(&key(what, host), text);
    }
}

/// The stored manifest of an element.
pub(crate) fn manifest(host: &HostLink) -> Option<String> {
    load(MANIFEST, host)
}

/// Stores the manifest of an element.
pub(super) fn save_manifest(host: &HostLink, text: &str) {
    save(MANIFEST, host, text);
}

/// Stores the packed run of an element.
pub(super) fn save_run(host: &HostLink, packed: &str) {
    save(RUN, host, packed);
}

/// Stores the files of the terminal.
pub(super) fn save_files(host: &HostLink, files: &Files) {
    save(FILES, host, &saved_run::pack_texts(files.texts()));
}

/// The stored files of the terminal.
pub(crate) fn files(host: &HostLink) -> Files {
    let texts = load(FILES, host).and_then(|packed| saved_run::unpack_texts(&packed));
    Files::of_texts(&texts.unwrap_or_default())
}

/// Stores the history of the terminal.
pub(super) fn save_lines(host: &HostLink, lines: &[Rc<str>]) {
    save(LINES, host, &saved_run::pack_texts(lines.iter().map(|line| &**line)));
}

/// The stored history of the terminal.
pub(crate) fn lines(host: &HostLink) -> Vec<Rc<str>> {
    let texts = load(LINES, host).and_then(|packed| saved_run::unpack_texts(&packed));
    texts.unwrap_or_default().into_iter().map(Rc::from).collect()
}

/// Whether a run of the element is stored.
pub(crate) fn has_run(host: &HostLink) -> bool {
    load(RUN, host).is_some()
}

/// The stored run of an element with this story.
pub(crate) fn run(host: &HostLink, origin: &str) -> Option<SavedRun> {
    saved_run::unpack(&load(RUN, host)?, origin)
}

/// The completed lessons, as [`progress::records`] reads them.
pub(super) fn done() -> String {
    local_storage().and_then(|it| it.get_item(DONE).ok()?).unwrap_or_default()
}

/// The number of days since 1970.
pub(super) fn today() -> u32 {
    (js_sys::Date::now() / 86_400_000.0) as u32
}

/// Stores the text of the completed lessons. Errors are ignored.
fn set_done(text: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(DONE, text);
    }
}

/// Stores that a lesson was completed.
pub(super) fn save_done(name: &str, results: Results) {
    set_done(&progress::completed(&done(), name, today(), results));
}

/// Adds the progress of a saved file.
pub(super) fn merge_done<'a>(saved: impl Iterator<Item = &'a str>) {
    set_done(&progress::merged(&done(), saved));
}
