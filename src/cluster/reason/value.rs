//! The types of the fields of reasons, and their common view as values.

use super::{Detail, Names, Reason};
use crate::api::{ContainerType, Kind, ObjectRef, PodPhase};
use crate::db::{Entry, Role};

/// A span of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub u64);

impl Duration {
    /// A number of seconds.
    pub fn seconds(seconds: u64) -> Duration {
        Duration(seconds.saturating_mul(1000))
    }
}

/// A container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerRef {
    /// Its name.
    pub name: String,
    /// The list that it is in.
    pub kind: ContainerType,
}

impl ContainerRef {
    /// The path of the container in its pod, as in `spec.containers{db}` (`ref.go: fieldPath`).
    pub fn path(&self) -> String {
        let list = match self.kind {
            ContainerType::Init => "initContainers",
            ContainerType::Regular => "containers",
            ContainerType::Ephemeral => "ephemeralContainers",
        };
        format!("spec.{list}{{{}}}", self.name)
    }
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// An optional field without a value.
    Nothing,
    /// An object.
    Object(&'a ObjectRef),
    /// Several objects.
    Objects(&'a [ObjectRef]),
    /// A name, an address, or a message of Kubernetes.
    Text(&'a str),
    /// Several texts.
    Texts(&'a [String]),
    /// Several containers.
    Containers(&'a [ContainerRef]),
    /// A number.
    Number(i64),
    /// A span of time in milliseconds.
    Duration(u64),
    /// A word of a closed set, or a reason within the reason.
    Detail(&'a Detail),
}

impl Value<'_> {
    /// Whether there is something to print.
    pub fn is_there(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Objects(list) => !list.is_empty(),
            Value::Text(text) => !text.is_empty(),
            Value::Texts(list) => !list.is_empty(),
            Value::Containers(list) => !list.is_empty(),
            _ => true,
        }
    }
}

/// The type of a field.
pub(super) trait Field {
    /// Appends the value of the field.
    fn put<'a>(&'a self, values: &mut Vec<Value<'a>>);
}

/// What the type of a field is called in the documentation.
pub(super) trait FieldType {
    /// Its name.
    const TYPE: &'static str;
}

/// Declares field types: the type, what the documentation calls it, and its value.
macro_rules! fields {
    ($( $type:ty, $name:literal, |$value:ident| $result:expr; )*) => {
        $( impl FieldType for $type {
            const TYPE: &'static str = $name;
        }

        impl Field for $type {
            #[inline(never)]
            fn put<'a>(&'a self, values: &mut Vec<Value<'a>>) {
                let $value = self;
                values.push($result);
            }
        } )*
    };
}

fields! {
    ObjectRef, "object", |it| Value::Object(it);
    Vec<ObjectRef>, "objects", |it| Value::Objects(it);
    String, "text", |it| Value::Text(it);
    Vec<String>, "texts", |it| Value::Texts(it);
    ContainerRef, "container", |it| Value::Text(&it.name);
    Vec<ContainerRef>, "containers", |it| Value::Containers(it);
    PodPhase, "phase", |it| Value::Text(it.name());
    u8, "number", |it| Value::Number((*it).into());
    i32, "number", |it| Value::Number((*it).into());
    u32, "number", |it| Value::Number((*it).into());
    usize, "number", |it| Value::Number(i64::try_from(*it).unwrap_or(i64::MAX));
    Duration, "duration", |it| Value::Duration(it.0);
    Detail, "detail", |it| Value::Detail(it);
}

impl<T: FieldType> FieldType for Option<T> {
    const TYPE: &'static str = T::TYPE;
}

impl<T: Field> Field for Option<T> {
    #[inline(never)]
    fn put<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        match self {
            Some(value) => value.put(values),
            None => values.push(Value::Nothing),
        }
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Reason) -> bool {
        self.code() == other.code() && self.values() == other.values()
    }
}

impl Eq for Reason {}

impl PartialEq for Detail {
    fn eq(&self, other: &Detail) -> bool {
        self.code() == other.code() && self.values() == other.values()
    }
}

impl Eq for Detail {}

/// The value that stands at the place of this name.
fn find<'a>(name: &str, mut names: Names, values: &[Value<'a>]) -> Value<'a> {
    let place = names.position(|field| field == name);
    place.and_then(|place| values.get(place).copied()).unwrap_or(Value::Nothing)
}

impl Detail {
    /// The value of a field; [`Value::Nothing`] if there is none of this name.
    pub fn field(&self, name: &str) -> Value<'_> {
        find(name, self.code().fields(), &self.values())
    }
}

impl Reason {
    /// The value of a field; [`Value::Nothing`] if there is none of this name.
    pub fn field(&self, name: &str) -> Value<'_> {
        find(name, self.code().fields(), &self.values())
    }

    /// The objects that the reason names, in the order of its fields.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectRef> {
        self.values().into_iter().filter_map(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        })
    }

    /// The first object of this kind that the reason names.
    pub fn object(&self, kind: Kind) -> Option<&ObjectRef> {
        self.objects().find(|object| object.kind == kind)
    }
}

impl<T: FieldType> FieldType for Box<T> {
    const TYPE: &'static str = T::TYPE;
}

impl<T: Field> Field for Box<T> {
    fn put<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        T::put(self, values);
    }
}

impl From<Role> for Detail {
    fn from(role: Role) -> Detail {
        match role {
            Role::Primary => Detail::Primary {},
            Role::Replica => Detail::Replica {},
        }
    }
}

/// The texts of entries.
pub fn texts<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<String> {
    entries.into_iter().map(|entry| entry.text.to_string()).collect()
}
