//! kubectl's connection: `auth`, which allows every action, and `version`.

use super::generate::tree;
use super::{Call, Plan, print, tabs};
use crate::api::json::Node as Tree;
use crate::cluster::{Cluster, Version};
use crate::manifest;

/// A table, one line per row.
fn table(rows: &[&[&str]]) -> Plan {
    let row = |row: &&[&str]| row.iter().map(|word| (*word).to_owned()).collect();
    Plan::print(tabs::table(&rows.iter().map(row).collect::<Vec<Vec<String>>>()))
}

/// Prints a tree that is not an API object, in the form of `-o` or in the default one.
fn shown(call: &Call<'_>, tree: &Tree, default: &str) -> Plan {
    let form = Some(call.form()).filter(|form| !form.is_empty()).unwrap_or(default);
    print::plan(call, form, tree)
}

/// `kubectl auth whoami`.
pub(super) fn whoami(call: &Call<'_>) -> Plan {
    if call.form().is_empty() {
        let groups = "[system:masters system:authenticated]";
        return table(&[
            &["ATTRIBUTE", "VALUE"],
            &["Username", "kubernetes-admin"],
            &["Groups", groups],
        ]);
    }
    let review = tree(
        "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview, metadata: {}, status: {userInfo: \
         {username: kubernetes-admin, groups: [system:masters, system:authenticated]}}}",
    );
    shown(call, &review, "yaml")
}

/// The verbs that `kubectl auth can-i` knows.
const VERBS: &str = "get list watch create update patch delete deletecollection use bind impersonate * approve sign \
                     escalate attest";

/// `kubectl auth can-i`: every action is allowed.
pub(super) fn can_i(call: &Call<'_>) -> Plan {
    let [verb, what] = call.words.plain[..] else {
        if call.words.has("list") {
            let mut plan = Plan::refuse("error: kubectl auth can-i --list is not simulated here");
            plan.output.advice = "every action is allowed in this cluster\n".into();
            return plan;
        }
        return Plan::refuse(
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i \
             -h' for help and examples.",
        );
    };
    let mut warnings = String::new();
    if !what.starts_with('/') {
        if !VERBS.split_whitespace().any(|known| known == verb) {
            warnings += &format!("Warning: verb '{verb}' is not a known verb\n\n");
        }
        let word = what.split('/').next().unwrap_or("");
        match call.view.kind(word) {
            _ if word == "*" => {}
            None => {
                warnings +=
                    &format!("Warning: the server doesn't have a resource type '{word}'\n\n")
            }
            Some(of) if !of.is_namespaced() && !call.words.has("all-namespaces") => {
                let (name, group) = (of.plural(), of.group().trim_start_matches('.'));
                let group =
                    if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
                warnings +=
                    &format!("Warning: resource '{name}' is not namespace scoped{group}\n\n");
            }
            Some(_) => {}
        }
    }
    let mut plan = Plan::print(if call.words.has("quiet") { "" } else { "yes\n" });
    plan.output.stderr = warnings;
    plan
}

/// The versions of kubectl and its Kustomize for a cluster.
fn client_of(cluster: &Cluster) -> (&'static str, &'static str) {
    match cluster.settings.version >= Version::V1_37 {
        true => (cluster.settings.version.git_version(), "v5.8.1"),
        false => ("v1.32.0", "v5.5.0"),
    }
}

/// What `kubectl version` prints.
pub fn versions(cluster: &Cluster) -> String {
    let ((client, kustomize), server) =
        (client_of(cluster), cluster.settings.version.git_version());
    format!("Client Version: {client}\nKustomize Version: {kustomize}\nServer Version: {server}\n")
}

/// `kubectl version`.
///
/// The client has the version of the cluster; with clusters older than 1.37 it is v1.32.0, like the recorded outputs.
pub(super) fn version(call: &Call<'_>) -> Plan {
    if !call.words.plain.is_empty() {
        return Plan::refuse(format!("error: extra arguments: [{}]", call.words.plain.join(" ")));
    }
    let server = call.view.cluster.settings.version.git_version();
    let (client, kustomize) = client_of(call.view.cluster);
    let has_server = !call.words.has("client");
    let form = call.words.flag("output").unwrap_or("");
    if form.is_empty() {
        let text = versions(call.view.cluster);
        let client = text.split("Server").next().unwrap_or_default();
        return Plan::print(if has_server { &text } else { client });
    }
    let of = |version: &str, more: &str| {
        let mut parts = version.trim_start_matches('v').split('.');
        let (major, minor) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        format!(
            "{{major: '{major}', minor: '{minor}', gitVersion: {version}, gitTreeState: clean, {more}}}"
        )
    };
    let own = "gitCommit: f78e722310e50bcaca9276be22276d9e91d91308, buildDate: '2026-01-01T00:00:00Z', goVersion: go1.26.8, \
               compiler: gc, platform: linux/amd64";
    let other = "gitCommit: '', buildDate: '2026-01-01T00:00:00Z', goVersion: '', compiler: rustc, platform: \
                 ordinal/simulation";
    let server =
        if has_server { format!(", serverVersion: {}", of(server, other)) } else { String::new() };
    let all = tree(&format!(
        "{{clientVersion: {}, kustomizeVersion: {kustomize}{server}}}",
        of(client, own)
    ));
    match form {
        "json" => Plan::print(pretty_by_two(&all)),
        "yaml" => Plan::print(manifest::to_yaml(&all) + "\n"),
        _ => Plan::refuse("error: --output must be 'yaml' or 'json'"),
    }
}

/// JSON indented by two spaces per level, which only this verb prints.
fn pretty_by_two(tree: &Tree) -> String {
    let lines = tree.pretty_json();
    let halved = lines.lines().map(|line| {
        let text = line.trim_start();
        format!("{}{text}\n", " ".repeat((line.len() - text.len()) / 2))
    });
    halved.collect()
}
