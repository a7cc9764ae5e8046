//! What the API says of nodes and pods in a storm, field by field, as it was recorded.
//!
//! The events are in `tests/cases/nodes.txt` and `drain.txt`; here is what no event tells.

use crate::pictures::{PLACES, fitted};
use ordinal::api::*;
use ordinal::cluster::{Cluster, Code, drain};
use ordinal::svg::svg;
use ordinal::timeline::Timeline;

const SAMPLE: &str = include_str!("../../static/manifests/sample.yaml");
const BUDGET: &str = "kubectl apply -f - <<EOF
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
EOF
";

fn play(recipe: &str) -> Timeline {
    let recipe =
        format!("ordinal 1\nkubectl apply -f - <<SAMPLE\n{SAMPLE}SAMPLE\n{BUDGET}{recipe}");
    Timeline::new(&recipe).expect("a sound recipe")
}

fn pod<'a>(cluster: &'a Cluster, name: &str) -> &'a Pod {
    cluster.store.pods.named("default", name).expect("a pod")
}

fn budget(cluster: &Cluster) -> &PodDisruptionBudgetStatus {
    &cluster.store.budgets.named("default", "web").expect("a budget").status
}

/// Status, reason and message of a condition.
fn said<'a>(conditions: &'a [Condition], kind: &str) -> [&'a str; 3] {
    condition(conditions, kind).map_or([""; 3], |it| [it.status.as_str(), &it.reason, &it.message])
}

/// `ready`, `serving`, `terminating` of the endpoint of a pod.
fn endpoint(cluster: &Cluster, name: &str) -> Option<[bool; 3]> {
    let mut endpoints = cluster.store.slices.iter().flat_map(|slice| &slice.endpoints);
    let found = endpoints.find(|endpoint| endpoint.target == name)?;
    Some([found.ready, found.serving, found.terminating])
}

#[test]
fn a_silent_node_is_unknown_and_its_pod_is_not_ready_and_nothing_else_changes() {
    let mut timeline = play("at 40s node node-2 off\n");
    timeline.seek(Time(84_000));
    let before = pod(timeline.cluster(), "web-1").clone();
    timeline.seek(Time(90_000));
    let cluster = timeline.cluster();
    let node = cluster.store.node("node-2").expect("a node");
    let message = "Kubelet stopped posting node status.";
    for kind in NODE_PRESSURES.into_iter().chain(["Ready"]) {
        let expected = ["Unknown", "NodeStatusUnknown", message];
        assert_eq!(said(&node.status.conditions, kind), expected, "{kind}");
    }
    let taints: Vec<_> =
        node.spec.taints.iter().map(|it| (it.key.as_str(), it.effect.as_str())).collect();
    assert_eq!(taints, [(TAINT_UNREACHABLE, "NoSchedule"), (TAINT_UNREACHABLE, "NoExecute")]);
    let after = pod(cluster, "web-1");
    assert_eq!(said(&after.status.conditions, "Ready"), ["False", "", ""]);
    assert_eq!(said(&after.status.conditions, "ContainersReady"), ["True", "", ""]);
    assert_eq!(after.status.container_statuses, before.status.container_statuses);
    assert_eq!(after.status.phase, PodPhase::Running);
    assert_eq!(after.metadata.labels.get(ZONE_LABEL), node.metadata.labels.get(ZONE_LABEL));
    assert_eq!(endpoint(cluster, "web-1"), Some([false, false, false]));
    let set = cluster.store.stateful_sets.named("default", "web").expect("a set");
    let status = &set.status;
    assert_eq!((status.replicas, status.ready_replicas, status.available_replicas), (3, 2, 2));
}

#[test]
fn an_evicted_pod_says_why_and_stays() {
    let mut timeline = play("at 40s node node-2 off\n");
    timeline.seek(Time(400_000));
    let cluster = timeline.cluster();
    let evicted = pod(cluster, "web-1");
    assert_eq!(
        said(&evicted.status.conditions, "DisruptionTarget"),
        ["True", "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"]
    );
    assert_eq!(evicted.metadata.deletion_grace_period_seconds, Some(10));
    assert_eq!(endpoint(cluster, "web-1"), Some([false, false, true]));
    let set = cluster.store.stateful_sets.named("default", "web").expect("a set");
    let status = &set.status;
    assert_eq!((status.replicas, status.current_replicas, status.updated_replicas), (3, 2, 2));
    timeline.seek(Time(7_200_000));
    let later = pod(timeline.cluster(), "web-1");
    assert_eq!(
        (later.metadata.uid, later.status.phase),
        (evicted_uid(&timeline), PodPhase::Running)
    );
    assert!(later.metadata.is_terminating());
}

