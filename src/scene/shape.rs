//! Shapes and places, in whole pixels unless they say otherwise.

/// A place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Downwards.
    pub y: i32,
}

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// To the right of it.
    #[default]
    Start,
    /// Around it.
    Middle,
    /// To the left of it.
    End,
}

/// What an item is drawn of. Colours and fonts come from the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A rectangle with round corners.
    Rect {
        /// The left edge.
        x: i32,
        /// The upper edge.
        y: i32,
        /// The width.
        width: i32,
        /// The height.
        height: i32,
        /// The radius of the corners.
        radius: i32,
        /// The classes.
        class: String,
    },
    /// A circle.
    Circle {
        /// The middle.
        x: i32,
        /// The middle.
        y: i32,
        /// The radius.
        radius: i32,
        /// The classes.
        class: String,
    },
    /// A straight line.
    Line {
        /// The beginning.
        from: Point,
        /// The end.
        to: Point,
        /// The classes.
        class: String,
    },
    /// Any line or area.
    Path {
        /// The path, in the language of SVG's attribute `d`.
        d: String,
        /// The classes.
        class: String,
    },
    /// One line of text.
    Text {
        /// Where it stands.
        x: i32,
        /// Its base line.
        y: i32,
        /// The text.
        text: String,
        /// The classes.
        class: String,
        /// How it stands there.
        anchor: Anchor,
        /// The width into which it has to be squeezed, if it has to.
        squeeze: Option<i32>,
    },
}

impl Shape {
    /// A rectangle with round corners; where there is no room for it, an empty one.
    pub fn rect(x: i32, y: i32, width: i32, height: i32, radius: i32, class: &str) -> Shape {
        let (width, height, radius) = (width.max(0), height.max(0), radius.max(0));
        Shape::Rect { x, y, width, height, radius, class: class.into() }
    }

    /// A circle; where there is no room for it, an empty one.
    pub fn circle(x: i32, y: i32, radius: i32, class: &str) -> Shape {
        Shape::Circle { x, y, radius: radius.max(0), class: class.into() }
    }

    /// A straight line.
    pub fn line(from: Point, to: Point, class: &str) -> Shape {
        Shape::Line { from, to, class: class.into() }
    }

    /// A path.
    pub fn path(d: impl Into<String>, class: &str) -> Shape {
        Shape::Path { d: d.into(), class: class.into() }
    }

    /// A text that begins at its place.
    pub fn text(x: i32, y: i32, text: impl Into<String>, class: &str) -> Shape {
        let (text, class) = (text.into(), class.into());
        Shape::Text { x, y, text, class, anchor: Anchor::Start, squeeze: None }
    }

    /// The same text, standing otherwise.
    #[must_use]
    pub fn anchored(mut self, to: Anchor) -> Shape {
        if let Shape::Text { anchor, .. } = &mut self {
            *anchor = to;
        }
        self
    }
}
