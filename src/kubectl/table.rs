//! Finds the verb of a command, and lists the verbs that are not simulated.

mod rows;

use super::Plan;
use super::options::{OPTIONS, Verb};
use crate::notation::near;
pub(super) use rows::{EARLY, VERBS};

/// Other names of verbs.
const ALIASES: &[(&str, &str)] = &[
    ("create cj", "create cronjob"),
    ("create cm", "create configmap"),
    ("create deploy", "create deployment"),
    ("create dep", "create deployment"),
    ("create ing", "create ingress"),
    ("create ns", "create namespace"),
    ("create pc", "create priorityclass"),
    ("create pdb", "create poddisruptionbudget"),
    ("create resourcequota", "create quota"),
    ("create sa", "create serviceaccount"),
    ("create svc", "create service"),
    ("set sa", "set serviceaccount"),
    ("config use", "config use-context"),
];

/// kubectl's verbs that are not simulated, each with an alternative.
const OTHERS: &[(&str, &str)] = &[
    ("alpha", "its subcommands are experimental"),
    ("apply edit-last-applied", "use kubectl apply -f - with the whole object"),
    ("apply set-last-applied", "use kubectl apply -f - with the whole object"),
    ("auth reconcile", "use kubectl apply -f -; access is not checked here"),
    (
        "certificate approve",
        "certificates are not signed here; kubectl get csr prints the requests",
    ),
    ("certificate deny", "certificates are not signed here; kubectl get csr prints the requests"),
    ("completion", "press Tab to complete a word"),
    ("create token", "access is not checked here, so no command needs a token"),
    ("kuberc", "there are no preferences here; type the flags"),
    ("kustomize", "use kubectl apply -f - with the objects themselves"),
    ("options", "connection flags have no effect here; add --help to a command to list its flags"),
    ("plugin", "there are no plugins here"),
    (
        "proxy",
        "nothing outside of this terminal can reach it: kubectl get -o json prints objects, and the program ordinal serves \
         the API to your own tools (ordinal api)",
    ),
];

/// Whether words are the beginning of a longer verb.
pub(super) fn goes_on(words: &str) -> bool {
    let is_longer =
        |name: &str| name.strip_prefix(full(words)).is_some_and(|rest| rest.starts_with(' '));
    names().any(is_longer)
}

/// The simulated verb of this name.
pub(super) fn named(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|verb| verb.name == name)
}

/// The names of all verbs.
fn names() -> impl Iterator<Item = &'static str> {
    VERBS.iter().map(|verb| verb.name).chain(OTHERS.iter().map(|(name, _)| *name))
}

/// The first words of the simulated verbs, each once.
pub(super) fn first_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for verb in VERBS {
        let first = verb.name.split(' ').next().unwrap_or("");
        if !words.contains(&first) {
            words.push(first);
        }
    }
    words
}

/// The full name of a verb.
fn full(words: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == words).map_or(words, |(_, name)| name)
}

/// The verb of a command, and the words after it.
type Found<'w, 'a> = (&'static Verb, &'w [&'a str]);

/// Finds the verb at the beginning of the words, and returns the rest of them. `head` begins an error.
///
/// # Errors
/// The help or the error that kubectl prints if there is no verb.
pub(super) fn find<'w, 'a>(words: &'w [&'a str], head: &str) -> Result<Found<'w, 'a>, Plan> {
    let Some(first) = words.first() else { return Err(Plan::print(help())) };
    if first.starts_with('-') && !["-h", "--help"].contains(first) {
        let what = if first.starts_with("--") { "unknown flag" } else { "unknown shorthand flag" };
        return Err(Plan::refuse(format!(
            "{head}: {what}: {first}\nSee 'kubectl --help' for usage."
        )));
    }
    if ["--help", "-h", "help"].contains(first) {
        return match words.get(1..).filter(|rest| !rest.is_empty()) {
            Some(rest) => find(rest, head).and_then(|(verb, _)| Err(Plan::print(verb.help()))),
            None => Err(Plan::print(help())),
        };
    }
    // Take as many words as make a verb or the beginning of one.
    let (mut name, mut rest) = ((*first).to_owned(), words.get(1..).unwrap_or_default());
    while let [next, more @ ..] = rest {
        let longer = format!("{name} {next}");
        let longer = full(&longer);
        if !names().any(|known| known == longer) && !goes_on(longer) {
            break;
        }
        (name, rest) = (longer.to_owned(), more);
    }
    if let Some(verb) = named(&name) {
        return Ok((verb, rest));
    }
    if let Some((_, advice)) = OTHERS.iter().find(|(known, _)| *known == name) {
        let mut plan = Plan::refuse(format!("error: kubectl {name} is not simulated here"));
        plan.output.advice = format!("{advice}\n");
        return Err(plan);
    }
    Err(if goes_on(&name) { part(&name, rest) } else { unknown(first, head) })
}

/// The output for the first words of longer verbs.
fn part(name: &str, rest: &[&str]) -> Plan {
    let is_help = rest.first().is_none_or(|word| word.starts_with('-'));
    let parts = || names().filter_map(|known| known.strip_prefix(name)?.strip_prefix(' '));
    if !is_help {
        let mut plan = Plan::refuse(format!(
            "error: unknown command \"{}\"\nSee 'kubectl {name} -h' for help and examples",
            rest.join(" ")
        ));
        plan.output.advice = format!("available: {}\n", parts().collect::<Vec<_>>().join(", "));
        return plan;
    }
    let mut text = "Available Commands:\n".to_owned();
    for part in parts() {
        text += &format!("  {part}\n");
    }
    text += &format!(
        "\nUsage:\n  kubectl {name} SUBCOMMAND [options]\n\nUse \"kubectl {name} <command> --help\" for more information \
         about a given command.\n{OPTIONS}"
    );
    let mut plan = Plan::print(text);
    plan.output.exit = u8::from(rest.is_empty());
    plan
}

/// kubectl's error for an unknown verb.
fn unknown(word: &str, head: &str) -> Plan {
    let mut message = format!("{head}: unknown command \"{word}\" for \"kubectl\"\n");
    let mut known: Vec<&str> = names().filter_map(|name| name.split(' ').next()).collect();
    known.dedup();
    let meant: Vec<&str> = near(word, 2, &known);
    if !meant.is_empty() {
        message += "\nDid you mean this?\n";
        for verb in meant {
            message += &format!("\t{verb}\n");
        }
        // kubectl 1.32 ends it with an empty line.
        message += if head == "error" { "" } else { "\n" };
    }
    let mut plan = Plan::refuse("");
    plan.output.stderr = message;
    plan
}

/// What `kubectl` alone prints.
fn help() -> String {
    let mut text =
        "kubectl controls the Kubernetes cluster manager.\n\nSimulated commands:\n".to_owned();
    let width = VERBS.iter().map(|verb| verb.name.len()).max().unwrap_or_default() + 2;
    for verb in VERBS {
        text += &format!("  {:<width$}{}\n", verb.name, verb.summary);
    }
    text + "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more \
            information about a given command.\n"
}
