//! Probes: when each is due, and what its results cause (`pkg/kubelet/prober/worker.go`).
//!
//! The result of a probe depends on the files in the container ([`inside::failure`]). If they aren't simulated, a probe
//! of the database's container passes once the database answers, and any other probe passes. An answer or a refused
//! connection takes no time; only a command that sleeps exceeds its `timeoutSeconds`. Upstream, a gRPC probe tries to connect until
//! then (`pkg/probe/grpc`); here it fails immediately, and its message names the timeout.

use super::*;
use crate::api::json::Value;
use ProbeType::{Liveness, Readiness, Startup};

/// Makes the probes of a running container that are due. Returns when the next one is.
///
/// A container without a readiness probe is ready as soon as it runs. The container of the database is
/// asked as if it had one even if the manifest has none: the database stands in for an image that
/// otherwise could not be seen to come up (S18).
pub(super) fn probe(
    step: &mut WorldStep<'_>,
    uid: Uid,
    run: &mut PodRuntime,
    index: usize,
    since: Time,
) -> Option<Time> {
    let pod = run.spec.clone();
    let spec = pod.container(&run.containers.get(index)?.name)?;
    let database = run.database.as_ref().filter(|it| it.member.container == spec.name);
    let is_open = database.is_none_or(Database::is_open);
    let wants_quorum = database.is_some_and(|database| database.member.wants_quorum);
    let mut prober = Prober { uid, spec, index, since, now: step.now(), is_triggered: false };
    let check = |run: &PodRuntime, probe: &Probe| match is_open {
        true => inside::failure(step.cluster, (uid, run), spec, probe),
        false => None,
    };
    let mut due = None;
    match &spec.startup_probe {
        Some(probe) if !run.containers.get(index)?.probes.is_started => {
            let failure = check(run, probe);
            let answers = is_open && failure.is_none();
            let streak = &mut run.containers.get_mut(index)?.probes.startup;
            let (is_due, next) = prober.is_due(probe, *streak, answers);
            let result = is_due.then(|| count(streak, probe, answers, step.now()));
            match result.flatten() {
                Some(true) => {
                    run.containers.get_mut(index)?.probes.is_started = true;
                    prober.is_triggered = true;
                }
                result => {
                    prober.failed(step, run, (Startup, probe), is_due, (false, failure));
                    return match result {
                        Some(_) => prober.kill(step, run, "failed startup probe", probe),
                        None => Some(next),
                    };
                }
            }
        }
        _ => run.containers.get_mut(index)?.probes.is_started = true,
    }
    if let Some(probe) = &spec.liveness_probe {
        let failure = check(run, probe);
        let answers = is_open && failure.is_none();
        let streak = &mut run.containers.get_mut(index)?.probes.liveness;
        let has_failed = streak.at.is_some() && !streak.is_success;
        // A passing probe only matters if it ends a streak of failures.
        if !answers || has_failed {
            let (is_due, next) = prober.is_due(probe, *streak, answers);
            let result = is_due.then(|| count(streak, probe, answers, step.now())).flatten();
            prober.failed(step, run, (Liveness, probe), is_due && !answers, (false, failure));
            if result == Some(false) {
                return prober.kill(step, run, "failed liveness probe", probe);
            }
            due = (!answers || !is_due).then_some(next);
        }
    }
    let next = prober.readiness(step, run, is_open, wants_quorum);
    earliest(due, next)
}

/// The container that is asked.
struct Prober<'a> {
    uid: Uid,
    spec: &'a Container,
    index: usize,
    /// Since when it runs.
    since: Time,
    now: Time,
    /// Whether its startup probe has just succeeded: the readiness probe follows at once.
    is_triggered: bool,
}

