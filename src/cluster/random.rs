//! Chance: one named generator, a stream for each concern, so that one more draw here shifts nothing there.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What chance is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// UIDs.
    Identity,
    /// How long a controller takes to answer.
    Control,
    /// Which of two equal nodes is taken.
    Scheduling,
    /// How long storage takes.
    Storage,
    /// How long a node takes.
    Node,
    /// How long a message takes.
    Network,
}

const STREAMS: u64 = 6;

/// The streams of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random(Vec<Xoshiro256PlusPlus>);

impl Random {
    /// The streams that follow from a seed.
    pub fn new(seed: u64) -> Random {
        let stream = |number: u64| {
            Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(STREAMS).wrapping_add(number))
        };
        Random((0..STREAMS).map(stream).collect())
    }

    /// A number below `bound`, 0 if that is 0. The bias of the remainder is below 2^-32 for our bounds.
    pub fn below(&mut self, stream: Stream, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next(stream) % bound }
    }

    /// 128 random bits in the form of a version 4 UUID.
    pub fn uuid(&mut self) -> u128 {
        let bits =
            u128::from(self.next(Stream::Identity)) << 64 | u128::from(self.next(Stream::Identity));
        bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62
    }

    fn next(&mut self, stream: Stream) -> u64 {
        self.0.get_mut(stream as usize).map_or(0, Rng::next_u64)
    }
}
