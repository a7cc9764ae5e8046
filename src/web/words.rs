//! How the page writes instants, durations and names.

use crate::api::{Kind, Time};
use crate::cluster::Subject;

/// An instant on the time line: `1:23.4`.
pub(super) fn clock(time: Time) -> String {
    let tenths = time.0 / 100;
    let (minutes, seconds) = (tenths / 600, tenths / 10 % 60);
    if minutes < 60 {
        format!("{minutes}:{seconds:02}.{}", tenths % 10)
    } else {
        format!("{}:{:02}:{seconds:02}.{}", minutes / 60, minutes % 60, tenths % 10)
    }
}

/// An instant without tenths, where there are many: `1:23`.
pub(super) fn short_clock(time: Time) -> String {
    let seconds = time.0 / 1_000;
    if seconds < 3_600 {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    } else {
        format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

/// A duration in words: `4 min 12 s`.
pub(super) fn duration(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// The name of what an event is about, short enough for a column.
pub(super) fn name(subject: &Subject) -> &str {
    match subject {
        Subject::Object(object) => object.key.name(),
        Subject::Client(name) | Subject::Name(name) => name,
    }
}

/// The ordinal whose hue a subject has, if it belongs to an identity.
pub(super) fn ordinal(subject: &Subject) -> Option<u32> {
    let name = match subject {
        Subject::Object(object) => match object.kind {
            Kind::Pod | Kind::PersistentVolumeClaim => object.key.name(),
            _ => return None,
        },
        Subject::Name(name) => name.split('.').next()?,
        Subject::Client(_) => return None,
    };
    name.rsplit_once('-')?.1.parse().ok()
}

/// The class of a subject's hue, or an empty string.
pub(super) fn hue(subject: &Subject) -> &'static str {
    const HUES: [&str; 12] = [
        "hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7", "hue-8", "hue-9",
        "hue-10", "hue-11",
    ];
    ordinal(subject).map_or("", |ordinal| HUES[ordinal as usize % HUES.len()])
}
