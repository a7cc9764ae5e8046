//! Tests of the answers.

use super::*;
use crate::cluster::Code;
use crate::timeline::Timeline;

fn asked(recipe: &str, at_ms: u64, subject: &Subject) -> Answer {
    let mut timeline = Timeline::new(recipe).unwrap();
    timeline.seek(Time(at_ms));
    let events: Vec<Event> =
        timeline.events().iter().filter(|event| event.time.0 <= at_ms).cloned().collect();
    why(timeline.cluster(), &events, subject)
}

fn pod(name: &str) -> Subject {
    Subject::object(Kind::Pod, &Key::new(DEFAULT_NAMESPACE, name))
}

fn texts(links: &[Link]) -> Vec<&str> {
    links.iter().map(|link| link.text.as_str()).collect()
}

const FIRST: &str = include_str!("../../static/stories/first.ordinal");
const LOST: &str = include_str!("../../static/stories/node-lost.ordinal");

#[test]
fn a_pod_that_is_not_there_waits_with_its_set() {
    let answer = asked(FIRST, 9_000, &pod("web-2"));
    assert_eq!(texts(&answer.chain)[0], "web-2 is not created until web-1 is Running and Ready");
}

#[test]
fn an_identity_that_nobody_wants_is_told_from_one_that_waits() {
    let answer = asked(FIRST, 9_000, &pod("web-7"));
    assert_eq!(
        texts(&answer.chain),
        ["web-7 is not desired: web has 3 replicas, and its first ordinal is 0"]
    );
}

#[test]
fn a_container_that_was_started_again_runs_since_then() {
    let before = FIRST.split("at 30s").next().unwrap_or_default();
    let answer = asked(&format!("{before}at 28s crash web-1\n"), 28_600, &pod("web-1"));
    let link = answer.chain.last().expect("it is not Ready yet");
    assert_eq!(link.text, "web-1 is running but not Ready yet");
    assert!(link.since.is_some_and(|since| since > Time(28_000)), "{:?}", link.since);
}

#[test]
fn a_pod_that_is_being_stopped_is_so_since_it_was_deleted() {
    let before = FIRST.split("at 30s").next().unwrap_or_default();
    let recipe = format!("{before}at 28s kubectl delete pod web-1\n");
    let answer = asked(&recipe, 28_900, &pod("web-1"));
    let link = answer.chain.last().expect("it is being stopped");
    assert!(link.text.starts_with("web-1 is being stopped on "), "{}", link.text);
    assert!(link.since.is_some_and(|since| since >= Time(28_000)), "{:?}", link.since);
}

#[test]
fn a_container_that_crashed_is_being_restarted_since_then() {
    let before = FIRST.split("at 30s").next().unwrap_or_default();
    let answer = asked(&format!("{before}at 28s crash web-1\n"), 28_300, &pod("web-1"));
    let link = answer.chain.last().expect("it is not Ready");
    assert_eq!(link.text, "container db of web-1 has exited and is being restarted");
    assert_eq!(link.since, Some(Time(28_000)));
}

#[test]
fn causes_lead_back_to_what_a_person_did() {
    let answer = asked(FIRST, 40_000, &pod("web-1"));
    let causes = texts(&answer.causes);
    assert!(causes.len() > 2, "{causes:?}");
    assert!(
        causes.last().is_some_and(|text| text.contains("web-1") || text.contains("applied")),
        "{causes:?}"
    );
}

#[test]
fn a_silent_node_and_a_claim_that_is_to_go_have_a_way_out() {
    let before = FIRST.split("at 30s").next().unwrap_or_default();
    let lines = |answer: Answer| -> Vec<String> {
        answer.remedies.into_iter().map(|remedy| remedy.line).collect()
    };
    let node = Subject::object(Kind::Node, &Key::new("", "node-1"));
    let off = format!("{before}at 40s node node-1 off\n");
    assert_eq!(lines(asked(&off, 50_000, &node)), ["node node-1 on"]);
    let late = lines(asked(&off, 600_000, &node));
    assert!(late.len() == 4 && late[3].contains("--force"), "{late:?}");
    let claim = Key::new(DEFAULT_NAMESPACE, "data-web-1");
    let claim = Subject::object(Kind::PersistentVolumeClaim, &claim);
    let recipe = format!("{before}at 40s kubectl delete pvc data-web-1\n");
    assert_eq!(lines(asked(&recipe, 41_000, &claim)), ["kubectl delete pod web-1"]);
}

#[test]
fn behind_a_node_that_is_not_ready_is_the_fault() {
    let mut timeline = Timeline::new(LOST).unwrap();
    timeline.seek(Time(700_000));
    let unready = timeline.events().iter().find(|event| event.reason.code() == Code::NodeNotReady);
    let unready = unready.expect("a node falls silent in this story");
    let answer = asked(LOST, unready.time.0, &unready.subject);
    let root = answer.causes.last().and_then(|link| link.since);
    assert!(root.is_some_and(|root| root < unready.time), "{:?}", texts(&answer.causes));
}

#[test]
fn what_does_not_exist_can_be_created() {
    let of = |fields: &str| {
        let recipe = format!(
            "ordinal 1\nkubectl create ns shop\nkubectl apply -f - <<EOF\napiVersion: apps/v1\nkind: StatefulSet\n\
             metadata: {{name: a, namespace: shop}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    \
             metadata: {{labels: {{app: a}}}}\n    spec:\n      containers: [{{name: a, image: 'a:1'{fields}}}]\nEOF\n"
        );
        let answer = asked(&recipe, 20_000, &Subject::object(Kind::Pod, &Key::new("shop", "a-0")));
        let lines = answer.remedies.iter().map(|remedy| remedy.line.clone()).collect::<Vec<_>>();
        (answer.chain.first().map(|link| link.text.clone()).unwrap_or_default(), lines.join("; "))
    };
    let (why, remedy) = of(", envFrom: [{configMapRef: {name: c}}]");
    assert_eq!(why, "container a of a-0 can't be created: configmap \"c\" not found");
    assert_eq!(remedy, "kubectl create configmap c -n shop");
    let (why, remedy) = of("}]\n      volumes: [{name: v, secret: {secretName: s}");
    assert_eq!(why, "a-0 can't mount its volume v: secret \"s\" not found");
    assert_eq!(remedy, "kubectl create secret generic s -n shop");
    let (why, remedy) =
        of("}]\n      serviceAccountName: robot\n      tolerations: [{operator: Exists");
    assert!(why.contains("serviceaccount \"robot\" not found"), "{why}");
    assert_eq!(remedy, "kubectl create serviceaccount robot -n shop");
}
