//! The API objects of a state, and what becomes of them: the code of the controller, and that of the API server.

use super::*;
use ordinal::cluster::apply::{apply, apply_gates};
use ordinal::cluster::{
    Cluster, Detail, Duration, Effect, Grace, RECREATE_GATE, Random, Reason, Settings, Store,
    Subject, Wait, WorkItem, WorldStep, stateful_set,
};
use ordinal::manifest;
use std::array::from_fn;
use std::cell::RefCell;
use std::rc::Rc;

const SET: &str = "
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: db, image: 'db:0' }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
";
const IMAGES: [&str; 2] = ["db:0", "db:1"];
const STAGES: [Stage; 5] = [Pending, Bound, Running, Ready, Failed];

thread_local! {
    static SHAPES: Shapes = Shapes::new();
    /// The state whose successors were asked for last, and its cluster.
    static LAST: RefCell<Option<(State, Cluster)>> = const { RefCell::new(None) };
}

/// The objects that states are made of, each as the controller itself makes it.
struct Shapes {
    /// By template.
    sets: [StatefulSet; 2],
    /// By template and position in the history.
    revisions: [[Rc<ControllerRevision>; 2]; 2],
    /// By template, ordinal, stage, and whether it is going.
    pods: [[[[Rc<Pod>; 2]; STAGES.len()]; PODS]; 2],
    /// By ordinal, and whether it is going.
    claims: [[Rc<PersistentVolumeClaim>; 2]; PODS],
}

impl Shapes {
    fn new() -> Shapes {
        let Ok(Object::StatefulSet(set)) = manifest::parse(SET).remove(0).outcome else {
            panic!("a set")
        };
        let sets = IMAGES.map(|image| {
            let mut set = StatefulSet::clone(&set);
            set.metadata.uid = Uid(1);
            set.spec.template.spec.containers[0].image = image.into();
            set
        });
        let made = sets.each_ref().map(|set| {
            let mut set = set.clone();
            set.spec.replicas = PODS as i32;
            set.spec.pod_management_policy = PodManagementPolicy::Parallel;
            let mut cluster = cluster(vec![set.into()]);
            let effects = sync(&cluster);
            apply(&mut cluster, &mut Random::new(0), &mut 0, None, effects);
            cluster.store.clone()
        });
        let revisions = made.each_ref().map(|made| {
            let revision = made.revisions.iter().next().expect("a revision");
            from_fn(|at| {
                Rc::new(ControllerRevision { revision: at as u64 + 1, ..(**revision).clone() })
            })
        });
        let pods = made.each_ref().map(|made| {
            from_fn(|ordinal| {
                let pod = made.pods.iter().nth(ordinal).expect("a pod");
                STAGES
                    .map(|stage| [false, true].map(|is_going| Rc::new(shape(pod, stage, is_going))))
            })
        });
        let claims = from_fn(|ordinal| {
            let claim = made[0].claims.iter().nth(ordinal).expect("a claim");
            let mut going = claim.clone();
            set_going(&mut Rc::make_mut(&mut going).metadata, 0);
            [claim.clone(), going]
        });
        Shapes { sets, revisions, pods, claims }
    }

    fn set(&self, plan: &Plan, state: &State) -> StatefulSet {
        let mut set = self.sets[state.template].clone();
        set.metadata.generation = 2;
        set.spec.replicas = state.replicas as i32;
        set.spec.pod_management_policy = plan.policy.into();
        if plan.strategy != "RollingUpdate" {
            let kind = plan.strategy.into();
            set.spec.update_strategy = StatefulSetUpdateStrategy { kind, rolling_update: None };
        }
        let name = |revision: Option<usize>| {
            revision.map(|it| self.revisions[it][0].metadata.name.clone()).unwrap_or_default()
        };
        let [replicas, ready_replicas, available_replicas, current_replicas, updated_replicas] =
            state.counts;
        set.status = StatefulSetStatus {
            observed_generation: 1 + u64::from(state.is_observed),
            replicas,
            ready_replicas,
            available_replicas,
            current_replicas,
            updated_replicas,
            current_revision: name(state.revisions[0]),
            update_revision: name(state.revisions[1]),
            ..StatefulSetStatus::default()
        };
        if let Some(reason) = &state.progress {
            let conditions = &mut set.status.conditions;
            set_condition(conditions, "Progressing", ConditionStatus::True, reason, "", Time(0));
        }
        let mut object = Object::from(set);
        apply_gates(&Settings::default(), &mut object);
        let Object::StatefulSet(set) = object else { unreachable!("a set stays one") };
        StatefulSet::clone(&set)
    }

