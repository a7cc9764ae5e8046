//! `kubectl set` (`k8s.io/kubectl/pkg/cmd/set`): changes the containers of a pod or a template, the selector of a
//! Service, or the subjects of a binding.

use super::change::each;
use super::confirm::{confirm_local, shown};
use super::generate_access::subject;
use super::{Call, Plan, revise};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Object};
use crate::sim::Command;

/// `kubectl set image`, `env`, `resources`, `selector`, `serviceaccount`, and `subject`.
pub(super) fn run(call: &Call<'_>) -> Plan {
    let what = call.verb.name.trim_start_matches("set ");
    let words = &call.words.plain;
    let is_change = |word: &&str| match what {
        "subject" | "resources" => false,
        "env" => word.contains('=') || word.ends_with('-') && word.len() > 1,
        _ => word.contains('='),
    };
    let (changes, names): (Vec<&str>, Vec<&str>) = match words.split_last() {
        Some((last, names)) if what == "serviceaccount" => (vec![*last], names.to_vec()),
        _ => words.iter().copied().partition(is_change),
    };
    if let Some(refusal) = wrong(call, what, &names, &changes) {
        let is_first = names.is_empty() || refusal.contains("is not a valid key name");
        if is_first && what == "env" && call.view.is_recent() {
            return Plan::refuse(refusal);
        }
        // Objects that are not found are reported first.
        let found = super::change::named_by(call, &names);
        return match found {
            Err(plan) if call.view.is_recent() => plan,
            Ok(found) if call.view.is_recent() && !found.errors.is_empty() => {
                Plan::refuse(found.errors)
            }
            _ => Plan::refuse(refusal),
        };
    }
    let from = match variables(call) {
        Ok(from) => from,
        Err(refusal) => return refusal,
    };
    let changes: Vec<&str> =
        changes.into_iter().chain(call.words.list("env").filter(|_| what == "env")).collect();
    let mut plan = each(call, &names, |name, object, tree| match what {
        "selector" => selector(call, name, &object, tree, &changes),
        "subject" => subject(call, name, &object, tree),
        _ if what == "env" && call.words.has("list") => list(object.kind(), tree),
        _ => template(call, what, (name, &object, tree), &changes, &from.0),
    });
    plan.output.stderr.insert_str(0, &from.1);
    plan
}

/// kubectl's error for wrong flags and arguments, before it looks anything up.
fn wrong(call: &Call<'_>, what: &str, names: &[&str], changes: &[&str]) -> Option<String> {
    let flag = |name: &str| call.words.flag(name).is_some();
    match what {
        _ if names.is_empty() && !flag("filename") && !(what == "env" && call.view.is_recent()) => {
            Some(super::view::NOTHING.into())
        }
        "env" if names.is_empty() && !flag("filename") => {
            Some("error: one or more resources must be specified as <resource> <name> or <resource>/<name>".into())
        }
        "image" if changes.is_empty() => Some("error: at least one image update is required".into()),
        "resources" if !flag("limits") && !flag("requests") => Some(
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)".into(),
        ),
        "subject" if !flag("user") && !flag("group") && !flag("serviceaccount") => {
            Some("error: you must specify at least one value of user, group or serviceaccount".into())
        }
        "selector" if changes.is_empty() => Some("error: one or more selectors must be specified".into()),
        "env" => {
            let names = changes.iter().filter_map(|change| change.split('=').next());
            let mut names = names.map(|name| name.trim_end_matches('-'));
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
            let is_wrong = |name: &&str| {
                name.is_empty()
                    || name.starts_with(|it: char| it.is_ascii_digit())
                    || !name.chars().all(is_letter)
            };
            names.find(is_wrong).map(|name| {
                format!(
                    "error: \"{name}\" is not a valid key name: a valid environment variable name must consist of \
                     alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. \
                     'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is \
                     '[-._a-zA-Z][-._a-zA-Z0-9]*')"
                )
            })
        }
        _ => None,
    }
}

/// The containers of a pod that match a name or a pattern such as `a*`.
fn containers<'t>(pod: &'t mut Tree, pattern: &str) -> Vec<&'t mut Tree> {
    let Value::Map(entries) = &mut pod.value else { return Vec::new() };
    let (mut regular, mut init) = (Vec::new(), Vec::new());
    for entry in entries {
        let Value::List(items) = &mut entry.node.value else { continue };
        match entry.key.as_str() {
            "containers" => regular.extend(items),
            "initContainers" => init.extend(items),
            _ => {}
        }
    }
    let is_meant = |name: &str| match pattern.split_once('*') {
        Some((start, end)) => name.starts_with(start) && name.ends_with(end),
        None => name == pattern,
    };
    regular.extend(init);
    regular.retain(|item| is_meant(item.text("name")));
    regular
}

