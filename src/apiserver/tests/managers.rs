//! Custom resources and field managers.

use super::*;

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

/// Applies an object as a manager. Returns the status code and the response.
fn apply(server: &mut ApiServer, address: &str, manager: &str, body: &str) -> (u16, Tree) {
    let mut wanted = request("PATCH", &format!("{address}?fieldManager={manager}"), body);
    wanted.content_type = "application/apply-patch+yaml".into();
    asked(server, &wanted)
}

/// The managers of an object: the operation, the name, and their data fields.
fn managers(tree: &Tree) -> Vec<String> {
    let one = |entry: &Tree| {
        let data = entry.at("fieldsV1").and_then(|it| it.get("f:data")).map(Tree::json);
        let (operation, manager) = (entry.text("operation"), entry.text("manager"));
        format!("{operation} {manager} {}", data.unwrap_or_default())
    };
    tree.list("metadata.managedFields").iter().map(one).collect()
}

#[test]
fn fields_have_managers() {
    let mut server = server();
    let map = format!("{MAPS}/a");
    let (code, made) = apply(&mut server, &map, "one", r#"{"data":{"x":"1","y":"2"}}"#);
    assert_eq!((code, managers(&made)), (201, vec![r#"Apply one {"f:x":{},"f:y":{}}"#.into()]));
    // Several managers can own a field with the same value; a different value is a conflict.
    let (code, _) = apply(&mut server, &map, "two", r#"{"data":{"x":"1"}}"#);
    assert_eq!(code, 200);
    let (code, status) = apply(&mut server, &map, "two", r#"{"data":{"x":"3","y":"3"}}"#);
    assert_eq!((code, status.text("reason")), (409, "Conflict"));
    assert_eq!(
        status.text("message"),
        "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.x\n- .data.y"
    );
    assert_eq!(status.word("details.causes.0.reason"), "FieldManagerConflict");
    assert_eq!(status.word("details.causes.0.field"), ".data.x");
    let address = format!("{map}?force=true&fieldManager=two");
    let mut forced = request("PATCH", &address, r#"{"data":{"x":"3"}}"#);
    forced.content_type = "application/apply-patch+yaml".into();
    let (_, tree) = asked(&mut server, &forced);
    assert_eq!(managers(&tree), [r#"Apply one {"f:y":{}}"#, r#"Apply two {"f:x":{}}"#]);
    // A field that no manager applies is removed.
    let (_, tree) = apply(&mut server, &map, "one", r#"{"data":{}}"#);
    assert_eq!(tree.at("data").map(Tree::json), Some(r#"{"x":"3"}"#.into()));
    // An update makes its manager the only owner of a field.
    let mut update = request("PATCH", &map, r#"{"data":{"x":"4"}}"#);
    update.user_agent = "curl/8".into();
    let (_, tree) = asked(&mut server, &update);
    assert_eq!(managers(&tree).last(), Some(&r#"Update curl {"f:x":{}}"#.into()));
    let mut again = Timeline::new(&server.timeline().recipe()).expect("a recipe");
    again.seek(server.timeline().now());
    assert_eq!(again.cluster(), server.timeline().cluster());
}

#[test]
fn a_watch_tells_the_managers_of_each_change() {
    let mut server = server();
    let mut watcher = watch(&mut server, &format!("{MAPS}?watch=true"));
    server.poll(&mut watcher);
    apply(&mut server, &format!("{MAPS}/a"), "one", r#"{"data":{"x":"1"}}"#);
    apply(&mut server, &format!("{MAPS}/a"), "one", r#"{"data":{"y":"1"}}"#);
    let lines = lines(&mut server, &mut watcher);
    let told = lines
        .iter()
        .map(|line| managers(&manifest::read(line).expect("JSON").child("object").clone()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [[r#"Apply one {"f:x":{}}"#], [r#"Apply one {"f:y":{}}"#]]
    );
}

const DEFINITION: &str = r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"works.example.com"},
    "spec":{"group":"example.com","scope":"Namespaced","names":{"kind":"Work","plural":"works","shortNames":["wk"]},
    "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
        "additionalPrinterColumns":[{"name":"Steps","type":"integer","jsonPath":".spec.steps","priority":1}],
        "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{
            "steps":{"type":"integer","default":1},
            "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                "items":{"type":"object","properties":{"name":{"type":"string"},"size":{"type":"integer"}}}}}},
            "status":{"type":"object","properties":{"done":{"type":"boolean"}}}}}}},
        {"name":"v1alpha1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}"#;

#[test]
fn custom_resources_are_served() {
    let mut server = server();
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    assert_eq!(ask(&mut server, "GET", "/apis/example.com/v1", "").0, 404);
    assert_eq!(ask(&mut server, "POST", definitions, DEFINITION).0, 201);
    let (_, group) = ask(&mut server, "GET", "/apis/example.com", "");
    assert_eq!(group.word("preferredVersion.version"), "v1");
    let (_, resources) = ask(&mut server, "GET", "/apis/example.com/v1", "");
    assert_eq!(resources.word("resources.1.name"), "works/status");
    let works = "/apis/example.com/v1/namespaces/default/works";
    let mut watcher = watch(&mut server, &format!("{works}?watch=true"));
    let parts = |first: u8| {
        format!(
            r#"{{"spec":{{"parts":[{{"name":"a","size":{first}}}]}},"status":{{"done":true}}}}"#
        )
    };
    let (code, work) = apply(&mut server, &format!("{works}/w"), "one", &parts(1));
    assert_eq!((code, work.number("spec.steps")), (201, 1));
    assert!(work.at("status").is_none(), "the status is written separately");
    // The keys of the schema identify list items.
    let other = parts(2).replace("\"a\"", "\"b\"");
    let (_, work) = apply(&mut server, &format!("{works}/w"), "two", &other);
    assert_eq!(work.list("spec.parts").len(), 2);
    let (code, _) = apply(&mut server, &format!("{works}/w"), "two", &parts(2));
    assert_eq!(code, 409);
    let status = format!("{works}/w/status");
    let (code, work) =
        ask(&mut server, "PATCH", &status, r#"{"spec":{"steps":9},"status":{"done":true}}"#);
    assert_eq!(
        (code, work.number("spec.steps"), work.word("status.done").as_str()),
        (200, 1, "true")
    );
    let entry = work.list("metadata.managedFields").last().cloned().expect("a manager");
    assert_eq!(entry.text("subresource"), "status");
    let (_, old) = ask(&mut server, "GET", "/apis/example.com/v1alpha1/works", "");
    assert_eq!(old.word("items.0.spec.steps"), "1");
    let mut wanted = request("GET", works, "");
    wanted.accept = "application/json;as=Table;v=v1;g=meta.k8s.io".into();
    let (_, table) = asked(&mut server, &wanted);
    assert_eq!(table.number("columnDefinitions.1.priority"), 1);
    assert_eq!(table.word("rows.0.cells.1"), "1");
    let (_, document) = ask(&mut server, "GET", "/openapi/v3/apis/example.com/v1", "");
    let schemas = document.get("components").and_then(|it| it.get("schemas")).expect("schemas");
    assert!(schemas.get("com.example.v1.Work").is_some());
    assert_eq!(ask(&mut server, "DELETE", &format!("{works}/w"), "").0, 200);
    let kinds: Vec<String> = told(&mut server, &mut watcher);
    assert_eq!(kinds, ["ADDED w", "MODIFIED w", "MODIFIED w", "DELETED w"]);
    assert_eq!(ask(&mut server, "DELETE", &format!("{definitions}/works.example.com"), "").0, 200);
    server.advance(Time(70_000));
    assert_eq!(ask(&mut server, "GET", works, "").0, 404);
}
