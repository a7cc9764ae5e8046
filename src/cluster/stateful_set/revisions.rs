//! The templates that a set has had (`getStatefulSetRevisions`, `truncateHistory`, `pkg/controller/history`).

use super::pods::pod_revision;
use super::*;

/// The revision that the set comes from, and the one that it goes to.
pub(super) struct Revisions {
    pub(super) current: Rc<ControllerRevision>,
    pub(super) update: Rc<ControllerRevision>,
    /// All of them, the newest last.
    history: Vec<Rc<ControllerRevision>>,
}

/// Finds, creates or renumbers the revision of the set's present template.
pub(super) fn find(step: &mut Step<'_>, set: &StatefulSet) -> Revisions {
    let history = adopt(step, set);
    let next = history.last().map_or(1, |revision| revision.revision + 1);
    let equal = history.iter().rposition(|revision| *revision.data == set.spec.template);
    let update = match equal.and_then(|position| history.get(position)) {
        Some(same) if Some(same) == history.last() => same.clone(),
        Some(same) => {
            let renumbered =
                ControllerRevision { revision: next, ..ControllerRevision::clone(same) };
            step.update(renumbered.clone());
            Rc::new(renumbered)
        }
        None => {
            let created = new_revision(step, set, next);
            step.create(created.clone());
            let reason =
                Reason::new(Code::RevisionCreated).with("revision", &created.metadata.name);
            step.say(
                Subject::object(Kind::StatefulSet, &set.metadata.key()),
                Some(set.metadata.uid),
                reason,
            );
            Rc::new(created)
        }
    };
    let current =
        history.iter().find(|revision| revision.metadata.name == set.status.current_revision);
    Revisions { current: current.unwrap_or(&update).clone(), update, history }
}

/// The set's revisions, the oldest first; those that lost their owner are taken over (`adoptOrphanRevisions`).
fn adopt(step: &mut Step<'_>, set: &StatefulSet) -> Vec<Rc<ControllerRevision>> {
    let cluster = step.cluster;
    let mut history = Vec::new();
    for revision in cluster.store.revisions.in_namespace(&set.metadata.namespace) {
        match revision.metadata.controller() {
            Some(owner) if owner.uid == set.metadata.uid => history.push(revision.clone()),
            None if set.spec.selector.matches(&revision.metadata.labels)
                && !set.metadata.is_terminating() =>
            {
                let mut adopted = ControllerRevision::clone(revision);
                adopted.metadata.owner_references.push(owner_of(set));
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

fn new_revision(step: &Step<'_>, set: &StatefulSet, number: u64) -> ControllerRevision {
    let template = Rc::new(set.spec.template.clone());
    let taken =
        |name: &str| step.cluster.store.revisions.named(&set.metadata.namespace, name).is_some();
    let names =
        (0..).map(|collisions| format!("{}-{}", set.metadata.name, hash(&template, collisions)));
    let name = names.into_iter().find(|name| !taken(name)).unwrap_or_default();
    let metadata = ObjectMeta {
        name,
        namespace: set.metadata.namespace.clone(),
        labels: template.metadata.labels.clone(),
        owner_references: vec![owner_of(set)],
        ..ObjectMeta::default()
    };
    ControllerRevision { metadata, data: template, revision: number }
}

/// Deletes the oldest revisions that nothing needs, beyond `revisionHistoryLimit` (`truncateHistory`).
pub(super) fn truncate(
    step: &mut Step<'_>,
    set: &StatefulSet,
    revisions: &Revisions,
    pods: &[Rc<Pod>],
) {
    let in_use = |name: &str| {
        name == revisions.current.metadata.name
            || name == revisions.update.metadata.name
            || pods.iter().any(|pod| pod_revision(pod) == name)
    };
    let idle: Vec<_> =
        revisions.history.iter().filter(|revision| !in_use(&revision.metadata.name)).collect();
    let limit = usize::try_from(set.spec.revision_history_limit).unwrap_or(0);
    for revision in idle.iter().take(idle.len().saturating_sub(limit)) {
        step.delete(Kind::ControllerRevision, &revision.metadata, Grace::Default);
    }
}

/// The ending of a revision's name: a hash of the template as JSON, its digits as letters that form no
/// words (`HashControllerRevision`, `rand.SafeEncodeString`).
fn hash(template: &Rc<PodTemplateSpec>, collisions: u32) -> String {
    let text = format!("{}{collisions}", template.encode().json());
    // FNV-1 with 32 bits.
    let sum = text
        .bytes()
        .fold(0x811c_9dc5_u32, |sum, byte| sum.wrapping_mul(0x0100_0193) ^ u32::from(byte));
    let letters = b"bcdfghjklmnpqrstvwxz2456789";
    let letter = |digit: u8| letters.get(usize::from(digit) % letters.len()).copied();
    sum.to_string().bytes().filter_map(letter).map(char::from).collect()
}
