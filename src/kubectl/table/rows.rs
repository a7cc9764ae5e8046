//! The rows of the table: the simulated verbs, with the usage, the summary, and the flags of kubectl 1.37.

use super::super::options::Run::{self, InSlices, Now};
use super::super::options::Verb;
use super::super::{
    apply, change, client, container, create, delete, describe, diff, dump, event_list, explain,
    expose, kubeconfig, label, nodes, replace, rollout, set, wait, watch, words,
};

/// Flags for printing objects.
const PRINT: &str = "allow-missing-template-keys -o,output= show-managed-fields template=";
/// Flags for reading objects from files.
const FILES: &str = "-f,filename= -k,kustomize= -R,recursive";
/// Flags for creating an object.
const NEW: &str = "dry-run=?unchanged field-manager= save-config validate=?strict";
/// Flags for changing an object.
const TRY: &str = "dry-run=?unchanged field-manager=";

const fn verb(
    name: &'static str,
    usage: &'static str,
    summary: &'static str,
    flags: &'static [&'static str],
    run: Run,
) -> Verb {
    Verb { name, usage, summary, flags, run }
}

#[rustfmt::skip] // a row for each verb
const APPLY: Verb = verb("apply", "(-f FILENAME | -k DIRECTORY)", "Apply a configuration to a resource by file name or stdin.", &[ PRINT, FILES, TRY, "all cascade=?background force force-conflicts grace-period# openapi-patch overwrite prune prune-allowlist= -l,selector= server-side subresource= timeout~ validate=?strict wait", ], InSlices(|call| Box::pin(apply::run(call))));
#[rustfmt::skip] // a row for each verb
const DELETE: Verb = verb("delete", "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])", "Delete resources by file names, stdin, resources and names, or by resources and label selector.", &[ FILES, "all -A,all-namespaces cascade=?background dry-run=?unchanged field-selector= force grace-period# ignore-not-found -i,interactive now -o,output= raw= -l,selector= timeout~ wait", ], InSlices(|call| Box::pin(delete::run(call))));
#[rustfmt::skip] // a row for each verb
const SCALE: Verb = verb("scale", "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)", "Set a new size for a deployment, replica set, replication controller, or stateful set.", &[ PRINT, FILES, "all current-replicas# dry-run=?unchanged replicas#! resource-version= -l,selector= timeout~", ], Now(change::scale));
#[rustfmt::skip] // a row for each verb
const CORDON: Verb = verb("cordon", "NODE", "Mark node as unschedulable.", &["dry-run=?unchanged -l,selector="], Now(nodes::cordon));
#[rustfmt::skip] // a row for each verb
const UNCORDON: Verb = verb("uncordon", "NODE", "Mark node as schedulable.", &["dry-run=?unchanged -l,selector="], Now(nodes::cordon));

/// The verbs that the page has before the others.
pub(crate) static EARLY: [Verb; 5] = [APPLY, CORDON, DELETE, SCALE, UNCORDON];

