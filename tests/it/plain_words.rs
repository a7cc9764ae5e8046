//! What the manifest dialog says of manifests that are wrong: `tests/data/plain-words.txt`.

use ordinal::api::Time;
use ordinal::manifest::parse;
use ordinal::page::manifest_editor::{Findings, ManifestEditor, SAMPLES};
use ordinal::page::manifest_problems::Severity;
use ordinal::timeline::Timeline;
use serde_json::Value;
use std::fs;

fn data(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The recorded cases of a file: name, text, and what kubectl printed.
fn recorded(file: &str) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(data(file)).expect("a file");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let field = |case: &Value, name: &str| case[name].as_str().unwrap_or_default().to_owned();
    let name = |case: &Value| match field(case, "line").rsplit_once("# ") {
        Some((_, name)) => name.to_owned(),
        None => field(case, "name"),
    };
    let case = |case: &Value| (name(case), field(case, "stdin"), field(case, "stderr"));
    cases.iter().map(case).collect()
}

/// The first story at half a minute: a set `web` with three pods.
fn story() -> Timeline {
    let mut timeline =
        Timeline::new(include_str!("../../static/stories/first.ordinal")).expect("a story");
    timeline.seek(Time(30_000));
    timeline
}

/// Gives a check of a text, as the dialog makes it, to a function.
fn check<T>(text: &str, timeline: &Timeline, read: impl Fn(&Findings) -> T) -> T {
    let mut editor = ManifestEditor::new("".into());
    editor.edit(text.into(), timeline);
    editor.continue_check(&|| true);
    read(&editor.findings)
}

fn problems(text: &str, timeline: &Timeline) -> String {
    check(text, timeline, |findings| {
        let line = |sign, it: &ordinal::page::manifest_problems::Problem| {
            format!("{sign} {}:{} {}\n", it.line, it.column, it.text)
        };
        let sign = |severity| if severity == Severity::Error { "error" } else { "warning" };
        findings.problems.iter().map(|it| line(sign(it.severity), it)).collect()
    })
}

#[test]
fn yaml_that_cannot_be_read_is_refused_in_the_words_of_kubectl() {
    for (name, text, stderr) in recorded("broken-yaml.json") {
        let refusals = parse(&text).into_iter().filter_map(|document| document.outcome.err());
        assert_eq!(refusals.last().expect("a refusal").stderr, stderr, "{name}");
    }
}

/// Further texts, as they are in `further_refusals`.
fn further() -> Vec<(&'static str, String)> {
    let set = |rest: &str| {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: web\n{rest}")
    };
    let container =
        |rest: &str| set(&format!("spec:\n  template:\n    spec:\n      containers:\n{rest}"));
    vec![
        ("number-in-labels", set("  labels: {a: 1}\n")),
        ("labels-as-list", set("  labels: [a]\n")),
        ("number-in-words", set("spec: {replicas: three}\n")),
        ("number-in-quotes", set("spec: {replicas: '3'}\n")),
        ("fraction", set("spec: {replicas: 3.5}\n")),
        ("yes-is-a-boolean", set("spec: {podManagementPolicy: yes}\n")),
        ("text-for-fields", set("spec:\n  template: x\n")),
        ("map-for-list", container("        name: a\n")),
        ("port-in-quotes", container("      - ports: [{containerPort: '80'}]\n")),
        (
            "boolean-for-number",
            set("spec:\n  updateStrategy: {rollingUpdate: {maxUnavailable: true}}\n"),
        ),
        (
            "no-amount",
            set(
                "spec:\n  volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1GB}}}}]\n",
            ),
        ),
        ("misspelled", container("      - {name: a, imag: b}\n")),
        ("no-name", set("").replace("name: web", "labels: {}")),
        ("nothing-known", "a: 1\n".into()),
        ("no-object", "hello\n".into()),
        ("anchor", "a: *b\n".into()),
        ("separator", "--- a\n".into()),
        ("twice", set("kind: Pod\n")),
        ("twice-deep", container("      - {name: a, image: b, image: c}\n")),
        ("merged", set("  labels: &l {a: b}\n  annotations: {<<: *l, a: c}\n")),
        ("template", set("spec:\n  replicas: {{ .Values.replicas }}\n")),
        (
            "removed-version",
            "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: web}\n".into(),
        ),
        (
            "bad-service",
            "apiVersion: v1\nkind: Service\nmetadata: {name: 1web}\nspec: {ports: [{port: 80}]}\n"
                .into(),
        ),
        ("official-example", SAMPLES[1].1.into()),
    ]
}

