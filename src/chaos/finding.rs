//! What the matrix found, worst first.

use super::fault::{Fault, Phase};
use super::meter::{Deleted, Measures, Place};
use super::trial::{End, Outcome, PATIENCE_MS, waits};
use crate::api::Time;
use crate::cluster::Code;
use crate::notation::format_duration;
use std::rc::Rc;

/// Downtime up to this many milliseconds is only a note.
const SHORT_MS: u64 = 60_000;
/// Less downtime than this is not listed, in milliseconds: the same run with other delays may have it.
const NOTHING_MS: u64 = 2_000;

/// What can become of a set, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// The set never becomes Ready, without any fault.
    NeverReady,
    /// The last copy of data is deleted.
    Data,
    /// Writes that clients know to be accepted are missing in the first pod.
    Writes,
    /// Two pods run under one identity.
    Twins,
    /// The set does not converge after the fault has ended.
    Stuck,
    /// A drain gives up.
    Blocked,
    /// A copy of data is deleted; other pods have what it had.
    Copy,
    /// Fewer pods than desired are Ready, or no pod takes writes.
    Down,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Data can be lost, or the set gets stuck.
    Fails,
    /// The set survives, but is unavailable for longer than a minute, or someone has to act.
    Warns,
    /// The set survives.
    Notes,
}

/// An instant of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The run, in the line notation.
    pub recipe: Rc<str>,
    /// The instant.
    pub at: Time,
    /// The seed of the run.
    pub seed: u64,
    /// When the fault struck.
    pub phase: Phase,
}

/// A command that might unblock a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The line.
    pub line: String,
    /// What it means.
    pub note: String,
    /// How long after it the set has converged, in milliseconds; none if it has not.
    pub converged_ms: Option<u64>,
}

/// A change of the manifest, proved by running the same fault again with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The field, for example `spec.podManagementPolicy`.
    pub field: String,
    /// The change, as YAML.
    pub yaml: String,
    /// What it costs, or how it can be made.
    pub note: String,
    /// What happens with it, in a sentence.
    pub proof: String,
    /// The same run with the change, at the same instant.
    pub moment: Moment,
}

/// Something that a fault does to a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The namespace and name of the set.
    pub set: String,
    /// What happens.
    pub harm: Harm,
    /// The fault; none if it happens without one.
    pub fault: Option<Fault>,
    /// The phases in which it happens.
    pub phases: Vec<Phase>,
    /// How many runs show it.
    pub hits: u32,
    /// How many runs there were with this fault.
    pub runs: u32,
    /// How bad the worst run is: milliseconds or entries.
    pub size: u64,
    /// What Kubernetes does, in sentences; empty if it has no part in it.
    pub kubernetes: String,
    /// What the stand-in database does, in sentences; empty if it has no part in it.
    pub database: String,
    /// Why the set does not converge: each wait for the next.
    pub waits: Vec<(Code, String)>,
    /// The commands that were tried on a stuck set.
    pub remedies: Vec<Remedy>,
    /// The changes of the manifest that help.
    pub advice: Vec<Advice>,
    /// What no field of the manifest changes, or what can't be shown here; may be empty.
    pub remark: String,
    /// The worst run.
    pub moment: Moment,
    /// The fewest pods that were Ready.
    pub fewest: i32,
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self.harm {
            Harm::NeverReady | Harm::Data | Harm::Writes | Harm::Twins | Harm::Stuck => {
                Severity::Fails
            }
            Harm::Down if self.size <= SHORT_MS => Severity::Notes,
            Harm::Blocked | Harm::Copy | Harm::Down => Severity::Warns,
        }
    }

    /// Takes in the same harm of another run. The worst one is shown.
    pub fn merge(&mut self, other: Finding) {
        self.hits += other.hits;
        let new = other.phases.iter().filter(|phase| !self.phases.contains(phase)).copied();
        let new: Vec<Phase> = new.collect();
        self.phases.extend(new);
        self.phases.sort();
        if other.size > self.size {
            let (phases, hits, runs) = (std::mem::take(&mut self.phases), self.hits, self.runs);
            *self = Finding { phases, hits, runs, ..other };
        }
    }
}

/// What is judged: a run, what is known of the same run without the fault, and where it belongs.
pub(super) struct Case<'a> {
    pub fault: Fault,
    pub phase: Phase,
    pub seed: u64,
    pub outcome: &'a Outcome,
    pub without: &'a Measures,
}

