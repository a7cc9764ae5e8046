//! Edits of the documents of a manifest. Each returns nothing if there is nothing to edit.

use super::target::Target;
use crate::api::json::{Node, Value};

/// The documents of a manifest, as they were read.
pub(super) type Documents = Vec<Node>;

/// The value at the end of a path, to be changed.
fn down<'a>(node: &'a mut Node, path: &[&str]) -> &'a mut Node {
    path.iter().fold(node, |node, key| node.child(key))
}

fn number(value: i64) -> Node {
    Value::Int(value).into()
}

/// Gives pods time to stop.
pub(super) fn grace(set: &mut Node) -> Option<()> {
    let pod = down(set, &["spec", "template", "spec"]);
    let field = "terminationGracePeriodSeconds";
    (pod.get(field)?.as_int() == Some(0)).then(|| pod.set(field, number(30)))
}

/// Keeps the claims of pods that are scaled away.
pub(super) fn retain_scaled(set: &mut Node) -> Option<()> {
    let policy = down(set, &["spec", "persistentVolumeClaimRetentionPolicy"]);
    (policy.text("whenScaled") == "Delete").then(|| policy.set("whenScaled", "Retain"))
}

/// Keeps the volumes of deleted claims, in all StorageClasses.
pub(super) fn retain_volumes(documents: &mut Documents) -> Option<()> {
    let mut classes = of_kind(documents, "StorageClass").peekable();
    classes.peek()?;
    classes.for_each(|class| class.set("reclaimPolicy", "Retain"));
    Some(())
}

/// Starts and stops pods without an order.
pub(super) fn parallel(set: &mut Node) -> Option<()> {
    down(set, &["spec"]).set("podManagementPolicy", "Parallel");
    Some(())
}

/// Gives pods their DNS names before they are Ready.
pub(super) fn publish(documents: &mut Documents, at: usize) -> Option<()> {
    let name = documents.get(at)?.word("spec.serviceName");
    let service = of_kind(documents, "Service").find(|it| it.word("metadata.name") == name)?;
    down(service, &["spec"]).set("publishNotReadyAddresses", Value::Bool(true));
    Some(())
}

/// Lets all budgets allow one pod to be evicted.
pub(super) fn loosen_budgets(documents: &mut Documents) -> Option<()> {
    let mut budgets = of_kind(documents, "PodDisruptionBudget").peekable();
    budgets.peek()?;
    budgets.for_each(|budget| {
        let spec = down(budget, &["spec"]);
        spec.remove("minAvailable");
        spec.set("maxUnavailable", number(1));
    });
    Some(())
}

/// Makes the required anti-affinity a preferred one.
pub(super) fn prefer_apart(set: &mut Node) -> Option<()> {
    set.at("spec.template.spec.affinity.podAntiAffinity")?;
    let path = ["spec", "template", "spec", "affinity", "podAntiAffinity"];
    let affinity = down(set, &path);
    let terms = affinity.remove("requiredDuringSchedulingIgnoredDuringExecution")?;
    let prefer = |term: &Node| {
        Node::map([("weight".into(), number(100)), ("podAffinityTerm".into(), term.clone())])
    };
    let terms = terms.items().iter().map(prefer).collect();
    affinity.set("preferredDuringSchedulingIgnoredDuringExecution", Value::List(terms));
    Some(())
}

/// Puts the data of pods on network volumes.
pub(super) fn network_volumes(set: &mut Node) -> Option<()> {
    let claims = down(set, &["spec"]).items_mut("volumeClaimTemplates");
    claims.first()?;
    let class = |claim: &mut Node| down(claim, &["spec"]).set("storageClassName", "standard");
    claims.iter_mut().for_each(class);
    Some(())
}

/// The documents of a kind.
fn of_kind<'a>(documents: &'a mut Documents, kind: &'a str) -> impl Iterator<Item = &'a mut Node> {
    documents.iter_mut().filter(move |document| document.text("kind") == kind)
}

/// Replaces the first `emptyDir` of the template by a claim. A set without any volume gets one.
pub(super) fn claim(set: &mut Node) -> Option<()> {
    if !set.list("spec.volumeClaimTemplates").is_empty() {
        return None;
    }
    let pod = down(set, &["spec", "template", "spec"]);
    let volumes = pod.list("volumes").to_vec();
    let folder = volumes.iter().position(|volume| volume.entry("emptyDir").is_some());
    let name = match folder.and_then(|at| volumes.get(at)) {
        Some(volume) => volume.text("name").to_owned(),
        None => "data".to_owned(),
    };
    match folder {
        Some(at) => {
            let kept = volumes.iter().enumerate().filter(|(index, _)| *index != at);
            pod.set("volumes", Value::List(kept.map(|(_, volume)| volume.clone()).collect()));
        }
        None => {
            let container = pod.items_mut("containers").first_mut()?;
            let mut mounts = container.list("volumeMounts").to_vec();
            let mount =
                [("name".into(), name.as_str().into()), ("mountPath".into(), "/data".into())];
            mounts.push(Node::map(mount));
            container.set("volumeMounts", Value::List(mounts));
        }
    }
    let mut template = Node::default();
    down(&mut template, &["metadata"]).set("name", name.as_str());
    let spec = down(&mut template, &["spec"]);
    spec.set("accessModes", Value::List(vec!["ReadWriteOnce".into()]));
    down(spec, &["resources", "requests"]).set("storage", "1Gi");
    down(set, &["spec"]).set("volumeClaimTemplates", Value::List(vec![template]));
    Some(())
}

/// Adds a budget for the pods of a set, unless the manifest has one.
pub(super) fn budget(documents: &mut Documents, at: usize, target: &Target) -> Option<()> {
    if documents.iter().any(|it| it.text("kind") == "PodDisruptionBudget") {
        return None;
    }
    let selector = documents.get(at)?.at("spec.selector")?.clone();
    let mut budget = Node::default();
    budget.set("apiVersion", "policy/v1");
    budget.set("kind", "PodDisruptionBudget");
    let metadata = down(&mut budget, &["metadata"]);
    metadata.set("name", target.key.name());
    metadata.set("namespace", target.key.namespace());
    let spec = down(&mut budget, &["spec"]);
    spec.set("maxUnavailable", number(1));
    spec.set("selector", selector);
    documents.push(budget);
    Some(())
}

/// Adds a constraint that spreads the pods of a set.
pub(super) fn spread(set: &mut Node, key: &str) -> Option<()> {
    let selector = set.at("spec.selector")?.clone();
    let pod = down(set, &["spec", "template", "spec"]);
    let mut constraints = pod.list("topologySpreadConstraints").to_vec();
    if constraints.iter().any(|it| it.text("topologyKey") == key) {
        return None;
    }
    let mut constraint = Node::default();
    constraint.set("maxSkew", number(1));
    constraint.set("topologyKey", key);
    constraint.set("whenUnsatisfiable", "DoNotSchedule");
    constraint.set("labelSelector", selector);
    constraints.push(constraint);
    pod.set("topologySpreadConstraints", Value::List(constraints));
    Some(())
}
