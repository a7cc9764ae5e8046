//! What kubectl really printed: recordings of moments in the life of a cluster, and of the lines that
//! were typed at each. `tests/data/kubectl` has the objects and the commands of each moment.

use ordinal::api::{Kind, ObjectRef, Time};
use ordinal::cluster::{Event, Reason, Store, Subject, Version, World, namespaces};
use ordinal::kubectl::{self, Output};
use ordinal::sim::{Setup, Sim};
use ordinal::task::{Progress, finish};
use ordinal::timeline::Timeline;
use ordinal::{manifest, notation};
use serde_json::Value;
use std::rc::Rc;

/// The lines whose output differs, by moment and number from 1, and why.
const DIFFERENT: &[(&str, usize, &str)] = &[
    ("07-steady", 21, "pods of another namespace were on the node, and are not in the recording"),
    ("08-refused-changes", 5, "the API server adds a difference of its own structs, in Go's words"),
    ("08-refused-changes", 6, "the API server adds a difference of its own structs, in Go's words"),
    ("16-node-lost", 4, "pods of another namespace were on the node, and are not in the recording"),
    ("20-deployment", 3, "pod-template-hash is a hash of a Go struct"),
    (
        "20-deployment",
        4,
        "pod-template-hash is a hash of a Go struct, the rest of the name is chance",
    ),
    ("20-deployment", 5, "pod-template-hash is a hash of a Go struct"),
];

/// A recorded moment: its name, and what was there and was done.
fn moments() -> Vec<(String, Value)> {
    let folder = format!("{}/tests/data/kubectl", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a text");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).expect("JSON"))
    };
    paths.iter().map(read).collect()
}

/// Where two values differ, and how.
fn differences(path: &str, wanted: &Value, got: &Value) -> Vec<String> {
    match (wanted, got) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            let at = |key: &String| {
                differences(&format!("{path}.{key}"), &wanted[key.as_str()], &got[key.as_str()])
            };
            keys.into_iter().flat_map(at).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .flat_map(|(index, (one, other))| differences(&format!("{path}[{index}]"), one, other))
            .collect(),
        _ if wanted == got => Vec::new(),
        _ => vec![format!("{path} wanted {wanted} got {got}")],
    }
}

/// The simulation at a moment: its objects, nobody who plays kubelet, and the controllers.
fn simulation(moment: &Value) -> Sim {
    let mut setup = Setup::default();
    setup.settings.version = Version::V1_36;
    setup.settings.timings.reaction_ms = 1;
    // No node sends heartbeats here.
    setup.settings.timings.node_monitor_ms = u64::MAX / 4;
    let mut sim = Sim::new(&setup);
    let objects = moment["objects"].as_array().expect("objects").iter();
    let objects = objects.filter_map(|object| manifest::recorded(&object.to_string()).ok());
    let objects = objects.filter(|object| !matches!(object.kind(), Kind::Event | Kind::Endpoints));
    // The recordings are of the objects of one namespace, and of those that are in none.
    let (control_plane, world) = sim.cluster_for_tests().parts_for_tests();
    *world = World::default();
    control_plane.store = Store::recorded(namespaces::initial_objects().chain(objects));
    control_plane.now = Time::parse(moment["now"].as_str().expect("a time")).expect("a time");
    sim
}

fn reference(pod: &str) -> ObjectRef {
    ObjectRef::named(Kind::Pod, "default", pod)
}

/// The log that makes the events that were recorded.
fn past(moment: &Value) -> Vec<Event> {
    let mut past = Vec::new();
    for event in moment["objects"].as_array().expect("objects") {
        if event["kind"] != "Event" {
            continue;
        }
        let message = event["message"].as_str().expect("a message");
        let message = message.trim_start_matches("(combined from similar events): ");
        let words: Vec<&str> = message.split(' ').collect();
        let reason = match words.as_slice() {
            ["Create", "Claim", claim, "Pod", pod, ..] => {
                let claim = ObjectRef::named(Kind::PersistentVolumeClaim, "default", claim);
                Reason::ClaimCreated { claim, pod: reference(pod) }
            }
            ["Create", "Pod", pod, ..] => {
                Reason::PodCreated { pod: reference(pod), template: None, why: None }
            }
            ["Delete", "Pod", pod, ..] => {
                Reason::ScaleDownDelete { pod: reference(pod), replicas: 0, start: None }
            }
            _ => continue,
        };
        let reason = Rc::new(reason);
        let pod = reason.object(Kind::Pod).expect("a pod").clone();
        let time =
            |field: &str| Time::parse(event[field].as_str().expect("a time")).expect("a time");
        let times = [time("firstTimestamp"), time("lastTimestamp")];
        let count = event["count"].as_u64().expect("a count") as usize;
        for index in 0..count {
            past.push(Event {
                number: past.len() as u64,
                time: times[usize::from(index > 0)],
                subject: Subject::Object(pod.clone()),
                uid: None,
                cause: None,
                reason: reason.clone(),
                line: None,
            });
        }
    }
    past.sort_by_key(|event| event.time);
    past
}

