//! A movement of the cursor that is under way.

use super::player::Player;
use crate::api::Time;
use crate::cluster::Event;

/// A movement of the cursor in slices; see [`Timeline::go_on`](super::Timeline::go_on). The cursor stays where it is until the
/// movement is complete. Dropping it cancels the movement.
#[derive(Debug)]
pub struct Seek {
    pub(super) to: Time,
    /// The replay from a checkpoint to the target.
    pub(super) replay: Option<Player>,
    /// The log of the replay, which is discarded: its events are already recorded.
    pub(super) log: Vec<Event>,
}

impl Seek {
    /// The target of the movement.
    pub fn to(&self) -> Time {
        self.to
    }
}
