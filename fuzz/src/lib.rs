//! The fuzz targets. What they do is in `tests/it/harness.rs`, which the tests use as well.

#[path = "../../tests/it/harness.rs"]
mod harness;

/// Does what a target does with an input.
pub fn run(target: &str, input: &[u8]) {
    harness::run(target, input);
}
