//! A database that holds what it accepts in memory, and writes it to its volume when it gets SIGTERM (S6).
//!
//! Redis does so if it persists nothing else (`SHUTDOWN`, "Redis persistence"): its clients are disconnected, then it
//! saves. What it has not saved when the grace period ends is lost with the process, and so is all of it in a crash.

use super::*;

/// Whether a container has a database that writes to its volume when it is stopped.
pub fn flushes(database: Option<&Database>, container: &str) -> bool {
    database
        .is_some_and(|database| database.holds_writes() && database.member.container == container)
}

/// Whether the process has got SIGTERM and has to write what it holds.
pub(super) fn is_due(step: &WorldStep<'_>, pass: &Pass) -> bool {
    let name = &pass.database.member.container;
    let container = pass.run.containers.iter().find(|one| one.name == *name);
    let stop = container.and_then(|container| container.stop);
    pass.database.holds_writes() && stop.is_some_and(|stop| stop.term <= step.now())
}

/// How many entries are in memory only.
fn held(step: &WorldStep<'_>, pass: &Pass) -> u32 {
    let disk = step.cluster.world.disks.get(&pass.database.disk);
    let held = disk.map_or(0, |disk| pass.database.data.missing_in(&disk.data).count());
    u32::try_from(held).unwrap_or(u32::MAX)
}

/// The connections are closed, and the first entry is being written.
pub(super) fn begin(step: &mut WorldStep<'_>, pass: &mut Pass) {
    let entries = held(step, pass);
    if entries == 0 {
        return end(step, pass);
    }
    pass.say(step, Reason::FlushStarted { pod: pass.pod(), entries });
    write_next(step, pass);
}

fn write_next(step: &mut WorldStep<'_>, pass: &mut Pass) {
    let next = step.now().plus(step.timings().flush_entry_ms);
    pass.enter(DatabaseState::Flushing { next: Some(next) }, step.now());
    step.enqueue_at(WorkItem::Database(pass.uid), next);
}

/// One more entry is on the volume.
pub(super) fn go_on(step: &mut WorldStep<'_>, pass: &mut Pass, next: Option<Time>) {
    let Some(next) = next else { return };
    if step.now() < next {
        return step.enqueue_at(WorkItem::Database(pass.uid), next);
    }
    let Some(disk) = step.cluster.world.disks.get(&pass.database.disk) else { return };
    let (mut written, all) = (pass.database.clone(), pass.database.data.len());
    if disk.data.follows(&pass.database.data) {
        written.data.entries = disk.data.entries.clone();
        written.data.deleted = disk.data.deleted;
        for _ in 0..follow::batch(all) {
            written.data.append_from(&pass.database.data);
        }
        written.data.primary_entries = match written.data.role {
            Some(Role::Primary) => written.data.len(),
            _ => written.data.primary_entries,
        };
    }
    save(step, pass.uid, &pass.run.pod, &written, None);
    if written.data.len() < all {
        return write_next(step, pass);
    }
    pass.say(step, Reason::Flushed { pod: pass.pod(), entries: all });
    end(step, pass);
}

fn end(step: &mut WorldStep<'_>, pass: &mut Pass) {
    pass.enter(DatabaseState::Flushing { next: None }, step.now());
    let container = pass.database.member.container.clone();
    pass.ending = Some(ContainerEnd::Flushed { container });
}
