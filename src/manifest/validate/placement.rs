//! Where pods may run: resources, affinity, spread (`ValidateContainerResourceRequirements`,
//! `validateAffinity`, `validateTopologySpreadConstraints`).

use super::super::names;
use super::super::scalar::quoted;
use super::{Errors, meta};
use crate::api::*;

/// Checks what a container asks for.
pub(super) fn resources(errors: &mut Errors, field: &str, resources: &ResourceRequirements) {
    for (name, amount) in &resources.requests {
        let Some(limit) = resources.limits.get(name) else { continue };
        if thousandths(amount) > thousandths(limit) {
            let words = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(&format!("{field}.requests"), &quoted(amount), &words);
        }
    }
}

/// Checks affinity and spread.
pub(super) fn spec(errors: &mut Errors, field: &str, spec: &PodSpec) {
    const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
    if let Some(nodes) = spec.required_nodes() {
        let field = format!("{field}.affinity.nodeAffinity.{REQUIRED}");
        node_selector(errors, &field, nodes);
    }
    for (kind, terms) in
        [("podAffinity", spec.affinity_terms()), ("podAntiAffinity", spec.anti_affinity_terms())]
    {
        for (index, term) in terms.iter().enumerate() {
            let field = format!("{field}.affinity.{kind}.{REQUIRED}[{index}]");
            if let Some(selector) = &term.label_selector {
                meta::selector(errors, &format!("{field}.labelSelector"), selector);
            }
            let key = format!("{field}.topologyKey");
            match term.topology_key.as_str() {
                "" => errors.required(&key, "can not be empty"),
                name => errors.words(&key, name, names::qualified(name)),
            }
        }
    }
    for (index, constraint) in spec.topology_spread_constraints.iter().enumerate() {
        let field = format!("{field}.topologySpreadConstraints[{index}]");
        if constraint.max_skew <= 0 {
            let skew = constraint.max_skew.to_string();
            errors.invalid(&format!("{field}.maxSkew"), &skew, "must be greater than zero");
        }
        let key = format!("{field}.topologyKey");
        match constraint.topology_key.as_str() {
            "" => errors.required(&key, "can not be empty"),
            name => errors.words(&key, name, names::qualified(name)),
        }
        let supported = ["DoNotSchedule", "ScheduleAnyway"];
        let when = format!("{field}.whenUnsatisfiable");
        errors.one_of(&when, constraint.when_unsatisfiable.as_str(), &supported);
        if let Some(selector) = &constraint.label_selector {
            meta::selector(errors, &format!("{field}.labelSelector"), selector);
        }
    }
}

/// Checks a choice of nodes (`ValidateNodeSelector`).
pub(super) fn node_selector(errors: &mut Errors, field: &str, selector: &NodeSelector) {
    let terms = format!("{field}.nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        errors.required(&terms, "must have at least one node selector term");
    }
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        for (number, wanted) in term.match_expressions.iter().enumerate() {
            requirement(errors, &format!("{terms}[{index}].matchExpressions[{number}]"), wanted);
        }
    }
}

fn requirement(errors: &mut Errors, field: &str, wanted: &LabelSelectorRequirement) {
    let values = format!("{field}.values");
    let count = wanted.values.len();
    match &wanted.operator {
        SelectorOperator::In | SelectorOperator::NotIn if count == 0 => {
            errors.required(&values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        SelectorOperator::Exists | SelectorOperator::DoesNotExist if count > 0 => errors.forbidden(
            &values,
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
        SelectorOperator::Gt | SelectorOperator::Lt if count != 1 => {
            errors.required(
                &values,
                "must be specified single value when `operator` is 'Lt' or 'Gt'",
            );
        }
        SelectorOperator::Unset | SelectorOperator::Other(_) => {
            let (operator, value) = (format!("{field}.operator"), wanted.operator.as_str());
            errors.invalid(&operator, &quoted(value), "not a valid selector operator");
        }
        _ => {}
    }
    errors.words(&format!("{field}.key"), &wanted.key, names::qualified(&wanted.key));
}
