//! Fuzzing of what a real cluster says.

use super::{YAML_BREAKS, advance, look};
use ordinal::api::Kind;
use ordinal::cluster::Subject;
use ordinal::observe::{self, File};
use ordinal::timeline::Timeline;

/// How many objects of a kind are asked "Why?".
const ASKED_MAX: usize = 4;

/// A text as a dump or a recording: what can be read is drawn and explained, and a simulation continues from it.
pub(super) fn observe(text: &str) {
    observe::is_observed(text);
    let observation = match observe::read(&[File { name: "file", text }]) {
        Ok(observation) => observation,
        Err(problems) => {
            let last = text.matches(YAML_BREAKS).count() + 1;
            let is_placed = |line: u32| (1..=last).contains(&(line as usize));
            assert!(problems.iter().all(|problem| is_placed(problem.line)), "{problems:?}");
            return;
        }
    };
    let mut timeline = Timeline::new(&observation.recipe).unwrap_or_else(|errors| {
        panic!("the recipe of an observation is sound: {errors:?}\n{}", observation.recipe)
    });
    for (at, width) in [(observation.end, 360), (observation.at, 1_280)] {
        timeline.seek(at);
        look(&timeline, width);
    }
    explain(&timeline);
    rename(&observation.recipe);
    let output = timeline.run_line("kubectl delete pods --all -A");
    assert!(timeline.cluster().world().is_observed && !output.stdout.contains("deleted"));
    assert_eq!(timeline.run_line("simulate").exit, 0);
    advance(&mut timeline, 30_000);
    look(&timeline, 1_280);
}

/// The recipe with other names is as sound, and stays the same if it is replaced again.
fn rename(recipe: &str) {
    let renamed = observe::replace_names(recipe).expect("a recipe");
    Timeline::new(&renamed).unwrap_or_else(|errors| {
        panic!("the recipe with other names is sound: {errors:?}\n{renamed}")
    });
    assert_eq!(observe::replace_names(&renamed).as_ref(), Ok(&renamed));
    let contents = observe::contents(&renamed).expect("an observation");
    assert!(contents.is_renamed && !contents.lines().is_empty());
}

fn explain(timeline: &Timeline) {
    let cluster = timeline.cluster();
    for kind in [Kind::StatefulSet, Kind::Pod, Kind::PersistentVolumeClaim, Kind::Node] {
        for object in cluster.store.list(kind).iter().take(ASKED_MAX) {
            let subject = Subject::Object(object.reference());
            let explanation = observe::explain(cluster, timeline.events(), &subject);
            let lines = explanation.answer.remedies.iter().map(|remedy| remedy.line.as_str());
            let others: Vec<&str> = lines.filter(|line| !line.starts_with("kubectl ")).collect();
            assert!(others.is_empty(), "a remedy for a real cluster is no kubectl: {others:?}");
        }
    }
}
