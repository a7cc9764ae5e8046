//! Why things are as they are: what something waits for, what has led to it, what would end the wait.
//!
//! A wait leads to another: the set waits for a pod, the pod for its volume, the volume for a node;
//! [`waits_of`] follows the objects that each reason names. An event names the event that
//! caused it; [`causes`] walks back along them.

mod remedies;
#[cfg(test)]
mod tests;

use crate::api::*;
use crate::cluster::sentences::ENGLISH;
use crate::cluster::world::{ContainerRun, DatabaseState, PodRuntime, RunState, Stage};
use crate::cluster::{Cluster, Component, Detail, Event, EventType, Reason, Subject, Wait};
use remedies::{remedies, silence};
use std::rc::Rc;

/// So many waits are told at most.
const LONGEST_CHAIN: usize = 5;

/// So many causes are told at most.
const LONGEST_WALK: usize = 12;

/// What is shown of one set.
#[derive(Debug, PartialEq)]
pub struct SetView {
    /// The set, or the Deployment.
    pub set: ObjectRef,
    /// How many pods are wanted.
    pub desired: i32,
    /// How many exist.
    pub created: i32,
    /// How many of them are Ready.
    pub ready: i32,
    /// The settings of a StatefulSet that the page can change, besides its replicas.
    pub settings: Option<SetSettings>,
    /// What the controller does, if it does not wait.
    pub headline: String,
    /// Why it waits: each for the next.
    pub chain: Vec<Link>,
    /// What would end the wait.
    pub remedies: Vec<Remedy>,
}

/// The settings of a StatefulSet that the page can change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetSettings {
    /// `spec.updateStrategy.rollingUpdate.partition`.
    pub partition: i32,
    /// `spec.template.spec.terminationGracePeriodSeconds`.
    pub grace_seconds: u64,
}

/// One reason, or one thing that has happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The reason, in a sentence.
    pub text: String,
    /// The statement of the semantics.
    pub statement: &'static str,
    /// The upstream file or document.
    pub source: &'static str,
    /// Since when, or when it happened, if that is known.
    pub since: Option<Time>,
}

/// Something that would end a wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// The line that does it.
    pub line: String,
    /// What it means.
    pub note: &'static str,
    /// Whether it breaks a promise of Kubernetes.
    pub is_dangerous: bool,
}

/// What is shown of all sets and Deployments.
pub fn views(cluster: &Cluster) -> Vec<SetView> {
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
    let numbers = [desired, created, ready];
    let headline = headline(&object, numbers);
    let (chain, remedies) = waits(cluster, &Subject::Object(set.clone()));
    let settings =
        cluster.store.stateful_sets.get(&set.key).filter(|_| set.kind == Kind::StatefulSet);
    let settings = settings.map(|set| settings_of(&set.spec));
    SetView { desired, created, ready, settings, headline, chain, remedies, set }
}

fn settings_of(spec: &StatefulSetSpec) -> SetSettings {
    SetSettings {
        partition: spec.update_strategy.rolling_update.as_ref().map_or(0, |it| it.partition),
        grace_seconds: spec.template.spec.termination_grace_period_seconds,
    }
}

/// Why something waits, each reason for the next, and what would end it.
fn waits(cluster: &Cluster, subject: &Subject) -> (Vec<Link>, Vec<Remedy>) {
    let namespace = match subject {
        Subject::Object(object) => object.key.namespace(),
        _ => DEFAULT_NAMESPACE,
    };
    let waits = waits_of(cluster, subject);
    let mut chain: Vec<Link> = waits.iter().map(|wait| link(&wait.reason, wait.since)).collect();
    let by_set = |wait: &&&Wait| wait.reason.code().component() == Component::StatefulSet;
    if let Some(last) = waits.last().filter(by_set) {
        let pod = last.reason.object(Kind::Pod);
        chain.extend(pod.and_then(|pod| progress(cluster, namespace, pod.key.name())));
    } else if let (true, Subject::Object(object)) = (waits.is_empty(), subject)
        && object.kind == Kind::Pod
    {
        chain.extend(progress(cluster, namespace, object.key.name()));
    }
    let found = waits.iter().rev().map(|wait| remedies(cluster, &wait.reason));
    let remedies = found.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
    match cluster.world().is_observed {
        true => (chain, remedies::of_real_cluster(remedies, subject)),
        false => (chain, remedies),
    }
}

/// The answer to "Why?".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Why it waits: each for the next.
    pub chain: Vec<Link>,
    /// What would end the wait.
    pub remedies: Vec<Remedy>,
    /// What has led to it: the last thing that happened to it, what caused that, and so on.
    pub causes: Vec<Link>,
}

