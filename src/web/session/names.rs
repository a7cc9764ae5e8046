//! The run of a real cluster with other names.

use super::jobs::Finish;
use super::{Notice, Offer, Session};
use crate::later::later;
use crate::observe;
use crate::task::Progress;
use crate::timeline::Timeline;

later! {
    /// Replaces the names in the run.
    pub(super) static REPLACE: fn(&mut Session) = Session::replace_names;
}

impl Session {
    /// Shows the run with other names. Undo restores them.
    fn replace_names(&mut self) {
        let (before, at) = (self.run.moment(), self.run.timeline.now());
        let recipe = self.run.recipe.clone();
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let run = match observe::replace_names(&recipe) {
                Ok(recipe) => Timeline::open(&recipe, at, &shown).await,
                Err(errors) => Err(errors),
            };
            Box::new(move |session: &mut Session| match run {
                Ok(timeline) => {
                    session.replace_run_by_user(timeline);
                    session.run.history.record(before);
                    let text =
                        "The names were replaced. What you share now contains only the new ones.";
                    session.ui.notice = Some(Notice { text: text.into(), offer: Offer::Undo });
                }
                Err(errors) => session.show_errors("The names were not replaced.", &errors),
            }) as Finish
        });
        self.begin_task("Replacing names", task, progress);
    }
}
