//! The web server of `serve`: the files of one folder, under a strict policy.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use tokio::sync::watch;

/// What the page may do, here as wherever it is embedded: load from its own origin, compile
/// WebAssembly, and nothing else. In particular neither inline scripts nor inline styles.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/// The script that only this server adds to a document.
const RELOAD: &str = "<script src=\"/-/reload.js\" defer></script>\n";

/// What open pages are told about the page they show.
#[derive(Clone, Copy)]
pub(crate) struct Build {
    /// Differs from build to build, also across restarts of the server.
    pub(crate) stamp: u128,
    /// Whether the sources have been broken since.
    pub(crate) broken: bool,
}

struct Site {
    folder: PathBuf,
    build: watch::Receiver<Build>,
}

/// The routes over the files in `folder`.
pub(crate) fn routes(folder: PathBuf, build: watch::Receiver<Build>) -> Router {
    let script = || async {
        ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("reload.js"))
    };
    Router::new()
        .route("/-/builds", get(builds))
        .route("/-/reload.js", get(script))
        .fallback(get(file))
        .layer(map_response(add_headers))
        .with_state(Arc::new(Site { folder, build }))
}

async fn add_headers(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Tells a page of the build it could show, now and after every change.
async fn builds(State(site): State<Arc<Site>>) -> impl IntoResponse {
    let mut receiver = site.build.clone();
    receiver.mark_changed();
    Sse::new(stream::unfold(receiver, |mut receiver| async {
        receiver.changed().await.ok()?;
        let Build { stamp, broken } = *receiver.borrow_and_update();
        let event = Event::default().event(if broken { "broken" } else { "built" });
        Some((Ok::<_, io::Error>(event.data(stamp.to_string())), receiver))
    }))
}

async fn file(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let not_found = || (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    let Some(relative) = relative_path(uri.path()) else { return not_found() };
    // Reading blocks, but only for as long as a local file of a few megabytes takes.
    let Ok(mut content) = fs::read(site.folder.join(&relative)) else { return not_found() };
    let kind = media_type(&relative);
    if kind.starts_with("text/html") {
        content.extend_from_slice(RELOAD.as_bytes());
    }
    ([(header::CONTENT_TYPE, kind)], Body::from(content)).into_response()
}

/// The file that a request asks for, unless it tries to leave the folder.
fn relative_path(path: &str) -> Option<PathBuf> {
    let path = path.strip_prefix('/')?;
    let path = if path.is_empty() || path.ends_with('/') {
        Path::new(path).join("index.html")
    } else {
        PathBuf::from(path)
    };
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("md" | "ordinal" | "txt" | "yaml" | "yml") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_means_its_index() {
        assert_eq!(relative_path("/"), Some("index.html".into()));
        assert_eq!(relative_path("/guide/"), Some("guide/index.html".into()));
        assert_eq!(relative_path("/stories/a.ordinal"), Some("stories/a.ordinal".into()));
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for path in ["/../Cargo.toml", "/a/../../b", "//etc/passwd", "*"] {
            assert_eq!(relative_path(path), None, "{path}");
        }
    }
}
