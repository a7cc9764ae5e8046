//! What the validation says, error by error.

use super::super::parse;
use super::*;
use crate::api::DeploymentStrategyType;

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: nginx
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - {name: nginx, image: 'nginx:1.25'}
  volumeClaimTemplates:
  - metadata: {name: www}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
";

fn object(text: &str) -> Object {
    match parse(text).pop().map(|document| document.outcome) {
        Some(Ok(object)) => object,
        other => panic!("{other:?}\n{text}"),
    }
}

/// The errors about a text, without the first line that names the object.
fn errors(text: &str) -> Vec<String> {
    match parse(text).pop().map(|document| document.outcome) {
        Some(Err(refusal)) => {
            let stderr = refusal.stderr;
            let (_, rest) = stderr.split_once("is invalid: ").unwrap_or(("", &stderr));
            rest.trim().lines().map(|line| line.trim_start_matches("* ").into()).collect()
        }
        other => panic!("{other:?}\n{text}"),
    }
}

/// The errors about the set in which `from` stands as `to`.
fn set_errors(from: &str, to: &str) -> Vec<String> {
    assert!(SET.contains(from), "{from}");
    errors(&SET.replace(from, to))
}

fn update_errors(old: &str, new: &str) -> Vec<String> {
    validate_update(&object(old), &object(new), Gates::default())
        .into_iter()
        .map(|error| format!("{}: {}", error.field, error.detail))
        .collect()
}

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: app, image: 'app:1'}]}
";

