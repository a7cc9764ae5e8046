//! `kubectl debug` (`k8s.io/kubectl/pkg/cmd/debug`): an ephemeral container in a pod, a copy of a pod, or a pod that sees
//! a node.

use super::super::objects::not_admitted;
use super::super::view::not_found;
use super::super::{Call, Plan};
use super::debug_flags;
use super::parts::{environment, is_image, read_pod};
use crate::api::json::{Node as Tree, Value};
use crate::api::*;
use crate::cluster::generated_name;
use crate::cluster::world::Attached;
use crate::manifest;
use crate::sim::Command;

/// The label of the pods that it creates.
const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "kubectl-debug");
/// The beginning of the names of pods that see a node.
const NODE_DEBUGGER: &str = "node-debugger-";

/// `kubectl debug`.
pub(in super::super) fn debug(call: &Call<'_>) -> Plan {
    if let Some(refusal) = debug_flags::wrong(call) {
        return Plan::refuse(refusal);
    }
    if call.words.flag("custom").is_some() {
        let mut plan = Plan::refuse("error: kubectl debug --custom is not simulated here");
        plan.output.advice = "use --profile, or add the container to a manifest\n".into();
        return plan;
    }
    let mut notes = Plan::default();
    if call.words.flag("profile") == Some("legacy") {
        notes.output.stderr = "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to \
                               specify other profile, for example \"--profile=general\".\n"
            .into();
    }
    if let Some(target) = call.words.flag("target").filter(|_| !call.words.has("quiet")) {
        notes.output.stdout = format!(
            "Targeting container \"{target}\". If you don't see processes from this container it may be because the \
             container runtime doesn't support this feature.\n"
        );
    }
    let done = found(call).and_then(|(of, name)| match of {
        Kind::Node => on_node(call, &name),
        Kind::Pod if call.words.flag("copy-to").is_some() => copy(call, &name),
        Kind::Pod => ephemeral(call, &name),
        of => Err(Plan::refuse(format!("error: \"{}, Kind={of}\" not supported by debug", gv(of)))),
    });
    notes.add(done.unwrap_or_else(|refusal| refusal));
    notes
}

/// A group and version as Go prints it.
fn gv(of: Kind) -> String {
    match of.api_version() {
        "v1" => "/v1".into(),
        version => version.into(),
    }
}

/// The kind and the name of the object of a command.
fn found(call: &Call<'_>) -> Result<(Kind, String), Plan> {
    let words = &call.words.plain;
    let (of, name) = match words.first().copied().unwrap_or("").split_once('/') {
        None => (Kind::Pod, words.first().copied().unwrap_or("").to_owned()),
        Some((kind, name)) => {
            let of = call.view.kinds(kind).map_err(Plan::refuse)?.first().copied();
            (of.unwrap_or(Kind::Pod), name.to_owned())
        }
    };
    match call.view.get(of, call.namespace(), &name) {
        Some(_) => Ok((of, name)),
        None => Err(Plan::refuse(not_found(of, &name))),
    }
}

/// Whether kubectl attaches to the container.
pub(super) fn is_attached(call: &Call<'_>) -> bool {
    call.words.has("attach") || call.words.has("stdin") && call.words.flag("attach").is_none()
}

/// A number for generated names that the next objects do not have.
fn number(call: &Call<'_>) -> u64 {
    call.view.cluster.store.resource_version
}

/// The name of the debugging container, and kubectl's note if it chose one.
fn container_name(call: &Call<'_>) -> (String, String) {
    match call.words.flag("container").filter(|name| !name.is_empty()) {
        Some(name) => (name.to_owned(), String::new()),
        None => {
            let name = generated_name("debugger-", number(call));
            let note = format!("Defaulting debug container name to {name}.\n");
            (name, if call.words.has("quiet") { String::new() } else { note })
        }
    }
}

/// Sets what the command's flags say about a container, and what its profile adds.
fn fill(call: &Call<'_>, container: &mut Tree) {
    let words = &call.words;
    if let Some(args) = words.after.as_ref().filter(|args| !args.is_empty()) {
        let list = args.iter().map(|word| Tree::from(*word)).collect();
        let field = if words.has("arguments-only") { "args" } else { "command" };
        container.remove("args");
        container.set(field, Value::List(list));
    }
    let variables = environment(call);
    if !variables.is_empty() {
        container.set("env", Value::List(variables));
    }
    for (flag, field) in [("image", "image"), ("image-pull-policy", "imagePullPolicy")] {
        if let Some(value) = words.flag(flag).filter(|value| !value.is_empty()) {
            container.set(field, value);
        }
    }
    for flag in ["stdin", "tty"] {
        container.remove(flag);
        if words.has(flag) {
            container.set(flag, Value::Bool(true));
        }
    }
    container.set_default("terminationMessagePolicy", "File");
}

