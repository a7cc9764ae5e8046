//! Changes of a manifest that might help against a fault.

use super::fault::Fault;
use super::finding::{Finding, Harm};
use super::target::Target;
use crate::api::DEFAULT_NAMESPACE;
use crate::api::json::{Node, Value};
use crate::manifest;

/// A change of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Pods get time to stop.
    Grace,
    /// Data moves from a pod's folder, or its container, to a claim.
    Claim,
    /// Claims are kept when the set is scaled down.
    RetainScaled,
    /// Volumes are kept when their claims are deleted.
    RetainVolume,
    /// Pods don't wait for each other.
    Parallel,
    /// Pods find each other before they are Ready.
    PublishNotReady,
    /// Both of the last two.
    ParallelPublished,
    /// Evictions are limited to one pod at a time.
    Budget,
    /// A budget allows one pod to be evicted.
    LooserBudget,
    /// Pods are spread over nodes.
    SpreadNodes,
    /// Pods are spread over zones.
    SpreadZones,
    /// Pods may share a node if they must.
    PreferApart,
    /// Data is on network volumes.
    NetworkVolume,
}

use Change::*;

/// A document of a manifest, as it was read.
type Documents = Vec<Node>;

impl Change {
    /// The changes that might help against what was found, the most promising first.
    pub(super) fn candidates(finding: &Finding) -> &'static [Change] {
        let fault = finding.fault().unwrap_or(Fault::PodCrash);
        let lost_several = finding.missing > 1;
        match (finding.harm, fault) {
            (Harm::Twins, _) => &[Grace],
            (Harm::Data | Harm::Writes | Harm::Copy, _) => {
                &[Claim, RetainScaled, RetainVolume, Grace]
            }
            (Harm::Blocked, _) => &[LooserBudget, PreferApart],
            (Harm::Stuck, Fault::NodeGone) => &[NetworkVolume, PreferApart, Parallel],
            (Harm::Stuck | Harm::NeverReady, _) => {
                &[Parallel, PublishNotReady, ParallelPublished, PreferApart]
            }
            (Harm::Down, Fault::Drain) if lost_several => &[Budget, SpreadNodes],
            (Harm::Down, Fault::Zone) if lost_several => &[SpreadZones],
            (Harm::Down, Fault::NodePower | Fault::NodeNetwork | Fault::NodeGone)
                if lost_several =>
            {
                &[SpreadNodes]
            }
            (Harm::Down, Fault::NodeGone) => &[NetworkVolume, PreferApart],
            (Harm::Down, Fault::Drain) => &[PreferApart, NetworkVolume],
            (
                Harm::Down,
                Fault::AllNodes | Fault::AllPods | Fault::ScaleToZero | Fault::SlowImage,
            ) => &[Parallel],
            (Harm::Down, _) => &[],
        }
    }

    /// The field that is changed, the change as YAML, and what it costs or how it is made.
    pub(super) fn describe(self, target: &Target) -> (&'static str, String, &'static str) {
        let name = target.key.name();
        let recreate = "Can't be changed in place: delete the StatefulSet with --cascade=orphan, and create it again.";
        match self {
            Grace => (
                "spec.template.spec.terminationGracePeriodSeconds",
                "terminationGracePeriodSeconds: 30".into(),
                "With 0, the API server deletes a pod's object at once, while its containers may still run.",
            ),
            Claim => (
                "spec.volumeClaimTemplates",
                "volumeClaimTemplates:\n- metadata:\n    name: ...\n  spec:\n    accessModes: [ReadWriteOnce]\n    resources:\n      requests:\n        storage: 1Gi".into(),
                recreate,
            ),
            RetainScaled => (
                "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
                "persistentVolumeClaimRetentionPolicy:\n  whenScaled: Retain".into(),
                "Claims of pods that are scaled away stay, and cost storage.",
            ),
            RetainVolume => (
                "reclaimPolicy of the StorageClass",
                "reclaimPolicy: Retain".into(),
                "The volume stays, Released: someone has to bind it to a new claim. Only volumes that are provisioned later have the policy.",
            ),
            Parallel => (
                "spec.podManagementPolicy",
                "podManagementPolicy: Parallel".into(),
                recreate,
            ),
            PublishNotReady => (
                "spec.publishNotReadyAddresses of the governing Service",
                "publishNotReadyAddresses: true".into(),
                "Pods find each other before they are Ready; so do clients that use this Service.",
            ),
            ParallelPublished => (
                "spec.podManagementPolicy, and spec.publishNotReadyAddresses of the governing Service",
                "podManagementPolicy: Parallel\n---\npublishNotReadyAddresses: true".into(),
                "Each alone does not help. To change podManagementPolicy, delete the StatefulSet with --cascade=orphan, and create it again.",
            ),
            Budget => (
                "a PodDisruptionBudget",
                format!("kind: PodDisruptionBudget\nmetadata:\n  name: {name}\nspec:\n  maxUnavailable: 1\n  selector: ..."),
                "Limits evictions only, such as those of kubectl drain.",
            ),
            LooserBudget => (
                "spec.maxUnavailable of the PodDisruptionBudget",
                "maxUnavailable: 1".into(),
                "minAvailable is a percentage of the replicas, rounded up, or a number.",
            ),
            SpreadNodes => (
                "spec.template.spec.topologySpreadConstraints",
                "topologySpreadConstraints:\n- maxSkew: 1\n  topologyKey: kubernetes.io/hostname\n  whenUnsatisfiable: DoNotSchedule\n  labelSelector: ...".into(),
                "Pods stay Pending if there is no node for them.",
            ),
            SpreadZones => (
                "spec.template.spec.topologySpreadConstraints",
                "topologySpreadConstraints:\n- maxSkew: 1\n  topologyKey: topology.kubernetes.io/zone\n  whenUnsatisfiable: DoNotSchedule\n  labelSelector: ...".into(),
                "Pods stay Pending if there is no zone for them.",
            ),
            PreferApart => (
                "spec.template.spec.affinity.podAntiAffinity",
                "podAntiAffinity:\n  preferredDuringSchedulingIgnoredDuringExecution: ...".into(),
                "Two pods may then share a node.",
            ),
            NetworkVolume => (
                "storageClassName in spec.volumeClaimTemplates",
                "storageClassName: standard".into(),
                recreate,
            ),
        }
    }

    /// The manifest with the change; none if it makes no difference there.
    pub(super) fn apply(self, yaml: &str, target: &Target) -> Option<String> {
        let mut documents: Documents =
            manifest::parse(yaml).into_iter().map(|document| document.tree).collect();
        let at = documents.iter().position(|it| is_set(it, target))?;
        let before = documents.clone();
        self.edit(&mut documents, at, target)?;
        if documents == before {
            return None;
        }
        let texts: Vec<String> = documents.iter().map(manifest::to_yaml).collect();
        Some(texts.join("---\n"))
    }

    fn edit(self, documents: &mut Documents, at: usize, target: &Target) -> Option<()> {
        let set = documents.get_mut(at)?;
        let template = ["spec", "template", "spec"];
        match self {
            Grace => {
                let pod = down(set, &template);
                let field = "terminationGracePeriodSeconds";
                (pod.get(field)?.as_int() == Some(0)).then(|| pod.set(field, number(30)))
            }
            Claim => claim(set),
            RetainScaled => {
                let policy = down(set, &["spec", "persistentVolumeClaimRetentionPolicy"]);
                (policy.text("whenScaled") == "Delete").then(|| policy.set("whenScaled", "Retain"))
            }
            RetainVolume => {
                let is_class = |it: &&mut Node| it.text("kind") == "StorageClass";
                let mut classes = documents.iter_mut().filter(is_class).peekable();
                classes.peek()?;
                classes.for_each(|class| class.set("reclaimPolicy", "Retain"));
                Some(())
            }
            Parallel => {
                down(set, &["spec"]).set("podManagementPolicy", "Parallel");
                Some(())
            }
            PublishNotReady => {
                let name = set.word("spec.serviceName");
                let service = documents
                    .iter_mut()
                    .find(|it| it.text("kind") == "Service" && it.word("metadata.name") == name)?;
                down(service, &["spec"]).set("publishNotReadyAddresses", Value::Bool(true));
                Some(())
            }
            ParallelPublished => {
                Parallel.edit(documents, at, target)?;
                PublishNotReady.edit(documents, at, target)
            }
            Budget => budget(documents, at, target),
            LooserBudget => {
                let is_budget = |it: &&mut Node| it.text("kind") == "PodDisruptionBudget";
                let mut budgets = documents.iter_mut().filter(is_budget).peekable();
                budgets.peek()?;
                budgets.for_each(|budget| {
                    let spec = down(budget, &["spec"]);
                    spec.remove("minAvailable");
                    spec.set("maxUnavailable", number(1));
                });
                Some(())
            }
            SpreadNodes => spread(set, "kubernetes.io/hostname"),
            SpreadZones => spread(set, "topology.kubernetes.io/zone"),
            PreferApart => {
                let affinity = down(set, &["spec", "template", "spec", "affinity"]);
                affinity.get("podAntiAffinity")?;
                let terms = down(affinity, &["podAntiAffinity"])
                    .remove("requiredDuringSchedulingIgnoredDuringExecution")?;
                let prefer = |term: &Node| {
                    Node::map([
                        ("weight".into(), number(100)),
                        ("podAffinityTerm".into(), term.clone()),
                    ])
                };
                let terms = terms.items().iter().map(prefer).collect();
                down(affinity, &["podAntiAffinity"])
                    .set("preferredDuringSchedulingIgnoredDuringExecution", Value::List(terms));
                Some(())
            }
            NetworkVolume => {
                let claims = down(set, &["spec"]).items_mut("volumeClaimTemplates");
                claims.first()?;
                let class =
                    |claim: &mut Node| down(claim, &["spec"]).set("storageClassName", "standard");
                claims.iter_mut().for_each(class);
                Some(())
            }
        }
    }
}

