//! The text of the page's editor, and what happens when it is saved.

use super::line;
use crate::shell::Output;

/// A file or an object to edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A file: its path and its text.
    File(String, String),
    /// An object: the words of `kubectl edit`.
    Object(Vec<String>),
}

/// What to do with a saved text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Nothing changed: print this.
    Nothing(Output),
    /// Write the file at this path.
    File(String),
    /// Run this command.
    Line(String),
}

/// The comment that kubectl writes above the object.
const HEAD: &str = "\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";

impl Edit {
    /// The error where there is no editor.
    pub(super) fn refusal(&self) -> Output {
        match self {
            Edit::File(..) => Output {
                advice: "write a file with cat > NAME <<EOF\n".into(),
                ..Output::complaint("bash: there is no editor in this terminal\n")
            },
            Edit::Object(words) => {
                let rest = words.get(2..).unwrap_or_default().join(" ");
                Output {
                    advice: format!(
                        "print it with kubectl get {rest} -o yaml, and put the changed object after kubectl edit {rest} \
                         <<EOF\n"
                    ),
                    ..Output::complaint("error: there is no editor in this terminal\n")
                }
            }
        }
    }

    /// The command that prints the object; `None` for a file.
    pub fn source(&self) -> Option<String> {
        let Edit::Object(words) = self else { return None };
        let mut words: Vec<String> = words
            .iter()
            .map(|word| if word == "edit" { "get".into() } else { word.clone() })
            .collect();
        words.extend(["-o".to_owned(), "yaml".to_owned()]);
        Some(line(&words, None))
    }

    /// The initial text of the editor; `printed` is the object as YAML.
    pub fn text(&self, printed: &str) -> String {
        match self {
            Edit::File(_, text) => text.clone(),
            Edit::Object(_) => format!("{HEAD}{printed}"),
        }
    }

    /// The text of the editor after the API server rejected the object.
    pub fn refused(text: &str, complaint: &str) -> String {
        let body = body(text);
        let lines: Vec<&str> = complaint.lines().filter(|line| !line.is_empty()).collect();
        let reasons: String = lines.iter().map(|line| format!("# {line}\n")).collect();
        format!("{HEAD}{reasons}#\n{body}")
    }

    /// What to do with a saved text; `opened` is the initial text.
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

    /// What to print if the editor is closed without saving.
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

/// Removes the lines that begin with `#`.
fn body(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect()
}
