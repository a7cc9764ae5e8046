//! A short word for a step of a lesson and the state of the cluster, so that people can compare screens aloud.

use crate::cluster::Cluster;
use crate::lessons::seed_of;

/// Words that are short, plain, and easy to tell apart when they are spoken.
const WORDS: &str = "acorn amber anchor apple apron arrow autumn badge bamboo banjo barn basket beach berry \
    bicycle blanket bottle branch bread bridge broom bucket butter cabin camel candle canyon carpet castle \
    cedar cello chalk cherry circle clover cobalt copper coral cotton cricket crystal daisy desert dolphin \
    donkey drum eagle echo elbow ember engine falcon feather fiddle finger flame forest fossil fountain fox \
    garden ginger glacier globe gravel guitar hammer harbor helmet honey island ivory jacket jungle kettle \
    kitten ladder lantern lemon lizard magnet maple marble meadow melon mirror monkey needle nutmeg oasis \
    olive onion orange orchid otter oyster paddle panda parrot pebble pencil pepper piano pigeon pillow \
    pocket potato pumpkin puzzle rabbit ribbon river rocket saddle salmon shadow silver spider spoon tiger \
    tunnel turtle velvet violin walnut window winter zebra";

/// The word for a step, counted from 0, of the lesson with this text, in a cluster. The same word on two screens means the
/// same step, the same pods on the same nodes, and the same claims, whenever that was reached.
pub fn word(lesson: &str, step: usize, cluster: &Cluster) -> &'static str {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let seed = seed_of(&format!("{step} {}{lesson}", state(cluster)));
    // The high bits of the seed are mixed best.
    words[(seed >> 32) as usize % words.len()]
}

/// What two screens have in common if they show the same.
fn state(cluster: &Cluster) -> String {
    let store = &cluster.store;
    let mut state = String::new();
    for pod in store.pods.iter() {
        let is_deleted = pod.metadata.deletion_timestamp.is_some();
        let (name, node) = (&pod.metadata.name, &pod.spec.node_name);
        state += &format!("{name} {node} {} {is_deleted} ", pod.is_ready());
    }
    for claim in store.claims.iter() {
        state += &format!("{} ", claim.metadata.name);
    }
    for set in store.stateful_sets.iter() {
        state += &format!("{} {} ", set.metadata.name, set.spec.replicas);
    }
    for node in store.nodes.iter() {
        let (name, is_unschedulable) = (&node.metadata.name, node.spec.unschedulable);
        state += &format!("{name} {} {is_unschedulable} ", node.ready_status());
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;
    use std::collections::BTreeSet;

    #[test]
    fn the_words_are_short_and_different() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        assert!(words.len() >= 128, "{}", words.len());
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        assert!(words.is_sorted() && words.iter().all(|word| (3..=8).contains(&word.len())));
        // The first three letters identify nearly every word, in case its ending is hard to hear.
        let starts: BTreeSet<&str> = words.iter().map(|word| &word[..3]).collect();
        assert!(starts.len() * 10 >= words.len() * 9, "{} of {}", starts.len(), words.len());
    }

    #[test]
    fn the_same_state_has_the_same_word_and_another_state_another() {
        let mut timeline = first_story(26);
        let before = word("lesson", 2, timeline.cluster());
        timeline.seek(timeline.now().plus(10));
        assert_eq!(word("lesson", 2, timeline.cluster()), before);
        let others = [word("lesson", 3, timeline.cluster()), word("other", 2, timeline.cluster())];
        assert!(others.iter().all(|other| *other != before), "{before} {others:?}");
        timeline.run_line("kubectl cordon node-1");
        timeline.seek(timeline.now().plus(1_000));
        assert_ne!(word("lesson", 2, timeline.cluster()), before);
    }
}
