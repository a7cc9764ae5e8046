//! What the height of a picture depends on: how much there is, never the state of a single pod.

use super::area::to_i32;
use super::facts::{Facts, Group};

/// What the heights depend on, apart from the sizes.
pub(super) struct Needs {
    /// The number of nodes.
    pub nodes: usize,
    /// Whether there are, or will be, volumes inside lanes.
    pub has_local_volumes: bool,
    /// Whether there are, or will be, volumes outside them.
    pub has_remote: bool,
    /// Whether claims without a volume are drawn in the row of unscheduled pods, because there is no row for storage.
    pub has_claims_in_row: bool,
    /// The most volumes of a column.
    pub volumes: usize,
}

impl Needs {
    /// Looks at everything that is shown.
    pub(super) fn new(facts: &Facts<'_>) -> Needs {
        let has_local_volumes = facts.groups.iter().any(|group| {
            is_local_by_class(facts, group)
                || group.columns.iter().any(|column| {
                    column.volumes.iter().any(|volume| volume.local_node().is_some())
                        || column.pods.iter().any(|pod| pod.folder.is_some())
                })
        });
        let has_remote = has_remote(facts);
        let is_local = facts.groups.iter().any(|group| is_local_by_class(facts, group));
        Needs {
            nodes: facts.nodes.len(),
            has_local_volumes,
            has_remote,
            has_claims_in_row: is_local && !has_remote,
            volumes: facts.columns().map(|(_, column)| column.volumes.len()).max().unwrap_or(0),
        }
    }
}

/// Whether the set's volumes are built into nodes: its class makes none by itself.
fn is_local_by_class(facts: &Facts<'_>, group: &Group<'_>) -> bool {
    let classes = &facts.cluster.store.classes;
    let templates = group.set.map_or(&[][..], |set| &set.spec.volume_claim_templates);
    templates.iter().any(|claim| {
        let class = claim.class().unwrap_or("");
        let class = classes.iter().find(|known| known.metadata.name == class);
        class.is_some_and(|class| is_local(&class.provisioner))
    })
}

/// Whether there is, or will be, a volume that is not built into a node.
fn has_remote(facts: &Facts<'_>) -> bool {
    facts.groups.iter().any(|group| {
        let is_local = is_local_by_class(facts, group);
        let wants =
            group.set.is_some_and(|set| !set.spec.volume_claim_templates.is_empty()) && !is_local;
        let mut volumes = group.columns.iter().flat_map(|column| &column.volumes);
        wants || volumes.any(|volume| !is_local && volume.local_node().is_none())
    })
}

/// Whether a provisioner is one of folders on the nodes.
fn is_local(provisioner: &str) -> bool {
    ["no-provisioner", "local", "hostpath"].iter().any(|word| provisioner.contains(word))
}

/// In how many rows the Services of a group stand in this width, and how many stand in a row.
pub(super) fn service_rows(group: &Group<'_>, width: i32, is_narrow: bool) -> (i32, i32) {
    let count = to_i32(group.services.len()).max(1);
    let least = if is_narrow { 110 } else { 240 };
    let in_row = (width / least).clamp(1, count);
    ((count + in_row - 1) / in_row, in_row)
}
