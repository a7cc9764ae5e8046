//! Dumps of a real cluster, what is kept of them, and simulations that continue from what was observed.

use crate::observe::{Replay, open, read, recording, why};
use crate::pictures::words;
use ordinal::api::{Key, Kind, Time};
use ordinal::cluster::Subject;
use ordinal::observe::{self, File};
use ordinal::timeline::Timeline;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The command that the page offers, without the line breaks, as JSON of a recording's last instant.
fn dump(name: &str, kinds: &[&str]) -> String {
    let text = recording(name);
    let mut replay = Replay::new(&text);
    for at in replay.instants() {
        replay.play(at);
    }
    let group = |resource: &str| match resource {
        "statefulsets" => ("StatefulSet", "apps/v1"),
        "pods" => ("Pod", "v1"),
        "persistentvolumeclaims" => ("PersistentVolumeClaim", "v1"),
        "persistentvolumes" => ("PersistentVolume", "v1"),
        "services" => ("Service", "v1"),
        "nodes" => ("Node", "v1"),
        "controllerrevisions" => ("ControllerRevision", "apps/v1"),
        "endpointslices" => ("EndpointSlice", "discovery.k8s.io/v1"),
        _ => ("Event", "v1"),
    };
    let mut items = Vec::new();
    for ((resource, _, _), object) in &replay.objects {
        if kinds.is_empty() || kinds.contains(&resource.as_str()) {
            let mut object = object.clone();
            (object["kind"], object["apiVersion"]) =
                (json!(group(resource).0), json!(group(resource).1));
            items.push(object);
        }
    }
    json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string()
}

#[test]
fn a_dump_shows_one_instant_and_says_what_is_missing() {
    let observation = read(&dump("live/story-a.ndjson", &["pods", "statefulsets"]));
    assert!(!observation.is_recording);
    let notes = observation.notes.join("\n");
    assert!(notes.contains("No nodes found: rows are the nodes that pods name"), "{notes}");
    assert!(notes.contains("No persistentvolumeclaims found"), "{notes}");
    assert!(!notes.contains("No pods"), "{notes}");
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    timeline.seek(observation.at);
    let said = words(timeline.cluster());
    for pod in ["web-0", "web-1", "web-2", "web-3", "web-4"] {
        assert!(said.contains(&format!("{pod} is Running and Ready on node-")), "{said}");
    }
    assert!(said.contains("has no Node object"), "{said}");
}

#[test]
fn json_yaml_and_several_documents_are_the_same_dump() {
    let text = dump("live/story-b.ndjson", &[]);
    let all = read(&text);
    let list: Value = serde_json::from_str(&text).expect("JSON");
    let items = list["items"].as_array().expect("items");
    // JSON is YAML, and so are its documents below each other.
    let documents: Vec<String> = items.iter().map(|item| format!("---\n{item}\n")).collect();
    assert_eq!(read(&format!("# a dump\n{}", documents.concat())).recipe, all.recipe);
    let values: Vec<String> = items.iter().map(Value::to_string).collect();
    assert_eq!(read(&values.join("\n")).recipe, all.recipe);
    let names: Vec<String> = (0..items.len()).map(|number| number.to_string()).collect();
    let files: Vec<File<'_>> =
        names.iter().zip(&values).map(|(name, text)| File { name, text }).collect();
    assert_eq!(observe::read(&files).expect("a dump").recipe, all.recipe);
}

#[test]
fn what_a_watch_prints_is_a_recording() {
    let text = recording("live/story-b.ndjson");
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let Some(resource) = line["resource"].as_str() else { continue };
        let out = files.entry(resource.to_owned()).or_default();
        if line["type"] == json!("WATCH") {
            out.push_str(&format!("{:#}\n", line["event"]));
        }
    }
    let files: Vec<File<'_>> = files.iter().map(|(name, text)| File { name, text }).collect();
    let observation = observe::read(&files).expect("a recording");
    assert!(observation.is_recording);
    let seconds = observation.end.0 / 1_000;
    assert!((10..=20).contains(&seconds), "{seconds} s");
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    let mut most = 0;
    for second in 0..=seconds {
        timeline.seek(Time(second * 1_000));
        most = most.max(timeline.cluster().store.pods.len());
    }
    assert_eq!((most, timeline.cluster().store.pods.len()), (4, 0));
}

#[test]
fn what_may_be_secret_is_not_kept() {
    let secret = r#"
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: s, namespace: a}
  data: {password: c2VjcmV0LTE=}
  stringData: {other: secret-2}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: c, namespace: a}
  data: {spec: secret-3}
- apiVersion: apps/v9
  kind: StatefulSet
  metadata:
    name: db
    namespace: a
    uid: "1"
    annotations: {kubectl.kubernetes.io/last-applied-configuration: secret-4, note: secret-5}
    managedFields: [{manager: secret-6}]
  spec:
    replicas: 1
    futureField: {password: secret-7}
    selector: {matchLabels: {app: db}}
    template:
      metadata: {labels: {app: db}}
      spec:
        containers:
        - {name: db, image: "db:1", env: [{name: P, value: secret-8}], command: [secret-9], args: [secret-10],
           livenessProbe: {exec: {command: [secret-11]}}}
