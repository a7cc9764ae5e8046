//! Objects in the output formats of `-o`.

use super::columns::{self, Column};
use super::found::{Found, Group, labels};
use super::view::{Asked, View};
use super::{Call, Plan, jsonpath, tabs, template};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::cluster::Cluster;
use crate::manifest;
use crate::task::Progress;

/// The output formats, in kubectl's order.
pub(super) const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,\
                       jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml";

/// The output formats of commands that change objects.
pub(super) const TEMPLATES: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,\
                                    template,templatefile,yaml";

/// kubectl's error for an unknown output format; `known` lists the allowed ones.
pub(super) fn unknown_format(call: &Call<'_>, format: &str, known: &str) -> String {
    let formats = match call.view.is_recent() {
        true => {
            known.replace("name,", "kyaml,name,").replace("kyaml,name,kyaml,name,", "kyaml,name,")
        }
        false => known.into(),
    };
    format!(
        "error: unable to match a printer suitable for the output format \"{format}\", allowed formats are: {formats}"
    )
}

/// Prints a tree in a format such as `yaml` or `jsonpath={.a}`; `None` for an unknown format.
pub(super) fn print_as(call: &Call<'_>, form: &str, tree: &Tree) -> Option<Result<String, Plan>> {
    let (name, given) =
        form.split_once('=').map_or((form, None), |(name, given)| (name, Some(given)));
    let template = given
        .or(call.words.flag("template"))
        .or(call.text.filter(|_| given.is_none() && name.ends_with("file")));
    let given = |what: &str| {
        let template = template.filter(|template| !template.is_empty());
        let missing =
            || Plan::refuse(format!("error: template format specified but no {what} given"));
        template.ok_or_else(missing)
    };
    Some(match name {
        "json" => Ok(tree.pretty_json()),
        "yaml" => Ok(manifest::to_yaml(tree)),
        "jsonpath" | "jsonpath-as-json" | "jsonpath-file" => given("template").and_then(|it| {
            jsonpath::print(it, tree, name == "jsonpath-as-json").map_err(Plan::refuse)
        }),
        "go-template" | "template" | "go-template-file" | "templatefile" => {
            match given("template").and_then(|it| template::print(it, tree).map_err(Plan::refuse)) {
                Ok((text, None)) => Ok(text),
                Ok((text, Some(problem))) => {
                    let mut plan = Plan::print(text);
                    plan.add(Plan::refuse(problem));
                    Err(plan)
                }
                Err(plan) => Err(plan),
            }
        }
        _ => return None,
    })
}

/// Prints a tree in a format, or rejects the format.
pub(super) fn plan(call: &Call<'_>, form: &str, tree: &Tree) -> Plan {
    match print_as(call, form, tree) {
        Some(Ok(text)) => Plan::print(text),
        Some(Err(plan)) => plan,
        None => Plan::refuse(unknown_format(call, form, TEMPLATES)),
    }
}

/// Prints one object in the format of `-o`.
///
/// # Errors
/// kubectl's error for an invalid template or an unknown format.
pub(super) fn print_one(call: &Call<'_>, of: Kind, tree: &Tree) -> Result<String, Plan> {
    let form = call.form();
    match form {
        "name" => Ok(format!("{}/{}\n", of.qualified(), tree.word("metadata.name"))),
        _ => print_as(call, form, tree)
            .unwrap_or_else(|| Err(Plan::refuse(unknown_format(call, form, TEMPLATES)))),
    }
}

