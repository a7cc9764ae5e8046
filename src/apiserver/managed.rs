//! `metadata.managedFields`: which manager set which fields (`k8s.io/apimachinery/pkg/util/managedfields`).
//!
//! The running server keeps them next to its objects; recipes do not contain them. Objects that exist when a run
//! begins, or that are changed in the past, belong to the components that most likely wrote them.

use super::fields::Fields;
use super::shape::Type;
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Time};

/// The maximum length of a manager's name.
const NAME: usize = 128;

/// The author of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Writer {
    /// The name of the manager.
    pub(super) manager: String,
    /// `Apply` or `Update`.
    pub(super) operation: &'static str,
    /// The subresource that is written, or an empty string for the object itself.
    pub(super) subresource: String,
}

/// The fields that a manager owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) writer: Writer,
    pub(super) api_version: String,
    pub(super) time: Time,
    pub(super) fields: Fields,
}

impl Writer {
    /// A manager that updates objects.
    pub(super) fn update(manager: impl Into<String>, subresource: &str) -> Writer {
        let (manager, subresource) = (manager.into(), subresource.to_owned());
        Writer { manager, operation: "Update", subresource }
    }

    /// The manager of a request: its `fieldManager`, or its user agent up to the first slash.
    pub(super) fn of_request(manager: &str, user_agent: &str, subresource: &str) -> Writer {
        let agent = user_agent.split('/').next().unwrap_or_default();
        let name = if manager.is_empty() { agent } else { manager };
        Writer::update(name.chars().take(NAME).collect::<String>(), subresource)
    }

    /// The manager that kubectl uses for a command.
    pub(super) fn of_line(line: &str) -> Writer {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["kubectl", "apply", rest @ ..] if rest.contains(&"--server-side") => {
                Writer { operation: "Apply", ..Writer::update("kubectl", "") }
            }
            ["kubectl", "apply", ..] => Writer::update("kubectl-client-side-apply", ""),
            ["kubectl", "scale", ..] => Writer::update("kubectl", "scale"),
            ["kubectl", verb, ..] => Writer::update(format!("kubectl-{verb}"), ""),
            _ => Writer::update("ordinal", ""),
        }
    }

    /// The component that writes the objects of a kind, or their statuses.
    fn component(kind: Kind, is_status: bool) -> Writer {
        let manager = match (kind, is_status) {
            (Kind::Pod, true) | (Kind::Node | Kind::Lease, _) => "kubelet",
            _ => "kube-controller-manager",
        };
        Writer::update(manager, if is_status { "status" } else { "" })
    }
}

/// The fields that the server sets, and that no manager owns (`stripMeta`).
const SERVER: &str = r#"{"f:apiVersion":{},"f:kind":{},"f:metadata":{".":{},"f:creationTimestamp":{},"f:deletionGracePeriodSeconds":{},"f:deletionTimestamp":{},"f:generation":{},"f:managedFields":{},"f:name":{},"f:namespace":{},"f:resourceVersion":{},"f:selfLink":{},"f:uid":{}}}"#;

/// The fields without those that the server sets.
pub(super) fn own(fields: &Fields) -> Fields {
    let server = crate::manifest::read(SERVER).unwrap_or_default();
    Fields { is_in: false, ..fields.without(&Fields::read(&server)) }
}

/// The managers of an object that existed before the first request.
pub(super) fn initial(kind: Kind, of: Type<'_>, tree: &Tree) -> Vec<Entry> {
    let created = Time::parse(&tree.word("metadata.creationTimestamp")).unwrap_or_default();
    let annotations = tree.at("metadata.annotations");
    let is_applied = annotations
        .is_some_and(|it| it.get("kubectl.kubernetes.io/last-applied-configuration").is_some());
    let line = if is_applied { "kubectl apply" } else { "" };
    updated(
        &[],
        kind,
        of,
        [None, Some(tree)],
        (!line.is_empty()).then(|| Writer::of_line(line)),
        created,
    )
}

