//! Leads through a lesson: which step it is, what it waits for, and what going on does.
//!
//! Where a visitor stands follows from the lesson, the log up to the cursor, and what was answered.

use super::moments::{SETTLE_MS, decided, find, lines_of, recorded, settled};
use super::{Action, Check, Condition, Did, Lesson, Phase, Step};
use crate::api::Time;
use crate::cluster::Event;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::rc::Rc;

/// For how long what a step waits for is looked for ahead, in milliseconds.
pub(super) const PATIENCE_MS: u64 = 30 * 60_000;

/// A lesson, and how far a visitor is in it.
#[derive(Clone, Debug)]
pub struct Guide {
    pub(super) lesson: Rc<Lesson>,
    /// One for each step so far; never empty.
    pub(super) marks: Vec<Mark>,
    /// When the current step arrives, if its motion is slower just before that.
    pub(super) decisive: Option<Time>,
    /// Whether the lesson has shown how to reach the goal of the current step.
    is_shown: bool,
}

/// How a step began, and what was answered in it.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    recipe: Rc<str>,
    pub(super) at: Time,
    /// The number of the first event that counts.
    pub(super) from: u64,
    pub(super) answer: Option<usize>,
    /// How many commands the visitor used to reach the goal; none before, or if the lesson has shown how.
    pub(super) used: Option<usize>,
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
        guide.foresee(timeline, progress).await;
        guide
    }

    /// The first step of a lesson that begins at instant 0.
    pub fn at_start(lesson: Rc<Lesson>, timeline: &Timeline) -> Guide {
        let recipe = timeline.recipe().into();
        let mark = Mark { recipe, at: Time(0), from: 0, answer: None, used: None };
        Guide { lesson, marks: vec![mark], decisive: None, is_shown: false }
    }

    /// How far the visitor is, as texts, from which [`Guide::resume`] makes the same again.
    pub fn kept(&self) -> Vec<String> {
        let texts = |mark: &Mark| {
            let number =
                |number: Option<usize>| number.map_or_else(String::new, |it| it.to_string());
            let (answer, used) = (number(mark.answer), number(mark.used));
            [mark.recipe.to_string(), mark.at.0.to_string(), mark.from.to_string(), answer, used]
        };
        self.marks.iter().flat_map(texts).collect()
    }

    /// A visitor who was there before; none if the texts are not of this lesson.
    pub fn resume(lesson: Rc<Lesson>, kept: &[String]) -> Option<Guide> {
        let mark = |texts: &[String]| {
            let [recipe, at, from, answer, used] = texts else { return None };
            let (at, from) = (Time(at.parse().ok()?), from.parse().ok()?);
            let (answer, used) = (answer.parse().ok(), used.parse().ok());
            Some(Mark { recipe: recipe.as_str().into(), at, from, answer, used })
        };
        let marks: Vec<Mark> = kept.chunks(5).map(mark).collect::<Option<_>>()?;
        let fits = (1..=lesson.steps.len()).contains(&marks.len());
        fits.then_some(Guide { lesson, marks, decisive: None, is_shown: false })
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
    pub fn phase(&self, timeline: &Timeline) -> Phase {
        let (events, now) = (timeline.events(), timeline.now());
        let log = settled(events, now);
        let Some(arrival) = self.arrival(log) else { return Phase::Waiting };
        let step = self.step();
        if step.question.is_some() && self.chosen().is_none() {
            return Phase::Asking;
        }
        let Some(goal) = &step.goal else { return Phase::Arrived };
        // A state is checked at the cursor, so guards are, too.
        let log = match &goal.check {
            Check::Event(_) => log,
            Check::State(_) => &events[..events.partition_point(|event| event.time <= now)],
        };
        let holds = |check: &Check| check.state().is_some_and(|it| it.is_so(timeline.cluster()));
        match decided(goal, log, arrival) {
            Some((_, outcome)) => outcome,
            None if holds(&goal.check) => Phase::Arrived,
            None => {
                let failed = goal.guards.iter().position(|guard| holds(&guard.check));
                failed.map_or(Phase::Acting, Phase::Failed)
            }
        }
    }

    /// When the step arrives, or its goal or a guard is met, if recorded. A state of the cluster is checked at the
    /// cursor.
    pub fn ends(&self, timeline: &Timeline, from: Time) -> Option<Time> {
        let log = timeline.events();
        let Some(arrival) = self.arrival(settled(log, from)) else {
            let event = find(self.step().when.as_ref()?, log, self.mark().from)?;
            return Some(event.time.plus(SETTLE_MS));
        };
        let goal = self.step().goal.as_ref()?;
        if self.step().question.is_some() && self.chosen().is_none()
            || decided(goal, settled(log, from), arrival).is_some()
        {
            return None;
        }
        let event = decided(goal, log, arrival).map(|(time, _)| time.plus(SETTLE_MS));
        let mut states = goal.guards.iter().map(|it| &it.check).chain([&goal.check]);
        let holds = states.any(|it| it.state().is_some_and(|it| it.is_so(timeline.cluster())));
        event.or_else(|| holds.then(|| timeline.now()))
    }

    /// Seeks to the instant at which the step arrives. Returns false if it does not arrive within half an hour.
    pub async fn skip(&self, timeline: &mut Timeline, progress: &Progress) -> bool {
        let Some(when) = &self.step().when else { return true };
        self.seek(when, self.mark().from, timeline, progress).await
    }

    /// Seeks to the instant at which the goal is reached or a guard fails. Returns false if neither happens within half
    /// an hour.
    pub async fn skip_to_goal(&self, timeline: &mut Timeline, progress: &Progress) -> bool {
        let limit = timeline.now().plus(PATIENCE_MS);
        loop {
            if matches!(self.phase(timeline), Phase::Arrived | Phase::Failed(_)) {
                return true;
            }
            let now = timeline.now();
            let at = match self.ends(timeline, now) {
                Some(at) => Some(at),
                None => timeline.next_event_in_slices(now, PATIENCE_MS, progress).await,
            };
            let Some(at) = at.filter(|at| *at > now && *at <= limit) else { return false };
            timeline.seek_in_slices(at, progress).await;
        }
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
        self.perform_lines(&self.step().lines, timeline, progress).await
    }

    /// Shows how the goal is reached: it no longer counts.
    pub async fn show(&mut self, timeline: &mut Timeline, progress: &Progress) -> Vec<Did> {
        self.is_shown = true;
        self.perform(timeline, progress).await
    }

    /// Runs commands at the cursor.
    pub(super) async fn perform_lines(
        &self,
        lines: &[Action],
        timeline: &mut Timeline,
        progress: &Progress,
    ) -> Vec<Did> {
        let mut did = Vec::new();
        for action in lines {
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
            let reached = match &goal.check {
                Check::Event(condition) => find(condition, timeline.events(), from),
                Check::State(_) => None,
            };
            from = reached.map_or_else(|| recorded(timeline), |event| event.number + 1);
            let before = lines_of(&self.mark().recipe);
            let used = lines_of(&timeline.recipe()).saturating_sub(before);
            let is_own = !std::mem::take(&mut self.is_shown);
            if let Some(mark) = self.marks.last_mut() {
                mark.used = is_own.then_some(used);
            }
        } else {
            self.skip(timeline, progress).await;
            if !self.step().lines.is_empty() {
                from = recorded(timeline);
                did = self.perform(timeline, progress).await;
            }
        }
        let recipe = timeline.recipe().into();
        self.marks.push(Mark { recipe, at: timeline.now(), from, answer: None, used: None });
        self.foresee(timeline, progress).await;
        did
    }

    /// Restarts the current step where it arrived. Returns the run at that point.
    pub async fn retry(&mut self, progress: &Progress) -> Option<Timeline> {
        let mut timeline = self.run(progress).await?;
        self.skip(&mut timeline, progress).await;
        self.decisive = self.step().when.as_ref().map(|_| timeline.now());
        Some(timeline)
    }

    /// Whether the lesson goes on to the next step by itself when the cursor is here.
    pub fn continues(&self, timeline: &Timeline) -> bool {
        let step = self.step();
        let is_plain = step.question.is_none() && step.goal.is_none() && step.lines.is_empty();
        self.lesson.is_continuous
            && is_plain
            && !self.is_last()
            && self.phase(timeline) == Phase::Arrived
    }

    /// Goes on to the next step of a run that plays on; see [`Guide::continues`].
    pub fn pass(&mut self, timeline: &Timeline) {
        let from = self.arrival(timeline.events()).unwrap_or_default();
        let mark =
            Mark { at: timeline.now(), from, answer: None, used: None, ..self.mark().clone() };
        self.marks.push(mark);
    }

    /// Goes back to the step before, if there is one; the run that belongs there, at its instant.
    pub async fn back(&mut self, progress: &Progress) -> Option<Timeline> {
        if self.marks.len() < 2 {
            return None;
        }
        self.marks.pop();
        if let Some(mark) = self.marks.last_mut() {
            mark.used = None;
        }
        self.retry(progress).await
    }

    /// The run as it was when the present step began.
    pub async fn run(&self, progress: &Progress) -> Option<Timeline> {
        Timeline::open(&self.mark().recipe, self.mark().at, progress).await.ok()
    }

    /// Finds when the current step arrives, if its motion is slower just before that.
    async fn foresee(&mut self, timeline: &Timeline, progress: &Progress) {
        self.decisive = None;
        if self.step().slower > 0 {
            let mut ahead = timeline.clone();
            let arrives = self.skip(&mut ahead, progress).await;
            self.decisive = arrives.then(|| ahead.now());
        }
    }

    pub(super) fn mark(&self) -> &Mark {
        &self.marks[self.index()]
    }

    /// The number of the first event after the arrival of the step; `None` if it has not arrived.
    pub(super) fn arrival(&self, log: &[Event]) -> Option<u64> {
        let from = self.mark().from;
        match &self.step().when {
            Some(when) => find(when, log, from).map(|event| event.number + 1),
            None => Some(from),
        }
    }
}