/// Prints objects in the format of `-o`.
///
/// # Errors
/// kubectl's error for an invalid template or an unknown format.
pub(super) async fn print(call: &Call<'_>, found: &Found, is_list: bool) -> Result<String, Plan> {
    let format = call.form();
    let (name, template) = format.split_once('=').unwrap_or((format, ""));
    let all = || found.groups.iter().flat_map(|group| &group.trees);
    match name {
        "name" => {
            let line = |group: &Group| {
                let of = group.of.qualified();
                let names = group.trees.iter().map(|tree| tree.word("metadata.name"));
                names.map(|name| format!("{of}/{name}\n")).collect::<String>()
            };
            return Ok(found.groups.iter().map(line).collect());
        }
        "" | "wide" => return Ok(tables(call, found, name == "wide")),
        "custom-columns" => {
            if found.count() == 0 && !found.errors.is_empty() && !template.is_empty() {
                return Ok(String::new());
            }
            return custom(all(), template, call.words.has("no-headers"));
        }
        "json" | "yaml" if is_list => {
            let print = if name == "json" { Tree::pretty_json } else { manifest::to_yaml };
            return Ok(print_list(&all().collect::<Vec<_>>(), print, call.progress).await);
        }
        _ => {}
    }
    let one;
    let tree = match all().next() {
        None if !is_list => return Ok(String::new()),
        Some(tree) if !is_list => tree,
        _ => {
            one = list(all().cloned().collect());
            &one
        }
    };
    let unknown =
        || Err(Plan::refuse(format!("error: the output format \"{name}\" is not simulated here")));
    print_as(call, format, tree).unwrap_or_else(unknown)
}

/// All objects as JSON, in the order of their kinds: `{"apiVersion":"v1","items":[...],"kind":"List",...}`.
pub(super) async fn state(cluster: &Cluster, progress: &Progress) -> String {
    let view = View { cluster, past: &[], only: None };
    let mut trees = Vec::new();
    for kind in cluster.store.kinds() {
        trees.extend(view.list(kind, None));
        progress.pause().await;
    }
    print_list(&trees.iter().collect::<Vec<_>>(), Tree::json, progress).await
}

/// Prints a `List` of objects, one slice per object.
async fn print_list(trees: &[&Tree], print: fn(&Tree) -> String, progress: &Progress) -> String {
    let nothing = || Tree::from(Value::Null);
    let frame = print(&list(vec![nothing(), nothing()]));
    // The text before the first item, between items, and after the last one.
    let [before, between, after] = frame.splitn(3, "null").collect::<Vec<_>>()[..] else {
        return frame;
    };
    let mut out = String::new();
    for tree in trees {
        out += if out.is_empty() { before } else { between };
        let text = print(&list(vec![(*tree).clone()]));
        let item = text.strip_prefix(before).and_then(|text| text.strip_suffix(after));
        out += item.unwrap_or(&text);
        progress.pause().await;
    }
    if out.is_empty() { print(&list(Vec::new())) } else { out + after }
}

/// A `List` of objects.
pub(super) fn list(items: Vec<Tree>) -> Tree {
    let mut list = Tree::map([]);
    list.set("apiVersion", "v1");
    list.set("items", Value::List(items));
    list.set("kind", "List");
    list.child("metadata").set("resourceVersion", "");
    list
}

fn tables(call: &Call<'_>, found: &Found, wide: bool) -> String {
    // Each object is named with its type if there are several (`multipleGVKsRequested`).
    let has_several = Asked::has_several_types(&call.words.plain)
        || found.groups.iter().any(|group| Some(group.of) != found.groups.first().map(|it| it.of));
    let tables = found.groups.iter().map(|group| {
        let mut rows = rows(call, group, wide, has_several);
        if !call.words.has("no-headers") {
            rows.insert(0, header(call, group.of, wide));
        }
        tabs::table(&rows)
    });
    tables.collect::<Vec<_>>().join(if call.words.has("no-headers") { "" } else { "\n" })
}

/// The subresource `scale` of an object.
pub(super) fn scale_of(tree: &Tree) -> Tree {
    let mut scale = Tree::map([]);
    scale.set("apiVersion", "autoscaling/v1");
    scale.set("kind", "Scale");
    for key in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        if let Some(value) = tree.at("metadata").and_then(|metadata| metadata.get(key)) {
            scale.child("metadata").set(key, value.clone());
        }
    }
    scale.child("spec").set("replicas", Value::Int(tree.number("spec.replicas")));
    let status = scale.child("status");
    status.set("replicas", Value::Int(tree.number("status.replicas")));
    status.set("selector", columns::selector(tree.at("spec.selector.matchLabels")).as_str());
    scale
}