/// The pod spec of an object.
fn pod_of(of: Kind, tree: &mut Tree) -> &mut Tree {
    let spec = tree.child("spec");
    match of {
        Kind::Pod => spec,
        Kind::CronJob => spec.child("jobTemplate").child("spec").child("template").child("spec"),
        _ => spec.child("template").child("spec"),
    }
}

/// An object, its printed name, and its tree.
type Target<'t> = (&'t str, &'t Object, &'t Tree);

/// Changes the containers of an object.
fn template(
    call: &Call<'_>,
    what: &str,
    (name, object, tree): Target<'_>,
    changes: &[&str],
    from: &[Tree],
) -> Plan {
    if let Some(refusal) = super::types::without_pods(call, object, tree) {
        return Plan::refuse(refusal);
    }
    let mut changed = tree.clone();
    let pod = pod_of(object.kind(), &mut changed);
    let (outcome, verb, failed) = match what {
        "image" => (set_image(pod, changes), "image updated", "image update to pod template:"),
        "resources" => (
            set_resources(call, pod),
            "resource requirements updated",
            "resources update to pod template",
        ),
        "serviceaccount" => {
            pod.set("serviceAccountName", changes.first().copied().unwrap_or(""));
            (Ok(String::new()), "serviceaccount updated", "ServiceAccountName")
        }
        _ => (set_env(call, pod, changes, from), "env updated", "env update to pod template:"),
    };
    let (mut warning, is_partial) = match outcome {
        Ok(warning) => (warning, false),
        Err(refusal) => (refusal, true),
    };
    if warning == "-" {
        let pattern = call.words.flag("containers").unwrap_or("*");
        let (kind, own) = (object.kind().name(), &object.meta().name);
        warning =
            format!("Warning: {kind}/{own} does not have any containers matching \"{pattern}\"\n");
    }
    let mut plan = match changed == *tree {
        // Like kubectl, print nothing if nothing changes.
        true => Plan::default(),
        false => write(call, name, object, &changed, verb, failed),
    };
    if what == "image" || !is_partial {
        plan.output.stderr.insert_str(0, &warning);
    } else {
        plan = Plan::refuse(warning);
    }
    plan.output.exit = plan.output.exit.max(u8::from(is_partial));
    plan
}

/// Writes the object; `failed` names the failed action in the API server's error.
fn write(
    call: &Call<'_>,
    name: &str,
    old: &Object,
    tree: &Tree,
    verb: &'static str,
    failed: &str,
) -> Plan {
    match revise::whole(call, old, tree) {
        Ok(new) => confirm_local(call, name, verb, Command::Configure(new, verb), tree),
        Err(refusal) if call.view.is_recent() => {
            let subject = format!("The {} ", old.kind().name());
            let words = refusal.trim_start_matches("Error from server (BadRequest): ");
            Plan::refuse(match words.strip_prefix(&subject) {
                Some(rest) => format!(
                    "error: failed to patch {failed} {}{} {rest}",
                    old.kind().name(),
                    old.kind().group()
                ),
                None => format!("error: failed to patch {failed} {words}"),
            })
        }
        Err(refusal) => Plan::refuse(refusal),
    }
}

fn set_image(pod: &mut Tree, changes: &[&str]) -> Result<String, String> {
    let mut missing = String::new();
    for change in changes {
        let (name, image) = change.split_once('=').unwrap_or((change, ""));
        let found = containers(pod, name);
        if found.is_empty() {
            missing += &format!("error: unable to find container named \"{name}\"\n");
        }
        for container in found {
            container.set("image", image);
        }
    }
    if missing.is_empty() { Ok(missing) } else { Err(missing) }
}

fn set_resources(call: &Call<'_>, pod: &mut Tree) -> Result<String, String> {
    let name = call.words.flag("containers").unwrap_or("*");
    let mut found = containers(pod, name);
    if found.is_empty() {
        return Err(format!("error: unable to find container named {name}"));
    }
    for container in &mut found {
        for kind in ["limits", "requests"] {
            for pair in call.words.list(kind).filter(|pair| !pair.is_empty()) {
                let head = if call.view.is_recent() { "i" } else { "I" };
                let (resource, amount) = pair.split_once('=').ok_or_else(|| {
                    format!(
                        "error: {head}nvalid argument syntax {pair}, expected <resource>=<value>"
                    )
                })?;
                if let Some(problem) = crate::api::quantity_refusal(amount) {
                    return Err(format!("error: {problem}"));
                }
                container.child("resources").child(kind).set(resource, amount);
            }
        }
    }
    Ok(String::new())
}

