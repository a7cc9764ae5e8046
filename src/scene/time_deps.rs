//! The instant of the picture, and how long what is read from it stays as it is.
//!
//! Every reading says which kind of answer is wanted: whole seconds, a yes or no, or a movement. This
//! determines how long a part of the picture stays valid.

use crate::api::{Time, milliseconds};
use std::cell::Cell;

/// An instant that notes until when its readings hold.
pub(super) struct TimeDeps {
    now: Time,
    /// The first instant at which one of the readings gives another answer.
    until: Cell<Time>,
}

impl TimeDeps {
    /// This instant, of which nothing was read yet.
    pub(super) fn new(now: Time) -> TimeDeps {
        TimeDeps { now, until: Cell::new(Time(u64::MAX)) }
    }

    /// The milliseconds since `start`: a movement, which never holds.
    pub(super) fn since(&self, start: Time) -> u64 {
        self.holds_until(self.now.plus(1));
        self.now.since(start)
    }

    /// The milliseconds until `end`: a movement, which never holds.
    pub(super) fn before(&self, end: Time) -> u64 {
        self.holds_until(self.now.plus(1));
        end.since(self.now)
    }

    /// Whether less than `ms` have passed since `start`.
    pub(super) fn is_within(&self, start: Time, ms: u64) -> bool {
        let is_within = self.now.since(start) < ms;
        if is_within {
            self.holds_until(start.plus(ms));
        }
        is_within
    }

    /// How far something is that takes `ms` from `start` on, in thousandths.
    pub(super) fn share(&self, start: Time, ms: u64) -> i32 {
        let gone = if self.is_within(start, ms) { self.since(start) } else { ms };
        let share = u128::from(gone) * 1_000 / u128::from(ms.max(1));
        i32::try_from(share).unwrap_or(1_000)
    }

    /// The seconds since `start`, rounded down.
    pub(super) fn seconds_since(&self, start: Time) -> u64 {
        let seconds = self.now.since(start) / 1000;
        self.holds_until(start.plus_seconds(seconds + 1));
        seconds
    }

    /// The seconds until `end`, rounded up.
    pub(super) fn seconds_before(&self, end: Time) -> u64 {
        let seconds = end.since(self.now).div_ceil(1000);
        if let Some(fewer) = seconds.checked_sub(1) {
            self.holds_until(Time(end.0.saturating_sub(milliseconds(fewer))));
        }
        seconds
    }

    /// How many of `steps` equal parts of the time from `start` to `end` are left, rounded up.
    pub(super) fn steps_left(&self, start: Time, end: Time, steps: u64) -> u64 {
        let (whole, left) = (end.since(start).max(1), end.since(self.now));
        let step = (left * steps).div_ceil(whole).min(steps);
        if let Some(fewer) = step.checked_sub(1) {
            // From this instant on, fewer are left.
            self.holds_until(Time(end.0 - whole * fewer / steps));
        }
        step
    }

    /// Until when what was read since the last call holds: the instant itself excluded.
    pub(super) fn take_until(&self) -> Time {
        self.until.replace(Time(u64::MAX))
    }

    fn holds_until(&self, time: Time) {
        self.until.set(self.until.get().min(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads at every instant: as long as a reading is said to hold, the next ones give the same.
    fn holds<T: PartialEq + std::fmt::Debug>(read: impl Fn(&TimeDeps) -> T) {
        for now in 0..6_000 {
            let time_deps = TimeDeps::new(Time(now));
            let reading = read(&time_deps);
            let until = time_deps.take_until();
            assert!(until > Time(now), "a reading holds at its own instant");
            for later in now..until.0.min(now + 1_100) {
                assert_eq!(read(&TimeDeps::new(Time(later))), reading, "at {later}, read at {now}");
            }
        }
    }

    #[test]
    fn readings_hold_as_long_as_they_say() {
        holds(|time_deps| time_deps.since(Time(500)));
        holds(|time_deps| time_deps.before(Time(500)));
        holds(|time_deps| time_deps.is_within(Time(500), 1_600));
        holds(|time_deps| time_deps.share(Time(500), 1_600));
        holds(|time_deps| time_deps.seconds_since(Time(1_250)));
        holds(|time_deps| time_deps.seconds_before(Time(4_250)));
        holds(|time_deps| time_deps.steps_left(Time(500), Time(4_250), 24));
        holds(|time_deps| time_deps.steps_left(Time(500), Time(507), 24));
    }

    #[test]
    fn whole_seconds_hold_for_a_second() {
        let time_deps = TimeDeps::new(Time(2_000));
        assert_eq!(time_deps.seconds_before(Time(4_250)), 3);
        assert_eq!(time_deps.take_until(), Time(2_250));
        assert_eq!(time_deps.seconds_since(Time(1_250)), 0);
        assert_eq!(time_deps.take_until(), Time(2_250));
        assert_eq!(time_deps.take_until(), Time(u64::MAX));
    }
}
