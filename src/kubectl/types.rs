//! The types of objects that kubectl can ask for: those that are stored, and those that are made from
//! others here (events, endpoints, namespaces).

use crate::api::Kind;

/// A type of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Objects of the store.
    Stored(Kind),
    /// What the components said, from the log.
    Event,
    /// The addresses behind Services, from their slices.
    Endpoints,
    /// Namespaces: those of every cluster, and those that objects are in.
    Namespace,
}

/// The types that are not stored, with their singular, plural and short names.
const MADE: [(Type, &str, &str, &str, &str); 3] = [
    (Type::Event, "Event", "event", "events", "ev"),
    (Type::Endpoints, "Endpoints", "endpoints", "endpoints", "ep"),
    (Type::Namespace, "Namespace", "namespace", "namespaces", "ns"),
];

/// What `all` means (the category of the API server), in kubectl's order.
const ALL: &str = "pods services deployments.apps replicasets.apps statefulsets.apps";

impl Type {
    fn made(self) -> (&'static str, &'static str, &'static str, &'static str) {
        let row = MADE.iter().find(|(made, ..)| *made == self);
        row.map_or(("", "", "", ""), |(_, kind, singular, plural, short)| {
            (kind, singular, plural, short)
        })
    }

    /// Every type.
    pub(super) fn every() -> impl Iterator<Item = Type> {
        Kind::ALL.iter().map(|kind| Type::Stored(*kind)).chain(MADE.iter().map(|made| made.0))
    }

    /// The name of the kind, as in `StatefulSet`.
    pub(super) fn kind(self) -> &'static str {
        if let Type::Stored(kind) = self { kind.name() } else { self.made().0 }
    }

    /// The singular, as in `statefulset`.
    pub(super) fn singular(self) -> &'static str {
        if let Type::Stored(kind) = self { kind.singular() } else { self.made().1 }
    }

    /// The plural, as in `statefulsets`.
    pub(super) fn plural(self) -> &'static str {
        if let Type::Stored(kind) = self { kind.plural() } else { self.made().2 }
    }

    /// The short name, or an empty string.
    pub(super) fn short(self) -> &'static str {
        if let Type::Stored(kind) = self { kind.short() } else { self.made().3 }
    }

    /// The API version, as in `apps/v1`.
    pub(super) fn version(self) -> &'static str {
        if let Type::Stored(kind) = self { kind.api_version() } else { "v1" }
    }

    /// The group with a dot before it, as in `.apps`; empty for the core group.
    pub(super) fn group(self) -> &'static str {
        let Type::Stored(kind) = self else { return "" };
        kind.qualified().find('.').map_or("", |dot| &kind.qualified()[dot..])
    }

    /// The name before a slash, as in `statefulset.apps`.
    pub(super) fn qualified(self) -> String {
        format!("{}{}", self.singular(), self.group())
    }

    /// The name in the words of the API server, as in `statefulsets.apps`.
    pub(super) fn resource(self) -> String {
        format!("{}{}", self.plural(), self.group())
    }

    /// Whether the objects live in namespaces.
    pub(super) fn is_namespaced(self) -> bool {
        match self {
            Type::Stored(kind) => kind.is_namespaced(),
            other => other != Type::Namespace,
        }
    }

    /// The kind, if objects of this type are stored.
    pub(super) fn stored(self) -> Option<Kind> {
        if let Type::Stored(kind) = self { Some(kind) } else { None }
    }

    /// The type of this kind.
    pub(super) fn of_kind(kind: &str) -> Option<Type> {
        Type::every().find(|one| one.kind() == kind)
    }

    /// The type that a word means: singular, plural or short, perhaps with version and group.
    pub(super) fn parse(word: &str) -> Option<Type> {
        let word = word.to_ascii_lowercase();
        let (name, group) = word.split_once('.').unwrap_or((&word, ""));
        let group = group.strip_prefix("v1").map_or(group, |rest| rest.trim_start_matches('.'));
        Type::every().find(|one| {
            let is_name =
                [one.singular(), one.plural(), one.short()].contains(&name) && !name.is_empty();
            is_name && (group.is_empty() || one.group().trim_start_matches('.') == group)
        })
    }

    /// The types that a word such as `pods,svc` or `all` means.
    ///
    /// # Errors
    /// kubectl's words for the first that is none.
    pub(super) fn parse_list(words: &str) -> Result<Vec<Type>, String> {
        let mut types = Vec::new();
        for word in words.split(',') {
            if word == "all" {
                types.extend(ALL.split(' ').filter_map(Type::parse));
                continue;
            }
            let unknown = || format!("error: the server doesn't have a resource type \"{word}\"");
            types.push(Type::parse(word).ok_or_else(unknown)?);
        }
        Ok(types)
    }
}
