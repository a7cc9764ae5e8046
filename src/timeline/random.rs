//! Random recipes: a cluster, a set, and things done to them, all from one seed.

use crate::cluster::{Random, Stream};
use std::fmt::Write;

/// A recipe that follows from `seed`: the same text on every target.
pub fn recipe(seed: u64) -> String {
    let mut dice = Dice(Random::new(seed));
    let nodes = dice.between(1, 5);
    let mut text = format!("ordinal 1\nseed {seed}\nnodes {nodes}\n");
    if dice.between(0, 3) == 0 {
        text += "timing dns-cache=30s\ntiming dns-negative-cache=30s\n";
    }
    text += "kubectl apply -f - <<EOF\n";
    text += &manifest(&mut dice);
    let has_deployment = dice.between(0, 1) == 1;
    if has_deployment {
        text += "---\n";
        text += &deployment(&mut dice);
    }
    text += "EOF\n";
    // What is refused at instant 0 is an error of the recipe.
    let mut at_ms = 1;
    for _ in 0..dice.between(4, 24) {
        at_ms += match dice.between(0, 9) {
            0 => dice.between(60_000, 400_000),
            1..=3 => dice.between(0, 300),
            _ => dice.between(300, 20_000),
        };
        let line = match has_deployment && dice.between(0, 3) == 0 {
            true => command_on_deployment(&mut dice),
            false => command(&mut dice, nodes),
        };
        let _ = writeln!(text, "at {at_ms}ms {line}");
    }
    if dice.between(0, 1) == 0 {
        mend(&mut text, at_ms, nodes);
    }
    text
}

/// The faults end and the clients stop: what the set and the database promise in the end can be looked at.
fn mend(text: &mut String, at_ms: u64, nodes: u64) {
    let mut say = |line: String| {
        let _ = writeln!(text, "at {}ms {line}", at_ms + 1_000);
    };
    for number in 1..=nodes {
        say(format!("node node-{number} heal"));
        say(format!("node node-{number} on"));
        say(format!("kubectl uncordon node-{number}"));
    }
    CLIENTS.iter().for_each(|name| say(format!("client {name} stop")));
}

/// The clients of random recipes.
const CLIENTS: [&str; 3] = ["shop", "view", "old"];

struct Dice(Random);

impl Dice {
    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.0.below(Stream::Control, high - low + 1)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = self.0.below(Stream::Control, choices.len() as u64);
        choices.get(usize::try_from(index).unwrap_or(0)).copied().unwrap_or("")
    }
}

/// A headless Service and a StatefulSet.
fn manifest(dice: &mut Dice) -> String {
    let replicas = dice.between(0, 5);
    let policy = dice.pick(&["OrderedReady", "OrderedReady", "Parallel"]);
    let class = dice.pick(&["standard", "standard", "standard", "local", "missing"]);
    let retention = dice.pick(&["Retain", "Retain", "Delete"]);
    let start = dice.pick(&["0", "0", "0", "3"]);
    let grace = dice.between(0, 30);
    let min_ready = dice.pick(&["0", "0", "5"]);
    let clone = dice.pick(&["on", "on", "off"]);
    let replication = dice.pick(&["on", "on", "on", "off"]);
    let ready = dice.pick(&["open", "open", "open", "quorum"]);
    let rows = dice.pick(&["6", "6", "0", "40"]);
    let publish = dice.pick(&["false", "false", "true"]);
    let service = dice.pick(&["web", "web", "web", "web", "web", "other"]);
    let storage = match dice.between(0, 4) {
        0 => String::new(),
        _ => format!(
            "  volumeClaimTemplates:\n  - metadata: {{ name: data }}\n    spec:\n      accessModes: [ReadWriteOnce]\n      \
             storageClassName: {class}\n      resources: {{ requests: {{ storage: 1Gi }} }}\n"
        ),
    };
    let mounts = if storage.is_empty() { "[]" } else { "[{ name: data, mountPath: /data }]" };
    let init = match dice.between(0, 1) {
        0 => String::new(),
        _ => format!(
            "      initContainers:\n      - {{ name: clone, image: \"db:1\", volumeMounts: {mounts} }}\n"
        ),
    };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{ name: web }}\nspec:\n  clusterIP: None\n  publishNotReadyAddresses: {publish}\n  selector: {{ app: web }}\n\
         ---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: web }}\nspec:\n  serviceName: {service}\n  \
         replicas: {replicas}\n  podManagementPolicy: {policy}\n  minReadySeconds: {min_ready}\n  ordinals: {{ start: {start} }}\n  \
         persistentVolumeClaimRetentionPolicy: {{ whenScaled: {retention}, whenDeleted: {retention} }}\n  \
         selector: {{ matchLabels: {{ app: web }} }}\n  template:\n    metadata:\n      labels: {{ app: web }}\n      \
         annotations: {{ ordinal/clone: \"{clone}\", ordinal/replication: \"{replication}\", \
         ordinal/ready: {ready}, ordinal/initial-entries: \"{rows}\" }}\n    spec:\n      terminationGracePeriodSeconds: {grace}\n{init}      \
         containers:\n      - name: db\n        image: \"db:1\"\n        readinessProbe: {{ tcpSocket: {{ port: 5432 }}, periodSeconds: 1 }}\n        \
         volumeMounts: {mounts}\n{storage}"
    )
}

