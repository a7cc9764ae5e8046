//! How the work of a frame is spread when it is too much for one: on a slow machine the picture moves
//! half as often, and evenly.

/// A frame that comes so much after the one before it is late: that is less than 40 in a second.
const LATE_MS: f64 = 25.0;
/// For how many frames the machine is taken for slow at first, and four times as many whenever it still
/// is: one late frame may be a chance.
const REST: u32 = 90;
const LONGEST_REST: u32 = 20_000;
/// After so many frames in time it is taken for fast.
const CALM: u32 = 1_200;
/// The panels follow after so many pictures.
const PICTURES: u32 = 3;

/// What is done in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
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
pub(super) struct Left {
    /// The next picture is to be made.
    pub picture: bool,
    /// Only what moves was written of the last one.
    pub rest: bool,
}

/// Follows the frames, and says what is to be done in each.
#[derive(Debug)]
pub(super) struct Cadence {
    last_ms: f64,
    /// How many frames were in time.
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
        Cadence { last_ms: 0.0, calm, slow, rest: REST, share: Share::All, pictures }
    }
}

impl Cadence {
    /// What is to be done in the frame that begins now; `now_ms` is on the clock of the frames.
    pub(super) fn share(&mut self, now_ms: f64, left: Left) -> Share {
        let passed = now_ms - self.last_ms;
        self.last_ms = now_ms;
        // After half a second it was not slow, it slept.
        let is_late = passed > LATE_MS && passed < 500.0;
        self.calm = if is_late { 0 } else { self.calm.saturating_add(1) };
        if self.slow == 0 && is_late {
            self.slow = self.rest;
            self.rest = (self.rest * 4).min(LONGEST_REST);
        } else if self.slow == 0 && self.calm > CALM {
            self.rest = REST;
        }
        self.slow = self.slow.saturating_sub(1);
        self.share = match self.share {
            _ if self.slow == 0 => Share::All,
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
