//! The control loop of each StatefulSet and Deployment: what is wanted, what is there, and why it is not yet so.
//!
//! A reason leads to another: the set waits for a pod, the pod for its volume, the volume for a
//! node. The chain follows the names in the arguments of each reason.

use super::words;
use crate::api::*;
use crate::cluster::world::{ContainerRun, DatabaseState, Run, RunState, Stage};
use crate::cluster::{Cluster, Code, Component, Reason, Subject, Wait};
use std::rc::Rc;

/// How many links of a chain are shown.
const LONGEST_CHAIN: usize = 5;

/// What is shown of one set.
#[derive(Debug, PartialEq)]
pub(super) struct SetView {
    /// The set, or the Deployment.
    pub set: ObjectRef,
    /// How many pods are wanted.
    pub desired: i32,
    /// How many exist.
    pub created: i32,
    /// How many of them are Ready.
    pub ready: i32,
    /// What the controller does, if it does not wait.
    pub headline: String,
    /// Why it waits: each for the next.
    pub chain: Vec<Link>,
    /// What would end the wait.
    pub remedies: Vec<Remedy>,
}

/// One reason.
#[derive(Debug, PartialEq)]
pub(super) struct Link {
    /// The reason, in a sentence.
    pub text: String,
    /// The statement of the semantics.
    pub statement: &'static str,
    /// The upstream file or document.
    pub source: &'static str,
    /// Since when, if that is known.
    pub since: Option<Time>,
}

/// Something that would end a wait.
#[derive(Debug, PartialEq)]
pub(super) struct Remedy {
    /// The line that does it.
    pub line: String,
    /// What it means.
    pub note: &'static str,
    /// Whether it breaks a promise of Kubernetes.
    pub is_dangerous: bool,
}

/// What is shown of all sets and Deployments.
pub(super) fn views(cluster: &Cluster) -> Vec<SetView> {
    let kinds = [Kind::StatefulSet, Kind::Deployment];
    let objects = kinds.iter().flat_map(|kind| cluster.store.list(*kind));
    objects.map(|object| view(cluster, object)).collect()
}

/// The pods of a set, or of the ReplicaSets of a Deployment; those that are going count only for a set.
fn pods_of<'a>(cluster: &'a Cluster, owner: &'a ObjectMeta) -> impl Iterator<Item = &'a Rc<Pod>> {
    let sets = &cluster.store.replica_sets;
    cluster.store.pods.in_namespace(&owner.namespace).filter(move |pod| {
        let set = sets.owner_of(&pod.metadata).filter(|_| !pod.metadata.is_terminating());
        let manager = set.map_or(&pod.metadata, |set| &set.metadata).controller();
        manager.is_some_and(|manager| manager.uid == owner.uid)
    })
}

fn view(cluster: &Cluster, mut object: Object) -> SetView {
    let desired = object.replicas_mut().map_or(0, |replicas| *replicas);
    let (set, meta) = (object.reference(), object.meta());
    let created = pods_of(cluster, meta).count() as i32;
    let ready = pods_of(cluster, meta).filter(|pod| pod.is_ready()).count() as i32;
    let waits = chain_of(cluster, &set);
    let mut chain: Vec<Link> = waits.iter().map(|wait| link(wait)).collect();
    if let Some(last) =
        waits.last().filter(|last| last.reason.code.component() == Component::StatefulSet)
    {
        chain.extend(progress(cluster, set.key.namespace(), last));
    }
    SetView {
        desired,
        created,
        ready,
        headline: headline(&object, [desired, created, ready]),
        remedies: waits
            .iter()
            .rev()
            .map(|wait| remedies(cluster, &wait.reason))
            .find(|it| !it.is_empty())
            .unwrap_or_default(),
        chain,
        set,
    }
}

fn headline(object: &Object, [desired, created, ready]: [i32; 3]) -> String {
    let is_set = object.kind() == Kind::StatefulSet;
    if object.meta().is_terminating() {
        format!("The {} is being deleted.", object.kind())
    } else if created == desired && ready == desired {
        "What is there is what is wanted: nothing to do.".into()
    } else if created < desired && is_set {
        "Pods are missing: the controller makes the next one.".into()
    } else if created < desired {
        "Pods are missing: the controller makes them.".into()
    } else if created > desired && is_set {
        "There are too many pods: the highest ordinal goes first.".into()
    } else if created > desired {
        "There are more pods than wanted: some go.".into()
    } else {
        "All pods are made; not all of them are Ready yet.".into()
    }
}

/// The wait of the set, then that of what it waits for, and so on.
fn chain_of<'a>(cluster: &'a Cluster, set: &ObjectRef) -> Vec<&'a Wait> {
    let namespace = set.key.namespace();
    let mut chain: Vec<&Wait> = Vec::new();
    let mut seen: Vec<Subject> = Vec::new();
    let mut next = Some(Subject::Object(set.clone()));
    while let Some(subject) = next.take() {
        let wait = cluster.waits.get(&subject);
        seen.push(subject);
        let Some(wait) = wait else { break };
        if !chain.iter().any(|link| link.reason == wait.reason) {
            chain.push(wait);
        }
        let candidates = named(&wait.reason, namespace);
        next =
            candidates.into_iter().find(|it| !seen.contains(it) && cluster.waits.contains_key(it));
        if chain.len() == LONGEST_CHAIN {
            break;
        }
    }
    chain
}

