//! `kubectl delete`.

use super::ahead::Ahead;
use super::documents::parsed;
use super::get;
use super::objects::{NOT_STORED, refused, settle_named, stored};
use super::unread::unread;
use super::view::{Asked, Named, api_server, is_api_server};
use super::{Call, Output, Plan};
use crate::api::{Kind, Object, ObjectRef, Time, Uid};
use crate::cluster::Grace;
use crate::sim::{Cascade, Command, Sim};
use crate::task;

const FORCED: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been \
                      terminated. The resource may continue to run on the cluster indefinitely.\n";

/// The namespaces that cannot be deleted.
const KEPT: [&str; 3] = ["default", "kube-public", "kube-system"];

/// Deletes what the line names, selects, or describes below it.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    if call.words.has("all") && call.words.flag("selector").is_some() {
        return Plan::refuse("error: setting 'all' parameter but found a non empty selector.");
    }
    if !["", "name"].contains(&call.form()) {
        let mut plan = Plan::refuse(format!(
            "error: unexpected -o output mode: {}. We only support '-o name'",
            call.form()
        ));
        plan.output.stderr += "See 'kubectl delete -h' for help and examples\n";
        return plan;
    }
    let (grace, cascade) = match (grace(call), cascade(call)) {
        (Ok(grace), Ok(cascade)) => (grace, cascade),
        (Err(message), _) | (_, Err(message)) => return Plan::refuse(message),
    };
    let (objects, errors) = match objects(call).await {
        Ok(found) => found,
        Err(plan) => return plan,
    };
    let is_forced = call.words.has("force");
    let mut plan = Plan::default();
    for object in &objects {
        let meta = object.meta();
        plan.output.stdout += &said(call, object.kind(), &meta.namespace, &meta.name);
        let is_stored = call.view.cluster.store.get(&object.reference()).is_some();
        if call.dry_run().is_none() && is_stored {
            plan.commands.push(Command::Delete(object.reference(), grace, cascade));
        }
    }
    if is_forced {
        plan.output.stderr += FORCED;
    }
    if objects.is_empty() && errors.is_empty() && !call.words.has("ignore-not-found") {
        plan.output.stdout = "No resources found\n".into();
    }
    plan.output.stderr += &errors;
    plan.output.exit = u8::from(!errors.is_empty());
    wait(call, &mut plan, &objects).await;
    plan
}

/// What is said of objects that are not looked up.
fn only_said(call: &Call<'_>, names: &[Named]) -> Plan {
    let lines = names.iter().map(|named| {
        let namespace = named.namespace.as_deref().unwrap_or(call.namespace());
        said(call, named.of, namespace, &named.name)
    });
    let mut plan = Plan::print(lines.collect::<String>());
    plan.output.stderr = if call.words.has("force") { FORCED.into() } else { String::new() };
    plan
}

/// What is said of an object that is deleted.
fn said(call: &Call<'_>, of: Kind, namespace: &str, name: &str) -> String {
    let verb = if call.words.has("force") { "force deleted" } else { "deleted" };
    let place = match of.is_namespaced() && call.view.is_recent() {
        true => format!(" from {namespace} namespace"),
        false => String::new(),
    };
    let (of, done) = (of.qualified(), call.dry_run().unwrap_or_default());
    match call.form() {
        "name" => format!("{of}/{name}\n"),
        _ => format!("{of} \"{name}\" {verb}{place}{done}\n"),
    }
}

fn grace(call: &Call<'_>) -> Result<Grace, String> {
    let is_forced = call.words.has("force");
    let given = call.words.number("grace-period");
    if call.words.has("now") && given.is_some() {
        return Err("error: --now and --grace-period cannot be specified together".into());
    }
    Ok(match given {
        None if call.words.has("now") => Grace::Seconds(1),
        None if is_forced => Grace::Seconds(0),
        // As kubectl: without --force a grace period of 0 becomes 1.
        Some(0) if !is_forced => Grace::Seconds(1),
        Some(seconds) if seconds > 0 && is_forced => {
            return Err(
                "error: --force and --grace-period greater than 0 cannot be specified together"
                    .into(),
            );
        }
        Some(seconds) if seconds >= 0 => Grace::Seconds(seconds.unsigned_abs()),
        _ => Grace::Default,
    })
}

fn cascade(call: &Call<'_>) -> Result<Cascade, String> {
    Ok(match call.words.flag("cascade") {
        None | Some("background" | "true") => Cascade::Background,
        Some("foreground") => Cascade::Foreground,
        Some("orphan" | "false") => Cascade::Orphan,
        Some(other) => {
            return Err(format!(
                "error: invalid cascade value ({other}). Must be \"background\", \"foreground\", or \
                 \"orphan\""
            ));
        }
    })
}

