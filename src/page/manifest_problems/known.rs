//! What manifests refer to by name, and whether it exists.

use super::{Problem, Severity};
use crate::api::{Key, Kind, Labels, Object, ObjectRef, PersistentVolumeClaim, Service, includes};
use crate::cluster::Cluster;
use crate::cluster::references::{self, Reference};
use crate::manifest::Document;
use crate::map::{Map, Set};
use std::rc::Rc;

/// What a cluster has that manifests refer to.
#[derive(Default)]
pub struct Known {
    classes: Vec<String>,
    services: Map<Key, Rc<Service>>,
    /// What else is referred to by name.
    objects: Set<ObjectRef>,
}

/// What the lack of names means for the database that stands in for an image.
const NO_COPY: &str = "The example database in them starts without a copy of the data.";

/// The kinds whose objects are referred to by name.
const NAMED: [Kind; 6] = [
    Kind::ConfigMap,
    Kind::Secret,
    Kind::ServiceAccount,
    Kind::PriorityClass,
    Kind::RuntimeClass,
    Kind::Namespace,
];

impl Known {
    /// What a cluster has.
    pub fn of(cluster: &Cluster) -> Known {
        let mut known = Known::default();
        for class in cluster.store.classes.iter() {
            known.classes.push(class.metadata.name.clone());
        }
        for volume in cluster.store.volumes.iter() {
            known.classes.push(volume.class().to_owned());
        }
        for service in cluster.store.services.iter() {
            known.services.insert(service.metadata.key(), service.clone());
        }
        for object in NAMED.iter().flat_map(|kind| cluster.store.list(*kind)) {
            known.objects.insert(object.reference());
        }
        known
    }

    /// Adds what the documents bring.
    pub fn add(&mut self, documents: &[Document]) {
        for object in documents.iter().filter_map(|document| document.outcome.as_ref().ok()) {
            match object {
                Object::StorageClass(class) => self.classes.push(class.metadata.name.clone()),
                Object::PersistentVolume(it) => {
                    self.classes.push(it.class().to_owned());
                }
                Object::Service(service) => {
                    self.services.insert(service.metadata.key(), service.clone());
                }
                object if NAMED.contains(&object.kind()) => {
                    self.objects.insert(object.reference());
                }
                _ => {}
            }
        }
    }

    /// What the documents name and nothing has.
    pub fn missing(&self, documents: &[Document]) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for document in documents {
            if let Ok(object) = &document.outcome {
                self.check_namespace(document, object, &mut problems);
                self.check_pods(document, object, &mut problems);
            }
            match &document.outcome {
                Ok(Object::StatefulSet(set)) => {
                    let templates = &set.spec.volume_claim_templates;
                    for (index, claim) in templates.iter().enumerate() {
                        let field =
                            format!("spec.volumeClaimTemplates[{index}].spec.storageClassName");
                        self.check_class(document, &field, claim, &mut problems);
                    }
                    let service = &set.spec.service_name;
                    let namespace = &set.metadata.namespace;
                    let labels = &set.spec.template.metadata.labels;
                    if let Some(why) = self.why_no_names(namespace, service, labels) {
                        let text = format!("{why}: the pods have no DNS names. {NO_COPY}");
                        problems.push(Problem::warning(document, "spec.serviceName", text));
                    }
                }
                Ok(Object::PersistentVolumeClaim(claim)) => {
                    self.check_class(document, "spec.storageClassName", claim, &mut problems);
                }
                _ => {}
            }
        }
        problems
    }

    fn has(&self, kind: Kind, namespace: &str, name: &str) -> bool {
        self.objects.contains(&ObjectRef::named(kind, namespace, name))
    }

    /// Why pods with these labels have no names from a Service, if it gives them none.
    fn why_no_names(&self, namespace: &str, service: &str, labels: &Labels) -> Option<String> {
        if service.is_empty() {
            return None;
        }
        match self.services.get(&Key::new(namespace, service)) {
            None => Some(format!("Service \"{service}\" doesn't exist")),
            Some(known) if !includes(labels, &known.spec.selector) => {
                Some(format!("Service \"{service}\" doesn't select them"))
            }
            Some(_) => None,
        }
    }

    /// Adds a problem if the namespace of an object does not exist: the object is rejected.
    fn check_namespace(&self, document: &Document, object: &Object, problems: &mut Vec<Problem>) {
        let namespace = &object.meta().namespace;
        if namespace.is_empty() || self.has(Kind::Namespace, "", namespace) {
            return;
        }
        let text = format!(
            "Namespace \"{namespace}\" doesn't exist: add it before this object, or create it with kubectl create \
             namespace {namespace}."
        );
        let problem = Problem::warning(document, "metadata.namespace", text);
        problems.push(Problem { severity: Severity::Error, ..problem });
    }

    /// Adds a problem for each object that pods refer to and that does not exist.
    fn check_pods(&self, document: &Document, object: &Object, problems: &mut Vec<Problem>) {
        let (path, spec) = match object {
            Object::StatefulSet(set) => ("spec.template.spec", &set.spec.template.spec),
            Object::Deployment(deployment) => {
                ("spec.template.spec", &deployment.spec.template.spec)
            }
            Object::ReplicaSet(set) => ("spec.template.spec", &set.spec.template.spec),
            Object::Pod(pod) => ("spec", &pod.spec),
            _ => return,
        };
        let namespace = &object.meta().namespace;
        let exists = |kind: Kind, namespace: &str, name: &str| self.has(kind, namespace, name);
        if let Some(why) = references::forbidden(spec, namespace, &exists) {
            let (severity, text) = match object {
                Object::Pod(_) => (Severity::Error, format!("The pod is rejected: {why}.")),
                _ => (Severity::Warning, format!("The pods can't be created: {why}.")),
            };
            problems.push(Problem { severity, ..Problem::warning(document, path, text) });
        }
        let containers =
            [("initContainers", &spec.init_containers), ("containers", &spec.containers)];
        let containers = containers.into_iter().flat_map(|(list, containers)| {
            containers.iter().enumerate().map(move |(index, container)| {
                (format!("{path}.{list}[{index}]"), references::of_container(container))
            })
        });
        let volumes = spec.volumes.iter().enumerate().map(|(index, volume)| {
            (format!("{path}.volumes[{index}]"), references::of_volume(volume))
        });
        for (field, references) in containers.chain(volumes) {
            for Reference { kind, name, .. } in references {
                let text = format!(
                    "{kind} \"{name}\" doesn't exist: the pods don't start before it does."
                );
                let is_known = self.has(kind, namespace, name)
                    || problems.iter().any(|problem| problem.text == text);
                if !is_known {
                    problems.push(Problem::warning(document, &field, text));
                }
            }
        }
    }

    /// Adds a problem if the class of a claim does not exist. Only the first claim offers the class.
    fn check_class(
        &self,
        document: &Document,
        field: &str,
        claim: &PersistentVolumeClaim,
        problems: &mut Vec<Problem>,
    ) {
        let is_missing = |it: &String| !it.is_empty() && !self.classes.contains(it);
        let Some(class) = claim.class().map(str::to_owned).filter(is_missing) else {
            return;
        };
        let is_known = problems.iter().any(|it| it.missing_class.as_ref() == Some(&class));
        let text = format!(
            "StorageClass \"{class}\" doesn't exist: claims that name it stay Pending, and so do their pods."
        );
        let missing_class = (!is_known).then(|| class.clone());
        problems.push(Problem { missing_class, ..Problem::warning(document, field, text) });
    }
}
