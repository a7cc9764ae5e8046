//! Pods, and the parts that pods and pod templates share.

use super::{Text, date, or};
use crate::api::json::Node as Tree;

/// The classes and the account that a pod names.
fn classes_and_account(text: &mut Text<'_>, tree: &Tree) {
    for (name, path) in [
        ("Priority Class Name", "spec.priorityClassName"),
        ("Runtime Class Name", "spec.runtimeClassName"),
        ("Service Account", "spec.serviceAccountName"),
    ] {
        let value = tree.word(path);
        if !value.is_empty() {
            text.field(0, name, &value);
        }
    }
}

/// Describes a pod.
pub(super) fn describe(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "Priority", &or(tree.word("spec.priority"), "0"));
    classes_and_account(text, tree);
    match tree.word("spec.nodeName") {
        node if node.is_empty() => text.field(0, "Node", "<none>"),
        node => text.field(0, "Node", &format!("{node}/{}", tree.word("status.hostIP"))),
    }
    if tree.at("status.startTime").is_some() {
        text.field(0, "Start Time", &date(&tree.word("status.startTime")));
    }
    text.notes(tree);
    match tree.at("metadata.deletionTimestamp") {
        Some(_) => {
            let lasts = text.age(&tree.word("metadata.deletionTimestamp"));
            text.field(0, "Status", &format!("Terminating (lasts {lasts})"));
            let grace = tree.word("metadata.deletionGracePeriodSeconds");
            text.field(0, "Termination Grace Period", &format!("{grace}s"));
        }
        None => text.field(0, "Status", &tree.word("status.phase")),
    }
    for (name, path) in [("Reason", "status.reason"), ("Message", "status.message")] {
        if tree.at(path).is_some() {
            text.field(0, name, &tree.word(path));
        }
    }
    text.field(0, "IP", &tree.word("status.podIP"));
    match tree.list("status.podIPs") {
        [] => text.field(0, "IPs", "<none>"),
        ips => {
            text.line(0, "IPs:");
            ips.iter().for_each(|ip| text.field(1, "IP", ip.text("ip")));
        }
    }
    let owner = tree.list("metadata.ownerReferences").iter();
    if let Some(owner) = owner.clone().find(|owner| owner.word("controller") == "true") {
        let name = format!("{}/{}", owner.text("kind"), owner.text("name"));
        text.field(0, "Controlled By", &name);
    }
    if tree.at("status.nominatedNodeName").is_some() {
        text.field(0, "NominatedNodeName", &tree.word("status.nominatedNodeName"));
    }
    all_containers(text, tree);
    let conditions = tree.list("status.conditions");
    if !conditions.is_empty() {
        text.line(0, "Conditions:");
        text.line(1, "Type\tStatus");
        for condition in conditions {
            let (kind, status) = (condition.text("type"), condition.text("status"));
            text.line(1, &format!("{kind} \t{status} "));
        }
    }
    volumes(text, "", tree.list("spec.volumes"));
    text.field(0, "QoS Class", &tree.word("status.qosClass"));
    placement(text, "", tree.at("spec"));
    text.events(tree);
}

/// Describes the containers of a pod.
fn all_containers(text: &mut Text<'_>, tree: &Tree) {
    for (title, list, statuses) in [
        ("Init Containers", "spec.initContainers", "status.initContainerStatuses"),
        ("Containers", "spec.containers", "status.containerStatuses"),
        ("Ephemeral Containers", "spec.ephemeralContainers", "status.ephemeralContainerStatuses"),
    ] {
        let all = tree.list(list);
        if !all.is_empty() {
            containers(text, "", title, all, Some((tree, statuses)));
        }
    }
}

