//! `client NAME writes|reads HOST every T …`: clients that ask again and again, and stop.

use super::Plan;
use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::world::Client;
use crate::limits::{self, Limit};
use crate::notation::{closest, parse_duration};
use crate::sim::Command;

const USAGE: &str = "usage: client NAME writes|reads HOST [every T] [on NODE] [keeps-ip | caches T] [-n NAMESPACE], or \
                     client NAME stop";
/// How often a client asks that is not told, in milliseconds.
const EVERY_MS: u64 = 2_000;
/// The shortest time between two requests of a client, in milliseconds.
const LEAST_MS: u64 = 100;

/// A line that begins with `client`, without that word.
pub(super) fn client(cluster: &Cluster, words: &[&str]) -> Plan {
    match words {
        [name, "stop"] if cluster.world().clients.contains_key(*name) => {
            Plan::print(format!("client \"{name}\" stopped\n"))
                .with(Command::StopClient((*name).to_owned()))
        }
        [name, "stop"] => Plan::refuse(format!("error: client \"{name}\" not found")),
        [name @ ("writer" | "reader"), _, ..] => Plan::refuse(format!(
            "error: \"{name}\" is reserved for single requests; choose another name"
        )),
        [name, verb @ ("writes" | "reads"), host, options @ ..] => {
            match read(cluster, host, *verb == "writes", options) {
                Ok(client) => Plan::print(format!("client \"{name}\" started\n"))
                    .with(Command::StartClient((*name).to_owned(), client)),
                Err(message) => Plan::refuse(format!("error: {message}")),
            }
        }
        [_, "writes" | "reads"] => Plan::refuse(format!("error: missing host; {USAGE}")),
        [_, verb, ..] => {
            let advice = closest(verb, ["writes", "reads", "stop"])
                .map_or_else(|| USAGE.to_owned(), |verb| format!("did you mean {verb}?"));
            Plan::refuse(format!("error: unknown client action \"{verb}\"; {advice}"))
        }
        _ => Plan::refuse(format!("error: {USAGE}")),
    }
}

/// What follows the host.
fn read(
    cluster: &Cluster,
    host: &str,
    writes: bool,
    mut options: &[&str],
) -> Result<Client, String> {
    let mut client = Client {
        namespace: DEFAULT_NAMESPACE.into(),
        host: host.to_owned(),
        writes,
        every_ms: EVERY_MS,
        node: None,
        keeps_ms: 0,
        next: Time(0),
        known: None,
        sent: 0,
        served: 0,
        failed: 0,
        stale: 0,
        fate: None,
    };
    loop {
        options = match options {
            [] => return Ok(client),
            ["every", text, rest @ ..] => {
                let every_ms = duration(text)?;
                if every_ms < LEAST_MS {
                    return Err(format!("every {text} is too often; the minimum is {LEAST_MS}ms"));
                }
                client.every_ms = every_ms;
                rest
            }
            ["caches", text, rest @ ..] => {
                client.keeps_ms = duration(text)?;
                rest
            }
            ["keeps-ip", rest @ ..] => {
                client.keeps_ms = u64::MAX;
                rest
            }
            ["on", node, rest @ ..] => {
                if cluster.world().machine(node).is_none() {
                    return Err(format!("node \"{node}\" not found"));
                }
                client.node = Some((*node).to_owned());
                rest
            }
            ["-n" | "--namespace", namespace, rest @ ..] => {
                client.namespace = (*namespace).to_owned();
                rest
            }
            [word, ..] => {
                let advice = closest(word, ["every", "on", "keeps-ip", "caches"])
                    .map_or_else(|| USAGE.to_owned(), |word| format!("did you mean {word}?"));
                return Err(format!("unexpected \"{}\"; {advice}", options.join(" ")));
            }
        };
    }
}

fn duration(text: &str) -> Result<u64, String> {
    let problem = || format!("\"{text}\" is not a duration; use, for example, 500ms, 2s, or 1m30s");
    match parse_duration(text).ok_or_else(problem)? {
        ms if ms <= limits::DURATION_MS => Ok(ms),
        _ => Err(format!("{text} is too long: {}", Limit::Duration.sentence())),
    }
}
