//! What an editor of the page is opened with, and what becomes of the text.

use super::line;
use crate::shell::Output;

/// What is edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A file: its path and its text.
    File(String, String),
    /// An object: the words of `kubectl edit`.
    Object(Vec<String>),
}

/// What follows from a text that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Nothing has changed: what is printed.
    Nothing(Output),
    /// To write the file at this path.
    File(String),
    /// To run a line.
    Line(String),
}

/// What kubectl writes above an object that is edited.
const HEAD: &str = "\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";

impl Edit {
    /// What is told where there is no editor.
    pub(super) fn refusal(&self) -> Output {
        match self {
            Edit::File(..) => Output {
                advice: "write a file with cat > NAME <<EOF\n".into(),
                ..Output::complaint("bash: there is no editor here\n")
            },
            Edit::Object(words) => {
                let rest = words.get(2..).unwrap_or_default().join(" ");
                Output {
                    advice: format!(
                        "print it with kubectl get {rest} -o yaml, and write the changed object below kubectl edit {rest} \
                         <<EOF\n"
                    ),
                    ..Output::complaint("error: there is no editor here\n")
                }
            }
        }
    }

    /// The line that prints the object, if it is one.
    pub fn source(&self) -> Option<String> {
        let Edit::Object(words) = self else { return None };
        let mut words: Vec<String> = words
            .iter()
            .map(|word| if word == "edit" { "get".into() } else { word.clone() })
            .collect();
        words.extend(["-o".to_owned(), "yaml".to_owned()]);
        Some(line(&words, None))
    }

    /// The text with which the editor opens; `printed` is that of the object.
    pub fn text(&self, printed: &str) -> String {
        match self {
            Edit::File(_, text) => text.clone(),
            Edit::Object(_) => format!("{HEAD}{printed}"),
        }
    }

    /// The text with which the editor opens again after the API server has refused it.
    pub fn refused(text: &str, complaint: &str) -> String {
        let body = body(text);
        let lines: Vec<&str> = complaint.lines().filter(|line| !line.is_empty()).collect();
        let reasons: String = lines.iter().map(|line| format!("# {line}\n")).collect();
        format!("{HEAD}{reasons}#\n{body}")
    }

    /// What follows from the text that was saved instead of the one the editor opened with.
    pub fn saved(&self, opened: &str, text: &str) -> Saved {
        match self {
            Edit::File(path, _) => Saved::File(path.clone()),
            Edit::Object(words) => {
                let new = body(text);
                match new == body(opened) || new.trim().is_empty() {
                    true => Saved::Nothing(cancelled()),
                    false => Saved::Line(line(words, Some(&new))),
                }
            }
        }
    }

    /// What is printed if the text is not saved.
    pub fn closed(&self) -> Output {
        match self {
            Edit::File(..) => Output::default(),
            Edit::Object(_) => cancelled(),
        }
    }
}

fn cancelled() -> Output {
    Output::print("Edit cancelled, no changes made.\n")
}

/// A text without the lines that begin with `#`.
fn body(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect()
}
