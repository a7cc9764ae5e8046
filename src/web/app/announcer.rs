//! Announcements for screen readers: the text alternative of the picture, and the narration.

use super::{Link, Message};
use crate::page::by_ptr::ByPtr;
use crate::page::narration::Narrator;
use crate::scene;
use crate::web::session::Session;
use gloo_timers::callback::Timeout;
use yew::AttrValue;

/// The interval between updates of the text alternative, in milliseconds.
const INTERVAL_MS: u32 = 2_000;

/// The announcements of the picture.
#[derive(Default)]
pub(super) struct Announcer {
    /// The text alternative of the picture.
    pub(super) transcript: ByPtr<Vec<String>>,
    /// The last announcement.
    pub(super) news: AttrValue,
    narrator: Narrator,
    /// The timer of the next announcement.
    timeout: Option<Timeout>,
}

impl Announcer {
    /// Schedules an announcement unless one is due.
    pub(super) fn schedule(&mut self, link: &Link) {
        if self.timeout.is_none() {
            self.schedule_after(INTERVAL_MS, link);
        }
    }

    fn schedule_after(&mut self, ms: u32, link: &Link) {
        let link = link.clone();
        let announce = move || link.send_message(Message::Announce);
        self.timeout = Some(Timeout::new(ms, announce));
    }

    /// Updates the text alternative, and makes the next announcement. Returns whether to render.
    pub(super) fn announce(&mut self, session: &Session, link: &Link) -> bool {
        self.timeout = None;
        let timeline = &session.run.timeline;
        let transcript = scene::transcript(timeline.cluster(), timeline.now());
        let is_new = transcript != *self.transcript;
        let summary = transcript.first().map(String::as_str).unwrap_or_default();
        let events = &timeline.events()[..session.run.seen_events()];
        self.narrator.follow(events, timeline.now(), summary);
        let news = self.narrator.announce();
        let is_said = news.is_some();
        if let Some((text, pause_ms)) = news {
            self.news = text.into();
            self.schedule_after(pause_ms, link);
        }
        if is_new {
            self.transcript = ByPtr::new(transcript);
        }
        is_new || is_said
    }
}
