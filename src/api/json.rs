//! Objects as trees, as JSON has them: what a manifest is read into, and what is printed.
//!
//! A tree knows where in a text each of its nodes began, as far as it was read from one.

/// A place in the text: line and column (in characters), both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// A value and where it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// A value as JSON has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, as JSON writes it.
    Float(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Sorted by key, each key once.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// The value.
    pub node: Node,
}

impl From<Value> for Node {
    fn from(value: Value) -> Node {
        Node { place: Place::default(), value }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Value::Text(text.into()).into()
    }
}

impl Node {
    /// A map of these entries.
    pub fn map(entries: impl IntoIterator<Item = (String, Node)>) -> Node {
        let mut node = Node::from(Value::Map(Vec::new()));
        for (key, value) in entries {
            node.set(&key, value);
        }
        node
    }

    /// The entries, if this is a map.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The items, if this is a list.
    pub fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The entry under `key`, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let entries = self.entries();
        let index = entries.binary_search_by(|entry| entry.key.as_str().cmp(key)).ok()?;
        entries.get(index)
    }

    /// The value under `key`, unless it is missing or null.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node).filter(|node| node.value != Value::Null)
    }

    /// The text under `key`, empty if there is none.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", Node::as_text)
    }

    /// The text that this is, empty if it is none.
    pub fn as_text(&self) -> &str {
        if let Value::Text(text) = &self.value { text } else { "" }
    }

    /// The whole number that this is.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(number) = self.value { Some(number) } else { None }
    }

    /// The value at the end of a path of keys such as `spec.nodeName`; an item of a list by its index.
    pub fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, step| match &node.value {
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => node.get(step),
        })
    }

    /// The text at the end of a path; numbers and truths as JSON writes them, otherwise empty.
    pub fn word(&self, path: &str) -> String {
        match self.at(path).map(|node| &node.value) {
            Some(Value::Text(text) | Value::Float(text)) => text.clone(),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Bool(value)) => value.to_string(),
            _ => String::new(),
        }
    }

    /// The whole number at the end of a path, 0 if there is none.
    pub fn number(&self, path: &str) -> i64 {
        self.at(path).and_then(Node::as_int).unwrap_or(0)
    }

    /// The items of the list at the end of a path.
    pub fn list(&self, path: &str) -> &[Node] {
        self.at(path).map_or(&[], Node::items)
    }

    /// The value under `key` to be changed: null if there was none, and a map if this was none.
    pub fn child(&mut self, key: &str) -> &mut Node {
        if !matches!(self.value, Value::Map(_)) {
            self.value = Value::Map(Vec::new());
        }
        match &mut self.value {
            Value::Map(entries) => {
                let place = entries.binary_search_by(|entry| entry.key.as_str().cmp(key));
                let index = place.unwrap_or_else(|index| {
                    let (key, place, node) = (key.into(), Place::default(), Node::default());
                    entries.insert(index, Entry { key, place, node });
                    index
                });
                &mut entries[index].node
            }
            _ => unreachable!("it was made a map"),
        }
    }

    /// The items of the list under `key`, to be changed.
    pub fn items_mut(&mut self, key: &str) -> &mut [Node] {
        let Value::Map(entries) = &mut self.value else { return &mut [] };
        match entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node.value) {
            Some(Value::List(items)) => items,
            _ => &mut [],
        }
    }

    /// Sets the value under `key`.
    pub fn set(&mut self, key: &str, value: impl Into<Node>) {
        *self.child(key) = value.into();
    }

    /// Sets the value under `key` unless there is one.
    pub fn set_default(&mut self, key: &str, value: impl Into<Node>) {
        if self.entry(key).is_none() {
            self.set(key, value);
        }
    }

    /// Removes the entry under `key` and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let Value::Map(entries) = &mut self.value else { return None };
        let index = entries.iter().position(|entry| entry.key == key)?;
        Some(entries.remove(index).node)
    }

    /// The place of the field `path`, such as `spec.containers[0].name`, or of as much of it as exists.
    pub fn locate(&self, path: &str) -> Place {
        let (mut node, mut place) = (self, self.place);
        for step in path.split(['.', '[']) {
            let index = step.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
            let next = match (&node.value, index) {
                (Value::List(items), Some(index)) => {
                    items.get(index).map(|item| (item.place, item))
                }
                _ => node.entry(step.trim_end_matches(']')).map(|entry| (entry.place, &entry.node)),
            };
            match next {
                Some((at, inner)) => (place, node) = (at, inner),
                None => break,
            }
        }
        place
    }

    /// Forgets where it was read.
    pub fn forget_places(&mut self) {
        self.place = Place::default();
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(Node::forget_places),
            Value::Map(entries) => {
                for entry in entries {
                    entry.place = Place::default();
                    entry.node.forget_places();
                }
            }
            _ => {}
        }
    }

    /// How many nodes this one is made of.
    pub fn size(&self) -> usize {
        match &self.value {
            Value::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Value::Map(entries) => 1 + entries.iter().map(|entry| entry.node.size()).sum::<usize>(),
            _ => 1,
        }
    }

    /// How many bytes its texts and keys have, and one for each node.
    pub fn bytes(&self) -> usize {
        1 + match &self.value {
            Value::List(items) => items.iter().map(Node::bytes).sum(),
            Value::Map(entries) => {
                entries.iter().map(|entry| entry.key.len() + entry.node.bytes()).sum()
            }
            Value::Text(text) | Value::Float(text) => text.len(),
            Value::Null | Value::Bool(_) | Value::Int(_) => 0,
        }
    }

    /// The value as JSON without blanks.
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out, None);
        out
    }

    /// The value as kubectl prints it with `-o json`, the line end included.
    pub fn pretty_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out, Some(0));
        out.push('\n');
        out
    }

    /// Adds the value as JSON: without blanks, or with an indent of four blanks for each level.
    fn write_json(&self, out: &mut String, level: Option<usize>) {
        match &self.value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Int(number) => out.push_str(&number.to_string()),
            Value::Float(number) => out.push_str(number),
            Value::Text(text) => write_escaped(out, text),
            Value::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    begin_item(out, index, level);
                    item.write_json(out, level.map(|level| level + 1));
                }
                end_items(out, items.is_empty(), level);
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (index, entry) in entries.iter().enumerate() {
                    begin_item(out, index, level);
                    write_escaped(out, &entry.key);
                    out.push_str(if level.is_some() { ": " } else { ":" });
                    entry.node.write_json(out, level.map(|level| level + 1));
                }
                end_items(out, entries.is_empty(), level);
                out.push('}');
            }
        }
    }
}

