//! Conditions of a step and of a goal: an event of the log, or a state of the cluster.

use super::entry::Entry;
use crate::api::{ConditionStatus, Key, Kind, StatefulSet};
use crate::cluster::{Cluster, Code, Event, Value};
use crate::notation::{NotationError, closest, format_duration};

/// An event of the log that must happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its place in the lesson.
    pub line: u32,
    /// The code of its reason.
    pub code: Code,
    /// The object of the event, as in the log; empty matches any object.
    pub subject: String,
    /// Arguments of the reason, by name.
    pub args: Vec<(String, String)>,
    /// How often it must happen, counted from the start of the step.
    pub times: usize,
}

/// An event or a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// An event that has happened since the start of the step.
    Event(Condition),
    /// A state that the cluster has now.
    State(State),
}

/// A state of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its place in the lesson.
    pub line: u32,
    /// The fact that must be true of the object.
    pub fact: Fact,
    /// The kind of the object.
    pub kind: Kind,
    /// Its name, in the namespace `default` if the kind has one.
    pub key: Key,
    /// A number of pods, an image, or a size; empty for any.
    pub value: String,
}

/// A fact about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A pod or a node is Ready; a StatefulSet has exactly its desired pods, or the given number, all Ready.
    Ready,
    /// All pods of a StatefulSet are Ready and have its template, or the given image.
    Updated,
    /// A claim is bound, and not being deleted.
    Bound,
    /// The volume of a claim has this capacity.
    Size,
    /// The object exists.
    Exists,
    /// The object does not exist.
    Gone,
}

/// The facts with their keywords.
const FACTS: [(&str, Fact); 6] = [
    ("ready", Fact::Ready),
    ("updated", Fact::Updated),
    ("bound", Fact::Bound),
    ("size", Fact::Size),
    ("exists", Fact::Exists),
    ("gone", Fact::Gone),
];

impl Condition {
    /// Whether an event matches.
    pub fn is_met_by(&self, event: &Event) -> bool {
        event.reason.code() == self.code
            && self.args.iter().all(|(name, word)| is_called(event.reason.field(name), word))
            && (self.subject.is_empty() || event.subject.to_string() == self.subject)
    }

    /// The condition as it is written.
    pub fn words(&self) -> String {
        let mut words = self.code.name().to_owned();
        if !self.subject.is_empty() {
            words = words + " " + &self.subject;
        }
        for (name, value) in &self.args {
            words = words + " " + name + "=" + value;
        }
        if self.times > 1 {
            words = format!("{words} x{}", self.times);
        }
        words
    }
}

impl Check {
    /// The condition as it is written.
    pub fn words(&self) -> String {
        match self {
            Check::Event(condition) => condition.words(),
            Check::State(state) => state.words(),
        }
    }

    /// Its place in the lesson.
    pub fn line(&self) -> u32 {
        match self {
            Check::Event(condition) => condition.line,
            Check::State(state) => state.line,
        }
    }

    /// The state, if it is one.
    pub fn state(&self) -> Option<&State> {
        match self {
            Check::Event(_) => None,
            Check::State(state) => Some(state),
        }
    }
}

impl State {
    /// The state as it is written.
    pub fn words(&self) -> String {
        let word = FACTS.iter().find(|(_, fact)| *fact == self.fact).map_or("", |(word, _)| word);
        let (kind, name) = (self.kind.singular(), self.key.name());
        let words = format!("{word} {kind}/{name}");
        if self.value.is_empty() { words } else { words + " " + &self.value }
    }

    /// Whether it is true in a cluster.
    pub fn is_so(&self, cluster: &Cluster) -> bool {
        let store = &cluster.store;
        let set = || store.stateful_sets.get(&self.key);
        let claim = || store.claims.get(&self.key);
        match (self.fact, self.kind) {
            (Fact::Exists, kind) => store.has(kind, self.key.namespace(), self.key.name()),
            (Fact::Gone, kind) => !store.has(kind, self.key.namespace(), self.key.name()),
            (Fact::Ready, Kind::Pod) => store
                .pods
                .get(&self.key)
                .is_some_and(|pod| pod.is_ready() && pod.metadata.deletion_timestamp.is_none()),
            (Fact::Ready, Kind::Node) => store
                .node(self.key.name())
                .is_some_and(|node| *node.ready_status() == ConditionStatus::True),
            (Fact::Ready, _) => set().is_some_and(|set| {
                let wanted = self.value.parse().unwrap_or(set.spec.replicas);
                set.spec.replicas == wanted && all_ready(cluster, set, "")
            }),
            (Fact::Updated, _) => set().is_some_and(|set| {
                let image = set.spec.template.spec.containers.first().map(|it| &*it.image);
                let image = Some(&*self.value).filter(|it| !it.is_empty()).or(image);
                all_ready(cluster, set, image.unwrap_or_default())
            }),
            (Fact::Bound, _) => claim().is_some_and(|claim| {
                claim.is_bound() && claim.metadata.deletion_timestamp.is_none()
            }),
            (Fact::Size, _) => claim().is_some_and(|claim| {
                claim.status.capacity.get("storage").is_some_and(|it| *it == self.value)
            }),
        }
    }
}

