//! Other names for a real cluster: none of the old ones is left, and everything else is as before.

use crate::observe::{read, recording};
use crate::pictures::words;
use ordinal::api::{Kind, Time};
use ordinal::cluster::Subject;
use ordinal::observe::{self, Explanation};
use ordinal::timeline::Timeline;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Names that stay: those of Kubernetes, and those that say nothing.
const KEPT: &[&str] = &[
    "None",
    "app",
    "data",
    "default",
    "kubernetes",
    "standard",
    "linux",
    "true",
    "false",
    "kube-system",
    "name",
    "amd64",
    "",
];

/// The names in a recipe: an independent reading of the reports.
fn names(recipe: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in recipe.lines().filter(|line| line.starts_with("{\"object\"")) {
        collect("", "", &serde_json::from_str(line).expect("JSON"), &mut found);
    }
    found.retain(|name| {
        !KEPT.contains(&name.as_str())
            && !name.ends_with("-controller")
            && name != "kubelet"
            && name != "controllermanager"
            && name != "default-scheduler"
            && name.parse::<u64>().is_err()
            && !name.contains("k8s.io")
            && !name.contains("kubernetes.io")
    });
    found
}

fn collect(parent: &str, key: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| collect(key, name, value, found))
        }
        Value::Array(items) => items.iter().for_each(|item| collect(parent, key, item, found)),
        Value::String(text) => {
            let is_name = [
                "name",
                "namespace",
                "nodeName",
                "claimName",
                "volumeName",
                "serviceName",
                "hostname",
                "podIP",
                "clusterIP",
                "uid",
                "image",
                "storageClassName",
                "updateRevision",
                "currentRevision",
                "subdomain",
                "address",
                "driver",
                "provisioner",
                "component",
                "reportingComponent",
            ];
            if is_name.contains(&key)
                || ["labels", "matchLabels", "nodeSelector", "values"].contains(&parent)
            {
                found.insert(text.clone());
            }
        }
        _ => {}
    }
}

/// Whether a name is in a text, not as a part of a longer word.
fn has(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let after = &text[at + name.len()..];
        !is_word(text[..at].chars().next_back())
            && !is_word(after.chars().next())
            && !after.starts_with("\":")
    })
}

/// The text with a sign for each name.
fn shape(text: &str, names: &BTreeSet<String>) -> String {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    // The picture shows the first four digits of a UID.
    let starts: Vec<usize> = text.match_indices("new UID ").map(|(at, it)| at + it.len()).collect();
    for at in starts {
        text.replace_range(at..at + 4, "####");
        text.replace_range(at + 10..at + 14, "####");
    }
    for name in names {
        let mut out = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(name.as_str()) {
            let (before, after) = (&rest[..at], &rest[at + name.len()..]);
            let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            let is_own = !is_word(before.chars().next_back()) && !is_word(after.chars().next());
            out.push_str(before);
            out.push_str(if is_own { "#" } else { name });
            rest = after;
        }
        out.push_str(rest);
        text = out;
    }
    text
}

fn files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/nodes");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().display().to_string());
    let mut files: Vec<String> = names.map(|name| format!("nodes/{name}")).collect();
    files.extend(["live/story-a.ndjson", "live/story-b.ndjson"].map(str::to_owned));
    files.sort();
    files
}

#[test]
fn no_name_is_left_anywhere_in_a_recipe() {
    for file in files() {
        let recipe = read(&recording(&file)).recipe;
        let replaced = observe::replace_names(&recipe).expect("a recipe");
        let old = names(&recipe);
        assert!(old.len() > 10, "{file}: {old:?}");
        for name in old {
            let line = replaced.lines().find(|line| has(line, &name));
            assert_eq!(line, None, "{file}: {name} is left");
        }
        assert_eq!(observe::replace_names(&recipe).expect("a recipe"), replaced);
    }
}

#[test]
fn identities_keep_their_ordinals_and_their_claims() {
    let recipe = read(&recording("nodes/n1-node-silent.ndjson")).recipe;
    let replaced = observe::replace_names(&recipe).expect("a recipe");
    let mut timeline = Timeline::new(&replaced).expect("a recipe");
    timeline.seek(Time(900));
    let store = &timeline.cluster().store;
    let pods: Vec<&str> = store.pods.iter().map(|pod| pod.metadata.name.as_str()).collect();
    assert_eq!(pods, ["set-1-0", "set-1-1", "set-1-2"]);
    let claims: Vec<&str> = store.claims.iter().map(|it| it.metadata.name.as_str()).collect();
    assert_eq!(claims, ["data-set-1-0", "data-set-1-1", "data-set-1-2"]);
    assert!(store.pods.iter().all(|pod| store.owning_set(&pod.metadata).is_some()));
}

