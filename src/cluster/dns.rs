//! Names: what CoreDNS answers, and what a resolver in a pod makes of it (S21 to S23).
//!
//! Follows the Kubernetes DNS specification (`kubernetes/dns`, docs/specification.md), CoreDNS's
//! `plugin/kubernetes` where that leaves a choice (a headless Service without a Ready pod does not exist:
//! NXDOMAIN), and the `resolv.conf` that a kubelet writes: a search path, and `ndots:5`. CoreDNS keeps no
//! answers for `cluster.local`, as kubeadm sets it up since v1.32; the timings `dns-cache` and
//! `dns-negative-cache` let it, as older clusters do. Left out: IPv6, reverse lookups, ExternalName.

use super::*;
use std::borrow::Cow;

/// The zone of the cluster.
const ZONE: &str = ".svc.cluster.local";
/// How long an answer may be kept, in seconds: `ttl 30` in the Corefile that kubeadm writes.
pub const TTL_SECONDS: u64 = 30;
/// A name with fewer dots is tried below the search path first.
const NDOTS: usize = 5;

/// A Service that every cluster has and that is not stored: what runs behind it is part of the control plane.
pub struct BuiltIn {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its cluster IP.
    pub address: &'static str,
    ports: &'static [(&'static str, &'static str, u16)],
}

impl BuiltIn {
    /// Its full name.
    pub fn full_name(&self) -> String {
        format!("{}.{}{ZONE}", self.name, self.namespace)
    }

    /// Whether it has a port.
    pub fn has(&self, port: u16) -> bool {
        self.ports.iter().any(|(_, _, own)| *own == port)
    }
}

/// The Services of the API server and of the DNS server, with the addresses and ports that kubeadm gives them.
pub const BUILT_IN: [BuiltIn; 2] = [
    BuiltIn {
        namespace: "default",
        name: "kubernetes",
        address: "10.96.0.1",
        ports: &[("https", "tcp", 443)],
    },
    BuiltIn {
        namespace: "kube-system",
        name: "kube-dns",
        address: "10.96.0.10",
        ports: &[("dns", "udp", 53), ("dns-tcp", "tcp", 53), ("metrics", "tcp", 9153)],
    },
];

/// What a name server is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// Addresses.
    A,
    /// Ports, and the names behind which they are.
    Srv,
}

/// What a lookup leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The full name that is answered for; if none exists, the first that was tried.
    pub name: String,
    /// Whether there is such a name; `NXDOMAIN` if not.
    pub exists: bool,
    /// The addresses, in the order of the slices.
    pub addresses: Vec<String>,
    /// For SRV: the names that stand for the addresses, and a port each.
    pub services: Vec<ServiceRecord>,
    /// Until when CoreDNS repeats this answer, whatever happens, if it kept it.
    pub kept_until: Option<Time>,
}

/// An SRV record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRecord {
    /// The full name of the pod, or of the Service if it has an address of its own.
    pub target: String,
    /// The port.
    pub port: u16,
}

/// Whether pods with these labels have DNS names in this Service: it exists and selects them. It need not be headless,
/// as CoreDNS answers for the host names in its slices (`plugin/kubernetes/kubernetes.go: findServices`).
pub fn gives_names(store: &Store, namespace: &str, service: &str, labels: &Labels) -> bool {
    store.services.named(namespace, service).is_some_and(|service| {
        let selector = &service.spec.selector;
        !selector.is_empty() && includes(labels, selector)
    })
}

/// What a resolver in `namespace` gets for a name, in full (with or without the last dot) or shorter by
/// the search path, at this instant.
pub fn resolve(cluster: &ControlPlane, namespace: &str, name: &str, kind: RecordType) -> Answer {
    walk(namespace, name, |name| ask(cluster, name, kind))
}

