//! The output of `help`, and advice about programs that the terminal doesn't have.

use super::unknown;
use crate::shell::{FILTERS, Output};

/// The names of programs, for completion.
pub const PROGRAMS: &[&str] = &[
    "alias", "cat", "cd", "clear", "client", "cp", "crash", "curl", "date", "driver", "echo",
    "export", "fail", "for", "grep", "head", "help", "history", "jq", "kubectl", "ls", "mkdir",
    "mv", "node", "pwd", "read", "rm", "sed", "seq", "sleep", "sort", "tail", "tar", "touch", "vi",
    "watch", "wc", "wget", "while", "write",
];

/// The output of `help`.
pub(super) const HELP: &str = "\
This terminal has a small shell and these commands:
  kubectl         controls the simulated cluster: see kubectl --help
  crash fail node driver client write read
                  faults and data, beyond kubectl: crash POD, node NODE off|shutdown|on|cut|heal,
                  client NAME reads NAME.SERVICE
  cat ls cp mv rm mkdir touch tar cd pwd tee vi
                  files, which are saved with this run, for kubectl -f and -k
  curl wget       fetch the example files of the Kubernetes documentation by URL, or a node port
  grep sed awk cut tr sort uniq wc head tail jq base64 xargs seq
                  for pipes, with the usual flags
  sleep watch date clear history alias export echo printf test exit
  if for while $( ) $(( )) && || ; | > >> < << functions
Ctrl+C stops a command, Tab completes, ↑ recalls, Shift+Enter starts a new line.
";

/// Programs that the terminal doesn't have, and what to do instead.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "helm",
        "there are no charts here: run helm template elsewhere, and paste the manifest with the Manifest button",
    ),
    (
        "minikube",
        "the cluster of this page is already running: kubectl get nodes; kubectl get service lists addresses",
    ),
    ("kind", "the cluster of this page is already running: kubectl get nodes lists its nodes"),
    (
        "docker",
        "containers are simulated: kubectl get pods lists the pods; kubectl exec runs commands in containers",
    ),
    ("crictl", "containers are simulated: kubectl get pods lists the pods"),
    ("ssh", "nodes have no login here: use node NODE off|shutdown|on|cut|heal"),
    ("systemctl", "nodes have no login here: use node NODE off|shutdown|on|cut|heal"),
    ("git", "this page sends no requests to other sites: paste a file with cat > FILE <<EOF"),
    ("python", "there are no programming languages here: use kubectl -o jsonpath=..., or jq"),
    ("python3", "there are no programming languages here: use kubectl -o jsonpath=..., or jq"),
    ("yq", "use jq with kubectl -o json, or kubectl -o jsonpath=..."),
    ("kustomize", "use kubectl kustomize DIR"),
    ("kubectx", "use kubectl config get-contexts, and kubectl config use-context NAME"),
    ("kubens", "use kubectl config set-context --current --namespace=NAME"),
    ("apt-get", "you can't install programs here: help lists the commands"),
    ("apt", "you can't install programs here: help lists the commands"),
    ("brew", "you can't install programs here: help lists the commands"),
    ("ping", "send requests from a pod: kubectl exec POD -- ping HOST"),
    ("nslookup", "look names up in a pod: kubectl exec POD -- nslookup NAME"),
    ("dig", "look names up in a pod: kubectl exec POD -- dig NAME"),
    ("mysql", "the database runs in pods: kubectl exec POD -- mysql ..."),
    ("top", "no processes run here: kubectl exec POD -- ps lists the processes of a container"),
    (
        "kill",
        "no processes run here: Ctrl+C stops a command; kubectl exec POD -- kill 1 stops a container",
    ),
];

/// The error and advice for an unknown command.
pub(super) fn elsewhere(word: &str) -> Output {
    let known = ELSEWHERE.iter().find(|(known, _)| *known == word);
    let closest = crate::notation::closest(word, PROGRAMS.iter().chain(FILTERS).copied());
    match (known, closest) {
        (Some((_, advice)), _) => unknown(word, &format!("{advice}\n")),
        (None, Some(closest)) => {
            unknown(word, &format!("did you mean {closest}? help lists the commands\n"))
        }
        (None, None) => unknown(word, "help lists the commands\n"),
    }
}
