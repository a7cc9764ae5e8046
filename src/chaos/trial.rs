//! One run: the set is brought into a phase, a fault strikes, and the run is observed until the set has converged.

use super::Options;
use super::fault::{Fault, Phase};
use super::meter::{CLIENT, Meter};
use super::setup::Manifest;
use super::target::{Target, Victim};
use crate::api::{Kind, Time};
use crate::cluster::world::DatabaseState;
use crate::cluster::{Code, Subject, Wait};
use crate::map::Set;
use crate::task::Progress;
use crate::timeline::Timeline;
use crate::why;
use std::rc::Rc;

/// How long a set may take to become Ready, or to converge after a fault has ended, in milliseconds: longer than the
/// longest back-off of a container (5 minutes), than a volume is held by a node that doesn't respond (6 minutes), and
/// than three slow images take.
pub(super) const PATIENCE_MS: u64 = 900_000;
/// The same for a run in which every image takes minutes to pull: pods are created one after the other.
const SLOW_PATIENCE_MS: u64 = 3_600_000;
/// How long after a fault the set is not yet looked at, in milliseconds: controllers learn of it only now.
const NOTICE_MS: u64 = 15_000;
/// How long a set must stay converged, in milliseconds.
const STEADY_MS: u64 = 5_000;
/// How long after a set is Ready a fault strikes, or the next phase begins, in milliseconds.
const REST_MS: u64 = 10_000;
/// How many steps of the simulation are one slice.
const SLICE: u32 = 256;

/// The end of what a run may take, so that no manifest takes forever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The set has converged, at this instant.
    Converged(Time),
    /// It has not, within [`PATIENCE_MS`].
    Stuck,
}

/// A run that is observed.
#[derive(Clone)]
pub(super) struct Observed {
    pub timeline: Timeline,
    pub meter: Meter,
    pub target: Rc<Target>,
    patience_ms: u64,
}

/// A set that was created.
pub(super) struct Settled {
    /// The run, at the instant at which the set is Ready.
    pub run: Observed,
    pub end: End,
    /// The instant of [`Phase::Creating`].
    creating: Option<Time>,
}

/// A set in a phase.
pub(super) struct Staged {
    pub run: Observed,
    /// What the fault strikes; none if no pod has a node yet.
    pub victim: Option<Victim>,
    /// The same without a fault, until the set has converged.
    pub without: Outcome,
}

/// What became of a fault.
pub(super) struct Outcome {
    pub run: Observed,
    /// When the fault struck.
    pub at: Time,
    pub end: End,
    /// What the API server says if a line of the fault was refused.
    pub refused: Option<String>,
}

impl Observed {
    /// Begins to observe a run at its cursor.
    pub(super) fn new(timeline: Timeline, target: Rc<Target>) -> Observed {
        let meter = Meter::new(target.clone(), timeline.cluster(), timeline.events());
        Observed { timeline, meter, target, patience_ms: PATIENCE_MS }
    }

    /// The instant up to which the run is recorded.
    pub(super) fn now(&self) -> Time {
        Time(self.timeline.recorded_ms())
    }

    /// Lets the run continue to an instant, or until the target is as wanted.
    async fn play(
        &mut self,
        to: Time,
        mut is_wanted: impl FnMut(&Observed) -> bool,
        progress: &Progress,
    ) -> bool {
        let mut steps = 0_u32;
        loop {
            let went_on = self.timeline.record(to);
            self.meter.look(self.timeline.recorded(), self.timeline.events());
            if is_wanted(self) {
                return true;
            }
            if !went_on {
                return false;
            }
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(SLICE) {
                progress.pause().await;
            }
        }
    }

    /// Lets the run continue to an instant.
    async fn play_to(&mut self, to: Time, progress: &Progress) {
        self.play(to, |_| false, progress).await;
    }

    /// Lets the run continue until the set has converged.
    pub(super) async fn converge(&mut self, progress: &Progress) -> End {
        let end = self.now().plus(self.patience_ms);
        loop {
            let is_converged = |run: &Observed| run.target.is_converged(run.timeline.recorded());
            if !self.play(end, is_converged, progress).await {
                return End::Stuck;
            }
            let (at, before) = (self.now(), self.meter.measures.clone());
            let falls_back = |run: &Observed| !run.target.is_converged(run.timeline.recorded());
            if !self.play(at.plus(STEADY_MS), falls_back, progress).await {
                self.meter.measures = before;
                return End::Converged(at);
            }
        }
    }

    /// Runs a line. Returns what the API server says if it is refused.
    pub(super) async fn line(&mut self, line: &str, progress: &Progress) -> Option<String> {
        self.timeline.seek(self.now());
        let output = self.timeline.run_line_in_slices(line, progress).await;
        self.meter.look(self.timeline.recorded(), self.timeline.events());
        (output.exit != 0).then(|| output.stderr.trim_end().to_owned())
    }
}

/// Starts a client and lets the set become Ready.
pub(super) async fn settle(timeline: Timeline, target: Rc<Target>, progress: &Progress) -> Settled {
    settle_within(PATIENCE_MS, timeline, target, progress).await
}

