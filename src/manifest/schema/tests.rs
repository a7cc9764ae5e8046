//! What the table is for.

use super::super::{needs_schema, parse, tree};
use super::*;

/// What the API server says of a pod with this in its container, and what the advice is.
fn refusal(field: &str) -> (String, String) {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: a\n    {field}\n"
    );
    match parse(&pod).pop().map(|document| document.outcome) {
        Some(Err(refusal)) => {
            let start = "Error from server (BadRequest): error when creating \"STDIN\": Pod in version \"v1\" cannot be handled as a Pod: ";
            let words = refusal.stderr.strip_prefix(start).unwrap_or(&refusal.stderr);
            (words.trim_end().to_owned(), refusal.advice)
        }
        _ => Default::default(),
    }
}

#[test]
fn wrong_types_are_rejected_in_the_words_of_go() {
    for (field, words) in [
        (
            "env: [{name: A, value: 5}]",
            "number into Go struct field EnvVar.spec.containers.env.value of type string",
        ),
        (
            "env: {A: b}",
            "object into Go struct field Container.spec.containers.env of type []v1.EnvVar",
        ),
        ("env: [A]", "string into Go struct field Container.spec.containers.env of type v1.EnvVar"),
        (
            "command: sh",
            "string into Go struct field Container.spec.containers.command of type []string",
        ),
        ("args: [1]", "number into Go struct field Container.spec.containers.args of type string"),
        (
            "imagePullPolicy: 1",
            "number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
        ),
        (
            "stdin: 'true'",
            "string into Go struct field Container.spec.containers.stdin of type bool",
        ),
        (
            "securityContext: {runAsUser: '0'}",
            "string into Go struct field SecurityContext.spec.containers.securityContext.runAsUser of type int64",
        ),
        (
            "securityContext: {runAsUser: 0.5}",
            "number 0.5 into Go struct field SecurityContext.spec.containers.securityContext.runAsUser of type int64",
        ),
        (
            "securityContext: {capabilities: {add: NET_ADMIN}}",
            "string into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type []v1.Capability",
        ),
        (
            "livenessProbe: {periodSeconds: 9999999999}",
            "number 9999999999 into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32",
        ),
        ("livenessProbe: {httpGet: {port: true}}", "bool into Go value of type int32"),
        (
            "lifecycle: []",
            "array into Go struct field Container.spec.containers.lifecycle of type v1.Lifecycle",
        ),
    ] {
        assert_eq!(refusal(field).0, format!("json: cannot unmarshal {words}"), "{field}");
    }
}

#[test]
fn unknown_fields_are_rejected_with_a_guess() {
    for (field, path, meant) in [
        ("env: [{name: A, vlaue: b}]", "env[0].vlaue", "env[0].value"),
        ("securityContext: {runAsUsr: 1}", "securityContext.runAsUsr", "securityContext.runAsUser"),
        ("ports: [{containerPort: 1, prot: TCP}]", "ports[0].prot", "ports[0].port"),
        (
            "livenessProbe: {httpGet: {pth: /}}",
            "livenessProbe.httpGet.pth",
            "livenessProbe.httpGet.path",
        ),
    ] {
        let (words, advice) = refusal(field);
        assert_eq!(
            words,
            format!("strict decoding error: unknown field \"spec.containers[0].{path}\"")
        );
        assert!(advice.contains(meant) || meant.ends_with("port"), "{advice}");
    }
}

#[test]
fn what_has_the_types_of_the_api_is_accepted() {
    for field in [
        "env: [{name: A, value: '5'}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: C, value: }]",
        "envFrom: [{secretRef: {name: s, optional: true}}, {prefix: p, configMapRef: {name: c}}]",
        "livenessProbe: {httpGet: {port: http, httpHeaders: [{name: a, value: b}]}, timeoutSeconds: 1}",
        "startupProbe: {tcpSocket: {port: 80}, terminationGracePeriodSeconds: 5}",
        "lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 5']}}}",
        "securityContext: {runAsUser: 1000, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}",
        "volumeDevices: [{name: a, devicePath: /dev/a}]\n  volumes: [{name: a, projected: {defaultMode: 0644, sources: [{serviceAccountToken: {path: t}}]}}]",
    ] {
        let (words, _) = refusal(field);
        assert!(!words.contains("unmarshal") && !words.contains("strict"), "{field}: {words}");
    }
}

