//! What no field of a manifest changes, and what the model can't show.

use super::fault::Fault;
use super::finding::{Finding, Harm};
use super::setup::Manifest;

/// What is to be said of a finding beyond what was tried; may be empty.
pub(super) fn remark(finding: &Finding, manifest: &Manifest) -> &'static str {
    let Some(fault) = finding.fault() else { return "" };
    let mut targets = manifest.targets.iter();
    let is_forced =
        targets.any(|target| target.title() == finding.set && target.grace_seconds == 0);
    match (finding.harm, fault) {
        // The object of an evicted pod is deleted at once, and its replacement only waits for the volume.
        (Harm::Down, Fault::NodePower | Fault::NodeNetwork | Fault::Zone) if is_forced => "",
        (Harm::Stuck, Fault::NodeGone) => {
            "A local volume is lost with its node. To start without its data, delete the claim and the pod; the set then \
             creates both again."
        }
        // tasks/run-application/force-delete-stateful-set-pod; KEP-2268.
        (Harm::Down | Harm::Stuck, Fault::NodePower | Fault::NodeNetwork) => {
            "Kubernetes does not replace a pod of a StatefulSet while its node doesn't respond: the pod may still run. No \
             field of the manifest changes that. Once you know that the node is off, the taint \
             node.kubernetes.io/out-of-service=nodeshutdown:NoExecute does."
        }
        (Harm::Down | Harm::Stuck, Fault::Zone) => {
            "Pods of a StatefulSet are not replaced while their nodes don't respond. Here, volumes can be attached in \
             every zone; pods with zonal disks would stay Pending until the zone is back even if they were replaced."
        }
        (Harm::Down, Fault::NodeGone) => {
            "The pod is replaced only when the Node object is deleted, here after 10 minutes. A cloud controller manager \
             deletes it when the machine no longer exists."
        }
        // concepts/workloads/controllers/statefulset: Forced rollback.
        (Harm::Stuck, Fault::BadImage) => {
            "Under OrderedReady, the controller waits for the broken pod to become Ready before it applies the rollback. \
             The Kubernetes documentation calls the way out a forced rollback: delete the broken pod."
        }
        (Harm::Down, Fault::BadImage) => {
            "A rolling update with an image that doesn't exist stops at the first pod; the others keep the old template."
        }
        (Harm::Down, Fault::SlowImage) => {
            "The old pod is deleted before the new image is pulled. Pull the image on the nodes before the update, for \
             example with a DaemonSet."
        }
        (Harm::Down, Fault::PodCrash | Fault::PodDelete | Fault::Drain | Fault::AllPods) => {
            if finding.database.is_empty() {
                ""
            } else {
                NO_ELECTION
            }
        }
        (Harm::Writes, _) => {
            "The stand-in database starts empty if it finds no data. What a real database does then is up to it."
        }
        _ => "",
    }
}

const NO_ELECTION: &str = "The stand-in database elects no other primary: only the first pod takes writes. A database \
                           that elects one is without a primary for as long as that takes.";

/// What has to be known to read the report.
pub(super) fn notes(manifest: &Manifest) -> Vec<String> {
    let mut notes = Vec::new();
    for name in &manifest.unprobed {
        notes.push(format!(
            "{name} has no readinessProbe in its first container: Kubernetes counts its pods as Ready as soon as their \
             containers run. The stand-in database is probed anyway, so the real set may count as Ready earlier than \
             here, and a rolling update may continue before the new pod serves."
        ));
    }
    let unnamed = manifest.targets.iter().filter(|target| target.host.is_none());
    for target in unnamed {
        notes.push(format!(
            "No Service gives the pods of {} DNS names: no client writes to them here, so lost writes are not looked for.",
            target.title()
        ));
    }
    notes.push(
        "Not simulated: processes that hang without ending, slow disks and networks, zonal disks, and how a real database \
         elects a primary."
            .into(),
    );
    notes
}
