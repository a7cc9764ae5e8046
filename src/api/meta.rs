//! What all objects share: names, identity, ownership, time.

use crate::map::Map;
use serde::{Serialize, Serializer};
use std::fmt;
use std::rc::Rc;

/// The namespace of objects that name none.
pub const DEFAULT_NAMESPACE: &str = "default";

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

/// The identity of one incarnation of an object: a replacement has the same name and another UID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub u128);

impl Uid {
    /// The first four hexadecimal digits: enough for a person to tell two pods apart.
    pub fn short(self) -> String {
        format!("{:04x}", self.0 >> 112)
    }
}

impl Uid {
    /// The identity that a text such as `c44afa2a-984e-4137-84db-0cc2ae72cb16` means.
    pub fn parse(text: &str) -> Option<Uid> {
        u128::from_str_radix(&text.replace('-', ""), 16).ok().map(Uid)
    }
}

impl Serialize for Uid {
    /// Writes the identity as a text, an empty one if there is none.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_str(""),
            _ => serializer.collect_str(self),
        }
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(f, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// The namespace and the name of an object; cheap to clone. A cluster-scoped object has no namespace.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Rc<str>);

impl Key {
    /// The key of `name` in `namespace`.
    pub fn new(namespace: &str, name: &str) -> Key {
        Key([namespace, "/", name].concat().into())
    }

    /// The keys of a namespace, as a range: from the first on, and before the second.
    pub fn range_of(namespace: &str) -> [Key; 2] {
        // '0' is the character after '/'.
        [Key::new(namespace, ""), Key(format!("{namespace}0").into())]
    }

    /// The namespace, empty for a cluster-scoped object.
    pub fn namespace(&self) -> &str {
        self.0.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// The name within the namespace.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&*self.0, |(_, name)| name)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The annotation in which `kubectl apply` keeps the manifest.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Labels or annotations.
pub type Labels = Map<String, String>;

/// The metadata of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectMeta {
    /// The name, unique for its kind within the namespace.
    pub name: String,
    /// The namespace; empty for cluster-scoped objects.
    pub namespace: String,
    /// Given at creation, never used again.
    pub uid: Uid,
    /// The number of the last write to this object, counted over the whole store.
    pub resource_version: u64,
    /// Counts the changes of the spec.
    pub generation: u64,
    /// When the object was created.
    pub creation_timestamp: Time,
    /// When the object is to be gone (for a pod: the end of its grace period); set once deletion was asked for.
    pub deletion_timestamp: Option<Time>,
    /// The grace period of that deletion in seconds.
    pub deletion_grace_period_seconds: Option<u64>,
    /// What selectors look at.
    pub labels: Labels,
    /// Notes for programs.
    pub annotations: Labels,
    /// The objects whose end is the end of this one.
    pub owner_references: Vec<OwnerReference>,
    /// Who has to agree before a deleted object goes.
    pub finalizers: Vec<String>,
    /// What else is said of the object that this is the metadata of: kept, printed, not simulated.
    #[serde(rename = "")]
    pub other: Other,
}

/// Fields of an object that the model has no use for, by their paths from the object, such as
/// `spec.containers[web].env`; items without a name have their number, as in `ports[#0].hostPort`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Other(Rc<Vec<(String, super::json::Node)>>);

impl Other {
    /// The paths and their values, in the order of the paths.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &(String, super::json::Node)> {
        self.0.iter()
    }
}

impl Serialize for Other {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(path, value)| (path, value)))
    }
}

impl FromIterator<(String, super::json::Node)> for Other {
    fn from_iter<I: IntoIterator<Item = (String, super::json::Node)>>(fields: I) -> Other {
        let mut fields: Vec<_> = fields.into_iter().collect();
        crate::map::sort(&mut fields, |one, other| one.0 < other.0);
        Other(Rc::new(fields))
    }
}

impl ObjectMeta {
    /// Names the object, which is of this kind.
    pub fn reference(&self, kind: super::Kind) -> super::ObjectRef {
        super::ObjectRef { kind, key: self.key() }
    }

    /// The key under which the object is stored.
    pub fn key(&self) -> Key {
        Key::new(&self.namespace, &self.name)
    }

    /// Whether deletion was asked for.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// The owner that manages this object, if one does (`metav1.GetControllerOf`).
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }
}

/// Names an owner of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerReference {
    /// The API version of the owner.
    pub api_version: String,
    /// The kind of the owner.
    pub kind: String,
    /// The name of the owner, in the namespace of the owned object.
    pub name: String,
    /// The incarnation of the owner.
    pub uid: Uid,
    /// Whether the owner manages the object.
    pub controller: bool,
    /// Whether a foreground deletion of the owner waits for the object.
    pub block_owner_deletion: bool,
}

/// Selects objects by their labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    pub match_labels: Labels,
    /// Further requirements.
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// One requirement on a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelectorRequirement {
    /// The label.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`; of nodes also `Gt` and `Lt`.
    pub operator: String,
    /// The values for `In` and `NotIn`.
    pub values: Vec<String>,
}

impl LabelSelector {
    /// Whether the selector asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether `labels` satisfy the selector.
    pub fn matches(&self, labels: &Labels) -> bool {
        includes(labels, &self.match_labels)
            && self.match_expressions.iter().all(|requirement| requirement.matches(labels))
    }
}

impl LabelSelectorRequirement {
    /// Whether `labels` satisfy the requirement.
    pub fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let number = |text: Option<&String>| text.and_then(|text| text.parse::<i64>().ok());
        let pair = number(value).zip(number(self.values.first()));
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "Gt" => pair.is_some_and(|(value, limit)| value > limit),
            "Lt" => pair.is_some_and(|(value, limit)| value < limit),
            _ => value.is_none(),
        }
    }
}

/// Whether `labels` has every pair of `wanted`.
pub fn includes(labels: &Labels, wanted: &Labels) -> bool {
    wanted.iter().all(|(key, value)| label(labels, key) == Some(value))
}

/// The value of a label. Most sets of labels are so small that comparing lengths finds the key soonest.
pub fn label<'a>(labels: &'a Labels, key: &str) -> Option<&'a str> {
    let mut pairs = labels.iter();
    pairs.find(|(other, _)| *other == key).map(|(_, value)| value.as_str())
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
