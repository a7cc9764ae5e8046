//! The outcomes of requests: counted for each client, and recorded when they are new.

use super::world::Client;
use super::*;

/// Reports the outcome of a request: always that of a single request, and that of a client if it is new.
pub(super) fn report(
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

/// Counts the outcome of a client's request, and records it if it is new.
pub(super) fn settle(
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
fn went_well(reason: &Reason) -> bool {
    matches!(
        reason.code(),
        Code::WriteAccepted | Code::TwinAccepted | Code::ReadServed | Code::StaleRead
    )
}

/// Why a request failed.
fn failure_of(reason: &Reason) -> Option<&Detail> {
    match reason {
        Reason::RequestFailed { why, .. } | Reason::WriteRefused { why, .. } => Some(why),
        _ => None,
    }
}

/// Whether an outcome is the same as the previous one. Which pod served a read is random, so it does not count.
fn is_alike(old: (&Reason, Option<Uid>), new: (&Reason, Option<Uid>)) -> bool {
    let is_read = |reason: &Reason| matches!(reason.code(), Code::ReadServed | Code::StaleRead);
    if is_read(old.0) && is_read(new.0) {
        return true;
    }
    old.0.code() == new.0.code() && old.1 == new.1 && failure_of(old.0) == failure_of(new.0)
}

/// Why a client asked an address that its name no longer resolves to; `None` if it still does.
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
