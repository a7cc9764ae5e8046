//! Exec and HTTP probes.

use super::*;

/// The failure of an exec or HTTP probe, according to the files of the container; `None` if the probe passes or isn't
/// simulated. The container must be up.
pub fn failure(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    probe: &Probe,
) -> Option<Failed> {
    // If the image's files aren't known, probes pass until a file changes.
    let is_known = Family::of(&spec.image).is_plain() || is_touched(cluster, run, spec);
    if !is_known {
        return None;
    }
    FAILURE.get()?(cluster, (uid, run), spec, probe)
}

later! {
    /// [`failure`] of a container whose files are known.
    static FAILURE: fn(&Cluster, (Uid, &PodRuntime), &Container, &Probe) -> Option<Failed> = known_failure;
}

fn known_failure(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    probe: &Probe,
) -> Option<Failed> {
    if let Some(handler) = probe.other.get("exec") {
        let command: Vec<&str> =
            handler.list("command").iter().map(|word| word.as_text()).collect();
        let mut inside = Inside::new(cluster, uid, run, spec);
        let out = inside.program(&command, "");
        let error = inside.not_started(command.first().unwrap_or(&"")).1;
        let ran = inside.finish(out.clone().unwrap_or_default());
        let timeout = probe.other.get("timeoutSeconds").and_then(|it| it.as_int());
        let timeout = timeout.and_then(|it| u64::try_from(it).ok()).unwrap_or(1).max(1);
        return match out {
            _ if ran.is_unknown => None,
            // With containerd, the kubelet throws this result away; with other runtimes, and in the documentation of the
            // MySQL example, it is a failure.
            None => Some(Failed::Command(error)),
            _ if ran.sleeps_ms > timeout.saturating_mul(1_000) => Some(Failed::Command(format!(
                "command timed out: \"{}\" timed out after {timeout}s",
                command.join(" ")
            ))),
            Some(out) => (out.exit != 0).then(|| Failed::Command(out.stdout + &out.stderr)),
        };
    }
    let handler = probe.other.get("httpGet")?;
    let inside = Inside::new(cluster, uid, run, spec);
    let port = handler.word("port");
    let named = spec.ports.iter().find(|it| it.name == port).map(|it| it.container_port);
    let port = named.or(port.parse().ok())?;
    if !inside.family.ports().contains(&port) {
        return None;
    }
    let (status, _) = web::page(&inside, handler.text("path"))?;
    (status >= 400).then_some(Failed::Status(status))
}

/// Whether a file changed in a container, or on a volume of its pod.
fn is_touched(cluster: &Cluster, run: &PodRuntime, spec: &Container) -> bool {
    let own = run.containers.iter().find(|one| one.name == spec.name);
    let on_disk = |name: &String| {
        cluster
            .world
            .disks
            .get(&DiskId::Volume(name.clone()))
            .is_some_and(|disk| !disk.files.is_empty())
    };
    own.is_some_and(|one| !one.files.is_empty())
        || run.folders.values().any(|files| !files.is_empty())
        || run.mounted.iter().any(on_disk)
}

/// The failure of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// A command failed with this output.
    Command(String),
    /// An HTTP server answered with this status code.
    Status(u16),
}
