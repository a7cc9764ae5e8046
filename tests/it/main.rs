//! One integration binary: everything goes through what users of the crate have.

mod cases;
mod properties;
mod tidy;
