//! One integration binary: everything goes through what users of the crate have.

mod cases;
mod conformance;
mod kubectl;
mod manifest;
mod names;
mod nodes;
mod pictures;
mod properties;
mod refusals;
mod tidy;
mod worlds;
