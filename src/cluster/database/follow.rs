//! Replicas follow the primary: one entry at a time is on its way (S17).

use super::*;

/// How long a replica waits before it looks again for its primary, or for what it clones, in milliseconds.
pub(super) const RECONNECT_MS: u64 = 1_000;

/// A replica that lacks no more entries than this keeps up with its primary.
const KEEPS_UP: u32 = 4;

/// So many of `missing` entries travel at once: one by one, unless that would take too long to watch.
pub(super) fn batch(missing: u32) -> u32 {
    missing.div_ceil(24)
}

/// Wakes the replicas of a set: their primary has something for them.
pub fn wake_followers(step: &mut WorldStep<'_>, primary: &PodRuntime, set: &str) {
    for (uid, run) in step.cluster.world.runs.iter() {
        let database = run.database.as_ref().filter(|database| database.member.set == set);
        let is_replica =
            database.is_some_and(|it| it.member.fails_over || it.member.ordinal != it.member.first);
        if is_replica && run.pod.namespace() == primary.pod.namespace() {
            step.enqueue_after(WorkItem::Database(*uid), step.timings().reaction_ms);
        }
    }
}

/// Goes on following, or looks for the primary.
pub(super) fn go_on(step: &mut WorldStep<'_>, pass: &mut Pass, link: Link) {
    let link = failover::take_role(step, pass).unwrap_or(link);
    let is_under_way = |message: &Message| {
        matches!(message.payload, Payload::Entry(_))
            && matches!(&message.to, Place::Pod(to, _) if *to == pass.uid)
    };
    let mut messages = step.cluster.world.messages.values();
    let is_done = matches!(link, Link::Alone | Link::LeftBehind);
    if is_done || messages.any(|message| is_under_way(message)) {
        return;
    }
    let primary_name = pass.member_name(pass.primary_ordinal(step.cluster));
    let Ok((source, primary)) = find_peer(step, pass, &primary_name) else {
        let link = if link == Link::Returning { link } else { Link::Searching };
        pass.enter(DatabaseState::Open(link), step.now());
        return step.enqueue_after(WorkItem::Database(pass.uid), RECONNECT_MS);
    };
    if pass.database.member.wants_quorum {
        quorum::exchange(step, pass, source, &primary);
    }
    let data = &mut pass.database.data;
    data.primary_entries = primary.len();
    let is_behind = data.next_from(&primary).is_some();
    let now = match (is_behind, data.follows(&primary)) {
        (true, _) if link == Link::Returning => Link::LeftBehind,
        (true, _) if link == Link::Synced && primary.len() <= data.len() + KEEPS_UP => Link::Synced,
        (true, _) => Link::Behind,
        (false, true) => Link::Synced,
        (false, false) => Link::Diverged,
    };
    if now == Link::Diverged && pass.database.member.fails_over {
        return failover::rewind(step, pass, &primary_name, &primary);
    }
    if now != link {
        say_link(step, pass, link, now, &primary_name, &primary);
    }
    pass.enter(DatabaseState::Open(now), step.now());
    if is_behind && now != Link::LeftBehind {
        send_entries(step, pass, source, &primary_name);
    }
}

fn say_link(
    step: &mut WorldStep<'_>,
    pass: &Pass,
    before: Link,
    now: Link,
    primary_name: &str,
    primary: &Data,
) {
    let data = &pass.database.data;
    let (pod, entries) = (pass.pod(), data.len());
    let (own, missing) = (texts(data.missing_in(primary)), texts(primary.missing_in(data)));
    let conflict = data.conflict(primary).filter(|_| pass.database.member.has_unique_keys);
    let primary = pass.peer_ref(primary_name);
    let is_full = is_full(step, pass);
    if let Some((own, theirs)) = conflict.filter(|_| now == Link::Diverged) {
        let (own, theirs) = (own.text.to_string(), theirs.text.to_string());
        let (pod, primary) = (pod.clone(), primary.clone());
        pass.say(step, Reason::KeyConflict { pod, primary, own, theirs });
    }
    pass.say(
        step,
        match now {
            Link::Behind if before == Link::Synced && !is_full => {
                Reason::Behind { pod, primary, entries }
            }
            Link::Synced => Reason::CaughtUp { pod, primary, entries },
            Link::LeftBehind => Reason::LeftBehind { pod, primary, missing },
            Link::Diverged => Reason::Diverged { pod, primary, own, missing },
            _ => return,
        },
    );
}

fn send_entries(step: &mut WorldStep<'_>, pass: &Pass, source: Uid, primary_name: &str) {
    let from = Place::Pod(source, Key::new(pass.run.pod.namespace(), primary_name));
    let takes = step.jitter(Stream::Network, step.timings().replicate_ms);
    let data = &pass.database.data;
    step.change(Change::Send(Message {
        from,
        to: Place::Pod(pass.uid, pass.run.pod.clone()),
        name: String::new(),
        payload: Payload::Entry(
            data.len() + batch(data.primary_entries.saturating_sub(data.len())),
        ),
        start: step.now(),
        end: step.now().plus(takes),
    }));
}

/// Entries from the primary, up to this position, arrive at a replica. Returns how many of its entries it has.
pub fn receive(step: &mut WorldStep<'_>, source: Uid, uid: Uid, position: u32) -> u32 {
    let Some(mut pass) = Pass::new(step.cluster, uid) else { return 0 };
    let (mut has, mut is_full) = (0, false);
    if pass.database.is_open()
        && let Ok(primary) = peer(step.cluster, &pass.run.node, source)
    {
        let room = u32::try_from(requests::room(step.cluster, &pass.database)).unwrap_or(u32::MAX);
        let data = &mut pass.database.data;
        let due = position.min(primary.len());
        let last = due.min(data.len().saturating_add(room));
        if data.follows(&primary) {
            while data.len() < last {
                data.append_from(&primary);
            }
            is_full = last < due;
        }
        data.primary_entries = primary.len();
        has = if data.follows(&primary) { data.len() } else { 0 };
        say_deleted(step, uid, &pass.run.pod, &pass.old.database, &pass.database.data);
    }
    say_full(step, &pass, is_full);
    step.enqueue_after(WorkItem::Database(uid), if is_full { RECONNECT_MS } else { 0 });
    pass.write(step);
    has
}

/// Says that a replica has no room for what it gets, or no longer.
fn say_full(step: &mut WorldStep<'_>, pass: &Pass, is_full: bool) {
    let subject = Subject::pod(&pass.run.pod);
    if is_full {
        step.set_wait(subject, Reason::ReplicaFull { pod: pass.pod() });
    } else if self::is_full(step, pass) {
        step.clear_wait(subject);
    }
}

/// Whether a replica has no room for what its primary has.
fn is_full(step: &WorldStep<'_>, pass: &Pass) -> bool {
    let wait = step.cluster.waits.get(&Subject::pod(&pass.run.pod));
    wait.is_some_and(|wait| wait.reason.code() == Code::ReplicaFull)
}
