//! The files of the page.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where the page is, if it was built.
pub(super) fn find(given: Option<&Path>) -> Option<PathBuf> {
    let beside =
        std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join("../../dist/site")));
    let places = [given.map(Path::to_path_buf), Some("dist/site".into()), beside];
    let mut places = places.into_iter().flatten().take(if given.is_some() { 1 } else { 3 });
    places.find(|place| place.join("index.html").is_file())
}

/// A file of the page: its media type and its bytes. The document is told that it shows a live cluster.
pub(super) fn file(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let path = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let bytes = fs::read(folder.join(relative)).ok()?;
    if path != "index.html" {
        return Some((media_type(relative), bytes));
    }
    let text = String::from_utf8_lossy(&bytes)
        .replace("<ordinal-lab", "<ordinal-lab live=\"/ordinal/run\"");
    Some(("text/html; charset=utf-8", text.into_bytes()))
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}
