//! The documents of a text, as kubectl cuts it: `YAMLOrJSONDecoder` of `k8s.io/apimachinery/pkg/util/yaml`.

use super::tree::{self, Doubled, Keep, Node, Place};
use super::{Refusal, json, mistake};
use crate::later::later;
use crate::task::Progress;

/// One document.
pub(super) struct Part {
    /// The number of its first line in the text, from 1.
    pub(super) first_line: u32,
    content: Content,
}

enum Content {
    Yaml {
        text: String,
        /// Why it was not read as JSON, if it begins like that; kubectl says this if it is not YAML either.
        json: Option<json::Failure>,
    },
    Json(Node, Doubled),
    /// What follows `---` where nothing may.
    Separator(String),
    NoJson(json::Failure),
    /// JSON with a number that a double cannot hold.
    Beyond(json::Failure),
}

/// Cuts a text into documents. A text that begins with `{` is JSON, one value after another, as long as it can
/// be read as that; after the second value it cannot be YAML any longer.
pub(super) fn parts(text: &str) -> Vec<Part> {
    if let Some(json) = JSON.get().filter(|_| text.trim_start().starts_with('{')) {
        return json(text);
    }
    let mut parts = Vec::new();
    add_yaml(text, 1, &mut parts);
    parts
}

later! {
    /// [`parts`] of a text that begins with `{`.
    static JSON: fn(&str) -> Vec<Part> = json_parts;
}

fn json_parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut reader = json::Reader::new(text);
    loop {
        let (position, first_line) = reader.position();
        match reader.next() {
            None => return parts,
            Some(Ok(node)) => {
                let (first_line, doubled) = (node.place.line, std::mem::take(&mut reader.doubled));
                if let Some(failure) = reader.beyond.take() {
                    parts.push(Part { first_line, content: Content::Beyond(failure) });
                    return parts;
                }
                parts.push(Part { first_line, content: Content::Json(node, doubled) });
            }
            Some(Err(failure)) => {
                let left = text.get(position..).unwrap_or_default();
                let blanks = left.find(|it: char| it == '\n' || !it.is_whitespace()).unwrap_or(0);
                let skipped =
                    blanks + usize::from(left.get(blanks..).is_some_and(|it| it.starts_with('\n')));
                let rest = left.get(skipped..).unwrap_or_default();
                // kubectl looks at four bytes at a time for the blanks that it skips.
                let is_too_short = left.len() - blanks < 4;
                if parts.len() > 1 || is_too_short {
                    let failure = match parts.len() > 1 {
                        true => json::Failure { offset: None, ..failure },
                        false => failure,
                    };
                    parts.push(Part { first_line, content: Content::NoJson(failure) });
                    return parts;
                }
                let first = parts.len();
                add_yaml(rest, first_line + u32::from(skipped > blanks), &mut parts);
                if let Some(Part { content: Content::Yaml { json, .. }, .. }) = parts.get_mut(first)
                {
                    *json = Some(failure);
                }
                return parts;
            }
        }
    }
}

/// Cuts YAML at its `---` lines (`YAMLReader`). One that nothing stands above belongs to its document.
fn add_yaml(text: &str, first_line: u32, parts: &mut Vec<Part>) {
    let new = |first_line, text| Part { first_line, content: Content::Yaml { text, json: None } };
    let (mut part, mut start) = (String::new(), first_line);
    for (line, number) in text.lines().zip(first_line..=u32::MAX) {
        if let Some(rest) = line.strip_prefix("---").map(str::trim) {
            if !rest.is_empty() && !rest.starts_with('#') {
                let content = Content::Separator(rest.into());
                parts.push(Part { first_line: number, content });
                return;
            }
            if !part.is_empty() {
                parts.push(new(start, std::mem::take(&mut part)));
                start = number.saturating_add(1);
                continue;
            }
        }
        part.push_str(line);
        part.push('\n');
    }
    if !part.is_empty() {
        parts.push(new(start, part));
    }
}

impl Part {
    /// Reads the document. `last` is the number of the last line of the text.
    pub(super) async fn read(
        &self,
        last: u32,
        progress: &Progress,
    ) -> Result<(Node, Doubled), Refusal> {
        let at = |words: &str, place: Place, advice: String| {
            Refusal::new(format!("error: error parsing STDIN: {words}\n"), place, advice)
        };
        match &self.content {
            Content::Json(node, doubled) => Ok((node.clone(), doubled.clone())),
            Content::Separator(rest) => Err(at(
                &format!("invalid Yaml document separator: {rest}"),
                Place { line: self.first_line, column: 5 },
                "put nothing after --- on its line".into(),
            )),
            Content::NoJson(failure) => Err(at(&failure.message(), failure.place, String::new())),
            Content::Beyond(failure) => {
                let words = format!("error: unable to decode \"STDIN\": {}\n", failure.words);
                Err(Refusal::new(
                    words,
                    failure.place,
                    "write it in quotes, if it is a text".into(),
                ))
            }
            Content::Yaml { text, json } => {
                let read = tree::read_in_slices(text, self.first_line, last, progress).await;
                read.map_err(|syntax| match json {
                    Some(failure) if text.trim_start().starts_with("{{") => {
                        at(&failure.message(), failure.place, mistake::TEMPLATE.into())
                    }
                    Some(failure) => at(&failure.message(), failure.place, syntax.advice),
                    None => {
                        let words = format!("error converting YAML to JSON: {}", syntax.message);
                        at(&words, syntax.place, syntax.advice)
                    }
                })
            }
        }
    }

    /// Reads the document without the fields that are not kept.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(super) fn read_kept(&self, keep: Keep) -> Result<Node, (String, Place)> {
        match &self.content {
            Content::Yaml { text, .. } => tree::read_kept(text, self.first_line, keep)
                .map_err(|syntax| (syntax.message, syntax.place)),
            Content::Json(node, _) => Ok(node.clone()),
            Content::Separator(rest) => {
                let place = Place { line: self.first_line, column: 5 };
                Err((format!("invalid Yaml document separator: {rest}"), place))
            }
            Content::NoJson(failure) | Content::Beyond(failure) => {
                Err((failure.message(), failure.place))
            }
        }
    }

    /// The line that first says something.
    pub(super) fn first_content_line(&self) -> u32 {
        let Content::Yaml { text, .. } = &self.content else { return self.first_line };
        let is_content = |line: &str| {
            !line.trim().is_empty() && !line.trim().starts_with('#') && !line.starts_with("---")
        };
        let before = text.lines().take_while(|line| !is_content(line)).count();
        self.first_line.saturating_add(u32::try_from(before).unwrap_or(0))
    }
}
