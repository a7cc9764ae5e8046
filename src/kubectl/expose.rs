//! `kubectl expose` and `kubectl autoscale`: objects that target another one.

use super::create::make;
use super::found::Found;
use super::generate::{object, tree};
use super::generate_values::{int_or_text, texts};
use super::{Call, Plan, change};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};

/// The objects that a command names, or kubectl's error if there are none.
fn named(call: &Call<'_>) -> Result<Found, Plan> {
    let asked = call.asked().map_err(Plan::refuse)?;
    if asked == super::view::Asked::Nothing {
        return Err(Plan::refuse(super::view::NOTHING));
    }
    change::targets(call)
}

/// Applies `act` to each object, and repeats the errors for those that were not found.
fn each(call: &Call<'_>, act: impl Fn(Kind, &Tree) -> Result<Plan, String>) -> Plan {
    let found = match named(call) {
        Ok(found) => found,
        Err(plan) => return plan,
    };
    let mut plan = Plan::default();
    for (of, tree) in found.groups.iter().flat_map(|it| it.trees.iter().map(|tree| (it.of, tree))) {
        plan.add(act(of, tree).unwrap_or_else(Plan::refuse));
    }
    if !found.errors.is_empty() {
        plan.add(Plan::refuse(found.errors));
    }
    plan
}

/// The ports that the containers of an object declare, each with its protocol.
fn ports(of: Kind, tree: &Tree) -> Vec<(String, String)> {
    if of == Kind::Service {
        let ports = tree.list("spec.ports").iter();
        return ports.map(|port| (port.word("port"), port.word("protocol"))).collect();
    }
    let path = if of == Kind::Pod { "spec.containers" } else { "spec.template.spec.containers" };
    let ports = tree.list(path).iter().flat_map(|container| container.list("ports"));
    ports.map(|port| (port.word("containerPort"), port.word("protocol"))).collect()
}

/// `kubectl expose` (`k8s.io/kubectl/pkg/cmd/expose`).
pub(super) fn expose(call: &Call<'_>) -> Plan {
    each(call, |of, tree| {
        let service = service(call, of, tree)?;
        Ok(make(call, Kind::Service, service, "exposed", ""))
    })
}

/// Labels given as `a=b,c=d`.
fn pairs(text: &str) -> Tree {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    Tree::map(pairs.map(|(key, value)| (key.to_owned(), value.into())))
}

/// The selector of the pods that belong to an object.
fn selector(call: &Call<'_>, of: Kind, tree: &Tree) -> Result<Tree, String> {
    if let Some(text) = call.words.flag("selector").filter(|text| !text.is_empty()) {
        return Ok(pairs(text));
    }
    let found = match of {
        Kind::Pod => tree.at("metadata.labels"),
        Kind::Service | Kind::ReplicationController => tree.at("spec.selector"),
        _ => tree.at("spec.selector.matchLabels"),
    };
    found.filter(|labels| !labels.entries().is_empty()).cloned().ok_or_else(|| {
        let why = match of {
            Kind::Pod => "the pod has no labels and cannot be exposed",
            _ => "the service has no pod selector set",
        };
        format!("error: couldn't retrieve selectors via --selector flag or introspection: {why}")
    })
}

/// The ports of the Service.
fn ports_of(
    call: &Call<'_>,
    given: &[String],
    declared: &[(String, String)],
) -> Result<Vec<Tree>, String> {
    let flag = |name: &str| call.words.flag(name).filter(|text| !text.is_empty());
    let mut ports = Vec::new();
    for (number, text) in (1..).zip(given) {
        let mut port = Tree::map([]);
        let digits = text
            .parse::<u16>()
            .map_err(|_| format!("error: strconv.Atoi: parsing \"{text}\": invalid syntax"))?;
        let own =
            declared.iter().find(|(port, _)| port == text).map(|(_, protocol)| protocol.as_str());
        port.set("port", Value::Int(digits.into()));
        port.set(
            "protocol",
            flag("protocol").or(own.filter(|own| !own.is_empty())).unwrap_or("TCP"),
        );
        port.set("targetPort", int_or_text(flag("target-port").unwrap_or(text)));
        if given.len() > 1 {
            port.set("name", format!("port-{number}").as_str());
        }
        ports.push(port);
    }
    Ok(ports)
}

