//! What a line waits for: a copy of the simulation runs ahead of it.

use super::Call;
use crate::api::Time;
use crate::sim::{Command, Sim};

/// A copy of the simulation that runs ahead for as long as a line waits.
pub(super) struct Ahead {
    /// The copy.
    pub(super) sim: Sim,
    start: Time,
    end: Time,
}

impl Ahead {
    /// A copy of the simulation as it is, that runs ahead for at most `timeout_ms`.
    pub(super) fn new(call: &Call<'_>, timeout_ms: u64) -> Ahead {
        let sim = call.sim.clone();
        let start = sim.cluster.now;
        Ahead { sim, start, end: start.plus(timeout_ms) }
    }

    /// Does in the copy what the line does.
    pub(super) fn perform(&mut self, commands: &[Command]) {
        for command in commands {
            self.sim.perform(command, &mut Vec::new());
        }
    }

    /// Does the next step in a slice of its own. Returns false if there is none before the time is over.
    pub(super) async fn step(&mut self, call: &Call<'_>) -> bool {
        let (done, total) = (self.sim.cluster.now.since(self.start), self.end.since(self.start));
        call.progress.reached(done, total).await;
        self.sim.step(self.end, &mut Vec::new())
    }

    /// Goes on to the next write of an object. Returns false if there is none before the time is over.
    pub(super) async fn change(&mut self, call: &Call<'_>) -> bool {
        let before = self.sim.cluster.store.resource_version;
        while self.step(call).await {
            if self.sim.cluster.store.resource_version != before {
                return true;
            }
        }
        false
    }
}
