//! `kubectl apply -f -`: one object after the other; a refused one does not stop the others.

use super::{Call, Plan};
use crate::api::*;
use crate::cluster::Cluster;
use crate::cluster::database::problems;
use crate::manifest::{self, Refusal};
use crate::notation::closest;
use crate::sim::Command;
use std::rc::Rc;

/// What is said of files, of which there are none.
pub(super) const NO_FILES: &str = "error: there are no files here: write -f - and the text below the line, as in \
    kubectl apply -f - <<EOF";

/// `kubectl apply -f -`.
pub(super) fn run(call: &Call<'_>) -> Plan {
    let text = match (call.words.flag("filename"), call.text) {
        (Some("-"), text) => text.unwrap_or(""),
        (Some(_), _) => return Plan::refuse(NO_FILES),
        (None, _) => {
            return Plan::refuse(
                "error: must specify one of -f and -k\nThe text of the manifest follows the line: kubectl \
                 apply -f - <<EOF",
            );
        }
    };
    let documents = manifest::parse(text);
    if documents.is_empty() {
        return Plan::refuse(manifest::NO_OBJECTS);
    }
    let mut plan = Plan::default();
    for document in documents {
        let next = match document.outcome {
            Ok(object) => {
                warn(&object, &mut plan.output);
                plan_for(call.view.cluster, object)
            }
            Err(refusal) => refused(&refusal),
        };
        plan.add(next);
    }
    plan
}

/// Warns of annotations that are meant for the database in the pods, and mean nothing to it.
fn warn(object: &Object, output: &mut super::Output) {
    let Object::StatefulSet(set) = object else { return };
    for problem in problems(&set.spec.template.metadata.annotations) {
        let word = problem.value.unwrap_or(problem.key);
        let advice = match closest(word, problem.known.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("known: {}", problem.known.join(", ")),
        };
        let value = problem.value.map_or_else(String::new, |value| format!(": \"{value}\""));
        let key = problem.key;
        output.stderr += &format!("Warning: annotation {key}{value} means nothing; {advice}\n");
    }
}

/// A refusal, with where it is and what to do about it.
pub(super) fn refused(refusal: &Refusal) -> Plan {
    let mut plan = Plan::refuse(&refusal.stderr);
    let (line, column) = (refusal.line, refusal.column);
    plan.output.advice = match refusal.advice.is_empty() {
        true => format!("at line {line}, column {column}\n"),
        false => format!("at line {line}, column {column}: {}\n", refusal.advice),
    };
    plan
}

/// Creates the object, or changes the one that is there.
fn plan_for(cluster: &Cluster, object: Object) -> Plan {
    let name = format!("{}/{}", object.kind().qualified(), object.meta().name);
    let Some(old) = cluster.store.get(&object.reference()) else {
        return Plan::print(format!("{name} created\n")).with(Command::Create(object));
    };
    let new = merge(&old, object);
    let errors = manifest::validate_update(&old, &new);
    if !errors.is_empty() {
        let subject = format!("{} \"{}\"", new.kind(), new.meta().name);
        return Plan::refuse(manifest::invalid(&subject, &errors));
    }
    if new == old {
        return Plan::print(format!("{name} unchanged\n"));
    }
    Plan::print(format!("{name} configured\n")).with(Command::Configure(new))
}

/// The old object with what the manifest says of it: what the cluster has filled in stays.
fn merge(old: &Object, new: Object) -> Object {
    let mut merged = match (old, new) {
        (Object::StatefulSet(old), Object::StatefulSet(mut new)) => {
            Rc::make_mut(&mut new).status.clone_from(&old.status);
            Object::StatefulSet(new)
        }
        (Object::Deployment(old), Object::Deployment(mut new)) => {
            Rc::make_mut(&mut new).status.clone_from(&old.status);
            Object::Deployment(new)
        }
        (Object::ReplicaSet(old), Object::ReplicaSet(mut new)) => {
            Rc::make_mut(&mut new).status.clone_from(&old.status);
            Object::ReplicaSet(new)
        }
        (Object::Service(old), Object::Service(mut new)) => {
            if new.spec.cluster_ip.is_empty() {
                Rc::make_mut(&mut new).spec.cluster_ip.clone_from(&old.spec.cluster_ip);
            }
            Object::Service(new)
        }
        (Object::PersistentVolumeClaim(old), Object::PersistentVolumeClaim(mut new)) => {
            let claim = Rc::make_mut(&mut new);
            claim.status.clone_from(&old.status);
            if claim.spec.volume_name.is_empty() {
                claim.spec.volume_name.clone_from(&old.spec.volume_name);
            }
            claim.spec.storage_class_name =
                claim.spec.storage_class_name.take().or(old.spec.storage_class_name.clone());
            Object::PersistentVolumeClaim(new)
        }
        (Object::PersistentVolume(old), Object::PersistentVolume(mut new)) => {
            let volume = Rc::make_mut(&mut new);
            volume.status.clone_from(&old.status);
            volume.spec.claim_ref = volume.spec.claim_ref.take().or(old.spec.claim_ref.clone());
            Object::PersistentVolume(new)
        }
        (Object::Pod(old), Object::Pod(mut new)) => {
            let pod = Rc::make_mut(&mut new);
            pod.status.clone_from(&old.status);
            pod.spec.node_name.clone_from(&old.spec.node_name);
            let added = old.spec.tolerations.iter();
            let added = added.filter(|one| !pod.spec.tolerations.contains(one)).cloned();
            let added: Vec<_> = added.collect();
            pod.spec.tolerations.extend(added);
            Object::Pod(new)
        }
        (Object::PodDisruptionBudget(old), Object::PodDisruptionBudget(mut new)) => {
            Rc::make_mut(&mut new).status.clone_from(&old.status);
            Object::PodDisruptionBudget(new)
        }
        (_, new) => new,
    };
    let kept = old.meta();
    let meta = merged.meta_mut();
    let (labels, annotations) =
        (std::mem::take(&mut meta.labels), std::mem::take(&mut meta.annotations));
    *meta = kept.clone();
    meta.labels.extend(labels);
    meta.annotations.extend(annotations);
    merged
}
