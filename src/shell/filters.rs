//! Commands that transform text: `grep`, `head`, `sort`, and the like.

use super::grep::grep;
use super::lines::{cut, ends, sort, tr, uniq, wc};
use super::options::{FLAGS, Options, kind};
use super::{Output, awk, jq, sed};
use crate::base64;

/// The filters, sorted by name.
pub const FILTERS: &[&str] = &[
    "awk", "base64", "cat", "cut", "egrep", "fgrep", "grep", "head", "jq", "less", "more", "sed",
    "sort", "tac", "tail", "tr", "uniq", "wc",
];

/// Whether a command is a filter.
pub(super) fn is_filter(name: &str) -> bool {
    FILTERS.contains(&name)
}

/// The file arguments of a filter.
pub(super) fn files(words: &[String]) -> Vec<&str> {
    let options = Options::read(words);
    let has_program = match kind(&words[0]) {
        "grep" | "sed" => !options.has('e'),
        "awk" | "jq" => true,
        "tr" => return Vec::new(),
        _ => false,
    };
    options.operands.into_iter().skip(usize::from(has_program)).collect()
}

/// Runs a filter on texts, each with its file name. Neither slice may be empty.
pub fn filter(words: &[String], texts: &[(String, String)]) -> Output {
    let name = words[0].as_str();
    let options = Options::read(words);
    if let Some(flag) = options.unknown {
        let known = FLAGS.iter().find(|(known, ..)| *known == kind(name));
        let known = known.map(|(_, plain, valued)| format!("{plain}{valued}")).unwrap_or_default();
        let letters: Vec<String> = known.chars().map(|letter| format!("-{letter}")).collect();
        let note = format!(
            "{name}: {flag} is not supported in this shell, which has {}\n",
            letters.join(" ")
        );
        return Output::failure(2, note);
    }
    let text: String = texts.iter().map(|(_, text)| text.as_str()).collect();
    match kind(name) {
        "awk" => awk::awk(&options, &text),
        "base64" if options.has('d') => match base64::decode(&text) {
            Some(text) => Output::print(text),
            None => Output::complaint("base64: invalid input\n"),
        },
        "base64" => {
            Output::print(wrapped(&base64::encode(text.as_bytes()), options.number('w', 76)))
        }
        "cut" => cut(&options, &text),
        "grep" => grep(name, &options, texts),
        "head" | "tail" => ends(name, &options, texts),
        "jq" => jq::jq(&options, &text),
        "sed" => sed::sed(&options, &text),
        "sort" => sort(&options, &text),
        "tac" => {
            Output::print(text.lines().rev().map(|line| format!("{line}\n")).collect::<String>())
        }
        "tr" => tr(&options, &text),
        "uniq" => uniq(&options, &text),
        "wc" => wc(&options, texts),
        _ if options.has('n') => {
            let lines = (1..).zip(text.lines());
            let lines = lines.map(|(number, line): (u32, _)| format!("{number:6}\t{line}\n"));
            Output::print(lines.collect::<String>())
        }
        _ => Output::print(text),
    }
}

fn wrapped(text: &str, width: usize) -> String {
    if width == 0 {
        return text.into();
    }
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
}
