//! Clients that ask again and again, by a name, or by an address that they keep (S19, S21, S22).
//!
//! One request at a time is on its way. The log tells when what becomes of them changes, not of each
//! of them; how many went well is counted. A client is no part of Kubernetes.

use super::network::{Call, Request, address, transmit};
use super::world::{Client, Place};
use super::*;

/// A client asks, if it is time to.
pub fn ask(step: &mut WorldStep<'_>, name: &str) {
    let Some(old) = step.cluster.world.clients.get(name).cloned() else { return };
    let now = step.now();
    if now < old.next {
        return step.enqueue_at(WorkItem::Client(name.to_owned()), old.next);
    }
    let mut client = Client::clone(&old);
    client.next = now.plus(client.every_ms);
    step.enqueue_at(WorkItem::Client(name.to_owned()), client.next);
    let world = &step.cluster.world;
    let has_power = |node: &String| world.machine(node).is_some_and(|machine| machine.is_on);
    let is_its = |place: &Place| matches!(place, Place::Client(other) if other == name);
    let mut messages = world.messages.values();
    let is_busy = messages.any(|message| is_its(&message.from) || is_its(&message.to));
    if !is_busy && client.node.as_ref().is_none_or(has_power) {
        client.sent += 1;
        let request = match client.writes {
            true => Request::Write(format!("{name} {}", client.sent)),
            false => Request::Read,
        };
        let failure = match addresses(step, &mut client) {
            None => {
                let host = client.host.clone();
                Some(network::failure(name, &client.host, Detail::NoNameServer { host }))
            }
            Some(addresses) => {
                let (namespace, node) = (client.namespace.as_str(), client.node.as_deref());
                let call = Call { client: name, namespace, node, name: &client.host };
                transmit(step, &call, &addresses, request)
            }
        };
        if let Some(reason) = failure {
            settle(step, &mut client, Subject::Client(name.to_owned()), None, Rc::new(reason));
        }
    }
    step.change(Change::Client(name.to_owned(), Some(client)));
}

/// The addresses that a client asks: what it keeps, or what the name leads to. None if nobody can say.
fn addresses(step: &mut WorldStep<'_>, client: &mut Client) -> Option<Vec<String>> {
    if let Some(address) = address(&client.host) {
        return Some(vec![address]);
    }
    let now = step.now();
    if let Some((answer, until)) = &client.known
        && now < *until
    {
        return Some(answer.addresses.clone());
    }
    let answer = dns::look_up(step, client.node.as_deref(), &client.namespace, &client.host)?;
    let addresses = answer.addresses.clone();
    let keeps_for_ever = client.keeps_ms == u64::MAX;
    client.known = match client.keeps_ms {
        0 => None,
        _ if keeps_for_ever && !answer.exists => None,
        ms => Some((Rc::new(answer), Time(now.0.saturating_add(ms)))),
    };
    Some(addresses)
}

/// What became of a request: said of one that was sent once, and of a client's if it is news.
pub(super) fn tell(
    step: &mut WorldStep<'_>,
    name: &str,
    subject: Subject,
    uid: Option<Uid>,
    reason: Reason,
) {
    let Some(client) = step.cluster.world.clients.get(name) else {
        return step.record_event(subject, uid, reason);
    };
    let mut client = Client::clone(client);
    settle(step, &mut client, subject, uid, Rc::new(reason));
    step.change(Change::Client(name.to_owned(), Some(client)));
}

fn settle(
    step: &mut WorldStep<'_>,
    client: &mut Client,
    subject: Subject,
    uid: Option<Uid>,
    reason: Rc<Reason>,
) {
    let is_stale = reason.code() == Code::StaleRead;
    let is_first_stale = is_stale && client.stale == 0;
    if went_well(&reason) {
        client.served += 1;
        client.stale += u32::from(is_stale);
    } else {
        client.failed += 1;
    }
    let is_same =
        client.fate.as_ref().is_some_and(|(old, by)| is_alike((old, *by), (&reason, uid)));
    if !is_same || is_first_stale {
        step.record_event(subject, uid, reason.clone());
    }
    client.fate = Some((reason, uid));
}

