//! The objects that `kubectl create` makes from flags (`k8s.io/kubectl/pkg/cmd/create`), as kubectl sends them.

use super::generate_values::{int_or_text, label_selector, texts};
use super::{Call, generate_access as access};
use crate::api::json::{Node as Tree, Value, quoted};
use crate::api::*;
use crate::base64;
use crate::manifest;

/// The tree of a valid text.
pub(super) fn tree(text: &str) -> Tree {
    let mut tree = manifest::read(text).unwrap_or_default();
    tree.forget_places();
    tree
}

/// An object with only its kind and name.
pub(super) fn object(kind: Kind, name: &str) -> Tree {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", kind.api_version());
    tree.set("kind", kind.name());
    tree.child("metadata").set("name", name);
    tree
}

/// The object that the flags of a command describe. `what` is the part of the verb after `create`.
///
/// # Errors
/// kubectl's error for invalid flags.
pub(super) fn described(call: &Call<'_>, what: &str, name: &str) -> Result<(Kind, Tree), String> {
    let kind = match what {
        "secret generic" | "secret docker-registry" | "secret tls" => Kind::Secret,
        "quota" => Kind::ResourceQuota,
        _ if what.starts_with("service ") => Kind::Service,
        _ => Kind::parse(what).unwrap_or_default(),
    };
    let mut tree = object(kind, name);
    match what {
        "namespace" => {
            tree.child("spec").child("");
            *tree.child("spec") = Tree::map([]);
            tree.set("status", Tree::map([]));
        }
        "configmap" | "secret generic" => literals(call, kind, name, &mut tree)?,
        "secret docker-registry" => registry(call, &mut tree)?,
        "secret tls" => {
            let flag = |name: &str| call.words.flag(name).filter(|path| !path.is_empty());
            return Err(match (flag("cert"), flag("key")) {
                (Some(path), Some(_)) => format!("error: open {path}: no such file or directory"),
                _ => "error: key and cert must be specified".into(),
            });
        }
        "deployment" => deployment(call, name, &mut tree)?,
        "job" => job(call, name, &mut tree)?,
        "cronjob" => cron_job(call, name, &mut tree),
        "poddisruptionbudget" => budget(call, &mut tree)?,
        "priorityclass" => {
            let flag = |name: &str| call.words.flag(name).filter(|text| !text.is_empty());
            tree.set("value", Value::Int(call.words.number("value").unwrap_or(0)));
            tree.set(
                "preemptionPolicy",
                flag("preemption-policy").unwrap_or("PreemptLowerPriority"),
            );
            if let Some(text) = flag("description") {
                tree.set("description", text);
            }
            if call.words.has("global-default") {
                tree.set("globalDefault", Value::Bool(true));
            }
        }
        "quota" => quota(call, &mut tree)?,
        "role" | "clusterrole" => access::role(call, &mut tree)?,
        "rolebinding" | "clusterrolebinding" => access::binding(call, &mut tree)?,
        "ingress" => access::ingress(call, &mut tree)?,
        _ if kind == Kind::Service => service(call, what, name, &mut tree)?,
        _ => {}
    }
    Ok((kind, tree))
}

/// `--from-literal` of a ConfigMap or a Secret.
fn literals(call: &Call<'_>, kind: Kind, name: &str, tree: &mut Tree) -> Result<(), String> {
    for flag in ["from-file", "from-env-file"] {
        if let Some(file) = call.words.flag(flag) {
            let file = file.rsplit('=').next().unwrap_or(file);
            return Err(format!("error: error reading {file}: no such file or directory"));
        }
    }
    if call.words.has("append-hash") {
        return Err("error: --append-hash is not simulated here".into());
    }
    for literal in call.words.all("from-literal") {
        let Some((key, value)) = literal.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(format!("error: invalid literal source {literal}, expected key=value"));
        };
        if tree.child("data").get(key).is_some() {
            return Err(format!(
                "error: cannot add key \"{key}\", another key by that name already exists in Data for {} \"{name}\"",
                kind.name()
            ));
        }
        match kind {
            Kind::Secret => tree.child("data").set(key, base64::encode(value.as_bytes()).as_str()),
            _ => tree.child("data").set(key, value),
        }
    }
    if let Some(of) = call.words.flag("type").filter(|of| !of.is_empty()) {
        tree.set("type", of);
    }
    Ok(())
}

