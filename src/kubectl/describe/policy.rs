//! NetworkPolicies.

use super::{Text, or};
use crate::api::Time;
use crate::api::json::Node as Tree;
use crate::kubectl::columns::selector;

/// Describes a NetworkPolicy (`describeNetworkPolicySpecV1`).
pub(super) fn describe(text: &mut Text<'_>, tree: &Tree) {
    text.name(tree);
    let created = tree.word("metadata.creationTimestamp");
    let created = Time::parse(&created).map_or(created, |it| it.rfc3339());
    text.field(0, "Created on", &created.replace('T', " ").replace('Z', " +0000 UTC"));
    text.notes(tree);
    text.line(0, "Spec:");
    let pods = tree.at("spec.podSelector");
    let all = "<none> (Allowing the specific traffic to all pods in this namespace)";
    let pods = pods.filter(|pods| !pods.entries().is_empty()).map(|pods| selector(Some(pods)));
    text.line(0, &format!("  PodSelector:     {}", pods.as_deref().unwrap_or(all)));
    let types: Vec<&str> = tree.list("spec.policyTypes").iter().map(Tree::as_text).collect();
    for (of, traffic, key, peers) in
        [("Ingress", "ingress", "spec.ingress", "from"), ("Egress", "egress", "spec.egress", "to")]
    {
        match types.contains(&of) {
            true => {
                text.line(0, &format!("  Allowing {traffic} traffic:"));
                rules(text, tree.list(key), traffic, peers);
            }
            false => text.line(0, &format!("  Not affecting {traffic} traffic")),
        }
    }
    text.line(0, &format!("  Policy Types: {}", types.join(", ")));
}

/// The rules for one direction.
fn rules(text: &mut Text<'_>, rules: &[Tree], traffic: &str, peers: &str) {
    if rules.is_empty() {
        let words = format!("(Selected pods are isolated for {traffic} connectivity)");
        return text.line(0, &format!("    <none> {words}"));
    }
    for (number, rule) in rules.iter().enumerate() {
        if number > 0 {
            text.line(0, "    ----------");
        }
        let ports = rule.list("ports");
        if ports.is_empty() {
            text.line(0, "    To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            let protocol = or(port.word("protocol"), "TCP");
            let to = port.word("endPort");
            let to = if to.is_empty() { to } else { format!("-{to}") };
            let number = or(port.word("port"), "<any>");
            text.line(0, &format!("    To Port: {number}{to}/{protocol}"));
        }
        let title = if peers == "from" { "From" } else { "To" };
        if rule.list(peers).is_empty() {
            text.line(
                0,
                &format!("    {title}: <any> (traffic not restricted by {})", source(peers)),
            );
            continue;
        }
        text.line(0, &format!("    {title}:"));
        for peer in rule.list(peers) {
            for (name, key) in
                [("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")]
            {
                if let Some(labels) = peer.get(key) {
                    text.line(0, &format!("      {name}: {}", selector(Some(labels))));
                }
            }
            if let Some(block) = peer.get("ipBlock") {
                text.line(0, "      IPBlock:");
                text.line(0, &format!("        CIDR: {}", block.text("cidr")));
                let except: Vec<&str> = block.list("except").iter().map(Tree::as_text).collect();
                text.line(0, &format!("        Except: {}", except.join(", ")));
            }
        }
    }
}

fn source(peers: &str) -> &'static str {
    if peers == "from" { "source" } else { "destination" }
}
