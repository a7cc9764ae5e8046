//! Requests that change objects.

use super::answer::Form;
use super::history::History;
use super::lines::{self, Typed};
use super::managed::Writer;
use super::read::Query;
use super::status::Status;
use super::target::Target;
use super::{ApiServer, Request, Response};
use crate::api::Kind;
use crate::api::json::Node as Tree;
use crate::kubectl::Output;
use crate::kubectl::view::View;
use crate::timeline::Timeline;

/// The kind of a patch, by its media type.
pub(super) fn patch_kind(content_type: &str, kind: Kind) -> Result<&'static str, Status> {
    let is_custom = matches!(kind, Kind::Custom(_));
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json-patch+json" => Ok("json"),
        "application/merge-patch+json" => Ok("merge"),
        "application/strategic-merge-patch+json" if !is_custom => Ok("strategic"),
        "application/apply-patch+yaml" | "application/apply-patch+json" => Ok("apply"),
        _ => {
            let strategic = if is_custom { "" } else { "application/strategic-merge-patch+json, " };
            let words = format!(
                "the body of the request was in an unknown format - accepted media types include: \
                 application/json-patch+json, application/merge-patch+json, {strategic}application/apply-patch+yaml"
            );
            Err(Status::new("UnsupportedMediaType", words))
        }
    }
}

/// The field manager of a request.
pub(super) fn writer(request: &Request, target: &Target, query: &Query) -> Writer {
    Writer::of_request(query.get("fieldManager"), &request.user_agent, &target.subresource)
}

/// Rejects a write that dropped unknown fields.
fn strictly(done: &Done, kind: Kind) -> Result<(), Status> {
    let lines = done.output.stderr.lines();
    let unknown: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("Warning: "))
        .filter(|line| line.starts_with("unknown field "))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let (name, version) = (kind.name(), super::target::group_version(kind.api_version()).1);
    let words = format!(
        "{name} in version \"{version}\" cannot be handled as a {name}: strict decoding error: {}",
        unknown.join(", ")
    );
    Err(Status::new("BadRequest", words))
}

/// What a write has done.
pub(super) struct Done {
    /// The run after a dry run.
    copy: Option<(Timeline, History)>,
    output: Output,
}

