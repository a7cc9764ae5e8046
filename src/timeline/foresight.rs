//! What would happen next without further commands.

use super::Timeline;
use crate::api::Time;
use crate::cluster::Event;
use crate::sim::Sim;

/// The events that follow if there are no further commands, computed in slices by [`Foresight::go_on`].
#[derive(Clone, Debug)]
pub struct Foresight {
    sim: Sim,
    until: Time,
    count: usize,
    events: Vec<Event>,
}

impl Foresight {
    /// Runs one step. Returns false once all events are known.
    pub fn go_on(&mut self) -> bool {
        self.events.len() < self.count && self.sim.step(self.until, &mut self.events)
    }

    /// The events known so far.
    pub fn events(&self) -> &[Event] {
        &self.events[..self.events.len().min(self.count)]
    }
}

impl Timeline {
    /// What would happen next if nobody did anything more: the first events, at most `count`, of the
    /// next `within_ms`.
    pub fn foresee(&self, within_ms: u64, count: usize) -> Foresight {
        let (sim, until) = (self.view.sim.clone(), self.now().plus(within_ms));
        Foresight { sim, until, count, events: Vec::new() }
    }
}
