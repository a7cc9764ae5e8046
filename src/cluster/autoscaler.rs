//! The HorizontalPodAutoscaler controller in a cluster without a metrics server: it keeps the replicas of its target
//! between the minimum and the maximum, and reports that it can't get metrics.
//!
//! Follows `pkg/controller/podautoscaler/horizontal.go` of Kubernetes v1.37, without everything that depends on
//! metrics: recommendations, stabilization, and behavior policies.

use super::*;
use crate::api::json::{Node as Tree, Value};

/// The time between two passes (`--horizontal-pod-autoscaler-sync-period`).
const SYNC_PERIOD_MS: u64 = 15_000;
const ABLE_TO_SCALE: &str = "AbleToScale";
const SCALING_ACTIVE: &str = "ScalingActive";
const NO_METRICS: &str = "unable to fetch metrics from resource metrics API: the server could not find the requested \
                          resource (get pods.metrics.k8s.io)";

/// Queues the next pass for an autoscaler (`enqueueHPA`).
pub fn enqueue(step: &mut Step<'_>, key: &Key) {
    step.enqueue_after(WorkItem::Autoscaler(key.clone()), SYNC_PERIOD_MS);
}

/// One pass for one autoscaler (`reconcileAutoscaler`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let reference = ObjectRef::new(Kind::HorizontalPodAutoscaler, key);
    let Some(Object::Stored(autoscaler)) = step.cluster.store.get(&reference) else { return };
    enqueue(step, key);
    let tree = autoscaler.other.to_tree();
    let mut status = Status::read(&tree, step.now());
    let wait = match target(step.cluster, key.namespace(), &tree) {
        Ok(target) => scale(step, (&reference, &autoscaler.metadata), &tree, &target, &mut status),
        Err(message) => {
            let words = "the HPA controller was unable to get the target's current scale";
            status.set(ABLE_TO_SCALE, false, "FailedGetScale", &format!("{words}: {message}"));
            Some(Reason::AutoscalerTargetMissing { autoscaler: reference.clone(), message })
        }
    };
    let subject = Subject::Object(reference);
    match wait {
        Some(reason) => step.set_wait(subject, reason),
        None => step.clear_wait(subject),
    }
    let fields = status.into_tree(tree);
    step.update(StoredObject::clone(&autoscaler).with(fields));
}

/// Keeps the replicas of the target between the minimum and the maximum. Returns why the autoscaler is waiting.
fn scale(
    step: &mut Step<'_>,
    (reference, meta): (&ObjectRef, &ObjectMeta),
    tree: &Tree,
    target: &Object,
    status: &mut Status,
) -> Option<Reason> {
    let words = "the HPA controller was able to get the target's current scale";
    status.set(ABLE_TO_SCALE, true, "SucceededGetScale", words);
    let current = replicas(target);
    status.current = current;
    let least = tree.at("spec.minReplicas").and_then(Tree::as_int).map_or(1, number);
    let most = number(tree.number("spec.maxReplicas"));
    if current == 0 && least != 0 {
        let words = "scaling is disabled since the replica count of the target is zero";
        status.set(SCALING_ACTIVE, false, "ScalingDisabled", words);
        status.desired = 0;
        return None;
    }
    let (desired, why) = match () {
        () if current > most => (most, "Current number of replicas above Spec.MaxReplicas"),
        () if current < least => (least, "Current number of replicas below Spec.MinReplicas"),
        () => {
            let missing = missing_metric(tree, reference);
            if let Reason::AutoscalerMetricsMissing { code, message, .. } = &missing {
                let words = format!("the HPA was unable to compute the replica count: {message}");
                status.set(SCALING_ACTIVE, false, code, &words);
            }
            return Some(missing);
        }
    };
    let object = target.reference();
    step.record_event(
        Subject::Object(reference.clone()),
        Some(meta.uid),
        Reason::Autoscaled {
            object,
            autoscaler: reference.clone(),
            from: current,
            to: desired,
            message: why.into(),
        },
    );
    let words = format!("the HPA controller was able to update the target scale to {desired}");
    status.set(ABLE_TO_SCALE, true, "SucceededRescale", &words);
    status.desired = desired;
    status.last_scaled = Some(step.now());
    let mut scaled = target.clone();
    match &mut scaled {
        Object::StatefulSet(set) => Rc::make_mut(set).spec.replicas = desired,
        Object::Deployment(deployment) => Rc::make_mut(deployment).spec.replicas = desired,
        Object::ReplicaSet(set) => Rc::make_mut(set).spec.replicas = desired,
        _ => {}
    }
    step.update(scaled);
    None
}

