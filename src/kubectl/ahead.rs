//! Waiting commands: a copy of the simulation runs ahead to find out what they would print.

use super::Call;
use crate::api::Time;
use crate::sim::{Command, Sim};

/// A copy of the simulation that runs ahead while a command waits.
pub(super) struct Ahead {
    /// The copy.
    pub(super) sim: Sim,
    start: Time,
    end: Time,
}

impl Ahead {
    /// Copies the simulation. The copy runs ahead for at most `timeout_ms`.
    pub(super) fn new(call: &Call<'_>, timeout_ms: u64) -> Ahead {
        let sim = call.sim.clone();
        let start = sim.cluster().now;
        Ahead { sim, start, end: start.plus(timeout_ms) }
    }

    /// Performs commands in the copy.
    pub(super) fn perform(&mut self, commands: &[Command]) {
        for command in commands {
            self.sim.perform(command, &mut Vec::new());
        }
    }

    /// Runs the next step, as one slice. Returns false if no step is due before the timeout.
    pub(super) async fn step(&mut self, call: &Call<'_>) -> bool {
        let (done, total) = (self.sim.cluster().now.since(self.start), self.end.since(self.start));
        call.progress.reached(done, total).await;
        self.sim.step(self.end, &mut Vec::new())
    }

    /// Runs until an object is written. Returns false if that does not happen before the timeout.
    pub(super) async fn change(&mut self, call: &Call<'_>) -> bool {
        let before = self.sim.cluster().store.resource_version;
        while self.step(call).await {
            if self.sim.cluster().store.resource_version != before {
                return true;
            }
        }
        false
    }
}
