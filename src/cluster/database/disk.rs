//! What databases have on their disks, and what is lost.

use super::*;
use crate::map::Set;

/// Writes to the disk what a database believes is there. Anything that another database wrote in the meantime is lost.
pub(super) fn save(
    step: &mut WorldStep<'_>,
    uid: Uid,
    pod: &Key,
    database: &Database,
    copied: Option<inside::Files>,
) {
    let world = &step.cluster.world;
    let Some(disk) = world.disks.get(&database.disk).filter(|disk| disk.data != database.data)
    else {
        return;
    };
    // Nobody else writes to a pod's folder, so entries that a new container doesn't find there were not overwritten.
    let is_own = matches!(database.disk, DiskId::Folder(_));
    let counts = !is_own && disk.data.clone_target.is_none();
    // Entries that the process discarded, for example to follow another primary, were not overwritten either.
    let known = world.runs.get(&uid).and_then(|run| run.database.as_ref());
    let had = |entry: &Entry| known.is_some_and(|known| known.data.has(entry));
    let lost = disk.data.missing_in(&database.data).filter(|entry| counts && !had(entry));
    let lost: Vec<&Entry> = lost.collect();
    let shares = |run: &Rc<PodRuntime>| {
        run.database.as_ref().is_some_and(|other| other.disk == database.disk)
    };
    let has_twin = world.twins(uid, pod).any(shares);
    let claim = disk.claim.as_ref();
    let claim = claim.map(|claim| ObjectRef::new(Kind::PersistentVolumeClaim, claim));
    match (lost.is_empty(), claim) {
        (false, Some(claim)) if has_twin => {
            let subject = Subject::Object(claim.clone());
            step.set_wait(subject, Reason::TwoWriters { claim, pod: ObjectRef::pod(pod) });
        }
        (false, _) => {
            let (entries, object) = (texts(lost), ObjectRef::pod(pod));
            say(step, uid, pod, Reason::EntriesLost { pod: object, entries });
        }
        (true, Some(claim)) if !has_twin => {
            let subject = Subject::Object(claim);
            let wait = step.cluster.waits.get(&subject);
            if wait.is_some_and(|wait| wait.reason.code() == Code::TwoWriters) {
                step.clear_wait(subject);
            }
        }
        _ => {}
    }
    let files = copied.unwrap_or_else(|| disk.files.clone());
    let changed = Disk { data: database.data.clone(), files, ..Disk::clone(disk) };
    step.change(Change::Disk(database.disk.clone(), Some(changed)));
}

/// Records what is lost when a folder is deleted with its pod: the entries that exist nowhere else (S15).
pub fn folder_deleted(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime, data: &Data) {
    if data.is_empty() {
        return;
    }
    let set = run.database.as_ref().map(|database| database.member.set.as_str());
    let disks = step.cluster.world.disks.iter();
    let others: Vec<&Data> = disks
        .filter(|(id, _)| **id != DiskId::Folder(uid) && is_of_set(step.cluster, id, set))
        .map(|(_, disk)| &disk.data)
        .collect();
    let theirs = others.iter().flat_map(|other| other.entries.iter());
    let theirs: Set<u64> = theirs.map(|entry| entry.id).collect();
    let is_alone = |entry: &&Entry| !theirs.contains(&entry.id);
    let written = data.entries.iter().filter(|entry| entry.is_written());
    let only = texts(written.filter(is_alone));
    let reason = Reason::DataLost { pod: ObjectRef::pod(&run.pod), entries: data.len(), only };
    say(step, uid, &run.pod, reason);
}

/// Whether a pod of the set writes to a disk.
fn is_of_set(cluster: &Cluster, disk: &DiskId, set: Option<&str>) -> bool {
    cluster.world.runs.values().any(|run| {
        let database = run.database.as_ref();
        database.is_some_and(|other| other.disk == *disk && Some(other.member.set.as_str()) == set)
    })
}

/// Records an event if entries that existed before are now deleted.
pub(super) fn say_deleted(
    step: &mut WorldStep<'_>,
    uid: Uid,
    pod: &Key,
    before: &Option<Database>,
    data: &Data,
) {
    if let Some(before) = before.as_ref().filter(|before| before.data.deleted < data.deleted) {
        let (pod_ref, entries) = (ObjectRef::pod(pod), before.data.live());
        say(step, uid, pod, Reason::EntriesDeleted { pod: pod_ref, entries });
    }
}