async fn settle_within(
    patience_ms: u64,
    timeline: Timeline,
    target: Rc<Target>,
    progress: &Progress,
) -> Settled {
    let mut run = Observed { patience_ms, ..Observed::new(timeline, target) };
    if let Some(host) = run.target.host.clone() {
        let place = run.target.place();
        run.line(&format!("client {CLIENT} writes {host} every 2s{place}"), progress).await;
    }
    let (mut copying, mut second) = (Set::new(), None);
    let is_ready = |run: &Observed| {
        note_copying(run, &mut copying, &mut second);
        run.target.is_converged(run.timeline.recorded())
    };
    let is_ready = run.play(run.now().plus(patience_ms), is_ready, progress).await;
    let end = if is_ready { End::Converged(run.now()) } else { End::Stuck };
    let creating = copying.iter().nth(copying.len() / 2).copied().or(second);
    Settled { run, end, creating }
}

/// Keeps the instants at which the second pod copies data, and the first at which it runs.
fn note_copying(run: &Observed, copying: &mut Set<Time>, second: &mut Option<Time>) {
    let cluster = run.timeline.recorded();
    let pods = run.target.pods(cluster);
    let at = if run.target.replicas > 1 { 1 } else { 0 };
    let Some(pod) = pods.get(at).filter(|pod| pod.is_bound() && !pod.is_ready()) else { return };
    second.get_or_insert(cluster.now);
    let own = cluster.world().runs.get(&pod.metadata.uid);
    let state = own.and_then(|run| run.database.as_ref()).map(|database| &database.state);
    if matches!(state, Some(DatabaseState::Cloning { .. })) {
        copying.insert(cluster.now);
    }
}

/// Brings a set into a phase. `turn` says which pod is struck.
pub(super) async fn stage(
    settled: &Settled,
    phase: Phase,
    turn: u64,
    progress: &Progress,
) -> Option<Staged> {
    let mut run = settled.run.clone();
    if phase == Phase::Creating {
        run.timeline.seek_in_slices(settled.creating?, progress).await;
        run.timeline.drop_recorded();
        run = Observed::new(run.timeline, run.target);
    } else {
        run.play_to(run.now().plus(REST_MS), progress).await;
    }
    if let Some(line) = phase.line(&run.target) {
        let refused = run.line(&line, progress).await;
        if refused.is_some() {
            return None;
        }
        begin_phase(&mut run, phase, progress).await;
    }
    let at = run.now();
    run.timeline.seek_in_slices(at, progress).await;
    run.meter.restart(at);
    let victim = run.target.victim(run.timeline.cluster(), turn);
    let mut alone = run.clone();
    alone.play_to(at.plus(NOTICE_MS), progress).await;
    let end = alone.converge(progress).await;
    let without = Outcome { run: alone, at, end, refused: None };
    Some(Staged { run, victim, without })
}

/// Waits until the first pod is being replaced, or the next one is being created.
async fn begin_phase(run: &mut Observed, phase: Phase, progress: &Progress) {
    let code = if phase == Phase::Updating { Code::UpdateDelete } else { Code::PodCreated };
    let first = run.timeline.events().len();
    let has_begun = |run: &Observed| {
        let new = run.timeline.events().get(first..).unwrap_or_default();
        new.iter().any(|event| event.reason.code() == code)
    };
    run.play(run.now().plus(REST_MS), has_begun, progress).await;
    run.play_to(run.now().plus(2_000), progress).await;
}

/// Lets a fault strike, and the run continue until the set has converged.
pub(super) async fn strike(staged: &Staged, fault: Fault, progress: &Progress) -> Option<Outcome> {
    let mut run = staged.run.clone();
    let (at, mut refused) = (run.now(), None);
    for action in fault.actions(&run.target, staged.victim.as_ref()?) {
        run.play_to(at.plus(action.after_ms), progress).await;
        refused = refused.or(run.line(&action.line, progress).await);
    }
    run.play_to(run.now().plus(NOTICE_MS), progress).await;
    let end = run.converge(progress).await;
    Some(Outcome { run, at, end, refused })
}

/// Plays a phase while every image takes minutes to pull.
pub(super) async fn slow(
    manifest: &Manifest,
    target: &Rc<Target>,
    phase: Phase,
    seed: u64,
    options: &Options,
    progress: &Progress,
) -> Option<Outcome> {
    let applied = manifest.apply(seed, Some(Fault::SlowImage), options, progress).await.ok()?;
    let target = target.clone();
    let settled = settle_within(SLOW_PATIENCE_MS, applied.timeline, target, progress).await;
    let Settled { mut run, end, .. } = settled;
    let Some(line) = phase.line(&run.target).filter(|_| end != End::Stuck) else {
        return Some(Outcome { run, at: Time(0), end, refused: None });
    };
    run.play_to(run.now().plus(REST_MS), progress).await;
    let at = run.now();
    run.meter.restart(at);
    let refused = run.line(&line, progress).await;
    run.play_to(at.plus(NOTICE_MS), progress).await;
    let end = run.converge(progress).await;
    Some(Outcome { run, at, end, refused })
}

/// Why a set has not converged: each wait for the next, as codes and sentences.
pub(super) fn waits(run: &Observed) -> Vec<(Code, String, Time)> {
    let cluster = run.timeline.recorded();
    let chain = why::waits_of(cluster, &Subject::object(Kind::StatefulSet, &run.target.key));
    let link = |wait: &Wait| (wait.reason.code(), wait.reason.text(), wait.since);
    chain.into_iter().map(link).collect()
}
