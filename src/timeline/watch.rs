//! Terminal lines that keep printing while the cursor moves: `kubectl get -w` and drains.

use super::Timeline;
use super::player::Player;
use crate::cluster::Event;
use crate::kubectl::{self, Session};
use crate::notation;

/// A `kubectl get -w` or a drain that follows the cursor.
#[derive(Clone, Debug)]
pub struct Watch {
    player: Player,
    log: Vec<Event>,
    watch: kubectl::Watch,
}

impl Watch {
    /// The shell in a container that it has opened, if it did. What it prints after that is for when the shell has ended.
    pub fn session(&self) -> Option<Box<Session>> {
        self.watch.session()
    }
}

/// The result of one slice of a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The text printed by this slice, possibly empty; the watch has not reached the cursor yet.
    More(String),
    /// The text printed by this slice, possibly empty; the watch has reached the cursor.
    UpToDate(String),
    /// The watch is complete, or the cursor has moved back.
    Over,
}

impl Timeline {
    /// What a terminal line that was just done goes on to print: none unless it is a `kubectl get -w`, or a
    /// drain.
    pub fn watch(&self, line: &str) -> Option<Watch> {
        let line = notation::parse_line(line).ok()?;
        let now = self.now();
        let log: Vec<Event> =
            self.events.iter().take_while(|event| event.time <= now).cloned().collect();
        let watch = kubectl::Watch::begin(&self.view.sim, &line, &log)?;
        Some(Watch { player: Player::new(self.view.clone()), log, watch })
    }

    /// What a watch prints on the way to the cursor, change by change; none if it is over, or the cursor went
    /// back.
    pub fn follow(&self, watch: &mut Watch) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.follow_once(watch) {
                Followed::More(more) => text += &more,
                Followed::UpToDate(last) => return Some(text + &last),
                Followed::Over => return (!text.is_empty()).then_some(text),
            }
        }
    }

    /// Advances a watch by one step toward the cursor.
    pub fn follow_once(&self, watch: &mut Watch) -> Followed {
        let Watch { player, log, watch } = watch;
        if player.point.now() > self.now() || watch.is_over() {
            return Followed::Over;
        }
        let went_on = player.advance(&self.lines, self.now(), log);
        let text = watch.follow(&player.point.sim, log);
        if went_on { Followed::More(text) } else { Followed::UpToDate(text) }
    }
}