/// As [`resolve`], for a client on a node or outside all; CoreDNS keeps the answers if it is set up to.
/// None if no name server can be reached: CoreDNS runs where the control plane is.
pub fn look_up(
    step: &mut WorldStep<'_>,
    node: Option<&str>,
    namespace: &str,
    name: &str,
) -> Option<Answer> {
    let (cluster, now, timings) = (step.cluster, step.now(), step.timings());
    if node.is_some_and(|node| !cluster.world.is_heard(node)) {
        return None;
    }
    let mut kept = Vec::new();
    let answer = walk(namespace, name, |name| {
        let answer = ask(cluster, name, RecordType::A);
        let keep_ms = if answer.exists { timings.dns_cache_ms } else { timings.dns_negative_ms };
        if keep_ms > 0 && answer.kept_until.is_none() && name.ends_with(ZONE) {
            let kept_until = Some(now.plus(keep_ms));
            kept.push((name.to_owned(), Rc::new(Answer { kept_until, ..answer.clone() })));
        }
        answer
    });
    if !kept.is_empty() {
        step.update_controller_state(move |state| {
            let answers = Rc::make_mut(&mut state.dns_answers);
            answers.retain(|_, answer| answer.kept_until.is_some_and(|until| until > now));
            answers.extend(kept);
        });
    }
    Some(answer)
}

/// How long an answer is still cached, in whole seconds.
pub fn time_left(cluster: &ControlPlane, until: Time) -> Duration {
    Duration::seconds(until.since(cluster.now).div_ceil(1000))
}

/// Why a name does not resolve.
pub fn why_not(cluster: &ControlPlane, namespace: &str, name: &str) -> Detail {
    let answer = resolve(cluster, namespace, name, RecordType::A);
    if let Some(until) = answer.kept_until {
        return Detail::CachedAnswer { left: time_left(cluster, until) };
    }
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or("");
    let (service, namespace) = parts
        .next()
        .map_or((first, namespace), |service| (service, parts.next().unwrap_or(namespace)));
    match cluster.store.services.named(namespace, service) {
        None if BUILT_IN.iter().any(|own| own.namespace == namespace && own.name == service) => {
            Detail::NoSuchPod { service: service.to_owned(), pod: first.to_owned() }
        }
        None => Detail::NoService { service: service.to_owned() },
        Some(_) if service == first => Detail::NoPodReady {},
        Some(service) => {
            let (name, pod) = (service.metadata.name.clone(), first.to_owned());
            let found = cluster.store.pods.named(namespace, first);
            match found.map(|pod| pod.spec.subdomain.as_str()) {
                Some("") => Detail::NoSubdomain { pod },
                Some(other) if other != name => {
                    Detail::OtherSubdomain { pod, subdomain: other.to_owned() }
                }
                _ if service.spec.publish_not_ready_addresses => {
                    Detail::NoSuchPod { service: name, pod }
                }
                _ => Detail::PodNotReady { service: name, pod },
            }
        }
    }
}

/// Until when CoreDNS gives another answer for a full name than the one that is so now.
pub fn kept(cluster: &ControlPlane, name: &str) -> Option<Time> {
    let until = cluster.controller_state.dns_answers.get(name)?.kept_until?;
    (until > cluster.now).then_some(until)
}

/// Tries the names of the search path, one after the other, until one exists.
fn walk(namespace: &str, name: &str, mut ask: impl FnMut(&str) -> Answer) -> Answer {
    if let Some(full) = name.strip_suffix('.') {
        return ask(full);
    }
    let mut tried: Option<Answer> = None;
    let below = [format!(".{namespace}{ZONE}"), ZONE.into(), ".cluster.local".into()];
    let mut names: Vec<String> = below.iter().map(|suffix| format!("{name}{suffix}")).collect();
    let place = if name.matches('.').count() < NDOTS { names.len() } else { 0 };
    names.insert(place, name.to_owned());
    for name in names {
        let answer = ask(&name);
        if answer.exists {
            return answer;
        }
        tried.get_or_insert(answer);
    }
    tried.unwrap_or_default()
}

/// What CoreDNS answers for one full name: what it kept, or what is so now.
fn ask(cluster: &ControlPlane, name: &str, kind: RecordType) -> Answer {
    let kept = cluster.controller_state.dns_answers.get(name).filter(|answer| {
        kind == RecordType::A && answer.kept_until.is_some_and(|until| until > cluster.now)
    });
    kept.map_or_else(|| find(cluster, name, kind), |answer| Answer::clone(answer))
}

