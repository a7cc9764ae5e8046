//! HorizontalPodAutoscalers in `autoscaling/v1`. They are stored as `autoscaling/v2`; what `v1` has no field for is in
//! annotations (`pkg/apis/autoscaling/v1/conversion.go` and `pkg/apis/autoscaling/annotations.go`).

use crate::api::Kind;
use crate::api::json::{Node as Tree, Value, quoted};

/// The older version.
pub const V1: &str = "autoscaling/v1";
/// The version in which autoscalers are stored.
const V2: &str = "autoscaling/v2";

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const CURRENT: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";

/// How much of what it is scaled by: a field of `v1` and the field of `v2` below `target`.
const TARGETS: [(&str, &str, &str); 3] = [
    ("targetAverageUtilization", "averageUtilization", "Utilization"),
    ("targetAverageValue", "averageValue", "AverageValue"),
    ("targetValue", "value", "Value"),
];
/// The fields of the metrics of `v1` in their order, each with its path in `v2`.
const SOURCES: [(&str, &[(&str, &str)]); 5] = [
    (
        "object",
        &[
            ("target", "describedObject"),
            ("metricName", "metric.name"),
            ("targetValue", "target.value"),
            ("selector", "metric.selector"),
            ("averageValue", "target.averageValue"),
        ],
    ),
    (
        "pods",
        &[
            ("metricName", "metric.name"),
            ("targetAverageValue", "target.averageValue"),
            ("selector", "metric.selector"),
        ],
    ),
    (
        "resource",
        &[
            ("name", "name"),
            ("targetAverageUtilization", "target.averageUtilization"),
            ("targetAverageValue", "target.averageValue"),
        ],
    ),
    (
        "containerResource",
        &[
            ("name", "name"),
            ("targetAverageUtilization", "target.averageUtilization"),
            ("targetAverageValue", "target.averageValue"),
            ("container", "container"),
        ],
    ),
    (
        "external",
        &[
            ("metricName", "metric.name"),
            ("metricSelector", "metric.selector"),
            ("targetValue", "target.value"),
            ("targetAverageValue", "target.averageValue"),
        ],
    ),
];

/// Further versions in which kinds are served. Each follows the preferred version of its group.
const OLDER: [(Kind, &str); 1] = [(Kind::HorizontalPodAutoscaler, V1)];

/// The versions in which a kind is served, the preferred one first.
pub fn versions(kind: Kind) -> impl Iterator<Item = &'static str> {
    let older = OLDER.iter().filter(move |(of, _)| *of == kind).map(|(_, version)| *version);
    std::iter::once(kind.api_version()).chain(older)
}

/// The name of a type without its version, if that is the older one: as in `horizontalpodautoscalers.v1.autoscaling`.
pub fn without_version(word: &str) -> Option<String> {
    let (name, group) = word.split_once('.')?;
    (group.trim_end_matches('.') == "v1.autoscaling").then(|| format!("{name}.autoscaling"))
}

/// Whether a document is an autoscaler in the older version.
pub fn is_v1(tree: &Tree) -> bool {
    tree.text("kind") == Kind::HorizontalPodAutoscaler.name() && tree.text("apiVersion") == V1
}

/// Converts an autoscaler from `v1` to `v2`.
pub fn to_v2(tree: &mut Tree) {
    tree.set("apiVersion", V2);
    let noted = |tree: &Tree, name: &str| {
        let text = tree.at("metadata.annotations").map_or("", |it| it.text(name));
        super::read(text).ok()
    };
    let others = noted(tree, METRICS).unwrap_or_default();
    let mut metrics: Vec<Tree> = others.items().iter().map(metric_v2).collect();
    let behavior = noted(tree, BEHAVIOR).filter(|it| !it.entries().is_empty());
    if let Some(spec) = tree.get("spec").is_some().then(|| tree.child("spec")) {
        if let Some(percent) = spec.remove("targetCPUUtilizationPercentage") {
            metrics.push(cpu(percent));
        }
        if !metrics.is_empty() {
            spec.set("metrics", Value::List(metrics));
        }
        if let Some(behavior) = behavior {
            spec.set("behavior", with_keys(&behavior, char::to_ascii_lowercase));
        }
    }
    if tree.at("metadata.annotations").is_some() {
        drop_annotations(tree);
    }
}

