//! The Deployment controller: equal pods, and a new template for all of them.
//!
//! Follows `pkg/controller/deployment` of Kubernetes v1.36: `sync` is `deployment_controller.go`,
//! [`sets`] finds and makes the ReplicaSets (`sync.go`, `util`), [`scale`] spreads a number over
//! them (`sync.go`), [`rollout`] is `rolling.go` and `recreate.go`, [`status`] is `progress.go`. It never
//! touches a pod: that is the ReplicaSets' controller's part ([`super::replica_set`]).

mod rollout;
mod scale;
mod sets;
mod status;

use super::*;
pub use scale::{MOST, noted};
pub use sets::{REVISION, TEMPLATE_HASH};

/// What a pass works on. Every change of a set is also written at once.
struct Pass {
    deployment: Deployment,
    /// The ReplicaSets that are its own, the oldest first.
    sets: Vec<ReplicaSet>,
    /// Which of them has the present template, if one has.
    new: Option<usize>,
    /// What the pass waits for.
    wait: Option<Rc<Reason>>,
}

impl Pass {
    /// The set with the present template.
    fn new_set(&self) -> Option<&ReplicaSet> {
        self.sets.get(self.new?)
    }

    /// The places of the sets with other templates, the oldest first.
    fn old(&self) -> Vec<usize> {
        (0..self.sets.len()).filter(|index| Some(*index) != self.new).collect()
    }

    /// The sets with other templates that are to have pods.
    fn active_old(&self) -> Vec<usize> {
        let mut old = self.old();
        old.retain(|index| self.replicas(*index) > 0);
        old
    }

    /// How many pods the set in this place is to have.
    fn replicas(&self, index: usize) -> i32 {
        self.sets.get(index).map_or(0, |set| set.spec.replicas)
    }

    /// How many pods of all sets together.
    fn total(&self, count: impl Fn(&ReplicaSet) -> i32) -> i32 {
        self.sets.iter().map(count).sum()
    }
}

/// One pass for one Deployment (`syncDeployment`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(deployment) = step.cluster.store.deployments.get(key).cloned() else { return };
    let mut pass = sets::find(step, Deployment::clone(&deployment));
    if deployment.metadata.is_terminating() {
        return status::write_plain(step, pass);
    }
    status::note_pause(&mut pass, step.now());
    if deployment.spec.paused || is_scaling(&pass) {
        sets::mark_new(step, &mut pass);
        scale::spread(step, &mut pass);
        sets::clean_up(step, &pass);
        if deployment.spec.paused && pass.new.is_none() {
            let deployment = ObjectRef::new(Kind::Deployment, key);
            pass.wait = Some(Rc::new(Reason::DeploymentPaused { deployment }));
        }
        return status::write_plain(step, pass);
    }
    match deployment.is_rolling() {
        true => rollout::roll(step, &mut pass),
        false => rollout::recreate(step, &mut pass),
    }
    status::write(step, pass);
}

/// Whether the number of replicas was changed since the sets were last scaled (`isScalingEvent`).
fn is_scaling(pass: &Pass) -> bool {
    let wanted = pass.deployment.spec.replicas;
    let active = pass.sets.iter().filter(|set| set.spec.replicas > 0);
    active.into_iter().any(|set| noted(set, scale::DESIRED).is_some_and(|it| it != wanted))
}
