//! `kubectl cluster-info dump` (`k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go`).

use super::container::text_of;
use super::{Call, Plan, print};
use crate::api::json::Node as Tree;
use crate::api::{Kind, Pod};
use crate::manifest;
use crate::shell::archive::{self, Entry};

/// The lists of each namespace, and the names of their files.
const LISTS: [(Kind, &str); 7] = [
    (Kind::Event, "events"),
    (Kind::ReplicationController, "replication-controllers"),
    (Kind::Service, "services"),
    (Kind::DaemonSet, "daemonsets"),
    (Kind::Deployment, "deployments"),
    (Kind::ReplicaSet, "replicasets"),
    (Kind::Pod, "pods"),
];

/// Prints everything, or with `--output-directory` an archive of the files, which the terminal unpacks.
pub(super) fn dump(call: &Call<'_>) -> Plan {
    let form = Some(call.form()).filter(|form| !form.is_empty()).unwrap_or("json");
    let form = if form == "json" || form == "yaml" {
        form
    } else {
        return Plan::refuse(format!(
            "error: unable to match a printer suitable for the output format \"{form}\", allowed formats are: json,yaml"
        ));
    };
    let files = files(call, form);
    match call.words.flag("output-directory") {
        None | Some("" | "-") => {
            Plan::print(files.into_iter().map(|(_, text)| text).collect::<String>())
        }
        Some(_) => {
            let entry = |(path, text)| Entry { path, mode: 0o644, text: Some(text) };
            Plan::print(archive::pack(&files.into_iter().map(entry).collect::<Vec<_>>()))
        }
    }
}

/// The files of the dump, by name.
fn files(call: &Call<'_>, form: &str) -> Vec<(String, String)> {
    let view = call.view;
    let print = |of: Kind, items: Vec<Tree>| {
        let mut list = print::list(items);
        list.set("kind", format!("{of}List").as_str());
        list.set("apiVersion", of.api_version());
        let version = view.cluster.store.resource_version.to_string();
        list.child("metadata").set("resourceVersion", version.as_str());
        match form {
            "yaml" => manifest::to_yaml(&list),
            _ => list.pretty_json(),
        }
    };
    let mut files = vec![(format!("nodes.{form}"), print(Kind::Node, view.list(Kind::Node, None)))];
    let named: Vec<&str> = call.words.list("namespaces").collect();
    let namespaces: Vec<String> = match () {
        () if call.words.has("all-namespaces") => {
            let all = view.list(Kind::Namespace, None);
            all.iter().map(|tree| tree.word("metadata.name")).collect()
        }
        () if named.is_empty() => vec!["kube-system".into(), call.namespace().into()],
        () => named.iter().map(|name| (*name).to_owned()).collect(),
    };
    for namespace in &namespaces {
        for (of, name) in LISTS {
            let items = view.list(of, Some(namespace));
            files.push((format!("{namespace}/{name}.{form}"), print(of, items)));
        }
        for pod in view.cluster.store.pods.in_namespace(namespace) {
            let name = &pod.metadata.name;
            files.push((format!("{namespace}/{name}/logs.txt"), logs(call, pod)));
        }
    }
    files
}

/// The logs of the containers of a pod.
fn logs(call: &Call<'_>, pod: &Pod) -> String {
    let (name, namespace) = (&pod.metadata.name, &pod.metadata.namespace);
    let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let log = |container: &crate::api::Container| {
        let of = format!("logs for container {} of pod {namespace}/{name} ====", container.name);
        let text = text_of(call, pod, container).unwrap_or_else(|error| {
            let words = error.split_once("): ").map_or(error.as_str(), |(_, words)| words);
            format!("Request log error: {words}\n")
        });
        format!("==== START {of}\n{text}==== END {of}\n")
    };
    all.map(log).collect()
}
