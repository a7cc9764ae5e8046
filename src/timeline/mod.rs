//! A recorded run that can be rewound: recipe, checkpoints, event log, cursor.
//!
//! A recipe is the seed, the starting manifests and timed command lines in the line notation. Running
//! it records events and, now and then, a checkpoint (a cheap clone of the whole simulation). Going
//! to an instant means: the nearest checkpoint at or before it, then step on. Acting in the past
//! drops what came after and records the new future. The recorder may run ahead of the cursor, so that
//! the next event is known before it is shown.
//!
//! Long operations come in two forms: blocking ([`Timeline::seek`], [`Timeline::run_line`]), and in slices
//! ([`Seek`], [`LineRun`], [`Timeline::open`]) for a page that has to stay responsive.

pub mod check;
mod checkpoints;
pub mod compare;
mod export;
mod foresight;
pub mod json;
mod line;
mod live;
pub mod playback;
mod player;
pub mod random;
mod seek;
#[cfg(test)]
mod tests;
mod version;
mod watch;

pub use foresight::Foresight;
pub use line::LineRun;
pub use version::{at_version, normalized, with_version};
pub use watch::{Followed, Watch};

use crate::api::Time;
use crate::cluster::{Cluster, Event, StateId};
use crate::kubectl::{self, Output};
use crate::limits::{self, Limit};
use crate::notation::{self, Line, NotationError};
use crate::sim::{Setup, Sim};
use crate::task::{self, Progress};
use checkpoints::Checkpoints;
use player::{Player, Point};
pub use seek::Seek;
use std::rc::Rc;

/// The version of the rules: raised when the same recipe plays differently than before.
pub const RULES: u32 = 1;

/// A recorded run and a cursor in it.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The lines of the recipe: the setup first, then the commands, in order of time.
    lines: Rc<Vec<Line>>,
    /// What is shown.
    view: Point,
    /// What records, at or ahead of the cursor.
    head: Player,
    checkpoints: Checkpoints,
    events: Rc<Vec<Event>>,
    visited: Time,
    /// Nothing is known yet of what comes later: a real cluster is being followed.
    horizon: Option<Time>,
}

/// What is known about the next event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It happens at this instant.
    At(Time),
    /// No event happens within the given time.
    Nothing,
    /// Not known yet: more has to be recorded.
    Unknown,
}

impl Timeline {
    /// Reads a recipe and plays it to instant 0. Refusals at instant 0 are part of the story, as at any other
    /// instant: see [`Timeline::refused_at_start`].
    ///
    /// # Errors
    /// What is wrong with the notation or with the lines that describe the cluster.
    pub fn new(recipe: &str) -> Result<Timeline, Vec<NotationError>> {
        task::finish(Timeline::open(recipe, Time(0), &Progress::default()))
    }

    /// Reads a recipe and plays it to an instant, in slices. The progress is the cluster's time.
    ///
    /// # Errors
    /// As [`Timeline::new`].
    pub async fn open(
        recipe: &str,
        to: Time,
        progress: &Progress,
    ) -> Result<Timeline, Vec<NotationError>> {
        let lines = version::read(recipe)?;
        progress.pause().await;
        let (setup, first_command) = read_setup(&lines)?;
        let start = Point { sim: Sim::new(&setup), lines_done: first_command };
        let mut timeline = Timeline {
            lines: Rc::new(lines),
            view: start.clone(),
            head: Player::new(start.clone()),
            checkpoints: Checkpoints::new(start),
            events: Rc::default(),
            visited: Time(0),
            horizon: None,
        };
        while timeline.record_once(Time(0)) {
            progress.pause().await;
        }
        timeline.view = timeline.head.point.clone();
        timeline.seek_in_slices(to, progress).await;
        Ok(timeline)
    }

    /// The lines of instant 0 that were refused, as a whole or in part, each with its place in the recipe.
    pub fn refused_at_start(&self) -> impl Iterator<Item = &NotationError> {
        self.head.refused.iter().map(|line| &line.error)
    }

    /// Whether a line of instant 0 was refused as a whole: what the story is about may be missing.
    pub fn is_refused_at_start(&self) -> bool {
        self.head.refused.iter().any(|line| !line.is_partial)
    }

