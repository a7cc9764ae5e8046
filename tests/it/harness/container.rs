//! Fuzzing of scripts in containers.

use super::{LINES_MAX, TIME_MAX_MS, advance, look, prepared, replays, type_in};
use ordinal::notation::{parse_duration, quote};
use ordinal::timeline::Timeline;

thread_local! {
    static CONTAINERS: Timeline = prepared(include_str!("../../fuzz/containers.ordinal"));
}

/// Runs each line of a text as a script in a container: the first byte chooses the pod and how to run it. `at 40s`
/// moves to a time, as in [`kubectl`].
pub(super) fn container(text: &str) {
    let mut timeline = CONTAINERS.with(Clone::clone);
    for line in text.lines().take(LINES_MAX) {
        if let Some(at_ms) = line.strip_prefix("at ").and_then(|time| parse_duration(time.trim())) {
            let now = timeline.now().0;
            advance(&mut timeline, at_ms.min(TIME_MAX_MS).saturating_sub(now));
            continue;
        }
        let first = line.bytes().next().map_or(0, usize::from);
        let script = line.get(1..).unwrap_or("");
        let (pod, name) = PODS[first % PODS.len()];
        match first / PODS.len() % 4 {
            0 => type_in(&mut timeline, &format!("kubectl exec {pod} -c {name} -- {script}")),
            1 => type_in(
                &mut timeline,
                &format!("kubectl run f{first} -i --rm --image={name} --restart=Never -- {script}"),
            ),
            2 => {
                let output = timeline
                    .run_with_text(&format!("kubectl exec -it {pod} -c {name} -- sh"), script);
                let again = output
                    .session
                    .map(|shell| timeline.run_with_text(&shell.line, &shell.input("pwd; ls")));
                assert!(
                    again.is_none_or(|output| output.stdout.len() < 1 << 20),
                    "too much output"
                );
            }
            _ => type_in(
                &mut timeline,
                &format!("kubectl exec -t {pod} -c {name} -- sh -c {}", quote(script)),
            ),
        }
    }
    advance(&mut timeline, 5_000);
    look(&timeline, 1_280);
    replays(&mut timeline);
}

/// The pods of `tests/fuzz/containers.ordinal`, with their containers.
const PODS: [(&str, &str); 6] = [
    ("web-0", "nginx"),
    ("mysql-0", "mysql"),
    ("mysql-1", "mysql"),
    ("zk-0", "zk"),
    ("zk-1", "zk"),
    ("box", "busybox"),
];
