//! The identity of a state of a cluster.

/// Identifies a state of a cluster apart from its clock: clusters with equal ids are equal but for `now`.
///
/// The id is opaque. [`crate::timeline::Timeline::state_id`] makes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateId {
    run: u32,
    steps: u64,
    lines: u64,
}

impl StateId {
    /// The state after so many steps of the simulation and so many lines of the recipe.
    pub(crate) fn new([steps, lines]: [u64; 2]) -> StateId {
        StateId { run: 0, steps, lines }
    }

    /// The same position in another run: `run` differs between recipes that share a cache.
    pub fn in_run(self, run: u32) -> StateId {
        StateId { run, ..self }
    }
}