    /// The cluster at the cursor.
    pub fn cluster(&self) -> &Cluster {
        self.view.sim.cluster()
    }

    /// The cursor.
    pub fn now(&self) -> Time {
        self.view.now()
    }

    /// How many steps of the simulation and lines of the recipe lie before the cursor.
    pub fn steps(&self) -> [u64; 2] {
        [self.view.sim.steps(), self.view.lines_done as u64]
    }

    /// Identifies the state of the cluster at the cursor, within a recipe.
    pub fn state_id(&self) -> StateId {
        StateId::new(self.steps())
    }

    /// Moves the cursor, backwards or forwards; forwards beyond what is recorded, the run goes on.
    pub fn seek(&mut self, to: Time) {
        let mut seek = self.begin_seek(to);
        while self.go_on(&mut seek) {}
    }

    /// Starts a movement of the cursor.
    pub fn begin_seek(&self, to: Time) -> Seek {
        Seek { to, replay: None, log: Vec::new() }
    }

    /// Runs one slice of a movement. Returns false once the cursor has arrived.
    pub fn go_on(&mut self, seek: &mut Seek) -> bool {
        let replay = match &mut seek.replay {
            Some(replay) => replay,
            None if self.record_once(seek.to) => return true,
            None => {
                seek.to = self.recordable(seek.to);
                seek.replay.insert(Player::new(self.nearest(seek.to)))
            }
        };
        seek.log.clear();
        if replay.advance(&self.lines, seek.to, &mut seek.log) {
            return true;
        }
        self.view = replay.point.clone();
        self.visited = self.visited.max(seek.to);
        false
    }

    /// [`Timeline::seek`] in slices, for callers that own the timeline. The progress is in cluster time.
    pub async fn seek_in_slices(&mut self, to: Time, progress: &Progress) {
        let mut seek = self.begin_seek(to);
        while self.go_on(&mut seek) {
            progress.reached(self.recorded_ms().min(to.0), to.0).await;
        }
    }

    /// [`Timeline::run_line`] in slices, for callers that own the timeline.
    pub async fn run_line_in_slices(&mut self, line: &str, progress: &Progress) -> Output {
        let mut run = self.begin_line(line);
        while run.go_on() {
            progress.pause().await;
        }
        self.finish(run)
    }

    /// [`Timeline::next_event_after`] in slices, for callers that own the timeline.
    pub async fn next_event_in_slices(
        &mut self,
        after: Time,
        within_ms: u64,
        progress: &Progress,
    ) -> Option<Time> {
        loop {
            match self.look_ahead(after, within_ms) {
                Next::At(time) => return Some(time),
                Next::Nothing => return None,
                Next::Unknown => progress.pause().await,
            }
        }
    }

    /// The point from which a replay to an instant is shortest.
    fn nearest(&self, to: Time) -> Point {
        let known = [&self.view, &self.head.point];
        let checkpoint = self.checkpoints.before(to).map(Rc::as_ref);
        let points = known.into_iter().chain(checkpoint).filter(|point| point.now() <= to);
        points.max_by_key(|point| point.now()).unwrap_or(&self.view).clone()
    }

    /// The end of the recording, in milliseconds of cluster time.
    pub fn recorded_ms(&self) -> u64 {
        self.head.point.now().0
    }

    /// The last instant at or before `to` that can be recorded within the limits on events and cluster time.
    fn recordable(&self, to: Time) -> Time {
        let limit = match self.events.len() < limits::EVENTS {
            true => Time(limits::CLUSTER_TIME_MS),
            false => self.head.point.now(),
        };
        // What was recorded before the horizon was known stays.
        let known = self.horizon.map(|horizon| horizon.max(self.head.point.now()));
        to.min(limit).min(known.unwrap_or(to))
    }

    /// The limit that the run has reached at the cursor, if any: it cannot be played further.
    pub fn ends(&self) -> Option<Limit> {
        if self.now().0 >= limits::CLUSTER_TIME_MS {
            return Some(Limit::ClusterTime);
        }
        let is_full = self.events.len() >= limits::EVENTS && self.now() >= self.head.point.now();
        is_full.then_some(Limit::Events)
    }

