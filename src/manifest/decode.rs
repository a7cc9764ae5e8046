//! Where in a tree its deserializer is, the plain values that are there, and what is found on the way, apart
//! from the object: fields that the model has not, values that the API server refuses, and where the known
//! fields are.

use super::FieldError;
use super::known::{self, Standing};
use super::tree::{Entry, Node as Tree, Place, Value};
use std::borrow::Cow;
use std::cell::RefCell;

/// A field that the model has not.
#[derive(Clone, Debug)]
pub(super) struct Extra {
    /// As in `spec.containers[0].env`.
    pub(super) path: String,
    pub(super) place: Place,
    /// The struct that it is in.
    pub(super) owner: &'static str,
}

/// A struct that was decoded: its path, its name, its fields.
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) name: &'static str,
    pub(super) fields: Cow<'static, [&'static str]>,
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
    /// The first value of the wrong type; what comes after it is not noted.
    pub(super) wrong: Option<WrongType>,
    /// Whether a field was checked with the table of [`super::schema`], or could not be.
    pub(super) needs_table: bool,
    /// Whether the object comes from an API server, which has filled in and knows everything.
    pub(super) is_recorded: bool,
}

/// A value of the wrong type: the words of Go's JSON library, and where.
#[derive(Debug, Default)]
pub(super) struct WrongType {
    pub(super) message: String,
    pub(super) place: Place,
}

/// The way from the root, on the stack.
pub(super) struct Path<'p> {
    pub(super) parent: Option<&'p Path<'p>>,
    pub(super) step: Step<'p>,
}