/// Whether a document is the StatefulSet.
fn is_set(document: &Node, target: &Target) -> bool {
    let namespace = document.word("metadata.namespace");
    let namespace = if namespace.is_empty() { DEFAULT_NAMESPACE } else { &namespace };
    document.text("kind") == "StatefulSet"
        && document.word("metadata.name") == target.key.name()
        && namespace == target.key.namespace()
}

/// The value at the end of a path, to be changed.
fn down<'a>(node: &'a mut Node, path: &[&str]) -> &'a mut Node {
    path.iter().fold(node, |node, key| node.child(key))
}

fn number(value: i64) -> Node {
    Value::Int(value).into()
}

/// Replaces the first `emptyDir` of the template by a claim. A set without any volume gets one.
fn claim(set: &mut Node) -> Option<()> {
    if !set.list("spec.volumeClaimTemplates").is_empty() {
        return None;
    }
    let pod = down(set, &["spec", "template", "spec"]);
    let volumes = pod.list("volumes").to_vec();
    let folder = volumes.iter().position(|volume| volume.entry("emptyDir").is_some());
    let name = match folder.and_then(|at| volumes.get(at)) {
        Some(volume) => volume.text("name").to_owned(),
        None => "data".to_owned(),
    };
    match folder {
        Some(at) => {
            let kept = volumes.iter().enumerate().filter(|(index, _)| *index != at);
            pod.set("volumes", Value::List(kept.map(|(_, volume)| volume.clone()).collect()));
        }
        None => {
            let container = pod.items_mut("containers").first_mut()?;
            let mut mounts = container.list("volumeMounts").to_vec();
            let mount =
                [("name".into(), name.as_str().into()), ("mountPath".into(), "/data".into())];
            mounts.push(Node::map(mount));
            container.set("volumeMounts", Value::List(mounts));
        }
    }
    let mut template = Node::default();
    down(&mut template, &["metadata"]).set("name", name.as_str());
    let spec = down(&mut template, &["spec"]);
    spec.set("accessModes", Value::List(vec!["ReadWriteOnce".into()]));
    down(spec, &["resources", "requests"]).set("storage", "1Gi");
    down(set, &["spec"]).set("volumeClaimTemplates", Value::List(vec![template]));
    Some(())
}

