//! Requests, and those that only read.

use super::answer::{Form, Page, scale};
use super::kinds::Kinds;
use super::select::Selection;
use super::status::Status;
use super::target::{self, Target};
use super::{
    Answer, ApiServer, Request, Response, SNAPSHOTS, Snapshot, Watcher, discovery, openapi, swagger,
};
use crate::api::Kind;
use crate::api::json::{Node as Tree, Value};
use crate::kubectl::OLD_STATUS;
use crate::kubectl::view::View;
use crate::notation::quote;

/// The parameters of a query.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request.
    pub(super) fn read(text: &str) -> Query {
        Query(target::query(text))
    }

    pub(super) fn get(&self, key: &str) -> &str {
        self.0.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value)
    }

    /// The same, for a dry run if `is_dry_run`.
    pub(super) fn with_dry_run(query: &Query, is_dry_run: bool) -> Query {
        let more = is_dry_run.then(|| ("dryRun".to_owned(), "All".to_owned()));
        Query(query.0.iter().cloned().chain(more).collect())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        matches!(self.get(key), "true" | "1")
    }
}

impl ApiServer {
    /// Answers a request.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn try_answer(&mut self, request: &Request) -> Result<Answer, Status> {
        let segments = target::segments(&request.path);
        let words: Vec<&str> = segments.iter().map(String::as_str).collect();
        let query = Query::read(&request.query);
        if let Some(response) = self.fixed(request, &words)? {
            return Ok(Answer::Response(response));
        }
        let kinds = self.kinds();
        let target = Target::of(&segments, |version, plural| kinds.named(version, plural));
        let target = target.ok_or_else(Status::no_resource)?;
        if request.method == "GET" || request.method == "HEAD" {
            let mut answer = self.read(request, &target, &query)?;
            if let (Kind::ComponentStatus, Answer::Response(response)) = (target.kind, &mut answer)
            {
                response.warnings.push(OLD_STATUS.into());
            }
            return Ok(answer);
        }
        self.write(request, &target, &query).map(Answer::Response)
    }

    /// Answers what is not about an object: discovery, the version, health.
    fn fixed(&self, request: &Request, words: &[&str]) -> Result<Option<Response>, Status> {
        let is_aggregated = request.accept.contains("as=APIGroupDiscoveryList")
            && request.accept.contains("v=v2;")
            || request.accept.contains("v=v2;as=APIGroupDiscoveryList");
        let ok = |tree: Tree| Ok(Some(Response::json(200, &tree)));
        let found = |tree: Option<Tree>| tree.map_or_else(|| Err(Status::no_resource()), ok);
        match words {
            ["api"] | ["apis"] if is_aggregated => {
                let response =
                    Response::json(200, &discovery::aggregated(&self.kinds(), words == ["api"]));
                Ok(Some(Response { content_type: discovery::AGGREGATED, ..response }))
            }
            ["api"] => ok(discovery::core_versions()),
            ["apis"] => ok(discovery::groups(&self.kinds())),
            ["api", version] => found(discovery::resources(&self.kinds(), version)),
            ["apis", group] => found(discovery::group(&self.kinds(), group)),
            ["apis", group, version] => {
                found(discovery::resources(&self.kinds(), &format!("{group}/{version}")))
            }
            ["openapi", "v2"] => Ok(Some(self.openapi_v2(request))),
            ["openapi", "v3"] => ok(openapi::index(&self.kinds(), &request.base)),
            ["openapi", "v3", rest @ ..] => {
                found(openapi::document(&self.kinds(), &rest.join("/")))
            }
            ["version"] => ok(self.version()),
            ["healthz" | "livez" | "readyz", ..] => Ok(Some(Response::text(200, "ok"))),
            ["apis", "authorization.k8s.io", "v1", "selfsubjectaccessreviews"]
                if request.method == "POST" =>
            {
                let mut tree = Tree::map([]);
                tree.set("apiVersion", "authorization.k8s.io/v1");
                tree.set("kind", "SelfSubjectAccessReview");
                tree.set("metadata", Tree::map([]));
                tree.set("spec", Tree::map([]));
                tree.child("status").set("allowed", Value::Bool(true));
                Ok(Some(Response::json(201, &tree)))
            }
            ["apis", "authentication.k8s.io", "v1", "selfsubjectreviews"]
                if request.method == "POST" =>
            {
                let mut tree = Tree::map([]);
                tree.set("apiVersion", "authentication.k8s.io/v1");
                tree.set("kind", "SelfSubjectReview");
                tree.set("metadata", Tree::map([]));
                tree.child("status").child("userInfo").set("username", "kubernetes-admin");
                tree.child("status").child("userInfo").set(
                    "groups",
                    Value::List(["system:masters", "system:authenticated"].map(Tree::from).into()),
                );
                Ok(Some(Response::json(201, &tree)))
            }
            _ => Ok(None),
        }
    }

    /// `/openapi/v2`, in the format that the client prefers.
    fn openapi_v2(&self, request: &Request) -> Response {
        let document = swagger::document(&self.kinds());
        match request.accept.contains("proto-openapi") {
            true => Response {
                content_type: swagger::PROTOBUF,
                body: swagger::protobuf(&document),
                ..Response::text(200, "")
            },
            false => Response::json(200, &document),
        }
    }

    /// The kinds that are currently served.
    pub(super) fn kinds(&self) -> Kinds<'_> {
        Kinds::of(&self.timeline.cluster().store)
    }

    /// Whether a kind has a subresource.
    pub(super) fn has(&self, kind: Kind, subresource: &str) -> bool {
        self.kinds().subresources(kind).iter().any(|(name, ..)| *name == subresource)
    }

    /// `/version`.
    fn version(&self) -> Tree {
        let version = self.timeline.cluster().settings.version;
        let git = version.git_version();
        let mut parts = git.trim_start_matches('v').split('.');
        let mut tree = Tree::map([]);
        for (key, value) in [
            ("buildDate", "2026-01-01T00:00:00Z"),
            ("compiler", "rustc"),
            ("gitCommit", ""),
            ("gitTreeState", "clean"),
            ("gitVersion", git),
            ("goVersion", ""),
            ("platform", "ordinal/simulation"),
            ("major", parts.next().unwrap_or_default()),
            ("minor", parts.next().unwrap_or_default()),
        ] {
            tree.set(key, value);
        }
        tree
    }

    fn read(
        &mut self,
        request: &Request,
        target: &Target,
        query: &Query,
    ) -> Result<Answer, Status> {
        let kind = target.kind;
        self.look_at_made(kind);
        let form = Form::read(&request.accept, query.get("includeObject"))?;
        let namespace = target.namespace.as_deref().unwrap_or_default();
        if kind == Kind::ComponentStatus && query.has("watch") {
            return Err(Status::no_method());
        }
        let Some(name) = &target.name else {
            let selection =
                Selection::read(kind, query.get("labelSelector"), query.get("fieldSelector"))?;
            if query.has("watch") {
                return self.begin_watch(target, query, selection, form);
            }
            return self.list(target, query, &selection, form).map(Answer::Response);
        };
        if query.has("watch") {
            let selection =
                Selection::read(kind, query.get("labelSelector"), query.get("fieldSelector"))?;
            return self.begin_watch(target, query, selection, form);
        }
        let reader = self.reader();
        let tree = reader.get(kind, namespace, name)?;
        let tree = match target.subresource.as_str() {
            "" => reader.one(kind, tree, form),
            "ephemeralcontainers" if kind == Kind::Pod => reader.one(kind, tree, form),
            "status" if self.has(kind, "status") => reader.one(kind, tree, form),
            "scale" if kind.is_scalable() => scale(&reader.seen(kind, tree)),
            "log" if kind == Kind::Pod => return self.log(target, query).map(Answer::Response),
            _ => return Err(Status::no_resource()),
        };
        Ok(Answer::Response(Response::json(200, &tree)))
    }

    fn list(
        &mut self,
        target: &Target,
        query: &Query,
        selection: &Selection,
        form: Form,
    ) -> Result<Response, Status> {
        let limit = query
            .get("limit")
            .parse::<usize>()
            .ok()
            .filter(|limit| *limit > 0)
            .unwrap_or(usize::MAX);
        let token = query.get("continue");
        let (number, after) = token.split_once('/').unwrap_or((token, ""));
        let page = Page { after: after.to_owned(), limit };
        let expired = || {
            let words = "The provided continue parameter is too old to display a consistent list result. You can start \
                         a new list without the continue parameter.";
            Status::new("Expired", words)
        };
        let (mut list, rest) = match token {
            "" => self.reader().collection(target, selection, form, &page),
            _ => {
                let number = number
                    .parse::<u64>()
                    .map_err(|_| Status::new("BadRequest", "continue key is not valid"))?;
                let snapshot =
                    self.snapshots.iter().find(|it| it.number == number).ok_or_else(expired)?;
                let past = self.timeline.events().get(..snapshot.events).unwrap_or_default();
                let view = View { cluster: &snapshot.cluster, past, only: None };
                let reader = super::Reader { view, ..self.reader() };
                reader.collection(target, selection, form, &page)
            }
        };
        if let Some((last, left)) = rest {
            let number = match token {
                "" => self.keep_snapshot(),
                _ => number.parse().unwrap_or_default(),
            };
            let metadata = list.child("metadata");
            metadata.set("continue", format!("{number}/{last}").as_str());
            if query.get("labelSelector").is_empty() && query.get("fieldSelector").is_empty() {
                metadata
                    .set("remainingItemCount", Value::Int(i64::try_from(left).unwrap_or(i64::MAX)));
            }
        }
        Ok(Response::json(200, &list))
    }

    fn keep_snapshot(&mut self) -> u64 {
        self.snapshot += 1;
        let (cluster, events) = (self.timeline.cluster().clone(), self.timeline.events().len());
        self.snapshots.push_back(Snapshot { number: self.snapshot, cluster, events });
        if self.snapshots.len() > SNAPSHOTS {
            self.snapshots.pop_front();
        }
        self.snapshot
    }

    fn begin_watch(
        &self,
        target: &Target,
        query: &Query,
        selection: Selection,
        form: Form,
    ) -> Result<Answer, Status> {
        let kind = target.kind;
        let version = query.get("resourceVersion");
        let sends_initial = query.has("sendInitialEvents");
        if sends_initial && query.get("resourceVersionMatch") != "NotOlderThan" {
            let words = "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
            return Err(Status::options("ListOptions", words));
        }
        let from_now = matches!(version, "" | "0") || sends_initial;
        let next = match version.parse::<u64>() {
            _ if from_now => self.history.next(),
            Ok(wanted) => {
                let offset = if kind.is_derived() { 0 } else { self.wire.offset };
                let found = wanted
                    .checked_sub(offset)
                    .and_then(|version| self.history.after(kind, version));
                found.ok_or_else(|| {
                    let now = self.reader().version(kind);
                    Status::new("Expired", format!("too old resource version: {wanted} ({now})"))
                })?
            }
            Err(_) => {
                let words = format!(
                    "resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax"
                );
                return Err(Status::new("BadRequest", words));
            }
        };
        Ok(Answer::Watch(Box::new(Watcher {
            kind,
            namespace: target.namespace.clone(),
            name: target.name.clone(),
            selection,
            form,
            next,
            initial: from_now.then_some(sends_initial),
            era: self.era,
            has_columns: false,
            is_older: false,
            is_over: false,
        })))
    }

    /// `kubectl logs`.
    fn log(&mut self, target: &Target, query: &Query) -> Result<Response, Status> {
        let name = target.name.as_deref().unwrap_or_default();
        let mut line = format!("kubectl logs {}", quote(name));
        if let Some(namespace) = &target.namespace {
            line += &format!(" -n {}", quote(namespace));
        }
        for (key, flag) in
            [("container", "-c "), ("tailLines", "--tail="), ("limitBytes", "--limit-bytes=")]
        {
            if let value @ [_, ..] = query.get(key).as_bytes() {
                line += &format!(" {flag}{}", quote(&String::from_utf8_lossy(value)));
            }
        }
        if let Ok(seconds) = query.get("sinceSeconds").parse::<u64>() {
            line += &format!(" --since={seconds}s");
        }
        for (key, flag) in [("previous", "--previous"), ("timestamps", "--timestamps")] {
            if query.has(key) {
                line += &format!(" {flag}");
            }
        }
        let output = self.type_line(&line, None);
        match output.exit {
            0 => Ok(Response::text(200, &output.stdout)),
            _ => Err(Status::printed(&output.stderr, Some((Kind::Pod, name.to_owned())))),
        }
    }
}
