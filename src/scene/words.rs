//! What is said of things: in the picture in few words, for who does not see it in sentences.

use super::facts::{Column, Facts, Group, NodeFacts, PodFacts, VolumeFacts};
use super::text::{plural, span};
use crate::api::*;
use crate::cluster::identities::SHOWN_MS;
use crate::cluster::sentences::ENGLISH;
use crate::cluster::world::{Client, Disk, DiskId, Stage};
use crate::cluster::{Detail, Reason, Subject, clients};
use crate::db::{Data, texts};
use std::rc::Rc;

/// How many pods are Ready of how many that are wanted: the numbers and a phrase.
pub(super) fn ready_count(group: &Group<'_>) -> (usize, String) {
    let pods = group.pods().filter_map(|pod| pod.pod);
    // As the controllers count: a set's pod until it is gone, others until they are asked to go.
    let ready = pods
        .filter(|pod| pod.is_ready() && (group.set.is_some() || !pod.metadata.is_terminating()));
    let ready = ready.count();
    let phrase = match group.wanted() {
        Some((meta, _)) if meta.is_terminating() => "being deleted".into(),
        Some((_, replicas)) => format!("{ready} of {replicas} Ready"),
        None => String::new(),
    };
    (ready, phrase)
}

/// Why an identity has no pod, in a few words.
pub(super) fn why_not_there(facts: &Facts<'_>, group: &Group<'_>, column: &Column<'_>) -> String {
    let Some(set) = group.set else { return "set was deleted".into() };
    if !column.is_wanted {
        return "scaled away".into();
    }
    let subject = Subject::object(Kind::StatefulSet, &set.metadata.key());
    let wait = facts.cluster.waits.get(&subject).map(|wait| &wait.reason);
    let before =
        column.ordinal.map(|ordinal| ordinal - 1).filter(|n| *n >= set.spec.ordinals.start);
    let is_it = |pod: &ObjectRef| pod.key.name() == column.name();
    match wait.map(Rc::as_ref) {
        Some(Reason::PodCreateFailed { pod, .. } | Reason::ClaimStale { pod, .. })
            if is_it(pod) =>
        {
            "failed to create".into()
        }
        Some(
            Reason::WaitForReady { pod, next: Some(next), .. }
            | Reason::WaitForAvailable { pod, next: Some(next), .. },
        ) if is_it(next) => format!("waits for {}", pod.key.name()),
        _ => match before {
            Some(ordinal) if set.is_ordered() => format!("waits for {}", set.pod_name(ordinal)),
            _ => "not created yet".into(),
        },
    }
}

/// The state of the data on a volume compared with the primary's, and whether it is bad.
pub(super) fn sync(group: &Group<'_>, data: &Data) -> (String, bool) {
    if let Some(target) = data.clone_target {
        return (format!("{} of {target}", data.len()), false);
    }
    if data.role.is_none() {
        return ("no data yet".into(), false);
    }
    let entries = plural(u64::from(data.live()), "entry", "entries");
    let Some(primary) = group.primary.filter(|primary| !std::ptr::eq(*primary, data)) else {
        return (entries, false);
    };
    if data.role == Some(crate::db::Role::Primary) && data.follows(primary) {
        return (entries, false);
    }
    if !data.follows(primary) {
        let count = data.differing(primary).count();
        return (plural(count as u64, "differs", "differ"), true);
    }
    match primary.len().saturating_sub(data.len()) {
        0 => ("in sync".into(), false),
        behind => (format!("{behind} behind"), false),
    }
}

/// The size of a volume, or nothing if it is not known.
pub(super) fn size(facts: &Facts<'_>, volume: &VolumeFacts<'_>) -> String {
    let object = facts.cluster.store.volumes.named("", volume.volume);
    object.and_then(|it| it.spec.capacity.get("storage").cloned()).unwrap_or_default()
}

/// Whether the database of a pod runs on a volume now.
pub(super) fn writes_to(facts: &Facts<'_>, pod: &PodFacts<'_>, volume: &VolumeFacts<'_>) -> bool {
    let is_alive = pod.run.is_some_and(|run| facts.cluster.world().is_alive(run));
    let database = pod.run.and_then(|run| run.database.as_ref()).filter(|_| is_alive);
    database.is_some_and(|database| {
        let is_here = matches!(&database.disk, DiskId::Volume(name) if name == volume.volume);
        is_here && database.is_open()
    })
}

