//! What the page renders besides the picture and the cursor.

use super::{ConnectionView, Notice, Session, Survey};
use crate::lessons::Phase;
use crate::page::by_ptr::ByPtr;
use crate::page::comparison::Shown;
use crate::page::manifest_editor::{Applied, Findings};
use crate::page::marks::Marks;
use crate::page::panels::{MissingClass, Page};
use crate::page::terminal::CommandRecord;
use crate::page::why_query::WhyQuery;
use crate::timeline::playback::Pace;
use crate::why::SetView;
use std::rc::Rc;

/// Everything besides the picture and the cursor that can change while time passes. As long as it stays equal, a
/// frame renders nothing else.
#[derive(PartialEq)]
pub(crate) struct PanelState {
    is_playing: bool,
    live: Option<[bool; 2]>,
    observed: Option<Rc<ConnectionView>>,
    pace: Pace,
    /// The slider of the timeline has the time in seconds for screen readers.
    seconds: u64,
    pages: ByPtr<Vec<ByPtr<Page>>>,
    sets: ByPtr<Vec<SetView>>,
    marks: ByPtr<Marks>,
    missing_class: Option<MissingClass>,
    lone_pods: usize,
    why: Option<ByPtr<WhyQuery>>,
    compared: Option<Shown>,
    survey: Option<Survey>,
    commands: Vec<ByPtr<Vec<Rc<CommandRecord>>>>,
    phase: Option<Phase>,
    job: Option<(&'static str, Option<u64>)>,
    findings: ByPtr<Findings>,
    recipe: Rc<str>,
    notice: Option<Notice>,
    last: Option<Rc<CommandRecord>>,
    export: (Rc<str>, Rc<str>),
    applied: Option<Rc<Applied>>,
}

impl Session {
    /// What the page renders besides the picture and the cursor.
    pub(crate) fn panel_state(&self) -> PanelState {
        let Session { run, panels, ui, .. } = self;
        PanelState {
            is_playing: run.playback.is_playing(),
            live: run.live.map(|live| [live.is_followed, live.is_paused]),
            observed: self.observing.as_ref().map(|it| it.shown.clone()),
            pace: run.playback.pace(),
            seconds: run.timeline.now().0 / 1_000,
            pages: panels.pages.clone(),
            sets: panels.sets.clone(),
            marks: panels.marks.clone(),
            missing_class: panels.missing_class.clone(),
            lone_pods: panels.lone_pods,
            why: ui.why.query.clone(),
            compared: self.comparison.as_ref().map(|it| it.shown.clone()),
            survey: self.survey.clone(),
            commands: self.terminal.panes.iter().map(|pane| pane.history.clone()).collect(),
            phase: self.lesson.active.as_ref().map(|lesson| lesson.phase(&run.timeline)),
            job: self.jobs.shown(&run.timeline),
            findings: self.manifest.findings.clone(),
            recipe: run.recipe.clone(),
            notice: ui.notice.clone(),
            last: ui.last.clone(),
            export: self.host.export.clone(),
            applied: self.manifest.applied.clone(),
        }
    }
}
