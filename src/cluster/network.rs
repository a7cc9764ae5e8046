//! What is on the wire: requests, answers, entries (S16, S19, S21, S22).
//!
//! A client looks a name up, connects to the address, and gets an answer, a refusal, or nothing. One
//! outside the nodes reaches every node that is connected; one on a node reaches what its node reaches.

use super::world::*;
use super::*;
use database::Written;

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To store a text.
    Write(String),
    /// For all entries.
    Read,
}

/// Who asks whom.
pub(super) struct Call<'a> {
    /// The client.
    pub client: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its node; none if it is outside all of them.
    pub node: Option<&'a str>,
    /// The name that it asks for.
    pub name: &'a str,
}

/// A client outside the nodes sends one request to a name in a namespace.
pub fn send(step: &mut WorldStep<'_>, client: &str, namespace: &str, name: &str, request: Request) {
    let subject = Subject::Client(client.to_owned());
    let (from, to) = (client.to_owned(), name.to_owned());
    let sent = match &request {
        Request::Write(text) => Reason::WriteSent { client: from, entry: text.clone(), name: to },
        Request::Read => Reason::ReadSent { client: from, name: to },
    };
    step.record_event(subject.clone(), None, sent);
    let call = Call { client, namespace, node: None, name };
    let addresses = match address(name) {
        Some(address) => vec![address],
        None => dns::look_up(step, None, namespace, name).unwrap_or_default().addresses,
    };
    if let Some(failure) = transmit(step, &call, &addresses, request) {
        step.record_event(subject, None, failure);
    }
}

/// A host that is an address, and needs no lookup.
pub(super) fn address(host: &str) -> Option<String> {
    let mut parts = host.split('.');
    let is_address = parts.by_ref().take(4).filter(|part| part.parse::<u8>().is_ok()).count() == 4;
    (is_address && parts.next().is_none()).then(|| host.to_owned())
}

/// Sends a request to one of the addresses; answers at once why that is not possible.
pub(super) fn transmit(
    step: &mut WorldStep<'_>,
    call: &Call<'_>,
    addresses: &[String],
    request: Request,
) -> Option<Reason> {
    let chosen = step.random(Stream::Network, addresses.len() as u64);
    let Some(address) = addresses.get(usize::try_from(chosen).unwrap_or(0)) else {
        let why = dns::why_not(step.cluster, call.namespace, call.name);
        return Some(Reason::NoSuchName { name: call.name.to_owned(), why });
    };
    let Some(ip) = endpoints::behind(step, address) else {
        return Some(failure(call.client, call.name, Detail::NoReadyEndpoint {}));
    };
    let world = &step.cluster.world;
    let found = world.runs.at_address(&ip).find(|(_, run)| run.stage < Stage::Unmounting);
    let is_reachable = found.is_some_and(|(_, run)| reaches(world, call.node, &run.node));
    let to = found.map_or(Place::Nowhere(ip), |(uid, run)| Place::Pod(*uid, run.pod.clone()));
    let payload = match request {
        _ if !is_reachable => Payload::Lost,
        Request::Write(text) => Payload::Write(text),
        Request::Read => Payload::Read,
    };
    let takes =
        if is_reachable { step.timings().request_ms } else { step.timings().client_timeout_ms };
    launch(step, Place::Client(call.client.to_owned()), to, call.name, payload, takes);
    None
}

/// Whether a client on a node, or outside all of them, reaches another node.
fn reaches(world: &World, from: Option<&str>, to: &str) -> bool {
    from.map_or_else(|| world.is_heard(to), |from| world.is_reachable(from, to))
}

pub(super) fn failure(client: &str, name: &str, why: Detail) -> Reason {
    Reason::RequestFailed { client: client.to_owned(), name: name.to_owned(), why }
}

fn launch(
    step: &mut WorldStep<'_>,
    from: Place,
    to: Place,
    name: &str,
    payload: Payload,
    takes_ms: u64,
) {
    let (start, end) = (step.now(), step.now().plus(takes_ms));
    step.change(Change::Send(Message { from, to, name: name.to_owned(), payload, start, end }));
}

/// Something arrives.
pub fn arrive(step: &mut WorldStep<'_>, number: u64) {
    let Some(message) = step.cluster.world.messages.get(&number).cloned() else { return };
    step.change(Change::Deliver(number));
    match (&message.payload, &message.from, &message.to) {
        (Payload::Write(text), Place::Client(client), Place::Pod(uid, _)) => {
            if let Some(run) = answering(step, &message, client, *uid) {
                write(step, &message, client, (*uid, &run), text);
            }
        }
        (Payload::Read, Place::Client(client), Place::Pod(uid, _)) => {
            if let Some(run) = answering(step, &message, client, *uid) {
                read(step, &message, client, (*uid, &run));
            }
        }
        (Payload::Entry(position), Place::Pod(source, _), Place::Pod(uid, _)) => {
            let has = database::receive(step, *source, *uid, *position);
            confirm(step, *source, has);
        }
        (Payload::Held(..), Place::Client(client), _) => {
            // The pod responded to it: however old the address is, it is not why.
            let reason = failure(client, &message.name, Detail::NotReplicated {});
            outcomes::report(step, client, Subject::Client(client.clone()), None, reason);
        }
        (Payload::Lost, Place::Client(client), _) => {
            fail(step, &message, client, Detail::TimedOut {})
        }
        _ => {}
    }
}

