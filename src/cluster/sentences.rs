//! Sentences: made from a [`Reason`], late, in a [`Language`].
//!
//! A language is a table of templates, one file each. In a template
//! - `{pod}` is the value of a field; an object is printed by its name, `{kind/pod}` prints `pod/web-0`,
//! - `{short/uid}` is the first four characters of a text,
//! - `[: {why}]` appears only if all its fields have values,
//! - `[of {claim}|{volume}]` is the first alternative whose fields all have values.

use super::{Detail, Reason, Value};
use crate::api::ObjectRef;
use crate::cluster::{Code, DetailCode};
use std::fmt::{self, Write};

/// Declares the templates of a language: a function from codes to templates. One for each code, or it does not
/// compile.
macro_rules! sentences {
    (fn $name:ident($codes:ident): $( $code:ident $text:literal; )*) => {
        fn $name(code: $codes) -> &'static str {
            match code { $($codes::$code => $text),* }
        }
    };
}

mod english;

pub use english::ENGLISH;

/// The templates of a language.
#[derive(Clone, Copy)]
pub struct Language {
    /// The template of a reason.
    pub reason: fn(Code) -> &'static str,
    /// The template of a word, or of a reason within a reason.
    pub detail: fn(DetailCode) -> &'static str,
    /// What stands at the end of a list that is cut short, after its first three items; `count` are left out.
    pub more: &'static str,
}

/// So many texts of a list are printed.
const LISTED: usize = 3;

impl Language {
    /// The sentence of a reason.
    pub fn sentence(&self, reason: &Reason) -> String {
        let mut text = String::new();
        self.fill(&mut text, (self.reason)(reason.code()), &|name| reason.field(name));
        text
    }

    /// The words of a detail.
    pub fn words(&self, detail: &Detail) -> String {
        let mut text = String::new();
        self.print(&mut text, Value::Detail(detail));
        text
    }

    /// Appends a template, with the values of its fields.
    pub fn fill<'a>(&self, text: &mut String, template: &str, field: &dyn Fn(&str) -> Value<'a>) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(['{', '[']) {
            text.push_str(before);
            let is_field = rest.as_bytes().get(before.len()) == Some(&b'{');
            let end = if is_field { '}' } else { ']' };
            let (inner, tail) = after.split_once(end).unwrap_or((after, ""));
            if is_field {
                let (form, name) = inner.split_once('/').unwrap_or(("", inner));
                match (form, field(name)) {
                    ("kind", Value::Object(object)) => append(text, object),
                    ("short", Value::Text(one)) => text.push_str(one.get(..4).unwrap_or(one)),
                    (_, value) => self.print(text, value),
                }
            } else {
                let is_complete = |part: &&str| fields(part).all(|name| field(name).is_there());
                let part = inner.split('|').find(is_complete).unwrap_or("");
                self.fill(text, part, field);
            }
            rest = tail;
        }
        text.push_str(rest);
    }

    /// Appends a value.
    fn print(&self, text: &mut String, value: Value<'_>) {
        match value {
            Value::Nothing => {}
            Value::Object(object) => text.push_str(object.key.name()),
            Value::Objects(list) => join(text, list.iter().map(name)),
            Value::Containers(list) => join(text, list.iter().map(|one| one.name.as_str())),
            Value::Text(one) => text.push_str(one),
            Value::Number(number) => append(text, &number),
            Value::Duration(ms) if ms.is_multiple_of(1000) => {
                append(text, &(ms / 1000));
                text.push_str(" s");
            }
            Value::Duration(ms) => {
                append(text, &ms);
                text.push_str(" ms");
            }
            Value::Texts(list) => {
                join(text, list.iter().take(LISTED).map(String::as_str));
                if let Some(left) = list.len().checked_sub(LISTED + 1) {
                    let count = i64::try_from(left + 1).unwrap_or(i64::MAX);
                    self.fill(text, self.more, &|_| Value::Number(count));
                }
            }
            Value::Detail(detail) => {
                let template = (self.detail)(detail.code());
                self.fill(text, template, &|name| detail.field(name));
            }
        }
    }
}

/// The names of the fields in a template, without `kind/` and the like.
pub fn fields(template: &str) -> impl Iterator<Item = &str> {
    let names = template.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.map(|name| name.split_once('/').map_or(name, |(_, name)| name))
}

fn name(object: &ObjectRef) -> &str {
    object.key.name()
}

fn append(text: &mut String, value: &dyn fmt::Display) {
    let _ = write!(text, "{value}");
}

fn join<'a>(text: &mut String, list: impl Iterator<Item = &'a str>) {
    for (index, one) in list.enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        text.push_str(one);
    }
}

impl Reason {
    /// The reason as a sentence in English.
    pub fn text(&self) -> String {
        ENGLISH.sentence(self)
    }
}