/// What a copy has that the primary's lacks, and the other way round, by name; empty if neither.
fn difference(group: &Group<'_>, data: &Data) -> String {
    let primary = group.primary.filter(|primary| data.clone_target.is_none() && *primary != data);
    let Some(primary) = primary else { return String::new() };
    let (own, other) = (texts(data.missing_in(primary)), texts(primary.missing_in(data)));
    match (own.as_str(), other.as_str()) {
        ("", "") => String::new(),
        ("", other) => format!(" It is missing {other}."),
        (own, "") => format!(" It has {own}, missing on the primary."),
        (own, other) => format!(" It has {own}, missing on the primary, and is missing {other}."),
    }
}

/// The node that holds a volume although no pod of its column is there.
pub(super) fn held_by<'a>(
    facts: &Facts<'a>,
    users: &[&PodFacts<'_>],
    volume: &VolumeFacts<'a>,
) -> Option<&'a str> {
    let attached = volume.disk.into_iter().flat_map(|disk: &std::rc::Rc<Disk>| &disk.attached);
    let mut attached = attached.map(String::as_str);
    let is_let_go = |node: &str| {
        let attachment = facts.cluster.store.attachment(volume.volume, node);
        attachment.is_some_and(|attachment| attachment.metadata.is_terminating())
    };
    let is_used = |node: &str| users.iter().any(|pod| pod.pod.is_some() && pod.node() == node);
    attached.find(|node| !is_let_go(node) && !is_used(node))
}

/// How long a node has not been heard of, if that is longer than it should be.
pub(super) fn silent_ms(facts: &Facts<'_>, node: &str) -> Option<u64> {
    let lease = facts.cluster.store.leases.named(LEASE_NAMESPACE, node)?;
    let renewal = facts.cluster.settings.timings.lease_renewal_ms;
    let is_heard =
        facts.time_deps.is_within(lease.renew_time, renewal.saturating_add(renewal / 5 + 1));
    (!is_heard).then(|| milliseconds(facts.time_deps.seconds_since(lease.renew_time)))
}

/// What a Service leads to, from the longest form to the shortest.
pub(super) fn service_forms(facts: &Facts<'_>, service: &Service) -> Vec<String> {
    let endpoints = facts.cluster.store.slice_of(service).map_or(&[][..], |slice| &slice.endpoints);
    let all = service.spec.publish_not_ready_addresses;
    let ready = || endpoints.iter().filter(|endpoint| all || endpoint.ready);
    let count = ready().count();
    let addresses: Vec<&str> = ready().map(|endpoint| endpoint.address.as_str()).collect();
    let short = match count {
        0 => "→ no endpoints".to_string(),
        1 => "→ 1 pod".to_string(),
        count => format!("→ {count} pods"),
    };
    let kind = match service.spec.cluster_ip.as_str() {
        "None" => "headless",
        "" => "no address",
        address => address,
    };
    let long = if addresses.is_empty() {
        format!("{kind} {short}")
    } else {
        format!("{kind} → {}", addresses.join(", "))
    };
    vec![long, format!("{kind} {short}"), short]
}

/// A sentence on a Service.
pub(super) fn service(facts: &Facts<'_>, service: &Service) -> String {
    let forms = service_forms(facts, service);
    let long = forms
        .first()
        .map_or("", String::as_str)
        .replace(" → no", ", no")
        .replace(" →", ", endpoints");
    format!("{long}.")
}

/// A sentence on a set or a Deployment.
pub(super) fn set(facts: &Facts<'_>, group: &Group<'_>) -> String {
    let (ready, _) = ready_count(group);
    let (Some((_, wanted)), Some(key), Some(kind)) = (group.wanted(), &group.key, group.kind())
    else {
        return "the set was deleted; these are its remaining objects.".into();
    };
    let is_there = |pod: &&PodFacts<'_>| {
        pod.pod.is_some_and(|pod| group.set.is_some() || !pod.metadata.is_terminating())
    };
    let pods = group.pods().filter(is_there).count();
    let mut subjects = vec![Subject::object(kind, key)];
    let sets = group.deployment.iter().flat_map(|deployment| &deployment.sets);
    subjects.extend(sets.map(|set| Subject::object(Kind::ReplicaSet, &set.metadata.key())));
    let waits = subjects.iter().filter_map(|subject| facts.cluster.waits.get(subject));
    let waits: String = waits.map(|wait| format!(" Waiting: {}.", wait.reason.text())).collect();
    format!("{wanted} desired, {pods} created, {ready} Ready.{waits}")
}

