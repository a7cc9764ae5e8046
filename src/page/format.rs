//! Text for the page: instants, durations, percentages, and shortened strings.

use crate::api::Time;
use crate::notation::parse_duration;
use crate::timeline::playback::Pace;

/// An instant to the tenth of a second: `1:23.4`, from one hour on `1:02:03.4`.
pub fn clock(time: Time) -> String {
    format!("{}.{}", short_clock(time), time.0 / 100 % 10)
}

/// An instant to the second: `1:23`, from one hour on `1:02:03`.
pub fn short_clock(time: Time) -> String {
    time.since_start()
}

/// A duration in minutes and seconds, rounded up: `4 min 12 s`.
pub fn duration(ms: u64) -> String {
    let seconds = ms.div_ceil(1_000);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// The message about the pace of playback, if it is not the usual one.
pub fn pace(pace: Pace) -> Option<String> {
    match pace {
        Pace::Ordinary => None,
        Pace::Lapse { factor, idle_ms } => {
            Some(format!("Fast-forward ×{factor}: next event in {}", duration(idle_ms)))
        }
        Pace::Quiet => Some("Nothing more will happen on its own. Click a pod or node.".into()),
    }
}

/// The position of an instant on a timeline of this length, in percent with two decimals.
/// Uses integers only, because the code that formats floats is large.
pub fn percent(time: Time, length: Time) -> String {
    let hundredths = (time.0 * 10_000 / length.0.max(1)).min(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Parses an instant such as `41000` (milliseconds), `41s`, `1m30s`, `0:41` or `1:02:03.5`.
/// Returns milliseconds, or `None` for anything else.
pub fn parse_instant(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once(':') {
        None if is_number => text.parse().ok(),
        None => parse_duration(text),
        Some(_) => parse_clock(text),
    }
}

/// Parses `0:41` or `1:02:03.5` into milliseconds.
fn parse_clock(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds: u64 = 0;
    let parts: Vec<&str> = whole.split(':').collect();
    for (index, part) in parts.iter().enumerate() {
        let number: u64 = digits(part)?;
        let is_whole = index == 0 || (part.len() == 2 && number < 60);
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
        (is_whole && parts.len() <= 3).then_some(())?;
    }
    // Checked before slicing: after this, every character is one byte.
    digits(fraction)?;
    let thousandths = digits(format!("{fraction:0<3}").get(..3)?)?;
    seconds.checked_mul(1_000)?.checked_add(thousandths)
}

/// Parses decimal digits. `None` if there is any other character, even a sign.
fn digits(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The first line that is not blank, followed by an ellipsis if there are more.
pub fn first_line(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?.to_owned();
    Some(if lines.next().is_some() { first + " …" } else { first })
}

/// An upstream source without its directories: `stateful_set_control.go: processReplica` for
/// `pkg/controller/statefulset/stateful_set_control.go: processReplica`.
pub fn short_source(source: &'static str) -> &'static str {
    let (path, _) = source.split_once(": ").unwrap_or((source, ""));
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    &source[start..]
}

/// The first sentence of a text.
pub fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_hours_only_if_needed() {
        for (ms, long, short) in [
            (0, "0:00.0", "0:00"),
            (41_250, "0:41.2", "0:41"),
            (83_499, "1:23.4", "1:23"),
            (3_599_999, "59:59.9", "59:59"),
            (3_600_000, "1:00:00.0", "1:00:00"),
            (36_061_500, "10:01:01.5", "10:01:01"),
        ] {
            assert_eq!(clock(Time(ms)), long);
            assert_eq!(short_clock(Time(ms)), short);
        }
    }

    #[test]
    fn durations_are_rounded_up() {
        for (ms, text) in
            [(0, "0 s"), (1, "1 s"), (59_001, "1 min"), (60_000, "1 min"), (252_000, "4 min 12 s")]
        {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn an_unusual_pace_has_a_message() {
        assert_eq!(pace(Pace::Ordinary), None);
        let lapse = pace(Pace::Lapse { factor: 20, idle_ms: 61_000 });
        assert_eq!(lapse.as_deref(), Some("Fast-forward ×20: next event in 1 min 1 s"));
        assert!(pace(Pace::Quiet).is_some());
    }

    #[test]
    fn percentages_stay_on_the_timeline() {
        assert_eq!(percent(Time(0), Time(15_000)), "0.00");
        assert_eq!(percent(Time(5_000), Time(15_000)), "33.33");
        assert_eq!(percent(Time(20_000), Time(15_000)), "100.00");
        assert_eq!(percent(Time(0), Time(0)), "0.00");
    }

    #[test]
    fn instants_are_parsed_in_every_notation() {
        for (text, ms) in [
            ("41000", 41_000),
            (" 41s ", 41_000),
            ("1m30s", 90_000),
            ("0:41", 41_000),
            ("90:00", 5_400_000),
            ("1:02:03.5", 3_723_500),
            ("0:00.1234", 123),
        ] {
            assert_eq!(parse_instant(text), Some(ms), "{text}");
        }
        for text in
            ["", "x", "0:5", "0:61", "1:2:3:4", "0:41.x", "0:41.é", "-1", "99999999999999999999"]
        {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn clocks_are_parsed_back() {
        for ms in [0, 900, 41_200, 3_599_900, 36_061_500] {
            assert_eq!(parse_instant(&clock(Time(ms))), Some(ms));
        }
    }

    #[test]
    fn the_first_line_is_not_blank() {
        assert_eq!(first_line("\n \npod/web-0 deleted\n"), Some("pod/web-0 deleted".into()));
        assert_eq!(first_line("one\ntwo\n"), Some("one …".into()));
        assert_eq!(first_line("\n"), None);
    }

    #[test]
    fn sources_lose_their_directories() {
        assert_eq!(short_source("pkg/controller/set.go: sync"), "set.go: sync");
        assert_eq!(short_source("KEP-961"), "KEP-961");
    }

    #[test]
    fn a_point_within_a_word_does_not_end_a_sentence() {
        let text = "web-0 is Ready, IP 10.244.3.2. It has a volume.";
        assert_eq!(first_sentence(text), "web-0 is Ready, IP 10.244.3.2.");
        assert_eq!(first_sentence("web-0"), "web-0");
    }
}
