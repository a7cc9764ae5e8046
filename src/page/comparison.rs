//! Another run at the cursor of the one on the page: the same run under another version of Kubernetes, or another future
//! of it. What differs, and its picture.

use super::by_ptr::ByPtr;
use super::format::short_clock;
use super::futures::{Futures, Side};
use super::history::History;
use super::panels::{Row, row};
use super::run::RunState;
use crate::api::Time;
use crate::cluster::{MAX_UNAVAILABLE_GATE, StateId, Version};
use crate::notation::NotationError;
use crate::scene::{Scene, SceneCache, View};
use crate::task::Progress;
use crate::timeline::compare::{COMPARED_MS, Group, differences, until};
use crate::timeline::{Seek, Timeline, at_version};
use std::rc::Rc;

/// A run that is compared with the one on the page.
pub struct Comparison {
    /// The recipe that was compared.
    pub recipe: Rc<str>,
    /// What differs.
    pub shown: Shown,
    /// The picture of the other run.
    pub scene: ByPtr<Scene>,
    /// The other run.
    timeline: Timeline,
    /// The undo history of the other run, if it is another future.
    history: History,
    /// The states that were compared last, if the other run is another future, and when.
    compared: Option<([StateId; 2], u64)>,
    scene_cache: SceneCache,
    /// The instant to which the cursor was moved last.
    asked: Option<Time>,
    /// The movement of the cursor in progress.
    moving: Option<Seek>,
}

/// What is compared, and what differs.
#[derive(Clone, PartialEq)]
pub enum Shown {
    /// The run under two versions of Kubernetes.
    Versions(ByPtr<Report>),
    /// Two futures of the run.
    Futures(ByPtr<Futures>),
}

impl Shown {
    /// Whether the picture of the other run is on the left.
    pub fn is_other_first(&self) -> bool {
        match self {
            Shown::Versions(report) => report.other < report.own,
            Shown::Futures(futures) => futures.own == Side::B,
        }
    }
}

/// The most differences of a group that are listed.
const LISTED: usize = 100;

/// What a run does differently under two versions of Kubernetes.
#[derive(Debug)]
pub struct Report {
    /// The version of the run on the page.
    pub own: Version,
    /// The version it was compared with.
    pub other: Version,
    /// How far the runs were compared.
    pub until: Time,
    /// The first instant at which they differ.
    pub first: Option<Time>,
    /// The number of differences.
    pub count: usize,
    /// The groups that are not empty.
    pub groups: Vec<Differences>,
}

/// The differences of a group.
#[derive(Debug)]
pub struct Differences {
    /// The group.
    pub group: Group,
    /// The first differences.
    pub rows: Vec<DifferentRow>,
    /// The number of differences that are not listed.
    pub more: usize,
}

/// A difference in the list.
#[derive(Debug)]
pub struct DifferentRow {
    /// When the event happens under each version, the older version first.
    pub times: [Option<Time>; 2],
    /// The event.
    pub row: Row,
}

impl Report {
    /// The versions, the older one first.
    pub fn versions(&self) -> [Version; 2] {
        [self.own.min(self.other), self.own.max(self.other)]
    }

    /// The heading of the list.
    pub fn title(&self) -> String {
        let [first, second] = self.versions().map(Version::name);
        format!("Kubernetes {first} and {second}")
    }

    /// What makes runs of these versions differ.
    fn hint(&self) -> String {
        let versions = self.versions();
        let [first, second] = versions.map(Version::name);
        let [is_obeyed, is_obeyed_later] = versions.map(|it| it.enables(MAX_UNAVAILABLE_GATE));
        match versions {
            _ if is_obeyed != is_obeyed_later => {
                let (with, without) = if is_obeyed { (first, second) } else { (second, first) };
                format!(
                    "They differ in rolling updates of a StatefulSet with maxUnavailable above 1: {with} updates that many pods at a time, and {without} ignores the field."
                )
            }
            [_, Version::V1_37] => {
                "They differ in rolling updates of a parallel StatefulSet with broken pods, and in OnDelete.".into()
            }
            _ => "What is simulated of them makes no difference in any run.".into(),
        }
    }

    /// The result in plain words.
    pub fn summary(&self) -> String {
        let [first, second] = self.versions().map(Version::name);
        let end = short_clock(self.until);
        match self.count {
            0 => {
                let hint = self.hint();
                format!("The run is the same under {first} and {second}, up to {end}. {hint}")
            }
            1 => format!("One event differs, up to {end}."),
            count => format!("{count} events differ, up to {end}."),
        }
    }
}

/// Plays a run under another version, as far as it goes and a bit further, and finds out what differs.
///
/// # Errors
/// Why the recipe cannot be played under that version.
pub async fn compare(
    run: &mut Timeline,
    version: Version,
    progress: &Progress,
) -> Result<Comparison, Vec<NotationError>> {
    let recipe = run.recipe();
    let to = run.end().plus(COMPARED_MS);
    run.seek_in_slices(to, &Progress::default()).await;
    let timeline = Timeline::open(&at_version(&recipe, version), to, progress).await?;
    let report = report(run, &timeline, to, progress).await;
    Ok(Comparison::new(recipe.into(), Shown::Versions(ByPtr::new(report)), timeline))
}

