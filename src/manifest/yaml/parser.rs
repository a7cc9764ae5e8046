//! Tokens to events, for the first document of a text.

use super::scanner::Scanner;
use super::{Failure, Mark, Scanned, Spanned, Token};

/// What a document consists of, in the order of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The end of the document, or that there is none.
    End,
    /// The name of an anchor.
    Alias(String),
    /// A scalar; nothing is an empty plain one.
    Scalar {
        anchor: Option<String>,
        tag: Option<String>,
        text: String,
        is_plain: bool,
    },
    SequenceStart {
        anchor: Option<String>,
    },
    SequenceEnd,
    MappingStart {
        anchor: Option<String>,
    },
    MappingEnd,
}

/// What comes next.
#[derive(Clone, Copy)]
pub(super) enum State {
    BlockNode,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceEntry { is_first: bool },
    FlowSequenceEntryKey,
    FlowSequenceEntryValue,
    FlowSequenceEntryEnd,
    FlowMappingKey { is_first: bool },
    FlowMappingValue { is_empty: bool },
    End,
}

/// Turns a text into the events of its first document (`parserc.go`).
pub(crate) struct Parser<'t> {
    pub(super) scanner: Scanner<'t>,
    /// None before the document.
    state: Option<State>,
    states: Vec<State>,
    /// Where the open collections begin.
    marks: Vec<Mark>,
    /// What the handles of tags stand for.
    prefixes: Vec<(String, String)>,
}

pub(super) type Parsed = Scanned<(Event, Mark)>;

fn fail<T>(words: &'static str, context: Mark, mark: Mark) -> Scanned<T> {
    Err(Failure { words, mark, context, is_scanner: false })
}

