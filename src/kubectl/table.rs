//! The verbs.

use super::options::Run::{InSlices, Now};
use super::options::{self, Verb};
use super::{
    Plan, apply, change, container, create, delete, describe, diff, event_list, get, nodes,
    replace, rollout, wait, words,
};

/// Every verb, those of two words after one another.
pub(super) static VERBS: &[Verb] = &[
    Verb {
        name: "get",
        usage: "(TYPE[,TYPE...] [NAME...] | TYPE/NAME...)",
        summary: "Display one or many resources.",
        flags: "-o,output= -l,selector= -A,all-namespaces -w,watch watch-only \
                show-labels -L,label-columns= sort-by= no-headers ignore-not-found show-kind \
                field-selector= -f,filename= chunk-size= show-managed-fields",
        run: InSlices(|call| Box::pin(get::run(call))),
    },
    Verb {
        name: "apply",
        usage: "-f -",
        summary: "Apply a configuration to a resource by file name or stdin.",
        flags: "-f,filename= dry-run=?unchanged server-side force-conflicts validate=?strict \
                -o,output= overwrite prune field-manager=",
        run: InSlices(|call| Box::pin(apply::run(call))),
    },
    Verb {
        name: "diff",
        usage: "-f -",
        summary: "Diff the live version against a would-be applied version.",
        flags: "-f,filename= server-side force-conflicts prune field-manager= concurrency= show-managed-fields",
        run: InSlices(|call| Box::pin(diff::run(call))),
    },
    Verb {
        name: "describe",
        usage: "(TYPE NAME_PREFIX | TYPE -l label | TYPE/NAME)",
        summary: "Show details of a specific resource or group of resources.",
        flags: "-l,selector= -A,all-namespaces show-events=?true -f,filename= chunk-size=",
        run: Now(describe::run),
    },
    Verb {
        name: "events",
        usage: "[(-o|--output=)json|yaml] [--for TYPE/NAME]",
        summary: "List events.",
        flags: "for= types= -A,all-namespaces no-headers -w,watch",
        run: Now(event_list::run),
    },
    Verb {
        name: "create",
        usage: "(-f - | TYPE NAME)",
        summary: "Create a resource from stdin, or a namespace, configmap, secret, serviceaccount, or disruption budget.",
        flags: "-f,filename= from-literal= selector= min-available= max-unavailable= dry-run=?unchanged save-config -o,output= validate=?strict raw=",
        run: InSlices(|call| Box::pin(create::run(call))),
    },
    Verb {
        name: "replace",
        usage: "-f -",
        summary: "Replace a resource by stdin.",
        flags: "-f,filename= dry-run=?unchanged force grace-period= cascade=?background -o,output=",
        run: InSlices(|call| Box::pin(replace::replace(call))),
    },
    Verb {
        name: "edit",
        usage: "TYPE NAME",
        summary: "Edit a resource: the edited object follows the line.",
        flags: "-o,output= save-config",
        run: Now(replace::edit),
    },
    Verb {
        name: "patch",
        usage: "TYPE NAME -p PATCH",
        summary: "Update fields of a resource.",
        flags: "-p,patch= patch-file= type= subresource= dry-run=?unchanged -o,output= local",
        run: Now(change::patch),
    },
    Verb {
        name: "label",
        usage: "TYPE NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
        summary: "Update the labels on a resource.",
        flags: "overwrite all -l,selector= list dry-run=?unchanged resource-version= -A,all-namespaces field-selector=",
        run: Now(change::label),
    },
    Verb {
        name: "annotate",
        usage: "TYPE NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
        summary: "Update the annotations on a resource.",
        flags: "overwrite all -l,selector= list dry-run=?unchanged resource-version= -A,all-namespaces field-selector=",
        run: Now(change::label),
    },
    Verb {
        name: "set image",
        usage: "TYPE NAME CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...",
        summary: "Update the image of a pod template.",
        flags: "all -l,selector= dry-run=?unchanged -o,output= local",
        run: Now(change::set),
    },
    Verb {
        name: "set resources",
        usage: "TYPE NAME --limits=LIMITS --requests=REQUESTS",
        summary: "Update resource requests/limits on objects with pod templates.",
        flags: "all -l,selector= -c,containers= limits= requests= dry-run=?unchanged -o,output= local",
        run: Now(change::set),
    },
    Verb {
        name: "set env",
        usage: "TYPE NAME KEY_1=VAL_1 ...",
        summary: "Update environment variables on a pod template.",
        flags: "all -l,selector= -c,containers= list overwrite dry-run=?unchanged -o,output= local",
        run: Now(change::set),
    },
    Verb {
        name: "rollout status",
        usage: "TYPE NAME",
        summary: "Show the status of the rollout.",
        flags: "-w,watch timeout= revision= -l,selector= -f,filename=",
        run: InSlices(|call| Box::pin(rollout::status(call))),
    },
    Verb {
        name: "rollout history",
        usage: "TYPE NAME",
        summary: "View rollout history.",
        flags: "revision= -l,selector= -o,output= -f,filename=",
        run: Now(rollout::history),
    },
    Verb {
        name: "rollout undo",
        usage: "TYPE NAME",
        summary: "Undo a previous rollout.",
        flags: "to-revision= dry-run=?unchanged -l,selector= -o,output= -f,filename=",
        run: Now(rollout::undo),
    },
    Verb {
        name: "rollout restart",
        usage: "TYPE NAME",
        summary: "Restart a resource.",
        flags: "-l,selector= -o,output= -f,filename= field-manager=",
        run: Now(rollout::restart),
    },
    Verb {
        name: "rollout pause",
        usage: "TYPE NAME",
        summary: "Mark the provided resource as paused.",
        flags: "-l,selector= -o,output= -f,filename=",
        run: Now(rollout::pause),
    },
    Verb {
        name: "rollout resume",
        usage: "TYPE NAME",
        summary: "Resume a paused resource.",
        flags: "-l,selector= -o,output= -f,filename=",
        run: Now(rollout::pause),
    },
    Verb {
        name: "delete",
        usage: "([-f -] | TYPE [(NAME | -l label | --all)])",
        summary: "Delete resources by file names, stdin, resources and names, or by resources and label \
                  selector.",
        flags: "-f,filename= -l,selector= all -A,all-namespaces grace-period= force now \
                cascade=?background wait timeout= ignore-not-found dry-run=?unchanged -o,output= \
                field-selector= -i,interactive",
        run: InSlices(|call| Box::pin(delete::run(call))),
    },
    Verb {
        name: "scale",
        usage: "--replicas=COUNT (-f - | TYPE NAME)",
        summary: "Set a new size for a deployment, replica set, replication controller, or stateful set.",
        flags: "replicas= current-replicas= resource-version= all -l,selector= -f,filename= timeout= \
                dry-run=?unchanged -o,output=",
        run: Now(change::scale),
    },
    Verb {
        name: "cordon",
        usage: "NODE",
        summary: "Mark node as unschedulable.",
        flags: "-l,selector= dry-run=?unchanged",
        run: Now(nodes::cordon),
    },
    Verb {
        name: "uncordon",
        usage: "NODE",
        summary: "Mark node as schedulable.",
        flags: "-l,selector= dry-run=?unchanged",
        run: Now(nodes::cordon),
    },
    Verb {
        name: "taint",
        usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
        summary: "Update the taints on one or more nodes.",
        flags: "-l,selector= all overwrite dry-run=?unchanged",
        run: Now(nodes::taint),
    },
    Verb {
        name: "drain",
        usage: "NODE",
        summary: "Drain node in preparation for maintenance.",
        flags: "grace-period= timeout= delete-emptydir-data ignore-daemonsets force disable-eviction \
                pod-selector= skip-wait-for-delete-timeout= chunk-size= -l,selector= dry-run=?unchanged",
        run: Now(nodes::drain),
    },
    Verb {
        name: "logs",
        usage: "(POD | TYPE/NAME) [-c CONTAINER]",
        summary: "Print the logs for a container in a pod.",
        flags: "-c,container= -p,previous -f,follow tail= since= timestamps all-containers -l,selector= prefix since-time= limit-bytes=",
        run: Now(container::logs),
    },
    Verb {
        name: "exec",
        usage: "(POD | TYPE/NAME) [-c CONTAINER] -- COMMAND",
        summary: "Execute a command in a container.",
        flags: "-c,container= -i,stdin -t,tty -q,quiet -f,filename= pod-running-timeout=",
        run: Now(container::exec),
    },
    Verb {
        name: "run",
        usage: "NAME --image=image [--env=\"key=value\"] [--port=port] -- [COMMAND] [args...]",
        summary: "Create and run a particular image in a pod.",
        flags: "image= -i,stdin -t,tty rm attach restart= command env= -l,labels= port= annotations= image-pull-policy= -q,quiet dry-run=?unchanged pod-running-timeout= leave-stdin-open privileged",
        run: Now(container::run),
    },
    Verb {
        name: "attach",
        usage: "(POD | TYPE/NAME) -c CONTAINER",
        summary: "Attach to a process that is already running inside an existing container.",
        flags: "-c,container= -i,stdin -t,tty -q,quiet pod-running-timeout=",
        run: Now(container::attach),
    },
    Verb {
        name: "cp",
        usage: "SOURCE DESTINATION",
        summary: "Copy files and directories to and from containers: not simulated.",
        flags: "-c,container= no-preserve retries=",
        run: Now(container::copy),
    },
    Verb {
        name: "debug",
        usage: "(POD | TYPE/NAME) --image=image",
        summary: "Create debugging sessions for troubleshooting workloads and nodes: not simulated.",
        flags: "image= -i,stdin -t,tty -c,container= target= copy-to= profile= share-processes same-node set-image= env= -q,quiet replace attach",
        run: Now(container::debug),
    },
    Verb {
        name: "port-forward",
        usage: "TYPE/NAME [LOCAL_PORT:]REMOTE_PORT",
        summary: "Forward one or more local ports to a pod.",
        flags: "address= pod-running-timeout=",
        run: Now(container::port_forward),
    },
    Verb {
        name: "top",
        usage: "(node | pod) [NAME]",
        summary: "Display resource usage of nodes or pods: there is no metrics server.",
        flags: "containers -l,selector= -A,all-namespaces sort-by= no-headers use-protocol-buffers sum field-selector= show-capacity",
        run: Now(container::top),
    },
    Verb {
        name: "wait",
        usage: "TYPE NAME --for=(delete|condition=NAME|jsonpath=PATH=VALUE)",
        summary: "Wait for a specific condition on one or many resources.",
        flags: "for= timeout= -l,selector= all -A,all-namespaces field-selector= -f,filename= -o,output=",
        run: InSlices(|call| Box::pin(wait::wait(call))),
    },
    Verb {
        name: "explain",
        usage: "TYPE[.FIELD...]",
        summary: "Get documentation for a resource.",
        flags: "recursive api-version= -o,output=",
        run: Now(words::explain),
    },
    Verb {
        name: "api-resources",
        usage: "",
        summary: "Print the supported API resources.",
        flags: "namespaced= api-group= -o,output= no-headers verbs= sort-by= cached",
        run: Now(words::api_resources),
    },
    Verb {
        name: "cluster-info",
        usage: "",
        summary: "Display cluster information.",
        flags: "",
        run: Now(words::cluster_info),
    },
    Verb {
        name: "version",
        usage: "",
        summary: "Print the client and server version information.",
        flags: "client -o,output= short",
        run: Now(words::version),
    },
    Verb {
        name: "autoscale",
        usage: "TYPE NAME --max=MAXPODS",
        summary: "Auto-scale a resource: not simulated.",
        flags: "max= min= cpu-percent= name= -f,filename= dry-run=?unchanged",
        run: Now(words::autoscale),
    },
];

