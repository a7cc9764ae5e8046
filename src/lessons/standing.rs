//! The state of a lesson for its visitor: what is shown, what is masked, and the results.

use super::moments::find;
use super::{Action, Answer, Condition, Guard, Guide, Panel, Step};
use crate::api::Time;
use crate::cluster::Event;
use crate::kubectl::Output;

/// How long before the event of a step playback is slower, in milliseconds, if the step has `pace`.
const SLOW_MS: u64 = 1_750;

/// What a visitor can do at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for the event of the step.
    Waiting,
    /// Predicts.
    Asking,
    /// Reaches the goal.
    Acting,
    /// Has done what must not be done: the number of the guard.
    Failed(usize),
    /// Continues.
    Arrived,
}

/// The results of a visitor in a lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// How many predictions were right.
    pub right: usize,
    /// How many predictions were made.
    pub predicted: usize,
    /// How many commands were used to reach the goals.
    pub used: usize,
    /// The fewest commands that reach these goals.
    pub par: usize,
    /// How much time of the cluster has passed, in milliseconds.
    pub ms: u64,
}

/// A command of the lesson, and its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Did {
    /// The line.
    pub action: Action,
    /// What it printed.
    pub output: Output,
}

impl Guide {
    /// The answer to the question of the step before, if that had one.
    pub fn last_answer(&self) -> Option<&Answer> {
        let before = self.index().checked_sub(1)?;
        let question = self.lesson.steps[before].question.as_ref()?;
        question.answers.get(self.marks[before].answer?)
    }

    /// How many speed steps slower playback is at an instant, because the event of the step is near.
    pub fn slower(&self, now: Time) -> u8 {
        let is_near = |at: &Time| *at > now && at.since(now) <= SLOW_MS;
        self.decisive.filter(is_near).map_or(0, |_| self.step().slower)
    }

    /// The guard that has failed.
    pub fn guard(&self, phase: Phase) -> Option<&Guard> {
        let Phase::Failed(index) = phase else { return None };
        self.step().goal.as_ref()?.guards.get(index)
    }

    /// The caption of the step, or the alternative for earlier events.
    pub fn caption(&self, log: &[Event]) -> &str {
        let step = self.step();
        let before = self.index().checked_sub(1).map_or(0, |before| self.marks[before].from);
        let has_happened = |condition: &Condition| {
            find(condition, log, before).is_some_and(|event| event.number < self.mark().from)
        };
        let variant = step.variants.iter().find(|(condition, _)| has_happened(condition));
        variant.map_or(&*step.say, |(_, text)| text)
    }

    /// Whether a prediction is open: the question is asked, or the answer has not been watched to the end.
    pub fn is_predicting(&self, phase: Phase) -> bool {
        match phase {
            Phase::Asking => true,
            Phase::Waiting => self.last_answer().is_some(),
            Phase::Arrived => self.step().question.is_some() && self.step().goal.is_none(),
            Phase::Acting | Phase::Failed(_) => false,
        }
    }

    /// The panels that are hidden while a prediction is open.
    pub fn masked(&self, phase: Phase) -> &[Panel] {
        if self.lesson.is_continuous || !self.is_predicting(phase) {
            return &[];
        }
        let asked = match phase {
            Phase::Waiting => self.lesson.steps.get(self.index().wrapping_sub(1)),
            _ => Some(self.step()),
        };
        asked.and_then(|step| step.mask.as_deref()).unwrap_or(&Panel::MASKED)
    }

    /// The results so far.
    pub fn results(&self, now: Time) -> Results {
        let mut results = Results { ms: now.since(self.marks[0].at), ..Results::default() };
        for (mark, step) in self.marks.iter().zip(&self.lesson.steps) {
            let answers = step.question.iter().flat_map(|it| &it.answers);
            if let Some(answer) = mark.answer.and_then(|index| answers.clone().nth(index)) {
                results.predicted += 1;
                results.right += usize::from(answer.is_right);
            }
            if let Some(used) = mark.used {
                results.used += used;
                results.par += step.repairs().map(<[Action]>::len).min().unwrap_or_default();
            }
        }
        results
    }
}

impl Step {
    /// The solutions of the goal.
    pub fn repairs(&self) -> impl Iterator<Item = &[Action]> {
        [&self.lines].into_iter().chain(&self.others).map(Vec::as_slice)
    }
}
