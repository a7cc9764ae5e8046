//! The StatefulSet controller (S1 to S10).
//!
//! Follows `pkg/controller/statefulset` of Kubernetes v1.36: `sync` is `stateful_set.go`, [`control`]
//! and `status` are `stateful_set_control.go`, `pods` and `replicas` are `stateful_pod_control.go` and
//! `stateful_set_utils.go`, `claims` the retention policy of claims, `recreate` the strategy
//! `Recreate`, `revisions` the history, and `explain` what upstream writes into its log, if anywhere. It
//! decides from API objects only, and looks only when a set or a pod of its own changes, or when a failed
//! pass is due again.

mod claims;
mod control;
mod explain;
mod facts;
mod pass;
mod pods;
mod recreate;
mod replicas;
mod revisions;
mod status;

use super::ownership::{Says, claim, controller_ref};
use super::*;
pub use facts::pod_revision;
pub use replicas::Replica;

/// One pass for one set (`StatefulSetController.sync`).
pub fn sync(step: &mut Step<'_>, key: &Key) {
    let Some(set) = step.cluster.store.stateful_sets.get(key).cloned() else {
        return replicas::forget(step, key);
    };
    let replicas = replicas::claim_pods(step, &set);
    let item = WorkItem::StatefulSet(key.clone());
    match control::update(step, &set, &replicas) {
        Ok(()) => step.forget_retries(item),
        Err(Failed) => step.retry(item),
    }
}

/// The pass met an error that the API server gave; it is retried with a growing delay.
struct Failed;
