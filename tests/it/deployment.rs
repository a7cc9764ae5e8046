//! Deployments against what a real control plane recorded: a node falls silent (recording N5).

use crate::worlds::Story;
use ordinal::api::*;
use ordinal::cluster::Code;
use ordinal::sim::NodeFault;
use ordinal::timeline::Timeline;

fn deployment(story: &Story) -> &Deployment {
    story.sim.cluster().store.deployments.iter().next().expect("a Deployment")
}

fn replica_set(story: &Story) -> &ReplicaSet {
    story.sim.cluster().store.replica_sets.iter().next().expect("a ReplicaSet")
}

/// Counts of the Deployment: replicas, updated, ready, available, unavailable, terminating.
fn counts(story: &Story) -> [i32; 6] {
    let status = &deployment(story).status;
    [
        status.replicas,
        status.updated_replicas,
        status.ready_replicas,
        status.available_replicas,
        status.unavailable_replicas,
        status.terminating_replicas,
    ]
}

#[test]
fn a_silent_node_changes_the_counts_as_recorded() {
    let mut story = Story::new(5);
    story.deployment("api", 5, "app:1").at(30_000);
    assert_eq!(counts(&story), [5, 5, 5, 5, 0, 0]);
    let annotations = &replica_set(&story).metadata.annotations;
    let noted = ["desired-replicas", "max-replicas", "revision"].map(|name| {
        annotations.get(&format!("deployment.kubernetes.io/{name}")).map(String::as_str)
    });
    assert_eq!(noted, [Some("5"), Some("7"), Some("1")]);
    story.node("node-3", NodeFault::Off).at(100_000);
    assert_eq!(counts(&story), [5, 5, 4, 4, 1, 0], "not replaced for 300 s");
    story.at(400_000);
    assert_eq!(counts(&story), [5, 5, 5, 5, 0, 1], "replaced as soon as it is to go");
    let set = &replica_set(&story).status;
    assert_eq!((set.fully_labeled_replicas, set.terminating_replicas), (5, 1));
    story.node("node-3", NodeFault::On).at(420_000);
    assert_eq!(counts(&story), [5, 5, 5, 5, 0, 0]);
    let name = &replica_set(&story).metadata.name;
    let said: Vec<String> = deployment(&story)
        .status
        .conditions
        .iter()
        .map(|one| format!("{} {} {} {}", one.kind, one.status, one.reason, one.message))
        .collect();
    assert_eq!(
        said,
        [
            "Available True MinimumReplicasAvailable Deployment has minimum availability.".into(),
            format!(
                "Progressing True NewReplicaSetAvailable ReplicaSet \"{name}\" has successfully progressed."
            ),
        ]
    );
}

#[test]
fn names_are_made_as_kubernetes_makes_them() {
    let mut story = Story::new(3);
    story.deployment("api", 5, "app:1").at(5_000);
    let (prefix, hash) = replica_set(&story).metadata.name.rsplit_once('-').expect("a hash");
    assert_eq!(prefix, "api");
    assert!(hash.len() <= 10 && hash.chars().all(|letter| "456789bcdf".contains(letter)), "{hash}");
    for pod in story.sim.cluster().store.pods.iter() {
        let ending = pod.metadata.name.strip_prefix(&format!("api-{hash}-")).expect("its set");
        let is_safe = |letter: char| "bcdfghjklmnpqrstvwxz2456789".contains(letter);
        assert!(ending.len() == 5 && ending.chars().all(is_safe), "{ending}");
        assert_eq!(pod.metadata.labels.get("pod-template-hash").map(String::as_str), Some(hash));
    }
}

/// The codes of the events of a story after its node lost power, up to `until_ms`.
fn codes_after_the_fault(recipe: &str, until_ms: u64) -> Vec<Code> {
    let mut timeline = Timeline::new(recipe).expect("the story is sound");
    timeline.seek(Time(until_ms));
    let events = timeline.events().iter();
    let after = events.skip_while(|event| event.reason.code() != Code::NodeOff);
    after.map(|event| event.reason.code()).collect()
}

#[test]
fn the_stories_of_lost_nodes_show_what_they_promise() {
    let of_deployment = include_str!("../../static/stories/node-fail-deployment.ordinal");
    let codes = codes_after_the_fault(of_deployment, 420_000);
    let made = codes.iter().filter(|code| **code == Code::ReplicaCreated).count();
    assert!(made == 2 && codes.contains(&Code::MultiAttach), "{codes:?}");
    let of_set = include_str!("../../static/stories/node-fail-set.ordinal");
    let codes = codes_after_the_fault(of_set, 480_000);
    for code in [Code::WaitForNode, Code::PodCollected, Code::PodReplaced] {
        assert!(codes.contains(&code), "{code:?} is not in {codes:?}");
    }
    let of_both = include_str!("../../static/stories/side-by-side.ordinal");
    let place = |code: Code, codes: &[Code]| codes.iter().position(|other| *other == code);
    let codes = codes_after_the_fault(of_both, 440_000);
    let [replica, back, set] = [Code::ReplicaCreated, Code::NodeOn, Code::PodReplaced]
        .map(|code| place(code, &codes).expect("it happens"));
    assert!(replica < back && back < set, "the set's pod alone waits for the node");
}
