//! Another primary than the first pod: what an operator names, and what the members do then.
//!
//! As with Patroni or CloudNativePG: the members ask the API who is the primary. One that was the primary and returns
//! gives up what the new one lacks, as `pg_rewind` does.

use super::*;

/// The annotation of a StatefulSet by which the operator names the ordinal of the primary.
pub const PRIMARY: &str = "ordinal/primary";

/// How often the primary asks the API whether it still is the primary, in milliseconds.
const ASK_MS: u64 = 1_000;

/// The ordinal of the primary: the first one, unless an operator has named another. One that cannot ask the API goes by
/// the role on its volume.
pub fn primary_ordinal(cluster: &Cluster, run: &PodRuntime, database: &Database) -> i32 {
    let member = &database.member;
    if !member.fails_over {
        return member.first;
    }
    if !cluster.world.is_heard(&run.node) && database.data.role == Some(Role::Primary) {
        return member.ordinal;
    }
    let set = cluster.store.stateful_sets.named(run.pod.namespace(), &member.set);
    let named = set.and_then(|set| set.metadata.annotations.get(PRIMARY));
    named.and_then(|ordinal| ordinal.parse().ok()).unwrap_or(member.first)
}

/// A member takes the role that the operator has given it; returns how it then stands to its primary, if that changes.
pub(super) fn take_role(step: &mut WorldStep<'_>, pass: &mut Pass) -> Option<Link> {
    let (member, role) = (pass.database.member.clone(), pass.database.data.role);
    if !member.fails_over {
        return None;
    }
    let is_named = pass.primary_ordinal(step.cluster) == member.ordinal;
    if is_named {
        // It asks again who is the primary, as replicas do when they lose it.
        step.enqueue_after(WorkItem::Database(pass.uid), ASK_MS);
    }
    let due = if is_named { Role::Primary } else { Role::Replica };
    if role == Some(due) {
        return None;
    }
    pass.database.data.role = Some(due);
    let primary = pass.primary(step.cluster);
    pass.say(step, Reason::RoleTaken { pod: pass.pod(), role: due.into(), primary });
    let link = if is_named { Link::Alone } else { Link::Searching };
    pass.enter(DatabaseState::Open(link), step.now());
    if is_named {
        wake_followers(step, &pass.run, &member.set);
    }
    Some(link)
}

/// A member that has other entries than the primary gives them up, and follows it.
pub(super) fn rewind(step: &mut WorldStep<'_>, pass: &mut Pass, name: &str, primary: &Data) {
    let entries = texts(pass.database.data.missing_in(primary));
    let (pod, primary_ref) = (pass.pod(), pass.peer_ref(name));
    let reason = match pass.database.member.is_synchronous {
        true => Reason::UnconfirmedDropped { pod, primary: primary_ref, entries },
        false => Reason::AcceptedLost { pod, primary: primary_ref, entries },
    };
    pass.say(step, reason);
    pass.database.data.rewind(primary);
    pass.enter(DatabaseState::Open(Link::Behind), step.now());
    step.enqueue_after(WorkItem::Database(pass.uid), 0);
}
