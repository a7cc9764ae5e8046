//! `exec` over a WebSocket, with the commands that the terminal has (`v5.channel.k8s.io`).

use super::engine::{Engine, Typed};
use super::response;
use crate::apiserver::exec_line;
use crate::kubectl::Output;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::response::Response;

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;

/// Whether a request asks for it.
pub(super) fn is_asked(parts: &Parts) -> bool {
    parts.uri.path().ends_with("/exec") && parts.headers.contains_key("upgrade")
}

/// Runs the command, and answers with what it printed.
pub(super) async fn answer(engine: &Engine, path: &str, parts: &mut Parts) -> Response {
    let line = match exec_line(path, parts.uri.query().unwrap_or_default()) {
        Ok(line) => line,
        Err(response) => return response::of(response),
    };
    let output = engine.line(Typed { line, text: None, at: None }).await;
    if let Some(refusal) = crate::apiserver::exec_refusal(&output) {
        return response::of(refusal);
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade.protocols(["v5.channel.k8s.io", "v4.channel.k8s.io"]),
        // Another protocol than WebSocket: clients then say so.
        Err(_) => return response::of(crate::apiserver::no_upgrade()),
    };
    upgrade.on_upgrade(move |socket| send(socket, output))
}

async fn send(mut socket: WebSocket, output: Output) {
    let ended = crate::apiserver::exec_status(&output);
    let is_own = |line: &&str| {
        ![
            "command terminated with exit code",
            "Defaulted container",
            "error: Internal error occurred",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    let stderr: String =
        output.stderr.lines().filter(is_own).map(|line| format!("{line}\n")).collect();
    for (channel, text) in [(STDOUT, output.stdout.as_str()), (STDERR, &stderr), (STATUS, &ended)] {
        if text.is_empty() {
            continue;
        }
        let frame = [&[channel], text.as_bytes()].concat();
        if socket.send(Message::Binary(frame.into())).await.is_err() {
            return;
        }
    }
    let end = CloseFrame { code: 1000, reason: "".into() };
    let _ = socket.send(Message::Close(Some(end))).await;
}
