//! What clients ask of a database: the primary takes writes, a replica refuses them (S16).

use super::*;

/// What came of a write.
pub enum Written {
    /// It is the entry of this number, from 1.
    Number(u32),
    /// It was refused: why.
    Refused(Detail),
}

/// A client writes: the primary takes it, a replica refuses it (S16), unless it is set up to take writes too. Each checks
/// keys in its own copy only, as MySQL does (`read_only`, `ER_DUP_ENTRY`).
pub fn write(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime, texts: &[&str]) -> Written {
    let Some(mut database) = run.database.clone() else {
        return Written::Refused(Detail::NoDatabase {});
    };
    let member = database.member.clone();
    if database.data.role != Some(Role::Primary) && !member.replicas_write {
        let first = primary_ordinal(step.cluster, run, &database);
        let first = format!("{}-{first}", member.set);
        let primary = ObjectRef::named(Kind::Pod, run.pod.namespace(), &first);
        return Written::Refused(Detail::NotPrimary { primary });
    }
    let taken = |text: &&str| database.data.with_key_of(text);
    if member.has_unique_keys
        && let Some(entry) = texts.iter().find_map(taken)
    {
        return Written::Refused(Detail::DuplicateKey { entry: entry.text.to_string() });
    }
    if room(step.cluster, &database) < texts.len() as u64 {
        return Written::Refused(Detail::DiskFull {});
    }
    let first = step.cluster.controller_state.next_entry;
    let count = texts.len() as u64;
    step.update_controller_state(move |state| state.next_entry += count);
    for (text, number) in texts.iter().zip(first..) {
        database.data.append(Entry::written(number, text));
    }
    say_deleted(step, uid, &run.pod, &run.database, &database.data);
    let number = database.data.len();
    if !database.holds_writes() {
        save(step, uid, &run.pod, &database, None);
    }
    step.change(Change::PodRuntime(
        uid,
        Some(PodRuntime { database: Some(database), ..run.clone() }),
    ));
    wake_followers(step, run, &member.set);
    Written::Number(number)
}

/// Whether a write to the database of a pod is accepted only once a replica has it.
pub fn is_synchronous(run: &PodRuntime) -> bool {
    run.database.as_ref().is_some_and(|database| database.member.is_synchronous)
}

/// How many more entries fit on the volume of a database: into its file system, which grows after the volume.
pub(super) fn room(cluster: &Cluster, database: &Database) -> u64 {
    let DiskId::Volume(name) = &database.disk else { return u64::MAX };
    if database.member.entry_size == 0 {
        return u64::MAX;
    }
    let store = &cluster.store;
    let volume = store.volumes.named("", name);
    let claim = volume.and_then(|volume| volume.spec.claim_ref.as_ref());
    let claim = claim.and_then(|claim| store.claims.named(&claim.namespace, &claim.name));
    let size = claim.and_then(|claim| claim.status.capacity.get("storage"));
    let fits = size.map_or(0, |size| thousandths(size)) / database.member.entry_size;
    fits.saturating_sub(u64::from(database.data.len()))
}

/// The primary's name and how many entries it has that `run` lacks; none if it lacks none.
pub fn lag(cluster: &Cluster, run: &PodRuntime) -> Option<(String, usize)> {
    let own = run.database.as_ref()?;
    let is_primary = |(uid, other): &(&Uid, &Rc<PodRuntime>)| {
        let pod = cluster.store.pods.get(&other.pod);
        other.pod.namespace() == run.pod.namespace()
            && pod.is_some_and(|pod| pod.metadata.uid == **uid)
            && other.database.as_ref().is_some_and(|database| {
                database.member.set == own.member.set && database.data.role == Some(Role::Primary)
            })
    };
    let (_, primary) = cluster.world.runs.iter().find(is_primary)?;
    let missing = cluster.world.data_of(primary)?.missing_in(&own.data).count();
    (missing > 0).then(|| (primary.pod.name().to_owned(), missing))
}
