//! Requests that change objects.

use super::answer::Form;
use super::edit::{Edit, patch_kind, writer};
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
    /// The object before the write, if it existed.
    pub(super) before: Option<Tree>,
}

impl Done {
    /// A write that leaves the object as it was.
    pub(super) fn nothing() -> Done {
        Done { copy: None, output: Output::default(), before: None }
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
        let edit = &Edit { request, target, query, name: name.unwrap_or_default() };
        if target.kind == Kind::ComponentStatus {
            return Err(Status::no_method());
        }
        match (request.method.as_str(), target.subresource.as_str(), name) {
            ("POST", "", None) => self.create(request, target, query),
            ("PUT", "", Some(_)) => self.replace(edit),
            ("PATCH", "", Some(_)) => self.patch(edit),
            ("PUT" | "PATCH", "scale", Some(_)) if target.kind.is_scalable() => self.scale(edit),
            ("PUT" | "PATCH", "status", Some(_)) if self.kinds().has_custom_status(target.kind) => {
                self.status(edit)
            }
            ("PUT" | "PATCH", "ephemeralcontainers", Some(_)) if target.kind == Kind::Pod => {
                self.add_ephemeral(edit)
            }
            ("DELETE", "", _) => self.delete(request, target, query),
            ("POST", "eviction", Some(_)) if target.kind == Kind::Pod => self.evict(edit),
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
            0 => Ok(Done { copy, output, before: None }),
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
        if let (Err(_), Some(before)) = (&tree, &done.before) {
            // The write removed the last finalizer, and the object with it (`deleteWithoutFinalizers`).
            let mut last = before.clone();
            last.child("metadata").remove("finalizers");
            tree = Ok(last);
        }
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

    fn replace(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let (mut tree, warnings) = self.object(request, target, query)?;
        tree.child("metadata").remove("creationTimestamp");
        if !matches!(target.kind, Kind::Custom(_)) {
            tree.remove("status");
        }
        let typed = lines::replace(target, &tree);
        let before = self.reader().get(target.kind, edit.namespace(), name).ok();
        let mut done = self.run(&typed, query, (target.kind, name), &edit.writer())?;
        done.before = before;
        let form = Self::form(request, query)?;
        let mut response = self.written(&done, 200, (target.kind, edit.namespace(), name), form);
        response.warnings.extend(warnings);
        Ok(response)
    }

    fn patch(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let kind = edit.patch_kind()?;
        if query.has("force") && kind != "apply" {
            let words = "force: Forbidden: may not be specified for non-apply patch";
            return Err(Status::options("PatchOptions", words));
        }
        let (namespace, form) = (edit.namespace(), Self::form(request, query)?);
        if kind == "apply" {
            return self.apply(edit);
        }
        let mut patch = self.body(request)?;
        let managers = super::managed::taken_from(&mut patch);
        let before = self.reader().get(target.kind, namespace, name)?;
        let writer = edit.writer();
        let typed = lines::patch(target, kind, &patch)?;
        if query.get("fieldValidation") == "Strict" {
            let trial = Query::with_dry_run(query, true);
            let done = self.run(&typed, &trial, (target.kind, name), &writer)?;
            strictly(&done, target.kind).map_err(|it| it.about(target.kind, name))?;
        }
        let mut done = self.run(&typed, query, (target.kind, name), &writer)?;
        done.before = Some(before);
        if query.get("fieldValidation") == "Ignore" {
            done.output.stderr.clear();
        }
        if let Some(managers) = managers.filter(|_| query.get("dryRun") != "All") {
            self.set_managers(target, name, &managers);
        }
        Ok(self.written(&done, 200, (target.kind, namespace, name), form))
    }

    /// The body of a request, with dates and versions of the cluster.
    ///
    /// # Errors
    /// `BadRequest`.
    fn body(&self, request: &Request) -> Result<Tree, Status> {
        let mut body = lines::tree(&request.body)?;
        self.wire.back(&mut body);
        Ok(body)
    }

    /// Writes a subresource of an object: its ephemeral containers, or its status. `typed` makes the line of the object and
    /// the body of the request.
    fn write_part(
        &mut self,
        edit: &Edit<'_>,
        typed: impl FnOnce(&Tree, Tree) -> Result<Typed, Status>,
    ) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let form = Self::form(request, query)?;
        let before = self.reader().get(target.kind, edit.namespace(), name)?;
        let typed = typed(&before, self.body(request)?)?;
        let done = self.run(&typed, query, (target.kind, name), &edit.writer())?;
        Ok(self.written(&done, 200, (target.kind, edit.namespace(), name), form))
    }

    /// Adds ephemeral containers to a pod.
    fn add_ephemeral(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        self.write_part(edit, |before, body| {
            let pod = match edit.request.method.as_str() {
                "PUT" => body,
                _ => lines::patched(before, edit.patch_kind()?, &body)?,
            };
            Ok(lines::ephemeral(edit.namespace(), edit.name, &pod))
        })
    }

    /// Writes the status of a custom resource.
    fn status(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let kind = match edit.request.method.as_str() {
            "PUT" => "json",
            _ => edit.patch_kind()?,
        };
        if kind == "apply" {
            return self.apply(edit);
        }
        self.write_part(edit, |_, body| match edit.request.method.as_str() {
            "PUT" => lines::patch(edit.target, kind, &lines::status(&body)),
            _ => lines::patch(edit.target, kind, &body),
        })
    }

    fn scale(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let namespace = edit.namespace();
        let reader = self.reader();
        let before = super::answer::scale(&reader.get(target.kind, namespace, name)?);
        let body = self.body(request)?;
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
        let done = self.run(&typed, query, (target.kind, name), &edit.writer())?;
        let reader = self.reader_after(&done);
        let tree = reader.get(target.kind, namespace, name)?;
        Ok(Response::json(200, &super::answer::scale(&reader.seen(target.kind, tree))))
    }
}
