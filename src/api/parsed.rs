//! Reads values that are written as texts, such as UIDs and instants.

use serde::Deserializer;
use serde::de::{self, Unexpected, Visitor};
use std::fmt;

/// Reads a value of the type `name` from a text by `parse`.
pub(super) fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    name: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> Option<T>);

    impl<T> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text of this type")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_newtype_struct(name, Text(parse))
}
