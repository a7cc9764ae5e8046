//! Connections: which pod a name and a port resolve to, and what listens there.

use super::super::dns;
use super::super::world::*;
use super::{Family, Inside, image};
use crate::api::json::Node as Tree;
use crate::api::*;
use crate::cluster::Cluster;
use std::rc::Rc;

/// The other end of a connection.
pub(super) struct Peer<'a> {
    /// The pod and its runtime state.
    pub(super) uid: Uid,
    pub(super) run: &'a PodRuntime,
    /// The container that listens.
    pub(super) spec: &'a Container,
    /// The port on which it listens.
    pub(super) port: u16,
}

/// Why a connection fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPeer {
    /// The name doesn't resolve.
    NoName,
    /// Nothing listens there.
    Refused,
    /// Nothing answers; the connection times out.
    Silent,
    /// A server of the control plane, which would answer.
    NotSimulated,
}

/// Whether a host is an IP address.
pub(super) fn is_address(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}

/// The IP addresses of a host, as resolved in a container.
pub(super) fn addresses(inside: &Inside<'_>, host: &str) -> Vec<String> {
    let (run, cluster) = (inside.run, inside.cluster);
    if is_address(host) {
        return vec![host.to_owned()];
    }
    if host == "localhost" {
        return vec!["127.0.0.1".into()];
    }
    // From /etc/hosts.
    if host == host_name(run) || host == full_name(run) {
        return vec![run.ip.clone()];
    }
    let found = dns::resolve(cluster, run.pod.namespace(), host, dns::RecordType::A).addresses;
    match cluster.store.node(host) {
        // The network of the nodes resolves their names.
        Some(node) if found.is_empty() => vec![node.internal_ip().to_owned()],
        _ => found,
    }
}

/// Chooses one of several, a different one each second. This replaces the random choice of a load balancer, because the
/// simulation must be deterministic.
fn one_of<T: Clone>(now: Time, all: &[T]) -> Option<T> {
    let turn = usize::try_from(now.0 / 1_000).unwrap_or(0);
    all.get(turn.checked_rem(all.len())?).cloned()
}

/// Connects to a port of a host.
pub(super) fn connect<'a>(inside: &Inside<'a>, host: &str, port: u16) -> Result<Peer<'a>, NoPeer> {
    let (cluster, now) = (inside.cluster, inside.now());
    let address = one_of(now, &addresses(inside, host)).ok_or(NoPeer::NoName)?;
    let from = inside.run.node.as_str();
    if address.starts_with("127.")
        || address == inside.run.ip && !inside.run.spec.is_set("hostNetwork")
    {
        return listener(inside.uid, inside.run, port);
    }
    let mut services = cluster.store.services.iter();
    if let Some(service) = services.find(|service| service.spec.cluster_ip == address) {
        let own = service.spec.ports.iter().find(|own| own.port == port).ok_or(NoPeer::Silent)?;
        return behind((cluster, now), service, own, (from, None));
    }
    if dns::BUILT_IN.iter().any(|own| own.address == address && own.has(port)) {
        return Err(NoPeer::NotSimulated);
    }
    match node_at(cluster, &address) {
        Some(node) if cluster.world.is_reachable(from, node) => on_node((cluster, now), node, port),
        Some(_) => Err(NoPeer::Silent),
        None => at(cluster, &address, from, port),
    }
}

/// The node with an address.
pub(super) fn node_at<'a>(cluster: &'a Cluster, address: &str) -> Option<&'a str> {
    let node = cluster.store.nodes.iter().find(|node| node.internal_ip() == address)?;
    Some(&node.metadata.name)
}

/// What listens on a port of a node: a Service with this node port, or a pod in the network of the node.
pub(super) fn on_node<'a>(
    (cluster, now): (&'a Cluster, Time),
    node: &str,
    port: u16,
) -> Result<Peer<'a>, NoPeer> {
    let ports = cluster.store.services.iter();
    let mut ports =
        ports.flat_map(|service| service.spec.ports.iter().map(move |own| (service, own)));
    let found = ports.find(|(_, own)| super::node_ports::of(own) == i64::from(port));
    if let Some((service, own)) = found {
        let policy = service.spec.other.get("externalTrafficPolicy").map_or("", Tree::as_text);
        let only = Some(node).filter(|_| policy == "Local");
        return behind((cluster, now), service, own, (node, only));
    }
    let pods = cluster.world.runs.on_node(node);
    let mut pods = pods.filter(|(_, run)| run.spec.is_set("hostNetwork"));
    pods.find_map(|(uid, run)| listener(*uid, run, port).ok()).ok_or(NoPeer::Refused)
}

