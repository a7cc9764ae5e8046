//! From the tree to the objects, knowing all the while where it is.
//!
//! The fields of the objects are named in `fields`. All that is done for a field is done here, for
//! any type: what serde derives would be compiled once for every struct, most of the page.
//!
//! Follows the strict decoding of the API server (`sigs.k8s.io/json`): the first wrong type ends
//! it; unknown fields are collected in the order of the sorted keys.

use super::FieldError;
use super::known::{self, Standing};
use super::tree::{Entry, Node as Tree, Place, Value};
use crate::api::*;
use std::cell::RefCell;
use std::rc::Rc;

/// A field that the model has not.
#[derive(Clone, Debug)]
pub(super) struct Extra {
    /// As in `spec.containers[0].env`.
    pub(super) path: String,
    pub(super) place: Place,
    /// The struct that it is in.
    pub(super) owner: &'static str,
    /// The value.
    pub(super) value: Tree,
}

/// A struct that was decoded: its path, its name, its fields.
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static str],
}

/// What was found on the way.
#[derive(Default)]
pub(super) struct Found {
    /// Fields that Kubernetes has not.
    pub(super) unknown: Vec<Extra>,
    /// Fields that Kubernetes has and the model has not.
    pub(super) not_simulated: Vec<Extra>,
    /// Values that the types of the model cannot hold, and Kubernetes refuses.
    pub(super) errors: Vec<FieldError>,
    /// Where the known fields are.
    pub(super) seen: Vec<Seen>,
    /// Whether the object comes from an API server, which has filled in and knows everything.
    pub(super) is_recorded: bool,
}

/// A value of the wrong type: the words of Go's JSON library, and where.
#[derive(Debug)]
pub(super) struct WrongType {
    pub(super) message: String,
    pub(super) place: Place,
}

/// What a node can be decoded into; it holds its default before.
pub(super) trait Decode {
    /// Takes the value of the node.
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType>;
}

/// A struct, seen as its fields.
pub(super) trait Fields {
    /// The field of this name in a manifest.
    fn field(&mut self, name: &str) -> Option<&mut dyn Decode>;
}

/// A list of anything.
trait List {
    /// Adds an item, and gives it to be decoded.
    fn add(&mut self) -> &mut dyn Decode;
}

/// Decodes `root` into `object`.
pub(super) fn decode(
    root: &Tree,
    object: &mut dyn Decode,
    is_recorded: bool,
) -> (Result<(), WrongType>, Found) {
    let found = RefCell::new(Found { is_recorded, ..Found::default() });
    let path = Path { parent: None, step: Step::Index(0) };
    let at = At { node: root, place: root.place, path: &path, owner: "", found: &found };
    let result = object.decode(at);
    (result, found.into_inner())
}

/// The way from the root, on the stack.
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Field(&'p str),
    Key(&'p str),
    Index(usize),
}

impl Path<'_> {
    /// `spec.containers[0].name`
    fn text(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let mut text = parent.text();
        match self.step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Field(name) | Step::Key(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
        }
        text
    }

    /// `spec.containers.name`, as Go's JSON library writes it.
    fn fields(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let text = parent.fields();
        match self.step {
            Step::Field(name) if text.is_empty() => name.into(),
            Step::Field(name) => format!("{text}.{name}"),
            Step::Key(_) | Step::Index(_) => text,
        }
    }

    /// The name of the innermost field.
    fn field(&self) -> &str {
        match (self.step, self.parent) {
            (Step::Field(name), Some(_)) => name,
            (_, Some(parent)) => parent.field(),
            (_, None) => "",
        }
    }
}

/// A node, and how it was reached. `owner` is the struct that has the innermost field.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    node: &'a Tree,
    /// Where its key stands, or the item of a list.
    place: Place,
    path: &'a Path<'a>,
    owner: &'static str,
    found: &'a RefCell<Found>,
}

