//! `exec` over a WebSocket, with the commands that the terminal has (`v5.channel.k8s.io`).

use super::engine::{Engine, Typed};
use super::response;
use crate::apiserver::{Exec, read_exec};
use crate::kubectl::Output;
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::response::Response;
use std::time::Duration;

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
/// The channel on which a client reports that another channel is closed.
const CLOSE: u8 = 255;

/// The maximum size of the standard input of a command, in bytes.
const MAX_INPUT: usize = 4 << 20;
/// How long the client may take to send the size of its terminal.
const SIZE: Duration = Duration::from_millis(500);
/// How long the client may take to close the connection after the command has ended.
const LINGER: Duration = Duration::from_secs(5);

/// Whether a request asks for it.
pub(super) fn is_asked(parts: &Parts) -> bool {
    parts.uri.path().ends_with("/exec") && parts.headers.contains_key("upgrade")
}

/// Runs the command, and answers with what it printed.
pub(super) async fn answer(engine: &Engine, path: &str, parts: &mut Parts) -> Response {
    let exec = match read_exec(path, parts.uri.query().unwrap_or_default()) {
        Ok(exec) => exec,
        Err(response) => return response::of(response),
    };
    // A refusal must be sent before the upgrade, but standard input arrives after it.
    let line = if exec.has_input { &exec.trial } else { &exec.line };
    let output = engine.line(Typed { line: line.clone(), text: None, at: None }).await;
    if let Some(refusal) = crate::apiserver::exec_refusal(&output) {
        return response::of(refusal);
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade.protocols(["v5.channel.k8s.io", "v4.channel.k8s.io"]),
        // Another protocol than WebSocket: clients then say so.
        Err(_) => return response::of(crate::apiserver::no_upgrade()),
    };
    let engine = engine.clone();
    upgrade.on_upgrade(move |socket| serve(engine, socket, exec, output))
}

/// Runs a command that has standard input, and sends the output of the command.
async fn serve(engine: Engine, mut socket: WebSocket, exec: Exec, mut output: Output) {
    if exec.has_input {
        let Some(input) = read_input(&mut socket).await else { return };
        let text = Some(String::from_utf8_lossy(&input).into_owned());
        output = engine.line(Typed { line: exec.line, text, at: None }).await;
    }
    if exec.is_tty {
        // kubectl first sends the size of the terminal, and prints an error if it cannot.
        let _ = tokio::time::timeout(SIZE, socket.recv()).await;
    }
    send(&mut socket, output, exec.is_tty).await;
    // If the connection were closed while the client is still sending, it would be reset and the output would be lost.
    let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = tokio::time::timeout(LINGER, rest).await;
}

/// Reads standard input until its end. Returns `None` if the client disconnects.
async fn read_input(socket: &mut WebSocket) -> Option<Vec<u8>> {
    let mut input = Vec::new();
    loop {
        match socket.recv().await?.ok()? {
            Message::Binary(frame) => match &frame[..] {
                [STDIN, bytes @ ..] if input.len() + bytes.len() <= MAX_INPUT => {
                    input.extend_from_slice(bytes);
                }
                [STDIN, ..] => return None,
                [CLOSE, STDIN, ..] => return Some(input),
                _ => {}
            },
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

async fn send(socket: &mut WebSocket, output: Output, is_tty: bool) {
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
    let frames = match is_tty {
        // A terminal has one output stream, and its lines end with CR LF.
        true => {
            [(STDOUT, (output.stdout + &stderr).replace('\n', "\r\n")), (STATUS, ended)].to_vec()
        }
        false => [(STDOUT, output.stdout), (STDERR, stderr), (STATUS, ended)].to_vec(),
    };
    for (channel, text) in frames {
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