/// A request came to nothing.
fn fail(step: &mut WorldStep<'_>, message: &Message, client: &str, why: Detail) {
    let asked = match &message.to {
        Place::Nowhere(ip) => ip.clone(),
        Place::Pod(uid, _) => {
            step.cluster.world.runs.get(uid).map_or_else(String::new, |run| run.ip.clone())
        }
        Place::Client(_) => String::new(),
    };
    let reason = outcomes::stale_address(step.cluster, client, &message.name, &asked)
        .unwrap_or_else(|| failure(client, &message.name, why));
    outcomes::report(step, client, Subject::Client(client.to_owned()), None, reason);
}

fn send_back(step: &mut WorldStep<'_>, message: &Message, payload: Payload) {
    let takes = step.timings().request_ms;
    launch(step, message.to.clone(), message.from.clone(), &message.name, payload, takes);
}

/// The run at the end of a request, if its database answers; else the client is told that nobody does.
fn answering(
    step: &mut WorldStep<'_>,
    message: &Message,
    client: &str,
    uid: Uid,
) -> Option<Rc<PodRuntime>> {
    let world = &step.cluster.world;
    let node = world.clients.get(client).and_then(|client| client.node.as_deref());
    let run = world.runs.get(&uid).filter(|run| run.stage == Stage::Containers);
    if run.is_some_and(|run| !reaches(world, node, &run.node)) {
        let (from, to) = (message.from.clone(), message.to.clone());
        let takes = step.timings().client_timeout_ms.saturating_sub(step.timings().request_ms);
        launch(step, from, to, &message.name, Payload::Lost, takes);
        return None;
    }
    let open = |run: &&Rc<PodRuntime>| run.database.as_ref().is_some_and(Database::is_open);
    if let Some(run) = run.filter(open) {
        return Some(run.clone());
    }
    fail(step, message, client, Detail::Refused {});
    send_back(step, message, Payload::Refusal("connection refused".into()));
    None
}

fn write(
    step: &mut WorldStep<'_>,
    message: &Message,
    client: &str,
    of: (Uid, &Rc<PodRuntime>),
    text: &str,
) {
    let (uid, run) = of;
    let (pod, entry) = (ObjectRef::pod(&run.pod), text.to_owned());
    let (reason, payload) = match database::write(step, uid, run, &[text]) {
        Written::Refused(why) => {
            (Reason::WriteRefused { pod, entry, why }, Payload::Refusal("read-only".into()))
        }
        Written::Number(number) if database::is_synchronous(run) => {
            let takes = step.timings().client_timeout_ms;
            let (from, to) = (message.from.clone(), message.to.clone());
            return launch(step, from, to, &message.name, Payload::Held(entry, number), takes);
        }
        Written::Number(number) => {
            let current = step.cluster.store.pods.get(&run.pod);
            let is_twin = current.is_none_or(|pod| pod.metadata.uid != uid);
            let node = ObjectRef::node(&run.node);
            let reason = match is_twin {
                true => Reason::TwinAccepted { pod, entry, number, node },
                false => Reason::WriteAccepted { pod, entry, number, node },
            };
            (reason, Payload::Answer(format!("#{number}")))
        }
    };
    outcomes::report(step, client, Subject::pod(&run.pod), Some(uid), reason);
    send_back(step, message, payload);
}

/// A replica has this many entries of a primary: the writes that waited for it are accepted.
fn confirm(step: &mut WorldStep<'_>, primary: Uid, has: u32) {
    let cluster = step.cluster;
    let Some(run) = cluster.world.runs.get(&primary) else { return };
    for (id, message) in cluster.world.messages.iter() {
        let (Payload::Held(entry, number), Place::Client(client), Place::Pod(uid, _)) =
            (&message.payload, &message.from, &message.to)
        else {
            continue;
        };
        if *uid != primary || *number > has {
            continue;
        }
        step.change(Change::Deliver(*id));
        let (pod, node) = (ObjectRef::pod(&run.pod), ObjectRef::node(&run.node));
        let (entry, number) = (entry.clone(), *number);
        let reason = Reason::WriteAccepted { pod, entry, number, node };
        outcomes::report(step, client, Subject::pod(&run.pod), Some(primary), reason);
        send_back(step, message, Payload::Answer(format!("#{number}")));
    }
}

fn read(step: &mut WorldStep<'_>, message: &Message, client: &str, of: (Uid, &Rc<PodRuntime>)) {
    let (uid, run) = of;
    let entries = step.cluster.world.data_of(run).map_or(0, |data| data.live());
    let pod = ObjectRef::pod(&run.pod);
    let reason = match database::lag(step.cluster, run) {
        Some((primary, missing)) => {
            let primary = ObjectRef::named(Kind::Pod, run.pod.namespace(), &primary);
            Reason::StaleRead { pod, entries, missing, primary }
        }
        None => Reason::ReadServed { pod, entries },
    };
    outcomes::report(step, client, Subject::pod(&run.pod), Some(uid), reason);
    send_back(step, message, Payload::Answer(format!("{entries} entries")));
}