/// Whether the output is the recorded one.
fn is_same(command: &Value, output: &Output) -> bool {
    let recorded = |field: &str| command[field].as_str().expect("a text").to_owned();
    // The build of kubectl that was recorded reported missing flags through its own log.
    let stderr = recorded("stderr");
    let stderr = match stderr.split_once("\"command failed\" err=\"") {
        Some((_, rest)) => {
            format!("error: {}\n", rest.trim_end().trim_end_matches('"').replace("\\\"", "\""))
        }
        None => stderr,
    };
    let exit = command["exit"].as_u64();
    output.stdout == recorded("stdout")
        && (exit.is_none() || output.stderr == stderr && Some(u64::from(output.exit)) == exit)
}

/// What a line prints in the seconds after the moment: the commands of a moment took a while.
fn print(sim: &mut Sim, command: &Value, past: &mut Vec<Event>) -> (bool, Output) {
    let source = command["line"].as_str().expect("a line");
    let line = match command["stdin"].as_str().filter(|text| !text.is_empty()) {
        Some(text) => {
            let line = source.split(" # ").next().unwrap_or(source);
            notation::parse_line(&format!(
                "{line} <<THE-END\n{}\nTHE-END\n",
                text.trim_end_matches('\n')
            ))
        }
        None => notation::parse_line(source),
    };
    let line = line.unwrap_or_else(|error| panic!("{source}: {error}"));
    let mut first = None;
    for seconds in 0..8 {
        let mut later = sim.clone();
        let now = later.cluster().now.plus(seconds * 1000);
        later.cluster_for_tests().advance_to(now);
        let done = kubectl::run(&mut later, &line, past, &mut Vec::new());
        let is_same = is_same(command, &done.output);
        if is_same || first.is_none() {
            first = Some((is_same, done));
        }
        if is_same {
            break;
        }
    }
    let (is_same, done) = first.expect("it was tried");
    if done.changed {
        let mut log = Vec::new();
        kubectl::run(sim, &line, past, &mut log);
        sim.run_to(sim.cluster().now.plus(80), &mut log);
        past.extend(log);
    }
    (is_same, done.output)
}

#[test]
fn lines_print_what_kubectl_printed() {
    let (mut wrong, mut same, mut count) = (String::new(), 0, 0);
    for (name, moment) in moments() {
        let mut sim = simulation(&moment);
        let mut past = past(&moment);
        let commands = moment["commands"].as_array().expect("commands");
        for (number, command) in (1..).zip(commands) {
            let line = command["line"].as_str().expect("a line");
            let (is_same, output) = print(&mut sim, command, &mut past);
            count += 1;
            same += usize::from(is_same);
            let is_listed =
                DIFFERENT.iter().any(|(moment, known, _)| *moment == name && *known == number);
            if is_same == is_listed {
                let problem = if is_listed { "is listed, but the same" } else { "differs" };
                wrong += &format!(
                    "--- {name} {number}: {line} {problem}\nwanted exit {}\n{}{}got exit {}\n{}{}",
                    command["exit"],
                    command["stdout"].as_str().unwrap_or(""),
                    command["stderr"].as_str().unwrap_or(""),
                    output.exit,
                    output.stdout,
                    output.stderr,
                );
            }
        }
    }
    println!("{same} of {count} lines print what kubectl printed");
    assert!(wrong.is_empty(), "{same} of {count}\n{wrong}");
}

#[test]
fn objects_that_are_read_are_printed_as_they_were() {
    let mut wrong = String::new();
    let mut count = 0;
    for (name, moment) in moments() {
        for object in moment["objects"].as_array().expect("objects") {
            let read = match manifest::recorded(&object.to_string()) {
                Err(problem) if problem.starts_with("no kind") => continue,
                Err(problem) => panic!("{name} {problem}\n{object}"),
                Ok(read) => read,
            };
            count += 1;
            let printed: Value = serde_json::from_str(&read.encode().json()).expect("JSON");
            if printed != *object {
                let parts = differences("", object, &printed);
                wrong += &format!("{name} {} {}\n", read.reference(), parts.join("; "));
            }
        }
    }
    assert!(count > 300, "{count} objects");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The words of recording N5 and of the moment `20-deployment`.
#[test]
fn a_deployment_has_the_events_of_the_real_controllers() {
    let recipe = "ordinal 1\nkubectl apply -f - <<EOF\napiVersion: apps/v1\nkind: Deployment\n\
                  metadata: { name: api }\nspec:\n  replicas: 2\n  selector: { matchLabels: { app: api } }\n  \
                  template:\n    metadata: { labels: { app: api } }\n    \
                  spec: { containers: [{ name: app, image: \"app:1\" }] }\nEOF\n\
                  at 9s kubectl scale deploy api --replicas=1\n";
    let mut timeline = Timeline::new(recipe).expect("a sound recipe");
    timeline.seek(Time(20_000));
    let cluster = timeline.cluster();
    let set = cluster.store.replica_sets.iter().next().expect("a set").metadata.name.clone();
    let printed = timeline.run_line("kubectl get events").stdout;
    for part in [
        format!("deployment/api   Scaled up replica set {set} from 0 to 2"),
        format!("deployment/api   Scaled down replica set {set} from 2 to 1"),
        format!("replicaset/{set}   Created pod: {set}-"),
        format!("replicaset/{set}   Deleted pod: {set}-"),
    ] {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&printed).contains(&words(&part)), "{part} is not in:\n{printed}");
    }
}

