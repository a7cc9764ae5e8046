//! Deletions and evictions.

use super::answer::Form;
use super::edit::{Edit, writer};
use super::lines;
use super::read::Query;
use super::status::{Status, deleted};
use super::target::Target;
use super::{ApiServer, Request, Response};
use crate::api::json::{Node as Tree, Value};
use crate::api::{Kind, Uid};
use crate::cluster::disruption;
use crate::kubectl::is_api_server;

impl ApiServer {
    /// The delete options, from the body or from the query.
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

    /// Checks the preconditions of a deletion (`rest.BeforeDelete`).
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

    pub(super) fn delete(
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
            self.run(&typed, query, (kind, ""), &writer(request, target, query))?;
            return Ok(Response::json(200, &list));
        };
        self.check(target, name, &options)?;
        let before = self.reader().get(kind, namespace, name)?;
        let done = self.run(&typed, query, (kind, name), &writer(request, target, query))?;
        let reader = self.reader_after(&done);
        let after = reader.view.get(kind, namespace, name);
        let uid = match is_api_server(kind, &before) {
            // It is recreated immediately, here with the same UID. A client that waits until the deleted object is
            // gone would wait for the new one forever.
            true => Uid(0).to_string(),
            false => before.word("metadata.uid"),
        };
        let tree = match after.filter(|after| after.word("metadata.uid") == uid) {
            Some(after) => reader.seen(kind, after),
            // For a pod that is deleted immediately, the response is its last state.
            None if kind == Kind::Pod => self.reader().seen(kind, before),
            None => deleted(kind, name, &uid),
        };
        Ok(Response::json(200, &tree))
    }

    /// The error of an eviction, with the cause that the PodDisruptionBudget gives.
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
    pub(super) fn evict(&mut self, edit: &Edit<'_>) -> Result<Response, Status> {
        let Edit { request, target, query, name } = *edit;
        let body = lines::tree(&request.body)?;
        let options = body.get("deleteOptions").cloned().unwrap_or_default();
        self.check(target, name, &options)?;
        let is_dry_run = options.list("dryRun").iter().any(|word| word.as_text() == "All");
        let query = &Query::with_dry_run(query, is_dry_run);
        let namespace = edit.namespace();
        let grace = options.at("gracePeriodSeconds").and_then(Tree::as_int);
        let typed = lines::evict(namespace, name, grace);
        self.run(&typed, query, (Kind::Pod, name), &edit.writer())
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
