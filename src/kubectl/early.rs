//! The lines that the page can do before the rest of kubectl is loaded: a few verbs, with a few flags. They are those of
//! the story with which the page opens. Requests of clients can always be done; faults need the rest.

use super::options::{Verb, Words};
use super::table::EARLY;
use super::view::View;
use super::{Call, Plan};
use crate::cluster::{Event, inside};
use crate::notation::Line;
use crate::sim::{Command, Sim};
use crate::task::Progress;
use crate::{later, manifest};

/// The flags that these verbs may have here.
const FLAGS: [&str; 6] = ["filename", "force", "grace-period", "namespace", "now", "replicas"];

/// Lines that begin with these words, which are no kubectl lines, need the second part, too: nothing in the first part
/// knows how nodes fail.
const LATE: [&str; 10] =
    ["client", "crash", "curl", "driver", "fail", "node", "observe", "simulate", "timing", "wget"];

/// Whether a word is something that only a shell could do. A quoted script, such as `echo a; echo b;`, has blanks.
pub(super) fn is_joined(word: &&str) -> bool {
    let ends = || word.ends_with(';') && !word.contains(char::is_whitespace);
    ["|", "||", "&", "&&", ">", ">>"].contains(word) || ends()
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
    let view = View { cluster: sim.cluster(), past, only: None };
    Some(Call::new((sim, line), view, find(words)?, progress))
}

/// The plan, unless it runs something in a container that cannot run yet.
pub(super) fn checked(plan: Plan) -> Plan {
    let runs_later = |command: &Command| match command {
        Command::Create(object) => inside::needs_later(&object.encode().json()),
        _ => false,
    };
    match !later::is_there() && plan.commands.iter().any(runs_later) {
        true => Plan::refuse(later::MISSING),
        false => plan,
    }
}

/// Whether the lines or the manifests in a text need the second part of the program, and it is not there.
pub fn needs_later(text: &str) -> bool {
    !later::is_there() && !is_early(text)
}

/// Whether a line, as in `at 5s node node-2 off`, begins with a word that needs the second part.
fn is_late(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let first = match words.next() {
        Some("at") => words.nth(1),
        first => first,
    };
    first.is_some_and(|word| LATE.contains(&word) || word.contains(['"', '\'']))
}

/// Whether the first part of the program can play a recipe or a lesson: it has only early lines, applies one manifest at
/// most, to a cluster that does not have its objects, and the manifest has only what the first part knows.
fn is_early(text: &str) -> bool {
    let is_early = |line: &str| match line.split_once("kubectl ") {
        None => !line.contains("kubectl") && !is_late(line),
        Some((_, line)) => {
            let end = line.find("<<").unwrap_or(line.len());
            let words: Vec<&str> = line[..end].split_ascii_whitespace().collect();
            !words.contains(&"kubectl") && find(&words).is_some()
        }
    };
    text.lines().all(is_early)
        && text.matches("kubectl apply").count() <= 1
        && !manifest::needs_later(text)
        && !inside::needs_later(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_opens_with_is_early() {
        assert!(is_early(include_str!("../../static/stories/first.ordinal")));
        assert!(is_early(include_str!("../../static/lessons/first-minute.lesson")));
    }

    #[test]
    fn what_needs_more_is_not_early() {
        let first = include_str!("../../static/stories/first.ordinal");
        let with = |from: &str, to: &str| first.replace(from, to);
        for text in [
            first.to_owned() + "at 50s kubectl get pods\n",
            first.to_owned() + "at 50s kubectl scale sts web --replicas=1 -o yaml\n",
            first.to_owned() + "at 50s kubectl delete pod web-0 | cat\n",
            first.to_owned() + "at 50s kubectl apply -f - <<EOF\nkind: Service\nEOF\n",
            first.to_owned() + "at 50s node node-2 off\n",
            first.to_owned() + "crash web-0\n",
            first.to_owned() + "at 50s 'node' node-2 off\n",
            first.replace("seed 7", "timing node-grace=1s"),
            first.to_owned() + "{\"kind\": \"Service\"}\n",
            with("kind: Service", "kind: ConfigMap"),
            with("kind: Service", "kind: StatefulSet"),
            with("kind: Service", "kind: \"\\x50od\""),
            with("kind: Service", "\"k\\x69nd\": Pod"),
            with("image: ordinal/db:1", "image: nginx"),
        ] {
            assert_ne!(text, first);
            assert!(!is_early(&text), "{text}");
        }
        assert!(is_early(&(first.to_owned() + "at 50s kubectl delete pod web-0 --now\n")));
        assert!(is_early(&(first.to_owned() + "at 50s read web-0.web\n")));
    }
}
