//! What helps: changes of the manifest and commands, each tried on the worst run.

use super::case::{Case, seconds};
use super::change::Change;
use super::fault::Fault;
use super::finding::{Advice, Finding, Harm, Moment, Remedy};
use super::meter::Measures;
use super::setup::Manifest;
use super::target::Target;
use super::trial::{self, End, Outcome};
use super::{Options, without};
use crate::task::Progress;
use crate::why;
use std::rc::Rc;

/// The most changes that are kept for a finding.
const KEPT: usize = 2;
/// Downtime must become shorter by this many milliseconds, and by this part, in percent, to count as help.
const HELP_MS: u64 = 5_000;
const HELP_PERCENT: u64 = 20;

/// Tries the changes that might help against a finding, and keeps those that do.
pub(super) async fn try_changes(
    manifest: &Manifest,
    target: &Rc<Target>,
    finding: &mut Finding,
    options: &Options,
    progress: &Progress,
) -> u32 {
    let mut runs = 0;
    let Some(worst) = finding.worst().cloned() else { return 0 };
    for change in Change::candidates(finding) {
        if finding.advice.len() == KEPT {
            break;
        }
        if *change == Change::ParallelPublished && !finding.advice.is_empty() {
            continue;
        }
        let Some(yaml) = change.apply(&manifest.yaml, target) else { continue };
        let changed = manifest.with_text(&yaml);
        let again = Again { fault: worst.fault, harm: finding.harm, moment: &worst.moment };
        let with = again.run(&changed, target, options, progress).await;
        runs += 1;
        let Some((findings, moment)) = with else { continue };
        let same = findings.iter().find(|other| other.harm == finding.harm);
        // What is no longer stuck may be down for a while.
        let worse = findings.iter().any(|other| other.harm < finding.harm);
        let Some(proof) = proof(finding, same, &findings).filter(|_| !worse) else { continue };
        let (field, note) = (change.field().to_owned(), change.note().to_owned());
        let yaml = change.yaml(target);
        finding.advice.push(Advice { field, yaml, note, proof, moment });
    }
    runs
}

/// In what way it is better; none if it is not.
fn proof(before: &Finding, after: Option<&Finding>, all: &[Finding]) -> Option<String> {
    let down = all.iter().find(|other| other.harm == Harm::Down);
    let short = |ms: u64| if ms == 0 { "less than 2s".to_owned() } else { seconds(ms) };
    match (before.harm, after) {
        (Harm::Down, _) => {
            let size = after.map_or(0, |after| after.size());
            let saved = before.size().saturating_sub(size);
            let is_better = saved >= HELP_MS && saved * 100 >= before.size() * HELP_PERCENT;
            is_better
                .then(|| format!("Tried: {} instead of {}.", short(size), seconds(before.size())))
        }
        (_, Some(_)) => None,
        (Harm::Stuck | Harm::NeverReady, None) => {
            let down = down.map_or(0, Finding::size);
            Some(format!("Tried: the set converges; it has fewer Ready pods for {}.", short(down)))
        }
        (Harm::Blocked, None) => Some("Tried: the drain succeeds.".into()),
        (Harm::Twins, None) => Some("Tried: only one of them runs.".into()),
        (Harm::Data | Harm::Copy, None) => Some("Tried: nothing is deleted.".into()),
        (Harm::Writes, None) => Some("Tried: every accepted write is there.".into()),
    }
}

/// A run that is repeated with another manifest.
struct Again<'a> {
    fault: Option<Fault>,
    harm: Harm,
    moment: &'a Moment,
}

impl Again<'_> {
    /// Returns what is found, and where the fault strikes.
    async fn run(
        &self,
        manifest: &Manifest,
        target: &Rc<Target>,
        options: &Options,
        progress: &Progress,
    ) -> Option<(Vec<Finding>, Moment)> {
        let (phase, seed) = (self.moment.phase, self.moment.seed);
        let applied = manifest.apply(seed, None, options, progress).await.ok()?;
        if !applied.rejected.is_empty() {
            return None;
        }
        let settled = trial::settle(applied.timeline, target.clone(), progress).await;
        if self.harm == Harm::NeverReady {
            let (recipe, at) = (settled.run.timeline.recipe().into(), settled.run.now());
            let moment = Moment { recipe, at, seed, phase };
            return (settled.end != End::Stuck).then_some((Vec::new(), moment));
        }
        let staged = trial::stage(&settled, phase, seed - 1, progress).await?;
        let Some(fault) = self.fault else {
            let without = &Measures::default();
            let case = Case { fault: None, phase, seed, outcome: &staged.without, without };
            return Some((case.findings(), case.moment(staged.without.at)));
        };
        let outcome = match fault {
            Fault::SlowImage => {
                trial::slow(manifest, target, phase, seed, options, progress).await?
            }
            _ => trial::strike(&staged, fault, progress).await?,
        };
        let without = without(fault, phase, &settled, &staged);
        let case = Case { fault: Some(fault), phase, seed, outcome: &outcome, without };
        Some((case.findings(), case.moment(outcome.at)))
    }
}

/// Tries the commands that might unblock a stuck set, as [`why`] lists them.
pub(super) async fn try_remedies(outcome: &Outcome, finding: &mut Finding, progress: &Progress) {
    let run = &outcome.run;
    let views = why::views(run.timeline.recorded());
    let own = views.into_iter().find(|view| view.set.key == run.target.key);
    for remedy in own.map(|view| view.remedies).unwrap_or_default() {
        let mut with = run.clone();
        if with.line(&remedy.line, progress).await.is_some() {
            continue;
        }
        let at = with.now();
        let converged_ms = match with.converge(progress).await {
            End::Converged(then) => Some(then.since(at)),
            End::Stuck => None,
        };
        let note = remedy.note.to_owned();
        finding.remedies.push(Remedy { line: remedy.line, note, converged_ms });
    }
}
