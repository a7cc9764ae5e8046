//! A tree as YAML, as `kubectl get -o yaml` prints it.
//!
//! Follows `goyaml.v2/encode.go` and `emitterc.go` of `sigs.k8s.io/yaml`: plain where that reads as the
//! same text, else in quotes; several lines as a block.

use super::scalar;
use crate::api::json::{Node, Value};

/// Lines are broken at a blank after so many letters.
const WIDTH: usize = 80;

/// The tree as YAML, the line end included.
pub fn to_yaml(tree: &Node) -> String {
    let mut out = String::new();
    match &tree.value {
        Value::Map(entries) if !entries.is_empty() => map(&mut out, tree, 0),
        Value::List(items) if !items.is_empty() => list(&mut out, items, 0),
        // The lines of a text are indented even at the top level.
        _ => {
            value(&mut out, tree, 2);
            out.push('\n');
        }
    }
    out
}

fn indent(out: &mut String, blanks: usize) {
    for _ in 0..blanks {
        out.push(' ');
    }
}

/// The entries of a map, the first of them at the present place.
fn map(out: &mut String, tree: &Node, blanks: usize) {
    for (index, entry) in tree.entries().iter().enumerate() {
        if index > 0 {
            indent(out, blanks);
        }
        if !is_simple_key(&entry.key) {
            out.push_str("? ");
            out.push_str(&key(&entry.key));
            out.push('\n');
            indent(out, blanks);
            out.push_str(": ");
            item(out, &entry.node, blanks + 2);
            continue;
        }
        out.push_str(&key(&entry.key));
        out.push(':');
        match &entry.node.value {
            Value::Map(entries) if !entries.is_empty() => {
                out.push('\n');
                indent(out, blanks + 2);
                map(out, &entry.node, blanks + 2);
            }
            // A list is not indented within a map.
            Value::List(items) if !items.is_empty() => {
                out.push('\n');
                indent(out, blanks);
                list(out, items, blanks);
            }
            _ => {
                out.push(' ');
                value(out, &entry.node, blanks + 2);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Node], blanks: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent(out, blanks);
        }
        out.push_str("- ");
        self::item(out, item, blanks + 2);
    }
}

/// A value of any kind, which begins at the present place.
fn item(out: &mut String, node: &Node, blanks: usize) {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => map(out, node, blanks),
        Value::List(items) if !items.is_empty() => list(out, items, blanks),
        _ => {
            value(out, node, blanks);
            out.push('\n');
        }
    }
}

/// Whether a key can stand on the line of its value (`yaml_emitter_check_simple_key`).
fn is_simple_key(text: &str) -> bool {
    text.len() <= 128 && !text.contains('\n')
}

/// A value that stands on its line, or begins there.
fn value(out: &mut String, node: &Node, blanks: usize) {
    match &node.value {
        Value::Text(text) => scalar(out, text, blanks),
        other_value => out.push_str(&Node::from(other_value.clone()).json()),
    }
}

fn key(text: &str) -> String {
    let mut out = String::new();
    if is_text(text) && is_plain(text) {
        out.push_str(text);
    } else {
        escape(&mut out, text);
    }
    out
}

/// Whether a plain scalar of these letters would be read as a text.
fn is_text(text: &str) -> bool {
    let is_time = text.len() >= 10
        && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && text.as_bytes().get(4) == Some(&b'-')
        && text.as_bytes().get(7) == Some(&b'-');
    let is_base_60 = text.contains(':')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'_' | b'-' | b'+' | b'.'));
    matches!(scalar::resolve(text), Value::Text(_)) && !is_time && !is_base_60 && text != "<<"
}

/// Whether a text can stand without quotes (`yaml_emitter_analyze_scalar`).
fn is_plain(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next().unwrap_or(' ');
    let second = letters.next();
    let starts_otherwise = match first {
        '-' | '?' | ':' => second.is_none_or(char::is_whitespace),
        first => "#,[]{}&*!|>'\"%@`".contains(first),
    };
    let is_document = text.starts_with("---") || text.starts_with("...");
    let has_blank_at_end = text.starts_with(' ') || text.ends_with(' ');
    let has_special = text.chars().any(is_special);
    !starts_otherwise
        && !is_document
        && !has_blank_at_end
        && !has_special
        && !text.ends_with(':')
        && !text.as_bytes().windows(2).any(|pair| matches!(pair, b": " | b" #"))
}

