//! Where the titles of the sets are, which depends on how many sets there are and on the width.

use super::area::to_i32;
use super::facts::{Facts, Group};
use super::text::{self, SMALL};
use crate::api::Kind;

/// The width that the Services of a set need at least right of its title, in pixels.
const LEAST_SERVICES: i32 = 124;

/// Where the titles of the sets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TitlePlace {
    /// Left of the columns, above the names of the nodes: the only set of a wide picture.
    Gutter,
    /// Left of the Services: the only set of a narrow picture.
    Only,
    /// Left of the Services, each set on a line of its own.
    Line,
    /// Left of the Services, all sets on one line.
    Row,
    /// The same, with room for the kinds of the sets.
    WideRow,
    /// Above the Services.
    Above,
}

impl TitlePlace {
    /// The place in a picture of this width.
    pub(super) fn new(facts: &Facts<'_>, width: i32, is_narrow: bool) -> TitlePlace {
        let groups = facts.groups.as_slice();
        let part = width / to_i32(groups.len()).max(1);
        let fits = |place: TitlePlace, width: i32| {
            let mut groups = groups.iter();
            groups.all(|it| it.services.len() < 2 && width >= place.width(it) + LEAST_SERVICES)
        };
        match (groups, is_narrow) {
            ([_], false) => TitlePlace::Gutter,
            ([_], true) => TitlePlace::Only,
            (_, false) => TitlePlace::Above,
            (_, true) if fits(TitlePlace::WideRow, part) => TitlePlace::WideRow,
            (_, true) if fits(TitlePlace::Row, part) => TitlePlace::Row,
            (_, true) if fits(TitlePlace::Line, width) => TitlePlace::Line,
            (_, true) => TitlePlace::Above,
        }
    }

    /// Whether the Services are below the title.
    pub(super) fn is_above(self) -> bool {
        self == TitlePlace::Above
    }

    /// Whether all sets are on one line.
    pub(super) fn is_row(self) -> bool {
        matches!(self, TitlePlace::Row | TitlePlace::WideRow)
    }

    /// How far right of the left edge of their set the Services begin, in pixels.
    pub(super) fn width(self, group: &Group<'_>) -> i32 {
        let replicas = group.wanted().map_or(3, |(_, replicas)| replicas);
        let words = match self {
            TitlePlace::Gutter | TitlePlace::Above => return 4,
            TitlePlace::Only => format!("{replicas} of {replicas} Ready"),
            TitlePlace::Line | TitlePlace::WideRow => {
                format!("{} · {replicas}/{replicas} Ready", Kind::StatefulSet.name())
            }
            TitlePlace::Row => format!("{replicas}/{replicas} Ready"),
        };
        let name = if group.name().is_empty() { "other pods" } else { group.name() };
        text::width(name, 17).min(116) + 24 + text::width(&words, SMALL)
    }
}