/// A Deployment, with one of three templates.
fn deployment(dice: &mut Dice) -> String {
    let replicas = dice.between(0, 5);
    let strategy = match dice.between(0, 3) {
        0 => "type: Recreate".into(),
        1 => String::new(),
        _ => {
            let surge = dice.pick(&["0", "1", "50%", "200%"]);
            let missing = dice.pick(&["1", "2", "100%"]);
            format!("rollingUpdate: {{ maxSurge: {surge}, maxUnavailable: {missing} }}")
        }
    };
    let (min_ready, grace) = (dice.pick(&["0", "0", "5"]), dice.between(0, 30));
    let (image, history) = (dice.between(1, 3), dice.between(0, 2));
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: api }}\nspec:\n  replicas: {replicas}\n  \
         strategy: {{ {strategy} }}\n  minReadySeconds: {min_ready}\n  revisionHistoryLimit: {history}\n  \
         selector: {{ matchLabels: {{ app: api }} }}\n  template:\n    metadata: {{ labels: {{ app: api }} }}\n    \
         spec:\n      terminationGracePeriodSeconds: {grace}\n      \
         containers: [{{ name: app, image: \"app:{image}\" }}]\n"
    )
}

fn command_on_deployment(dice: &mut Dice) -> String {
    match dice.between(0, 7) {
        0..=2 => format!("kubectl scale deployment api --replicas={}", dice.between(0, 6)),
        3..=5 => format!("kubectl apply -f - <<EOF\n{}EOF", deployment(dice)),
        6 => "kubectl delete pod --all".into(),
        _ => {
            let cascade = dice.pick(&["background", "foreground", "orphan"]);
            format!("kubectl delete deployment api --cascade={cascade}")
        }
    }
}

/// Something to do; what makes no sense at that moment is refused, and that is part of the story.
fn command(dice: &mut Dice, nodes: u64) -> String {
    let pod = format!("web-{}", dice.between(0, 5));
    let node = format!("node-{}", dice.between(1, nodes));
    match dice.between(0, 19) {
        0 | 1 => format!("kubectl scale statefulset web --replicas={}", dice.between(0, 6)),
        2 | 3 => format!("kubectl delete pod {pod}"),
        4 => format!("kubectl delete pod {pod} --force --grace-period=0"),
        5 => format!("crash {pod}"),
        6 => format!("fail {pod}"),
        7 | 8 => format!("node {node} {}", dice.pick(&["off", "on"])),
        9 => format!("node {node} {}", dice.pick(&["cut", "heal"])),
        10 => format!("kubectl {} {node}", dice.pick(&["cordon", "uncordon"])),
        11 => format!("kubectl delete pvc data-{pod}"),
        12 => format!(
            "kubectl delete {}",
            dice.pick(&["statefulset web", "service web", "node node-1"])
        ),
        13 => format!("read {pod}.web"),
        14 => format!("client shop writes web-0.web every {}s", dice.between(1, 20)),
        15 => format!("client view reads web every {}s", dice.between(1, 20)),
        16 => format!(
            "client old writes {pod}.web every {}s on {node} {}",
            dice.between(2, 9),
            dice.pick(&["keeps-ip", "caches 20s"])
        ),
        17 => format!("client {} stop", dice.pick(&CLIENTS)),
        _ => format!("write web-0.web \"order {}\"", dice.between(1, 99)),
    }
}