/// What listens on a port of the pod with an address.
fn at<'a>(cluster: &'a Cluster, address: &str, from: &str, port: u16) -> Result<Peer<'a>, NoPeer> {
    let (uid, run) = cluster.world.run_at(address).ok_or(NoPeer::Silent)?;
    match cluster.world.is_reachable(from, &run.node) {
        true => listener(*uid, run, port),
        false => Err(NoPeer::Silent),
    }
}

/// What listens behind a port of a Service (`kube-proxy`), asked from a node; with `only`, on that node.
fn behind<'a>(
    (cluster, now): (&'a Cluster, Time),
    service: &Service,
    own: &ServicePort,
    (from, only): (&str, Option<&str>),
) -> Result<Peer<'a>, NoPeer> {
    let endpoints: &[Rc<Endpoint>] =
        cluster.store.slice_of(service).map_or(&[], |slice| &slice.endpoints);
    let local = |it: &&Rc<Endpoint>| only.is_none_or(|node| it.node_name == node);
    let mut able: Vec<&Rc<Endpoint>> =
        endpoints.iter().filter(local).filter(|it| it.ready).collect();
    if able.is_empty() {
        let ending = endpoints.iter().filter(local).filter(|it| it.serving && it.terminating);
        able = ending.collect();
    }
    let why = if only.is_some() { NoPeer::Silent } else { NoPeer::Refused };
    let chosen = one_of(now, &able).ok_or(why)?;
    let target = Some(own.other.to_tree().word("targetPort")).filter(|it| !it.is_empty());
    let pod = cluster.store.pods.named(&service.metadata.namespace, &chosen.target);
    let named = |name: &str| {
        let mut ports = pod?.spec.containers.iter().flat_map(|one| &one.ports);
        ports.find(|port| port.name == name).map(|port| port.container_port)
    };
    let target = target.map_or(Some(own.port), |it| it.parse().ok().or_else(|| named(&it)));
    at(cluster, &chosen.address, from, target.ok_or(NoPeer::Refused)?)
}

/// The container of a pod that listens on a port.
pub(super) fn listener(uid: Uid, run: &PodRuntime, port: u16) -> Result<Peer<'_>, NoPeer> {
    let is_running =
        |name: &str| run.containers.iter().any(|one| one.name == name && one.state.is_running());
    let is_open = |name: &str| {
        run.database
            .as_ref()
            .is_none_or(|database| database.member.container != name || database.is_open())
    };
    let listens = |spec: &&Container| {
        let declared = spec.ports.iter().any(|own| own.container_port == port);
        is_running(&spec.name)
            && is_open(&spec.name)
            && (declared
                || Family::of(&spec.image).ports().contains(&port)
                || image::greeting(&spec.image, port).is_some())
    };
    let all = run.spec.containers.iter().chain(&run.spec.init_containers);
    let spec = all.clone().find(listens).ok_or(NoPeer::Refused)?;
    Ok(Peer { uid, run, spec, port })
}

/// The host name of a pod.
pub(super) fn host_name(run: &PodRuntime) -> &str {
    match () {
        // `GeneratePodHostNameAndDomain` of pkg/kubelet
        () if run.spec.is_set("hostNetwork") => &run.node,
        () if run.spec.hostname.is_empty() => run.pod.name(),
        () => &run.spec.hostname,
    }
}

/// The FQDN of a pod with a subdomain, or the host name of another pod.
pub(super) fn full_name(run: &PodRuntime) -> String {
    match run.spec.subdomain.as_str() {
        "" => host_name(run).to_owned(),
        service => {
            format!("{}.{service}.{}.svc.cluster.local", host_name(run), run.pod.namespace())
        }
    }
}
