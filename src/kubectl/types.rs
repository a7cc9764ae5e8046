//! The words by which kubectl knows the kinds. Events and Endpoints are stored, and also made from others here.

use super::Call;
use super::view::View;
use crate::api::json::Node as Tree;
use crate::api::{Kind, Object};
use crate::manifest::autoscaling::without_version;

/// What `all` means (the category of the API server), in kubectl's order.
const ALL: &str = "pods replicationcontrollers services daemonsets.apps deployments.apps \
                   replicasets.apps statefulsets.apps horizontalpodautoscalers.autoscaling \
                   cronjobs.batch jobs.batch";

impl Kind {
    /// The group with a dot before it, as in `.apps`; empty for the core group.
    pub(crate) fn group(self) -> &'static str {
        self.qualified().find('.').map_or("", |dot| &self.qualified()[dot..])
    }

    /// Whether `all` means it too.
    pub(crate) fn is_in_all(self) -> bool {
        ALL.split(' ').any(|name| Kind::parse(name) == Some(self))
    }

    /// Whether there are objects of this kind that are not stored here, but made from others.
    pub(crate) fn is_derived(self) -> bool {
        matches!(self, Kind::Event | Kind::Endpoints | Kind::ComponentStatus)
    }

    /// The name in the words of the API server, as in `statefulsets.apps`.
    pub(crate) fn resource(self) -> String {
        format!("{}{}", self.plural(), self.group())
    }
}

impl View<'_> {
    /// The kind that a word means.
    pub(super) fn kind(&self, word: &str) -> Option<Kind> {
        let older = without_version(word);
        let word = older.as_deref().unwrap_or(word);
        let is_meant = |kind: &Kind| kind.is_named(word);
        Kind::parse(word).or_else(|| self.cluster.store.defined_kinds().find(is_meant))
    }

    /// The kinds that a word such as `pods,svc` or `all` means.
    ///
    /// # Errors
    /// kubectl's words for the first that is none.
    pub(super) fn kinds(&self, words: &str) -> Result<Vec<Kind>, String> {
        let mut kinds = Vec::new();
        for word in words.split(',') {
            if word == "all" {
                kinds.extend(ALL.split(' ').filter_map(Kind::parse));
                continue;
            }
            let unknown = || {
                let (name, group) = word.split_once('.').unwrap_or((word, ""));
                let group = group.trim_end_matches('.');
                let group =
                    if group.is_empty() { String::new() } else { format!(" in group \"{group}\"") };
                format!("error: the server doesn't have a resource type \"{name}\"{group}")
            };
            kinds.push(self.kind(word).ok_or_else(unknown)?);
        }
        Ok(kinds)
    }
}

/// kubectl's error for an object that has no containers, and no template with some.
pub(super) fn without_pods(call: &Call<'_>, object: &Object, tree: &Tree) -> Option<String> {
    let of = object.kind();
    if [Kind::Pod, Kind::CronJob].contains(&of)
        || tree.at("spec.template").is_some()
        || !call.view.is_recent()
    {
        return None;
    }
    let (plural, own, name) = (of.plural(), &object.meta().name, of.name());
    let version = of.api_version().rsplit('/').next().unwrap_or_default();
    Some(format!(
        "error: {plural}/{own} the object is not a pod or does not have a pod template: *{version}.{name}"
    ))
}
