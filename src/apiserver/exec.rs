//! Commands in containers, as the lines of the terminal that run them.

use super::Response;
use super::status::Status;
use super::target::{self, Target};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::kubectl::Output;
use crate::notation::quote;

/// An `exec` request.
#[derive(Debug)]
pub struct Exec {
    /// The line that runs the command.
    pub line: String,
    /// A line that has no effect, and is refused whenever the command can't be started.
    pub trial: String,
    /// Whether the client sends standard input for the command.
    pub has_input: bool,
    /// Whether the client has a terminal (TTY).
    pub is_tty: bool,
}

/// Reads an `exec` request.
///
/// # Errors
/// If the request names no pod or no command.
pub fn read_exec(path: &str, query: &str) -> Result<Exec, Response> {
    let pods =
        |version: &str, plural: &str| (version == "v1" && plural == "pods").then_some(Kind::Pod);
    let target = Target::of(&target::segments(path), pods);
    let target = target.filter(|it| it.subresource == "exec");
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
    let has = |wanted: &'static str| all(wanted).any(|value| value == "true");
    let is_tty = has("tty");
    // Input from a terminal doesn't end, so the command runs without it.
    let has_input = has("stdin") && !is_tty;
    let place = format!("{} -n {}{container}", quote(&name), quote(&namespace));
    let flags = if has_input { "-i " } else { "" };
    Ok(Exec {
        line: format!("kubectl exec {flags}{place} -- {}", words.join(" ")),
        trial: format!("kubectl exec {place} -- true"),
        has_input,
        is_tty,
    })
}

/// Why a command was not started, if it was not.
pub fn exec_refusal(output: &Output) -> Option<Response> {
    let is_refused = |words: &&str| words.starts_with("unable to upgrade connection");
    if let Some(words) = internal(output).filter(is_refused) {
        let words = format!("Internal error occurred: {words}");
        return Some(Status::new("InternalError", words).into());
    }
    // kubectl 1.37 omits the reason of the error.
    let upgrade = output
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix("error: unable to upgrade connection: "));
    if let Some(words) = upgrade {
        let is_node = words.starts_with("error dialing backend");
        let reason = if is_node { "InternalError" } else { "BadRequest" };
        return Some(Status::new(reason, words).into());
    }
    let text = output.stderr.trim_end();
    text.starts_with("Error from server").then(|| Status::printed(text, None).into())
}

/// What went wrong in the container runtime, if something did.
fn internal(output: &Output) -> Option<&str> {
    output.stderr.lines().find_map(|line| line.strip_prefix("error: Internal error occurred: "))
}

/// How a command ended, as the status that is sent after its output (`k8s.io/client-go/tools/remotecommand`).
pub fn exec_status(output: &Output) -> String {
    let mut tree = Tree::map([]);
    tree.set("metadata", Tree::map([]));
    tree.set("status", if output.exit == 0 { "Success" } else { "Failure" });
    let cause = |reason: &str, message: &str| {
        let mut cause = Tree::map([]);
        if !reason.is_empty() {
            cause.set("reason", reason);
        }
        cause.set("message", message);
        Value::List(vec![cause])
    };
    match (output.exit, internal(output)) {
        (0, _) => {}
        (_, Some(words)) => {
            tree.set("code", Value::Int(500));
            tree.set("message", format!("Internal error occurred: {words}").as_str());
            tree.set("reason", "InternalError");
            tree.child("details").set("causes", cause("", words));
        }
        (code, None) => {
            let words = format!("command terminated with non-zero exit code: exit status {code}");
            tree.set("message", words.as_str());
            tree.set("reason", "NonZeroExitCode");
            tree.child("details").set("causes", cause("ExitCode", &code.to_string()));
        }
    }
    tree.json()
}

/// What is said of an upgrade to something else than a WebSocket.
pub fn no_upgrade() -> Response {
    Status::new("BadRequest", "unable to upgrade: only WebSocket is served here").into()
}
