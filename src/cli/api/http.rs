//! HTTP: who may ask, and what goes where.

use super::engine::{Engine, Reply, Typed};
use super::{exec, kubeconfig, page};
use crate::api::Time;
use crate::apiserver::{Request, Response};
use crate::cli::Failure;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response as HttpResponse;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;

/// How many bytes the body of a request may have, as in `kube-apiserver`.
const BODY: usize = 3 * 1024 * 1024;
/// What the page may load.
const POLICY: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:";

struct Site {
    engine: Engine,
    page: Option<PathBuf>,
    is_loopback: bool,
}

/// Serves until Ctrl+C.
///
/// # Errors
/// If the socket fails.
pub(super) async fn serve(
    listener: tokio::net::TcpListener,
    engine: Engine,
    page: Option<PathBuf>,
    is_loopback: bool,
) -> Result<(), Failure> {
    let site = Arc::new(Site { engine, page, is_loopback });
    let app = Router::new().fallback(answer).with_state(site);
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    // Watches never end by themselves: what is still open is closed.
    tokio::select! {
        served = axum::serve(listener, app) => served.map_err(Failure::from),
        () = stopped => Ok(()),
    }
}

/// Whether a request comes from this machine and from this page: as `kubectl proxy` checks the host, so that a page
/// of another site cannot reach the cluster through a name that it controls.
fn is_allowed(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|it| it.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let is_known = !site.is_loopback || ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    let is_own = text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    is_known && is_own
}

async fn answer(State(site): State<Arc<Site>>, request: axum::extract::Request) -> HttpResponse {
    if !is_allowed(&site, request.headers()) {
        return text(
            StatusCode::FORBIDDEN,
            "Forbidden: this server answers requests to its own address only\n",
        );
    }
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    if exec::is_asked(&parts) {
        return exec::answer(&site.engine, &mut parts).await;
    }
    let body = match to_bytes(body, BODY).await {
        Ok(body) => body,
        Err(_) => {
            return text(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Request entity too large: limit is 3145728\n",
            );
        }
    };
    if let Some(rest) = path.strip_prefix("/ordinal/") {
        return control(&site, rest, &body).await;
    }
    let first = path.split('/').nth(1).unwrap_or_default();
    if ["api", "apis", "version", "openapi", "healthz", "livez", "readyz"].contains(&first) {
        return api(&site.engine, parts, body).await;
    }
    if path == "/kubeconfig" {
        let host =
            parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        return text(StatusCode::OK, &kubeconfig(&format!("http://{host}")));
    }
    let file = site.page.as_ref().and_then(|folder| page::file(folder, &path));
    match file {
        Some((media, bytes)) => {
            let mut response = HttpResponse::new(Body::from(bytes));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
            response
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            response
        }
        None if path == "/" => text(
            StatusCode::OK,
            "The API is served here. The page is not: build it with cargo xtask dist, or name its directory with --page.\n",
        ),
        None => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}

fn text(status: StatusCode, text: &str) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// The API of Kubernetes.
async fn api(engine: &Engine, parts: axum::http::request::Parts, body: Bytes) -> HttpResponse {
    let header = |name| {
        let values = parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(",")
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        accept: header(header::ACCEPT),
        content_type: header(header::CONTENT_TYPE),
        body: body.to_vec(),
    };
    let seconds = crate::apiserver::timeout_seconds(&request);
    match engine.request(request).await {
        Some(Reply::Response(response)) => of(response),
        Some(Reply::Stream(media, lines)) => streamed(media, lines, seconds, |line| line),
        None => text(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended\n"),
    }
}

pub(super) fn of(response: Response) -> HttpResponse {
    let mut http = HttpResponse::new(Body::from(response.body));
    *http.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    http.headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(response.content_type));
    for warning in response.warnings {
        let quoted = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            http.headers_mut().append(header::WARNING, value);
        }
    }
    http
}

/// A response whose lines are sent as they come, for so many seconds.
fn streamed(
    media: &'static str,
    lines: Receiver<String>,
    seconds: Option<u64>,
    form: fn(String) -> String,
) -> HttpResponse {
    let end = seconds
        .map(|seconds| tokio::time::Instant::now() + std::time::Duration::from_secs(seconds));
    let stream = futures_util::stream::unfold(lines, move |mut lines| async move {
        let next = lines.recv();
        let line = match end {
            Some(end) => tokio::time::timeout_at(end, next).await.ok().flatten(),
            None => next.await,
        }?;
        Some((Ok::<String, std::convert::Infallible>(form(line)), lines))
    });
    let mut response = HttpResponse::new(Body::from_stream(stream));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// What the page and `ordinal do` ask for beside the API.
async fn control(site: &Site, what: &str, body: &[u8]) -> HttpResponse {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    match what {
        "run" => streamed("text/event-stream", site.engine.follow(), None, |line| {
            format!("data: {line}\n\n")
        }),
        "recipe" => text(StatusCode::OK, &site.engine.recipe().await),
        "pause" => {
            site.engine.pause(asked["paused"].as_bool().unwrap_or(true));
            text(StatusCode::OK, "{}")
        }
        "replace" => {
            let recipe = asked["recipe"].as_str().unwrap_or_default().to_owned();
            let at = Time(asked["at"].as_u64().unwrap_or_default());
            match site.engine.replace(recipe, at).await {
                errors if errors.is_empty() => text(StatusCode::OK, "{}"),
                errors => text(StatusCode::BAD_REQUEST, &(errors + "\n")),
            }
        }
        "do" => {
            let word = |key: &str| asked[key].as_str().map(str::to_owned);
            let Some(line) = word("line") else {
                return text(StatusCode::BAD_REQUEST, "error: \"line\" is missing\n");
            };
            let (below, at) = (word("text"), asked["at"].as_u64().map(Time));
            let output = site.engine.line(Typed { line, text: below, at }).await;
            let answer = serde_json::json!({
                "exit": output.exit, "stdout": output.stdout, "stderr": output.stderr, "advice": output.advice,
            });
            text(StatusCode::OK, &answer.to_string())
        }
        _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}
