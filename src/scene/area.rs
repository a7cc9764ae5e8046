//! Rectangles, in whole units of the picture.

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Area {
    /// An area of this size, of none where there is no room.
    pub(super) fn new(x: i32, y: i32, width: i32, height: i32) -> Area {
        Area { x, y, width: width.max(0), height: height.max(0) }
    }

    /// An area of this size around a vertical line.
    pub(super) fn around(middle: i32, y: i32, width: i32, height: i32) -> Area {
        Area::new(middle - width / 2, y, width, height)
    }

    pub(super) fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) fn bottom(self) -> i32 {
        self.y + self.height
    }

    pub(super) fn middle(self) -> i32 {
        self.x + self.width / 2
    }

    pub(super) fn centre(self) -> i32 {
        self.y + self.height / 2
    }
}

/// A count as a coordinate.
pub(super) fn to_i32(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096)
}
