//! The progress of rollouts, as `kubectl rollout status` prints it (`k8s.io/kubectl/pkg/polymorphichelpers`).

use crate::api::{Kind, Object, StatefulSetUpdateStrategyType};

/// The progress message of a rollout, and whether it is complete (`StatusViewer.Status`).
pub(super) fn progress(object: &Object) -> Result<(String, bool), String> {
    match object {
        Object::StatefulSet(set) => set_progress(set),
        Object::Deployment(deployment) => Ok(deployment_progress(deployment)?),
        other if other.kind() == Kind::DaemonSet => {
            Err("error: rollout status is only available for RollingUpdate strategy type".into())
        }
        other => {
            Err(format!("error: no status viewer has been implemented for {}", other.kind().name()))
        }
    }
}

fn deployment_progress(deployment: &crate::api::Deployment) -> Result<(String, bool), String> {
    let (name, status) = (&deployment.metadata.name, &deployment.status);
    if status.observed_generation < deployment.metadata.generation {
        return Ok(("Waiting for deployment spec update to be observed...\n".into(), false));
    }
    if status.conditions.iter().any(|one| one.reason == "ProgressDeadlineExceeded") {
        return Err(format!("error: deployment \"{name}\" exceeded its progress deadline"));
    }
    let (wanted, updated) = (deployment.spec.replicas, status.updated_replicas);
    let words = if updated < wanted {
        format!("{updated} out of {wanted} new replicas have been updated...")
    } else if status.replicas > updated {
        format!("{} old replicas are pending termination...", status.replicas - updated)
    } else if status.available_replicas < updated {
        format!("{} of {updated} updated replicas are available...", status.available_replicas)
    } else {
        return Ok((format!("deployment \"{name}\" successfully rolled out\n"), true));
    };
    Ok((format!("Waiting for deployment \"{name}\" rollout to finish: {words}\n"), false))
}

fn set_progress(set: &crate::api::StatefulSet) -> Result<(String, bool), String> {
    let (spec, status) = (&set.spec, &set.status);
    let updated = status.updated_replicas;
    if spec.update_strategy.kind != StatefulSetUpdateStrategyType::RollingUpdate {
        return Err(
            "error: rollout status is only available for RollingUpdate strategy type".into()
        );
    }
    if status.observed_generation < set.metadata.generation {
        return Ok(("Waiting for statefulset spec update to be observed...\n".into(), false));
    }
    if status.ready_replicas < spec.replicas {
        let missing = spec.replicas - status.ready_replicas;
        return Ok((format!("Waiting for {missing} pods to be ready...\n"), false));
    }
    if let Some(rolling) = &spec.update_strategy.rolling_update {
        let wanted = spec.replicas.saturating_sub(rolling.partition);
        return Ok(match updated < wanted {
            true => (
                format!(
                    "Waiting for partitioned roll out to finish: {updated} out of {wanted} new pods have \
                     been updated...\n"
                ),
                false,
            ),
            false => (
                format!("partitioned roll out complete: {updated} new pods have been updated...\n"),
                true,
            ),
        });
    }
    let (update, current) = (&status.update_revision, &status.current_revision);
    Ok(match update == current {
        true => (
            format!(
                "statefulset rolling update complete {} pods at revision {current}...\n",
                status.current_replicas
            ),
            true,
        ),
        false => (
            format!(
                "waiting for statefulset rolling update to complete {updated} pods at revision \
                 {update}...\n"
            ),
            false,
        ),
    })
}
