//! Nodes, Services, and the small kinds.

use super::{Text, date, or};
use crate::api::json::Node as Tree;
use crate::api::{Kind, LEASE_NAMESPACE, thousandths};
use crate::kubectl::columns::{endpoints, roles, selector};

/// Describes a Service.
pub(super) fn service(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.field(0, "Selector", &selector(tree.at("spec.selector")));
    text.field(0, "Type", &tree.word("spec.type"));
    if tree.at("spec.ipFamilyPolicy").is_some() {
        text.field(0, "IP Family Policy", &tree.word("spec.ipFamilyPolicy"));
    }
    let words = |path: &str| {
        let words: Vec<&str> = tree.list(path).iter().map(Tree::as_text).collect();
        or(words.join(","), "<none>")
    };
    text.field(0, "IP Families", &words("spec.ipFamilies"));
    text.field(0, "IP", &tree.word("spec.clusterIP"));
    text.field(0, "IPs", &words("spec.clusterIPs"));
    if tree.at("spec.externalName").is_some() {
        text.field(0, "External Name", &tree.word("spec.externalName"));
    }
    let (namespace, name) = (tree.word("metadata.namespace"), tree.word("metadata.name"));
    let addresses = text.view.get(Kind::Endpoints, &namespace, &name);
    for port in tree.list("spec.ports") {
        let protocol = port.text("protocol");
        let own = port.text("name");
        let name = or(port.text("name").to_owned(), "<unset>");
        text.field(0, "Port", &format!("{name}\t{}/{protocol}", port.word("port")));
        text.field(0, "TargetPort", &format!("{}/{protocol}", port.word("targetPort")));
        if port.number("nodePort") > 0 {
            text.field(0, "NodePort", &format!("{name}\t{}/{protocol}", port.word("nodePort")));
        }
        let endpoints = addresses.as_ref().map(|tree| endpoints(tree, Some(own), ""));
        let none = if text.view.is_recent() { "<none>" } else { "" };
        text.field(0, "Endpoints", &endpoints.unwrap_or(none.into()));
    }
    text.field(0, "Session Affinity", &tree.word("spec.sessionAffinity"));
    for (title, path) in [
        ("External Traffic Policy", "spec.externalTrafficPolicy"),
        ("Internal Traffic Policy", "spec.internalTrafficPolicy"),
    ] {
        if tree.at(path).is_some() {
            text.field(0, title, &tree.word(path));
        }
    }
    text.events(tree);
}

/// Describes a node.
pub(super) fn node(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.field(0, "Roles", &roles(tree));
    text.notes(tree);
    text.field(0, "CreationTimestamp", &date(&tree.word("metadata.creationTimestamp")));
    let mut taints: Vec<&Tree> = tree.list("spec.taints").iter().collect();
    let key = |taint: &Tree| format!("{},{}", taint.text("effect"), taint.text("key"));
    crate::map::sort(&mut taints, |one, other| key(one) < key(other));
    let taints = taints.into_iter().map(|taint| {
        let value = taint.text("value");
        let value = if value.is_empty() { String::new() } else { format!("={value}") };
        format!("{}{value}:{}", taint.text("key"), taint.text("effect"))
    });
    let taints: Vec<String> = taints.collect();
    text.fields("", "Taints", &taints);
    text.field(0, "Unschedulable", &or(tree.word("spec.unschedulable"), "false"));
    lease(text, &tree.word("metadata.name"));
    conditions(text, tree);
    text.line(0, "Addresses:");
    for address in tree.list("status.addresses") {
        text.field(1, address.text("type"), address.text("address"));
    }
    for (name, path) in [("Capacity", "status.capacity"), ("Allocatable", "status.allocatable")] {
        let resources = tree.at(path).map_or(&[] as &[_], Tree::entries);
        if !resources.is_empty() {
            text.line(0, &format!("{name}:"));
        }
        for resource in resources {
            text.field(1, &resource.key, resource.node.as_text());
        }
    }
    text.line(0, "System Info:");
    for (name, key) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
        let word = tree.word(&format!("status.nodeInfo.{key}"));
        // Deprecated, and left out since 1.37 where it is empty.
        if key != "kubeProxyVersion" || !word.is_empty() || !text.view.is_recent() {
            text.field(1, name, &word);
        }
    }
    pods_on(text, tree);
    text.events(tree);
}

