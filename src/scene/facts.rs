//! What is to be drawn, before anything has a place: groups, columns, pods, volumes, nodes.

mod derived;

use super::deployments::{deployment_by_name, deployment_of, deployments};
pub(super) use super::groups::{Column, DeploymentFacts, Group, PodFacts, VolumeFacts};
use super::ordered::Ordered;
use super::time_deps::TimeDeps;
use crate::api::*;
use crate::cluster::world::{Disk, DiskId, Place, Stage};
use crate::cluster::{Cluster, Index};
use crate::db::{Data, Role};
use std::cell::OnceCell;
use std::rc::Rc;

/// The label by which a pod of a StatefulSet is known even when its set is gone.
const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";

/// All facts of one picture.
pub(super) struct Facts<'a> {
    pub cluster: &'a Cluster,
    pub time_deps: TimeDeps,
    pub groups: Vec<Group<'a>>,
    pub nodes: Vec<NodeFacts<'a>>,
    /// The clients that have something on its way, by name.
    pub clients: Vec<&'a str>,
}

/// A node, its machine, or both.
pub(super) struct NodeFacts<'a> {
    pub name: &'a str,
    pub node: Option<&'a Rc<Node>>,
}

impl<'a> Facts<'a> {
    /// Looks the cluster through.
    pub(super) fn new(cluster: &'a Cluster, now: Time) -> Facts<'a> {
        let mut clients: Ordered<&str, ()> = Ordered::default();
        for name in cluster.world().clients.keys() {
            clients.insert(name, ());
        }
        for message in cluster.world().messages.values() {
            for place in [&message.from, &message.to] {
                if let Place::Client(name) = place {
                    clients.insert(name, ());
                }
            }
        }
        let clients = clients.into_pairs().into_iter().map(|(name, ())| name).collect();
        let (groups, nodes) = (groups(cluster), derived::nodes(cluster));
        Facts { cluster, time_deps: TimeDeps::new(now), groups, nodes, clients }
    }

    /// Every column with its group, from left to right.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&Group<'a>, &Column<'a>)> {
        self.groups.iter().flat_map(|group| group.columns.iter().map(move |column| (group, column)))
    }
}

type Columns<'a> = Ordered<(i32, String), Column<'a>>;
type Groups<'a> = Ordered<(Sort, Key), Draft<'a>>;

/// What kind of group it is, in the order from left to right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Set,
    Deployment,
    ReplicaSet,
    Others,
}

/// A group that is being put together.
#[derive(Default)]
struct Draft<'a> {
    set: Option<&'a Rc<StatefulSet>>,
    deployment: Option<DeploymentFacts<'a>>,
    columns: Columns<'a>,
}

/// So many identities of a set are drawn before they have anything; nobody could see more.
const MOST_WANTED: usize = 2_000;

fn groups(cluster: &Cluster) -> Vec<Group<'_>> {
    let mut groups: Groups<'_> = Ordered::default();
    for (key, set) in cluster.store.stateful_sets.entries() {
        let ordinals = if set.metadata.is_terminating() { 0..0 } else { set.ordinals() };
        let column = |ordinal| Column { is_wanted: true, ..column_of(key, ordinal) };
        let columns =
            ordinals.take(MOST_WANTED).map(|ordinal| ((ordinal, String::new()), column(ordinal)));
        let columns = Ordered::of_sorted(columns.collect());
        let draft = Draft { set: Some(set), columns, ..Draft::default() };
        groups.insert((Sort::Set, key.clone()), draft);
    }
    for ((is_lone, key), facts) in deployments(cluster) {
        let draft = || Draft { deployment: Some(facts), ..Draft::default() };
        groups.change((sort_of_deployment(is_lone), key), draft, |_| {});
    }
    add_pods(cluster, &mut groups);
    let bound = add_claims(cluster, &mut groups);
    add_left_disks(cluster, &mut groups, bound);
    let drafts = groups.into_pairs().into_iter();
    let mut groups: Vec<Group<'_>> =
        drafts.map(|((_, key), draft)| group(cluster, key, draft)).collect();
    // A Service that leads to several groups stands over the first.
    let mut seen: Ordered<Key, ()> = Ordered::default();
    for group in &mut groups {
        group.services.retain(|service| seen.get(&service.metadata.key()).is_none());
        group.services.iter().for_each(|service| seen.insert(service.metadata.key(), ()));
    }
    groups
}

fn sort_of_deployment(is_lone: bool) -> Sort {
    if is_lone { Sort::ReplicaSet } else { Sort::Deployment }
}