    fn pod(&self, ordinal: usize, pod: Member) -> Rc<Pod> {
        self.pods[pod.template][ordinal][pod.stage as usize][usize::from(pod.is_going)].clone()
    }

    fn objects(&self, plan: &Plan, state: &State) -> Vec<Object> {
        let mut objects = vec![Object::from(self.set(plan, state))];
        let history = state.history.iter().enumerate();
        let revisions = history.map(|(at, template)| self.revisions[*template][at].clone());
        objects.extend(revisions.map(Object::ControllerRevision));
        for ordinal in 0..PODS {
            objects.extend(state.pods[ordinal].map(|pod| Object::Pod(self.pod(ordinal, pod))));
            let claim = state.claims[ordinal].map(|it| self.claims[ordinal][it as usize].clone());
            objects.extend(claim.map(Object::PersistentVolumeClaim));
        }
        objects
    }

    /// The cluster of a state.
    fn cluster(&self, plan: &Plan, state: &State) -> Cluster {
        LAST.with_borrow_mut(|last| {
            if let Some((_, cluster)) = last.as_ref().filter(|(last, _)| last == state) {
                return cluster.clone();
            }
            let mut cluster = cluster(self.objects(plan, state));
            if let Some((code, pod)) = &state.wait {
                let reason = Rc::new(wait_of(code, pod));
                let wait = Wait { reason, since: Time(0), event: 0 };
                cluster.parts_for_tests().0.waits =
                    Rc::new([(subject(), wait)].into_iter().collect());
            }
            *last = Some((state.clone(), cluster.clone()));
            cluster
        })
    }

    /// Reads objects and waits back into a state that was `before`.
    fn read(&self, plan: &Plan, cluster: &Cluster, before: &State) -> State {
        let store = &cluster.store;
        let set = store.stateful_sets.get(&key()).expect("the set");
        let revision =
            |name: &str| self.revisions.iter().position(|it| it[0].metadata.name == name);
        let mut history: Vec<_> = store.revisions.iter().collect();
        history.sort_by_key(|it| it.revision);
        let status = &set.status;
        let pod = |ordinal: usize| {
            let pod = store.pods.named(DEFAULT_NAMESPACE, &format!("web-{ordinal}"))?;
            let template = revision(stateful_set::pod_revision(pod))?;
            Some(Member { stage: stage(pod), is_going: pod.metadata.is_terminating(), template })
        };
        let claim = |ordinal: usize| {
            let claim = store.claims.named(DEFAULT_NAMESPACE, &format!("data-web-{ordinal}"))?;
            Some(if claim.metadata.is_terminating() { Claim::Going } else { Claim::There })
        };
        let image = set.spec.template.spec.containers[0].image.as_str();
        let after = State {
            replicas: set.spec.replicas as usize,
            template: IMAGES.iter().position(|it| *it == image).expect("a template"),
            is_observed: status.observed_generation == set.metadata.generation,
            counts: [
                status.replicas,
                status.ready_replicas,
                status.available_replicas,
                status.current_replicas,
                status.updated_replicas,
            ],
            revisions: [&status.current_revision, &status.update_revision].map(|it| revision(it)),
            history: history.iter().filter_map(|it| revision(&it.metadata.name)).collect(),
            progress: condition(&status.conditions, "Progressing").map(|it| it.reason.clone()),
            pods: from_fn(pod),
            claims: from_fn(claim),
            wait: cluster.waits.get(&subject()).map(|wait| {
                let pod = wait.reason.object(Kind::Pod).map_or("", |pod| pod.key.name());
                (wait.reason.code().name(), pod.to_owned())
            }),
            broken: Vec::new(),
            is_queued: before.is_queued,
            faults: before.faults,
        };
        // A state tells everything, or else its successors were not what comes of it.
        let objects = self.objects(plan, &after);
        assert_eq!(store.len(), objects.len(), "objects that no state has");
        for shape in objects {
            let found = store.get(&shape.reference()).expect("an object of the state");
            assert!(is_same(&found, &shape), "no state has {found:#?}, only {shape:#?}");
        }
        after
    }