/// Sentences on an identity: its pods and its volumes.
pub(super) fn identity(facts: &Facts<'_>, group: &Group<'_>, column: &Column<'_>) -> String {
    let mut sentences: Vec<String> = column.pods.iter().map(|pod| self::pod(facts, pod)).collect();
    if column.pod().is_none() {
        let reason = why_not_there(facts, group, column);
        sentences.push(format!("{} has no pod: {reason}.", column.name()));
    }
    sentences.extend(replacement(facts, column));
    let volumes = column.volumes.iter();
    sentences.extend(volumes.map(|volume| self::volume(facts, group, column, volume)));
    for disk in column.pods.iter().filter_map(|pod| pod.folder) {
        let (sync, _) = sync(group, &disk.data);
        let (name, count) = (column.name(), plural(u64::from(disk.data.len()), "entry", "entries"));
        sentences
            .push(format!("The emptyDir of {name} (deleted with its pod) holds {count}, {sync}."));
        sentences.extend(Some(difference(group, &disk.data)).filter(|text| !text.is_empty()));
    }
    sentences.join(" ")
}

/// A sentence on what stayed and what changed, while the picture shows it.
fn replacement(facts: &Facts<'_>, column: &Column<'_>) -> Option<String> {
    let key = column.key.as_ref()?;
    let identity = facts.cluster.identities().get(key)?;
    column.pod().filter(|pod| pod.metadata.uid == identity.latest.uid)?;
    facts.time_deps.is_within(identity.latest.ready_since, SHOWN_MS).then_some(())?;
    Some(format!("{}.", identity.reason(key)?.text()))
}

/// A sentence on a pod.
pub(super) fn pod(facts: &Facts<'_>, pod: &PodFacts<'_>) -> String {
    pod.words.get_or_init(|| sentence_on_pod(facts, pod)).clone()
}

fn sentence_on_pod(facts: &Facts<'_>, pod: &PodFacts<'_>) -> String {
    let (name, node) = (pod.key.name(), pod.node());
    let Some(object) = pod.pod else {
        let world = &facts.cluster.world();
        let truth = match pod.run {
            Some(run) if run.stage >= Stage::Unmounting => "has stopped and is being cleaned up",
            Some(run) if world.is_alive(run) => "is still running",
            _ => "has lost power",
        };
        let uid = pod.uid.short();
        return format!("The deleted pod {name}, uid {uid}, {truth} on {node}.");
    };
    let summary = pod_summary(object);
    let ready = if object.is_ready() { "Ready" } else { "not Ready" };
    let mut sentence = format!("{name} is {} and {ready}", summary.status);
    if node.is_empty() {
        sentence.push_str(", not scheduled");
    } else {
        sentence.push_str(&format!(" on {node}"));
    }
    if pod.ip().is_empty() {
        sentence.push_str(", no IP");
    } else {
        sentence.push_str(&format!(", IP {}", pod.ip()));
    }
    if summary.restarts > 0 {
        let restarts = plural(u64::from(summary.restarts), "time", "times");
        sentence.push_str(&format!(", restarted {restarts}"));
    }
    sentence.push('.');
    let wait = facts.cluster.waits.get(&Subject::pod(&pod.key));
    if let Some(wait) = wait {
        sentence.push_str(&format!(" Waiting: {}.", wait.reason.text()));
    }
    if pod.is_cloning() {
        sentence.push_str(" It is cloning from the previous pod.");
    }
    sentence
}

/// A sentence on a volume.
pub(super) fn volume(
    facts: &Facts<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    volume: &VolumeFacts<'_>,
) -> String {
    volume.words.get_or_init(|| sentence_on_volume(facts, group, column, volume)).clone()
}

