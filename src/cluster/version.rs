//! The version of Kubernetes whose rules the cluster follows.

/// The feature gate without which `maxUnavailable` is dropped.
pub const MAX_UNAVAILABLE_GATE: &str = "MaxUnavailableStatefulSet";
/// The feature gate without which a StatefulSet can't have the strategy `Recreate`; alpha in 1.37 (KEP-3541).
pub const RECREATE_GATE: &str = "StatefulSetRecreateStrategy";

/// The feature gates that the model knows, each with the first version that has it; [`Version::enables`] has their
/// defaults.
pub const GATES: [(&str, Version); 2] =
    [(MAX_UNAVAILABLE_GATE, Version::V1_34), (RECREATE_GATE, Version::V1_37)];

/// A release of Kubernetes. Patch releases are told apart only where they behave differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 1.34.
    V1_34,
    /// 1.35.0 to 1.35.3, which enable `MaxUnavailableStatefulSet` (turned off again by kubernetes#137926).
    V1_35_0,
    /// 1.35.4 and later.
    V1_35,
    /// 1.36, the version of the recordings.
    V1_36,
    /// 1.37.
    #[default]
    V1_37,
}

impl Version {
    /// All versions with their names in a recipe, the oldest first.
    pub const ALL: [(Version, &'static str); 5] = [
        (Version::V1_34, "1.34"),
        (Version::V1_35_0, "1.35.0"),
        (Version::V1_35, "1.35"),
        (Version::V1_36, "1.36"),
        (Version::V1_37, "1.37"),
    ];

    /// The version of this name in a recipe.
    pub fn named(name: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|(_, other)| *other == name).map(|(version, _)| version)
    }

    /// Its name in a recipe, for example `1.37`.
    pub fn name(self) -> &'static str {
        Version::ALL.into_iter().find(|(it, _)| *it == self).map_or("", |(_, name)| name)
    }

    /// What its components call themselves, for example `v1.37.1`.
    pub fn git_version(self) -> &'static str {
        match self {
            Version::V1_34 => "v1.34.9",
            Version::V1_35_0 => "v1.35.0",
            Version::V1_35 => "v1.35.4",
            Version::V1_36 => "v1.36.2",
            Version::V1_37 => "v1.37.1",
        }
    }

    /// Whether there is a feature gate of this name.
    pub fn has_gate(self, gate: &str) -> bool {
        GATES.iter().any(|(name, since)| *name == gate && *since <= self)
    }

    /// Whether a feature gate is on by default (`pkg/features/kube_features.go`).
    pub fn enables(self, gate: &str) -> bool {
        gate == MAX_UNAVAILABLE_GATE && matches!(self, Version::V1_35_0 | Version::V1_37)
    }
}
