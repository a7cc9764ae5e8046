//! The work of the simulation, counted in steps, does not grow faster than the cluster.

use ordinal::api::Time;
use ordinal::timeline::Timeline;

/// A recipe with a parallel set of so many pods.
fn parallel_set(pods: u64, nodes: &str) -> String {
    format!(
        "ordinal 1\n{nodes}\nkubectl apply -f - <<EOF
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
    metadata: {{ labels: {{ app: db }}, annotations: {{ ordinal/clone: \"off\" }} }}
    spec: {{ containers: [{{ name: db, image: db }}] }}
  volumeClaimTemplates:
  - metadata: {{ name: data }}
    spec: {{ accessModes: [ReadWriteOnce], resources: {{ requests: {{ storage: 1Gi }} }} }}
EOF
"
    )
}

/// The steps that each pod of a set takes until all of them have been Ready for a while.
fn steps_of_start(pods: u64) -> u64 {
    let nodes = format!("nodes {}", pods / 10);
    let mut timeline = Timeline::new(&parallel_set(pods, &nodes)).expect("a valid recipe");
    timeline.seek(Time(5 * 60_000));
    let set = timeline.cluster().store.stateful_sets.named("default", "db").expect("a set");
    assert_eq!(u64::try_from(set.status.ready_replicas), Ok(pods));
    let [steps, _] = timeline.steps();
    steps / pods
}

#[test]
fn the_work_for_a_pod_does_not_grow_with_the_pods_that_start_with_it() {
    let [few, many] = [20, 200].map(steps_of_start);
    assert!(2 * many < 3 * few, "{many} steps for each of 200 pods, {few} for each of 20");
}

/// The steps that the replacement of one pod takes, in a rolling update of so many pods on one node.
fn steps_of_replacement(pods: u64) -> u64 {
    let recipe = parallel_set(pods, "node node-1 pods=100");
    let recipe = format!("{recipe}at 10m kubectl set image statefulset db db=db:2\n");
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