/// Every verb; those of several words are together.
#[rustfmt::skip] // a row for each verb
pub(crate) static VERBS: &[Verb] = &[
    verb("create", "-f FILENAME", "Create a resource from a file or from stdin.", &[PRINT, FILES, NEW, "edit raw= -l,selector= windows-line-endings"], InSlices(|call| Box::pin(create::run(call)))),
    verb("create clusterrole", "NAME --verb=verb --resource=resource.group [--resource-name=resourcename]", "Create a cluster role.", &[PRINT, NEW, "aggregation-rule= non-resource-url= resource= resource-name= verb="], Now(create::described)),
    verb("create clusterrolebinding", "NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]", "Create a cluster role binding for a particular cluster role.", &[PRINT, NEW, "clusterrole=! group= serviceaccount= user="], Now(create::described)),
    verb("create configmap", "NAME [--from-file=[key=]source] [--from-literal=key1=value1]", "Create a config map based on a file, directory, or specified literal value.", &[PRINT, NEW, "append-hash from-env-file= from-file= from-literal="], Now(create::described)),
    verb("create cronjob", "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]", "Create a cron job with the specified name.", &[PRINT, NEW, "image=! restart= schedule=!"], Now(create::described)),
    verb("create deployment", "NAME --image=image -- [COMMAND] [args...]", "Create a deployment with the specified name.", &[PRINT, NEW, "image=! port# -r,replicas#"], Now(create::described)),
    verb("create ingress", "NAME --rule=host/path=service:port[,tls[=secret]]", "Create an ingress with the specified name.", &[PRINT, NEW, "annotation= class= default-backend= rule="], Now(create::described)),
    verb("create job", "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]", "Create a job with the specified name.", &[PRINT, NEW, "from= image="], Now(create::described)),
    verb("create namespace", "NAME", "Create a namespace with the specified name.", &[PRINT, NEW], Now(create::described)),
    verb("create poddisruptionbudget", "NAME --selector=SELECTOR --min-available=N", "Create a pod disruption budget with the specified name, selector, and desired minimum available pods.", &[PRINT, NEW, "max-unavailable= min-available= selector="], Now(create::described)),
    verb("create priorityclass", "NAME --value=VALUE --global-default=BOOL", "Create a priority class with the specified name, value, globalDefault and description.", &[PRINT, NEW, "description= global-default preemption-policy= value#"], Now(create::described)),
    verb("create quota", "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2]", "Create a resource quota with the specified name, hard limits, and optional scopes.", &[PRINT, NEW, "hard= scopes="], Now(create::described)),
    verb("create role", "NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]", "Create a role with single rule.", &[PRINT, NEW, "resource= resource-name= verb="], Now(create::described)),
    verb("create rolebinding", "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]", "Create a role binding for a particular role or cluster role.", &[PRINT, NEW, "clusterrole= group= role= serviceaccount= user="], Now(create::described)),
    verb("create secret docker-registry", "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source]", "Create a new secret for use with Docker registries.", &[ PRINT, NEW, "append-hash docker-email= docker-password= docker-server= docker-username= from-file=", ], Now(create::described)),
    verb("create secret generic", "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]", "Create a secret based on a file, directory, or specified literal value.", &[PRINT, NEW, "append-hash from-env-file= from-file= from-literal= type="], Now(create::described)),
    verb("create secret tls", "NAME --cert=path/to/cert/file --key=path/to/key/file", "Create a TLS secret.", &[PRINT, NEW, "append-hash cert= key="], Now(create::described)),
    verb("create service clusterip", "NAME [--tcp=<port>:<targetPort>]", "Create a ClusterIP service with the specified name.", &[PRINT, NEW, "clusterip= tcp="], Now(create::described)),
    verb("create service externalname", "NAME --external-name external.name", "Create an ExternalName service with the specified name.", &[PRINT, NEW, "external-name=! tcp="], Now(create::described)),
    verb("create service loadbalancer", "NAME [--tcp=port:targetPort]", "Create a LoadBalancer service with the specified name.", &[PRINT, NEW, "tcp="], Now(create::described)),
    verb("create service nodeport", "NAME [--tcp=port:targetPort]", "Create a NodePort service with the specified name.", &[PRINT, NEW, "node-port# tcp="], Now(create::described)),
    verb("create serviceaccount", "NAME", "Create a service account with the specified name.", &[PRINT, NEW], Now(create::described)),
    verb("expose", "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]", "Expose a resource as a new Kubernetes service.", &[ PRINT, FILES, TRY, "cluster-ip= external-ip= -l,labels= load-balancer-ip= name= override-type= overrides= port= protocol= save-config selector= session-affinity= target-port= type=", ], Now(expose::expose)),
    verb("set env", "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N", "Update environment variables on a pod template.", &[ PRINT, FILES, TRY, "all -c,containers= -e,env= from= keys= list local overwrite prefix= resolve -l,selector=", ], Now(set::run)),
    verb("set image", "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N", "Update existing container image(s) of resources.", &[PRINT, FILES, TRY, "all local -l,selector="], Now(set::run)),
    verb("set resources", "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]", "Specify compute resource requirements (CPU, memory) for any resource that defines a pod template.", &[PRINT, FILES, TRY, "all -c,containers= limits= local requests= -l,selector="], Now(set::run)),
    verb("set selector", "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]", "Set the selector on a resource.", &[PRINT, TRY, "all -f,filename= local -R,recursive resource-version="], Now(set::run)),
    verb("set serviceaccount", "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT", "Update the service account of pod template resources.", &[PRINT, FILES, TRY, "all local"], Now(set::run)),
    verb("set subject", "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]", "Update the user, group, or service account in a role binding or cluster role binding.", &[PRINT, FILES, TRY, "all group= local -l,selector= serviceaccount= user="], Now(set::run)),
    verb("explain", "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]", "Describe fields and structure of various resources.", &["api-version= max-depth# -o,output= -R,recursive"], Now(explain::run)),
    verb("get", "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...)", "Display one or many resources.", &[ PRINT, FILES, "-A,all-namespaces chunk-size# field-selector= ignore-not-found -L,label-columns= no-headers output-watch-events raw= -l,selector= server-print show-kind show-labels sort-by= subresource= -w,watch watch-only", ], InSlices(|call| Box::pin(watch::get(call)))),
    verb("edit", "(RESOURCE/NAME | -f FILENAME)", "Edit a resource from the default editor.", &[ PRINT, FILES, "field-manager= output-patch save-config subresource= validate=?strict windows-line-endings", ], Now(replace::edit)),
    DELETE,
    verb("rollout history", "(TYPE NAME | TYPE/NAME)", "View previous rollout revisions and configurations.", &[PRINT, FILES, "revision# -l,selector="], Now(rollout::history)),
    verb("rollout pause", "RESOURCE", "Mark the provided resource as paused.", &[PRINT, FILES, "field-manager= -l,selector="], Now(rollout::pause)),
    verb("rollout restart", "RESOURCE", "Restart a resource.", &[PRINT, FILES, "field-manager= -l,selector="], Now(rollout::restart)),
    verb("rollout resume", "RESOURCE", "Resume a paused resource.", &[PRINT, FILES, "field-manager= -l,selector="], Now(rollout::pause)),
    verb("rollout status", "(TYPE NAME | TYPE/NAME)", "Show the status of the rollout.", &[FILES, "revision# -l,selector= timeout~ -w,watch"], InSlices(|call| Box::pin(rollout::status(call)))),
    verb("rollout undo", "(TYPE NAME | TYPE/NAME)", "Roll back to a previous rollout.", &[PRINT, FILES, "dry-run=?unchanged -l,selector= to-revision#"], Now(rollout::undo)),
    SCALE,
    verb("autoscale", "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]", "Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster.", &[PRINT, FILES, TRY, "cpu= max#! memory= min# name= save-config cpu-percent#"], Now(expose::autoscale)),
    verb("cluster-info", "", "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true.", &[], Now(words::cluster_info)),
    verb("cluster-info dump", "", "Dump relevant information for debugging and diagnosis.", &[PRINT, "-A,all-namespaces namespaces= output-directory= pod-running-timeout~"], Now(dump::dump)),
    CORDON,
    UNCORDON,
    verb("drain", "NODE", "Drain node in preparation for maintenance.", &[ "chunk-size# delete-emptydir-data disable-eviction dry-run=?unchanged force grace-period# ignore-daemonsets pod-selector= -l,selector= skip-wait-for-delete-timeout# timeout~", ], Now(nodes::drain)),
    verb("taint", "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N", "Update the taints on one or more nodes.", &[PRINT, TRY, "all overwrite -l,selector= validate=?strict"], Now(nodes::taint)),
    verb("describe", "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)", "Show details of a specific resource or group of resources.", &[FILES, "-A,all-namespaces chunk-size# -l,selector= show-events"], Now(describe::run)),
    verb("logs", "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]", "Print the logs for a container in a pod or specified resource.", &[ "all-containers all-pods -c,container= -f,follow ignore-errors insecure-skip-tls-verify-backend limit-bytes# max-log-requests# pod-running-timeout~ prefix -p,previous -l,selector= since~ since-time= tail# timestamps", ], Now(container::logs)),
    verb("exec", "(POD | TYPE/NAME) [-c CONTAINER] -- COMMAND [args...]", "Execute a command in a container.", &["-c,container= -f,filename= pod-running-timeout~ -q,quiet -i,stdin -t,tty"], Now(container::exec)),
    verb("run", "NAME --image=image [--env=\"key=value\"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]", "Create and run a particular image in a pod.", &[PRINT, NEW, "annotations= attach command env= expose image= image-pull-policy= -l,labels= leave-stdin-open override-type= overrides= pod-running-timeout~ port= privileged -q,quiet restart= rm -i,stdin -t,tty"], Now(container::run)),
    verb("attach", "(POD | TYPE/NAME) -c CONTAINER", "Attach to a running container.", &["-c,container= detach-keys= pod-running-timeout~ -q,quiet -i,stdin -t,tty"], Now(container::attach)),
    verb("cp", "<file-spec-src> <file-spec-dest>", "Copy files and directories to and from containers.", &["-c,container= no-preserve retries#"], Now(container::copy)),
    verb("debug", "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]", "Create debugging sessions for troubleshooting workloads and nodes.", &["arguments-only attach -c,container= copy-to= custom= env= -f,filename= image= image-pull-policy= keep-annotations keep-init-containers keep-labels keep-liveness keep-readiness keep-startup profile= -q,quiet replace same-node set-image= share-processes -i,stdin target= -t,tty"], Now(container::debug)),
    verb("port-forward", "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]", "Forward one or more local ports to a pod.", &["address= pod-running-timeout~"], Now(container::port_forward)),
    verb("top", "(node | pod) [NAME]", "Display resource (CPU/memory) usage: there is no metrics server.", &["-A,all-namespaces containers field-selector= no-headers -l,selector= show-capacity show-swap sort-by= sum use-protocol-buffers"], Now(container::top)),
    verb("auth can-i", "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]", "Check whether an action is allowed.", &["-A,all-namespaces list no-headers -q,quiet subresource="], Now(client::can_i)),
    verb("auth whoami", "", "Experimental: Check who you are and your attributes (groups, extra).", &[PRINT], Now(client::whoami)),
    verb("events", "[(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]", "Display events.", &[PRINT, "-A,all-namespaces chunk-size# for= no-headers types= -w,watch"], Now(event_list::run)),
    verb("diff", "-f FILENAME", "Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.", &[ FILES, "concurrency# field-manager= force-conflicts prune prune-allowlist= -l,selector= server-side show-managed-fields show-secrets", ], InSlices(|call| Box::pin(diff::run(call)))),
    APPLY,
    verb("apply view-last-applied", "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)", "View the latest last-applied-configuration annotations by type/name or file.", &[FILES, "all -o,output= -l,selector="], Now(apply::view_last)),
    verb("patch", "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]", "Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.", &[PRINT, FILES, TRY, "local -p,patch= patch-file= subresource= type="], Now(change::patch)),
    verb("replace", "-f FILENAME", "Replace a resource by file name or stdin.", &[ PRINT, FILES, NEW, "cascade=?background force grace-period# raw= subresource= timeout~ wait", ], InSlices(|call| Box::pin(replace::replace(call)))),
    verb("wait", "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]", "Wait for a specific condition on one or many resources.", &[ PRINT, "all -A,all-namespaces field-selector= -f,filename= for= local -R,recursive -l,selector= timeout~", ], InSlices(|call| Box::pin(wait::wait(call)))),
    verb("label", "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]", "Update the labels on a resource.", &[ PRINT, FILES, TRY, "all -A,all-namespaces field-selector= list local overwrite resource-version= -l,selector=", ], Now(label::label)),
    verb("annotate", "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]", "Update the annotations on one or more resources.", &[ PRINT, FILES, TRY, "all -A,all-namespaces field-selector= list local overwrite resource-version= -l,selector=", ], Now(label::label)),
    verb("api-resources", "", "Print the supported API resources on the server.", &[ "api-group= cached categories= namespaced no-headers -o,output= show-managed-fields sort-by= verbs=", ], Now(words::api_resources)),
    verb("api-versions", "", "Print the supported API versions on the server, in the form of \"group/version\".", &[], Now(words::api_versions)),
    verb("config current-context", "", "Display the current-context.", &[], Now(kubeconfig::config)),
    verb("config delete-cluster", "NAME", "Delete the specified cluster from the kubeconfig.", &[], Now(kubeconfig::config)),
    verb("config delete-context", "NAME", "Delete the specified context from the kubeconfig.", &[], Now(kubeconfig::config)),
    verb("config delete-user", "NAME", "Delete the specified user from the kubeconfig.", &[], Now(kubeconfig::config)),
    verb("config get-clusters", "", "Display clusters defined in the kubeconfig.", &[], Now(kubeconfig::config)),
    verb("config get-contexts", "[(-o|--output=)name)]", "Display one or many contexts from the kubeconfig file.", &["no-headers -o,output="], Now(kubeconfig::config)),
    verb("config get-users", "", "Display users defined in the kubeconfig.", &[], Now(kubeconfig::config)),
    verb("config rename-context", "CONTEXT_NAME NEW_NAME", "Renames a context from the kubeconfig file.", &[], Now(kubeconfig::config)),
    verb("config set", "PROPERTY_NAME PROPERTY_VALUE", "Set an individual value in a kubeconfig file.", &["set-raw-bytes"], Now(kubeconfig::config)),
    verb("config set-cluster", "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]", "Set a cluster entry in kubeconfig.", &["embed-certs"], Now(kubeconfig::config)),
    verb("config set-context", "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]", "Set a context entry in kubeconfig.", &["current"], Now(kubeconfig::config)),
    verb("config set-credentials", "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]", "Set a user entry in kubeconfig.", &["auth-provider= auth-provider-arg= embed-certs exec-api-version= exec-arg= exec-command= exec-env="], Now(kubeconfig::config)),
    verb("config unset", "PROPERTY_NAME", "Unset an individual value in a kubeconfig file.", &[], Now(kubeconfig::config)),
    verb("config use-context", "CONTEXT_NAME", "Set the current-context in a kubeconfig file.", &[], Now(kubeconfig::config)),
    verb("config view", "", "Display merged kubeconfig settings or a specified kubeconfig file.", &[PRINT, "flatten merge minify raw"], Now(kubeconfig::config)),
    verb("version", "", "Print the client and server version information for the current context.", &["client -o,output="], Now(client::version)),
];