fn lease(text: &mut Text<'_>, name: &str) {
    let Some(lease) = text.view.get(Kind::Lease, LEASE_NAMESPACE, name) else {
        let words = format!("Failed to get lease: leases.coordination.k8s.io \"{name}\" not found");
        return text.field(0, "Lease", &words);
    };
    text.line(0, "Lease:");
    text.field(1, "HolderIdentity", &lease.word("spec.holderIdentity"));
    text.field(1, "AcquireTime", "<unset>");
    text.field(1, "RenewTime", &date(&lease.word("spec.renewTime")));
}

fn conditions(text: &mut Text<'_>, tree: &Tree) {
    text.line(0, "Conditions:");
    let names = ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"];
    text.line(1, &names.join("\t"));
    let lines: Vec<String> = names.iter().map(|name| "-".repeat(name.len())).collect();
    text.line(1, &lines.join("\t"));
    for condition in tree.list("status.conditions") {
        let words = [
            condition.text("type").to_owned() + " ",
            condition.text("status").to_owned() + " ",
            date(condition.text("lastHeartbeatTime")) + " ",
            date(condition.text("lastTransitionTime")) + " ",
            condition.text("reason").to_owned() + " ",
            condition.text("message").to_owned(),
        ];
        text.line(1, &words.join("\t"));
    }
}

/// The pods on a node, and what they ask for.
fn pods_on(text: &mut Text<'_>, node: &Tree) {
    let name = node.word("metadata.name");
    let mut pods = text.view.list(Kind::Pod, None);
    pods.retain(|pod| {
        let phase = pod.word("status.phase");
        pod.word("spec.nodeName") == name && phase != "Succeeded" && phase != "Failed"
    });
    text.field(0, "Non-terminated Pods", &format!("({} in total)", pods.len()));
    let names = "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge";
    text.line(1, names);
    text.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let sums =
        [("cpu", "requests"), ("cpu", "limits"), ("memory", "requests"), ("memory", "limits")];
    let share = |amount: &Amount, resource: &str| {
        let all = thousandths(&node.word(&format!("status.allocatable.{resource}")));
        let percent =
            (u128::from(amount.thousandths) * 100).checked_div(u128::from(all)).unwrap_or(0);
        format!("{} ({percent}%)", amount.text(resource))
    };
    let mut total = [(); 4].map(|()| Amount::default());
    for pod in &pods {
        let mut words =
            vec![pod.word("metadata.namespace"), pod.word("metadata.name"), String::new()];
        for ((resource, kind), total) in sums.iter().zip(&mut total) {
            let amount = Amount::of(pod, kind, resource);
            words.push(share(&amount, resource));
            total.thousandths = total.thousandths.saturating_add(amount.thousandths);
        }
        words.push(text.age(&pod.word("metadata.creationTimestamp")));
        text.line(1, &words.join("\t"));
    }
    text.line(0, "Allocated resources:");
    text.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    text.line(1, "Resource\tRequests\tLimits");
    text.line(1, "--------\t--------\t------");
    let [cpu, cpu_limit, memory, memory_limit] = &total;
    for (resource, requests, limits) in [("cpu", cpu, cpu_limit), ("memory", memory, memory_limit)]
    {
        let (requests, limits) = (share(requests, resource), share(limits, resource));
        text.line(1, &format!("{resource}\t{requests}\t{limits}"));
    }
    text.line(1, "ephemeral-storage\t0 (0%)\t0 (0%)");
}

/// How much of a resource is asked for, in thousandths of its unit.
#[derive(Default)]
struct Amount {
    thousandths: u64,
}

impl Amount {
    /// What the containers of a pod ask for together.
    fn of(pod: &Tree, kind: &str, resource: &str) -> Amount {
        let containers = pod.list("spec.containers").iter();
        let path = format!("resources.{kind}.{resource}");
        Amount { thousandths: containers.map(|one| thousandths(&one.word(&path))).sum() }
    }

    fn text(&self, resource: &str) -> String {
        let (whole, rest) = (self.thousandths / 1000, self.thousandths % 1000);
        match resource {
            "cpu" if rest > 0 => format!("{}m", self.thousandths),
            "memory" if whole > 0 && whole.is_multiple_of(1 << 30) => format!("{}Gi", whole >> 30),
            "memory" if whole > 0 && whole.is_multiple_of(1 << 20) => format!("{}Mi", whole >> 20),
            _ => whole.to_string(),
        }
    }
}

