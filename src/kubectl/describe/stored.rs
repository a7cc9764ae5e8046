//! Access rules, Ingresses, EndpointSlices, quotas, autoscalers, Jobs, and DaemonSets.

use super::workload::template;
use super::{Text, date, or};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::kubectl::columns::{endpoints, selector};

/// Describes a ServiceAccount.
pub(super) fn service_account(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    let secrets = tree.list("imagePullSecrets").iter().map(|secret| secret.text("name").to_owned());
    let secrets: Vec<String> = secrets.collect();
    text.fields("", "Image pull secrets", &secrets);
    text.events(tree);
}

/// A list as Go prints it.
fn listed(tree: &Tree, key: &str) -> String {
    let words: Vec<&str> = tree.list(key).iter().map(Tree::as_text).collect();
    format!("[{}]", words.join(" "))
}

/// Describes a Role or a ClusterRole.
pub(super) fn role(text: &mut Text<'_>, tree: &Tree) {
    text.field(0, "Name", &tree.word("metadata.name"));
    text.notes(tree);
    text.line(0, "PolicyRule:");
    text.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    text.line(1, "---------\t-----------------\t--------------\t-----");
    let mut rows = Vec::new();
    for rule in tree.list("rules") {
        let names = listed(rule, "resourceNames");
        let rest =
            format!("{}\t{names}\t{}", listed(rule, "nonResourceURLs"), listed(rule, "verbs"));
        if rule.list("resources").is_empty() {
            rows.push((2, String::new(), rest.clone()));
        }
        for group in rule.list("apiGroups") {
            for resource in rule.list("resources") {
                let (group, resource) = (group.as_text(), resource.as_text());
                let name = if group.is_empty() {
                    resource.to_owned()
                } else {
                    format!("{resource}.{group}")
                };
                // The core group is first, because its keys are shorter.
                rows.push((usize::from(names != "[]"), name, rest.clone()));
            }
        }
    }
    crate::map::sort(&mut rows, |one, other| {
        let key = |row: &(usize, String, String)| (row.0, row.1.contains('.'), row.1.clone());
        key(one) < key(other)
    });
    for (_, name, rest) in rows {
        text.line(1, &format!("{name}\t{rest}"));
    }
}

/// Describes a RoleBinding or a ClusterRoleBinding.
pub(super) fn binding(text: &mut Text<'_>, tree: &Tree) {
    text.field(0, "Name", &tree.word("metadata.name"));
    text.notes(tree);
    text.line(0, "Role:");
    text.field(1, "Kind", &tree.word("roleRef.kind"));
    text.field(1, "Name", &tree.word("roleRef.name"));
    text.line(0, "Subjects:");
    text.line(1, "Kind\tName\tNamespace");
    text.line(1, "----\t----\t---------");
    for subject in tree.list("subjects") {
        let (kind, name) = (subject.text("kind"), subject.text("name"));
        text.line(1, &format!("{kind}\t{name}\t{}", subject.text("namespace")));
    }
}

/// Describes a ResourceQuota.
pub(super) fn quota(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.line(0, "Resource\tUsed\tHard");
    text.line(0, "--------\t----\t----");
    for entry in tree.at("status.hard").map_or(&[] as &[_], Tree::entries) {
        let used =
            tree.at("status.used").map_or(String::new(), |used| used.text(&entry.key).to_owned());
        text.line(0, &format!("{}\t{used}\t{}", entry.key, entry.node.as_text()));
    }
}

/// Describes a LimitRange.
pub(super) fn limits(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    limit_rows(text, tree, "", true);
}

/// The limits of a LimitRange, a line for each, below a header if `has_header`.
pub(super) fn limit_rows(text: &mut Text<'_>, tree: &Tree, indent: &str, has_header: bool) {
    if has_header {
        let names =
            "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
        text.line(0, &format!("{indent}{names}"));
        let lines =
            "----\t--------\t---\t---\t---------------\t-------------\t-----------------------";
        text.line(0, &format!("{indent}{lines}"));
    }
    for limit in tree.list("spec.limits") {
        const KEYS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
        let maps = KEYS.iter().filter_map(|key| limit.get(key));
        let mut names: Vec<&str> =
            maps.flat_map(|map| map.entries()).map(|entry| entry.key.as_str()).collect();
        crate::map::sort(&mut names, |one, other| one < other);
        names.dedup();
        for name in names {
            let cell =
                |key: &&str| or(limit.get(key).map_or(String::new(), |map| map.word(name)), "-");
            let cells: Vec<String> = KEYS.iter().map(cell).collect();
            let (of, cells) = (limit.text("type"), cells.join("\t"));
            text.line(0, &format!("{indent}{of}\t{name}\t{cells}"));
        }
    }
}

