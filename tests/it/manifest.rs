//! Manifests: what the API server refused is refused in its words, what people write is read.

use ordinal::api::{Other, Time};
use ordinal::manifest::{self, Refusal, parse};
use ordinal::timeline::Timeline;
use serde_json::Value;

fn recorded(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("a list")
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().expect("a text")
}

/// The refusal of the first document that is refused.
fn refusal(text: &str) -> Refusal {
    parse(text).into_iter().find_map(|document| document.outcome.err()).expect("a refusal")
}

#[test]
fn what_the_api_server_refused_is_refused_in_its_words() {
    let mut report = String::new();
    for case in recorded("refused-manifests") {
        let (line, stdin, stderr) =
            (text(&case, "line"), text(&case, "stdin"), text(&case, "stderr"));
        let name = line.split("# ").last().unwrap_or_default();
        if stdin.is_empty() {
            assert!(parse(stdin).is_empty());
            assert_eq!(manifest::NO_OBJECTS, stderr);
            continue;
        }
        assert_eq!(parse(stdin).len(), 1, "{name}");
        let refusal = refusal(stdin);
        assert_eq!(refusal.stderr, stderr, "{name}");
        assert!(!refusal.advice.is_empty(), "{name} has no advice");
        report += &format!("{name}: {}:{}: {}\n", refusal.line, refusal.column, refusal.advice);
    }
    println!("{report}");
}

#[test]
fn the_manifests_that_people_write_are_read() {
    let mut report = String::new();
    for (name, text) in samples() {
        report += &format!("{name}\n");
        for document in parse(&text) {
            let object = document.outcome.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
            report += &format!("  {} {}\n", document.line, object.reference());
            for field in document.not_simulated {
                report += &format!("    {}:{} {}\n", field.line, field.column, field.path);
            }
        }
    }
    let path = format!("{}/tests/data/manifests/not-simulated.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &report).expect("a file");
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(report, expected, "UPDATE=1 writes what is now listed");
}

/// The sample manifests by name, in the order of their names.
fn samples() -> Vec<(String, String)> {
    let folder = format!("{}/tests/data/manifests", env!("CARGO_MANIFEST_DIR"));
    let mut samples: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    samples.sort();
    samples
}

#[test]
fn a_set_indented_below_its_selector_is_refused_whole() {
    let cases = recorded("refused-manifests");
    let case = cases.iter().find(|case| text(case, "line").ends_with("nested-under-selector"));
    let refusal = refusal(text(case.expect("the case"), "stdin"));
    assert_eq!((refusal.line, refusal.column), (9, 5));
    let advice = "spec.selector has no field serviceName; did you mean spec.serviceName?";
    assert!(refusal.advice.lines().any(|line| line == advice), "{}", refusal.advice);
}

#[test]
fn a_good_service_before_a_set_without_a_template_stays() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: mysql\nspec:\n  clusterIP: None  # this is the headless Service\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: sts-mysql\nspec:\n  serviceName: mysql  # this is the governing Service\n";
    let documents = parse(text);
    assert_eq!(documents.len(), 2);
    assert!(documents[0].outcome.is_ok());
    let refusal = documents[1].outcome.clone().unwrap_err();
    assert!(refusal.stderr.contains("* spec.selector: Required value"));
    assert!(refusal.stderr.contains("* spec.template.spec.containers: Required value"));
    assert_eq!((documents[1].line, refusal.line), (8, 12));
}

#[test]
fn a_change_of_what_is_fixed_is_refused_in_the_api_servers_words() {
    let text_of_set = &samples().into_iter().find(|(name, _)| name == "web").expect("web").1;
    let set = |text: &str| parse(text).remove(1).outcome.expect("a set");
    let changed = [
        text_of_set.replace("serviceName: \"nginx\"", "serviceName: other"),
        text_of_set.replace("replicas: 2", "podManagementPolicy: Parallel"),
        text_of_set.replace("storage: 1Gi", "storage: 5Gi"),
    ];
    for (case, text_of_change) in recorded("refused-changes").iter().zip(changed) {
        let errors = manifest::validate_update(
            &set(text_of_set),
            &set(&text_of_change),
            manifest::Gates::default(),
        );
        assert_eq!(manifest::invalid("StatefulSet \"web\"", &errors), text(case, "stderr"));
    }
    // The selector of the last case does not match the template, so no text can say it.
    let mut other = set(text_of_set);
    if let ordinal::api::Object::StatefulSet(set) = &mut other {
        let labels = &mut std::rc::Rc::make_mut(set).spec.selector.match_labels;
        labels.insert("app".into(), "x".into());
    }
    let errors = manifest::validate_update(&set(text_of_set), &other, manifest::Gates::default());
    let cases = recorded("refused-changes");
    assert_eq!(manifest::invalid("StatefulSet \"web\"", &errors), text(&cases[3], "stderr"));
}

