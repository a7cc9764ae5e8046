//! What the browser keeps for as long as the window is open: the manifest, the run, the lessons that
//! were gone through.
//! A browser that keeps nothing is no reason to stop.

use super::session::Session;
use crate::api::Time;
use web_sys::Storage;

const MANIFEST: &str = "ordinal.manifest";
const DONE: &str = "ordinal.lessons";

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

/// The lessons whose end was reached, one a line.
pub(super) fn done() -> String {
    storage().and_then(|it| it.get_item(DONE).ok()?).unwrap_or_default()
}

/// Keeps that the end of a lesson was reached.
pub(super) fn keep_done(name: &str) {
    let done = done();
    if let Some(storage) = storage()
        && !done.lines().any(|it| it == name)
    {
        let _ = storage.set_item(DONE, &(done + name + "\n"));
    }
}

/// Keeps a run, so that it can go on when the page is loaded again.
pub(super) fn keep_run(session: &Session) {
    if let Some(storage) = storage() {
        let now = session.timeline.now().0;
        let run = format!("{now}\n{}\n{}{}", session.story.len(), session.story, session.recipe);
        let _ = storage.set_item(&run_key(session.id), &run);
    }
}

/// The run that was kept of this story, and where it was.
pub(super) fn run(id: u32, story: &str) -> Option<(String, Time)> {
    let kept = storage()?.get_item(&run_key(id)).ok()??;
    let mut parts = kept.splitn(3, '\n');
    let now = parts.next()?.parse().ok()?;
    let length: usize = parts.next()?.parse().ok()?;
    let (of, recipe) = parts.next()?.split_at_checked(length)?;
    (of == story).then(|| (recipe.to_owned(), Time(now)))
}

fn run_key(id: u32) -> String {
    format!("ordinal.run.{id}")
}
