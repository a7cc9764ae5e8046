//! Random worlds as a test: what must hold is looked at after every step, for one seed after the other.

use super::{Point, Timeline, advance_once, random};
use crate::api::{Time, Uid};
use crate::cluster::{Code, Event};
use crate::map::Set;
use crate::sim::invariants::violations;
use crate::sim::promises::{broken_by_step, broken_when_settled};

/// How long a random world runs on after its last command, in milliseconds.
const AFTERMATH_MS: u64 = 900_000;

/// What one seed showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many steps were done.
    pub steps: u64,
    /// What did not hold, each with its instant in milliseconds.
    pub violations: Vec<(u64, String)>,
    /// The codes of the events that there were.
    pub seen: Vec<Code>,
}

/// Runs the random recipe of a seed and looks at everything after every step.
pub fn check(seed: u64) -> Verdict {
    let recipe = random::recipe(seed);
    let mut verdict = Verdict::default();
    let mut timeline = match Timeline::new(&recipe) {
        Ok(timeline) => timeline,
        Err(errors) => {
            verdict.violations.extend(errors.iter().map(|error| (0, error.to_string())));
            return verdict;
        }
    };
    let end = timeline.end().plus(AFTERMATH_MS);
    let mut point = timeline.view.clone();
    let mut log: Vec<Event> = Vec::new();
    let mut forced = has_no_grace(&timeline);
    let mut looked_at = 0;
    let mut known: Set<Uid> = Set::new();
    loop {
        let before = point.sim.cluster.clone();
        let went_on = advance_once(&mut point, &timeline.lines, end, &mut log);
        for event in log.iter().skip(looked_at) {
            forced |= frees_identity(event);
            if !verdict.seen.contains(&event.reason.code) {
                verdict.seen.push(event.reason.code);
            }
        }
        looked_at = log.len();
        let pods = point.sim.cluster.store.pods.iter().map(|pod| pod.metadata.uid);
        let fresh: Vec<Uid> = pods.filter(|uid| known.insert(*uid)).collect();
        let cluster = &point.sim.cluster;
        let mut broken = violations(cluster, point.sim.queued(), forced, &fresh);
        if !forced {
            broken.extend(broken_by_step(&before, cluster));
        }
        if !went_on {
            broken.extend(broken_when_settled(cluster));
        }
        verdict.violations.extend(broken.into_iter().map(|text| (point.sim.cluster.now.0, text)));
        if !went_on || !verdict.violations.is_empty() {
            break;
        }
    }
    verdict.steps = point.sim.steps();
    if verdict.violations.is_empty() {
        verdict.violations.extend(rewinds(&mut timeline, &point, end));
    }
    verdict
}

/// Whether a grace period of 0 makes every deletion a forced one, as the documentation warns.
fn has_no_grace(timeline: &Timeline) -> bool {
    let mut sets = timeline.cluster().store.stateful_sets.iter();
    sets.any(|set| set.spec.template.spec.termination_grace_period_seconds == 0)
}

/// Whether an event let a new pod take an identity whose old pod may still run (S26).
fn frees_identity(event: &Event) -> bool {
    let subject = event.subject.to_string();
    match event.reason.code {
        Code::DeletionForced | Code::PodCollected => true,
        Code::DeletionAsked => subject.starts_with("node/"),
        _ => false,
    }
}

/// Going to an instant, from wherever, is the same as running to it.
fn rewinds(timeline: &mut Timeline, straight: &Point, end: Time) -> Option<(u64, String)> {
    timeline.seek(end);
    let recorded = timeline.events().len();
    for part in [7, 2, 5, 1, 6, 8] {
        timeline.seek(Time(end.0 / 8 * part));
    }
    timeline.seek(end);
    let is_same =
        *timeline.cluster() == straight.sim.cluster && timeline.events().len() == recorded;
    (!is_same).then(|| (end.0, "rewinding and running again gave another cluster".to_owned()))
}