/// Refusals of texts whose words were not recorded, as kubectl 1.32 and the API server have them.
#[test]
fn further_refusals() {
    let strict = "Error from server (BadRequest): error when creating \"STDIN\": StatefulSet in version \"v1\" cannot be handled as a StatefulSet: ";
    let yaml = "error: error parsing STDIN: error converting YAML to JSON: yaml: ";
    let set = |rest: &str| {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: web\n{rest}")
    };
    let json = |words: &str| format!("{strict}json: cannot unmarshal {words}\n");
    let cases = [
        (set("  labels: {a: 1}\n"), 5, json("number into Go struct field ObjectMeta.metadata.labels of type string")),
        (set("  labels: [a]\n"), 5, json("array into Go struct field ObjectMeta.metadata.labels of type map[string]string")),
        (set("spec: {replicas: 3.5}\n"), 5, json("number 3.5 into Go struct field StatefulSetSpec.spec.replicas of type int32")),
        (set("spec: {replicas: 3000000000}\n"), 5, json("number 3000000000 into Go struct field StatefulSetSpec.spec.replicas of type int32")),
        (set("spec: {podManagementPolicy: yes}\n"), 5, json("bool into Go struct field StatefulSetSpec.spec.podManagementPolicy of type v1.PodManagementPolicyType")),
        (set("spec:\n  template:\n    spec:\n      containers:\n        name: a\n"), 9, json("object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")),
        (set("spec:\n  template:\n    spec:\n      containers:\n      - ports: [{containerPort: '80'}]\n"), 9, json("string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32")),
        (set("spec:\n  updateStrategy: {rollingUpdate: {maxUnavailable: true}}\n"), 6, json("bool into Go value of type int32")),
        (set("spec:\n  volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1GB}}}}]\n"), 6, format!("{strict}unable to parse quantity's suffix\n")),
        (set("spec:\n  template:\n    spec:\n      containers: [{name: a, imag: b, env: [{nam: x}]}]\n"), 8, format!("{strict}strict decoding error: unknown field \"spec.template.spec.containers[0].env[0].nam\", unknown field \"spec.template.spec.containers[0].imag\"\n")),
        (set("spec:\n  template:\n    spec:\n      containers:\n      - name: a\n        env: [{name: B, value: 5}]\n"), 10, json("number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string")),
        (set("").replace("name: web", "labels: {}"), 3, "error: error when retrieving current configuration of:\nResource: \"apps/v1, Resource=statefulsets\", GroupVersionKind: \"apps/v1, Kind=StatefulSet\"\nName: \"\", Namespace: \"default\"\nfrom server for: \"STDIN\": resource name may not be empty\n".into()),
        ("a: 1\n".into(), 1, "error: error validating \"STDIN\": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false\n".into()),
        ("hello\n".into(), 1, "error: error validating \"STDIN\": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false\n".into()),
        ("a: *b\n".into(), 1, format!("{yaml}unknown anchor 'b' referenced\n")),
        ("a:\n  b: 1\n   c: 2\n".into(), 3, format!("{yaml}line 3: mapping values are not allowed in this context\n")),
        ("a:\n  b: [1, 2\n".into(), 2, format!("{yaml}line 2: did not find expected ',' or ']'\n")),
        ("a: \"b\n".into(), 1, format!("{yaml}line 2: found unexpected end of stream\n")),
        ("a: @b\n".into(), 1, format!("{yaml}found character that cannot start any token\n")),
        ("--- a\n".into(), 1, "error: error parsing STDIN: invalid Yaml document separator: a\n".into()),
    ];
    for (text, line, stderr) in cases {
        let refusal = refusal(&text);
        assert_eq!(refusal.stderr, stderr, "{text}");
        assert_eq!(refusal.line, line, "{text}{refusal:?}");
    }
}