impl Done {
    /// A write that leaves the object as it was.
    pub(super) fn nothing() -> Done {
        Done { copy: None, output: Output::default() }
    }
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
        if target.kind == Kind::ComponentStatus {
            return Err(Status::no_method());
        }
        match (request.method.as_str(), target.subresource.as_str(), name) {
            ("POST", "", None) => self.create(request, target, query),
            ("PUT", "", Some(name)) => self.replace(request, target, query, name),
            ("PATCH", "", Some(name)) => self.patch(request, target, query, name),
            ("PUT" | "PATCH", "scale", Some(name)) if target.kind.is_scalable() => {
                self.scale(request, target, query, name)
            }
            ("PUT" | "PATCH", "status", Some(name))
                if self.kinds().has_custom_status(target.kind) =>
            {
                self.status(request, target, query, name)
            }
            ("PUT" | "PATCH", "ephemeralcontainers", Some(name)) if target.kind == Kind::Pod => {
                self.add_ephemeral(request, target, query, name)
            }
            ("DELETE", "", _) => self.delete(request, target, query),
            ("POST", "eviction", Some(name)) if target.kind == Kind::Pod => {
                self.evict(request, target, query, name)
            }
            // A path of a subresource that the kind does not have is not served.
            (_, "", _) => Err(Status::no_method()),
            (_, subresource, _) if self.has(target.kind, subresource) => Err(Status::no_method()),
            _ => Err(Status::no_resource()),
        }
    }

    /// Runs a line; for a dry run on a copy.
    ///
    /// # Errors
    /// What kubectl would print, as a status about the object.
    pub(super) fn run(
        &mut self,
        typed: &Typed,
        query: &Query,
        about: (Kind, &str),
        writer: &Writer,
    ) -> Result<Done, Status> {
        let is_dry_run = query.get("dryRun") == "All";
        let copy = is_dry_run.then(|| (self.timeline.clone(), self.history.clone()));
        let output = self.type_line(&typed.line, typed.text.as_deref());
        self.look(Some(writer));
        // A dry run leaves everything as it was.
        let copy = copy.map(|(timeline, history)| {
            let timeline = std::mem::replace(&mut self.timeline, timeline);
            (timeline, std::mem::replace(&mut self.history, history))
        });
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

    /// A reader of the cluster after a write.
    pub(super) fn reader_after<'d>(&'d self, done: &'d Done) -> super::Reader<'d> {
        let reader = self.reader();
        match &done.copy {
            Some((timeline, history)) => {
                let view =
                    View { cluster: timeline.cluster(), past: timeline.events(), only: None };
                super::Reader { view, history, ..reader }
            }
            None => reader,
        }
    }

    /// The object after a write, as a response.
    pub(super) fn written(
        &self,
        done: &Done,
        code: u16,
        (kind, namespace, name): (Kind, &str, &str),
        form: Form,
    ) -> Response {
        let reader = self.reader_after(done);
        let mut tree = reader.get(kind, namespace, name);
        if let (Ok(tree), true) = (&mut tree, done.copy.is_some()) {
            // In a dry run, the object keeps its live version.
            match self.reader().get(kind, namespace, name) {
                Ok(live) => tree
                    .child("metadata")
                    .set("resourceVersion", live.word("metadata.resourceVersion").as_str()),
                Err(_) => drop(tree.child("metadata").remove("resourceVersion")),
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

    pub(super) fn form(request: &Request, query: &Query) -> Result<Form, Status> {
        Form::read(&request.accept, query.get("includeObject"))
    }

    /// Reads the object of a body; what is unknown in it is refused, or left out with a warning.
    pub(super) fn object(
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
        if !matches!(target.kind, Kind::Custom(_)) {
            tree.remove("status");
        }
        let name = tree.word("metadata.name");
        let typed = lines::create(target, &tree);
        let about = (target.kind, name.as_str());
        let done = match self.run(&typed, query, about, &writer(request, target, query)) {
            Ok(done) => done,
            Err(status) => return Ok(Response { warnings, ..status.into() }),
        };
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
        if !matches!(target.kind, Kind::Custom(_)) {
            tree.remove("status");
        }
        let done = self.run(
            &lines::replace(target, &tree),
            query,
            (target.kind, name),
            &writer(request, target, query),
        )?;
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
        let kind = patch_kind(&request.content_type, target.kind)?;
        if query.has("force") && kind != "apply" {
            let words = "force: Forbidden: may not be specified for non-apply patch";
            return Err(Status::options("PatchOptions", words));
        }
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        if kind == "apply" {
            return self.apply(request, target, query, name);
        }
        let mut patch = lines::tree(&request.body)?;
        self.wire.back(&mut patch);
        let managers = super::apply::managers(&mut patch);
        self.reader().get(target.kind, namespace, name)?;
        let writer = writer(request, target, query);
        let typed = lines::patch(target, kind, &patch)?;
        if query.get("fieldValidation") == "Strict" {
            let trial = Query::with_dry_run(query, true);
            let done = self.run(&typed, &trial, (target.kind, name), &writer)?;
            strictly(&done, target.kind).map_err(|it| it.about(target.kind, name))?;
        }
        let mut done = self.run(&typed, query, (target.kind, name), &writer)?;
        if query.get("fieldValidation") == "Ignore" {
            done.output.stderr.clear();
        }
        if let Some(managers) = managers.filter(|_| query.get("dryRun") != "All") {
            self.set_managers(target, name, &managers);
        }
        Ok(self.written(&done, 200, (target.kind, namespace, name), form))
    }

    /// Adds ephemeral containers to a pod.
    fn add_ephemeral(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        let before = self.reader().get(target.kind, namespace, name)?;
        let mut body = lines::tree(&request.body)?;
        self.wire.back(&mut body);
        let pod = match request.method.as_str() {
            "PUT" => body,
            _ => lines::patched(&before, patch_kind(&request.content_type, target.kind)?, &body)?,
        };
        let typed = lines::ephemeral(namespace, name, &pod);
        let writer = writer(request, target, query);
        let done = self.run(&typed, query, (target.kind, name), &writer)?;
        Ok(self.written(&done, 200, (target.kind, namespace, name), form))
    }

    /// Writes the status of a custom resource.
    fn status(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
        name: &str,
    ) -> Result<Response, Status> {
        let namespace = target.namespace.as_deref().unwrap_or_default();
        let form = Self::form(request, query)?;
        self.reader().get(target.kind, namespace, name)?;
        let mut body = lines::tree(&request.body)?;
        self.wire.back(&mut body);
        let typed = match request.method.as_str() {
            "PUT" => lines::patch(target, "json", &lines::status(&body))?,
            _ => match patch_kind(&request.content_type, target.kind)? {
                "apply" => return self.apply(request, target, query, name),
                kind => lines::patch(target, kind, &body)?,
            },
        };
        let writer = writer(request, target, query);
        let done = self.run(&typed, query, (target.kind, name), &writer)?;
        Ok(self.written(&done, 200, (target.kind, namespace, name), form))
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
                let after =
                    lines::patched(&before, patch_kind(&request.content_type, Kind::Pod)?, &body)?;
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
        let typed = lines::scale(target, wanted, "")?;
        let done = self.run(&typed, query, (target.kind, name), &writer(request, target, query))?;
        let reader = self.reader_after(&done);
        let tree = reader.get(target.kind, namespace, name)?;
        Ok(Response::json(200, &super::answer::scale(&reader.seen(target.kind, tree))))
    }
}