    /// What an action of anybody but the controller does.
    fn effect(&self, plan: &Plan, state: &State, action: Action) -> Effect {
        let delete = |kind: Kind, name: String, grace| {
            let key = Key::new(DEFAULT_NAMESPACE, &name);
            Effect::Delete(ObjectRef::new(kind, &key), None, grace)
        };
        let pod = |ordinal: usize| state.pods[ordinal].expect("a pod");
        let staged = |ordinal: usize, stage| {
            let pod = self.pod(ordinal, Member { stage, ..pod(ordinal) });
            Effect::Update(Object::Pod(pod))
        };
        match action {
            Sync => unreachable!("that is the controller"),
            Advance(it) => staged(it, STAGES[pod(it).stage as usize + 1]),
            Unready(it) => staged(it, Running),
            Fail(it) => staged(it, Failed),
            DeletePod(it) => delete(Kind::Pod, format!("web-{it}"), Grace::Default),
            EndPod(it) => delete(Kind::Pod, format!("web-{it}"), Grace::Seconds(0)),
            DeleteClaim(it) => {
                delete(Kind::PersistentVolumeClaim, format!("data-web-{it}"), Grace::Default)
            }
            EndClaim(it) => {
                let mut claim = self.claims[it][1].clone();
                Rc::make_mut(&mut claim).metadata.finalizers.clear();
                Effect::Update(Object::PersistentVolumeClaim(claim))
            }
            Scale(replicas) => {
                Effect::Update(self.set(plan, &State { replicas, ..state.clone() }).into())
            }
            SetTemplate(template) => {
                Effect::Update(self.set(plan, &State { template, ..state.clone() }).into())
            }
        }
    }
}

/// What comes of an action, but for what it costs and what it breaks; and whether a pod took the place of another.
pub(super) fn act(plan: &Plan, before: &State, action: Action) -> (State, bool) {
    SHAPES.with(|shapes| {
        let mut cluster = shapes.cluster(plan, before);
        let old = cluster.store.pods.clone();
        let effects = match action {
            Sync => sync(&cluster),
            _ => vec![shapes.effect(plan, before, action)],
        };
        let outcome = apply(&mut cluster, &mut Random::new(0), &mut 0, None, effects);
        let is_due = outcome.work_items.iter().any(|(it, ..)| *it == WorkItem::StatefulSet(key()));
        let mut after = shapes.read(plan, &cluster, before);
        after.is_queued = is_due || action != Sync && before.is_queued;
        let is_twin = |pod: &Rc<Pod>| {
            let old = old.get(&pod.metadata.key());
            old.is_some_and(|old| old.metadata.uid != pod.metadata.uid)
        };
        (after, cluster.store.pods.iter().any(is_twin))
    })
}

/// One pass of the controller.
fn sync(cluster: &Cluster) -> Vec<Effect> {
    let mut random = Random::new(0);
    let mut step = WorldStep::new(cluster, &mut random);
    stateful_set::sync(&mut step, &key());
    step.into_effects()
}

fn cluster(objects: Vec<Object>) -> Cluster {
    let gates = [(RECREATE_GATE.to_owned(), true)].into();
    Cluster::new(Store::recorded(objects), Settings { gates, ..Settings::default() })
}

fn key() -> Key {
    Key::new(DEFAULT_NAMESPACE, "web")
}

fn subject() -> Subject {
    Subject::object(Kind::StatefulSet, &key())
}

