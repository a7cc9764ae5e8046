//! `kubectl get`: tables, and objects as YAML, as JSON, by name and by template.

use super::found::{Found, Group, labels};
use super::print::{FORMATS, print, scale_of, unknown_format};
use super::view::Asked;
use super::{Call, Plan, jsonpath, selector};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::manifest::autoscaling::{to_v1, without_version};

/// Finds what the words of a line ask for, selected by labels and fields if they say so.
///
/// # Errors
/// kubectl's words if the line makes no sense.
pub(super) fn find(call: &Call<'_>, asked: &Asked) -> Result<Found, String> {
    let mut found = Found::default();
    warn(call, asked);
    let fields = call.words.flag("field-selector");
    let labels = call.words.flag("selector");
    let refuse = |words: &str| {
        let of = if let Asked::Types(types) = asked { types.first() } else { None };
        let (labels, fields) = (labels.unwrap_or_default(), fields.unwrap_or_default());
        of.map_or_else(|| words.to_owned(), |of| selector::refused(*of, labels, fields, words))
    };
    let selector = labels.map(selector::parse).transpose().map_err(|words| refuse(&words))?;
    match asked {
        Asked::Nothing => {}
        Asked::Objects(_)
            if selector.is_some()
                || fields.is_some()
                || call.words.has("all") && call.verb.name != "get" =>
        {
            let has_pairs = call.words.plain.iter().any(|word| word.contains('/'));
            return Err(match has_pairs && call.view.is_recent() {
                true => "error: selectors and the all flag cannot be used when passing resource/name arguments",
                false => "error: name cannot be provided when a selector is specified",
            }
            .into());
        }
        Asked::Objects(names)
            if call.words.has("all-namespaces")
                && names.iter().any(|named| named.of.is_namespaced()) =>
        {
            return Err(
                "error: a resource cannot be retrieved by name across all namespaces".into()
            );
        }
        Asked::Objects(names) => names.iter().for_each(|named| found.read(call, named)),
        Asked::Types(types) => {
            let is_everywhere = call.words.has("all-namespaces");
            let namespace = Some(call.namespace()).filter(|_| !is_everywhere);
            for of in types {
                if let Some(problem) = fields.and_then(|it| selector::field_problem(*of, it)) {
                    return Err(refuse(&problem));
                }
                let mut trees = call.view.list(*of, namespace);
                trees.retain(|tree| {
                    selector.as_ref().is_none_or(|selector| selector.matches(&self::labels(tree)))
                        && fields.is_none_or(|fields| has_fields(tree, fields))
                });
                if !trees.is_empty() {
                    found.groups.push(Group { of: *of, trees });
                }
            }
        }
    }
    Ok(shown(call, found))
}

/// Converts autoscalers to the older version if the line names it, unless they are shown in a table. kubectl ignores the
/// version after a short name.
fn shown(call: &Call<'_>, mut found: Found) -> Found {
    let word = call.words.plain.first().map_or("", |word| word.split('/').next().unwrap_or(word));
    let is_older = word.starts_with("horizontal") && without_version(word).is_some();
    let is_table = matches!(call.words.flag("output"), None | Some("" | "wide" | "name"));
    if is_older && !is_table {
        found.groups.iter_mut().flat_map(|group| &mut group.trees).for_each(to_v1);
    }
    found
}

/// Prints the API server's warning about ComponentStatus.
fn warn(call: &Call<'_>, asked: &Asked) {
    let is_old = match asked {
        Asked::Nothing => false,
        Asked::Objects(names) => names.iter().any(|named| named.of == Kind::ComponentStatus),
        Asked::Types(types) => types.contains(&Kind::ComponentStatus),
    };
    if is_old {
        *call.warned.borrow_mut() += &format!("Warning: {OLD_STATUS}\n");
    }
}

/// The API server's warning about ComponentStatus.
pub(crate) const OLD_STATUS: &str = "v1 ComponentStatus is deprecated in v1.19+";

/// Whether fields have values, as in `status.phase=Running,spec.nodeName!=node-1`.
fn has_fields(tree: &Tree, fields: &str) -> bool {
    fields.split(',').all(|field| match field.split_once("!=") {
        Some((path, value)) => tree.word(path.trim()) != value.trim(),
        None => field.split_once('=').is_none_or(|(path, value)| {
            tree.word(path.trim()) == value.trim_start_matches('=').trim()
        }),
    })
}