/// Removes the annotations that only stand for fields of `v2`.
fn drop_annotations(tree: &mut Tree) {
    let metadata = tree.child("metadata");
    let annotations = metadata.child("annotations");
    for name in [METRICS, CURRENT, CONDITIONS, BEHAVIOR] {
        annotations.remove(name);
    }
    if annotations.entries().is_empty() {
        metadata.remove("annotations");
    }
}

/// The metric that `targetCPUUtilizationPercentage` stands for.
pub(super) fn cpu(percent: Tree) -> Tree {
    let mut metric = Tree::map([]);
    metric.set("type", "Resource");
    let resource = metric.child("resource");
    resource.set("name", "cpu");
    resource.child("target").set("averageUtilization", percent);
    resource.child("target").set("type", "Utilization");
    metric
}

/// A metric of `v1`, in `v2`.
fn metric_v2(metric: &Tree) -> Tree {
    let mut new = Tree::map([]);
    new.set("type", metric.text("type"));
    for (source, fields) in SOURCES {
        let Some(of) = metric.get(source) else { continue };
        let to = new.child(source);
        for (old, path) in fields {
            let Some(value) = of.get(old) else { continue };
            match path.split_once('.') {
                Some((outer, inner)) => to.child(outer).set(inner, value.clone()),
                None => to.set(path, value.clone()),
            }
        }
        let found =
            TARGETS.iter().find(|(_, field, _)| to.at(&format!("target.{field}")).is_some());
        if let Some((.., kind)) = found {
            to.child("target").set("type", *kind);
        }
    }
    new
}

/// Whether a metric is what `targetCPUUtilizationPercentage` says.
fn is_cpu(metric: &Tree) -> bool {
    metric.text("type") == "Resource"
        && metric.word("resource.name") == "cpu"
        && metric.at("resource.target.averageUtilization").is_some()
}

/// Converts an autoscaler from `v2` to `v1`.
pub fn to_v1(tree: &mut Tree) {
    tree.set("apiVersion", V1);
    let (mut percent, mut others) = (None, Vec::new());
    for metric in tree.list("spec.metrics") {
        match is_cpu(metric) {
            true => {
                percent = percent.or(metric.at("resource.target.averageUtilization").cloned());
            }
            false => others.push(metric_v1(metric)),
        }
    }
    let conditions: Vec<String> = tree.list("status.conditions").iter().map(condition_v1).collect();
    let behavior = tree.at("spec.behavior").map(behavior_v1);
    if tree.at("metadata.annotations").is_some() {
        drop_annotations(tree);
    }
    let mut note = |name: &str, text: String| {
        tree.child("metadata").child("annotations").set(name, text.as_str());
    };
    if !others.is_empty() {
        note(METRICS, format!("[{}]", others.join(",")));
    }
    if !conditions.is_empty() {
        note(CONDITIONS, format!("[{}]", conditions.join(",")));
    }
    if let Some(behavior) = behavior {
        note(BEHAVIOR, behavior);
    }
    let spec = tree.child("spec");
    spec.remove("metrics");
    spec.remove("behavior");
    if let Some(percent) = percent {
        spec.set("targetCPUUtilizationPercentage", percent);
    }
    if tree.get("status").is_some() {
        tree.child("status").remove("conditions");
        tree.child("status").remove("currentMetrics");
    }
}

