//! A real cluster, as far as its API objects tell: what is reported of it, and what it is waiting for.
//!
//! Nothing is simulated. [`Report`]s are written to the store as they are, and after them [`look`] runs the same
//! controllers as a simulation, each for one pass, and keeps only what they say they are waiting for. What kubelets do is
//! not in the API, so the waits of pods come from their status, the attachments of their volumes, and the last warning.

mod begin;
mod pods;
mod touched;

pub use begin::ASSUMPTIONS;
pub use touched::Touched;

pub use super::world::ApiEvent;
use super::world::{Disk, DiskId, Files, Host};
use super::*;
use crate::db::Data;
use crate::later::later;

later! {
    /// [`waits`]
    static WAITS: fn(&Cluster, &Touched, &mut Random) -> Vec<Effect> = waits;
    /// [`Touched::by`]
    static TOUCHED: fn(&Cluster, &[Report]) -> Touched = Touched::by;
    /// [`begin::begin`]
    static BEGIN: fn(&mut WorldStep<'_>) = begin::begin;
    also apply;
}

/// Where the reports come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// When the recipe begins, as Kubernetes writes it; all times in the objects are counted from there. An earlier
    /// time is the beginning.
    pub from: String,
    /// The plural names of kinds that nothing was reported of.
    pub without: Vec<String>,
    /// Whether it is a recording, not only one state.
    pub is_recording: bool,
    /// Whether the names were replaced by others.
    pub is_renamed: bool,
}

impl Source {
    /// Whether nothing was reported of a kind.
    pub fn lacks(&self, kind: Kind) -> bool {
        self.without.iter().any(|name| name == kind.plural())
    }
}

/// Something that is reported of a real cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// An object that existed before the reports began.
    Listed(Object),
    /// An object that was created or changed.
    Seen(Object),
    /// An object that was deleted.
    Gone(ObjectRef),
    /// An Event of the API.
    Event(ApiEvent),
    /// A remark of the person who recorded it.
    Remark(String),
    /// More reports of the same instant follow: what the components are waiting for is said after them.
    More,
}

/// What the components of the control plane are waiting for, as effects that say so. What reports did not touch and is not
/// waiting is left out: it is as it was.
pub fn look(cluster: &Cluster, touched: &Touched, random: &mut Random) -> Vec<Effect> {
    WAITS.get().map_or_else(Vec::new, |waits| waits(cluster, touched, random))
}

/// The sets that reports are about, before they are taken over.
pub fn touched(cluster: &Cluster, reports: &[Report]) -> Touched {
    TOUCHED.get().map_or(Touched::All, |touched| touched(cluster, reports))
}

/// Starts a simulation that continues from what was observed: the hosts, the pods on them, and the controllers.
pub fn simulate(step: &mut WorldStep<'_>) {
    if let Some(begin) = BEGIN.get() {
        begin(step);
    }
}

fn waits(cluster: &Cluster, touched: &Touched, random: &mut Random) -> Vec<Effect> {
    let store = &cluster.store;
    let lacks = |kind| cluster.settings.observed.as_ref().is_some_and(|source| source.lacks(kind));
    let mut step = WorldStep::new(cluster, random);
    let is_due = |kind, meta: &ObjectMeta, is_settled: bool| {
        let waits =
            || cluster.waits.contains_key(&Subject::Object(ObjectRef::new(kind, &meta.key())));
        !is_settled || touched.has(kind, meta) || waits()
    };
    for set in store.stateful_sets.iter() {
        if is_due(Kind::StatefulSet, &set.metadata, touched::is_settled(set)) {
            stateful_set::sync(&mut step, &set.metadata.key());
        }
    }
    for set in store.replica_sets.iter() {
        if is_due(Kind::ReplicaSet, &set.metadata, set.status.replicas == set.spec.replicas) {
            replica_set::sync(&mut step, &set.metadata.key());
        }
    }
    for deployment in store.deployments.iter().filter(|_| !lacks(Kind::ReplicaSet)) {
        if is_due(Kind::Deployment, &deployment.metadata, touched::is_rolled_out(deployment)) {
            deployment::sync(&mut step, &deployment.metadata.key());
        }
    }
    // Without classes or volumes, the controller would miss what exists.
    if !lacks(Kind::StorageClass) && !lacks(Kind::PersistentVolume) {
        for claim in store.by::<PersistentVolumeClaim>(&Index::Pending) {
            volumes::sync_claim(&mut step, &claim.metadata.key());
        }
    }
    let unbound = store.by::<Pod>(&Index::Unbound).filter(|_| !lacks(Kind::Node));
    for pod in unbound.filter(|pod| pods::scheduling(pod).is_none()) {
        scheduler::schedule(&mut step, &pod.metadata.key());
    }
    let is_wait = |effect: &Effect| matches!(effect, Effect::SetWait(..));
    let mut effects: Vec<Effect> = step.into_effects().into_iter().filter(is_wait).collect();
    effects.extend(waits_of_pods(cluster));
    for claim in store.claims.iter().filter(|claim| claim.metadata.is_terminating()) {
        if let Some(pod) = store.users_of(claim).next() {
            let (claim, pod) = (
                claim.metadata.reference(Kind::PersistentVolumeClaim),
                pod.metadata.reference(Kind::Pod),
            );
            let subject = Subject::Object(claim.clone());
            effects.push(Effect::SetWait(
                subject,
                Some(Rc::new(Reason::ClaimProtected { claim, pod })),
            ));
        }
    }
    effects
}

