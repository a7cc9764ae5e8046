//! Functions for the element's script that need no run: reading times, and versions.

use crate::kubectl;
use crate::limits;
use crate::page::format::parse_instant;
use crate::timeline::Timeline;
use wasm_bindgen::prelude::*;

/// The maximum length of a story, in milliseconds.
#[wasm_bindgen]
pub fn latest() -> f64 {
    limits::CLUSTER_TIME_MS as f64
}

/// Parses an instant such as `41000` (milliseconds), `41s`, `1m30s`, `0:41` or `1:02:03.5`. Returns milliseconds, or
/// `None` for anything else.
#[wasm_bindgen]
pub fn instant(text: &str) -> Option<f64> {
    parse_instant(text).map(|ms| ms as f64)
}

/// The versions of Ordinal, its rules and the simulated Kubernetes, one per line.
#[wasm_bindgen]
pub fn versions() -> String {
    let mut text = format!("Ordinal {}", env!("CARGO_PKG_VERSION"));
    if let Ok(timeline) = Timeline::new("ordinal 1\n") {
        let rules = timeline.rules();
        let rules = rules.split('.').next().unwrap_or_default();
        text += &format!(", rules {rules}\n{}", kubectl::versions(timeline.cluster()));
    }
    text
}