impl At<'_> {
    fn wrong(&self, wanted: &str) -> WrongType {
        let got = match &self.node.value {
            Value::Null => "null".into(),
            Value::Bool(_) => "bool".into(),
            Value::Text(_) => "string".into(),
            Value::List(_) => "array".into(),
            Value::Map(_) => "object".into(),
            // Of a number for a number Go says which; for anything else that it is one.
            Value::Int(number) if wanted.starts_with("int") => format!("number {number}"),
            Value::Float(number) if wanted.starts_with("int") => format!("number {number}"),
            Value::Int(_) | Value::Float(_) => "number".into(),
        };
        let message = if self.owner.is_empty() {
            format!("json: cannot unmarshal {got} into Go value of type {wanted}")
        } else {
            let owner = known::go_name(self.owner);
            let path = self.path.fields();
            format!(
                "json: cannot unmarshal {got} into Go struct field {owner}.{path} of type {wanted}"
            )
        };
        WrongType { message, place: self.node.place }
    }

    /// A whole number of Go's type `int32` or `int64`.
    fn integer(&self, wanted: &str) -> Result<i64, WrongType> {
        match self.node.value {
            Value::Null => Ok(0),
            Value::Int(number) if wanted == "int64" || i32::try_from(number).is_ok() => Ok(number),
            _ => Err(self.wrong(wanted)),
        }
    }

    fn refuse(&self, detail: String) {
        let field = self.path.text();
        self.found.borrow_mut().errors.push(FieldError { field, detail });
    }

    /// A number that the model holds unsigned; if it is less, what the API server makes of it.
    fn unsigned(&self) -> Result<u64, WrongType> {
        if let Value::Text(number) = &self.node.value
            && self.path.field() == "resourceVersion"
        {
            return Ok(number.parse().unwrap_or_default());
        }
        let is_small = matches!(self.owner, "Probe" | "ContainerPort" | "ServicePort");
        let number = self.integer(if is_small { "int32" } else { "int64" })?;
        Ok(match u64::try_from(number) {
            Ok(number) => number,
            // `AddDefaultTolerations` and `BeforeDelete` let negative times mean "at once".
            Err(_) if self.owner != "Probe" => u64::from(self.owner == "PodSpec"),
            Err(_) => {
                let detail = format!("Invalid value: {number}: must be greater than or equal to 0");
                self.refuse(detail);
                0
            }
        })
    }

    fn port(&self) -> Result<u16, WrongType> {
        let number = self.integer("int32")?;
        Ok(u16::try_from(number).unwrap_or_else(|_| {
            self.refuse(format!("Invalid value: {number}: must be between 1 and 65535, inclusive"));
            0
        }))
    }

    /// A text; in lists of resources a number is one, too, and it must be a quantity.
    fn text(&self) -> Result<String, WrongType> {
        let is_quantity = matches!(self.path.parent, Some(Path { step: Step::Field(list), .. })
            if matches!(*list, "requests" | "limits" | "capacity" | "allocatable"));
        let text = match &self.node.value {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Int(number) if is_quantity => number.to_string(),
            Value::Float(number) if is_quantity => number.clone(),
            _ => return Err(self.wrong(&known::go_type(self.owner, self.path.field()))),
        };
        match is_quantity.then(|| super::quantity::refusal(&text)).flatten() {
            Some(message) => Err(WrongType { message: message.into(), place: self.node.place }),
            None => Ok(text),
        }
    }

    /// Notes a struct that is decoded.
    fn see(&self, name: &'static str, fields: &'static [&'static str]) {
        let path = self.path.text();
        self.found.borrow_mut().seen.push(Seen { path, name, fields });
    }

    /// Notes a field that the model has not.
    fn extra(&self) {
        let standing = known::standing(self.owner, self.path.field());
        let is_null = self.node.value == Value::Null;
        let mut value = self.node.clone();
        value.forget_places();
        let extra = Extra { path: self.path.text(), place: self.place, owner: self.owner, value };
        let mut found = self.found.borrow_mut();
        match standing {
            Standing::Unknown if !found.is_recorded => found.unknown.push(extra),
            Standing::FilledIn if !found.is_recorded => {}
            _ if known::is_header(self.owner, self.path.field()) => {}
            _ if !is_null => found.not_simulated.push(extra),
            _ => {}
        }
    }

    /// Decodes a struct of this name, which has these fields.
    pub(super) fn structure(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        value: &mut dyn Fields,
    ) -> Result<(), WrongType> {
        if !matches!(self.node.value, Value::Null | Value::Map(_)) {
            return Err(self.wrong(&format!("v1.{}", known::go_name(name))));
        }
        self.see(name, fields);
        let at = At { owner: name, ..self };
        let is_recorded = self.found.borrow().is_recorded;
        for entry in self.node.entries() {
            let is_null = entry.node.value == Value::Null;
            if !is_recorded && known::standing(name, &entry.key) == Standing::FilledIn {
                continue;
            }
            match value.field(&entry.key) {
                Some(_) if is_null => {}
                field => at.entry(entry, Step::Field(&entry.key), field)?,
            }
        }
        Ok(())
    }

    /// Decodes an entry of a map or a struct; one that has no place in the struct is noted.
    fn entry(
        self,
        entry: &Entry,
        step: Step<'_>,
        value: Option<&mut dyn Decode>,
    ) -> Result<(), WrongType> {
        let path = Path { parent: Some(self.path), step };
        let at = At { node: &entry.node, place: entry.place, path: &path, ..self };
        match value {
            Some(value) => value.decode(at),
            None => {
                at.extra();
                Ok(())
            }
        }
    }

    fn list(self, list: &mut dyn List) -> Result<(), WrongType> {
        let items = match &self.node.value {
            Value::Null => &[],
            Value::List(items) => items.as_slice(),
            _ => {
                let item = known::go_type(self.owner, self.path.field());
                return Err(self.wrong(&format!("[]{item}")));
            }
        };
        for (index, node) in items.iter().enumerate() {
            let path = Path { parent: Some(self.path), step: Step::Index(index) };
            list.add().decode(At { node, place: node.place, path: &path, ..self })?;
        }
        Ok(())
    }
}