impl Case<'_> {
    /// An instant of the run.
    pub(super) fn moment(&self, at: Time) -> Moment {
        let recipe = self.outcome.run.timeline.recipe().into();
        Moment { recipe, at, seed: self.seed, phase: self.phase }
    }

    fn finding(&self, harm: Harm, size: u64, at: Time) -> Finding {
        let (run, moment) = (&self.outcome.run, self.moment(at));
        Finding {
            set: run.target.title(),
            harm,
            fault: Some(self.fault),
            phases: vec![self.phase],
            hits: 1,
            runs: 0,
            size,
            kubernetes: String::new(),
            database: String::new(),
            waits: Vec::new(),
            remedies: Vec::new(),
            advice: Vec::new(),
            remark: String::new(),
            moment,
            fewest: run.meter.measures.fewest.unwrap_or(run.target.replicas),
        }
    }

    /// That the set does not become Ready, without any fault.
    pub(super) fn never_ready(&self) -> Finding {
        let run = &self.outcome.run;
        let waits = waits(run);
        let since = waits.first().map_or(run.now(), |(_, _, since)| *since);
        let mut finding = Finding { fault: None, ..self.finding(Harm::NeverReady, 1, since) };
        finding.kubernetes = format!(
            "The set is not Ready {} after it was created, without any fault, so no fault was tried.",
            format_duration(PATIENCE_MS)
        );
        finding.waits = waits.into_iter().map(|(code, text, _)| (code, text)).collect();
        finding
    }

    /// Everything that a run shows.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let measures = &self.outcome.run.meter.measures;
        let mut found: Vec<Finding> = Vec::new();
        found.extend(self.deleted(measures));
        found.extend(self.writes());
        if let Some(twins) = &measures.twins {
            let [one, other] = &twins.nodes;
            let mut finding = self.finding(Harm::Twins, 1, twins.at);
            finding.kubernetes = format!(
                "Two pods named {} run at the same instant, on {one} and {other}.",
                twins.pod
            );
            found.push(finding);
        }
        found.extend(self.stuck());
        if let Some((at, error)) = &measures.blocked {
            let mut finding = self.finding(Harm::Blocked, 1, *at);
            finding.kubernetes =
                format!("kubectl drain gives up after 5 minutes: {}", error.trim());
            found.push(finding);
        }
        found.extend(self.down(measures));
        found
    }

    fn deleted(&self, measures: &Measures) -> Option<Finding> {
        let all = &measures.deleted;
        let worst = all.iter().max_by_key(|deleted| (deleted.was_last, deleted.entries))?;
        let is_volume = matches!(worst.place, Place::Claim(_));
        // With a volume goes what its pod would have found again.
        let harm = if worst.was_last || is_volume { Harm::Data } else { Harm::Copy };
        let entries = all.iter().map(|deleted| u64::from(deleted.entries)).sum();
        let mut finding = self.finding(harm, entries, worst.at);
        finding.kubernetes = deleted_words(worst, all.len());
        Some(finding)
    }

    fn writes(&self) -> Option<Finding> {
        let Outcome { run, .. } = self.outcome;
        let (missing, gone) = run.meter.lost_writes(run.timeline.recorded())?;
        let first = missing.first()?;
        let count = missing.len();
        let mut finding = self.finding(Harm::Writes, count as u64, self.outcome.at);
        let pod = run.target.set(run.timeline.recorded())?.pod_name(run.target.first);
        let left = match gone {
            0 => {
                "Other pods still have them, and can't follow the first pod any longer.".to_owned()
            }
            _ => format!("{gone} of them are on no disk."),
        };
        finding.database = format!(
            "{count} accepted writes, the first of them \"{first}\", are missing in {pod}. {left}"
        );
        Some(finding)
    }

    fn stuck(&self) -> Option<Finding> {
        let Outcome { run, at, end, .. } = self.outcome;
        if *end != End::Stuck {
            return None;
        }
        let waits = waits(run);
        let since = waits.first().map_or(*at, |(_, _, since)| *since).max(*at);
        let mut finding = self.finding(Harm::Stuck, 1, since);
        let ready = run.meter.measures.fewest.unwrap_or(0);
        finding.kubernetes = format!(
            "The set has not converged {} after the fault has ended; as few as {ready} of {} pods are Ready.",
            format_duration(PATIENCE_MS),
            run.target.replicas
        );
        finding.waits = waits.into_iter().map(|(code, text, _)| (code, text)).collect();
        Some(finding)
    }

    fn down(&self, measures: &Measures) -> Option<Finding> {
        if self.outcome.end == End::Stuck {
            return None;
        }
        let short = measures.short_ms.saturating_sub(self.without.short_ms);
        let no_primary = measures.no_primary_ms.saturating_sub(self.without.no_primary_ms);
        let size = short.max(no_primary);
        if size < NOTHING_MS {
            return None;
        }
        let at = measures.down_at.unwrap_or(self.outcome.at);
        let mut finding = self.finding(Harm::Down, size, at);
        let target = &self.outcome.run.target;
        if short >= NOTHING_MS {
            let fewest = measures.fewest.unwrap_or(0);
            finding.kubernetes = format!(
                "Fewer than {} pods are Ready for {}, at worst {fewest}.",
                target.replicas,
                seconds(short)
            );
        }
        if no_primary >= NOTHING_MS {
            finding.database =
                format!("The first pod takes no writes for {}.", seconds(no_primary));
        }
        Some(finding)
    }
}

/// A duration, rounded to seconds.
pub(super) fn seconds(ms: u64) -> String {
    format_duration(ms.saturating_add(500) / 1_000 * 1_000)
}

/// Where data was deleted.
fn deleted_words(worst: &Deleted, count: usize) -> String {
    let Deleted { place, entries, .. } = worst;
    let what = match place {
        Place::Claim(claim) => {
            format!("The claim {claim} and its volume are deleted, with {entries} entries")
        }
        Place::Folder(pod) => {
            format!("The emptyDir of {pod} is deleted with the pod, with {entries} entries")
        }
        Place::Container(pod) => {
            format!(
                "{pod} has no volume: {entries} entries in its container are lost when it restarts"
            )
        }
    };
    let left = match (worst.was_last, place) {
        (true, _) => "; some were nowhere else",
        (false, Place::Claim(_)) => {
            "; the pod that gets this identity next starts with an empty volume"
        }
        (false, _) => "; other pods have them",
    };
    let more = if count > 1 { format!(" This happens {count} times.") } else { String::new() };
    format!("{what}{left}.{more}")
}
