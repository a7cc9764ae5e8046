//! What the path of a request is about.

use crate::api::Kind;

/// The resource that a path names, such as `/apis/apps/v1/namespaces/default/statefulsets/web/scale`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The kind of the resource.
    pub(super) kind: Kind,
    /// The namespace; none for resources of the cluster, and for lists of all namespaces.
    pub(super) namespace: Option<String>,
    /// The name; none for a collection.
    pub(super) name: Option<String>,
    /// The subresource, for example `scale`; may be empty.
    pub(super) subresource: String,
}

impl Target {
    /// The target of a path, given as its decoded segments after `/api` or `/apis`; none if the resource does not exist.
    /// `find` looks up a kind by its API version and plural.
    pub(super) fn of(
        segments: &[String],
        find: impl Fn(&str, &str) -> Option<Kind>,
    ) -> Option<Target> {
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (version, rest) = match words.as_slice() {
            ["api", version, rest @ ..] => ((*version).to_owned(), rest),
            ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
            _ => return None,
        };
        // `namespaces/NAME` alone, or with one of its own subresources, is the Namespace.
        let is_own = |word: &str| ["status", "finalize"].contains(&word);
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() && !is_own(rest[0]) => {
                (Some((*namespace).to_owned()), rest)
            }
            rest => (None, rest),
        };
        let (plural, name, subresource) = match rest {
            [plural] => (plural, None, ""),
            [plural, name] => (plural, Some((*name).to_owned()), ""),
            [plural, name, subresource] => (plural, Some((*name).to_owned()), *subresource),
            _ => return None,
        };
        let kind = find(&version, plural)?;
        let has_place = kind.is_namespaced() == namespace.is_some();
        let is_everywhere = kind.is_namespaced() && name.is_none();
        let subresource = subresource.to_owned();
        (has_place || is_everywhere).then_some(Target { kind, namespace, name, subresource })
    }
}

/// The group and the version of an API version, as in `apps/v1`; the group of `v1` is empty.
pub(super) fn group_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// The parts of a path between its slashes, with `%` escapes decoded.
pub(super) fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(|part| unescape(part, false)).collect()
}

/// The pairs of a query string, decoded.
pub(super) fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescape(key, true), unescape(value, true))
        })
        .collect()
}

/// Decodes `%` escapes, and in a query `+`. What is no escape stays as it is.
fn unescape(text: &str, is_query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [one, two, ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                digit(*one)
                    .zip(digit(*two))
                    .and_then(|(one, two)| u8::try_from(one * 16 + two).ok())
            }
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if is_query && *first == b'+' { b' ' } else { *first });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path: &str) -> Option<(Kind, String)> {
        let target = Target::of(&segments(path), |version, plural| {
            Kind::ALL
                .iter()
                .copied()
                .find(|it| it.api_version() == version && it.plural() == plural)
        })?;
        let parts = [
            target.namespace.unwrap_or_default(),
            target.name.unwrap_or_default(),
            target.subresource,
        ];
        Some((target.kind, parts.join(" ")))
    }

    #[test]
    fn paths_name_resources() {
        for (path, kind, parts) in [
            ("/api/v1/pods", Kind::Pod, "  "),
            ("/api/v1/namespaces/default/pods", Kind::Pod, "default  "),
            ("/api/v1/namespaces/default/pods/web-0/log", Kind::Pod, "default web-0 log"),
            ("/api/v1/namespaces/default", Kind::Namespace, " default "),
            ("/api/v1/namespaces", Kind::Namespace, "  "),
            (
                "/apis/apps/v1/namespaces/a%2Db/statefulsets/web/scale",
                Kind::StatefulSet,
                "a-b web scale",
            ),
            ("/api/v1/nodes/node-1", Kind::Node, " node-1 "),
        ] {
            assert_eq!(target(path), Some((kind, parts.to_owned())), "{path}");
        }
        for path in [
            "/api/v1/nothing",
            "/apis/apps/v2/statefulsets",
            "/api/v1/pods/web-0",
            "/api/v1/namespaces/a/nodes/b",
        ] {
            assert_eq!(target(path), None, "{path}");
        }
    }

    #[test]
    fn queries_are_decoded() {
        let pairs = query("labelSelector=app%3Dnginx+x&watch=true&&odd=%zz&flag");
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [("labelSelector", "app=nginx x"), ("watch", "true"), ("odd", "%zz"), ("flag", "")]
        );
    }
}
