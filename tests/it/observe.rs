//! What a real cluster said: every instant of the recordings is drawn and compared with the objects, and "Why?" at the
//! instants that the recordings' remarks name says what they say.

use ordinal::api::{Key, Time};
use ordinal::cluster::observed::{self, Touched};
use ordinal::cluster::{Cluster, Effect, Random, Subject};
use ordinal::observe::{self, Explanation, File, Observation};
use ordinal::scene::{Item, View, scene};
use ordinal::timeline::Timeline;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

pub(crate) fn recording(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn read(text: &str) -> Observation {
    observe::read(&[File { name: "file", text }]).unwrap_or_else(|problems| panic!("{problems:?}"))
}

pub(crate) fn open(text: &str) -> Timeline {
    let observation = read(text);
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    assert_eq!(timeline.refused_at_start().count(), 0);
    timeline.seek(observation.at);
    timeline
}

/// The objects of a recording by kind and name, as they are after each instant: an independent reading of the file.
pub(crate) struct Replay {
    lines: Vec<Value>,
    pub(crate) objects: BTreeMap<(String, String, String), Value>,
}

impl Replay {
    pub(crate) fn new(text: &str) -> Replay {
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        Replay { lines, objects: BTreeMap::new() }
    }

    pub(crate) fn instants(&self) -> BTreeSet<u64> {
        self.lines.iter().filter_map(|line| line["t"].as_u64()).collect()
    }

    fn put(&mut self, resource: &str, object: &Value) {
        self.objects.insert(key(resource, object), object.clone());
    }

    /// Takes over the lines of an instant.
    pub(crate) fn play(&mut self, at: u64) {
        let lines: Vec<Value> =
            self.lines.iter().filter(|line| line["t"].as_u64() == Some(at)).cloned().collect();
        for line in lines {
            let resource = line["resource"].as_str().unwrap_or_default().to_owned();
            match line["type"].as_str() {
                Some("LIST") => {
                    for item in line["body"]["items"].as_array().expect("items") {
                        self.put(&resource, item);
                    }
                }
                Some("WATCH") => match line["event"]["type"].as_str() {
                    Some("DELETED") => {
                        self.objects.remove(&key(&resource, &line["event"]["object"]));
                    }
                    Some("ADDED" | "MODIFIED") => self.put(&resource, &line["event"]["object"]),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn of(&self, resource: &str) -> impl Iterator<Item = &Value> {
        let resource = resource.to_owned();
        self.objects.iter().filter(move |(key, _)| key.0 == resource).map(|(_, object)| object)
    }
}

fn key(resource: &str, object: &Value) -> (String, String, String) {
    let meta = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    (resource.to_owned(), meta("namespace"), meta("name"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The status of a condition, empty if there is none.
fn condition<'a>(object: &'a Value, kind: &str) -> &'a str {
    let conditions = object["status"]["conditions"].as_array();
    let found = conditions.into_iter().flatten().find(|it| it["type"] == json!(kind));
    found.map_or("", |it| text(&it["status"]))
}

/// Compares the objects of the model with those of the file.
fn compare_objects(at: u64, replay: &Replay, cluster: &Cluster) {
    let mut pods = 0;
    for pod in replay.of("pods") {
        let (_, namespace, name) = key("pods", pod);
        let own = cluster.store.pods.get(&Key::new(&namespace, &name));
        let own = own.unwrap_or_else(|| panic!("{at}: pod {name} is missing"));
        assert_eq!(own.metadata.uid.to_string(), text(&pod["metadata"]["uid"]), "{at} {name}");
        assert_eq!(own.spec.node_name, text(&pod["spec"]["nodeName"]), "{at} {name}");
        assert_eq!(own.status.phase.name(), text(&pod["status"]["phase"]), "{at} {name}");
        assert_eq!(own.status.pod_ip, text(&pod["status"]["podIP"]), "{at} {name}");
        assert_eq!(own.is_ready(), condition(pod, "Ready") == "True", "{at} {name}");
        let is_going = pod["metadata"]["deletionTimestamp"].is_string();
        assert_eq!(own.metadata.is_terminating(), is_going, "{at} {name}");
        pods += 1;
    }
    assert_eq!(cluster.store.pods.len(), pods, "{at}: pods");
    for claim in replay.of("persistentvolumeclaims") {
        let (_, namespace, name) = key("", claim);
        let own = cluster.store.claims.get(&Key::new(&namespace, &name)).expect("the claim");
        assert_eq!(own.spec.volume_name, text(&claim["spec"]["volumeName"]), "{at} {name}");
        assert_eq!(own.is_bound(), claim["status"]["phase"] == json!("Bound"), "{at} {name}");
    }
    for attachment in replay.of("volumeattachments") {
        let spec = &attachment["spec"];
        let (volume, node) =
            (text(&spec["source"]["persistentVolumeName"]), text(&spec["nodeName"]));
        let own = cluster.store.attachment(volume, node).expect("the attachment");
        let is_attached = attachment["status"]["attached"] == json!(true);
        assert_eq!(own.status.attached, is_attached, "{at} {volume}");
    }
    assert_eq!(cluster.store.attachments.len(), replay.of("volumeattachments").count(), "{at}");
    for node in replay.of("nodes") {
        let name = text(&node["metadata"]["name"]);
        let own = cluster.store.node(name).expect("the node");
        assert_eq!(own.ready_status().as_str(), condition(node, "Ready"), "{at} {name}");
        let taints = node["spec"]["taints"].as_array().map_or(0, Vec::len);
        assert_eq!(own.spec.taints.len(), taints, "{at} {name}");
    }
    for set in replay.of("statefulsets") {
        let (_, namespace, name) = key("", set);
        let own = cluster.store.stateful_sets.get(&Key::new(&namespace, &name)).expect("the set");
        assert_eq!(json!(own.spec.replicas), set["spec"]["replicas"], "{at} {name}");
        assert_eq!(
            own.status.update_revision,
            text(&set["status"]["updateRevision"]),
            "{at} {name}"
        );
    }
}

fn all_items<'a>(items: &'a [Rc<Item>], found: &mut BTreeMap<&'a str, &'a Item>) {
    for item in items {
        found.insert(&item.id.0, item);
        all_items(&item.children, found);
    }
}

/// Compares what is drawn with the objects of the file.
fn compare_picture(at: u64, replay: &Replay, cluster: &Cluster) {
    let view = View { reduced_motion: true, ..View::default() };
    let scene = scene(cluster, Time(at), &view);
    let mut items = BTreeMap::new();
    all_items(&scene.items, &mut items);
    let said = |id: &str| {
        let item = items.get(id).unwrap_or_else(|| panic!("{at}: {id} is not drawn"));
        item.label.as_ref().map(|label| label.description.clone()).unwrap_or_default()
    };
    for pod in replay.of("pods") {
        let name = text(&pod["metadata"]["name"]);
        let said = said(&format!("pod-{}", text(&pod["metadata"]["uid"])));
        let ready = if condition(pod, "Ready") == "True" { "and Ready" } else { "not Ready" };
        assert!(said.starts_with(name) && said.contains(ready), "{at}: {said}");
        let node = text(&pod["spec"]["nodeName"]);
        let place =
            if node.is_empty() { "not scheduled".to_owned() } else { format!(" on {node}") };
        assert!(said.contains(&place), "{at}: {said}");
        // As kubectl prints it: a pod that has ended is not Terminating.
        let has_ended = ["Failed", "Succeeded"].contains(&text(&pod["status"]["phase"]));
        if pod["metadata"]["deletionTimestamp"].is_string() && !has_ended {
            assert!(said.contains("Terminating"), "{at}: {said}");
        }
    }
    for node in replay.of("nodes") {
        let name = text(&node["metadata"]["name"]);
        let expected = match condition(node, "Ready") {
            "True" => "is Ready",
            "False" => "is not Ready",
            _ => "is not responding",
        };
        let said = said(&format!("node-{name}"));
        assert!(said.contains(expected), "{at}: {said}");
    }
    for claim in replay.of("persistentvolumeclaims") {
        let (_, namespace, name) = key("", claim);
        let is_used = || {
            let mut pods = cluster.store.pods.in_namespace(&namespace);
            pods.any(|pod| pod.claims().any(|claim| claim == name))
        };
        // A claim that no pod uses is drawn in the column that its name stands for.
        let ordinal = name.rsplit('-').next().unwrap_or_default();
        if ordinal.parse::<u32>().is_err() && !is_used() {
            continue;
        }
        let said = said(&format!("volume-{namespace}/{name}"));
        let volume = text(&claim["spec"]["volumeName"]);
        let is_bound =
            replay.of("persistentvolumes").any(|it| text(&it["metadata"]["name"]) == volume);
        assert_eq!(!said.contains("no volume yet"), is_bound, "{at}: {said}");
        for attachment in replay.of("volumeattachments").filter(|it| {
            is_bound
                && text(&it["spec"]["source"]["persistentVolumeName"]) == volume
                && it["status"]["attached"] == json!(true)
        }) {
            let node = text(&attachment["spec"]["nodeName"]);
            assert!(said.contains(node), "{at}: {said}");
        }
    }
}

/// Only the sets that a report is about are looked at again: looking at all of them finds nothing else.
fn compare_waits(at: u64, cluster: &Cluster) {
    for effect in observed::look(cluster, &Touched::All, &mut Random::new(1)) {
        if let Effect::SetWait(subject, reason) = effect {
            let known = cluster.waits.get(&subject).map(|wait| wait.reason.clone());
            assert_eq!(reason, known, "{at}: {subject:?}");
        }
    }
}

fn every_instant_of(name: &str) -> usize {
    let text = recording(name);
    let mut replay = Replay::new(&text);
    let mut timeline = open(&text);
    let instants = replay.instants();
    for at in &instants {
        replay.play(*at);
        timeline.seek(Time(*at));
        compare_objects(*at, &replay, timeline.cluster());
        compare_picture(*at, &replay, timeline.cluster());
        compare_waits(*at, timeline.cluster());
    }
    instants.len()
}

#[test]
fn every_instant_of_the_recordings_is_drawn_as_the_objects_are() {
    for name in ["live/story-a.ndjson", "live/story-b.ndjson"] {
        assert!(every_instant_of(name) > 100, "{name}");
    }
}

#[test]
fn every_instant_of_the_node_recordings_is_drawn_as_the_objects_are() {
    let entries = fs::read_dir(folder().join("nodes")).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let count: usize = thread::scope(|scope| {
        let draw = |name: std::ffi::OsString| {
            scope.spawn(move || every_instant_of(&format!("nodes/{}", name.display())))
        };
        let drawn: Vec<_> = names.map(draw).collect();
        drawn.into_iter().map(|it| it.join().expect("no panic")).sum()
    });
    assert!(count > 1_500, "{count}");
}

/// "Why?" in a recording, at an instant in milliseconds.
pub(crate) fn why(name: &str, at: u64, object: &str) -> Explanation {
    let mut timeline = open(&recording(name));
    timeline.seek(Time(at));
    let object =
        observe::find(timeline.cluster(), object, None).unwrap_or_else(|error| panic!("{error}"));
    let seen = timeline.events().partition_point(|event| event.time <= Time(at));
    observe::explain(timeline.cluster(), &timeline.events()[..seen], &Subject::Object(object))
}

fn chain(explanation: &Explanation) -> String {
    explanation.answer.chain.iter().map(|link| link.text.as_str()).collect::<Vec<_>>().join(" | ")
}

/// What each of these instants is waiting for; the file, the instant, the object, a part of the answer.
const QUESTIONS: &[(&str, u64, &str, &str)] = &[
    (
        "live/story-a.ndjson",
        1_500,
        "sts/web",
        "web-1 is not created until web-0 is Running and Ready",
    ),
    (
        "live/story-a.ndjson",
        9_000,
        "sts/web",
        "web-4 is not created until web-3 is Running and Ready",
    ),
    ("live/story-a.ndjson", 21_500, "pod/web-0", "node-1 is not responding"),
    (
        "live/story-a.ndjson",
        23_000,
        "pod/web-0",
        "only node-1 can confirm that its containers have stopped",
    ),
    ("nodes/n1-node-silent.ndjson", 100_000, "pod/web-1", "node-3 is not responding"),
    ("nodes/n1-node-silent.ndjson", 380_000, "sts/web", "only node-3 can confirm"),
    ("nodes/n4-force-delete.ndjson", 480_000, "pod/web-1", "Multi-Attach error for volume"),
    ("nodes/n2b-delete-node-early.ndjson", 160_000, "pod/web-1", "Multi-Attach error for volume"),
    ("nodes/n13-drain-silent-node.ndjson", 80_000, "pod/web-1", "only node-2 can confirm"),
    ("nodes/n7-refusals.ndjson", 5_000, "pod/web-0", "5 node(s) were unschedulable"),
    ("nodes/n7-refusals.ndjson", 15_000, "sts/tainted", "5 node(s) had untolerated taint(s)"),
    ("nodes/n7-refusals.ndjson", 68_000, "pod/bigcpu-0", "5 Insufficient cpu"),
    ("nodes/n7-refusals.ndjson", 90_000, "pod/apart-3", "didn't match pod anti-affinity rules"),
    ("nodes/n7-refusals.ndjson", 115_000, "pod/ssd-0", "didn't match Pod's node affinity/selector"),
    (
        "nodes/n7-refusals.ndjson",
        149_000,
        "pod/noclass-0",
        "pod has unbound immediate PersistentVolumeClaims",
    ),
    (
        "nodes/n7-refusals.ndjson",
        153_000,
        "pod/ghost",
        "persistentvolumeclaim \"nothing\" not found",
    ),
    ("nodes/n7-refusals.ndjson", 165_000, "sts/held", "pvc data-held-0 is being deleted"),
    (
        "nodes/n7-refusals.ndjson",
        198_500,
        "pvc/data-web-0",
        "is deleted after web-0 no longer uses it",
    ),
];

#[test]
fn why_says_what_the_remarks_of_the_recordings_say() {
    let mut wrong = Vec::new();
    for (name, at, object, part) in QUESTIONS {
        let chain = chain(&why(name, *at, object));
        if !chain.contains(part) {
            wrong.push(format!("{name} {at} {object}: {chain}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn confusions_are_recognized_with_their_lessons() {
    let found = |name: &str, at: u64, object: &str| -> Vec<(u8, &'static str)> {
        why(name, at, object).confusions.iter().map(|it| (it.number, it.lesson)).collect()
    };
    assert_eq!(found("nodes/n1-node-silent.ndjson", 380_000, "sts/web"), [(2, "silent-node")]);
    assert_eq!(
        found("nodes/n4-force-delete.ndjson", 480_000, "pod/web-1"),
        [(4, "twins"), (5, "force")]
    );
    assert_eq!(found("live/story-a.ndjson", 1_500, "sts/web"), [(11, "too-early")]);
    let budget = found("nodes/n13-drain-silent-node.ndjson", 53_000, "sts/web");
    assert_eq!(budget, [(3, "budget")]);
    assert_eq!(found("live/story-a.ndjson", 51_000, "sts/web"), []);
}
