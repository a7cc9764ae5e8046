//! The keys that change the cluster directly: each runs lines of the notation.

use super::choices::{clients, scale};
use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::world::Host;

/// The keys that run a fault, a repair or another change, each with a description for the help.
pub const SHORTCUTS: [(char, &str); 8] = [
    ('c', "crash the first pod's container"),
    ('d', "delete the last pod"),
    ('n', "power off the first pod's node"),
    ('x', "cut the network of the last pod's node"),
    ('h', "heal: power on and reconnect all nodes"),
    ('w', "write an entry"),
    (']', "scale up by one"),
    ('[', "scale down by one"),
];

/// The lines that a key runs. They are about the first StatefulSet; without one, only `h` does something.
pub fn lines(cluster: &Cluster, key: char) -> Vec<String> {
    if key == 'h' {
        let hosts = cluster.world().hosts.iter();
        return hosts.flat_map(|(name, host)| repair(name, host)).collect();
    }
    let Some(set) = cluster.store.stateful_sets.iter().next() else { return Vec::new() };
    let (namespace, ordinals) = (set.metadata.key(), set.spec.ordinals.start);
    let pod_at = |ordinal: i32| {
        let key = Key::new(namespace.namespace(), &set.pod_name(ordinal));
        cluster.store.pods.get(&key)
    };
    let last = (ordinals..ordinals + set.spec.replicas).rev().find_map(pod_at);
    let pod = if matches!(key, 'd' | 'x') { last } else { pod_at(ordinals) };
    let node = pod.map(|pod| pod.spec.node_name.clone()).filter(|node| !node.is_empty());
    let reference = ObjectRef { kind: Kind::StatefulSet, key: set.metadata.key() };
    let scaled = |by: i32| scale(&reference, set.spec.replicas + by);
    let line = match key {
        'c' => pod.map(|pod| format!("crash {}", pod.metadata.name)),
        'd' => pod.map(|pod| format!("kubectl delete pod {}", pod.metadata.name)),
        'n' => node.map(|node| format!("node {node} off")),
        'x' => node.map(|node| format!("node {node} cut")),
        'w' => clients(cluster, "").into_iter().next().map(|choice| choice.line),
        ']' => Some(scaled(1)),
        '[' => Some(scaled(-1)).filter(|_| set.spec.replicas > 0),
        _ => None,
    };
    line.into_iter().collect()
}

/// The lines that turn on and connect a host.
fn repair(name: &str, host: &Host) -> Vec<String> {
    let wrong = [(!host.is_on && !host.boots, "on"), (!host.is_linked, "heal")];
    let verbs = wrong.into_iter().filter(|(is_wrong, _)| *is_wrong);
    verbs.map(|(_, verb)| format!("node {name} {verb}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;
    use crate::timeline::Timeline;

    #[test]
    fn shortcuts_run_lines_about_the_first_set() {
        let timeline = first_story(40);
        let line = |key| lines(timeline.cluster(), key).join("; ");
        assert_eq!(line('c'), "crash web-0");
        assert_eq!(line('d'), "kubectl delete pod web-2");
        assert_eq!(line(']'), "kubectl scale statefulset web --replicas=4");
        assert_eq!(line('['), "kubectl scale statefulset web --replicas=2");
        assert_eq!(line('h'), "");
        for (key, _) in SHORTCUTS {
            for line in lines(timeline.cluster(), key) {
                let output = timeline.clone().run_line(&line);
                assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
            }
        }
    }

    #[test]
    fn healing_turns_on_and_connects_every_node() {
        let mut timeline = first_story(40);
        timeline.run_line("node node-1 off");
        timeline.run_line("node node-2 cut");
        assert_eq!(lines(timeline.cluster(), 'h'), ["node node-1 on", "node node-2 heal"]);
    }

    #[test]
    fn without_a_set_shortcuts_do_nothing() {
        let timeline = Timeline::new("ordinal 1\n").expect("a recipe");
        for (key, _) in SHORTCUTS {
            assert_eq!(lines(timeline.cluster(), key), Vec::<String>::new());
        }
    }
}
