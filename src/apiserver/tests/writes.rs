//! Unknown fields, missing subresources, ports, and limited logs.

use super::*;

const POD: &str = "/api/v1/namespaces/default/pods/web-0";
const SET: &str = "/apis/apps/v1/namespaces/default/statefulsets/web";

#[test]
fn unknown_fields_of_a_patch_are_dropped_unless_it_is_strict() {
    let mut server = server();
    let patch = r#"{"spec":{"replica":1},"metadata":{"labels":{"x":"y"}}}"#;
    let (code, refusal) =
        ask(&mut server, "PATCH", &format!("{SET}?fieldValidation=Strict"), patch);
    assert_eq!((code, refusal.text("reason")), (400, "BadRequest"));
    let words = "StatefulSet in version \"v1\" cannot be handled as a StatefulSet: strict decoding error: unknown field \
                 \"spec.replica\"";
    assert_eq!(refusal.text("message"), words);
    for (query, warnings) in
        [("", vec![r#"unknown field "spec.replica""#]), ("?fieldValidation=Ignore", vec![])]
    {
        let Answer::Response(response) =
            server.answer(&request("PATCH", &format!("{SET}{query}"), patch))
        else {
            panic!("a watch");
        };
        assert_eq!(
            (response.status, response.warnings),
            (200, warnings.into_iter().map(str::to_owned).collect())
        );
    }
    let (_, set) = ask(&mut server, "GET", SET, "");
    assert_eq!((set.word("metadata.labels.x").as_str(), set.at("spec.replica")), ("y", None));
}

#[test]
fn a_refused_object_has_warnings_too() {
    let mut server = server();
    let pod = r#"{"metadata":{"name":"a"},"spec":{"containers":[{"name":"a","imag":"b"}]}}"#;
    let made = request("POST", "/api/v1/namespaces/default/pods", pod);
    let Answer::Response(response) = server.answer(&made) else { panic!("a watch") };
    let warning = r#"unknown field "spec.containers[0].imag""#.to_owned();
    assert_eq!((response.status, response.warnings), (422, vec![warning]));
}

#[test]
fn subresources_that_a_kind_does_not_have_are_not_found() {
    let mut server = server();
    for method in ["GET", "PUT", "PATCH"] {
        assert_eq!(ask(&mut server, method, &format!("{POD}/scale"), "{}").0, 404, "{method}");
    }
    assert_eq!(ask(&mut server, "PUT", &format!("{POD}/status"), "{}").0, 405);
}

#[test]
fn slices_have_the_ports_of_the_pods() {
    let mut server = server();
    let service = r#"{"metadata":{"name":"b"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]}}"#;
    assert_eq!(ask(&mut server, "POST", "/api/v1/namespaces/default/services", service).0, 201);
    server.advance(Time(62_000));
    let path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=b";
    let (_, slices) = ask(&mut server, "GET", path, "");
    // A port without a name has an empty one: clients of the real API server expect it.
    let ports =
        slices.at("items").and_then(|items| items.items().first()?.get("ports").map(Tree::json));
    assert_eq!(ports.as_deref(), Some(r#"[{"name":"","port":8080,"protocol":"TCP"}]"#));
    let (_, addresses) = ask(&mut server, "GET", "/api/v1/namespaces/default/endpoints/b", "");
    assert_eq!(addresses.word("subsets.0.ports.0.port"), "8080");
}

#[test]
fn logs_are_cut_after_some_bytes() {
    let mut server = server();
    let Answer::Response(log) =
        server.answer(&request("GET", &format!("{POD}/log?limitBytes=5"), ""))
    else {
        panic!("a watch");
    };
    assert_eq!((log.status, log.body.len()), (200, 5));
}

#[test]
fn the_object_is_the_answer_to_a_write_that_removes_its_last_finalizer() {
    const MAPS: &str = "/api/v1/namespaces/default/configmaps";
    const MAP: &str = "/api/v1/namespaces/default/configmaps/held";
    let held = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["example.com/hold"]}}"#;
    for (method, body) in [
        ("PATCH", r#"{"metadata":{"finalizers":null}}"#),
        ("PUT", r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held"}}"#),
    ] {
        let mut server = server();
        assert_eq!(ask(&mut server, "POST", MAPS, held).0, 201);
        assert_eq!(ask(&mut server, "DELETE", MAP, "").0, 200);
        assert_eq!(ask(&mut server, "GET", MAP, "").0, 200, "the finalizer holds it");
        let (code, answer) = ask(&mut server, method, MAP, body);
        assert_eq!((code, answer.word("metadata.name").as_str()), (200, "held"), "{method}");
        assert!(answer.at("metadata.finalizers").is_none(), "{method}");
        assert_eq!(ask(&mut server, "GET", MAP, "").0, 404, "{method}");
    }
}
