//! Checks which commands reach a goal: those in the lesson, and those that visitors often try.

use super::entry::fault;
use super::{Action, Did, Guide, Phase};
use crate::notation::NotationError;
use crate::task::Progress;
use crate::timeline::Timeline;

/// A lesson at a step whose goal was reached with an alternative solution.
pub(super) struct Repaired {
    pub(super) guide: Guide,
    pub(super) timeline: Timeline,
}

/// The repairs that were tried at the goals of a lesson.
#[derive(Default)]
pub(super) struct Tried {
    /// The alternative solutions; the lesson must continue after each.
    pub(super) repaired: Vec<Repaired>,
    /// How many wrong repairs were tried.
    pub(super) wrong: usize,
}

/// A repair that visitors often try: its name and its commands.
type Attempt = (String, Vec<String>);

/// Tries all repairs at a goal, once the step has arrived.
///
/// # Errors
/// If the goal is reached at the start or by a repair that is not a solution, or if a solution does not reach it.
pub(super) async fn repairs(
    guide: &Guide,
    timeline: &Timeline,
    tried: &mut Tried,
    progress: &Progress,
) -> Result<(), NotationError> {
    let step = guide.step();
    let Some(goal) = &step.goal else { return Ok(()) };
    let line = goal.check.line();
    if guide.phase(timeline) != Phase::Acting {
        let message =
            format!("`{}` is true, or a guard fails, before the visitor acts", goal.check.words());
        return Err(fault(line, 1, message, "choose a goal that has to be reached"));
    }
    tried.wrong += step.wrongs.len();
    for wrong in &step.wrongs {
        if outcome(guide, timeline, &[&wrong.action.text], progress).await == Phase::Arrived {
            let message = "the wrong repair reaches the goal".into();
            let advice = "write another, or reject it with `unless`";
            return Err(fault(wrong.action.line, 1, message, advice));
        }
    }
    for (name, lines) in attempts(timeline) {
        let is_recorded = |line: &String| {
            step.repairs()
                .flatten()
                .any(|action| action.text.split_whitespace().eq(line.split_whitespace()))
        };
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let is_right = !lines.is_empty() && lines.iter().all(is_recorded);
        tried.wrong += usize::from(!is_right);
        if !is_right && outcome(guide, timeline, &texts, progress).await == Phase::Arrived {
            let message = format!("`{}` is reached by {name}", goal.check.words());
            let advice = match lines.is_empty() {
                true => "choose a goal that has to be reached",
                false => "reject that with `unless`, or accept it with `or do`",
            };
            return Err(fault(line, 1, message, advice));
        }
    }
    let twice =
        step.lines.iter().chain(&step.lines).map(|action| &*action.text).collect::<Vec<_>>();
    let (once, _) = twice.split_at(step.lines.len());
    if outcome(guide, timeline, once, progress).await == Phase::Arrived
        && outcome(guide, timeline, &twice, progress).await != Phase::Arrived
    {
        let message = "the solution does not reach the goal if it is repeated".into();
        return Err(fault(
            line,
            1,
            message,
            "visitors repeat commands that seem to have no effect",
        ));
    }
    for lines in &step.others {
        tried.repaired.push(other(guide, timeline, lines, progress).await?);
    }
    Ok(())
}

/// Reaches the goal with an alternative solution.
async fn other(
    guide: &Guide,
    timeline: &Timeline,
    lines: &[Action],
    progress: &Progress,
) -> Result<Repaired, NotationError> {
    let (guide, mut timeline) = (guide.clone(), timeline.clone());
    done(guide.perform_lines(lines, &mut timeline, progress).await)?;
    guide.skip_to_goal(&mut timeline, progress).await;
    if guide.phase(&timeline) != Phase::Arrived {
        let line = lines.first().map_or(guide.step().line, |action| action.line);
        let message = "this solution does not reach the goal".into();
        return Err(fault(line, 1, message, "remove it, or write it after `wrong do`"));
    }
    Ok(Repaired { guide, timeline })
}

/// The outcome of commands within half an hour. Rejected commands have no effect.
async fn outcome(guide: &Guide, timeline: &Timeline, lines: &[&str], progress: &Progress) -> Phase {
    let mut timeline = timeline.clone();
    for line in lines {
        timeline.run_line_in_slices(line, progress).await;
    }
    guide.skip_to_goal(&mut timeline, progress).await;
    guide.phase(&timeline)
}

/// Waiting, force-deleting each pod, and deleting or scaling each set.
fn attempts(timeline: &Timeline) -> Vec<Attempt> {
    let mut attempts = vec![("waiting".into(), Vec::new())];
    let store = &timeline.cluster().store;
    for pod in store.pods.iter() {
        let name = &pod.metadata.name;
        let line = format!("kubectl delete pod {name} --force --grace-period=0");
        attempts.push((format!("force-deleting {name}"), vec![line]));
    }
    for set in store.stateful_sets.iter() {
        let (name, replicas) = (&set.metadata.name, set.spec.replicas);
        let scale = |count: i32| format!("kubectl scale statefulset {name} --replicas={count}");
        attempts.push((
            format!("deleting the set {name}"),
            vec![format!("kubectl delete statefulset {name}")],
        ));
        attempts.push((format!("scaling {name} to 0 and back"), vec![scale(0), scale(replicas)]));
    }
    attempts
}

/// Checks that a command of a lesson succeeds, or is rejected if the lesson says so.
pub(super) fn done(did: Vec<Did>) -> Result<(), NotationError> {
    let is_wrong = |did: &&Did| (did.output.exit != 0) != did.action.is_refused;
    let Some(Did { action, output }) = did.iter().find(is_wrong) else { return Ok(()) };
    let (message, advice) = match action.is_refused {
        true => ("the command is not rejected".into(), "write it after `do`"),
        false => (
            output.stderr.trim_end().to_owned(),
            "the commands of a step must succeed; write rejected ones after `refused`",
        ),
    };
    Err(fault(action.line, 1, message, advice))
}
