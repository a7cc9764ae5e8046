//! Random recipes: a cluster, a set, and things done to them, all from one seed.

use crate::cluster::{Random, Stream};
use std::fmt::Write;

/// A recipe that follows from `seed`: the same text on every target.
pub fn recipe(seed: u64) -> String {
    let mut dice = Dice(Random::new(seed));
    let nodes = dice.between(1, 5);
    let version = if seed.is_multiple_of(2) { "1.37" } else { "1.36" };
    let mut text = format!("ordinal 1\nkubernetes {version}\nseed {seed}\nnodes {nodes}\n");
    if dice.between(0, 3) == 0 {
        text += "timing dns-cache=30s\ntiming dns-negative-cache=30s\n";
    }
    if dice.between(0, 5) == 0 {
        text += "gate MaxUnavailableStatefulSet=on\n";
    }
    if dice.between(0, 2) > 0 {
        text += "gate StatefulSetRecreateStrategy=on\n";
    }
    let mut set = Set::new(&mut dice);
    text += &apply(&manifest(&set));
    let has_deployment = dice.between(0, 1) == 1;
    if has_deployment {
        text += &apply(&deployment(&mut dice));
    }
    if dice.between(0, 2) == 0 {
        text += &apply(&budget(&mut dice));
    }
    // Instant 0 is for the manifests.
    let mut at_ms = 1;
    for _ in 0..dice.between(4, 24) {
        at_ms += match dice.between(0, 9) {
            0 => dice.between(60_000, 400_000),
            1..=3 => dice.between(0, 300),
            _ => dice.between(300, 20_000),
        };
        let begin = at_ms;
        let line = match dice.between(0, 19) {
            0..=3 => {
                set.edit(&mut dice);
                apply(&manifest(&set))
            }
            4 => twin(&mut dice, &mut at_ms, nodes),
            9 => scale_down_sick(&mut dice, &mut at_ms),
            5..=8 if has_deployment => command_on_deployment(&mut dice),
            _ => command(&mut dice, nodes) + "\n",
        };
        let _ = write!(text, "at {begin}ms {line}");
    }
    if dice.between(0, 1) == 0 {
        mend(&mut text, at_ms, nodes);
    }
    text
}

/// A node is cut off, and the name of a pod that may run there is given away (S26).
fn twin(dice: &mut Dice, at_ms: &mut u64, nodes: u64) -> String {
    let node = dice.between(1, nodes);
    let first = dice.between(0, 3);
    *at_ms += dice.between(1_000, 60_000);
    let mut text = format!("node node-{node} cut\n");
    for pod in first..first + 3 {
        let _ =
            writeln!(text, "at {at_ms}ms kubectl delete pod web-{pod} --force --grace-period=0");
    }
    *at_ms += dice.between(1_000, 500_000);
    let _ = writeln!(text, "at {at_ms}ms node node-{node} heal");
    text
}

/// Several pods crash twice, so that they are started again only later, and the set is scaled down.
fn scale_down_sick(dice: &mut Dice, at_ms: &mut u64) -> String {
    let first = dice.between(0, 4);
    let mut text = "kubectl scale statefulset web --replicas=5\n".to_owned();
    *at_ms += 60_000;
    for _ in 0..2 {
        *at_ms += dice.between(1_000, 4_000);
        for pod in first..first + 3 {
            let _ = writeln!(text, "at {at_ms}ms crash web-{pod}");
        }
    }
    let replicas = dice.between(0, 2);
    let _ = writeln!(text, "at {at_ms}ms kubectl scale statefulset web --replicas={replicas}");
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
    say("kubectl taint nodes --all disk-".into());
    say("driver csi.ordinal on".into());
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

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        let index = self.0.below(Stream::Control, choices.len() as u64);
        choices.get(usize::try_from(index).unwrap_or(0)).copied().unwrap_or("")
    }
}

/// What the manifest of the set says, as far as it is left to chance.
struct Set {
    /// What stays as it is: the management policy, the storage.
    policy: &'static str,
    class: &'static str,
    has_claims: bool,
    service: &'static str,
    /// What is edited.
    replicas: u64,
    start: &'static str,
    min_ready: &'static str,
    when_scaled: &'static str,
    when_deleted: &'static str,
    strategy: &'static str,
    image: u64,
    /// With it no node will do.
    selector: &'static str,
    /// What else it asks of its node, and its neighbours.
    place: &'static str,
    cpu: &'static str,
    /// The rest of the template, and the Service.
    grace: u64,
    has_init: bool,
    annotations: String,
    publish: &'static str,
}

const RETENTION: [&str; 2] = ["Retain", "Delete"];
const STRATEGIES: [&str; 7] = [
    "{ type: RollingUpdate }",
    "{ type: RollingUpdate, rollingUpdate: { partition: 0 } }",
    "{ type: RollingUpdate, rollingUpdate: { partition: 2 } }",
    "{ type: RollingUpdate, rollingUpdate: { maxUnavailable: 2 } }",
    "{ type: RollingUpdate, rollingUpdate: { maxUnavailable: 50% } }",
    "{ type: OnDelete }",
    "{ type: Recreate }",
];
const SELECTORS: [&str; 3] = ["{}", "{}", "{ disk: ssd }"];