/// Decodes plain values, each by the method that knows its Go type.
macro_rules! plain {
    ($($type:ty: $read:expr;)*) => {
        $(impl Decode for $type {
            fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
                let read: fn(At<'_>) -> Result<$type, WrongType> = $read;
                *self = read(at)?;
                Ok(())
            }
        })*
    };
}

plain! {
    String: |at| at.text();
    u16: |at| at.port();
    u64: |at| at.unsigned();
    u32: |at| Ok(u32::try_from(at.integer("int32")?).unwrap_or_default());
    u8: |at| Ok(u8::try_from(at.integer("int32")?).unwrap_or_default());
    Time: |at| Time::parse(at.node.as_text()).ok_or_else(|| at.wrong("v1.Time"));
    Uid: |at| Uid::parse(at.node.as_text()).ok_or_else(|| at.wrong("types.UID"));
    PodPhase: |at| Ok(match at.node.as_text() {
        "Running" => PodPhase::Running,
        "Succeeded" => PodPhase::Succeeded,
        "Failed" => PodPhase::Failed,
        _ => PodPhase::Pending,
    });
    Other: |at| {
        at.extra();
        Ok(Other::default())
    };
    i32: |at| Ok(i32::try_from(at.integer("int32")?).unwrap_or_default());
    bool: |at| match at.node.value {
        Value::Null => Ok(false),
        Value::Bool(value) => Ok(value),
        _ => Err(at.wrong("bool")),
    };
    IntOrString: |at| match &at.node.value {
        Value::Text(text) => Ok(IntOrString::String(text.clone())),
        _ => {
            let number = At { owner: "", ..at }.integer("int32")?;
            Ok(IntOrString::Int(i32::try_from(number).unwrap_or_default()))
        }
    };
}

