//! Deployments and ReplicaSets (`pkg/apis/apps/validation/validation.go`).

use super::super::scalar::quoted;
use super::{Errors, json_of, json_of_labels, meta, pod};
use crate::api::*;

/// Checks the spec of a Deployment (`ValidateDeploymentSpec`).
pub(super) fn spec(errors: &mut Errors, spec: &DeploymentSpec) {
    errors.not_negative("spec.replicas", spec.replicas);
    selector_and_template(errors, &spec.selector, &spec.template);
    strategy(errors, &spec.strategy);
    errors.not_negative("spec.minReadySeconds", spec.min_ready_seconds);
    errors.not_negative("spec.revisionHistoryLimit", spec.revision_history_limit);
    let (field, seconds) = ("spec.progressDeadlineSeconds", spec.progress_deadline_seconds);
    errors.not_negative(field, seconds);
    if seconds <= spec.min_ready_seconds {
        errors.invalid(field, &seconds.to_string(), "must be greater than minReadySeconds");
    }
}

/// Checks the spec of a ReplicaSet (`ValidateReplicaSetSpec`).
pub(super) fn replica_set(errors: &mut Errors, spec: &ReplicaSetSpec) {
    errors.not_negative("spec.replicas", spec.replicas);
    errors.not_negative("spec.minReadySeconds", spec.min_ready_seconds);
    selector_and_template(errors, &spec.selector, &spec.template);
}

/// `ValidatePodTemplateSpecForReplicaSet`, and what comes before it.
fn selector_and_template(
    errors: &mut Errors,
    selector: &LabelSelector,
    template: &PodTemplateSpec,
) {
    if selector.is_empty() {
        errors.required("spec.selector", "");
    } else {
        meta::selector(errors, "spec.selector", selector);
    }
    let labels = &template.metadata.labels;
    if selector.is_empty() || !selector.matches(labels) {
        let words = "`selector` does not match template `labels`";
        errors.invalid("spec.template.metadata.labels", &json_of_labels(labels), words);
    }
    meta::labels(errors, "spec.template.labels", labels);
    meta::annotations(errors, "spec.template.annotations", &template.metadata.annotations);
    pod::spec(errors, "spec.template.spec", &template.spec, &[]);
    let policy = "spec.template.spec.restartPolicy";
    errors.one_of(policy, template.spec.restart_policy.as_str(), &["Always"]);
}

/// `ValidateDeploymentStrategy`, `ValidateRollingUpdateDeployment`.
fn strategy(errors: &mut Errors, strategy: &DeploymentStrategy) {
    match (&strategy.kind, &strategy.rolling_update) {
        (DeploymentStrategyType::Recreate, None) => {}
        (DeploymentStrategyType::Recreate, Some(_)) => {
            let words = "may not be specified when strategy `type` is 'Recreate'";
            errors.forbidden("spec.strategy.rollingUpdate", words);
        }
        (DeploymentStrategyType::RollingUpdate, options) => {
            let RollingUpdateDeployment { max_unavailable, max_surge } =
                options.clone().unwrap_or_default();
            let (missing, surge) =
                (max_unavailable.unwrap_or_default(), max_surge.unwrap_or_default());
            let field = "spec.strategy.rollingUpdate.maxUnavailable";
            errors.positive_int_or_percent(field, &missing);
            errors.positive_int_or_percent("spec.strategy.rollingUpdate.maxSurge", &surge);
            if missing.is_zero() && surge.is_zero() {
                let words = "may not be 0 when `maxSurge` is 0";
                errors.invalid(field, &json_of(Some(&missing)), words);
            }
            errors.at_most_all(field, &missing);
        }
        (kind, options) => {
            let options = options.as_ref().map_or("null".into(), |options| {
                let (missing, surge) = (&options.max_unavailable, &options.max_surge);
                let (missing, surge) = (json_of(missing.as_ref()), json_of(surge.as_ref()));
                format!("{{\"MaxUnavailable\":{missing},\"MaxSurge\":{surge}}}")
            });
            let value =
                format!("{{\"Type\":{},\"RollingUpdate\":{options}}}", quoted(kind.as_str()));
            let words = "supported values: \"Recreate\", \"RollingUpdate\"";
            errors.add("spec.strategy", format!("Unsupported value: {value}: {words}"));
        }
    }
}

/// The selector of both is fixed (`ValidateImmutableField`).
pub(super) fn update(errors: &mut Errors, old: &LabelSelector, new: &LabelSelector) {
    if old != new {
        errors.invalid("spec.selector", &json_of_selector(new), "field is immutable");
    }
}

fn json_of_selector(selector: &LabelSelector) -> String {
    let mut parts = Vec::new();
    if !selector.match_labels.is_empty() {
        parts.push(format!("\"matchLabels\":{}", json_of_labels(&selector.match_labels)));
    }
    let expressions = selector.match_expressions.iter().map(|one| {
        let values: Vec<String> = one.values.iter().map(|value| quoted(value)).collect();
        let values = match values.is_empty() {
            true => String::new(),
            false => format!(",\"values\":[{}]", values.join(",")),
        };
        format!(
            "{{\"key\":{},\"operator\":{}{values}}}",
            quoted(&one.key),
            quoted(one.operator.as_str())
        )
    });
    if !selector.match_expressions.is_empty() {
        let expressions = expressions.collect::<Vec<_>>().join(",");
        parts.push(format!("\"matchExpressions\":[{expressions}]"));
    }
    format!("{{{}}}", parts.join(","))
}
