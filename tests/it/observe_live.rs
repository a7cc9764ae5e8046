//! A large cluster that is followed live: what it costs to connect, and what a change costs.
#![expect(clippy::disallowed_methods, reason = "it takes real time")]

use ordinal::api::{Key, Time};
use ordinal::observe::live::{CONNECTIONS, Connection, End, News, Order, Part};
use ordinal::timeline::Timeline;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SETS: usize = 20;
const PODS: usize = 10_000;

fn set(number: usize) -> Value {
    let (name, each) = (format!("set-{number}"), PODS / SETS);
    json!({
        "metadata": {"name": name, "namespace": "big", "uid": format!("00000000-0000-4000-9000-{number:012}"), "resourceVersion": "5"},
        "spec": {"replicas": each, "serviceName": name, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "main", "image": "db:1"}]}}},
        "status": {"replicas": each, "readyReplicas": each, "availableReplicas": each, "currentReplicas": each,
            "updatedReplicas": each, "currentRevision": format!("{name}-1"), "updateRevision": format!("{name}-1")},
    })
}

fn pod(number: usize, version: usize, ready: &str) -> Value {
    let (of, ordinal) = (number / (PODS / SETS), number % (PODS / SETS));
    let owner = set(of);
    let name = format!("set-{of}");
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("{name}-{ordinal}"), "namespace": "big", "resourceVersion": version.to_string(),
            "uid": format!("00000000-0000-4000-8000-{number:012}"),
            "labels": {"app": name, "controller-revision-hash": format!("{name}-1")},
            "ownerReferences": [{"kind": "StatefulSet", "name": name, "uid": owner["metadata"]["uid"], "controller": true}]},
        "spec": {"nodeName": format!("node-{}", number % 100), "containers": [{"name": "main", "image": "db:1"}]},
        "status": {"phase": "Running", "podIP": format!("10.0.{}.{}", number / 250, number % 250),
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"name": "main", "ready": ready == "True", "restartCount": 0,
                "state": {"running": {"startedAt": "2026-11-20T22:00:00Z"}}}]},
    })
}

/// Answers the requests, pods in pages; returns the number of the watch of pods, and how many requests there were.
fn serve(connection: &mut Connection) -> (u32, usize) {
    let (mut watch, mut count, mut open) = (0, 0, 0);
    loop {
        let orders = connection.orders();
        if orders.is_empty() {
            return (watch, count);
        }
        for order in orders {
            let Order::Get { id, path } = order else { continue };
            count += 1;
            let is_watch = path.contains("watch=true");
            let is_pods = path.starts_with("/api/v1/pods");
            let (mut first, mut items) = (PODS, Vec::new());
            if is_pods && !is_watch {
                let from =
                    path.split_once("continue=").map_or(0, |(_, at)| at.parse().expect("a number"));
                first = from + 250;
                items = (from..first).map(|number| pod(number, 5, "True")).collect();
            } else if path.contains("/statefulsets?limit") {
                items = (0..SETS).map(set).collect();
            }
            let kind = if is_pods { "PodList" } else { "StatefulSetList" };
            let version = if is_pods { "v1" } else { "apps/v1" };
            let mut metadata = json!({"resourceVersion": "10"});
            if first < PODS {
                metadata["continue"] = json!(first.to_string());
            }
            let body = match (path.as_str(), is_watch) {
                ("/version", _) => json!({"gitVersion": "v1.36.2"}).to_string(),
                (_, true) => String::new(),
                _ => json!({"kind": kind, "apiVersion": version, "metadata": metadata, "items": items}).to_string(),
            };
            watch = if is_watch && is_pods { id } else { watch };
            open += usize::from(is_watch);
            assert!(open <= CONNECTIONS);
            let end = if is_watch { End::Open } else { End::Complete };
            connection.receive(0, &Part { id, status: 200, date: None, text: &body, end });
        }
    }
}

#[test]
fn ten_thousand_pods_are_followed_and_a_change_costs_little() {
    let mut connection = Connection::new(&[], 1_800_000_000);
    connection.tick(0);
    let start = Instant::now();
    let (watch, requests) = serve(&mut connection);
    let Some(News::Begin(observation)) = connection.news(0) else { panic!("it begins") };
    let read = start.elapsed();
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    let opened = start.elapsed();
    assert_eq!(timeline.cluster().store.pods.len(), PODS);
    assert_eq!(requests, 1 + 14 + PODS / 250 - 1 + CONNECTIONS);
    let mut costs = Vec::new();
    for turn in 1..=40_u64 {
        let now = turn * 250;
        let ready = if turn % 2 == 1 { "False" } else { "True" };
        let number = turn as usize * 7;
        let event = json!({"type": "MODIFIED", "object": pod(number, 100 + number, ready)});
        let text = format!("{event}\n");
        let start = Instant::now();
        let part = Part { id: watch, status: 200, date: None, text: &text, end: End::Open };
        connection.receive(now, &part);
        let Some(News::Reports(reports)) = connection.news(now) else { panic!("a report") };
        timeline.set_horizon(Some(connection.instant(now)));
        let at = timeline.report(&reports);
        timeline.seek(at);
        costs.push(start.elapsed());
        let (name, ordinal) = (number / (PODS / SETS), number % (PODS / SETS));
        let key = Key::new("big", &format!("set-{name}-{ordinal}"));
        assert_eq!(
            timeline.cluster().store.pods.get(&key).expect("the pod").is_ready(),
            ready == "True"
        );
    }
    costs.sort();
    let (size, longest) = (observation.recipe.len(), costs[costs.len() - 1]);
    println!(
        "read in {read:?}, opened after {opened:?}, {size} bytes; a change takes {:?}, at most {longest:?}",
        costs[costs.len() / 2]
    );
    // Without optimization, and next to other tests.
    assert!(costs[costs.len() / 2] < Duration::from_millis(500), "{costs:?}");
    let start = Instant::now();
    timeline.seek(Time(5_000));
    println!("back in {:?}", start.elapsed());
    assert_eq!(timeline.cluster().store.pods.len(), PODS);
}
