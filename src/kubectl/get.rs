//! `kubectl get`: tables, and objects as YAML, as JSON, by name and by template.

use super::columns::{self, Column};
use super::view::{Asked, View, not_found};
use super::{Call, Plan, jsonpath, selector, tabs, template, watch};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Labels};
use crate::cluster::Cluster;
use crate::manifest;
use crate::task::Progress;

/// The forms that `-o` may ask for, in kubectl's order.
const FORMATS: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,\
                       jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml";

/// Those of lines that change something.
pub(super) const TEMPLATES: &str = "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,\
                                    template,templatefile,yaml";

/// Objects of one type.
pub(super) struct Group {
    /// The type.
    pub(super) of: Kind,
    /// The objects.
    pub(super) trees: Vec<Tree>,
}

/// What was found, and what was not.
#[derive(Default)]
pub(super) struct Found {
    /// Objects of one type after the other, in the order in which they were asked for.
    pub(super) groups: Vec<Group>,
    /// Refusals, a line each.
    pub(super) errors: String,
}

impl Found {
    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        self.groups.iter().map(|group| group.trees.len()).sum()
    }

    fn add(&mut self, of: Kind, tree: Tree) {
        match self.groups.last_mut().filter(|group| group.of == of) {
            Some(group) => group.trees.push(tree),
            None => self.groups.push(Group { of, trees: vec![tree] }),
        }
    }
}

