//! Connections: which pod a name and a port resolve to, and what listens there.

use super::super::dns;
use super::super::world::*;
use super::{Family, Inside, image};
use crate::api::*;
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
    dns::resolve(cluster, run.pod.namespace(), host, dns::RecordType::A).addresses
}

/// Chooses one of several, a different one each second. This replaces the random choice of a load balancer, because the
/// simulation must be deterministic.
fn one_of<T: Clone>(inside: &Inside<'_>, all: &[T]) -> Option<T> {
    let turn = usize::try_from(inside.now().0 / 1_000).unwrap_or(0);
    all.get(turn.checked_rem(all.len())?).cloned()
}

/// Connects to a port of a host.
pub(super) fn connect<'a>(inside: &Inside<'a>, host: &str, port: u16) -> Result<Peer<'a>, NoPeer> {
    let cluster = inside.cluster;
    let address = one_of(inside, &addresses(inside, host)).ok_or(NoPeer::NoName)?;
    if address.starts_with("127.") || address == inside.run.ip {
        return listener(inside.uid, inside.run, port);
    }
    let mut services = cluster.store.services.iter();
    let (address, port) = match services.find(|service| service.spec.cluster_ip == address) {
        Some(service) => behind(inside, service, port)?,
        None => (address, port),
    };
    let (uid, run) = cluster.world.run_at(&address).ok_or(NoPeer::Silent)?;
    match cluster.world.is_reachable(&inside.run.node, &run.node) {
        true => listener(*uid, run, port),
        false => Err(NoPeer::Silent),
    }
}

/// The address and port of a pod behind a Service (`kube-proxy`).
fn behind(inside: &Inside<'_>, service: &Service, port: u16) -> Result<(String, u16), NoPeer> {
    let cluster = inside.cluster;
    let own = service.spec.ports.iter().find(|own| own.port == port).ok_or(NoPeer::Silent)?;
    let endpoints: &[Rc<Endpoint>] =
        cluster.store.slice_of(service).map_or(&[], |slice| &slice.endpoints);
    let mut able: Vec<&Rc<Endpoint>> = endpoints.iter().filter(|it| it.ready).collect();
    if able.is_empty() {
        able = endpoints.iter().filter(|it| it.serving && it.terminating).collect();
    }
    let chosen = one_of(inside, &able).ok_or(NoPeer::Refused)?;
    let target = Some(own.other.to_tree().word("targetPort")).filter(|it| !it.is_empty());
    let pod = cluster.store.pods.named(&service.metadata.namespace, &chosen.target);
    let named = |name: &str| {
        let mut ports = pod?.spec.containers.iter().flat_map(|one| &one.ports);
        ports.find(|port| port.name == name).map(|port| port.container_port)
    };
    let target = target.map_or(Some(port), |it| it.parse().ok().or_else(|| named(&it)));
    Ok((chosen.address.clone(), target.ok_or(NoPeer::Refused)?))
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
    if run.spec.hostname.is_empty() { run.pod.name() } else { &run.spec.hostname }
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
