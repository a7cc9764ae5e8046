//! The checkpoints of a run: copies of the simulation that share what they have in common.

use super::player::Point;
use crate::api::Time;
use std::rc::Rc;

/// A checkpoint is taken after so many steps, as long as there is room.
const STEPS: u64 = 64;
/// There are never more than this.
const COUNT_MAX: usize = 1_024;
/// What all of them may take, in bytes, as far as [`bytes`] can tell.
const BYTES_MAX: usize = 24 << 20;

/// Checkpoints in the order of time. When there is no more room, every other one is dropped, and from
/// then on they are taken half as often.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    points: Vec<Rc<Point>>,
    /// How many steps lie between two.
    every: u64,
    bytes: usize,
}

impl Checkpoints {
    pub(super) fn new(first: Point) -> Checkpoints {
        let bytes = bytes(&first);
        Checkpoints { points: vec![Rc::new(first)], every: STEPS, bytes }
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    /// Takes a checkpoint if the last one is long enough ago.
    pub(super) fn offer(&mut self, point: &Point) {
        let last = self.points.last().map_or(0, |point| point.sim.steps());
        if point.sim.steps().saturating_sub(last) < self.every {
            return;
        }
        self.points.push(Rc::new(point.clone()));
        self.bytes += bytes(point);
        while self.points.len() > 2 && (self.points.len() > COUNT_MAX || self.bytes > BYTES_MAX) {
            self.thin_out();
        }
    }

    fn thin_out(&mut self) {
        let mut index = 0;
        self.points.retain(|_| {
            index += 1;
            index % 2 == 1
        });
        self.every = self.every.saturating_mul(2);
        self.bytes = self.points.iter().map(|point| bytes(point)).sum();
    }

    /// The last checkpoint at or before an instant.
    pub(super) fn before(&self, to: Time) -> Option<&Rc<Point>> {
        let after = self.points.partition_point(|point| point.now() <= to);
        self.points.get(after.checked_sub(1)?)
    }

    /// Drops those that come after a point.
    pub(super) fn drop_after(&mut self, point: &Point) {
        let (steps, lines) = (point.sim.steps(), point.lines_done);
        self.points.retain(|it| it.sim.steps() <= steps && it.lines_done <= lines);
        self.bytes = self.points.iter().map(|point| bytes(point)).sum();
    }
}

/// About how many bytes a checkpoint has to itself: the tables of the cluster are copied when they are
/// written to, their values are shared.
fn bytes(point: &Point) -> usize {
    const FIXED: usize = 4_096;
    const PER_ENTRY: usize = 96;
    const PER_WAKEUP: usize = 256;
    let cluster = &point.sim.cluster;
    let world = &cluster.world;
    let entries = cluster.store.len()
        + cluster.waits.len()
        + world.runs.len()
        + world.disks.len()
        + world.flights.len();
    FIXED + entries * PER_ENTRY + point.sim.queued() * PER_WAKEUP
}