/// `findServices` of CoreDNS: `[pod.]service.namespace.svc.cluster.local`, or `_port._protocol` before it.
fn find(cluster: &ControlPlane, name: &str, kind: RecordType) -> Answer {
    let mut answer = Answer { name: name.to_owned(), ..Answer::default() };
    let mut parts = name.strip_suffix(ZONE).unwrap_or("").rsplit('.');
    let (namespace, service) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let Some(service) = cluster.store.services.named(namespace, service) else {
        let is_asked = |own: &&BuiltIn| own.namespace == namespace && own.name == service;
        let labels: Vec<&str> = parts.collect();
        if let Some(own) = BUILT_IN.iter().find(is_asked) {
            find_built_in(&mut answer, own, &labels, kind);
        }
        return answer;
    };
    let (endpoint, port) = match (parts.next(), parts.next(), parts.next()) {
        (Some(protocol), Some(port), None) if protocol.starts_with('_') => {
            ("", Some((port.trim_start_matches('_'), protocol.trim_start_matches('_'))))
        }
        (endpoint, None, None) => (endpoint.unwrap_or(""), None),
        _ => return answer,
    };
    let is_asked = |own: &&ServicePort| {
        let protocol = if own.protocol.is_empty() { "tcp" } else { own.protocol.as_str() };
        port.is_none_or(|(name, kind)| own.name == name && protocol.eq_ignore_ascii_case(kind))
    };
    let ports: Vec<u16> = service.spec.ports.iter().filter(is_asked).map(|own| own.port).collect();
    if port.is_some() && ports.is_empty() {
        return answer;
    }
    let full = format!("{}.{namespace}{ZONE}", service.metadata.name);
    let mut add = |host: Option<&str>, address: &str| {
        answer.exists = true;
        match kind {
            RecordType::A => answer.addresses.push(address.to_owned()),
            RecordType::Srv => answer.services.extend(ports.iter().map(|port| ServiceRecord {
                target: host.map_or_else(|| full.clone(), |host| format!("{host}.{full}")),
                port: *port,
            })),
        }
    };
    if service.is_headless() || !endpoint.is_empty() {
        for (host, address) in published(cluster, service) {
            if endpoint.is_empty() || endpoint == host {
                add(Some(&host), address);
            }
        }
    } else if !service.spec.cluster_ip.is_empty() {
        add(None, &service.spec.cluster_ip);
    }
    answer
}

/// What CoreDNS answers for a built-in Service; `labels` are those before its name, the last one first.
fn find_built_in(answer: &mut Answer, own: &BuiltIn, labels: &[&str], kind: RecordType) {
    let is_asked = |(name, protocol): (&str, &str)| match labels {
        [] => true,
        [asked_protocol, asked] => {
            *asked_protocol == format!("_{protocol}") && *asked == format!("_{name}")
        }
        _ => false,
    };
    let ports = own.ports.iter().filter(|(name, protocol, _)| is_asked((name, protocol)));
    let ports: Vec<u16> = ports.map(|(_, _, port)| *port).collect();
    answer.exists = !ports.is_empty();
    match kind {
        RecordType::A if answer.exists => answer.addresses.push(own.address.into()),
        RecordType::A => {}
        RecordType::Srv => answer.services.extend(
            ports.iter().map(|port| ServiceRecord { target: own.full_name(), port: *port }),
        ),
    }
}

/// The endpoints of a Service that DNS tells of, with the host name of each: its own, or one made of its address.
fn published<'a>(
    cluster: &'a ControlPlane,
    service: &'a Service,
) -> impl Iterator<Item = (Cow<'a, str>, &'a str)> {
    let endpoints = cluster.store.slice_of(service).map_or(&[][..], |slice| &slice.endpoints);
    endpoints.iter().filter(|endpoint| endpoint.ready).map(|endpoint| {
        let host = match endpoint.hostname.as_str() {
            "" => Cow::Owned(endpoint.address.replace('.', "-")),
            name => Cow::Borrowed(name),
        };
        (host, endpoint.address.as_str())
    })
}
