//! HorizontalPodAutoscalers in `autoscaling/v1`: requests and responses are converted from and to `autoscaling/v2`.

use super::read::Query;
use super::status::Status;
use super::target::{self, Target};
use super::wire::Line;
use super::{Answer, ApiServer, Request, Response, edit, lines};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::manifest;
use crate::manifest::autoscaling::{V1, to_v1, to_v2};

/// Whether a request is about autoscalers in the older version.
pub(super) fn is_older(request: &Request) -> bool {
    request.path.starts_with("/apis/autoscaling/v1/")
}

impl ApiServer {
    /// Answers a request about autoscalers in the older version.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn answer_older(&mut self, request: &Request) -> Result<Answer, Status> {
        let path = request.path.replacen("/v1/", "/v2/", 1);
        let request = &Request { path, ..request.clone() };
        let kinds = self.kinds();
        let segments = target::segments(&request.path);
        let target = Target::of(&segments, |version, plural| kinds.named(version, plural));
        let target = target.ok_or_else(Status::no_resource)?;
        let answer = match request.method.as_str() {
            "POST" | "PUT" => self.try_answer(&with_version(request)?)?,
            "PATCH" if target.name.is_some() => self.patch_older(request, &target)?,
            _ => self.try_answer(request)?,
        };
        Ok(match answer {
            Answer::Response(response) => Answer::Response(converted(response)),
            Answer::Watch(mut watcher) => {
                watcher.is_older = true;
                Answer::Watch(watcher)
            }
        })
    }

    /// A patch of an autoscaler in the older version: it replaces the patched object.
    fn patch_older(&mut self, request: &Request, target: &Target) -> Result<Answer, Status> {
        let query = Query::read(&request.query);
        let kind = edit::patch_kind(&request.content_type, target.kind)?;
        let mut body = lines::tree(&request.body)?;
        if kind == "apply" {
            to_v2(&mut body);
            let body = body.json().into_bytes();
            return self.try_answer(&Request { body, ..request.clone() });
        }
        if query.has("force") {
            return self.try_answer(request);
        }
        let name = target.name.as_deref().unwrap_or_default();
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let reader = self.reader();
        let mut before = reader.seen(target.kind, reader.get(target.kind, namespace, name)?);
        to_v1(&mut before);
        let body = lines::patched(&before, kind, &body)?.json().into_bytes();
        let request = Request { method: "PUT".into(), body, ..request.clone() };
        self.try_answer(&request)
    }
}

/// The request with a body that says its version.
fn with_version(request: &Request) -> Result<Request, Status> {
    let mut tree = lines::tree(&request.body)?;
    if !matches!(tree.value, Value::Map(_)) {
        return Ok(request.clone());
    }
    tree.set_default("apiVersion", V1);
    Ok(Request { body: tree.json().into_bytes(), ..request.clone() })
}

/// A response in the older version.
fn converted(mut response: Response) -> Response {
    let text = std::str::from_utf8(&response.body).unwrap_or_default();
    if let Ok(mut tree) = manifest::read(text) {
        convert(&mut tree);
        response.body = (tree.json() + "\n").into_bytes();
    }
    response
}

/// A line of a watch in the older version.
pub(super) fn converted_line(line: &Line) -> Line {
    let text = std::str::from_utf8(line).unwrap_or_default();
    match manifest::read(text) {
        Ok(mut tree) => {
            convert(tree.child("object"));
            super::watch::event(tree.text("type"), tree.get("object").unwrap_or(&Tree::default()))
        }
        Err(_) => line.clone(),
    }
}

/// Converts an autoscaler, or those of a list or a table.
fn convert(tree: &mut Tree) {
    let kind = Kind::HorizontalPodAutoscaler;
    let version = tree.text("apiVersion").to_owned();
    match tree.text("kind") {
        name if name == kind.name() && version == kind.api_version() => to_v1(tree),
        "HorizontalPodAutoscalerList" => {
            tree.set("apiVersion", V1);
            for item in tree.items_mut("items") {
                to_v1(item);
                item.remove("apiVersion");
            }
        }
        "Table" => {
            for row in tree.items_mut("rows") {
                if row.get("object").is_some() {
                    convert(row.child("object"));
                }
            }
        }
        _ => {}
    }
}
