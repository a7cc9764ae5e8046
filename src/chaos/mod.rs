//! "Will it survive?": a manifest is run through a matrix of faults, and judged by what the cluster shows.
//!
//! Each [`Fault`] strikes in each [`Phase`], with several seeds; a seed also decides which pod is struck. The runs are
//! ordinary recipes, so each [`Finding`] has the [`Moment`] at which it can be watched. Observers that know no fault
//! (`meter`) note deleted data, lost writes, two pods under one identity, and downtime; how much of that a phase has
//! without a fault is subtracted. What helps is not looked up but tried (`advice`): the worst run is repeated with a
//! change of the manifest, and a change that does not help is not mentioned.
//!
//! What Kubernetes does and what the stand-in database ([`crate::db`]) does are told apart in each finding.

mod advice;
mod case;
mod change;
mod edit;
mod fault;
mod finding;
mod meter;
pub mod print;
mod remark;
mod setup;
mod target;
mod trial;

pub use fault::{Fault, Phase};
pub use finding::{Advice, Finding, Harm, Moment, Remedy, Severity, Strike};
pub use setup::PODS_MAX;

use crate::api::Time;
use crate::cluster::Version;
use crate::map::Map;
use crate::task::Progress;
use case::Case;
use meter::Measures;
use setup::Manifest;
use std::rc::Rc;
use target::Target;
use trial::{End, Outcome, Settled, Staged};

/// The most seeds of a matrix.
pub const SEEDS_MAX: u64 = 100;
/// How much of the progress the matrix is; the rest is trying what helps. Of [`WHOLE`].
const MATRIX: u64 = 800;
const WHOLE: u64 = 1_000;

/// How a manifest is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many seeds, from 1 to [`SEEDS_MAX`].
    pub seeds: u64,
    /// How many nodes the cluster has, in three zones.
    pub nodes: u32,
    /// The version of Kubernetes.
    pub version: Version,
}

impl Default for Options {
    fn default() -> Options {
        Options { seeds: 3, nodes: 6, version: Version::default() }
    }
}

/// Why a manifest can't be tried: one or more lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The lines, without a line break at the end.
    pub message: String,
}

impl Refused {
    fn new(message: &str) -> Refused {
        Refused { message: message.to_owned() }
    }
}

/// What the matrix found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it was tried.
    pub options: Options,
    /// How many runs there were, those that tried what helps included.
    pub runs: u32,
    /// What is assumed about the cluster, rejected by it, and not simulated, in sentences.
    pub notes: Vec<String>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// The faults that the manifest survives without a finding.
    pub survived: Vec<Fault>,
}

impl Report {
    /// Whether data can be lost, an identity doubled, or the set gets stuck.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity() == Severity::Fails)
    }
}

/// Runs a manifest through the matrix, in slices.
///
/// # Errors
/// If the API server accepts nothing of the manifest, or if it has no StatefulSet that can be tried.
pub async fn survey(text: &str, options: Options, progress: &Progress) -> Result<Report, Refused> {
    // The work within has its own progress, of which only the pauses count.
    let quiet = &Progress::default();
    let options = Options { seeds: options.seeds.clamp(1, SEEDS_MAX), ..options };
    let manifest = Manifest::read(text, &options, quiet).await?;
    let notes = manifest.notes.clone();
    let (findings, survived) = (Vec::new(), Vec::new());
    let report = Report { options, runs: 0, notes, findings, survived };
    let mut matrix = Matrix { manifest, report, struck: Map::new() };
    matrix.fill(progress).await?;
    matrix.try_what_helps(progress).await;
    Ok(matrix.finish())
}

/// The matrix, and what was found so far.
struct Matrix {
    manifest: Manifest,
    report: Report,
    /// How many runs there were of a set and a fault.
    struck: Map<(String, Option<Fault>), u32>,
}