fn evicted_uid(timeline: &Timeline) -> Uid {
    let mut events = timeline.events().iter();
    let evicted = events.find(|event| event.reason.code() == Code::TaintEviction);
    evicted.and_then(|event| event.uid).expect("an eviction")
}

#[test]
fn the_first_taint_goes_with_the_first_heartbeat_the_second_with_the_next_look() {
    let mut timeline = play("at 40s node node-2 cut\nat 121s node node-2 heal\n");
    timeline.seek(Time(121_100));
    let effects = |timeline: &Timeline| {
        let node = timeline.cluster().store.node("node-2").expect("a node");
        node.spec.taints.iter().map(|taint| taint.effect.clone()).collect::<Vec<_>>()
    };
    assert_eq!(effects(&timeline), [TaintEffect::NoExecute]);
    timeline.seek(Time(126_000));
    assert!(effects(&timeline).is_empty());
}

#[test]
fn the_pods_of_a_deleted_node_are_collected() {
    let mut timeline = play("at 40s node node-2 off\nat 100s kubectl delete node node-2\n");
    timeline.seek(Time(159_999));
    let before = pod(timeline.cluster(), "web-1");
    assert!(!before.metadata.is_terminating());
    let old = before.metadata.uid;
    timeline.seek(Time(161_000));
    let new = pod(timeline.cluster(), "web-1");
    assert!(new.metadata.uid != old && !new.metadata.is_terminating());
    let attached = timeline.cluster().store.attachments.iter();
    let to_gone = attached.filter(|it| it.spec.node_name == "node-2" && it.status.attached);
    assert_eq!(to_gone.count(), 1, "the volume stays attached to the deleted node");
}

#[test]
fn an_eviction_takes_from_the_budget_first() {
    let mut timeline = play("at 40s kubectl drain node-2\n");
    timeline.seek(Time(39_000));
    let status = budget(timeline.cluster());
    let numbers = |it: &PodDisruptionBudgetStatus| {
        [it.disruptions_allowed, it.current_healthy, it.desired_healthy, it.expected_pods]
    };
    assert_eq!(numbers(status), [1, 3, 2, 3]);
    assert_eq!(said(&status.conditions, "DisruptionAllowed"), ["True", "SufficientPods", ""]);
    let evicted_at = |timeline: &Timeline| {
        let mut events = timeline.events().iter();
        let found = events.find(|event| event.reason.code() == Code::Evicted);
        found.map(|event| event.time)
    };
    timeline.seek(Time(40_050));
    let at = evicted_at(&timeline).expect("an eviction");
    timeline.seek(at);
    let cluster = timeline.cluster();
    let status = budget(cluster);
    assert_eq!(numbers(status), [0, 3, 2, 3]);
    assert_eq!(status.disrupted_pods.keys().collect::<Vec<_>>(), ["web-1"]);
    assert_eq!(said(&status.conditions, "DisruptionAllowed"), ["False", "InsufficientPods", ""]);
    assert_eq!(
        said(&pod(cluster, "web-1").status.conditions, "DisruptionTarget"),
        ["True", "EvictionByEvictionAPI", "Eviction API: evicting"]
    );
    timeline.seek(Time(40_100));
    let cluster = timeline.cluster();
    assert_eq!(numbers(budget(cluster)), [0, 2, 2, 3]);
    assert!(budget(cluster).disrupted_pods.is_empty());
    assert_eq!(endpoint(cluster, "web-1"), Some([false, true, true]), "it still serves");
    timeline.seek(Time(60_000));
    assert_eq!(numbers(budget(timeline.cluster())), [1, 3, 2, 3]);
}

