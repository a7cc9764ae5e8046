//! Information about the API and the cluster: `api-resources`, `api-versions`, `cluster-info`.

use super::{Call, Plan, tabs};
use crate::api::Kind;
use crate::manifest::autoscaling::versions;

/// The address of the API server.
const SERVER: &str = "https://127.0.0.1:6443";

/// `kubectl cluster-info`.
pub(super) fn cluster_info(_: &Call<'_>) -> Plan {
    Plan::print(format!(
        "Kubernetes control plane is running at {SERVER}\n\nTo further debug and diagnose cluster problems, use \
         'kubectl cluster-info dump'.\n"
    ))
}

/// `kubectl api-versions`.
pub(super) fn api_versions(call: &Call<'_>) -> Plan {
    if !call.words.plain.is_empty() {
        return Plan::refuse(format!(
            "error: unexpected arguments: [{}]\nSee 'kubectl api-versions -h' for help and examples",
            call.words.plain.join(" ")
        ));
    }
    let kinds = Kind::ALL.iter().copied().chain(call.view.cluster.store.defined_kinds());
    let mut versions: Vec<&str> =
        kinds.flat_map(versions).chain(REVIEWS.map(|review| review.2)).collect();
    crate::map::sort(&mut versions, |one, other| one < other);
    versions.dedup();
    Plan::print(versions.join("\n") + "\n")
}

/// Reviews of the requesting user, which the API server answers without storing them: plural, kind, version.
const REVIEWS: [(&str, &str, &str); 2] = [
    ("selfsubjectreviews", "SelfSubjectReview", "authentication.k8s.io/v1"),
    ("selfsubjectaccessreviews", "SelfSubjectAccessReview", "authorization.k8s.io/v1"),
];

/// A row of `api-resources`: group, kind, cells.
type Resource = (String, String, [String; 7]);

fn resources(call: &Call<'_>) -> Vec<Resource> {
    let kinds = Kind::ALL.iter().copied().chain(call.view.cluster.store.defined_kinds());
    let row = |of: Kind| {
        let verbs = match of {
            Kind::ComponentStatus => "get,list",
            Kind::Event => "get,list,watch",
            _ => VERBS,
        };
        let category = if of.is_in_all() { "all" } else { "" };
        let scope = of.is_namespaced().to_string();
        let cells = [of.plural(), of.short(), of.api_version(), &scope, of.name(), verbs, category];
        (
            of.group().trim_start_matches('.').to_owned(),
            of.name().to_owned(),
            cells.map(str::to_owned),
        )
    };
    let review = |(plural, kind, version): (&str, &str, &str)| {
        let group = version.trim_end_matches("/v1").to_owned();
        let cells = [plural, "", version, "false", kind, "create", ""].map(str::to_owned);
        (group, kind.to_owned(), cells)
    };
    let has_reviews = call.view.is_recent();
    kinds.map(row).chain(REVIEWS.into_iter().filter(|_| has_reviews).map(review)).collect()
}

/// The verbs of most kinds.
const VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// `kubectl api-resources`.
pub(super) fn api_resources(call: &Call<'_>) -> Plan {
    let words = &call.words;
    let usage = "See 'kubectl api-resources -h' for help and examples";
    if !words.plain.is_empty() {
        return Plan::refuse(format!(
            "error: unexpected arguments: [{}]\n{usage}",
            words.plain.join(" ")
        ));
    }
    let (form, sort) = (words.flag("output").unwrap_or(""), words.flag("sort-by").unwrap_or(""));
    if !["", "name", "kind"].contains(&sort) {
        return Plan::refuse("error: --sort-by accepts only name or kind");
    }
    let (group, namespaced) = (words.flag("api-group"), words.flag("namespaced"));
    let mut rows = resources(call);
    rows.retain(|(of, _, cells)| {
        let verbs: Vec<&str> = cells[5].split(',').collect();
        group.is_none_or(|group| group == of)
            && namespaced
                .is_none_or(|is| words.has("namespaced") == (cells[3] == "true") && !is.is_empty())
            && words.list("verbs").all(|verb| verbs.contains(&verb))
            && words.list("categories").all(|category| category == cells[6])
    });
    crate::map::sort(&mut rows, |one, other| {
        let key = |row: &Resource| match sort {
            "name" => (row.2[0].clone(), String::new()),
            "kind" => (row.1.clone(), String::new()),
            _ => (row.0.clone(), row.2[0].clone()),
        };
        key(one) < key(other)
    });
    let width = match form {
        "name" => {
            let name = |(group, _, cells): &Resource| match group.as_str() {
                "" => format!("{}\n", cells[0]),
                group => format!("{}.{group}\n", cells[0]),
            };
            return Plan::print(rows.iter().map(name).collect::<String>());
        }
        "" => 5,
        "wide" => 7,
        other if call.view.is_recent() => {
            return Plan::refuse(super::print::unknown_format(call, other, "json,name,wide,yaml"));
        }
        other => return Plan::refuse(format!("error: --output {other} is not available\n{usage}")),
    };
    let header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES"];
    let mut lines = vec![header.map(str::to_owned)[..width].to_vec()];
    if words.has("no-headers") {
        lines.clear();
    }
    lines.extend(rows.into_iter().map(|(.., cells)| cells[..width].to_vec()));
    Plan::print(tabs::table(&lines))
}
