//! The event log: a line for people, or a JSON object, for each event.

use crate::api::Time;
use crate::cluster::Event;
use crate::notation::{NotationError, format_duration};
use crate::timeline::Timeline;
use std::fmt::{self, Write};

/// Runs a recipe to an instant and gives its log: `{"t":ms,"n":number,"type":…,"object":"pod/web-1",
/// "uid":…,"cause":number|null,"reason":code,"args":{…},"text":sentence}`, each line ended by `\n`.
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
        let who = self.reason.code.component().name();
        let when = format_duration(self.time.0);
        write!(f, "{when:>9}  {who:<22}  {}", self.reason.text())
    }
}

/// One event as a JSON object on one line.
pub fn line(event: &Event) -> String {
    let mut text = String::new();
    let _ = write!(text, "{{\"t\":{},\"n\":{}", event.time.0, event.number);
    let uid = event.uid.map(|uid| uid.to_string());
    let cause = event.cause.map_or_else(|| "null".to_owned(), |cause| cause.to_string());
    string(&mut text, ",\"type\":", event.reason.code.event_type().name());
    string(&mut text, ",\"object\":", &event.subject.to_string());
    match uid {
        Some(uid) => string(&mut text, ",\"uid\":", &uid),
        None => text += ",\"uid\":null",
    }
    text += ",\"cause\":";
    text += &cause;
    string(&mut text, ",\"reason\":", event.reason.code.name());
    text += ",\"args\":{";
    for (index, (name, value)) in event.reason.args.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        string(&mut text, &format!("{comma}\"{name}\":"), value);
    }
    text.push('}');
    string(&mut text, ",\"text\":", &event.reason.text());
    text.push('}');
    text
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
