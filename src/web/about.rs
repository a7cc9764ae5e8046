//! Functions for the element's script that need no run: reading times, and versions.

use crate::limits;
use crate::notation::parse_duration;
use crate::timeline::Timeline;
use wasm_bindgen::prelude::*;

/// The latest instant of a story, in milliseconds.
#[wasm_bindgen]
pub fn latest() -> f64 {
    limits::CLUSTER_TIME_MS as f64
}

/// Reads an instant such as `41000` (milliseconds), `41s`, `1m30s`, `0:41` or `1:02:03.5`, in milliseconds.
/// `None` for anything else.
#[wasm_bindgen]
pub fn instant(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let ms = match text.split_once(':') {
        None if is_number => text.parse().ok()?,
        None => parse_duration(text)?,
        Some(_) => clock(text)?,
    };
    Some(ms as f64)
}

/// `0:41` or `1:02:03.5`, in milliseconds.
fn clock(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds: u64 = 0;
    let parts: Vec<&str> = whole.split(':').collect();
    for (index, part) in parts.iter().enumerate() {
        let number: u64 = digits(part)?;
        let is_whole = index == 0 || (part.len() == 2 && number < 60);
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
        (is_whole && parts.len() <= 3).then_some(())?;
    }
    // Checked first: after this every character is one byte.
    digits(fraction)?;
    let thousandths = digits(format!("{fraction:0<3}").get(..3)?)?;
    seconds.checked_mul(1_000)?.checked_add(thousandths)
}

fn digits(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The versions of Ordinal, its rules and the simulated Kubernetes, one per line.
#[wasm_bindgen]
pub fn versions() -> String {
    let mut text = format!("Ordinal {}", env!("CARGO_PKG_VERSION"));
    if let Ok(mut timeline) = Timeline::new("ordinal 1\n") {
        let rules = timeline.rules();
        let rules = rules.split('.').next().unwrap_or_default();
        text += &format!(", rules {rules}\n{}", timeline.run_line("kubectl version").stdout);
    }
    text
}