const PLACES: [&str; 6] = [
    "",
    "",
    "",
    "",
    "affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: \
     [{ labelSelector: { matchLabels: { app: web } }, topologyKey: kubernetes.io/hostname }] } }",
    "topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: DoNotSchedule, \
     labelSelector: { matchLabels: { app: web } }, topologyKey: kubernetes.io/hostname }]",
];

impl Set {
    fn new(dice: &mut Dice) -> Set {
        let clone = dice.pick(&["on", "on", "off"]);
        let replication = dice.pick(&["on", "on", "on", "off"]);
        let ready = dice.pick(&["open", "open", "open", "quorum"]);
        let rows = dice.pick(&["6", "6", "0", "40"]);
        Set {
            policy: dice.pick(&["OrderedReady", "OrderedReady", "Parallel"]),
            class: dice.pick(&["standard", "standard", "standard", "local", "missing"]),
            has_claims: dice.between(0, 4) > 0,
            service: dice.pick(&["web", "web", "web", "web", "web", "other"]),
            replicas: dice.between(0, 5),
            start: dice.pick(&["0", "0", "0", "3"]),
            min_ready: dice.pick(&["0", "0", "5"]),
            when_scaled: dice.pick(&RETENTION),
            when_deleted: dice.pick(&RETENTION),
            strategy: dice.pick(&STRATEGIES),
            image: 1,
            selector: "{}",
            place: dice.pick(&PLACES),
            cpu: dice.pick(&["0", "500m", "3"]),
            grace: dice.between(0, 30),
            has_init: dice.between(0, 1) == 0,
            annotations: format!(
                "ordinal/clone: \"{clone}\", ordinal/replication: \"{replication}\", \
                 ordinal/ready: {ready}, ordinal/initial-entries: \"{rows}\""
            ),
            publish: dice.pick(&["false", "false", "true"]),
        }
    }

    fn edit(&mut self, dice: &mut Dice) {
        match dice.between(0, 9) {
            0..=2 => self.image = dice.between(1, 3),
            3 | 4 => self.selector = dice.pick(&SELECTORS),
            5 => self.when_scaled = dice.pick(&RETENTION),
            6 => self.when_deleted = dice.pick(&RETENTION),
            7 => self.strategy = dice.pick(&STRATEGIES),
            8 => self.replicas = dice.between(0, 5),
            _ => self.min_ready = dice.pick(&["0", "5"]),
        }
    }
}

fn apply(manifest: &str) -> String {
    format!("kubectl apply -f - <<EOF\n{manifest}EOF\n")
}

/// A headless Service and the StatefulSet.
fn manifest(set: &Set) -> String {
    let Set { policy, class, service, replicas, start, min_ready, .. } = set;
    let Set { when_scaled, when_deleted, strategy, image, selector, grace, .. } = set;
    let Set { annotations, publish, place, cpu, .. } = set;
    let storage = match set.has_claims {
        false => String::new(),
        true => format!(
            "  volumeClaimTemplates:\n  - metadata: {{ name: data }}\n    spec:\n      accessModes: [ReadWriteOnce]\n      \
             storageClassName: {class}\n      resources: {{ requests: {{ storage: 1Gi }} }}\n"
        ),
    };
    let mounts = if set.has_claims { "[{ name: data, mountPath: /data }]" } else { "[]" };
    let init = match set.has_init {
        false => String::new(),
        true => format!(
            "      initContainers:\n      - {{ name: clone, image: \"db:{image}\", volumeMounts: {mounts} }}\n"
        ),
    };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{ name: web }}\nspec:\n  clusterIP: None\n  publishNotReadyAddresses: {publish}\n  selector: {{ app: web }}\n\
         ---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: web }}\nspec:\n  serviceName: {service}\n  \
         replicas: {replicas}\n  podManagementPolicy: {policy}\n  minReadySeconds: {min_ready}\n  ordinals: {{ start: {start} }}\n  \
         updateStrategy: {strategy}\n  \
         persistentVolumeClaimRetentionPolicy: {{ whenScaled: {when_scaled}, whenDeleted: {when_deleted} }}\n  \
         selector: {{ matchLabels: {{ app: web }} }}\n  template:\n    metadata:\n      labels: {{ app: web }}\n      \
         annotations: {{ {annotations} }}\n    spec:\n      terminationGracePeriodSeconds: {grace}\n      nodeSelector: {selector}\n      {place}\n{init}      \
         containers:\n      - name: db\n        image: \"db:{image}\"\n        resources: {{ requests: {{ cpu: {cpu} }} }}\n        readinessProbe: {{ tcpSocket: {{ port: 5432 }}, periodSeconds: 1 }}\n        \
         volumeMounts: {mounts}\n{storage}"
    )
}

