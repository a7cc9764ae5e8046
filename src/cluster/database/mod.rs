//! The database in the pods: how it starts, clones, opens, follows and ends (S11, S15 to S20, S26).
//!
//! The glue between [`crate::db`], which knows no Kubernetes, and the pods: who is the previous one, by
//! which name it is found, and what happens when it is not. A pod learns its ordinal from its host name
//! and finds the others by DNS, as in the tutorial "Run a Replicated Stateful Application".
//!
//! A database reads its volume once, as it starts, and from then on takes it to hold what it wrote
//! there. So two that run under one identity on one volume each write over what the other wrote (S26).

mod clone;
mod disk;
mod failover;
mod flush;
mod follow;
mod options;
mod quorum;
mod requests;

use super::reason::texts;
use super::world::*;
use super::*;
use crate::db::{Data, Entry, Found, Role};
pub use disk::folder_deleted;
use disk::{save, say_deleted};
pub use failover::{PRIMARY, primary_ordinal};
pub use flush::flushes;
pub use follow::{receive, wake_followers};
pub use options::{options, problems};
pub use quorum::is_ready;
pub use requests::{Written, is_synchronous, lag, write};

/// How a container ends because of its database.
pub enum ContainerEnd {
    /// Its process exits.
    Exit {
        /// The name of the container.
        container: String,
        /// The exit code.
        code: u8,
    },
    /// Its process, which is being stopped, has written everything and exits before the grace period is over.
    Flushed {
        /// The name of the container.
        container: String,
    },
}

/// Advances the database of a pod. Returns the state of the pod and, if its container ends, how; `None` if the database
/// is not running.
pub fn sync(step: &mut WorldStep<'_>, uid: Uid) -> Option<(PodRuntime, Option<ContainerEnd>)> {
    let mut pass = Pass::new(step.cluster, uid)?;
    match pass.database.state.clone() {
        DatabaseState::Down => start(step, &mut pass),
        DatabaseState::Cloning { source, next } => clone::go_on(step, &mut pass, source, next),
        DatabaseState::Opening { until } => open(step, &mut pass, until),
        DatabaseState::Open(_) if flush::is_due(step, &pass) => flush::begin(step, &mut pass),
        DatabaseState::Open(link) => follow::go_on(step, &mut pass, link),
        DatabaseState::Flushing { next } => flush::go_on(step, &mut pass, next),
    }
    Some(pass.end(step))
}

/// What a pass works on.
struct Pass {
    uid: Uid,
    old: Rc<PodRuntime>,
    run: PodRuntime,
    database: Database,
    in_clone: bool,
    /// The other files that a clone copied.
    copied: Option<inside::Files>,
    ending: Option<ContainerEnd>,
}

impl Pass {
    /// The pass of a database whose process runs.
    fn new(cluster: &Cluster, uid: Uid) -> Option<Pass> {
        let old = cluster.world.runs.get(&uid)?.clone();
        let is_up = cluster.world.is_alive(&old) && old.stage == Stage::Containers;
        let database = old.database.clone().filter(|_| is_up)?;
        let running = |name: &String| {
            old.containers.iter().any(|one| one.name == *name && one.state.is_running())
        };
        let in_clone = database.member.clone_container.as_ref().is_some_and(running);
        if !in_clone && !running(&database.member.container) {
            return None;
        }
        let run = PodRuntime::clone(&old);
        Some(Pass { uid, run, old, database, in_clone, copied: None, ending: None })
    }

    fn enter(&mut self, state: DatabaseState, now: Time) {
        if self.database.state != state {
            self.database.since = now;
            self.database.state = state;
        }
    }

    fn say(&self, step: &mut WorldStep<'_>, reason: Reason) {
        say(step, self.uid, &self.run.pod, reason);
    }

    /// The pod of this database.
    fn pod(&self) -> ObjectRef {
        ObjectRef::pod(&self.run.pod)
    }

    /// The pod of another member.
    fn peer_ref(&self, name: &str) -> ObjectRef {
        ObjectRef::named(Kind::Pod, self.run.pod.namespace(), name)
    }

    /// The pod of the member that accepts writes.
    fn primary(&self, cluster: &Cluster) -> ObjectRef {
        self.peer_ref(&self.member_name(self.primary_ordinal(cluster)))
    }

    fn primary_ordinal(&self, cluster: &Cluster) -> i32 {
        primary_ordinal(cluster, &self.run, &self.database)
    }