/// Forks a run at its cursor: from there on, it has two futures. The user acts in A first.
pub fn fork(run: &Timeline) -> Comparison {
    let futures = Futures::new(run.now(), Side::A, [run.cluster(), run.cluster()]);
    Comparison::new(run.recipe().into(), Shown::Futures(ByPtr::new(futures)), run.clone())
}

/// What differs between two runs up to an instant.
async fn report(run: &Timeline, with: &Timeline, to: Time, progress: &Progress) -> Report {
    let version = |run: &Timeline| run.cluster().settings.version;
    let (own, other) = (version(run), version(with));
    let runs = if own < other { [run, with] } else { [with, run] };
    let logs = runs.map(|run| until(run.events(), to));
    let found = differences(logs, false, progress).await;
    let first = found.first().map(|it| it.at());
    let list = |group: Group| {
        let found: Vec<_> = found.iter().filter(|it| it.group() == group).collect();
        let rows = found.iter().take(LISTED).map(|it| {
            let cluster = runs[usize::from(it.times[0].is_none())].cluster();
            DifferentRow { times: it.times, row: row(cluster, it.event) }
        });
        Differences { group, rows: rows.collect(), more: found.len().saturating_sub(LISTED) }
    };
    let groups = Group::ALL.map(list).into_iter().filter(|it| !it.rows.is_empty()).collect();
    Report { own, other, until: to, first, count: found.len(), groups }
}

impl Comparison {
    fn new(recipe: Rc<str>, shown: Shown, timeline: Timeline) -> Comparison {
        Comparison {
            recipe,
            shown,
            scene: ByPtr::default(),
            timeline,
            history: History::default(),
            compared: None,
            scene_cache: SceneCache::default(),
            asked: None,
            moving: None,
        }
    }

    /// The version with which a run of this version is compared next, never with itself; none if versions are not
    /// compared.
    pub fn next_version(&self, own: Version) -> Option<Version> {
        let Shown::Versions(report) = &self.shown else { return None };
        let Report { own: before, other, .. } = **report;
        Some(if own == other { before } else { other })
    }

    /// Exchanges the two futures: the user acts in the other one from now on.
    pub fn swap(&mut self, run: &mut RunState) {
        let Shown::Futures(futures) = &self.shown else { return };
        run.stop_moving();
        std::mem::swap(&mut self.timeline, &mut run.timeline);
        std::mem::swap(&mut self.history, &mut run.history);
        (self.asked, self.moving, self.compared) = (None, None, None);
        self.scene_cache = SceneCache::default();
        let clusters = [run.timeline.cluster(), self.timeline.cluster()];
        let swapped = Futures::new(futures.from, futures.own.other(), clusters);
        self.shown = Shown::Futures(ByPtr::new(swapped));
    }

    /// Compares two futures at the cursor, if the other one is there and something has changed.
    pub fn compare_futures(&mut self, run: &Timeline) {
        let Shown::Futures(futures) = &self.shown else { return };
        if self.is_behind(run.now()) {
            return;
        }
        let key = ([run.state_id(), self.timeline.state_id()], run.now().0 / 1_000);
        if self.compared == Some(key) {
            return;
        }
        self.compared = Some(key);
        let clusters = [run.cluster(), self.timeline.cluster()];
        let new = Futures::new(futures.from, futures.own, clusters);
        self.shown = Shown::Futures(ByPtr::new(new));
    }

    /// Moves the cursor to an instant while there is time.
    pub fn follow(&mut self, now: Time, has_time: &dyn Fn() -> bool) {
        while self.is_behind(now) {
            let seek = self.moving.get_or_insert_with(|| {
                self.asked = Some(now);
                self.timeline.begin_seek(now)
            });
            if !self.timeline.go_on(seek) {
                self.moving = None;
            }
            if !has_time() {
                return;
            }
        }
    }

    /// Whether the cursor is not yet at an instant.
    pub fn is_behind(&self, now: Time) -> bool {
        self.moving.is_some() || self.asked != Some(now)
    }

    /// Lays out the picture at the cursor. Returns whether it differs from the last one.
    pub fn paint(&mut self, view: &View) -> bool {
        let (state, now) = (self.timeline.state_id(), self.timeline.now());
        let scene = self.scene_cache.paint(self.timeline.cluster(), state, now, view);
        let is_new = scene.is_some();
        if let Some(scene) = scene {
            self.scene = ByPtr::new(scene);
        }
        is_new
    }

    /// The run, to be freed.
    pub fn into_timeline(self) -> Timeline {
        self.timeline
    }
}

#[cfg(test)]
mod tests;
