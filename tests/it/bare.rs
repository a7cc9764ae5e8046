//! A cluster in which little but controllers has had time to act, and objects that nobody would make by hand.

use ordinal::api::*;
use ordinal::cluster::{Code, Effect, Event, Grace};
use ordinal::manifest;
use ordinal::sim::{Command, Setup, Sim};
use std::rc::Rc;

const SET: &str = "
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, annotations: { kubernetes.io/change-cause: first } }
spec:
  serviceName: web
  replicas: 2
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, finalizers: [example.com/keep] }
    spec:
      volumes: [{ name: data, emptyDir: {} }, { name: scratch, emptyDir: {} }]
      containers: [{ name: db, image: 'db:1' }]
  volumeClaimTemplates:
  - metadata: { name: data, labels: { app: other, tier: db } }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
";

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) log: Vec<Event>,
}

impl World {
    /// A cluster with the set, after `change`, and whatever the controller made of it.
    pub(crate) fn new(change: impl FnOnce(&mut StatefulSet)) -> World {
        let mut world = World::empty();
        world.apply(change);
        world.settle();
        world
    }

    pub(crate) fn empty() -> World {
        let setup = Setup { nodes: Vec::new(), ..Setup::default() };
        World { sim: Sim::new(&setup), log: Vec::new() }
    }

    pub(crate) fn apply(&mut self, change: impl FnOnce(&mut StatefulSet)) {
        let document = manifest::parse(SET).remove(0);
        let Ok(Object::StatefulSet(mut set)) = document.outcome else { panic!("a set") };
        change(Rc::make_mut(&mut set));
        self.sim.perform(&Command::Create(Object::StatefulSet(set)), &mut self.log);
    }

    pub(crate) fn settle(&mut self) {
        let until = self.sim.cluster().now.plus(1_000);
        self.sim.run_to(until, &mut self.log);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        self.sim.outside(vec![effect], &mut self.log);
    }

    pub(crate) fn create(&mut self, object: impl Into<Object>) {
        self.effect(Effect::Create(object.into()));
    }

    pub(crate) fn update(&mut self, object: impl Into<Object>) {
        self.effect(Effect::Update(object.into()));
    }

    pub(crate) fn delete(&mut self, kind: Kind, name: &str, seconds: u64) {
        let reference = ObjectRef::new(kind, &key(name));
        self.effect(Effect::Delete(reference, None, Grace::Seconds(seconds)));
    }

    pub(crate) fn set(&self) -> StatefulSet {
        StatefulSet::clone(
            self.sim.cluster().store.stateful_sets.get(&key("web")).expect("the set"),
        )
    }

    pub(crate) fn pod(&self, name: &str) -> Pod {
        Pod::clone(self.sim.cluster().store.pods.get(&key(name)).expect("the pod"))
    }

    pub(crate) fn claim(&self, name: &str) -> PersistentVolumeClaim {
        let claims = &self.sim.cluster().store.claims;
        PersistentVolumeClaim::clone(claims.get(&key(name)).expect("the claim"))
    }

    pub(crate) fn revisions(&self) -> Vec<Rc<ControllerRevision>> {
        self.sim.cluster().store.revisions.iter().cloned().collect()
    }

    /// Changes the template and lets the controller see it.
    pub(crate) fn set_image(&mut self, image: &str) {
        let mut set = self.set();
        set.spec.template.spec.containers[0].image = image.into();
        self.update(set);
        self.settle();
    }

    /// A pod as the set would make it, but for `change`, created by somebody else.
    pub(crate) fn stray(&mut self, name: &str, change: impl FnOnce(&mut Pod)) {
        let labels = [("app".to_owned(), "web".to_owned())].into_iter().collect();
        let metadata = ObjectMeta { name: name.into(), labels, ..meta() };
        let mut pod = Pod { metadata, ..Pod::default() };
        change(&mut pod);
        self.create(pod);
    }

    pub(crate) fn said(&self, code: Code) -> Vec<String> {
        let events = self.log.iter().filter(|event| event.reason.code() == code);
        events.map(|event| event.reason.text()).collect()
    }
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(DEFAULT_NAMESPACE, name)
}

pub(crate) fn meta() -> ObjectMeta {
    ObjectMeta { namespace: DEFAULT_NAMESPACE.into(), ..ObjectMeta::default() }
}

pub(crate) fn owner(kind: &str, name: &str, uid: Uid, controller: bool) -> OwnerReference {
    let api_version = if kind == "StatefulSet" { "apps/v1" } else { "v1" };
    OwnerReference {
        api_version: api_version.into(),
        kind: kind.into(),
        name: name.into(),
        uid,
        controller,
        block_owner_deletion: controller,
    }
}

pub(crate) fn label<'a>(meta: &'a ObjectMeta, key: &str) -> Option<&'a str> {
    meta.labels.get(key).map(String::as_str)
}