fn number(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn replicas(target: &Object) -> i32 {
    match target {
        Object::StatefulSet(set) => set.spec.replicas,
        Object::Deployment(deployment) => deployment.spec.replicas,
        Object::ReplicaSet(set) => set.spec.replicas,
        _ => 0,
    }
}

/// The object that an autoscaler scales (`scaleForResourceMappings`).
///
/// # Errors
/// If the target doesn't exist: the message of the API server.
fn target(cluster: &ControlPlane, namespace: &str, tree: &Tree) -> Result<Object, String> {
    let word = |field: &str| tree.word(&format!("spec.scaleTargetRef.{field}"));
    let (kind, name, version) = (word("kind"), word("name"), word("apiVersion"));
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let scaled = [Kind::StatefulSet, Kind::Deployment, Kind::ReplicaSet];
    let found = scaled.into_iter().find(|it| it.name() == kind && group == "apps");
    let Some(kind) = found else {
        return Err(format!("no matches for kind \"{kind}\" in group \"{group}\""));
    };
    let object = cluster.store.get(&ObjectRef::new(kind, &Key::new(namespace, &name)));
    object.ok_or_else(|| format!("{}.{group} \"{name}\" not found", kind.plural()))
}

/// The error for the first metric of an autoscaler (`computeReplicasForMetrics`).
fn missing_metric(tree: &Tree, autoscaler: &ObjectRef) -> Reason {
    let metrics = tree.list("spec.metrics");
    let (none, cpu) = (Tree::default(), "cpu".to_owned());
    let first = metrics.first().unwrap_or(&none);
    let name = |path: &str| first.word(path);
    let resource = |name: String| if name.is_empty() { cpu.clone() } else { name };
    let (code, message, what) = match first.text("type") {
        "Pods" => {
            let words = custom("failed to get pods metric value", &name("pods.metric.name"));
            ("FailedGetPodsMetric", words, "pods metric value".to_owned())
        }
        "Object" => {
            let words = custom("failed to get object metric value", &name("object.metric.name"));
            ("FailedGetObjectMetric", words, "object metric value".to_owned())
        }
        "External" => {
            let metric = name("external.metric.name");
            let words = format!(
                "unable to get external metric {}/{metric}/nil: unable to fetch metrics from external metrics API: \
                 the server could not find the requested resource (get {metric}.external.metrics.k8s.io)",
                autoscaler.key.namespace()
            );
            ("FailedGetExternalMetric", words, "external metric value".to_owned())
        }
        kind => {
            let is_container = kind == "ContainerResource";
            let path = if is_container { "containerResource" } else { "resource" };
            let metric = resource(name(&format!("{path}.name")));
            let is_value = name(&format!("{path}.target.type")) == "AverageValue";
            let measure = if is_value { "usage" } else { "utilization" };
            let words = format!(
                "failed to get {metric} {measure}: unable to get metrics for resource {metric}: {NO_METRICS}"
            );
            match is_container {
                true => (
                    "FailedGetContainerResourceMetric",
                    words,
                    format!("{metric} container metric value"),
                ),
                false => {
                    ("FailedGetResourceMetric", words, format!("{metric} resource metric value"))
                }
            }
        }
    };
    Reason::AutoscalerMetricsMissing {
        autoscaler: autoscaler.clone(),
        code: code.into(),
        message,
        metric: what,
        metrics: metrics.len().max(1),
    }
}

/// The error for a metric of the custom metrics API.
fn custom(what: &str, metric: &str) -> String {
    format!(
        "{what}: unable to get metric {metric}: unable to fetch metrics from custom metrics API: the server could not \
         find the metric {metric} for pods"
    )
}

/// The status of an autoscaler.
struct Status {
    current: i32,
    desired: i32,
    last_scaled: Option<Time>,
    conditions: Vec<Condition>,
    now: Time,
}

impl Status {
    fn read(tree: &Tree, now: Time) -> Status {
        let condition = |node: &Tree| Condition {
            kind: node.text("type").into(),
            status: node.text("status").into(),
            reason: node.text("reason").into(),
            message: node.text("message").into(),
            last_transition_time: Time::parse(node.text("lastTransitionTime")).unwrap_or(now),
            ..Condition::default()
        };
        Status {
            current: number(tree.number("status.currentReplicas")),
            desired: number(tree.number("status.desiredReplicas")),
            last_scaled: Time::parse(&tree.word("status.lastScaleTime")),
            conditions: tree.list("status.conditions").iter().map(condition).collect(),
            now,
        }
    }

    fn set(&mut self, kind: &str, is_so: bool, reason: &str, message: &str) {
        set_condition(&mut self.conditions, kind, is_so.into(), reason, message, self.now);
    }

    /// Writes this status to the autoscaler's fields.
    fn into_tree(self, mut tree: Tree) -> Tree {
        let text = |key: &str, value: &str| (key.to_owned(), Tree::from(value));
        let condition = |it: &Condition| {
            Tree::map([
                text("lastTransitionTime", &it.last_transition_time.rfc3339()),
                text("message", &it.message),
                text("reason", &it.reason),
                text("status", it.status.as_str()),
                text("type", &it.kind),
            ])
        };
        let conditions: Vec<Tree> = self.conditions.iter().map(condition).collect();
        let status = tree.child("status");
        status.set("conditions", Value::List(conditions));
        status.set("currentMetrics", Value::Null);
        status.set("currentReplicas", Value::Int(self.current.into()));
        status.set("desiredReplicas", Value::Int(self.desired.into()));
        if let Some(time) = self.last_scaled {
            status.set("lastScaleTime", &*time.rfc3339());
        }
        tree
    }
}