/// Describes a HorizontalPodAutoscaler.
pub(super) fn autoscaler(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.field(0, "CreationTimestamp", &date(&tree.word("metadata.creationTimestamp")));
    let kind = tree.word("spec.scaleTargetRef.kind");
    text.field(0, "Reference", &format!("{kind}/{}", tree.word("spec.scaleTargetRef.name")));
    text.field(0, "Metrics", "( current / target )");
    for metric in tree.list("spec.metrics") {
        let (name, target) = (metric.word("resource.name"), metric.at("resource.target"));
        let target = |key: &str| target.map_or(String::new(), |target| target.word(key));
        let (words, wanted) = match target("averageUtilization").as_str() {
            "" => ("", target("averageValue")),
            percent => ("  (as a percentage of request)", format!("{percent}%")),
        };
        text.field(1, &format!("resource {name} on pods{words}"), &format!("<unknown> / {wanted}"));
    }
    text.field(0, "Min replicas", &or(tree.word("spec.minReplicas"), "<unset>"));
    text.field(0, "Max replicas", &tree.word("spec.maxReplicas"));
    let (now, wanted) =
        (tree.number("status.currentReplicas"), tree.number("status.desiredReplicas"));
    text.field(0, &format!("{kind} pods"), &format!("{now} current / {wanted} desired"));
    let conditions = tree.list("status.conditions");
    if !conditions.is_empty() {
        text.line(0, "Conditions:");
        text.line(1, "Type\tStatus\tReason\tMessage");
        text.line(1, "----\t------\t------\t-------");
    }
    for one in conditions {
        let words = ["type", "status", "reason", "message"].map(|key| one.text(key));
        text.line(1, &words.join("\t"));
    }
    text.events(tree);
}

/// Describes an Ingress.
pub(super) fn ingress(text: &mut Text<'_>, tree: &Tree) {
    let namespace = tree.word("metadata.namespace");
    text.field(0, "Name", &tree.word("metadata.name"));
    text.labels("", "Labels", tree.at("metadata.labels"));
    text.field(0, "Namespace", &namespace);
    text.field(0, "Address", "");
    text.field(0, "Ingress Class", &or(tree.word("spec.ingressClassName"), "<none>"));
    let view = text.view;
    let backend = |backend: &Tree| {
        let (name, port) = (backend.word("service.name"), backend.at("service.port"));
        let port = port.map_or(String::new(), |port| or(port.word("name"), &port.word("number")));
        let addresses = match view.get(Kind::Service, &namespace, &name) {
            None => format!("<error: services \"{name}\" not found>"),
            Some(service) => {
                let is_it = |it: &&Tree| it.word("name") == port || it.word("port") == port;
                let own = service.list("spec.ports").iter().find(is_it);
                let own = own.map_or("", |port| port.text("name"));
                let found = view.get(Kind::Endpoints, &namespace, &name);
                found.map_or(String::new(), |tree| endpoints(&tree, Some(own), ""))
            }
        };
        format!("{name}:{port} ({addresses})")
    };
    let default = tree.at("spec.defaultBackend").map(backend);
    text.field(0, "Default backend", &default.clone().unwrap_or("<default>".into()));
    let tls = tree.list("spec.tls");
    if !tls.is_empty() {
        text.line(0, "TLS:");
    }
    for one in tls {
        let hosts: Vec<&str> = one.list("hosts").iter().map(Tree::as_text).collect();
        let hosts = hosts.join(",");
        match one.text("secretName") {
            "" => text.line(1, &format!("SNI routes {hosts}")),
            name => text.line(1, &format!("{name} terminates {hosts}")),
        }
    }
    text.line(0, "Rules:");
    text.line(1, "Host\tPath\tBackends");
    text.line(1, "----\t----\t--------");
    let rules = tree.list("spec.rules");
    for rule in rules {
        text.line(1, &format!("{}\t", or(rule.word("host"), "*")));
        for path in rule.list("http.paths") {
            let backend = path.at("backend").map_or(String::new(), backend);
            text.line(1, &format!("\t{} \t{backend}", path.text("path")));
        }
    }
    if rules.is_empty() {
        text.line(1, &format!("*\t*\t{}", default.unwrap_or("<default>".into())));
    }
    text.annotations("", tree.at("metadata.annotations"));
    text.events(tree);
}