/// Where pods may go: selectors of nodes, spreading, tolerations.
pub(super) fn placement(text: &mut Text<'_>, indent: &str, spec: Option<&Tree>) {
    let empty = Tree::default();
    let spec = spec.unwrap_or(&empty);
    let spread = spec.list("topologySpreadConstraints").iter().map(|one| {
        let (key, when) = (one.text("topologyKey"), one.text("whenUnsatisfiable"));
        let selector = crate::kubectl::columns::selector(one.at("labelSelector"));
        format!(
            "{key}:{when} when max skew {} is exceeded for selector {selector}",
            one.word("maxSkew")
        )
    });
    let spread: Vec<String> = spread.collect();
    if !spread.is_empty() && !indent.is_empty() {
        text.fields(indent, "Topology Spread Constraints", &spread);
    }
    let priority = spec.word("priorityClassName");
    if !priority.is_empty() && !indent.is_empty() {
        text.field(0, &format!("{indent}Priority Class Name"), &priority);
    }
    text.labels(indent, "Node-Selectors", spec.at("nodeSelector"));
    let mut tolerations: Vec<&Tree> = spec.list("tolerations").iter().collect();
    crate::map::sort(&mut tolerations, |one, other| one.text("key") < other.text("key"));
    let tolerations: Vec<String> = tolerations.into_iter().map(toleration).collect();
    text.fields(indent, "Tolerations", &tolerations);
    if !spread.is_empty() && indent.is_empty() {
        text.fields(indent, "Topology Spread Constraints", &spread);
    }
}

fn toleration(tree: &Tree) -> String {
    let mut words = tree.text("key").to_owned();
    if !tree.text("value").is_empty() {
        words += &format!("={}", tree.text("value"));
    }
    if !tree.text("effect").is_empty() {
        words += &format!(":{}", tree.text("effect"));
    }
    if tree.text("operator") == "Exists" && tree.text("value").is_empty() {
        words += if words.is_empty() { "op=Exists" } else { " op=Exists" };
    }
    if tree.at("tolerationSeconds").is_some() {
        words += &format!(" for {}s", tree.word("tolerationSeconds"));
    }
    words
}

/// The containers of a pod, with the path of their statuses, or of a template.
pub(super) fn containers(
    text: &mut Text<'_>,
    indent: &str,
    title: &str,
    all: &[Tree],
    pod: Option<(&Tree, &str)>,
) {
    let statuses = pod.map_or(&[] as &[_], |(pod, statuses)| pod.list(statuses));
    text.line(0, &format!("{indent}{title}:"));
    let more = if indent.is_empty() { "" } else { " " };
    for container in all {
        text.line(1, &format!("{more}{}:", container.text("name")));
        let status = statuses.iter().find(|status| status.text("name") == container.text("name"));
        if let Some(status) = status {
            text.field(2, "Container ID", status.text("containerID"));
        }
        text.field(2, "Image", container.text("image"));
        if let Some(status) = status {
            text.field(2, "Image ID", status.text("imageID"));
        }
        ports(text, container.list("ports"));
        for (name, key) in [("Command", "command"), ("Args", "args")] {
            if let [first, rest @ ..] = container.list(key) {
                text.line(2, &format!("{name}:"));
                for word in [first].into_iter().chain(rest) {
                    word.as_text().split('\n').for_each(|line| text.line(3, line));
                }
            }
        }
        if let Some(status) = status {
            state(text, "State", status.at("state"));
            if status.at("lastState.terminated").is_some() {
                state(text, "Last State", status.at("lastState"));
            }
            let is_ready = status.word("ready") == "true";
            text.field(2, "Ready", if is_ready { "True" } else { "False" });
            text.field(2, "Restart Count", &status.word("restartCount"));
        }
        resources(text, container);
        for (name, key) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if let Some(probe) = container.get(key) {
                text.field(2, name, &describe_probe(text.view.is_recent(), probe));
            }
        }
        super::environment::describe(text, container, pod.map(|(pod, _)| pod));
        mounts(text, container.list("volumeMounts"));
    }
}

