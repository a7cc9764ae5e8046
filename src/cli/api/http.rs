//! HTTP: who may ask, and what goes where.

use super::engine::{Engine, Reply, Typed};
use super::pipe::Lines;
use super::{class, exec, kubeconfig, page, response};
use crate::api::Time;
use crate::apiserver::Request;
use crate::cli::Failure;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response as HttpResponse;
use futures_util::StreamExt;
use std::path::PathBuf;
use std::sync::Arc;

/// How many bytes the body of a request may have, as in `kube-apiserver`.
const BODY: usize = 3 * 1024 * 1024;
/// How many bytes of an oversized body are read before the connection is closed.
const DRAINED: usize = 64 << 20;
/// What the page may load.
const POLICY: &str =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:";

struct Site {
    /// One cluster, or one for each participant of a class.
    engines: Vec<Engine>,
    page: Option<PathBuf>,
    is_loopback: bool,
}

/// Serves until Ctrl+C.
///
/// # Errors
/// If the socket fails.
pub(super) async fn serve(
    listener: tokio::net::TcpListener,
    engines: Vec<Engine>,
    page: Option<PathBuf>,
    is_loopback: bool,
) -> Result<(), Failure> {
    let site = Arc::new(Site { engines, page, is_loopback });
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
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let (engine, base, path) = match site.engines.as_slice() {
        [engine] => (engine, String::new(), path),
        engines => match class::cluster_of(&path) {
            Some((index, rest)) if index < engines.len() => {
                (&engines[index], class::base(index), rest.to_owned())
            }
            _ => return class_page(&site, &path, &host),
        },
    };
    if exec::is_asked(&parts) {
        return exec::answer(engine, &path, &mut parts).await;
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    if let Some(rest) = path.strip_prefix("/ordinal/") {
        return control(engine, rest, &body).await;
    }
    let first = path.split('/').nth(1).unwrap_or_default();
    if ["api", "apis", "version", "openapi", "healthz", "livez", "readyz"].contains(&first) {
        return api(engine, base, path, parts, body).await;
    }
    if path == "/kubeconfig" {
        return text(StatusCode::OK, &kubeconfig(&format!("http://{host}{base}")));
    }
    file(&site, &path)
}

/// The body of a request. An oversized body is read up to a limit, so that the client receives the error instead of a
/// closed connection.
async fn read(body: Body) -> Result<Bytes, HttpResponse> {
    let (mut stream, mut read, mut bytes) = (body.into_data_stream(), 0, Vec::new());
    while let Some(chunk) = stream.next().await {
        let chunk =
            chunk.map_err(|_| text(StatusCode::BAD_REQUEST, "the request body is incomplete\n"))?;
        read += chunk.len();
        if read <= BODY {
            bytes.extend_from_slice(&chunk);
        } else if read <= DRAINED {
            bytes = Vec::new();
        } else {
            break;
        }
    }
    if read > BODY {
        Err(response::of(crate::apiserver::too_large(BODY)))
    } else {
        Ok(bytes.into())
    }
}

/// The pages of a class.
fn class_page(site: &Site, path: &str, host: &str) -> HttpResponse {
    let count = site.engines.len();
    match path {
        "/" => of_page("text/html; charset=utf-8", class::join(count, host).into()),
        "/trainer" => of_page("text/html; charset=utf-8", class::overview(count).into()),
        "/class.css" => of_page("text/css; charset=utf-8", class::STYLE.into()),
        "/class.js" => of_page("text/javascript; charset=utf-8", class::SCRIPT.into()),
        path => file(site, path),
    }
}

/// A file of the page.
fn file(site: &Site, path: &str) -> HttpResponse {
    match site.page.as_ref().and_then(|folder| page::file(folder, path)) {
        Some((media, bytes)) => of_page(media, bytes),
        None if path == "/" => text(
            StatusCode::OK,
            "The API is served here. The page is not: build it with cargo xtask dist, or name its directory with --page.\n",
        ),
        None => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}

fn of_page(media: &'static str, bytes: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(bytes));
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
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
async fn api(
    engine: &Engine,
    base: String,
    path: String,
    parts: axum::http::request::Parts,
    body: Bytes,
) -> HttpResponse {
    let header = |name| {
        let values = parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.collect::<Vec<_>>().join(",")
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        base,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        accept: header(header::ACCEPT),
        content_type: header(header::CONTENT_TYPE),
        user_agent: header(header::USER_AGENT),
        body: body.to_vec(),
    };
    let seconds = crate::apiserver::timeout_seconds(&request);
    match engine.request(request).await {
        Some(Reply::Response(response)) => response::of(response),
        Some(Reply::Stream(media, lines)) => streamed(media, lines, seconds),
        None => text(StatusCode::SERVICE_UNAVAILABLE, "the cluster has ended\n"),
    }
}

/// A response whose lines are sent as they come, for so many seconds.
fn streamed(media: &'static str, lines: Lines, seconds: Option<u64>) -> HttpResponse {
    let end = seconds
        .map(|seconds| tokio::time::Instant::now() + std::time::Duration::from_secs(seconds));
    let stream = futures_util::stream::unfold(lines, move |mut lines| async move {
        let next = lines.next();
        let line = match end {
            Some(end) => tokio::time::timeout_at(end, next).await.ok().flatten(),
            None => next.await,
        }?;
        Some((Ok::<Bytes, std::convert::Infallible>(Bytes::from_owner(line)), lines))
    });
    let mut response = HttpResponse::new(Body::from_stream(stream));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    response
}

/// What the page and `ordinal do` ask for beside the API.
async fn control(engine: &Engine, what: &str, body: &[u8]) -> HttpResponse {
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    match what {
        "run" => streamed("text/event-stream", engine.follow(), None),
        "recipe" => text(StatusCode::OK, &engine.recipe().await),
        "pause" => {
            engine.pause(asked["paused"].as_bool().unwrap_or(true));
            text(StatusCode::OK, "{}")
        }
        "reset" => {
            engine.reset();
            text(StatusCode::OK, "{}")
        }
        "picture" => {
            let (picture, summary) = engine.picture().await;
            let mut response = of_page("image/svg+xml", picture.into());
            if let Ok(summary) = HeaderValue::from_str(&summary) {
                response.headers_mut().insert("ordinal-summary", summary);
            }
            response
        }
        "replace" => {
            let recipe = asked["recipe"].as_str().unwrap_or_default().to_owned();
            let at = Time(asked["at"].as_u64().unwrap_or_default());
            match engine.replace(recipe, at).await {
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
            let output = engine.line(Typed { line, text: below, at }).await;
            let answer = serde_json::json!({
                "exit": output.exit, "stdout": output.stdout, "stderr": output.stderr, "advice": output.advice,
            });
            text(StatusCode::OK, &answer.to_string())
        }
        _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}