    /// The member that this one clones from: the one before it (n-1), or the primary if it is the first.
    fn clone_source(&self, cluster: &Cluster) -> String {
        let member = &self.database.member;
        match member.ordinal == member.first {
            true => self.member_name(self.primary_ordinal(cluster)),
            false => self.member_name(member.ordinal - 1),
        }
    }

    /// The name of a member of the same set.
    fn member_name(&self, ordinal: i32) -> String {
        format!("{}-{ordinal}", self.database.member.set)
    }

    /// The files are there: opening them takes a moment.
    fn begin_to_open(&mut self, step: &mut WorldStep<'_>) {
        let until = step.now().plus(step.timings().open_ms);
        self.enter(DatabaseState::Opening { until }, step.now());
        step.enqueue_at(WorkItem::Database(self.uid), until);
    }

    /// The container ends, well or badly. The database ends with it.
    fn exit(&mut self, step: &mut WorldStep<'_>, code: u8) {
        self.enter(DatabaseState::Down, step.now());
        let member = &self.database.member;
        let name = if self.in_clone {
            member.clone_container.clone()
        } else {
            Some(member.container.clone())
        };
        self.ending = name.map(|container| ContainerEnd::Exit { container, code });
    }

    fn end(mut self, step: &mut WorldStep<'_>) -> (PodRuntime, Option<ContainerEnd>) {
        let before = self.old.database.as_ref();
        let is_held = before.is_some_and(|database| database.holds_writes());
        if !is_held && before.map(|database| &database.data) != Some(&self.database.data) {
            save(step, self.uid, &self.run.pod, &self.database, self.copied.take());
        }
        self.run.database = Some(self.database);
        (self.run, self.ending)
    }

    fn write(self, step: &mut WorldStep<'_>) {
        let (uid, old) = (self.uid, self.old.clone());
        let (run, _) = self.end(step);
        if run != *old {
            step.change(Change::PodRuntime(uid, Some(run)));
        }
    }
}

fn say(step: &mut WorldStep<'_>, uid: Uid, pod: &Key, reason: Reason) {
    step.record_event(Subject::pod(pod), Some(uid), reason);
}

/// The process starts: what it finds on the volume decides what it does.
fn start(step: &mut WorldStep<'_>, pass: &mut Pass) {
    let Some(disk) = step.cluster.world.disks.get(&pass.database.disk) else { return };
    pass.database.data = disk.data.clone();
    if is_in_container(&pass.run) && disk.data.role.is_some() {
        pass.database.data = Data::default();
        pass.say(step, Reason::ContainerLost { pod: pass.pod(), entries: disk.data.len() });
    }
    let member = pass.database.member.clone();
    let is_first = member.ordinal == pass.primary_ordinal(step.cluster);
    let found = pass.database.data.found();
    let needs_clone = found == Found::Empty && !is_first && member.clones;
    if pass.in_clone && !needs_clone {
        let container = member.clone_container.clone().unwrap_or_default();
        pass.say(step, Reason::InitDone { container, pod: pass.pod() });
        return pass.exit(step, 0);
    }
    if needs_clone && (pass.in_clone || clone::is_due(step, pass)) {
        return clone::begin(step, pass);
    }
    if let Found::Database(role) = found {
        let data = &pass.database.data;
        let behind = data.primary_entries.saturating_sub(data.len());
        let reason = Reason::RoleRead {
            pod: pass.pod(),
            role: role.into(),
            entries: data.live(),
            behind: (behind > 0).then_some(behind),
        };
        pass.say(step, reason);
        // The convention of the others: if the set begins elsewhere now, so does the database.
        let due = if is_first { Role::Primary } else { Role::Replica };
        if role != due {
            let (pod, first) = (pass.pod(), pass.primary(step.cluster));
            let reason = match member.fails_over {
                true => Reason::RoleTaken { pod, role: due.into(), primary: first },
                false => Reason::RoleChanged { pod, role: due.into(), first },
            };
            pass.say(step, reason);
            pass.database.data.role = Some(due);
        }
    }
    pass.begin_to_open(step);
}

/// Whether what a database writes is in its container, for want of a volume, and goes with each start of it.
fn is_in_container(run: &PodRuntime) -> bool {
    let on_volume =
        |volume: &Volume| volume.persistent_volume_claim.is_some() || volume.empty_dir.is_some();
    !run.spec.volumes.iter().any(on_volume)
}