/// The picture and the answers for all sets and pods, at an instant.
fn told(timeline: &mut Timeline, at: Time, names: &BTreeSet<String>) -> Vec<String> {
    timeline.seek(at);
    let cluster = timeline.cluster();
    let seen = timeline.events().partition_point(|event| event.time <= at);
    // The place of a Deployment's pod in the picture depends on its UID.
    let mut told: Vec<String> = words(cluster).lines().map(|line| shape(line, names)).collect();
    told.sort();
    for kind in [Kind::StatefulSet, Kind::Pod, Kind::PersistentVolumeClaim] {
        for object in cluster.store.list(kind) {
            let subject = Subject::Object(object.reference());
            let Explanation { answer, next, confusions, unknown, version } =
                observe::explain(cluster, &timeline.events()[..seen], &subject);
            let links = answer.chain.iter().chain(&answer.causes).map(|link| link.text.clone());
            let texts = links.chain(answer.remedies.iter().map(|it| it.line.clone())).chain(next);
            let texts: Vec<String> = texts.map(|text| shape(&text, names)).collect();
            told.push(format!("{texts:?} {confusions:?} {unknown:?} {version}"));
        }
    }
    told
}

#[test]
fn the_picture_and_the_answers_have_the_same_structure() {
    for (file, instants) in [
        ("live/story-a.ndjson", [1_500, 9_000, 23_000, 51_000]),
        ("nodes/n1-node-silent.ndjson", [900, 41_000, 380_000, 450_000]),
        ("nodes/n4-force-delete.ndjson", [900, 60_000, 480_000, 600_000]),
        ("nodes/n5-deployment.ndjson", [900, 60_000, 380_000, 500_000]),
        ("nodes/n13-drain-silent-node.ndjson", [900, 53_000, 100_000, 300_000]),
    ] {
        let recipe = read(&recording(file)).recipe;
        let replaced = observe::replace_names(&recipe).expect("a recipe");
        let (old, new) = (names(&recipe), names(&replaced));
        let (mut before, mut after) = (
            Timeline::new(&recipe).expect("a recipe"),
            Timeline::new(&replaced).expect("a recipe"),
        );
        for at in instants {
            let one = told(&mut before, Time(at), &old);
            assert_eq!(one, told(&mut after, Time(at), &new), "{file} at {at}");
        }
    }
}

#[test]
fn the_program_writes_a_story_with_other_names_and_says_what_is_in_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let replace = |file: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ordinal"));
        command.current_dir(folder).args(["replace-names", file]).output().expect("the program")
    };
    let output = replace("tests/data/live/story-a.ndjson");
    assert!(output.status.success());
    let (story, said) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!story.contains("demo-a") && story.contains("\"name\":\"set-1-0\""), "{story}");
    assert!(said.contains("note: Namespaces: 1 (ns-1)"), "{said}");
    let refused = replace("static/stories/first.ordinal");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not from a real cluster"));
}

#[test]
fn what_a_probe_printed_and_hosts_in_messages_are_not_kept() {
    let dump = r#"
kind: Pod
apiVersion: v1
metadata: {name: web-0, namespace: shop, uid: "1"}
spec: {nodeName: n1, containers: [{name: c1, image: "registry.acme.example/db@sha256:abcdef0123456789"}]}
---
kind: Event
apiVersion: v1
metadata: {name: web-0.1, namespace: shop}
involvedObject: {kind: Pod, name: web-0, namespace: shop, uid: "1"}
type: Warning
reason: Unhealthy
message: "Readiness probe failed: customer Bob has no credit"
---
kind: Event
apiVersion: v1
metadata: {name: web-0.2, namespace: shop}
involvedObject: {kind: Pod, name: web-0, namespace: shop, uid: "1"}
type: Warning
reason: Failed
message: "Failed to pull image \"registry.acme.example/db@sha256:abcdef0123456789\": lookup registry.acme.example on 10.9.8.7:53: no such host, secret \"top-credentials\", /var/lib/acme/x"
"#;
    let renamed = observe::replace_names(&read(dump).recipe).expect("a recipe");
    for text in
        ["Bob", "credit", "acme", "10.9.8.7", "top-credentials", "abcdef", "shop", "registry"]
    {
        assert!(!renamed.contains(text), "{text}: {renamed}");
    }
    for text in ["Readiness probe failed", "Failed to pull image", "no such host", "image-1@tag-1"]
    {
        assert!(renamed.contains(text), "{text}: {renamed}");
    }
}

#[test]
fn the_lines_of_a_simulation_have_the_new_names_too() {
    let mut timeline = crate::observe::open(&recording("nodes/n1-node-silent.ndjson"));
    timeline.seek(Time(900));
    for line in [
        "simulate",
        "kubectl delete pod web-1 -n n1 --wait=false",
        "kubectl scale statefulset/web -n n1 --replicas=5",
        "node node-3 off",
    ] {
        assert_eq!(timeline.run_line(line).exit, 0, "{line}");
    }
    timeline.seek(Time(20_000));
    let renamed = observe::replace_names(&timeline.recipe()).expect("a recipe");
    for line in ["kubectl delete pod set-1-1 -n ns-1", "scale statefulset/set-1 -n ns-1"] {
        assert!(renamed.contains(line), "{line}");
    }
    let mut other = Timeline::new(&renamed).expect("a recipe");
    for to in [20_000, 120_000] {
        timeline.seek(Time(to));
        other.seek(Time(to));
        assert_eq!(timeline.events().len(), other.events().len());
    }
}
