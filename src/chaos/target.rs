//! What is tested: a StatefulSet of a manifest, and the pod and nodes of it that a fault strikes.

use crate::api::*;
use crate::cluster::{Cluster, dns};
use std::rc::Rc;

/// A StatefulSet to be tested, as the manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// Its namespace and name.
    pub key: Key,
    /// How many pods it has.
    pub replicas: i32,
    /// The ordinal of its first pod.
    pub first: i32,
    /// The name by which clients find the first pod; none if it has none.
    pub host: Option<String>,
    /// The container whose image is updated, and which crashes.
    pub container: String,
    /// Its image.
    pub image: String,
    /// Whether its pods keep their data in no claim.
    pub is_ephemeral: bool,
    /// The seconds that its pods get to stop.
    pub grace_seconds: u64,
}

/// What a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Victim {
    /// The pod.
    pub pod: String,
    /// Its node.
    pub node: String,
    /// The nodes of that node's zone.
    pub zone: Vec<String>,
    /// All nodes.
    pub nodes: Vec<String>,
    /// All pods of the set.
    pub pods: Vec<String>,
}

/// The StatefulSets of a cluster that want pods.
pub(super) fn targets(cluster: &Cluster) -> Vec<Target> {
    let sets = cluster.store.stateful_sets.iter().filter(|set| set.spec.replicas > 0);
    sets.filter_map(|set| Target::new(cluster, set)).collect()
}

impl Target {
    fn new(cluster: &Cluster, set: &StatefulSet) -> Option<Target> {
        let spec = &set.spec.template.spec;
        let container = spec.containers.first()?;
        let (namespace, first) = (&set.metadata.namespace, set.spec.ordinals.start);
        let service = &set.spec.service_name;
        let labels = &set.spec.template.metadata.labels;
        let is_named = dns::gives_names(&cluster.store, namespace, service, labels);
        let host = is_named.then(|| format!("{}.{service}", set.pod_name(first)));
        Some(Target {
            key: set.metadata.key(),
            replicas: set.spec.replicas,
            first,
            host,
            container: container.name.clone(),
            image: container.image.clone(),
            is_ephemeral: set.spec.volume_claim_templates.is_empty()
                && spec.volumes.iter().all(|volume| volume.persistent_volume_claim.is_none()),
            grace_seconds: spec.termination_grace_period_seconds,
        })
    }

    /// Its name, after the namespace unless that is the default one.
    pub(super) fn title(&self) -> String {
        match self.key.namespace() {
            DEFAULT_NAMESPACE => self.key.name().to_owned(),
            namespace => format!("{namespace}/{}", self.key.name()),
        }
    }

    /// The option that names the namespace, with a blank before it; empty for the default one.
    pub(super) fn place(&self) -> String {
        match self.key.namespace() {
            DEFAULT_NAMESPACE => String::new(),
            namespace => format!(" -n {namespace}"),
        }
    }

    /// The line that ends the main process of a pod.
    pub(super) fn crash(&self, pod: &str) -> String {
        let (place, container) = (self.place(), &self.container);
        match place.is_empty() {
            true => format!("crash {pod}"),
            false => format!("kubectl exec {pod}{place} -c {container} -- kill 1"),
        }
    }

    /// The image with another tag.
    pub(super) fn image_tagged(&self, tag: &str) -> String {
        let name = self.image.split('@').next().unwrap_or_default();
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let colon = name.get(slash..).and_then(|last| last.find(':'));
        let name = colon.and_then(|at| name.get(..slash + at)).unwrap_or(name);
        format!("{name}:{tag}")
    }

