//! What of the time line moves with every frame: the clock, the cursor, and how far was played. It is
//! written into the document past the framework, and as transforms, for which nothing is painted anew.

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
    /// Moves everything to an instant, on a time line that was seen up to `end` and shows `length`.
    pub(super) fn show(&self, now: Time, end: Time, length: Time) {
        let (was, place) = (self.at.get(), Place { now, end, length });
        self.at.set(place);
        if was != place {
            self.write(place, now.0 / 100 != was.now.0 / 100);
        }
    }

    /// Writes everything into elements that may be new.
    pub(super) fn write_all(&self) {
        self.write(self.at.get(), true);
    }

    fn write(&self, Place { now, end, length }: Place, is_new_tenth: bool) {
        if let Some(text) = self.clock.cast::<Element>().filter(|_| is_new_tenth) {
            set_text(&text, &clock(now));
        }
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