/// Why something is as it is. `events` are those up to now.
pub fn why(cluster: &Cluster, events: &[Event], subject: &Subject) -> Answer {
    let (mut chain, mut remedies) = waits(cluster, subject);
    if let Some((silent, ways)) = silence(cluster, subject).filter(|_| chain.is_empty()) {
        chain.push(silent);
        remedies = ways;
    }
    if chain.is_empty() {
        chain.extend(not_wanted(cluster, subject));
    }
    if chain.is_empty()
        && let Some(set) = waiting_set(cluster, subject)
    {
        (chain, remedies) = waits(cluster, &set);
    }
    if cluster.world().is_observed {
        remedies = remedies::of_real_cluster(remedies, subject);
        return Answer { chain, remedies, causes: reported(events, subject) };
    }
    Answer { chain, remedies, causes: causes(events, subject) }
}

/// What was reported of something, the last first.
fn reported(events: &[Event], subject: &Subject) -> Vec<Link> {
    let is_report = |event: &&Event| {
        event.subject == *subject && event.reason.code().event_type() != EventType::Waiting
    };
    let reports = events.iter().rev().filter(is_report).take(LONGEST_WALK);
    reports.map(|event| link(&event.reason, event.time)).collect()
}

/// The set that would make a pod that is not there, if it waits.
fn waiting_set(cluster: &Cluster, subject: &Subject) -> Option<Subject> {
    let set = set_of(cluster, subject)?;
    let is_there =
        matches!(subject, Subject::Object(pod) if cluster.store.pods.get(&pod.key).is_some());
    let set = Subject::object(Kind::StatefulSet, &set.metadata.key());
    (!is_there && cluster.waits.contains_key(&set)).then_some(set)
}

/// The set to whose identities a pod of this name belongs.
fn set_of<'a>(cluster: &'a Cluster, subject: &'a Subject) -> Option<&'a Rc<StatefulSet>> {
    let Subject::Object(object) = subject else { return None };
    let mut sets = cluster.store.stateful_sets.in_namespace(object.key.namespace());
    let is_of = |set: &&Rc<StatefulSet>| set.ordinal_of(object.key.name()).is_some();
    sets.find(|set| object.kind == Kind::Pod && is_of(set))
}

/// Why there is no pod of an identity that nobody wants.
fn not_wanted(cluster: &Cluster, subject: &Subject) -> Option<Link> {
    let set = set_of(cluster, subject)?;
    let Subject::Object(object) = subject else { return None };
    let ordinal = set.ordinal_of(object.key.name())?;
    let wanted = set.ordinals();
    let what = Detail::NotWanted {
        pod: object.clone(),
        set: set.metadata.reference(Kind::StatefulSet),
        replicas: set.spec.replicas,
        start: set.spec.ordinals.start,
    };
    (!wanted.contains(&ordinal)).then(|| state(&what, "S5", None))
}

/// What has happened to something last, what caused it, and so on back to what a person did, what
/// broke, or where the story begins.
fn causes(events: &[Event], subject: &Subject) -> Vec<Link> {
    let is_about = |event: &&Event| event.subject == *subject;
    let mut causes: Vec<&Event> = Vec::new();
    let mut next = events.iter().rev().find(is_about);
    while let Some(event) = next.filter(|_| causes.len() < LONGEST_WALK) {
        causes.push(event);
        next = match event.cause {
            Some(number) => {
                events.binary_search_by_key(&number, |it| it.number).ok().map(|at| &events[at])
            }
            None => fault_behind(events, event),
        };
    }
    causes.iter().map(|event| link(&event.reason, event.time)).collect()
}

/// The fault behind what a timer has found out about a node: the last one on that node.
fn fault_behind<'a>(events: &'a [Event], found: &Event) -> Option<&'a Event> {
    let component = found.reason.code().component();
    if !matches!(component, Component::NodeLifecycle | Component::TaintEviction) {
        return None;
    }
    let node = found.reason.object(Kind::Node)?;
    let is_fault = |event: &&Event| {
        event.number < found.number
            && event.reason.code().event_type() == EventType::Fault
            && event.reason.object(Kind::Node) == Some(node)
    };
    events.iter().rev().find(is_fault)
}

fn headline(object: &Object, [desired, created, ready]: [i32; 3]) -> String {
    let is_set = object.kind() == Kind::StatefulSet;
    ENGLISH.words(&if object.meta().is_terminating() {
        Detail::BeingDeleted { kind: object.kind().to_string() }
    } else if created == desired && ready == desired {
        Detail::NothingToDo {}
    } else if created < desired && is_set {
        Detail::CreatesNextPod {}
    } else if created < desired {
        Detail::CreatesPods {}
    } else if created > desired && is_set {
        Detail::DeletesHighest {}
    } else if created > desired {
        Detail::DeletesPods {}
    } else {
        Detail::WaitsForReadiness {}
    })
}

/// The wait of something, then that of what it waits for, and so on.
pub fn waits_of<'a>(cluster: &'a Cluster, subject: &Subject) -> Vec<&'a Wait> {
    let mut chain: Vec<&Wait> = Vec::new();
    let mut seen: Vec<Subject> = Vec::new();
    let mut next = Some(subject.clone());
    while let Some(subject) = next.take() {
        let wait = cluster.waits.get(&subject);
        seen.push(subject);
        let Some(wait) = wait else { break };
        if !chain.iter().any(|link| link.reason == wait.reason) {
            chain.push(wait);
        }
        // A reason names first what is most likely to hold it up.
        let mut candidates = wait.reason.objects().cloned().map(Subject::Object);
        next = candidates.find(|it| !seen.contains(it) && cluster.waits.contains_key(it));
        if chain.len() == LONGEST_CHAIN {
            break;
        }
    }
    chain
}

