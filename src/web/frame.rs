//! The work of a frame and its time budget. Work that does not fit moves to the next frames, so on a slow
//! machine the picture is updated less often, but at an even pace.

use super::guard::wall_ms;
use crate::page::panels::PARTS;
use std::cell::Cell;

/// The budget of a frame during playback, in milliseconds; layout and paint come on top.
const BUDGET_MS: f64 = 7.0;
/// The budget of a frame during long work, in milliseconds.
pub(super) const WORK_MS: f64 = 24.0;

/// The phases of playback, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Advance the cursor.
    Advance,
    /// Lay out the next picture.
    Scene,
    /// Write the picture into the document.
    Picture,
    /// Update one part of the panels.
    Panels(usize),
    /// Continue the watch in the terminal, the forecast of "Why?", and the check of the manifest.
    Background,
    /// Render everything else that has changed.
    Render,
}

/// The number of phases.
const PHASES: usize = 5 + PARTS;

impl Phase {
    /// The index of the phase in [`Scheduler::costs`].
    fn index(self) -> usize {
        match self {
            Phase::Advance => 0,
            Phase::Scene => 1,
            Phase::Picture => 2,
            Phase::Panels(part) => 3 + part,
            Phase::Background => 3 + PARTS,
            Phase::Render => 4 + PARTS,
        }
    }

    /// The phase after this one. The last phase is followed by the first.
    fn next(self) -> Phase {
        match self {
            Phase::Advance => Phase::Scene,
            Phase::Scene => Phase::Picture,
            Phase::Picture => Phase::Panels(0),
            Phase::Panels(part) if part + 1 < PARTS => Phase::Panels(part + 1),
            Phase::Panels(_) => Phase::Background,
            Phase::Background => Phase::Render,
            Phase::Render => Phase::Advance,
        }
    }
}

/// Spreads the phases over frames.
pub(super) struct Scheduler {
    /// The current phase.
    phase: Phase,
    /// The recent cost of each phase, in milliseconds.
    costs: [f64; PHASES],
}

impl Default for Scheduler {
    fn default() -> Scheduler {
        Scheduler { phase: Phase::Advance, costs: [0.0; PHASES] }
    }
}

/// The time budget of the current frame.
pub(super) struct Frame {
    /// The wall time at which the budget is used up, in milliseconds.
    end: f64,
    /// The wall time at which the current slice started.
    slice: Cell<f64>,
    /// The cost of the longest slice so far, in milliseconds.
    longest: Cell<f64>,
}

impl Frame {
    /// Starts a frame now.
    pub(super) fn begin(budget: f64) -> Frame {
        let now = wall_ms();
        Frame { end: now + budget, slice: Cell::new(now), longest: Cell::new(0.0) }
    }

    /// Starts slices of another kind, whose cost is not known yet.
    fn begin_slices(&self, now: f64) {
        self.slice.set(now);
        self.longest.set(0.0);
    }

    /// Ends a slice of work. Returns whether the budget has room for another one as long as the longest.
    pub(super) fn has_time(&self) -> bool {
        let now = wall_ms();
        let longest = self.longest.get().max(now - self.slice.replace(now));
        self.longest.set(longest);
        now + longest < self.end
    }

    /// The rest of the budget, in milliseconds.
    fn left(&self) -> f64 {
        self.end - wall_ms()
    }
}

impl Scheduler {
    /// Starts a frame of playback.
    pub(super) fn begin(&self) -> Frame {
        Frame::begin(BUDGET_MS)
    }

    /// The current phase.
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Runs the current phase and moves to the next one if it is complete. Returns false if the next phase
    /// does not fit into the frame, or if all phases have run.
    pub(super) fn run(&mut self, frame: &Frame, phase: impl FnOnce() -> bool) -> bool {
        let start = wall_ms();
        frame.begin_slices(start);
        let is_complete = phase();
        self.note(self.phase, wall_ms() - start);
        if !is_complete {
            return false;
        }
        self.phase = self.phase.next();
        self.phase != Phase::Advance && self.costs[self.phase.index()] <= frame.left()
    }

    /// Records the cost of a phase: the expected cost rises at once and falls slowly.
    pub(super) fn note(&mut self, phase: Phase, cost: f64) {
        let expected = &mut self.costs[phase.index()];
        *expected = cost.max(*expected * 0.9);
    }

    /// Starts over with the first phase, after everything was updated at once.
    pub(super) fn restart(&mut self) {
        self.phase = Phase::Advance;
    }
}