/// kubectl 1.37.1; in YAML, Go's parser takes such a number for a text.
#[test]
fn a_number_in_json_that_no_double_holds_is_refused_in_kubectls_words() {
    let head = r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"x":"#;
    let most = "6e66666666666666666666666666666666";
    for number in ["1e400", "-1e400", most] {
        let words = format!("json: cannot unmarshal number {number} into Go value of type float64");
        let refusal = refusal(&format!("{head}{number}}}}}"));
        assert_eq!(refusal.stderr, format!("error: unable to decode \"STDIN\": {words}\n"));
    }
    assert_eq!(manifest::read(most), Ok(most.into()));
}

#[test]
fn other_kinds_are_refused_and_stop_nothing() {
    let text = "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: web}\n---\nkind: Statefulset\napiVersion: apps/v1\nmetadata: {name: a, namespace: b}\n---\n# nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    let documents = parse(text);
    let lines: Vec<u32> = documents.iter().map(|document| document.line).collect();
    assert_eq!(lines, [1, 5, 11]);
    let refusals: Vec<&Refusal> =
        documents.iter().filter_map(|one| one.outcome.as_ref().err()).collect();
    assert!(
        refusals[0].stderr.contains("no matches for kind \"CronJob\" in version \"batch/v1beta1\"")
    );
    assert_eq!(refusals[0].advice, "CronJob is in batch/v1: write apiVersion: batch/v1");
    assert!(refusals[1].stderr.contains("name: \"a\" namespace: \"b\" from \"STDIN\""));
    assert_eq!(refusals[1].advice, "did you mean kind: StatefulSet?");
    assert!(documents[2].outcome.is_ok());
}

#[test]
fn nothing_is_read_after_what_is_not_yaml() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None}\n";
    let documents = parse(&format!("{service}---\na: [\n---\n{service}"));
    assert_eq!(documents.len(), 2);
    assert!(documents[0].outcome.is_ok() && documents[1].outcome.is_err());
    let with_windows_line_ends = service.replace('\n', "\r\n");
    assert_eq!(parse(&with_windows_line_ends)[0].outcome, parse(service)[0].outcome);
    assert!(parse("").is_empty() && parse("---\n# a\n---\n").is_empty());
}

/// The template of the set among the documents of a text.
fn template(text: &str) -> ordinal::api::PodTemplateSpec {
    let sets = parse(text).into_iter().filter_map(|document| match document.outcome {
        Ok(ordinal::api::Object::StatefulSet(set)) => Some(set.spec.template.clone()),
        _ => None,
    });
    sets.last().expect("a set")
}

#[test]
fn what_is_not_simulated_still_makes_a_new_revision() {
    let text = &samples().into_iter().find(|(name, _)| name == "galera").expect("galera").1;
    let spec = template(text).spec;
    let json = |other: &Other, field| other.get(field).map(|value| value.json());
    let env = r#"[{"name":"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD","value":"1"}]"#;
    let container = spec.containers.iter().find(|container| container.name == "mariadb");
    assert_eq!(container.and_then(|it| json(&it.other, "env")).as_deref(), Some(env));
    let source = r#"{"defaultMode":420,"name":"galera-config"}"#;
    let volume = spec.volumes.iter().find(|volume| volume.name == "config");
    assert_eq!(volume.and_then(|it| json(&it.other, "configMap")).as_deref(), Some(source));
    assert_ne!(template(&text.replace("value: \"1\"", "value: \"2\"")), template(text));
    assert_eq!(template(&format!("# A comment.\n{text}")), template(text));
    assert_eq!(
        template(&text.replace(
            "      securityContext: {",
            "      hostAliases: []\n      securityContext: {"
        )),
        template(text)
    );
    let volumes = template(text).spec.volumes;
    assert!(volumes[0].empty_dir.is_none() && volumes[1].empty_dir.is_some());
}

