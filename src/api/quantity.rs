//! Amounts such as `1Gi`.
//!
//! Follows `ParseQuantity` of `k8s.io/apimachinery/pkg/api/resource/quantity.go`.

const SUFFIXES: &[&str] =
    &["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Splits an amount into its number and its suffix, if it is one.
fn split(text: &str) -> Option<(&str, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at_checked(end)?;
    let has_digit = number.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && number.matches('.').count() < 2 { Some((number, suffix)) } else { None }
}

/// Why a text is no amount, in the words of the API server.
pub(crate) fn quantity_refusal(text: &str) -> Option<&'static str> {
    let Some((_, suffix)) = split(text) else {
        return Some(
            "quantities must match the regular expression \
             '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
    };
    let exponent = suffix.strip_prefix(['e', 'E']).unwrap_or_default();
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_exponent = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if SUFFIXES.contains(&suffix) || is_exponent {
        None
    } else {
        Some("unable to parse quantity's suffix")
    }
}

/// Whether an amount is more than nothing.
pub(crate) fn is_positive_quantity(text: &str) -> bool {
    !text.starts_with('-')
        && split(text)
            .is_some_and(|(number, _)| number.bytes().any(|c| c.is_ascii_digit() && c != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for text in ["1Gi", "0", "1.5", ".5", "5.", "100m", "1e3", "1E", "+1Ki", "12E-2"] {
            assert_eq!(quantity_refusal(text), None, "{text}");
        }
        for text in ["1GB", "1 Gi", "1gi", "1ee3"] {
            assert_eq!(quantity_refusal(text), Some("unable to parse quantity's suffix"), "{text}");
        }
        for text in ["", "Gi", "big", "-", "1.2.3"] {
            assert!(
                quantity_refusal(text).is_some_and(|words| words.starts_with("quantities must")),
                "{text}"
            );
        }
        assert!(
            is_positive_quantity("1Gi")
                && is_positive_quantity("0.1")
                && !is_positive_quantity("0Gi")
                && !is_positive_quantity("-1")
        );
    }
}
