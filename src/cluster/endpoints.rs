//! stub
use super::*;
pub fn sync(_: &mut Step<'_>, _: &Key) {}