/// Whether a request was served.
pub fn went_well(reason: &Reason) -> bool {
    matches!(
        reason.code(),
        Code::WriteAccepted | Code::TwinAccepted | Code::ReadServed | Code::StaleRead
    )
}

/// Why a request failed.
pub fn failure_of(reason: &Reason) -> Option<&Detail> {
    match reason {
        Reason::RequestFailed { why, .. } | Reason::WriteRefused { why, .. } => Some(why),
        _ => None,
    }
}

/// Whether nobody needs to be told again. Which pod served a read is left to chance, so it is no news.
fn is_alike(old: (&Reason, Option<Uid>), new: (&Reason, Option<Uid>)) -> bool {
    let is_read = |reason: &Reason| matches!(reason.code(), Code::ReadServed | Code::StaleRead);
    if is_read(old.0) && is_read(new.0) {
        return true;
    }
    old.0.code() == new.0.code() && old.1 == new.1 && failure_of(old.0) == failure_of(new.0)
}

/// Why a client asked an address to which its name does not lead any more; none if it does.
pub(super) fn stale_address(
    cluster: &Cluster,
    client: &str,
    name: &str,
    asked: &str,
) -> Option<Reason> {
    let own = cluster.world.clients.get(client);
    let namespace = own.map_or(DEFAULT_NAMESPACE, |client| client.namespace.as_str());
    let answer = dns::resolve(cluster, namespace, name, dns::RecordType::A);
    let keeps = |list: &[String]| list.iter().any(|address| address == asked);
    let known = own.and_then(|client| client.known.as_ref());
    let why = match answer.kept_until {
        Some(until) if keeps(&answer.addresses) => {
            Detail::CachedAnswer { left: dns::time_left(cluster, until) }
        }
        _ if !known.is_some_and(|(known, _)| keeps(&known.addresses)) => return None,
        _ if keeps(&answer.addresses) => return None,
        _ => {
            let ip = answer.addresses.first().cloned();
            Detail::KeptAddress { name: name.to_owned(), ip }
        }
    };
    let (client, ip, name) = (client.to_owned(), asked.to_owned(), name.to_owned());
    Some(Reason::StaleAddress { client, ip, name, why })
}

/// What a client does.
pub fn does(client: &Client) -> Detail {
    let (host, node) = (client.host.clone(), client.node.as_deref().map(ObjectRef::node));
    let cache = match client.keeps_ms {
        0 => None,
        u64::MAX => Some(Box::new(Detail::KeepsFirstAddress {})),
        _ => Some(Box::new(Detail::CachesAnswers {})),
    };
    match client.writes {
        true => Detail::Writes { host, node, cache },
        false => Detail::Reads { host, node, cache },
    }
}

/// Starts a client, or gives one of this name something else to do.
pub fn start(step: &mut WorldStep<'_>, name: &str, client: &Client) {
    let reason = Reason::ClientStarted {
        client: name.to_owned(),
        does: does(client),
        every: Duration(client.every_ms),
    };
    step.record_event(Subject::Client(name.to_owned()), None, reason);
    let client = Client { next: step.now(), ..client.clone() };
    step.change(Change::Client(name.to_owned(), Some(client)));
    step.enqueue_after(WorkItem::Client(name.to_owned()), 0);
}

/// A client stops.
pub fn stop(step: &mut WorldStep<'_>, name: &str) {
    let Some(client) = step.cluster.world.clients.get(name) else { return };
    let (served, failed) = (client.served, client.failed);
    let reason = Reason::ClientStopped { client: name.to_owned(), served, failed };
    step.record_event(Subject::Client(name.to_owned()), None, reason);
    step.change(Change::Client(name.to_owned(), None));
}