fn group<'a>(cluster: &'a Cluster, key: Key, draft: Draft<'a>) -> Group<'a> {
    let (set, mut deployment) = (draft.set, draft.deployment);
    let columns = draft.columns.into_pairs().into_iter();
    let mut columns: Vec<Column<'_>> = columns.map(|(_, column)| column).collect();
    columns.extend(deployment.iter_mut().flat_map(|deployment| deployment.columns(cluster)));
    for column in &mut columns {
        sort_volumes(set, column);
    }
    let template = set.map(|set| &set.spec.template);
    let template = template.or_else(|| deployment.as_ref()?.template());
    let labels = template.map(|template| &template.metadata.labels).or_else(|| {
        columns
            .iter()
            .flat_map(|column| &column.pods)
            .find_map(|pod| Some(&pod.pod?.metadata.labels))
    });
    let governing = set.map_or("", |set| set.spec.service_name.as_str());
    let is_behind = |service: &&Rc<Service>| {
        let selector = &service.spec.selector;
        if service.metadata.namespace != key.namespace() {
            return false;
        }
        let selects = labels.is_some_and(|labels| includes(labels, selector));
        service.metadata.name == governing || !selector.is_empty() && selects
    };
    let behind = || cluster.store.services.iter().filter(is_behind);
    let headless = behind().filter(|service| service.is_headless());
    let services = headless.chain(behind().filter(|service| !service.is_headless())).collect();
    let is_primary = |data: &&Data| data.role == Some(Role::Primary);
    let primary = columns.iter().flat_map(Column::data).find(is_primary);
    Group { key: Some(key), set, deployment, columns, services, primary }
}

/// The volume that the database writes to comes first, as the set declares them.
fn sort_volumes(set: Option<&Rc<StatefulSet>>, column: &mut Column<'_>) {
    if column.volumes.len() < 2 {
        return;
    }
    let written: Option<&DiskId> = column
        .pods
        .iter()
        .find_map(|pod| pod.run?.database.as_ref())
        .map(|database| &database.disk);
    let position = |name: &str| {
        let templates = set.map_or(&[][..], |set| &set.spec.volume_claim_templates);
        templates.iter().position(|claim| {
            name.strip_prefix(claim.metadata.name.as_str()).is_some_and(|end| end.starts_with('-'))
        })
    };
    let mut sorted = Ordered::default();
    for (index, volume) in std::mem::take(&mut column.volumes).into_iter().enumerate() {
        let is_written =
            matches!(written, Some(DiskId::Volume(name)) if name.as_str() == volume.volume);
        let position = position(volume.name).unwrap_or(usize::MAX);
        sorted.insert((!is_written, volume.claim.is_none(), position, index), volume);
    }
    column.volumes = sorted.into_pairs().into_iter().map(|(_, volume)| volume).collect();
}

/// An empty column of a set.
fn column_of<'a>(set: &Key, ordinal: i32) -> Column<'a> {
    let key = Some(Key::new(set.namespace(), &format!("{}-{ordinal}", set.name())));
    Column { key, ordinal: Some(ordinal), ..Column::default() }
}

/// Changes the column of an ordinal, which is made before if it is not there yet.
fn change_column<'a>(
    columns: &mut Columns<'a>,
    set: &Key,
    ordinal: i32,
    change: impl FnOnce(&mut Column<'a>),
) {
    columns.change((ordinal, String::new()), || column_of(set, ordinal), change);
}

/// The set and the ordinal that a pod's name stands for.
fn identity(
    groups: &Groups<'_>,
    namespace: &str,
    name: &str,
    pod: Option<&Pod>,
) -> Option<(Key, i32)> {
    let (parent, ordinal) = name.rsplit_once('-')?;
    let is_number = ordinal.bytes().all(|byte| byte.is_ascii_digit());
    let ordinal = if is_number { ordinal.parse().ok()? } else { return None };
    let known = groups
        .key_by(|(sort, key)| sort.cmp(&Sort::Set).then_with(|| key.compare(namespace, parent)));
    if let Some((_, set)) = known {
        return Some((set.clone(), ordinal));
    }
    let is_owned = pod.is_none_or(|pod| {
        let owner = pod.metadata.controller();
        pod.metadata.labels.contains_key(POD_NAME_LABEL)
            || owner.is_some_and(|owner| owner.kind == "StatefulSet")
    });
    is_owned.then(|| (Key::new(namespace, parent), ordinal))
}

fn add_pods<'a>(cluster: &'a Cluster, groups: &mut Groups<'a>) {
    let runs = &cluster.world().runs;
    let folder = |uid: Uid| cluster.world().disks.get(&DiskId::Folder(uid));
    let mut stored = 0;
    for (key, pod) in cluster.store.pods.entries() {
        let (uid, key) = (pod.metadata.uid, key.clone());
        let run = runs.get(&uid);
        stored += usize::from(run.is_some());
        let facts =
            PodFacts { uid, key, pod: Some(pod), run, folder: folder(uid), words: OnceCell::new() };
        add_pod(cluster, groups, facts);
    }
    if stored == runs.len() {
        return;
    }
    for (uid, run) in runs.iter() {
        let is_stored =
            cluster.store.pods.get(&run.pod).is_some_and(|pod| pod.metadata.uid == *uid);
        if !is_stored && run.stage != Stage::Gone {
            let (uid, key) = (*uid, run.pod.clone());
            add_pod(
                cluster,
                groups,
                PodFacts {
                    uid,
                    key,
                    pod: None,
                    run: Some(run),
                    folder: folder(uid),
                    words: OnceCell::new(),
                },
            );
        }
    }
}

