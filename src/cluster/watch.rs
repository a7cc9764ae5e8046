//! Who watches what: the components that a write wakes.
//!
//! Only what the originals watch is here. It matters: the StatefulSet controller, for example, sees
//! neither claims nor pods that it does not own, so it notices those only with its next retry.

use super::*;

/// The components that have to look after `old` became `new`.
pub(crate) fn watchers(
    cluster: &Cluster,
    old: Option<&Object>,
    new: Option<&Object>,
) -> Vec<WorkItem> {
    let Some(any) = new.or(old) else { return Vec::new() };
    let key = any.key();
    let mut woken = match any {
        Object::StatefulSet(_) => vec![WorkItem::StatefulSet(key.clone())],
        Object::Deployment(_) => vec![WorkItem::Deployment(key.clone())],
        Object::ReplicaSet(set) => replica_set_watchers(cluster, set),
        Object::Pod(pod) => pod_watchers(cluster, pod, old, new),
        Object::PersistentVolumeClaim(claim) => claim_watchers(cluster, claim, new.is_none()),
        Object::PersistentVolume(volume) => volume_watchers(cluster, volume, new.is_none()),
        Object::VolumeAttachment(attachment) => attachment_watchers(cluster, attachment),
        Object::StorageClass(_) => waiting_pods(cluster).collect(),
        Object::PodDisruptionBudget(_) if new.is_some() => vec![WorkItem::Budget(key.clone())],
        Object::Stored(autoscaler)
            if autoscaler.kind == Kind::HorizontalPodAutoscaler && old.is_none() =>
        {
            vec![WorkItem::NewAutoscaler(key.clone())]
        }
        Object::Stored(object) if volumes::is_snapshot(object.kind) => {
            vec![WorkItem::Snapshot(key.clone())]
        }
        Object::Service(_) => vec![WorkItem::Endpoints(key.clone())],
        Object::Node(node) => node_watchers(cluster, node, new.is_none()),
        _ => Vec::new(),
    };
    woken.extend(namespaces::watcher(cluster, any, new.is_none()));
    if new.is_none() {
        woken.push(WorkItem::Orphans(any.meta().uid));
    }
    woken.extend(any.meta().owner_references.iter().filter_map(|owner| {
        garbage_collector::reference(cluster, owner, key.namespace()).map(WorkItem::Dependents)
    }));
    woken
}

fn pod_watchers(
    cluster: &Cluster,
    pod: &Pod,
    old: Option<&Object>,
    new: Option<&Object>,
) -> Vec<WorkItem> {
    let key = pod.metadata.key();
    let namespace = key.namespace();
    let mut woken = owners(cluster, pod, old, new.is_none());
    if new.is_some() && !pod.is_bound() {
        woken.push(WorkItem::Schedule(key.clone()));
    }
    if pod.is_bound() {
        woken.push(WorkItem::Pod(pod.metadata.uid, key.clone()));
        woken.push(WorkItem::AttachDetach);
        let is_as_before = |old: &Pod| {
            old.is_bound() && old.metadata.is_terminating() == pod.metadata.is_terminating()
        };
        if !matches!(old, Some(Object::Pod(old)) if is_as_before(old)) {
            woken.push(WorkItem::NodeTaints(pod.spec.node_name.clone()));
        }
        if new.is_none() {
            woken.push(WorkItem::Evict(pod.metadata.uid, key.clone()));
        }
    }
    if new.is_none() {
        woken.extend(pod.claims().map(|claim| WorkItem::Claim(Key::new(namespace, claim))));
    }
    let has_moved = matches!(old, Some(Object::Pod(old)) if pod.is_bound() != old.is_bound()
        || pod.is_finished() != old.is_finished()
        || pod.metadata.is_terminating() != old.metadata.is_terminating()
        || pod.metadata.labels != old.metadata.labels);
    if new.is_none() || has_moved {
        woken.extend(waiting_pods(cluster));
    }
    if failover::is_managed(pod)
        && let Some(owner) = pod.metadata.controller()
    {
        woken.push(WorkItem::Failover(Key::new(namespace, &owner.name)));
    }
    let budgets = disruption::budgets_of(cluster, pod);
    woken.extend(budgets.map(|budget| WorkItem::Budget(budget.metadata.key())));
    let mut services = services_of(cluster, &pod.metadata);
    // `GetServicesToUpdate`: the Services that included it before its labels changed have to let it go.
    if let Some(Object::Pod(old)) = old.filter(|old| old.meta().labels != pod.metadata.labels) {
        services.extend(services_of(cluster, &old.metadata));
    }
    woken.extend(services.into_iter().map(WorkItem::Endpoints));
    woken
}

