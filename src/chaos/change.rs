//! Changes of a manifest that might help against a fault.

use super::edit::{self, Documents};
use super::fault::Fault;
use super::finding::{Finding, Harm};
use super::target::Target;
use crate::api::DEFAULT_NAMESPACE;
use crate::api::json::Node;
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

    /// The field that is changed.
    pub(super) fn field(self) -> &'static str {
        match self {
            Grace => "spec.template.spec.terminationGracePeriodSeconds",
            Claim => "spec.volumeClaimTemplates",
            RetainScaled => "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
            RetainVolume => "reclaimPolicy of the StorageClass",
            Parallel => "spec.podManagementPolicy",
            PublishNotReady => "spec.publishNotReadyAddresses of the governing Service",
            ParallelPublished => {
                "spec.podManagementPolicy, and spec.publishNotReadyAddresses of the governing Service"
            }
            Budget => "a PodDisruptionBudget",
            LooserBudget => "spec.maxUnavailable of the PodDisruptionBudget",
            SpreadNodes | SpreadZones => "spec.template.spec.topologySpreadConstraints",
            PreferApart => "spec.template.spec.affinity.podAntiAffinity",
            NetworkVolume => "storageClassName in spec.volumeClaimTemplates",
        }
    }

    /// The change as YAML, without what depends on the manifest.
    pub(super) fn yaml(self, target: &Target) -> String {
        let spread = |key: &str| {
            format!(
                "topologySpreadConstraints:\n- maxSkew: 1\n  topologyKey: {key}\n  whenUnsatisfiable: DoNotSchedule\n  labelSelector: ..."
            )
        };
        match self {
            Grace => "terminationGracePeriodSeconds: 30".into(),
            Claim => "volumeClaimTemplates:\n- metadata:\n    name: ...\n  spec:\n    accessModes: [ReadWriteOnce]\n    resources:\n      requests:\n        storage: 1Gi".into(),
            RetainScaled => "persistentVolumeClaimRetentionPolicy:\n  whenScaled: Retain".into(),
            RetainVolume => "reclaimPolicy: Retain".into(),
            Parallel => "podManagementPolicy: Parallel".into(),
            PublishNotReady => "publishNotReadyAddresses: true".into(),
            ParallelPublished => {
                "podManagementPolicy: Parallel\n---\npublishNotReadyAddresses: true".into()
            }
            Budget => format!(
                "kind: PodDisruptionBudget\nmetadata:\n  name: {}\nspec:\n  maxUnavailable: 1\n  selector: ...",
                target.key.name()
            ),
            LooserBudget => "maxUnavailable: 1".into(),
            SpreadNodes => spread("kubernetes.io/hostname"),
            SpreadZones => spread("topology.kubernetes.io/zone"),
            PreferApart => "podAntiAffinity:\n  preferredDuringSchedulingIgnoredDuringExecution: ...".into(),
            NetworkVolume => "storageClassName: standard".into(),
        }
    }

    /// What it costs, or how it is made.
    pub(super) fn note(self) -> &'static str {
        match self {
            Grace => {
                "With 0, the API server deletes a pod's object at once, while its containers may still run."
            }
            RetainScaled => "Claims of pods that are scaled away stay, and cost storage.",
            RetainVolume => {
                "The volume stays, Released: someone has to bind it to a new claim. Only volumes that are provisioned later have the policy."
            }
            Claim | Parallel | NetworkVolume => {
                "Can't be changed in place: delete the StatefulSet with --cascade=orphan, and create it again."
            }
            PublishNotReady => {
                "Pods find each other before they are Ready; so do clients that use this Service."
            }
            ParallelPublished => {
                "Each alone does not help. To change podManagementPolicy, delete the StatefulSet with --cascade=orphan, and create it again."
            }
            Budget => "Limits evictions only, such as those of kubectl drain.",
            LooserBudget => {
                "A percentage in minAvailable is rounded up, so it may allow no eviction at all."
            }
            SpreadNodes => "Pods stay Pending if there is no node for them.",
            SpreadZones => "Pods stay Pending if there is no zone for them.",
            PreferApart => "Two pods may then share a node.",
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
        match self {
            ParallelPublished => {
                Parallel.edit(documents, at, target)?;
                return PublishNotReady.edit(documents, at, target);
            }
            RetainVolume => return edit::retain_volumes(documents),
            PublishNotReady => return edit::publish(documents, at),
            Budget => return edit::budget(documents, at, target),
            LooserBudget => return edit::loosen_budgets(documents),
            _ => {}
        }
        let set = documents.get_mut(at)?;
        match self {
            Grace => edit::grace(set),
            Claim => edit::claim(set),
            RetainScaled => edit::retain_scaled(set),
            Parallel => edit::parallel(set),
            SpreadNodes => edit::spread(set, "kubernetes.io/hostname"),
            SpreadZones => edit::spread(set, "topology.kubernetes.io/zone"),
            PreferApart => edit::prefer_apart(set),
            NetworkVolume => edit::network_volumes(set),
            RetainVolume | PublishNotReady | ParallelPublished | Budget | LooserBudget => None,
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
