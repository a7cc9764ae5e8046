//! `kubectl drain` as it goes on in its terminal: node by node, asking again where it is refused,
//! waiting until the pods are gone.
//!
//! Follows `k8s.io/kubectl/pkg/drain` and `pkg/cmd/drain` (1.32). The first lines of its output are
//! printed by the line itself; what it prints later is made from the events ([`output`]).

use super::*;

/// How long a refused eviction waits before it is asked for again.
const RETRY_MS: u64 = 5_000;
/// How often a pod that was evicted is looked for.
const POLL_MS: u64 = 1_000;

/// A `kubectl drain` that runs in a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drain {
    /// The nodes left to drain; the first one is being drained.
    pub nodes: Vec<String>,
    /// `--pod-selector`
    pub selector: LabelSelector,
    /// `--grace-period`
    pub grace: Option<u64>,
    /// `--timeout`, for each node.
    pub timeout_ms: Option<u64>,
    /// When the drain of the first node started.
    pub started: Option<Time>,
    /// The pods of the first node.
    pub pods: Vec<DrainPod>,
}

/// A pod that is being drained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrainPod {
    /// Its key.
    pub pod: Key,
    /// The UID of the pod to evict.
    pub uid: Uid,
    /// The progress of its eviction.
    pub progress: Progress,
    /// When to check again.
    pub next: Time,
}

/// The progress of an eviction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It must be requested.
    Asking,
    /// It was granted, and the pod is Terminating.
    Waiting,
    /// The pod is gone.
    Done,
    /// kubectl gave up with this message.
    Failed(String),
}

/// Starts a drain: a `kubectl drain` in a terminal of its own.
pub fn start(step: &mut Step<'_>, drain: &Drain) {
    let nodes = drain.nodes.iter().map(|name| ObjectRef::node(name)).collect();
    let subject = Subject::node(drain.nodes.first().map_or("", String::as_str));
    step.record_event(subject, None, Reason::DrainAsked { nodes });
    let number = step.cluster.controller_state.drained;
    step.update_controller_state(move |state| state.drained = number + 1);
    keep(step, number, Some(drain.clone()));
    step.enqueue_after(WorkItem::Drain(number), step.timings().reaction_ms);
}

/// Keeps the progress of a drain, or forgets it.
fn keep(step: &mut Step<'_>, number: u64, drain: Option<Drain>) {
    step.update_controller_state(move |state| {
        let drains = Rc::make_mut(&mut state.drains);
        match drain {
            Some(drain) => drains.insert(number, Rc::new(drain)),
            None => drains.remove(&number),
        };
    });
}

/// Goes on with a drain.
pub fn sync(step: &mut Step<'_>, number: u64) {
    let Some(old) = step.cluster.controller_state.drains.get(&number) else { return };
    let mut drain = Drain::clone(old);
    let Some(node) = drain.nodes.first().cloned() else { return };
    let now = step.now();
    let started = *drain.started.get_or_insert_with(|| {
        let pods = pods_to_go(step.cluster, &drain.selector, &node);
        drain.pods = pods
            .map(|pod| DrainPod {
                pod: pod.metadata.key(),
                uid: pod.metadata.uid,
                progress: Progress::Asking,
                next: Time(0),
            })
            .collect();
        now
    });
    let deadline = drain.timeout_ms.map(|timeout| started.plus(timeout));
    let mut due: Option<Time> = None;
    for index in 0..drain.pods.len() {
        let next = advance(step, &mut drain, index, deadline);
        due = match (due, next) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        // One eviction at a time, so that each sees what the one before has done to the budget.
        if next.is_some_and(|next| next <= now.plus(1)) {
            break;
        }
    }
    if let Some(due) = due {
        step.enqueue_at(WorkItem::Drain(number), due);
        return keep(step, number, Some(drain));
    }
    finish(step, &mut drain, &node);
    drain.nodes.remove(0);
    drain.started = None;
    let is_done = drain.nodes.is_empty();
    if !is_done {
        step.enqueue_after(WorkItem::Drain(number), 1);
    }
    keep(step, number, (!is_done).then_some(drain));
}

/// The pods that a drain of the node takes (`GetPodsForDeletion`).
pub fn pods_to_go<'a>(
    cluster: &'a ControlPlane,
    selector: &LabelSelector,
    node: &str,
) -> impl Iterator<Item = &'a Rc<Pod>> {
    let pods = cluster.store.pods_bound_to(node);
    pods.filter(move |pod| selector.matches(&pod.metadata.labels))
}

