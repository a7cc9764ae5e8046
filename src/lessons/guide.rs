//! Leads through a lesson: which step it is, what it waits for, and what going on does.
//!
//! Where a visitor stands follows from the lesson, the log up to the cursor, and what was answered.

use super::{Action, Answer, Check, Condition, Goal, Guard, Lesson, Panel, Step};
use crate::api::Time;
use crate::cluster::Event;
use crate::kubectl::Output;
use crate::notation;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::rc::Rc;

/// For how long what a step waits for is looked for ahead, in milliseconds.
pub(super) const PATIENCE_MS: u64 = 30 * 60_000;

/// A step arrives so much later than its event, in milliseconds: what follows from it at once is there, too.
pub(super) const SETTLE_MS: u64 = 250;

/// For how long before the event of a step the motion is slower, if the step says so, in milliseconds.
const SLOW_MS: u64 = 1_500;

/// What a visitor does at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for what the step waits for.
    Waiting,
    /// Predicts.
    Asking,
    /// Reaches the goal.
    Acting,
    /// Has done what must not be done: the number of the guard.
    Failed(usize),
    /// Goes on.
    Arrived,
}

/// A lesson, and how far a visitor is in it.
#[derive(Clone, Debug)]
pub struct Guide {
    lesson: Rc<Lesson>,
    /// One for each step so far; never empty.
    marks: Vec<Mark>,
    /// Whether the lesson has shown how to reach the goal of the present step.
    is_shown: bool,
}

/// How a step began, and what was answered in it.
#[derive(Clone, Debug)]
struct Mark {
    recipe: Rc<str>,
    at: Time,
    /// The number of the first event that counts.
    from: u64,
    answer: Option<usize>,
    /// How many lines the visitor needed to reach the goal; none before, or if the lesson has shown how.
    used: Option<usize>,
}

/// What a visitor has achieved in a lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// How many predictions were right.
    pub right: usize,
    /// How many were made.
    pub predicted: usize,
    /// How many lines were used to reach the goals.
    pub used: usize,
    /// The fewest lines that reach these goals.
    pub par: usize,
    /// How much time of the cluster has passed, in milliseconds.
    pub ms: u64,
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
        let mark = Mark { recipe, at: Time(0), from: 0, answer: None, used: None };
        Guide { lesson, marks: vec![mark], is_shown: false }
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
        fits.then_some(Guide { lesson, marks, is_shown: false })
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
        // A state is reached at once, so what must not happen counts at once as well.
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

    /// When what the visitor waits for at an instant comes to pass, as far as is recorded. A state of the cluster is
    /// looked at where the cursor is.
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

    /// By how many steps of the speed the motion at an instant is slower: the step waits, and its event is near.
    pub fn slower(&self, timeline: &Timeline) -> u8 {
        let (now, slower) = (timeline.now(), self.step().slower);
        let is_near = || {
            let is_waiting = self.arrival(settled(timeline.events(), now)).is_none();
            let at = self.ends(timeline, now).filter(|_| is_waiting);
            at.is_some_and(|at| at.since(now) <= SLOW_MS + SETTLE_MS)
        };
        if slower > 0 && is_near() { slower } else { 0 }
    }

    /// The guard that has failed.
    pub fn guard(&self, phase: Phase) -> Option<&Guard> {
        let Phase::Failed(index) = phase else { return None };
        self.step().goal.as_ref()?.guards.get(index)
    }

    /// The caption: that of the step, or the one that belongs to what has happened before.
    pub fn caption(&self, log: &[Event]) -> &str {
        let step = self.step();
        let before = self.index().checked_sub(1).map_or(0, |before| self.marks[before].from);
        let has_happened = |condition: &Condition| {
            find(condition, log, before).is_some_and(|event| event.number < self.mark().from)
        };
        let variant = step.variants.iter().find(|(condition, _)| has_happened(condition));
        variant.map_or(&*step.say, |(_, text)| text)
    }

    /// Whether a prediction is open: asked for, or made and not yet watched to its end.
    pub fn is_predicting(&self, phase: Phase) -> bool {
        match phase {
            Phase::Asking => true,
            Phase::Waiting => self.last_answer().is_some(),
            Phase::Arrived => self.step().question.is_some() && self.step().goal.is_none(),
            Phase::Acting | Phase::Failed(_) => false,
        }
    }

    /// What is hidden while a prediction is open.
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

    /// What the visitor has achieved so far.
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

    /// Goes to the instant at which the step has arrived; whether it does within half an hour.
    pub async fn skip(&self, timeline: &mut Timeline, progress: &Progress) -> bool {
        let Some(when) = &self.step().when else { return true };
        self.seek(when, self.mark().from, timeline, progress).await
    }

    /// Goes to the instant at which the goal is reached or a guard has failed; whether one of them is within half
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

    /// Does lines where the cursor is.
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
        did
    }

    /// Does the present step again, from where it has arrived; the run that belongs there.
    pub async fn retry(&mut self, progress: &Progress) -> Option<Timeline> {
        let mut timeline = self.run(progress).await?;
        self.skip(&mut timeline, progress).await;
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
        if let Some(mark) = self.marks.last_mut() {
            mark.used = None;
        }
        self.retry(progress).await
    }

    /// The run as it was when the present step began.
    pub async fn run(&self, progress: &Progress) -> Option<Timeline> {
        Timeline::open(&self.mark().recipe, self.mark().at, progress).await.ok()
    }

    fn mark(&self) -> &Mark {
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

impl Step {
    /// The recorded ways to reach the goal.
    pub fn repairs(&self) -> impl Iterator<Item = &[Action]> {
        [&self.lines].into_iter().chain(&self.others).map(Vec::as_slice)
    }
}

/// The events whose effects are visible at an instant.
fn settled(log: &[Event], now: Time) -> &[Event] {
    &log[..log.partition_point(|event| event.time.plus(SETTLE_MS) <= now)]
}

/// When and how the events of a log decide about a goal, whichever comes first.
fn decided(goal: &Goal, log: &[Event], from: u64) -> Option<(Time, Phase)> {
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

/// How many lines a recipe has; one with a text below it counts once.
fn lines_of(recipe: &str) -> usize {
    notation::parse(recipe).map_or(0, |lines| lines.len())
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