/// Finds what the words of a line ask for, selected by labels and fields if they say so.
///
/// # Errors
/// kubectl's words if the line makes no sense.
pub(super) fn find(call: &Call<'_>, asked: &Asked) -> Result<Found, String> {
    let mut found = Found::default();
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
        Asked::Objects(_) if call.words.has("all-namespaces") => {
            return Err(
                "error: a resource cannot be retrieved by name across all namespaces".into()
            );
        }
        Asked::Objects(names) => {
            for named in names {
                let namespace = named.namespace.as_deref().unwrap_or(call.namespace());
                match call.view.get(named.of, namespace, &named.name) {
                    Some(tree) => found.add(named.of, tree),
                    None if call.words.has("ignore-not-found") => {}
                    None => found.errors += &format!("{}\n", not_found(named.of, &named.name)),
                }
            }
        }
        Asked::Types(types) => {
            let is_everywhere = call.words.has("all-namespaces");
            let namespace = Some(call.namespace()).filter(|_| !is_everywhere);
            for of in types {
                if let Some(part) = fields.and_then(selector::wrong_field) {
                    return Err(refuse(&format!("invalid selector: '{part}'; can't understand '{part}'")));
                }
                if let Some(path) = fields.and_then(|it| selector::unknown_field(*of, it)) {
                    return Err(refuse(&format!("field label not supported: {path}")));
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
    Ok(found)
}

/// The labels of an object.
pub(super) fn labels(tree: &Tree) -> Labels {
    let labels = tree.at("metadata.labels").map_or(&[] as &[_], Tree::entries);
    labels.iter().map(|entry| (entry.key.clone(), entry.node.as_text().to_owned())).collect()
}

/// Whether fields have values, as in `status.phase=Running,spec.nodeName!=node-1`.
fn has_fields(tree: &Tree, fields: &str) -> bool {
    fields.split(',').all(|field| match field.split_once("!=") {
        Some((path, value)) => tree.word(path.trim()) != value.trim(),
        None => field.split_once('=').is_none_or(|(path, value)| {
            tree.word(path.trim()) == value.trim_start_matches('=').trim()
        }),
    })
}

/// What kubectl prints of a format that it does not know; `known` are those that it does.
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

/// Prints a tree in a form such as `yaml` or `jsonpath={.a}`; none if there is no such form.
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

/// Prints one object in the form that the line asks for.
///
/// # Errors
/// kubectl's words for a template that is none, or for an unknown form.
pub(super) fn print_one(call: &Call<'_>, of: Kind, tree: &Tree) -> Result<String, Plan> {
    let form = call.form();
    match form {
        "name" => Ok(format!("{}/{}\n", of.qualified(), tree.word("metadata.name"))),
        _ => print_as(call, form, tree)
            .unwrap_or_else(|| Err(Plan::refuse(unknown_format(call, form, TEMPLATES)))),
    }
}

/// Prints what was asked for.
pub(super) async fn run(call: &Call<'_>) -> Plan {
    let words = &call.words.plain;
    if let Some(path) = call.words.flag("raw") {
        let mut plan = Plan::refuse("error: kubectl get --raw is not simulated here");
        plan.output.advice = format!(
            "{path} is served by ordinal api; here kubectl get prints objects with -o json\n"
        );
        return plan;
    }
    if words.is_empty() && call.words.flag("filename").is_none() {
        return Plan::refuse(
            "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete \
             list of supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl \
             explain <resource>\" for a detailed description of that resource (e.g. kubectl explain \
             pods).\nSee 'kubectl get -h' for help and examples",
        );
    }
    let format = call.form();
    let (name, _) = format.split_once('=').unwrap_or((format, ""));
    let takes_more = ["jsonpath", "template", "custom-columns", "templatefile"].iter().any(|it| name.contains(it));
    let is_known = name == "kyaml" || FORMATS.split(',').any(|known| known == name);
    if !name.is_empty() && (!is_known || format.contains('=') && !takes_more) {
        return Plan::refuse(unknown_format(call, format, FORMATS));
    }
    let asked = match call.asked() {
        Ok(asked) => asked,
        Err(message) => return Plan::refuse(message),
    };
    let mut found = match find(call, &asked) {
        Ok(found) => found,
        Err(message) => return Plan::refuse(message),
    };
    match call.words.flag("subresource").unwrap_or("") {
        "" | "status" => {}
        "scale" if found.groups.iter().all(|group| group.of.is_scalable()) => {
            found.groups.iter_mut().flat_map(|group| &mut group.trees).for_each(|tree| *tree = scale_of(tree));
        }
        "scale" => return Plan::refuse("Error from server (NotFound): the server could not find the requested resource"),
        other => {
            return Plan::refuse(format!(
                "error: invalid subresource value: \"{other}\". Must be one of [resize scale status]"
            ));
        }
    }
    if watch::is_asked(call) {
        return match (&asked, &found.errors) {
            (Asked::Types(types), _) if types.len() > 1 => {
                Plan::refuse("error: you may only specify a single resource type")
            }
            (_, errors) if !errors.is_empty() => Plan::refuse(errors.as_str()),
            _ => watch::run(call).await,
        };
    }
    if let Some(path) = call.words.flag("sort-by") {
        found.groups.iter_mut().for_each(|group| sort(&mut group.trees, path));
    }
    call.progress.pause().await;
    let is_list =
        matches!(asked, Asked::Types(_)) || found.count() + found.errors.lines().count() > 1;
    let mut plan = match print(call, &found, is_list).await {
        Ok(text) => Plan::print(text),
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
        Asked::Types(types) => types.iter().any(|of| of.is_namespaced()),
        _ => true,
    };
    match is_namespaced && !call.words.has("all-namespaces") {
        true => format!("No resources found in {} namespace.\n", call.namespace()),
        false => "No resources found\n".into(),
    }
}

/// Prints objects in the form that `-o` asks for.
///
/// # Errors
/// kubectl's words for a template that is none.
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
            return custom(all(), template, call.words.has("no-headers")).map_err(Plan::refuse);
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
pub async fn state(cluster: &Cluster, progress: &Progress) -> String {
    let view = View { cluster, past: &[], only: None };
    let mut trees = Vec::new();
    for kind in cluster.store.kinds() {
        trees.extend(view.list(kind, None));
        progress.pause().await;
    }
    print_list(&trees.iter().collect::<Vec<_>>(), Tree::json, progress).await
}

/// Prints a `List` of objects, each one as a slice of its own.
async fn print_list(trees: &[&Tree], print: fn(&Tree) -> String, progress: &Progress) -> String {
    let nothing = || Tree::from(Value::Null);
    let frame = print(&list(vec![nothing(), nothing()]));
    // What is before the first item, between two of them, and after the last.
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
    let tables = found.groups.iter().map(|group| {
        let mut rows = rows(call, group, wide);
        if !call.words.has("no-headers") {
            rows.insert(0, header(call, group.of, wide));
        }
        tabs::table(&rows)
    });
    tables.collect::<Vec<_>>().join(if call.words.has("no-headers") { "" } else { "\n" })
}

/// The subresource `scale` of an object.
fn scale_of(tree: &Tree) -> Tree {
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

/// The columns of any object, which kubectl knows by itself.
fn plain_columns() -> Vec<Column> {
    vec![("NAME", columns::Cell::Path("metadata.name")), ("AGE", columns::Cell::Age("metadata.creationTimestamp"))]
}

fn columns(call: &Call<'_>, of: Kind, wide: bool) -> Vec<Column> {
    let is_plain =
        call.words.flag("server-print") == Some("false") || call.words.flag("subresource") == Some("scale");
    let mut columns = if is_plain { plain_columns() } else { columns::of(of, wide) };
    if call.words.has("all-namespaces") && of.is_namespaced() {
        columns.insert(0, ("NAMESPACE", columns::Cell::Path("metadata.namespace")));
    }
    columns
}

fn label_columns<'a>(call: &Call<'a>) -> impl Iterator<Item = &'a str> {
    call.words.flag("label-columns").into_iter().flat_map(|names| names.split(','))
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

/// The lines of a table.
pub(super) fn rows(call: &Call<'_>, group: &Group, wide: bool) -> Vec<Vec<String>> {
    let with_type =
        Asked::has_several_types(&call.view, &call.words.plain) || call.words.has("show-kind");
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
) -> Result<String, String> {
    let mut columns = Vec::new();
    if template.is_empty() {
        return Err("error: custom-columns format specified but no custom columns given".into());
    }
    for column in template.split(',') {
        let Some((name, path)) = column.split_once(':') else {
            return Err(format!(
                "error: unexpected custom-columns spec: {column}, expected <header>:<json-path-expr>"
            ));
        };
        let path = jsonpath::relaxed(path)?;
        if let Some(problem) = jsonpath::problem(&path) {
            return Err(format!("error: {problem}"));
        }
        columns.push((name, path));
    }
    let header = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut rows: Vec<Vec<String>> = if no_headers { Vec::new() } else { vec![header] };
    for tree in trees {
        let cell = |(_, path): &(&str, String)| {
            let found: Vec<String> =
                jsonpath::find(path, tree).iter().map(|found| jsonpath::text(found)).collect();
            if found.is_empty() { "<none>".to_owned() } else { found.join(",") }
        };
        rows.push(columns.iter().map(cell).collect());
    }
    Ok(tabs::table(&rows))
}

fn sort(trees: &mut [Tree], path: &str) {
    let key = |tree: &Tree| {
        let found = jsonpath::find(path, tree);
        let text = found.first().map_or_else(String::new, |found| jsonpath::text(found));
        (text.parse::<i64>().unwrap_or(i64::MIN), text)
    };
    crate::map::sort(trees, |one, other| key(one) < key(other));
}
