//! Requests and how they are answered.

mod managers;
mod writes;

use super::*;
use crate::manifest;

/// Three pods, which are Ready after 30 s.
const STORY: &str = include_str!("../../static/stories/first.ordinal");

/// The same without what happens to them.
fn quiet() -> String {
    STORY.split("\nat ").next().unwrap_or_default().to_owned() + "\n"
}

fn server() -> ApiServer {
    let mut server = ApiServer::new(Timeline::new(&quiet()).expect("a recipe"));
    server.advance(Time(60_000));
    server
}

fn request(method: &str, address: &str, body: &str) -> Request {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let content_type = match method {
        "PATCH" => "application/merge-patch+json",
        _ => "application/json",
    };
    Request {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        content_type: content_type.into(),
        body: body.into(),
        ..Request::default()
    }
}

/// The status code and the body of a response.
fn asked(server: &mut ApiServer, request: &Request) -> (u16, Tree) {
    match server.answer(request) {
        Answer::Response(response) => {
            let text = String::from_utf8(response.body).expect("UTF-8");
            (response.status, manifest::read(&text).expect("JSON"))
        }
        Answer::Watch(_) => panic!("a watch: {request:?}"),
    }
}

fn ask(server: &mut ApiServer, method: &str, address: &str, body: &str) -> (u16, Tree) {
    asked(server, &request(method, address, body))
}

fn watch(server: &mut ApiServer, address: &str) -> Box<Watcher> {
    match server.answer(&request("GET", address, "")) {
        Answer::Watch(watcher) => watcher,
        Answer::Response(response) => panic!("{}", String::from_utf8_lossy(&response.body)),
    }
}

/// The new lines of a watch.
fn lines(server: &mut ApiServer, watcher: &mut Watcher) -> Vec<String> {
    let lines = server.poll(watcher);
    lines.iter().map(|line| String::from_utf8(line.to_vec()).expect("UTF-8")).collect()
}

/// The types and names of the events of a watch since it was last asked.
fn told(server: &mut ApiServer, watcher: &mut Watcher) -> Vec<String> {
    let lines = lines(server, watcher);
    let event = |line: &String| {
        let tree = manifest::read(line).expect("JSON");
        let place =
            if tree.at("object.rows").is_some() { "object.rows.0.object" } else { "object" };
        format!("{} {}", tree.text("type"), tree.word(&format!("{place}.metadata.name")))
    };
    lines.iter().map(event).collect()
}

const PODS: &str = "/api/v1/namespaces/default/pods";
const SET: &str = "/apis/apps/v1/namespaces/default/statefulsets/web";

#[test]
fn objects_and_lists_are_read() {
    let mut server = server();
    let (code, pod) = ask(&mut server, "GET", &format!("{PODS}/web-0"), "");
    assert_eq!(
        (code, pod.text("kind"), pod.word("status.phase").as_str()),
        (200, "Pod", "Running")
    );
    let (_, list) = ask(&mut server, "GET", PODS, "");
    assert_eq!((list.text("kind"), list.list("items").len()), ("PodList", 3));
    assert!(list.list("items")[0].get("kind").is_none());
    let (_, list) = ask(&mut server, "GET", &format!("{PODS}?labelSelector=app%3Dother"), "");
    assert!(list.list("items").is_empty());
    let (_, list) = ask(&mut server, "GET", "/api/v1/pods?fieldSelector=metadata.name%3Dweb-1", "");
    assert_eq!(list.list("items").len(), 1);
    let (code, status) =
        ask(&mut server, "GET", &format!("{PODS}?fieldSelector=spec.nothing%3Da"), "");
    assert_eq!((code, status.text("reason")), (400, "BadRequest"));
    let (code, status) = ask(&mut server, "GET", &format!("{PODS}/web-9"), "");
    assert_eq!((code, status.text("message")), (404, "pods \"web-9\" not found"));
    assert_eq!(ask(&mut server, "GET", "/api/v1/nothing", "").0, 404);
}

