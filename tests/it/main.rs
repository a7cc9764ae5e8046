//! One integration binary: everything goes through what users of the crate have.

mod cases;
mod conformance;
mod manifest;
mod pictures;
mod properties;
mod tidy;
mod worlds;
