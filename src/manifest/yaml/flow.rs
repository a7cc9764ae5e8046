//! What is in brackets and braces.

use super::parser::{Event, Parsed, Parser, State};
use super::{Spanned, Token};

impl Parser<'_> {
    pub(super) fn flow_sequence_entry(&mut self, is_first: bool) -> Parsed {
        if self.scanner.peek()?.token != Token::FlowSequenceEnd {
            if !is_first {
                match self.scanner.peek()?.token {
                    Token::FlowEntry => self.scanner.take()?,
                    _ => return self.fail_here("did not find expected ',' or ']'"),
                };
            }
            match self.scanner.peek()?.token {
                Token::Key => {
                    self.go(State::FlowSequenceEntryKey);
                    let start = self.scanner.take()?.start;
                    return Ok((Event::MappingStart { anchor: None }, start));
                }
                Token::FlowSequenceEnd => {}
                _ => {
                    let next = State::FlowSequenceEntry { is_first: false };
                    return self.node_before(next, false, false);
                }
            }
        }
        self.end(Event::SequenceEnd)
    }

    pub(super) fn flow_sequence_entry_key(&mut self) -> Parsed {
        match self.scanner.peek()?.token {
            Token::Value | Token::FlowEntry | Token::FlowSequenceEnd => {
                let end = self.scanner.take()?.end;
                self.nothing_before(State::FlowSequenceEntryValue, end)
            }
            _ => self.node_before(State::FlowSequenceEntryValue, false, false),
        }
    }

    pub(super) fn flow_sequence_entry_value(&mut self) -> Parsed {
        if self.scanner.peek()?.token == Token::Value {
            self.scanner.take()?;
            if !matches!(self.scanner.peek()?.token, Token::FlowEntry | Token::FlowSequenceEnd) {
                return self.node_before(State::FlowSequenceEntryEnd, false, false);
            }
        }
        let start = self.scanner.peek()?.start;
        self.nothing_before(State::FlowSequenceEntryEnd, start)
    }

    pub(super) fn flow_mapping_key(&mut self, is_first: bool) -> Parsed {
        if self.scanner.peek()?.token != Token::FlowMappingEnd {
            if !is_first {
                match self.scanner.peek()?.token {
                    Token::FlowEntry => self.scanner.take()?,
                    _ => return self.fail_here("did not find expected ',' or '}'"),
                };
            }
            match self.scanner.peek()?.token {
                Token::Key => {
                    self.scanner.take()?;
                    let next = State::FlowMappingValue { is_empty: false };
                    let Spanned { token, start, .. } = self.scanner.peek()?;
                    let start = *start;
                    return match token {
                        Token::Value | Token::FlowEntry | Token::FlowMappingEnd => {
                            self.nothing_before(next, start)
                        }
                        _ => self.node_before(next, false, false),
                    };
                }
                Token::FlowMappingEnd => {}
                _ => {
                    let next = State::FlowMappingValue { is_empty: true };
                    return self.node_before(next, false, false);
                }
            }
        }
        self.end(Event::MappingEnd)
    }

    pub(super) fn flow_mapping_value(&mut self, is_empty: bool) -> Parsed {
        let next = State::FlowMappingKey { is_first: false };
        if !is_empty && self.scanner.peek()?.token == Token::Value {
            self.scanner.take()?;
            if !matches!(self.scanner.peek()?.token, Token::FlowEntry | Token::FlowMappingEnd) {
                return self.node_before(next, false, false);
            }
        }
        let start = self.scanner.peek()?.start;
        self.nothing_before(next, start)
    }
}