/// Describes an EndpointSlice.
pub(super) fn slice(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.field(0, "AddressType", &tree.word("addressType"));
    let ports = tree.list("ports");
    match ports.is_empty() {
        true => text.line(0, "Ports: <unset>"),
        false => {
            text.line(0, "Ports:");
            text.line(1, "Name\tPort\tProtocol");
            text.line(1, "----\t----\t--------");
        }
    }
    for port in ports {
        let name = or(port.text("name").to_owned(), "<unset>");
        text.line(
            1,
            &format!("{name}\t{}\t{}", or(port.word("port"), "<unset>"), port.text("protocol")),
        );
    }
    let endpoints = tree.list("endpoints");
    match endpoints.is_empty() {
        true => text.line(0, "Endpoints: <none>"),
        false => text.line(0, "Endpoints:"),
    }
    for endpoint in endpoints {
        let addresses: Vec<&str> = endpoint.list("addresses").iter().map(Tree::as_text).collect();
        text.line(1, &format!("- Addresses:\t{}", addresses.join(", ")));
        text.line(2, "Conditions:");
        text.field(3, "Ready", &or(endpoint.word("conditions.ready"), "<unset>"));
        text.field(2, "Hostname", &or(endpoint.word("hostname"), "<unset>"));
        if let Some(target) = endpoint.at("targetRef") {
            text.field(2, "TargetRef", &format!("{}/{}", target.text("kind"), target.text("name")));
        }
        text.field(2, "NodeName", &or(endpoint.word("nodeName"), "<unset>"));
        text.field(2, "Zone", &or(endpoint.word("zone"), "<unset>"));
    }
    text.events(tree);
}

/// Describes a Job, whose pods are not simulated.
pub(super) fn job(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    let labels = tree
        .at("spec.selector")
        .map_or(String::new(), |_| selector(tree.at("spec.selector.matchLabels")));
    text.field(0, "Selector", &labels);
    text.notes(tree);
    for (name, path) in [
        ("Parallelism", "spec.parallelism"),
        ("Completions", "spec.completions"),
        ("Completion Mode", "spec.completionMode"),
        ("Suspend", "spec.suspend"),
        ("Backoff Limit", "spec.backoffLimit"),
    ] {
        let value = tree.word(path);
        if !value.is_empty() {
            text.field(0, name, &value);
        } else if name == "Completions" {
            text.field(0, name, "<unset>");
        }
    }
    let number = |key: &str| tree.number(&format!("status.{key}"));
    let (active, succeeded, failed) = (number("active"), number("succeeded"), number("failed"));
    text.field(
        0,
        "Pods Statuses",
        &format!("{active} Active / {succeeded} Succeeded / {failed} Failed"),
    );
    template(text, tree.at("spec.template"));
    text.events(tree);
}

/// Describes a CronJob.
pub(super) fn cron_job(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    let unset = |path: &str| or(tree.word(path), "<unset>");
    text.field(0, "Schedule", &tree.word("spec.schedule"));
    text.field(0, "Concurrency Policy", &tree.word("spec.concurrencyPolicy"));
    let title = |value: String| match value.as_str() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        _ => value,
    };
    text.field(0, "Suspend", &title(unset("spec.suspend")));
    for (name, path) in [
        ("Time Zone", "spec.timeZone"),
        ("Successful Job History Limit", "spec.successfulJobsHistoryLimit"),
        ("Failed Job History Limit", "spec.failedJobsHistoryLimit"),
    ] {
        text.field(0, name, &unset(path));
    }
    let seconds = tree.word("spec.startingDeadlineSeconds");
    text.field(
        0,
        "Starting Deadline Seconds",
        &if seconds.is_empty() { "<unset>".into() } else { format!("{seconds}s") },
    );
    text.field(
        0,
        "Selector",
        &match tree.at("spec.jobTemplate.spec.selector.matchLabels") {
            Some(labels) => selector(Some(labels)),
            None => "<unset>".into(),
        },
    );
    text.field(0, "Parallelism", &unset("spec.jobTemplate.spec.parallelism"));
    text.field(0, "Completions", &unset("spec.jobTemplate.spec.completions"));
    template(text, tree.at("spec.jobTemplate.spec.template"));
    text.field(0, "Last Schedule Time", &unset("status.lastScheduleTime"));
    text.field(0, "Active Jobs", "<none>");
    text.events(tree);
}

/// Describes a DaemonSet, whose pods are not simulated.
pub(super) fn daemon_set(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "Selector", &selector(tree.at("spec.selector.matchLabels")));
    text.field(0, "Node-Selector", &selector(tree.at("spec.template.spec.nodeSelector")));
    text.notes(tree);
    for (name, key) in [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        text.line(0, &format!("{name}: {}", tree.number(&format!("status.{key}"))));
    }
    text.field(0, "Pods Status", "0 Running / 0 Waiting / 0 Succeeded / 0 Failed");
    template(text, tree.at("spec.template"));
    text.events(tree);
}
