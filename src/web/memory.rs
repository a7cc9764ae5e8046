//! What the browser stores: the manifest and the run for as long as the window is open, each for one
//! element of one page with one story; and permanently, which lessons were finished. Everything works
//! without storage, and with garbage in it.

use super::failure;
use super::lesson::Told;
use super::session::Session;
use crate::api::Time;
use web_sys::Storage;

const MANIFEST: &str = "ordinal.manifest";
const RUN: &str = "ordinal.run";
const DONE: &str = "ordinal.lessons";

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// The storage key of something that belongs to an element. The script makes the second part from the
/// path of the page, the element and its story.
fn key(what: &str, id: u32) -> Option<String> {
    Some(format!("{what} {}", failure::host(id)?.key()))
}

/// The manifest of an element as the visitor left it.
pub(super) fn manifest(id: u32) -> Option<String> {
    storage()?.get_item(&key(MANIFEST, id)?).ok()?
}

/// Keeps the manifest of an element.
pub(super) fn keep_manifest(id: u32, text: &str) {
    if let (Some(storage), Some(key)) = (storage(), key(MANIFEST, id)) {
        let _ = storage.set_item(&key, text);
    }
}

/// What outlives the window.
fn lasting() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The lessons whose end was reached, one a line.
pub(super) fn done() -> String {
    lasting().and_then(|it| it.get_item(DONE).ok()?).unwrap_or_default()
}

/// Keeps that the end of a lesson was reached.
pub(super) fn keep_done(name: &str) {
    let done = done();
    if let Some(storage) = lasting()
        && !done.lines().any(|it| it == name)
    {
        let _ = storage.set_item(DONE, &(done + name + "\n"));
    }
}

/// What a saved run says of the lessons that were gone through.
const PROGRESS: &str = "# stories gone through: ";

/// The line of a saved run that says so; empty if there are none.
pub(super) fn progress() -> String {
    let done = done();
    let names: Vec<&str> = done.lines().collect();
    if names.is_empty() { String::new() } else { format!("{PROGRESS}{}\n", names.join(" ")) }
}

/// Takes over what a saved run says of them; whether it says something.
pub(super) fn take_progress(saved: &str) -> bool {
    let said = saved.lines().rev().find_map(|line| line.strip_prefix(PROGRESS));
    said.unwrap_or("").split_whitespace().for_each(keep_done);
    said.is_some()
}

/// Keeps a run and the lesson that is told with it, so that they can go on when the page is loaded again.
pub(super) fn keep_run(session: &Session) {
    if let (Some(storage), Some(key)) = (storage(), key(RUN, session.id)) {
        let now = session.timeline.now().0.to_string();
        let lesson = session.lesson.as_ref().map(Told::kept).unwrap_or_default();
        let parts = [&now, &*session.origin, &*session.story, &*session.recipe];
        let _ = storage.set_item(&key, &pack(parts, &lesson));
    }
}

/// A run that was kept.
pub(super) struct Kept {
    /// Where it was.
    pub at: Time,
    /// What it began with.
    pub story: String,
    /// With all that was done.
    pub recipe: String,
    /// The lesson that was told, if there was one.
    pub lesson: Option<Told>,
}

/// Whether a run was kept of the element, of whatever story.
pub(super) fn has_run(id: u32) -> bool {
    let kept = || storage()?.get_item(&key(RUN, id)?).ok()?;
    kept().is_some()
}

/// The run that was kept of the element with this story.
pub(super) fn run(id: u32, origin: &str) -> Option<Kept> {
    let kept = unpack(&storage()?.get_item(&key(RUN, id)?).ok()??)?;
    let [now, of, story, recipe, lesson @ ..] = kept.as_slice() else { return None };
    let at = Time(now.parse().ok()?);
    let (story, recipe) = (story.clone(), recipe.clone());
    (of == origin).then(|| Kept { at, story, recipe, lesson: Told::resume(lesson) })
}

/// Texts in one, with the length of each before it.
fn pack(first: [&str; 4], rest: &[String]) -> String {
    let texts = first.into_iter().chain(rest.iter().map(String::as_str));
    texts.map(|text| format!("{}\n{text}", text.len())).collect()
}

fn unpack(mut packed: &str) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !packed.is_empty() {
        let (length, rest) = packed.split_once('\n')?;
        let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
        texts.push(text.to_owned());
        packed = rest;
    }
    Some(texts)
}