#[test]
fn lists_come_in_parts_of_one_instant() {
    let mut server = server();
    let (_, first) = ask(&mut server, "GET", &format!("{PODS}?limit=2"), "");
    assert_eq!(first.list("items").len(), 2);
    assert_eq!(first.number("metadata.remainingItemCount"), 1);
    ask(&mut server, "DELETE", &format!("{PODS}/web-2"), r#"{"gracePeriodSeconds":0}"#);
    let token = first.word("metadata.continue");
    let (_, rest) = ask(&mut server, "GET", &format!("{PODS}?limit=2&continue={token}"), "");
    assert_eq!(rest.word("items.0.metadata.name"), "web-2");
    assert!(rest.at("metadata.continue").is_none());
    assert_eq!(rest.word("metadata.resourceVersion"), first.word("metadata.resourceVersion"));
    let (code, status) = ask(&mut server, "GET", &format!("{PODS}?limit=2&continue=99/x"), "");
    assert_eq!((code, status.text("reason")), (410, "Expired"));
}

#[test]
fn tables_are_what_kubectl_prints() {
    let mut server = server();
    let mut wanted = request("GET", &format!("{PODS}?limit=500"), "");
    wanted.accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json".into();
    let (_, table) = asked(&mut server, &wanted);
    assert_eq!(table.text("kind"), "Table");
    let names: Vec<String> =
        table.list("columnDefinitions").iter().map(|column| column.word("name")).collect();
    assert_eq!(names[..5], ["Name", "Ready", "Status", "Restarts", "Age"]);
    let printed = server.run_line("kubectl get pods --no-headers", None, None).stdout;
    for (row, line) in table.list("rows").iter().zip(printed.lines()) {
        let cells: Vec<&str> = row.list("cells").iter().map(Tree::as_text).collect();
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(cells[..5], words[..5]);
    }
    wanted.accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io".into();
    assert_eq!(asked(&mut server, &wanted).1.text("kind"), "PartialObjectMetadataList");
    wanted.accept = "application/vnd.kubernetes.protobuf".into();
    assert_eq!(asked(&mut server, &wanted).0, 406);
}

#[test]
fn writes_become_lines_of_the_recipe() {
    let mut server = server();
    let map = r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"x":"1"}}"#;
    let maps = "/api/v1/namespaces/default/configmaps";
    let (code, made) = ask(&mut server, "POST", maps, map);
    assert_eq!((code, made.word("data.x").as_str()), (201, "1"));
    assert_eq!(ask(&mut server, "POST", maps, map).0, 409);
    let (code, set) = ask(&mut server, "PATCH", SET, r#"{"spec":{"replicas":4}}"#);
    assert_eq!((code, set.number("spec.replicas")), (200, 4));
    let (code, scale) =
        ask(&mut server, "PATCH", &format!("{SET}/scale"), r#"{"spec":{"replicas":2}}"#);
    assert_eq!((code, scale.text("kind"), scale.number("spec.replicas")), (200, "Scale", 2));
    let replaced = map.replace("\"1\"", "\"2\"");
    assert_eq!(ask(&mut server, "PUT", &format!("{maps}/a"), &replaced).1.word("data.x"), "2");
    assert_eq!(ask(&mut server, "DELETE", &format!("{maps}/a"), "").1.text("status"), "Success");
    let (_, pod) = ask(&mut server, "DELETE", &format!("{PODS}/web-0"), "");
    assert!(pod.at("metadata.deletionTimestamp").is_some());
    let recipe = server.timeline().recipe();
    let lines: Vec<&str> = recipe.lines().filter(|line| line.starts_with("at ")).collect();
    assert_eq!(
        lines,
        [
            "at 1m kubectl create -f - <<EOF",
            "at 1m kubectl patch statefulset.apps web --type=merge -p '{\"spec\":{\"replicas\":4}}'",
            "at 1m kubectl scale statefulset.apps web --replicas=2",
            "at 1m kubectl replace -f - <<EOF",
            "at 1m kubectl delete configmap a",
            "at 1m kubectl delete pod web-0",
        ]
    );
    // The recipe alone leads to the same cluster.
    let mut again = Timeline::new(&recipe).expect("a recipe");
    again.seek(Time(90_000));
    server.advance(Time(90_000));
    assert_eq!(again.cluster(), server.timeline().cluster());
}

#[test]
fn a_dry_run_changes_nothing() {
    let mut server = server();
    let before = server.timeline().recipe();
    let (_, set) =
        ask(&mut server, "PATCH", &format!("{SET}?dryRun=All"), r#"{"spec":{"replicas":4}}"#);
    assert_eq!(set.number("spec.replicas"), 4);
    assert_eq!(ask(&mut server, "GET", SET, "").1.number("spec.replicas"), 3);
    ask(&mut server, "DELETE", &format!("{PODS}/web-0"), r#"{"dryRun":["All"]}"#);
    assert_eq!(server.timeline().recipe(), before);
}

#[test]
fn refusals_have_codes_and_causes() {
    let mut server = server();
    let (code, status) =
        ask(&mut server, "PATCH", SET, r#"{"spec":{"serviceName":"other","replicas":-1}}"#);
    assert_eq!((code, status.text("reason")), (422, "Invalid"));
    assert!(!status.list("details.causes").is_empty());
    let stale = r#"{"metadata":{"resourceVersion":"1"},"spec":{"replicas":4}}"#;
    let (code, status) = ask(&mut server, "PATCH", SET, stale);
    assert_eq!((code, status.text("reason")), (409, "Conflict"));
    let (code, status) =
        ask(&mut server, "DELETE", &format!("{PODS}/web-0"), r#"{"preconditions":{"uid":"x"}}"#);
    assert_eq!((code, status.text("reason")), (409, "Conflict"));
    let unknown =
        r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"b"},"dta":{"x":"1"}}"#;
    let maps = "/api/v1/namespaces/default/configmaps";
    let (code, status) =
        ask(&mut server, "POST", &format!("{maps}?fieldValidation=Strict"), unknown);
    assert_eq!(code, 400);
    assert!(status.text("message").contains("unknown field \"dta\""), "{}", status.text("message"));
    match server.answer(&request("POST", &format!("{maps}?fieldValidation=Warn"), unknown)) {
        Answer::Response(response) => {
            assert_eq!(
                (response.status, response.warnings),
                (201, vec!["unknown field \"dta\"".to_owned()])
            );
        }
        Answer::Watch(_) => panic!("a watch"),
    }
    assert_eq!(ask(&mut server, "POST", PODS, "{").0, 400);
    assert_eq!(ask(&mut server, "PUT", PODS, "{}").0, 405);
}

#[test]
fn a_budget_refuses_an_eviction() {
    let mut server = server();
    let budget = r#"{"kind":"PodDisruptionBudget","apiVersion":"policy/v1","metadata":{"name":"b"},
        "spec":{"minAvailable":3,"selector":{"matchLabels":{"app":"web"}}}}"#;
    ask(&mut server, "POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", budget);
    server.advance(Time(70_000));
    let eviction = r#"{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"web-0"}}"#;
    let (code, status) = ask(&mut server, "POST", &format!("{PODS}/web-0/eviction"), eviction);
    assert_eq!((code, status.text("reason")), (429, "TooManyRequests"));
    assert_eq!(status.word("details.causes.0.reason"), "DisruptionBudget");
    ask(&mut server, "DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/b", "");
    let (code, _) = ask(&mut server, "POST", &format!("{PODS}/web-0/eviction"), eviction);
    assert_eq!(code, 201);
    let pod = ask(&mut server, "GET", &format!("{PODS}/web-0"), "").1;
    assert!(pod.at("metadata.deletionTimestamp").is_some());
}

#[test]
fn a_watch_tells_every_write_in_order() {
    let mut server = server();
    let (_, list) = ask(&mut server, "GET", PODS, "");
    let version = list.word("metadata.resourceVersion");
    let mut late = watch(&mut server, &format!("{PODS}?watch=true&resourceVersion={version}"));
    ask(&mut server, "DELETE", &format!("{PODS}/web-1"), "");
    let mut early = watch(&mut server, &format!("{PODS}?watch=true&resourceVersion={version}"));
    server.advance(Time(120_000));
    let events = told(&mut server, &mut late);
    assert_eq!(told(&mut server, &mut early), events);
    assert_eq!(events.first().map(String::as_str), Some("MODIFIED web-1"));
    let place = |wanted: &str| events.iter().position(|event| event == wanted);
    assert!(place("DELETED web-1") < place("ADDED web-1"), "{events:?}");
    // The versions rise.
    let mut again = watch(&mut server, &format!("{PODS}?watch=true&resourceVersion={version}"));
    let versions = lines(&mut server, &mut again)
        .iter()
        .map(|line| {
            let tree = manifest::read(line).expect("JSON");
            tree.word("object.metadata.resourceVersion").parse::<u64>().expect("a version")
        })
        .collect::<Vec<_>>();
    assert!(versions.is_sorted(), "{versions:?}");
}

#[test]
fn a_watch_begins_with_what_is_there() {
    let mut server = server();
    let mut all = watch(&mut server, &format!("{PODS}?watch=true"));
    assert_eq!(told(&mut server, &mut all), ["ADDED web-0", "ADDED web-1", "ADDED web-2"]);
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dweb-2";
    let mut one = watch(&mut server, &format!("{PODS}?{query}"));
    let lines = lines(&mut server, &mut one);
    assert!(
        lines[0].contains("web-2") && lines[1].contains("k8s.io/initial-events-end"),
        "{lines:?}"
    );
}

#[test]
fn an_object_that_is_no_longer_selected_is_deleted_for_its_watch() {
    let mut server = server();
    let mut watcher = watch(&mut server, &format!("{PODS}?watch=true&labelSelector=x%3D1"));
    assert!(told(&mut server, &mut watcher).is_empty());
    let mut label = |value: &str| {
        let patch = format!(r#"{{"metadata":{{"labels":{{"x":{value}}}}}}}"#);
        ask(&mut server, "PATCH", &format!("{PODS}/web-0"), &patch);
        told(&mut server, &mut watcher)
    };
    assert_eq!(label("\"1\""), ["ADDED web-0"]);
    assert_eq!(label("\"2\""), ["DELETED web-0"]);
}

#[test]
fn events_are_watched_too() {
    let mut server = server();
    let events = "/api/v1/namespaces/default/events";
    let (_, list) = ask(&mut server, "GET", events, "");
    let version = list.word("metadata.resourceVersion");
    ask(&mut server, "DELETE", &format!("{PODS}/web-1"), "");
    server.advance(Time(80_000));
    let mut watcher = watch(&mut server, &format!("{events}?watch=true&resourceVersion={version}"));
    let told = told(&mut server, &mut watcher);
    assert!(told.iter().any(|event| event.starts_with("ADDED web-1.")), "{told:?}");
}

#[test]
fn a_fork_ends_watches_and_versions_go_on() {
    let mut server = server();
    let version = |server: &mut ApiServer| {
        ask(server, "GET", PODS, "")
            .1
            .word("metadata.resourceVersion")
            .parse::<u64>()
            .expect("a version")
    };
    let before = version(&mut server);
    let mut watcher = watch(&mut server, &format!("{PODS}?watch=true&resourceVersion={before}"));
    let output =
        server.run_line("kubectl scale statefulset web --replicas=1", None, Some(Time(30_000)));
    assert_eq!(output.exit, 0);
    assert_eq!(server.timeline().now(), Time(30_000));
    let lines = lines(&mut server, &mut watcher);
    assert!(watcher.is_over() && lines[0].contains("\"code\":410"), "{lines:?}");
    assert!(version(&mut server) > before);
    let gone = request("GET", &format!("{PODS}?watch=true&resourceVersion={before}"), "");
    match server.answer(&gone) {
        Answer::Response(response) => assert_eq!(response.status, 410),
        Answer::Watch(_) => panic!("a watch from before the fork"),
    }
    // What only asks leaves the run as it is.
    server.advance(Time(50_000));
    server.run_line("kubectl get pods", None, Some(Time(31_000)));
    assert_eq!(server.timeline().now(), Time(50_000));
}

#[test]
fn every_kind_is_discovered_and_described() {
    let mut server = server();
    let mut wanted = request("GET", "/apis", "");
    wanted.accept = discovery::AGGREGATED.into();
    let (_, groups) = asked(&mut server, &wanted);
    let names: Vec<String> =
        groups.list("items").iter().map(|group| group.word("metadata.name")).collect();
    for kind in crate::api::Kind::ALL {
        let (group, version) = target::group_version(kind.api_version());
        let base = if group.is_empty() { "api".into() } else { format!("apis/{group}") };
        assert!(group.is_empty() || names.iter().any(|name| name == group), "{group}");
        let (code, resources) = ask(&mut server, "GET", &format!("/{base}/{version}"), "");
        assert_eq!(code, 200);
        assert!(resources.list("resources").iter().any(|one| one.text("name") == kind.plural()));
        assert_eq!(
            ask(&mut server, "GET", &format!("/{base}/{version}/{}", kind.plural()), "").0,
            200
        );
    }
    let (_, document) = ask(&mut server, "GET", "/openapi/v3/apis/apps/v1", "");
    let schemas = document.get("components").and_then(|it| it.get("schemas")).expect("schemas");
    let set = schemas.get("io.k8s.api.apps.v1.StatefulSet").expect("the schema of a StatefulSet");
    assert_eq!(set.word("x-kubernetes-group-version-kind.0.kind"), "StatefulSet");
    for reference in document.json().split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(schemas.get(name).is_some(), "{name} is referred to");
    }
    let (_, document) = ask(&mut server, "GET", "/openapi/v2", "");
    let definitions = document.get("definitions").expect("definitions");
    for reference in document.json().split("#/definitions/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(definitions.get(name).is_some(), "{name} is referred to");
    }
}

#[test]
fn what_a_client_does_leaves_the_rest_of_the_story() {
    let mut server = ApiServer::new(Timeline::new(STORY).expect("a recipe"));
    server.advance(Time(20_000));
    ask(&mut server, "PATCH", SET, r#"{"metadata":{"labels":{"x":"1"}}}"#);
    server.advance(Time(90_000));
    let set = ask(&mut server, "GET", SET, "").1;
    assert_eq!((set.word("metadata.labels.x").as_str(), set.number("spec.replicas")), ("1", 4));
    let mut again = Timeline::new(&server.timeline().recipe()).expect("a recipe");
    again.seek(Time(90_000));
    assert_eq!(again.cluster(), server.timeline().cluster());
}
