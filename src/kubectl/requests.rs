//! Requests of clients: lines that are no kubectl lines, and that the page can do before the rest is loaded.

use super::Plan;
use crate::api::DEFAULT_NAMESPACE;
use crate::cluster::network::Request;
use crate::notation::closest;
use crate::sim::Command;

/// The first words of lines.
pub(super) const VERBS: [&str; 9] =
    ["kubectl", "crash", "fail", "node", "driver", "write", "read", "client", "curl"];

/// A line that is a request or can't be read; `None` for a line of [`super::faults`].
pub(super) fn run(words: &[&str]) -> Option<Plan> {
    match words {
        ["write", host, text @ ..] if !text.is_empty() => {
            Some(request("writer", host, Request::Write(text.join(" "))))
        }
        ["write", ..] => Some(invalid(words, "write NAME \"TEXT\"")),
        ["read", host] => Some(request("reader", host, Request::Read)),
        ["read", ..] => Some(invalid(words, "read NAME")),
        [] => Some(Plan::default()),
        [verb, ..] if VERBS.contains(verb) || *verb == "wget" => None,
        [verb, ..] => {
            let advice = closest(verb, VERBS).map_or_else(
                || format!("Try: {}", VERBS.join(", ")),
                |verb| format!("Did you mean {verb}?"),
            );
            let line = words.join(" ");
            Some(Plan::refuse(format!("error: unknown command \"{line}\". {advice}")))
        }
    }
}

/// Refuses a line that doesn't follow the usage of its verb.
pub(super) fn invalid(words: &[&str], usage: &str) -> Plan {
    let line = words.join(" ");
    Plan::refuse(format!("error: invalid command \"{line}\"; usage: {usage}"))
}

fn request(client: &str, host: &str, request: Request) -> Plan {
    let (client, namespace, host) = (client.into(), DEFAULT_NAMESPACE.into(), host.into());
    let command = Command::Send { client, namespace, host, request };
    Plan::print(String::new()).with(command)
}