/// What a profile allows the debugging container of a pod (`profiles.go`).
fn allow(call: &Call<'_>, container: &mut Tree) {
    let context = match call.words.flag("profile").unwrap_or("general") {
        "general" => "{capabilities: {add: [SYS_PTRACE]}}",
        "restricted" => {
            "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, runAsNonRoot: true, seccompProfile: {type: \
             RuntimeDefault}}"
        }
        "netadmin" => "{capabilities: {add: [NET_ADMIN, NET_RAW]}}",
        "sysadmin" => "{privileged: true}",
        _ => return,
    };
    let mut context = manifest::read(context).unwrap_or_default();
    context.forget_places();
    container.set("securityContext", context);
}

/// Adds an ephemeral container to a pod (`debugByEphemeralContainer`).
fn ephemeral(call: &Call<'_>, name: &str) -> Result<Plan, Plan> {
    let namespace = call.namespace();
    let pod = call.view.cluster.store.pods.named(namespace, name);
    let pod = pod.ok_or_else(|| Plan::refuse(not_found(Kind::Pod, name)))?;
    let (debugger, note) = container_name(call);
    let mut container = Tree::map([]);
    container.set("name", debugger.as_str());
    fill(call, &mut container);
    allow(call, &mut container);
    if let Some(target) = call.words.flag("target").filter(|target| !target.is_empty()) {
        container.set(TARGET, target);
    }
    let mut tree = Object::from(Pod::clone(pod)).encode();
    let mut all = tree.list("spec.ephemeralContainers").to_vec();
    all.push(container);
    tree.child("spec").set("ephemeralContainers", Value::List(all));
    let changed = manifest::with_ephemeral(pod, &tree).map_err(Plan::refuse)?;
    let mut plan = Plan::print(note);
    plan.commands.push(Command::Configure(changed.into(), "patched"));
    attach(call, &mut plan, pod.metadata.key(), &debugger);
    Ok(plan)
}

/// Attaches kubectl to a container, if it does.
fn attach(call: &Call<'_>, plan: &mut Plan, key: Key, container: &str) {
    if is_attached(call) && !container.is_empty() {
        let input = call.text.unwrap_or("").into();
        let attached = Attached { input, removes: false, container: container.into() };
        plan.commands.push(Command::Attach(key, attached));
    }
}

/// Creates a pod.
fn create(call: &Call<'_>, plan: &mut Plan, tree: &Tree) -> Result<Key, Plan> {
    let object = read_pod(tree)?;
    if let Some((reason, words)) = not_admitted(call, &Plan::default(), &object) {
        return Err(Plan::refuse(format!("Error from server ({reason}): {words}")));
    }
    let key = object.key();
    plan.commands.push(Command::Create(object));
    Ok(key)
}

/// Creates a pod in the namespaces of a node, with its files at `/host` (`generateNodeDebugPod`).
fn on_node(call: &Call<'_>, node: &str) -> Result<Plan, Plan> {
    let name = generated_name(&format!("{NODE_DEBUGGER}{node}-"), number(call));
    let container = call.words.flag("container").unwrap_or("debugger");
    let mut plan = Plan::default();
    if !call.words.has("quiet") {
        plan.output.stdout =
            format!("Creating debugging pod {name} with container {container} on node {node}.\n");
    }
    let mut own = Tree::map([]);
    own.set("name", container);
    fill(call, &mut own);
    let profile = call.words.flag("profile").unwrap_or("general");
    let is_host = ["general", "sysadmin", "legacy", "netadmin"].contains(&profile);
    let mounts = !["netadmin", "baseline", "restricted"].contains(&profile);
    if profile != "general" {
        allow(call, &mut own);
    }
    if mounts {
        let mount = "[{mountPath: /host, name: host-root}]";
        own.set("volumeMounts", read(mount));
    }
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Pod");
    let meta = tree.child("metadata");
    meta.set("name", name.as_str());
    meta.set("namespace", call.namespace());
    meta.child("labels").set(MANAGED_BY.0, MANAGED_BY.1);
    let spec = tree.child("spec");
    spec.set("containers", Value::List(vec![own]));
    spec.set("nodeName", node);
    spec.set("restartPolicy", "Never");
    spec.set("tolerations", read("[{operator: Exists}]"));
    let namespaces: &[&str] = match profile {
        "netadmin" => &["hostNetwork", "hostPID"],
        _ if is_host => &["hostIPC", "hostNetwork", "hostPID"],
        _ => &[],
    };
    namespaces.iter().for_each(|field| spec.set(field, Value::Bool(true)));
    if mounts {
        spec.set("volumes", read("[{hostPath: {path: /}, name: host-root}]"));
    }
    let key = create(call, &mut plan, &tree)?;
    attach(call, &mut plan, key, container);
    Ok(plan)
}

/// Reads a constant.
fn read(text: &str) -> Tree {
    let mut tree = manifest::read(text).unwrap_or_default();
    tree.forget_places();
    tree
}

