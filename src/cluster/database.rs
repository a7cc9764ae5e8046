//! The database in the pods: how it starts, clones, and follows (S11, S16 to S19).
//!
//! The glue between [`crate::db`], which knows no Kubernetes, and the pods: who is the previous one, by
//! which name it is found, and what happens when it is not. A pod learns its ordinal from its host name
//! and finds the others by DNS, as in the tutorial "Run a Replicated Stateful Application".

use super::dns;
use super::world::*;
use super::*;
use crate::db::{Data, Entry, Found, Role};

/// How long a worker waits before it looks for a lost master again, in milliseconds.
const RECONNECT_MS: u64 = 1_000;

/// Goes on with the database of a pod.
pub fn sync(step: &mut Step<'_>, uid: Uid) {
    let Some(old) = step.cluster.world.runs.get(&uid).cloned() else { return };
    let is_up = step.cluster.world.is_alive(&old) && old.stage == Stage::Containers;
    let Some(database) = old.database.clone().filter(|_| is_up) else { return };
    let Some(disk) = step.cluster.world.disks.get(&database.disk).cloned() else { return };
    let running = |name: &String| {
        old.containers.iter().any(|one| one.name == *name && one.state.is_running())
    };
    let in_clone = database.member.clone_container.as_ref().is_some_and(running);
    let in_main = running(&database.member.container);
    let mut pass = Pass { uid, run: Run::clone(&old), database, data: disk.data.clone(), in_clone };
    match pass.database.state.clone() {
        _ if !in_clone && !in_main => return,
        DatabaseState::Down => start(step, &mut pass),
        DatabaseState::Cloning { source, next } => clone_on(step, &mut pass, source, next),
        DatabaseState::Opening { until } => open(step, &mut pass, until),
        DatabaseState::Open { is_synced } => follow(step, &mut pass, is_synced),
    }
    pass.write(step, &old, &disk);
}

/// What a pass works on.
struct Pass {
    uid: Uid,
    run: Run,
    database: Database,
    data: Data,
    in_clone: bool,
}

impl Pass {
    fn enter(&mut self, state: DatabaseState, now: Time) {
        if self.database.state != state {
            self.database.since = now;
            self.database.state = state;
        }
    }

    fn say(&self, step: &mut Step<'_>, reason: Reason) {
        step.say(
            Subject::pod(&self.run.pod),
            Some(self.uid),
            reason.with("pod", self.run.pod.name()),
        );
    }

    /// The name of a member of the same set.
    fn member_name(&self, ordinal: i32) -> String {
        format!("{}-{ordinal}", self.database.member.set)
    }

    /// The container ends, well or badly. The database ends with it.
    fn exit(&mut self, step: &mut Step<'_>, code: u8) {
        let member = self.database.member.clone();
        let name =
            if self.in_clone { member.clone_container.as_ref() } else { Some(&member.container) };
        self.enter(DatabaseState::Down, step.now());
        self.run.database = Some(self.database.clone());
        if let Some(name) = name {
            kubelet::exit(step, self.uid, &mut self.run, name, code);
        }
        if let Some(database) = &self.run.database {
            self.database = database.clone();
        }
    }

    fn write(mut self, step: &mut Step<'_>, old: &Run, disk: &Disk) {
        if self.data != disk.data {
            let changed = Disk { data: self.data, ..disk.clone() };
            step.change(Change::Disk(self.database.disk.clone(), Some(changed)));
        }
        self.run.database = Some(self.database);
        if self.run != *old {
            step.change(Change::Run(self.uid, Some(self.run)));
        }
    }
}

/// The process starts: what it finds on the volume decides what it does.
fn start(step: &mut Step<'_>, pass: &mut Pass) {
    let now = step.now();
    let member = pass.database.member.clone();
    let is_first = member.ordinal == member.first;
    let found = pass.data.found();
    let needs_clone = found == Found::Empty && !is_first && member.clones;
    if pass.in_clone && !needs_clone {
        let reason = Reason::new(Code::InitDone)
            .with("container", member.clone_container.clone().unwrap_or_default());
        pass.say(step, reason);
        return pass.exit(step, 0);
    }
    if needs_clone && (pass.in_clone || member.clone_container.is_none()) {
        return begin_clone(step, pass);
    }
    if let Found::Database(role) = found {
        let reason = Reason::new(Code::RoleRead).with("role", role.name());
        pass.say(step, reason.with("entries", pass.data.len()));
    }
    let until = now.plus(step.timings().open_ms);
    pass.enter(DatabaseState::Opening { until }, now);
    step.wake_at(Wakeup::Database(pass.uid), until);
}

