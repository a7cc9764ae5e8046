//! The scheduler: a node for each pod.
//!
//! Follows `pkg/scheduler` of Kubernetes v1.36: the plugins that refuse ([`filters`], [`neighbours`])
//! in their order and words, [`preemption`] of pods with lower priorities, and the wait for volumes between
//! choosing a node and binding to it. What only ranks nodes is simpler than upstream: the fewest pods
//! of the same owner on the node, then in its zone, then the smallest share asked for; between equals
//! chance decides. Left out: preferences; gates; the back-off.

mod filters;
mod neighbours;
mod preemption;
mod queue;

use super::*;

/// Looks for a node for a pod (`scheduleOne`).
pub fn schedule(step: &mut Step<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(pod) = cluster.store.pods.get(key) else { return };
    if pod.is_bound() || pod.metadata.is_terminating() {
        return;
    }
    if let Some(since) = cluster.controller_state.binding.get(&pod.metadata.uid) {
        return wait_for_volumes(step, pod, *since);
    }
    // The queue is in the order of priorities: what fits goes first.
    for other in queue::more_urgent(cluster, pod) {
        if let Ok(node) = choose(step, other) {
            place(step, other, node);
            return step.enqueue_after(WorkItem::Schedule(key.clone()), 1);
        }
    }
    let first = queue::first_new(cluster, pod);
    if first.metadata.uid != pod.metadata.uid {
        step.enqueue_after(WorkItem::Schedule(key.clone()), 1);
    }
    match choose(step, first) {
        Ok(node) => place(step, first, node),
        Err(unfit) if unfit.refusals.is_empty() => refuse(step, first, unfit),
        Err(unfit) => preemption::post_filter(step, first, unfit),
    }
}

/// Binds a pod to its node, once it has its volumes.
fn place(step: &mut Step<'_>, pod: &Rc<Pod>, node: &Rc<Node>) {
    match claims(step.cluster, pod).all(|claim| claim.is_bound()) {
        true => bind(step, pod, &node.metadata.name),
        false => reserve(step, pod, node),
    }
}

/// Why a node does not fit.
struct Refusal {
    /// In the words of the plugin.
    reasons: Vec<String>,
    /// Whether it could fit with fewer pods around (`Unschedulable`, not `UnschedulableAndUnresolvable`).
    is_curable: bool,
}

impl Refusal {
    /// What cannot be helped by fewer pods.
    fn lasting(reason: &str) -> Refusal {
        Refusal { reasons: vec![reason.into()], is_curable: false }
    }

    /// What fewer pods would help.
    fn curable(reason: &str) -> Refusal {
        Refusal { reasons: vec![reason.into()], is_curable: true }
    }
}

/// Why no node fits.
#[derive(Default)]
struct Unfit<'a> {
    /// `Unschedulable` or `SchedulerError`.
    reason: &'static str,
    /// What the filters say.
    message: String,
    /// What is said after that, of preemption.
    tail: String,
    /// The node that will have room for the pod once others have gone.
    nominated: String,
    /// Why each node does not fit.
    refusals: Vec<(&'a Rc<Node>, Refusal)>,
}

const UNSCHEDULABLE: &str = "Unschedulable";

/// The best of the nodes that fit, or why none does (`schedulePod`).
fn choose<'a>(step: &mut Step<'a>, pod: &Pod) -> Result<&'a Rc<Node>, Unfit<'a>> {
    let cluster = step.cluster;
    let total = cluster.store.nodes.len();
    let available = format!("0/{total} nodes are available:");
    if total == 0 {
        let message = "no nodes available to schedule pods".into();
        return Err(Unfit { reason: UNSCHEDULABLE, message, ..Unfit::default() });
    }
    if let Some(words) = filters::before_all(cluster, pod) {
        let message = format!("{available} {words}.");
        let tail = " not found".into();
        return Err(Unfit { reason: UNSCHEDULABLE, message, tail, ..Unfit::default() });
    }
    let mut refusals = Vec::new();
    let mut fitting = Vec::new();
    let view = preemption::view_for(cluster, pod);
    let view = view.as_ref().unwrap_or(cluster);
    let state = neighbours::PreFilter::new(view, pod);
    for node in cluster.store.nodes.iter() {
        match filters::refusal(view, &state, pod, node) {
            Some(refusal) => refusals.push((node, refusal)),
            None => fitting.push(node),
        }
    }
    // `evaluateNominatedNode`
    let nominated = &pod.status.nominated_node_name;
    if let Some(node) = fitting.iter().find(|node| node.metadata.name == *nominated) {
        return Ok(node);
    }
    let siblings = Siblings::of(cluster, pod);
    keep_least(&mut fitting, |node| load(&siblings, pod, node));
    keep_least(&mut fitting, |node| asked_share(cluster, node));
    let index = usize::try_from(step.random(Stream::Scheduling, fitting.len() as u64)).unwrap_or(0);
    fitting.get(index).copied().ok_or_else(|| {
        let reasons = refusals.iter().flat_map(|(_, refusal)| &refusal.reasons);
        let message = format!("{available} {}.", counted(&mut reasons.map(String::as_str)));
        Unfit { reason: UNSCHEDULABLE, message, refusals, ..Unfit::default() }
    })
}