/// Creates a copy of a pod with changes (`debugByCopy`).
fn copy(call: &Call<'_>, name: &str) -> Result<Plan, Plan> {
    let (words, namespace) = (&call.words, call.namespace());
    let live = call.view.cluster.store.pods.named(namespace, name);
    let live = live.ok_or_else(|| Plan::refuse(not_found(Kind::Pod, name)))?;
    let copied = words.flag("copy-to").unwrap_or("");
    if call.view.get(Kind::Pod, namespace, copied).is_some() {
        return Err(Plan::refuse(format!(
            "Error from server (AlreadyExists): pods \"{copied}\" already exists"
        )));
    }
    let old = Object::from(Pod::clone(live)).encode();
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Pod");
    let meta = tree.child("metadata");
    meta.set("name", copied);
    meta.set("namespace", namespace);
    for (flag, field) in [("keep-labels", "labels"), ("keep-annotations", "annotations")] {
        if let Some(all) = old.at(&format!("metadata.{field}")).filter(|_| words.has(flag)) {
            meta.set(field, all.clone());
        }
    }
    tree.set("spec", old.at("spec").cloned().unwrap_or_default());
    let note = change_copy(call, tree.child("spec"))?;
    let mut plan = Plan::print(note.1);
    let key = create(call, &mut plan, &tree)?;
    if words.has("replace") {
        let reference = live.metadata.reference(Kind::Pod);
        let grace = crate::cluster::Grace::Default;
        plan.commands.push(Command::Delete(reference, grace, crate::sim::Cascade::Background));
    }
    attach(call, &mut plan, key, &note.0);
    Ok(plan)
}

/// Changes the spec of a copy (`generatePodCopyWithDebugContainer`). Returns the name of the debugging container, and
/// kubectl's note about it.
fn change_copy(call: &Call<'_>, spec: &mut Tree) -> Result<(String, String), Plan> {
    let words = &call.words;
    spec.remove("ephemeralContainers");
    if words.flag("keep-init-containers") == Some("false") {
        spec.remove("initContainers");
    }
    if !words.has("same-node") {
        spec.remove("nodeName");
    }
    let shares = words.flag("share-processes") != Some("false");
    spec.set("shareProcessNamespace", Value::Bool(shares));
    let images: Vec<(&str, &str)> =
        words.list("set-image").filter_map(|pair| pair.split_once('=')).collect();
    if let Some((name, image)) = images.iter().find(|(_, image)| !is_image(image)) {
        return Err(Plan::refuse(format!(
            "error: invalid image name \"{image}\" for container \"{name}\": invalid reference format"
        )));
    }
    for container in spec.items_mut("containers") {
        let image = images.iter().find(|(name, _)| *name == container.text("name"));
        if let Some((_, image)) = image.or(images.iter().find(|(name, _)| *name == "*")) {
            container.set("image", *image);
        }
        for (flag, field) in [
            ("keep-liveness", "livenessProbe"),
            ("keep-readiness", "readinessProbe"),
            ("keep-startup", "startupProbe"),
        ] {
            if !words.has(flag) {
                container.remove(field);
            }
        }
    }
    let named = words.flag("container").unwrap_or("");
    let known = spec.items_mut("containers").iter_mut().find(|it| it.text("name") == named);
    if let Some(container) = known {
        fill(call, container);
        allow(call, container);
        return Ok((named.to_owned(), String::new()));
    }
    if words.flag("image").is_none() {
        return match images.is_empty() {
            false => Ok(Default::default()),
            true => Err(Plan::refuse("error: you must specify image when creating new container")),
        };
    }
    let (name, note) = container_name(call);
    let mut container = Tree::map([]);
    container.set("name", name.as_str());
    fill(call, &mut container);
    allow(call, &mut container);
    let mut all = spec.list("containers").to_vec();
    all.push(container);
    spec.set("containers", Value::List(all));
    Ok((name, note))
}

/// The pod that a command which just ran is attached to.
pub(super) fn attached_to(call: &Call<'_>) -> Option<Key> {
    let (store, word) = (&call.sim.cluster().store, *call.words.plain.first()?);
    let namespace = call.namespace();
    if let Some(name) = call.words.flag("copy-to") {
        return Some(Key::new(namespace, name));
    }
    match word.split_once('/') {
        Some((kind, node)) if call.view.kind(kind) == Some(Kind::Node) => {
            let head = format!("{NODE_DEBUGGER}{node}-");
            let pods = store.pods.in_namespace(namespace);
            let pods = pods.filter(|pod| pod.metadata.name.starts_with(&head));
            pods.max_by_key(|pod| pod.metadata.uid).map(|pod| pod.metadata.key())
        }
        Some((_, name)) => Some(Key::new(namespace, name)),
        None => Some(Key::new(namespace, word)),
    }
}
