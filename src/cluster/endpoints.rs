//! The addresses behind Services (S21 to S23).
//!
//! Follows `pkg/controller/endpointslice`: each Service with a selector has one slice with every pod
//! that has an address; a pod that is not Ready stays listed, as not ready. Left out: topology hints,
//! several slices for large Services, IPv6.

use super::memo::OfPod;
use super::*;

/// The label of the slices of headless Services (`v1.IsHeadlessService`).
const HEADLESS_LABEL: &str = "service.kubernetes.io/headless";

/// A pod of a Service's namespace, and its endpoint if it has one.
#[derive(Clone, Debug)]
pub struct Seen {
    pod: Rc<Pod>,
    endpoint: Option<Rc<Endpoint>>,
}

impl OfPod for Seen {
    fn pod(&self) -> &Rc<Pod> {
        &self.pod
    }
}

/// Brings the slice of a Service up to date, or removes it with its Service.
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(service) = step.cluster.store.services.get(key).cloned() else {
        return remove(step, key);
    };
    let is_same = |other: &Service| other.spec == service.spec;
    let mut known = step.cluster.controller_state.endpoints.of(key, is_same);
    if service.spec.selector.is_empty() {
        return;
    }
    let old = step.cluster.store.slice_of(&service);
    let before: &[Rc<Endpoint>] = old.map_or(&[], |slice| &slice.endpoints);
    let pods = step.cluster.store.pods.in_namespace(key.namespace());
    let mut memo = Vec::with_capacity(before.len() + 1);
    memo.extend(pods.map(|pod| match known.take(pod) {
        Some(seen) => seen.clone(),
        None => Seen { pod: pod.clone(), endpoint: find(before, pod, &service) },
    }));
    let mut endpoints = Vec::with_capacity(memo.len());
    endpoints.extend(memo.iter().filter_map(|seen| seen.endpoint.clone()));
    tell(step, &service, before, &endpoints);
    match old {
        Some(slice) if slice.endpoints == endpoints && slice.ports == service.spec.ports => {}
        Some(slice) => {
            let ports = service.spec.ports.clone();
            step.update(EndpointSlice { endpoints, ports, ..EndpointSlice::clone(slice) });
        }
        None => create(step, &service, endpoints),
    }
    let key = key.clone();
    step.update_controller_state(move |state| state.endpoints.set(key, service, memo));
}

/// The endpoint of a pod, reusing the old one if it didn't change; `None` if the Service doesn't include the pod.
fn find(before: &[Rc<Endpoint>], pod: &Pod, service: &Service) -> Option<Rc<Endpoint>> {
    if pod.status.pod_ip.is_empty()
        || pod.is_finished()
        || !includes(&pod.metadata.labels, &service.spec.selector)
    {
        return None;
    }
    // Endpoints are sorted by pod name.
    let old = before.binary_search_by(|old| old.target.cmp(&pod.metadata.name));
    let old = old.ok().and_then(|place| before.get(place));
    let current = old.filter(|old| is_current(old, pod, service));
    Some(current.cloned().unwrap_or_else(|| Rc::new(endpoint(pod, service))))
}

fn endpoint(pod: &Pod, service: &Service) -> Endpoint {
    let serving = pod.is_ready();
    let terminating = pod.metadata.is_terminating();
    Endpoint {
        address: pod.status.pod_ip.clone(),
        hostname: hostname(pod, service).to_owned(),
        node_name: pod.spec.node_name.clone(),
        zone: String::new(),
        target: pod.metadata.name.clone(),
        target_uid: pod.metadata.uid,
        ready: serving && !terminating || service.spec.publish_not_ready_addresses,
        serving,
        terminating,
    }
}

/// The host name of a pod below the Service's name, empty if it has none.
fn hostname<'a>(pod: &'a Pod, service: &Service) -> &'a str {
    if pod.spec.subdomain == service.metadata.name { &pod.spec.hostname } else { "" }
}

/// The labels of a slice (`setEndpointSliceLabels`).
fn labels(service: &Service) -> Labels {
    let name = (SERVICE_NAME_LABEL.to_owned(), service.metadata.name.clone());
    let headless = service.is_headless().then(|| (HEADLESS_LABEL.to_owned(), String::new()));
    [name].into_iter().chain(headless).collect()
}

/// Whether an endpoint is what [`endpoint`] makes of its pod.
fn is_current(old: &Endpoint, pod: &Pod, service: &Service) -> bool {
    let serving = pod.is_ready();
    let terminating = pod.metadata.is_terminating();
    let ready = serving && !terminating || service.spec.publish_not_ready_addresses;
    (old.ready, old.serving, old.terminating) == (ready, serving, terminating)
        && old.target_uid == pod.metadata.uid
        && old.address == pod.status.pod_ip
        && old.node_name == pod.spec.node_name
        && old.hostname == hostname(pod, service)
}

