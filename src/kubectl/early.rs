//! The lines that the page can do before the rest of kubectl is loaded: a few verbs, with a few flags. They are those of
//! the story with which the page opens. Faults, and requests of clients, can always be done.

use super::table::EARLY;
use super::view::View;
use super::options::{Verb, Words};
use super::{Call, Plan};
use crate::api::json::Node as Tree;
use crate::cluster::{Event, inside};
use crate::later;
use crate::notation::Line;
use crate::sim::{Command, Sim};
use crate::task::Progress;

/// The flags that these verbs may have here.
const FLAGS: [&str; 6] = ["filename", "force", "grace-period", "namespace", "now", "replicas"];

/// Whether a word is something that only a shell could do.
pub(super) fn is_joined(word: &&str) -> bool {
    ["|", "||", "&", "&&", ">", ">>"].contains(word) || word.ends_with(';')
}

/// The verb of a command, and its words, if both are early.
fn find<'a>(words: &[&'a str]) -> Option<(&'static Verb, Words<'a>)> {
    let (first, rest) = words.split_first()?;
    let verb = EARLY.iter().find(|verb| verb.name == *first)?;
    let is_odd = |word: &&str| is_joined(word) || ["--", "-h", "--help"].contains(word);
    if rest.iter().any(is_odd) {
        return None;
    }
    let words = Words::read(verb, rest, "").ok()?;
    let has_subcommand = verb.name == "apply" && !words.plain.is_empty();
    let is_early = words.flags.iter().all(|(flag, _)| FLAGS.contains(flag));
    (is_early && !has_subcommand && words.missing(verb).is_none()).then_some((verb, words))
}

/// Reads the words after `kubectl`; `None` if they are not early.
pub(super) fn read<'a>(
    sim: &'a Sim,
    line: &'a Line,
    words: &[&'a str],
    past: &'a [Event],
    progress: &'a Progress,
) -> Option<Call<'a>> {
    let view = View { cluster: &sim.cluster, past, only: None };
    Some(Call::new((sim, line), view, find(words)?, progress))
}

/// The plan, unless it runs something in a container that cannot run yet.
pub(super) fn checked(plan: Plan) -> Plan {
    let runs_later = |command: &Command| match command {
        Command::Create(object) | Command::Configure(object, _) => is_for_later(&object.encode()),
        _ => false,
    };
    match !later::is_there() && plan.commands.iter().any(runs_later) {
        true => Plan::refuse(later::MISSING),
        false => plan,
    }
}

fn is_for_later(tree: &Tree) -> bool {
    inside::needs_later(&tree.json())
}

/// Whether the lines or the manifests in a text need the second part of the program, and it is not there.
pub fn needs_later(text: &str) -> bool {
    let is_early = |line: &str| match line.split_once("kubectl ") {
        None => !line.contains("kubectl"),
        Some((_, line)) => {
            let end = line.find("<<").unwrap_or(line.len());
            let words: Vec<&str> = line[..end].split_ascii_whitespace().collect();
            !words.contains(&"kubectl") && find(&words).is_some()
        }
    };
    !later::is_there() && !(text.lines().all(is_early) && !inside::needs_later(text))
}