/// Describes a disruption budget.
pub(super) fn budget(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    for (name, path) in
        [("Min available", "spec.minAvailable"), ("Max unavailable", "spec.maxUnavailable")]
    {
        if tree.at(path).is_some() {
            text.field(0, name, &tree.word(path));
        }
    }
    text.field(0, "Selector", &selector(tree.at("spec.selector")));
    text.line(0, "Status:");
    for (name, path) in [
        ("Allowed disruptions", "status.disruptionsAllowed"),
        ("Current", "status.currentHealthy"),
        ("Desired", "status.desiredHealthy"),
        ("Total", "status.expectedPods"),
    ] {
        text.field(2, name, &tree.number(path).to_string());
    }
    text.events(tree);
}

/// Describes a ConfigMap.
pub(super) fn config_map(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.line(0, "\nData\n====");
    for entry in tree.at("data").map_or(&[] as &[_], Tree::entries) {
        text.line(0, &format!("{}:\n----\n{}\n", entry.key, entry.node.as_text()));
    }
    text.line(0, "\nBinaryData\n====\n");
    text.events(tree);
}

/// Describes a Secret: how long its texts are, not what they say.
pub(super) fn secret(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.line(0, &format!("\nType:\t{}\n\nData\n====", tree.word("type")));
    for entry in tree.at("data").map_or(&[] as &[_], Tree::entries) {
        let encoded = entry.node.as_text();
        let padding = encoded.len() - encoded.trim_end_matches('=').len();
        let bytes = (encoded.len() / 4 * 3).saturating_sub(padding);
        text.line(0, &format!("{}:\t{bytes} bytes", entry.key));
    }
}

/// Describes a namespace.
pub(super) fn namespace(text: &mut Text<'_>, tree: &Tree) {
    text.field(0, "Name", &tree.word("metadata.name"));
    text.notes(tree);
    text.field(0, "Status", &tree.word("status.phase"));
    let name = tree.word("metadata.name");
    let quotas = text.view.list(Kind::ResourceQuota, Some(&name));
    text.line(0, if quotas.is_empty() { "\nNo resource quota." } else { "\nResource Quotas" });
    for quota in &quotas {
        text.line(0, &format!("  Name:\t{}", quota.word("metadata.name")));
        text.line(0, "  Resource\tUsed\tHard");
        text.line(0, "  --------\t---\t---");
        for entry in quota.at("status.hard").map_or(&[] as &[_], Tree::entries) {
            let used = quota.at("status.used").map_or("", |used| used.text(&entry.key));
            text.line(0, &format!("  {}\t{used}\t{}", entry.key, entry.node.as_text()));
        }
    }
    let limits = text.view.list(Kind::LimitRange, Some(&name));
    if limits.is_empty() {
        return text.line(0, "\nNo LimitRange resource.");
    }
    text.line(0, "\nResource Limits");
    for (number, one) in limits.iter().enumerate() {
        super::stored::limit_rows(text, one, " ", number == 0);
    }
}

/// Describes a PriorityClass.
pub(super) fn priority(text: &mut Text<'_>, tree: &Tree) {
    text.field(0, "Name", &tree.word("metadata.name"));
    text.field(0, "Value", &tree.number("value").to_string());
    text.field(0, "GlobalDefault", &or(tree.word("globalDefault"), "false"));
    text.field(0, "PreemptionPolicy", &tree.word("preemptionPolicy"));
    text.field(0, "Description", tree.text("description"));
    // All annotations, in one line.
    let notes = tree.at("metadata.annotations").map_or(&[] as &[_], Tree::entries);
    let notes: Vec<String> =
        notes.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text())).collect();
    text.field(0, "Annotations", &or(notes.join(","), "<none>"));
    text.events(tree);
}

/// Describes Endpoints.
pub(super) fn addresses(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    text.notes(tree);
    text.line(0, "Subsets:");
    for subset in tree.list("subsets") {
        for (name, key) in [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")]
        {
            let all: Vec<&str> = subset.list(key).iter().map(|it| it.text("ip")).collect();
            text.field(1, name, &or(all.join(","), "<none>"));
        }
        let ports = subset.list("ports");
        if !ports.is_empty() {
            text.line(1, "Ports:");
            text.line(2, "Name\tPort\tProtocol");
            text.line(2, "----\t----\t--------");
        }
        for port in ports {
            let name = or(port.word("name"), "<unset>");
            text.line(2, &format!("{name}\t{}\t{}", port.word("port"), port.text("protocol")));
        }
        text.line(0, "");
    }
    text.events(tree);
}
