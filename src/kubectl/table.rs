//! The verbs.

use super::options::{self, Verb};
use super::{Plan, apply, change, delete, get, nodes};

/// Every verb, those of two words after one another.
pub(super) static VERBS: &[Verb] = &[
    Verb {
        name: "get",
        usage: "(TYPE[,TYPE...] [NAME...] | TYPE/NAME...)",
        summary: "Display one or many resources.",
        flags: "-o,output= -l,selector= -A,all-namespaces -w,watch watch-only \
                show-labels -L,label-columns= sort-by= no-headers ignore-not-found show-kind \
                field-selector= -f,filename= chunk-size= show-managed-fields",
        run: get::run,
    },
    Verb {
        name: "apply",
        usage: "-f -",
        summary: "Apply a configuration to a resource by file name or stdin.",
        flags: "-f,filename= dry-run=?unchanged server-side force-conflicts validate=?strict \
                -o,output= overwrite prune field-manager=",
        run: apply::run,
    },
    Verb {
        name: "delete",
        usage: "([-f -] | TYPE [(NAME | -l label | --all)])",
        summary: "Delete resources by file names, stdin, resources and names, or by resources and label \
                  selector.",
        flags: "-f,filename= -l,selector= all -A,all-namespaces grace-period= force now \
                cascade=?background wait timeout= ignore-not-found dry-run=?unchanged -o,output= \
                field-selector= -i,interactive",
        run: delete::run,
    },
    Verb {
        name: "scale",
        usage: "--replicas=COUNT (-f - | TYPE NAME)",
        summary: "Set a new size for a deployment, replica set, replication controller, or stateful set.",
        flags: "replicas= current-replicas= resource-version= all -l,selector= -f,filename= timeout= \
                dry-run=?unchanged -o,output=",
        run: change::scale,
    },
    Verb {
        name: "cordon",
        usage: "NODE",
        summary: "Mark node as unschedulable.",
        flags: "-l,selector= dry-run=?unchanged",
        run: |call| nodes::cordon(call.view.cluster, &call.words, call.verb.name == "cordon"),
    },
    Verb {
        name: "uncordon",
        usage: "NODE",
        summary: "Mark node as schedulable.",
        flags: "-l,selector= dry-run=?unchanged",
        run: |call| nodes::cordon(call.view.cluster, &call.words, call.verb.name == "cordon"),
    },
    Verb {
        name: "taint",
        usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
        summary: "Update the taints on one or more nodes.",
        flags: "-l,selector= all overwrite dry-run=?unchanged",
        run: |call| nodes::taint(call.view.cluster, &call.words),
    },
    Verb {
        name: "drain",
        usage: "NODE",
        summary: "Drain node in preparation for maintenance.",
        flags: "grace-period= timeout= delete-emptydir-data ignore-daemonsets force disable-eviction \
                pod-selector= skip-wait-for-delete-timeout= chunk-size= -l,selector= dry-run=?unchanged",
        run: |call| nodes::drain(call.view.cluster, &call.words),
    },
];

/// The verb with which the words begin, and the rest of them.
///
/// # Errors
/// What kubectl prints if there is none.
pub(super) fn find<'w, 'a>(words: &'w [&'a str]) -> Result<(&'static Verb, &'w [&'a str]), Plan> {
    let Some(first) = words.first() else { return Err(Plan::print(help())) };
    if ["--help", "-h", "help"].contains(first) {
        return match words.get(1..).filter(|rest| !rest.is_empty()) {
            Some(rest) => find(rest).and_then(|(verb, _)| Err(Plan::print(verb.help()))),
            None => Err(Plan::print(help())),
        };
    }
    // Flags may stand before the verb; those that are useful there take a value.
    let two = words.get(1).map(|second| format!("{first} {second}"));
    let of_two = VERBS.iter().find(|verb| Some(verb.name) == two.as_deref());
    if let (Some(verb), Some(rest)) = (of_two, words.get(2..)) {
        return Ok((verb, rest));
    }
    if let (Some(verb), Some(rest)) =
        (VERBS.iter().find(|verb| verb.name == *first), words.get(1..))
    {
        return Ok((verb, rest));
    }
    let parts: Vec<&str> =
        VERBS.iter().filter_map(|verb| verb.name.strip_prefix(first)?.strip_prefix(' ')).collect();
    match parts.is_empty() {
        true => Err(options::unknown(VERBS, first)),
        false => Err(missing_part(first, words.get(1).copied(), &parts)),
    }
}

/// A verb of two words whose second is missing or unknown.
fn missing_part(first: &str, second: Option<&str>, parts: &[&str]) -> Plan {
    match second.filter(|second| !second.starts_with('-')) {
        Some(second) => {
            let mut plan = Plan::refuse(format!(
                "error: unknown command \"{first} {second}\"\nSee 'kubectl {first} -h' for help and \
                 examples"
            ));
            plan.output.advice = format!("there are: {}\n", parts.join(", "));
            plan
        }
        None => Plan::print(format!("Available Commands:\n  {}\n", parts.join("\n  "))),
    }
}

/// What `kubectl` alone prints.
fn help() -> String {
    let mut text =
        "kubectl controls the Kubernetes cluster manager.\n\nThe commands that are simulated here:\n"
            .to_owned();
    for verb in VERBS {
        text += &format!("  {:<18}{}\n", verb.name, verb.summary);
    }
    text + "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more \
            information about a given command.\n"
}