/// Whether a set has exactly its desired pods, all Ready, and with the given image, if any.
fn all_ready(cluster: &Cluster, set: &StatefulSet, image: &str) -> bool {
    let namespace = &*set.metadata.namespace;
    let ready = |name: &str| {
        let pod = cluster.store.pods.named(namespace, name);
        pod.is_some_and(|pod| {
            let first = pod.spec.containers.first().map(|it| &*it.image);
            pod.is_ready()
                && pod.metadata.deletion_timestamp.is_none()
                && (image.is_empty() || first == Some(image))
        })
    };
    let pods = cluster.store.pods.in_namespace(namespace);
    let count = pods.filter(|pod| set.is_pod_name(&pod.metadata.name)).count();
    set.ordinals().all(|ordinal| ready(&set.pod_name(ordinal))) && count == set.ordinals().len()
}

/// Whether a word matches a value: an object by its name or as `pod/web-0`, a number by its digits, a duration as
/// `1m30s`, a detail by its code.
fn is_called(value: Value<'_>, word: &str) -> bool {
    match value {
        Value::Object(object) => object.key.name() == word || object.to_string() == word,
        Value::Objects(list) => list.iter().any(|one| is_called(Value::Object(one), word)),
        Value::Text(text) => text == word,
        Value::Texts(list) => list.iter().any(|one| one == word),
        Value::Containers(list) => list.iter().any(|one| one.name == word),
        Value::Number(number) => number.to_string() == word,
        Value::Duration(ms) => format_duration(ms) == word,
        Value::Detail(detail) => detail.code().name() == word,
        Value::Nothing => false,
    }
}

/// Reads an event, or `FACT KIND/NAME [VALUE]`.
pub(super) fn check(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Check> {
    let mut words = entry.text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let Some((word, fact)) = FACTS.iter().find(|(word, _)| *word == first) else {
        return condition(entry, errors).map(Check::Event);
    };
    let object = words.next().and_then(|it| it.split_once('/'));
    let object = object.and_then(|(kind, name)| Some((Kind::parse(kind)?, name)));
    let Some((kind, name)) = object.filter(|(kind, _)| fits(*fact, *kind)) else {
        let advice = "write, for example, `ready sts/web 3`, `ready pod/web-0`, `updated sts/web ordinal/db:2`, \
                      `bound pvc/data-web-0`, `size pvc/data-web-0 2Gi`, `exists service/web`, or `gone node/node-2`";
        errors.push(entry.fault(format!("`{word}` does not apply to this object"), advice));
        return None;
    };
    let namespace = if kind.is_namespaced() { "default" } else { "" };
    let (line, key) = (entry.line, Key::new(namespace, name));
    let value = words.next().unwrap_or_default().to_owned();
    if (*fact == Fact::Size) == value.is_empty() && *fact != Fact::Ready && *fact != Fact::Updated {
        let advice = "only `size`, `ready sts`, and `updated` are followed by a value";
        errors.push(entry.fault("the value is missing, or there are too many".into(), advice));
    }
    Some(Check::State(State { line, fact: *fact, kind, key, value }))
}

/// Whether a fact can be true of a kind.
fn fits(fact: Fact, kind: Kind) -> bool {
    match fact {
        Fact::Ready => matches!(kind, Kind::Pod | Kind::Node | Kind::StatefulSet),
        Fact::Updated => kind == Kind::StatefulSet,
        Fact::Bound | Fact::Size => kind == Kind::PersistentVolumeClaim,
        Fact::Exists | Fact::Gone => true,
    }
}

/// Reads `CODE [KIND/NAME] [ARGUMENT=VALUE]... [x2]`.
pub(super) fn condition(entry: &Entry<'_>, errors: &mut Vec<NotationError>) -> Option<Condition> {
    let mut words = entry.text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let Some(code) = Code::ALL.iter().find(|code| code.name() == name) else {
        let names = Code::ALL.iter().map(|code| code.name());
        let advice = match closest(name, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => "`ordinal run STORY --json` shows each event with its reason, for example `PodReady`".into(),
        };
        errors.push(entry.fault(format!("no event has the reason `{name}`"), &advice));
        return None;
    };
    let mut condition = Condition {
        line: entry.line,
        code: *code,
        subject: String::new(),
        args: Vec::new(),
        times: 1,
    };
    for word in words {
        let refused = if let Some((name, value)) = word.split_once('=') {
            let is_known = code.fields().any(|field| field == name);
            condition.args.push((name.into(), value.into()));
            (!is_known)
                .then(|| (format!("{} has no argument `{name}`", code.name()), arguments(*code)))
        } else if let Some(count) = times(word) {
            condition.times = count;
            None
        } else {
            match subject(word) {
                Some(subject) => {
                    condition.subject = subject;
                    None
                }
                None => Some((
                    format!("`{word}` is not an object"),
                    format!("write a kind and a name, for example `pod/{word}`"),
                )),
            }
        };
        if let Some((message, advice)) = refused {
            errors.push(entry.fault(message, &advice));
            return None;
        }
    }
    Some(condition)
}

/// `x2` as a number.
fn times(word: &str) -> Option<usize> {
    word.strip_prefix('x')?.parse().ok().filter(|number| *number > 0)
}

/// An object such as `pvc/data-web-0`, as in the log.
fn subject(word: &str) -> Option<String> {
    let (kind, name) = word.split_once('/')?;
    let (namespace, kind) = match kind.split_once(':') {
        Some((namespace, kind)) => (format!("{namespace}:"), kind),
        None => (String::new(), kind),
    };
    let kind = match kind {
        "client" | "name" => kind,
        _ => Kind::parse(kind)?.singular(),
    };
    (!name.is_empty()).then(|| format!("{namespace}{kind}/{name}"))
}

/// The arguments of a code, as a sentence.
fn arguments(code: Code) -> String {
    let names: Vec<&str> = code.fields().collect();
    if names.is_empty() { "it has none".into() } else { format!("it has: {}", names.join(", ")) }
}
