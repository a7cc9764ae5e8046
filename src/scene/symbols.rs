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

/// The number of parts of a full ring.
pub(super) const RING_STEPS: usize = 24;
/// The sines of the angles of a quarter of a ring, in thousandths.
const SINES: [i32; 7] = [0, 259, 500, 707, 866, 966, 1000];

/// The path of an arc around a place, clockwise from the top, of some of the [`RING_STEPS`] parts of a ring.
pub(super) fn arc(x: i32, y: i32, radius: i32, steps: usize) -> String {
    let quarter = RING_STEPS / 4;
    let sine = |step: usize| match step / quarter % 4 {
        0 => SINES[step % quarter],
        1 => SINES[quarter - step % quarter],
        2 => -SINES[step % quarter],
        _ => -SINES[quarter - step % quarter],
    };
    let top = format!("M{x} {}A{radius} {radius} 0", y - radius);
    if steps >= RING_STEPS {
        return format!("{top} 1 1 {x} {}A{radius} {radius} 0 1 1 {x} {}", y + radius, y - radius);
    }
    // In tenths of a pixel.
    let place = |middle: i32, thousandths: i32| middle * 10 + radius * thousandths / 100;
    let (right, down) = (place(x, sine(steps)), place(y, -sine(steps + quarter)));
    let is_large = i32::from(steps > RING_STEPS / 2);
    format!("{top} {is_large} 1 {} {}", tenths(right), tenths(down))
}

/// A number of tenths, as a decimal.
fn tenths(number: i32) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{}", number.abs() / 10, number.abs() % 10)
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
    fn a_ring_shrinks_towards_the_top() {
        assert_eq!(arc(0, 0, 10, 6), "M0 -10A10 10 0 0 1 10.0 0.0");
        assert_eq!(arc(0, 0, 10, 12), "M0 -10A10 10 0 0 1 0.0 10.0");
        assert_eq!(arc(0, 0, 10, 18), "M0 -10A10 10 0 1 1 -10.0 0.0");
        assert_eq!(arc(20, 0, 10, 2), "M20 -10A10 10 0 0 1 25.0 -8.6");
        assert_eq!(arc(0, 0, 10, 24), "M0 -10A10 10 0 1 1 0 10A10 10 0 1 1 0 -10");
    }

    #[test]
    fn hatching_stays_within_its_rectangle() {
        let d = hatch(0, 0, 30, 20, 16);
        assert_eq!(d, "M16 0L0 16M30 2L12 20M30 18L28 20");
    }
}
