//! Names, labels, selectors (`k8s.io/apimachinery/pkg/apis/meta/v1/validation`).

use super::super::names::{self, Words};
use super::super::scalar::quoted;
use super::Errors;
use crate::api::{LabelSelector, Labels, ObjectMeta, SelectorOperator};

/// Checks name, namespace, labels, annotations and finalizers.
pub(super) fn object_meta(
    errors: &mut Errors,
    meta: &ObjectMeta,
    name: fn(&str) -> Words,
    is_namespaced: bool,
) {
    if meta.name.is_empty() {
        errors.required("metadata.name", "name or generateName is required");
    } else {
        errors.words("metadata.name", &meta.name, name(&meta.name));
    }
    if is_namespaced {
        errors.words("metadata.namespace", &meta.namespace, names::label(&meta.namespace));
    }
    labels(errors, "metadata.labels", &meta.labels);
    annotations(errors, "metadata.annotations", &meta.annotations);
    for finalizer in &meta.finalizers {
        errors.words("metadata.finalizers", finalizer, names::qualified(finalizer));
    }
}

/// Checks labels (`ValidateLabels`).
pub(super) fn labels(errors: &mut Errors, field: &str, labels: &Labels) {
    for (key, value) in labels {
        errors.words(field, key, names::qualified(key));
        errors.words(field, value, names::label_value(value));
    }
}

/// Checks the keys of annotations (`ValidateAnnotations`).
pub(super) fn annotations(errors: &mut Errors, field: &str, annotations: &Labels) {
    for key in annotations.keys() {
        errors.words(field, key, names::qualified(&key.to_ascii_lowercase()));
    }
}

/// Checks a selector (`ValidateLabelSelector`).
pub(super) fn selector(errors: &mut Errors, field: &str, selector: &LabelSelector) {
    labels(errors, &format!("{field}.matchLabels"), &selector.match_labels);
    for (index, requirement) in selector.match_expressions.iter().enumerate() {
        let field = format!("{field}.matchExpressions[{index}]");
        let values = format!("{field}.values");
        match &requirement.operator {
            SelectorOperator::In | SelectorOperator::NotIn if requirement.values.is_empty() => {
                errors.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
            }
            SelectorOperator::In | SelectorOperator::NotIn => {}
            SelectorOperator::Exists | SelectorOperator::DoesNotExist
                if !requirement.values.is_empty() =>
            {
                errors.forbidden(
                    &values,
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                )
            }
            SelectorOperator::Exists | SelectorOperator::DoesNotExist => {}
            other => errors.invalid(
                &format!("{field}.operator"),
                &quoted(other.as_str()),
                "not a valid selector operator",
            ),
        }
        let key = &requirement.key;
        errors.words(&format!("{field}.key"), key, names::qualified(key));
        for (index, value) in requirement.values.iter().enumerate() {
            errors.words(&format!("{values}[{index}]"), value, names::label_value(value));
        }
    }
}
