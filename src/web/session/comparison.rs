//! The comparison of the run with what it does under another version of Kubernetes.

use super::jobs::{Finish, Outcome, Work};
use super::{Notice, Offer, Session};
use crate::cluster::Version;
use crate::later::later;
use crate::page::comparison::{self, Comparison, Shown};
use crate::page::live::Origin;
use crate::page::sheet::Tab;
use crate::task::Progress;
use crate::timeline::Timeline;

later! {
    /// Starts playing the run under another version.
    static COMPARE: fn(&mut Session, Version) = Session::begin_comparing;
    /// Forks the run at the cursor.
    pub(super) static FORK: fn(&mut Session) = Session::fork;
    /// Acts in the other future.
    pub(super) static SWAP: fn(&mut Session) = Session::swap_futures;
    /// Compares the futures at the cursor.
    static FUTURES: fn(&mut Comparison, &Timeline) = Comparison::compare_futures;
}

impl Session {
    /// Compares the run with what it does under the version that the user has chosen in a dialog.
    pub(super) fn compare(&mut self, version: Version) {
        if self.ui.dialog.is_some() {
            self.close_dialog();
        }
        self.ui.why.close();
        self.ui.sheet.show(Tab::Versions);
        self.begin_comparison(version);
    }

    /// Starts playing the run under another version.
    fn begin_comparison(&mut self, version: Version) {
        if let Some(begin) = COMPARE.get() {
            begin(self, version);
        }
    }

    fn begin_comparing(&mut self, version: Version) {
        let mut run = self.run.timeline.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let compared = comparison::compare(&mut run, version, &shown).await;
            Box::new(move |session: &mut Session| {
                session.run.timeline.free_later(run);
                match compared {
                    Ok(comparison) => session.replace_comparison(Some(Box::new(comparison))),
                    Err(errors) => {
                        session.show_errors("The versions were not compared.", &errors);
                        session.close_outdated();
                    }
                }
            }) as Finish
        });
        let then = |session: &mut Session, outcome| {
            if let Outcome::Canceled = outcome {
                session.close_outdated();
            }
        };
        self.begin("Comparing versions", Work::Task(task, progress), Box::new(then));
    }

    /// Forks the run at the cursor: the same run again, in which the user can act differently.
    fn fork(&mut self) {
        if let Some(live) = self.run.live {
            let text = match live.origin {
                Origin::Served => "The cluster of a server can't be forked.",
                Origin::Observed => "A live cluster can't be forked: choose What if? first.",
            };
            let text = text.into();
            self.ui.notice = Some(Notice { text, offer: Offer::Nothing });
            return;
        }
        self.ui.why.close();
        self.ui.shows_other = false;
        self.ui.sheet.show(Tab::Versions);
        let forked = comparison::fork(&self.run.timeline);
        self.replace_comparison(Some(Box::new(forked)));
        self.run.playback.set_playing(false);
        self.ui.resumes = false;
    }

    /// Exchanges the two futures, at the same instant.
    fn swap_futures(&mut self) {
        let now = self.run.timeline.now();
        let Some(comparison) = &mut self.comparison else { return };
        comparison.swap(&mut self.run);
        self.update_recipe();
        self.lesson.run_changed(&self.run.recipe, false);
        self.terminal.end_all();
        self.ui.why.close();
        self.ui.last = None;
        self.ui.notice = None;
        let is_playing = self.run.playback.is_playing();
        let then = move |session: &mut Session| session.run.playback.set_playing(is_playing);
        self.begin_seek(now, Box::new(then));
    }

    /// Compares again if the run has changed. Returns whether that is so.
    pub(super) fn compare_again(&mut self) -> bool {
        let Some(comparison) = self.comparison.as_ref().filter(|_| self.is_outdated()) else {
            return false;
        };
        let own = self.run.timeline.cluster().settings.version;
        let Some(version) = comparison.next_version(own) else { return false };
        self.begin_comparison(version);
        true
    }

    /// Whether the run has changed since the comparison.
    fn is_outdated(&self) -> bool {
        let comparison = self.comparison.as_ref();
        comparison.is_some_and(|it| {
            matches!(it.shown, Shown::Versions(_)) && it.recipe != self.run.recipe
        })
    }

    /// Ends a comparison with a run that is no longer there.
    fn close_outdated(&mut self) {
        if self.is_outdated() {
            self.close_comparison();
        }
    }

    /// Ends the comparison.
    pub(super) fn close_comparison(&mut self) {
        self.replace_comparison(None);
        self.ui.shows_other = false;
        self.ui.sheet.leave(Tab::Versions);
    }

    fn replace_comparison(&mut self, with: Option<Box<Comparison>>) {
        if let Some(closed) = std::mem::replace(&mut self.comparison, with) {
            self.run.timeline.free_later(closed.into_timeline());
        }
    }

    /// Moves the cursor of the other run to that of this one while there is time.
    pub(super) fn follow_cursor(&mut self, has_time: &dyn Fn() -> bool) {
        if let Some(comparison) = &mut self.comparison {
            comparison.follow(self.run.timeline.now(), has_time);
            if let Some(compare) = FUTURES.get() {
                compare(comparison, &self.run.timeline);
            }
        }
    }

    /// Whether the other run is not yet at the cursor.
    pub(crate) fn is_comparison_behind(&self) -> bool {
        let now = self.run.timeline.now();
        self.comparison.as_ref().is_some_and(|comparison| comparison.is_behind(now))
    }
}
