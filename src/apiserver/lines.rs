//! What a write comes to: the line that a person would have typed for it, which becomes part of the recipe.

use super::protobuf;
use super::status::Status;
use super::target::Target;
use crate::api::DEFAULT_NAMESPACE;
use crate::api::json::{Node as Tree, Value};
use crate::manifest;
use crate::notation::quote;

/// A line, and the text below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// The line.
    pub(super) line: String,
    /// The text below it, if it has one.
    pub(super) text: Option<String>,
}

fn line(line: String) -> Typed {
    Typed { line, text: None }
}

/// `-n NAMESPACE`, unless it is the default.
fn place(namespace: Option<&str>) -> String {
    match namespace {
        None | Some(DEFAULT_NAMESPACE) => String::new(),
        Some(namespace) => format!(" -n {}", quote(namespace)),
    }
}

/// `statefulset web -n NAMESPACE`, or an error if the target has no name.
fn named(target: &Target) -> Result<String, Status> {
    let name = target.name.as_deref().ok_or_else(Status::no_method)?;
    Ok(format!("{} {}{}", target.kind.qualified(), quote(name), place(target.namespace.as_deref())))
}

/// The body of a request as an object of the target.
///
/// # Errors
/// `BadRequest`, for what is no JSON or YAML, or names another object than the path.
pub(super) fn object(target: &Target, body: &[u8]) -> Result<Tree, Status> {
    let mut tree = tree(body)?;
    if !matches!(tree.value, Value::Map(_)) {
        return Err(Status::new("BadRequest", "the body of the request was not an object"));
    }
    let kind = target.kind;
    tree.set_default("apiVersion", kind.api_version());
    tree.set_default("kind", kind.name());
    if tree.text("kind") != kind.name() {
        let words = format!(
            "{} in version \"{}\" cannot be handled as a {}: no kind \"{0}\" is registered for this resource",
            tree.text("kind"),
            tree.text("apiVersion"),
            kind.name()
        );
        return Err(Status::new("BadRequest", words));
    }
    if let Some(namespace) = &target.namespace {
        let own = tree.word("metadata.namespace");
        if !own.is_empty() && own != *namespace {
            let words = "the namespace of the provided object does not match the namespace sent on the request";
            return Err(Status::new("BadRequest", words));
        }
        tree.child("metadata").set("namespace", namespace.as_str());
    }
    if let Some(name) = &target.name {
        let own = tree.word("metadata.name");
        if !own.is_empty() && own != *name {
            let words = format!(
                "the name of the object ({own}) does not match the name on the URL ({name})"
            );
            return Err(Status::new("BadRequest", words));
        }
        tree.child("metadata").set("name", name.as_str());
    }
    tree.child("metadata").remove("managedFields");
    Ok(tree)
}

/// A body as a tree.
///
/// # Errors
/// `BadRequest`.
pub(super) fn tree(body: &[u8]) -> Result<Tree, Status> {
    if body.starts_with(protobuf::MAGIC) {
        return protobuf::read(body).ok_or_else(|| {
            let words = "the body of the request was in an unknown format - accepted media types include: application/json, \
                         application/yaml";
            Status::new("UnsupportedMediaType", words)
        });
    }
    let text = std::str::from_utf8(body)
        .map_err(|_| Status::new("BadRequest", "the body of the request is not UTF-8"))?;
    let mut tree = manifest::read(text).map_err(|words| {
        Status::new(
            "BadRequest",
            format!("the object provided is unrecognized (must be of type JSON or YAML): {words}"),
        )
    })?;
    tree.forget_places();
    Ok(tree)
}

/// `kubectl create -f -`.
pub(super) fn create(target: &Target, tree: &Tree) -> Typed {
    let place = place(target.namespace.as_deref());
    Typed { line: format!("kubectl create{place} -f -"), text: Some(manifest::to_yaml(tree)) }
}

/// `kubectl replace -f -`.
pub(super) fn replace(target: &Target, tree: &Tree) -> Typed {
    let place = place(target.namespace.as_deref());
    Typed { line: format!("kubectl replace{place} -f -"), text: Some(manifest::to_yaml(tree)) }
}

/// `kubectl replace --raw`, with the ephemeral containers of a pod.
pub(super) fn ephemeral(namespace: &str, name: &str, pod: &Tree) -> Typed {
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "v1");
    tree.set("kind", "Pod");
    tree.child("metadata").set("name", name);
    let containers = pod.list("spec.ephemeralContainers").to_vec();
    tree.child("spec").set("ephemeralContainers", Value::List(containers));
    let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/ephemeralcontainers");
    let line = format!("kubectl replace --raw {} -f -", quote(&path));
    Typed { line, text: Some(manifest::to_yaml(&tree)) }
}

/// `kubectl apply --server-side -f -`.
pub(super) fn apply(target: &Target, tree: &Tree) -> Typed {
    let place = place(target.namespace.as_deref());
    Typed {
        line: format!("kubectl apply --server-side{place} -f -"),
        text: Some(manifest::to_yaml(tree)),
    }
}

