//! `kubectl config`: the kubeconfig file.
//!
//! A terminal keeps the file among its own files. The commands that read it get its text as their heredoc; for
//! those that change it, the terminal calls [`change_kubeconfig`](super::change_kubeconfig). Without a terminal, there is only the [`DEFAULT`] file.
//! Follows `k8s.io/kubectl/pkg/cmd/config` of kubectl 1.37.

use super::generate::tree;
use super::options::Words;
use super::{Call, Plan, print, tabs};
use crate::api::DEFAULT_NAMESPACE;
use crate::api::json::{Node as Tree, Value};
use crate::manifest;
use crate::shell::Output;

/// The path of the file in a terminal.
pub const PATH: &str = "/home/user/.kube/config";

/// The name of the simulated cluster, and of its context and user in the default file.
const CLUSTER: &str = "ordinal";

/// The file of a new terminal.
pub const DEFAULT: &str = "apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:6443
  name: ordinal
contexts:
- context:
    cluster: ordinal
    namespace: default
    user: ordinal
  name: ordinal
current-context: ordinal
kind: Config
users:
- name: ordinal
  user: {}
";

/// The commands that change the file.
const CHANGES: [&str; 9] = [
    "delete-cluster",
    "delete-context",
    "delete-user",
    "rename-context",
    "set",
    "set-cluster",
    "set-context",
    "set-credentials",
    "unset",
];

/// Finds the namespace of the context with a name in the text of a file, or of the current one.
///
/// There is only one cluster: the namespaces of contexts with other clusters don't count.
///
/// # Errors
/// kubectl's error if there is no such context.
pub fn namespace(text: &str, name: Option<&str>) -> Result<String, String> {
    let config = tree(text);
    let name = name.unwrap_or(config.text("current-context"));
    let found = find(&config, "contexts", name);
    if found.is_none() && !name.is_empty() {
        return Err(format!("error: context \"{name}\" does not exist\n"));
    }
    let of_this = found.filter(|it| it.word("context.cluster") == CLUSTER);
    let namespace = of_this.map(|it| it.word("context.namespace")).filter(|it| !it.is_empty());
    Ok(namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.into()))
}

/// The advice if the current context has another cluster than the simulated one.
fn advice(config: &Tree) -> String {
    let current = find(config, "contexts", config.text("current-context"));
    match current.is_some_and(|it| it.word("context.cluster") == CLUSTER) {
        true => String::new(),
        false => format!(
            "the only cluster here is {CLUSTER}: commands still go to it, in the namespace {DEFAULT_NAMESPACE}\n"
        ),
    }
}

/// Runs a command that changes the file, and returns its output and the new text. `None` for other commands. `name` is
/// the part of the verb after `config`.
pub(super) fn change(
    name: &str,
    words: &Words<'_>,
    text: &str,
) -> Option<(Output, Option<String>)> {
    let is_change = CHANGES.contains(&name) || name == "use-context";
    if !is_change || words.has("help") {
        return None;
    }
    let mut config = match manifest::read(text) {
        Ok(config) => config,
        Err(error) => {
            let error = format!("error: error loading config file \"{PATH}\": {error}\n");
            return Some((Output::complaint(error), None));
        }
    };
    Some(match changed(name, words, &mut config) {
        Ok(output) => {
            let output = Output { advice: advice(&config), ..output };
            (output, Some(manifest::to_yaml(&config)))
        }
        Err(error) => (Output::complaint(format!("error: {error}\n")), None),
    })
}