/// Whether a letter can stand in double quotes only (`is_printable`, `is_break` and `is_bom` of `yamlprivateh.go`).
fn is_special(letter: char) -> bool {
    letter.is_control()
        || letter > '\u{ffff}'
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text in double quotes (`yaml_emitter_write_double_quoted`).
fn escape(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        let short = match letter {
            '"' | '\\' => letter,
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '\u{85}' => 'N',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            letter if !is_special(letter) => {
                out.push(letter);
                continue;
            }
            letter => {
                let number = u32::from(letter);
                out.push_str(&match number {
                    0..=0xff => format!("\\x{number:02X}"),
                    0x100..=0xffff => format!("\\u{number:04X}"),
                    _ => format!("\\U{number:08X}"),
                });
                continue;
            }
        };
        out.extend(['\\', short]);
    }
    out.push('"');
}

fn scalar(out: &mut String, text: &str, blanks: usize) {
    let has_special =
        text.chars().any(|letter| is_special(letter) && letter != '\n' && letter != '\t');
    if text.contains('\n') && !has_special && !text.contains(" \n") {
        return block(out, text, blanks);
    }
    let column = out.rsplit('\n').next().map_or(0, |line| line.chars().count());
    if !is_text(text) || has_special || text.contains('\n') || text.contains('\t') {
        escape(out, text);
    } else if is_plain(text) {
        fold(out, text, column, blanks);
    } else {
        out.push('\'');
        fold(out, &text.replace('\'', "''"), column + 1, blanks);
        out.push('\'');
    }
}

/// Breaks a long text at single blanks.
fn fold(out: &mut String, text: &str, mut column: usize, blanks: usize) {
    let letters: Vec<char> = text.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        let at = |index: usize| letters.get(index).copied().unwrap_or('x');
        let is_alone =
            *letter == ' ' && at(index + 1) != ' ' && (index == 0 || at(index - 1) != ' ');
        if is_alone && column > WIDTH && index > 0 && index + 1 < letters.len() {
            out.push('\n');
            indent(out, blanks);
            column = blanks;
        } else {
            out.push(*letter);
            column += 1;
        }
    }
}

/// Several lines: `|`, or `|-` if the last does not end.
fn block(out: &mut String, text: &str, blanks: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    if !text.ends_with('\n') {
        out.push('-');
    } else if text.ends_with("\n\n") || text == "\n" {
        out.push('+');
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, blanks);
            out.push_str(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tree;

    #[test]
    fn what_is_printed_is_read_again() {
        let texts = [
            "web",
            "true",
            "0",
            "1e3",
            "",
            "a: b",
            "a #b",
            "- a",
            "-",
            "*a",
            "2026-11-20T22:50:55Z",
            "it's",
            "'quoted'",
            "two\nlines\n",
            "two\nlines",
            "  indented\nlines",
            "a:",
            "12:30",
            "nginx:1.25",
            "No such thing: it is not there",
            "~",
            "tab\there",
            "x\n\n",
            "{a}",
            "\u{feff}mark\u{feff}",
            "\u{85}\u{2028}\u{2029}\u{a0}\u{7f}\u{0}\u{1b}\r",
            "a face: \u{1f600}",
            "a very long text that goes on and on until it is broken somewhere beyond the eightieth letter of it",
        ];
        let list = texts.iter().map(|text| Node::from(*text)).collect();
        let node = Node::map([
            ("texts".into(), Value::List(list).into()),
            ("0".into(), Node::map([("empty".into(), Node::map([]))])),
            ("k".repeat(129), "long".into()),
            ("k".repeat(1_100), Node::map([("a".into(), "longer than a line".into())])),
            ("two\nlines".into(), Value::List(vec!["x".into(), "y".into()]).into()),
            (
                "nested".into(),
                Value::List(vec![Value::List(vec![Value::Int(1).into()]).into()]).into(),
            ),
        ]);
        let printed = to_yaml(&node);
        let mut read =
            tree::read(&printed, 1).unwrap_or_else(|error| panic!("{error:?}\n{printed}"));
        read.forget_places();
        assert_eq!(read, node, "{printed}");
        assert!(
            printed.contains("- nginx:1.25\n- 'No such thing: it is not there'\n"),
            "{printed}"
        );
        assert!(printed.contains("\"0\":\n  empty: {}\n"), "{printed}");
    }

    #[test]
    fn a_text_alone_is_indented_as_by_goyaml() {
        assert_eq!(to_yaml(&"two\nlines".into()), "|-\n  two\n  lines\n");
        let text = ["word"; 40].join(" ");
        for text in ["two\nlines\n\n", "\n  indented", text.as_str()] {
            let mut read = tree::read(&to_yaml(&text.into()), 1).expect("YAML");
            read.forget_places();
            assert_eq!(read, text.into());
        }
    }
}
