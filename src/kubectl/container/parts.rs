//! What `run`, `debug`, and `attach` share.

use super::super::{Call, Plan};
use crate::api::Object;
use crate::api::json::Node as Tree;
use crate::manifest;

/// The pod that a tree describes.
///
/// # Errors
/// What is printed if the API server rejects it.
pub(super) fn read_pod(tree: &Tree) -> Result<Object, Plan> {
    let document = manifest::parse(&manifest::to_yaml(tree)).into_iter().next();
    match document.map(|document| document.outcome) {
        Some(Ok(object)) => Ok(object),
        Some(Err(refusal)) => Err(Plan::refuse(refusal.stderr)),
        None => Err(Plan::refuse(manifest::NO_OBJECTS)),
    }
}

/// The variables of `--env`.
pub(super) fn environment(call: &Call<'_>) -> Vec<Tree> {
    let variables = call.words.all("env").filter_map(|value| value.split_once('='));
    let pair = |(name, value): (&str, &str)| {
        Tree::map([("name".to_owned(), name.into()), ("value".to_owned(), value.into())])
    };
    variables.map(pair).collect()
}

/// Whether a text is the reference of an image (`github.com/distribution/reference`).
pub(super) fn is_image(text: &str) -> bool {
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (text, digest) = text.split_once('@').map_or((text, None), |(it, rest)| (it, Some(rest)));
    let (name, tag) = match text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (name, Some(tag)),
        None => (text, None),
    };
    let is_path = |part: &str| {
        let ends = |byte: Option<u8>| byte.is_some_and(is_small);
        let is_known = |byte: u8| is_small(byte) || b"._-".contains(&byte);
        ends(part.bytes().next())
            && ends(part.bytes().next_back())
            && part.bytes().all(is_known)
            && !["..", "___", "._", "_.", ".-", "-.", "_-", "-_"].iter().any(|it| part.contains(it))
    };
    let is_host = |part: &str| {
        let (host, port) = part.split_once(':').unwrap_or((part, "0"));
        let is_label = |label: &str| {
            let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
            ends(label.bytes().next())
                && ends(label.bytes().next_back())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        host.split('.').all(is_label) && port.parse::<u64>().is_ok()
    };
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_tag = |tag: &str| {
        tag.bytes().next().is_some_and(is_word)
            && tag.len() <= 128
            && tag.bytes().all(|byte| is_word(byte) || b".-".contains(&byte))
    };
    let is_digest = |digest: &str| {
        let hex = digest.split_once(':').map_or("", |(_, hex)| hex);
        hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let is_name = match name.split_once('/') {
        Some((first, rest)) => (is_path(first) || is_host(first)) && rest.split('/').all(is_path),
        None => is_path(name),
    };
    is_name && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// kubectl's note before a shell whose input and output the pod's log records.
pub(super) const SESSION_NOTE: &str = "All commands and output from this session will be recorded in container logs, \
    including credentials and sensitive information passed through the command prompt.\nIf you don't see a command \
    prompt, try pressing enter.\n";
