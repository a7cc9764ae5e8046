//! A cluster that a server runs: what it tells, and what it is told.

use super::Session;
use super::jobs::Finish;
use crate::page::live::{Live, Origin};
use crate::task::Progress;
use crate::web::action::{LiveAction, ToldRun};
use crate::web::guard::wall_ms;

impl Session {
    /// Handles an action that is about the cluster of a server.
    pub(super) fn handle_live(&mut self, action: LiveAction) {
        match action {
            LiveAction::Follow => {
                if let Some(live) = &mut self.run.live {
                    live.is_followed = true;
                }
                self.run.play(true, true);
                self.run.interrupt();
            }
            LiveAction::Pause(is_paused) => {
                let word = if is_paused { "true" } else { "false" };
                self.host.script.send("pause", word, None, None);
            }
        }
    }

    /// Plays the run that the server has told.
    pub(super) fn adopt(&mut self, told: ToldRun) {
        let before = self.run.live;
        let live = Live {
            since: wall_ms(),
            is_followed: before.is_none_or(|it| it.is_followed),
            ..told.live
        };
        self.run.live = Some(live);
        if before.is_none() {
            self.run.play(true, true);
        }
        if *told.recipe == *self.run.recipe {
            return;
        }
        let cursor = self.run.timeline.now();
        let now = live.now(wall_ms());
        let to = if live.is_followed { now } else { cursor.min(now) };
        let mut timeline = self.run.timeline.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let adopted = timeline.adopt(&told.recipe, to, &shown).await;
            Box::new(move |session: &mut Session| {
                if adopted.is_ok() {
                    session.run.stop_moving();
                    session.run.timeline = timeline;
                    session.update_recipe();
                }
            }) as Finish
        });
        self.begin_task("Following the cluster", task, progress);
    }

    /// The cluster that a server runs, if it is shown.
    fn served(&self) -> Option<Live> {
        self.run.live.filter(|live| live.origin == Origin::Served)
    }

    /// Tells the server of a line that was done at the cursor.
    pub(super) fn send_line(&self) {
        let Some(live) = self.served() else { return };
        let Some((line, text)) = self.run.timeline.last_line() else { return };
        let at = (!live.is_followed).then(|| self.run.timeline.now().0 as f64);
        self.host.script.send("do", line, text.map(str::to_owned), at);
    }

    /// Tells the server of another run.
    pub(super) fn send_run(&self) {
        if self.served().is_some() {
            let at = Some(self.run.timeline.now().0 as f64);
            self.host.script.send("replace", &self.run.recipe, None, at);
        }
    }
}