/// The columns that kubectl prints for any object without the API server.
fn plain_columns() -> Vec<Column> {
    vec![
        ("NAME", columns::Cell::Path("metadata.name")),
        ("AGE", columns::Cell::Age("metadata.creationTimestamp")),
    ]
}

fn columns(call: &Call<'_>, of: Kind, wide: bool) -> Vec<Column> {
    let is_plain = call.words.flag("server-print") == Some("false")
        || call.words.flag("subresource") == Some("scale");
    let mut columns = if is_plain { plain_columns() } else { columns::of(of, wide) };
    if call.words.has("all-namespaces") && of.is_namespaced() {
        columns.insert(0, ("NAMESPACE", columns::Cell::Path("metadata.namespace")));
    }
    columns
}

fn label_columns<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a str> {
    call.words.list("label-columns")
}

/// The names of the columns of a table.
pub(super) fn header(call: &Call<'_>, of: Kind, wide: bool) -> Vec<String> {
    let columns = columns(call, of, wide);
    let names = columns.iter().map(|(name, _)| name.trim_start_matches('+').to_owned());
    let last = |name: &str| name.rsplit('/').next().unwrap_or("").to_ascii_uppercase();
    let mut header: Vec<String> = names.chain(label_columns(call).map(last)).collect();
    header.extend(call.words.has("show-labels").then(|| "LABELS".to_owned()));
    header
}

/// The rows of a table.
pub(super) fn rows(
    call: &Call<'_>,
    group: &Group,
    wide: bool,
    has_several: bool,
) -> Vec<Vec<String>> {
    let with_type = has_several || call.words.has("show-kind");
    let prefix = if with_type { format!("{}/", group.of.qualified()) } else { String::new() };
    let columns = columns(call, group.of, wide);
    let row = |tree: &Tree| {
        let cell = |(name, cell): &Column| {
            let text = columns::show(&call.view, tree, *cell).replace('\n', "\\n");
            if *name == "NAME" { format!("{prefix}{text}") } else { text }
        };
        let mut row: Vec<String> = columns.iter().map(cell).collect();
        let labels = labels(tree);
        row.extend(label_columns(call).map(|name| labels.get(name).cloned().unwrap_or_default()));
        if call.words.has("show-labels") {
            row.push(columns::selector(tree.at("metadata.labels")));
        }
        row
    };
    group.trees.iter().map(row).collect()
}

/// `-o custom-columns=NAME:.metadata.name,...`
fn custom<'t>(
    trees: impl Iterator<Item = &'t Tree>,
    template: &str,
    no_headers: bool,
) -> Result<String, Plan> {
    let mut columns = Vec::new();
    if template.is_empty() {
        let words = "error: custom-columns format specified but no custom columns given";
        return Err(Plan::refuse(words));
    }
    for column in template.split(',') {
        let Some((name, path)) = column.split_once(':') else {
            return Err(Plan::refuse(format!(
                "error: unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
            )));
        };
        columns.push((name, jsonpath::relaxed(path).map_err(Plan::refuse)?));
    }
    let header = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut rows: Vec<Vec<String>> = if no_headers { Vec::new() } else { vec![header] };
    // kubectl reads the paths once the header is written.
    let unread = columns.iter().find_map(|(_, path)| jsonpath::problem(path));
    let failed = |rows: &[Vec<String>], problem: &str| {
        let mut plan = Plan::print(tabs::table(rows));
        plan.add(Plan::refuse(format!("error: {problem}")));
        plan
    };
    if let Some(problem) = unread {
        return Err(failed(&rows, &problem));
    }
    for tree in trees {
        let cell = |(_, path): &(&str, String)| {
            let found = jsonpath::try_find(path, tree)?;
            let found: Vec<String> = found.iter().map(|found| template::value(found)).collect();
            Ok(if found.is_empty() { "<none>".to_owned() } else { found.join(",") })
        };
        let row: Result<Vec<String>, String> = columns.iter().map(cell).collect();
        rows.push(row.map_err(|problem| failed(&rows, &problem))?);
    }
    Ok(tabs::table(&rows))
}