/// `2 this, 3 that`, sorted as texts (`FitError.Error`).
fn counted(reasons: &mut dyn Iterator<Item = &str>) -> String {
    let mut counts: Map<&str, u32> = Map::new();
    for reason in reasons {
        *counts.or_default(reason) += 1;
    }
    let mut parts: Vec<_> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    map::sort(&mut parts, |one, other| one < other);
    parts.join(", ")
}

/// How many pods of one owner are on each node, and in each zone.
#[derive(Default)]
struct Siblings<'a> {
    on_node: Map<&'a str, usize>,
    in_zone: Map<&'a str, usize>,
}

impl<'a> Siblings<'a> {
    /// The pods with the controller of this one.
    fn of(cluster: &'a ControlPlane, pod: &Pod) -> Siblings<'a> {
        let mut siblings = Siblings::default();
        let Some(owner) = pod.metadata.controller().map(|owner| owner.uid) else { return siblings };
        let is_sibling =
            |other: &&Rc<Pod>| other.metadata.controller().is_some_and(|other| other.uid == owner);
        for node in cluster.store.nodes.iter() {
            let on_node = pods_on(cluster, &node.metadata.name).filter(is_sibling).count();
            siblings.on_node.insert(&node.metadata.name, on_node);
            *siblings.in_zone.or_default(node.zone()) += on_node;
        }
        siblings
    }
}

/// Keeps the nodes with the lowest `cost`.
fn keep_least<T: Ord>(nodes: &mut Vec<&Rc<Node>>, cost: impl Fn(&Node) -> T) {
    if nodes.len() < 2 {
        return;
    }
    let costs: Vec<T> = nodes.iter().map(|node| cost(node)).collect();
    let least = costs.iter().min();
    let mut is_least = costs.iter().map(|cost| Some(cost) == least);
    nodes.retain(|_| is_least.next() == Some(true));
}

/// What speaks against a node that fits: its taints, siblings on it, and siblings in its zone.
fn load(siblings: &Siblings<'_>, pod: &Pod, node: &Node) -> (usize, usize, usize) {
    let is_untolerated =
        |taint: &&Taint| !pod.spec.tolerations.iter().any(|one| one.tolerates(taint));
    let unwanted =
        node.spec.taints.iter().filter(|taint| taint.effect == TaintEffect::PreferNoSchedule);
    let count = |counts: &Map<&str, usize>, name: &str| counts.get(name).copied().unwrap_or(0);
    let on_node = count(&siblings.on_node, &node.metadata.name);
    let in_zone = count(&siblings.in_zone, node.zone());
    (unwanted.filter(is_untolerated).count(), on_node, in_zone)
}

/// How much of a node is asked for, in thousandths of its CPU and of its memory.
fn asked_share(cluster: &ControlPlane, node: &Node) -> u64 {
    // As upstream, a pod that asks for nothing counts as asking for a little.
    let share = |resource: &str, least: u64| {
        let asked = pods_on(cluster, &node.metadata.name)
            .map(|other| other.spec.request(resource).max(least));
        let asked = asked.fold(0, u64::saturating_add);
        asked.saturating_mul(1000) / node.allocatable(resource).max(1)
    };
    share("cpu", 100).saturating_add(share("memory", 200 * 1_048_576_000))
}

fn claims<'a>(
    cluster: &'a ControlPlane,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<PersistentVolumeClaim>> {
    pod.claims().filter_map(|claim| cluster.store.claims.named(&pod.metadata.namespace, claim))
}

/// Sets the node aside for the pod, and has its volumes bound or made for that node; they are looked
/// at again every second (VolumeBinding: `Reserve`, `PreBind`).
fn reserve(step: &mut Step<'_>, pod: &Rc<Pod>, node: &Rc<Node>) {
    let cluster = step.cluster;
    let name = &node.metadata.name;
    let mut taken: Set<&str> = Set::new();
    for claim in claims(cluster, pod).filter(|claim| !claim.is_bound()) {
        let free = volumes::available(cluster, claim, node);
        match free.into_iter().find(|volume| taken.insert(&volume.metadata.name)) {
            Some(volume) => {
                let mut reserved = PersistentVolume::clone(volume);
                volumes::give(&mut reserved, claim);
                step.update(reserved);
            }
            None => {
                let mut chosen = PersistentVolumeClaim::clone(claim);
                chosen.metadata.annotations.insert(volumes::SELECTED_NODE.into(), name.clone());
                step.update(chosen);
            }
        }
    }
    let mut nominated = Pod::clone(pod);
    nominated.status.nominated_node_name.clone_from(name);
    step.update(nominated);
    remember_binding(step, pod, Some(step.now()));
    let key = pod.metadata.key();
    let (pod, node) = (ObjectRef::pod(&key), ObjectRef::node(name));
    step.set_wait(Subject::pod(&key), Reason::WaitForVolume { pod, node });
    step.enqueue_after(WorkItem::Schedule(key), step.timings().bind_poll_ms);
}

