//! The names in a recipe, and their replacements.
//!
//! The recipe is read twice. The first time, every name is noted with its role; then the names of each role are numbered in
//! their order. The second time, they are replaced. A name that consists of other names, such as that of a pod, is
//! replaced part by part.

use crate::map::{Map, Set};

/// What a name is for. If one name has several roles, the first in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Namespace,
    StatefulSet,
    Deployment,
    /// A name that consists of others: of a pod, a claim, a ReplicaSet, or a revision.
    Joined,
    /// What creates pods, other than a StatefulSet or a Deployment.
    Workload,
    Node,
    Service,
    Pod,
    Claim,
    Volume,
    Class,
    Template,
    Container,
    Clone,
    Zone,
    Region,
    Image,
    Tag,
    Host,
    Address,
    LongAddress,
    Uid,
    /// The end of a generated name.
    End,
    Key,
    /// Something of a kind that is not drawn.
    Object,
    Value,
    Word,
}

impl Role {
    /// Whether it creates pods.
    pub(super) fn has_pods(self) -> bool {
        matches!(self, Role::StatefulSet | Role::Deployment | Role::Workload)
    }

    /// The prefix of the names that replace those of this role.
    fn prefix(self) -> &'static str {
        match self {
            Role::Namespace => "ns",
            Role::StatefulSet => "set",
            Role::Deployment => "deployment",
            Role::Workload => "workload",
            Role::Node => "node",
            Role::Service => "service",
            Role::Pod => "pod",
            Role::Claim => "claim",
            Role::Volume => "volume",
            Role::Class => "class",
            Role::Template => "data",
            Role::Container => "container",
            Role::Clone => "clone",
            Role::Zone => "zone",
            Role::Region => "region",
            Role::Image => "image",
            Role::Tag => "tag",
            Role::Host => "host",
            Role::End => "x",
            Role::Key => "label",
            Role::Object => "object",
            Role::Value => "value",
            Role::Joined | Role::Address | Role::LongAddress | Role::Uid | Role::Word => "name",
        }
    }

    /// The name with this number.
    fn name(self, number: usize, width: usize) -> String {
        match self {
            // The blocks that are reserved for benchmarks and for documentation (RFC 2544, RFC 3849).
            Role::Address => {
                format!("198.{}.{}.{}", 18 + (number >> 16), (number >> 8) & 255, number & 255)
            }
            Role::LongAddress => format!("2001:db8::{number:x}"),
            // The picture shows the first four digits.
            Role::Uid => {
                let first = (number & 0xffff) << 16 | number >> 16;
                format!("{first:08x}-0000-4000-8000-{number:012x}")
            }
            Role::Template if number == 1 => "data".into(),
            Role::End => format!("x{number:0width$}"),
            _ => format!("{}-{number:0width$}", self.prefix()),
        }
    }
}

/// The names of Kubernetes itself, which stay, and words of other fields that are no names, in order.
const KEPT: &[&str] = &[
    "",
    "None",
    "amd64",
    "app",
    "arm64",
    "attachdetach-controller",
    "component",
    "control-plane",
    "controller-revision-hash",
    "controllermanager",
    "data",
    "default",
    "default-scheduler",
    "deployment-controller",
    "endpoint-slice-controller",
    "false",
    "foregroundDeletion",
    "instance",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-node-lease",
    "kube-proxy",
    "kube-public",
    "kube-scheduler",
    "kube-system",
    "kubelet",
    "kubernetes",
    "linux",
    "metadata.name",
    "name",
    "node-controller",
    "node-lifecycle-controller",
    "node-role.kubernetes.io",
    "orphan",
    "persistentvolume-controller",
    "pod-template-hash",
    "replicaset-controller",
    "role",
    "standard",
    "statefulset-controller",
    "system-cluster-critical",
    "system-node-critical",
    "taint-eviction-controller",
    "tier",
    "true",
    "version",
    "windows",
];

/// Whether a name is one of Kubernetes itself.
pub(super) fn is_kept(name: &str) -> bool {
    let own = ["kubernetes.io", "k8s.io"];
    let (group, rest) = name.split_once('/').unwrap_or((name, ""));
    KEPT.binary_search(&name).is_ok()
        || (own.iter().any(|end| {
            group == *end || group.strip_suffix(end).is_some_and(|it| it.ends_with('.'))
        }) && rest.len() < 64
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)))
}

/// A name that consists of two others: the first, the sign between them, and the second.
type Parts = (String, char, String);

/// A name that was found.
struct Seen {
    name: String,
    role: Role,
    parts: Option<Parts>,
}

/// All names.
#[derive(Default)]
pub(super) struct Names {
    /// Those that were found, during the first reading.
    seen: Vec<Seen>,
    /// What stands for each, during the second reading.
    known: Map<String, String>,
    /// What stands for words of messages that are no names of anything.
    words: Map<String, String>,
    /// The workloads and the templates of claims, by which names are recognized that were not found.
    sets: Set<String>,
    templates: Set<String>,
    /// The different names of each role.
    by_role: Map<Role, Vec<String>>,
}

impl Names {
    /// Notes a name, or returns what stands for it.
    pub(super) fn take(&mut self, role: Role, name: &str) -> String {
        if is_kept(name) {
            return name.to_owned();
        }
        if let Some(known) = self.get(name).or_else(|| self.words.get(name).cloned()) {
            return known;
        }
        self.seen.push(Seen { name: name.to_owned(), role, parts: None });
        name.to_owned()
    }

