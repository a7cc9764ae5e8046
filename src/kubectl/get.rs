//! `kubectl get`: the tables (`pkg/printers/internalversion`).

use super::Plan;
use super::verbs::{named, not_found};
use crate::api::*;
use crate::cluster::Cluster;

/// Prints a table of objects.
pub(super) fn get(cluster: &Cluster, words: &[&str], namespace: &str, wide: bool) -> Plan {
    let references = match named(words, namespace) {
        Ok(references) => references,
        Err(message) => return Plan::refuse(message),
    };
    let Some(kind) = references
        .first()
        .map(|first| first.kind)
        .or(words.first().and_then(|word| Kind::parse(word)))
    else {
        return Plan::refuse("error: you must specify the type of resource to get");
    };
    let mut errors = String::new();
    let mut objects = Vec::new();
    for reference in &references {
        match cluster.store.get(reference) {
            Some(object) => objects.push(object),
            None => errors += &format!("{}\n", not_found(reference)),
        }
    }
    if references.is_empty() {
        let is_here =
            |object: &Object| !kind.is_namespaced() || object.meta().namespace == namespace;
        objects = cluster.store.list(kind).into_iter().filter(is_here).collect();
        if objects.is_empty() {
            let place = if kind.is_namespaced() {
                format!(" in {namespace} namespace")
            } else {
                String::new()
            };
            let mut plan = Plan::default();
            plan.output.stderr = format!("No resources found{place}.\n");
            return plan;
        }
    }
    let mut plan = Plan::print(if objects.is_empty() {
        String::new()
    } else {
        table(cluster, kind, &objects, wide)
    });
    plan.output.exit = u8::from(!errors.is_empty());
    plan.output.stderr = errors;
    plan
}

/// Lays the rows out in columns three spaces apart, as kubectl does.
fn table(cluster: &Cluster, kind: Kind, objects: &[Object], wide: bool) -> String {
    let mut rows = vec![header(kind, wide)];
    rows.extend(objects.iter().map(|object| row(cluster, object, wide)));
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text += &cells.collect::<Vec<_>>().join("   ");
        text.push('\n');
    }
    text
}

fn header(kind: Kind, wide: bool) -> Vec<String> {
    let names = match kind {
        Kind::Pod if wide => "NAME READY STATUS RESTARTS AGE IP NODE",
        Kind::Pod => "NAME READY STATUS RESTARTS AGE",
        Kind::StatefulSet => "NAME READY AGE",
        Kind::Deployment => "NAME READY UP-TO-DATE AVAILABLE AGE",
        Kind::ReplicaSet => "NAME DESIRED CURRENT READY AGE",
        Kind::PersistentVolumeClaim => "NAME STATUS VOLUME CAPACITY STORAGECLASS AGE",
        Kind::PersistentVolume => "NAME CAPACITY STATUS CLAIM STORAGECLASS AGE",
        Kind::Service => "NAME TYPE CLUSTER-IP AGE",
        Kind::Node => "NAME STATUS AGE",
        _ => "NAME AGE",
    };
    names.split(' ').map(str::to_owned).collect()
}

fn row(cluster: &Cluster, object: &Object, wide: bool) -> Vec<String> {
    let meta = object.meta();
    let mut cells = vec![meta.name.clone()];
    match object {
        Object::Pod(pod) => {
            let summary = pod_summary(pod);
            cells.extend([
                format!("{}/{}", summary.ready, summary.total),
                summary.status,
                summary.restarts.to_string(),
            ]);
        }
        Object::StatefulSet(set) => {
            cells.push(format!("{}/{}", set.status.ready_replicas, set.spec.replicas))
        }
        Object::Deployment(deployment) => {
            let status = &deployment.status;
            cells.push(format!("{}/{}", status.ready_replicas, deployment.spec.replicas));
            cells.extend(
                [status.updated_replicas, status.available_replicas].map(|n| n.to_string()),
            );
        }
        Object::ReplicaSet(set) => {
            let status = &set.status;
            let counts = [set.spec.replicas, status.replicas, status.ready_replicas];
            cells.extend(counts.map(|count| count.to_string()));
        }
        Object::PersistentVolumeClaim(claim) => {
            let phase =
                if meta.is_terminating() { "Terminating" } else { claim.status.phase.as_str() };
            let class = claim.spec.storage_class_name.clone().unwrap_or_default();
            let capacity = claim.status.capacity.get("storage").cloned().unwrap_or_default();
            cells.extend([phase.to_owned(), claim.spec.volume_name.clone(), capacity, class]);
        }
        Object::PersistentVolume(volume) => {
            let claim = volume.spec.claim_ref.as_ref();
            let claim = claim
                .map_or_else(String::new, |claim| format!("{}/{}", claim.namespace, claim.name));
            let capacity = volume.spec.capacity.get("storage").cloned().unwrap_or_default();
            cells.extend([
                capacity,
                volume.status.phase.clone(),
                claim,
                volume.spec.storage_class_name.clone(),
            ]);
        }
        Object::Service(service) => {
            cells.extend([service.spec.kind.clone(), service.spec.cluster_ip.clone()])
        }
        Object::Node(node) => cells.push(node_status(node)),
        _ => {}
    }
    cells.push(age(cluster.now.since(meta.creation_timestamp)));
    if let (Object::Pod(pod), true) = (object, wide) {
        let or_none =
            |text: &str| if text.is_empty() { "<none>".to_owned() } else { text.to_owned() };
        cells.extend([or_none(&pod.status.pod_ip), or_none(&pod.spec.node_name)]);
    }
    cells
}

fn node_status(node: &Node) -> String {
    let ready = if node.ready_status() == "True" { "Ready" } else { "NotReady" };
    let cordoned = if node.spec.unschedulable { ",SchedulingDisabled" } else { "" };
    format!("{ready}{cordoned}")
}

/// An age as kubectl prints it (`duration.HumanDuration`).
fn age(ms: u64) -> String {
    let seconds = ms / 1000;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    match () {
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 && !seconds.is_multiple_of(60) => format!("{minutes}m{}s", seconds % 60),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 && minutes % 60 != 0 => format!("{hours}h{}m", minutes % 60),
        () => format!("{hours}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn ages_are_as_kubectl_prints_them() {
        let ages = [0, 119_000, 120_000, 125_000, 660_000, 3 * 3_600_000 + 60_000, 9 * 3_600_000];
        assert_eq!(ages.map(age), ["0s", "119s", "2m", "2m5s", "11m", "3h1m", "9h"]);
    }
}
