//! The fields and types of the whole Kubernetes API, for what is not simulated: it is checked and kept.
//!
//! `cargo xtask schema` writes the table, `static/schema.txt`. A line `@apps/v1` begins a version of a group; the
//! lines below it have a struct each, and a `!` behind the name of one that is a kind:
//! ```text
//! EnvVar name:s value:s valueFrom:EnvVarSource
//! ```
//! A type is `s` for a string, `=Protocol` for a string with its own name in Go, `b` for a bool, `i` for an int32,
//! `l` for an int64, `f` for a float64, `y` for bytes, `q` for a quantity, `x` for a number or a string, `t` for a time,
//! `a` for anything, `[s` for a list, `{s` for a map, or the name of a struct.
//!
//! Natively, the table is part of the program. The page fetches it ([`install`]) before it reads a text with a
//! field that is not simulated ([`super::needs_schema()`]).

use super::decode::{At, Extra, Found, Path, Seen, Step};
use super::tree::{Entry, Node, Value};
use super::{known, scalar};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::OnceLock;

static TABLE: OnceLock<Vec<Struct>> = OnceLock::new();

/// The part of the table that is always there: what the stories of the page need.
const BUILT_IN: &str = "\
@v1
ExecAction command:[s
GRPCAction port:i service:s
HTTPGetAction host:s httpHeaders:[HTTPHeader path:s port:x scheme:=URIScheme
HTTPHeader name:s value:s
Probe exec:ExecAction failureThreshold:i grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:i periodSeconds:i \
successThreshold:i tcpSocket:TCPSocketAction terminationGracePeriodSeconds:l timeoutSeconds:i
TCPSocketAction host:s port:x
";

/// A struct of the API.
pub(crate) struct Struct {
    /// As in `apiVersion`.
    pub(crate) group: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// Whether it is a kind.
    pub(crate) is_kind: bool,
    /// Its fields and their types.
    fields: &'static str,
}

/// Installs the table, unless there is one.
pub fn install(text: &'static str) {
    TABLE.get_or_init(|| structs(text));
}

/// Whether the table is installed.
pub fn is_installed() -> bool {
    table().len() > BUILT_IN.lines().count()
}

/// All structs that are installed.
pub(crate) fn table() -> &'static [Struct] {
    static PART: OnceLock<Vec<Struct>> = OnceLock::new();
    #[cfg(not(target_arch = "wasm32"))]
    install(include_str!("../../static/schema.txt"));
    TABLE.get().unwrap_or_else(|| PART.get_or_init(|| structs(BUILT_IN)))
}

fn structs(text: &'static str) -> Vec<Struct> {
    let (mut structs, mut group) = (Vec::new(), "");
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('@') {
            group = name;
        } else if !line.starts_with('#') {
            let (name, fields) = line.split_once(' ').unwrap_or((line, ""));
            let is_kind = name.ends_with('!');
            structs.push(Struct { group, name: name.trim_end_matches('!'), is_kind, fields });
        }
    }
    structs
}

impl Struct {
    /// The fields, each with its type.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.fields.split(' ').filter_map(|field| field.split_once(':'))
    }

    /// The type of a field.
    fn field(&self, name: &str) -> Option<&'static str> {
        self.fields.split(' ').find_map(|field| field.strip_prefix(name)?.strip_prefix(':'))
    }

    /// The struct of this name that a field of this one has: of the same group, or else the first.
    pub(crate) fn other(&self, name: &str) -> Option<&'static Struct> {
        let named = || table().iter().filter(|it| it.name == name);
        named().find(|it| it.group == self.group).or_else(|| named().next())
    }

    /// Its package in Go.
    fn package(&self) -> &'static str {
        self.group.rsplit('/').next().unwrap_or_default()
    }

    /// What Go calls a type of a field of this struct.
    fn go_type(&self, code: &'static str) -> String {
        match code {
            "s" => "string".into(),
            "b" => "bool".into(),
            "i" => "int32".into(),
            "l" => "int64".into(),
            "f" => "float64".into(),
            "y" => "[]uint8".into(),
            "q" => "resource.Quantity".into(),
            "x" => "intstr.IntOrString".into(),
            "t" => "v1.Time".into(),
            "a" => "runtime.RawExtension".into(),
            "{q" => "v1.ResourceList".into(),
            _ => match (code.split_at(1), self.other(code)) {
                (("[", item), _) => format!("[]{}", self.go_type(item)),
                (("{", value), _) => format!("map[string]{}", self.go_type(value)),
                (("=", name), _) if name.contains('.') => name.into(),
                (("=", name), _) => format!("{}.{name}", self.package()),
                (_, Some(other)) => format!("{}.{code}", other.package()),
                (_, None) => code.into(),
            },
        }
    }
}

