//! Objects that `kubectl create` makes from several flags: roles, role bindings, and Ingresses.

use super::generate_values::{int_or_text, label_selector, texts};
use super::{Call, Plan, revise};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Object};

const GROUP: &str = "rbac.authorization.k8s.io";

/// The verbs of the API (`validResourceVerbs`).
const VERBS: &str = "* get delete list create update patch watch proxy deletecollection use bind escalate \
                     impersonate approve sign attest";

/// A group and its resources.
type Group = (&'static str, Vec<String>);

/// The resources by group, in the order of the command.
fn grouped(call: &Call<'_>, resources: Vec<&str>) -> Result<Vec<Group>, String> {
    let mut groups: Vec<Group> = Vec::new();
    for word in resources {
        let (word, below) = word.split_once('/').map_or((word, ""), |(word, below)| (word, below));
        let (group, name) = match word {
            "*" => ("", "*".to_owned()),
            _ => {
                let unknown = || format!("the server doesn't have a resource type \"{word}\"");
                let of = call.view.kind(word).ok_or_else(unknown)?;
                (of.group().trim_start_matches('.'), of.plural().to_owned())
            }
        };
        let name = if below.is_empty() { name } else { format!("{name}/{below}") };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, names)) => names.push(name),
            None => groups.push((group, vec![name])),
        }
    }
    Ok(groups)
}

/// `create role` and `create clusterrole`.
pub(super) fn role(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let list = |name: &str| {
        let mut all: Vec<&str> = Vec::new();
        for one in call.words.list(name).filter(|one| !one.is_empty()) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all
    };
    let is_cluster = tree.text("kind") == "ClusterRole";
    if let Some(text) = call.words.flag("aggregation-rule").filter(|_| is_cluster) {
        let selectors = Value::List(vec![label_selector(text)?]);
        tree.child("aggregationRule").set("clusterRoleSelectors", selectors);
        tree.set("rules", Value::Null);
        return Ok(());
    }
    let (verbs, resources, names) = (list("verb"), list("resource"), list("resource-name"));
    let urls = list("non-resource-url");
    let verbs = if verbs.contains(&"*") { vec!["*"] } else { verbs };
    if verbs.is_empty() {
        return Err("error: at least one verb must be specified".into());
    }
    if resources.is_empty() && (urls.is_empty() || !is_cluster) {
        let what =
            if is_cluster { "one of resource or nonResourceURL" } else { "at least one resource" };
        return Err(format!("error: {what} must be specified"));
    }
    let groups = grouped(call, resources)?;
    let mut rules = Vec::new();
    for (group, resources) in groups {
        let mut rule = Tree::map([]);
        rule.set("apiGroups", texts([group]));
        rule.set("resources", texts(resources.iter().map(String::as_str)));
        if !names.is_empty() {
            rule.set("resourceNames", texts(names.iter().copied()));
        }
        rule.set("verbs", texts(verbs.iter().copied()));
        rules.push(rule);
    }
    if !urls.is_empty() {
        let mut rule = Tree::map([]);
        rule.set("nonResourceURLs", texts(urls));
        rule.set("verbs", texts(verbs));
        rules.push(rule);
    }
    tree.set("rules", Value::List(rules));
    Ok(())
}

/// kubectl's warnings about verbs that the API does not have.
pub(super) fn verb_warnings(call: &Call<'_>) -> String {
    let is_unknown =
        |verb: &&str| !verb.is_empty() && !VERBS.split_whitespace().any(|known| known == *verb);
    let unknown = call.words.list("verb").filter(is_unknown);
    unknown.map(|verb| format!("Warning: '{verb}' is not a standard resource verb\n")).collect()
}

/// The subjects of a binding: a user, a group, or a ServiceAccount given as `NAMESPACE:NAME`.
pub(super) fn subjects(call: &Call<'_>) -> Result<Vec<Tree>, String> {
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in call.words.all(flag).flat_map(|names| names.split(',')) {
            let mut subject = Tree::map([]);
            subject.set("apiGroup", GROUP);
            subject.set("kind", kind);
            subject.set("name", name);
            subjects.push(subject);
        }
    }
    for account in call.words.list("serviceaccount") {
        let parts =
            account.split_once(':').filter(|(_, name)| !name.is_empty() && !name.contains(':'));
        let (namespace, name) = parts.ok_or("error: serviceaccount must be <namespace>:<name>")?;
        let mut subject = Tree::map([]);
        subject.set("kind", "ServiceAccount");
        subject.set("name", name);
        subject.set("namespace", namespace);
        subjects.push(subject);
    }
    Ok(subjects)
}

/// `create rolebinding` and `create clusterrolebinding`.
pub(super) fn binding(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let flag = |name: &str| call.words.flag(name).filter(|text| !text.is_empty());
    let (kind, name) = match (flag("clusterrole"), flag("role")) {
        (Some(name), None) => (Kind::ClusterRole, name),
        (None, Some(name)) => (Kind::Role, name),
        _ => return Err("error: exactly one of clusterrole or role must be specified".into()),
    };
    let role = tree.child("roleRef");
    role.set("apiGroup", GROUP);
    role.set("kind", kind.name());
    role.set("name", name);
    let subjects = subjects(call)?;
    if !subjects.is_empty() {
        tree.set("subjects", Value::List(subjects));
    }
    Ok(())
}