#[test]
fn the_state_is_a_list_of_all_objects() {
    let sim = Sim::new(&Setup::default());
    let state = finish(kubectl::state(sim.cluster(), &Progress::default()));
    let state: Value = serde_json::from_str(&state).expect("JSON");
    let kinds = |kind: &str| {
        let items = state["items"].as_array().expect("items");
        items.iter().filter(|item| item["kind"] == kind).count()
    };
    assert_eq!((&state["kind"], &state["apiVersion"]), (&"List".into(), &"v1".into()));
    assert_eq!((kinds("Node"), kinds("StorageClass"), kinds("Lease")), (3, 2, 3));
}

/// What is printed as the cursor goes on, in whatever strides, is what a copy that runs ahead prints.
#[test]
fn a_watch_goes_on_with_the_cursor() {
    let recipe = format!("ordinal 1\nkubectl apply -f - <<EOF\n{}EOF\n", crate::cases::SAMPLE);
    let mut timeline = Timeline::new(&recipe).expect("a sound recipe");
    timeline.seek(Time(5_000));
    for what in ["pods", "pods -o wide", "sts", "pvc -o name", "events", "pod web-0 --watch-only"] {
        let ahead = format!("kubectl get {what} -w --request-timeout=30s");
        let wanted = timeline.run_line(&ahead).stdout;
        let mut here = timeline.clone();
        let line = format!("kubectl get {what} -w");
        let mut got = here.run_line(&line).stdout;
        let mut watch = here.watch(&line).expect("a watch");
        for ms in [5_000, 5_400, 11_003, 35_000] {
            here.seek(Time(ms));
            got += &here.follow(&mut watch).expect("the cursor goes on");
        }
        assert_eq!(got, wanted, "{what}");
        assert!(got.lines().count() > 2, "{what}: {got}");
        here.seek(Time(20_000));
        assert_eq!(here.follow(&mut watch), None, "the cursor went back");
    }
    for line in
        ["kubectl get pods", "kubectl get pod web-9 -w", "kubectl scale sts web --replicas=1"]
    {
        assert!(timeline.watch(line).is_none(), "{line}");
    }
}

/// `events_cache.go`: equal events are one only of one incarnation, and keep its UID and its node.
#[test]
fn events_stay_with_the_incarnation_that_they_were_about() {
    let recipe = format!(
        "ordinal 1\nkubectl apply -f - <<EOF\n{}EOF\nat 1m kubectl delete pod web-1\n",
        crate::cases::SAMPLE
    );
    let mut timeline = Timeline::new(&recipe).expect("a sound recipe");
    let mut seen = Vec::new();
    for ms in [59_000, 120_000] {
        timeline.seek(Time(ms));
        let pod = timeline.run_line("kubectl get pod web-1 -o json").stdout;
        let pod: Value = serde_json::from_str(&pod).expect("JSON");
        seen.push((pod["metadata"]["uid"].clone(), pod["spec"]["nodeName"].clone()));
    }
    assert_ne!(seen[0].0, seen[1].0);
    let events = timeline.run_line("kubectl get events -o json").stdout;
    let events: Value = serde_json::from_str(&events).expect("JSON");
    let events = events["items"].as_array().expect("items");
    for (uid, node) in &seen {
        let own = events.iter().filter(|event| event["involvedObject"]["uid"] == *uid);
        let own: Vec<&Value> = own.collect();
        let started = own.iter().find(|event| event["reason"] == "Started").expect("a start");
        assert_eq!((&started["source"]["host"], &started["count"]), (node, &1.into()));
        let placed = own.iter().find(|event| event["reason"] == "Scheduled").expect("a node");
        let said = placed["message"].as_str().expect("a message");
        assert!(said.ends_with(node.as_str().expect("a name")), "{said}");
    }
    let reasons = |uid: &Value| {
        let own = events.iter().filter(|event| event["involvedObject"]["uid"] == *uid);
        own.map(|event| event["reason"].as_str().expect("a reason")).collect::<Vec<_>>().join(" ")
    };
    let chain =
        "Scheduled SuccessfulAttachVolume Pulling Pulled Created Started Pulled Created Started";
    assert_eq!(reasons(&seen[0].0), format!("{chain} Killing"));
    let killing = events.iter().find(|event| event["reason"] == "Killing").expect("an end");
    assert_eq!(killing["message"], "Stopping container db");
    assert_eq!(killing["involvedObject"]["fieldPath"], "spec.containers{db}");
    let described = timeline.run_line("kubectl describe pod web-1").stdout;
    assert!(!described.contains("Killing") && described.contains("Scheduled"), "{described}");
}
