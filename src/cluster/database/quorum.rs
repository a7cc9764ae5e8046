//! Readiness that wants a quorum of peers, as many replicated databases have it (S20).
//!
//! The members are remembered on the volume, so a set that stopped as a whole wants most of them back
//! before any of them is Ready: under OrderedReady nobody would make the second pod.

use super::*;
use crate::limits;

/// Whether the database would pass its probe: it answers, and reaches a quorum if it wants one.
pub fn is_ready(step: &mut WorldStep<'_>, uid: Uid, run: &PodRuntime) -> bool {
    let Some(database) = run.database.as_ref().filter(|database| database.is_open()) else {
        return false;
    };
    let (members, first) = (database.data.members, database.member.first);
    if !database.member.wants_quorum || members <= 1 {
        return true;
    }
    let Some(pass) = Pass::new(step.cluster, uid) else { return false };
    let ordinals =
        (0..members).map(|number| first.saturating_add(i32::try_from(number).unwrap_or(0)));
    let mut reached = 0;
    for ordinal in ordinals {
        let name = pass.member_name(ordinal);
        if ordinal == database.member.ordinal || find_peer(step, &pass, &name).is_ok() {
            reached += 1;
        }
    }
    let wanted = members / 2 + 1;
    if reached < wanted {
        let pod = ObjectRef::pod(&run.pod);
        step.set_wait(Subject::pod(&run.pod), Reason::NoQuorum { pod, reached, members, wanted });
    }
    reached >= wanted
}

/// A member counts itself and those before it.
pub(super) fn register(pass: &mut Pass) {
    let member = &pass.database.member;
    // A pod of any number can be given to a set; more members than pods there cannot be.
    let most = u32::try_from(limits::PODS).unwrap_or(u32::MAX);
    let number = member.ordinal.saturating_sub(member.first).saturating_add(1);
    let number = u32::try_from(number).unwrap_or(1).min(most);
    pass.database.data.members = pass.database.data.members.max(number);
}

/// A replica and its primary tell each other how many members they know.
pub(super) fn exchange(step: &mut WorldStep<'_>, pass: &mut Pass, source: Uid, primary: &Data) {
    let members = pass.database.data.members.max(primary.members);
    pass.database.data.members = members;
    let Some(run) = step.cluster.world.runs.get(&source).filter(|_| primary.members < members)
    else {
        return;
    };
    let Some(mut database) = run.database.clone() else { return };
    database.data.members = members;
    if !database.holds_writes() {
        save(step, source, &run.pod, &database, None);
    }
    step.change(Change::PodRuntime(
        source,
        Some(PodRuntime { database: Some(database), ..PodRuntime::clone(run) }),
    ));
    wake_followers(step, run, &pass.database.member.set);
}
