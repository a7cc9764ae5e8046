//! The work of a frame and its time budget. Work that does not fit moves to the next frames, so on a slow
//! machine the picture is updated less often, but at an even pace.

use super::panels::PARTS;
use std::cell::Cell;

/// The budget of a frame during playback, in milliseconds; layout and paint come on top. On a slow machine they take so
/// long that the budget is reduced, see [`FrameBudget`].
pub const PLAYBACK_MS: f64 = 7.0;
/// The smallest budget of a frame during playback, in milliseconds.
const LEAST_MS: f64 = 3.0;
/// The budget of a frame during long work, in milliseconds.
pub const WORK_MS: f64 = 24.0;

/// The phases of playback, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
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
pub struct Scheduler {
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

/// Adapts the budget of a frame to the machine. The page cannot measure layout and paint, but if they take too long
/// together with its own work, the browser skips a frame. The budget shrinks with each skipped frame and grows slowly
/// otherwise.
pub struct FrameBudget {
    /// The budget of the next frame, in milliseconds.
    ms: f64,
    /// The time of the last frame, in milliseconds.
    last: Option<f64>,
    /// The shortest recent interval between two frames, in milliseconds.
    interval: f64,
}

impl Default for FrameBudget {
    fn default() -> FrameBudget {
        FrameBudget { ms: PLAYBACK_MS, last: None, interval: 1000.0 / 60.0 }
    }
}

impl FrameBudget {
    /// Accounts for a frame at this time, in milliseconds, and returns its budget.
    pub fn next(&mut self, now: f64) -> f64 {
        let passed = self.last.replace(now).map(|last| now - last).filter(|passed| *passed > 1.0);
        let Some(passed) = passed else { return self.ms };
        self.interval = passed.min(self.interval * 1.01);
        let factor = if passed > self.interval * 1.5 { 0.85 } else { 1.0025 };
        self.ms = (self.ms * factor).clamp(LEAST_MS, PLAYBACK_MS);
        self.ms
    }

    /// Handles a pause of playback: the interval until the next frame does not count.
    pub fn pause(&mut self) {
        self.last = None;
    }
}

/// The time budget of the current frame.
pub struct Frame {
    /// Returns the wall time, in milliseconds.
    clock: fn() -> f64,
    /// The wall time at which the budget is used up, in milliseconds.
    end: f64,
    /// The wall time at which the current slice started.
    slice: Cell<f64>,
    /// The cost of the longest slice so far, in milliseconds.
    longest: Cell<f64>,
}

impl Frame {
    /// Starts a frame now, with a budget in milliseconds. `clock` returns the wall time in milliseconds.
    pub fn begin(clock: fn() -> f64, budget: f64) -> Frame {
        let now = clock();
        Frame { clock, end: now + budget, slice: Cell::new(now), longest: Cell::new(0.0) }
    }

    /// Starts slices of another kind, whose cost is not known yet.
    fn begin_slices(&self, now: f64) {
        self.slice.set(now);
        self.longest.set(0.0);
    }

    /// Ends a slice of work. Returns whether the budget has room for another one as long as the longest.
    pub fn has_time(&self) -> bool {
        let now = (self.clock)();
        let longest = self.longest.get().max(now - self.slice.replace(now));
        self.longest.set(longest);
        now + longest < self.end
    }

    /// The rest of the budget, in milliseconds.
    fn left(&self) -> f64 {
        self.end - (self.clock)()
    }
}

impl Scheduler {
    /// The current phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Runs the current phase and moves to the next one if it is complete. Returns false if the next phase
    /// does not fit into the frame, or if all phases have run. The cost of rendering is not measured here, because
    /// rendering happens after the frame: see [`Scheduler::note`].
    pub fn run(&mut self, frame: &Frame, phase: impl FnOnce() -> bool) -> bool {
        let start = (frame.clock)();
        frame.begin_slices(start);
        let is_complete = phase();
        if self.phase != Phase::Render {
            self.note(self.phase, (frame.clock)() - start);
        }
        if !is_complete {
            return false;
        }
        self.phase = self.phase.next();
        // Only the last phase itself finds out whether there is anything to render.
        let fits = self.phase == Phase::Render || self.fits(frame, self.phase);
        self.phase != Phase::Advance && fits
    }

    /// Whether a phase is expected to fit into the rest of the frame.
    pub fn fits(&self, frame: &Frame, phase: Phase) -> bool {
        self.costs[phase.index()] <= frame.left()
    }

    /// Records the cost of a phase, in milliseconds: the expected cost rises at once and falls slowly.
    pub fn note(&mut self, phase: Phase, cost: f64) {
        let expected = &mut self.costs[phase.index()];
        *expected = cost.max(*expected * 0.9);
    }