fn nothing(mark: Mark) -> Parsed {
    Ok((Event::Scalar { anchor: None, tag: None, text: String::new(), is_plain: true }, mark))
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str) -> Parser<'t> {
        Parser {
            scanner: Scanner::new(text),
            state: None,
            states: Vec::new(),
            marks: Vec::new(),
            prefixes: Vec::new(),
        }
    }

    /// The next event, and where it begins.
    ///
    /// # Errors
    /// Why the text is not YAML; nothing is read after that.
    pub(crate) fn next(&mut self) -> Parsed {
        match self.state {
            None => self.document(),
            Some(State::BlockNode) => self.node(true, false),
            Some(State::BlockSequenceEntry) => self.block_sequence_entry(),
            Some(State::IndentlessSequenceEntry) => self.indentless_sequence_entry(),
            Some(State::BlockMappingKey) => self.block_mapping_key(),
            Some(State::BlockMappingValue) => self.block_mapping_value(),
            Some(State::FlowSequenceEntry { is_first }) => self.flow_sequence_entry(is_first),
            Some(State::FlowSequenceEntryKey) => self.flow_sequence_entry_key(),
            Some(State::FlowSequenceEntryValue) => self.flow_sequence_entry_value(),
            Some(State::FlowSequenceEntryEnd) => {
                self.state = Some(State::FlowSequenceEntry { is_first: false });
                Ok((Event::MappingEnd, self.scanner.peek()?.start))
            }
            Some(State::FlowMappingKey { is_first }) => self.flow_mapping_key(is_first),
            Some(State::FlowMappingValue { is_empty }) => self.flow_mapping_value(is_empty),
            Some(State::End) => Ok((Event::End, self.scanner.peek()?.start)),
        }
    }

    pub(super) fn go(&mut self, state: State) {
        self.state = Some(state);
    }

    /// Continues with what is around a complete node.
    fn pop(&mut self) {
        self.state = Some(self.states.pop().unwrap_or(State::End));
    }

    /// Reads a node, and continues with `next` after it.
    pub(super) fn node_before(
        &mut self,
        next: State,
        is_block: bool,
        is_indentless: bool,
    ) -> Parsed {
        self.states.push(next);
        self.node(is_block, is_indentless)
    }

    pub(super) fn nothing_before(&mut self, next: State, mark: Mark) -> Parsed {
        self.go(next);
        nothing(mark)
    }

    /// Takes the token that ends a collection.
    pub(super) fn end(&mut self, event: Event) -> Parsed {
        self.pop();
        self.marks.pop();
        Ok((event, self.scanner.take()?.start))
    }

    pub(super) fn fail_here<T>(&mut self, words: &'static str) -> Scanned<T> {
        let context = self.marks.pop().unwrap_or_default();
        fail(words, context, self.scanner.peek()?.start)
    }

    fn document(&mut self) -> Parsed {
        let (mut has_directive, mut has_version) = (false, false);
        loop {
            let Spanned { token, start, .. } = self.scanner.peek()?.clone();
            match token {
                Token::Version(..) if has_version => {
                    return fail("found duplicate %YAML directive", Mark::default(), start);
                }
                Token::Version(1, 1) => has_version = true,
                Token::Version(..) => {
                    return fail("found incompatible YAML document", Mark::default(), start);
                }
                Token::TagPrefix(handle, _)
                    if self.prefixes.iter().any(|(known, _)| *known == handle) =>
                {
                    return fail("found duplicate %TAG directive", Mark::default(), start);
                }
                Token::TagPrefix(handle, prefix) => self.prefixes.push((handle, prefix)),
                Token::DocumentStart => {
                    self.scanner.take()?;
                    break;
                }
                Token::StreamEnd if !has_directive => self.go(State::End),
                _ if has_directive => {
                    return fail("did not find expected <document start>", Mark::default(), start);
                }
                _ => return self.node_before(State::End, true, false),
            }
            if matches!(self.state, Some(State::End)) {
                return Ok((Event::End, start));
            }
            has_directive = true;
            self.scanner.take()?;
        }
        let Spanned { token, start, .. } = self.scanner.peek()?;
        let is_empty = matches!(
            token,
            Token::Version(..)
                | Token::TagPrefix(..)
                | Token::DocumentStart
                | Token::DocumentEnd
                | Token::StreamEnd
        );
        let start = *start;
        match is_empty {
            true => self.nothing_before(State::End, start),
            false => {
                self.go(State::BlockNode);
                self.next()
            }
        }
    }

    /// What a tag stands for.
    fn tag(&self, (handle, suffix): (String, String), start: Mark, mark: Mark) -> Scanned<String> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let known = self.prefixes.iter().find(|(known, _)| *known == handle);
        let prefix = match (known, handle.as_str()) {
            (Some((_, prefix)), _) => prefix,
            (None, "!") => "!",
            (None, "!!") => "tag:yaml.org,2002:",
            _ => return fail("found undefined tag handle", start, mark),
        };
        Ok(format!("{prefix}{suffix}"))
    }

    /// The anchor and the tag before a node, in either order.
    fn properties(&mut self) -> Scanned<(Option<String>, Option<String>)> {
        let (mut anchor, mut tag) = (None, None);
        let first = self.scanner.peek()?.start;
        loop {
            match &self.scanner.peek()?.token {
                Token::Anchor(_) if anchor.is_none() => {}
                Token::Tag(..) if tag.is_none() => {}
                _ => break,
            }
            match self.scanner.take()? {
                Spanned { token: Token::Anchor(name), .. } => anchor = Some(name),
                Spanned { token: Token::Tag(handle, suffix), start, .. } => {
                    tag = Some(((handle, suffix), start));
                }
                _ => {}
            }
        }
        let tag = tag.map(|(tag, mark)| self.tag(tag, first, mark)).transpose()?;
        Ok((anchor, tag))
    }

    fn node(&mut self, is_block: bool, is_indentless: bool) -> Parsed {
        let first = self.scanner.peek()?.start;
        let (anchor, tag) = self.properties()?;
        let Spanned { token, start, .. } = self.scanner.peek()?;
        let start = *start;
        let event = match token {
            Token::Alias(name) if anchor.is_none() && tag.is_none() => {
                let name = name.clone();
                self.scanner.take()?;
                self.pop();
                Event::Alias(name)
            }
            Token::BlockEntry if is_indentless => {
                self.go(State::IndentlessSequenceEntry);
                Event::SequenceStart { anchor }
            }
            Token::Scalar { .. } => {
                self.pop();
                match self.scanner.take()?.token {
                    Token::Scalar { text, is_plain } => {
                        Event::Scalar { anchor, tag, text, is_plain }
                    }
                    _ => Event::End,
                }
            }
            Token::FlowSequenceStart => {
                self.begin(State::FlowSequenceEntry { is_first: true })?;
                Event::SequenceStart { anchor }
            }
            Token::FlowMappingStart => {
                self.begin(State::FlowMappingKey { is_first: true })?;
                Event::MappingStart { anchor }
            }
            Token::BlockSequenceStart if is_block => {
                self.begin(State::BlockSequenceEntry)?;
                Event::SequenceStart { anchor }
            }
            Token::BlockMappingStart if is_block => {
                self.begin(State::BlockMappingKey)?;
                Event::MappingStart { anchor }
            }
            _ if anchor.is_some() || tag.is_some() => {
                self.pop();
                Event::Scalar { anchor, tag, text: String::new(), is_plain: true }
            }
            _ => return fail("did not find expected node content", first, start),
        };
        Ok((event, start))
    }

    /// Takes the token that begins a collection.
    fn begin(&mut self, state: State) -> Scanned<()> {
        let start = self.scanner.take()?.start;
        self.marks.push(start);
        self.go(state);
        Ok(())
    }

    fn block_sequence_entry(&mut self) -> Parsed {
        match self.scanner.peek()?.token {
            Token::BlockEntry => {
                let end = self.scanner.take()?.end;
                match self.scanner.peek()?.token {
                    Token::BlockEntry | Token::BlockEnd => {
                        self.nothing_before(State::BlockSequenceEntry, end)
                    }
                    _ => self.node_before(State::BlockSequenceEntry, true, false),
                }
            }
            Token::BlockEnd => self.end(Event::SequenceEnd),
            _ => self.fail_here("did not find expected '-' indicator"),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Parsed {
        let Spanned { token, start, end } = self.scanner.peek()?;
        let (start, end) = (*start, *end);
        if *token != Token::BlockEntry {
            self.pop();
            return Ok((Event::SequenceEnd, start));
        }
        self.scanner.take()?;
        match self.scanner.peek()?.token {
            Token::BlockEntry | Token::Key | Token::Value | Token::BlockEnd => {
                self.nothing_before(State::IndentlessSequenceEntry, end)
            }
            _ => self.node_before(State::IndentlessSequenceEntry, true, false),
        }
    }

    fn block_mapping_key(&mut self) -> Parsed {
        match self.scanner.peek()?.token {
            Token::Key => {
                let end = self.scanner.take()?.end;
                match self.scanner.peek()?.token {
                    Token::Key | Token::Value | Token::BlockEnd => {
                        self.nothing_before(State::BlockMappingValue, end)
                    }
                    _ => self.node_before(State::BlockMappingValue, true, true),
                }
            }
            Token::BlockEnd => self.end(Event::MappingEnd),
            _ => self.fail_here("did not find expected key"),
        }
    }

    fn block_mapping_value(&mut self) -> Parsed {
        let Spanned { token, start, end } = self.scanner.peek()?;
        let (start, end) = (*start, *end);
        if *token != Token::Value {
            return self.nothing_before(State::BlockMappingKey, start);
        }
        self.scanner.take()?;
        match self.scanner.peek()?.token {
            Token::Key | Token::Value | Token::BlockEnd => {
                self.nothing_before(State::BlockMappingKey, end)
            }
            _ => self.node_before(State::BlockMappingKey, true, true),
        }
    }
}
