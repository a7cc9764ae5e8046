//! What is told about the terminal, and about programs that it does not have.

use super::unknown;
use crate::shell::{FILTERS, Output};

/// The programs, for completion.
pub const PROGRAMS: &[&str] = &[
    "alias", "cat", "cd", "clear", "cp", "crash", "curl", "date", "driver", "echo", "export",
    "fail", "for", "grep", "head", "help", "history", "jq", "kubectl", "ls", "mkdir", "mv", "node",
    "pwd", "read", "rm", "sed", "seq", "sleep", "sort", "tail", "touch", "vi", "watch", "wc",
    "wget", "while", "write",
];

/// What `help` prints.
pub(super) const HELP: &str = "\
This terminal has a small shell, and these commands:
  kubectl         for the simulated cluster: kubectl --help
  crash fail node driver write read
                  what kubectl has no word for: crash POD, node NODE off|shutdown|on|cut|heal
  cat ls cp mv rm mkdir touch cd pwd tee vi
                  files, kept with this run; kubectl -f and -k read them
  curl wget       the example files of the Kubernetes documentation, by their address
  grep sed awk cut tr sort uniq wc head tail jq base64 xargs seq
                  for pipes; each with its usual flags
  sleep watch date clear history alias export echo printf test exit
  if for while $( ) $(( )) && || ; | > >> < << functions
Ctrl+C ends what runs, Tab completes, ↑ recalls, Shift+Enter begins a new line.
";

/// Programs that people type as well, and what to do instead.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "helm",
        "there are no charts here: helm template elsewhere, and paste the manifest with the Manifest button",
    ),
    (
        "minikube",
        "the cluster of this page needs no minikube: kubectl get nodes shows it; kubectl get service shows addresses",
    ),
    ("kind", "the cluster of this page is there already: kubectl get nodes shows it"),
    (
        "docker",
        "containers are simulated: kubectl get pods shows them, kubectl exec runs commands in them",
    ),
    ("crictl", "containers are simulated: kubectl get pods shows them"),
    ("ssh", "nodes have no login here: node NODE off|on|cut|heal does something to one"),
    ("systemctl", "nodes have no login here: node NODE off|on|cut|heal does something to one"),
    ("git", "nothing is fetched from elsewhere: paste a file with cat > NAME <<EOF"),
    ("python", "there are no programming languages here: use kubectl -o jsonpath=..., or jq"),
    ("python3", "there are no programming languages here: use kubectl -o jsonpath=..., or jq"),
    ("yq", "use jq with kubectl -o json, or kubectl -o jsonpath=..."),
    ("kustomize", "kubectl kustomize DIR does it"),
    ("kubectx", "there is one cluster here"),
    ("kubens", "kubectl config set-context --current --namespace=NAME does it"),
    ("apt-get", "nothing can be installed here: help lists what there is"),
    ("apt", "nothing can be installed here: help lists what there is"),
    ("brew", "nothing can be installed here: help lists what there is"),
    (
        "tar",
        "there are no archives here: kubectl exec POD -- cat FILE prints a file of a container",
    ),
    ("ping", "requests come from pods: kubectl exec POD -- ping HOST"),
    ("nslookup", "names are looked up in pods: kubectl exec POD -- nslookup NAME"),
    ("dig", "names are looked up in pods: kubectl exec POD -- dig NAME"),
    ("mysql", "the database is in the pods: kubectl exec POD -- mysql ..."),
    ("top", "kubectl top pods shows what pods use"),
    (
        "kill",
        "no processes run here: Ctrl+C ends what runs; kubectl exec POD -- kill 1 ends a container",
    ),
];

/// What is told of a command that is not here.
pub(super) fn elsewhere(word: &str) -> Output {
    let known = ELSEWHERE.iter().find(|(known, _)| *known == word);
    let closest = crate::notation::closest(word, PROGRAMS.iter().chain(FILTERS).copied());
    match (known, closest) {
        (Some((_, advice)), _) => unknown(word, &format!("{advice}\n")),
        (None, Some(closest)) => {
            unknown(word, &format!("did you mean {closest}? help lists what there is\n"))
        }
        (None, None) => unknown(word, "help lists what there is\n"),
    }
}