/// Replaces the objects with their subresource, if `--subresource` is set.
fn to_subresource(call: &Call<'_>, found: &mut Found) -> Result<(), Plan> {
    match call.words.flag("subresource").unwrap_or("") {
        "" | "status" => {}
        "scale" if found.groups.iter().all(|group| group.of.is_scalable()) => {
            found
                .groups
                .iter_mut()
                .flat_map(|group| &mut group.trees)
                .for_each(|tree| *tree = scale_of(tree));
        }
        "scale" => {
            return Err(Plan::refuse(
                "Error from server (NotFound): the server could not find the requested resource",
            ));
        }
        other => {
            return Err(Plan::refuse(format!(
                "error: invalid subresource value: \"{other}\". Must be one of [resize scale status]"
            )));
        }
    }
    Ok(())
}

/// kubectl's error for wrong flags and arguments, before it looks anything up.
fn wrong(call: &Call<'_>) -> Option<Plan> {
    let words = &call.words.plain;
    if let Some(path) = call.words.flag("raw") {
        let mut plan = Plan::refuse("error: kubectl get --raw is not simulated here");
        plan.output.advice =
            format!("ordinal api serves {path}; here, kubectl get -o json prints objects\n");
        return Some(plan);
    }
    if words.is_empty() && call.words.flag("filename").is_none() {
        return Some(Plan::refuse(
            "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete \
             list of supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl \
             explain <resource>\" for a detailed description of that resource (e.g. kubectl explain \
             pods).\nSee 'kubectl get -h' for help and examples",
        ));
    }
    let format = call.form();
    let (name, _) = format.split_once('=').unwrap_or((format, ""));
    let takes_more = ["jsonpath", "template", "custom-columns", "templatefile"]
        .iter()
        .any(|it| name.contains(it));
    let is_known = name == "kyaml" || FORMATS.split(',').any(|known| known == name);
    if !name.is_empty() && (!is_known || format.contains('=') && !takes_more) {
        return Some(Plan::refuse(unknown_format(call, format, FORMATS)));
    }
    if let (Some(&"all"), 2.., true) = (words.first(), words.len(), call.view.is_recent()) {
        return Some(Plan::refuse("error: you must specify only one resource"));
    }
    None
}

/// What the command asks for, and the objects that were found.
///
/// # Errors
/// kubectl's error if the command is wrong.
pub(super) fn checked(call: &Call<'_>) -> Result<(Asked, Found), Plan> {
    if let Some(refusal) = wrong(call) {
        return Err(refusal);
    }
    let asked = call.asked().map_err(Plan::refuse)?;
    let mut found = find(call, &asked).map_err(Plan::refuse)?;
    to_subresource(call, &mut found)?;
    Ok((asked, found))
}

/// Prints the objects that the command asks for.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    let (asked, mut found) = match checked(call) {
        Ok(checked) => checked,
        Err(refusal) => return refusal,
    };
    let format = call.form();
    let (name, _) = format.split_once('=').unwrap_or((format, ""));
    if let Some(path) = call.words.flag("sort-by").filter(|path| !path.is_empty())
        && let Err(refusal) = sort(call, &asked, &mut found, path)
    {
        return refusal;
    }
    call.progress.pause().await;
    let is_list =
        matches!(asked, Asked::Types(_)) || found.count() + found.errors.lines().count() > 1;
    let mut plan = match print(call, &found, is_list).await {
        Ok(text) => Plan::print(text),
        Err(mut plan) if !found.errors.is_empty() => {
            // With several errors, none has the prefix.
            let problem = plan.output.stderr.trim_start_matches("error: ").to_owned();
            plan.output.stderr = std::mem::take(&mut found.errors) + &problem;
            plan
        }
        Err(plan) => plan,
    };
    let is_table = matches!(name, "" | "wide");
    if found.count() == 0
        && found.errors.is_empty()
        && is_table
        && !call.words.has("ignore-not-found")
    {
        plan.output.stderr = nothing(call, &asked);
    }
    if !found.errors.is_empty() {
        plan.output.exit = 1;
        plan.output.stderr += &found.errors;
    }
    plan
}