/// The Services whose selector includes a pod.
fn services_of(cluster: &Cluster, pod: &ObjectMeta) -> Set<Key> {
    let (namespace, labels) = (&pod.namespace, &pod.labels);
    let services = labels.iter().flat_map(|(key, value)| {
        let label = Index::Selector(namespace.clone(), key.clone(), value.clone());
        cluster.store.by::<Service>(&label)
    });
    let services = services.filter(|service| includes(labels, &service.spec.selector));
    services.map(|service| service.metadata.key()).collect()
}

/// The set that owns the pod, and the one that has just let it go; of a pod that nobody owns those that
/// could adopt it, if it is new or its labels or its owner changed (`addPod`, `updatePod`, `deletePod`).
fn owners(cluster: &Cluster, pod: &Pod, old: Option<&Object>, is_gone: bool) -> Vec<WorkItem> {
    let meta = &pod.metadata;
    let before = match old {
        Some(Object::Pod(old)) => Some(&old.metadata),
        _ => None,
    };
    let is_same = |before: &&ObjectMeta| before.controller() == meta.controller();
    let is_news = before.filter(is_same).is_none_or(|it| it.labels != meta.labels);
    let mut woken = Vec::new();
    if let Some(before) = before.filter(|it| !is_same(it)) {
        wake_owner(cluster, before, &mut woken);
    }
    if meta.controller().is_some() {
        wake_owner(cluster, meta, &mut woken);
        woken.extend(waiting_deployment(cluster, meta).filter(|_| is_gone));
    } else if is_news && !is_gone {
        let selects = |selector: &LabelSelector| selector.matches(&meta.labels);
        let sets = cluster.store.stateful_sets.in_namespace(&meta.namespace);
        let sets = sets.filter(|set| selects(&set.spec.selector));
        woken.extend(sets.map(|set| WorkItem::StatefulSet(set.metadata.key())));
        let sets = cluster.store.replica_sets.in_namespace(&meta.namespace);
        let sets = sets.filter(|set| selects(&set.spec.selector));
        woken.extend(sets.map(|set| WorkItem::ReplicaSet(set.metadata.key())));
    }
    woken
}

fn wake_owner(cluster: &Cluster, meta: &ObjectMeta, woken: &mut Vec<WorkItem>) {
    let store = &cluster.store;
    woken.extend(store.owning_set(meta).map(|set| WorkItem::StatefulSet(set.metadata.key())));
    let set = store.replica_sets.owner_of(meta);
    woken.extend(set.map(|set| WorkItem::ReplicaSet(set.metadata.key())));
}

/// The Deployment behind a pod, if it waits for the end of old pods: its strategy is Recreate.
fn waiting_deployment(cluster: &Cluster, pod: &ObjectMeta) -> Option<WorkItem> {
    let set = cluster.store.replica_sets.owner_of(pod)?;
    let deployment = cluster.store.deployments.owner_of(&set.metadata)?;
    (!deployment.is_rolling()).then(|| WorkItem::Deployment(deployment.metadata.key()))
}

/// The ReplicaSet itself, and the Deployment that owns it or could adopt it (`getDeploymentsForReplicaSet`).
fn replica_set_watchers(cluster: &Cluster, set: &ReplicaSet) -> Vec<WorkItem> {
    let (deployments, meta) = (&cluster.store.deployments, &set.metadata);
    let is_orphan = meta.controller().is_none();
    let others = deployments.in_namespace(&meta.namespace);
    let others = others.filter(|other| is_orphan && other.spec.selector.matches(&meta.labels));
    let all = deployments.owner_of(meta).into_iter().chain(others);
    let mut woken = vec![WorkItem::ReplicaSet(meta.key())];
    woken.extend(all.map(|deployment| WorkItem::Deployment(deployment.metadata.key())));
    woken
}

