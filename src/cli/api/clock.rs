//! The clock of a served cluster: real time, faster or slower, that can be paused.

use crate::api::Time;
use std::time::{Duration, Instant, SystemTime};

/// The first second of the year in which a recipe begins, in seconds since 1970.
const EPOCH_SECONDS: u64 = 1_767_225_600;

/// How the time of a cluster follows real time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    base: Time,
    since: Instant,
    speed: f64,
    is_paused: bool,
}

impl Clock {
    /// A clock that runs from an instant on.
    pub(super) fn new(base: Time, speed: f64) -> Clock {
        Clock { base, since: Instant::now(), speed, is_paused: false }
    }

    /// The time of the cluster, now.
    pub(super) fn now(&self) -> Time {
        if self.is_paused {
            return self.base;
        }
        self.base.plus(self.scaled(self.since.elapsed()))
    }

    fn scaled(&self, real: Duration) -> u64 {
        // Hours at most, and so far from what a float cannot count.
        (real.as_secs_f64() * self.speed * 1000.0) as u64
    }

    /// Sets the time.
    pub(super) fn set(&mut self, now: Time) {
        (self.base, self.since) = (now, Instant::now());
    }

    /// Stops the clock, or lets it run again.
    pub(super) fn pause(&mut self, is_paused: bool) {
        self.set(self.now());
        self.is_paused = is_paused;
    }

    /// Whether it is stopped.
    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// How many times faster than real time it runs.
    pub(super) fn speed(&self) -> f64 {
        self.speed
    }
}

/// The real time as a time of a cluster: milliseconds since the beginning of the year in which a recipe begins.
pub(super) fn real() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Time(ms.saturating_sub(EPOCH_SECONDS * 1000))
}
