//! From the clock on the wall to the cursor: play, pause, speed, and the time-lapse over idle stretches.
//!
//! Pure and in integers, so that a run plays the same everywhere. The page asks [`Playback::advance`]
//! once a frame; what is due next comes from [`super::Timeline::next_event_after`].

use super::Next;
use crate::api::Time;

/// Longer gaps between two frames are not played: the page was asleep.
const LONGEST_FRAME_MS: u64 = 500;
/// What is played instead of such a gap: one frame.
const ONE_FRAME_MS: u64 = 16;
/// An idle stretch that would take longer than this on the wall is played as a time-lapse.
const PATIENCE_MS: u64 = 3_000;
/// How long a time-lapse takes on the wall, however long the stretch is.
const LAPSE_MS: u64 = 2_500;
/// A time-lapse ends so much wall time before the event.
const LEAD_MS: u64 = 500;
/// Speeds and parts of a time-lapse are counted in 1024ths.
const UNIT: u64 = 1_024;

/// The speeds, each the square root of 2 times the one before: 1024ths, and how they are written.
const SPEEDS: [(u64, &str); 19] = [
    (128, "1/8×"),
    (181, "1/6×"),
    (256, "1/4×"),
    (362, "1/3×"),
    (512, "1/2×"),
    (724, "0.7×"),
    (1_024, "1×"),
    (1_448, "1.4×"),
    (2_048, "2×"),
    (2_896, "2.8×"),
    (4_096, "4×"),
    (5_793, "5.7×"),
    (8_192, "8×"),
    (11_585, "11×"),
    (16_384, "16×"),
    (23_170, "23×"),
    (32_768, "32×"),
    (46_341, "45×"),
    (65_536, "64×"),
];

/// How fast the cursor follows the clock on the wall: a step on a scale from 1/8 to 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u8);

impl Default for Speed {
    fn default() -> Speed {
        Speed::ONE
    }
}

impl Speed {
    /// As fast as the clock on the wall.
    pub const ONE: Speed = Speed(6);
    /// The highest step.
    pub const MAX: Speed = Speed(SPEEDS.len() as u8 - 1);

    /// The speed of this step, or the highest.
    pub fn from_step(step: u8) -> Speed {
        Speed(step).min(Speed::MAX)
    }

    /// The speed that is nearest to so many thousandths.
    pub fn from_thousandths(thousandths: u64) -> Speed {
        let wanted = thousandths.saturating_mul(UNIT) / 1_000;
        let distance = |step: &u8| SPEEDS[usize::from(*step)].0.abs_diff(wanted);
        Speed((0..=Speed::MAX.0).min_by_key(distance).unwrap_or(Speed::ONE.0))
    }

    /// The step on the scale.
    pub fn step(self) -> u8 {
        self.0
    }

    /// The next higher speed.
    pub fn faster(self) -> Speed {
        Speed::from_step(self.0 + 1)
    }

    /// The next lower speed.
    pub fn slower(self) -> Speed {
        Speed(self.0.saturating_sub(1))
    }

    /// The speed as people write it: `1×`, `1/4×`.
    pub fn label(self) -> &'static str {
        SPEEDS[usize::from(self.0)].1
    }

    /// How far the cursor goes in so much wall time, in 1024ths of a millisecond.
    fn distance(self, wall_ms: u64) -> u64 {
        wall_ms * SPEEDS[usize::from(self.0)].0
    }
}

/// What the cursor runs through fast, because nothing happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lapse {
    from: Time,
    to: Time,
    event: Time,
    played_ms: u64,
}

impl Lapse {
    /// The idle stretch between `cursor` and `event`, if it is too long to sit through.
    fn over(cursor: Time, event: Time, speed: Speed) -> Option<Lapse> {
        let idle = event.since(cursor);
        if idle.saturating_mul(UNIT) <= speed.distance(PATIENCE_MS) {
            return None;
        }
        let lead = speed.distance(LEAD_MS) / UNIT;
        Some(Lapse { from: cursor, to: Time(event.0 - lead), event, played_ms: 0 })
    }

