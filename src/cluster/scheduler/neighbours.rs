//! Where other pods are, and where a pod may be because of that: PodTopologySpread, InterPodAffinity.
//!
//! A place is the set of nodes with the same value of a label. Only what is required is looked at.

use super::filters::{Refusal, is_selected, pods_on};
use super::*;

/// The place of a node by a label, if it has the label.
fn place<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.metadata.labels.get(key).map(String::as_str)
}

/// PodTopologySpread (`Filter`), for the constraints that say `DoNotSchedule`.
pub(super) fn by_spread(cluster: &Cluster, pod: &Pod, node: &Node) -> Option<Refusal> {
    const WORDS: &str = "node(s) didn't match pod topology spread constraints";
    let constraints = &pod.spec.topology_spread_constraints;
    let hard = || constraints.iter().filter(|one| one.when_unsatisfiable != "ScheduleAnyway");
    let has_all = |node: &Node| hard().all(|one| place(node, &one.topology_key).is_some());
    if !has_all(node) {
        return Some(Refusal::lasting(&format!("{WORDS} (missing required label)")));
    }
    for constraint in hard() {
        let key = &constraint.topology_key;
        let counts = |labels: &Labels| {
            constraint.label_selector.as_ref().is_some_and(|selector| selector.matches(labels))
        };
        let mut places: Map<&str, i32> = Map::new();
        for other in cluster.store.nodes.iter() {
            if !has_all(other) || !is_selected(pod, other) {
                continue;
            }
            let matching = pods_on(cluster, &other.metadata.name).filter(|other| {
                other.metadata.namespace == pod.metadata.namespace
                    && !other.metadata.is_terminating()
                    && counts(&other.metadata.labels)
            });
            let matching = i32::try_from(matching.count()).unwrap_or(i32::MAX);
            *places.or_default(place(other, key).unwrap_or("")) += matching;
        }
        let domains = i32::try_from(places.len()).unwrap_or(i32::MAX);
        let least = match constraint.min_domains.is_some_and(|least| domains < least) {
            true => 0,
            false => places.values().copied().min().unwrap_or(0),
        };
        let here = place(node, key).and_then(|place| places.get(place)).copied().unwrap_or(0);
        let itself = i32::from(counts(&pod.metadata.labels));
        if here.saturating_add(itself).saturating_sub(least) > constraint.max_skew {
            return Some(Refusal::curable(WORDS));
        }
    }
    None
}

/// InterPodAffinity (`Filter`).
pub(super) fn by_affinity(cluster: &Cluster, pod: &Pod, node: &Node) -> Option<Refusal> {
    if !has_company(cluster, pod, node) {
        return Some(Refusal::lasting("node(s) didn't match pod affinity rules"));
    }
    let (shunned, own) = (pod.spec.shunned_company(), &pod.metadata.namespace);
    let is_shunned = |key: &str, means: &dyn Fn(&Pod) -> bool| {
        place(node, key).is_some_and(|here| pods_at(cluster, key, here).any(|other| means(other)))
    };
    let shuns = |term: &PodAffinityTerm| {
        is_shunned(&term.topology_key, &|other| {
            term.means(own, &other.metadata.namespace, &other.metadata.labels)
        })
    };
    if shunned.iter().any(shuns) {
        return Some(Refusal::curable("node(s) didn't match pod anti-affinity rules"));
    }
    let is_kept_off = cluster.store.nodes.iter().any(|other_node| {
        pods_on(cluster, &other_node.metadata.name).any(|other| {
            let mut terms = other.spec.shunned_company().iter();
            terms.any(|term| {
                let key = &term.topology_key;
                let is_same = place(other_node, key).is_some_and(|at| place(node, key) == Some(at));
                is_same && term.means(&other.metadata.namespace, own, &pod.metadata.labels)
            })
        })
    });
    is_kept_off
        .then(|| Refusal::curable("node(s) didn't satisfy existing pods anti-affinity rules"))
}

/// The pods in a place.
fn pods_at<'a>(
    cluster: &'a Cluster,
    key: &'a str,
    here: &'a str,
) -> impl Iterator<Item = &'a Rc<Pod>> {
    let nodes = cluster.store.nodes.iter().filter(move |node| place(node, key) == Some(here));
    nodes.flat_map(|node| pods_on(cluster, &node.metadata.name))
}

/// Whether the pods that this one has to be with are where the node is. The first of a group that
/// wants to be together may be anywhere (`satisfyPodAffinity`).
fn has_company(cluster: &Cluster, pod: &Pod, node: &Node) -> bool {
    let (terms, own) = (pod.spec.required_company(), &pod.metadata.namespace);
    let is_meant = |other: &Pod| {
        terms.iter().all(|term| term.means(own, &other.metadata.namespace, &other.metadata.labels))
    };
    if terms.is_empty() {
        return true;
    }
    let has_labels = terms.iter().all(|term| place(node, &term.topology_key).is_some());
    let is_near = |term: &PodAffinityTerm| {
        let key = &term.topology_key;
        place(node, key).is_some_and(|here| pods_at(cluster, key, here).any(|pod| is_meant(pod)))
    };
    let is_first = || {
        let nodes = cluster.store.nodes.iter();
        let mut placed = nodes.flat_map(|node| pods_on(cluster, &node.metadata.name));
        !placed.any(|other| is_meant(other)) && is_meant(pod)
    };
    has_labels && (terms.iter().all(is_near) || is_first())
}