/// The objects, and a line for each that is not there.
async fn objects(call: &Call<'_>) -> Result<(Vec<Object>, String), Plan> {
    let asked = match call.words.flag("filename") {
        Some("-") if call.words.plain.is_empty() => match described(call).await? {
            names if names.is_empty() && !call.view.is_recent() => {
                return Err(Plan::refuse("error: no objects passed to delete"));
            }
            names if names.is_empty() => return Err(Plan::print("No resources found\n")),
            names => Asked::Objects(names),
        },
        _ => call.asked().map_err(Plan::refuse)?,
    };
    let selects = call.words.has("all")
        || call.words.flag("selector").is_some()
        || call.words.flag("field-selector").is_some();
    match asked {
        Asked::Nothing => {
            return Err(Plan::refuse(
                "error: You must provide one or more resources by argument or filename.\nExample resource \
                 specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> \
                 <name>'\n   '<resource>'",
            ));
        }
        Asked::Types(_) if !selects => {
            return Err(Plan::refuse(
                "error: resource(s) were provided, but no name was specified",
            ));
        }
        _ => {}
    }
    // In a dry run, kubectl does not ask whether an object exists.
    if let (Asked::Objects(names), true) = (&asked, call.is_client_dry_run() && !selects) {
        return Err(only_said(call, names));
    }
    let found = get::find(call, &asked).map_err(Plan::refuse)?;
    let (mut objects, mut errors) = (Vec::new(), String::new());
    for (of, tree) in found.groups.iter().flat_map(|it| it.trees.iter().map(|tree| (it.of, tree))) {
        match stored(call, of, tree) {
            // The admission plugin NamespaceLifecycle.
            Some(object) if of == Kind::Namespace && KEPT.contains(&&*object.meta().name) => {
                errors += &format!(
                    "Error from server (Forbidden): namespaces \"{}\" is forbidden: this namespace may not be \
                     deleted\n",
                    object.meta().name
                );
            }
            Some(object) => objects.push(object),
            // The API server recreates it immediately.
            None if is_api_server(of, tree) => objects.push(api_server()),
            None if call.words.flag("filename").is_some() => {
                errors += &(NOT_STORED.replace("): ", "): error when deleting \"STDIN\": ") + "\n");
            }
            None => errors += &format!("{NOT_STORED}\n"),
        }
    }
    Ok((objects, errors + &from_file(call, found.errors)))
}

/// The errors, in the words for objects from a file if there is one.
fn from_file(call: &Call<'_>, errors: String) -> String {
    match call.words.flag("filename") {
        Some(_) => errors.replace("(NotFound): ", "(NotFound): error when deleting \"STDIN\": "),
        None => errors,
    }
}

/// The objects in the text below the command: only their kinds and names matter.
async fn described(call: &Call<'_>) -> Result<Vec<Named>, Plan> {
    let mut names = Vec::new();
    for document in parsed(call, call.text.unwrap_or("")).await {
        let unread = unread(&document.tree, "error when deleting \"STDIN\": ");
        if let Some(words) = unread.filter(|_| call.view.is_recent()) {
            return Err(Plan::refuse(words));
        }
        match Asked::of_document(&call.view, &document) {
            Some(mut named) => {
                settle_named(call, &mut named).map_err(Plan::refuse)?;
                names.push(named);
            }
            None => {
                if let Err(refusal) = document.outcome {
                    return Err(refused(&refusal));
                }
            }
        }
    }
    Ok(names)
}

/// A `kubectl delete` that waits until the objects are gone.
#[derive(Clone, Debug)]
pub(super) struct Deleting {
    objects: Vec<(ObjectRef, Uid)>,
    /// When it times out.
    until: Option<Time>,
}

impl Deleting {
    /// Starts to wait after the command was performed. `None` if it does not wait, or if all objects are gone already.
    pub(super) fn begin(call: &Call<'_>) -> Option<Deleting> {
        if !waits(call) {
            return None;
        }
        let (objects, _) = task::finish(objects(call)).ok()?;
        let terminating = objects.iter().filter(|object| object.meta().is_terminating());
        let objects: Vec<_> = terminating.map(|it| (it.reference(), it.meta().uid)).collect();
        let until = timeout(call).map(|ms| call.sim.cluster().now.plus(ms));
        (!objects.is_empty()).then_some(Deleting { objects, until })
    }

    /// The result, once all objects are gone or the timeout has passed.
    pub(super) fn ending(&self, sim: &Sim) -> Option<Output> {
        let Deleting { objects, until } = self;
        if !objects.iter().any(|object| exists(sim, object)) {
            return Some(Output::default());
        }
        let is_late = until.is_some_and(|until| sim.cluster().now >= until);
        is_late.then(|| Output::complaint(timed_out(sim, objects)))
    }
}

/// Whether the command waits until the objects are gone.
fn waits(call: &Call<'_>) -> bool {
    call.words.flag("wait") != Some("false") && call.dry_run().is_none()
}

/// The value of `--timeout` in milliseconds; `None` for the default of 0, which never times out.
fn timeout(call: &Call<'_>) -> Option<u64> {
    call.words.duration("timeout").filter(|ms| *ms > 0)
}

/// Whether an object is still there. A new object with the same name does not count.
fn exists(sim: &Sim, (object, uid): &(ObjectRef, Uid)) -> bool {
    sim.cluster().store.get(object).is_some_and(|other| other.meta().uid == *uid)
}

/// An error for each object that is still there.
fn timed_out(sim: &Sim, objects: &[(ObjectRef, Uid)]) -> String {
    let error = |(object, _): &(ObjectRef, Uid)| {
        let (of, name) = (object.kind.resource(), object.key.name());
        format!("error: timed out waiting for the condition on {of}/{name}\n")
    };
    objects.iter().filter(|object| exists(sim, object)).map(error).collect()
}

/// With `--timeout`, adds an error for each object that still exists when the timeout has passed. To find out, a copy of
/// the simulation runs ahead.
async fn wait(call: &Call<'_>, plan: &mut Plan, objects: &[Object]) {
    let Some(timeout) = timeout(call).filter(|_| waits(call)) else { return };
    let objects: Vec<_> = objects.iter().map(|it| (it.reference(), it.meta().uid)).collect();
    let mut ahead = Ahead::new(call, timeout);
    ahead.perform(&plan.commands);
    while objects.iter().any(|object| exists(&ahead.sim, object)) && ahead.step(call).await {}
    let errors = timed_out(&ahead.sim, &objects);
    if !errors.is_empty() {
        plan.output.exit = 1;
        plan.output.stderr += &errors;
        plan.output.late = errors.len();
    }
}