/// What pods are waiting for, and which of them no longer are.
fn waits_of_pods(cluster: &Cluster) -> Vec<Effect> {
    let waits = cluster.store.pods.iter().filter_map(|pod| {
        let wait = pods::wait(cluster, pod)?;
        Some(Effect::SetWait(Subject::pod(&pod.metadata.key()), Some(Rc::new(wait))))
    });
    let over = cluster.waits.keys().filter(|subject| {
        let Subject::Object(object) = subject else { return false };
        let pod = cluster.store.pods.get(&object.key).filter(|_| object.kind == Kind::Pod);
        pod.is_some_and(|pod| pod.is_bound() && pods::wait(cluster, pod).is_none())
    });
    let over = over.map(|subject| Effect::SetWait(subject.clone(), None));
    waits.chain(over).collect()
}

/// What the controller of an object would do now, if it were its turn.
pub fn plans(cluster: &Cluster, subject: &Subject) -> Vec<Rc<Reason>> {
    let Subject::Object(object) = subject else { return Vec::new() };
    let mut random = Random::new(1);
    let mut step = WorldStep::new(cluster, &mut random);
    match object.kind {
        Kind::StatefulSet => stateful_set::sync(&mut step, &object.key),
        Kind::Deployment => deployment::sync(&mut step, &object.key),
        Kind::ReplicaSet => replica_set::sync(&mut step, &object.key),
        _ => {}
    }
    let events = step.into_effects().into_iter().filter_map(|effect| match effect {
        Effect::RecordEvent(_, _, reason) => Some(reason),
        _ => None,
    });
    events.collect()
}

impl World {
    /// Updates what an API object suggests of the world: a host for each node, a disk for each volume.
    pub(super) fn suggest(&mut self, store: &Store, reference: &ObjectRef, now: Time) {
        let name = reference.key.name();
        match reference.kind {
            Kind::Node => self.suggest_host(store.node(name), name, now),
            Kind::PersistentVolume => self.suggest_disk(store, name),
            _ => {}
        }
    }

    fn suggest_host(&mut self, node: Option<&Rc<Node>>, name: &str, now: Time) {
        let hosts = Rc::make_mut(&mut self.hosts);
        let Some(node) = node else {
            hosts.remove(name);
            return;
        };
        let since = hosts.get(name).map_or(now, |host| host.since);
        let host = Host {
            is_on: true,
            boots: false,
            shuts_down: false,
            is_linked: true,
            since,
            node: node.clone(),
            images: Set::new(),
            next_address: 0,
            subnet: 0,
        };
        hosts.insert(name.to_owned(), Rc::new(host));
    }

    /// Updates the disk of a volume: where it is, and to which nodes it is attached.
    pub(super) fn suggest_disk(&mut self, store: &Store, name: &str) {
        let disks = Rc::make_mut(&mut self.disks);
        let id = DiskId::Volume(name.to_owned());
        let Some(volume) = store.volumes.named("", name) else {
            disks.remove(&id);
            return;
        };
        let attachments = store.by::<VolumeAttachment>(&Index::Attached(name.to_owned()));
        let attached =
            attachments.filter(|it| it.status.attached).map(|it| it.spec.node_name.clone());
        let claim =
            volume.spec.claim_ref.as_ref().map(|claim| Key::new(&claim.namespace, &claim.name));
        let disk = Disk {
            node: local_node(volume),
            claim,
            since: volume.metadata.creation_timestamp,
            attached: attached.collect(),
            data: Data::default(),
            files: Files::default(),
        };
        disks.insert(id, Rc::new(disk));
    }
}

/// The node that a volume is built into: the host name that its affinity requires.
fn local_node(volume: &PersistentVolume) -> Option<String> {
    let terms = &volume.spec.node_affinity.as_ref()?.required.node_selector_terms;
    let mut wanted = terms.iter().flat_map(|term| &term.match_expressions);
    let host = wanted.find(|it| it.key == HOSTNAME_LABEL && it.values.len() == 1)?;
    host.values.first().cloned()
}
