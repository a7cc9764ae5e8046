//! How the work of a frame is spread when it is too much for one: on a slow machine the picture moves
//! half as often, and evenly. Pure and in integers, as the rest of playing.

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
pub enum Share {
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
    /// Which share of the work was done last, and how many pictures were shown since the panels followed.
    share: Share,
    pictures: u32,
}

impl Default for Cadence {
    fn default() -> Cadence {
        let (calm, slow, pictures) = (0, 0, 0);
        Cadence { last_ms: 0, calm, slow, rest: REST, share: Share::All, pictures }
    }
}

impl Cadence {
    /// What is to be done in the frame of `now_ms`, the work on which begins `lag_ms` later.
    pub fn share(&mut self, now_ms: u64, lag_ms: u64, left: Left) -> Share {
        let passed = now_ms.saturating_sub(self.last_ms);
        self.last_ms = now_ms;
        let is_late = (passed > LATE_MS || lag_ms > LAG_MS) && passed < ASLEEP_MS;
        self.calm =
            if is_late || self.share != Share::All { 0 } else { self.calm.saturating_add(1) };
        if is_late && self.share == Share::All {
            self.slow = self.rest;
            self.rest = (self.rest * 4).min(LONGEST_REST);
        } else if self.calm > CALM {
            self.rest = REST;
        }
        self.slow = self.slow.saturating_sub(1);
        self.share = match self.share {
            // Whatever was spread is done by then.
            Share::All | Share::Panels if self.slow == 0 => Share::All,
            Share::Next if left.picture => Share::Draw,
            Share::Next | Share::Draw => Share::Moves,
            Share::Moves if left.rest => Share::Rest,
            Share::Moves | Share::Rest if self.pictures == PICTURES => Share::Panels,
            _ => Share::Next,
        };
        match self.share {
            Share::Moves => self.pictures += 1,
            Share::Panels => self.pictures = 0,
            _ => {}
        }
        self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shares of `count` frames that come every `ms`.
    fn play(cadence: &mut Cadence, ms: u64, count: usize, left: Left) -> Vec<Share> {
        let mut now = cadence.last_ms;
        let mut frame = || {
            now += ms;
            cadence.share(now, 0, left)
        };
        (0..count).map(|_| frame()).collect()
    }

    #[test]
    fn a_fast_machine_does_everything_in_every_frame() {
        let shares = play(&mut Cadence::default(), 16, 300, Left::default());
        assert!(shares.iter().all(|share| *share == Share::All));
    }

    #[test]
    fn a_late_frame_spreads_the_work_for_a_while() {
        use Share::{All, Moves, Next, Panels};
        let mut cadence = Cadence::default();
        let cycle = [Next, Moves, Next, Moves, Next, Moves, Panels, Next];
        assert_eq!(play(&mut cadence, 33, 8, Left::default()), cycle);
        let shares = play(&mut cadence, 16, 200, Left::default());
        let fast = shares.iter().position(|share| *share == All).expect("a fast frame");
        let slow = REST as usize - 1 - cycle.len();
        assert!((slow..slow + 7).contains(&fast), "{fast}");
        assert_eq!(shares[fast - 1], Panels);
        assert!(shares[fast..].iter().all(|share| *share == All));
    }

    #[test]
    fn work_that_begins_late_is_late() {
        let mut cadence = Cadence::default();
        let mut share = |now, lag| cadence.share(now, lag, Left::default());
        assert_eq!(
            [share(16, 1), share(33, 3), share(50, 9)],
            [Share::All, Share::All, Share::Next]
        );
    }

    #[test]
    fn what_is_left_has_frames_of_its_own() {
        use Share::{Draw, Moves, Next, Rest};
        let left = Left { picture: true, rest: true };
        let shares = play(&mut Cadence::default(), 33, 6, left);
        assert_eq!(shares, [Next, Draw, Moves, Rest, Next, Draw]);
    }

    #[test]
    fn a_machine_that_stays_slow_is_tried_less_and_less_often() {
        let mut cadence = Cadence::default();
        let shares = play(&mut cadence, 33, 3_000, Left::default());
        let tried = shares.iter().filter(|share| **share == Share::All).count();
        assert!((2..=4).contains(&tried), "{tried} of 3000 frames");
        // Calm frames make it a fast machine again.
        let calm = play(&mut cadence, 16, 40_000, Left::default());
        assert_eq!(calm.last(), Some(&Share::All));
        assert_eq!(cadence.rest, REST);
    }

    #[test]
    fn a_page_that_slept_is_not_slow() {
        let mut cadence = Cadence::default();
        assert_eq!(play(&mut cadence, 90_000, 3, Left::default()), [Share::All; 3]);
    }
}