    /// Notes a name that consists of the name of an owner, a sign, and an end. An ordinal stays.
    pub(super) fn join(&mut self, owner: &str, sign: char, end: &str) {
        let parts = Some((owner.to_owned(), sign, end.to_owned()));
        self.seen.push(Seen { name: format!("{owner}{sign}{end}"), role: Role::Joined, parts });
    }

    /// The replacement for a name, if it is known or consists of known names.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let known = self.known.get(name).cloned();
        known.or_else(|| self.resolve(self.split(name)?, &Map::new()))
    }

    /// The different names of a role, in order.
    pub(super) fn of(&self, role: Role) -> &[String] {
        self.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The parts of the name of a pod or a claim that was not found, of a set that was.
    fn split(&self, name: &str) -> Option<Parts> {
        let (owner, ordinal) = name.rsplit_once('-')?;
        if !is_ordinal(ordinal) {
            return None;
        }
        if self.sets.contains(owner) {
            return Some((owner.into(), '-', ordinal.into()));
        }
        let is_split = |at: &usize| {
            let (template, set) = owner.split_at(*at);
            self.templates.contains(template) && self.sets.contains(set.get(1..).unwrap_or(""))
        };
        let at = owner.match_indices('-').map(|(at, _)| at).find(is_split)?;
        Some((owner.get(..at)?.into(), '-', name.get(at + 1..)?.into()))
    }

    /// What stands for a name that consists of others.
    fn resolve(&self, (owner, sign, end): Parts, joined: &Map<String, Parts>) -> Option<String> {
        let part = |name: &str| {
            if is_kept(name) {
                return Some(name.to_owned());
            }
            let deeper = || joined.get(name).cloned().or_else(|| self.split(name));
            // Each part is shorter than the whole.
            let known = self.known.get(name).or_else(|| self.words.get(name)).cloned();
            known.or_else(|| self.resolve(deeper()?, joined))
        };
        let end = if sign == '-' && is_ordinal(&end) { Some(end.clone()) } else { part(&end) };
        Some(format!("{}{sign}{}", part(&owner)?, end?))
    }

    /// Ends the first reading: numbers the names of each role.
    pub(super) fn number(&mut self) {
        let mut seen = std::mem::take(&mut self.seen);
        crate::map::sort(&mut seen, |one, other| (&one.name, one.role) < (&other.name, other.role));
        seen.dedup_by(|next, one| next.name == one.name);
        let taken = seen.iter().map(|it| (it.name.clone(), ())).chain([("data".into(), ())]);
        let taken = Map::of_many(taken.collect());
        let named = |is_it: fn(Role) -> bool| {
            let all = seen.iter().filter(move |it| is_it(it.role));
            all.map(|it| (it.name.clone(), ())).collect()
        };
        self.sets = Map::of_many(named(Role::has_pods)).into_keys().collect();
        self.templates = Map::of_many(named(|role| role == Role::Template)).into_keys().collect();
        self.templates.insert("data".into());
        let mut joined: Vec<(String, Parts)> = Vec::new();
        for Seen { name, role, parts } in seen {
            let guessed = || self.split(&name).filter(|_| role > Role::Node);
            match parts.or_else(guessed) {
                Some(parts) => joined.push((name, parts)),
                None => self.by_role.or_default(role).push(name),
            }
        }
        let (mut known, mut words) = (Vec::new(), Vec::new());
        for (role, names) in self.by_role.iter() {
            let to = if *role == Role::Word { &mut words } else { &mut known };
            let numbers = |width: usize| {
                let new = (1..).map(move |number| role.name(number, width));
                new.filter(|name| !taken.contains_key(name)).take(names.len())
            };
            // With as many digits, the order of the alphabet is that of the numbers.
            let width = names.len().to_string().len();
            let longest = numbers(width).last().map_or(0, |name| name.len());
            let is_even = numbers(width).next().is_some_and(|name| name.len() == longest);
            let new = numbers(if is_even { width } else { width + 1 });
            to.extend(names.iter().cloned().zip(new));
        }
        self.known = Map::of_many(known.clone());
        self.words = Map::of_many(words);
        let joined = Map::of_sorted(joined);
        for (name, parts) in joined.iter() {
            let new = self.resolve(parts.clone(), &joined);
            known.extend(new.map(|new| (name.clone(), new)));
        }
        self.known = Map::of_many(known);
    }
}

fn is_ordinal(text: &str) -> bool {
    !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_stay_are_sorted() {
        assert!(KEPT.is_sorted());
        for name in ["", "default", "app.kubernetes.io/name", "node.kubernetes.io/unreachable"] {
            assert!(is_kept(name), "{name}");
        }
        for name in
            ["web", "kubernetes.io.example/name", "notkubernetes.io/name", "a b.kubernetes.io/<x>"]
        {
            assert!(!is_kept(name), "{name}");
        }
    }

    #[test]
    fn names_are_numbered_in_their_order_and_never_like_old_ones() {
        let mut names = Names::default();
        for name in ["node-1", "node-2", "b", "a"] {
            names.take(Role::Node, name);
        }
        names.take(Role::StatefulSet, "web");
        names.take(Role::Template, "data");
        names.join("web", '-', "0");
        names.number();
        let got = ["a", "b", "node-1", "web", "web-0", "web-7", "data-web-7", "web-x", "other-1"];
        let got = got.map(|name| names.get(name).unwrap_or_default());
        assert_eq!(
            got,
            ["node-3", "node-4", "node-5", "set-1", "set-1-0", "set-1-7", "data-set-1-7", "", ""]
        );
    }
}
