//! The files of the page.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where the page is, if it was built.
pub(in crate::cli) fn find(given: Option<&Path>) -> Option<PathBuf> {
    let beside =
        std::env::current_exe().ok().and_then(|path| Some(path.parent()?.join("../../dist/site")));
    let places = [given.map(Path::to_path_buf), Some("dist/site".into()), beside];
    let mut places = places.into_iter().flatten().take(if given.is_some() { 1 } else { 3 });
    places.find(|place| place.join("index.html").is_file())
}

/// A file of the page: its media type and its bytes.
pub(in crate::cli) fn file(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let path = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let relative = Path::new(path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    // Only the site's own index page uses it. A 404 removes a service worker that another server at this address
    // registered earlier.
    if path == "service-worker.js" {
        return None;
    }
    if path == "index.html" {
        return Some(("text/html; charset=utf-8", DOCUMENT.into()));
    }
    Some((media_type(relative), fs::read(folder.join(relative)).ok()?))
}

/// The page that shows the cluster.
const DOCUMENT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>Ordinal: a live cluster</title>
<meta name=\"color-scheme\" content=\"light dark\">
<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">
<link rel=\"stylesheet\" href=\"page.css\">
<script type=\"module\" src=\"element.js\"></script>
<body>
<ordinal-lab story=\"ordinal/recipe\" live=\"ordinal/\" linked></ordinal-lab>
</body>
</html>
";

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
