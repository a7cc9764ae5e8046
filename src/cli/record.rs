//! `ordinal record`: records what a real cluster says, with the kubectl on the path.
//!
//! Each kind is listed and watched by a kubectl process of its own, which only reads. What is written has the format of
//! `docs/observe.md`, and only the fields that [`observe`] keeps.

use super::Failure;
use crate::observe;
use clap::Args;
use serde_json::{Deserializer, Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// What is recorded, as kubectl names it.
const RESOURCES: [&str; 14] = [
    "statefulsets",
    "deployments",
    "replicasets",
    "pods",
    "persistentvolumeclaims",
    "persistentvolumes",
    "services",
    "endpointslices",
    "nodes",
    "events",
    "controllerrevisions",
    "poddisruptionbudgets",
    "storageclasses",
    "volumeattachments",
];

/// How long to wait before a watch that ended is started again.
const AGAIN: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(super) struct RecordArgs {
    /// The namespace to record [default: all].
    #[arg(short, long)]
    namespace: Option<String>,
    /// The context of the kubeconfig file [default: the current one].
    #[arg(long)]
    context: Option<String>,
    /// The file to write [default: standard output].
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// How long to record, for example 10m [default: until it is interrupted].
    #[arg(long = "for", value_name = "TIME", value_parser = super::duration)]
    time: Option<crate::api::Time>,
    /// The kubectl to run.
    #[arg(long, default_value = "kubectl")]
    kubectl: PathBuf,
}

/// A line to write, without its time, or a complaint.
enum Heard {
    Line(Value),
    Problem(String),
}

/// The kubectl processes that watch.
#[derive(Clone, Default)]
struct Watches(Arc<Mutex<Vec<Child>>>);

impl Watches {
    fn lock(&self) -> MutexGuard<'_, Vec<Child>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the process with this id.
    fn end(&self, id: u32) {
        let mut children = self.lock();
        let place = children.iter().position(|child| child.id() == id);
        place.into_iter().for_each(|place| end(children.swap_remove(place)));
    }

    /// Ends all of them.
    fn end_all(&self) {
        self.lock().drain(..).for_each(end);
    }
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Records until the time is over.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn record(args: &RecordArgs) -> Result<(), Failure> {
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(File::create(path).map_err(|error| {
            Failure(1, format!("error: cannot write {}: {error}", path.display()))
        })?),
        None => Box::new(io::stdout().lock()),
    };
    let start = now();
    let time = observe::instant(seconds_since_1970());
    writeln!(out, "{}", json!({ "t": 0, "type": "START", "time": time }))?;
    let (sender, receiver) = channel();
    let watches = Watches::default();
    for resource in RESOURCES {
        let (sender, command) = (sender.clone(), Asker::new(args, resource, &watches));
        thread::spawn(move || command.follow(&sender));
    }
    drop(sender);
    let until = args.time.map(|time| start + Duration::from_millis(time.0));
    let written = write_lines(&receiver, &mut BufWriter::new(out), start, until);
    watches.end_all();
    written
}

#[expect(clippy::disallowed_methods, reason = "a recording has the times of a real cluster")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a recording has the times of a real cluster")]
fn seconds_since_1970() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// Writes what is heard, each line at once: the recording may be interrupted.
fn write_lines(
    receiver: &Receiver<Heard>,
    out: &mut impl Write,
    start: Instant,
    until: Option<Instant>,
) -> Result<(), Failure> {
    loop {
        let left = until.map(|until| until.saturating_duration_since(now()));
        let heard = match left {
            Some(left) => receiver.recv_timeout(left),
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heard {
            Ok(Heard::Line(mut line)) => {
                let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
                if let Some(fields) = line.as_object_mut() {
                    fields.insert("t".into(), json!(ms));
                }
                writeln!(out, "{line}")?;
                out.flush()?;
            }
            Ok(Heard::Problem(problem)) => {
                eprintln!("warning: {}", super::terminal::visible(&problem));
            }
            Err(_) => return Ok(()),
        }
    }
}

/// Asks for one resource.
struct Asker {
    kubectl: PathBuf,
    resource: &'static str,
    scope: Vec<String>,
    /// The objects that were written last, by namespace and name.
    known: BTreeMap<(String, String), Value>,
    watches: Watches,
}

impl Asker {
    fn new(args: &RecordArgs, resource: &'static str, watches: &Watches) -> Asker {
        let mut scope = match &args.namespace {
            Some(namespace) => vec!["-n".into(), namespace.clone()],
            None => vec!["-A".into()],
        };
        scope.extend(args.context.iter().map(|context| format!("--context={context}")));
        let (kubectl, known, watches) = (args.kubectl.clone(), BTreeMap::new(), watches.clone());
        Asker { kubectl, resource, scope, known, watches }
    }

    /// A kubectl that gets the resource.
    fn get(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.kubectl);
        command.args(["get", self.resource]).args(&self.scope).args(["-o", "json"]).args(words);
        command
    }

    /// Lists the resource, and watches it; starts over when the watch ends. Ends if the resource cannot be read.
    fn follow(mut self, sender: &Sender<Heard>) {
        let mut is_first = true;
        loop {
            let items = match self.list() {
                Ok(items) => items,
                Err(problem) if is_first => {
                    let problem = format!("{} are left out: {problem}", self.resource);
                    let _ = sender.send(Heard::Problem(problem));
                    return;
                }
                Err(_) => {
                    thread::sleep(AGAIN);
                    continue;
                }
            };
            let lines = if is_first { vec![self.first(items)] } else { self.changes(items) };
            is_first = false;
            if lines.into_iter().any(|line| sender.send(Heard::Line(line)).is_err()) {
                return;
            }
            if self.watch(sender).is_none() {
                return;
            }
            thread::sleep(AGAIN);
        }
    }

    fn list(&self) -> Result<Vec<Value>, String> {
        let output = self.get(&[]).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let mut list: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        match list["items"].take() {
            Value::Array(items) => Ok(items),
            _ => Ok(Vec::new()),
        }
    }

    fn first(&mut self, mut items: Vec<Value>) -> Value {
        items.iter_mut().for_each(|item| trim("items", item));
        self.known = items.iter().map(|item| (key(item), item.clone())).collect();
        let body = json!({ "kind": "List", "apiVersion": "v1", "items": items });
        json!({ "type": "LIST", "resource": self.resource, "body": body })
    }

    /// What has changed since the objects were written last.
    fn changes(&mut self, items: Vec<Value>) -> Vec<Value> {
        let mut gone = self.known.clone();
        let mut lines = Vec::new();
        for item in items {
            gone.remove(&key(&item));
            lines.extend(self.event(json!({ "type": "ADDED", "object": item })));
        }
        let gone = gone.into_values().map(|object| json!({ "type": "DELETED", "object": object }));
        lines.extend(gone.collect::<Vec<_>>().into_iter().filter_map(|event| self.event(event)));
        lines
    }

    /// The line of a watch event, unless it says nothing new.
    fn event(&mut self, mut event: Value) -> Option<Value> {
        trim("event", &mut event);
        let object = event["object"].clone();
        let key = key(&object);
        let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
        match event["type"].as_str()? {
            "DELETED" => drop(self.known.remove(&key)?),
            "ADDED" | "MODIFIED" => {
                let known = self.known.insert(key, object.clone());
                if known.as_ref().map(version) == Some(version(&object)) {
                    return None;
                }
                event["type"] = json!(if known.is_some() { "MODIFIED" } else { "ADDED" });
            }
            _ => return None,
        }
        Some(json!({ "type": "WATCH", "resource": self.resource, "event": event }))
    }

    /// Watches until kubectl ends. `None` if nobody listens.
    fn watch(&mut self, sender: &Sender<Heard>) -> Option<()> {
        let mut command = self.get(&["-w", "--output-watch-events"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.ok()?;
        let (id, stdout) = (child.id(), child.stdout.take()?);
        self.watches.lock().push(child);
        let mut is_heard = true;
        for event in Deserializer::from_reader(io::BufReader::new(stdout)).into_iter::<Value>() {
            let Ok(event) = event else { break };
            if let Some(line) = self.event(event) {
                is_heard = sender.send(Heard::Line(line)).is_ok();
            }
            if !is_heard {
                break;
            }
        }
        self.watches.end(id);
        is_heard.then_some(())
    }
}

fn key(object: &Value) -> (String, String) {
    let word = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    (word("namespace"), word("name"))
}

/// Drops the fields that are not kept; `parent` is the key of the value.
fn trim(parent: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| observe::keeps(parent, key));
            fields.iter_mut().for_each(|(key, value)| trim(key, value));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| trim(parent, item)),
        _ => {}
    }
}
