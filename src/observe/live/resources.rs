//! The resources to request, and their paths.

/// How often changes of a kind are asked for where there are not enough connections for all kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pace {
    /// Without interruption.
    Always,
    /// In turns.
    Often,
    /// In turns, with a break after each.
    Seldom,
}

/// A kind that is asked for.
#[derive(Debug)]
pub(super) struct Resource {
    /// The plural name.
    pub(super) plural: &'static str,
    /// The path of its API group and version.
    group: &'static str,
    /// Whether its objects are in namespaces.
    pub(super) is_namespaced: bool,
    /// How often changes are asked for.
    pub(super) pace: Pace,
}

const fn resource(group: &'static str, plural: &'static str, scope: Scope, pace: Pace) -> Resource {
    Resource { plural, group, is_namespaced: matches!(scope, Scope::Namespace), pace }
}

enum Scope {
    Namespace,
    Cluster,
}

const CORE: &str = "/api/v1";
const APPS: &str = "/apis/apps/v1";
const STORAGE: &str = "/apis/storage.k8s.io/v1";

/// All kinds, in the order in which they are listed.
pub(super) const RESOURCES: [Resource; 14] = [
    resource(CORE, "pods", Scope::Namespace, Pace::Always),
    resource(APPS, "statefulsets", Scope::Namespace, Pace::Often),
    resource(APPS, "deployments", Scope::Namespace, Pace::Often),
    resource(APPS, "replicasets", Scope::Namespace, Pace::Often),
    resource(APPS, "controllerrevisions", Scope::Namespace, Pace::Seldom),
    resource(CORE, "persistentvolumeclaims", Scope::Namespace, Pace::Often),
    resource(CORE, "persistentvolumes", Scope::Cluster, Pace::Often),
    resource(CORE, "services", Scope::Namespace, Pace::Seldom),
    resource("/apis/discovery.k8s.io/v1", "endpointslices", Scope::Namespace, Pace::Often),
    resource("/apis/policy/v1", "poddisruptionbudgets", Scope::Namespace, Pace::Seldom),
    resource(CORE, "nodes", Scope::Cluster, Pace::Often),
    resource(STORAGE, "storageclasses", Scope::Cluster, Pace::Seldom),
    resource(STORAGE, "volumeattachments", Scope::Cluster, Pace::Often),
    resource(CORE, "events", Scope::Namespace, Pace::Often),
];

impl Resource {
    /// The path of its objects in a namespace, or in all namespaces if the name is empty.
    pub(super) fn path(&self, namespace: &str) -> String {
        let Resource { group, plural, .. } = self;
        match namespace {
            "" => format!("{group}/{plural}"),
            _ => format!("{group}/namespaces/{namespace}/{plural}"),
        }
    }
}

/// The maximum number of namespaces.
const NAMESPACES_MAX: usize = 8;

/// The namespaces that a text names, separated by commas or blanks; none if it is empty, which means all.
///
/// # Errors
/// A sentence if a name is not the name of a namespace, or there are too many.
pub fn namespaces(text: &str) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split([',', ' ', '\t', '\n']).filter(|name| !name.is_empty()) {
        let is_label = name.len() <= 63
            && name.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !name.starts_with('-')
            && !name.ends_with('-');
        if !is_label {
            let name: String = name.chars().take(64).collect();
            return Err(format!("\"{name}\" is not the name of a namespace."));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    match names.len() {
        0..=NAMESPACES_MAX => Ok(names),
        _ => Err(format!("Name at most {NAMESPACES_MAX} namespaces, or none for all.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::OBSERVED_KINDS;

    #[test]
    fn all_observed_kinds_are_asked_for_under_their_paths() {
        for kind in OBSERVED_KINDS {
            let resource = RESOURCES.iter().find(|it| it.plural == kind.plural());
            let resource = resource.unwrap_or_else(|| panic!("{kind} is missing"));
            assert_eq!(resource.is_namespaced, kind.is_namespaced(), "{kind}");
            let version = kind.api_version();
            let group = if version.contains('/') { "/apis/" } else { "/api/" };
            assert_eq!(resource.path(""), format!("{group}{version}/{}", kind.plural()));
        }
        assert_eq!(RESOURCES[0].path("shop"), "/api/v1/namespaces/shop/pods");
        assert_eq!(RESOURCES.len(), OBSERVED_KINDS.len() + 1);
    }

    #[test]
    fn namespaces_are_read() {
        assert_eq!(namespaces(""), Ok(vec![]));
        assert_eq!(namespaces(" shop, db shop"), Ok(vec!["shop".into(), "db".into()]));
        for wrong in ["../nodes", "Shop", "a/b", "-a", "a?b=c", "%2e%2e", &"a".repeat(64)] {
            assert!(namespaces(wrong).is_err(), "{wrong}");
        }
        assert!(namespaces("a b c d e f g h i").is_err());
    }
}
