//! Clients that ask again and again, by a name, or by an address that they keep (S19, S21, S22).
//!
//! One request at a time is on its way. The log tells when what becomes of them changes, not of each
//! of them; how many went well is counted. A client is no part of Kubernetes.

use super::network::{Call, Request, address, transmit};
use super::outcomes::settle;
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