fn ports(text: &mut Text<'_>, ports: &[Tree]) {
    let is_recent = text.view.is_recent();
    for (name, key) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let words = ports.iter().map(|port| {
            let protocol = or(port.text("protocol").to_owned(), "TCP");
            let name = port.text("name");
            let is_named = !name.is_empty() && is_recent;
            let name = if is_named { format!(" ({name})") } else { String::new() };
            format!("{}/{protocol}{name}", port.number(key))
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let plural = if words.contains(',') { "s" } else { "" };
        text.field(2, &format!("{name}{plural}"), &or(words, "<none>"));
    }
}

fn state(text: &mut Text<'_>, name: &str, state: Option<&Tree>) {
    let empty = Tree::default();
    let state = state.unwrap_or(&empty);
    if let Some(running) = state.get("running") {
        text.field(2, name, "Running");
        text.field(3, "Started", &date(running.text("startedAt")));
    } else if let Some(ended) = state.get("terminated") {
        text.field(2, name, "Terminated");
        if !ended.text("reason").is_empty() {
            text.field(3, "Reason", ended.text("reason"));
        }
        if !ended.text("message").is_empty() {
            text.field(3, "Message", ended.text("message"));
        }
        text.field(3, "Exit Code", &ended.number("exitCode").to_string());
        text.field(3, "Started", &date(ended.text("startedAt")));
        text.field(3, "Finished", &date(ended.text("finishedAt")));
    } else {
        text.field(2, name, "Waiting");
        let reason = state.word("waiting.reason");
        if !reason.is_empty() {
            text.field(3, "Reason", &reason);
        }
    }
}

fn resources(text: &mut Text<'_>, container: &Tree) {
    for (name, path) in [("Limits", "resources.limits"), ("Requests", "resources.requests")] {
        let entries = container.at(path).map_or(&[] as &[_], Tree::entries);
        if !entries.is_empty() {
            text.line(2, &format!("{name}:"));
        }
        for entry in entries {
            text.field(3, &entry.key, entry.node.as_text());
        }
    }
}

fn describe_probe(is_recent: bool, probe: &Tree) -> String {
    let [success, failure] = match is_recent {
        true => ["successThreshold", "failureThreshold"],
        false => ["#success", "#failure"],
    };
    let number = |key: &str, default: i64| match probe.number(key) {
        0 => default,
        number => number,
    };
    let times = format!(
        "delay={}s timeout={}s period={}s {success}={} {failure}={}",
        probe.number("initialDelaySeconds"),
        number("timeoutSeconds", 1),
        number("periodSeconds", 10),
        number("successThreshold", 1),
        number("failureThreshold", 3)
    );
    if let Some(exec) = probe.get("exec") {
        let words: Vec<&str> = exec.list("command").iter().map(Tree::as_text).collect();
        return format!("exec [{}] {times}", words.join(" "));
    }
    if let Some(get) = probe.get("httpGet") {
        let scheme = or(get.text("scheme").to_ascii_lowercase(), "http");
        return format!(
            "{scheme}-get {scheme}://:{}{} {times}",
            get.word("port"),
            get.text("path")
        );
    }
    match probe.get("tcpSocket") {
        Some(socket) => format!("tcp-socket :{} {times}", socket.word("port")),
        None => format!("unknown {times}"),
    }
}

fn mounts(text: &mut Text<'_>, mounts: &[Tree]) {
    if mounts.is_empty() {
        return text.field(2, "Mounts", "<none>");
    }
    text.line(2, "Mounts:");
    let mut mounts: Vec<&Tree> = mounts.iter().collect();
    crate::map::sort(&mut mounts, |one, other| one.text("mountPath") < other.text("mountPath"));
    for mount in mounts {
        let mut flags = if mount.word("readOnly") == "true" { "ro" } else { "rw" }.to_owned();
        if !mount.text("subPath").is_empty() {
            flags += &format!(",path=\"{}\"", mount.text("subPath"));
        }
        text.line(3, &format!("{} from {} ({flags})", mount.text("mountPath"), mount.text("name")));
    }
}

/// The volumes of a pod, or of a template.
pub(super) fn volumes(text: &mut Text<'_>, indent: &str, volumes: &[Tree]) {
    if volumes.is_empty() {
        return text.field(0, &format!("{indent}Volumes"), "<none>");
    }
    text.line(0, &format!("{indent}Volumes:"));
    let more = if indent.is_empty() { "" } else { " " };
    for volume in volumes {
        text.line(1, &format!("{more}{}:", volume.text("name")));
        let source = volume.entries().iter().find(|entry| entry.key != "name");
        let Some(source) = source else { continue };
        super::sources::of_pod(text, &source.key, &source.node);
    }
}
