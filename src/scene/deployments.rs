//! Deployments before anything is drawn: pods that have no identity, and no column to come back to.
//!
//! Their area has a few slots beside each other in every lane. A pod takes a slot where it happens to
//! be; nothing remembers which.

use super::groups::{Column, DeploymentFacts, Group, PodFacts};
use super::ordered::Ordered;
use crate::api::*;
use crate::cluster::Cluster;
use std::rc::Rc;

/// The most slots of a lane, beside StatefulSets and without any.
const MOST_SLOTS: (i32, i32) = (3, 6);

/// The Deployments and standalone ReplicaSets of a cluster: whether each is a standalone ReplicaSet, and its key.
pub(super) fn deployments(cluster: &Cluster) -> Vec<((bool, Key), DeploymentFacts<'_>)> {
    let store = &cluster.store;
    let new = |deployment, sets| DeploymentFacts {
        deployment,
        sets,
        pods: Vec::new(),
        volumes: Vec::new(),
    };
    let mut deployments: Vec<_> = store
        .deployments
        .iter()
        .map(|deployment| {
            let sets = store.replica_sets.in_namespace(&deployment.metadata.namespace);
            let is_its = |set: &&Rc<ReplicaSet>| {
                let owner = set.metadata.controller();
                owner.is_some_and(|owner| owner.uid == deployment.metadata.uid)
            };
            let mut sets: Vec<_> = sets.filter(is_its).collect();
            crate::map::sort_by_key(&mut sets, |set| std::cmp::Reverse(revision(set)));
            ((false, deployment.metadata.key()), new(Some(deployment), sets))
        })
        .collect();
    let lone =
        store.replica_sets.iter().filter(|set| store.deployments.owner_of(&set.metadata).is_none());
    deployments.extend(lone.map(|set| ((true, set.metadata.key()), new(None, vec![set]))));
    deployments
}