    /// The set as it is now.
    pub(super) fn set<'a>(&self, cluster: &'a Cluster) -> Option<&'a Rc<StatefulSet>> {
        cluster.store.stateful_sets.get(&self.key)
    }

    /// The pods of the set, in the order of their ordinals.
    pub(super) fn pods<'a>(&self, cluster: &'a Cluster) -> Vec<&'a Rc<Pod>> {
        let Some(set) = self.set(cluster) else { return Vec::new() };
        let is_own = |pod: &&Rc<Pod>| {
            pod.metadata.controller().is_some_and(|owner| owner.uid == set.metadata.uid)
        };
        let pods = cluster.store.pods.in_namespace(self.key.namespace()).filter(is_own);
        let mut pods: Vec<_> = pods.collect();
        pods.sort_by_key(|pod| set.ordinal_of(&pod.metadata.name));
        pods
    }

    /// What a fault strikes: pods take turns, the first one first. A pod of which a container runs.
    pub(super) fn victim(&self, cluster: &Cluster, turn: u64) -> Option<Victim> {
        let pods = self.pods(cluster);
        let names = pods.iter().map(|pod| pod.metadata.name.clone()).collect();
        let is_up = |pod: &&Rc<Pod>| {
            let run = cluster.world().runs.get(&pod.metadata.uid);
            let has_process =
                run.is_some_and(|run| run.containers.iter().any(|it| it.state.is_running()));
            has_process && !pod.metadata.is_terminating()
        };
        let up: Vec<_> = pods.into_iter().filter(is_up).collect();
        let count = u64::try_from(up.len()).ok().filter(|count| *count > 0)?;
        // The first, the last, then those between.
        let index = match turn % count {
            0 => 0,
            other => count - other,
        };
        let pod = up.get(usize::try_from(index).ok()?)?;
        let node = pod.spec.node_name.clone();
        let zone_of = |node: &Node| node.metadata.labels.get(ZONE_LABEL).cloned();
        let own = cluster.store.node(&node).and_then(|it| zone_of(it));
        let nodes = || cluster.store.nodes.iter();
        let name = |node: &Rc<Node>| node.metadata.name.clone();
        let zone = nodes().filter(|it| zone_of(it) == own).map(name).collect();
        let nodes = nodes().map(name).collect();
        Some(Victim { pod: pod.metadata.name.clone(), node, zone, nodes, pods: names })
    }

    /// Whether the set has everything that its spec asks for: pods that are there, Ready, of the right revision, and
    /// on nodes that respond.
    pub(super) fn is_converged(&self, cluster: &Cluster) -> bool {
        let Some(set) = self.set(cluster) else { return false };
        let (pods, status) = (self.pods(cluster), &set.status);
        let is_well = |pod: &&Rc<Pod>| {
            pod.is_ready()
                && !pod.metadata.is_terminating()
                && cluster.world().is_heard(&pod.spec.node_name)
        };
        let partition =
            set.spec.update_strategy.rolling_update.as_ref().map_or(0, |it| it.partition);
        let rolls = set.spec.update_strategy.kind != StatefulSetUpdateStrategyType::OnDelete
            && partition == 0;
        status.observed_generation == set.metadata.generation
            && i32::try_from(pods.len()) == Ok(set.spec.replicas)
            && pods.iter().all(is_well)
            && status.available_replicas == set.spec.replicas
            && (!rolls || status.current_revision == status.update_revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_gets_another_tag() {
        let tagged = |image: &str| {
            let key = Key::new(DEFAULT_NAMESPACE, "web");
            let (container, image) = ("db".into(), image.into());
            let target = Target {
                key,
                replicas: 1,
                first: 0,
                host: None,
                container,
                image,
                is_ephemeral: false,
                grace_seconds: 30,
            };
            target.image_tagged("next")
        };
        assert_eq!(tagged("nginx"), "nginx:next");
        assert_eq!(tagged("registry.k8s.io/nginx-slim:0.7"), "registry.k8s.io/nginx-slim:next");
        assert_eq!(tagged("localhost:5000/db"), "localhost:5000/db:next");
        assert_eq!(tagged("db@sha256:0123"), "db:next");
    }
}