/// Changes the file, and returns the output.
fn changed(name: &str, words: &Words<'_>, config: &mut Tree) -> Result<Output, String> {
    let plain = words.plain.as_slice();
    let said = match (name, plain) {
        ("use-context", [name]) => {
            find(config, "contexts", name)
                .ok_or_else(|| format!("no context exists with the name: \"{name}\""))?;
            config.set("current-context", *name);
            format!("Switched to context \"{name}\".")
        }
        ("set-context", _) => {
            let current = config.text("current-context").to_owned();
            let name = match (plain, words.has("current")) {
                ([], true) if current.is_empty() => return Err("no current context is set".into()),
                ([], true) => current.as_str(),
                ([name], false) => name,
                _ => return Err("unexpected arguments: give a context name, or --current".into()),
            };
            let verb =
                if find(config, "contexts", name).is_some() { "modified" } else { "created" };
            set(config, words, ("contexts", "context"), name, &["cluster", "user", "namespace"]);
            format!("Context \"{name}\" {verb}.")
        }
        ("set-cluster", [name]) => {
            let keys = ["server", "tls-server-name", "proxy-url", "certificate-authority"];
            set(config, words, ("clusters", "cluster"), name, &keys);
            format!("Cluster \"{name}\" set.")
        }
        ("set-credentials", [name]) => {
            let keys = ["username", "password", "token", "client-certificate", "client-key"];
            set(config, words, ("users", "user"), name, &keys);
            format!("User \"{name}\" set.")
        }
        ("rename-context", [old, new]) => rename(config, old, new)?,
        ("delete-context", [name]) => {
            let mut output = Output::print(delete(config, "contexts", "context", name)?);
            if config.text("current-context") == *name {
                output.stderr = "warning: this removed your active context, use \"kubectl config use-context\" to \
                                 select a different one\n"
                    .into();
            }
            return Ok(output);
        }
        ("delete-cluster", [name]) => delete(config, "clusters", "cluster", name)?,
        ("delete-user", [name]) => delete(config, "users", "user", name)?,
        ("set", [path, value]) => {
            *property(config, path)? = Tree::from(*value);
            format!("Property \"{path}\" set.")
        }
        ("unset", [path]) => {
            property(config, path)?.value = Value::Null;
            prune(config);
            format!("Property \"{path}\" unset.")
        }
        (_, plain) => return Err(format!("unexpected args: [{}]", plain.join(" "))),
    };
    Ok(Output::print(said.trim_end().to_owned() + "\n"))
}

/// The entry of a list with a name.
fn find<'t>(config: &'t Tree, list: &str, name: &str) -> Option<&'t Tree> {
    config.list(list).iter().find(|it| it.text("name") == name)
}

/// The entry of a list with a name, which is added if there is none.
fn entry<'t>(config: &'t mut Tree, (list, key): (&str, &str), name: &str) -> &'t mut Tree {
    if find(config, list, name).is_none() {
        let mut items = config.list(list).to_vec();
        let empty = Tree::map([]);
        items.push(Tree::map([("name".to_owned(), Tree::from(name)), (key.to_owned(), empty)]));
        items.sort_by(|one, other| one.text("name").cmp(other.text("name")));
        config.set(list, Tree::from(Value::List(items)));
    }
    let items = config.items_mut(list);
    let index = items.iter().position(|it| it.text("name") == name).unwrap_or_default();
    items[index].child(key)
}

/// Sets the keys of an entry that have flags.
fn set(config: &mut Tree, words: &Words<'_>, list: (&str, &str), name: &str, keys: &[&str]) {
    let entry = entry(config, list, name);
    for (key, value) in keys.iter().filter_map(|key| Some((key, words.flag(key)?))) {
        match value {
            "" => drop(entry.remove(key)),
            value => entry.set(key, value),
        }
    }
}

fn rename(config: &mut Tree, old: &str, new: &str) -> Result<String, String> {
    let what = format!("cannot rename the context \"{old}\",");
    if find(config, "contexts", old).is_none() {
        return Err(format!("{what} it's not in {PATH}"));
    }
    if find(config, "contexts", new).is_some() {
        return Err(format!("{what} the context \"{new}\" already exists in {PATH}"));
    }
    for context in config.items_mut("contexts").iter_mut().filter(|it| it.text("name") == old) {
        context.set("name", new);
    }
    if config.text("current-context") == old {
        config.set("current-context", new);
    }
    Ok(format!("Context \"{old}\" renamed to \"{new}\"."))
}

fn delete(config: &mut Tree, list: &str, what: &str, name: &str) -> Result<String, String> {
    if find(config, list, name).is_none() {
        return Err(format!("cannot delete {what} {name}, not in {PATH}"));
    }
    let items = config.list(list).iter().filter(|it| it.text("name") != name).cloned().collect();
    config.set(list, Tree::from(Value::List(items)));
    Ok(format!("deleted {what} {name} from {PATH}\n"))
}

/// The value of a property such as `contexts.NAME.namespace`, to be changed.
fn property<'t>(config: &'t mut Tree, path: &str) -> Result<&'t mut Tree, String> {
    let (list, rest) = path.split_once('.').unwrap_or((path, ""));
    let inner = match list {
        "current-context" if rest.is_empty() => return Ok(config.child(list)),
        "clusters" => "cluster",
        "contexts" => "context",
        "users" => "user",
        _ => return Err(format!("invalid property name: \"{path}\"")),
    };
    match rest.rsplit_once('.') {
        Some((name, key)) => Ok(entry(config, (list, inner), name).child(key)),
        None => Err(format!("invalid property name: \"{path}\"")),
    }
}