/// The fields of an object in an order, as Go writes a struct; those that are missing are left out.
fn in_order<'a>(fields: impl IntoIterator<Item = (&'a str, Option<&'a Tree>)>) -> String {
    let fields = fields.into_iter().filter_map(|(name, value)| {
        let value = value?;
        let json = match value.get("kind") {
            // A reference to an object.
            Some(_) => {
                in_order(["kind", "name", "apiVersion"].map(|field| (field, value.get(field))))
            }
            None => value.json(),
        };
        Some(format!("{}:{json}", quoted(name)))
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// A metric of `v2`, as the annotation has it.
fn metric_v1(metric: &Tree) -> String {
    let source = SOURCES.iter().find_map(|(source, fields)| {
        let of = metric.get(source)?;
        let fields = fields.iter().map(|(old, path)| (*old, of.at(path)));
        Some(format!(",{}:{}", quoted(source), in_order(fields)))
    });
    let kind = quoted(metric.text("type"));
    format!("{{\"type\":{kind}{}}}", source.unwrap_or_default())
}

/// A condition, as the annotation has it.
fn condition_v1(condition: &Tree) -> String {
    let fields = ["type", "status", "lastTransitionTime", "reason", "message"];
    in_order(fields.map(|field| (field, condition.get(field))))
}

/// The behavior, as the annotation has it: the names of the fields are those of the API server's own type.
fn behavior_v1(behavior: &Tree) -> String {
    let null = Tree::default();
    let rules = |rules: Option<&Tree>| {
        let Some(rules) = rules else { return "null".to_owned() };
        let policy = |policy: &Tree| {
            let fields = [("Type", "type"), ("Value", "value"), ("PeriodSeconds", "periodSeconds")];
            in_order(fields.map(|(name, field)| (name, policy.get(field))))
        };
        let policies: Vec<String> = rules.list("policies").iter().map(policy).collect();
        let policies = match rules.get("policies") {
            Some(_) => format!("[{}]", policies.join(",")),
            None => "null".into(),
        };
        let field = |name: &str| rules.get(name).unwrap_or(&null).json();
        format!(
            "{{\"StabilizationWindowSeconds\":{},\"SelectPolicy\":{},\"Policies\":{policies},\"Tolerance\":{}}}",
            field("stabilizationWindowSeconds"),
            field("selectPolicy"),
            field("tolerance")
        )
    };
    let (up, down) = (rules(behavior.get("scaleUp")), rules(behavior.get("scaleDown")));
    format!("{{\"ScaleUp\":{up},\"ScaleDown\":{down}}}")
}

/// A tree whose keys begin with another letter; values that are null are left out.
fn with_keys(tree: &Tree, first: fn(&char) -> char) -> Tree {
    match &tree.value {
        Value::Map(entries) => {
            let entries = entries.iter().filter(|entry| entry.node.value != Value::Null);
            Tree::map(entries.map(|entry| {
                let mut letters = entry.key.chars();
                let start = letters.next().iter().map(first).collect::<String>();
                (start + letters.as_str(), with_keys(&entry.node, first))
            }))
        }
        Value::List(items) => {
            Value::List(items.iter().map(|item| with_keys(item, first)).collect()).into()
        }
        _ => tree.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = r#"
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  behavior: {scaleDown: {policies: [{periodSeconds: 15, type: Pods, value: 4}], selectPolicy: Max}}
  maxReplicas: 4
  metrics:
  - {type: Resource, resource: {name: memory, target: {averageValue: 200Mi, type: AverageValue}}}
  - type: Object
    object:
      describedObject: {apiVersion: v1, kind: Service, name: web}
      metric: {name: hits}
      target: {type: Value, value: "10"}
  - {type: Resource, resource: {name: cpu, target: {averageUtilization: 50, type: Utilization}}}
  minReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}
"#;

    fn read(text: &str) -> Tree {
        super::super::read(text).expect("YAML")
    }

    #[test]
    fn what_v1_has_no_field_for_is_in_annotations() {
        let mut tree = read(NEW);
        to_v1(&mut tree);
        assert!(is_v1(&tree));
        assert_eq!(tree.number("spec.targetCPUUtilizationPercentage"), 50);
        assert!(tree.at("spec.metrics").is_none() && tree.at("spec.behavior").is_none());
        let annotations = tree.at("metadata.annotations").expect("annotations");
        assert_eq!(
            annotations.text(METRICS),
            r#"[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"200Mi"}},{"type":"Object","object":{"target":{"kind":"Service","name":"web","apiVersion":"v1"},"metricName":"hits","targetValue":"10"}}]"#
        );
        assert_eq!(
            annotations.text(BEHAVIOR),
            r#"{"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15}],"Tolerance":null}}"#
        );
        to_v2(&mut tree);
        assert_eq!(tree.json(), read(NEW).json());
    }

    #[test]
    fn only_autoscalers_have_an_older_version() {
        assert_eq!(versions(Kind::Pod).collect::<Vec<_>>(), ["v1"]);
        let all: Vec<&str> = versions(Kind::HorizontalPodAutoscaler).collect();
        assert_eq!(all, ["autoscaling/v2", "autoscaling/v1"]);
        assert_eq!(without_version("hpa.v1.autoscaling").as_deref(), Some("hpa.autoscaling"));
        assert_eq!(without_version("hpa.v2.autoscaling"), None);
    }

    #[test]
    fn an_autoscaler_without_metrics_has_no_annotations() {
        let text = "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {maxReplicas: 2}}";
        let mut tree = read(text);
        to_v2(&mut tree);
        assert!(tree.at("spec.metrics").is_none() && tree.at("metadata.annotations").is_none());
        to_v1(&mut tree);
        assert_eq!(tree.json(), read(text).json());
    }
}
