//! The kubeconfig file of the terminal, and the namespace that it gives to kubectl commands.
//!
//! A command gets the namespace of its context as `-n`, so that the recipe does not depend on the file.

use super::Files;
use crate::api::DEFAULT_NAMESPACE;
use crate::kubectl::change_kubeconfig;
use crate::kubectl::kubeconfig::{self, DEFAULT, PATH};
use crate::shell::{Output, parent};

/// Flags that choose the namespaces of a command.
const NAMESPACES: [&str; 4] = ["-n", "--namespace", "-A", "--all-namespaces"];
/// Verbs that ask only kubectl itself.
const LOCAL: [&str; 5] = ["completion", "config", "kustomize", "options", "plugin"];

/// The text of the kubeconfig file.
pub(super) fn text(files: &Files) -> &str {
    files.get(PATH).unwrap_or(DEFAULT)
}

/// Runs a command that changes the kubeconfig file. `None` for other commands.
pub(super) fn change(words: &[String], files: &mut Files) -> Option<Output> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (output, changed) = change_kubeconfig(&words, text(files))?;
    if let Some(text) = changed {
        files.make_folder(parent(PATH).0);
        let written = files.write(PATH, &text);
        if written.exit != 0 {
            return Some(Output::complaint(format!("error: open {PATH}: {}\n", written.stderr)));
        }
    }
    Some(output)
}

/// The words of a command with the namespace of its context.
///
/// # Errors
/// kubectl's error if there is no such context.
pub(super) fn with_namespace(
    words: &[String],
    verb: &str,
    files: &Files,
) -> Result<Vec<String>, Output> {
    let mut words = words.to_vec();
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let own = words.get(1..end).unwrap_or_default();
    let named = own.iter().enumerate().find_map(|(index, word)| match word.as_str() {
        "--context" => own.get(index + 1).map(String::as_str),
        word => word.strip_prefix("--context="),
    });
    if LOCAL.contains(&verb) || verb.is_empty() || (named.is_none() && files.get(PATH).is_none()) {
        return Ok(words);
    }
    let namespace = kubeconfig::namespace(text(files), named).map_err(Output::complaint)?;
    let has_namespace = own.iter().any(|word| {
        let flag = word.split('=').next().unwrap_or(word);
        NAMESPACES.contains(&flag) || (word.starts_with("-n") && !word.starts_with("--"))
    });
    if !has_namespace && namespace != DEFAULT_NAMESPACE {
        words.splice(1..1, ["-n".to_owned(), namespace]);
    }
    Ok(words)
}
