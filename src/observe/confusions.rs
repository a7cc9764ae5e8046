//! Common confusions that the objects of a cluster show, by name, with the lesson that explains each.
//!
//! The names are those of `static/lessons/confusions.txt`. Only confusions whose evidence is entirely in the API
//! are recognized. Three leave no evidence there: the contents of a volume (7), cached DNS
//! answers (12), and which pod a user wants to remove (19).
//! `tests/data/confusions` has a dump for each of the others.

use crate::api::*;
use crate::cluster::{Cluster, Index, Reason, Subject};
use std::rc::Rc;

/// The names of the confusions, in the order of their numbers.
const NAMES: &str = include_str!("../../static/lessons/confusions.txt");

/// A confusion that was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// Its number, from 1.
    pub number: u8,
    /// What people believe.
    pub name: &'static str,
    /// The lesson that explains it.
    pub lesson: &'static str,
}

/// The confusions that the waits of a set and its pods, and their objects, show.
pub(super) fn of_set(cluster: &Cluster, set: &StatefulSet) -> Vec<Confusion> {
    let mut found: Vec<(u8, &'static str)> = Vec::new();
    let key = set.metadata.key();
    let subjects = [Subject::object(Kind::StatefulSet, &key)].into_iter();
    let pods: Vec<&Rc<Pod>> = pods_of(cluster, set).collect();
    let claims = cluster.store.claims.in_namespace(&set.metadata.namespace);
    let claims: Vec<&Rc<PersistentVolumeClaim>> =
        claims.filter(|claim| ordinal(set, claim).is_some()).collect();
    let of_pods = pods.iter().map(|pod| Subject::pod(&pod.metadata.key()));
    let of_claims =
        claims.iter().map(|it| Subject::object(Kind::PersistentVolumeClaim, &it.metadata.key()));
    for subject in subjects.chain(of_pods).chain(of_claims) {
        if let Some(wait) = cluster.waits.get(&subject) {
            found.extend(of_wait(cluster, set, &wait.reason));
            // A forced deletion that did not stop the old pod does not detach its volume either.
            found
                .extend(matches!(*wait.reason, Reason::MultiAttach { .. }).then_some((5, "force")));
        }
    }
    found.extend(of_service(cluster, set, &pods));
    found.extend(of_claim(set, &claims, &pods));
    found.extend(of_ended(set, &pods));
    found.extend(of_rollout(set));
    let created = pods.len() as i32;
    let is_first_late =
        || pods.first().is_some_and(|pod| pod.status.phase == PodPhase::Running && !pod.is_ready());
    if set.is_ordered()
        && set.spec.replicas > 1
        && created == 1
        && claims.len() > 1
        && is_first_late()
    {
        found.push((13, "quorum"));
    }
    found.sort_unstable();
    found.dedup();
    let name = |number: u8| NAMES.lines().nth(usize::from(number) - 1).unwrap_or_default();
    found
        .into_iter()
        .map(|(number, lesson)| Confusion { number, name: name(number), lesson })
        .collect()
}

fn pods_of<'a>(cluster: &'a Cluster, set: &'a StatefulSet) -> impl Iterator<Item = &'a Rc<Pod>> {
    let is_own = |pod: &&Rc<Pod>| {
        pod.metadata.controller().is_some_and(|owner| owner.uid == set.metadata.uid)
    };
    cluster.store.pods.in_namespace(&set.metadata.namespace).filter(is_own)
}

/// The ordinal of a claim of the set.
fn ordinal(set: &StatefulSet, claim: &PersistentVolumeClaim) -> Option<i32> {
    set.spec.volume_claim_templates.iter().find_map(|template| {
        let rest =
            claim.metadata.name.strip_prefix(template.metadata.name.as_str())?.strip_prefix('-')?;
        set.ordinal_of(rest)
    })
}

fn of_wait(cluster: &Cluster, set: &StatefulSet, reason: &Reason) -> Option<(u8, &'static str)> {
    Some(match reason {
        Reason::UpdateStuck { .. } => (1, "stuck-update"),
        Reason::WaitForNode { .. } => (2, "silent-node"),
        Reason::NotReadyOnNode { .. } => match guards(cluster, set) {
            true => (3, "budget"),
            false => (2, "silent-node"),
        },
        Reason::MultiAttach { volume, pods } => match pods.is_empty() && is_silent(cluster, volume)
        {
            true => (4, "twins"),
            false => (5, "force"),
        },
        Reason::UpdateHeld { .. } => (16, "canary"),
        Reason::WaitForCondemnedReady { .. } | Reason::WaitScaleDown { .. } => {
            (18, "scale-to-zero")
        }
        Reason::FailedScheduling { message, .. }
            if !set.is_ordered()
                && message.contains("anti-affinity")
                && message.contains("node affinity") =>
        {
            (23, "zones")
        }
        Reason::FailedScheduling { message, .. }
            if message.contains("PersistentVolume's node affinity") =>
        {
            match has_local_volume(cluster, set) {
                true => (21, "local-volume"),
                false => (22, "zones"),
            }
        }
        Reason::FailedScheduling { message, .. }
            if message.contains("volume node affinity conflict") =>
        {
            (22, "zones")
        }
        Reason::ClaimProtected { .. } | Reason::ClaimStale { .. } => (24, "claims"),
        Reason::ContainerWaiting { container, pod, .. }
            if container.kind == ContainerType::Init
                && set.ordinal_of(pod.key.name()).is_some_and(|it| it > 0) =>
        {
            (25, "clone-fails")
        }
        _ => return None,
    })
}

/// Whether a node to which a volume is attached does not respond.
fn is_silent(cluster: &Cluster, volume: &ObjectRef) -> bool {
    let name = volume.key.name().to_owned();
    let mut attachments = cluster.store.by::<VolumeAttachment>(&Index::Attached(name));
    attachments.any(|it| {
        let node = cluster.store.node(&it.spec.node_name);
        it.status.attached && node.is_some_and(|node| *node.ready_status() != ConditionStatus::True)
    })
}

/// What the deletion and the failure of pods shows.
fn of_ended(set: &StatefulSet, pods: &[&Rc<Pod>]) -> Vec<(u8, &'static str)> {
    let mut found = Vec::new();
    let is_desired = |pod: &Pod| {
        set.ordinal_of(&pod.metadata.name).is_some_and(|it| set.ordinals().contains(&it))
    };
    let terminating = pods.iter().filter(|pod| pod.metadata.is_terminating() && is_desired(pod));
    match (terminating.count() > 1, set.metadata.is_terminating()) {
        (true, true) => found.push((20, "stopping")),
        (true, false) if set.is_ordered() => found.push((14, "stopping")),
        _ => {}
    }
    if pods.iter().any(|pod| pod.status.phase == PodPhase::Failed) {
        found.push((26, "identity"));
    }
    found
}

/// A set with at least this many pods is large: an update that takes a minute for each takes half an hour.
const LARGE: i32 = 30;

/// What a rolling update shows.
fn of_rollout(set: &StatefulSet) -> Vec<(u8, &'static str)> {
    let (status, strategy) = (&set.status, &set.spec.update_strategy);
    let is_updating = strategy.kind == StatefulSetUpdateStrategyType::RollingUpdate
        && status.current_revision != status.update_revision
        && status.updated_replicas < set.spec.replicas;
    let options = strategy.rolling_update.as_ref();
    let is_single = options.is_none_or(|it| it.max_unavailable.is_none());
    let mut found = Vec::new();
    if is_updating && is_single {
        found.extend((!set.is_ordered()).then_some((15, "parallel")));
        found.extend((set.spec.replicas >= LARGE).then_some((17, "two-hundred")));
    }
    found
}

/// Whether a budget is about the pods of the set.
fn guards(cluster: &Cluster, set: &StatefulSet) -> bool {
    let labels = &set.spec.template.metadata.labels;
    let mut budgets = cluster.store.budgets.in_namespace(&set.metadata.namespace);
    budgets.any(|budget| budget.spec.selector.as_ref().is_some_and(|it| it.matches(labels)))
}

fn has_local_volume(cluster: &Cluster, set: &StatefulSet) -> bool {
    let claims = cluster.store.claims.in_namespace(&set.metadata.namespace);
    let own = claims.filter(|claim| ordinal(set, claim).is_some());
    let mut volumes = own.filter_map(|claim| cluster.store.volume_of(claim));
    volumes.any(|volume| volume.spec.local.is_some())
}

fn of_service(
    cluster: &Cluster,
    set: &StatefulSet,
    pods: &[&Rc<Pod>],
) -> Option<(u8, &'static str)> {
    if cluster.settings.observed.as_ref().is_some_and(|source| source.lacks(Kind::Service)) {
        return None;
    }
    let (namespace, labels) = (&set.metadata.namespace, &set.spec.template.metadata.labels);
    let selects = |service: &Service| {
        !service.spec.selector.is_empty() && includes(labels, &service.spec.selector)
    };
    let mut services = cluster.store.services.in_namespace(namespace);
    match cluster.store.services.named(namespace, &set.spec.service_name) {
        None if set.spec.service_name.is_empty() => None,
        None if services.any(|service| service.is_headless() && selects(service)) => {
            Some((10, "service-name"))
        }
        None => Some((9, "service")),
        Some(service) if !service.is_headless() || !selects(service) => Some((10, "service-name")),
        Some(service) => {
            let is_late = |pod: &&Rc<Pod>| {
                let wait = cluster.waits.get(&Subject::pod(&pod.metadata.key()));
                wait.is_some_and(|wait| matches!(*wait.reason, Reason::ContainerNotReady { .. }))
            };
            let is_hidden = !service.spec.publish_not_ready_addresses;
            (is_hidden && pods.iter().any(is_late)).then_some((11, "too-early"))
        }
    }
}

fn of_claim(
    set: &StatefulSet,
    claims: &[&Rc<PersistentVolumeClaim>],
    pods: &[&Rc<Pod>],
) -> Vec<(u8, &'static str)> {
    let mut found = Vec::new();
    let is_kept = |claim: &&Rc<PersistentVolumeClaim>| {
        let name = &claim.metadata.name;
        ordinal(set, claim).is_some_and(|it| !set.ordinals().contains(&it))
            && !pods.iter().any(|pod| pod.claims().any(|it| it == name))
    };
    if claims.iter().copied().any(|claim| is_kept(&claim)) {
        found.push((6, "retention"));
    }
    let size = |claim: &PersistentVolumeClaim| thousandths(claim.request());
    let is_larger = |template: &PersistentVolumeClaim| {
        let prefix = format!("{}-", template.metadata.name);
        let own = claims.iter().filter(|claim| claim.metadata.name.starts_with(&prefix));
        own.clone().any(|claim| size(claim) < size(template))
    };
    if set.spec.volume_claim_templates.iter().any(is_larger) {
        found.push((8, "resize"));
    }
    found
}