/// Connects to the previous member (n-1, always) to copy what it has.
fn begin_clone(step: &mut Step<'_>, pass: &mut Pass) {
    let source_name = pass.member_name(pass.database.member.ordinal - 1);
    match find_peer(step, pass, &source_name) {
        Err(message) => clone_failed(step, pass, message),
        Ok((source, data)) => {
            pass.data.begin_clone(data.len());
            let reason = Reason::new(Code::CloneStarted)
                .with("entries", data.len())
                .with("source", source_name);
            pass.say(step, reason);
            let next = step.now().plus(step.timings().clone_entry_ms);
            pass.enter(DatabaseState::Cloning { source, next }, step.now());
            step.wake_at(Wakeup::Database(pass.uid), next);
        }
    }
}

fn clone_failed(step: &mut Step<'_>, pass: &mut Pass, message: String) {
    pass.say(step, Reason::new(Code::CloneFailed).with("message", message));
    pass.exit(step, 1);
}

/// One more entry arrives, if the source is still there.
fn clone_on(step: &mut Step<'_>, pass: &mut Pass, source: Uid, next: Time) {
    if step.now() < next {
        return step.wake_at(Wakeup::Database(pass.uid), next);
    }
    let source_name = pass.member_name(pass.database.member.ordinal - 1);
    let data = match peer(step.cluster, pass, source) {
        Ok(data) => data,
        Err(message) => return clone_failed(step, pass, format!("{source_name}: {message}")),
    };
    let target = pass.data.clone_target.unwrap_or(0);
    if let Some(entry) =
        data.entries.get(pass.data.entries.len()).filter(|_| pass.data.len() < target)
    {
        pass.data.append(entry.clone());
    }
    if pass.data.len() < target && pass.data.len() < data.len() {
        let next = step.now().plus(step.timings().clone_entry_ms);
        pass.database.state = DatabaseState::Cloning { source, next };
        return step.wake_at(Wakeup::Database(pass.uid), next);
    }
    pass.data.finish_clone();
    let reason =
        Reason::new(Code::CloneDone).with("entries", pass.data.len()).with("source", source_name);
    pass.say(step, reason);
    if pass.in_clone {
        return pass.exit(step, 0);
    }
    let until = step.now().plus(step.timings().open_ms);
    pass.enter(DatabaseState::Opening { until }, step.now());
    step.wake_at(Wakeup::Database(pass.uid), until);
}

/// The files are open: from now on it answers.
fn open(step: &mut Step<'_>, pass: &mut Pass, until: Time) {
    if step.now() < until {
        return step.wake_at(Wakeup::Database(pass.uid), until);
    }
    let member = pass.database.member.clone();
    let is_first = member.ordinal == member.first;
    if pass.data.found() == Found::Empty {
        if is_first {
            let entries = initial_entries(step, member.initial_entries);
            pass.data.initialise(Role::Master, entries);
            pass.say(step, Reason::new(Code::Initialised).with("entries", member.initial_entries));
        } else {
            pass.data.initialise(Role::Worker, Vec::new());
            pass.say(step, Reason::new(Code::StartedEmpty));
        }
    }
    pass.enter(DatabaseState::Open { is_synced: is_first }, step.now());
    step.wake(Wakeup::Pod(pass.uid, pass.run.pod.clone()), 0);
    if is_first {
        wake_followers(step, &pass.run, &member.set);
    } else if member.replicates {
        step.wake(Wakeup::Database(pass.uid), step.timings().reaction_ms);
    }
}

fn initial_entries(step: &mut Step<'_>, count: u32) -> Vec<Entry> {
    let first = step.cluster.memory.next_entry;
    step.remember(|memory| memory.next_entry += u64::from(count));
    let entry =
        |number: u32| Entry { id: first + u64::from(number), text: format!("row {}", number + 1) };
    (0..count).map(entry).collect()
}

/// Wakes the workers of a set: their master has something for them.
pub(super) fn wake_followers(step: &mut Step<'_>, master: &Run, set: &str) {
    for (uid, run) in step.cluster.world.runs.iter() {
        let database = run.database.as_ref().filter(|database| database.member.set == set);
        let is_worker =
            database.is_some_and(|database| database.member.ordinal != database.member.first);
        if is_worker && run.pod.namespace() == master.pod.namespace() {
            step.wake(Wakeup::Database(*uid), step.timings().reaction_ms);
        }
    }
}

