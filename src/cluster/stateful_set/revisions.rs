//! The templates that a set has had (`getStatefulSetRevisions`, `truncateHistory`, `pkg/controller/history`).

use super::replicas::Replica;
use super::*;
use crate::cluster::names::name_hash;

const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// The revision that the set comes from, and the one that it goes to.
pub(super) struct Revisions {
    pub(super) current: Rc<ControllerRevision>,
    pub(super) update: Rc<ControllerRevision>,
    /// How often two revisions had one name.
    pub(super) collision_count: u32,
    /// All of them, the newest last.
    history: Vec<Rc<ControllerRevision>>,
}

/// Finds, creates or renumbers the revision of the set's present template.
pub(super) fn find(step: &mut Step<'_>, set: &StatefulSet) -> Revisions {
    let history = adopt(step, set);
    let next = history.last().map_or(1, |revision| revision.revision.saturating_add(1));
    let mut collision_count = set.status.collision_count;
    let equal = history.iter().rfind(|revision| *revision.data == set.spec.template);
    let update = match equal {
        Some(same) if Some(same) == history.last() => same.clone(),
        Some(same) => {
            let renumbered =
                ControllerRevision { revision: next, ..ControllerRevision::clone(same) };
            step.update(renumbered.clone());
            say(step, set, Reason::RevisionReused { revision: revision_ref(&renumbered) });
            Rc::new(renumbered)
        }
        None => create(step, set, next, &mut collision_count),
    };
    let current =
        history.iter().find(|revision| revision.metadata.name == set.status.current_revision);
    Revisions { current: current.unwrap_or(&update).clone(), update, collision_count, history }
}

fn revision_ref(revision: &ControllerRevision) -> ObjectRef {
    revision.metadata.reference(Kind::ControllerRevision)
}

fn say(step: &mut Step<'_>, set: &StatefulSet, reason: Reason) {
    let subject = Subject::object(Kind::StatefulSet, &set.metadata.key());
    step.record_event(subject, Some(set.metadata.uid), reason);
}

/// The set's revisions, the oldest first; those that lost their owner are taken over (`adoptOrphanRevisions`).
fn adopt(step: &mut Step<'_>, set: &StatefulSet) -> Vec<Rc<ControllerRevision>> {
    let cluster = step.cluster;
    let mut history = Vec::new();
    for revision in cluster.store.owned_or_orphaned::<ControllerRevision>(&set.metadata) {
        match revision.metadata.controller() {
            Some(owner) if owner.uid == set.metadata.uid => history.push(revision.clone()),
            None if set.spec.selector.matches(&revision.metadata.labels)
                && !set.metadata.is_terminating() =>
            {
                let mut adopted = ControllerRevision::clone(revision);
                adopted
                    .metadata
                    .owner_references
                    .push(controller_ref(Kind::StatefulSet, &set.metadata));
                step.update(adopted.clone());
                history.push(Rc::new(adopted));
            }
            _ => {}
        }
    }
    map::sort_by_key(&mut history, |revision| {
        (revision.revision, revision.metadata.creation_timestamp)
    });
    history
}

/// Creates a revision; one of the same name is taken as it is if it has the same template, and else
/// counts as a collision (`CreateControllerRevision`).
fn create(
    step: &mut Step<'_>,
    set: &StatefulSet,
    number: u64,
    collision_count: &mut u32,
) -> Rc<ControllerRevision> {
    let template = Rc::new(set.spec.template.clone());
    loop {
        let hash = name_hash(&revision_data(&template), *collision_count);
        let name = format!("{}-{hash}", set.metadata.name);
        match step.cluster.store.revisions.named(&set.metadata.namespace, &name) {
            Some(taken) if taken.data == template => return taken.clone(),
            Some(_) => *collision_count += 1,
            None => {
                let mut labels = template.metadata.labels.clone();
                labels.insert(HASH_LABEL.into(), hash);
                let metadata = ObjectMeta {
                    name,
                    namespace: set.metadata.namespace.clone(),
                    labels,
                    annotations: set.metadata.annotations.clone(),
                    owner_references: vec![controller_ref(Kind::StatefulSet, &set.metadata)],
                    ..ObjectMeta::default()
                };
                let created = ControllerRevision { metadata, data: template, revision: number };
                step.create(created.clone());
                say(step, set, Reason::RevisionCreated { revision: revision_ref(&created) });
                return Rc::new(created);
            }
        }
    }
}

/// Deletes the oldest revisions that nothing needs, beyond `revisionHistoryLimit` (`truncateHistory`).
pub(super) fn truncate(
    step: &mut Step<'_>,
    set: &StatefulSet,
    revisions: &Revisions,
    replicas: &[Replica],
) {
    let in_use = |name: &str| {
        name == revisions.current.metadata.name
            || name == revisions.update.metadata.name
            || replicas.iter().any(|replica| replica.revision() == name)
    };
    let idle: Vec<_> =
        revisions.history.iter().filter(|revision| !in_use(&revision.metadata.name)).collect();
    // A negative limit is none.
    let limit = usize::try_from(set.spec.revision_history_limit).unwrap_or(usize::MAX);
    for revision in idle.iter().take(idle.len().saturating_sub(limit)) {
        step.delete(Kind::ControllerRevision, &revision.metadata, Grace::Default);
    }
}
