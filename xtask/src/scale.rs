//! How the time that a run takes grows with the number of pods, for `cargo xtask bench`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::tools;

/// How often each run is measured; the fastest counts.
const TIMES: u32 = 3;
/// The version of @ngrok/webernetes that is measured beside the program.
const WEBERNETES: &str = "@ngrok/webernetes@0.3.5";

/// What is measured: a run, and the line that is its last; without a line, the run to the end.
struct Scenario {
    name: &'static str,
    base: fn(usize) -> String,
    /// When the base is complete, in minutes.
    base_minutes: fn(usize) -> usize,
    line: Option<&'static str>,
    /// How long the line takes to have its effect, in minutes.
    line_minutes: fn(usize) -> usize,
    counts: &'static [usize],
}

const COUNTS: &[usize] = &[10, 100, 300, 1000];

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "StatefulSet, ordered",
        base: |pods| stateful_set(pods, "OrderedReady", nodes(pods)),
        base_minutes: |pods| 2 + pods / 8,
        line: None,
        line_minutes: |_| 0,
        counts: COUNTS,
    },
    Scenario {
        name: "StatefulSet, Parallel",
        base: |pods| stateful_set(pods, "Parallel", nodes(pods)),
        base_minutes: |_| 5,
        line: None,
        line_minutes: |_| 0,
        counts: COUNTS,
    },
    Scenario {
        name: "Deployment",
        base: deployment,
        base_minutes: |_| 5,
        line: None,
        line_minutes: |_| 0,
        counts: COUNTS,
    },
    Scenario {
        name: "Scale-down to 0, ordered",
        base: |pods| stateful_set(pods, "OrderedReady", nodes(pods)),
        base_minutes: |pods| 2 + pods / 8,
        line: Some("kubectl scale statefulset db --replicas=0"),
        line_minutes: |pods| 2 + pods / 8,
        counts: COUNTS,
    },
    Scenario {
        name: "Rolling update",
        base: |pods| stateful_set(pods, "Parallel", nodes(pods)),
        base_minutes: |_| 10,
        line: Some("kubectl set image statefulset db db=db:2"),
        line_minutes: |pods| 2 + pods / 3,
        counts: COUNTS,
    },
    Scenario {
        name: "Lost node, of two",
        base: |pods| stateful_set(pods, "Parallel", two_nodes(pods)),
        base_minutes: |_| 10,
        line: Some("node node-1 off"),
        line_minutes: |_| 20,
        counts: &[10, 100, 300],
    },
];

/// Prints the table, and beside it what @ngrok/webernetes takes for a Deployment.
pub(crate) fn run(program: &Path) -> Result<()> {
    println!("\n{:<26} {:>6} {:>10} {:>12} {:>10}", "", "pods", "ms", "ms for a pod", "MB");
    for scenario in SCENARIOS {
        for pods in scenario.counts {
            let (time, megabytes) = scenario.measure(program, *pods)?;
            let (ms, name) = (time.as_secs_f64() * 1000.0, scenario.name);
            let each = ms / *pods as f64;
            println!("{name:<26} {pods:>6} {ms:>10.1} {each:>12.2} {megabytes:>10.1}");
        }
    }
    for pods in [1_000, 5_000] {
        let (time, megabytes) = best(program, &dump(pods), DUMP_MINUTES)?;
        let ms = time.as_secs_f64() * 1000.0;
        let (name, each) = ("Dump of 20 sets, opened", ms / pods as f64);
        println!("{name:<26} {pods:>6} {ms:>10.1} {each:>12.2} {megabytes:>10.1}");
    }
    beside_webernetes(program)
}

/// The instant of a dump in its recipe: a day after the beginning.
const DUMP_MINUTES: usize = 24 * 60;

