//! Takes over what is reported of a real cluster, as it is: without admission, without watchers.

use super::Writer;
use crate::api::*;
use crate::cluster::observed::{ApiEvent, Report};
use crate::cluster::{Duration, Reason, Subject, identities};
use crate::later::later;
use std::rc::Rc;

later! {
    /// Takes over a report.
    pub(super) static REPORT: fn(&mut Writer<'_>, Report) = |writer, report| writer.report(report);
}

impl Writer<'_> {
    fn report(&mut self, report: Report) {
        match report {
            Report::Listed(object) => self.put_reported(object),
            Report::Seen(object) => {
                let old = self.cluster.store.get(&object.reference());
                self.describe(old.as_ref(), &object);
                self.put_reported(object);
            }
            Report::Gone(reference) => self.forget_reported(&reference),
            Report::Event(event) => self.report_event(event),
            Report::Remark(text) => {
                let subject = Subject::Name("remark".into());
                self.say(subject, None, Rc::new(Reason::Remarked { text }));
            }
            Report::More => {}
        }
    }

    fn put_reported(&mut self, object: Object) {
        let (reference, now) = (object.reference(), self.cluster.now);
        let volume = volume_of(&object);
        let pod = if let Object::Pod(pod) = &object { Some(pod.clone()) } else { None };
        let store = &mut self.cluster.control_plane.store;
        store.resource_version = store.resource_version.max(object.meta().resource_version);
        store.put(object);
        self.cluster.world.suggest(&self.cluster.control_plane.store, &reference, now);
        if let Some(volume) = volume {
            self.cluster.world.suggest_disk(&self.cluster.control_plane.store, &volume);
        }
        if let Some(pod) = pod.filter(|pod| pod.is_ready()) {
            self.note_replacement(&pod);
        }
    }

    fn forget_reported(&mut self, reference: &ObjectRef) {
        let Some(old) = self.cluster.store.get(reference) else { return };
        let subject = Subject::Object(reference.clone());
        let reason = Reason::ObjectGone { object: reference.clone() };
        self.say(subject.clone(), Some(old.meta().uid), Rc::new(reason));
        self.cluster.control_plane.store.remove(reference);
        let now = self.cluster.now;
        self.cluster.world.suggest(&self.cluster.control_plane.store, reference, now);
        if let Some(volume) = volume_of(&old) {
            self.cluster.world.suggest_disk(&self.cluster.control_plane.store, &volume);
        }
        Rc::make_mut(&mut self.cluster.world.warnings).remove(reference);
        self.wait(subject, None);
    }

    fn report_event(&mut self, event: ApiEvent) {
        let ApiEvent { object, uid, source, code, message, is_warning } = event.clone();
        let subject = Subject::Object(object.clone());
        if is_warning {
            let warnings = Rc::make_mut(&mut self.cluster.world.warnings);
            warnings.insert(object.clone(), Rc::new(event));
        }
        let reason = match is_warning {
            true => Reason::WarningReported { object, source, code, message },
            false => Reason::EventReported { object, source, code, message },
        };
        self.say(subject, Some(uid), Rc::new(reason));
    }

    /// Records what stayed and what changed when a pod took over an identity.
    fn note_replacement(&mut self, pod: &Rc<Pod>) {
        if let Some(reason) = identities::note_ready(self.cluster, pod) {
            self.say(Subject::pod(&pod.metadata.key()), Some(pod.metadata.uid), Rc::new(reason));
        }
    }

    /// Records how an object differs from what it was.
    fn describe(&mut self, old: Option<&Object>, new: &Object) {
        let (object, uid) = (new.reference(), Some(new.meta().uid));
        let subject = || Subject::Object(object.clone());
        let old = old.filter(|old| old.meta().uid == new.meta().uid);
        let Some(old) = old else {
            self.say(subject(), uid, Rc::new(Reason::Appeared { object: object.clone() }));
            return;
        };
        if new.meta().is_terminating() && !old.meta().is_terminating() {
            let seconds = new.meta().deletion_grace_period_seconds;
            let grace = seconds.filter(|seconds| *seconds > 0).map(Duration::seconds);
            let reason = Reason::MarkedForDeletion { object: object.clone(), grace };
            self.say(subject(), uid, Rc::new(reason));
        }
        for ((field, from), (_, to)) in fields(old).into_iter().zip(fields(new)) {
            if from != to {
                let (object, field) = (object.clone(), field.to_owned());
                self.say(subject(), uid, Rc::new(Reason::FieldChanged { object, field, from, to }));
            }
        }
    }
}

/// The volume of an attachment.
fn volume_of(object: &Object) -> Option<String> {
    let Object::VolumeAttachment(attachment) = object else { return None };
    Some(attachment.spec.persistent_volume_name.clone())
}

/// The fields of an object whose changes are recorded, with their values.
fn fields(object: &Object) -> Vec<(&'static str, String)> {
    let images = |spec: &PodSpec| {
        let images = spec.containers.iter().map(|container| container.image.as_str());
        images.collect::<Vec<_>>().join(", ")
    };
    match object {
        Object::Pod(pod) => pod_fields(pod),
        Object::StatefulSet(set) => vec![
            ("spec.replicas", set.spec.replicas.to_string()),
            ("image", images(&set.spec.template.spec)),
            ("status.readyReplicas", set.status.ready_replicas.to_string()),
            ("status.currentRevision", set.status.current_revision.clone()),
            ("status.updateRevision", set.status.update_revision.clone()),
        ],
        Object::Deployment(deployment) => vec![
            ("spec.replicas", deployment.spec.replicas.to_string()),
            ("image", images(&deployment.spec.template.spec)),
        ],
        Object::ReplicaSet(set) => vec![("spec.replicas", set.spec.replicas.to_string())],
        Object::PersistentVolumeClaim(claim) => vec![
            ("status.phase", claim.status.phase.to_string()),
            ("spec.volumeName", claim.spec.volume_name.clone()),
        ],
        Object::PersistentVolume(volume) => vec![("status.phase", volume.status.phase.to_string())],
        Object::VolumeAttachment(attachment) => {
            vec![("status.attached", attachment.status.attached.to_string())]
        }
        Object::Node(node) => {
            let taints = node.spec.taints.iter().map(|it| format!("{}:{}", it.key, it.effect));
            vec![
                ("Ready", node.ready_status().to_string()),
                ("spec.unschedulable", node.spec.unschedulable.to_string()),
                ("spec.taints", taints.collect::<Vec<_>>().join(", ")),
            ]
        }
        Object::EndpointSlice(slice) => {
            let ready = slice.endpoints.iter().filter(|endpoint| endpoint.ready);
            let ready = ready.map(|endpoint| endpoint.address.as_str());
            vec![("list of ready endpoints", ready.collect::<Vec<_>>().join(", "))]
        }
        Object::PodDisruptionBudget(budget) => {
            vec![("status.disruptionsAllowed", budget.status.disruptions_allowed.to_string())]
        }
        _ => Vec::new(),
    }
}

fn pod_fields(pod: &Pod) -> Vec<(&'static str, String)> {
    let ready = condition(&pod.status.conditions, "Ready");
    let summary = pod_summary(pod);
    vec![
        ("spec.nodeName", pod.spec.node_name.clone()),
        ("status.podIP", pod.status.pod_ip.clone()),
        ("status", pod_status(pod)),
        ("Ready", ready.map_or("", |it| it.status.as_str()).to_owned()),
        ("restart count", summary.restarts.to_string()),
    ]
}
