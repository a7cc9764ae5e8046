//! Random worlds as a test: what must hold is looked at after every step, for one seed after the other.

use super::player::{Player, Point};
use super::{Timeline, random};
use crate::api::Time;
use crate::cluster::{Cluster, Code, Event};
use crate::notation;
use crate::sim::invariants::{Exemptions, Transition, violations};
use crate::sim::liveness::broken_when_settled;

/// How long a random world runs on after its last command, in milliseconds.
const AFTERMATH_MS: u64 = 900_000;
/// How long it takes at most until all have heard of a change, in milliseconds.
const MOMENT_MS: u64 = 5_000;

/// What is to happen in some of many random worlds, lest a check of them tells less than it seems to.
pub const SOMETIMES: &[(&str, &[Code])] = &[
    ("a line was refused", &[Code::Refused]),
    ("a pod could not be created", &[Code::PodCreateFailed]),
    ("a pod gave way to another one", &[Code::Preempted, Code::WaitForVictim]),
    ("a pod found no node", &[Code::FailedScheduling]),
    ("a failed pod was replaced", &[Code::FailedPodReplaced]),
    ("a scale-down waited for a pod that stays", &[Code::WaitScaleDown]),
    ("a scale-down waited for a pod that goes", &[Code::WaitForCondemnedReady]),
    ("an update was complete", &[Code::UpdateComplete]),
    ("an update was stuck", &[Code::UpdateStuck]),
    ("an update was held by a partition or OnDelete", &[Code::UpdateHeld]),
    ("an update used up its allowance", &[Code::WaitForBudget]),
    ("an update with Recreate waited for the old pods", &[Code::WaitForOldRevision]),
    ("a template came back", &[Code::RevisionReused]),
    ("pods were orphaned, and adopted", &[Code::Orphaned, Code::PodAdopted]),
    ("a foreground deletion was finished", &[Code::ForegroundDone]),
    ("a retention policy took a claim", &[Code::ClaimCollected]),
    ("a claim was saved in time", &[Code::ClaimKept]),
    ("a stale claim held up its pod", &[Code::ClaimStale]),
    ("a claim was deleted while in use", &[Code::ClaimProtected]),
    ("a pod was evicted", &[Code::TaintEviction]),
    ("an eviction was cancelled", &[Code::EvictionCancelled]),
    ("a pod was collected with its node", &[Code::PodCollected]),
    ("a volume was held by another node", &[Code::MultiAttach]),
    ("a volume was detached by force", &[Code::ForcedDetach]),
    ("two pods ran under one identity", &[Code::Twins]),
    ("copies of the data diverged", &[Code::Diverged]),
    ("a clone failed", &[Code::CloneFailed]),
    ("a name did not resolve", &[Code::NoSuchName]),
];

/// What one recipe showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many steps were done.
    pub steps: u64,
    /// What did not hold, each with its instant in milliseconds.
    pub violations: Vec<(u64, String)>,
    /// The codes of the events that there were.
    pub seen: Vec<Code>,
}

impl Verdict {
    fn refused(message: String) -> Verdict {
        Verdict { violations: vec![(0, message)], ..Verdict::default() }
    }

    /// Whether this was among what happened.
    pub fn reached(&self, codes: &[Code]) -> bool {
        codes.iter().all(|code| self.seen.contains(code))
    }
}

/// Runs the random recipe of a seed and looks at everything after every step.
pub fn check(seed: u64) -> Verdict {
    check_recipe(&random::recipe(seed))
}