/// Removes what was unset.
fn prune(config: &mut Tree) {
    let Value::Map(entries) = &mut config.value else { return };
    entries.retain(|entry| entry.node.value != Value::Null);
    for entry in entries.iter_mut() {
        prune(&mut entry.node);
        if let Value::List(items) = &mut entry.node.value {
            items.iter_mut().for_each(prune);
        }
    }
}

/// The kubectl commands that only read the file; the others refuse, as there is no file to change.
pub(super) fn config(call: &Call<'_>) -> Plan {
    let asked = call.words.plain.first();
    let config = &tree(call.text.unwrap_or(DEFAULT));
    let current = config.text("current-context");
    match call.verb.name.trim_start_matches("config ") {
        "view" => view(call, config.clone()),
        "current-context" if current.is_empty() => {
            Plan::refuse("error: current-context is not set")
        }
        "current-context" => Plan::print(format!("{current}\n")),
        "get-contexts" => contexts(call, config, current),
        "get-clusters" => names(config, "clusters"),
        "get-users" => names(config, "users"),
        "use-context" if asked == Some(&current) => {
            Plan::print(format!("Switched to context \"{current}\".\n"))
        }
        "use-context" => match asked {
            Some(name) => {
                Plan::refuse(format!("error: no context exists with the name: \"{name}\""))
            }
            None => {
                let mut plan = Plan::print(call.verb.help());
                plan.output.exit = 1;
                plan.output.stderr = "error: unexpected args: []\n".into();
                plan
            }
        },
        name => {
            let mut plan = Plan::refuse(format!("error: kubectl config {name} needs a terminal"));
            plan.output.advice =
                "a recipe has no kubeconfig file: use -n NAMESPACE in each command\n".into();
            plan
        }
    }
}

fn names(config: &Tree, list: &str) -> Plan {
    let names: Vec<&str> = config.list(list).iter().map(|it| it.text("name")).collect();
    Plan::print(format!("NAME\n{}\n", names.join("\n")))
}

fn contexts(call: &Call<'_>, config: &Tree, current: &str) -> Plan {
    let all = config.list("contexts").iter();
    let asked = call.words.plain.as_slice();
    let shown = all.filter(|it| asked.is_empty() || asked.contains(&it.text("name")));
    let is_named = call.words.flag("output") == Some("name");
    let mut rows: Vec<Vec<String>> = Vec::new();
    if !is_named && !call.words.has("no-headers") {
        let header = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
        rows.push(header.map(str::to_owned).into());
    }
    for context in shown {
        let name = context.text("name").to_owned();
        let mark = if name == current { "*" } else { "" };
        rows.push(match is_named {
            true => vec![name],
            false => {
                let word = |key: &str| context.word(&format!("context.{key}"));
                vec![mark.into(), name, word("cluster"), word("user"), word("namespace")]
            }
        });
    }
    let mut plan = match rows.is_empty() {
        true => Plan::default(),
        false => Plan::print(tabs::table(&rows)),
    };
    for name in asked.iter().filter(|name| find(config, "contexts", name).is_none()) {
        plan.add(Plan::refuse(format!("error: context {name} not found")));
    }
    plan
}

fn view(call: &Call<'_>, mut config: Tree) -> Plan {
    if call.words.has("minify") {
        let current = config.text("current-context").to_owned();
        let Some(context) = find(&config, "contexts", &current).cloned() else {
            return Plan::refuse("error: current-context must exist in order to minify");
        };
        let kept = [
            ("contexts", current),
            ("clusters", context.word("context.cluster")),
            ("users", context.word("context.user")),
        ];
        for (list, name) in kept {
            let items = find(&config, list, &name).cloned().into_iter().collect();
            config.set(list, Tree::from(Value::List(items)));
        }
    }
    if !call.words.has("raw") {
        for user in config.items_mut("users") {
            let user = user.child("user");
            for key in ["password", "token"] {
                if user.get(key).is_some() {
                    user.set(key, "REDACTED");
                }
            }
        }
    }
    let form = Some(call.form()).filter(|form| !form.is_empty()).unwrap_or("yaml");
    print::plan(call, form, &config)
}
