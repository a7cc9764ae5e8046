//! Signs of state: the shape says it, the colour repeats it.

use super::{Point, Shape};

/// What a sign says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Ready: a filled dot.
    Ready,
    /// On the way: a ring.
    Starting,
    /// No node yet, or not there: a dotted ring.
    Waiting,
    /// Failed: a cross.
    Failed,
    /// Asked to end: an hourglass.
    Ending,
    /// Nobody knows: a ring with a question mark.
    Unknown,
    /// Ended well: a tick.
    Done,
    /// Deleted and still running: a dot in a dotted ring.
    Twin,
}

/// Draws a sign of 12 pixels around a place.
pub(super) fn sign(sign: Sign, x: i32, y: i32, shapes: &mut Vec<Shape>) {
    let path = |d: String, class: &str| Shape::path(d, class);
    match sign {
        Sign::Ready => shapes.push(Shape::circle(x, y, 6, "sign-fill good")),
        Sign::Starting => shapes.push(Shape::circle(x, y, 5, "sign-line warm")),
        Sign::Waiting => shapes.push(Shape::circle(x, y, 5, "sign-line dotted quiet")),
        Sign::Failed => shapes.push(path(cross(x, y, 5), "sign-line bad")),
        Sign::Ending => {
            shapes.push(path(format!("M{} {}h8l-8 12h8z", x - 4, y - 6), "sign-line sharp warm"))
        }
        Sign::Unknown => {
            shapes.push(Shape::circle(x, y, 6, "sign-line thin bad"));
            shapes.push(path(
                format!("M{} {}c0-3 4-3 4-0.5c0 1.5-2 1.5-2 3M{x} {}v0.5", x - 2, y - 1, y + 3),
                "sign-line thin bad",
            ));
        }
        Sign::Done => {
            shapes.push(path(format!("M{} {y}l3 4l6-8", x - 5), "sign-line good"));
        }
        Sign::Twin => {
            shapes.push(Shape::circle(x, y, 3, "sign-fill bad"));
            shapes.push(Shape::circle(x, y, 6, "sign-line thin dotted bad"));
        }
    }
}

/// The path of a cross.
pub(super) fn cross(x: i32, y: i32, radius: i32) -> String {
    let (left, right, size) = (x - radius, x + radius, 2 * radius);
    format!("M{left} {top}l{size} {size}M{right} {top}l-{size} {size}", top = y - radius)
}

/// Diagonal lines over a rectangle, cut off at its edges.
pub(super) fn hatch(x: i32, y: i32, width: i32, height: i32, step: i32) -> String {
    let mut d = String::new();
    let mut offset = step;
    while offset < width + height {
        // From the upper or right edge down to the left or lower one.
        let over = (offset - width).max(0);
        let under = (offset - height).max(0);
        let (from, to) = (
            Point { x: x + offset - over, y: y + over },
            Point { x: x + under, y: y + offset - under },
        );
        d.push_str(&format!("M{} {}L{} {}", from.x, from.y, to.x, to.y));
        offset += step;
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_within_its_rectangle() {
        let d = hatch(0, 0, 30, 20, 16);
        assert_eq!(d, "M16 0L0 16M30 2L12 20M30 18L28 20");
    }
}