impl Matrix {
    /// Runs everything.
    async fn fill(&mut self, progress: &Progress) -> Result<(), Refused> {
        let quiet = &Progress::default();
        let options = self.report.options;
        let targets = self.manifest.targets.clone();
        let total = options.seeds * (targets.len() * Phase::ALL.len() * Fault::ALL.len()) as u64;
        let mut done = 0;
        for target in &targets {
            for seed in 1..=options.seeds {
                let applied = self.manifest.apply(seed, None, &options, quiet).await?;
                let settled = trial::settle(applied.timeline, target.clone(), quiet).await;
                self.report.runs += 1;
                if settled.end == End::Stuck {
                    self.take_stuck_start(&settled, seed, quiet).await;
                    done += (Phase::ALL.len() * Fault::ALL.len()) as u64;
                    continue;
                }
                for phase in Phase::ALL {
                    progress.reached(done * MATRIX / total, WHOLE).await;
                    let staged = trial::stage(&settled, phase, seed - 1, quiet).await;
                    let Some(staged) = staged else { continue };
                    let known = self.take_undisturbed(&staged, phase, seed, quiet).await;
                    for fault in Fault::ALL.into_iter().filter(|fault| fault.fits(phase)) {
                        progress.reached(done * MATRIX / total, WHOLE).await;
                        done += 1;
                        let cell = Cell {
                            settled: &settled,
                            staged: &staged,
                            known: &known,
                            fault,
                            phase,
                            seed,
                        };
                        self.strike(&cell, quiet).await;
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes what a phase shows without a fault. Returns which harms these are: no fault is blamed for them.
    async fn take_undisturbed(
        &mut self,
        staged: &Staged,
        phase: Phase,
        seed: u64,
        progress: &Progress,
    ) -> Vec<Harm> {
        let (outcome, without) = (&staged.without, &Measures::default());
        self.report.runs += 1;
        *self.struck.or_default((staged.run.target.title(), None)) += 1;
        let findings = Case { fault: None, phase, seed, outcome, without }.findings();
        let harms = findings.iter().map(|finding| finding.harm).collect();
        for finding in findings {
            self.take(finding, outcome, progress).await;
        }
        harms
    }

    /// Lets a fault strike, and takes what is found.
    async fn strike(&mut self, cell: &Cell<'_>, progress: &Progress) {
        let Cell { settled, staged, known, fault, phase, seed } = *cell;
        let (options, target) = (self.report.options, &staged.run.target);
        let outcome = match fault {
            Fault::SlowImage => {
                trial::slow(&self.manifest, target, phase, seed, &options, progress).await
            }
            _ => trial::strike(staged, fault, progress).await,
        };
        let Some(outcome) = outcome else { return };
        self.report.runs += 1;
        if let Some(words) = &outcome.refused {
            let note = format!("Not tested {}: {}: {words}", phase.title(), fault.title());
            if !self.report.notes.contains(&note) {
                self.report.notes.push(note);
            }
            return;
        }
        *self.struck.or_default((target.title(), Some(fault))) += 1;
        let without = without(fault, phase, settled, staged);
        let case = Case { fault: Some(fault), phase, seed, outcome: &outcome, without };
        let findings = case.findings().into_iter();
        for finding in findings.filter(|finding| !known.contains(&finding.harm)) {
            self.take(finding, &outcome, progress).await;
        }
    }

    /// Takes a set that is not Ready without any fault.
    async fn take_stuck_start(&mut self, settled: &Settled, seed: u64, progress: &Progress) {
        let (run, end) = (settled.run.clone(), End::Stuck);
        let outcome = Outcome { run, at: Time(0), end, refused: None };
        let (phase, without) = (Phase::Creating, &Measures::default());
        let case = Case { fault: None, phase, seed, outcome: &outcome, without };
        self.take(case.never_ready(), &outcome, progress).await;
    }

    /// Takes a finding of a run: with others of its kind if there are any. The commands that might unblock a set are
    /// tried on the first run that is stuck.
    async fn take(&mut self, mut finding: Finding, outcome: &Outcome, progress: &Progress) {
        let mut others = self.report.findings.iter_mut();
        if let Some(other) = others.find(|other| other.is_like(&finding)) {
            return other.merge(finding);
        }
        if matches!(finding.harm, Harm::Stuck | Harm::NeverReady) {
            advice::try_remedies(outcome, &mut finding, progress).await;
            self.report.runs += finding.remedies.len() as u32;
        }
        self.report.findings.push(finding);
    }

    /// Tries changes of the manifest.
    async fn try_what_helps(&mut self, progress: &Progress) {
        let quiet = &Progress::default();
        let count = self.report.findings.len() as u64;
        for (done, finding) in (0..).zip(&mut self.report.findings) {
            let part = done * (WHOLE - MATRIX) / count.max(1);
            progress.reached(MATRIX + part, WHOLE).await;
            let is_of = |target: &&Rc<Target>| target.title() == finding.set;
            let Some(target) = self.manifest.targets.iter().find(is_of).cloned() else { continue };
            let options = self.report.options;
            self.report.runs +=
                advice::try_changes(&self.manifest, &target, finding, &options, quiet).await;
        }
    }

    /// Sorts and completes the report.
    fn finish(self) -> Report {
        let Matrix { manifest, mut report, struck } = self;
        for finding in &mut report.findings {
            let set = finding.set.clone();
            for strike in &mut finding.strikes {
                let runs = struck.get(&(set.clone(), strike.fault)).copied();
                strike.runs = runs.unwrap_or_default().max(strike.hits);
            }
            finding.remark = remark::remark(finding, &manifest).to_owned();
        }
        report.findings.sort_by(|one, other| {
            let key = |it: &Finding| (it.severity(), it.harm);
            key(one).cmp(&key(other)).then(other.size().cmp(&one.size()))
        });
        let strikes = || report.findings.iter().flat_map(|finding| &finding.strikes);
        let is_tried = |fault: &Fault| struck.iter().any(|((_, it), _)| *it == Some(*fault));
        let is_found = |fault: &Fault| strikes().any(|strike| strike.fault == Some(*fault));
        let survived = Fault::ALL.into_iter().filter(|it| is_tried(it) && !is_found(it)).collect();
        report.survived = survived;
        report.notes.extend(remark::notes(&manifest));
        report
    }
}

/// A run of the matrix, and what is known before it.
#[derive(Clone, Copy)]
struct Cell<'a> {
    settled: &'a Settled,
    staged: &'a Staged,
    /// What happens without the fault, too.
    known: &'a [Harm],
    fault: Fault,
    phase: Phase,
    seed: u64,
}

/// What is observed without a fault, from the instant from which it is observed with it.
fn without<'a>(
    fault: Fault,
    phase: Phase,
    settled: &'a Settled,
    staged: &'a Staged,
) -> &'a Measures {
    match (fault, phase) {
        (Fault::SlowImage, Phase::Creating) => &settled.run.meter.measures,
        _ => &staged.without.run.meter.measures,
    }
}
