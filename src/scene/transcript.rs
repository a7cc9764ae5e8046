//! The picture in sentences.

use super::facts::{Facts, Group};
use super::groups::DeploymentFacts;
use super::replicas::describe;
use super::words;
use crate::api::*;
use crate::cluster::world::{Message, Payload, Place};
use std::rc::Rc;

/// A sentence on something on its way.
fn message(message: &Message) -> Option<String> {
    let name = |place: &Place| match place {
        Place::Client(name) => name.clone(),
        Place::Pod(_, key) => key.name().to_string(),
        Place::Nowhere(address) => address.clone(),
    };
    let (from, to) = (name(&message.from), name(&message.to));
    Some(match &message.payload {
        Payload::Write(text) | Payload::Held(text, _) => {
            format!("{from} writes \"{text}\" to {}.", message.name)
        }
        Payload::Read => format!("{from} reads from {}.", message.name),
        Payload::Answer(text) => format!("{from} answers {to}: {text}."),
        Payload::Refusal(text) => format!("{from} refuses {to}: {text}."),
        Payload::Entry(position) => format!("{from} replicates entry {position} to {to}."),
        Payload::Lost => format!("{from} gets no answer from {}.", message.name),
    })
}

/// Sentences on the ReplicaSets of a Deployment, its pods and its volumes.
fn replicas(facts: &Facts<'_>, group: &Group<'_>, deployment: &DeploymentFacts<'_>) -> Vec<String> {
    let about =
        |set: &&Rc<ReplicaSet>| format!("ReplicaSet {}: {}", set.metadata.name, describe(set));
    let mut sentences: Vec<String> = deployment.sets.iter().map(about).collect();
    sentences.extend(group.pods().map(|pod| words::pod(facts, pod)));
    for column in &group.columns {
        let volumes = column.volumes.iter();
        sentences.extend(volumes.map(|volume| words::volume(facts, group, column, volume)));
    }
    sentences
}

/// What the picture shows, in sentences: sets, Services, identities, nodes, what is on its way.
pub(super) fn transcript(facts: &Facts<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    if facts.groups.is_empty() {
        sentences.push("No StatefulSets or Deployments yet.".to_string());
    }
    for group in &facts.groups {
        sentences.push(if group.name().is_empty() {
            "These pods have no StatefulSet or Deployment.".into()
        } else {
            let kind = group.kind().unwrap_or(Kind::StatefulSet);
            format!("{kind} {}: {}", group.name(), words::set(facts, group))
        });
        sentences.extend(group.services.iter().map(|service| {
            format!("Service {}: {}", service.metadata.name, words::service(facts, service))
        }));
        match &group.deployment {
            Some(deployment) => sentences.extend(replicas(facts, group, deployment)),
            None => {
                sentences.extend(
                    group.columns.iter().map(|column| words::identity(facts, group, column)),
                );
            }
        }
    }
    sentences.extend(facts.nodes.iter().map(|node| words::node(facts, node)));
    let clients = facts.cluster.world().clients.iter();
    sentences.extend(clients.map(|(name, one)| format!("Client {name} {}", words::client(one))));
    let messages = facts.cluster.world().messages.values();
    sentences.extend(messages.filter_map(|one| message(one)));
    sentences
}