/// `create secret docker-registry` (`handleDockerCfgJSONContent`).
fn registry(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let flag = |name: &str| call.words.flag(name).unwrap_or("");
    let (user, password, email) =
        (flag("docker-username"), flag("docker-password"), flag("docker-email"));
    let server = call.words.flag("docker-server").unwrap_or("https://index.docker.io/v1/");
    if user.is_empty() || password.is_empty() {
        return Err("error: either --from-file or the combination of --docker-username, --docker-password and \
                    --docker-server is required"
            .into());
    }
    let email =
        if email.is_empty() { String::new() } else { format!("\"email\":{},", quoted(email)) };
    let config = format!(
        "{{\"auths\":{{{}:{{\"username\":{},\"password\":{},{email}\"auth\":\"{}\"}}}}}}",
        quoted(server),
        quoted(user),
        quoted(password),
        base64::encode(format!("{user}:{password}").as_bytes())
    );
    tree.child("data").set(".dockerconfigjson", base64::encode(config.as_bytes()).as_str());
    tree.set("type", "kubernetes.io/dockerconfigjson");
    Ok(())
}

/// A container with an image, and with the arguments after `--` as its command.
fn container(call: &Call<'_>, name: &str, image: &str) -> Tree {
    let mut container = Tree::map([]);
    container.set("image", image);
    container.set("name", name);
    container.set("resources", Tree::map([]));
    if let Some(command) = call.words.after.as_ref().filter(|words| !words.is_empty()) {
        container.set("command", texts(command.iter().copied()));
    }
    container
}

fn deployment(call: &Call<'_>, name: &str, tree: &mut Tree) -> Result<(), String> {
    let images: Vec<&str> = call.words.list("image").collect();
    if images.len() > 1 && call.words.after.is_some() {
        return Err("error: cannot specify multiple --image options and command".into());
    }
    let port = call.words.number("port").filter(|port| *port >= 0);
    let containers = images.iter().enumerate().map(|(index, image)| {
        // The last part of the image, without tag and digest.
        let own = image.rsplit('/').next().unwrap_or("").split([':', '@']).next().unwrap_or("");
        let own: String =
            own.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
        let mut container = container(call, &own.to_ascii_lowercase(), image);
        if let Some(port) = port.filter(|_| index == 0) {
            container
                .set("ports", Value::List(vec![self::tree(&format!("containerPort: {port}"))]));
        }
        container
    });
    let containers = Value::List(containers.collect());
    tree.child("metadata").child("labels").set("app", name);
    let spec = tree.child("spec");
    spec.set("replicas", Value::Int(call.words.number("replicas").unwrap_or(1)));
    spec.child("selector").child("matchLabels").set("app", name);
    spec.set("strategy", Tree::map([]));
    let template = spec.child("template");
    template.child("metadata").child("labels").set("app", name);
    template.child("spec").set("containers", containers);
    tree.set("status", Tree::map([]));
    Ok(())
}

/// The spec of a Job.
fn job_spec(call: &Call<'_>, name: &str, restart: &str) -> Tree {
    let mut spec = Tree::map([]);
    let template = spec.child("template");
    template.set("metadata", Tree::map([]));
    let image = call.words.flag("image").unwrap_or("");
    let pod = template.child("spec");
    pod.set("containers", Value::List(vec![container(call, name, image)]));
    pod.set("restartPolicy", restart);
    spec
}

fn job(call: &Call<'_>, name: &str, tree: &mut Tree) -> Result<(), String> {
    let flag = |name: &str| call.words.flag(name).filter(|text| !text.is_empty());
    let from = match (flag("image"), flag("from")) {
        (Some(_), None) => {
            tree.set("spec", job_spec(call, name, "Never"));
            tree.set("status", Tree::map([]));
            return Ok(());
        }
        (None, Some(from)) if call.words.after.is_some() => {
            return Err(format!("error: cannot specify --from and command: {from}"));
        }
        (None, Some(from)) => from,
        _ => return Err("error: either --image or --from must be specified".into()),
    };
    let (kind, own) = from.split_once('/').unwrap_or(("", from));
    if call.view.kind(kind) != Some(Kind::CronJob) {
        return Err(format!("error: from must be an existing cronjob: {from}"));
    }
    let missing = || super::view::not_found(Kind::CronJob, own);
    let owner = call.view.get(Kind::CronJob, call.namespace(), own).ok_or_else(missing)?;
    let template = owner.at("spec.jobTemplate").cloned().unwrap_or_default();
    let metadata = tree.child("metadata");
    for key in ["labels", "annotations"] {
        if let Some(pairs) = template.at("metadata").and_then(|it| it.get(key)) {
            metadata.set(key, pairs.clone());
        }
    }
    metadata.child("annotations").set("cronjob.kubernetes.io/instantiate", "manual");
    let reference = format!(
        "[{{apiVersion: batch/v1, kind: CronJob, name: {}, uid: {}, controller: true}}]",
        quoted(own),
        owner.word("metadata.uid")
    );
    metadata.set("ownerReferences", self::tree(&reference));
    let mut spec = template.get("spec").cloned().unwrap_or_default();
    let pod = spec.child("template");
    pod.set_default("metadata", Tree::map([]));
    for container in pod.child("spec").items_mut("containers") {
        container.set_default("resources", Tree::map([]));
    }
    tree.set("spec", spec);
    tree.set("status", Tree::map([]));
    Ok(())
}

