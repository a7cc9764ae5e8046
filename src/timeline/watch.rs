//! Commands that continue while the cursor moves: `kubectl get -w`, drains, deletions, and commands that wait.

use super::Timeline;
use super::player::Player;
use crate::cluster::Event;
use crate::kubectl::{self, Output, Session};
use crate::notation;

/// A `kubectl get -w`, a drain, a deletion, or a command that waits. It follows the cursor.
#[derive(Clone, Debug)]
pub struct Watch {
    player: Player,
    log: Vec<Event>,
    watch: kubectl::Watch,
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

impl Watch {
    /// The exit status and error with which it ended.
    pub fn ending(&self) -> Output {
        self.watch.ending()
    }

    /// The shell in a container that it opened, if any. Show its later output after the shell ends.
    pub fn session(&self) -> Option<Box<Session>> {
        self.watch.session()
    }

    /// Whether the shell waits for the command before it runs the next line.
    pub fn blocks(&self) -> bool {
        self.watch.blocks()
    }

    /// Whether it ended.
    pub fn is_over(&self) -> bool {
        self.watch.is_over()
    }
}

impl Timeline {
    /// The rest of a terminal line that was just done, if it continues: a `kubectl get -w`, a drain, `kubectl run`,
    /// or a `kubectl delete` of something that is not gone yet.
    pub fn watch(&self, line: &str) -> Option<Watch> {
        let line = notation::parse_line(line).ok()?;
        let log = self.past();
        let watch = kubectl::Watch::begin(&self.view.sim, &line, &log)?;
        Some(Watch { player: Player::new(self.view.clone()), log, watch })
    }

    /// Starts a command that waits and changes nothing, and returns its first output; `None` for any other command.
    pub fn wait(&self, line: &str) -> Option<(Watch, String)> {
        let line = notation::parse_line(line).ok()?;
        let log = self.past();
        let (watch, first) = kubectl::Watch::wait(&self.view.sim, &line, &log)?;
        Some((Watch { player: Player::new(self.view.clone()), log, watch }, first))
    }

    /// The log up to the cursor.
    fn past(&self) -> Vec<Event> {
        let now = self.now();
        self.events.iter().take_while(|event| event.time <= now).cloned().collect()
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
