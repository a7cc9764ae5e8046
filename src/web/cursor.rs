//! The parts of the timeline that move in every frame: the clock, the cursor, and the played part. They are
//! written into the document without the framework, as transforms, which need no repaint.

use super::drawn::set_text;
use super::words::clock;
use crate::api::Time;
use std::cell::Cell;
use web_sys::{Element, HtmlElement};
use yew::NodeRef;

/// The moving parts of one time line.
#[derive(Default)]
pub(super) struct Cursor {
    /// The text of the clock.
    pub clock: NodeRef,
    /// The bar up to the end of what was seen.
    pub seen: NodeRef,
    /// The bar up to the cursor.
    pub played: NodeRef,
    /// The cursor, as wide as the time line.
    pub needle: NodeRef,
    at: Cell<Place>,
    /// What the clock shows, in tenths of a second.
    tenths: Cell<u64>,
}

/// Where the parts are.
#[derive(Clone, Copy, Default, PartialEq)]
struct Place {
    now: Time,
    /// The end of what was seen.
    end: Time,
    /// The instant at the right end.
    length: Time,
}

impl Cursor {
    /// Moves everything but the clock to an instant, on a time line that was seen up to `end` and shows
    /// `length`.
    pub(super) fn show(&self, now: Time, end: Time, length: Time) {
        let place = Place { now, end, length };
        if self.at.replace(place) != place {
            self.write(place);
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
        self.write(self.at.get());
        self.set_clock();
    }

    fn write(&self, Place { now, end, length }: Place) {
        let [now, end] = [now, end].map(|time| share(time, length));
        transform(&self.needle, &format!("translateX({now}%)"));
        transform(&self.played, &format!("scaleX({now}%)"));
        transform(&self.seen, &format!("scaleX({end}%)"));
    }
}

fn transform(element: &NodeRef, value: &str) {
    if let Some(element) = element.cast::<HtmlElement>() {
        // A cursor in the wrong place is no reason to stop.
        let _ = element.style().set_property("transform", value);
    }
}

/// How much of the time line lies before an instant, in percent. In integers: what writes floating
/// point numbers would be loaded for this alone.
pub(super) fn share(time: Time, length: Time) -> String {
    let hundredths = (time.0 * 10_000 / length.0.max(1)).min(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