/// The variables of `--from`, and a warning about keys that cannot be variable names.
fn variables(call: &Call<'_>) -> Result<(Vec<Tree>, String), Plan> {
    let (mut variables, mut warnings) = (Vec::new(), String::new());
    let Some(from) = call.words.flag("from").filter(|from| !from.is_empty()) else {
        return Ok((variables, warnings));
    };
    let asked = super::view::Asked::read(&call.view, &[from]).map_err(Plan::refuse)?;
    let found = super::get::find(call, &asked).map_err(Plan::refuse)?;
    if !found.errors.is_empty() {
        return Err(Plan::refuse(found.errors));
    }
    let keys: Vec<&str> = call.words.list("keys").collect();
    let prefix = call.words.flag("prefix").unwrap_or("");
    for (of, tree) in found.groups.iter().flat_map(|it| it.trees.iter().map(|tree| (it.of, tree))) {
        let reference = match of {
            Kind::ConfigMap => "configMapKeyRef",
            Kind::Secret => "secretKeyRef",
            _ => {
                return Err(Plan::refuse(format!(
                    "error: unsupported resource specified in --from: {from}"
                )));
            }
        };
        let data = tree.at("data").map_or(&[] as &[_], Tree::entries);
        for entry in
            data.iter().filter(|entry| keys.is_empty() || keys.contains(&entry.key.as_str()))
        {
            let letter =
                |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' };
            let name: String = entry.key.chars().map(letter).collect();
            if name != entry.key {
                warnings += &format!("Warning: key {} transferred to {name}\n", entry.key);
            }
            let mut variable = Tree::map([]);
            variable.set("name", format!("{prefix}{name}").as_str());
            let source = variable.child("valueFrom").child(reference);
            source.set("key", entry.key.as_str());
            source.set("name", tree.word("metadata.name").as_str());
            variables.push(variable);
        }
    }
    Ok((variables, warnings))
}

fn set_env(
    call: &Call<'_>,
    pod: &mut Tree,
    changes: &[&str],
    from: &[Tree],
) -> Result<String, String> {
    let found = containers(pod, call.words.flag("containers").unwrap_or("*"));
    if found.is_empty() {
        return Ok("-".into());
    }
    for container in found {
        let mut env = container.list("env").to_vec();
        let mut set = |variable: Tree| match env
            .iter()
            .position(|one| one.text("name") == variable.text("name"))
        {
            Some(place)
                if call.words.flag("overwrite") == Some("false") && env[place] != variable =>
            {
                let old = &env[place];
                let (name, value) = (old.text("name"), old.text("value"));
                Err(format!(
                    "error: '{name}' already has a value ({value}), and --overwrite is false"
                ))
            }
            Some(place) => {
                env[place] = variable;
                Ok(())
            }
            None => {
                env.push(variable);
                Ok(())
            }
        };
        from.iter().cloned().try_for_each(&mut set)?;
        for (name, value) in changes.iter().filter_map(|change| change.split_once('=')) {
            set(Tree::map([("name".into(), name.into()), ("value".into(), value.into())]))?;
        }
        let removed = changes.iter().filter(|change| !change.contains('='));
        let removed: Vec<&str> = removed.map(|change| change.trim_end_matches('-')).collect();
        env.retain(|variable| !removed.contains(&variable.text("name")));
        match env.is_empty() {
            true => drop(container.remove("env")),
            false => container.set("env", Value::List(env)),
        }
    }
    Ok(String::new())
}

/// `kubectl set env --list`.
fn list(of: Kind, tree: &Tree) -> Plan {
    let (mut tree, mut text) = (tree.clone(), String::new());
    let name = tree.word("metadata.name");
    for container in containers(pod_of(of, &mut tree), "*") {
        text += &format!("# {} {name}, container {}\n", of.name(), container.text("name"));
        for variable in container.list("env") {
            let name = variable.text("name");
            let from = |key: &str| variable.at("valueFrom").and_then(|it| it.get(key));
            let source = [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")];
            let key = source.iter().find_map(|(key, words)| Some((words, from(key)?)));
            text += &match (key, from("fieldRef")) {
                (Some((words, it)), _) => {
                    format!("# {name} from {words} {}, key {}\n", it.text("name"), it.text("key"))
                }
                (None, Some(field)) => {
                    format!("# {name} from field path {}\n", field.text("fieldPath"))
                }
                _ => format!("{name}={}\n", variable.text("value")),
            };
        }
    }
    Plan::print(text)
}

/// `kubectl set selector`.
fn selector(call: &Call<'_>, name: &str, object: &Object, tree: &Tree, changes: &[&str]) -> Plan {
    if object.kind() != Kind::Service {
        return Plan::refuse("error: setting a selector is only supported for Services");
    }
    let pairs =
        changes.iter().flat_map(|change| change.split(',')).filter_map(|pair| pair.split_once('='));
    let mut changed = tree.clone();
    let labels = Tree::map(pairs.map(|(key, value)| (key.to_owned(), value.into())));
    changed.child("spec").set("selector", labels);
    match changed == *tree {
        true => shown(call, name, "selector updated", object.kind(), tree),
        false => revise::write(call, name, object, &changed, "selector updated"),
    }
}