#[derive(Clone, Copy)]
pub(super) enum Step<'p> {
    Field(&'p str),
    Key(&'p str),
    Index(usize),
}

impl Path<'_> {
    /// `spec.containers[0].name`
    pub(super) fn text(&self) -> String {
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
    pub(super) fn fields(&self) -> String {
        let Some(parent) = self.parent else { return String::new() };
        let text = parent.fields();
        match self.step {
            Step::Field(name) if text.is_empty() => name.into(),
            Step::Field(name) => format!("{text}.{name}"),
            Step::Key(_) | Step::Index(_) => text,
        }
    }

    /// The name of the innermost field.
    pub(super) fn field(&self) -> &str {
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
    pub(super) node: &'a Tree,
    /// Where its key stands, or the item of a list.
    pub(super) place: Place,
    pub(super) path: &'a Path<'a>,
    pub(super) owner: &'static str,
    pub(super) found: &'a RefCell<Found>,
}

impl<'a> At<'a> {
    /// Notes that the node is of another type than `wanted`.
    pub(super) fn wrong(&self, wanted: &str) {
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
        self.stop(if self.owner.is_empty() {
            format!("json: cannot unmarshal {got} into Go value of type {wanted}")
        } else {
            let owner = known::go_name(self.owner);
            let path = self.path.fields();
            format!(
                "json: cannot unmarshal {got} into Go struct field {owner}.{path} of type {wanted}"
            )
        });
    }

    pub(super) fn stop(&self, message: String) {
        let place = self.node.place;
        self.found.borrow_mut().wrong.get_or_insert(WrongType { message, place });
    }

    /// A whole number of Go's type `int32` or `int64`.
    pub(super) fn integer(&self, wanted: &str) -> i64 {
        match self.node.value {
            Value::Null => 0,
            Value::Int(number) if wanted == "int64" || i32::try_from(number).is_ok() => number,
            _ => {
                self.wrong(wanted);
                0
            }
        }
    }

    /// A number of Go's type `int32`; 0 if the type here has no such number.
    pub(super) fn small<T: TryFrom<i64> + Default>(&self) -> T {
        T::try_from(self.integer("int32")).unwrap_or_default()
    }

    fn refuse(&self, detail: String) {
        let field = self.path.text();
        self.found.borrow_mut().errors.push(FieldError { field, detail });
    }

    /// A number that the model holds unsigned; if it is less, what the API server makes of it.
    pub(super) fn unsigned(&self) -> u64 {
        if let Value::Text(number) = &self.node.value
            && self.path.field() == "resourceVersion"
        {
            return number.parse().unwrap_or_default();
        }
        let is_small = matches!(self.owner, "Probe" | "ContainerPort" | "ServicePort");
        let number = self.integer(if is_small { "int32" } else { "int64" });
        match u64::try_from(number) {
            Ok(number) => number,
            // `AddDefaultTolerations` and `BeforeDelete` let negative times mean "at once".
            Err(_) if self.owner != "Probe" => u64::from(self.owner == "PodSpec"),
            Err(_) => {
                let detail = format!("Invalid value: {number}: must be greater than or equal to 0");
                self.refuse(detail);
                0
            }
        }
    }

    pub(super) fn port(&self) -> u16 {
        let number = self.integer("int32");
        u16::try_from(number).unwrap_or_else(|_| {
            self.refuse(format!("Invalid value: {number}: must be between 1 and 65535, inclusive"));
            0
        })
    }

    pub(super) fn truth(&self) -> bool {
        match self.node.value {
            Value::Null => false,
            Value::Bool(value) => value,
            _ => {
                self.wrong("bool");
                false
            }
        }
    }

    /// A text; in lists of resources a number is one, too, and it must be a quantity.
    pub(super) fn text(&self) -> Cow<'a, str> {
        let is_quantity = matches!(self.path.parent, Some(Path { step: Step::Field(list), .. })
            if matches!(*list, "requests" | "limits" | "capacity" | "allocatable"));
        let text: Cow<'a, str> = match &self.node.value {
            Value::Null => "".into(),
            Value::Text(text) => text.into(),
            Value::Int(number) if is_quantity => number.to_string().into(),
            Value::Float(number) if is_quantity => number.into(),
            _ => {
                self.wrong(&known::go_type(self.owner, self.path.field()));
                return "".into();
            }
        };
        if let Some(message) = is_quantity.then(|| crate::api::quantity_refusal(&text)).flatten() {
            self.stop(message.into());
        }
        text
    }

    /// The text of a type that `parse` reads, or `other` if it does not.
    pub(super) fn text_of<T>(
        &self,
        wanted: &str,
        parse: fn(&str) -> Option<T>,
        other: &'a str,
    ) -> &'a str {
        let text = self.node.as_text();
        match parse(text) {
            Some(_) => text,
            None => {
                self.wrong(wanted);
                other
            }
        }
    }

    /// Which variant the node is, and what that holds. Kubernetes takes the first for what is none.
    pub(super) fn variant(&self, variants: &[&'static str]) -> (usize, Option<&'a Entry>) {
        let index_of = |name: &str| variants.iter().position(|variant| *variant == name);
        let of_entry = |entry: &'a Entry| {
            let index = index_of(&entry.key).filter(|_| entry.node.value != Value::Null)?;
            Some((index, Some(entry)))
        };
        let held = self.node.entries().iter().find_map(of_entry);
        held.unwrap_or_else(|| (index_of(self.node.as_text()).unwrap_or(0), None))
    }

    /// Notes a field that the model has not; says whether it is to be kept.
    pub(super) fn extra(&self) -> bool {
        let standing = match self.path.field() {
            crate::api::TARGET if !self.path.text().contains(".ephemeralContainers[") => {
                Standing::Unknown
            }
            field => known::standing(self.owner, field),
        };
        let is_null = self.node.value == Value::Null;
        if standing == Standing::NotSimulated && !self.found.borrow().is_recorded {
            self.check_extra();
        }
        let extra = Extra { path: self.path.text(), place: self.place, owner: self.owner };
        let mut found = self.found.borrow_mut();
        if found.wrong.is_some() {
            return false;
        }
        let is_header = known::is_header(self.owner, self.path.field());
        let is_kept = match standing {
            Standing::Unknown if !found.is_recorded => {
                found.unknown.push(extra);
                return false;
            }
            Standing::FilledIn => found.is_recorded && !is_header && !is_null,
            _ => !is_header && (!is_null || found.is_recorded),
        };
        if is_kept {
            found.not_simulated.push(extra);
        }
        is_kept
    }
}
