//! A recorded run that can be rewound: recipe, checkpoints, event log, cursor.
//!
//! A recipe is the seed, the starting manifests and timed command lines in the line notation. Running
//! it records events and, now and then, a checkpoint (a cheap clone of the whole simulation). Going
//! to an instant means: the nearest checkpoint at or before it, then step on. Acting in the past
//! drops what came after and records anew. The recorder may run ahead of the cursor, so that the next
//! event is known before it is shown.

pub mod cadence;
pub mod check;
pub mod json;
pub mod playback;
pub mod random;

use crate::api::Time;
use crate::cluster::{Cluster, Event};
use crate::kubectl::{self, Done, Output};
use crate::notation::{self, Heredoc, Line, NotationError};
use crate::sim::{Command, Setup, Sim};
use std::rc::Rc;

/// A checkpoint is taken after so many steps of the recorder.
const STEPS_PER_CHECKPOINT: u64 = 64;
/// The version of the rules: raised when the same recipe plays differently than before.
const RULES: u32 = 1;
/// When there are so many checkpoints, every other one is dropped.
const CHECKPOINTS_MAX: usize = 1024;

/// A recorded run and a cursor in it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The lines of the recipe: the setup first, then the commands, in order of time.
    lines: Rc<Vec<Line>>,
    /// What is shown.
    view: Point,
    /// What records, at or ahead of the cursor.
    head: Point,
    checkpoints: Vec<Point>,
    events: Vec<Event>,
    visited: Time,
}

/// A `kubectl get -w`, or a drain, that goes on as the cursor does.
#[derive(Clone, Debug)]
pub struct Watch {
    point: Point,
    log: Vec<Event>,
    watch: kubectl::Watch,
}

/// A simulation, and how many lines of the recipe it has behind it.
#[derive(Clone, Debug)]
struct Point {
    sim: Sim,
    lines_done: usize,
}

impl Timeline {
    /// Reads a recipe and runs it to instant 0. Errors: those of the notation, and, at instant 0, lines
    /// that are refused, each with its place in the recipe.
    pub fn new(recipe: &str) -> Result<Timeline, Vec<NotationError>> {
        let lines = notation::parse(recipe)?;
        let (setup, first_command) = read_setup(&lines)?;
        let start = Point { sim: Sim::new(&setup), lines_done: first_command };
        let mut timeline = Timeline {
            lines: Rc::new(lines),
            view: start.clone(),
            head: start.clone(),
            checkpoints: vec![start],
            events: Vec::new(),
            visited: Time(0),
        };
        timeline.start()?;
        timeline.view = timeline.head.clone();
        Ok(timeline)
    }

