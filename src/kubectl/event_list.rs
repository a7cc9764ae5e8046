//! `kubectl events` (`k8s.io/kubectl/pkg/cmd/events`).

use super::{Call, Plan, age, print, tabs};
use crate::api::Kind;
use crate::api::json::Node as Tree;

/// Prints the events, the latest last.
pub(super) fn run(call: &Call<'_>) -> Plan {
    let about = match call.words.flag("for").map(|word| subject(call, word)).transpose() {
        Ok(about) => about,
        Err(message) => return Plan::refuse(message),
    };
    let types: Vec<&str> =
        call.words.flag("types").map_or_else(Vec::new, |it| it.split(',').collect());
    let is_type = |it: &&str| ["normal", "warning"].iter().any(|of| it.eq_ignore_ascii_case(of));
    if let Some(unknown) = types.iter().find(|it| !is_type(it)) {
        return Plan::refuse(match call.view.is_recent() {
            true => "error: valid --types are Normal or Warning".to_owned(),
            false => {
                format!("error: valid --types are \"Normal\" or \"Warning\", not \"{unknown}\"")
            }
        });
    }
    let is_everywhere = call.words.has("all-namespaces");
    let namespace = Some(call.namespace()).filter(|_| !is_everywhere);
    let mut events = call.view.list(Kind::Event, namespace);
    events.retain(|event| {
        let is_about = about.as_ref().is_none_or(|(kind, name)| {
            event.word("involvedObject.kind") == *kind && event.word("involvedObject.name") == *name
        });
        is_about
            && (types.is_empty()
                || types.iter().any(|it| it.eq_ignore_ascii_case(event.text("type"))))
    });
    if events.is_empty() {
        let mut plan = Plan::default();
        plan.output.stderr = match namespace {
            Some(namespace) => format!("No events found in {namespace} namespace.\n"),
            None => "No events found.\n".into(),
        };
        return plan;
    }
    crate::map::sort(&mut events, |one, other| {
        one.text("lastTimestamp") < other.text("lastTimestamp")
    });
    if !call.form().is_empty() {
        return print::plan(call, call.form(), &print::list(events));
    }
    let mut rows: Vec<Vec<String>> = events.iter().map(|event| row(call, event)).collect();
    if !call.words.has("no-headers") {
        rows.insert(
            0,
            ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"].map(str::to_owned).into(),
        );
    }
    if is_everywhere {
        let places = events.iter().map(|event| event.word("metadata.namespace"));
        let header = (!call.words.has("no-headers")).then(|| "NAMESPACE".to_owned());
        for (row, place) in rows.iter_mut().zip(header.into_iter().chain(places)) {
            row.insert(0, place);
        }
    }
    Plan::print(tabs::table(&rows))
}

/// The kind and the name that `--for` names.
fn subject(call: &Call<'_>, word: &str) -> Result<(String, String), String> {
    let Some((kind, name)) = word.split_once('/') else {
        return Err("error: --for must be in resource/name form".into());
    };
    let head = if call.view.is_recent() { "" } else { "error: " };
    let unknown = || format!("{head}the server doesn't have a resource type \"{kind}\"");
    let kind = call.view.kind(kind).ok_or_else(unknown)?;
    Ok((kind.name().to_owned(), name.to_owned()))
}

fn row(call: &Call<'_>, event: &Tree) -> Vec<String> {
    let since = |field: &str| age::since(call.view.cluster.now, &event.word(field));
    let seen = match event.number("count") {
        count @ 2.. => {
            format!("{} (x{count} over {})", since("lastTimestamp"), since("firstTimestamp"))
        }
        _ => since("firstTimestamp"),
    };
    let object =
        format!("{}/{}", event.word("involvedObject.kind"), event.word("involvedObject.name"));
    [
        seen,
        event.word("type"),
        event.word("reason"),
        object,
        event.word("message").trim().to_owned(),
    ]
    .into()
}