/// The objects that a reason names, those that may hold it up first.
fn named(reason: &Reason, namespace: &str) -> Vec<Subject> {
    let kinds = [
        ("lower", Kind::Pod),
        ("pod", Kind::Pod),
        ("set", Kind::ReplicaSet),
        ("claim", Kind::PersistentVolumeClaim),
        ("volume", Kind::PersistentVolume),
        ("node", Kind::Node),
    ];
    let names = kinds.iter().filter(|(argument, _)| !reason.arg(argument).is_empty());
    let subjects = names.map(|(argument, kind)| {
        let namespace = if kind.is_namespaced() { namespace } else { "" };
        Subject::object(*kind, &Key::new(namespace, reason.arg(argument)))
    });
    subjects.collect()
}

fn link(wait: &Wait) -> Link {
    let code = wait.reason.code;
    Link {
        text: wait.reason.text(),
        statement: code.statement(),
        source: code.source(),
        since: Some(wait.since),
    }
}

/// How far the pod is for which the last reason waits, where no wait says it.
fn progress(cluster: &Cluster, namespace: &str, wait: &Wait) -> Option<Link> {
    let argument = if wait.reason.arg("lower").is_empty() { "pod" } else { "lower" };
    let name = wait.reason.arg(argument);
    let pod = cluster.store.pods.named(namespace, name)?;
    let run = cluster.world.runs.get(&pod.metadata.uid)?;
    let plain =
        |text: String| Some(Link { text, statement: "", source: "", since: Some(run.stage_since) });
    if let Some(database) = &run.database
        && let DatabaseState::Cloning { source, .. } = &database.state
    {
        let data = cluster.world.data_of(run)?;
        let (have, all) = (data.len(), data.clone_target.unwrap_or(0));
        let from = cluster.world.runs.get(source)?;
        let text = format!("{name} clones from {}: {have} of {all} entries", from.pod.name());
        return Some(Link { text, statement: "S18", source: "", since: Some(database.since) });
    }
    if !cluster.world.is_heard(&run.node) {
        return plain(format!("{name} is on {}, of which nothing is heard", run.node));
    }
    if run.ending.is_some() {
        return plain(format!("{name} is ending on {}", run.node));
    }
    if pod.metadata.is_terminating() || pod.is_ready() {
        return None;
    }
    match run.stage {
        Stage::Volumes => plain(format!("{name} waits for its volume on {}", run.node)),
        Stage::Mounting => plain(format!("the volume of {name} is being mounted")),
        Stage::Sandbox => plain(format!("{name} gets its address")),
        Stage::Containers => match ended(run) {
            Some((container, at, again)) => {
                let again = words::clock(again);
                let text = format!(
                    "container {container} of {name} has ended, and is started again at {again}"
                );
                Some(Link { text, statement: "S24", source: "", since: Some(at) })
            }
            None => plain(containers(run)),
        },
        Stage::Failed | Stage::Unmounting | Stage::Gone => None,
    }
}

/// The first container that has ended and waits to be started again: its name, since when, until when.
fn ended(run: &Run) -> Option<(&str, Time, Time)> {
    run.containers.iter().find_map(|container| match container.state {
        RunState::Ended { at, again: Some(again), .. } => {
            Some((container.name.as_str(), at, again))
        }
        _ => None,
    })
}

/// What the containers of a pod do that is not Ready.
fn containers(run: &Run) -> String {
    let name = run.pod.name();
    let is_done = |it: &&ContainerRun| matches!(it.state, RunState::Ended { code: 0, .. });
    if let Some(init) = run.init_containers().find(|container| !is_done(container)) {
        format!("init container {} of {name} is not done", init.name)
    } else if run.main_containers().all(|container| container.state.is_running()) {
        format!("{name} runs; it is not Ready yet")
    } else {
        format!("the containers of {name} are starting")
    }
}

/// What would end a wait for this reason.
fn remedies(cluster: &Cluster, reason: &Reason) -> Vec<Remedy> {
    let (pod, node) = (reason.arg("pod"), reason.arg("node"));
    let remedy = |line: String, note| Remedy { line, note, is_dangerous: false };
    let is_on = cluster.world.machine(node).is_some_and(|machine| machine.is_on);
    let back = if is_on { "heal" } else { "on" };
    let comes_back = || remedy(format!("node {node} {back}"), "Bring the node back");
    match reason.code {
        Code::EvictionPlanned => vec![comes_back()],
        Code::WaitForNode => {
            let taint = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute";
            let mut risky = [
                remedy(format!("kubectl taint nodes {node} {taint}"), "Promise that it is off"),
                remedy(format!("kubectl delete node {node}"), "Promise that it is gone"),
                remedy(
                    format!("kubectl delete pod {pod} --force --grace-period=0"),
                    "Free the name: two may run with it",
                ),
            ];
            risky.iter_mut().for_each(|remedy| remedy.is_dangerous = is_on);
            [comes_back()].into_iter().chain(risky).collect()
        }
        Code::UpdateStuck => {
            vec![remedy(
                format!("kubectl delete pod {pod}"),
                "Once the template is mended, delete the pod",
            )]
        }
        Code::RolloutStuck => {
            let line = format!("kubectl rollout undo deployment {}", reason.arg("deployment"));
            vec![remedy(line, "Go back to the template before")]
        }
        _ => Vec::new(),
    }
}

/// Since when, as the panel writes it.
pub(super) fn since(link: &Link) -> String {
    link.since.map(words::short_clock).unwrap_or_default()
}
