//! Names of objects in a text, such as `web-1`. A browser may break a line after the hyphen, where a name is hard to
//! read, so the page keeps short names together.

/// The longest name that is kept together, in characters: a longer one has to fit into narrow columns.
const LONGEST: usize = 24;

/// Cuts a text into pieces, and whether each is the name of an object to keep on one line. The pieces make up the text.
pub fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    for word in text.split_inclusive(|it| !is_of_name(it)) {
        let name = word.trim_end_matches(|it| !is_of_name(it)).trim_end_matches('.');
        if is_name(name) {
            pieces.extend(text.get(start..at).map(|before| (before, false)));
            pieces.push((name, true));
            start = at + name.len();
        }
        at += word.len();
    }
    pieces.extend(text.get(start..).map(|rest| (rest, false)));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

/// Whether a character occurs in names of objects and in the DNS names of pods.
fn is_of_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '/')
}

/// Whether a word has a hyphen at which a line could be broken, and is short enough to be kept together.
fn is_name(word: &str) -> bool {
    word.len() <= LONGEST
        && word.trim_matches('-').contains('-')
        && word.contains(|it: char| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with names in brackets.
    fn marked(text: &str) -> String {
        let pieces = pieces(text).into_iter();
        pieces.map(|(it, is_name)| if is_name { format!("[{it}]") } else { it.into() }).collect()
    }

    #[test]
    fn names_with_an_ordinal_are_kept_together() {
        assert_eq!(
            marked("web-1 waits for web-0, as data-web-0 is on node-2."),
            "[web-1] waits for [web-0], as [data-web-0] is on [node-2]."
        );
        assert_eq!(marked("kubectl delete pod/web-0 --now"), "kubectl delete [pod/web-0] --now");
        assert_eq!(marked("(web-0.web) “db-2”—ü-1"), "([web-0.web]) “[db-2]”—ü-1");
    }

    #[test]
    fn other_words_and_long_names_may_be_broken() {
        for text in ["", "a well-known rule", "--replicas=3", "-1", "1.5 -- 2"] {
            assert_eq!(marked(text), text);
        }
        let long = "a-very-long-name-of-a-set-0";
        assert_eq!(marked(long), long);
    }
}