    /// Where the cursor is: it begins and ends at the ordinary speed, and is fast between.
    fn cursor(self, speed: Speed) -> Time {
        let ordinary = speed.distance(self.played_ms) / UNIT;
        let span = self.to.since(self.from);
        let rest = span.saturating_sub(speed.distance(LAPSE_MS) / UNIT);
        // Smoothstep, 3t² - 2t³, in 1024ths.
        let part = self.played_ms * UNIT / LAPSE_MS;
        let eased = part * part * (3 * UNIT - 2 * part) / (UNIT * UNIT);
        Time(self.from.plus(ordinary + rest * eased / UNIT).0.min(self.to.0))
    }
}

/// What the page says about the way time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As the speed says.
    Ordinary,
    /// An idle stretch is run through.
    Lapse {
        /// How many times faster than the clock on the wall, on average.
        factor: u64,
        /// How long nothing happens, in milliseconds.
        idle_ms: u64,
    },
    /// Nothing more will happen by itself.
    Quiet,
}

/// Turns wall time into cursor time.
#[derive(Clone, Debug)]
pub struct Playback {
    is_playing: bool,
    speed: Speed,
    /// The number of speed steps by which it is slower.
    slower: u8,
    /// The wall time of the last frame.
    last_ms: Option<u64>,
    /// What was too little for a whole millisecond, in 1024ths.
    remainder: u64,
    lapse: Option<Lapse>,
    pace: Pace,
}

impl Default for Playback {
    fn default() -> Playback {
        Playback {
            is_playing: false,
            speed: Speed::ONE,
            slower: 0,
            last_ms: None,
            remainder: 0,
            lapse: None,
            pace: Pace::Ordinary,
        }
    }
}

impl Playback {
    /// Whether time passes.
    pub fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// Lets time pass, or stops it.
    pub fn set_playing(&mut self, is_playing: bool) {
        self.is_playing = is_playing;
        self.last_ms = None;
        self.pace = if is_playing { self.pace } else { Pace::Ordinary };
    }

    /// How fast.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Changes the speed.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        self.interrupt();
    }

    /// Slows the motion down by this number of speed steps, until the next call.
    pub fn set_slower(&mut self, steps: u8) {
        if self.slower != steps {
            self.slower = steps;
            self.interrupt();
        }
    }

    /// The current speed of the motion.
    fn current(&self) -> Speed {
        Speed(self.speed.0.saturating_sub(self.slower))
    }

    /// How time passes at present.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Forgets what the present movement was about: the cursor was moved, or something was done.
    pub fn interrupt(&mut self) {
        self.lapse = None;
        self.remainder = 0;
        self.pace = Pace::Ordinary;
    }

    /// The page sleeps: the time until the next frame does not count.
    pub fn sleep(&mut self) {
        self.last_ms = None;
    }

    /// Where the cursor is at the wall time `wall_ms`; `next` is what is known about the next event.
    pub fn advance(&mut self, wall_ms: u64, cursor: Time, next: Next) -> Time {
        let elapsed = match self.last_ms.replace(wall_ms) {
            Some(last_ms) => wall_ms.saturating_sub(last_ms),
            None => 0,
        };
        let elapsed = if elapsed > LONGEST_FRAME_MS { ONE_FRAME_MS } else { elapsed };
        if !self.is_playing {
            return cursor;
        }
        let speed = self.current();
        if self.lapse.is_some_and(|lapse| Next::At(lapse.event) != next || cursor >= lapse.to) {
            self.lapse = None;
        }
        if let (None, Next::At(event)) = (self.lapse, next) {
            self.lapse = Lapse::over(cursor, event, speed);
        }
        self.pace = match (self.lapse, next) {
            (Some(lapse), _) => lapse.pace(),
            (None, Next::At(_) | Next::Unknown) => Pace::Ordinary,
            (None, Next::Nothing) => Pace::Quiet,
        };
        match &mut self.lapse {
            Some(lapse) => {
                lapse.played_ms = (lapse.played_ms + elapsed).min(LAPSE_MS);
                lapse.cursor(speed)
            }
            None => {
                let distance = speed.distance(elapsed) + self.remainder;
                self.remainder = distance % UNIT;
                cursor.plus(distance / UNIT)
            }
        }
    }
}