/// A pod that was just made, as a kubelet left it.
fn shape(pod: &Pod, stage: Stage, is_going: bool) -> Pod {
    let mut pod = pod.clone();
    if stage > Pending {
        pod.spec.node_name = "node-1".into();
    }
    pod.status.phase = match stage {
        Pending | Bound => PodPhase::Pending,
        Running | Ready => PodPhase::Running,
        Failed => PodPhase::Failed,
    };
    if stage == Ready {
        set_condition(&mut pod.status.conditions, "Ready", ConditionStatus::True, "", "", Time(0));
    }
    if is_going {
        set_going(&mut pod.metadata, pod.spec.termination_grace_period_seconds);
    }
    pod
}

fn stage(pod: &Pod) -> Stage {
    match pod.status.phase {
        PodPhase::Pending if !pod.is_bound() => Pending,
        PodPhase::Pending => Bound,
        PodPhase::Running if !pod.is_ready() => Running,
        PodPhase::Running => Ready,
        PodPhase::Succeeded | PodPhase::Failed => Failed,
    }
}

fn set_going(meta: &mut ObjectMeta, seconds: u64) {
    meta.deletion_timestamp = Some(Time(0).plus_seconds(seconds));
    meta.deletion_grace_period_seconds = Some(seconds);
    meta.generation += 1;
}

/// Whether two objects are the same but for what states leave out.
fn is_same(one: &Object, other: &Object) -> bool {
    match (one, other) {
        (Object::Pod(one), Object::Pod(other)) if Rc::ptr_eq(one, other) => true,
        (Object::PersistentVolumeClaim(one), Object::PersistentVolumeClaim(other))
            if Rc::ptr_eq(one, other) =>
        {
            true
        }
        _ => plain(one.clone()) == plain(other.clone()),
    }
}

fn plain(mut object: Object) -> Object {
    match &mut object {
        Object::StatefulSet(set) => {
            let set = Rc::make_mut(set);
            (set.metadata.generation, set.status.observed_generation) = (0, 0);
        }
        Object::ControllerRevision(revision) => Rc::make_mut(revision).revision = 0,
        _ => {}
    }
    let meta = object.meta_mut();
    (meta.uid, meta.resource_version) = (Uid(0), 0);
    object
}

/// A reason with this code that names this pod first; a state does not know its other fields.
fn wait_of(code: &str, pod: &str) -> Reason {
    let pod = ObjectRef::named(Kind::Pod, DEFAULT_NAMESPACE, pod);
    let (next, waits, message, blocked) = (None, Detail::SetIncomplete {}, String::new(), None);
    match code {
        "PodCreateFailed" => Reason::PodCreateFailed { pod, message, blocked },
        "PodUpdateFailed" => Reason::PodUpdateFailed { pod, message, blocked },
        "ClaimStale" => Reason::ClaimStale { pod: pod.clone(), claim: pod },
        "WaitForReady" => Reason::WaitForReady { pod, next, waits },
        "WaitForAvailable" => Reason::WaitForAvailable { pod, next, waits, after: Duration(0) },
        "WaitForTermination" => Reason::WaitForTermination { pod },
        "WaitForCondemned" => Reason::WaitForCondemned { pod },
        "WaitForCondemnedReady" => Reason::WaitForCondemnedReady { pod },
        "WaitScaleDown" => Reason::WaitScaleDown { lower: pod.clone(), pod },
        "WaitForUpdate" => Reason::WaitForUpdate { pod },
        "WaitForBudget" => Reason::WaitForBudget { pod, unavailable: 0, limit: 0 },
        "UpdateStuck" => Reason::UpdateStuck { pod },
        "UpdateHeld" => Reason::UpdateHeld { kept: 0, replicas: 0, why: Detail::OnDelete {} },
        "WaitForOldRevision" => Reason::WaitForOldRevision { pod },
        "SetDeleting" => Reason::SetDeleting { set: ObjectRef::new(Kind::StatefulSet, &key()) },
        other => panic!("no wait of the StatefulSet controller: {other}"),
    }
}
