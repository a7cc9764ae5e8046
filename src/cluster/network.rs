//! Requests of clients, and what is on the wire.
//!
//! A client looks a name up, connects to the address, and gets an answer, a refusal, or nothing (S16,
//! S19, S21, S22). Clients live outside the nodes and reach every node that is connected.

use super::world::*;
use super::*;
use crate::db::{Entry, Role};

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To store a text.
    Write(String),
    /// For all entries.
    Read,
}

/// A client sends a request to a name in a namespace.
pub fn send(step: &mut Step<'_>, client: &str, namespace: &str, name: &str, request: Request) {
    let subject = Subject::Client(client.to_owned());
    let sent = match &request {
        Request::Write(text) => Reason::new(Code::WriteSent).with("entry", quoted(text)),
        Request::Read => Reason::new(Code::ReadSent),
    };
    step.say(subject.clone(), None, sent.with("client", client).with("name", name));
    let addresses = dns::resolve(step.cluster, namespace, name).addresses;
    let chosen = step.random(Stream::Network, addresses.len() as u64);
    let Some(address) = addresses.get(usize::try_from(chosen).unwrap_or(0)) else {
        return step.say(subject, None, Reason::new(Code::NoSuchName).with("name", name));
    };
    let Some(ip) = behind(step, namespace, address) else {
        let reason = Reason::new(Code::RequestFailed).with("client", client).with("name", name);
        return step.say(
            subject,
            None,
            reason.with("message", "connection refused, no pod is Ready"),
        );
    };
    let found = step
        .cluster
        .world
        .runs
        .iter()
        .find(|(_, run)| run.ip == ip && run.stage < Stage::Unmounting);
    let is_reachable = found.is_some_and(|(_, run)| step.cluster.world.is_heard(&run.node));
    let to = found.map_or(Place::Nowhere(ip), |(uid, run)| Place::Pod(*uid, run.pod.clone()));
    let cargo = match request {
        _ if !is_reachable => Cargo::Lost,
        Request::Write(text) => Cargo::Write(text),
        Request::Read => Cargo::Read,
    };
    let takes =
        if is_reachable { step.timings().request_ms } else { step.timings().client_timeout_ms };
    launch(step, Place::Client(client.to_owned()), to, name, cargo, takes);
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// The address behind a cluster IP: one of the Ready pods; any other address is itself.
fn behind(step: &mut Step<'_>, namespace: &str, address: &str) -> Option<String> {
    let cluster = step.cluster;
    let mut services = cluster.store.services.in_namespace(namespace);
    let Some(service) = services.find(|service| service.spec.cluster_ip == address) else {
        return Some(address.to_owned());
    };
    let slice = cluster.store.slice_of(service)?;
    let ready: Vec<_> = slice.endpoints.iter().filter(|endpoint| endpoint.ready).collect();
    let chosen = step.random(Stream::Network, ready.len() as u64);
    ready.get(usize::try_from(chosen).unwrap_or(0)).map(|endpoint| endpoint.address.clone())
}

fn launch(step: &mut Step<'_>, from: Place, to: Place, name: &str, cargo: Cargo, takes_ms: u64) {
    let (start, end) = (step.now(), step.now().plus(takes_ms));
    step.change(Change::Launch(Flight { from, to, name: name.to_owned(), cargo, start, end }));
}

/// Something arrives.
pub fn arrive(step: &mut Step<'_>, number: u64) {
    let Some(flight) = step.cluster.world.flights.get(&number).cloned() else { return };
    step.change(Change::Land(number));
    match (&flight.cargo, &flight.from, &flight.to) {
        (Cargo::Write(text), Place::Client(client), Place::Pod(uid, _)) => {
            write(step, &flight, client, *uid, text)
        }
        (Cargo::Read, Place::Client(client), Place::Pod(uid, _)) => {
            read(step, &flight, client, *uid)
        }
        (Cargo::Entry(_), Place::Pod(source, _), Place::Pod(uid, _)) => {
            database::receive(step, *source, *uid)
        }
        (Cargo::Lost, Place::Client(client), _) => fail(step, client, &flight.name, "timed out"),
        _ => {}
    }
}

fn fail(step: &mut Step<'_>, client: &str, name: &str, message: &str) {
    let reason = Reason::new(Code::RequestFailed).with("client", client).with("name", name);
    step.say(Subject::Client(client.to_owned()), None, reason.with("message", message));
}

/// The run at the end of a request, if its database answers; else the client is told that nobody does.
fn answering(step: &mut Step<'_>, flight: &Flight, client: &str, uid: Uid) -> Option<Rc<Run>> {
    let world = &step.cluster.world;
    let run = world
        .runs
        .get(&uid)
        .filter(|run| run.stage == Stage::Containers && world.is_heard(&run.node))
        .cloned();
    let open = |database: &Database| matches!(database.state, DatabaseState::Open { .. });
    if let Some(run) = run.filter(|run| run.database.as_ref().is_some_and(open)) {
        return Some(run);
    }
    fail(step, client, &flight.name, "connection refused");
    let takes = step.timings().request_ms;
    let refusal = Cargo::Refusal("connection refused".into());
    launch(step, flight.to.clone(), flight.from.clone(), &flight.name, refusal, takes);
    None
}

fn write(step: &mut Step<'_>, flight: &Flight, client: &str, uid: Uid, text: &str) {
    let Some(run) = answering(step, flight, client, uid) else { return };
    let Some(database) = run.database.as_ref() else { return };
    let Some(disk) = step.cluster.world.disks.get(&database.disk).cloned() else { return };
    let takes = step.timings().request_ms;
    let (subject, pod) = (Subject::pod(&run.pod), run.pod.name());
    let back = |step: &mut Step<'_>, cargo| {
        launch(step, flight.to.clone(), flight.from.clone(), &flight.name, cargo, takes);
    };
    if disk.data.role != Some(Role::Master) {
        let message = format!(
            "it is a worker, writes go to {}-{}",
            database.member.set, database.member.first
        );
        let reason = Reason::new(Code::WriteRefused).with("pod", pod).with("entry", quoted(text));
        step.say(subject, Some(uid), reason.with("message", &message));
        return back(step, Cargo::Refusal("read-only".into()));
    }
    let id = step.cluster.memory.next_entry;
    step.remember(|memory| memory.next_entry += 1);
    let mut changed = Disk::clone(&disk);
    changed.data.append(Entry { id, text: text.to_owned() });
    let number = changed.data.len();
    let reason = Reason::new(Code::WriteAccepted).with("pod", pod).with("entry", quoted(text));
    step.say(subject, Some(uid), reason.with("number", number));
    step.change(Change::Disk(database.disk.clone(), Some(changed)));
    database::wake_followers(step, &run, &database.member.set);
    back(step, Cargo::Answer(format!("#{number}")));
}

fn read(step: &mut Step<'_>, flight: &Flight, client: &str, uid: Uid) {
    let Some(run) = answering(step, flight, client, uid) else { return };
    let entries = step.cluster.world.data_of(&run).map_or(0, |data| data.len());
    let reason = Reason::new(Code::ReadServed).with("pod", run.pod.name()).with("entries", entries);
    step.say(Subject::pod(&run.pod), Some(uid), reason);
    let takes = step.timings().request_ms;
    let answer = Cargo::Answer(format!("{entries} entries"));
    launch(step, flight.to.clone(), flight.from.clone(), &flight.name, answer, takes);
}
