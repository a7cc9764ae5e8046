//! Layout: the size of the picture, movement with the arrow keys, and the position of menus.
//!
//! Lengths are in CSS pixels.

/// By how much the texts of the picture are enlarged at least in presentation mode, in percent. They can be read
/// from the back of a room: 26 pixels in a window of 1920, as far as there is height for three nodes.
pub fn enlarged((width, height): (f64, f64)) -> u32 {
    let wanted = (width * 26.0 / 1_900.0 / 12.0).min(height / 290.0) * 100.0;
    wanted.clamp(100.0, 400.0).ceil() as u32
}

/// A rectangle in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The distance from the left edge of the window.
    pub left: f64,
    /// The distance from the top edge of the window.
    pub top: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Bounds {
    /// The coordinates of the center.
    fn center(&self) -> (f64, f64) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

/// The distance between the centers of two items in a direction, a unit vector along an axis. The offset
/// across the direction counts three times. `None` if `to` does not lie in that direction.
pub fn distance(from: Bounds, to: Bounds, (x, y): (f64, f64)) -> Option<f64> {
    let (from, to) = (from.center(), to.center());
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = dx * x + dy * y;
    let across = (dx * y).abs() + (dy * x).abs();
    (along > 4.0).then_some(along + 3.0 * across)
}

/// The item nearest to `from` in a direction.
pub fn nearest<T>(
    from: Bounds,
    direction: (f64, f64),
    items: impl Iterator<Item = (T, Bounds)>,
) -> Option<T> {
    items
        .filter_map(|(item, bounds)| Some((distance(from, bounds, direction)?, item)))
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, item)| item)
}

/// The position of a menu: beside its item, or at the pointer if the item is wide.
pub fn menu_position(item: Bounds, pointer: Option<(f64, f64)>) -> (f64, f64) {
    /// Items wider than this are lanes.
    const WIDE: f64 = 260.0;
    match pointer {
        Some((x, y)) if item.width > WIDE => (x + 8.0, y),
        _ => (item.left + item.width + 6.0, item.top),
    }
}

/// Moves a coordinate so that a menu of this size stays inside the window.
pub fn fit_menu(at: f64, size: f64, window: f64) -> f64 {
    const MARGIN: f64 = 8.0;
    at.min(window - size - MARGIN).max(MARGIN)
}

/// The index of the menu entry to which a key moves the focus, which is at the entry `at`, if at any. `None` if
/// the key does not move the focus.
pub fn next_entry(key: &str, at: Option<usize>, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    match (key, at) {
        ("ArrowDown", Some(at)) => Some(if at == last { 0 } else { at + 1 }),
        ("ArrowUp", Some(at)) => Some(at.checked_sub(1).unwrap_or(last)),
        ("ArrowDown" | "Home", _) => Some(0),
        ("ArrowUp" | "End", _) => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(left: f64, top: f64) -> Bounds {
        Bounds { left, top, width: 20.0, height: 10.0 }
    }

    const RIGHT: (f64, f64) = (1.0, 0.0);
    const UP: (f64, f64) = (0.0, -1.0);

    #[test]
    fn in_presentation_mode_texts_are_large() {
        assert_eq!(enlarged((1_920.0, 960.0)), 219);
        assert_eq!(enlarged((1_920.0, 580.0)), 200);
        assert_eq!(enlarged((390.0, 700.0)), 100);
    }

    #[test]
    fn only_items_in_the_direction_count() {
        assert_eq!(distance(at(0.0, 0.0), at(50.0, 0.0), RIGHT), Some(50.0));
        assert_eq!(distance(at(0.0, 0.0), at(50.0, 10.0), RIGHT), Some(80.0));
        assert_eq!(distance(at(50.0, 0.0), at(0.0, 0.0), RIGHT), None);
        assert_eq!(distance(at(0.0, 0.0), at(4.0, 0.0), RIGHT), None);
        assert_eq!(distance(at(0.0, 50.0), at(0.0, 0.0), UP), Some(50.0));
    }

    #[test]
    fn the_nearest_item_is_straight_ahead() {
        let items =
            [("aside", at(30.0, 20.0)), ("ahead", at(80.0, 0.0)), ("behind", at(-9.0, 0.0))];
        assert_eq!(nearest(at(0.0, 0.0), RIGHT, items.into_iter()), Some("ahead"));
        assert_eq!(nearest(at(0.0, 0.0), UP, items.into_iter()), None);
    }

    #[test]
    fn menus_open_beside_items_and_inside_the_window() {
        assert_eq!(menu_position(at(10.0, 5.0), Some((12.0, 7.0))), (36.0, 5.0));
        let lane = Bounds { width: 300.0, ..at(10.0, 5.0) };
        assert_eq!(menu_position(lane, Some((12.0, 7.0))), (20.0, 7.0));
        assert_eq!(menu_position(lane, None), (316.0, 5.0));
        assert_eq!(fit_menu(100.0, 50.0, 400.0), 100.0);
        assert_eq!(fit_menu(390.0, 50.0, 400.0), 342.0);
        assert_eq!(fit_menu(390.0, 500.0, 400.0), 8.0);
    }

    #[test]
    fn arrow_keys_wrap_around_in_menus() {
        for (key, at, expected) in [
            ("ArrowDown", Some(0), Some(1)),
            ("ArrowDown", Some(2), Some(0)),
            ("ArrowUp", Some(0), Some(2)),
            ("ArrowUp", Some(2), Some(1)),
            ("ArrowDown", None, Some(0)),
            ("ArrowUp", None, Some(2)),
            ("Home", Some(1), Some(0)),
            ("End", Some(1), Some(2)),
            ("x", Some(1), None),
        ] {
            assert_eq!(next_entry(key, at, 3), expected, "{key} {at:?}");
        }
    }
}
