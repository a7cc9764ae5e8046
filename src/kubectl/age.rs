//! Spans of time as kubectl prints them (`k8s.io/apimachinery/pkg/util/duration`).

use crate::api::Time;

/// The time since an instant that is printed in an object, as in `2m5s`; `<unknown>` if there is none.
pub(super) fn since(now: Time, printed: &str) -> String {
    match Time::parse(printed) {
        // What is printed has no milliseconds.
        Some(time) if time > now.plus(1000) => "<invalid>".into(),
        Some(time) => span(now.since(time)),
        None => "<unknown>".into(),
    }
}

/// `duration.HumanDuration`; in milliseconds.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    match () {
        () if seconds < 120 => format!("{seconds}s"),
        () if minutes < 10 && !seconds.is_multiple_of(60) => format!("{minutes}m{}s", seconds % 60),
        () if minutes < 180 => format!("{minutes}m"),
        () if hours < 8 && minutes % 60 != 0 => format!("{hours}h{}m", minutes % 60),
        () if hours < 48 => format!("{hours}h"),
        () if days < 8 && !hours.is_multiple_of(24) => format!("{days}d{}h", hours % 24),
        () if days < 730 => format!("{days}d"),
        () => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_as_kubectl_prints_them() {
        let ages = [0, 119_000, 120_000, 125_000, 660_000, 3 * 3_600_000 + 60_000, 9 * 3_600_000];
        assert_eq!(ages.map(span), ["0s", "119s", "2m", "2m5s", "11m", "3h1m", "9h"]);
        assert_eq!(span(50 * 3_600_000), "2d2h");
    }
}