impl<T: Decode + Default> Decode for Option<T> {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        match at.node.value {
            Value::Null => Ok(()),
            // Kubernetes writes it where there is none.
            Value::Map(ref entries) if entries.is_empty() && at.path.field() == "lastState" => {
                Ok(())
            }
            _ => self.insert(T::default()).decode(at),
        }
    }
}

impl<T: Decode + Default> List for Vec<T> {
    fn add(&mut self) -> &mut dyn Decode {
        self.push_mut(T::default())
    }
}

impl<T: Decode + Default> Decode for Vec<T> {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        at.list(self)
    }
}

impl Decode for Labels {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        if !matches!(at.node.value, Value::Null | Value::Map(_)) {
            let is_resources = matches!(at.path.field(), "requests" | "limits" | "capacity");
            let wanted = if is_resources { "v1.ResourceList" } else { "map[string]string" };
            return Err(at.wrong(wanted));
        }
        for entry in at.node.entries() {
            let value = self.or_default(entry.key.clone());
            at.entry(entry, Step::Key(&entry.key), Some(value))?;
        }
        Ok(())
    }
}

impl Decode for crate::map::Map<String, Time> {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        for entry in at.node.entries() {
            let value = self.or_default(entry.key.clone());
            at.entry(entry, Step::Key(&entry.key), Some(value))?;
        }
        Ok(())
    }
}

impl Decode for ContainerState {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        let time = |path: &str| Time::parse(&at.node.word(path)).unwrap_or_default();
        let reason = |path: &str| at.node.word(path);
        if at.node.get("running").is_some() {
            *self = ContainerState::Running { started_at: time("running.startedAt") };
        } else if at.node.get("terminated").is_some() {
            *self = ContainerState::Terminated {
                reason: reason("terminated.reason"),
                exit_code: u8::try_from(at.node.number("terminated.exitCode")).unwrap_or_default(),
                started_at: time("terminated.startedAt"),
                finished_at: time("terminated.finishedAt"),
            };
        } else {
            *self = ContainerState::Waiting { reason: reason("waiting.reason") };
        }
        if let Some(message) = at.node.at("waiting.message") {
            let path = Path { parent: Some(at.path), step: Step::Field("waiting") };
            let path = Path { parent: Some(&path), step: Step::Field("message") };
            At { node: message, path: &path, owner: "ContainerStateWaiting", ..at }.extra();
        }
        Ok(())
    }
}

impl Decode for Endpoint {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        let flag = |path: &str| at.node.word(path) == "true";
        *self = Endpoint {
            address: at.node.word("addresses.0"),
            hostname: at.node.word("hostname"),
            node_name: at.node.word("nodeName"),
            target: at.node.word("targetRef.name"),
            target_uid: Uid::parse(&at.node.word("targetRef.uid")).unwrap_or_default(),
            ready: flag("conditions.ready"),
            serving: flag("conditions.serving"),
            terminating: flag("conditions.terminating"),
        };
        if let Some(zone) = at.node.entry("zone") {
            let path = Path { parent: Some(at.path), step: Step::Field("zone") };
            At { node: &zone.node, path: &path, owner: "Endpoint", ..at }.extra();
        }
        Ok(())
    }
}

impl Decode for Rc<Endpoint> {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        Rc::make_mut(self).decode(at)
    }
}

impl Decode for Rc<PodTemplateSpec> {
    fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
        match at.node.at("spec.template") {
            Some(node) => {
                let path = Path { parent: Some(at.path), step: Step::Field("spec") };
                let path = Path { parent: Some(&path), step: Step::Field("template") };
                Rc::make_mut(self).decode(At { node, path: &path, ..at })
            }
            None => Ok(()),
        }
    }
}
