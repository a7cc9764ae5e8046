//! Plays a recipe step by step and line by line.

use crate::api::Time;
use crate::cluster::Event;
use crate::kubectl::{self, Done};
use crate::notation::{Line, NotationError};
use crate::sim::{Command, Sim};
use crate::task::{self, Progress, Task};
use std::fmt;
use std::rc::Rc;

/// A simulation, and how many lines of the recipe it has behind it.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) sim: Sim,
    pub(super) lines_done: usize,
}

impl Point {
    pub(super) fn now(&self) -> Time {
        self.sim.cluster().now
    }
}

/// Plays a recipe from a point. Lines run in slices; until a line is done, `point` is the state before it.
pub(super) struct Player {
    pub(super) point: Point,
    line: Option<Task<'static, Played>>,
    /// The lines of instant 0 that were refused, as a whole or in part.
    pub(super) refused: Vec<Refused>,
}

/// The result of a line.
struct Played {
    point: Point,
    log: Vec<Event>,
    refused: Option<Refused>,
}

impl Player {
    pub(super) fn new(point: Point) -> Player {
        Player { point, line: None, refused: Vec::new() }
    }

    /// Continues from another point.
    pub(super) fn restart(&mut self, point: Point) {
        self.point = point;
        self.line = None;
    }

    /// Whether a line is in progress.
    pub(super) fn is_in_line(&self) -> bool {
        self.line.is_some()
    }

    /// Runs the next step of the simulation or the next slice of a line, whichever comes first; steps that
    /// are due at the instant of a line run before the line. Returns false, with the clock at `to`, if
    /// nothing is left at or before `to`.
    pub(super) fn advance(
        &mut self,
        lines: &Rc<Vec<Line>>,
        to: Time,
        log: &mut Vec<Event>,
    ) -> bool {
        if let Some(task) = &mut self.line {
            if let Some(played) = task::poll(task) {
                self.line = None;
                self.point = played.point;
                self.refused.extend(played.refused);
                log.extend(played.log);
            }
            return true;
        }
        let line = lines.get(self.point.lines_done).filter(|line| line.at_ms <= to.0);
        let until = line.map_or(to, |line| Time(line.at_ms));
        if self.point.sim.step(until, log) {
            return true;
        }
        self.point.sim.run_to(until, log);
        if line.is_some() {
            self.line = Some(Box::pin(play(self.point.clone(), lines.clone())));
        }
        self.line.is_some()
    }

    /// Plays to an instant.
    pub(super) fn play_to(&mut self, lines: &Rc<Vec<Line>>, to: Time, log: &mut Vec<Event>) {
        while self.advance(lines, to, log) {}
    }
}

impl Clone for Player {
    /// The clone starts the line in progress over.
    fn clone(&self) -> Player {
        Player { point: self.point.clone(), line: None, refused: self.refused.clone() }
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Player { point, line, refused } = self;
        let is_in_line = &line.is_some();
        f.debug_struct("Player")
            .field("point", point)
            .field("is_in_line", is_in_line)
            .field("refused", refused)
            .finish()
    }
}

/// Runs the next line of the recipe.
async fn play(mut point: Point, lines: Rc<Vec<Line>>) -> Played {
    let mut log = Vec::new();
    let mut refused = None;
    if let Some(line) = lines.get(point.lines_done) {
        point.lines_done += 1;
        let done = perform(&mut point.sim, line, &[], &mut log, &Progress::default()).await;
        let is_refused = line.at_ms == 0 && done.output.exit != 0;
        refused = is_refused.then(|| refusal(line, &done));
    }
    Played { point, log, refused }
}

/// Runs a line. A refusal is recorded as an event.
pub(super) async fn perform(
    sim: &mut Sim,
    line: &Line,
    past: &[Event],
    log: &mut Vec<Event>,
    progress: &Progress,
) -> Done {
    let done = kubectl::run_in_slices(sim, line, past, log, progress).await;
    if done.output.exit != 0 {
        sim.perform(&Command::Refused(done.output.stderr.clone()), log);
    }
    done
}

/// A line of instant 0 that was refused.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    /// Why, with its place in the recipe.
    pub(super) error: NotationError,
    /// Whether a part of it was done.
    pub(super) is_partial: bool,
}

/// Describes a refused line.
fn refusal(line: &Line, done: &Done) -> Refused {
    let error = NotationError {
        line: line.number,
        column: 1,
        message: done.output.stderr.trim_end().to_owned(),
        suggestion: done.output.advice.trim_end().to_owned(),
    };
    Refused { error, is_partial: done.changed }
}
