//! When an event of the log is visible, and which event decides about a goal.

use super::{Check, Condition, Goal, Phase};
use crate::api::Time;
use crate::cluster::Event;
use crate::notation;
use crate::timeline::Timeline;

/// How much later than its event a step arrives, in milliseconds, so that immediate effects are visible.
pub(super) const SETTLE_MS: u64 = 250;

/// The events whose effects are visible at an instant.
pub(super) fn settled(log: &[Event], now: Time) -> &[Event] {
    &log[..log.partition_point(|event| event.time.plus(SETTLE_MS) <= now)]
}

/// When the events of a log first decide about a goal, and how.
pub(super) fn decided(goal: &Goal, log: &[Event], from: u64) -> Option<(Time, Phase)> {
    let event = |check: &Check| match check {
        Check::Event(condition) => find(condition, log, from),
        Check::State(_) => None,
    };
    let guards = goal.guards.iter().enumerate();
    let failed =
        guards.filter_map(|(index, guard)| Some((event(&guard.check)?, Phase::Failed(index))));
    let reached = event(&goal.check).map(|event| (event, Phase::Arrived));
    let first = failed.chain(reached).min_by_key(|(event, _)| event.number);
    first.map(|(event, outcome)| (event.time, outcome))
}

/// How many commands a recipe has; a command with a heredoc counts once.
pub(super) fn lines_of(recipe: &str) -> usize {
    notation::parse(recipe).map_or(0, |lines| lines.len())
}

/// The event of the log, from this number on, that meets the condition.
pub(super) fn find<'a>(condition: &Condition, log: &'a [Event], from: u64) -> Option<&'a Event> {
    let first = log.partition_point(|event| event.number < from);
    let mut met = log[first..].iter().filter(|event| condition.is_met_by(event));
    met.nth(condition.times.saturating_sub(1))
}

/// The number of the first event after the cursor.
pub(super) fn recorded(timeline: &Timeline) -> u64 {
    let events = timeline.events();
    events.partition_point(|event| event.time <= timeline.now()) as u64
}