/// A disruption budget for the set.
fn budget(dice: &mut Dice) -> String {
    let limit = match dice.between(0, 1) {
        0 => format!("minAvailable: {}", dice.pick(&["0", "1", "2", "50%"])),
        _ => format!("maxUnavailable: {}", dice.pick(&["0", "1", "2", "50%"])),
    };
    let policy = dice.pick(&["IfHealthyBudget", "AlwaysAllow"]);
    format!(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{ name: web }}\n\
         spec: {{ {limit}, unhealthyPodEvictionPolicy: {policy}, selector: {{ matchLabels: {{ app: web }} }} }}\n"
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
    let class = dice.pick(&["", "", "system-cluster-critical"]);
    let cpu = dice.pick(&["0", "0", "2"]);
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: api }}\nspec:\n  replicas: {replicas}\n  \
         strategy: {{ {strategy} }}\n  minReadySeconds: {min_ready}\n  revisionHistoryLimit: {history}\n  \
         selector: {{ matchLabels: {{ app: api }} }}\n  template:\n    metadata: {{ labels: {{ app: api }} }}\n    \
         spec:\n      terminationGracePeriodSeconds: {grace}\n      priorityClassName: \"{class}\"\n      \
         containers: [{{ name: app, image: \"app:{image}\", resources: {{ requests: {{ cpu: {cpu} }} }} }}]\n"
    )
}

fn command_on_deployment(dice: &mut Dice) -> String {
    match dice.between(0, 7) {
        0..=2 => format!("kubectl scale deployment api --replicas={}\n", dice.between(0, 6)),
        3..=5 => apply(&deployment(dice)),
        6 => "kubectl delete pod --all\n".into(),
        _ => {
            let cascade = dice.pick(&["background", "foreground", "orphan"]);
            format!("kubectl delete deployment api --cascade={cascade}\n")
        }
    }
}

/// A patch that has a claim ask for so many GiB.
fn storage(size: u64) -> String {
    format!("'{{\"spec\":{{\"resources\":{{\"requests\":{{\"storage\":\"{size}Gi\"}}}}}}}}'")
}

/// Something to do; what makes no sense at that moment is refused, and that is part of the story.
fn command(dice: &mut Dice, nodes: u64) -> String {
    let pod = format!("web-{}", dice.between(0, 5));
    let node = format!("node-{}", dice.between(1, nodes));
    match dice.between(0, 32) {
        0 | 1 => format!("kubectl scale statefulset web --replicas={}", dice.between(0, 6)),
        2 | 3 => format!("kubectl delete pod {pod}"),
        4 | 24 => format!("kubectl delete pod {pod} --force --grace-period=0"),
        5 => format!("crash {pod}{}", dice.pick(&["", " --exit-code=0"])),
        29 => format!("kubectl set image pod/{pod} db=db:{}", dice.pick(&["1", "2", "broken"])),
        30 => format!("kubectl label pod {pod} {}", dice.pick(&["app-", "app=web", "old=yes"])),
        31 => format!(
            "kubectl patch pod {pod} -p '{{\"metadata\":{{\"finalizers\":{}}}}}'",
            dice.pick(&["[\"example.com/hold\"]", "null", "null"])
        ),
        6 => format!("fail {pod}"),
        7 | 8 => format!("node {node} {}", dice.pick(&["off", "on", "shutdown"])),
        9 | 23 => format!("node {node} {}", dice.pick(&["cut", "cut", "heal"])),
        10 => format!("kubectl {} {node}", dice.pick(&["cordon", "uncordon"])),
        11 => format!("kubectl delete pvc data-{pod}"),
        12 => format!(
            "kubectl delete {}",
            dice.pick(&["statefulset web", "service web", "node node-1"])
        ),
        20 => format!(
            "kubectl delete statefulset web --cascade={}",
            dice.pick(&["orphan", "orphan", "foreground"])
        ),
        21 => format!(
            "kubectl taint nodes {node} node.kubernetes.io/out-of-service{}",
            dice.pick(&["=nodeshutdown:NoExecute", "=nodeshutdown:NoExecute", ":NoExecute-"])
        ),
        22 => format!("kubectl delete pod {pod} --grace-period={}", dice.between(1, 60)),
        25 | 26 => format!("kubectl drain {node} --delete-emptydir-data --timeout=60s"),
        27 => format!(
            "kubectl taint nodes {node} {}",
            dice.pick(&["disk=slow:NoExecute", "disk=slow:NoSchedule", "disk-"])
        ),
        28 => format!("driver csi.ordinal {}", dice.pick(&["off", "on"])),
        13 => format!("read {pod}.web"),
        14 => format!("client shop writes web-0.web every {}s", dice.between(1, 20)),
        15 => format!("client view reads web every {}s", dice.between(1, 20)),
        16 => format!(
            "client old writes {pod}.web every {}s on {node} {}",
            dice.between(2, 9),
            dice.pick(&["keeps-ip", "caches 20s"])
        ),
        17 => format!("client {} stop", dice.pick(&CLIENTS)),
        18 => format!("kubectl patch pvc data-{pod} -p {}", storage(dice.between(1, 3))),
        _ => format!("write web-0.web \"order {}\"", dice.between(1, 99)),
    }
}
