//! Leads through a lesson: which step it is, what it waits for, and what going on does.
//!
//! Where a visitor stands follows from the lesson, the log up to the cursor, and what was answered.

use super::{Action, Answer, Condition, Lesson, Step};
use crate::api::Time;
use crate::cluster::Event;
use crate::kubectl::Output;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::rc::Rc;

/// For how long what a step waits for is looked for ahead, in milliseconds.
pub(super) const PATIENCE_MS: u64 = 30 * 60_000;

/// A step arrives so much later than its event, in milliseconds: what follows from it at once is there, too.
const SETTLE_MS: u64 = 250;

/// What a visitor does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for what the step waits for.
    Waiting,
    /// Predicts.
    Asking,
    /// Reaches the goal.
    Acting,
    /// Goes on.
    Arrived,
}

/// A lesson, and how far a visitor is in it.
#[derive(Clone, Debug)]
pub struct Guide {
    lesson: Rc<Lesson>,
    /// One for each step so far; never empty.
    marks: Vec<Mark>,
}

/// How a step began, and what was answered in it.
#[derive(Clone, Debug)]
struct Mark {
    recipe: Rc<str>,
    at: Time,
    /// The number of the first event that counts.
    from: u64,
    answer: Option<usize>,
}

/// A line of the lesson that was done, and what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Did {
    /// The line.
    pub action: Action,
    /// What it printed.
    pub output: Output,
}

impl Guide {
    /// The first step of a lesson; the timeline is that of its recipe, and goes to where the lesson begins.
    pub async fn new(lesson: Rc<Lesson>, timeline: &mut Timeline, progress: &Progress) -> Guide {
        let begin = lesson.begin.clone();
        let mut guide = Guide::at_start(lesson, timeline);
        if let Some(begin) = &begin
            && guide.seek(begin, 0, timeline, progress).await
            && let Some(mark) = guide.marks.last_mut()
        {
            mark.at = timeline.now();
            mark.from = find(begin, timeline.events(), 0).map_or(0, |event| event.number + 1);
        }
        guide
    }

    /// The first step of a lesson that begins at instant 0.
    pub fn at_start(lesson: Rc<Lesson>, timeline: &Timeline) -> Guide {
        let recipe = timeline.recipe().into();
        Guide { lesson, marks: vec![Mark { recipe, at: Time(0), from: 0, answer: None }] }
    }

    /// How far the visitor is, as texts, from which [`Guide::resume`] makes the same again.
    pub fn kept(&self) -> Vec<String> {
        let texts = |mark: &Mark| {
            let answer = mark.answer.map_or_else(String::new, |answer| answer.to_string());
            [mark.recipe.to_string(), mark.at.0.to_string(), mark.from.to_string(), answer]
        };
        self.marks.iter().flat_map(texts).collect()
    }

    /// A visitor who was there before; none if the texts are not of this lesson.
    pub fn resume(lesson: Rc<Lesson>, kept: &[String]) -> Option<Guide> {
        let mark = |texts: &[String]| {
            let [recipe, at, from, answer] = texts else { return None };
            let (at, from) = (Time(at.parse().ok()?), from.parse().ok()?);
            Some(Mark { recipe: recipe.as_str().into(), at, from, answer: answer.parse().ok() })
        };
        let marks: Vec<Mark> = kept.chunks(4).map(mark).collect::<Option<_>>()?;
        let fits = (1..=lesson.steps.len()).contains(&marks.len());
        fits.then_some(Guide { lesson, marks })
    }

    /// The lesson.
    pub fn lesson(&self) -> &Rc<Lesson> {
        &self.lesson
    }

    /// The index of the present step.
    pub fn index(&self) -> usize {
        self.marks.len().saturating_sub(1)
    }

