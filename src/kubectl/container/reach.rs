//! Verbs that reach into containers from outside: `cp`, `port-forward`, `top`.

use super::super::{Call, Plan};
use super::pod;
use crate::api::*;

/// `kubectl top`: there is no metrics server.
pub(in super::super) fn top(call: &Call<'_>) -> Plan {
    let is_known = |word: &&str| ["pod", "pods", "po", "node", "nodes", "no"].contains(word);
    match call.words.plain.first() {
        Some(word) if !is_known(word) && call.view.is_recent() => {
            return Plan::refuse(format!(
                "error: unknown command \"{word}\"\nSee 'kubectl top -h' for help and examples"
            ));
        }
        None if call.view.is_recent() => return Plan::print(call.verb.help()),
        _ => {}
    }
    if call.words.flag("sort-by").is_some_and(|key| !["", "cpu", "memory"].contains(&key)) {
        return Plan::refuse("error: --sort-by accepts only cpu or memory");
    }
    let mut plan = Plan::refuse("error: Metrics API not available");
    plan.output.advice =
        "the cluster has no metrics server: how much its containers use is not simulated\n".into();
    plan
}

/// `kubectl port-forward POD [LOCAL:]REMOTE`.
pub(in super::super) fn port_forward(call: &Call<'_>) -> Plan {
    let usage = "See 'kubectl port-forward -h' for help and examples";
    let Some((word, ports)) = call.words.plain.split_first().filter(|(_, ports)| !ports.is_empty())
    else {
        return Plan::refuse(format!(
            "error: TYPE/NAME and list of ports are required for port-forward\n{usage}"
        ));
    };
    let found = match pod(call, word) {
        Ok(pod) => pod,
        Err(message) => return Plan::refuse(message),
    };
    if found.status.phase != PodPhase::Running {
        let phase = found.status.phase.name();
        return Plan::refuse(format!(
            "error: unable to forward port because pod is not running. Current status={phase}"
        ));
    }
    let service =
        word.split_once('/').filter(|(kind, _)| ["svc", "service", "services"].contains(kind));
    let service = service
        .and_then(|(_, name)| call.view.cluster.store.services.named(call.namespace(), name));
    let mut text = String::new();
    for port in ports {
        let (local, remote) = port.split_once(':').unwrap_or((port, port));
        let (Some(mut local), Some(remote)) =
            (number(local, remote), target(service.map(|it| &**it), found, remote))
        else {
            return Plan::refuse(match service {
                Some(service) => format!(
                    "error: Service {} does not have a service port {remote}",
                    service.metadata.name
                ),
                None => format!(
                    "error: Pod '{}' does not have a named port '{remote}'",
                    found.metadata.name
                ),
            });
        };
        if local == 0 {
            local = 40_000 + remote % 20_000;
        }
        text += &format!(
            "Forwarding from 127.0.0.1:{local} -> {remote}\nForwarding from [::1]:{local} -> {remote}\n"
        );
    }
    let mut plan = Plan::print(text);
    plan.output.advice = "a browser cannot reach a simulated pod; send a request from inside the cluster: kubectl exec POD -- curl http://NAME:PORT\n".into();
    plan
}

/// A local port; for a name, the remote port.
fn number(local: &str, remote: &str) -> Option<u16> {
    if local.is_empty() {
        Some(0)
    } else {
        local.parse().ok().or_else(|| (local == remote).then_some(0))
    }
}

/// The container port that a Service port or a port name refers to.
fn target(service: Option<&Service>, pod: &Pod, remote: &str) -> Option<u16> {
    let named = |name: &str| {
        let mut ports = pod.spec.containers.iter().flat_map(|one| &one.ports);
        ports.find(|port| port.name == name).map(|port| port.container_port)
    };
    let Some(service) = service else { return remote.parse().ok().or_else(|| named(remote)) };
    let number = remote.parse::<u16>().ok();
    let own =
        service.spec.ports.iter().find(|own| Some(own.port) == number || own.name == remote)?;
    let target = own.other.to_tree().word("targetPort");
    if target.is_empty() { Some(own.port) } else { target.parse().ok().or_else(|| named(&target)) }
}

/// `kubectl cp`, which needs the files of a terminal.
pub(in super::super) fn copy(_: &Call<'_>) -> Plan {
    let mut plan = Plan::refuse("error: kubectl cp needs a terminal");
    plan.output.advice =
        "there are no files here: write to the container with kubectl exec -i POD -- tee PATH <<EOF\n".into();
    plan
}
