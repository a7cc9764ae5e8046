//! A replica that finds an empty volume copies the member before it, entry by entry (S18).

use super::*;

/// Whether the database clones as it starts. If the pods have no names, it starts without a copy unless one is
/// required, because the image that it stands in for would run, too.
pub(super) fn is_due(step: &WorldStep<'_>, pass: &Pass) -> bool {
    let (store, member) = (&step.cluster.store, &pass.database.member);
    let Some(pod) = own_pod(step, pass) else { return true };
    let metadata = &pod.metadata;
    member.clone_container.is_none()
        && (requires_clone(pod)
            || dns::gives_names(store, &metadata.namespace, &member.service, &metadata.labels))
}

/// The pod of the database, unless another has taken its name.
fn own_pod<'a>(step: &WorldStep<'a>, pass: &Pass) -> Option<&'a Rc<Pod>> {
    step.cluster.store.pods.get(&pass.run.pod).filter(|pod| pod.metadata.uid == pass.uid)
}

fn requires_clone(pod: &Pod) -> bool {
    options(&pod.metadata.annotations).requires_clone
}

/// Records why the database starts without a copy.
pub(super) fn say_none(step: &mut WorldStep<'_>, pass: &Pass) {
    let (pod, member) = (pass.pod(), &pass.database.member);
    let reason = match (member.clones, &member.clone_container) {
        (false, _) => Reason::StartedEmpty { pod, why: Detail::CloneOff {} },
        (true, Some(_)) => Reason::StartedEmpty { pod, why: Detail::CloneNotShared {} },
        (true, None) => {
            let service = Some(member.service.clone()).filter(|service| !service.is_empty());
            Reason::StartedWithoutCopy { pod, service }
        }
    };
    pass.say(step, reason);
}

/// Connects to the previous member (n-1, always) to copy what it has.
pub(super) fn begin(step: &mut WorldStep<'_>, pass: &mut Pass) {
    let source_name = pass.clone_source(step.cluster);
    match find_peer(step, pass, &source_name) {
        Err(why) => fail(step, pass, why),
        Ok((source, data)) => {
            if step.cluster.waits.get(&subject(pass)).is_some_and(is_for_clone) {
                step.clear_wait(subject(pass));
            }
            pass.database.data.begin_clone(&data);
            let reason = Reason::CloneStarted {
                pod: pass.pod(),
                source: pass.peer_ref(&source_name),
                entries: data.len(),
            };
            pass.say(step, reason);
            let next = step.now().plus(step.timings().clone_entry_ms);
            pass.enter(DatabaseState::Cloning { source, next }, step.now());
            step.enqueue_at(WorkItem::Database(pass.uid), next);
        }
    }
}

fn subject(pass: &Pass) -> Subject {
    Subject::pod(&pass.run.pod)
}

fn is_for_clone(wait: &Wait) -> bool {
    wait.reason.code() == Code::WaitForClone
}

/// An init container of the manifest ends with an error, and so does a database that requires a copy; its kubelet starts
/// it again, each time a little later. Any other database, whose image would not end for the want of another pod, tries
/// again.
fn fail(step: &mut WorldStep<'_>, pass: &mut Pass, why: Detail) {
    if pass.in_clone || own_pod(step, pass).is_some_and(|pod| requires_clone(pod)) {
        pass.say(step, Reason::CloneFailed { pod: pass.pod(), why });
        return pass.exit(step, 1);
    }
    let source = pass.peer_ref(&pass.clone_source(step.cluster));
    step.set_wait(subject(pass), Reason::WaitForClone { pod: pass.pod(), source, why });
    pass.enter(DatabaseState::Down, step.now());
    step.enqueue_after(WorkItem::Database(pass.uid), follow::RECONNECT_MS);
}

/// Copies the other files of the volume, if the image clones whole volumes.
fn copy_files(step: &WorldStep<'_>, pass: &mut Pass, source: Uid) {
    let world = &step.cluster.world;
    let main =
        pass.run.spec.containers.iter().find(|one| one.name == pass.database.member.container);
    let theirs = world.runs.get(&source).and_then(|run| run.database.as_ref());
    let theirs = theirs.and_then(|database| world.disks.get(&database.disk));
    if main.is_some_and(|spec| inside::copies_files(&spec.image)) {
        pass.copied = theirs.map(|disk| disk.files.clone()).filter(|files| !files.is_empty());
    }
}

/// One more entry arrives, if the source is still there.
pub(super) fn go_on(step: &mut WorldStep<'_>, pass: &mut Pass, source: Uid, next: Time) {
    if step.now() < next {
        return step.enqueue_at(WorkItem::Database(pass.uid), next);
    }
    let source_name = pass.clone_source(step.cluster);
    let source_data = match peer(step.cluster, &pass.run.node, source) {
        Ok(data) => data,
        Err(why) => return fail(step, pass, why(source_name)),
    };
    let data = &mut pass.database.data;
    let target = data.clone_target.unwrap_or(0).min(source_data.len());
    let count = follow::batch(target).min(target.saturating_sub(data.len()));
    for _ in 0..count {
        data.append_from(&source_data);
    }
    if data.len() < target {
        let next = step.now().plus(step.timings().clone_entry_ms);
        pass.database.state = DatabaseState::Cloning { source, next };
        return step.enqueue_at(WorkItem::Database(pass.uid), next);
    }
    data.finish_clone();
    data.is_fresh = !pass.database.member.catches_up;
    let entries = data.len();
    copy_files(step, pass, source);
    let source = pass.peer_ref(&source_name);
    pass.say(step, Reason::CloneDone { pod: pass.pod(), source, entries });
    if pass.in_clone {
        return pass.exit(step, 0);
    }
    pass.begin_to_open(step);
}
