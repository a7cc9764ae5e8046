//! Instants as Kubernetes writes them, counted from the beginning of an observation.

use crate::api::Time;
use crate::api::json::{Node, Value};

/// Seconds since 1970.
pub(super) type Seconds = i64;

/// The seconds that a text such as `2026-11-20T22:50:55Z` or `2026-11-20T22:50:55.123456Z` means, without their fraction.
pub(super) fn parse(text: &str) -> Option<Seconds> {
    let bytes = text.as_bytes();
    let signs = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let is_time = bytes.len() >= 20
        && bytes.len() <= 40
        && bytes.last() == Some(&b'Z')
        && signs.iter().all(|(index, sign)| bytes.get(*index) == Some(sign));
    if !is_time {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<i64>().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    Some(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// The days from 1970 to a day (`days_from_civil` of Howard Hinnant's date algorithms).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// A number of seconds since 1970 as Kubernetes writes it.
pub(super) fn write(seconds: Seconds) -> String {
    // The calendar of the model begins in 2026, and that of 400 years repeats.
    let era = 146_097 * 86_400;
    let first = days(2026, 1, 1) * 86_400;
    let since = (seconds - first).rem_euclid(era);
    let text = Time(u64::try_from(since).unwrap_or_default() * 1_000).rfc3339();
    let year = text.get(..4).and_then(|year| year.parse::<i64>().ok()).unwrap_or_default();
    let year = year + (seconds - first).div_euclid(era) * 400;
    format!("{year:04}{}", text.get(4..).unwrap_or_default())
}

/// The latest instant in an object, except when its deletion ends.
pub(super) fn latest(node: &Node) -> Option<Seconds> {
    match &node.value {
        Value::Text(text) => parse(text),
        Value::List(items) => items.iter().filter_map(latest).max(),
        Value::Map(entries) => {
            let entries = entries.iter().filter(|entry| entry.key != "deletionTimestamp");
            entries.filter_map(|entry| latest(&entry.node)).max()
        }
        _ => None,
    }
}

/// The instant of a number of seconds since 1970, in a recipe that begins at `from`; what is earlier is the beginning.
pub(super) fn since(from: Seconds, seconds: Seconds) -> Time {
    Time(u64::try_from(seconds.saturating_sub(from)).unwrap_or(0).saturating_mul(1_000))
}

/// Counts all instants in an object from `from`. None is later than `now`, when the object was reported, except when its
/// deletion ends: the beginning is known only to a second.
pub(super) fn rebase(node: &mut Node, from: Seconds, now: Time) {
    match &mut node.value {
        Value::Text(text) => {
            if let Some(seconds) = parse(text) {
                *text = since(from, seconds).min(now).rfc3339();
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| rebase(item, from, now)),
        Value::Map(entries) => {
            for entry in entries {
                let is_end = entry.key == "deletionTimestamp";
                rebase(&mut entry.node, from, if is_end { Time(u64::MAX) } else { now });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_any_year_are_read_and_written() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2019-12-31T23:59:59Z",
            "2024-02-29T12:00:00Z",
            "2026-11-20T22:50:55Z",
        ] {
            assert_eq!(parse(text).map(write).as_deref(), Some(text));
        }
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(parse("2026-11-20T22:50:55.123456Z"), parse("2026-11-20T22:50:55Z"));
        for text in [
            "",
            "2026-11-20",
            "2026-11-20T22:50:55+01:00",
            "2026-1x-20T22:50:55Z",
            "x26-11-20T22:50:55.000Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