    /// Records one more step, or a slice of a line, if there is one at or before `to`.
    fn record_once(&mut self, to: Time) -> bool {
        let to = self.recordable(to);
        let went_on = self.head.advance(&self.lines, to, Rc::make_mut(&mut self.events));
        if !self.head.is_in_line() {
            self.checkpoints.offer(&self.head.point);
        }
        went_on
    }

    /// Does what a terminal line says, at the cursor. If the line changes something, what was recorded
    /// after the cursor is dropped, and the line becomes part of the recipe.
    pub fn run_line(&mut self, line: &str) -> Output {
        let run = self.begin_line(line);
        self.run_out(run)
    }

    /// `kubectl apply -f -` with this text, at the cursor.
    pub fn apply(&mut self, yaml: &str) -> Output {
        let run = self.begin_manifest("apply", yaml);
        self.run_out(run)
    }

    /// `kubectl diff -f -` with this text, at the cursor.
    pub fn diff(&self, yaml: &str) -> Output {
        let mut run = self.begin_manifest("diff", yaml);
        while run.go_on() {}
        run.into_output()
    }

    fn run_out(&mut self, mut run: LineRun) -> Output {
        while run.go_on() {}
        self.finish(run)
    }

    /// The ways in which the last word of a terminal line can go on.
    pub fn complete(&self, line: &str) -> Vec<String> {
        kubectl::complete(&self.view.sim, line, line.len())
    }

    /// The objects of the cluster at the cursor as JSON, as Kubernetes writes them:
    /// `{"t": ms, "kind": "List", "items": [...]}`.
    pub fn state(&self) -> String {
        task::finish(self.state_in_slices())
    }

    /// The same as [`Timeline::state`], in slices.
    pub fn state_in_slices(&self) -> impl Future<Output = String> + use<> {
        let point = self.view.clone();
        async move {
            let list = kubectl::state(point.sim.cluster(), &Progress::default()).await;
            format!("{{\"t\":{},{}", point.now().0, list.trim_start_matches('{'))
        }
    }

    /// The manifest that was applied last, as it was written.
    pub fn applied(&self) -> Option<&str> {
        let lines = self.lines.get(..self.view.lines_done).unwrap_or_default();
        let is_apply = |line: &&Line| line.source.starts_with("kubectl apply");
        let last = lines.iter().filter(is_apply).rfind(|line| line.heredoc.is_some())?;
        last.heredoc.as_ref().map(|heredoc| heredoc.text.as_str())
    }

    /// Drops what lies after the cursor: events, checkpoints, lines of the recipe.
    fn drop_future(&mut self) {
        self.drop_recorded();
        let lines = self.view.lines_done;
        Rc::make_mut(&mut self.lines).truncate(lines);
        self.visited = self.now();
    }

    /// Replaces this run with another one.
    pub fn replace(&mut self, with: Timeline) {
        let closed = std::mem::replace(self, with);
        self.free_later(closed);
    }

    /// Frees a run bit by bit while this one is recorded.
    pub fn free_later(&mut self, closed: Timeline) {
        self.checkpoints.free_later(closed.checkpoints);
    }

    /// Every event recorded so far, in order; some may lie after the cursor.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The instant of the first event after `after`, if there is one within the next `within_ms`;
    /// records ahead of the cursor as far as needed.
    pub fn next_event_after(&mut self, after: Time, within_ms: u64) -> Option<Time> {
        loop {
            match self.look_ahead(after, within_ms) {
                Next::At(time) => return Some(time),
                Next::Nothing => return None,
                Next::Unknown => {}
            }
        }
    }

    /// Looks for the first event after `after` within the next `within_ms`; records one more step if that
    /// is not known yet.
    pub fn look_ahead(&mut self, after: Time, within_ms: u64) -> Next {
        let limit = after.plus(within_ms);
        let index = self.events.partition_point(|event| event.time <= after);
        match self.events.get(index).map(|event| event.time) {
            Some(time) if time <= limit => Next::At(time),
            None if self.record_once(limit) => Next::Unknown,
            _ => Next::Nothing,
        }
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

    /// How many checkpoints are kept.
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }
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
