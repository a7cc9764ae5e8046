//! The state of the page and everything it computes, without the browser.
//!
//! `web` renders this state and connects it to the document. This module compiles natively, so plain
//! `cargo test` covers it.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod by_ptr;
pub mod choices;
pub mod comparison;
pub mod course;
pub mod format;
pub mod frame;
pub mod futures;
pub mod glossary;
pub mod hint;
pub mod history;
pub mod layout;
pub mod lesson;
pub mod live;
pub mod manifest_editor;
pub mod manifest_problems;
pub mod marks;
pub mod narration;
pub mod object_names;
pub mod panels;
pub mod progress;
pub mod recorder;
pub mod run;
pub mod saved_run;
pub mod scene_query;
pub mod settings;
pub mod sheet;
pub mod shortcuts;
pub mod simulated;
pub mod subject;
pub mod terminal;
pub mod why_query;
pub mod word;

#[cfg(test)]
mod tests {
    use crate::api::Time;
    use crate::timeline::Timeline;

    /// The first story at an instant, in seconds.
    pub(super) fn first_story(seconds: u64) -> Timeline {
        let recipe = include_str!("../../static/stories/first.ordinal");
        let mut timeline = Timeline::new(recipe).expect("a story");
        timeline.seek(Time(seconds * 1_000));
        timeline
    }
}