#[test]
fn a_pod_keeps_what_is_not_simulated_but_for_what_may_change() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx:1\n    env: [{name: A, value: b}]\n";
    let pod = |text: &str| parse(text).remove(0).outcome.expect("a pod");
    let revised = |change: &dyn Fn(&mut ordinal::api::json::Node)| {
        let mut tree = pod(text).encode();
        change(tree.child("spec"));
        manifest::revise(&pod(text), &tree, manifest::Gates::default(), [])
    };
    let set = |field: &'static str, value: &'static str| {
        move |spec: &mut ordinal::api::json::Node| spec.items_mut("containers")[0].set(field, value)
    };
    assert_eq!(revised(&|_| {}), Ok(pod(text)));
    assert!(
        revised(&|spec| spec.set("activeDeadlineSeconds", manifest::read("5").expect("5"))).is_ok()
    );
    // The policy, which was the default of the image, is kept with an image of another default.
    let moved = revised(&set("image", "nginx")).expect("a pod").encode();
    assert_eq!(moved.word("spec.containers.0.imagePullPolicy"), "IfNotPresent");
    for (field, value) in [("workingDir", "/"), ("imagePullPolicy", "Always")] {
        let refusal = revised(&set(field, value)).expect_err("what is fixed");
        assert!(refusal.contains("pod updates may not change fields other than"), "{refusal}");
    }
    assert!(revised(&|spec| drop(spec.items_mut("containers")[0].remove("env"))).is_err());
}

/// A sample with one piece cut out, doubled or replaced.
fn mutated(text: &str, start: usize, length: usize, piece: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let start = start % (characters.len() + 1);
    let end = (start + length).min(characters.len());
    characters[..start]
        .iter()
        .chain(&piece.chars().collect::<Vec<_>>())
        .chain(&characters[end..])
        .collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(300)
    })]

    #[test]
    fn no_text_panics_and_every_refusal_is_within_the_text(
        sample in 0usize..32,
        cuts in proptest::collection::vec((0usize..8000, 0usize..40, "[-a-c:{}\\[\\]&*!|>'\"#%@`0-9., \t\n\r~<é]{0,6}"), 1..4),
    ) {
        let samples = SAMPLES.with(Clone::clone);
        let mut text = samples[sample % samples.len()].1.clone();
        for (start, length, piece) in &cuts {
            text = mutated(&text, *start, *length, piece);
        }
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").lines().count().max(1);
        for document in parse(&text) {
            assert!((1..=lines).contains(&(document.line as usize)));
            if let Err(refusal) = document.outcome {
                assert!((1..=lines).contains(&(refusal.line as usize)), "{refusal:?}\n{text}");
                assert!(refusal.column > 0 && refusal.stderr.ends_with('\n'));
            }
        }
    }

    #[test]
    fn no_noise_panics(text in "[-a-c:{}\\[\\]&*!|>'\"#%@`0-9.,? \t\n~<é]{0,60}") {
        let _ = parse(&text);
    }
}

thread_local! {
    static SAMPLES: std::rc::Rc<Vec<(String, String)>> = std::rc::Rc::new(samples());
}

/// Pasted into the page, the manifests that people use come to life; what a cluster has to bring along
/// is brought along.
#[test]
fn the_manifests_that_people_use_run() {
    let class = include_str!("../../static/manifests/default-class.yaml");
    for (name, text) in samples() {
        // It brings a local volume of a node that no cluster of ours has.
        if name == "minio" {
            continue;
        }
        let before =
            "kubectl create serviceaccount rabbitmq\nkubectl create secret generic rabbitmq\n";
        let recipe = format!(
            "ordinal 1\nnodes 5\n{before}kubectl apply -f - <<END\n{class}\n---\n{text}\nEND\n"
        );
        let mut timeline =
            Timeline::new(&recipe).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        timeline.seek(Time(900_000));
        for set in timeline.cluster().store.stateful_sets.iter() {
            assert_eq!(set.status.ready_replicas, set.spec.replicas, "{name}");
        }
        for deployment in timeline.cluster().store.deployments.iter() {
            assert_eq!(deployment.status.available_replicas, deployment.spec.replicas, "{name}");
        }
        let store = &timeline.cluster().store;
        assert!(!store.stateful_sets.is_empty() || !store.deployments.is_empty(), "{name}");
    }
}