    /// Starts over with the first phase, after everything was updated at once.
    pub fn restart(&mut self) {
        self.phase = Phase::Advance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static NOW: Cell<f64> = const { Cell::new(0.0) };
    }

    fn clock() -> f64 {
        NOW.get()
    }

    fn pass(ms: f64) {
        NOW.set(NOW.get() + ms);
    }

    /// Runs frames until all phases have run once. Each phase takes as long as `cost` says. Returns the phases
    /// of each frame.
    fn frames(scheduler: &mut Scheduler, cost: impl Fn(Phase) -> f64) -> Vec<Vec<Phase>> {
        let mut frames = Vec::new();
        loop {
            let frame = Frame::begin(clock, PLAYBACK_MS);
            let mut phases = Vec::new();
            loop {
                let phase = scheduler.phase();
                phases.push(phase);
                let fits_more = scheduler.run(&frame, || {
                    pass(cost(phase));
                    true
                });
                if !fits_more {
                    break;
                }
            }
            frames.push(phases);
            if scheduler.phase() == Phase::Advance {
                return frames;
            }
        }
    }

    #[test]
    fn cheap_phases_run_in_one_frame() {
        let mut scheduler = Scheduler::default();
        let frames = frames(&mut scheduler, |_| 0.5);
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].len(), PHASES);
        let indexes: Vec<usize> = frames[0].iter().map(|phase| phase.index()).collect();
        assert_eq!(indexes, (0..PHASES).collect::<Vec<_>>());
    }

    #[test]
    fn expensive_phases_get_their_own_frame() {
        let mut scheduler = Scheduler::default();
        let cost = |phase| if phase == Phase::Picture { 6.0 } else { 1.5 };
        frames(&mut scheduler, cost);
        // Once the cost is known, the phase does not start late in a frame.
        let frames = frames(&mut scheduler, cost);
        assert!(frames.len() > 1);
        assert!(frames.iter().all(|phases| phases.iter().map(|it| cost(*it)).sum::<f64>() <= 7.5));
    }

    #[test]
    fn rendering_takes_no_time_from_a_frame_that_has_nothing_to_render() {
        let mut scheduler = Scheduler::default();
        scheduler.note(Phase::Render, 9.0);
        for _ in 0..20 {
            assert_eq!(frames(&mut scheduler, |_| 0.5).len(), 1);
        }
        // The cost of a rendering is still known.
        assert!(!scheduler.fits(&Frame::begin(clock, PLAYBACK_MS), Phase::Render));
    }

    #[test]
    fn skipped_frames_reduce_the_budget_until_none_is_skipped() {
        let (mut budget, mut now, mut skipped) = (FrameBudget::default(), 0.0, 0);
        let mut last = 0;
        for frame in 0..2_000 {
            let ms = budget.next(now);
            assert!((LEAST_MS..=PLAYBACK_MS).contains(&ms));
            // Layout and paint take 11 ms, and the page uses its whole budget.
            let is_skipped = ms + 11.0 > 16.0;
            now += if is_skipped { 33.4 } else { 16.7 };
            skipped += i32::from(is_skipped);
            last = if is_skipped { frame } else { last };
        }
        assert!((2..60).contains(&skipped), "{skipped}");
        assert!(last > 1_000, "the budget does not grow again");
        // A pause does not count as a skipped frame, and a fast machine keeps the whole budget.
        let mut budget = FrameBudget::default();
        budget.next(0.0);
        budget.next(16.7);
        budget.pause();
        assert_eq!(budget.next(9_000.0), PLAYBACK_MS);
        assert_eq!(budget.next(9_016.7), PLAYBACK_MS);
    }

    #[test]
    fn an_incomplete_phase_continues_with_the_next_frame() {
        let mut scheduler = Scheduler::default();
        let frame = Frame::begin(clock, PLAYBACK_MS);
        assert!(!scheduler.run(&frame, || false));
        assert_eq!(scheduler.phase(), Phase::Advance);
        assert!(scheduler.run(&frame, || true));
        assert_eq!(scheduler.phase(), Phase::Scene);
        scheduler.restart();
        assert_eq!(scheduler.phase(), Phase::Advance);
    }

    #[test]
    fn there_is_time_for_a_slice_as_long_as_the_longest() {
        let frame = Frame::begin(clock, 10.0);
        pass(3.0);
        assert!(frame.has_time());
        pass(3.0);
        assert!(frame.has_time());
        pass(1.5);
        assert!(!frame.has_time());
    }
}