fn cron_job(call: &Call<'_>, name: &str, tree: &mut Tree) {
    let restart = call.words.flag("restart").filter(|it| !it.is_empty()).unwrap_or("OnFailure");
    let spec = tree.child("spec");
    spec.child("jobTemplate").child("metadata").set("name", name);
    spec.child("jobTemplate").set("spec", job_spec(call, name, restart));
    spec.set("schedule", call.words.flag("schedule").unwrap_or(""));
    tree.set("status", Tree::map([]));
}

/// `create service TYPE`.
fn service(call: &Call<'_>, what: &str, name: &str, tree: &mut Tree) -> Result<(), String> {
    let of = match what {
        "service clusterip" => "ClusterIP",
        "service nodeport" => "NodePort",
        "service loadbalancer" => "LoadBalancer",
        _ => "ExternalName",
    };
    let mut ports = Vec::new();
    for text in call.words.list("tcp") {
        let (port, target) = text.split_once(':').unwrap_or((text, text));
        let number = |text: &str| {
            let problem =
                |why: &str| format!("error: strconv.ParseUint: parsing \"{text}\": {why}");
            match text.parse::<u16>() {
                Ok(number) => Ok(i64::from(number)),
                Err(_) if text.parse::<u64>().is_ok() => Err(problem("value out of range")),
                Err(_) => Err(problem("invalid syntax")),
            }
        };
        let mut one = Tree::map([]);
        one.set("name", text.replace(':', "-").as_str());
        one.set("port", Value::Int(number(port)?));
        one.set("protocol", "TCP");
        one.set("targetPort", int_or_text(target));
        if let Some(port) = call.words.number("node-port").filter(|port| *port > 0) {
            one.set("nodePort", Value::Int(port));
        }
        ports.push(one);
    }
    let ip = call.words.flag("clusterip").unwrap_or("");
    match (ip, ports.is_empty()) {
        ("None", false) => return Err("error: can not map ports with clusterip=None".into()),
        ("None", _) => {}
        (_, true) if of != "ExternalName" => {
            return Err("error: at least one tcp port specifier must be provided".into());
        }
        _ => {}
    }
    tree.child("metadata").child("labels").set("app", name);
    let spec = tree.child("spec");
    spec.set("type", of);
    spec.child("selector").set("app", name);
    if !ports.is_empty() {
        spec.set("ports", Value::List(ports));
    }
    if !ip.is_empty() {
        spec.set("clusterIP", ip);
    }
    if let Some(name) = call.words.flag("external-name") {
        spec.set("externalName", name);
    }
    tree.child("status").set("loadBalancer", Tree::map([]));
    Ok(())
}

fn budget(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let flag = |name: &str| call.words.flag(name).filter(|value| !value.is_empty());
    let text = flag("selector").ok_or("error: a selector must be specified")?;
    let (field, limit) = match (flag("min-available"), flag("max-unavailable")) {
        (Some(least), None) => ("minAvailable", least),
        (None, Some(most)) => ("maxUnavailable", most),
        (None, None) => {
            return Err("error: one of min-available or max-unavailable must be specified".into());
        }
        _ => return Err("error: min-available and max-unavailable cannot be both specified".into()),
    };
    let spec = tree.child("spec");
    spec.set("selector", label_selector(text)?);
    spec.set(field, int_or_text(limit));
    tree.set(
        "status",
        self::tree(
            "{currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0}",
        ),
    );
    Ok(())
}

fn quota(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let spec = tree.child("spec");
    for pair in call.words.list("hard").filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            format!("error: Invalid argument syntax {pair}, expected <resource>=<value>")
        })?;
        spec.child("hard").set(key, value);
    }
    let scopes: Vec<&str> = call.words.list("scopes").filter(|scope| !scope.is_empty()).collect();
    if !scopes.is_empty() {
        spec.set("scopes", texts(scopes));
    }
    tree.set("status", Tree::map([]));
    Ok(())
}
