//! One integration binary: everything goes through what users of the crate have.

mod cases;
mod manifest;
mod properties;
mod tidy;
