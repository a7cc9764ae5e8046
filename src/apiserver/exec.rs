//! Commands in containers, as the lines of the terminal that run them.

use super::Response;
use super::status::Status;
use super::target::{self, Target};
use crate::api::Kind;
use crate::kubectl::Output;
use crate::notation::quote;

/// The line that runs the command of an `exec` request.
///
/// # Errors
/// If the request names no pod or no command.
pub fn exec_line(path: &str, query: &str) -> Result<String, Response> {
    let target = Target::of(&target::segments(path));
    let target = target.filter(|it| it.kind == Kind::Pod && it.subresource == "exec");
    let Some(Target { namespace: Some(namespace), name: Some(name), .. }) = target else {
        return Err(Status::no_resource().into());
    };
    let query = target::query(query);
    let all = |wanted: &'static str| {
        query.iter().filter(move |(key, _)| key == wanted).map(|(_, value)| quote(value))
    };
    let container = all("container").next().map_or_else(String::new, |name| format!(" -c {name}"));
    let words: Vec<String> = all("command").collect();
    if words.is_empty() {
        return Err(Status::new(
            "BadRequest",
            "you must specify at least one command for the container",
        )
        .into());
    }
    Ok(format!(
        "kubectl exec {} -n {}{container} -- {}",
        quote(&name),
        quote(&namespace),
        words.join(" ")
    ))
}

/// Why a command did not start, if it did not.
pub fn exec_refusal(output: &Output) -> Option<Response> {
    let text = output.stderr.trim_end();
    if let Some(words) = text.strip_prefix("error: Internal error occurred: ") {
        return Some(
            Status::new("InternalError", format!("Internal error occurred: {words}")).into(),
        );
    }
    text.starts_with("Error from server").then(|| Status::printed(text, None).into())
}

/// What is said of an upgrade to something else than a WebSocket.
pub fn no_upgrade() -> Response {
    Status::new("BadRequest", "unable to upgrade: only WebSocket is served here").into()
}
