//! StatefulSets (`pkg/apis/apps/validation/validation.go`).

use super::super::names;
use super::super::scalar::quoted;
use super::{Errors, json_of, json_of_labels, meta, pod, storage};
use crate::api::*;

/// Checks the spec (`ValidateStatefulSetSpec`).
pub(super) fn spec(errors: &mut Errors, spec: &StatefulSetSpec) {
    if !matches!(
        spec.pod_management_policy,
        PodManagementPolicy::OrderedReady | PodManagementPolicy::Parallel
    ) {
        let value = quoted(spec.pod_management_policy.as_str());
        errors.invalid("spec.podManagementPolicy", &value, "must be 'OrderedReady' or 'Parallel'");
    }
    update_strategy(errors, &spec.update_strategy);
    let retention = &spec.persistent_volume_claim_retention_policy;
    for (field, value) in
        [("whenDeleted", &retention.when_deleted), ("whenScaled", &retention.when_scaled)]
    {
        let field = format!("spec.persistentVolumeClaimRetentionPolicy.{field}");
        errors.one_of(&field, value.as_str(), &["Retain", "Delete"]);
    }
    errors.not_negative("spec.replicas", spec.replicas);
    errors.not_negative("spec.minReadySeconds", spec.min_ready_seconds);
    errors.not_negative("spec.ordinals.start", spec.ordinals.start);
    errors.not_negative("spec.revisionHistoryLimit", spec.revision_history_limit);
    if spec.selector.is_empty() {
        errors.required("spec.selector", "");
    } else {
        meta::selector(errors, "spec.selector", &spec.selector);
    }
    // With a selector that selects nothing sensible the template is not looked at.
    use SelectorOperator::{DoesNotExist, Exists, In, NotIn};
    let is_operator =
        |operator: &SelectorOperator| matches!(operator, In | NotIn | Exists | DoesNotExist);
    if spec.selector.match_expressions.iter().all(|one| is_operator(&one.operator)) {
        template(errors, spec);
    }
    claim_templates(errors, &spec.volume_claim_templates);
    if !spec.service_name.is_empty() {
        errors.words("spec.serviceName", &spec.service_name, names::label(&spec.service_name));
    }
}

const ROLLING: &str = "spec.updateStrategy.rollingUpdate";
const ONLY_ROLLING: &str = "only allowed for updateStrategy 'RollingUpdate'";

/// Checks the strategy; without its feature gate `Recreate` is as invalid as any other word (kubernetes#137187).
fn update_strategy(errors: &mut Errors, strategy: &StatefulSetUpdateStrategy) {
    let json = match &strategy.rolling_update {
        None => "null".into(),
        Some(RollingUpdateStatefulSetStrategy { partition, max_unavailable }) => {
            let max_unavailable = json_of(max_unavailable.as_ref());
            format!("{{\"Partition\":{partition},\"MaxUnavailable\":{max_unavailable}}}")
        }
    };
    use StatefulSetUpdateStrategyType::{OnDelete, Recreate, RollingUpdate};
    match (&strategy.kind, &strategy.rolling_update) {
        (OnDelete | RollingUpdate, None) => {}
        (Recreate, None) if errors.gates.has_recreate => {}
        (OnDelete, Some(_)) => errors.invalid(ROLLING, &json, ONLY_ROLLING),
        (Recreate, Some(_)) if errors.gates.has_recreate => {
            errors.invalid(ROLLING, &json, ONLY_ROLLING);
        }
        (RollingUpdate, Some(options)) => {
            let field = ROLLING;
            errors.not_negative(&format!("{field}.partition"), options.partition);
            if let Some(limit) = &options.max_unavailable {
                let field = format!("{field}.maxUnavailable");
                errors.int_or_percent(&field, limit);
                if limit.is_zero() {
                    errors.invalid(&field, &json_of(Some(limit)), "cannot be 0");
                }
            }
        }
        (kind, _) => {
            let value = format!("{{\"Type\":{},\"RollingUpdate\":{json}}}", quoted(kind.as_str()));
            errors.invalid("spec.updateStrategy", &value, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

/// Checks the template (`ValidatePodTemplateSpecForStatefulSet`).
fn template(errors: &mut Errors, spec: &StatefulSetSpec) {
    let template = &spec.template;
    let labels = &template.metadata.labels;
    // A missing selector selects nothing (`LabelSelectorAsSelector`).
    if spec.selector.is_empty() || !spec.selector.matches(labels) {
        let value = json_of_labels(labels);
        let words = "`selector` does not match template `labels`";
        errors.invalid("spec.template.metadata.labels", &value, words);
    }
    meta::labels(errors, "spec.template.labels", labels);
    meta::annotations(errors, "spec.template.annotations", &template.metadata.annotations);
    let claims = spec.volume_claim_templates.iter().map(|claim| claim.metadata.name.as_str());
    pod::spec(errors, "spec.template.spec", &template.spec, &claims.collect::<Vec<_>>());
    let policy = "spec.template.spec.restartPolicy";
    errors.one_of(policy, template.spec.restart_policy.as_str(), &["Always"]);
}

fn claim_templates(errors: &mut Errors, claims: &[PersistentVolumeClaim]) {
    for (index, claim) in claims.iter().enumerate() {
        let field = format!("spec.volumeClaimTemplates[{index}]");
        let name = &claim.metadata.name;
        if name.is_empty() {
            errors.required(&format!("{field}.metadata.name"), "");
        } else {
            errors.words(&format!("{field}.metadata.name"), name, names::label(name));
        }
        storage::claim(errors, &format!("{field}.spec"), &claim.spec);
    }
}

/// Checks a change (`ValidateStatefulSetUpdate`).
pub(super) fn update(errors: &mut Errors, old: &StatefulSet, new: &StatefulSet) {
    // Everything that may change is taken from the new one; then they must be equal.
    let allowed = StatefulSetSpec {
        replicas: new.spec.replicas,
        ordinals: new.spec.ordinals.clone(),
        template: new.spec.template.clone(),
        update_strategy: new.spec.update_strategy.clone(),
        revision_history_limit: new.spec.revision_history_limit,
        persistent_volume_claim_retention_policy: new
            .spec
            .persistent_volume_claim_retention_policy
            .clone(),
        min_ready_seconds: new.spec.min_ready_seconds,
        ..old.spec.clone()
    };
    if allowed != new.spec {
        errors.forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
             'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and \
             'minReadySeconds' are forbidden",
        );
    }
}
