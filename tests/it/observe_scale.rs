//! A large cluster: the work to open its dump grows with the number of objects, and no faster.

use ordinal::observe::{self, File};
use ordinal::task::{self, Progress, Task};
use ordinal::timeline::Timeline;
use serde_json::{Value, json};

/// A dump of sets with pods, each with a claim and a volume, on nodes of 110 pods.
fn dump(sets: usize, pods: usize) -> String {
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

/// How much there is to do for a dump: bytes of the recipe, slices of work until it is open, events, and bytes with other names.
fn work(sets: usize, pods: usize) -> [usize; 4] {
    let text = dump(sets, pods);
    let observation = observe::read(&[File { name: "dump", text: &text }]).expect("a dump");
    let progress = Progress::default();
    let mut open: Task<'_, _> =
        Box::pin(Timeline::open(&observation.recipe, observation.at, &progress));
    let mut slices = 1;
    let timeline = loop {
        match task::poll(&mut open) {
            Some(opened) => break opened.expect("a recipe"),
            None => slices += 1,
        }
    };
    assert_eq!(timeline.cluster().store.pods.len(), sets * pods);
    let renamed = observe::replace_names(&observation.recipe).expect("a recipe");
    assert!(!renamed.contains("team-"));
    [observation.recipe.len(), slices, timeline.events().len(), renamed.len()]
}

#[test]
fn the_work_grows_with_the_number_of_pods_and_no_faster() {
    let (few, many) = (work(4, 25), work(8, 50));
    for (few, many) in few.into_iter().zip(many) {
        assert!(many <= few * 9 / 2, "{few} for 100 pods, {many} for 400");
    }
}

#[test]
fn what_is_above_the_limit_is_refused_with_what_to_do() {
    // Fields that are kept, so that the recipe is longer than a story may be.
    let item = |number: usize| {
        let message = "x".repeat(100_000);
        json!({ "apiVersion": "v1", "kind": "Pod",
            "metadata": { "name": format!("web-{number}"), "namespace": "ns" },
            "status": { "phase": "Running", "message": message } })
    };
    let items: Vec<Value> = (0..180).map(item).collect();
    let text = json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string();
    assert!(refusal(&text).contains("a story has at most 16777216 bytes"), "{}", refusal(&text));
    let pod = |number: usize| json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": format!("a-{number}") } });
    let items: Vec<Value> = (0..10_001).map(pod).collect();
    let text = json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string();
    assert!(refusal(&text).contains("a cluster has at most 10000 pods"), "{}", refusal(&text));
}

/// Why a dump is refused, with the advice.
fn refusal(text: &str) -> String {
    let problems = observe::read(&[File { name: "dump", text }]).expect_err("too large");
    let said = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(said.contains("choose one namespace with -n instead of -A"), "{said}");
    said
}