fn begin_item(out: &mut String, index: usize, level: Option<usize>) {
    if index > 0 {
        out.push(',');
    }
    if let Some(level) = level {
        new_line(out, level + 1);
    }
}

fn end_items(out: &mut String, is_empty: bool, level: Option<usize>) {
    if let (false, Some(level)) = (is_empty, level) {
        new_line(out, level);
    }
}

fn new_line(out: &mut String, level: usize) {
    out.push('\n');
    for _ in 0..level {
        out.push_str("    ");
    }
}

/// Appends the text as Go's `json.Marshal` writes it: safe within a page of HTML.
fn write_escaped(out: &mut String, text: &str) {
    let is_special = |byte| needs_escape(byte) || matches!(byte, b'<' | b'>' | b'&');
    write_quoted(out, text, is_special);
}

/// The text in double quotes, as Go and JSON write it.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_quoted(&mut out, text, needs_escape);
    out
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'"' | b'\\')
}

fn write_quoted(out: &mut String, text: &str, is_special: impl Fn(u8) -> bool) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(&is_special) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = special.chars();
        match letters.next().unwrap_or_default() {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_in_json() {
        assert_eq!(quoted("a\"b\\c\n\u{1}ü"), "\"a\\\"b\\\\c\\n\\u0001ü\"");
    }

    #[test]
    fn json_is_safe_within_html() {
        let node = Node::map([("k&".into(), "</script>\u{1}".into())]);
        assert_eq!(node.json(), r#"{"k\u0026":"\u003c/script\u003e\u0001"}"#);
    }

    #[test]
    fn json_is_laid_out_as_kubectl_does() {
        let list = Value::List(vec![Value::Int(1).into(), Node::map([])]);
        let node = Node::map([("b".into(), list.into()), ("a".into(), "x".into())]);
        assert_eq!(node.json(), r#"{"a":"x","b":[1,{}]}"#);
        let pretty = "{\n    \"a\": \"x\",\n    \"b\": [\n        1,\n        {}\n    ]\n}\n";
        assert_eq!(node.pretty_json(), pretty);
    }
}
