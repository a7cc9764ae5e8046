//! The ReplicaSets of a Deployment: which is the new one, which numbers they bear, which may go.

use super::scale::DESIRED;
use super::*;
use crate::cluster::names::name_hash;
use crate::cluster::ownership::{Says, claim, controller_ref};

/// The annotation with the number of a rollout.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// The label that tells the pods of one template from those of another.
pub const TEMPLATE_HASH: &str = "pod-template-hash";
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";

/// Finds the Deployment's own sets, after adoption and release, and the new one among them
/// (`getReplicaSetsForDeployment`, `FindNewReplicaSet`).
pub(super) fn find(step: &mut Step<'_>, deployment: Deployment) -> Pass {
    let mut own = Vec::new();
    let cluster = step.cluster;
    for set in cluster.store.owned_or_orphaned::<ReplicaSet>(&deployment.metadata) {
        let matches = deployment.spec.selector.matches(&set.metadata.labels);
        let mut object = Object::ReplicaSet(set.clone());
        let says: Says = [
            |deployment, set| Reason::ReplicaSetAdopted { deployment, set },
            |deployment, set| Reason::ReplicaSetReleased { deployment, set },
        ];
        if claim(step, (Kind::Deployment, &deployment.metadata), &mut object, matches, says)
            && let Object::ReplicaSet(set) = object
        {
            own.push(ReplicaSet::clone(&set));
        }
    }
    map::sort_by_key(&mut own, |set| set.metadata.creation_timestamp);
    let new = own.iter().position(|set| has_template(set, &deployment.spec.template));
    Pass { deployment, sets: own, new, wait: None }
}

/// Whether a set's template is this one but for the hash (`EqualIgnoreHash`).
fn has_template(set: &ReplicaSet, template: &PodTemplateSpec) -> bool {
    let mut own = set.spec.template.clone();
    own.metadata.labels.remove(TEMPLATE_HASH);
    own == *template
}

/// Gives the new set its number and the Deployment's annotations, if there is one (`getNewReplicaSet`);
/// a set that had another number before has been rolled back to.
pub(super) fn mark_new(step: &mut Step<'_>, pass: &mut Pass) {
    let revision = next_revision(pass);
    let Some(set) = pass.new.and_then(|index| pass.sets.get_mut(index)) else { return };
    let before = set.clone();
    annotate(&pass.deployment, set);
    let old = set.metadata.annotations.get(REVISION).cloned();
    let number = old.as_ref().and_then(|old| old.parse().ok()).unwrap_or(0);
    if number < revision {
        set.metadata.annotations.insert(REVISION.into(), revision.to_string());
        if let Some(old) = old {
            let history = set.metadata.annotations.or_default(REVISION_HISTORY.into());
            let comma = if history.is_empty() { "" } else { "," };
            history.push_str(&format!("{comma}{old}"));
        }
    }
    set.spec.min_ready_seconds = pass.deployment.spec.min_ready_seconds;
    let name = set.metadata.name.clone();
    let revision = number.max(revision);
    if *set != before {
        step.update(set.clone());
    }
    pass.deployment.metadata.annotations.insert(REVISION.into(), revision.to_string());
    let has_condition =
        condition(&pass.deployment.status.conditions, status::PROGRESSING).is_some();
    if pass.deployment.progress_deadline().is_some() && !has_condition {
        let message = format!("Found new replica set \"{name}\"");
        status::progressing(pass, ConditionStatus::True, "FoundNewReplicaSet", message, step.now());
    }
}

fn next_revision(pass: &Pass) -> i32 {
    let old = pass.old();
    let numbers = old.iter().filter_map(|index| noted(pass.sets.get(*index)?, REVISION));
    numbers.max().unwrap_or(0).saturating_add(1)
}

/// Copies the Deployment's annotations, but for those that are the controller's own or kubectl's
/// (`copyDeploymentAnnotationsToReplicaSet`).
fn annotate(deployment: &Deployment, set: &mut ReplicaSet) {
    let own = [REVISION, REVISION_HISTORY, DESIRED, MOST, LAST_APPLIED];
    for (key, value) in &deployment.metadata.annotations {
        if !own.contains(&key.as_str()) {
            set.metadata.annotations.insert(key.clone(), value.clone());
        }
    }
}

