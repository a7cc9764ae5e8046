//! Where other pods are, and where a pod may be because of that: PodTopologySpread, InterPodAffinity.
//!
//! A place is the set of nodes with the same value of a label. Only what is required is looked at.

use super::*;
use super::{Refusal, is_selected, pods_on};

/// The place of a node by a label, if it has the label.
fn place<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.metadata.labels.get(key).map(String::as_str)
}

/// The state that the filters in this file compute over all nodes, once for each pod (`PreFilter`).
pub(super) struct PreFilter<'a> {
    spread: Vec<Spread<'a>>,
    company: Vec<Company<'a>>,
    /// Whether the pod is the first of a group that wants to be together.
    is_first: bool,
    shunned: Places<'a>,
    kept_off: Places<'a>,
}

/// Places, each as a label and its value.
type Places<'a> = Set<(&'a str, &'a str)>;

/// How the pods that a constraint counts are spread.
struct Spread<'a> {
    constraint: &'a TopologySpreadConstraint,
    places: Map<&'a str, i32>,
}

/// Where the pods are that a term of the pod's affinity asks for.
struct Company<'a> {
    key: &'a str,
    places: Set<&'a str>,
}

impl<'a> PreFilter<'a> {
    /// Computes the state for a pod that is about to be scheduled.
    pub(super) fn new(cluster: &'a ControlPlane, pod: &'a Pod) -> PreFilter<'a> {
        let own = &pod.metadata.namespace;
        let is_meant = |term: &PodAffinityTerm, other: &Pod| {
            term.means(own, &other.metadata.namespace, &other.metadata.labels)
        };
        let terms = pod.spec.affinity_terms();
        let are_meant = |other: &Pod| terms.iter().all(|term| is_meant(term, other));
        let company: Vec<Company<'a>> = terms
            .iter()
            .map(|term| {
                let key = term.topology_key.as_str();
                Company { key, places: places_of(cluster, key, &are_meant) }
            })
            .collect();
        let is_first = !terms.is_empty()
            && are_meant(pod)
            && !placed(cluster).any(|(_, other)| are_meant(other));
        let shunned = pod.spec.anti_affinity_terms().iter().flat_map(|term| {
            let key = term.topology_key.as_str();
            let places = places_of(cluster, key, &|other| is_meant(term, other));
            places.into_iter().map(move |place| (key, place))
        });
        let shunned = shunned.collect();
        PreFilter {
            spread: hard(pod).map(|constraint| Spread::new(cluster, pod, constraint)).collect(),
            company,
            is_first,
            shunned,
            kept_off: kept_off(cluster, pod),
        }
    }
}

/// The pods that have a node, each with it.
fn placed(cluster: &ControlPlane) -> impl Iterator<Item = (&Rc<Node>, &Rc<Pod>)> {
    let nodes = cluster.store.nodes.iter();
    nodes.flat_map(|node| pods_on(cluster, &node.metadata.name).map(move |pod| (node, pod)))
}

/// The values of a label where one of these pods is.
fn places_of<'a>(
    cluster: &'a ControlPlane,
    key: &str,
    is_meant: &dyn Fn(&Pod) -> bool,
) -> Set<&'a str> {
    let mut places = Set::new();
    for node in cluster.store.nodes.iter() {
        let Some(here) = place(node, key).filter(|here| !places.contains(here)) else { continue };
        if pods_on(cluster, &node.metadata.name).any(|other| is_meant(other)) {
            places.insert(here);
        }
    }
    places
}

/// The places that the anti-affinity of existing pods rules out.
fn kept_off<'a>(cluster: &'a ControlPlane, pod: &Pod) -> Places<'a> {
    let mut places = Places::new();
    for other in cluster.store.by::<Pod>(&Index::AntiAffinity).filter(|it| !it.is_finished()) {
        let name = if other.is_bound() {
            &other.spec.node_name
        } else {
            &other.status.nominated_node_name
        };
        let Some(node) = cluster.store.node(name) else { continue };
        for term in other.spec.anti_affinity_terms() {
            let namespaces = (&other.metadata.namespace, &pod.metadata.namespace);
            if let Some(place) = place(node, &term.topology_key)
                && term.means(namespaces.0, namespaces.1, &pod.metadata.labels)
            {
                places.insert((term.topology_key.as_str(), place));
            }
        }
    }
    places
}