fn sentence_on_volume(
    facts: &Facts<'_>,
    group: &Group<'_>,
    column: &Column<'_>,
    volume: &VolumeFacts<'_>,
) -> String {
    let name = volume.name;
    let Some(disk) = volume.disk else {
        return format!("The claim {name} has no volume yet.");
    };
    let mut sentence = format!("The volume {name} ");
    match (disk.data.role, disk.data.clone_target) {
        (_, Some(target)) => {
            sentence.push_str(&format!("has cloned {} of {target} entries", disk.data.len()));
        }
        (Some(role), None) => {
            let count = plural(u64::from(disk.data.live()), "entry", "entries");
            sentence.push_str(&format!("holds {count}, {}", role.name()));
            let (sync, _) = sync(group, &disk.data);
            if !sync.contains("entr") {
                sentence.push_str(&format!(", {sync}"));
            }
        }
        (None, None) if facts.cluster.world().is_observed => {
            sentence.push_str("has data that the API does not show");
        }
        (None, None) => sentence.push_str("is empty"),
    }
    let attached: Vec<&str> = disk.attached.iter().map(String::as_str).collect();
    match (&disk.node, held_by(facts, &group.users(column), volume), attached.as_slice()) {
        (Some(node), _, _) => sentence.push_str(&format!(", local to {node}")),
        (None, Some(node), _) => sentence.push_str(&format!(", still attached to {node}")),
        (None, None, []) => sentence.push_str(", not attached"),
        (None, None, nodes) => sentence.push_str(&format!(", attached to {}", nodes.join(", "))),
    }
    if volume.claim.is_none() {
        sentence.push_str("; its claim was deleted");
    } else if volume.claim.is_some_and(|claim| claim.metadata.is_terminating()) {
        sentence.push_str("; its claim is Terminating until no pod uses it");
    } else if !column.is_wanted && column.pods.is_empty() {
        sentence.push_str("; it is kept for the next pod with this name");
    }
    let writers = column.pods.iter().filter(|pod| writes_to(facts, pod, volume)).count();
    if writers > 1 {
        sentence.push_str(&format!("; {writers} pods write to it and overwrite each other"));
    }
    sentence + "." + &difference(group, &disk.data)
}

/// Sentences on a node.
pub(super) fn node(facts: &Facts<'_>, node: &NodeFacts<'_>) -> String {
    let name = node.name;
    let known = match node.node.map(|node| node.ready_status()) {
        None => format!("{name} has no Node object"),
        Some(ConditionStatus::True) => format!("{name} is Ready"),
        Some(ConditionStatus::False) => format!("{name} is not Ready"),
        Some(_) => format!("{name} is not responding (Ready=Unknown)"),
    };
    let silent = silent_ms(facts, name)
        .map(|ms| format!(", no heartbeat for {}", span(ms)))
        .unwrap_or_default();
    let machine = facts.cluster.world().machine(name);
    let truth = match machine {
        Some(machine) if machine.boots => " It is actually booting.",
        Some(machine) if !machine.is_on => " It is actually powered off.",
        Some(machine) if !machine.is_linked => " It is actually running without a network.",
        _ => "",
    };
    let taints = node.node.map_or(&[][..], |node| &node.spec.taints);
    let taints: Vec<String> =
        taints.iter().map(|taint| format!("{}:{}", taint.key, taint.effect)).collect();
    let taints =
        if taints.is_empty() { String::new() } else { format!(" Taints: {}.", taints.join(", ")) };
    format!("{known}{silent}.{truth}{taints}")
}

/// What became of a client's last request, in a few words, and whether that is bad.
pub(super) fn fate(client: &Client) -> (String, bool) {
    let Some((reason, _)) = &client.fate else { return ("sending".into(), false) };
    let words = match &**reason {
        Reason::WriteAccepted { pod, .. } | Reason::ReadServed { pod, .. } => {
            return (format!("served by {}", pod.key.name()), false);
        }
        Reason::TwinAccepted { pod, .. } => format!("{}, deleted", pod.key.name()),
        Reason::StaleRead { pod, missing, .. } => format!("{}: {missing} behind", pod.key.name()),
        Reason::WriteRefused { pod, .. } => format!("refused by {}", pod.key.name()),
        Reason::NoSuchName { .. } => "name not found".into(),
        Reason::StaleAddress { .. } => "stale address".into(),
        Reason::RequestFailed { why, .. } => match why {
            Detail::Refused {} | Detail::NoReadyEndpoint {} => "refused".into(),
            Detail::NoNameServer { .. } => "no DNS server".into(),
            why => ENGLISH.words(why),
        },
        _ => String::new(),
    };
    (words, true)
}

/// Sentences on a client.
pub(super) fn client(client: &Client) -> String {
    let does = ENGLISH.words(&clients::does(client));
    let (served, failed) = (client.served, client.failed);
    let mut sentence = format!("{does}. Served: {served}, failed: {failed}");
    if client.stale > 0 {
        sentence.push_str(&format!(", stale: {}", client.stale));
    }
    if let Some((reason, _)) = &client.fate {
        sentence.push_str(&format!(". Last: {}", reason.text()));
    }
    sentence + "."
}