/// `kubectl patch`, or `kubectl scale` for the number of replicas.
///
/// # Errors
/// For a patch of what has no name, or of a subresource that cannot be patched.
pub(super) fn patch(target: &Target, kind: &str, patch: &Tree) -> Result<Typed, Status> {
    let named = named(target)?;
    let part = match target.subresource.as_str() {
        "" => "",
        "status" => " --subresource=status",
        _ => return Err(Status::no_method()),
    };
    let kind = if kind == "strategic" { String::new() } else { format!(" --type={kind}") };
    Ok(line(format!("kubectl patch {named}{part}{kind} -p {}", quote(&patch.json()))))
}

/// The status of an object, and its required `resourceVersion`, as a JSON patch.
pub(super) fn status(tree: &Tree) -> Tree {
    let add = |path: &str, value: &Tree| {
        let mut operation = Tree::map([]);
        operation.set("op", "add");
        operation.set("path", path);
        operation.set("value", value.clone());
        operation
    };
    let status = add("/status", tree.get("status").unwrap_or(&Tree::map([])));
    let version =
        tree.at("metadata.resourceVersion").map(|it| add("/metadata/resourceVersion", it));
    Value::List(std::iter::once(status).chain(version).collect()).into()
}

/// `kubectl scale`.
///
/// # Errors
/// For what has no name.
pub(super) fn scale(target: &Target, replicas: i64, version: &str) -> Result<Typed, Status> {
    let version =
        if version.is_empty() { String::new() } else { format!(" --resource-version={version}") };
    Ok(line(format!("kubectl scale {} --replicas={replicas}{version}", named(target)?)))
}

/// `kubectl delete`.
pub(super) fn delete(
    target: &Target,
    options: &Tree,
    selectors: [&str; 2],
) -> Result<Typed, Status> {
    let what = match (&target.name, selectors) {
        (Some(_), _) => named(target)?,
        (None, ["", ""]) => {
            format!("{} --all{}", target.kind.qualified(), place(target.namespace.as_deref()))
        }
        (None, [labels, fields]) => {
            let flag = |flag: &str, value: &str| match value {
                "" => String::new(),
                value => format!(" {flag} {}", quote(value)),
            };
            let (labels, fields) = (flag("-l", labels), flag("--field-selector", fields));
            format!(
                "{}{labels}{fields}{}",
                target.kind.qualified(),
                place(target.namespace.as_deref())
            )
        }
    };
    let grace = match options.at("gracePeriodSeconds").and_then(Tree::as_int) {
        None => String::new(),
        Some(0) => " --force --grace-period=0".into(),
        Some(seconds) if seconds < 0 => {
            let words = format!(
                "gracePeriodSeconds: Invalid value: {seconds}: must be greater than or equal to 0"
            );
            return Err(Status::options("DeleteOptions", &words));
        }
        Some(seconds) => format!(" --grace-period={seconds}"),
    };
    let cascade =
        match (options.text("propagationPolicy"), options.word("orphanDependents").as_str()) {
            ("Orphan", _) | ("", "true") => " --cascade=orphan",
            ("Foreground", _) => " --cascade=foreground",
            _ => "",
        };
    Ok(line(format!("kubectl delete {what}{grace}{cascade}")))
}

/// `kubectl create --raw PATH -f -` with an Eviction.
pub(super) fn evict(namespace: &str, name: &str, grace: Option<i64>) -> Typed {
    let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/eviction");
    let mut tree = Tree::map([]);
    tree.set("apiVersion", "policy/v1");
    tree.set("kind", "Eviction");
    tree.child("metadata").set("name", name);
    tree.child("metadata").set("namespace", namespace);
    if let Some(grace) = grace {
        tree.child("deleteOptions").set("gracePeriodSeconds", Value::Int(grace));
    }
    Typed {
        line: format!("kubectl create --raw {} -f -", quote(&path)),
        text: Some(manifest::to_yaml(&tree)),
    }
}

/// Removes the fields that a strict decoder would refuse, and returns a warning for each.
pub(super) fn without_unknown(tree: &mut Tree) -> Vec<String> {
    let document = manifest::parse(&manifest::to_yaml(tree)).into_iter().next();
    match document.map(|document| document.outcome) {
        Some(Err(refusal)) => manifest::drop_unknown(tree, &refusal.stderr),
        _ => Vec::new(),
    }
}

/// The patched tree of a dry run or of a scale.
///
/// # Errors
/// For a patch that does not apply.
pub(super) fn patched(tree: &Tree, kind: &str, change: &Tree) -> Result<Tree, Status> {
    use crate::kubectl::patch;
    let mut patched = tree.clone();
    match kind {
        "json" => patch::json(&mut patched, change).map_err(|_| {
            Status::new("Invalid", "the server rejected our request due to an error in our request")
        })?,
        "merge" => patch::merge(&mut patched, change),
        _ => patch::strategic(&mut patched, change),
    }
    Ok(patched)
}