/// Finds the new set, or makes it with as many pods as may be (`getNewReplicaSet`).
pub(super) fn ensure_new(step: &mut Step<'_>, pass: &mut Pass) {
    if pass.new.is_some() {
        return mark_new(step, pass);
    }
    let mut set = new_set(step, pass);
    let revision = next_revision(pass).to_string();
    annotate(&pass.deployment, &mut set);
    set.metadata.annotations.insert(REVISION.into(), revision.clone());
    scale::note_replicas(&pass.deployment, &mut set);
    pass.sets.push(set);
    pass.new = Some(pass.sets.len() - 1);
    let replicas = scale::new_replicas(pass);
    let Some(set) = pass.sets.last_mut() else { return };
    set.spec.replicas = replicas;
    let set = set.clone();
    step.create(set.clone());
    if replicas > 0 {
        let why = match revision.as_str() {
            "1" => None,
            _ => Some(Detail::NewRevision { revision: revision.clone() }),
        };
        scale::say(step, pass, &set.metadata.name, (0, replicas), why);
    }
    pass.deployment.metadata.annotations.insert(REVISION.into(), revision);
    if pass.deployment.progress_deadline().is_some() {
        let message = format!("Created new replica set \"{}\"", set.metadata.name);
        status::progressing(
            pass,
            ConditionStatus::True,
            "NewReplicaSetCreated",
            message,
            step.now(),
        );
    }
}

/// A set with the present template, without pods; its name ends with the hash of the template.
fn new_set(step: &Step<'_>, pass: &mut Pass) -> ReplicaSet {
    let deployment = &mut pass.deployment;
    let mut template = deployment.spec.template.clone();
    let (namespace, name) = (&deployment.metadata.namespace, &deployment.metadata.name);
    let tree = to_tree(&template);
    let mut hash = name_hash(&tree, deployment.status.collision_count);
    while step.cluster.store.replica_sets.named(namespace, &format!("{name}-{hash}")).is_some() {
        deployment.status.collision_count += 1;
        hash = name_hash(&tree, deployment.status.collision_count);
    }
    template.metadata.labels.insert(TEMPLATE_HASH.into(), hash.clone());
    let mut selector = deployment.spec.selector.clone();
    selector.match_labels.insert(TEMPLATE_HASH.into(), hash.clone());
    let owner = controller_ref(Kind::Deployment, &deployment.metadata);
    let metadata = ObjectMeta {
        name: format!("{name}-{hash}"),
        namespace: namespace.clone(),
        labels: template.metadata.labels.clone(),
        owner_references: vec![owner],
        ..ObjectMeta::default()
    };
    let min_ready_seconds = deployment.spec.min_ready_seconds;
    let spec = ReplicaSetSpec { replicas: 0, min_ready_seconds, selector, template };
    ReplicaSet { metadata, spec, status: ReplicaSetStatus::default() }
}

/// Deletes the oldest sets without pods, beyond `revisionHistoryLimit` (`cleanupDeployment`).
pub(super) fn clean_up(step: &mut Step<'_>, pass: &Pass) {
    let mut old = pass.old();
    old.retain(|index| pass.sets.get(*index).is_some_and(|set| !set.metadata.is_terminating()));
    map::sort_by_key(&mut old, |index| pass.sets.get(*index).and_then(|set| noted(set, REVISION)));
    let limit = usize::try_from(pass.deployment.spec.revision_history_limit).unwrap_or(0);
    for index in old.iter().take(old.len().saturating_sub(limit)) {
        let Some(set) = pass.sets.get(*index) else { continue };
        let is_empty = set.spec.replicas == 0 && set.status.replicas == 0;
        if is_empty && set.metadata.generation <= set.status.observed_generation {
            step.delete(Kind::ReplicaSet, &set.metadata, Grace::Default);
        }
    }
}