#[test]
fn deployments() {
    let errors = |line: &str| errors(&format!("{DEPLOYMENT}  {line}\n"));
    let rolling = |options: &str| errors(&format!("strategy: {{rollingUpdate: {options}}}"));
    let field = "spec.strategy.rollingUpdate";
    assert_eq!(
        rolling("{maxUnavailable: 101%, maxSurge: -1}"),
        [
            format!("{field}.maxSurge: Invalid value: -1: must be greater than or equal to 0"),
            format!(
                "{field}.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%"
            ),
        ]
    );
    assert_eq!(
        rolling("{maxUnavailable: 0%, maxSurge: 0}"),
        [format!(
            "{field}.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0"
        )]
    );
    assert_eq!(
        errors("strategy: {type: OnDelete}"),
        ["spec.strategy: Unsupported value: {\"Type\":\"OnDelete\",\"RollingUpdate\":null}: \
          supported values: \"Recreate\", \"RollingUpdate\""]
    );
    assert_eq!(
        errors("strategy: {type: Recreate, rollingUpdate: {}}"),
        [format!("{field}: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    );
    assert_eq!(
        errors("progressDeadlineSeconds: -1"),
        [
            "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
            "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds",
        ]
    );
    let other = DEPLOYMENT.replace("app: api", "app: web");
    assert_eq!(
        update_errors(DEPLOYMENT, &other),
        ["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"web\"}}: field is immutable"]
    );
    let bare = DEPLOYMENT.replace("  selector: {matchLabels: {app: api}}\n", "");
    let words = [
        "spec.selector: Required value",
        "spec.template.metadata.labels: Invalid value: {\"app\":\"api\"}: `selector` does not match template `labels`",
    ];
    assert_eq!(super::tests::errors(&bare), words);
    let set = bare.replace("Deployment", "ReplicaSet");
    assert_eq!(super::tests::errors(&set), words);
}

#[test]
fn a_deployment_has_the_defaults_of_the_api() {
    let Object::Deployment(deployment) = object(DEPLOYMENT) else { panic!("no Deployment") };
    assert_eq!((deployment.max_surge(), deployment.max_unavailable()), (1, 0));
    assert_eq!(deployment.spec.strategy.kind, DeploymentStrategyType::RollingUpdate);
    assert_eq!(deployment.spec.progress_deadline_seconds, 600);
    assert_eq!((deployment.spec.replicas, deployment.spec.revision_history_limit), (1, 10));
}

#[test]
fn stateful_sets() {
    let strategy =
        |options: &str| format!("updateStrategy: {{rollingUpdate: {options}}}\n  selector");
    let field = "spec.updateStrategy.rollingUpdate";
    assert_eq!(
        set_errors("selector", &strategy("{partition: -1}")),
        [format!("{field}.partition: Invalid value: -1: must be greater than or equal to 0")]
    );
    assert_eq!(
        set_errors("selector", &strategy("{maxUnavailable: 0}")),
        [format!("{field}.maxUnavailable: Invalid value: 0: cannot be 0")]
    );
    assert_eq!(
        set_errors("selector", &strategy("{maxUnavailable: 101%}")),
        [format!("{field}.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    );
    assert_eq!(set_errors("selector", &strategy("{maxUnavailable: half}")).len(), 1);
    assert_eq!(
        set_errors("matchLabels: {app: nginx}", "matchExpressions: [{key: app, operator: Is}]"),
        [
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator"
        ]
    );
    assert_eq!(
        set_errors("accessModes: [ReadWriteOnce], ", ""),
        [
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required"
        ]
    );
    assert_eq!(
        set_errors("storage: 1Gi", "storage: 0"),
        [
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Invalid value: \"0\": must be greater than zero"
        ]
    );
    assert_eq!(
        set_errors("{requests: {storage: 1Gi}}", "{}"),
        ["spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"]
    );
}

#[test]
fn pods() {
    let container = "{name: nginx, image: 'nginx:1.25'}";
    let field = "spec.template.spec.containers[0]";
    let with = |more: &str| format!("{{name: nginx, image: i, {more}}}");
    assert_eq!(set_errors(container, "{name: nginx}"), [format!("{field}.image: Required value")]);
    assert_eq!(
        set_errors(container, "{name: a, image: b}\n      - {name: a, image: b}"),
        ["spec.template.spec.containers[1].name: Duplicate value: \"a\""]
    );
    assert_eq!(
        set_errors(container, &with("ports: [{containerPort: 70000}]")),
        [format!(
            "{field}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"
        )]
    );
    assert_eq!(
        set_errors(
            container,
            &with("ports: [{name: a, containerPort: 1}, {name: a, protocol: X}]")
        ),
        [
            format!("{field}.ports[1].name: Duplicate value: \"a\""),
            format!("{field}.ports[1].containerPort: Required value"),
            format!(
                "{field}.ports[1].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", \"UDP\""
            ),
        ]
    );
    assert_eq!(
        set_errors(
            container,
            &with(
                "volumeMounts: [{name: www}, {name: www, mountPath: /a}, {name: www, mountPath: /a}]"
            )
        ),
        [
            format!("{field}.volumeMounts[0].mountPath: Required value"),
            format!("{field}.volumeMounts[2].mountPath: Invalid value: \"/a\": must be unique"),
        ]
    );
    assert_eq!(
        set_errors(container, &with("readinessProbe: {periodSeconds: -1, exec: {command: [a]}}")),
        [format!(
            "{field}.readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"
        )]
    );
    assert_eq!(
        set_errors(
            "containers:",
            "volumes: [{name: a}, {name: a}, {persistentVolumeClaim: {}}]\n      containers:"
        ),
        [
            "spec.template.spec.volumes[1].name: Duplicate value: \"a\"",
            "spec.template.spec.volumes[2].persistentVolumeClaim.claimName: Required value",
            "spec.template.spec.volumes[2].name: Required value",
        ]
    );
}

#[test]
fn services() {
    let service = |spec: &str| {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}")
    };
    object(&service("{clusterIP: None}"));
    assert_eq!(errors(&service("{}")), ["spec.ports: Required value"]);
    assert_eq!(
        errors(&service("{clusterIP: 1.2.3, ports: [{port: 0}]}")),
        [
            "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
            "spec.clusterIPs[0]: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ]
    );
    assert_eq!(
        errors(&service("{ports: [{port: 1}, {port: 2, name: a}]}")),
        ["spec.ports[0].name: Required value"]
    );
    let ports = "ports: [{port: 80}]";
    let headless = service("{clusterIP: None, ports: [{port: 80}]}");
    assert_eq!(
        update_errors(&service(&format!("{{{ports}}}")), &headless),
        ["spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set"]
    );
    assert!(update_errors(&headless, &service(&format!("{{{ports}}}"))).is_empty());
    let named = service("{clusterIP: None}").replace("web", "1web");
    assert!(errors(&named)[0].contains("a DNS-1035 label must consist"));
}

#[test]
fn storage() {
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a.b}\nspec: \
                 {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}";
    let words = "spec: Forbidden: spec is immutable after creation except resources.requests and \
                 volumeAttributesClassName for bound claims";
    assert_eq!(update_errors(claim, &claim.replace("1Gi", "2Gi")), [words]);
    assert_eq!(
        errors(&claim.replace("[ReadWriteOnce]", "[Once]")),
        [
            "spec.accessModes: Unsupported value: \"Once\": supported values: \"ReadOnlyMany\", \"ReadWriteMany\", \"ReadWriteOnce\", \"ReadWriteOncePod\""
        ]
    );
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec:\n  capacity: {storage: 10}\n  accessModes: [ReadWriteOnce]\n  local: {path: /data}\n";
    assert_eq!(
        errors(volume),
        ["spec.nodeAffinity: Required value: Local volume requires node affinity"]
    );
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast, namespace: x}\nprovisioner: csi.example.com\n";
    assert_eq!(object(class).meta().namespace, "");
    assert_eq!(
        errors(&class.replace("provisioner: csi.example.com", "")),
        ["provisioner: Required value"]
    );
    assert_eq!(
        update_errors(
            class,
            &format!("{class}volumeBindingMode: WaitForFirstConsumer\nreclaimPolicy: Retain\n")
        ),
        [
            "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
            "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable",
        ]
    );
}

#[test]
fn budgets_and_configuration() {
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 50%, maxUnavailable: 1, selector: {matchLabels: {app: a}}}";
    assert_eq!(
        errors(budget),
        [
            "spec: Invalid value: {\"MinAvailable\":\"50%\",\"Selector\":{\"matchLabels\":{\"app\":\"a\"}},\"MaxUnavailable\":1,\"UnhealthyPodEvictionPolicy\":null}: minAvailable and maxUnavailable cannot be both set"
        ]
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {a/b: x}";
    assert!(
        errors(map)[0].starts_with("data[a/b]: Invalid value: \"a/b\": a valid config key must")
    );
}

#[test]
fn what_may_change_of_a_set() {
    for (from, to) in [
        ("serviceName: nginx", "serviceName: nginx\n  replicas: 3"),
        ("nginx:1.25", "nginx:1.26"),
        ("serviceName: nginx", "serviceName: nginx\n  updateStrategy: {type: OnDelete}"),
        ("serviceName: nginx", "serviceName: nginx\n  minReadySeconds: 3"),
        ("serviceName: nginx", "serviceName: nginx\n  ordinals: {start: 3}"),
    ] {
        assert!(update_errors(SET, &SET.replace(from, to)).is_empty(), "{to}");
    }
    for (from, to) in [("1Gi", "2Gi"), ("serviceName: nginx", "podManagementPolicy: Parallel")] {
        assert_eq!(update_errors(SET, &SET.replace(from, to)).len(), 1, "{to}");
    }
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  containers:
  - name: a
    image: a:1
    resources: {requests: {cpu: 250m}, limits: {cpu: 500m}}
    readinessProbe: {tcpSocket: {port: 80}}
    livenessProbe: {exec: {command: [date]}}
";

#[test]
fn a_probe_does_something_and_a_volume_is_something() {
    assert_eq!(object(POD).meta().namespace, "default");
    let field = "spec.containers[0]";
    assert_eq!(
        errors(&POD.replace("{tcpSocket: {port: 80}}", "{periodSeconds: 5}")),
        [format!("{field}.readinessProbe: Required value: must specify a handler type")]
    );
    assert_eq!(
        errors(&POD.replace("{exec: {command: [date]}}", "{}")),
        [format!("{field}.livenessProbe: Required value: must specify a handler type")]
    );
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec:\n  capacity: {storage: 10}\n  accessModes: [ReadWriteOnce]\n  volumeMode: Block\n";
    assert_eq!(errors(volume), ["spec: Required value: must specify a volume type"]);
    assert_eq!(object(&format!("{volume}  nfs: {{server: a, path: /}}\n")).meta().name, "v");
}

#[test]
fn where_a_pod_may_run() {
    let field = "spec.containers[0].resources.requests";
    assert_eq!(
        errors(&POD.replace("250m", "2")),
        [format!("{field}: Invalid value: \"2\": must be less than or equal to cpu limit of 500m")]
    );
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let affinity =
        format!("  affinity: {{podAntiAffinity: {{{required}: [{{labelSelector: {{}}}}]}}}}\n");
    assert_eq!(
        errors(&format!("{POD}{affinity}")),
        [format!(
            "spec.affinity.podAntiAffinity.{required}[0].topologyKey: Required value: can not be empty"
        )]
    );
    let nodes =
        format!("  affinity: {{nodeAffinity: {{{required}: {{nodeSelectorTerms: []}}}}}}\n");
    assert_eq!(
        errors(&format!("{POD}{nodes}")),
        [format!(
            "spec.affinity.nodeAffinity.{required}.nodeSelectorTerms: Required value: must have at least one node selector term"
        )]
    );
    let spread = "  topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: Never}]\n";
    assert_eq!(
        errors(&format!("{POD}{spread}")),
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"Never\": supported values: \"DoNotSchedule\", \"ScheduleAnyway\"",
        ]
    );
    let changed = update_errors(POD, &POD.replace("250m", "300m"));
    assert!(
        changed[0].starts_with("spec: Forbidden: pod updates may not change fields other than")
    );
    assert_eq!(update_errors(POD, &POD.replace("a:1", "a:2")), [""; 0]);
}

#[test]
fn of_equal_keys_the_last_one_counts() {
    let text = POD.replace("image: a:1", "image: a:1\n    image: a:2");
    assert_eq!(object(&text), object(&POD.replace("image: a:1", "image: a:2")));
}