/// Looks whether the volumes are there by now (`BindPodVolumes`, `checkBindings`).
fn wait_for_volumes(step: &mut Step<'_>, pod: &Rc<Pod>, since: Time) {
    let cluster = step.cluster;
    let (waited, poll) = (step.now().since(since), step.timings().bind_poll_ms.max(1));
    if waited == 0 || !waited.is_multiple_of(poll) {
        let key = pod.metadata.key();
        return step.enqueue_at(
            WorkItem::Schedule(key),
            since.plus((waited / poll).saturating_add(1).saturating_mul(poll)),
        );
    }
    let node = cluster.store.node(&pod.status.nominated_node_name);
    let is_sound = node.is_some()
        && pod.claims().all(|name| {
            let claim = cluster.store.claims.named(&pod.metadata.namespace, name);
            claim.is_some_and(|claim| !claim.metadata.is_terminating())
        });
    if let Some(node) = node
        && is_sound
        && claims(cluster, pod).all(|claim| claim.is_bound())
    {
        return bind(step, pod, &node.metadata.name);
    }
    if is_sound && waited < step.timings().bind_timeout_ms {
        return step.enqueue_after(WorkItem::Schedule(pod.metadata.key()), poll);
    }
    // What was set aside is free again, and the pod starts over.
    for claim in claims(cluster, pod).filter(|claim| !claim.is_bound()) {
        let mut released = PersistentVolumeClaim::clone(claim);
        released.metadata.annotations.remove(volumes::SELECTED_NODE);
        step.update(released);
    }
    remember_binding(step, pod, None);
    step.enqueue_after(WorkItem::Schedule(pod.metadata.key()), step.timings().schedule_ms);
    let message =
        "running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded";
    let message = message.into();
    let unfit = Unfit { reason: "SchedulerError", message, ..Unfit::default() };
    match is_sound {
        true => refuse(step, pod, unfit),
        false => {
            let mut free = Pod::clone(pod);
            free.status.nominated_node_name.clear();
            step.update(free);
        }
    }
}

/// Remembers since when a pod's volumes are being bound, or that they are not.
fn remember_binding(step: &mut Step<'_>, pod: &Pod, since: Option<Time>) {
    let uid = pod.metadata.uid;
    step.update_controller_state(move |state| {
        let binding = Rc::make_mut(&mut state.binding);
        match since {
            Some(since) => binding.insert(uid, since),
            None => binding.remove(&uid),
        };
    });
}

fn bind(step: &mut Step<'_>, pod: &Rc<Pod>, node: &str) {
    let mut bound = Pod::clone(pod);
    bound.spec.node_name = node.into();
    bound.status.nominated_node_name.clear();
    set_condition(
        &mut bound.status.conditions,
        "PodScheduled",
        ConditionStatus::True,
        "",
        "",
        step.now(),
    );
    // The admission plugin PodTopologyLabels.
    if let Some(zone) =
        step.cluster.store.node(node).and_then(|node| node.metadata.labels.get(ZONE_LABEL))
    {
        bound.metadata.labels.insert(ZONE_LABEL.into(), zone.clone());
    }
    if step.cluster.is_assumed(&pod.metadata) {
        remember_binding(step, pod, None);
    }
    step.clear_wait(Subject::pod(&pod.metadata.key()));
    let (object, node) = (pod.metadata.reference(Kind::Pod), ObjectRef::node(node));
    step.record_pod_event(pod, Reason::Scheduled { pod: object, node });
    step.update(bound);
}

/// Says why the pod has no node (`handleSchedulingFailure`).
fn refuse(step: &mut Step<'_>, pod: &Rc<Pod>, unfit: Unfit<'_>) {
    let mut refused = Pod::clone(pod);
    refused.status.nominated_node_name = unfit.nominated;
    let in_full = format!("{}{}", unfit.message, unfit.tail);
    set_condition(
        &mut refused.status.conditions,
        "PodScheduled",
        ConditionStatus::False,
        unfit.reason,
        &in_full,
        step.now(),
    );
    step.update(refused);
    let reason = Reason::FailedScheduling {
        pod: pod.metadata.reference(Kind::Pod),
        message: unfit.message,
        tail: unfit.tail,
    };
    step.set_wait(Subject::pod(&pod.metadata.key()), reason);
}

/// The pods that take room on a node: bound to it, or about to be, and not finished.
fn pods_on<'a>(
    cluster: &'a ControlPlane,
    node: &str,
) -> impl Iterator<Item = &'a Rc<Pod>> + Clone + use<'a> {
    cluster.store.by(&Index::Node(node.into())).filter(|pod: &&Rc<Pod>| !pod.is_finished())
}

/// Whether the pod's selector and affinity allow the node (`GetRequiredNodeAffinity`).
fn is_selected(pod: &Pod, node: &Node) -> bool {
    includes(&node.metadata.labels, &pod.spec.node_selector)
        && pod.spec.required_nodes().is_none_or(|wanted| wanted.matches(&node.metadata))
}
