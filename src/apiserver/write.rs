//! Requests that change objects.

use super::answer::Form;
use super::lines::{self, Typed};
use super::read::Query;
use super::status::{Status, deleted};
use super::target::Target;
use super::{ApiServer, Request, Response};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::cluster::disruption;
use crate::kubectl::Output;
use crate::kubectl::view::View;
use crate::timeline::Timeline;

/// The kind of a patch, by its media type.
fn patch_kind(content_type: &str) -> Result<&'static str, Status> {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json-patch+json" => Ok("json"),
        "application/merge-patch+json" => Ok("merge"),
        "application/strategic-merge-patch+json" => Ok("strategic"),
        "application/apply-patch+yaml" | "application/apply-patch+json" => Ok("apply"),
        _ => Err(Status::new(
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: \
             application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, \
             application/apply-patch+yaml",
        )),
    }
}

/// What a write has done.
struct Done {
    /// The run with it: for a dry run a copy.
    copy: Option<Timeline>,
    output: Output,
}

impl ApiServer {
    /// Answers a request that changes something.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn write(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
    ) -> Result<Response, Status> {
        let name = target.name.as_deref();
        match (request.method.as_str(), target.subresource.as_str(), name) {
            ("POST", "", None) => self.create(request, target, query),
            ("PUT", "", Some(name)) => self.replace(request, target, query, name),
            ("PATCH", "", Some(name)) => self.patch(request, target, query, name),
            ("PUT" | "PATCH", "scale", Some(name)) if target.kind.is_scalable() => {
                self.scale(request, target, query, name)
            }
            ("DELETE", "", _) => self.delete(request, target, query),
            ("POST", "eviction", Some(name)) if target.kind == Kind::Pod => {
                self.evict(request, target, query, name)
            }
            _ => Err(Status::no_method()),
        }
    }

    /// Runs a line; for a dry run on a copy.
    ///
    /// # Errors
    /// What kubectl would print, as a status about the object.
    fn run(&mut self, typed: &Typed, query: &Query, about: (Kind, &str)) -> Result<Done, Status> {
        let copy = (query.get("dryRun") == "All").then(|| self.timeline.clone());
        let output = self.type_line(&typed.line, typed.text.as_deref());
        // A dry run leaves everything as it was.
        let copy = copy.map(|before| std::mem::replace(&mut self.timeline, before));
        self.history.look(&self.timeline.cluster().store);
        match output.exit {
            0 => Ok(Done { copy, output }),
            _ => {
                let warning = |line: &&str| line.starts_with("Warning: ");
                let refusal: Vec<&str> =
                    output.stderr.lines().filter(|line| !warning(line)).collect();
                Err(Status::printed(&refusal.join("\n"), Some((about.0, about.1.to_owned()))))
            }
        }
    }

    /// The object after a write, as a response.
    fn written(
        &self,
        done: &Done,
        code: u16,
        (kind, namespace, name): (Kind, &str, &str),
        form: Form,
    ) -> Response {
        let reader = self.reader();
        let timeline = done.copy.as_ref().unwrap_or(&self.timeline);
        let view = View { cluster: timeline.cluster(), past: timeline.events(), only: None };
        let live = self.reader().get(kind, namespace, name).ok();
        let reader = super::Reader { view, ..reader };
        let mut tree = reader.get(kind, namespace, name);
        if let (Ok(tree), true) = (&mut tree, done.copy.is_some()) {
            // What is only tried has no version of its own.
            match live {
                Some(live) => tree
                    .child("metadata")
                    .set("resourceVersion", live.word("metadata.resourceVersion").as_str()),
                None => drop(tree.child("metadata").remove("resourceVersion")),
            }
        }
        let mut response = match tree {
            Ok(tree) => Response::json(code, &reader.one(kind, tree, form)),
            Err(status) => status.into(),
        };
        let warnings = done.output.stderr.lines().filter_map(|line| line.strip_prefix("Warning: "));
        response.warnings = warnings.map(str::to_owned).collect();
        response
    }

    fn form(request: &Request, query: &Query) -> Result<Form, Status> {
        Form::read(&request.accept, query.get("includeObject"))
    }

    /// Reads the object of a body; what is unknown in it is refused, or left out with a warning.
    fn object(
        &self,
        request: &Request,
        target: &Target,
        query: &Query,
    ) -> Result<(Tree, Vec<String>), Status> {
        let mut tree = lines::object(target, &request.body)?;
        self.wire.back(&mut tree);
        let mut warnings = Vec::new();
        if query.get("fieldValidation") != "Strict" {
            warnings = lines::without_unknown(&mut tree);
            if query.get("fieldValidation") == "Ignore" {
                warnings.clear();
            }
        }
        Ok((tree, warnings))
    }

    fn create(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
    ) -> Result<Response, Status> {
        if target.kind == Kind::Event {
            return Err(Status::no_method());
        }
        let (mut tree, warnings) = self.object(request, target, query)?;
        for field in ["creationTimestamp", "resourceVersion", "selfLink", "uid", "generation"] {
            tree.child("metadata").remove(field);
        }
        tree.remove("status");
        let name = tree.word("metadata.name");
        let done = self.run(&lines::create(target, &tree), query, (target.kind, &name))?;
        // The name may be made by the server.
        let printed = done.output.stdout.split_once('/').and_then(|(_, rest)| rest.split_once(' '));
        let name =
            if name.is_empty() { printed.map_or("", |(name, _)| name).to_owned() } else { name };
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        let mut response = self.written(&done, 201, (target.kind, namespace, &name), form);
        response.warnings.extend(warnings);
        Ok(response)
    }

    fn replace(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let (mut tree, warnings) = self.object(request, target, query)?;
        tree.child("metadata").remove("creationTimestamp");
        tree.remove("status");
        let done = self.run(&lines::replace(target, &tree), query, (target.kind, name))?;
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        let mut response = self.written(&done, 200, (target.kind, namespace, name), form);
        response.warnings.extend(warnings);
        Ok(response)
    }

    fn patch(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let kind = patch_kind(&request.content_type)?;
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        if kind == "apply" {
            return self.apply(request, target, query, name);
        }
        let mut patch = lines::tree(&request.body)?;
        self.wire.back(&mut patch);
        self.reader().get(target.kind, namespace, name)?;
        let done = self.run(&lines::patch(target, kind, &patch)?, query, (target.kind, name))?;
        Ok(self.written(&done, 200, (target.kind, namespace, name), form))
    }

    /// Server-side apply. Fields have no owners here: what is in the body is set, all else stays.
    fn apply(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        let (tree, warnings) = self.object(request, target, query)?;
        let is_there = self.reader().get(target.kind, namespace, name).is_ok();
        let (code, typed) = match is_there {
            true => (200, lines::patch(target, "strategic", &lines::fields(&tree))?),
            false => (201, lines::apply(target, &tree)),
        };
        let done = self.run(&typed, query, (target.kind, name))?;
        let mut response = self.written(&done, code, (target.kind, namespace, name), form);
        response.warnings.extend(warnings);
        Ok(response)
    }

    fn scale(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let reader = self.reader();
        let before = super::answer::scale(&reader.get(target.kind, namespace, name)?);
        let mut body = lines::tree(&request.body)?;
        self.wire.back(&mut body);
        let (wanted, version) = match request.method.as_str() {
            "PUT" => (body.number("spec.replicas"), body.word("metadata.resourceVersion")),
            _ => {
                let after = lines::patched(&before, patch_kind(&request.content_type)?, &body)?;
                (after.number("spec.replicas"), body.word("metadata.resourceVersion"))
            }
        };
        if wanted < 0 {
            let mut status = Status::printed(
                &format!(
                    "The Scale \"{name}\" is invalid: spec.replicas: Invalid value: {wanted}: must be greater than or equal to 0"
                ),
                Some((target.kind, name.to_owned())),
            );
            status.message = format!(
                "Scale.autoscaling \"{name}\" is invalid: spec.replicas: Invalid value: {wanted}: must be greater than or equal to 0"
            );
            return Err(status);
        }
        if !version.is_empty() && version != before.word("metadata.resourceVersion") {
            let words = format!(
                "Operation cannot be fulfilled on {} \"{name}\": the object has been modified; please apply your \
                 changes to the latest version and try again",
                target.kind.resource()
            );
            return Err(Status::new("Conflict", words).about(target.kind, name));
        }
        let done = self.run(&lines::scale(target, wanted, "")?, query, (target.kind, name))?;
        let timeline = done.copy.as_ref().unwrap_or(&self.timeline);
        let view = View { cluster: timeline.cluster(), past: timeline.events(), only: None };
        let reader = super::Reader { view, ..self.reader() };
        let tree = reader.get(target.kind, namespace, name)?;
        Ok(Response::json(200, &super::answer::scale(&reader.seen(target.kind, tree))))
    }

    /// The options of a deletion: of the body, or of the query.
    fn options(request: &Request, query: &Query) -> Result<Tree, Status> {
        let mut options = match request.body.as_slice() {
            [] => Tree::map([]),
            body => lines::tree(body)?,
        };
        if let Ok(seconds) = query.get("gracePeriodSeconds").parse::<i64>() {
            options.set("gracePeriodSeconds", Value::Int(seconds));
        }
        if !query.get("propagationPolicy").is_empty() {
            options.set("propagationPolicy", query.get("propagationPolicy"));
        }
        Ok(options)
    }

    /// What the preconditions of a deletion say against it (`rest.BeforeDelete`).
    fn check(&self, target: &Target, name: &str, options: &Tree) -> Result<(), Status> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let tree = self.reader().get(target.kind, namespace, name)?;
        let tree = self.reader().seen(target.kind, tree);
        for (field, label) in [("uid", "UID"), ("resourceVersion", "ResourceVersion")] {
            let (wanted, own) = (
                options.word(&format!("preconditions.{field}")),
                tree.word(&format!("metadata.{field}")),
            );
            if !wanted.is_empty() && wanted != own {
                let words = format!(
                    "Operation cannot be fulfilled on {} \"{name}\": Precondition failed: {label} in precondition: \
                     {wanted}, {label} in object meta: {own}",
                    target.kind.resource()
                );
                return Err(Status::new("Conflict", words).about(target.kind, name));
            }
        }
        Ok(())
    }

    fn delete(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
    ) -> Result<Response, Status> {
        let options = Self::options(request, query)?;
        let kind = target.kind;
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let is_dry_run = options.list("dryRun").iter().any(|word| word.as_text() == "All");
        let selectors = [query.get("labelSelector"), query.get("fieldSelector")];
        let typed = lines::delete(target, &options, selectors)?;
        let query = &Query::with_dry_run(query, is_dry_run);
        let Some(name) = &target.name else {
            if target.namespace.is_none() && kind.is_namespaced() {
                return Err(Status::no_method());
            }
            let selection = super::select::Selection::read(kind, selectors[0], selectors[1])?;
            let page = super::answer::Page { after: String::new(), limit: usize::MAX };
            let (list, _) = self.reader().collection(target, &selection, Form::Object, &page);
            self.run(&typed, query, (kind, ""))?;
            return Ok(Response::json(200, &list));
        };
        self.check(target, name, &options)?;
        let before = self.reader().get(kind, namespace, name)?;
        let done = self.run(&typed, query, (kind, name))?;
        let timeline = done.copy.as_ref().unwrap_or(&self.timeline);
        let view = View { cluster: timeline.cluster(), past: timeline.events(), only: None };
        let after = view.get(kind, namespace, name);
        let uid = before.word("metadata.uid");
        let tree = match after.filter(|after| after.word("metadata.uid") == uid) {
            Some(after) => self.reader().seen(kind, after),
            // A pod that is gone at once is answered as it was.
            None if kind == Kind::Pod => self.reader().seen(kind, before),
            None => deleted(kind, name, &uid),
        };
        Ok(Response::json(200, &tree))
    }

    /// The refusal of an eviction, with what the budget says.
    fn with_cause(&self, mut status: Status, namespace: &str, name: &str) -> Status {
        let cluster = self.timeline.cluster();
        let pod = cluster.store.pods.named(namespace, name);
        if let Some(Err(refusal)) = pod.map(|pod| disruption::may_evict(cluster, pod)) {
            if !refusal.cause.is_empty() {
                let cause = ["DisruptionBudget".into(), refusal.cause, String::new()];
                status.causes = vec![cause];
            }
            status.about = None;
        }
        status
    }

    /// The Eviction API (`pkg/registry/core/pod/storage/eviction.go`).
    fn evict(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let body = lines::tree(&request.body)?;
        let options = body.get("deleteOptions").cloned().unwrap_or_default();
        self.check(target, name, &options)?;
        let is_dry_run = options.list("dryRun").iter().any(|word| word.as_text() == "All");
        let query = &Query::with_dry_run(query, is_dry_run);
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let grace = options.at("gracePeriodSeconds").and_then(Tree::as_int);
        let typed = lines::evict(namespace, name, grace);
        self.run(&typed, query, (Kind::Pod, name))
            .map_err(|status| self.with_cause(status, namespace, name))?;
        let mut tree = Tree::map([]);
        tree.set("apiVersion", "v1");
        tree.set("code", Value::Int(201));
        tree.set("kind", "Status");
        tree.set("metadata", Tree::map([]));
        tree.set("status", "Success");
        Ok(Response::json(201, &tree))
    }
}