/// The claim itself; its volume, if the claim is deleted; and the pods that use the claim and wait for a node
/// (`isSchedulableAfterPersistentVolumeClaimChange`).
fn claim_watchers(
    cluster: &Cluster,
    claim: &PersistentVolumeClaim,
    is_gone: bool,
) -> Vec<WorkItem> {
    let mut woken = vec![WorkItem::Claim(claim.metadata.key())];
    if is_gone && !claim.spec.volume_name.is_empty() {
        woken.push(WorkItem::Volume(Key::new("", &claim.spec.volume_name)));
    }
    let users = cluster
        .store
        .users_of(claim)
        .filter(|pod| !pod.is_bound() && waits(cluster, &pod.metadata));
    woken.extend(users.map(|pod| WorkItem::Schedule(pod.metadata.key())));
    woken
}

/// The volume itself, the claims that could be bound to it, and those that lost it.
fn volume_watchers(cluster: &Cluster, volume: &PersistentVolume, is_gone: bool) -> Vec<WorkItem> {
    let mut woken = vec![WorkItem::Volume(volume.metadata.key())];
    let holder = volume.spec.claim_ref.as_ref().map(|claim| claim.uid).filter(|_| !is_gone);
    let bound = Index::VolumeName(volume.metadata.name.clone());
    let bound = cluster.store.by::<PersistentVolumeClaim>(&bound);
    let bound = bound.filter(|claim| claim.is_bound() && holder != Some(claim.metadata.uid));
    let own = volume.spec.claim_ref.as_ref().map(|claim| Key::new(&claim.namespace, &claim.name));
    let pending = cluster.store.entries(&Index::Pending).map(|(claim, _)| &claim.key);
    let pending = pending.filter(|claim| own.as_ref().is_none_or(|own| own == *claim)).cloned();
    // None of those is bound.
    let mut claims: Vec<Key> = bound.map(|claim| claim.metadata.key()).collect();
    let has_bound = !claims.is_empty();
    claims.extend(pending);
    if has_bound {
        map::sort(&mut claims, |one, other| one < other);
    }
    woken.extend(claims.into_iter().map(WorkItem::Claim));
    woken.extend(waiting_pods(cluster));
    woken
}

/// The storage driver, the attach and detach controller, and the pods on the node that use the volume, for which the
/// kubelet waits (`WaitForAttach`).
fn attachment_watchers(cluster: &Cluster, attachment: &VolumeAttachment) -> Vec<WorkItem> {
    let mut woken = vec![WorkItem::Attachment(attachment.metadata.key()), WorkItem::AttachDetach];
    let volume = &attachment.spec.persistent_volume_name;
    let uses = |run: &PodRuntime| {
        let sources = run.spec.volumes.iter().filter_map(|it| it.persistent_volume_claim.as_ref());
        let mut claims = sources.filter_map(|source| {
            cluster.store.claims.named(run.pod.namespace(), &source.claim_name)
        });
        run.mounted.contains(volume) || claims.any(|claim| claim.spec.volume_name == *volume)
    };
    let users = cluster.world.runs.on_node(&attachment.spec.node_name).filter(|(_, run)| uses(run));
    woken.extend(users.map(|(uid, run)| WorkItem::Pod(*uid, run.pod.clone())));
    woken
}

fn node_watchers(cluster: &Cluster, node: &Node, is_gone: bool) -> Vec<WorkItem> {
    let name = &node.metadata.name;
    let mut woken = vec![
        WorkItem::Node(name.clone()),
        WorkItem::NodeTaints(name.clone()),
        WorkItem::AttachDetach,
    ];
    if is_gone {
        woken.push(WorkItem::PodGarbage);
    }
    woken.extend(waiting_pods(cluster));
    woken
}

/// The pods that wait for a node: the scheduler looks at them again when something changes.
fn waiting_pods(cluster: &Cluster) -> impl Iterator<Item = WorkItem> {
    let unbound = cluster.store.entries(&Index::Unbound);
    unbound
        .filter(|(_, pod)| waits(cluster, pod.meta()))
        .map(|(pod, _)| WorkItem::Schedule(pod.key.clone()))
}

/// Whether a pod that is not bound waits for a node. The scheduler checks every second whether the volumes of an assumed
/// pod are bound, whatever changes.
fn waits(cluster: &Cluster, pod: &ObjectMeta) -> bool {
    !pod.is_terminating() && !cluster.is_assumed(pod)
}