    /// The present step.
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.index()]
    }

    /// Whether it is the last one.
    pub fn is_last(&self) -> bool {
        self.marks.len() >= self.lesson.steps.len()
    }

    /// Which answer was chosen.
    pub fn chosen(&self) -> Option<usize> {
        self.mark().answer
    }

    /// Chooses an answer to the question; another one may be chosen later.
    pub fn choose(&mut self, index: usize) {
        let known = self.step().question.as_ref().map_or(0, |question| question.answers.len());
        if let Some(mark) = self.marks.last_mut()
            && index < known
        {
            mark.answer = Some(index);
        }
    }

    /// The recipe with which the present step began.
    pub fn recipe(&self) -> &Rc<str> {
        &self.mark().recipe
    }

    /// When the present step began.
    pub fn began(&self) -> Time {
        self.mark().at
    }

    /// What the visitor does when the cursor is here.
    pub fn phase(&self, log: &[Event], now: Time) -> Phase {
        let log = &log[..log.partition_point(|event| event.time.plus(SETTLE_MS) <= now)];
        let Some(arrival) = self.arrival(log) else { return Phase::Waiting };
        let step = self.step();
        if step.question.is_some() && self.chosen().is_none() {
            return Phase::Asking;
        }
        match &step.goal {
            Some(goal) if find(&goal.condition, log, arrival).is_none() => Phase::Acting,
            _ => Phase::Arrived,
        }
    }

    /// When what the visitor waits for comes to pass, as far as is recorded.
    pub fn ends(&self, log: &[Event], now: Time) -> Option<Time> {
        let at = |condition, from| Some(find(condition, log, from)?.time.plus(SETTLE_MS));
        match self.phase(log, now) {
            Phase::Waiting => at(self.step().when.as_ref()?, self.mark().from),
            Phase::Acting => at(&self.step().goal.as_ref()?.condition, self.arrival(log)?),
            Phase::Asking | Phase::Arrived => None,
        }
    }

    /// Goes to the instant at which the step has arrived; whether it does within half an hour.
    pub async fn skip(&self, timeline: &mut Timeline, progress: &Progress) -> bool {
        let Some(when) = &self.step().when else { return true };
        self.seek(when, self.mark().from, timeline, progress).await
    }

    /// Goes to the instant at which the goal is reached; whether it is within half an hour.
    pub async fn skip_to_goal(&self, timeline: &mut Timeline, progress: &Progress) -> bool {
        let Some(goal) = &self.step().goal else { return true };
        let from = self.arrival(timeline.events()).unwrap_or_default();
        self.seek(&goal.condition, from, timeline, progress).await
    }

    /// Goes to the instant at which the condition is met.
    async fn seek(
        &self,
        condition: &Condition,
        from: u64,
        timeline: &mut Timeline,
        progress: &Progress,
    ) -> bool {
        let limit = self.mark().at.plus(PATIENCE_MS);
        let mut at = Some(self.mark().at);
        loop {
            // What is looked for may have been recorded together with what came before it.
            if let Some(event) = find(condition, timeline.events(), from) {
                let time = event.time.plus(SETTLE_MS);
                timeline.seek_in_slices(time, progress).await;
                return true;
            }
            let Some(after) = at else { return false };
            let next = timeline.next_event_in_slices(after, PATIENCE_MS, progress).await;
            at = next.filter(|next| *next <= limit);
        }
    }

    /// Does the lines of the present step, at the instant at which it arrived.
    pub async fn perform(&self, timeline: &mut Timeline, progress: &Progress) -> Vec<Did> {
        self.skip(timeline, progress).await;
        let mut did = Vec::new();
        for action in &self.step().lines {
            let output = timeline.run_line_in_slices(&action.text, progress).await;
            did.push(Did { action: action.clone(), output });
        }
        did
    }

    /// Whether going on would do just this line.
    pub fn expects(&self, line: &str) -> bool {
        let step = self.step();
        step.goal.is_none()
            && matches!(step.lines.as_slice(), [only] if only.text.split_whitespace().eq(line.split_whitespace()))
    }

    /// Goes on to the next step, if there is one: does what is to be done before it.
    pub async fn go_on(&mut self, timeline: &mut Timeline, progress: &Progress) -> Vec<Did> {
        let mut did = Vec::new();
        if self.is_last() {
            return did;
        }
        let mut from = self.arrival(timeline.events()).unwrap_or_default();
        if let Some(goal) = &self.step().goal {
            let reached = find(&goal.condition, timeline.events(), from);
            from = reached.map_or(from, |event| event.number + 1);
        } else {
            self.skip(timeline, progress).await;
            if !self.step().lines.is_empty() {
                from = recorded(timeline);
                did = self.perform(timeline, progress).await;
            }
        }
        let recipe = timeline.recipe().into();
        self.marks.push(Mark { recipe, at: timeline.now(), from, answer: None });
        did
    }

    /// Whether the lesson goes on to the next step by itself when the cursor is here.
    pub fn continues(&self, log: &[Event], now: Time) -> bool {
        let step = self.step();
        let is_plain = step.question.is_none() && step.goal.is_none() && step.lines.is_empty();
        self.lesson.is_continuous
            && is_plain
            && !self.is_last()
            && self.phase(log, now) == Phase::Arrived
    }

    /// Goes on to the next step of a run that plays on; see [`Guide::continues`].
    pub fn pass(&mut self, timeline: &Timeline) {
        let from = self.arrival(timeline.events()).unwrap_or_default();
        let mark = Mark { at: timeline.now(), from, answer: None, ..self.mark().clone() };
        self.marks.push(mark);
    }

    /// The answer to the question of the step before, if that had one.
    pub fn last_answer(&self) -> Option<&Answer> {
        let before = self.index().checked_sub(1)?;
        let question = self.lesson.steps[before].question.as_ref()?;
        question.answers.get(self.marks[before].answer?)
    }

    /// Goes back to the step before, if there is one; the run that belongs there, at its instant.
    pub async fn back(&mut self, progress: &Progress) -> Option<Timeline> {
        if self.marks.len() < 2 {
            return None;
        }
        self.marks.pop();
        let mut timeline = self.run(progress).await?;
        self.skip(&mut timeline, progress).await;
        Some(timeline)
    }

    /// The run as it was when the present step began.
    pub async fn run(&self, progress: &Progress) -> Option<Timeline> {
        Timeline::open(&self.mark().recipe, self.mark().at, progress).await.ok()
    }

    fn mark(&self) -> &Mark {
        &self.marks[self.index()]
    }

    /// The number of the first event after the arrival of the step; `None` if it has not arrived.
    fn arrival(&self, log: &[Event]) -> Option<u64> {
        let from = self.mark().from;
        match &self.step().when {
            Some(when) => find(when, log, from).map(|event| event.number + 1),
            None => Some(from),
        }
    }
}

/// The event of the log, from this number on, that meets the condition.
pub(super) fn find<'a>(condition: &Condition, log: &'a [Event], from: u64) -> Option<&'a Event> {
    let first = log.partition_point(|event| event.number < from);
    let mut met = log[first..].iter().filter(|event| condition.is_met_by(event));
    met.nth(condition.times.saturating_sub(1))
}

/// The number of the first event after the cursor.
fn recorded(timeline: &Timeline) -> u64 {
    let events = timeline.events();
    events.partition_point(|event| event.time <= timeline.now()) as u64
}