impl Prober<'_> {
    /// Whether a probe is due now, and when it is due next. At the instant at which a process starts it
    /// can't fail yet: the prober has begun its period before.
    fn is_due(&self, probe: &Probe, streak: Streak, answers: bool) -> (bool, Time) {
        let first = self.since.plus_seconds(probe.initial_delay_seconds);
        if self.now < first {
            return (false, first);
        }
        let period = milliseconds(probe.period_seconds.max(1));
        let into = self.now.since(first) % period;
        let is_new = streak.at != Some(self.now) && (answers || self.now != self.since);
        ((into == 0 || self.is_triggered) && is_new, self.now.plus(period - into))
    }

    /// The readiness probe. Returns when it is due next, if its result can change by then.
    fn readiness(
        &self,
        step: &mut WorldStep<'_>,
        run: &mut PodRuntime,
        is_open: bool,
        wants_quorum: bool,
    ) -> Option<Time> {
        // Without a readiness probe, only the loss of a quorum makes a running database not ready.
        let default = wants_quorum.then(Probe::default);
        let Some(probe) = self.spec.readiness_probe.as_ref().or(default.as_ref()) else {
            run.containers.get_mut(self.index)?.is_ready = is_open;
            return None;
        };
        let streak = run.containers.get(self.index)?.probes.readiness;
        let failure = match is_open {
            true => inside::failure(step.cluster, (self.uid, run), self.spec, probe),
            false => None,
        };
        let (is_due, next) = self.is_due(probe, streak, is_open && failure.is_none());
        let fails = failure.is_some();
        if is_due {
            let answers =
                is_open && !fails && (!wants_quorum || database::is_ready(step, self.uid, run));
            let container = run.containers.get_mut(self.index)?;
            let result = count(&mut container.probes.readiness, probe, answers, self.now);
            container.is_ready = result.unwrap_or(container.is_ready);
            let is_told = !answers && self.spec.readiness_probe.is_some();
            self.failed(step, run, (Readiness, probe), is_told, (is_open, failure));
        }
        let is_ready = run.containers.get(self.index)?.is_ready;
        (!is_ready || wants_quorum || fails).then_some(next)
    }

    /// The container is killed for a probe. Returns when it has ended.
    fn kill(
        &self,
        step: &mut WorldStep<'_>,
        run: &mut PodRuntime,
        why: &str,
        probe: &Probe,
    ) -> Option<Time> {
        let restarts = run.spec.restart_policy != RestartPolicy::Never;
        let grace = probe.termination_grace_period_seconds;
        kill::stop_container(step, self.uid, run, self.index, (why, restarts, grace));
        run.containers.get(self.index)?.stop.map(|stop| stop.until)
    }

    /// Records a failed probe (`prober.probe`) up to its threshold: further failures change
    /// nothing.
    fn failed(
        &self,
        step: &mut WorldStep<'_>,
        run: &PodRuntime,
        (kind, probe): (ProbeType, &Probe),
        is_due: bool,
        (is_open, failure): (bool, Option<Failed>),
    ) {
        let Some(container) = run.containers.get(self.index).filter(|_| is_due) else { return };
        let streak = match kind {
            Startup => container.probes.startup,
            Liveness => container.probes.liveness,
            Readiness => container.probes.readiness,
        };
        if streak.count > probe.failure_threshold.max(1) {
            return;
        }
        let output = match failure {
            Some(Failed::Command(text)) => text.trim_end().to_owned(),
            Some(Failed::Status(status)) => format!("HTTP probe failed with statuscode: {status}"),
            None => output(self.spec, probe, &run.ip, is_open),
        };
        let message = format!("{kind:?} probe failed: {output}");
        let (container, pod) = (reference(container), ObjectRef::pod(&run.pod));
        let reason = Reason::ProbeFailed { container, pod, message };
        step.record_event(Subject::pod(&run.pod), Some(self.uid), reason);
    }
}

/// What a probe is for (`probeType` of `pkg/kubelet/prober`).
#[derive(Clone, Copy, Debug)]
enum ProbeType {
    Startup,
    Liveness,
    Readiness,
}

/// Counts a result. Returns it once its threshold of consecutive results is reached (`worker.doProbe`).
fn count(streak: &mut Streak, probe: &Probe, is_success: bool, now: Time) -> Option<bool> {
    let is_same = streak.at.is_some() && streak.is_success == is_success;
    let count = if is_same { streak.count.saturating_add(1) } else { 1 };
    *streak = Streak { at: Some(now), is_success, count };
    let threshold = if is_success { probe.success_threshold } else { probe.failure_threshold };
    (count >= threshold).then_some(is_success)
}

/// `timeoutSeconds`, or its default.
fn timeout_seconds(probe: &Probe) -> i64 {
    match probe.other.get("timeoutSeconds").map(|it| &it.value) {
        Some(Value::Int(seconds)) => *seconds,
        _ => 1,
    }
}

/// Seconds as Go prints a duration: `5s`, `1m30s`, `1h0m0s`.
fn go_seconds(seconds: i64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// The message of a probe of a database that does not respond, or that reaches too few members
/// (`pkg/probe`); what a command would print is not known.
fn output(spec: &Container, probe: &Probe, ip: &str, is_open: bool) -> String {
    let address = |handler: &crate::api::json::Node| {
        let port = handler.word("port");
        let named = spec.ports.iter().find(|it| it.name == port).map(|it| it.container_port);
        format!("{ip}:{}", named.map_or(port, |number| number.to_string()))
    };
    let refused = |address: &str| format!("dial tcp {address}: connect: connection refused");
    if let Some(handler) = probe.other.get("tcpSocket") {
        return refused(&address(handler));
    }
    if let Some(handler) = probe.other.get("grpc") {
        let address = address(handler);
        return format!(
            "timeout: failed to connect service \"{address}\" within {}: context deadline exceeded",
            go_seconds(timeout_seconds(probe))
        );
    }
    match probe.other.get("httpGet") {
        Some(_) if is_open => "HTTP probe failed with statuscode: 503".into(),
        Some(handler) => {
            let (address, path) = (address(handler), handler.word("path"));
            let slash = if path.starts_with('/') { "" } else { "/" };
            format!("Get \"http://{address}{slash}{path}\": {}", refused(&address))
        }
        None => String::new(),
    }
}
