//! The page in the browser: a custom element around a [`crate::timeline::Timeline`]. Compiled for wasm only.
//!
//! [`session`] holds the state and is the only code that changes it, [`action`] lists everything that can happen to
//! it, and [`app`] is the root component that owns it. The other components have no state of the run: they get
//! properties and send actions. [`picture`] and [`cursor`] are updated in every frame, without Yew; the other
//! components are rendered only when [`session::PanelState`] has changed. State and computations that need no browser
//! are in [`crate::page`].
//!
//! The script `static/element.js` creates the element and calls [`lab`].

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod about;
mod action;
mod app;
mod cluster_dialog;
mod control_loop_panel;
mod cursor;
mod dialog;
mod dom_items;
mod event_log;
mod export;
pub mod failure;
mod focus;
mod futures_panel;
mod guard;
mod help_dialog;
mod icons;
mod keys;
pub mod lab;
pub mod lab_lessons;
pub mod later;
mod lesson_card;
mod lesson_list;
mod lesson_parts;
mod manifest_dialog;
mod memo;
mod menu;
mod picture;
mod picture_input;
mod pointer;
mod script;
mod session;
mod share_dialog;
mod survive_dialog;
mod terminal_view;
mod terms;
mod timeline_slider;
mod top_bar;
mod transcript_panel;
mod transport;
mod version_dialog;
mod version_panel;
mod why_panel;
pub mod workshop;

/// Prepares the module. Called once, before the first element is created.
pub fn install() {
    failure::install_hook();
}