#[test]
fn every_struct_of_the_model_is_in_the_table() {
    for (name, field) in
        [("Pod", "spec"), ("StorageClass", "parameters"), ("ConfigMap", "binaryData")]
    {
        let of = table().iter().find(|it| it.name == name).expect(name);
        assert!(of.is_kind && of.field(field).is_some(), "{name}");
    }
    // Of what the model knows and leaves out, the table says the type, but for what is newer or older, or only of ephemeral
    // containers.
    for owner in
        ["PodSpec", "Container", "Volume", "ServiceSpec", "PersistentVolumeClaimSpec", "Probe"]
    {
        let of = table().iter().find(|it| it.name == owner).expect(owner);
        let others = ["workloadRef", crate::api::TARGET];
        for field in known::further_fields(owner).filter(|field| !others.contains(field)) {
            assert!(of.field(field).is_some(), "{owner}.{field}");
        }
    }
    for of in table() {
        for (field, code) in of.fields.split(' ').filter_map(|field| field.split_once(':')) {
            let code = code.trim_start_matches(['[', '{']);
            let is_plain = "sbilfyqxta".contains(code) || code.starts_with('=');
            assert!(is_plain || of.other(code).is_some(), "{}.{field}: {code}", of.name);
        }
    }
}

#[test]
fn objects_of_further_kinds_are_checked() {
    let check = |text: &str| {
        let root = tree::read(text, 1).expect("YAML");
        let mut found = Found::default();
        check_object(&root, &mut found);
        let unknown = found.unknown.into_iter().map(|extra| extra.path);
        found.wrong.map_or_else(|| unknown.collect(), |wrong| wrong.message)
    };
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n";
    assert_eq!(check(job), "");
    assert_eq!(
        check(&format!(
            "{job}spec: {{backofLimit: 1, template: {{spec: {{containers: [{{nam: a}}]}}}}}}"
        )),
        "spec.backofLimitspec.template.spec.containers[0].nam"
    );
    assert_eq!(
        check(&format!("{job}spec: {{backoffLimit: a}}")),
        "json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32"
    );
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
    assert_eq!(
        check(&format!("{secret}data: {{a: hello world}}")),
        "illegal base64 data at input byte 5"
    );
    assert_eq!(
        check(&format!("{secret}stringData: {{a: 1}}")),
        "json: cannot unmarshal number into Go struct field Secret.stringData of type string"
    );
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {metrics: 1}\n";
    assert_eq!(
        check(scaler),
        "json: cannot unmarshal number into Go struct field HorizontalPodAutoscalerSpec.spec.metrics of type []v2.MetricSpec"
    );
    assert_eq!(check("apiVersion: a/v1\nkind: Job\n"), "");
}

#[test]
fn texts_that_need_the_table_are_known() {
    let pod = |field: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: b{field}}}]}}\n"
        )
    };
    let below =
        |text: &str| format!("ordinal 1\nat 1s kubectl apply -f - <<EOF\n{text}EOF\ncrash a\n");
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n";
    let patch = r#"kubectl patch pod a -p '{"spec":{"dnsPolicy":"x"}}'"#;
    let merge = &format!("x: &a {{b: c}}\n<<: *a\n{}", pod(", env: [{name: a}]"));
    for text in
        [merge, &pod(", env: [{name: a}]"), &below(&pod(", stdin: true")), job, &below(job), patch]
    {
        assert!(needs_schema(text), "{text}");
    }
    for text in [
        "",
        &pod(""),
        &below(&pod("")),
        "crash web-0",
        "kubectl set image sts/a b=c",
        "kubectl get job",
    ] {
        assert!(!needs_schema(text), "{text}");
    }
    assert!(is_installed());
}

#[test]
fn the_built_in_part_is_of_the_table() {
    let table = include_str!("../../../static/schema.txt");
    for line in BUILT_IN.lines() {
        assert!(table.lines().any(|it| it == line), "{line}");
    }
}

/// The page begins with these before it has the table.
#[test]
fn the_first_stories_do_not_need_the_table() {
    assert!(!needs_schema(include_str!("../../../static/stories/first.ordinal")));
    assert!(!needs_schema(include_str!("../../../static/lessons/first-minute.lesson")));
}