/// Goes on with one pod. Returns when there is more to do for it.
fn advance(
    step: &mut Step<'_>,
    drain: &mut Drain,
    index: usize,
    deadline: Option<Time>,
) -> Option<Time> {
    let now = step.now();
    let grace = drain.grace.map_or(Grace::Default, Grace::Seconds);
    let one = drain.pods.get_mut(index)?;
    if now < one.next {
        return Some(one.next);
    }
    let pod = step.cluster.store.pods.get(&one.pod).filter(|pod| pod.metadata.uid == one.uid);
    let (name, namespace) = (one.pod.name().to_owned(), one.pod.namespace().to_owned());
    let is_late = deadline.is_some_and(|deadline| now >= deadline);
    match (&one.progress, pod) {
        (Progress::Done | Progress::Failed(_), _) => return None,
        (Progress::Asking, None) => one.progress = Progress::Done,
        (Progress::Waiting, None) => {
            one.progress = Progress::Done;
            let reason = Reason::DrainedPod { pod: ObjectRef::pod(&one.pod) };
            step.record_event(Subject::pod(&one.pod), Some(one.uid), reason);
        }
        (Progress::Asking, Some(_)) if is_late => {
            let timeout = go_duration(drain.timeout_ms.unwrap_or(0));
            let words = format!(
                "error when evicting pods/\"{name}\" -n \"{namespace}\": global timeout reached: {timeout}"
            );
            one.progress = Progress::Failed(words);
        }
        (Progress::Asking, Some(pod)) => ask(step, one, pod, grace),
        (Progress::Waiting, Some(_)) if is_late => {
            let words = format!(
                "error when waiting for pod \"{name}\" in namespace \"{namespace}\" to terminate: \
                 context deadline exceeded"
            );
            one.progress = Progress::Failed(words);
        }
        (Progress::Waiting, Some(_)) => {
            let next = now.plus(POLL_MS);
            one.next = deadline.map_or(next, |deadline| next.min(deadline));
        }
    }
    (!matches!(one.progress, Progress::Done | Progress::Failed(_))).then_some(one.next)
}

/// Asks for the eviction of a pod.
fn ask(step: &mut Step<'_>, one: &mut DrainPod, pod: &Rc<Pod>, grace: Grace) {
    let (name, namespace) = (one.pod.name(), one.pod.namespace());
    let reason = Reason::Evicted { pod: ObjectRef::pod(&one.pod) };
    match disruption::evict(step, pod, grace, reason) {
        Ok(()) => {
            one.progress = Progress::Waiting;
            one.next = step.now().plus(1);
        }
        Err(refusal) if refusal.is_final => {
            let words = format!(
                "error when evicting pods/\"{name}\" -n \"{namespace}\": {}",
                refusal.message
            );
            one.progress = Progress::Failed(words);
        }
        Err(refusal) => {
            one.next = step.now().plus(RETRY_MS);
            let reason = Reason::EvictionRefused {
                pod: ObjectRef::pod(&one.pod),
                message: refusal.message.to_owned(),
                cause: refusal.cause,
            };
            step.record_pod_event(pod, reason);
        }
    }
}

/// A duration as Go prints it, such as `1m30s`.
fn go_duration(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// A node is drained, or is not.
fn finish(step: &mut Step<'_>, drain: &mut Drain, node: &str) {
    let failed = drain.pods.iter().filter_map(|one| match &one.progress {
        Progress::Failed(words) => Some(words.as_str()),
        _ => None,
    });
    let failed: Vec<&str> = failed.collect();
    let error = match failed.as_slice() {
        [] => {
            let reason = Reason::Drained { node: ObjectRef::node(node) };
            return step.record_event(Subject::node(node), None, reason);
        }
        [error] => (*error).to_owned(),
        errors => format!("[{}]", errors.join(", ")),
    };
    let pending = pods_to_go(step.cluster, &drain.selector, node);
    let pods = pending.map(|pod| pod.metadata.reference(Kind::Pod)).collect();
    let reason = Reason::DrainFailed { node: ObjectRef::node(node), error, pods };
    step.record_event(Subject::node(node), None, reason);
}

/// What `kubectl drain` prints of an event; mostly nothing.
pub fn output(reason: &Reason) -> String {
    let asked =
        |pod: &ObjectRef| format!("evicting pod {}/{}\n", pod.key.namespace(), pod.key.name());
    match reason {
        Reason::DrainedPod { pod } => format!("pod/{} evicted\n", pod.key.name()),
        Reason::Evicted { pod } => asked(pod),
        Reason::EvictionRefused { pod, message, .. } => format!(
            "{}error when evicting pods/\"{}\" -n \"{}\" (will retry after 5s): {message}\n",
            asked(pod),
            pod.key.name(),
            pod.key.namespace()
        ),
        Reason::Drained { node } => format!("node/{} drained\n", node.key.name()),
        Reason::DrainFailed { node, error, pods } => {
            let node = node.key.name();
            let pending: String =
                pods.iter().map(|pod| format!("pod/{}\n", pod.key.name())).collect();
            format!(
                "There are pending pods in node \"{node}\" when an error occurred: {error}\n{pending}\
                 error: unable to drain node \"{node}\" due to error: {error}, continuing command...\n\
                 There are pending nodes to be drained:\n {node}\n{error}\n"
            )
        }
        _ => String::new(),
    }
}
