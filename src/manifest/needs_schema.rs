//! Whether a text needs the table of [`super::schema`].

use super::{kinds, known};

/// Whether a text has a field or an object that is not simulated, so that the table must be installed before it is
/// used. The text is a manifest, or lines such as those of a recipe, a lesson, or the terminal.
pub fn needs_schema(text: &str) -> bool {
    let (mut below, mut end) = (String::new(), None);
    for line in text.lines() {
        match end {
            Some(word) if line == word => {
                if is_needed_for(&below) {
                    return true;
                }
                below.clear();
                end = None;
            }
            Some(_) => below.extend([line, "\n"]),
            None => {
                let mut words = line.split_whitespace();
                // What a patch says is not checked further: any name that may need the table counts.
                if words.any(|word| word == "patch") && has_further_field(line) {
                    return true;
                }
                if line.starts_with("kubectl") && line.split_whitespace().any(|it| it == "explain")
                {
                    return true;
                }
                let last = line.split_whitespace().next_back().and_then(|it| it.strip_prefix("<<"));
                end = last.filter(|word| word.starts_with(char::is_alphabetic));
            }
        }
    }
    is_needed_for(if below.is_empty() { text } else { &below })
}

/// Whether a manifest needs the table.
fn is_needed_for(manifest: &str) -> bool {
    super::parse(manifest).iter().any(|document| match kinds::identify(&document.tree) {
        Ok(Some(kinds::Identity::Known(kind))) => {
            kinds::decode(&document.tree, kind, false).1.needs_table
        }
        _ => false,
    })
}

fn has_further_field(line: &str) -> bool {
    let mut words = line.split(|it: char| !it.is_ascii_alphanumeric());
    // A name can be hidden behind an escape sequence.
    line.contains('\\') || words.any(known::is_further_field)
}