fn service(call: &Call<'_>, of: Kind, tree: &Tree) -> Result<Tree, String> {
    let kinds =
        [Kind::Pod, Kind::Service, Kind::ReplicationController, Kind::Deployment, Kind::ReplicaSet];
    if !kinds.contains(&of) {
        return Err(format!("error: cannot expose a {}{}", of.name(), of.group()));
    }
    let flag = |name: &str| call.words.flag(name).filter(|text| !text.is_empty());
    let selector = selector(call, of, tree)?;
    let declared = ports(of, tree);
    let given: Vec<String> = match flag("port") {
        Some(ports) => ports.split(',').map(str::to_owned).collect(),
        None => declared.iter().map(|(port, _)| port.clone()).collect(),
    };
    let is_headless = flag("cluster-ip") == Some("None");
    if given.is_empty() && !is_headless {
        return Err("error: couldn't find port via --port flag or introspection".into());
    }
    let ports = ports_of(call, &given, &declared)?;
    let own = tree.word("metadata.name");
    let mut service = object(Kind::Service, flag("name").unwrap_or(&own));
    let labels = match flag("labels") {
        Some(text) => Some(pairs(text)),
        None => tree.at("metadata.labels").cloned(),
    };
    if let Some(labels) = labels.filter(|labels| !labels.entries().is_empty()) {
        service.child("metadata").set("labels", labels);
    }
    let spec = service.child("spec");
    if !ports.is_empty() {
        spec.set("ports", Value::List(ports));
    }
    spec.set("selector", selector);
    let words =
        [("type", "type"), ("cluster-ip", "clusterIP"), ("session-affinity", "sessionAffinity")];
    for (name, key) in words.into_iter().chain([("load-balancer-ip", "loadBalancerIP")]) {
        if let Some(text) = flag(name) {
            spec.set(key, text);
        }
    }
    if let Some(ip) = flag("external-ip") {
        spec.set("externalIPs", texts([ip]));
    }
    service.child("status").set("loadBalancer", Tree::map([]));
    Ok(service)
}

/// `kubectl autoscale` (`k8s.io/kubectl/pkg/cmd/autoscale`).
pub(super) fn autoscale(call: &Call<'_>) -> Plan {
    let (least, most) =
        (call.words.number("min").unwrap_or(-1), call.words.number("max").unwrap_or(-1));
    if most < 1 {
        return Plan::refuse(format!(
            "error: --max=MAXPODS is required and must be at least 1, max: {most}"
        ));
    }
    if most < least {
        return Plan::refuse(format!(
            "error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}"
        ));
    }
    let mut plan = each(call, |of, tree| {
        if !of.is_scalable() && of != Kind::ReplicationController {
            let (group, version) =
                of.api_version().split_once('/').unwrap_or(("", of.api_version()));
            return Err(format!(
                "error: cannot autoscale a {}: could not find scale subresource for {group}/{version}, Resource={} in \
                 discovery information",
                of.name(),
                of.plural()
            ));
        }
        let kind = Kind::HorizontalPodAutoscaler;
        let autoscaler = autoscaler(call, of, tree, least, most);
        let has_metrics = autoscaler.at("spec.metrics").is_some();
        let mut plan = make(call, kind, autoscaler, "autoscaled", "");
        // kubectl tries an older version of the API, which needs a metric.
        if plan.output.exit > 0 && !has_metrics && call.view.is_recent() {
            let words = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: \
                         empty input";
            plan.output.stderr = format!("error: {words}\n");
        }
        Ok(plan)
    });
    if call.words.flag("cpu-percent").is_some() {
        let notice = "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format \
                      (e.g., '70%' for utilization or '500m' for milliCPU).\n";
        plan.output.stderr.insert_str(0, notice);
    }
    plan
}

fn autoscaler(call: &Call<'_>, of: Kind, target: &Tree, least: i64, most: i64) -> Tree {
    let own = target.word("metadata.name");
    let mut autoscaler =
        object(Kind::HorizontalPodAutoscaler, call.words.flag("name").unwrap_or(&own));
    let spec = autoscaler.child("spec");
    spec.set("maxReplicas", Value::Int(most));
    if least > 0 {
        spec.set("minReplicas", Value::Int(least));
    }
    let reference = spec.child("scaleTargetRef");
    reference.set("apiVersion", of.api_version());
    reference.set("kind", of.name());
    reference.set("name", own.as_str());
    let percent = call.words.number("cpu-percent").map(|percent| format!("{percent}%"));
    let cpu = call.words.flag("cpu").or(percent.as_deref());
    let mut metrics = Vec::new();
    for (name, amount) in [("cpu", cpu), ("memory", call.words.flag("memory"))] {
        let Some(amount) = amount.filter(|amount| !amount.is_empty()) else { continue };
        let mut metric = Tree::map([]);
        metric.set("type", "Resource");
        let resource = metric.child("resource");
        resource.set("name", name);
        let target = resource.child("target");
        match amount.strip_suffix('%').and_then(|percent| percent.parse().ok()) {
            Some(percent) => {
                target.set("averageUtilization", Value::Int(percent));
                target.set("type", "Utilization");
            }
            None => {
                target.set("averageValue", amount);
                target.set("type", "AverageValue");
            }
        }
        metrics.push(metric);
    }
    if !metrics.is_empty() {
        spec.set("metrics", Value::List(metrics));
    }
    autoscaler.set("status", tree("{currentMetrics: null, desiredReplicas: 0}"));
    autoscaler
}
