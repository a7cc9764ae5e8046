//! The page: wasm only, one custom element around a [`crate::timeline::Timeline`].
//!
//! [`session`] is the state and the one place that changes it, [`action`] all that can happen to it,
//! [`app`] the root component that owns it. The rest are parts without state of their own: they get
//! properties and send actions. Only the [`picture`] and the [`cursor`] of the time line are
//! updated in each frame, without the framework; the rest ([`beside`]) is rendered when something has changed.
//!
//! The script `static/element.js` makes the element; [`lab`] is what it calls.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod about;
mod acting;
mod action;
mod app;
mod beside;
mod choices;
mod cursor;
mod dialog;
mod drawn;
pub mod failure;
mod focus;
mod frame;
mod guard;
mod help;
mod history;
mod host;
mod icons;
mod job;
mod keys;
pub mod lab;
mod lesson;
mod lesson_card;
mod lesson_list;
mod log;
mod loop_panel;
mod manifest;
mod memory;
mod menu;
mod panels;
mod part;
mod picture;
mod session;
mod share;
mod shared;
mod stage;
mod terminal;
mod top;
mod track;
mod transport;
mod why_panel;
mod words;
mod words_panel;

/// Prepares what every element on the page shares.
pub fn install() {
    failure::install_hook();
}
