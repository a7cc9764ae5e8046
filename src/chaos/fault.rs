//! The faults, and when they strike: the rows and the columns of the matrix.

use super::target::{Target, Victim};

/// How long a node or a zone stays away, in milliseconds: longer than `tolerationSeconds` of the default tolerations
/// (5 minutes) after the node counts as lost (50 s), so that its pods are evicted.
const AWAY_MS: u64 = 600_000;
/// How long all nodes stay off in a full restart, in milliseconds.
const RESTART_MS: u64 = 60_000;
/// How long a bad image stays before the rollback, in milliseconds.
const BAD_IMAGE_MS: u64 = 120_000;
/// How long a set stays scaled to zero, in milliseconds.
const ZERO_MS: u64 = 120_000;
/// How long a drain may take, in milliseconds, and then how long the node stays drained.
const DRAIN_MS: u64 = 300_000;

/// What happens to the cluster, or what is done to the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The container of a pod ends with an error.
    PodCrash,
    /// A pod is deleted.
    PodDelete,
    /// The pod's node loses power, and gets it back.
    NodePower,
    /// The pod's node loses its network, and gets it back.
    NodeNetwork,
    /// The pod's node loses power, and is removed from the cluster for good.
    NodeGone,
    /// All nodes of the pod's zone lose power, and get it back.
    Zone,
    /// The pod's node is drained, and uncordoned later.
    Drain,
    /// A new image takes minutes to pull.
    SlowImage,
    /// All nodes lose power at once, and get it back.
    AllNodes,
    /// All pods of the set are deleted at once.
    AllPods,
    /// The template gets an image that doesn't exist, and is rolled back.
    BadImage,
    /// The set is scaled to zero, and back.
    ScaleToZero,
}

/// What the set is doing when a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Its pods are being created; one is cloning data, if pods do.
    Creating,
    /// All pods are Ready.
    Ready,
    /// A rolling update is replacing its pods.
    Updating,
    /// It is being scaled up by one pod.
    Scaling,
}

/// A line that belongs to a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// How long after the fault strikes, in milliseconds.
    pub after_ms: u64,
    /// The line.
    pub line: String,
}

impl Fault {
    /// Every fault, in the order in which they are listed.
    pub const ALL: [Fault; 12] = [
        Fault::PodCrash,
        Fault::PodDelete,
        Fault::NodePower,
        Fault::NodeNetwork,
        Fault::NodeGone,
        Fault::Zone,
        Fault::Drain,
        Fault::SlowImage,
        Fault::AllNodes,
        Fault::AllPods,
        Fault::BadImage,
        Fault::ScaleToZero,
    ];