fn nothing(call: &Call<'_>, asked: &Asked) -> String {
    let is_namespaced = match asked {
        Asked::Types(types) => types.iter().all(|of| of.is_namespaced()),
        _ => true,
    };
    match is_namespaced && !call.words.has("all-namespaces") {
        true => format!("No resources found in {} namespace.\n", call.namespace()),
        false => "No resources found\n".into(),
    }
}

/// Sorts the objects, for `--sort-by` (`k8s.io/kubectl/pkg/cmd/get/sorter.go`).
///
/// # Errors
/// What kubectl prints if the path is invalid, or no object has such a field.
fn sort(call: &Call<'_>, asked: &Asked, found: &mut Found, path: &str) -> Result<(), Plan> {
    let (is_list, parts) = match asked {
        Asked::Types(types) => (true, types.len()),
        _ => (false, found.count()),
    };
    let (name, _) = call.form().split_once('=').unwrap_or((call.form(), ""));
    let is_table = matches!(name, "" | "wide") && call.words.flag("server-print") != Some("false");
    if parts < 2 && (!is_list || is_table && found.count() < 2) {
        return Ok(());
    }
    let checked = jsonpath::relaxed(path).and_then(|path| match jsonpath::problem(&path) {
        Some(problem) => Err(format!("error: {problem}")),
        None => Ok(path),
    });
    let missing = |path: &str| {
        format!("error: couldn't find any field with path \"{path}\" in the list of objects")
    };
    // What kubectl sorts here are the tables, which have none of the fields of their objects.
    if is_table && parts > 1 && call.view.is_recent() {
        let path = checked.map_err(Plan::refuse)?;
        let fields = [".kind}", ".apiVersion}", ".metadata}", ".metadata.resourceVersion}"];
        let is_there =
            fields.iter().any(|field| path.ends_with(field) && path.len() == field.len() + 1);
        return if is_there { Ok(()) } else { Err(Plan::refuse(missing(&path))) };
    }
    let mut trees: Vec<(Kind, Tree)> = Vec::new();
    for group in std::mem::take(&mut found.groups) {
        trees.extend(group.trees.into_iter().map(|tree| (group.of, tree)));
    }
    let has = |(_, tree): &(Kind, Tree)| !jsonpath::find(path, tree).is_empty();
    let problem = match checked {
        Err(problem) => Some(problem),
        Ok(path) if !trees.is_empty() && !trees.iter().any(has) => Some(missing(&path)),
        Ok(_) => None,
    };
    match problem {
        // Without a column to sort by, kubectl prints nothing of a table.
        Some(_) if is_table && call.view.is_recent() => return Ok(()),
        Some(problem) if call.view.is_recent() => return Err(Plan::refuse(problem)),
        _ => {}
    }
    let key = |(_, tree): &(Kind, Tree)| {
        let found = jsonpath::find(path, tree);
        found.first().map(|found| jsonpath::text(found))
    };
    let mut trees: Vec<(Option<String>, (Kind, Tree))> =
        trees.into_iter().map(|tree| (key(&tree), tree)).collect();
    crate::map::sort(&mut trees, |one, other| match (&one.0, &other.0) {
        (Some(one), Some(other)) => is_less(one, other),
        (one, other) => one.is_none() && other.is_some(),
    });
    trees.into_iter().for_each(|(_, (of, tree))| found.add(of, tree));
    Ok(())
}

/// Whether a text is before another one, with numbers in them by their value (`sortorder.NaturalLess`).
fn is_less(one: &str, other: &str) -> bool {
    let (mut left, mut right) = (one.as_bytes(), other.as_bytes());
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    loop {
        let (here, there) = (digits(left), digits(right));
        if here > 0 && there > 0 {
            let (one, rest) = left.split_at(here);
            let (other, tail) = right.split_at(there);
            let number = |digits: &[u8]| {
                let start = digits.iter().take_while(|digit| **digit == b'0').count();
                let value = digits.get(start..).unwrap_or_default();
                (value.len(), value.to_vec())
            };
            if number(one) != number(other) {
                return number(one) < number(other);
            }
            (left, right) = (rest, tail);
            continue;
        }
        match (left.split_first(), right.split_first()) {
            (Some((one, rest)), Some((other, tail))) if one == other => {
                (left, right) = (rest, tail)
            }
            (one, other) => return one.map(|it| it.0) < other.map(|it| it.0),
        }
    }
}