/// The constraints that say `DoNotSchedule`.
fn hard(pod: &Pod) -> impl Iterator<Item = &TopologySpreadConstraint> {
    let constraints = pod.spec.topology_spread_constraints.iter();
    constraints
        .filter(|one| one.when_unsatisfiable != UnsatisfiableConstraintAction::ScheduleAnyway)
}

/// Whether a node has the labels of all hard constraints.
fn has_all(pod: &Pod, node: &Node) -> bool {
    hard(pod).all(|one| place(node, &one.topology_key).is_some())
}

/// Whether a constraint counts pods with these labels.
fn counts(constraint: &TopologySpreadConstraint, labels: &Labels) -> bool {
    constraint.label_selector.as_ref().is_some_and(|selector| selector.matches(labels))
}

impl<'a> Spread<'a> {
    fn new(
        cluster: &'a ControlPlane,
        pod: &Pod,
        constraint: &'a TopologySpreadConstraint,
    ) -> Spread<'a> {
        let mut places: Map<&str, i32> = Map::new();
        for node in cluster.store.nodes.iter() {
            if !has_all(pod, node) || !is_selected(pod, node) {
                continue;
            }
            let matching = pods_on(cluster, &node.metadata.name).filter(|other| {
                other.metadata.namespace == pod.metadata.namespace
                    && !other.metadata.is_terminating()
                    && counts(constraint, &other.metadata.labels)
            });
            let matching = i32::try_from(matching.count()).unwrap_or(i32::MAX);
            *places.or_default(place(node, &constraint.topology_key).unwrap_or("")) += matching;
        }
        Spread { constraint, places }
    }

    /// Whether placing the pod on the node would exceed `maxSkew`.
    fn is_exceeded(&self, pod: &Pod, node: &Node) -> bool {
        let (constraint, places) = (self.constraint, &self.places);
        let domains = i32::try_from(places.len()).unwrap_or(i32::MAX);
        let least = match constraint.min_domains.is_some_and(|least| domains < least) {
            true => 0,
            false => places.values().copied().min().unwrap_or(0),
        };
        let here = place(node, &constraint.topology_key).and_then(|place| places.get(place));
        let itself = i32::from(counts(constraint, &pod.metadata.labels));
        here.copied().unwrap_or(0).saturating_add(itself).saturating_sub(least)
            > constraint.max_skew
    }
}

/// PodTopologySpread (`Filter`), for the constraints that say `DoNotSchedule`.
pub(super) fn by_spread(state: &PreFilter<'_>, pod: &Pod, node: &Node) -> Option<Refusal> {
    const WORDS: &str = "node(s) didn't match pod topology spread constraints";
    if !has_all(pod, node) {
        return Some(Refusal::lasting(&format!("{WORDS} (missing required label)")));
    }
    let mut spread = state.spread.iter();
    spread.any(|spread| spread.is_exceeded(pod, node)).then(|| Refusal::curable(WORDS))
}

/// InterPodAffinity (`Filter`).
pub(super) fn by_affinity(state: &PreFilter<'_>, node: &Node) -> Option<Refusal> {
    if !has_company(state, node) {
        return Some(Refusal::lasting("node(s) didn't match pod affinity rules"));
    }
    let is_in =
        |places: &Places<'_>| places.iter().any(|(key, value)| place(node, key) == Some(*value));
    if is_in(&state.shunned) {
        return Some(Refusal::curable("node(s) didn't match pod anti-affinity rules"));
    }
    is_in(&state.kept_off)
        .then(|| Refusal::curable("node(s) didn't satisfy existing pods anti-affinity rules"))
}

/// Whether the pods that this one has to be with are where the node is. The first of a group that
/// wants to be together may be anywhere (`satisfyPodAffinity`).
fn has_company(state: &PreFilter<'_>, node: &Node) -> bool {
    let has_labels = state.company.iter().all(|one| place(node, one.key).is_some());
    let is_near =
        |one: &Company<'_>| place(node, one.key).is_some_and(|at| one.places.contains(at));
    has_labels && (state.company.iter().all(is_near) || state.is_first)
}
