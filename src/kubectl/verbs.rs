//! The verbs: what is said to the API server, and what is done to machines and by clients.

use super::{Plan, clients, get, nodes};
use crate::api::*;
use crate::cluster::network::Request;
use crate::cluster::world::RunState;
use crate::cluster::{Cluster, Grace};
use crate::notation::closest;
use crate::sim::{Cascade, Command, NodeFault};

const KUBECTL_VERBS: [&str; 8] =
    ["apply", "scale", "delete", "get", "cordon", "uncordon", "drain", "taint"];
const FAULT_VERBS: [&str; 8] =
    ["kubectl", "crash", "fail", "node", "driver", "write", "read", "client"];
const FORCED: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been \
                      terminated. The resource may continue to run on the cluster indefinitely.\n";

/// The words of a line, apart: flags with their values, and the rest.
pub(super) struct Words<'a> {
    pub(super) plain: Vec<&'a str>,
    flags: Vec<(&'a str, &'a str)>,
}

impl<'a> Words<'a> {
    fn new(words: &[&'a str]) -> Words<'a> {
        let (mut plain, mut flags) = (Vec::new(), Vec::new());
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.strip_prefix("--").or(word.strip_prefix('-')) {
                Some(flag) if !flag.is_empty() => match flag.split_once('=') {
                    Some(pair) => flags.push(pair),
                    None if [
                        "n",
                        "namespace",
                        "o",
                        "output",
                        "replicas",
                        "grace-period",
                        "timeout",
                    ]
                    .contains(&flag) =>
                    {
                        flags.push((flag, words.next().unwrap_or(&"")));
                    }
                    None => flags.push((flag, "true")),
                },
                _ => plain.push(*word),
            }
        }
        Words { plain, flags }
    }

    pub(super) fn flag(&self, names: &[&str]) -> Option<&'a str> {
        self.flags.iter().find(|(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    fn namespace(&self) -> &'a str {
        self.flag(&["n", "namespace"]).unwrap_or(DEFAULT_NAMESPACE)
    }
}

/// A kubectl line, without its first word.
pub(super) fn kubectl(cluster: &Cluster, words: &[&str]) -> Plan {
    let Some((verb, rest)) = words.split_first() else {
        return Plan::print(format!("kubectl {} ...\n", KUBECTL_VERBS.join("|")));
    };
    let words = Words::new(rest);
    match *verb {
        "scale" => scale(cluster, &words),
        "delete" => delete(cluster, &words),
        "get" => get::get(
            cluster,
            &words.plain,
            words.namespace(),
            words.flag(&["o", "output"]) == Some("wide"),
        ),
        "cordon" | "uncordon" => nodes::cordon(cluster, &words, *verb == "cordon"),
        "drain" => nodes::drain(cluster, &words),
        "taint" => nodes::taint(cluster, &words),
        _ => {
            let advice = closest(verb, KUBECTL_VERBS).map_or_else(
                || format!("this page knows: {}", KUBECTL_VERBS.join(", ")),
                |verb| format!("Did you mean this?\n\t{verb}"),
            );
            Plan::refuse(format!("error: unknown command \"{verb}\" for \"kubectl\"\n\n{advice}"))
        }
    }
}

/// The objects that words such as `statefulset web`, `sts/web pod/web-0` name, each found or refused.
pub(super) fn named<'a>(words: &[&'a str], namespace: &str) -> Result<Vec<ObjectRef>, String> {
    let reference = |kind: Kind, name: &'a str| {
        let namespace = if kind.is_namespaced() { namespace } else { "" };
        ObjectRef::new(kind, &Key::new(namespace, name))
    };
    let unknown = |word: &str| format!("error: the server doesn't have a resource type \"{word}\"");
    let Some((first, rest)) = words.split_first() else {
        return Err("error: you must specify the type of resource".into());
    };
    if first.contains('/') {
        let pair = |word: &&'a str| {
            let (kind, name) = word.split_once('/').ok_or_else(|| unknown(word))?;
            Ok(reference(Kind::parse(kind).ok_or_else(|| unknown(kind))?, name))
        };
        return words.iter().map(pair).collect();
    }
    let kind = Kind::parse(first).ok_or_else(|| unknown(first))?;
    Ok(rest.iter().map(|name| reference(kind, name)).collect())
}

