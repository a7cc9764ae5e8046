//! The simulation: a clock, a work queue, a random number generator, and the cluster that they drive.
//!
//! In each step the earliest [`WorkItem`] is taken from the queue, its component reads the cluster and returns
//! effects, [`apply`](crate::cluster::apply) performs them, and the components that watch are queued. The same
//! setup and the same commands at the same instants give the same run, on every target. The event
//! log is kept outside; a clone of a `Sim` is cheap.

mod command;
mod faults;
pub mod invariants;
pub mod liveness;
mod queue;
pub mod room;
mod setup;

pub use command::{Cascade, Command, NodeFault};
pub use setup::{NodeSetup, Setup};

use crate::api::Time;
use crate::cluster::apply::{Outcome, apply};
use crate::cluster::{self, Cluster, Effect, Event, Random, WorkItem, WorldStep, observed};
use crate::later::later;
use queue::Queue;

later! {
    also command;
}

/// A simulation at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Sim {
    cluster: Cluster,
    queue: Queue,
    random: Random,
    next_event: u64,
    steps: u64,
}

impl Sim {
    /// A cluster as `setup` describes it, at instant 0.
    pub fn new(setup: &Setup) -> Sim {
        let mut sim = Sim {
            cluster: setup.cluster(),
            queue: Queue::default(),
            random: Random::new(setup.seed),
            next_event: 0,
            steps: 0,
        };
        let effects = setup.effects();
        let _ = sim.write(None, effects);
        sim
    }

    /// The cluster. Only effects change it.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The cluster, to be changed by tests that build a state by hand; `tests/it/tidy.rs` checks that nothing else does.
    pub fn cluster_for_tests(&mut self) -> &mut Cluster {
        &mut self.cluster
    }

    /// When the next step is due.
    pub fn next_due(&self) -> Option<Time> {
        self.queue.next_due()
    }

    /// The number of steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The number of events so far, which is the number of the next one.
    pub fn next_event(&self) -> u64 {
        self.next_event
    }

    /// How many work items are queued.
    pub fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Whether an item is queued.
    pub fn is_queued(&self, item: &WorkItem) -> bool {
        self.queue.contains(item)
    }

    /// Does the next step if it is due at or before `until`, and appends its events to `log`. Returns whether a step was done.
    pub fn step(&mut self, until: Time, log: &mut Vec<Event>) -> bool {
        let Some((due, item, cause)) = self.queue.pop(until) else { return false };
        self.cluster.advance_to(due);
        let mut step = WorldStep::new(&self.cluster, &mut self.random);
        cluster::run(&mut step, &item);
        let effects = step.into_effects();
        self.steps += 1;
        log.extend(self.write(cause, effects));
        true
    }

    /// Does every step that is due at or before `until`, and sets the clock to that.
    pub fn run_to(&mut self, until: Time, log: &mut Vec<Event>) {
        while self.step(until, log) {}
        self.cluster.advance_to(until);
    }

    /// Performs a command, now.
    pub fn perform(&mut self, command: &Command, log: &mut Vec<Event>) {
        let touched = match command {
            Command::Report(reports) => observed::touched(&self.cluster, reports),
            _ => observed::Touched::All,
        };
        let mut step = WorldStep::new(&self.cluster, &mut self.random);
        command::perform(&mut step, command);
        let effects = step.into_effects();
        log.extend(self.write(None, effects));
        if self.cluster.world().is_observed && touched != observed::Touched::Unfinished {
            // The controllers look at what was reported, and nothing of what they would do is done.
            let effects = observed::look(&self.cluster, &touched, &mut self.random.clone());
            log.extend(self.write(None, effects));
        }
    }

    /// Performs the effects of something outside the simulation, for example a recorded kubelet.
    pub fn outside(&mut self, effects: Vec<Effect>, log: &mut Vec<Event>) {
        log.extend(self.write(None, effects));
    }

    fn write(&mut self, cause: Option<u64>, effects: Vec<Effect>) -> Vec<Event> {
        let Outcome { events, work_items } =
            apply(&mut self.cluster, &mut self.random, &mut self.next_event, cause, effects);
        let is_simulated = !self.cluster.world().is_observed;
        for (item, delay_ms, cause) in work_items.into_iter().filter(|_| is_simulated) {
            self.queue.push(self.cluster.now.plus(delay_ms), item, cause);
        }
        events
    }
}
