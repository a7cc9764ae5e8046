//! How the work of a frame is spread when it is too much for one: on a slow machine the parts of it take
//! turns, and the picture moves less often, but evenly. Pure and in integers, as the rest of playing.

/// A frame that comes so much after the one before it is late: that is less than 40 in a second.
const LATE_MS: u64 = 25;
/// It is late, too, if the work on it begins so much after its time, because of the one before.
const LAG_MS: u64 = 6;
/// After so long it was not slow, it slept.
const ASLEEP_MS: u64 = 500;
/// For how many frames the machine is taken for slow at first, and four times as many whenever it still
/// is: one late frame may be a chance.
const REST: u32 = 90;
const LONGEST_REST: u32 = 20_000;
/// After so many frames in time, with all the work in each, it is taken for fast.
const CALM: u32 = 1_200;
/// The panels follow after so many pictures.
const PICTURES: u32 = 3;

/// What is done in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// All that there is to do.
    All,
    /// Time goes on; if nothing has happened meanwhile, the next picture is made.
    Next,
    /// The next picture is made.
    Draw,
    /// What moves in the picture is moved.
    Moves,
    /// The rest of the picture is written.
    Rest,
    /// The panels follow.
    Panels,
}

/// What the last frame has left to be done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Left {
    /// The next picture is to be made.
    pub picture: bool,
    /// Only what moves was written of the last one.
    pub rest: bool,
}

/// Follows the frames, and says what is to be done in each.
#[derive(Debug)]
pub struct Cadence {
    last_ms: u64,
    /// How many frames were in time with all the work in each.
    calm: u32,
    /// For how many more frames the machine is taken for slow.
    slow: u32,
    /// For how many it will be taken for slow the next time.
    rest: u32,
    /// What was done last, and how many pictures were shown since the panels followed.
    turn: Turn,
    pictures: u32,
}

impl Default for Cadence {
    fn default() -> Cadence {
        let (calm, slow, pictures) = (0, 0, 0);
        Cadence { last_ms: 0, calm, slow, rest: REST, turn: Turn::All, pictures }
    }
}

impl Cadence {
    /// What is to be done in the frame of `now_ms`, the work on which begins `lag_ms` later.
    pub fn turn(&mut self, now_ms: u64, lag_ms: u64, left: Left) -> Turn {
        let passed = now_ms.saturating_sub(self.last_ms);
        self.last_ms = now_ms;
        let is_late = (passed > LATE_MS || lag_ms > LAG_MS) && passed < ASLEEP_MS;
        self.calm = if is_late || self.turn != Turn::All { 0 } else { self.calm.saturating_add(1) };
        if is_late && self.turn == Turn::All {
            self.slow = self.rest;
            self.rest = (self.rest * 4).min(LONGEST_REST);
        } else if self.calm > CALM {
            self.rest = REST;
        }
        self.slow = self.slow.saturating_sub(1);
        self.turn = match self.turn {
            // Whatever was spread is done by then.
            Turn::All | Turn::Panels if self.slow == 0 => Turn::All,
            Turn::Next if left.picture => Turn::Draw,
            Turn::Next | Turn::Draw => Turn::Moves,
            Turn::Moves if left.rest => Turn::Rest,
            Turn::Moves | Turn::Rest if self.pictures == PICTURES => Turn::Panels,
            _ => Turn::Next,
        };
        match self.turn {
            Turn::Moves => self.pictures += 1,
            Turn::Panels => self.pictures = 0,
            _ => {}
        }
        self.turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The turns of `count` frames that come every `ms`.
    fn play(cadence: &mut Cadence, ms: u64, count: usize, left: Left) -> Vec<Turn> {
        let mut now = cadence.last_ms;
        let mut frame = || {
            now += ms;
            cadence.turn(now, 0, left)
        };
        (0..count).map(|_| frame()).collect()
    }

    #[test]
    fn a_fast_machine_does_everything_in_every_frame() {
        let turns = play(&mut Cadence::default(), 16, 300, Left::default());
        assert!(turns.iter().all(|turn| *turn == Turn::All));
    }

    #[test]
    fn a_late_frame_spreads_the_work_for_a_while() {
        use Turn::{All, Moves, Next, Panels};
        let mut cadence = Cadence::default();
        let cycle = [Next, Moves, Next, Moves, Next, Moves, Panels, Next];
        assert_eq!(play(&mut cadence, 33, 8, Left::default()), cycle);
        let turns = play(&mut cadence, 16, 200, Left::default());
        let fast = turns.iter().position(|turn| *turn == All).expect("a fast frame");
        let slow = REST as usize - 1 - cycle.len();
        assert!((slow..slow + 7).contains(&fast), "{fast}");
        assert_eq!(turns[fast - 1], Panels);
        assert!(turns[fast..].iter().all(|turn| *turn == All));
    }

    #[test]
    fn work_that_begins_late_is_late() {
        let mut cadence = Cadence::default();
        let mut turn = |now, lag| cadence.turn(now, lag, Left::default());
        assert_eq!([turn(16, 1), turn(33, 3), turn(50, 9)], [Turn::All, Turn::All, Turn::Next]);
    }

    #[test]
    fn what_is_left_has_frames_of_its_own() {
        use Turn::{Draw, Moves, Next, Rest};
        let left = Left { picture: true, rest: true };
        let turns = play(&mut Cadence::default(), 33, 6, left);
        assert_eq!(turns, [Next, Draw, Moves, Rest, Next, Draw]);
    }

    #[test]
    fn a_machine_that_stays_slow_is_tried_less_and_less_often() {
        let mut cadence = Cadence::default();
        let turns = play(&mut cadence, 33, 3_000, Left::default());
        let tried = turns.iter().filter(|turn| **turn == Turn::All).count();
        assert!((2..=4).contains(&tried), "{tried} of 3000 frames");
        // Calm frames make it a fast machine again.
        let calm = play(&mut cadence, 16, 40_000, Left::default());
        assert_eq!(calm.last(), Some(&Turn::All));
        assert_eq!(cadence.rest, REST);
    }

    #[test]
    fn a_page_that_slept_is_not_slow() {
        let mut cadence = Cadence::default();
        assert_eq!(play(&mut cadence, 90_000, 3, Left::default()), [Turn::All; 3]);
    }
}
