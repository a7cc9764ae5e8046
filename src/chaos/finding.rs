//! What the matrix found, worst first.

use super::fault::{Fault, Phase};
use crate::api::Time;
use crate::cluster::Code;
use std::rc::Rc;

/// Downtime up to this many milliseconds is only a note.
const SHORT_MS: u64 = 60_000;

/// What can become of a set, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// The set never becomes Ready, without any fault.
    NeverReady,
    /// A volume is deleted with its data, or the last copy of data in a folder is.
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

/// A fault that does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strike {
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
    /// The worst run.
    pub moment: Moment,
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
    /// The same run with the change, at the instant of the fault.
    pub moment: Moment,
}

/// Something that faults do to a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of the set, after its namespace unless that is the default one.
    pub set: String,
    /// What happens.
    pub harm: Harm,
    /// The faults that do it, the worst first. Only what deletes data or doubles an identity has several.
    pub strikes: Vec<Strike>,
    /// What Kubernetes does in the worst run, in sentences; empty if it has no part in it.
    pub kubernetes: String,
    /// What the stand-in database does in the worst run, in sentences; empty if it has no part in it.
    pub database: String,
    /// Why the set does not converge: each wait for the next.
    pub waits: Vec<(Code, String)>,
    /// The commands that were tried on a stuck set.
    pub remedies: Vec<Remedy>,
    /// The changes of the manifest that help in the worst run.
    pub advice: Vec<Advice>,
    /// What no field of the manifest changes, or what can't be shown here; may be empty.
    pub remark: String,
    /// How many pods at most were not Ready at the same time, beyond those without the fault.
    pub(super) missing: i32,
}

impl Strike {
    fn merge(&mut self, other: Strike) {
        self.hits += other.hits;
        self.phases.extend(other.phases);
        self.phases.sort();
        self.phases.dedup();
        if other.size > self.size {
            (self.size, self.moment) = (other.size, other.moment);
        }
    }
}

impl Finding {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self.harm {
            Harm::NeverReady | Harm::Data | Harm::Writes | Harm::Twins | Harm::Stuck => {
                Severity::Fails
            }
            Harm::Down if self.size() <= SHORT_MS => Severity::Notes,
            Harm::Blocked | Harm::Copy | Harm::Down => Severity::Warns,
        }
    }

    /// The fault that does the worst.
    pub fn worst(&self) -> Option<&Strike> {
        self.strikes.first()
    }

    /// The fault that does the worst, if there is one.
    pub fn fault(&self) -> Option<Fault> {
        self.worst()?.fault
    }

    /// How bad the worst run is: milliseconds or entries.
    pub fn size(&self) -> u64 {
        self.worst().map_or(0, |strike| strike.size)
    }

    /// Whether another one is about the same: they are shown as one.
    pub(super) fn is_like(&self, other: &Finding) -> bool {
        let is_same_fault = match self.harm {
            Harm::Data | Harm::Writes | Harm::Copy | Harm::Twins => true,
            _ => self.fault() == other.fault(),
        };
        is_same_fault && self.set == other.set && self.harm == other.harm
    }

    /// Takes in the same harm of another run. The worst one is shown.
    pub(super) fn merge(&mut self, other: Finding) {
        let mut strikes = std::mem::take(&mut self.strikes);
        let own = strikes.first().map_or(0, |strike| strike.size);
        if other.size() > own {
            let (remedies, advice) =
                (std::mem::take(&mut self.remedies), std::mem::take(&mut self.advice));
            *self = Finding { strikes: Vec::new(), remedies, advice, ..other.clone() };
        }
        for strike in other.strikes {
            match strikes.iter_mut().find(|it| it.fault == strike.fault) {
                Some(same) => same.merge(strike),
                None => strikes.push(strike),
            }
        }
        strikes.sort_by_key(|strike| std::cmp::Reverse(strike.size));
        self.strikes = strikes;
    }
}
