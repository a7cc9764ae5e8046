//! Routes of level and upright lines, along which requests and entries travel.

use super::shape::Point;

/// A line through points as a path.
pub(super) fn path(points: &[(i32, i32)]) -> String {
    let mut d = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        d.push_str(&format!("{}{x} {y}", if index == 0 { "M" } else { "L" }));
    }
    d
}

/// The place on a route after `part` of `whole`, in tenths of a pixel.
pub(super) fn along(route: &[(i32, i32)], part: u64, whole: u64) -> Point {
    let length = i64::from(length(route)) * 10;
    let mut left =
        length * i64::try_from(part).unwrap_or(0) / i64::try_from(whole).unwrap_or(1).max(1);
    let tenths = |value: i32| i64::from(value) * 10;
    for pair in route.windows(2) {
        let [(x, y), (to_x, to_y)] = pair else { continue };
        let step = i64::from(length_of(*x, *y, *to_x, *to_y)) * 10;
        if left <= step && step > 0 {
            let at = |from: i32, to: i32| {
                i32::try_from(tenths(from) + (tenths(to) - tenths(from)) * left / step).unwrap_or(0)
            };
            return Point { x: at(*x, *to_x), y: at(*y, *to_y) };
        }
        left -= step;
    }
    let (x, y) = route.last().copied().unwrap_or_default();
    Point { x: x * 10, y: y * 10 }
}

/// The first `share` thousandths of a route.
pub(super) fn beginning(route: &[(i32, i32)], share: i32) -> Vec<(i32, i32)> {
    let mut left = length(route) * share / 1000;
    let mut part: Vec<(i32, i32)> = route.first().copied().into_iter().collect();
    for pair in route.windows(2) {
        let [(x, y), (to_x, to_y)] = pair else { continue };
        let step = length_of(*x, *y, *to_x, *to_y);
        if left < step {
            let at = |from: i32, to: i32| from + (to - from) * left / step.max(1);
            part.push((at(*x, *to_x), at(*y, *to_y)));
            return part;
        }
        part.push((*to_x, *to_y));
        left -= step;
    }
    part
}

fn length(route: &[(i32, i32)]) -> i32 {
    let pairs = route.windows(2);
    pairs
        .map(|pair| match pair {
            [(x, y), (to_x, to_y)] => length_of(*x, *y, *to_x, *to_y),
            _ => 0,
        })
        .sum()
}

/// All lines here are level or upright.
fn length_of(x: i32, y: i32, to_x: i32, to_y: i32) -> i32 {
    (to_x - x).abs() + (to_y - y).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: [(i32, i32); 3] = [(0, 0), (10, 0), (10, 30)];

    #[test]
    fn a_traveller_is_where_the_clock_says() {
        assert_eq!(along(&ROUTE, 0, 100), Point { x: 0, y: 0 });
        assert_eq!(along(&ROUTE, 50, 100), Point { x: 100, y: 100 });
        assert_eq!(along(&ROUTE, 100, 100), Point { x: 100, y: 300 });
    }

    #[test]
    fn a_part_of_a_route_follows_its_bends() {
        assert_eq!(beginning(&ROUTE, 125), [(0, 0), (5, 0)]);
        assert_eq!(beginning(&ROUTE, 500), [(0, 0), (10, 0), (10, 10)]);
        assert_eq!(beginning(&ROUTE, 1000), ROUTE);
    }
}
