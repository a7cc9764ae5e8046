//! What may come next in a line: verbs, types, names, flags.

use super::options::Verb;
use super::table::{VERBS, first_words, goes_on};
use super::view::View;
use super::{options, requests};
use crate::api::{DEFAULT_NAMESPACE, Kind};
use crate::sim::Sim;

/// Returns the completions of the word before the cursor; `cursor` is a byte offset.
pub(super) fn complete(sim: &Sim, line: &str, cursor: usize) -> Vec<String> {
    let before = line.get(..cursor.min(line.len())).unwrap_or(line);
    let mut words: Vec<&str> = before.split_whitespace().collect();
    let last = if before.ends_with(char::is_whitespace) { "" } else { words.pop().unwrap_or("") };
    let view = View { cluster: sim.cluster(), past: &[], only: None };
    let mut found = candidates(view, &words, last);
    found.retain(|word| word.starts_with(last));
    crate::map::sort(&mut found, |one, other| one < other);
    found.dedup();
    found
}

fn candidates(view: View<'_>, words: &[&str], last: &str) -> Vec<String> {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let rest = match words {
        [] => return own(&requests::VERBS),
        ["kubectl", rest @ ..] => rest,
        ["crash" | "fail"] => return names(view, Kind::Pod, None),
        ["node" | "driver"] => return names(view, Kind::Node, None),
        ["node", _] => return own(&["off", "shutdown", "on", "cut", "heal"]),
        _ => return Vec::new(),
    };
    let lifted = options::lift(rest, goes_on, super::table::named);
    let [first, more @ ..] = lifted.as_slice() else {
        return match rest.last() {
            Some(&("-n" | "--namespace")) => names(view, Kind::Namespace, None),
            _ => own(&first_words()),
        };
    };
    let second = more.first().copied().unwrap_or("");
    let two = VERBS.iter().find(|verb| verb.name == format!("{first} {second}"));
    if let (Some(verb), Some(more)) = (two, more.get(1..)) {
        return of_verb(view, verb, more, last);
    }
    if let Some(verb) = VERBS.iter().find(|verb| verb.name == *first) {
        return of_verb(view, verb, more, last);
    }
    let parts = VERBS.iter().filter_map(|verb| verb.name.strip_prefix(first)?.strip_prefix(' '));
    if more.is_empty() { parts.map(str::to_owned).collect() } else { Vec::new() }
}

/// What may follow a verb and the words after it.
fn of_verb(view: View<'_>, verb: &Verb, words: &[&str], last: &str) -> Vec<String> {
    if let Some(flag) = words.last().filter(|word| word.starts_with('-') && !word.contains('=')) {
        match flag.trim_start_matches('-') {
            "o" | "output" => return "json name wide yaml".split(' ').map(str::to_owned).collect(),
            "n" | "namespace" => return names(view, Kind::Namespace, None),
            "f" | "filename" => return vec!["-".into()],
            _ => {}
        }
    }
    if last.starts_with('-') {
        return verb.all_flags().map(|flag| format!("--{}", flag.name)).collect();
    }
    let Ok(read) = options::Words::read(verb, words, "error") else { return Vec::new() };
    let namespace = read.flag("namespace").unwrap_or(DEFAULT_NAMESPACE);
    let namespace = Some(namespace).filter(|_| !read.has("all-namespaces"));
    let plain = &read.plain;
    if let "cordon" | "uncordon" | "drain" = verb.name {
        return names(view, Kind::Node, None);
    }
    if let ("logs" | "exec" | "attach" | "debug" | "port-forward", false) =
        (verb.name, last.contains('/'))
    {
        return names(view, Kind::Pod, namespace);
    }
    if let Some((kind, _)) = last.split_once('/') {
        let of = view.kind(kind).map(|of| names(view, of, namespace));
        return of.unwrap_or_default().iter().map(|name| format!("{kind}/{name}")).collect();
    }
    match plain.first() {
        None if verb.usage.contains("TYPE") || verb.name == "explain" => Kind::ALL
            .iter()
            .copied()
            .chain(view.cluster.store.defined_kinds())
            .flat_map(|of| [of.plural(), of.short()])
            .map(str::to_owned)
            .filter(|word| !word.is_empty())
            .collect(),
        None if verb.name == "taint" => vec!["node".into(), "nodes".into()],
        Some(word) => view.kind(word).map_or_else(Vec::new, |of| names(view, of, namespace)),
        None => Vec::new(),
    }
}

fn names(view: View<'_>, of: Kind, namespace: Option<&str>) -> Vec<String> {
    view.list(of, namespace).iter().map(|tree| tree.word("metadata.name")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Setup;

    #[test]
    fn what_may_come_next_is_offered() {
        let sim = Sim::new(&Setup::default());
        let offered = |line: &str| complete(&sim, line, line.len());
        assert_eq!(offered("kube"), ["kubectl"]);
        assert_eq!(offered("kubectl sc"), ["scale"]);
        assert_eq!(offered("kubectl rollout re"), ["restart", "resume"]);
        assert_eq!(offered("kubectl get state"), ["statefulsets"]);
        assert_eq!(offered("kubectl describe node node-"), ["node-1", "node-2", "node-3"]);
        assert_eq!(offered("kubectl get no/node-2"), ["no/node-2"]);
        assert_eq!(offered("kubectl scale sts web --rep"), ["--replicas"]);
        assert_eq!(offered("kubectl get pods -o y"), ["yaml"]);
        assert_eq!(offered("kubectl -n d"), ["default"]);
        assert_eq!(offered("kubectl -n default sc"), ["scale"]);
        assert_eq!(offered("kubectl --namespace=default get no/node-2"), ["no/node-2"]);
        assert_eq!(offered("kubectl get pods -n kube-n"), ["kube-node-lease"]);
        let leases = ["node-1", "node-2", "node-3"];
        assert_eq!(offered("kubectl get leases -n kube-node-lease "), leases);
        assert_eq!(offered("kubectl -n kube-node-lease get lease node-"), leases);
        assert_eq!(offered("kubectl get lease --namespace=kube-node-lease node-"), leases);
        assert_eq!(offered("kubectl get lease -A node-"), leases);
        assert!(offered("kubectl get leases node-").is_empty());
        assert_eq!(offered("node node-1 o"), ["off", "on"]);
        assert_eq!(offered("kubectl cordon "), ["node-1", "node-2", "node-3"]);
        assert_eq!(complete(&sim, "kubectl scale sts", 9), ["scale", "set"]);
        assert!(offered("nonsense ").is_empty());
    }
}
