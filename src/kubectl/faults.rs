//! Lines that are no kubectl lines: faults of hosts, requests of clients.

use super::view::not_found;
use super::{Output, Plan, clients};
use crate::api::*;
use crate::cluster::network::Request;
use crate::cluster::world::RunState;
use crate::cluster::{Cluster, inside};
use crate::later::{self, later};
use crate::notation::closest;
use crate::sim::{Command, NodeFault};

/// The first words of lines.
pub(super) const VERBS: [&str; 9] =
    ["kubectl", "crash", "fail", "node", "driver", "write", "read", "client", "curl"];

later! {
    /// A request of a terminal outside of the cluster.
    static FETCH: fn(&Cluster, &[&str]) -> Plan = fetch;
}

fn fetch(cluster: &Cluster, words: &[&str]) -> Plan {
    let ran = inside::from_outside(cluster, words);
    let output = Output {
        stdout: ran.stdout,
        stderr: ran.stderr,
        exit: ran.exit,
        advice: ran.advice,
        ..Output::default()
    };
    Plan { commands: Vec::new(), output }
}

/// A line that is no kubectl line: faults of hosts, requests of clients.
pub(super) fn run(cluster: &Cluster, words: &[&str]) -> Plan {
    match words {
        ["crash", rest @ ..] if crashed(rest).is_some() => {
            let (pod, container, code) = crashed(rest).unwrap_or_default();
            let container = container.map(str::to_owned);
            on_pod(cluster, pod, "has no running container", |pod| Command::Crash {
                pod,
                container,
                code,
            })
        }
        ["fail", pod] => on_pod(cluster, pod, "has not started", Command::Fail),
        ["node", name, fault] => on_node(cluster, name, fault),
        ["driver", name, state @ ("on" | "off")] => on_driver(cluster, name, *state == "on"),
        ["write", host, text @ ..] if !text.is_empty() => {
            request("writer", host, Request::Write(text.join(" ")))
        }
        ["read", host] => request("reader", host, Request::Read),
        ["client", rest @ ..] => clients::client(cluster, rest),
        ["curl" | "wget", _, ..] => match FETCH.get() {
            Some(fetch) => fetch(cluster, words),
            None => Plan::refuse(later::MISSING),
        },
        [] => Plan::default(),
        [verb, ..] => {
            let line = words.join(" ");
            let usage = match *verb {
                "crash" => "usage: crash POD [CONTAINER] [--exit-code=N]".to_owned(),
                "fail" => "usage: fail POD".to_owned(),
                "node" => "usage: node NODE off|shutdown|on|cut|heal".to_owned(),
                "driver" => "usage: driver NAME off|on".to_owned(),
                "write" => "usage: write NAME \"TEXT\"".to_owned(),
                "read" => "usage: read NAME".to_owned(),
                "curl" | "wget" => format!("usage: {verb} URL"),
                other => {
                    let advice = closest(other, VERBS).map_or_else(
                        || format!("Try: {}", VERBS.join(", ")),
                        |verb| format!("Did you mean {verb}?"),
                    );
                    return Plan::refuse(format!("error: unknown command \"{line}\". {advice}"));
                }
            };
            Plan::refuse(format!("error: invalid command \"{line}\"; {usage}"))
        }
    }
}

/// The words after `crash`: the pod, the container, the exit code.
fn crashed<'a>(words: &[&'a str]) -> Option<(&'a str, Option<&'a str>, Option<u8>)> {
    match words {
        [pod, container @ .., "--exit-code", code] if container.len() <= 1 => {
            Some((pod, container.first().copied(), Some(code.parse().ok()?)))
        }
        [pod, container @ .., option] if option.starts_with("--") && container.len() <= 1 => {
            let code = option.strip_prefix("--exit-code=")?;
            Some((pod, container.first().copied(), Some(code.parse().ok()?)))
        }
        [pod, container @ ..] if container.len() <= 1 => {
            Some((pod, container.first().copied(), None))
        }
        _ => None,
    }
}

fn request(client: &str, host: &str, request: Request) -> Plan {
    let (client, namespace, host) = (client.into(), DEFAULT_NAMESPACE.into(), host.into());
    let command = Command::Send { client, namespace, host, request };
    Plan::print(String::new()).with(command)
}

fn on_pod(
    cluster: &Cluster,
    name: &str,
    problem: &str,
    command: impl FnOnce(Key) -> Command,
) -> Plan {
    let key = Key::new(DEFAULT_NAMESPACE, name.trim_start_matches("pod/"));
    let Some(pod) = cluster.store.pods.get(&key) else {
        return Plan::refuse(not_found(Kind::Pod, key.name()));
    };
    let run =
        cluster.world().runs.get(&pod.metadata.uid).filter(|run| cluster.world().is_alive(run));
    let is_running = run.is_some_and(|run| {
        run.containers.iter().any(|one| matches!(one.state, RunState::Running { .. }))
    });
    match is_running {
        true => Plan::print(String::new()).with(command(key)),
        false => Plan::refuse(format!("error: pod \"{name}\" {problem}")),
    }
}

fn on_driver(cluster: &Cluster, name: &str, on: bool) -> Plan {
    match cluster.world().stopped_drivers.contains(name) != on {
        true => {
            let state = if on { "on" } else { "off" };
            Plan::refuse(format!("error: driver \"{name}\" is already {state}"))
        }
        false => {
            Plan::print(String::new()).with(Command::Driver { name: name.to_owned(), runs: on })
        }
    }
}

fn on_node(cluster: &Cluster, name: &str, fault: &str) -> Plan {
    let Some(machine) = cluster.world().machine(name) else {
        return Plan::refuse(not_found(Kind::Node, name));
    };
    let (fault, is_so, state) = match fault {
        "off" => (NodeFault::Off, !machine.is_on && !machine.boots, "is already off"),
        "shutdown" => (
            NodeFault::Shutdown,
            !machine.is_on || machine.shuts_down,
            "is off or already shutting down",
        ),
        "on" => (NodeFault::On, machine.is_on || machine.boots, "is already on"),
        "cut" => (NodeFault::Cut, !machine.is_linked, "already has no network"),
        "heal" => (NodeFault::Heal, machine.is_linked, "is already connected"),
        _ => {
            return Plan::refuse(format!(
                "error: unknown node action \"{fault}\"; usage: node {name} off|shutdown|on|cut|heal"
            ));
        }
    };
    match is_so {
        true => Plan::refuse(format!("error: node \"{name}\" {state}")),
        false => Plan::print(String::new()).with(Command::Node(name.to_owned(), fault)),
    }
}