/// A worker follows the master: one entry at a time is on its way.
fn follow(step: &mut Step<'_>, pass: &mut Pass, is_synced: bool) {
    let member = pass.database.member.clone();
    if member.ordinal == member.first || !member.replicates {
        return;
    }
    let is_under_way = |flight: &Flight| {
        matches!(flight.cargo, Cargo::Entry(_))
            && matches!(&flight.to, Place::Pod(to, _) if *to == pass.uid)
    };
    if step.cluster.world.flights.values().any(|flight| is_under_way(flight)) {
        return;
    }
    let master_name = pass.member_name(member.first);
    let Ok((source, master)) = find_peer(step, pass, &master_name) else {
        pass.enter(DatabaseState::Open { is_synced: false }, step.now());
        return step.wake(Wakeup::Database(pass.uid), RECONNECT_MS);
    };
    pass.data.master_entries = master.len();
    match pass.data.next_from(&master) {
        Some(_) => send_entry(step, pass, source, &master_name, is_synced),
        None if pass.data.follows(&master) => {
            if !is_synced {
                let reason = Reason::new(Code::CaughtUp).with("master", &master_name);
                pass.say(step, reason.with("entries", pass.data.len()));
            }
            pass.enter(DatabaseState::Open { is_synced: true }, step.now());
        }
        None => {
            if is_synced {
                pass.say(step, Reason::new(Code::Diverged).with("master", &master_name));
            }
            pass.enter(DatabaseState::Open { is_synced: false }, step.now());
        }
    }
}

fn send_entry(
    step: &mut Step<'_>,
    pass: &mut Pass,
    source: Uid,
    master_name: &str,
    is_synced: bool,
) {
    let behind = pass.data.master_entries.saturating_sub(pass.data.len());
    if is_synced && behind > 1 {
        pass.say(step, Reason::new(Code::Behind).with("master", master_name));
        pass.enter(DatabaseState::Open { is_synced: false }, step.now());
    }
    let from = Place::Pod(source, Key::new(pass.run.pod.namespace(), master_name));
    let takes = step.about(Stream::Network, step.timings().replicate_ms);
    step.change(Change::Launch(Flight {
        from,
        to: Place::Pod(pass.uid, pass.run.pod.clone()),
        name: String::new(),
        cargo: Cargo::Entry(pass.data.len() + 1),
        start: step.now(),
        end: step.now().plus(takes),
    }));
}

/// An entry from the master arrives at a worker.
pub(super) fn receive(step: &mut Step<'_>, source: Uid, uid: Uid) {
    let world = &step.cluster.world;
    let Some(run) = world.runs.get(&uid).cloned() else { return };
    let Some(database) = run.database.clone() else { return };
    let is_open = matches!(database.state, DatabaseState::Open { .. });
    let Some(disk) = world.disks.get(&database.disk).cloned() else { return };
    let in_clone = false;
    let pass = Pass { uid, run: Run::clone(&run), database, data: disk.data.clone(), in_clone };
    if let (true, Ok(master)) = (is_open, peer(step.cluster, &pass, source))
        && let Some(entry) = disk.data.next_from(&master)
    {
        let mut changed = Disk::clone(&disk);
        changed.data.append(entry.clone());
        changed.data.master_entries = master.len();
        step.change(Change::Disk(pass.database.disk.clone(), Some(changed)));
    }
    step.wake(Wakeup::Database(uid), 0);
}

/// Finds a member by its name: its UID and what it has, or why it can't be reached.
fn find_peer(step: &Step<'_>, pass: &Pass, name: &str) -> Result<(Uid, Data), String> {
    let namespace = pass.run.pod.namespace();
    let host = format!("{name}.{}", pass.database.member.service);
    let answer = dns::resolve(step.cluster, namespace, &host);
    let Some(ip) = answer.addresses.first() else {
        return Err(format!("could not resolve host name {host}"));
    };
    let Some((uid, _)) = step.cluster.world.run_at(ip) else {
        return Err(format!("no answer from {host} ({ip})"));
    };
    peer(step.cluster, pass, *uid)
        .map(|data| (*uid, data))
        .map_err(|message| format!("{host}: {message}"))
}

/// What a member has, if it can be reached and answers.
fn peer(cluster: &Cluster, pass: &Pass, uid: Uid) -> Result<Data, String> {
    let world = &cluster.world;
    let run =
        world.runs.get(&uid).filter(|run| run.stage == Stage::Containers).ok_or("it is gone")?;
    if !world.is_reachable(&pass.run.node, &run.node) {
        return Err("no answer".into());
    }
    let is_open = |database: &Database| matches!(database.state, DatabaseState::Open { .. });
    if !run.database.as_ref().is_some_and(is_open) {
        return Err("connection refused".into());
    }
    world.data_of(run).cloned().ok_or_else(|| "it has no data".into())
}
