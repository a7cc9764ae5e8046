//! What a single run shows.

use super::fault::{Fault, Phase};
use super::finding::{Finding, Harm, Moment, Strike};
use super::meter::{Deleted, Measures, Place};
use super::trial::{End, Outcome, PATIENCE_MS, waits};
use crate::api::Time;
use crate::notation::format_duration;

/// Less downtime than this is not listed, in milliseconds: the same run with other delays may have it.
const NOTHING_MS: u64 = 2_000;

/// A run, and what is known of the same run without the fault.
pub(super) struct Case<'a> {
    pub fault: Option<Fault>,
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
        let (moment, phases) = (self.moment(at), vec![self.phase]);
        let strike = Strike { fault: self.fault, phases, hits: 1, runs: 0, size, moment };
        let measures = &self.outcome.run.meter.measures;
        Finding {
            set: self.outcome.run.target.title(),
            harm,
            strikes: vec![strike],
            kubernetes: String::new(),
            database: String::new(),
            waits: Vec::new(),
            remedies: Vec::new(),
            advice: Vec::new(),
            remark: String::new(),
            missing: measures.missing.saturating_sub(self.without.missing),
        }
    }

    /// That the set does not become Ready, without any fault.
    pub(super) fn never_ready(&self) -> Finding {
        let run = &self.outcome.run;
        let waits = waits(run);
        let since = waits.first().map_or(run.now(), |(_, _, since)| *since);
        let mut finding = self.finding(Harm::NeverReady, 1, since);
        finding.kubernetes = format!(
            "The set is not Ready {} after it was created, without any fault, so no fault was tried.",
            format_duration(PATIENCE_MS)
        );
        finding.waits = waits.into_iter().map(|(code, text, _)| (code, text)).collect();
        finding
    }

    /// Everything that the run shows.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let measures = &self.outcome.run.meter.measures;
        let mut found: Vec<Finding> = Vec::new();
        found.extend(self.lost(measures));
        if let Some(twins) = &measures.twins {
            let [one, other] = &twins.nodes;
            let place = match one == other {
                true => format!("both on {one}"),
                false => format!("on {one} and {other}"),
            };
            let mut finding = self.finding(Harm::Twins, 1, twins.at);
            finding.kubernetes =
                format!("Two pods named {} run at the same instant, {place}.", twins.pod);
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

    /// Data that was deleted, and writes that are missing for that or another reason.
    fn lost(&self, measures: &Measures) -> Option<Finding> {
        let all = &measures.deleted;
        let worst = all.iter().max_by_key(|deleted| (deleted.was_last, deleted.entries));
        let writes = self.missing_writes();
        let missing = writes.as_ref().map_or(0, |(count, _)| *count);
        let entries: u64 = all.iter().map(|deleted| u64::from(deleted.entries)).sum();
        let harm = match worst {
            None if missing == 0 => return None,
            None if self.outcome.run.target.is_ephemeral => Harm::Data,
            None => Harm::Writes,
            Some(worst) if worst.was_last || matches!(worst.place, Place::Claim(_)) => Harm::Data,
            Some(_) if missing > 0 => Harm::Data,
            Some(_) => Harm::Copy,
        };
        let at = worst.map_or(self.outcome.at, |worst| worst.at);
        let mut finding = self.finding(harm, missing.max(entries), at);
        finding.kubernetes = match worst {
            Some(worst) => deleted_words(worst, all.len()),
            None if harm == Harm::Data => "The pods keep their data in an emptyDir or in their container: it is lost with the node.".into(),
            None => String::new(),
        };
        finding.database = writes.map(|(_, words)| words).unwrap_or_default();
        Some(finding)
    }

    /// How many accepted writes are missing, and in words.
    fn missing_writes(&self) -> Option<(u64, String)> {
        let run = &self.outcome.run;
        let (missing, gone) = run.meter.lost_writes(run.timeline.recorded())?;
        let first = missing.first()?;
        let count = missing.len();
        let pod = run.target.set(run.timeline.recorded())?.pod_name(run.target.first);
        let left = match gone {
            0 => "They are still on the disks of other pods, which can't follow the first pod any longer.".to_owned(),
            _ if gone == count => "They are on no disk.".to_owned(),
            _ => format!("{gone} of them are on no disk."),
        };
        let writes = if count == 1 { "accepted write is" } else { "accepted writes are" };
        let words = format!("{count} {writes} missing in {pod}, the first one \"{first}\". {left}");
        Some((count as u64, words))
    }

    fn stuck(&self) -> Option<Finding> {
        let Outcome { run, at, end, .. } = self.outcome;
        if *end != End::Stuck {
            return None;
        }
        let waits = waits(run);
        let since = waits.first().map_or(*at, |(_, _, since)| *since).max(*at);
        let mut finding = self.finding(Harm::Stuck, 1, since);
        let cluster = run.timeline.recorded();
        let ready = run.target.pods(cluster).iter().filter(|pod| pod.is_ready()).count();
        let desired = run.target.set(cluster).map_or(0, |set| set.spec.replicas);
        let ended = if self.fault.is_some() { "the fault has ended" } else { "it began" };
        finding.kubernetes = format!(
            "{} after {ended}, {ready} of {desired} pods are Ready, and the set has not converged.",
            format_duration(PATIENCE_MS),
        );
        finding.waits = waits.into_iter().map(|(code, text, _)| (code, text)).collect();
        Some(finding)
    }

    fn down(&self, measures: &Measures) -> Option<Finding> {
        if self.outcome.end == End::Stuck || self.fault.is_none() {
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
        if short >= NOTHING_MS {
            // While pods are created or replaced, some are missing anyway.
            let is_steady = matches!(self.phase, Phase::Ready | Phase::Scaling);
            let most = match measures.missing {
                missing @ 2.. if is_steady => format!(", up to {missing} fewer at the same time"),
                _ => String::new(),
            };
            finding.kubernetes =
                format!("Fewer pods than desired are Ready for {}{most}.", seconds(short));
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
        Place::Container(pod) => format!(
            "{pod} has no volume: {entries} entries in its container are lost when that restarts"
        ),
    };
    let left = match (worst.was_last, place) {
        (true, _) => "; some were nowhere else",
        (false, Place::Claim(_)) => "; the next pod of this identity starts with an empty volume",
        (false, _) => "; other pods have them",
    };
    let more = match count {
        0 | 1 => String::new(),
        2 => " So is that of 1 more pod.".to_owned(),
        count => format!(" So are those of {} more pods.", count - 1),
    };
    format!("{what}{left}.{more}")
}
