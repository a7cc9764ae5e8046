//! A cluster that the page shows as it is now: one that a server runs, or a real one.

use crate::api::Time;

/// How far the cursor may be ahead of the cluster before it goes back, in milliseconds.
const AHEAD_MS: u64 = 1_000;

/// Where the cluster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `ordinal api` runs it, and what is done on the page is done in it.
    Served,
    /// It is a real one, which is only observed.
    Observed,
}

/// The last known time of the cluster that is followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Live {
    /// Where the cluster is.
    pub origin: Origin,
    /// The time of the cluster when it was told.
    pub base: Time,
    /// The wall time when it was told, in milliseconds.
    pub since: f64,
    /// How many thousandths of real time the cluster runs at.
    pub speed: u64,
    /// Whether the cluster is paused.
    pub is_paused: bool,
    /// Whether the cursor follows the cluster, and is not in its past.
    pub is_followed: bool,
}

impl Live {
    /// The time of the cluster at a wall time, in milliseconds.
    pub fn now(&self, wall_ms: f64) -> Time {
        if self.is_paused {
            return self.base;
        }
        let passed = (wall_ms - self.since).max(0.0) as u64;
        self.base.plus(passed.saturating_mul(self.speed) / 1_000)
    }

    /// Where the cursor goes at a wall time, if it follows the cluster. A cursor that has reached the present follows it
    /// from then on.
    pub fn target(&mut self, cursor: Time, wall_ms: f64) -> Option<Time> {
        let now = self.now(wall_ms);
        self.is_followed |= cursor >= now;
        let is_little = cursor > now && cursor.since(now) < AHEAD_MS;
        self.is_followed.then_some(if is_little { cursor } else { now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_follows_until_it_is_in_the_past() {
        let mut live = Live {
            origin: Origin::Served,
            base: Time(10_000),
            since: 100.0,
            speed: 4_000,
            is_paused: false,
            is_followed: true,
        };
        assert_eq!(live.target(Time(10_000), 350.0), Some(Time(11_000)));
        // What was told late does not turn time back.
        assert_eq!(live.target(Time(11_400), 350.0), Some(Time(11_400)));
        assert_eq!(live.target(Time(90_000), 350.0), Some(Time(11_000)));
        live.is_followed = false;
        assert_eq!(live.target(Time(5_000), 350.0), None);
        assert_eq!(live.target(Time(11_000), 350.0), Some(Time(11_000)));
        live.is_paused = true;
        assert_eq!(live.now(9_999.0), Time(10_000));
    }
}
