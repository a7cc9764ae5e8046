//! The narration of a run for screen readers: what happens, in order, and no faster than it can be read aloud.

use super::format::short_clock;
use crate::api::Time;
use crate::cluster::{Code, Component, Event, EventType};
use std::collections::VecDeque;

/// The maximum length of an announcement of several sentences, in characters.
const LENGTH_MAX: usize = 160;
/// The maximum number of sentences that wait. If there are more, the less important ones are left out.
const QUEUE_MAX: usize = 8;
/// So many events at once are a jump in time, not something to narrate.
const JUMP: usize = 80;
/// The minimum time between announcements, in milliseconds.
const INTERVAL_MS: u32 = 2_000;
/// The time that it takes to read a character aloud, in milliseconds.
const READING_MS: u32 = 45;

/// What was narrated so far, and what waits.
#[derive(Default)]
pub struct Narrator {
    /// The number of events that were taken up, and the instant until which they were. None at the beginning.
    seen: Option<(usize, Time)>,
    /// The sentences that wait, and whether each is important.
    queue: VecDeque<(String, bool)>,
    /// How many were left out since the last announcement.
    left_out: usize,
}

impl Narrator {
    /// Takes up what has happened. `events` are those up to the cursor. After a jump in time nothing is narrated but
    /// `summary`, the state of the cluster at the new instant.
    pub fn follow(&mut self, events: &[Event], now: Time, summary: &str) {
        let seen = self.seen.replace((events.len(), now));
        let new =
            seen.filter(|(_, before)| *before <= now).and_then(|(seen, _)| events.get(seen..));
        match new.filter(|new| new.len() < JUMP) {
            Some(new) => {
                let told = new.iter().filter(|event| is_told(event));
                let told = told.map(|it| (sentence(&it.reason.text()), is_important(it)));
                self.queue.extend(told);
            }
            None => {
                self.queue.clear();
                self.left_out = 0;
                self.queue.push_back((format!("{}: {summary}", short_clock(now)), true));
            }
        }
        while self.queue.len() > QUEUE_MAX {
            let place = self.queue.iter().position(|(_, is_important)| !is_important);
            self.queue.remove(place.unwrap_or(0));
            self.left_out += 1;
        }
    }

    /// The next announcement, and after how many milliseconds the one after it may follow. `None` if nothing waits.
    pub fn announce(&mut self) -> Option<(String, u32)> {
        let (mut text, _) = self.queue.pop_front()?;
        while let Some((more, _)) = self.queue.front()
            && text.chars().count() + more.chars().count() < LENGTH_MAX
        {
            text = text + " " + more;
            self.queue.pop_front();
        }
        match std::mem::take(&mut self.left_out) {
            0 => {}
            1 => text += " 1 more event.",
            count => text += &format!(" {count} more events."),
        }
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        Some((text, length.saturating_mul(READING_MS).max(INTERVAL_MS)))
    }
}

/// The text as a sentence.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

/// Whether an event is left out last.
fn is_important(event: &Event) -> bool {
    use EventType::{Command, Created, Deleted, Fault};
    let code = event.reason.code();
    matches!(code.event_type(), Command | Fault | Created | Deleted)
        || matches!(
            code,
            Code::CloneStarted | Code::PodReady | Code::PodNotReady | Code::ReplacementReady
        )
}

/// Whether an event is narrated. The steps by which volumes and containers come up are not.
fn is_told(event: &Event) -> bool {
    use Code::*;
    let code = event.reason.code();
    match code.event_type() {
        EventType::Command | EventType::Fault | EventType::Deleted | EventType::Data => true,
        EventType::Request => !matches!(code, ReadSent | WriteSent),
        EventType::Created => matches!(code, PodCreated | PodReplaced | ReplicaCreated),
        EventType::Changed => matches!(
            code,
            ContainerRestarted
                | EvictionCancelled
                | ForcedDetach
                | NodeReady
                | NodeRemoved
                | PodNotReady
                | PodReady
                | PodRebooted
                | PodStopping
                | RecordRemoved
                | RecordSet
                | ReplacementReady
                | RolloutComplete
                | UpdateComplete
        ),
        EventType::Waiting => {
            use Component::{ClaimProtection, Expand, PersistentVolume, Resizer, VolumeProtection};
            !matches!(code, WaitForAttach | WaitForVolume)
                && !matches!(
                    code.component(),
                    ClaimProtection | Expand | PersistentVolume | Resizer | VolumeProtection
                )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;

    /// The announcements of the first story up to a number of seconds, while it plays.
    fn announcements(seconds: u64) -> Vec<String> {
        let mut timeline = first_story(0);
        let mut narrator = Narrator::default();
        narrator.follow(&[], Time(0), "No StatefulSets or Deployments yet.");
        let (mut said, mut due) = (Vec::new(), 0);
        for ms in (0..seconds * 1_000).step_by(100) {
            timeline.seek(Time(ms));
            let seen = timeline.events().partition_point(|event| event.time <= Time(ms));
            narrator.follow(&timeline.events()[..seen], Time(ms), "summary");
            if ms >= due
                && let Some((text, pause)) = narrator.announce()
            {
                due = ms + u64::from(pause);
                said.push(text);
            }
        }
        said
    }

    #[test]
    fn what_happens_is_narrated_in_order() {
        let all = announcements(60).join(" ");
        let mut rest = all.as_str();
        for sentence in [
            "web-0 is created.",
            "web-0 is Ready.",
            "web-1 is created: web-0 is Ready.",
            "web-1 finds an empty volume and clones 7 entries from web-0.",
            "web-1 is Ready.",
            "web-2 is Ready.",
            "deletion of pod/web-1 is requested",
            "web-1 is terminated",
            "web-1 is back: same name",
        ] {
            let Some((_, after)) = rest.split_once(sentence) else {
                panic!("{sentence} is missing, or not in order: {all}");
            };
            rest = after;
        }
        assert!(!all.contains("is being pulled") && !all.contains("provisioner"), "{all}");
    }

    #[test]
    fn announcements_can_be_read_before_the_next_one() {
        let said = announcements(60);
        assert!(said.len() > 10 && said.len() < 30, "{} announcements", said.len());
        assert!(said.iter().all(|text| text.chars().count() < 300), "{said:#?}");
    }

    #[test]
    fn after_a_jump_there_is_a_summary() {
        let timeline = first_story(40);
        let mut narrator = Narrator::default();
        narrator.follow(timeline.events(), Time(40_000), "3 Ready.");
        assert_eq!(narrator.announce().map(|(text, _)| text).as_deref(), Some("0:40: 3 Ready."));
        narrator.follow(timeline.events(), Time(40_100), "3 Ready.");
        assert!(narrator.announce().is_none());
        let early = &timeline.events()[..20];
        narrator.follow(early, Time(5_000), "1 Ready.");
        assert_eq!(narrator.announce().map(|(text, _)| text).as_deref(), Some("0:05: 1 Ready."));
    }
}
