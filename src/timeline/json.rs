//! The event log: a line for people, or a JSON object, for each event.

use crate::api::Time;
use crate::cluster::reason::Names;
use crate::cluster::{Event, Value};
use crate::notation::{NotationError, format_duration};
use crate::timeline::Timeline;
use std::fmt::{self, Write};

/// Runs a recipe to an instant and gives its log: `{"t":ms,"n":number,"type":…,"object":"pod/web-1",
/// "uid":…,"cause":number|null,"reason":code,"args":{…},"text":sentence}`, each line ended by `\n`. An event that
/// a line of the user made has `"line"` before `"text"`. `docs/reasons.md` lists the codes and their arguments.
pub fn log(recipe: &str, until: Time) -> Result<String, Vec<NotationError>> {
    let mut timeline = Timeline::new(recipe)?;
    timeline.seek(until);
    let mut text = String::new();
    for event in timeline.events() {
        text += &line(event);
        text.push('\n');
    }
    Ok(text)
}

/// A line for people: when, who, what.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = self.reason.code().component().name();
        let when = format_duration(self.time.0);
        write!(f, "{when:>9}  {who:<27}  {}", self.reason.text())
    }
}

/// One event as a JSON object on one line.
pub fn line(event: &Event) -> String {
    let mut text = String::new();
    let _ = write!(text, "{{\"t\":{},\"n\":{}", event.time.0, event.number);
    let uid = event.uid.map(|uid| uid.to_string());
    let cause = event.cause.map_or_else(|| "null".to_owned(), |cause| cause.to_string());
    string(&mut text, ",\"type\":", event.reason.code().event_type().name());
    string(&mut text, ",\"object\":", &event.subject.to_string());
    match uid {
        Some(uid) => string(&mut text, ",\"uid\":", &uid),
        None => text += ",\"uid\":null",
    }
    text += ",\"cause\":";
    text += &cause;
    let code = event.reason.code();
    string(&mut text, ",\"reason\":", code.name());
    args(&mut text, code.fields(), &event.reason.values());
    if let Some(line) = &event.line {
        string(&mut text, ",\"line\":", line);
    }
    string(&mut text, ",\"text\":", &event.reason.text());
    text.push('}');
    text
}

/// Appends `"args"`: each field that has a value.
fn args(text: &mut String, names: Names, values: &[Value<'_>]) {
    text.push_str(",\"args\":{");
    let given = names.zip(values).filter(|(_, value)| **value != Value::Nothing);
    for (index, (name, value)) in given.enumerate() {
        text.push_str(if index == 0 { "\"" } else { ",\"" });
        text.push_str(name);
        text.push_str("\":");
        self::value(text, *value);
    }
    text.push('}');
}

/// Appends a value: an object as `"pod/web-0"`, a duration as its milliseconds, a detail as the name of its code or,
/// if it has fields, as `{"reason":code,"args":{…}}`.
fn value(text: &mut String, value: Value<'_>) {
    match value {
        Value::Nothing => text.push_str("null"),
        Value::Object(object) => string(text, "", &object.to_string()),
        Value::Text(one) => string(text, "", one),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::Duration(ms) => text.push_str(&ms.to_string()),
        Value::Objects(list) => array(text, &mut list.iter().map(Value::Object)),
        Value::Texts(list) => array(text, &mut list.iter().map(|one| Value::Text(one))),
        Value::Containers(list) => {
            array(text, &mut list.iter().map(|one| Value::Text(&one.name)));
        }
        Value::Detail(detail) => match detail.values().as_slice() {
            [] => string(text, "", detail.code().name()),
            values => {
                string(text, "{\"reason\":", detail.code().name());
                args(text, detail.code().fields(), values);
                text.push('}');
            }
        },
    }
}

fn array(text: &mut String, values: &mut dyn Iterator<Item = Value<'_>>) {
    text.push('[');
    for (index, one) in values.enumerate() {
        text.push_str(if index == 0 { "" } else { "," });
        value(text, one);
    }
    text.push(']');
}

/// Appends `prefix` and a JSON string.
fn string(text: &mut String, prefix: &str, value: &str) {
    text.push_str(prefix);
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            letter if u32::from(letter) < 0x20 => {
                let _ = write!(text, "\\u{:04x}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
}