fn link(reason: &Reason, since: Time) -> Link {
    let code = reason.code();
    let (statement, source) = (code.statement(), code.source());
    Link { text: reason.text(), statement, source, since: Some(since) }
}

/// A state that is no event and no wait of the log.
fn state(what: &Detail, statement: &'static str, since: Option<Time>) -> Link {
    Link { text: ENGLISH.words(what), statement, source: "", since }
}

/// How far a pod is, where no wait says it.
fn progress(cluster: &Cluster, namespace: &str, name: &str) -> Option<Link> {
    let pod = cluster.store.pods.named(namespace, name)?;
    if cluster.world().is_observed {
        let is_starting = pod.is_bound() && !pod.is_ready() && !pod.is_finished();
        let what = Detail::Starting { pod: pod.metadata.reference(Kind::Pod) };
        let is_waiting = cluster.waits.contains_key(&Subject::pod(&pod.metadata.key()));
        let is_going = pod.metadata.is_terminating();
        return (is_starting && !is_waiting && !is_going).then(|| state(&what, "", None));
    }
    let run = cluster.world().runs.get(&pod.metadata.uid)?;
    let plain = |what: Detail| Some(state(&what, "", Some(run.stage_since)));
    let object = || pod.metadata.reference(Kind::Pod);
    let node = || ObjectRef::node(&run.node);
    if let Some(database) = &run.database
        && let DatabaseState::Cloning { source, .. } = &database.state
    {
        let data = cluster.world().data_of(run)?;
        let (have, all) = (data.len(), data.clone_target.unwrap_or(0));
        let from = cluster.world().runs.get(source)?;
        let what = Detail::Cloning { pod: object(), source: ObjectRef::pod(&from.pod), have, all };
        return Some(state(&what, "S18", Some(database.since)));
    }
    if !cluster.world().is_heard(&run.node) {
        let since = cluster.world().machine(&run.node).map(|machine| machine.since);
        let what = Detail::OnUnreachableNode { pod: object(), node: node() };
        return Some(state(&what, "S25", since));
    }
    if let Some(ending) = run.ending {
        let what = Detail::Terminating { pod: object(), node: node() };
        return Some(state(&what, "", Some(ending.since)));
    }
    if pod.metadata.is_terminating() || pod.is_ready() {
        return None;
    }
    match run.stage {
        Stage::Volumes => plain(Detail::WaitingForVolume { pod: object(), node: node() }),
        Stage::Mounting => plain(Detail::Mounting { pod: object() }),
        Stage::Sandbox => plain(Detail::CreatingSandbox { pod: object() }),
        Stage::Containers => match ended(run) {
            Some((container, at, again)) => {
                let (container, again) = (container.to_owned(), again.since_start());
                let what = Detail::RestartPending { container, pod: object(), at: again };
                Some(state(&what, "S24", Some(at)))
            }
            None => {
                let (what, since) = containers(run);
                Some(state(&what, "", Some(since)))
            }
        },
        Stage::Failed | Stage::Unmounting | Stage::Gone => None,
    }
}

/// The first container that has ended and waits to be started again: its name, since when, until when.
fn ended(run: &PodRuntime) -> Option<(&str, Time, Time)> {
    run.containers.iter().find_map(|container| match container.state {
        RunState::Ended { at, again: Some(again), .. } => {
            Some((container.name.as_str(), at, again))
        }
        _ => None,
    })
}

/// The name of a container that is being restarted, and when it ended.
fn restarting(container: &ContainerRun) -> Option<(&str, Time)> {
    match container.last {
        Some(ContainerState::Terminated { finished_at, .. }) if !container.state.is_running() => {
            Some((&container.name, finished_at))
        }
        _ => None,
    }
}

/// What the containers of a pod do that is not Ready, and since when.
fn containers(run: &PodRuntime) -> (Detail, Time) {
    let pod = ObjectRef::pod(&run.pod);
    let is_done = |it: &&ContainerRun| matches!(it.state, RunState::Ended { code: 0, .. });
    // Of a pod whose container was started again: since that one runs.
    let running = run.main_containers().filter_map(|container| match container.state {
        RunState::Running { since, .. } => Some(since),
        _ => None,
    });
    let since = running.max().unwrap_or(run.stage_since);
    if let Some(init) = run.init_containers().find(|container| !is_done(container)) {
        (Detail::Initializing { container: init.name.clone(), pod }, run.stage_since)
    } else if run.main_containers().all(|container| container.state.is_running()) {
        (Detail::RunningNotReady { pod }, since)
    } else if let Some((container, at)) = run.main_containers().find_map(restarting) {
        (Detail::Restarting { container: container.to_owned(), pod }, at)
    } else {
        (Detail::Starting { pod }, run.stage_since)
    }
}