    /// A stable name, for example `node-power`.
    pub fn name(self) -> &'static str {
        match self {
            Fault::PodCrash => "pod-crash",
            Fault::PodDelete => "pod-delete",
            Fault::NodePower => "node-power",
            Fault::NodeNetwork => "node-network",
            Fault::NodeGone => "node-gone",
            Fault::Zone => "zone",
            Fault::Drain => "drain",
            Fault::SlowImage => "slow-image",
            Fault::AllNodes => "all-nodes",
            Fault::AllPods => "all-pods",
            Fault::BadImage => "bad-image",
            Fault::ScaleToZero => "scale-to-zero",
        }
    }

    /// What happens, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Fault::PodCrash => "a pod's container crashes",
            Fault::PodDelete => "a pod is deleted",
            Fault::NodePower => "a node is powered off for 10 minutes",
            Fault::NodeNetwork => "a node has no network for 10 minutes",
            Fault::NodeGone => "a node is lost for good, and deleted after 10 minutes",
            Fault::Zone => "a zone is powered off for 10 minutes",
            Fault::Drain => "a node is drained",
            Fault::SlowImage => "a new image takes 2 minutes to pull",
            Fault::AllNodes => "all nodes are powered off for 1 minute",
            Fault::AllPods => "all pods are deleted at once",
            Fault::BadImage => "an update with a bad image, rolled back after 2 minutes",
            Fault::ScaleToZero => "the set is scaled to zero, and back after 2 minutes",
        }
    }

    /// Whether the fault can strike in a phase. A slow image needs pods that pull one.
    pub fn fits(self, phase: Phase) -> bool {
        self != Fault::SlowImage || phase != Phase::Ready
    }

    /// The line of the setup that makes the fault, if it is one of the whole run.
    pub(super) fn setup(self) -> &'static str {
        if self == Fault::SlowImage { "timing image-pull=2m\n" } else { "" }
    }

    /// What the fault does, in order of time. The last action ends it.
    pub(super) fn actions(self, target: &Target, victim: &Victim) -> Vec<Action> {
        let at = |after_ms: u64, line: String| Action { after_ms, line };
        let Victim { pod, node, zone, nodes, pods } = victim;
        let place = target.place();
        let set = format!("statefulset/{}{place}", target.key.name());
        let scale = |replicas: i32| format!("kubectl scale {set} --replicas={replicas}");
        let to_all = |nodes: &[String], what: &str, after_ms: u64| {
            let line = |node: &String| at(after_ms, format!("node {node} {what}"));
            nodes.iter().map(line).collect::<Vec<_>>()
        };
        match self {
            Fault::PodCrash => vec![at(0, target.crash(pod))],
            Fault::PodDelete => vec![at(0, format!("kubectl delete pod {pod}{place}"))],
            Fault::NodePower => {
                vec![at(0, format!("node {node} off")), at(AWAY_MS, format!("node {node} on"))]
            }
            Fault::NodeNetwork => {
                vec![at(0, format!("node {node} cut")), at(AWAY_MS, format!("node {node} heal"))]
            }
            Fault::NodeGone => vec![
                at(0, format!("node {node} off")),
                at(AWAY_MS, format!("kubectl delete node {node}")),
            ],
            Fault::Zone => [to_all(zone, "off", 0), to_all(zone, "on", AWAY_MS)].concat(),
            Fault::Drain => vec![
                at(
                    0,
                    format!(
                        "kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --force --timeout={}s",
                        DRAIN_MS / 1_000
                    ),
                ),
                at(2 * DRAIN_MS, format!("kubectl uncordon {node}")),
            ],
            Fault::SlowImage => Vec::new(),
            Fault::AllNodes => [to_all(nodes, "off", 0), to_all(nodes, "on", RESTART_MS)].concat(),
            Fault::AllPods => vec![at(0, format!("kubectl delete pod {}{place}", pods.join(" ")))],
            Fault::BadImage => vec![
                at(
                    0,
                    format!(
                        "kubectl set image {set} {}={}",
                        target.container,
                        target.image_tagged("broken")
                    ),
                ),
                at(BAD_IMAGE_MS, format!("kubectl rollout undo {set}")),
            ],
            Fault::ScaleToZero => vec![at(0, scale(0)), at(ZERO_MS, scale(target.replicas))],
        }
    }
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Phase; 4] = [Phase::Creating, Phase::Ready, Phase::Updating, Phase::Scaling];

    /// A stable name, for example `updating`.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Creating => "creating",
            Phase::Ready => "ready",
            Phase::Updating => "updating",
            Phase::Scaling => "scaling",
        }
    }

    /// What the set is doing, as the end of a sentence.
    pub fn title(self) -> &'static str {
        match self {
            Phase::Creating => "while its pods are being created",
            Phase::Ready => "while all pods are Ready",
            Phase::Updating => "during a rolling update",
            Phase::Scaling => "while it is being scaled up",
        }
    }

    /// The line that begins the phase, once all pods are Ready.
    pub(super) fn line(self, target: &Target) -> Option<String> {
        let set = format!("statefulset/{}{}", target.key.name(), target.place());
        match self {
            Phase::Creating | Phase::Ready => None,
            Phase::Updating => Some(format!(
                "kubectl set image {set} {}={}",
                target.container,
                target.image_tagged("next")
            )),
            Phase::Scaling => Some(format!(
                "kubectl scale {set} --replicas={}",
                target.replicas.saturating_add(1)
            )),
        }
    }
}