#[test]
fn problems_are_explained_in_plain_words() {
    let timeline = story();
    let files = ["broken-yaml.json", "refused-manifests.json"].map(recorded).into_iter().flatten();
    let texts = files.map(|(name, text, _)| (name, text));
    let further = further().into_iter().map(|(name, text)| (name.to_owned(), text));
    let report: String = texts
        .chain(further)
        .map(|(name, text)| format!("--- {name}\n{}", problems(&text, &timeline)))
        .collect();
    let path = data("plain-words.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &report).expect("a file");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    for (line, expected) in report.lines().zip(expected.lines()) {
        assert_eq!(line, expected, "UPDATE=1 writes what is now said");
    }
    assert_eq!(report.len(), expected.len());
}

#[test]
fn every_problem_is_within_the_text_and_says_something() {
    let timeline = story();
    for (name, text, _) in recorded("broken-yaml.json") {
        check(&text, &timeline, |findings| {
            assert!(findings.has_errors() && !findings.words.is_empty(), "{name}");
            for problem in &findings.problems {
                let lines = text.lines().count() as u32;
                assert!((1..=lines).contains(&problem.line) && problem.column > 0, "{name}");
                assert!(problem.text.len() > 10, "{name}: {}", problem.text);
            }
        });
    }
}

const CLASS: &str = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: my-storage-class}\nprovisioner: csi.ordinal\n";

#[test]
fn the_official_example_needs_a_new_cluster_and_a_class() {
    let official = SAMPLES[1].1;
    let timeline = story();
    let classes = |findings: &Findings| {
        let problems = findings.problems.iter();
        let classes: Vec<String> = problems.filter_map(|it| it.missing_class.clone()).collect();
        (findings.needs_new_cluster, classes)
    };
    let missing = vec!["my-storage-class".to_owned()];
    assert_eq!(check(official, &timeline, classes), (true, missing.clone()));
    let with_class = official.to_owned() + CLASS;
    assert_eq!(check(&with_class, &timeline, classes), (true, Vec::new()));
    // Under another name, the running cluster takes it.
    let other = official.replace("name: web\nspec", "name: site\nspec");
    assert_eq!(check(&other, &timeline, classes), (false, missing));
    // What a new cluster has counts only for a new cluster.
    let mut without = story();
    without.run_line("kubectl delete storageclass local");
    let local = official.replace("my-storage-class", "local");
    assert_eq!(check(&local, &without, classes), (true, Vec::new()));
    let local = other.replace("my-storage-class", "local");
    assert_eq!(check(&local, &without, classes), (false, vec!["local".to_owned()]));
}

#[test]
fn other_immutable_fields_need_a_new_cluster_too() {
    let timeline = Timeline::new(
        "ordinal 1\nkubectl apply -f - <<EOF\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: csi.ordinal\nEOF\n",
    );
    let mut timeline = timeline.expect("a recipe");
    timeline.seek(Time(1_000));
    let changed = CLASS.replace("my-storage-class", "a").replace("csi.ordinal", "other");
    let (text, needs) =
        check(&changed, &timeline, |it| (it.problems[0].text.clone(), it.needs_new_cluster));
    assert!(needs, "{text}");
    let start = "The running cluster already has another StorageClass \"a\", which can't be changed like this (provisioner: Forbidden";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn a_set_without_its_service_is_warned_of() {
    let timeline = story();
    let other = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n  serviceName: none\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: a}]}\n";
    let warning = "warning 5:3 Service \"none\" doesn't exist: the pods have no DNS names. The example database in them starts without a copy of the data.\n";
    assert_eq!(problems(other, &timeline), warning);
    let elsewhere = other.replace("serviceName: none", "serviceName: web");
    assert!(
        problems(&elsewhere, &timeline).contains("Service \"web\" doesn't select them: the pods")
    );
    let served = elsewhere.replace("app: a", "app: web");
    assert_eq!(problems(&served, &timeline), "");
}

#[test]
fn what_pods_refer_to_and_does_not_exist_is_warned_of() {
    let timeline = story();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  serviceAccountName: robot\n  volumes:\n  - {name: v, secret: {secretName: keys}}\n  containers:\n  - name: a\n    image: a\n    envFrom: [{configMapRef: {name: settings}}]\n";
    assert_eq!(
        problems(pod, &timeline),
        "error 4:1 The pod is rejected: error looking up service account default/robot: serviceaccount \
         \"robot\" not found.\nwarning 7:5 Secret \"keys\" doesn't exist: the pods don't start before it \
         does.\nwarning 9:5 ConfigMap \"settings\" doesn't exist: the pods don't start before it does.\n"
    );
    let rest = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
    assert_eq!(problems(&format!("{rest}---\n{pod}"), &timeline), "");
    let elsewhere = pod.replace("{name: a}\nspec", "{name: a, namespace: shop}\nspec");
    let first = "error 3:21 Namespace \"shop\" doesn't exist: add it before this object, or create it with kubectl create namespace shop.\n";
    assert!(problems(&elsewhere, &timeline).starts_with(first));
}
