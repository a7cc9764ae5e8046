//! Faults of hosts and containers, and clients: lines that are no kubectl lines, in the second part of the program.

use super::requests::invalid;
use super::view::not_found;
use super::{Output, Plan, clients};
use crate::api::*;
use crate::cluster::world::RunState;
use crate::cluster::{Cluster, inside};
use crate::sim::{Command, NodeFault};

/// A request of a terminal outside of the cluster.
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

/// A line that asks for a fault, or is about a client.
pub(super) fn run(cluster: &Cluster, words: &[&str]) -> Plan {
    match words {
        ["crash", rest @ ..] => match crashed(rest) {
            Some((pod, container, code)) => crash(cluster, pod, container, code),
            None => invalid(words, "crash POD [CONTAINER] [--exit-code=N]"),
        },
        ["fail", pod] => on_pod(cluster, pod, "has not started", Command::Fail),
        ["fail", ..] => invalid(words, "fail POD"),
        ["node", name, fault] => on_node(cluster, name, fault),
        ["node", ..] => invalid(words, "node NODE off|shutdown|on|cut|heal"),
        ["driver", name, state @ ("on" | "off")] => on_driver(cluster, name, *state == "on"),
        ["driver", ..] => invalid(words, "driver NAME off|on"),
        ["client", rest @ ..] => clients::client(cluster, rest),
        ["curl" | "wget", _, ..] => fetch(cluster, words),
        [verb @ ("curl" | "wget")] => invalid(words, &format!("{verb} URL")),
        _ => Plan::default(),
    }
}

/// Ends a container of a pod, or the first one that runs.
fn crash(cluster: &Cluster, pod: &str, container: Option<&str>, code: Option<u8>) -> Plan {
    let key = Key::new(DEFAULT_NAMESPACE, pod.trim_start_matches("pod/"));
    let run = cluster.store.pods.get(&key);
    let run = run.and_then(|pod| cluster.world().runs.get(&pod.metadata.uid));
    if let (Some(run), Some(name)) = (run, container) {
        let pod = key.name();
        match run.containers.iter().find(|it| it.name == name) {
            // In the words of `kubectl exec -c` (`podcmd.FindOrDefaultContainerByName`).
            None => return Plan::refuse(format!("error: container {name} not found in pod {pod}")),
            Some(it) if !it.state.is_running() => {
                return Plan::refuse(format!(
                    "error: container {name} of pod {pod} is not running"
                ));
            }
            Some(_) => {}
        }
    }
    let container = container.map(str::to_owned);
    on_pod(cluster, pod, "has no running container", |pod| Command::Crash { pod, container, code })
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
