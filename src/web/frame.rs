//! What is done in a frame. A frame has a budget of time; what does not fit has its turn in the next ones,
//! so that on a slow machine the picture moves less often, but evenly.

use super::guard::wall_ms;
use super::panels::PARTS;

/// So long a frame may work, in milliseconds, if time passes: the browser lays out and paints after that.
const BUDGET_MS: f64 = 7.0;
/// So long it may work if something takes long, and somebody waits for that.
pub(super) const WORK_MS: f64 = 24.0;

/// The parts of the work that time brings along, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Time goes on.
    Advance,
    /// The next picture is made.
    Scene,
    /// It is written into the document.
    Picture,
    /// One part of the panels follows.
    Panels(usize),
    /// What goes on printing, and what was asked, follow.
    Beside,
    /// What has changed beside the picture is rendered.
    Render,
}

/// How many phases there are.
const PHASES: usize = 5 + PARTS;

impl Phase {
    fn index(self) -> usize {
        match self {
            Phase::Advance => 0,
            Phase::Scene => 1,
            Phase::Picture => 2,
            Phase::Panels(part) => 3 + part,
            Phase::Beside => 3 + PARTS,
            Phase::Render => 4 + PARTS,
        }
    }

    fn next(self) -> Phase {
        match self {
            Phase::Advance => Phase::Scene,
            Phase::Scene => Phase::Picture,
            Phase::Picture => Phase::Panels(0),
            Phase::Panels(part) if part + 1 < PARTS => Phase::Panels(part + 1),
            Phase::Panels(_) => Phase::Beside,
            Phase::Beside => Phase::Render,
            Phase::Render => Phase::Advance,
        }
    }
}

/// Spreads the phases over frames.
pub(super) struct Scheduler {
    phase: Phase,
    /// What each phase took lately, in milliseconds.
    costs: [f64; PHASES],
}

impl Default for Scheduler {
    fn default() -> Scheduler {
        Scheduler { phase: Phase::Advance, costs: [0.0; PHASES] }
    }
}

/// The time that a frame has.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    start: f64,
    budget: f64,
}

impl Frame {
    /// A frame that begins now.
    pub(super) fn begin(budget: f64) -> Frame {
        Frame { start: wall_ms(), budget }
    }

    /// Whether some of the time is left.
    pub(super) fn has_time(&self) -> bool {
        self.left() > 0.0
    }

    fn left(&self) -> f64 {
        self.start + self.budget - wall_ms()
    }
}

impl Scheduler {
    /// Begins a frame in which time passes.
    pub(super) fn begin(&self) -> Frame {
        Frame::begin(BUDGET_MS)
    }

    /// The phase that is due.
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Does the phase that is due, and goes on to the next one if it is complete. Returns false if the
    /// frame has no time for that any more, or all phases have had their turn.
    pub(super) fn run(&mut self, frame: Frame, phase: impl FnOnce() -> bool) -> bool {
        let start = wall_ms();
        let is_complete = phase();
        self.note(self.phase, wall_ms() - start);
        if !is_complete {
            return false;
        }
        self.phase = self.phase.next();
        self.phase != Phase::Advance && self.costs[self.phase.index()] <= frame.left()
    }

    /// Notes what a phase took: the cost that is expected grows at once, and falls slowly.
    pub(super) fn note(&mut self, phase: Phase, cost: f64) {
        let expected = &mut self.costs[phase.index()];
        *expected = cost.max(*expected * 0.9);
    }

    /// Everything was just done at once.
    pub(super) fn restart(&mut self) {
        self.phase = Phase::Advance;
    }
}