/// The files are open: from now on it answers.
fn open(step: &mut WorldStep<'_>, pass: &mut Pass, until: Time) {
    if step.now() < until {
        return step.enqueue_at(WorkItem::Database(pass.uid), until);
    }
    let member = pass.database.member.clone();
    let is_first = member.ordinal == pass.primary_ordinal(step.cluster);
    if pass.database.data.found() == Found::Empty {
        if is_first {
            pass.database.data.initialise(Role::Primary, member.initial_entries);
            let entries = member.initial_entries;
            pass.say(step, Reason::Initialised { pod: pass.pod(), entries });
        } else {
            pass.database.data.initialise(Role::Replica, 0);
            clone::say_none(step, pass);
        }
    }
    say_twin(step, pass);
    let follows = !is_first && member.replicates;
    let is_fresh = std::mem::take(&mut pass.database.data.is_fresh);
    let link = match follows {
        true if member.catches_up || is_fresh => Link::Searching,
        true => Link::Returning,
        false => Link::Alone,
    };
    pass.enter(DatabaseState::Open(link), step.now());
    step.enqueue_after(WorkItem::Pod(pass.uid, pass.run.pod.clone()), 0);
    if member.wants_quorum {
        quorum::register(pass);
    }
    if is_first {
        wake_followers(step, &pass.run, &member.set);
    } else if follows {
        step.enqueue_after(WorkItem::Database(pass.uid), step.timings().reaction_ms);
    } else {
        let (pod, primary) = (pass.pod(), pass.primary(step.cluster));
        pass.say(step, Reason::NotFollowing { pod, primary });
    }
}

/// Says so if another pod still answers under the same identity (S26).
fn say_twin(step: &mut WorldStep<'_>, pass: &Pass) {
    let Some(twin) = step.cluster.world.twins(pass.uid, &pass.run.pod).next() else { return };
    let is_shared = twin.database.as_ref().is_some_and(|other| other.disk == pass.database.disk);
    let how = if is_shared { Detail::SameVolume {} } else { Detail::OwnDirectories {} };
    pass.say(step, Reason::Twins { pod: pass.pod(), node: ObjectRef::node(&twin.node), how });
}

/// The process ends, in whatever way: what it wrote and another wrote over is gone now.
pub fn stop(step: &mut WorldStep<'_>, uid: Uid, run: &mut PodRuntime) {
    let Some(database) = &mut run.database else { return };
    if database.state == DatabaseState::Down {
        return;
    }
    if let Some(disk) = step.cluster.world.disks.get(&database.disk)
        && matches!(database.state, DatabaseState::Open(_) | DatabaseState::Flushing { .. })
    {
        let lost: Vec<&Entry> = database.data.missing_in(&disk.data).collect();
        if !lost.is_empty() {
            let (pod, entries) = (ObjectRef::pod(&run.pod), texts(lost));
            let reason = match database.member.flushes_on_stop {
                true => Reason::UnflushedLost { pod, entries },
                false => Reason::EntriesLost { pod, entries },
            };
            say(step, uid, &run.pod, reason);
        }
    }
    database.state = DatabaseState::Down;
    database.since = step.now();
}

/// Finds a member by its name: its UID and what it has, or why it can't be reached.
fn find_peer(step: &mut WorldStep<'_>, pass: &Pass, name: &str) -> Result<(Uid, Data), Detail> {
    let namespace = pass.run.pod.namespace();
    let host = match pass.database.member.service.as_str() {
        "" => name.to_owned(),
        service => format!("{name}.{service}"),
    };
    let Some(answer) = dns::look_up(step, Some(&pass.run.node), namespace, &host) else {
        return Err(Detail::NoNameServer { host });
    };
    let Some(ip) = answer.addresses.first() else { return Err(Detail::Unresolved { host }) };
    let Some((uid, _)) = step.cluster.world.run_at(ip) else {
        return Err(Detail::NoAnswerFrom { host, ip: ip.clone() });
    };
    let data = peer(step.cluster, &pass.run.node, *uid);
    data.map(|data| (*uid, data)).map_err(|why| why(host))
}

/// What a member has, if it can be reached from a node and answers; else why not, for the name of its host.
fn peer(cluster: &Cluster, node: &str, uid: Uid) -> Result<Data, fn(String) -> Detail> {
    let world = &cluster.world;
    let Some(run) = world.runs.get(&uid).filter(|run| run.stage == Stage::Containers) else {
        return Err(|host| Detail::PeerGone { host });
    };
    if !world.is_reachable(node, &run.node) {
        return Err(|host| Detail::PeerSilent { host });
    }
    match run.database.as_ref().filter(|database| database.is_open()) {
        Some(database) => Ok(database.data.clone()),
        None => Err(|host| Detail::PeerRefuses { host }),
    }
}