fn add_pod<'a>(cluster: &'a Cluster, groups: &mut Groups<'a>, pod: PodFacts<'a>) {
    let object = pod.pod.map(|pod| &**pod);
    let deployment = match object {
        Some(object) => deployment_of(cluster, object),
        None => deployment_by_name(cluster, &pod.key),
    };
    if let Some((is_lone, key)) = deployment {
        return groups.change((sort_of_deployment(is_lone), key), Draft::default, |draft| {
            if let Some(deployment) = &mut draft.deployment {
                deployment.pods.push(pod);
            }
        });
    }
    match identity(groups, pod.key.namespace(), pod.key.name(), object) {
        Some((set, ordinal)) => groups.change((Sort::Set, set.clone()), Draft::default, |draft| {
            change_column(&mut draft.columns, &set, ordinal, |column| column.pods.push(pod));
        }),
        None => {
            let others = Key::new(pod.key.namespace(), "");
            let name = pod.key.name().to_string();
            let make =
                || Column { key: Some(pod.key.clone()), is_wanted: true, ..Column::default() };
            let mut column = make();
            groups.change((Sort::Others, others), Draft::default, |draft| {
                draft.columns.change(
                    (0, name),
                    || std::mem::take(&mut column),
                    |column| {
                        column.pods.push(pod);
                    },
                );
            });
        }
    }
}

/// Adds the claims and their volumes. Returns the number of claims that are bound to a disk that is reserved for them.
fn add_claims<'a>(cluster: &'a Cluster, groups: &mut Groups<'a>) -> usize {
    let mut bound = 0;
    for (key, claim) in cluster.store.claims.entries() {
        let volume = claim.spec.volume_name.as_str();
        let disk = cluster.world().disks.get_by(|disk| disk.compare_with_volume(volume));
        bound += usize::from(disk.is_some_and(|disk| disk.claim.as_ref() == Some(key)));
        let volume = VolumeFacts {
            name: &claim.metadata.name,
            claim: Some(claim),
            volume,
            disk,
            words: OnceCell::new(),
        };
        let mut owners = groups.values_mut().filter_map(|draft| draft.deployment.as_mut());
        if let Some(deployment) = owners.find(|owner| owner.mounts(key)) {
            deployment.volumes.push(volume);
            continue;
        }
        drop(owners);
        add_volume(cluster, groups, key, volume);
    }
    bound
}

/// Adds a volume to the first column with a pod that uses its claim, else to the one that the name of the claim stands
/// for: `<template>-<set>-<ordinal>`.
fn add_volume<'a>(
    cluster: &'a Cluster,
    groups: &mut Groups<'a>,
    claim: &Key,
    volume: VolumeFacts<'a>,
) {
    let users = cluster.store.by::<Pod>(&Index::Claim(claim.clone()));
    let users = users.filter(|it| deployment_of(cluster, it).is_none());
    let columns = users.map(|pod| {
        let ObjectMeta { namespace, name, .. } = &pod.metadata;
        match identity(groups, namespace, name, Some(pod)) {
            Some((set, ordinal)) => ((Sort::Set, set), (ordinal, String::new())),
            None => ((Sort::Others, Key::new(namespace, "")), (0, name.clone())),
        }
    });
    if let Some((group, column)) = columns.min() {
        return groups.change(group, Draft::default, |draft| {
            draft.columns.change(column, Column::default, |column| column.volumes.push(volume));
        });
    }
    let Some((rest, ordinal)) = claim.name().rsplit_once('-') else { return };
    let Ok(ordinal) = ordinal.parse::<i32>() else { return };
    let known = groups.iter().map(|(key, _)| key).filter(|(sort, key)| {
        *sort == Sort::Set
            && key.namespace() == claim.namespace()
            && rest.strip_suffix(key.name()).is_some_and(|start| start.ends_with('-'))
    });
    let set = known.max_by_key(|(_, key)| key.name().len()).map(|(_, key)| key.clone());
    let guess = || rest.split_once('-').map(|(_, set)| Key::new(claim.namespace(), set));
    let Some(set) = set.or_else(guess) else { return };
    groups.change((Sort::Set, set.clone()), Draft::default, |draft| {
        change_column(&mut draft.columns, &set, ordinal, |column| column.volumes.push(volume));
    });
}

/// Adds the volumes that were retained after their claims were deleted. `bound` is the number of those whose claims exist.
fn add_left_disks<'a>(cluster: &'a Cluster, groups: &mut Groups<'a>, bound: usize) {
    let has_claim =
        |(id, disk): &(&DiskId, &Rc<Disk>)| matches!(id, DiskId::Volume(_)) && disk.claim.is_some();
    if cluster.world().disks.iter().filter(has_claim).count() == bound {
        return;
    }
    for (id, disk) in cluster.world().disks.iter() {
        let (DiskId::Volume(name), Some(claim)) = (id, &disk.claim) else { continue };
        let bound = cluster.store.claims.get(claim);
        if bound.is_some_and(|claim| claim.spec.volume_name == *name) {
            continue;
        }
        let volume = VolumeFacts {
            name: claim.name(),
            claim: None,
            volume: name,
            disk: Some(disk),
            words: OnceCell::new(),
        };
        add_volume(cluster, groups, claim, volume);
    }
}
