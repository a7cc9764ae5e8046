//! `kubectl describe` (`k8s.io/kubectl/pkg/describe/describe.go`): texts with tabs, laid out at the end.

mod cluster;
mod environment;
mod generic;
mod pod;
mod policy;
mod sources;
mod storage;
mod stored;
mod workload;

use super::found::{Found, Group};
use super::get::find;
use super::view::{Asked, View};
use super::{Call, Plan, age, tabs};
use crate::api::json::Node as Tree;
use crate::api::{Kind, LAST_APPLIED, Time};

pub(super) use workload::template;

/// Longer annotations get lines of their own.
const ANNOTATION_MAX: usize = 140;

/// A description that is being written.
pub(super) struct Text<'a> {
    view: View<'a>,
    out: String,
    /// Whether events are printed.
    has_events: bool,
}

impl<'a> Text<'a> {
    /// A description without a word yet.
    pub(super) fn new(view: View<'a>) -> Text<'a> {
        Text { view, out: String::new(), has_events: true }
    }

    /// What was written, its tabs as they are.
    pub(super) fn raw(self) -> String {
        self.out
    }

    /// Adds a line, two blanks further in for each level.
    fn line(&mut self, level: usize, text: &str) {
        for _ in 0..level {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Adds `name: value`.
    fn field(&mut self, level: usize, name: &str, value: &str) {
        self.line(level, &format!("{name}:\t{value}"));
    }

    /// Adds `name:` and its values, one below the other.
    fn fields(&mut self, indent: &str, name: &str, values: &[String]) {
        let none = ["<none>".to_owned()];
        let values = if values.is_empty() { &none } else { values };
        for (index, value) in values.iter().enumerate() {
            let title = if index == 0 { format!("{indent}{name}:") } else { String::new() };
            self.line(0, &format!("{title}\t{value}"));
        }
    }

    /// Adds labels, one below the other.
    fn labels(&mut self, indent: &str, name: &str, labels: Option<&Tree>) {
        let entries = labels.map_or(&[] as &[_], Tree::entries);
        let values: Vec<String> =
            entries.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text())).collect();
        self.fields(indent, name, &values);
    }

    /// Adds annotations, but for what kubectl itself keeps there.
    fn annotations(&mut self, indent: &str, annotations: Option<&Tree>) {
        let entries = annotations.map_or(&[] as &[_], Tree::entries);
        let mut values = Vec::new();
        for entry in entries.iter().filter(|entry| entry.key != LAST_APPLIED) {
            let value = entry.node.as_text().trim_end_matches('\n');
            if value.len() + entry.key.len() + 2 > ANNOTATION_MAX || value.contains('\n') {
                values.push(format!("{}:", entry.key));
                let shorten = |line: &str| match line.char_indices().nth(ANNOTATION_MAX - 2) {
                    Some((end, _)) => format!("  {}...", &line[..end]),
                    None => format!("  {line}"),
                };
                values.extend(value.split('\n').map(shorten));
            } else {
                values.push(format!("{}: {value}", entry.key));
            }
        }
        self.fields(indent, "Annotations", &values);
    }

    /// Name, and namespace if there is one.
    fn name(&mut self, tree: &Tree) {
        self.field(0, "Name", &tree.word("metadata.name"));
        if tree.at("metadata.namespace").is_some() {
            self.field(0, "Namespace", &tree.word("metadata.namespace"));
        }
    }

    /// Labels and annotations.
    fn notes(&mut self, tree: &Tree) {
        self.labels("", "Labels", tree.at("metadata.labels"));
        self.annotations("", tree.at("metadata.annotations"));
    }

    /// The events about an object, the latest last.
    fn events(&mut self, tree: &Tree) {
        if !self.has_events {
            return;
        }
        let mut events = self.view.list(Kind::Event, None);
        let uid = tree.word("metadata.uid");
        let is_about = |event: &Tree| {
            event.word("involvedObject.kind") == tree.text("kind")
                && event.word("involvedObject.name") == tree.word("metadata.name")
                && event.word("involvedObject.uid") == uid
        };
        events.retain(is_about);
        if events.is_empty() {
            return self.field(0, "Events", "<none>");
        }
        crate::map::sort(&mut events, |one, other| {
            one.text("lastTimestamp") < other.text("lastTimestamp")
        });
        self.line(0, "Events:");
        self.line(1, "Type\tReason\tAge\tFrom\tMessage");
        self.line(1, "----\t------\t----\t----\t-------");
        for event in &events {
            let mut seen = self.age(&event.word("lastTimestamp"));
            let count = event.number("count");
            if count > 1 {
                seen =
                    format!("{seen} (x{count} over {})", self.age(&event.word("firstTimestamp")));
            }
            let words = [
                &event.word("type"),
                &event.word("reason"),
                &seen,
                &event.word("source.component"),
            ];
            let words: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
            let path = event.word("involvedObject.fieldPath");
            let prefix = match !path.is_empty() && self.view.is_recent() {
                true => path + ": ",
                false => String::new(),
            };
            let message = event.text("message").trim();
            self.line(1, &format!("{}\t{prefix}{message}", words.join("\t")));
        }
    }

    /// How long ago an instant was that is printed in an object.
    fn age(&self, printed: &str) -> String {
        age::since(self.view.cluster.now, printed)
    }
}

/// An instant that is printed in an object, in the words of `describe`.
fn date(printed: &str) -> String {
    Time::parse(printed).map_or_else(|| "<unset>".into(), Time::rfc1123)
}

fn or(text: String, none: &str) -> String {
    if text.is_empty() { none.into() } else { text }
}

/// Describes what the line names or selects.
pub(super) fn run(call: &Call<'_>) -> Plan {
    if call.words.plain.is_empty() && call.words.flag("filename").is_none() {
        return Plan::refuse(
            "error: You must specify the type of resource to describe. Use \"kubectl api-resources\" for a \
             complete list of supported resources.\n",
        );
    }
    let asked = match call.asked() {
        Ok(asked) => asked,
        Err(message) => return Plan::refuse(message),
    };
    let mut found = match find(call, &asked) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    let is_prefix = !found.errors.is_empty();
    if is_prefix {
        by_prefix(call, &asked, &mut found);
    }
    // Since kubectl 1.37, events are printed only for a single named object, unless `--show-events` is set.
    let is_named = found.count() == 1 && !is_prefix;
    let has_events = match call.words.flag("show-events") {
        Some(_) => call.words.has("show-events"),
        None => is_named || !call.view.is_recent(),
    };
    let texts: Vec<String> = found
        .groups
        .iter()
        .flat_map(|group| {
            group.trees.iter().map(|tree| describe(call.view, group.of, tree, has_events))
        })
        .collect();
    let text = match is_prefix && found.errors.is_empty() {
        true => texts.iter().map(|text| format!("{text}\n")).collect(),
        false => texts.join("\n\n"),
    };
    let mut plan = Plan::print(text);
    if texts.is_empty() && found.errors.is_empty() {
        plan.output.stderr = match call.words.has("all-namespaces") {
            true => "No resources found\n".into(),
            false => format!("No resources found in {} namespace.\n", call.namespace()),
        };
    }
    plan.output.exit = u8::from(!found.errors.is_empty());
    plan.output.stderr += &found.errors;
    plan
}

/// `describe` takes the beginning of a name for all objects whose names begin so.
fn by_prefix(call: &Call<'_>, asked: &Asked, found: &mut Found) {
    let Asked::Objects(names) = asked else { return };
    let [named] = names.as_slice() else { return };
    let mut trees = call.view.list(named.of, Some(call.namespace()));
    trees.retain(|tree| tree.word("metadata.name").starts_with(&named.name));
    if !trees.is_empty() {
        found.errors.clear();
        found.groups.push(Group { of: named.of, trees });
    }
}

/// The description of an object.
fn describe(view: View<'_>, of: Kind, tree: &Tree, has_events: bool) -> String {
    let mut text = Text { has_events, ..Text::new(view) };
    match of {
        Kind::Pod => pod::describe(&mut text, tree),
        Kind::StatefulSet => workload::stateful_set(&mut text, tree),
        Kind::Deployment => workload::deployment(&mut text, tree),
        Kind::ReplicaSet => workload::replica_set(&mut text, tree),
        Kind::PersistentVolumeClaim => storage::claim(&mut text, tree),
        Kind::PersistentVolume => storage::volume(&mut text, tree),
        Kind::StorageClass => storage::class(&mut text, tree),
        Kind::Service => cluster::service(&mut text, tree),
        Kind::Node => cluster::node(&mut text, tree),
        Kind::PodDisruptionBudget => cluster::budget(&mut text, tree),
        Kind::ConfigMap => cluster::config_map(&mut text, tree),
        Kind::Secret => cluster::secret(&mut text, tree),
        Kind::Namespace => cluster::namespace(&mut text, tree),
        Kind::ServiceAccount => stored::service_account(&mut text, tree),
        Kind::Role | Kind::ClusterRole => stored::role(&mut text, tree),
        Kind::RoleBinding | Kind::ClusterRoleBinding => stored::binding(&mut text, tree),
        Kind::ResourceQuota => stored::quota(&mut text, tree),
        Kind::LimitRange => stored::limits(&mut text, tree),
        Kind::HorizontalPodAutoscaler => stored::autoscaler(&mut text, tree),
        Kind::Ingress => stored::ingress(&mut text, tree),
        Kind::EndpointSlice => stored::slice(&mut text, tree),
        Kind::Job => stored::job(&mut text, tree),
        Kind::CronJob => stored::cron_job(&mut text, tree),
        Kind::DaemonSet => stored::daemon_set(&mut text, tree),
        Kind::PriorityClass => cluster::priority(&mut text, tree),
        Kind::Endpoints => cluster::addresses(&mut text, tree),
        Kind::NetworkPolicy => policy::describe(&mut text, tree),
        _ => generic::describe(&mut text, tree),
    }
    tabs::layout(&text.out, 0, 2)
}