#[test]
fn a_drain_prints_what_kubectl_prints() {
    let printed = |timeline: &Timeline| {
        let events = timeline.events().iter();
        events.map(|event| drain::output(&event.reason)).collect::<String>()
    };
    let mut timeline = play("at 40s kubectl drain node-2 --timeout=60s\n");
    timeline.seek(Time(60_000));
    let expected = "evicting pod default/web-1\npod/web-1 evicted\nnode/node-2 drained\n";
    assert_eq!(printed(&timeline), expected);
    let mut timeline = play("at 40s node node-2 cut\nat 100s kubectl drain node-2 --timeout=20s\n");
    timeline.seek(Time(130_000));
    let error = "error when waiting for pod \"web-1\" in namespace \"default\" to terminate: context deadline exceeded";
    assert_eq!(
        printed(&timeline),
        format!(
            "evicting pod default/web-1\n\
             There are pending pods in node \"node-2\" when an error occurred: {error}\npod/web-1\n\
             error: unable to drain node \"node-2\" due to error: {error}, continuing command...\n\
             There are pending nodes to be drained:\n node-2\n{error}\n"
        )
    );
}

/// In a terminal a drain goes on printing until it is done.
#[test]
fn a_drain_goes_on_with_the_cursor() {
    let mut timeline = play("");
    timeline.seek(Time(40_000));
    let line = "kubectl drain node-2 --ignore-daemonsets";
    let mut printed = timeline.run_line(line).stdout;
    let mut watch = timeline.watch(line).expect("it goes on");
    for ms in (40_000..70_000).step_by(700) {
        timeline.seek(Time(ms));
        let Some(more) = timeline.follow(&mut watch) else { break };
        printed += &more;
    }
    let expected = "node/node-2 cordoned\nevicting pod default/web-1\npod/web-1 evicted\nnode/node-2 drained\n";
    assert_eq!(printed, expected);
    assert_eq!(timeline.follow(&mut watch), None, "it is over");
    assert!(timeline.watch("kubectl drain node-2").is_none(), "nothing is drained any more");
}

#[test]
fn lines_about_nodes_answer_as_kubectl_does() {
    let mut timeline = play("");
    timeline.seek(Time(40_000));
    let mut run = |line: &str| {
        let output = timeline.run_line(line);
        format!("{}{}", output.stdout, output.stderr)
    };
    let pairs = [
        ("kubectl cordon node-1 node-2", "node/node-1 cordoned\nnode/node-2 cordoned\n"),
        ("kubectl cordon node-1", "node/node-1 already cordoned\n"),
        ("kubectl uncordon node-1", "node/node-1 uncordoned\n"),
        ("kubectl uncordon node-1", "node/node-1 already uncordoned\n"),
        ("kubectl cordon node-9", "Error from server (NotFound): nodes \"node-9\" not found\n"),
        ("kubectl taint node node-1 a=b:NoSchedule", "node/node-1 tainted\n"),
        (
            "kubectl taint node node-1 a=b:NoSchedule",
            "error: node node-1 already has a taint(s) with same effect(s) and --overwrite is false\n",
        ),
        ("kubectl taint node node-1 a=c:NoSchedule --overwrite", "node/node-1 modified\n"),
        ("kubectl taint node node-1 a-", "node/node-1 untainted\n"),
        ("kubectl taint node node-1 a-", "error: taint \"a\" not found\n"),
        (
            "kubectl taint node node-1 a=b:Never",
            "error: invalid taint effect: Never, unsupported taint effect\nSee 'kubectl taint -h' for help and examples\n",
        ),
        ("kubectl taint node node-1 a", "error: at least one taint update is required\n"),
        (
            "kubectl taint nodes --all dedicated=db:NoSchedule",
            "node/node-1 tainted\nnode/node-2 tainted\nnode/node-3 tainted\n",
        ),
    ];
    for (line, expected) in pairs {
        assert_eq!(run(line), expected, "{line}");
    }
}