    /// Runs the lines of instant 0, none of which may be refused.
    fn start(&mut self) -> Result<(), Vec<NotationError>> {
        let mut errors = Vec::new();
        self.head.sim.run_to(Time(0), &mut self.events);
        let lines = self.lines.clone();
        while let Some(line) = lines.get(self.head.lines_done).filter(|line| line.at_ms == 0) {
            let Done { output, .. } = perform(&mut self.head, line, &[], &mut self.events);
            if output.exit != 0 {
                errors.push(refusal(line, &output));
            }
            self.head.sim.run_to(Time(0), &mut self.events);
            self.head.lines_done += 1;
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// The cluster at the cursor.
    pub fn cluster(&self) -> &Cluster {
        &self.view.sim.cluster
    }

    /// The cursor.
    pub fn now(&self) -> Time {
        self.view.sim.cluster.now
    }

    /// How many steps of the simulation and lines of the recipe lie before the cursor. As long as the
    /// recipe stays the same, the cluster is the same where these are, but for its clock.
    pub fn steps(&self) -> [u64; 2] {
        [self.view.sim.steps(), self.view.lines_done as u64]
    }

    /// Moves the cursor, backwards or forwards; forwards beyond what is recorded, the run goes on.
    pub fn seek(&mut self, to: Time) {
        self.record(to);
        let is_before = |point: &&Point| point.sim.cluster.now <= to;
        let nearest = self.checkpoints.iter().rfind(is_before);
        let is_better = |point: &&Point| to < self.now() || point.sim.cluster.now > self.now();
        if let Some(point) = nearest.filter(is_better) {
            self.view = point.clone();
        }
        advance(&mut self.view, &self.lines, to, &mut Vec::new());
        self.visited = self.visited.max(to);
    }

    /// Records up to an instant.
    fn record(&mut self, to: Time) {
        while self.record_once(to) {}
    }

    /// Records one more step or line, if there is one at or before `to`.
    fn record_once(&mut self, to: Time) -> bool {
        let went_on = advance_once(&mut self.head, &self.lines, to, &mut self.events);
        let last = self.checkpoints.last().map_or(0, |point| point.sim.steps());
        if self.head.sim.steps().saturating_sub(last) >= STEPS_PER_CHECKPOINT {
            self.checkpoints.push(self.head.clone());
            if self.checkpoints.len() >= CHECKPOINTS_MAX {
                self.thin_out();
            }
        }
        went_on
    }

    /// Drops every other checkpoint.
    fn thin_out(&mut self) {
        let mut index = 0;
        self.checkpoints.retain(|_| {
            index += 1;
            index % 2 == 1
        });
    }

    /// Does what a terminal line says, at the cursor. If the line changes something, what was recorded
    /// after the cursor is dropped, and the line becomes part of the recipe.
    pub fn run_line(&mut self, line: &str) -> Output {
        match notation::parse_line(line) {
            Ok(line) => self.act(line),
            Err(error) => Output::complaint(format!("error: {error}\n")),
        }
    }

    /// What a terminal line that was just done goes on to print: none unless it is a `kubectl get -w`, or a
    /// drain.
    pub fn watch(&self, line: &str) -> Option<Watch> {
        let line = notation::parse_line(line).ok()?;
        let now = self.now();
        let log: Vec<Event> =
            self.events.iter().take_while(|event| event.time <= now).cloned().collect();
        let watch = kubectl::Watch::begin(&self.view.sim, &line, &log)?;
        Some(Watch { point: self.view.clone(), log, watch })
    }

    /// What a watch prints on the way to the cursor, change by change; none if it is over, or the cursor went
    /// back.
    pub fn follow(&self, watch: &mut Watch) -> Option<String> {
        let Watch { point, log, watch } = watch;
        let mut text = String::new();
        while point.sim.cluster.now <= self.now() {
            let went_on = advance_once(point, &self.lines, self.now(), log);
            text += &watch.follow(&point.sim, log);
            if !went_on {
                return (!watch.is_over() || !text.is_empty()).then_some(text);
            }
        }
        None
    }

    /// The ways in which the last word of a terminal line can go on.
    pub fn complete(&self, line: &str) -> Vec<String> {
        kubectl::complete(&self.view.sim, line, line.len())
    }

    /// The objects of the cluster at the cursor as JSON, as Kubernetes writes them:
    /// `{"t": ms, "kind": "List", "items": [...]}`.
    pub fn state(&self) -> String {
        let list = kubectl::state(self.cluster());
        format!("{{\"t\":{},{}", self.now().0, list.trim_start_matches('{'))
    }

    /// `kubectl apply -f -` with this text, at the cursor.
    pub fn apply(&mut self, yaml: &str) -> Output {
        match with_text("kubectl apply -f -", yaml) {
            Ok(line) => self.act(line),
            Err(error) => Output::complaint(error.to_string()),
        }
    }

    /// The manifest that was applied last, as it was written.
    pub fn applied(&self) -> Option<&str> {
        let lines = self.lines.get(..self.view.lines_done).unwrap_or_default();
        let is_apply = |line: &&Line| line.source.starts_with("kubectl apply");
        let last = lines.iter().filter(is_apply).rfind(|line| line.heredoc.is_some())?;
        last.heredoc.as_ref().map(|heredoc| heredoc.text.as_str())
    }

    /// `kubectl diff -f -` with this text, at the cursor.
    pub fn diff(&self, yaml: &str) -> Output {
        match with_text("kubectl diff -f -", yaml) {
            Ok(line) => {
                perform(&mut self.view.clone(), &line, &self.events, &mut Vec::new()).output
            }
            Err(error) => Output::complaint(error.to_string()),
        }
    }

    fn act(&mut self, line: Line) -> Output {
        let mut trial = self.view.clone();
        let mut events = Vec::new();
        let Done { output, changed } = perform(&mut trial, &line, &self.events, &mut events);
        if !changed {
            return output;
        }
        self.drop_future();
        let now = self.now();
        trial.sim.run_to(now, &mut events);
        trial.lines_done += 1;
        let lines = Rc::make_mut(&mut self.lines);
        lines.push(Line { at_ms: now.0, ..line });
        self.events.extend(events);
        self.view = trial.clone();
        self.head = trial;
        output
    }

    /// Drops what lies after the cursor: events, checkpoints, lines of the recipe.
    fn drop_future(&mut self) {
        let kept = self.view.sim.next_event();
        self.events.retain(|event| event.number < kept);
        let steps = self.view.sim.steps();
        let lines = self.view.lines_done;
        self.checkpoints.retain(|point| point.sim.steps() <= steps && point.lines_done <= lines);
        Rc::make_mut(&mut self.lines).truncate(lines);
        self.visited = self.now();
    }

    /// Every event recorded so far, in order; some may lie after the cursor.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The instant of the first event after `after`, if there is one within the next `within_ms`;
    /// records ahead of the cursor as far as needed.
    pub fn next_event_after(&mut self, after: Time, within_ms: u64) -> Option<Time> {
        let limit = after.plus(within_ms);
        loop {
            let index = self.events.partition_point(|event| event.time <= after);
            if let Some(event) = self.events.get(index) {
                return (event.time <= limit).then_some(event.time);
            }
            if !self.record_once(limit) {
                return None;
            }
        }
    }

    /// What would happen next if nobody did anything more: the first events, at most `count`, of the
    /// next `within_ms`.
    pub fn foresee(&self, within_ms: u64, count: usize) -> Vec<Event> {
        let mut sim = self.view.sim.clone();
        let until = self.now().plus(within_ms);
        let mut events = Vec::new();
        while events.len() < count && sim.step(until, &mut events) {}
        events.truncate(count);
        events
    }

    /// The end of what is worth showing: the last command of the recipe, the last instant that the
    /// cursor visited.
    pub fn end(&self) -> Time {
        let last = self.lines.last().map_or(Time(0), |line| Time(line.at_ms));
        last.max(self.visited)
    }

    /// The recipe so far, in the line notation.
    pub fn recipe(&self) -> String {
        notation::print(&self.lines)
    }

    /// By which rules the run was played, and a hash of its log up to the cursor: `1.9f3a2c11`. Whoever
    /// plays the recipe and gets another value plays it by other rules.
    pub fn rules(&self) -> String {
        let mut hash = 0x811c_9dc5_u32;
        for event in self.events.iter().take_while(|event| event.time <= self.now()) {
            for byte in event.to_string().bytes() {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        format!("{RULES}.{hash:08x}")
    }

    /// How many checkpoints are kept.
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }
}

/// A line with a text below it.
fn with_text(line: &str, text: &str) -> Result<Line, NotationError> {
    let mut text = text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let heredoc = Some(Heredoc { text, first_line: 1 });
    Ok(Line { heredoc, ..notation::parse_line(line)? })
}

/// Runs to an instant.
fn advance(point: &mut Point, lines: &[Line], to: Time, log: &mut Vec<Event>) {
    while advance_once(point, lines, to, log) {}
    point.sim.run_to(to, log);
}

/// Does the next step or the next line, whichever is first; what is due at the instant of a line comes
/// before it. Answers whether there was one at or before `to`; if not, the clock stands at `to`.
fn advance_once(point: &mut Point, lines: &[Line], to: Time, log: &mut Vec<Event>) -> bool {
    let line = lines.get(point.lines_done).filter(|line| line.at_ms <= to.0);
    let until = line.map_or(to, |line| Time(line.at_ms));
    if point.sim.step(until, log) {
        return true;
    }
    point.sim.run_to(until, log);
    let Some(line) = line else { return false };
    point.lines_done += 1;
    perform(point, line, &[], log);
    true
}

/// Does what a line says; a refusal is part of the story.
fn perform(point: &mut Point, line: &Line, past: &[Event], log: &mut Vec<Event>) -> Done {
    let done = kubectl::run(&mut point.sim, line, past, log);
    if done.output.exit != 0 {
        point.sim.perform(&Command::Refused(done.output.stderr.clone()), log);
    }
    done
}

/// Reads the lines that describe the cluster; answers how many there are.
fn read_setup(lines: &[Line]) -> Result<(Setup, usize), Vec<NotationError>> {
    let mut setup = Setup::default();
    let mut count = 0;
    let mut errors = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match setup.read(line) {
            Ok(true) if index == count && line.at_ms == 0 => count += 1,
            Ok(true) => errors.push(NotationError {
                line: line.number,
                column: 1,
                message: format!("\"{}\" comes too late", line.source),
                suggestion: "what describes the cluster stands before the first command".into(),
            }),
            Ok(false) => {}
            Err(error) => {
                errors.push(error);
                count = index + 1;
            }
        }
    }
    if errors.is_empty() { Ok((setup, count)) } else { Err(errors) }
}

/// A refused line as an error of the recipe.
fn refusal(line: &Line, output: &Output) -> NotationError {
    NotationError {
        line: line.number,
        column: 1,
        message: format!("{}\n{}", output.stderr.trim_end(), output.advice.trim_end())
            .trim_end()
            .to_owned(),
        suggestion: "what happens at instant 0 must succeed; refusals later are part of the story"
            .into(),
    }
}
