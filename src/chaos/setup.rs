//! The cluster in which a manifest is tried, and what is assumed about it.

use super::fault::Fault;
use super::target::{Target, targets};
use super::{Options, Refused};
use crate::api::{Kind, StatefulSet, Time};
use crate::manifest;
use crate::map::Set;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::rc::Rc;

/// The most pods that the StatefulSets of a manifest may want: with more, the matrix takes minutes.
pub const PODS_MAX: i32 = 50;

/// What is tried: a manifest, and what it needs from a cluster.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    /// The text, as it was written.
    pub yaml: Rc<str>,
    /// The namespaces that are created before it.
    namespaces: Vec<String>,
    /// The StorageClasses that are created before it, as YAML.
    classes: String,
    /// The StatefulSets.
    pub targets: Vec<Rc<Target>>,
    /// What is assumed to be there, and what the API server rejects, in sentences.
    pub notes: Vec<String>,
    /// The StatefulSets whose first container has no readiness probe.
    pub unprobed: Vec<String>,
}

/// A manifest that was applied to a new cluster.
pub(super) struct Applied {
    pub timeline: Timeline,
    /// What the API server rejects, in kubectl's words.
    pub rejected: String,
}

impl Manifest {
    /// Reads a manifest, and finds the namespaces and StorageClasses that it needs and does not have.
    ///
    /// # Errors
    /// If the API server accepts nothing of it, or if it has no StatefulSet that can be tried.
    pub(super) async fn read(
        text: &str,
        options: &Options,
        progress: &Progress,
    ) -> Result<Manifest, Refused> {
        let (namespaces, classes) = (missing_namespaces(text, progress).await, String::new());
        let exist = |name: &String| format!("Assumed: the namespace {name} exists.");
        let (yaml, notes) = (text.into(), namespaces.iter().map(exist).collect());
        let mut found = Manifest {
            yaml,
            namespaces,
            classes,
            targets: Vec::new(),
            notes,
            unprobed: Vec::new(),
        };
        let Applied { timeline, rejected } = found.apply(1, None, options, progress).await?;
        for name in missing_classes(&timeline) {
            found.notes.push(format!(
                "Assumed: the StorageClass {name} exists, provisions network volumes, and has reclaimPolicy Delete."
            ));
            found.classes += &format!(
                "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: \"{name}\"\n\
                 provisioner: csi.ordinal\nvolumeBindingMode: WaitForFirstConsumer\n---\n"
            );
        }
        let rejected = rejected.lines().filter(|line| !line.is_empty());
        found.notes.extend(rejected.map(|line| format!("Rejected, so not tested: {line}")));
        found.targets = targets(timeline.cluster()).into_iter().map(Rc::new).collect();
        let sets = timeline.cluster().store.stateful_sets.iter();
        let is_unprobed = |set: &&Rc<StatefulSet>| {
            let containers = &set.spec.template.spec.containers;
            containers.first().is_some_and(|container| container.readiness_probe.is_none())
        };
        found.unprobed = sets.filter(is_unprobed).map(|set| set.metadata.name.clone()).collect();
        found.check()?;
        Ok(found)
    }

    fn check(&self) -> Result<(), Refused> {
        let pods = self.targets.iter().map(|target| target.replicas).fold(0, i32::saturating_add);
        if self.targets.is_empty() {
            return Err(Refused::new(
                "error: no StatefulSet that wants pods; add one, or set spec.replicas to 1 or more",
            ));
        }
        if pods > PODS_MAX {
            return Err(Refused::new(&format!(
                "error: the StatefulSets want {pods} pods, and at most {PODS_MAX} can be tested; lower spec.replicas"
            )));
        }
        Ok(())
    }

    /// The same with another text.
    pub(super) fn with_text(&self, yaml: &str) -> Manifest {
        Manifest { yaml: yaml.into(), ..self.clone() }
    }

    /// Applies it to a new cluster.
    ///
    /// # Errors
    /// If nothing of it is accepted.
    pub(super) async fn apply(
        &self,
        seed: u64,
        fault: Option<Fault>,
        options: &Options,
        progress: &Progress,
    ) -> Result<Applied, Refused> {
        let (version, nodes) = (options.version.name(), options.nodes);
        let setup = fault.map_or("", Fault::setup);
        let recipe =
            format!("ordinal 1\nkubernetes {version}\nseed {seed}\nnodes {nodes}\n{setup}");
        let opened = Timeline::open(&recipe, Time(0), progress).await;
        let mut timeline = opened.map_err(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Refused::new(&errors.join("\n"))
        })?;
        for name in &self.namespaces {
            let line = format!("kubectl create namespace {name}");
            timeline.run_line_in_slices(&line, progress).await;
        }
        if !self.classes.is_empty() {
            timeline.apply(&self.classes);
        }
        let mut run = timeline.begin_manifest("apply", &self.yaml);
        while run.go_on() {
            progress.pause().await;
        }
        let output = timeline.finish(run);
        if output.stdout.trim().is_empty() {
            let words = [output.stderr.trim_end(), output.advice.trim_end()].join("\n");
            return Err(Refused::new(words.trim_end()));
        }
        Ok(Applied { timeline, rejected: output.stderr })
    }
}

/// The namespaces that the objects of a text are in, and that it does not create.
async fn missing_namespaces(text: &str, progress: &Progress) -> Vec<String> {
    let documents = manifest::parse_in_slices(text, manifest::Gates::default(), progress).await;
    let objects = || documents.iter().filter_map(|document| document.outcome.as_ref().ok());
    let created = objects().filter(|object| object.kind() == Kind::Namespace);
    let created: Set<&str> = created.map(|object| object.meta().name.as_str()).collect();
    let used: Set<&str> = objects().map(|object| object.meta().namespace.as_str()).collect();
    let is_there = |name: &str| name.is_empty() || name == "default" || name.starts_with("kube-");
    let missing = used.iter().filter(|name| !is_there(name) && !created.contains(*name));
    missing.map(|name| (*name).to_owned()).collect()
}

/// The StorageClasses that the claims of sets name and that do not exist.
fn missing_classes(timeline: &Timeline) -> Vec<String> {
    let store = &timeline.cluster().store;
    let sets = store.stateful_sets.iter();
    let named = sets.flat_map(|set| set.spec.volume_claim_templates.iter());
    let named: Set<&str> = named.filter_map(|claim| claim.class()).collect();
    let is_missing = |name: &&&str| !name.is_empty() && store.classes.named("", name).is_none();
    named.iter().filter(is_missing).map(|name| (*name).to_owned()).collect()
}
