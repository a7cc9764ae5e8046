//! Why things happen, and why they do not: a [`Reason`] is a code with typed fields.
//!
//! A reason holds no prose: [`super::sentences`] makes the sentence from it. `docs/reasons.md` lists every code with
//! its fields, its sentence and its source.

#[macro_use]
mod coded;
mod codes;
mod details;
mod event;
mod value;

pub use codes::{Code, Reason};
pub use details::{Detail, DetailCode};
pub use event::{Component, EventType};
pub use value::{ContainerRef, Duration, Value, texts};

/// The names of the fields of a code.
pub type Names = std::iter::Skip<std::str::Split<'static, char>>;