"#;
    let observation = read(secret);
    for text in ["secret", "c2VjcmV0"] {
        assert!(!observation.recipe.contains(text), "{}", observation.recipe);
    }
    let timeline = open(secret);
    assert_eq!(timeline.cluster().store.stateful_sets.len(), 1);
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let problem = |text: &str| {
        let problems = observe::read(&[File { name: "f.yaml", text }]).expect_err("a problem");
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(problem("kind: [\n").starts_with("f.yaml:1:7: "), "{}", problem("kind: [\n"));
    assert!(problem("{\"kind\": }").starts_with("f.yaml:1:10: "), "{}", problem("{\"kind\": }"));
    let table = problem("NAME   READY\nweb-0: 1/1: x\n");
    assert!(table.contains("this is a table: add -o yaml"), "{table}");
    assert!(problem("kind: Secret\napiVersion: v1\n").contains("no objects found"));
    // One object that cannot be read does not hide the others.
    let text = "kind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: ns}\nspec: {containers: 7}\n---\nkind: Pod\napiVersion: v1\nmetadata: {name: b, namespace: ns}\n";
    let notes = read(text).notes.join("\n");
    assert!(notes.contains("pods/a (line 4, column 20) is left out"), "{notes}");
    assert_eq!(open(text).cluster().store.pods.len(), 1);
}

#[test]
fn writes_to_an_observed_cluster_are_refused_in_words() {
    let mut timeline = open(&recording("live/story-a.ndjson"));
    timeline.seek(Time(10_000));
    for line in [
        "kubectl delete pod web-0 -n demo-a",
        "kubectl scale sts web --replicas=1 -n demo-a",
        "node node-1 off",
    ] {
        let output = timeline.run_line(line);
        assert!(
            output.exit != 0 && output.stderr.contains("nothing is written to it"),
            "{line}: {}",
            output.stderr
        );
    }
    let pods = timeline.run_line("kubectl get pods -n demo-a");
    assert!(pods.stdout.contains("web-0   1/1     Running"), "{}", pods.stdout);
}

#[test]
fn a_set_that_waits_names_the_set() {
    let explanation = why("live/story-a.ndjson", 1_500, "sts/web");
    let subject = Subject::object(Kind::StatefulSet, &Key::new("demo-a", "web"));
    assert_eq!(subject.to_string(), "demo-a:statefulset/web");
    assert!(explanation.answer.remedies.iter().all(|remedy| remedy.line.ends_with("-n demo-a")));
    assert_eq!(explanation.version, "1.37");
}

/// A simulation that continues from an instant of a recording.
fn simulated(name: &str, at: u64) -> Timeline {
    let mut timeline = open(&recording(name));
    timeline.seek(Time(at));
    let output = timeline.run_line("simulate");
    assert_eq!((output.exit, output.stderr.as_str()), (0, ""));
    assert!(output.stdout.contains("It assumes:"), "{}", output.stdout);
    timeline
}

#[test]
fn a_simulation_continues_from_what_was_observed() {
    let mut timeline = simulated("nodes/n1-node-silent.ndjson", 900);
    let pods = |timeline: &Timeline| -> Vec<(String, String, bool)> {
        let pods = timeline.cluster().store.pods.in_namespace("n1");
        pods.map(|pod| (pod.metadata.name.clone(), pod.metadata.uid.to_string(), pod.is_ready()))
            .collect()
    };
    let before = pods(&timeline);
    timeline.seek(Time(20_000));
    // What ran keeps running: the same incarnations, all Ready.
    assert_eq!(pods(&timeline), before);
    assert!(before.iter().all(|(_, _, is_ready)| *is_ready));
    // A deleted pod is replaced under its name.
    let output = timeline.run_line("kubectl delete pod web-1 -n n1 --wait=false");
    assert_eq!(output.exit, 0, "{}", output.stderr);
    timeline.seek(Time(120_000));
    let after = pods(&timeline);
    assert_eq!(after.len(), 3);
    assert!(after[1].2 && after[1].1 != before[1].1, "{after:?}");
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
}

#[test]
fn a_lost_node_is_simulated_from_what_was_observed() {
    let mut timeline = simulated("nodes/n1-node-silent.ndjson", 900);
    let output = timeline.run_line("node node-3 off");
    assert_eq!(output.exit, 0, "{}", output.stderr);
    timeline.seek(Time(400_000));
    let cluster = timeline.cluster();
    assert_eq!(
        cluster.store.node("node-3").map(|node| node.ready_status().as_str()),
        Some("Unknown")
    );
    let web_1 = cluster.store.pods.named("n1", "web-1").expect("web-1");
    assert!(web_1.metadata.is_terminating());
}

#[test]
fn yaml_and_json_files_are_read_together() {
    let pod = |name: &str| {
        format!("kind: Pod\napiVersion: v1\nmetadata: {{name: {name}, namespace: ns}}\n")
    };
    let json = "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"b\", \"namespace\": \"ns\"}}\n";
    let text = format!(
        "\u{1e}one.yaml\n{}\n\u{1e}two.json\n{json}\n\u{1e}three.yml\n{}\n",
        pod("a"),
        pod("c")
    );
    let observation = observe::read_joined(&text).expect("a dump");
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    timeline.seek(observation.at);
    let pods = timeline.cluster().store.pods.iter();
    assert_eq!(pods.map(|pod| pod.metadata.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    // A file that cannot be read is named with the place, and does not hide the others.
    let text = format!("\u{1e}one.yaml\n{}\n\u{1e}two.json\n{{\"kind\": }}\n", pod("a"));
    let notes = observe::read_joined(&text).expect("a dump").notes.join("\n");
    assert!(notes.contains("two.json:1:10: "), "{notes}");
    let problems = observe::read_joined("\u{1e}one.yaml\nkind: [\n\u{1e}two.json\n{\"kind\": }\n")
        .expect_err("problems");
    let places: Vec<_> = problems.iter().map(|it| (it.file.as_str(), it.line, it.column)).collect();
    assert_eq!(places, [("one.yaml", 1, 7), ("two.json", 1, 10)]);
}