impl Lapse {
    fn pace(self) -> Pace {
        match self.to.since(self.from) / LAPSE_MS {
            0 | 1 => Pace::Ordinary,
            factor => Pace::Lapse { factor, idle_ms: self.event.since(self.from) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decisive_stretch_is_slower_for_a_while() {
        let mut playback = Playback::default();
        playback.set_playing(true);
        let frame = |playback: &mut Playback, ms: u64| {
            playback.advance(ms, Time(0), Next::Unknown);
            playback.advance(ms + 400, Time(0), Next::Unknown).0
        };
        assert_eq!(frame(&mut playback, 0), 400);
        playback.set_slower(4);
        assert_eq!(frame(&mut playback, 1_000), 100);
        assert_eq!(playback.speed(), Speed::ONE);
        playback.set_slower(0);
        assert_eq!(frame(&mut playback, 2_000), 400);
    }

    /// Plays frame after frame, 16 ms each, until `done`; how long it took on the wall.
    fn play(
        playback: &mut Playback,
        cursor: &mut Time,
        next: Next,
        done: impl Fn(Time) -> bool,
    ) -> u64 {
        let mut wall = 0;
        playback.advance(wall, *cursor, next);
        while !done(*cursor) && wall < 60_000 {
            wall += 16;
            let to = playback.advance(wall, *cursor, next);
            assert!(to >= *cursor, "time goes backwards: {to:?} after {cursor:?}");
            *cursor = to;
        }
        wall
    }

    fn playing(speed: Speed) -> Playback {
        let mut playback = Playback::default();
        playback.set_speed(speed);
        playback.set_playing(true);
        playback
    }

    #[test]
    fn nothing_moves_while_paused() {
        let mut playback = Playback::default();
        assert_eq!(playback.advance(0, Time(7), Next::At(Time(100))), Time(7));
        assert_eq!(playback.advance(200, Time(7), Next::At(Time(100))), Time(7));
    }

    #[test]
    fn slow_speeds_lose_nothing_to_rounding() {
        let mut playback = playing(Speed::from_step(0));
        let mut cursor = Time(0);
        let wall = play(&mut playback, &mut cursor, Next::At(Time(300)), |now| now >= Time(125));
        assert!((1_000..1_020).contains(&wall), "{wall}");
    }

    #[test]
    fn a_sleeping_page_does_not_jump() {
        let mut playback = playing(Speed::ONE);
        playback.advance(0, Time(0), Next::At(Time(1_000)));
        assert_eq!(playback.advance(90_000, Time(0), Next::At(Time(1_000))), Time(16));
        playback.sleep();
        assert_eq!(playback.advance(90_100, Time(16), Next::At(Time(1_000))), Time(16));
    }

    #[test]
    fn any_idle_stretch_takes_about_three_seconds() {
        for step in 0..=Speed::MAX.step() {
            for idle in [4_000, 60_000, 900_000] {
                let speed = Speed::from_step(step);
                let mut playback = playing(speed);
                let (mut cursor, event) = (Time(5_000), Time(5_000 + idle));
                let at_once = idle * UNIT / speed.distance(1);
                let wall = play(&mut playback, &mut cursor, Next::At(event), |now| now >= event);
                assert!(wall <= 3_100 && wall <= at_once + 50, "{}: {wall}", speed.label());
                assert!(wall >= 2_900.min(at_once), "{}: {wall}", speed.label());
            }
        }
    }

    #[test]
    fn a_time_lapse_says_how_fast_and_over_what() {
        let mut playback = playing(Speed::ONE);
        playback.advance(0, Time(0), Next::At(Time(252_500)));
        assert_eq!(playback.pace(), Pace::Lapse { factor: 100, idle_ms: 252_500 });
        // An event that turns up earlier ends it.
        playback.advance(16, Time(0), Next::At(Time(1_000)));
        assert_eq!(playback.pace(), Pace::Ordinary);
    }

    #[test]
    fn without_events_time_goes_on_and_says_so() {
        let mut playback = playing(Speed::ONE);
        let mut cursor = Time(0);
        let wall = play(&mut playback, &mut cursor, Next::Nothing, |now| now >= Time(1_000));
        assert_eq!(wall, 1_008);
        assert_eq!(playback.pace(), Pace::Quiet);
    }

    #[test]
    fn speeds_are_found_by_number() {
        for (thousandths, label) in [(1_000, "1×"), (250, "1/4×"), (3, "1/8×"), (99_000, "64×")]
        {
            assert_eq!(Speed::from_thousandths(thousandths).label(), label);
        }
        assert_eq!(Speed::ONE.faster().faster().label(), "2×");
        assert_eq!(Speed::MAX.faster(), Speed::MAX);
        assert_eq!(Speed::from_step(0).slower(), Speed::from_step(0));
    }
}
