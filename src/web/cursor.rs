//! The parts of the timeline that move in every frame: the clock, the cursor, and the played part. They are
//! written into the document without Yew, as transforms, which need no repaint.

use super::dom_items::set_text;
use crate::api::Time;
use crate::page::format::{clock, percent};
use std::cell::Cell;
use web_sys::{Element, HtmlElement};
use yew::NodeRef;

/// The moving parts of a timeline.
#[derive(Default)]
pub(super) struct Cursor {
    /// The text of the clock.
    pub clock: NodeRef,
    /// The bar up to the end of the recording.
    pub seen: NodeRef,
    /// The bar up to the cursor.
    pub played: NodeRef,
    /// The cursor. The element is as wide as the timeline.
    pub needle: NodeRef,
    /// The positions that were written last.
    at: Cell<Place>,
    /// The time on the clock, in tenths of a second.
    tenths: Cell<u64>,
}

/// The positions of the parts.
#[derive(Clone, Copy, Default, PartialEq)]
struct Place {
    /// The position of the cursor.
    now: Time,
    /// The end of the recording.
    end: Time,
    /// The instant at the right end.
    length: Time,
}

impl Place {
    /// The positions of the cursor and of the end of the recording, in percent of the timeline.
    fn percents(self) -> [String; 2] {
        [self.now, self.end].map(|time| percent(time, self.length))
    }
}

impl Cursor {
    /// Moves everything but the clock to an instant. `end` is the end of the recording, `length` that of the timeline.
    pub(super) fn show(&self, now: Time, end: Time, length: Time) {
        let place = Place { now, end, length };
        let was = self.at.replace(place);
        if was != place {
            self.write(was.percents(), place.percents());
        }
    }

    /// Sets the clock.
    pub(super) fn set_clock(&self) {
        let now = self.at.get().now;
        let Some(text) = self.clock.cast::<Element>() else { return };
        if self.tenths.replace(now.0 / 100) != now.0 / 100 || text.first_child().is_none() {
            set_text(&text, &clock(now));
        }
    }

    /// Writes everything into elements that may be new.
    pub(super) fn write_all(&self) {
        self.write(Default::default(), self.at.get().percents());
        self.set_clock();
    }

    /// Moves the parts whose positions have changed, but not the clock.
    fn write(&self, [was, was_end]: [String; 2], [now, end]: [String; 2]) {
        if was != now {
            transform(&self.needle, &format!("translateX({now}%)"));
            transform(&self.played, &format!("scaleX({now}%)"));
        }
        if was_end != end {
            transform(&self.seen, &format!("scaleX({end}%)"));
        }
    }
}

/// Sets the CSS transform of an element.
fn transform(element: &NodeRef, value: &str) {
    if let Some(element) = element.cast::<HtmlElement>() {
        // Without the style, the page still works.
        let _ = element.style().set_property("transform", value);
    }
}
