//! What the page shows beside the picture and the cursor: as long as it is the same, a frame needs no
//! more than these two.

use super::manifest::Findings;
use super::panels::{Marks, Page};
use super::session::{Applied, Last, Notice, Session};
use super::shared::Shared;
use super::why_panel::Asked;
use crate::lessons::Phase;
use crate::timeline::playback::Pace;
use crate::why::SetView;
use std::rc::Rc;

/// All that a passing instant may change of it.
#[derive(PartialEq)]
pub(super) struct Beside {
    is_playing: bool,
    pace: Pace,
    /// The time line tells the time to the second to those who do not see it.
    seconds: u64,
    pages: Shared<Vec<Shared<Page>>>,
    sets: Shared<Vec<SetView>>,
    marks: Shared<Marks>,
    lacks_class: bool,
    asked: Option<Shared<Asked>>,
    printed: Shared<Vec<Rc<Last>>>,
    phase: Option<Phase>,
    job: Option<(&'static str, Option<u64>)>,
    findings: Shared<Findings>,
    recipe: Rc<str>,
    notice: Option<Notice>,
    last: Option<Rc<Last>>,
    made: (Rc<str>, Rc<str>),
    applied: Option<Rc<Applied>>,
}

impl Session {
    /// What the page shows beside the picture and the cursor.
    pub(super) fn beside(&self) -> Beside {
        let panels = &self.panels;
        Beside {
            is_playing: self.playback.is_playing(),
            pace: self.playback.pace(),
            seconds: self.timeline.now().0 / 1_000,
            pages: panels.pages.clone(),
            sets: panels.sets.clone(),
            marks: panels.marks.clone(),
            lacks_class: panels.lacks_class,
            asked: self.asked.clone(),
            printed: self.terminal.done.clone(),
            phase: self.lesson.as_ref().map(|told| told.phase(&self.timeline)),
            job: self.jobs.shown(&self.timeline),
            findings: self.findings.clone(),
            recipe: self.recipe.clone(),
            notice: self.notice.clone(),
            last: self.last.clone(),
            made: self.made.clone(),
            applied: self.applied.clone(),
        }
    }
}