/// Checks an object of a kind that is only stored, unless the table does not have its kind.
pub(super) fn check_object(root: &Node, found: &mut Found) {
    let (group, kind) = (root.text("apiVersion"), root.text("kind"));
    found.needs_table = true;
    let is_it = |it: &&Struct| it.is_kind && it.group == group && it.name == kind;
    if let Some(of) = table().iter().find(is_it) {
        // The struct that objects of all these kinds are stored in has none of their fields.
        found.seen.clear();
        let cell = RefCell::new(std::mem::take(found));
        let path = Path { parent: None, step: Step::Index(0) };
        let at = At { node: root, place: root.place, path: &path, owner: "", found: &cell };
        at.check_struct(of);
        *found = cell.into_inner();
    }
}

impl At<'_> {
    /// Checks the value of a field that the model has not, and notes what is wrong with it.
    pub(super) fn check_extra(&self) {
        let name = known::go_name(self.owner);
        let is_null = self.node.value == Value::Null;
        self.found.borrow_mut().needs_table |= !is_null && name != "Probe";
        let owner = table().iter().find(|it| it.name == name);
        if let Some((owner, code)) = owner.and_then(|it| Some((it, it.field(self.path.field())?))) {
            self.check(owner, code);
        }
    }

    /// Checks a value whose type is that of a field of `of`.
    fn check(&self, of: &Struct, code: &'static str) {
        let unlike = || self.wrong(&of.go_type(code));
        match (code.split_at(1), &self.node.value) {
            (_, Value::Null) | (("a", ""), _) => {}
            (("s", "") | ("=", _), value) => {
                if !matches!(value, Value::Text(_)) {
                    unlike();
                }
            }
            (("b", ""), _) => drop(self.truth()),
            (("i", ""), _) => drop(self.integer("int32")),
            (("l", ""), _) => drop(self.integer("int64")),
            (("f", ""), Value::Int(_) | Value::Float(_)) => {}
            (("y", ""), Value::Text(text)) => {
                if let Err(byte) = scalar::base64(text) {
                    self.stop(format!("illegal base64 data at input byte {byte}"));
                }
            }
            (("q", ""), value) => {
                let text = match value {
                    Value::Text(text) | Value::Float(text) => text.clone(),
                    Value::Int(number) => number.to_string(),
                    _ => String::new(),
                };
                if let Some(message) = crate::api::quantity_refusal(&text) {
                    self.stop(message.into());
                }
            }
            // Of what is a text or a number, Go names the type that it tries last, and not the field.
            (("x", ""), Value::Text(_)) | (("t", ""), Value::Text(_)) => {}
            (("x", ""), _) => drop(At { owner: "", ..*self }.integer("int32")),
            (("t", ""), _) => At { owner: "", ..*self }.wrong("string"),
            (("[", item), Value::List(items)) => {
                for (index, node) in items.iter().enumerate() {
                    let path = Path { parent: Some(self.path), step: Step::Index(index) };
                    At { node, place: node.place, path: &path, ..*self }.check(of, item);
                }
            }
            (("{", value), Value::Map(entries)) => {
                for Entry { key, place, node } in entries {
                    let path = Path { parent: Some(self.path), step: Step::Key(key) };
                    At { node, place: *place, path: &path, ..*self }.check(of, value);
                }
            }
            (_, Value::Map(_)) if let Some(other) = of.other(code) => self.check_struct(other),
            _ => unlike(),
        }
    }

    fn check_struct(&self, of: &'static Struct) {
        let fields = || of.fields.split(' ').filter_map(|field| Some(field.split_once(':')?.0));
        if self.found.borrow().wrong.is_none() {
            let fields = Cow::Owned(fields().collect());
            let seen = Seen { path: self.path.text(), name: of.name, fields };
            self.found.borrow_mut().seen.push(seen);
        }
        for Entry { key, place, node } in self.node.entries() {
            let path = Path { parent: Some(self.path), step: Step::Field(key) };
            let at = At { node, place: *place, path: &path, owner: of.name, ..*self };
            match of.field(key) {
                Some(code) => at.check(of, code),
                None if of.is_kind && matches!(key.as_str(), "apiVersion" | "kind") => {}
                None if self.found.borrow().wrong.is_some() => {}
                None => self.found.borrow_mut().unknown.push(Extra {
                    path: path.text(),
                    place: *place,
                    owner: of.name,
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests;