/// Whether a word is the first of a verb of two.
pub(super) fn is_first(word: &str) -> bool {
    VERBS.iter().any(|verb| verb.name.strip_prefix(word).is_some_and(|it| it.starts_with(' ')))
}

/// The verb with which the words begin, and the rest of them.
///
/// # Errors
/// What kubectl prints if there is none.
pub(super) fn find<'w, 'a>(words: &'w [&'a str]) -> Result<(&'static Verb, &'w [&'a str]), Plan> {
    let Some(first) = words.first() else { return Err(Plan::print(help())) };
    if ["--help", "-h", "help"].contains(first) {
        return match words.get(1..).filter(|rest| !rest.is_empty()) {
            Some(rest) => find(rest).and_then(|(verb, _)| Err(Plan::print(verb.help()))),
            None => Err(Plan::print(help())),
        };
    }
    let two = words.get(1).map(|second| format!("{first} {second}"));
    let of_two = VERBS.iter().find(|verb| Some(verb.name) == two.as_deref());
    if let (Some(verb), Some(rest)) = (of_two, words.get(2..)) {
        return Ok((verb, rest));
    }
    if let (Some(verb), Some(rest)) =
        (VERBS.iter().find(|verb| verb.name == *first), words.get(1..))
    {
        return Ok((verb, rest));
    }
    let parts: Vec<&str> =
        VERBS.iter().filter_map(|verb| verb.name.strip_prefix(first)?.strip_prefix(' ')).collect();
    match parts.is_empty() {
        true => Err(options::unknown(VERBS, first)),
        false => Err(missing_part(first, words.get(1).copied(), &parts)),
    }
}

/// A verb of two words whose second is missing or unknown.
fn missing_part(first: &str, second: Option<&str>, parts: &[&str]) -> Plan {
    match second.filter(|second| !second.starts_with('-')) {
        Some(second) => {
            let mut plan = Plan::refuse(format!(
                "error: unknown command \"{first} {second}\"\nSee 'kubectl {first} -h' for help and \
                 examples"
            ));
            plan.output.advice = format!("available: {}\n", parts.join(", "));
            plan
        }
        None => Plan::print(format!("Available Commands:\n  {}\n", parts.join("\n  "))),
    }
}

/// What `kubectl` alone prints.
fn help() -> String {
    let mut text =
        "kubectl controls the Kubernetes cluster manager.\n\nSimulated commands:\n".to_owned();
    for verb in VERBS {
        text += &format!("  {:<18}{}\n", verb.name, verb.summary);
    }
    text + "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more \
            information about a given command.\n"
}