/// The address of a random pod behind a cluster IP; any other address is returned as it is. As kube-proxy
/// does it: a Ready pod, or, where there is none, one that is going and still serves (`CategorizeEndpoints`).
pub fn behind(step: &mut Step<'_>, address: &str) -> Option<String> {
    let cluster = step.cluster;
    let mut services = cluster.store.services.iter();
    let Some(service) = services.find(|service| service.spec.cluster_ip == address) else {
        return Some(address.to_owned());
    };
    let endpoints = &cluster.store.slice_of(service)?.endpoints;
    let mut able: Vec<_> = endpoints.iter().filter(|endpoint| endpoint.ready).collect();
    if able.is_empty() {
        able.extend(endpoints.iter().filter(|endpoint| endpoint.serving && endpoint.terminating));
    }
    let chosen = step.random(Stream::Network, able.len() as u64);
    able.get(usize::try_from(chosen).unwrap_or(0)).map(|endpoint| endpoint.address.clone())
}

fn create(step: &mut Step<'_>, service: &Service, endpoints: Vec<Rc<Endpoint>>) {
    let suffix = step.random(Stream::Identity, 1 << 20);
    let metadata = ObjectMeta {
        name: format!("{}-{suffix:05x}", service.metadata.name),
        namespace: service.metadata.namespace.clone(),
        labels: labels(service),
        ..ObjectMeta::default()
    };
    step.create(EndpointSlice { metadata, endpoints, ports: service.spec.ports.clone() });
}

fn remove(step: &mut Step<'_>, key: &Key) {
    if step.cluster.controller_state.endpoints.has(key) {
        let key = key.clone();
        step.update_controller_state(move |state| state.endpoints.remove(&key));
    }
    let slices = step.cluster.store.slices.in_namespace(key.namespace());
    let is_orphan = |slice: &&Rc<EndpointSlice>| {
        label(&slice.metadata.labels, SERVICE_NAME_LABEL) == Some(key.name())
    };
    for slice in slices.filter(is_orphan) {
        let is_headless = slice.metadata.labels.contains_key(HEADLESS_LABEL);
        let named = slice.endpoints.iter().filter(|it| is_headless && is_named(it));
        let names = named.map(|endpoint| format!("{}.{}", endpoint.hostname, key.name()));
        for name in names.chain([key.name().to_owned()]) {
            let cached = cached(step.cluster, &name, key.namespace());
            let subject = Subject::Name(name.clone());
            step.record_event(subject, None, Reason::RecordRemoved { name, cached });
        }
        step.delete(Kind::EndpointSlice, &slice.metadata, Grace::Default);
    }
}

/// The endpoints of each of two lists that the other does not share.
fn difference<'a>(
    old: &'a [Rc<Endpoint>],
    new: &'a [Rc<Endpoint>],
) -> (Vec<&'a Rc<Endpoint>>, Vec<&'a Rc<Endpoint>>) {
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    let mut rest = new.iter().peekable();
    for one in old {
        // Most stand at the same place in both.
        if rest.next_if(|other| Rc::ptr_eq(one, other)).is_some() {
            continue;
        }
        while let Some(other) = rest.next_if(|other| other.target < one.target) {
            come.push(other);
        }
        match rest.next_if(|other| other.target == one.target) {
            Some(other) if Rc::ptr_eq(one, other) => {}
            other => {
                gone.push(one);
                come.extend(other);
            }
        }
    }
    come.extend(rest);
    (gone, come)
}

/// Whether the pod has a name of its own below that of a headless Service.
fn is_named(endpoint: &Endpoint) -> bool {
    endpoint.ready && !endpoint.hostname.is_empty()
}

/// For how long CoreDNS still serves the answer that it has for a name.
fn cached(cluster: &ControlPlane, name: &str, namespace: &str) -> Option<Duration> {
    let full = format!("{name}.{namespace}.svc.cluster.local");
    dns::kept(cluster, &full).map(|until| dns::time_left(cluster, until))
}

/// Says which names now lead elsewhere.
fn tell(step: &mut Step<'_>, service: &Service, old: &[Rc<Endpoint>], new: &[Rc<Endpoint>]) {
    if !service.is_headless() {
        return;
    }
    let name = |endpoint: &Endpoint| format!("{}.{}", endpoint.hostname, service.metadata.name);
    let (cluster, namespace) = (step.cluster, &service.metadata.namespace);
    let cached = |endpoint: &Endpoint| cached(cluster, &name(endpoint), namespace);
    let named = |endpoint: &&Rc<Endpoint>| is_named(endpoint);
    let is_in = |list: &[Rc<Endpoint>], endpoint: &Rc<Endpoint>, with_address: bool| {
        list.iter().any(|other| {
            other.ready
                && other.hostname == endpoint.hostname
                && (!with_address || other.address == endpoint.address)
        })
    };
    let (gone, come) = difference(old, new);
    for endpoint in gone.into_iter().filter(named).filter(|endpoint| !is_in(new, endpoint, false)) {
        let reason = Reason::RecordRemoved { name: name(endpoint), cached: cached(endpoint) };
        step.record_event(Subject::Name(name(endpoint)), None, reason);
    }
    for endpoint in come.into_iter().filter(named).filter(|endpoint| !is_in(old, endpoint, true)) {
        let reason = Reason::RecordSet {
            name: name(endpoint),
            ip: endpoint.address.clone(),
            cached: cached(endpoint),
        };
        step.record_event(Subject::Name(name(endpoint)), None, reason);
    }
}
