//! What is done with a text as an expression in a line of the terminal.

use super::sample;
use ordinal::notation::quote;

/// Does a line on the sample, and forgets what it did.
pub(super) fn ask(words: &[&str]) {
    let line: Vec<String> = words.iter().map(|word| quote(word)).collect();
    sample().run_line(&line.join(" "));
}

/// A text as a JSONPath.
pub(super) fn jsonpath(text: &str) {
    ask(&["kubectl", "get", "pods", "-o", &format!("jsonpath={text}")]);
    match text.len() % 3 {
        0 => ask(&["kubectl", "get", "sts", "-o", &format!("custom-columns=A:{text}")]),
        1 => ask(&["kubectl", "get", "sts,svc", &format!("--sort-by={text}")]),
        _ => ask(&["kubectl", "wait", "sts/web", &format!("--for=jsonpath={text}")]),
    }
}

/// Prints an object with a text as a Go template.
pub(super) fn template(text: &str) {
    ask(&["kubectl", "get", "pods", "-o", &format!("go-template={text}")]);
    ask(&["kubectl", "get", "sts", "web", &format!("--template={text}")]);
}

/// A text as a selector of labels, and as other things that look like one.
pub(super) fn selector(text: &str) {
    ask(&["kubectl", "get", "pods", "-l", text]);
    match text.len() % 4 {
        0 => ask(&["kubectl", "get", "pods", "--field-selector", text]),
        1 => ask(&["kubectl", "label", "sts", "web", text]),
        2 => ask(&["kubectl", "taint", "nodes", "node-1", text]),
        _ => ask(&["kubectl", "wait", "sts/web", "--for", text]),
    }
}
