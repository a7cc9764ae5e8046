//! A large cluster: the work to open its dump grows with the number of objects, and no faster.

use ordinal::observe::{self, File};
use ordinal::timeline::Timeline;
use serde_json::{Value, json};

/// A dump of sets with pods, each with a claim and a volume, on nodes of 110 pods.
pub(crate) fn dump(sets: usize, pods: usize) -> String {
    let nodes = (sets * pods).div_ceil(110).max(1);
    let mut items: Vec<Value> = (0..nodes).map(node).collect();
    for set in 0..sets {
        items.push(stateful_set(set, pods));
        for ordinal in 0..pods {
            items.extend(pod(set, ordinal, (set * pods + ordinal) % nodes));
        }
    }
    json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string()
}

const CREATED: &str = "2026-11-20T22:45:38Z";

fn node(number: usize) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": { "name": format!("node-{number}"), "uid": format!("00000000-0000-4000-a000-{number:012}"), "creationTimestamp": CREATED,
            "labels": { "kubernetes.io/hostname": format!("node-{number}") } },
        "status": { "allocatable": { "cpu": "16", "memory": "64Gi", "pods": "110" },
            "conditions": [{ "type": "Ready", "status": "True", "lastTransitionTime": CREATED }],
            "nodeInfo": { "kubeletVersion": "v1.36.2" } }
    })
}

fn template(set: usize) -> Value {
    json!({ "metadata": { "labels": { "app": format!("db-{set}") } },
        "spec": { "containers": [{ "name": "db", "image": "registry.example/db:16.2",
            "env": [{ "name": "PASSWORD", "value": "secret" }] }] } })
}

fn stateful_set(set: usize, pods: usize) -> Value {
    let name = format!("db-{set}");
    let revision = format!("{name}-5d4f8c9b7d");
    json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": { "name": name, "namespace": format!("team-{}", set % 4), "uid": format!("00000000-0000-4000-b000-{set:012}"),
            "creationTimestamp": CREATED, "generation": 1 },
        "spec": { "replicas": pods, "serviceName": name, "selector": { "matchLabels": { "app": name } }, "template": template(set),
            "volumeClaimTemplates": [{ "metadata": { "name": "data" },
                "spec": { "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } } }] },
        "status": { "replicas": pods, "readyReplicas": pods, "currentReplicas": pods, "updatedReplicas": pods, "observedGeneration": 1,
            "currentRevision": revision, "updateRevision": revision }
    })
}

fn pod(set: usize, ordinal: usize, node: usize) -> [Value; 3] {
    let (owner, namespace) = (format!("db-{set}"), format!("team-{}", set % 4));
    let (name, number) = (format!("{owner}-{ordinal}"), set * 100_000 + ordinal);
    let (claim, volume) = (format!("data-{name}"), format!("pvc-{number}"));
    let uid = |letter: char| format!("00000000-0000-4000-{letter}000-{number:012}");
    let mut spec = template(set)["spec"].clone();
    spec["nodeName"] = json!(format!("node-{node}"));
    spec["volumes"] = json!([{ "name": "data", "persistentVolumeClaim": { "claimName": claim } }]);
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": name, "namespace": namespace, "uid": uid('c'), "creationTimestamp": CREATED,
            "labels": { "app": owner, "controller-revision-hash": format!("{owner}-5d4f8c9b7d"), "statefulset.kubernetes.io/pod-name": name },
            "ownerReferences": [{ "apiVersion": "apps/v1", "kind": "StatefulSet", "name": owner, "controller": true,
                "uid": format!("00000000-0000-4000-b000-{set:012}") }] },
        "spec": spec,
        "status": { "phase": "Running", "podIP": format!("10.{}.{}.{}", set, ordinal / 250, ordinal % 250),
            "conditions": [{ "type": "Ready", "status": "True", "lastTransitionTime": CREATED }],
            "containerStatuses": [{ "name": "db", "ready": true, "restartCount": 0, "state": { "running": { "startedAt": CREATED } } }] }
    });
    let claim_object = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": { "name": claim, "namespace": namespace, "uid": uid('d'), "creationTimestamp": CREATED },
        "spec": { "accessModes": ["ReadWriteOnce"], "volumeName": volume, "resources": { "requests": { "storage": "1Gi" } } },
        "status": { "phase": "Bound", "capacity": { "storage": "1Gi" } }
    });
    let volume = json!({
        "apiVersion": "v1", "kind": "PersistentVolume",
        "metadata": { "name": volume, "uid": uid('e'), "creationTimestamp": CREATED },
        "spec": { "accessModes": ["ReadWriteOnce"], "capacity": { "storage": "1Gi" }, "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": { "namespace": namespace, "name": claim, "uid": uid('d') } },
        "status": { "phase": "Bound" }
    });
    [pod, claim_object, volume]
}

#[test]
#[ignore = "writes the dump that is measured"]
fn write_the_dump() {
    std::fs::write("target/dump-5000.json", dump(20, 250)).expect("a file");
}

#[test]
fn a_dump_of_a_thousand_pods_is_opened_and_its_names_are_replaced() {
    let text = dump(4, 250);
    let observation = observe::read(&[File { name: "dump", text: &text }]).expect("a dump");
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    timeline.seek(observation.at);
    assert_eq!(timeline.cluster().store.pods.len(), 1_000);
    let renamed = observe::replace_names(&observation.recipe).expect("a recipe");
    assert!(!renamed.contains("team-"));
}