/// Adds a budget for the pods of a set, unless the manifest has one.
fn budget(documents: &mut Documents, at: usize, target: &Target) -> Option<()> {
    if documents.iter().any(|it| it.text("kind") == "PodDisruptionBudget") {
        return None;
    }
    let selector = documents.get(at)?.at("spec.selector")?.clone();
    let mut budget = Node::default();
    budget.set("apiVersion", "policy/v1");
    budget.set("kind", "PodDisruptionBudget");
    let metadata = down(&mut budget, &["metadata"]);
    metadata.set("name", target.key.name());
    metadata.set("namespace", target.key.namespace());
    let spec = down(&mut budget, &["spec"]);
    spec.set("maxUnavailable", number(1));
    spec.set("selector", selector);
    documents.push(budget);
    Some(())
}

/// Adds a constraint that spreads the pods of a set.
fn spread(set: &mut Node, key: &str) -> Option<()> {
    let selector = set.at("spec.selector")?.clone();
    let pod = down(set, &["spec", "template", "spec"]);
    let mut constraints = pod.list("topologySpreadConstraints").to_vec();
    if constraints.iter().any(|it| it.text("topologyKey") == key) {
        return None;
    }
    let mut constraint = Node::default();
    constraint.set("maxSkew", number(1));
    constraint.set("topologyKey", key);
    constraint.set("whenUnsatisfiable", "DoNotSchedule");
    constraint.set("labelSelector", selector);
    constraints.push(constraint);
    pod.set("topologySpreadConstraints", Value::List(constraints));
    Some(())
}