/// Runs a recipe and looks at everything after every step, until something does not hold.
pub fn check_recipe(recipe: &str) -> Verdict {
    let mut timeline = match Timeline::new(recipe) {
        Ok(timeline) => timeline,
        Err(errors) => return Verdict::refused(errors.iter().map(ToString::to_string).collect()),
    };
    let end = timeline.end().plus(AFTERMATH_MS);
    let mut verdict = Verdict::default();
    let mut player = Player::new(timeline.view.clone());
    let mut log: Vec<Event> = timeline.events().to_vec();
    let mut exemptions = Exemptions::default();
    let mut middle: Option<Cluster> = None;
    let mut looked_at = 0;
    loop {
        let before = player.point.sim.cluster().clone();
        let went_on = player.advance(&timeline.lines, end, &mut log);
        let point = &player.point;
        let events = log.get(looked_at..).unwrap_or(&[]);
        looked_at = log.len();
        for event in events {
            if !verdict.seen.contains(&event.reason.code()) {
                verdict.seen.push(event.reason.code());
            }
        }
        let look = Transition { before: &before, sim: &point.sim, events };
        exemptions.learn(&look);
        let mut broken = violations(&look, &exemptions);
        if !went_on {
            broken.extend(unsettled(point, &timeline));
        }
        let now = point.sim.cluster().now;
        if middle.is_none() && before.now < now && before.now.0 > end.0 / 3 {
            middle = Some(before);
        }
        verdict.violations.extend(broken.into_iter().map(|text| (now.0, text)));
        if !went_on || !verdict.violations.is_empty() {
            break;
        }
    }
    let point = player.point;
    verdict.steps = point.sim.steps();
    if verdict.violations.is_empty() {
        verdict.violations.extend(rewinds(&mut timeline, &point, middle, &log));
    }
    verdict
}

/// What does not hold at the end, nor in the same way a moment later: nobody promises the very instant.
fn unsettled(end: &Point, timeline: &Timeline) -> Vec<String> {
    let mut broken = broken_when_settled(end.sim.cluster());
    if !broken.is_empty() {
        let mut later = Player::new(end.clone());
        later.play_to(&timeline.lines, end.now().plus(MOMENT_MS), &mut Vec::new());
        let still = broken_when_settled(later.point.sim.cluster());
        broken.retain(|text| still.contains(text));
    }
    broken
}

/// Going to an instant, from wherever, is the same as running to it, and a second run is the same as the first.
fn rewinds(
    timeline: &mut Timeline,
    straight: &Point,
    middle: Option<Cluster>,
    log: &[Event],
) -> Option<(u64, String)> {
    let end = straight.sim.cluster().now;
    let clusters = middle.iter().chain([straight.sim.cluster()]);
    for cluster in clusters {
        timeline.seek(end);
        for part in [7, 2, 5, 1, 6] {
            timeline.seek(Time(end.0 / 8 * part));
        }
        timeline.seek(cluster.now);
        if timeline.cluster() != cluster {
            return Some((cluster.now.0, "going back and forth gave another cluster".to_owned()));
        }
    }
    timeline.seek(end);
    (timeline.events() != log).then(|| (end.0, "a second run told something else".to_owned()))
}

/// The same recipe without the lines that are not needed for what it breaks (delta debugging).
pub fn cut_down(recipe: &str) -> String {
    let Ok(mut lines) = notation::parse(recipe) else { return recipe.to_owned() };
    let Some(wanted) = kind_of_violation(recipe) else { return recipe.to_owned() };
    let mut size = lines.len().div_ceil(2);
    loop {
        let (mut start, count) = (0, lines.len());
        while start < lines.len() {
            let mut fewer = lines.clone();
            fewer.drain(start..(start + size).min(lines.len()));
            if kind_of_violation(&notation::print(&fewer)).as_ref() == Some(&wanted) {
                lines = fewer;
            } else {
                start += size;
            }
        }
        if size == 1 && lines.len() == count {
            return notation::print(&lines);
        }
        size = size.div_ceil(2);
    }
}

/// The first violation of a recipe without its numbers.
fn kind_of_violation(recipe: &str) -> Option<String> {
    let verdict = check_recipe(recipe);
    let (_, text) = verdict.violations.first()?;
    Some(text.chars().filter(|letter| !letter.is_ascii_digit()).collect())
}