/// The managers after a change from one tree to another by `writer`, or by the components. A changed field belongs to
/// its last writer alone.
pub(super) fn updated(
    before: &[Entry],
    kind: Kind,
    of: Type<'_>,
    [old, new]: [Option<&Tree>; 2],
    writer: Option<Writer>,
    now: Time,
) -> Vec<Entry> {
    let Some(new) = new else { return before.to_vec() };
    let changed = own(&of.changed(old, new));
    let mut entries = before.to_vec();
    take(&mut entries, &changed);
    for is_status in [false, true] {
        let fields = changed.status(is_status);
        if fields.is_empty() {
            continue;
        }
        let writer = match (&writer, is_status) {
            (Some(writer), false) => writer.clone(),
            (Some(writer), true) if writer.subresource == "status" => writer.clone(),
            _ => Writer::component(kind, is_status),
        };
        let is_same =
            |entry: &&mut Entry| entry.writer == writer && entry.api_version == kind.api_version();
        match entries.iter_mut().find(is_same) {
            Some(entry) => {
                entry.fields = entry.fields.union(&fields);
                entry.time = now;
            }
            None => {
                let api_version = kind.api_version().to_owned();
                entries.push(Entry { writer, api_version, time: now, fields });
            }
        }
    }
    tidy(&mut entries, of, new);
    entries
}

/// Removes fields from all managers.
pub(super) fn take(entries: &mut [Entry], fields: &Fields) {
    for entry in entries {
        entry.fields = entry.fields.without(fields);
    }
}

/// Removes fields that the object no longer has, and managers without fields; sorts the rest as the API server does.
pub(super) fn tidy(entries: &mut Vec<Entry>, of: Type<'_>, tree: &Tree) {
    let all = of.all(tree);
    for entry in entries.iter_mut() {
        entry.fields = entry.fields.intersection(&all);
    }
    entries.retain(|entry| !entry.fields.is_empty());
    entries.sort_by(|one, other| {
        let key = |it: &Entry| (it.writer.operation, it.time);
        key(one).cmp(&key(other)).then_with(|| one.writer.manager.cmp(&other.writer.manager))
    });
}

/// The path of `managedFields` in a JSON patch.
const PATH: &str = "/metadata/managedFields";

/// Removes `managedFields` from a patch that writes it: kubectl does that on the first server-side apply of an object
/// that was applied client-side.
pub(super) fn taken_from(patch: &mut Tree) -> Option<Tree> {
    match &mut patch.value {
        Value::List(operations) => {
            let place = operations.iter().position(|it| it.text("path") == PATH)?;
            operations.remove(place).remove("value")
        }
        _ => patch.get("metadata")?.get("managedFields").cloned().inspect(|_| {
            patch.child("metadata").remove("managedFields");
        }),
    }
}

/// Encodes the managers as `managedFields`, with dates shifted by `shift_ms` milliseconds.
pub(super) fn tree(entries: &[Entry], shift_ms: u64) -> Tree {
    let one = |entry: &Entry| {
        let mut tree = Tree::map([]);
        tree.set("apiVersion", entry.api_version.as_str());
        tree.set("fieldsType", "FieldsV1");
        tree.set("fieldsV1", entry.fields.tree());
        tree.set("manager", entry.writer.manager.as_str());
        tree.set("operation", entry.writer.operation);
        if !entry.writer.subresource.is_empty() {
            tree.set("subresource", entry.writer.subresource.as_str());
        }
        tree.set("time", entry.time.plus(shift_ms).rfc3339().as_str());
        tree
    };
    Value::List(entries.iter().map(one).collect()).into()
}

/// Decodes `managedFields` written by a client.
pub(super) fn read(tree: &Tree, shift_ms: u64) -> Vec<Entry> {
    let one = |tree: &Tree| {
        let operation = if tree.text("operation") == "Apply" { "Apply" } else { "Update" };
        let writer =
            Writer { operation, ..Writer::update(tree.text("manager"), tree.text("subresource")) };
        let time = Time::parse(tree.text("time")).unwrap_or_default();
        let fields = tree.get("fieldsV1").map(Fields::read).unwrap_or_default();
        Entry {
            writer,
            api_version: tree.text("apiVersion").to_owned(),
            time: Time(time.0.saturating_sub(shift_ms)),
            fields,
        }
    };
    let entries = tree.items().iter().map(one);
    entries.filter(|entry| !entry.fields.is_empty()).collect()
}
