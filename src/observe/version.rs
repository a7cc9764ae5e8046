//! The version of Kubernetes that is assumed: that of the newest kubelet, or the nearest one whose rules are known.

use crate::cluster::Version;

/// The version, and how it was found. `what` says whose versions the texts are.
pub(super) fn assume(what: &str, texts: impl Iterator<Item = String>) -> (Version, String) {
    let newest = texts.filter_map(|text| Some((numbers(&text)?, text))).max();
    let Some(((minor, patch), text)) = newest else {
        let version = Version::default();
        let name = version.name();
        let note =
            format!("The version of Kubernetes is not known: the rules of {name} are assumed.");
        return (version, note);
    };
    let version = match (minor, patch) {
        (..=34, _) => Version::V1_34,
        (35, ..=3) => Version::V1_35_0,
        (35, _) => Version::V1_35,
        (36, _) => Version::V1_36,
        _ => Version::V1_37,
    };
    let name = version.name();
    let is_known = (34..=37).contains(&minor);
    let note = match is_known {
        true => format!(
            "The {what} is {text}: the rules of Kubernetes {name} are assumed for the control plane."
        ),
        false => format!(
            "The {what} is {text}: the nearest rules that are known, those of Kubernetes {name}, are assumed."
        ),
    };
    (version, note)
}

/// The minor version and the patch of a text such as `v1.36.2+k3s1`.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix("v1.")?.split(|letter: char| !letter.is_ascii_digit());
    let minor = parts.next()?.parse().ok()?;
    Some((minor, parts.next().and_then(|patch| patch.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_distributions_are_read() {
        assert_eq!(numbers("v1.36.2"), Some((36, 2)));
        assert_eq!(numbers("v1.33.1+k3s1"), Some((33, 1)));
        assert_eq!(numbers("v1.31.4-eks-1a2b3c"), Some((31, 4)));
        assert_eq!(numbers(""), None);
    }
}
