//! The checkpoints of a run: copies of the simulation that share unchanged data.

use super::player::Point;
use crate::api::Time;
use std::rc::Rc;

/// The number of steps between two checkpoints at first.
const STEPS: u64 = 64;
/// So many steps are counted for a line, which can hold as much as many steps.
const LINE_STEPS: u64 = 8;
/// The maximum number of checkpoints.
const COUNT_MAX: usize = 1_024;
/// The maximum size of all checkpoints, in bytes, as estimated by [`bytes`].
const BYTES_MAX: usize = 24 << 20;

/// Checkpoints, in order of time. When a limit is reached, every other checkpoint is dropped, and from
/// then on checkpoints are taken half as often.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    points: Vec<Rc<Point>>,
    /// The number of steps between two checkpoints.
    every: u64,
    bytes: usize,
    /// Dropped checkpoints. A large one takes milliseconds to free, so they are freed one by one.
    dropped: Vec<Rc<Point>>,
}

impl Checkpoints {
    pub(super) fn new(first: Point) -> Checkpoints {
        let bytes = bytes(&first);
        Checkpoints { points: vec![Rc::new(first)], every: STEPS, bytes, dropped: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// Takes a checkpoint if enough steps have passed since the last one. Frees one of those dropped.
    pub(super) fn offer(&mut self, point: &Point) {
        self.dropped.pop();
        let last = self.points.last().map_or(0, |point| steps(point));
        if steps(point).saturating_sub(last) < self.every {
            return;
        }
        self.points.push(Rc::new(point.clone()));
        self.bytes += bytes(point);
        while self.points.len() > 2 && (self.points.len() > COUNT_MAX || self.bytes > BYTES_MAX) {
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        let points = std::mem::take(&mut self.points);
        for (index, point) in points.into_iter().enumerate() {
            let kept = if index % 2 == 0 { &mut self.points } else { &mut self.dropped };
            kept.push(point);
        }
        self.every = self.every.saturating_mul(2);
        self.bytes = self.points.iter().map(|point| bytes(point)).sum();
    }

    /// The last checkpoint at or before an instant.
    pub(super) fn before(&self, to: Time) -> Option<&Rc<Point>> {
        let after = self.points.partition_point(|point| point.now() <= to);
        self.points.get(after.checked_sub(1)?)
    }

    /// Drops the checkpoints after a point.
    pub(super) fn drop_after(&mut self, point: &Point) {
        let (steps, lines) = (point.sim.steps(), point.lines_done);
        let is_before = |it: &Rc<Point>| it.sim.steps() <= steps && it.lines_done <= lines;
        let kept = self.points.partition_point(is_before);
        self.dropped.extend(self.points.drain(kept..));
        self.bytes = self.points.iter().map(|point| bytes(point)).sum();
    }

    /// Takes over the checkpoints of a run that is closed, to free them one by one.
    pub(super) fn free_later(&mut self, closed: Checkpoints) {
        self.dropped.extend(closed.points);
        self.dropped.extend(closed.dropped);
    }
}

/// How much lies before a point.
fn steps(point: &Point) -> u64 {
    point.sim.steps() + point.lines_done as u64 * LINE_STEPS
}

/// Estimates the bytes that only this checkpoint uses: tables of the cluster are copied on write, and
/// their values are shared.
fn bytes(point: &Point) -> usize {
    const FIXED: usize = 4_096;
    const PER_ENTRY: usize = 96;
    const PER_WAKEUP: usize = 256;
    let cluster = point.sim.cluster();
    let world = &cluster.world();
    let entries = cluster.store.len()
        + cluster.waits.len()
        + world.runs.len()
        + world.disks.len()
        + world.messages.len();
    FIXED + entries * PER_ENTRY + point.sim.queued() * PER_WAKEUP
}
