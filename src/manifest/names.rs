//! What may be a name, a label, a key; each check gives the API server's words for what is wrong.
//!
//! Follows `k8s.io/apimachinery/pkg/util/validation/validation.go`.

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters \
    or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', \
    regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
    characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
    'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SERVICE: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', \
    start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or \
    'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and \
    must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', \
    regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric \
    characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
    'MyValue',  or 'my_value',  or '12345', regex used for validation is \
    '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or \
    '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
    '[-._a-zA-Z0-9]+')";

/// What is wrong with a name, in the words of the API server.
pub(super) type Words = Vec<String>;

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// Not empty, `inner` throughout, `outer` at both ends.
fn is_word(text: &str, outer: fn(char) -> bool, inner: fn(char) -> bool) -> bool {
    text.starts_with(outer) && text.ends_with(outer) && text.chars().all(inner)
}

fn is_label(text: &str) -> bool {
    is_word(text, is_lower, |c| is_lower(c) || c == '-')
}

fn check(text: &str, limit: usize, is_valid: bool, words: &str) -> Words {
    let mut found = Words::new();
    if text.len() > limit {
        found.push(format!("must be no more than {limit} characters"));
    }
    if !is_valid {
        found.push(words.into());
    }
    found
}

/// A DNS label: the name of a StatefulSet, a container, a volume.
pub(super) fn label(text: &str) -> Words {
    check(text, 63, is_label(text), LABEL)
}

/// A DNS subdomain: the name of most objects.
pub(super) fn subdomain(text: &str) -> Words {
    check(text, 253, text.split('.').all(is_label), SUBDOMAIN)
}

/// The name of a Service.
pub(super) fn service(text: &str) -> Words {
    check(text, 63, is_label(text) && !text.starts_with(|c: char| c.is_ascii_digit()), SERVICE)
}

/// The key of a label: a name, perhaps with a DNS subdomain and `/` before it.
pub(super) fn qualified(text: &str) -> Words {
    let mut found = Words::new();
    let name = match text.split_once('/') {
        None => text,
        Some(("", name)) => {
            found.push("prefix part must be non-empty".into());
            name
        }
        Some((prefix, name)) if !name.contains('/') => {
            found.extend(subdomain(prefix).into_iter().map(|words| format!("prefix part {words}")));
            name
        }
        Some(_) => {
            return vec![format!(
                "a qualified name {} with an optional DNS subdomain prefix and '/' (e.g. \
                 'example.com/MyName')",
                QUALIFIED.trim_start_matches("name part ")
            )];
        }
    };
    if name.is_empty() {
        found.push("name part must be non-empty".into());
    } else if name.len() > 63 {
        found.push("name part must be no more than 63 characters".into());
    }
    if !is_free_word(name) {
        found.push(QUALIFIED.into());
    }
    found
}

fn is_free_word(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    is_word(text, |c| c.is_ascii_alphanumeric(), inner)
}

/// The value of a label.
pub(super) fn label_value(text: &str) -> Words {
    check(text, 63, text.is_empty() || is_free_word(text), LABEL_VALUE)
}

/// A name that may stand in a path (`k8s.io/apimachinery/pkg/api/validation/path`).
pub(super) fn path_segment(text: &str) -> Words {
    match text {
        "." | ".." => vec![format!("may not be '{text}'")],
        _ => ["/", "%"]
            .iter()
            .filter(|it| text.contains(**it))
            .map(|it| format!("may not contain '{it}'"))
            .collect(),
    }
}

/// The key of a ConfigMap's text.
pub(super) fn config_key(text: &str) -> Words {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    check(text, 253, !text.is_empty() && text.chars().all(is_inner), CONFIG_KEY)
}

/// The name of a container's port.
pub(super) fn port(text: &str) -> Words {
    let mut found = Words::new();
    if text.len() > 15 {
        found.push("must be no more than 15 characters".into());
    }
    if !text.chars().all(|c| is_lower(c) || c == '-') {
        found.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".into());
    }
    if !text.contains(|c: char| c.is_ascii_lowercase()) {
        found.push("must contain at least one letter (a-z)".into());
    }
    if text.contains("--") {
        found.push("must not contain consecutive hyphens".into());
    }
    if text.starts_with('-') || text.ends_with('-') {
        found.push("must not begin or end with a hyphen".into());
    }
    found
}

/// A percentage such as `25%`.
pub(super) fn percent(text: &str) -> Words {
    let is_percent = text.strip_suffix('%').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let words = "a valid percent string must be a numeric string followed by an ending '%' (e.g. \
                 '1%',  or '93%', regex used for validation is '[0-9]+%')";
    check(text, usize::MAX, is_percent, words)
}

/// The nearest valid DNS label to a text, if anything is left of it.
pub(super) fn repaired(text: &str) -> Option<String> {
    let lower: String = text
        .chars()
        .map(|c| if is_lower(c.to_ascii_lowercase()) { c.to_ascii_lowercase() } else { '-' })
        .take(63)
        .collect();
    let trimmed = lower.trim_matches('-');
    if trimmed.is_empty() { None } else { Some(trimmed.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(label("web-1").is_empty() && label("0").is_empty());
        for text in ["", "-a", "a-", "Web", "a_b", "a.b", "ü"] {
            assert_eq!(label(text).len(), 1, "{text}");
        }
        assert_eq!(label(&"w".repeat(64)), ["must be no more than 63 characters"]);
        assert!(subdomain("a.b-c.d").is_empty() && !subdomain("a..b").is_empty());
        assert!(service("web").is_empty() && !service("1web").is_empty());
        assert!(qualified("app.kubernetes.io/name").is_empty() && qualified("My.App_1").is_empty());
        assert!(
            !qualified("a/b/c").is_empty()
                && !qualified("/b").is_empty()
                && !qualified("").is_empty()
        );
        assert!(label_value("").is_empty() && !label_value("a b").is_empty());
        assert!(config_key("my.cnf").is_empty() && !config_key("a/b").is_empty());
        assert!(port("web").is_empty() && port("intra-node").is_empty());
        assert_eq!(port("80").len(), 1);
        assert_eq!(port("--").len(), 3);
        assert!(percent("25%").is_empty() && !percent("%").is_empty() && !percent("25").is_empty());
        assert_eq!(repaired("Web_1").as_deref(), Some("web-1"));
        assert_eq!(repaired("__"), None);
    }
}