/// The backend `SERVICE:PORT` of an Ingress.
fn backend(text: &str) -> Option<Tree> {
    let (name, port) = text.split_once(':')?;
    let mut backend = Tree::map([]);
    let service = backend.child("service");
    service.set("name", name);
    let port = int_or_text(port);
    let key = if port.as_int().is_some() { "number" } else { "name" };
    service.child("port").set(key, port);
    Some(backend)
}

/// The rules of an Ingress, and the TLS Secrets of its hosts.
fn routes(spec: &mut Tree, rules: &[&str]) -> Result<(), String> {
    let mut hosts: Vec<(&str, Vec<Tree>)> = Vec::new();
    let mut secrets: Vec<(&str, Vec<&str>)> = Vec::new();
    for text in rules {
        let read = || {
            let (path, rest) = text.split_once('=')?;
            let (host, path) = path.split_once('/')?;
            let (to, tls) = rest.split_once(',').map_or((rest, None), |(to, tls)| (to, Some(tls)));
            Some((host, path, backend(to)?, tls))
        };
        let wrong = || {
            format!(
                "error: rule {text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            )
        };
        let (host, path, backend, tls) = read().ok_or_else(wrong)?;
        let (path, of) = path.strip_suffix('*').map_or((path, "Exact"), |path| (path, "Prefix"));
        let mut one = Tree::map([]);
        one.set("backend", backend);
        one.set("path", format!("/{path}").as_str());
        one.set("pathType", of);
        match hosts.iter_mut().find(|(known, _)| *known == host) {
            Some((_, paths)) => paths.push(one),
            None => hosts.push((host, vec![one])),
        }
        if let Some(tls) = tls {
            let secret = tls.strip_prefix("tls=").unwrap_or("");
            match secrets.iter_mut().find(|(known, _)| *known == secret) {
                Some((_, hosts)) if hosts.contains(&host) => {}
                Some((_, hosts)) => hosts.push(host),
                None => secrets.push((secret, vec![host])),
            }
        }
    }
    let rule = |(host, paths): (&str, Vec<Tree>)| {
        let mut rule = Tree::map([]);
        if !host.is_empty() {
            rule.set("host", host);
        }
        rule.child("http").set("paths", Value::List(paths));
        rule
    };
    if !hosts.is_empty() {
        spec.set("rules", Value::List(hosts.into_iter().map(rule).collect()));
    }
    let secret = |(name, hosts): (&str, Vec<&str>)| {
        let mut one = Tree::map([]);
        one.set("hosts", texts(hosts));
        if !name.is_empty() {
            one.set("secretName", name);
        }
        one
    };
    if !secrets.is_empty() {
        spec.set("tls", Value::List(secrets.into_iter().map(secret).collect()));
    }
    Ok(())
}

/// `create ingress` (`create_ingress.go`).
pub(super) fn ingress(call: &Call<'_>, tree: &mut Tree) -> Result<(), String> {
    let default = call.words.flag("default-backend").filter(|text| !text.is_empty());
    let rules: Vec<&str> = call.words.all("rule").collect();
    if default.is_none() && rules.is_empty() {
        return Err("error: not enough information provided: every ingress has to either specify a default-backend \
                    (which catches all traffic) or a list of rules (which catch specific paths)"
            .into());
    }
    for note in call.words.all("annotation") {
        let (key, value) = note.split_once('=').ok_or_else(|| {
            format!("error: annotation {note} is invalid and should be in format key=[value]")
        })?;
        tree.child("metadata").child("annotations").set(key, value);
    }
    let spec = tree.child("spec");
    if let Some(class) = call.words.flag("class").filter(|class| !class.is_empty()) {
        spec.set("ingressClassName", class);
    }
    if let Some(text) = default {
        let wrong = "error: default-backend should be in format servicename:serviceport";
        spec.set("defaultBackend", backend(text).ok_or(wrong)?);
    }
    routes(spec, &rules)?;
    tree.child("status").set("loadBalancer", Tree::map([]));
    Ok(())
}

/// `kubectl set subject`.
pub(super) fn subject(call: &Call<'_>, name: &str, object: &Object, tree: &Tree) -> Plan {
    if !matches!(object.kind(), Kind::RoleBinding | Kind::ClusterRoleBinding) {
        return Plan::refuse(format!(
            "error: {}/{} setting subjects is only supported for RoleBinding/ClusterRoleBinding",
            object.kind().plural(),
            object.meta().name
        ));
    }
    let new = match subjects(call) {
        Ok(new) => new,
        Err(refusal) => return Plan::refuse(refusal),
    };
    let mut all = tree.list("subjects").to_vec();
    all.extend(new.into_iter().filter(|subject| !tree.list("subjects").contains(subject)));
    let mut changed = tree.clone();
    changed.set("subjects", Value::List(all));
    match changed == *tree {
        true => Plan::default(),
        false => revise::write(call, name, object, &changed, "subjects updated"),
    }
}