/// `Error from server (NotFound)`.
pub(super) fn not_found(reference: &ObjectRef) -> String {
    let kind = reference.kind;
    let group =
        kind.qualified().split_once('.').map_or_else(String::new, |(_, group)| format!(".{group}"));
    format!(
        "Error from server (NotFound): {}{group} \"{}\" not found",
        kind.plural(),
        reference.key.name()
    )
}

fn scale(cluster: &Cluster, words: &Words<'_>) -> Plan {
    let Some(text) = words.flag(&["replicas"]) else {
        return Plan::refuse("error: required flag(s) \"replicas\" not set");
    };
    let Ok(replicas) = text.parse::<i32>() else {
        return Plan::refuse(format!(
            "Error: invalid argument \"{text}\" for \"--replicas\" flag: strconv.ParseInt: parsing \"{text}\": invalid \
             syntax\nSee 'kubectl scale --help' for usage."
        ));
    };
    if replicas < 0 {
        return Plan::refuse(
            "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        );
    }
    let references = match named(&words.plain, words.namespace()) {
        Ok(references) if references.is_empty() => {
            return Plan::refuse("error: resource(s) were provided, but no name was specified");
        }
        Ok(references) => references,
        Err(message) => return Plan::refuse(message),
    };
    let mut plan = Plan::default();
    for reference in references {
        plan.add(match cluster.store.get(&reference) {
            None => Plan::refuse(not_found(&reference)),
            Some(_) if reference.kind.is_scalable() => {
                let (kind, name) = (reference.kind.qualified(), reference.key.name());
                let confirmation = format!("{kind}/{name} scaled\n");
                Plan::print(confirmation).with(Command::Scale(reference, replicas))
            }
            Some(_) => Plan::refuse(
                "Error from server (NotFound): the server could not find the requested resource",
            ),
        });
    }
    plan
}

fn delete(cluster: &Cluster, words: &Words<'_>) -> Plan {
    let is_forced = words.flag(&["force"]) == Some("true");
    let grace = match words.flag(&["grace-period"]).map(str::parse::<i64>) {
        None if is_forced => Grace::Seconds(0),
        None | Some(Ok(-1)) => Grace::Default,
        // As kubectl: without --force a grace period of 0 becomes 1.
        Some(Ok(0)) if !is_forced => Grace::Seconds(1),
        Some(Ok(seconds)) if seconds >= 0 => Grace::Seconds(seconds.unsigned_abs()),
        Some(_) => return Plan::refuse("error: --grace-period must be a number of seconds"),
    };
    let cascade = match words.flag(&["cascade"]) {
        None | Some("background" | "true") => Cascade::Background,
        Some("foreground") => Cascade::Foreground,
        Some("orphan" | "false") => Cascade::Orphan,
        Some(other) => {
            return Plan::refuse(format!(
                "error: invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
            ));
        }
    };
    let references = match named(&words.plain, words.namespace()) {
        Ok(references) if references.is_empty() && words.flag(&["all"]).is_none() => {
            return Plan::refuse("error: resource(s) were provided, but no name was specified");
        }
        Ok(references) if references.is_empty() => {
            let kind = words.plain.first().and_then(|word| Kind::parse(word));
            kind.map_or_else(Vec::new, |kind| {
                cluster.store.list(kind).iter().map(Object::reference).collect()
            })
        }
        Ok(references) => references,
        Err(message) => return Plan::refuse(message),
    };
    let mut plan = Plan::default();
    for reference in references {
        if cluster.store.get(&reference).is_none() {
            plan.add(Plan::refuse(not_found(&reference)));
            continue;
        }
        let (kind, name) = (reference.kind.qualified(), reference.key.name());
        let verb = if is_forced { "force deleted" } else { "deleted" };
        let confirmation = Plan::print(format!("{kind} \"{name}\" {verb}\n"));
        plan.add(confirmation.with(Command::Delete(reference, grace, cascade)));
    }
    if is_forced {
        plan.output.stderr.insert_str(0, FORCED);
    }
    plan
}

/// A line that is no kubectl line: faults of machines, requests of clients.
pub(super) fn fault(cluster: &Cluster, words: &[&str]) -> Plan {
    match words {
        ["crash", pod] => {
            on_pod(cluster, pod, "has no running container", |key| Command::Crash(key, None))
        }
        ["crash", pod, container] => {
            let container = (*container).to_owned();
            on_pod(cluster, pod, "has no running container", |key| {
                Command::Crash(key, Some(container))
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
        [] => Plan::default(),
        [verb, ..] => {
            let usage = match *verb {
                "crash" => "usage: crash POD [CONTAINER]".to_owned(),
                "fail" => "usage: fail POD".to_owned(),
                "node" => "usage: node NODE off|on|cut|heal".to_owned(),
                "driver" => "usage: driver NAME off|on".to_owned(),
                "write" => "usage: write NAME \"TEXT\"".to_owned(),
                "read" => "usage: read NAME".to_owned(),
                other => closest(other, FAULT_VERBS).map_or_else(
                    || format!("known are: {}", FAULT_VERBS.join(", ")),
                    |verb| format!("did you mean {verb}?"),
                ),
            };
            Plan::refuse(format!("error: cannot read \"{}\"; {usage}", words.join(" ")))
        }
    }
}

fn request(client: &str, host: &str, request: Request) -> Plan {
    let command = Command::Send(client.into(), DEFAULT_NAMESPACE.into(), host.into(), request);
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
        return Plan::refuse(not_found(&ObjectRef::new(Kind::Pod, &key)));
    };
    let run = cluster.world.runs.get(&pod.metadata.uid).filter(|run| cluster.world.is_alive(run));
    let is_running = run.is_some_and(|run| {
        run.containers.iter().any(|one| matches!(one.state, RunState::Running { .. }))
    });
    match is_running {
        true => Plan::print(String::new()).with(command(key)),
        false => Plan::refuse(format!("error: pod \"{name}\" {problem}")),
    }
}

fn on_driver(cluster: &Cluster, name: &str, on: bool) -> Plan {
    match cluster.world.drivers_off.contains(name) != on {
        true => {
            let state = if on { "on" } else { "off" };
            Plan::refuse(format!("error: driver \"{name}\" is {state} already"))
        }
        false => Plan::print(String::new()).with(Command::Driver(name.to_owned(), on)),
    }
}

fn on_node(cluster: &Cluster, name: &str, fault: &str) -> Plan {
    let Some(machine) = cluster.world.machine(name) else {
        return Plan::refuse(not_found(&ObjectRef::new(Kind::Node, &Key::new("", name))));
    };
    let (fault, is_so, state) = match fault {
        "off" => (NodeFault::Off, !machine.is_on, "is off already"),
        "on" => (NodeFault::On, machine.is_on, "is on already"),
        "cut" => (NodeFault::Cut, !machine.is_linked, "is cut off already"),
        "heal" => (NodeFault::Heal, machine.is_linked, "is connected already"),
        _ => {
            return Plan::refuse(format!(
                "error: \"{fault}\" is nothing a node can do; usage: node {name} off|on|cut|heal"
            ));
        }
    };
    match is_so {
        true => Plan::refuse(format!("error: node \"{name}\" {state}")),
        false => Plan::print(String::new()).with(Command::Node(name.to_owned(), fault)),
    }
}