/// A dump of a real cluster: 20 sets with claims and volumes.
fn dump(pods: usize) -> String {
    let mut text = String::new();
    for set in 0..20 {
        let replicas = pods / 20;
        text.push_str(&format!(
            "---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{ name: db-{set}, namespace: shop, uid: 00000000-0000-4000-a000-{set:012}, creationTimestamp: \"2026-11-20T22:45:38Z\" }}
spec:
  replicas: {replicas}
  selector: {{ matchLabels: {{ app: db-{set} }} }}
  template: {{ metadata: {{ labels: {{ app: db-{set} }} }}, spec: {{ containers: [{{ name: db, image: db }}] }} }}
  volumeClaimTemplates: [{{ metadata: {{ name: data }} }}]
"
        ));
        for ordinal in 0..replicas {
            let (name, number) = (format!("db-{set}-{ordinal}"), set * 10_000 + ordinal);
            text.push_str(&format!(
                "---
apiVersion: v1
kind: Pod
metadata:
  {{ name: {name}, namespace: shop, uid: 00000000-0000-4000-b000-{number:012}, labels: {{ app: db-{set} }}, ownerReferences: [{{ apiVersion: apps/v1,
    kind: StatefulSet, name: db-{set}, uid: 00000000-0000-4000-a000-{set:012}, controller: true }}] }}
spec: {{ nodeName: node-{node}, containers: [{{ name: db, image: db }}], volumes: [{{ name: data, persistentVolumeClaim: {{ claimName: data-{name} }} }}] }}
status: {{ phase: Running, podIP: 10.0.0.1, conditions: [{{ type: Ready, status: \"True\" }}] }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{ name: data-{name}, namespace: shop, uid: 00000000-0000-4000-c000-{number:012} }}
spec: {{ volumeName: pv-{number}, resources: {{ requests: {{ storage: 1Gi }} }} }}
status: {{ phase: Bound }}
---
apiVersion: v1
kind: PersistentVolume
metadata: {{ name: pv-{number}, uid: 00000000-0000-4000-d000-{number:012} }}
spec: {{ capacity: {{ storage: 1Gi }}, claimRef: {{ namespace: shop, name: data-{name} }} }}
status: {{ phase: Bound }}
",
                node = number % 46,
            ));
        }
    }
    text
}

impl Scenario {
    /// Makes sure that all pods are Ready at the end of the base: only that is worth measuring.
    fn check(&self, program: &Path, base: &str, minutes: usize, pods: usize) -> Result<()> {
        let file = tools::target_dir().join("scale.ordinal");
        fs::write(&file, base)?;
        let mut command = tools::command(program);
        command.arg("run").arg(&file).args(["--until", &format!("{minutes}m")]);
        let log = tools::output(&mut command)?;
        let ready =
            log.lines().filter(|line| line.contains("kubelet") && line.ends_with(" is Ready"));
        let ready = ready.count();
        ensure!(ready >= pods, "{}: {ready} of {pods} pods are Ready", self.name);
        Ok(())
    }

    /// The time that the run takes, or that its last line adds to it, and its peak memory in megabytes.
    fn measure(&self, program: &Path, pods: usize) -> Result<(Duration, f64)> {
        let (base, begin) = ((self.base)(pods), (self.base_minutes)(pods));
        let end = begin + (self.line_minutes)(pods);
        let story = match self.line {
            None => base.clone(),
            Some(line) => format!("{base}at {begin}m {line}\n"),
        };
        self.check(program, &base, begin, pods)?;
        let (all, megabytes) = best(program, &story, end)?;
        let before = match self.line {
            None => Duration::ZERO,
            Some(_) => best(program, &base, begin)?.0,
        };
        Ok((all.saturating_sub(before), megabytes))
    }
}

/// Nodes with enough capacity for this many pods of the usual size.
fn nodes(pods: usize) -> String {
    format!("nodes {}", 3.max(pods.div_ceil(20)))
}

/// Two nodes, each with enough capacity for all pods.
fn two_nodes(pods: usize) -> String {
    format!("node node-1 pods={0}\nnode node-2 pods={0}", pods + 10)
}

fn stateful_set(pods: usize, policy: &str, nodes: String) -> String {
    // In a parallel set most pods would wait for the volume of the pod before them, with a back-off.
    let clone = if policy == "Parallel" { "off" } else { "on" };
    format!(
        "ordinal 1\nseed 1\n{nodes}\nkubectl apply -f - <<EOF
apiVersion: v1
kind: Service
metadata: {{ name: db }}
spec: {{ clusterIP: None, selector: {{ app: db }}, ports: [{{ port: 5432 }}] }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{ name: db }}
spec:
  serviceName: db
  replicas: {pods}
  podManagementPolicy: {policy}
  selector: {{ matchLabels: {{ app: db }} }}
  template:
    metadata:
      labels: {{ app: db }}
      annotations: {{ ordinal/clone: \"{clone}\" }}
    spec:
      containers: [{{ name: db, image: db }}]
  volumeClaimTemplates:
  - metadata: {{ name: data }}
    spec: {{ accessModes: [ReadWriteOnce], resources: {{ requests: {{ storage: 1Gi }} }} }}
EOF
"
    )
}

fn deployment(pods: usize) -> String {
    format!(
        "ordinal 1\nseed 1\n{}\nkubectl apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: web }}
spec:
  replicas: {pods}
  selector: {{ matchLabels: {{ app: web }} }}
  template:
    metadata: {{ labels: {{ app: web }} }}
    spec:
      containers: [{{ name: web, image: web }}]
EOF
",
        nodes(pods)
    )
}

/// The least CPU time of some runs of a story, and its peak memory in megabytes.
fn best(program: &Path, story: &str, minutes: usize) -> Result<(Duration, f64)> {
    let file = tools::target_dir().join("scale.ordinal");
    fs::write(&file, story)?;
    let mut best = (Duration::MAX, 0.0);
    for _ in 0..TIMES {
        let mut command = tools::command(program);
        command.arg("run").arg(&file).args(["--until", &format!("{minutes}m")]);
        let start = Instant::now();
        let mut child = command.stdout(Stdio::null()).spawn().context("cannot start ordinal")?;
        let (mut megabytes, mut cpu) = (0.0, None);
        let status = loop {
            megabytes = peak(child.id()).unwrap_or(megabytes);
            cpu = on_cpu(child.id()).or(cpu);
            match child.try_wait()? {
                Some(status) => break status,
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        ensure!(status.success(), "the run of {} failed", file.display());
        let time = cpu.unwrap_or_else(|| start.elapsed());
        if time < best.0 {
            best = (time, megabytes);
        }
    }
    Ok(best)
}

/// For how long a process has been on a CPU, where the system tells it.
fn on_cpu(id: u32) -> Option<Duration> {
    let times = fs::read_to_string(format!("/proc/{id}/schedstat")).ok()?;
    times.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The peak memory of a process in megabytes, where the system tells it.
fn peak(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

/// The CPU time that both take until the pods of a Deployment are Ready.
fn beside_webernetes(program: &Path) -> Result<()> {
    tools::need_node_modules()?;
    let folder = tools::target_dir().join("webernetes");
    fs::create_dir_all(&folder)?;
    let install = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
    let mut npm = tools::command("npm");
    if tools::run(npm.args(install).arg(&folder).arg(WEBERNETES)).is_err() {
        println!("\nnpm does not have {WEBERNETES}: nothing to compare with.");
        return Ok(());
    }
    println!("\n{:<26} {:>6} {:>10} {:>14} {:>8}", "", "pods", "ms", "webernetes ms", "ratio");
    for pods in [20, 100, 300] {
        let own = best(program, &deployment(pods), 1)?.0.as_secs_f64() * 1000.0;
        let mut node = tools::command("node");
        let theirs = node.arg("xtask/src/webernetes.mjs").arg(&folder).arg(pods.to_string());
        let theirs: f64 = tools::output(theirs)?.trim().parse()?;
        let (name, ratio) = ("Deployment until Ready", theirs / own);
        println!("{name:<26} {pods:>6} {own:>10.1} {theirs:>14.0} {ratio:>7.0}x");
    }
    Ok(())
}
