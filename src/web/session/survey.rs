//! "Will it survive?": a manifest is run through a matrix of faults, and the runs that show something can be watched.

use super::jobs::{Finish, Outcome, SURVEY, Work};
use super::{Notice, Offer, Session};
use crate::chaos::{self, Moment, Options, Refused, Report};
use crate::later::later;
use crate::page::by_ptr::ByPtr;
use crate::task::Progress;
use crate::web::action::Dialog;
use std::rc::Rc;

/// What became of a manifest, or why it can't be tried.
pub(crate) type Survey = ByPtr<Result<Report, Refused>>;

later! {
    /// Starts the matrix for a manifest; for those that the run has applied if there is none.
    pub(super) static SURVIVE: fn(&mut Session, Option<String>) = Session::begin_survey;
    /// Opens a run of the matrix at an instant.
    pub(super) static WATCH: fn(&mut Session, Moment) = Session::watch;
}

impl Session {
    fn begin_survey(&mut self, text: Option<String>) {
        let text = text.unwrap_or_else(|| self.run.timeline.manifests());
        let version = self.run.timeline.cluster().settings.version;
        let options = Options { version, ..Options::default() };
        let progress = Progress::default();
        let shown = progress.clone();
        let task = Box::pin(async move {
            let survey = chaos::survey(&text, options, &shown).await;
            Box::new(move |session: &mut Session| session.surveyed(ByPtr::new(survey))) as Finish
        });
        self.ui.dialog = Some(Dialog::Survive);
        self.manifest.cancel_check();
        let then = |_: &mut Session, _: Outcome| {};
        self.begin(SURVEY, Work::Task(task, progress), Box::new(then));
    }

    fn surveyed(&mut self, survey: Survey) {
        if self.ui.dialog != Some(Dialog::Survive)
            && let Ok(report) = &*survey
        {
            let text = format!("Will it survive? {}", report.summary());
            self.ui.notice = Some(Notice { text, offer: Offer::Nothing });
        }
        self.survey = Some(survey);
    }

    fn watch(&mut self, moment: Moment) {
        let Moment { recipe, at, .. } = moment;
        let before = self.run.moment();
        self.ui.resumes = false;
        self.close_dialog();
        self.run.playback.set_playing(false);
        let recipe: Rc<str> = recipe;
        let then = move |session: &mut Session, run: Result<_, Vec<_>>| match run {
            Ok(timeline) => {
                session.replace_run_by_user(timeline);
                session.run.history.record(before);
                let text = "This is the run of \"Will it survive?\" at that moment.".into();
                session.ui.notice = Some(Notice { text, offer: Offer::Undo });
            }
            Err(errors) => session.show_errors("The run was not opened.", &errors),
        };
        self.begin_run(recipe, at, Box::new(then));
    }
}
