//! Announcements of the picture for screen readers.

use super::{Link, Message};
use crate::page::by_ptr::ByPtr;
use crate::page::format::new_lines;
use crate::scene;
use crate::web::session::Session;
use gloo_timers::callback::Timeout;
use yew::AttrValue;

/// The minimum interval between announcements, in milliseconds.
const INTERVAL_MS: u32 = 2_000;

/// The announcements of the picture.
#[derive(Default)]
pub(super) struct Announcer {
    /// The text alternative of the picture at the last announcement.
    pub(super) transcript: ByPtr<Vec<String>>,
    /// The last announcement: what is new in the transcript.
    pub(super) news: AttrValue,
    /// The timer of the next announcement.
    timeout: Option<Timeout>,
}

impl Announcer {
    /// Schedules an announcement unless one is due.
    pub(super) fn schedule(&mut self, link: &Link) {
        if self.timeout.is_none() {
            let link = link.clone();
            let announce = move || link.send_message(Message::Announce);
            self.timeout = Some(Timeout::new(INTERVAL_MS, announce));
        }
    }

    /// Announces the picture. Returns whether the announcement is new.
    pub(super) fn announce(&mut self, session: &Session) -> bool {
        self.timeout = None;
        let timeline = &session.run.timeline;
        let transcript = scene::transcript(timeline.cluster(), timeline.now());
        let is_new = transcript != *self.transcript;
        if is_new {
            self.news = new_lines(&self.transcript, &transcript).into();
            self.transcript = ByPtr::new(transcript);
        }
        is_new
    }
}