/// The number of a ReplicaSet's rollout, 0 if it has none.
pub(super) fn revision(set: &ReplicaSet) -> i32 {
    let number = set.metadata.annotations.get(crate::cluster::deployment::REVISION);
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The Deployment or standalone ReplicaSet that a pod belongs to.
pub(super) fn deployment_of(cluster: &Cluster, pod: &Pod) -> Option<(bool, Key)> {
    Some(deployment_of_set(cluster, cluster.store.replica_sets.owner_of(&pod.metadata)?))
}

/// The Deployment or standalone ReplicaSet that a pod without an object belongs to, by its name.
pub(super) fn deployment_by_name(cluster: &Cluster, pod: &Key) -> Option<(bool, Key)> {
    let set = pod.name().rsplit_once('-')?.0;
    Some(deployment_of_set(cluster, cluster.store.replica_sets.named(pod.namespace(), set)?))
}

fn deployment_of_set(cluster: &Cluster, set: &ReplicaSet) -> (bool, Key) {
    match cluster.store.deployments.owner_of(&set.metadata) {
        Some(deployment) => (false, deployment.metadata.key()),
        None => (true, set.metadata.key()),
    }
}

impl<'a> DeploymentFacts<'a> {
    /// What the pods are made from.
    pub(super) fn template(&self) -> Option<&'a PodTemplateSpec> {
        let of_set = self.sets.first().map(|set| &set.spec.template);
        self.deployment.map(|deployment| &deployment.spec.template).or(of_set)
    }

    /// Whether the pods mount this claim.
    pub(super) fn mounts(&self, claim: &Key) -> bool {
        let volumes = self.template().map_or(&[][..], |template| &template.spec.volumes);
        let mut sources = volumes.iter().filter_map(|one| one.persistent_volume_claim.as_ref());
        let namespace = match (self.deployment, self.sets.first()) {
            (Some(deployment), _) => deployment.metadata.namespace.as_str(),
            (None, set) => set.map_or("", |set| set.metadata.namespace.as_str()),
        };
        let by_template = sources.any(|source| source.claim_name == claim.name());
        let mut pods = self.pods.iter().filter_map(|pod| pod.pod);
        namespace == claim.namespace()
            && (by_template || pods.any(|pod| pod.claims().any(|name| name == claim.name())))
    }

    /// How many slots each lane has: as many as pods come to a node if all have equally many. Only
    /// what is wanted decides, so that nothing jumps while pods come and go.
    fn slots(&self, cluster: &Cluster) -> usize {
        let wanted: i32 = match self.deployment {
            Some(deployment) => deployment.spec.replicas.saturating_add(deployment.max_surge()),
            None => self.sets.iter().map(|set| set.spec.replicas).sum(),
        };
        let nodes = i32::try_from(cluster.store.nodes.len()).unwrap_or(1).max(1);
        let (beside, alone) = MOST_SLOTS;
        let most = if cluster.store.stateful_sets.is_empty() { alone } else { beside };
        let slots = (wanted.saturating_add(nodes - 1) / nodes).clamp(1, most);
        usize::try_from(slots).unwrap_or(1)
    }

    /// The slots as columns without a name. A pod goes where its UID points, or where there is more
    /// room: that is as good as chance, and stays the same as long as it can.
    pub(super) fn columns(&mut self, cluster: &Cluster) -> Vec<Column<'a>> {
        let count = self.slots(cluster);
        let mut columns: Vec<Column<'a>> =
            (0..count).map(|_| Column { is_wanted: true, ..Column::default() }).collect();
        let mut pods = std::mem::take(&mut self.pods);
        crate::map::sort_by_key(&mut pods, |pod| {
            let created = pod.pod.map(|pod| pod.metadata.creation_timestamp);
            (created.is_some(), created, pod.uid)
        });
        let mut taken: Ordered<(String, usize), usize> = Ordered::default();
        for pod in pods {
            let node = pod.node().to_owned();
            let first = usize::try_from(pod.uid.0 % (count as u128)).unwrap_or(0);
            let places = (0..count).map(|step| (first + step) % count);
            let crowd = |slot: &usize| taken.get(&(node.clone(), *slot)).copied().unwrap_or(0);
            let slot = places.min_by_key(crowd).unwrap_or(0);
            taken.change((node, slot), || 0, |count| *count += 1);
            if let Some(column) = columns.get_mut(slot) {
                column.pods.push(pod);
            }
        }
        for (index, volume) in std::mem::take(&mut self.volumes).into_iter().enumerate() {
            if let Some(column) = columns.get_mut(index % count) {
                column.volumes.push(volume);
            }
        }
        columns
    }
}

impl<'a> Group<'a> {
    /// What it is the picture of, if that still exists.
    pub(super) fn kind(&self) -> Option<Kind> {
        match (self.set, &self.deployment) {
            (Some(_), _) => Some(Kind::StatefulSet),
            (None, Some(deployment)) if deployment.deployment.is_some() => Some(Kind::Deployment),
            (None, Some(_)) => Some(Kind::ReplicaSet),
            (None, None) => None,
        }
    }

    /// The word for its kind in the ids of items.
    pub(super) fn sort(&self) -> &'static str {
        self.kind().filter(|_| self.deployment.is_some()).map_or("set", Kind::singular)
    }

    /// The metadata of what it is the picture of, and how many pods that wants.
    pub(super) fn wanted(&self) -> Option<(&'a ObjectMeta, i32)> {
        if let Some(set) = self.set {
            return Some((&set.metadata, set.spec.replicas));
        }
        let deployment = self.deployment.as_ref()?;
        match deployment.deployment {
            Some(deployment) => Some((&deployment.metadata, deployment.spec.replicas)),
            None => deployment.sets.first().map(|set| (&set.metadata, set.spec.replicas)),
        }
    }

    /// All its pods.
    pub(super) fn pods(&self) -> impl Iterator<Item = &PodFacts<'a>> {
        self.columns.iter().flat_map(|column| &column.pods)
    }

    /// The pods that may use the volumes of a column: of a Deployment all, of a set those of the identity.
    pub(super) fn users<'g>(&'g self, column: &'g Column<'a>) -> Vec<&'g PodFacts<'a>> {
        match self.deployment {
            Some(_) => self.pods().collect(),
            None => column.pods.iter().collect(),
        }
    }
}
