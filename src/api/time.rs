//! Instants, and how Kubernetes writes them.

use super::parsed::parsed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant: milliseconds since the beginning of the recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// The instant `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Time {
        Time(self.0.saturating_add(ms))
    }

    /// The instant as Kubernetes writes it, as in `2026-01-01T00:00:41Z`.
    pub fn rfc3339(self) -> String {
        let Date { year, month, day, .. } = self.date();
        format!("{year:04}-{month:02}-{day:02}T{}Z", self.clock())
    }

    /// The instant as `kubectl describe` writes it, as in `Thu, 01 Jan 2026 00:00:41 +0000`.
    pub fn rfc1123(self) -> String {
        let Date { year, month, day, weekday } = self.date();
        let (weekday, month) = (name(WEEKDAYS, weekday), name(MONTHS, month - 1));
        format!("{weekday}, {day:02} {month} {year:04} {} +0000", self.clock())
    }

    /// The instant so many seconds later.
    pub fn plus_seconds(self, seconds: u64) -> Time {
        self.plus(milliseconds(seconds))
    }

    /// The instant that a text such as `2026-01-01T00:00:41Z` means; none if there is no such instant,
    /// or if it is before the beginning.
    pub fn parse(text: &str) -> Option<Time> {
        let number = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_before(year, month, day).checked_sub(days_before(EPOCH_YEAR, 1, 1))?;
        Some(Time((days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000))
    }

    /// The time since the start of the run to the second: `1:23`, from one hour on `1:02:03`.
    pub fn since_start(self) -> String {
        let seconds = self.0 / 1_000;
        if seconds < 3_600 {
            format!("{}:{:02}", seconds / 60, seconds % 60)
        } else {
            format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        }
    }

    fn clock(self) -> String {
        let seconds = self.0 / 1000 % 86400;
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The day of the instant, as `civil_from_days` of Howard Hinnant's date algorithms finds it: years that
    /// begin in March have their leap day at the end, so that months and leap years are plain divisions.
    fn date(self) -> Date {
        let days = self.0 / 86_400_000;
        // The first of January 2026 was a Thursday.
        let weekday = (days + 4) % 7;
        let days = days + days_before(EPOCH_YEAR, 1, 1);
        let (era, day_of_era) = (days / ERA_DAYS, days % ERA_DAYS);
        let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
        let year_of_era = (day_of_era - leaps) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let (month, year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Date { year: year + year_of_era + era * 400, month, day, weekday }
    }

    /// The milliseconds from `earlier` to this instant, 0 if that is later.
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Serialize for Time {
    /// Writes the instant as `metav1.Time` does.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl<'de> Deserialize<'de> for Time {
    /// Reads an instant as [`Time::parse`] does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        parsed(deserializer, "Time", Time::parse)
    }
}

/// The year at whose beginning every recipe begins, as far as dates are printed.
const EPOCH_YEAR: u64 = 2026;
const WEEKDAYS: &str = "SunMonTueWedThuFriSat";
const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// A day; the month and the day from 1, the weekday from 0, a Sunday.
struct Date {
    year: u64,
    month: u64,
    day: u64,
    weekday: u64,
}

fn name(names: &'static str, index: u64) -> &'static str {
    let start = usize::try_from(index * 3).unwrap_or(0);
    names.get(start..start + 3).unwrap_or("")
}

/// The days of 400 years, after which the calendar repeats.
const ERA_DAYS: u64 = 146_097;

/// The days from the first of March of the year 0 to a day (`days_from_civil`).
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) =
        if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

/// Seconds in milliseconds, at most as many as there can be.
pub fn milliseconds(seconds: u64) -> u64 {
    seconds.saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_dates() {
        let time = Time::parse("2026-11-20T22:50:55Z").expect("a time");
        assert_eq!(time.rfc3339(), "2026-11-20T22:50:55Z");
        assert_eq!(time.rfc1123(), "Fri, 20 Nov 2026 22:50:55 +0000");
        assert_eq!(Time(0).rfc1123(), "Thu, 01 Jan 2026 00:00:00 +0000");
        let leap = Time::parse("2028-02-29T00:00:00Z").expect("a time");
        assert_eq!(leap.rfc1123(), "Tue, 29 Feb 2028 00:00:00 +0000");
        for text in [
            "2025-12-31T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "",
            "+026-01-01T00:00:00Z",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        // Known ends: a year that is no leap year, one that is, and the last instant that there is.
        let day_ms = 86_400_000;
        assert_eq!(Time(74 * 365 * day_ms + 18 * day_ms).rfc3339(), "2100-01-01T00:00:00Z");
        assert_eq!(
            Time::parse("2100-03-01T00:00:00Z").map(|time| time.rfc3339()).as_deref(),
            Some("2100-03-01T00:00:00Z")
        );
        assert_eq!(Time(u64::MAX).rfc3339(), "584556075-04-03T14:25:51Z");
    }

    /// The days one after the other, as a calendar has them.
    #[test]
    fn every_day_of_four_hundred_years_follows_the_one_before() {
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
        };
        let (mut year, mut month, mut day) = (EPOCH_YEAR, 1, 1);
        for days in 0..ERA_DAYS + 366 {
            let time = Time(days * 86_400_000 + 86_399_999);
            let date = time.date();
            assert_eq!((date.year, date.month, date.day), (year, month, day));
            assert_eq!(date.weekday, (days + 4) % 7);
            assert_eq!(Time::parse(&time.rfc3339()), Some(Time(time.0 / 1_000 * 1_000)));
            let last = match month {
                2 if is_leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match () {
                () if day < last => (year, month, day + 1),
                () if month < 12 => (year, month + 1, 1),
                () => (year + 1, 1, 1),
            };
        }
    }
}