#[test]
fn budgets_count_in_numbers_and_in_parts_of_what_is_wanted() {
    let deployment = "kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web, part: front } }
  template:
    metadata: { labels: { app: web, part: front } }
    spec: { containers: [{ name: a, image: \"a:1\" }] }
EOF
";
    // Three pods of the set: allowed, healthy, desired, expected.
    for (limit, set_only, with_deployment) in [
        ("minAvailable: 1", [2, 3, 1, 3], [6, 7, 1, 7]),
        ("minAvailable: 50%", [1, 3, 2, 3], [3, 7, 4, 7]),
        ("maxUnavailable: 1", [1, 3, 2, 3], [1, 7, 6, 7]),
        ("maxUnavailable: 50%", [2, 3, 1, 3], [4, 7, 3, 7]),
        ("maxUnavailable: 0", [0, 3, 3, 3], [0, 7, 7, 7]),
        ("minAvailable: 5", [0, 3, 5, 3], [2, 7, 5, 7]),
    ] {
        for (more, expected) in [("", set_only), (deployment, with_deployment)] {
            let budget = BUDGET.replace("minAvailable: 2", limit);
            let recipe =
                format!("ordinal 1\nkubectl apply -f - <<SAMPLE\n{SAMPLE}SAMPLE\n{budget}{more}");
            let mut timeline = Timeline::new(&recipe).expect("a sound recipe");
            timeline.seek(Time(60_000));
            let status = self::budget(timeline.cluster());
            let numbers = [
                status.disruptions_allowed,
                status.current_healthy,
                status.desired_healthy,
                status.expected_pods,
            ];
            assert_eq!(numbers, expected, "{limit}");
        }
    }
}

#[test]
fn every_window_says_in_words_that_a_node_is_cordoned() {
    let first = include_str!("../../static/stories/first.ordinal");
    let mut timeline = Timeline::new(first).expect("a story");
    timeline.seek(Time(30_000));
    assert_eq!(timeline.run_line("kubectl cordon node-2").exit, 0);
    for (width, height) in PLACES {
        let picture = svg(&fitted(timeline.cluster(), width, height), &[]);
        let is_said = picture.contains("cordoned") || picture.contains("SchedulingDisabled");
        assert!(is_said, "{width}x{height}");
    }
}

#[test]
fn a_phone_shows_how_often_a_pod_was_restarted() {
    let mut timeline = play("at 60s crash web-1\n");
    timeline.seek(Time(120_000));
    for (width, height) in [(384, 460), (354, 400)] {
        let picture = svg(&fitted(timeline.cluster(), width, height), &[]);
        assert!(picture.contains("1/1 \u{21bb}1"), "{width}x{height}");
    }
}

/// The steps that the replacement of one pod takes, in a rolling update of so many pods on one node.
fn steps_of_replacement(pods: u64) -> u64 {
    let recipe = format!(
        "ordinal 1\nnode node-1 pods=100\nkubectl apply -f - <<EOF
apiVersion: v1
kind: Service
metadata: {{ name: db }}
spec: {{ clusterIP: None, selector: {{ app: db }}, ports: [{{ port: 5432 }}] }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{ name: db }}
spec:
  serviceName: db
  replicas: {pods}
  podManagementPolicy: Parallel
  selector: {{ matchLabels: {{ app: db }} }}
  template:
    metadata: {{ labels: {{ app: db }} }}
    spec: {{ containers: [{{ name: db, image: db }}] }}
  volumeClaimTemplates:
  - metadata: {{ name: data }}
    spec: {{ accessModes: [ReadWriteOnce], resources: {{ requests: {{ storage: 1Gi }} }} }}
EOF
at 10m kubectl set image statefulset db db=db:2
"
    );
    let mut timeline = Timeline::new(&recipe).expect("a valid recipe");
    timeline.seek(Time(10 * 60_000));
    let [before, _] = timeline.steps();
    let is_updated = |timeline: &Timeline| {
        let set = timeline.cluster().store.stateful_sets.named("default", "db").expect("a set");
        set.status.current_revision == set.status.update_revision
    };
    // The update begins with the next second.
    for second in 1.. {
        timeline.seek(Time(10 * 60_000 + second * 1000));
        if second > 1 && is_updated(&timeline) {
            break;
        }
        assert!(second < 3000, "the update does not end");
    }
    let [after, _] = timeline.steps();
    (after - before) / pods
}

#[test]
fn the_work_for_a_pod_does_not_grow_with_the_other_pods_on_its_node() {
    let [few, many] = [4, 40].map(steps_of_replacement);
    assert!(2 * many < 3 * few, "{many} steps with 40 pods on the node, {few} with 4");
}
