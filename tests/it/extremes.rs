//! Every number that a person can write, at its ends: in timings, flags and fields of manifests.

use ordinal::api::Time;
use ordinal::cluster::Timings;
use ordinal::scene::{Shape, View, scene, transcript};
use ordinal::timeline::{Timeline, random};
use proptest::prelude::*;
use std::fmt::Write;

/// Whole numbers at the ends of their types, and what only looks like one.
const NUMBERS: [&str; 18] = [
    "0",
    "1",
    "-1",
    "2147483646",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967295",
    "4294967296",
    "31536000",
    "31536001",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "1e308",
];

/// Amounts and percentages at their ends.
const AMOUNTS: [&str; 12] = [
    "99999Ei",
    "1n",
    "0",
    "-1Gi",
    "9223372036854775807",
    "18446744073709551616Ei",
    "1e400",
    "0.0000000001",
    "100%",
    "0%",
    "99999999999999999999%",
    "\"\"",
];

/// The places of the numbers in a manifest: each has its usual value, and is written as `{name}`.
const FIELDS: &[(&str, &str)] = &[
    ("replicas", "2"),
    ("start", "0"),
    ("ready", "0"),
    ("history", "10"),
    ("partition", "0"),
    ("unavailable", "1"),
    ("grace", "10"),
    ("active", "600"),
    ("priority", "0"),
    ("delay", "0"),
    ("period", "1"),
    ("success", "1"),
    ("failure", "3"),
    ("timeout", "1"),
    ("port", "5432"),
    ("hostport", "0"),
    ("user", "1000"),
    ("cpu", "100m"),
    ("memory", "1Mi"),
    ("limit", "64Mi"),
    ("bears", "30"),
    ("skew", "1"),
    ("domains", "1"),
    ("storage", "1Gi"),
    ("rows", "6"),
    ("dreplicas", "2"),
    ("surge", "1"),
    ("deadline", "600"),
    ("least", "1"),
    ("sport", "80"),
    ("nodeport", "30080"),
    ("affinity", "10800"),
    ("capacity", "1Gi"),
    ("generation", "1"),
];

const MANIFEST: &str = "apiVersion: v1
kind: Service
metadata: { name: web, generation: {generation} }
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: { app: web }
  sessionAffinityConfig: { clientIP: { timeoutSeconds: {affinity} } }
  ports: [{ name: db, port: {sport}, targetPort: {port} }]
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ name: db, port: {sport}, nodePort: {nodeport} }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: {replicas}
  podManagementPolicy: Parallel
  minReadySeconds: {ready}
  revisionHistoryLimit: {history}
  ordinals: { start: {start} }
  updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: {partition}, maxUnavailable: {unavailable} } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { ordinal/initial-entries: \"{rows}\", ordinal/ready: quorum } }
    spec:
      terminationGracePeriodSeconds: {grace}
      activeDeadlineSeconds: {active}
      priority: {priority}
      securityContext: { runAsUser: {user} }
      tolerations: [{ key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: {bears} }]
      topologySpreadConstraints:
      - { maxSkew: {skew}, minDomains: {domains}, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }
      initContainers: [{ name: clone, image: \"ordinal/db:1\", volumeMounts: [{ name: data, mountPath: /data }] }]
      containers:
      - name: db
        image: ordinal/db:1
        ports: [{ containerPort: {port}, hostPort: {hostport} }]
        resources: { requests: { cpu: {cpu}, memory: {memory} }, limits: { memory: {limit} } }
        readinessProbe: { tcpSocket: { port: {port} }, initialDelaySeconds: {delay}, periodSeconds: {period}, successThreshold: {success}, failureThreshold: {failure}, timeoutSeconds: {timeout} }
        volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: {storage} } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: {dreplicas}
  minReadySeconds: {ready}
  progressDeadlineSeconds: {deadline}
  revisionHistoryLimit: {history}
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: {surge}, maxUnavailable: {unavailable} } }
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { terminationGracePeriodSeconds: {grace}, containers: [{ name: shop, image: \"shop:1\" }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: {least}, selector: { matchLabels: { app: web } } }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv-1 }
spec: { capacity: { storage: {capacity} }, accessModes: [ReadWriteOnce], storageClassName: standard, hostPath: { path: /x } }
";

/// The manifest with some of its numbers changed.
fn manifest(changes: &[(usize, &str)]) -> String {
    let mut text = MANIFEST.to_owned();
    for (index, (name, usual)) in FIELDS.iter().enumerate() {
        let changed = changes.iter().find(|(place, _)| *place == index).map(|(_, value)| *value);
        text = text.replace(&format!("{{{name}}}"), changed.unwrap_or(usual));
    }
    text
}

/// Lines with a number in a flag, a patch or an annotation, written as `{}`.
const LINES: &[&str] = &[
    "kubectl scale sts web --replicas={}",
    "kubectl scale deploy shop --replicas={} --current-replicas={}",
    "kubectl patch sts web -p '{\"spec\":{\"replicas\":{},\"minReadySeconds\":{}}}'",
    "kubectl patch sts web -p '{\"spec\":{\"ordinals\":{\"start\":{}},\"replicas\":3}}'",
    "kubectl patch sts web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":{}}]'",
    "kubectl patch deploy shop -p '{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":{},\"maxUnavailable\":{}}}}}'",
    "kubectl patch pvc data-web-0 -p '{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"{}\"}}}}'",
    "kubectl set image deploy/shop shop=shop:2",
    "kubectl set image sts/web db=ordinal/db:2",
    "kubectl set resources deploy shop --requests=cpu={},memory={}",
    "kubectl delete pod web-0 --grace-period={}",
    "kubectl delete pod web-1 --force --grace-period={}",
    "kubectl delete deploy shop --cascade=orphan --grace-period={}",
    "kubectl drain node-1 --ignore-daemonsets --force --delete-emptydir-data --grace-period={} --timeout={}s",
    "kubectl annotate rs --all deployment.kubernetes.io/revision={} --overwrite",
    "kubectl annotate rs --all deployment.kubernetes.io/max-replicas={} --overwrite",
    "kubectl annotate rs --all deployment.kubernetes.io/desired-replicas={} --overwrite",
    "kubectl annotate pods --all controller.kubernetes.io/pod-deletion-cost={} --overwrite",
    "kubectl rollout undo deploy shop --to-revision={}",
    "kubectl rollout history deploy shop --revision={}",
    "kubectl logs web-0 --tail={} --limit-bytes={}",
    "kubectl get pods -o jsonpath={.items[{}].metadata.name}",
    "kubectl get pods --chunk-size={} -o wide",
    "kubectl describe nodes",
    "kubectl describe pods",
    "kubectl get all -o yaml",
    "kubectl get events",
    "kubectl autoscale deploy shop --min={} --max={} --cpu-percent={}",
    "client c reads web every {}ms caches {}h",
    "client d writes web-0.web every {}s",
    "node node-2 cut",
    "node node-1 off",
];

/// Runs for some minutes of cluster time; draws and lists on the way.
fn play(recipe: &str) -> Result<(), TestCaseError> {
    let Ok(mut timeline) = Timeline::new(recipe) else { return Ok(()) };
    for now in [30_000, 120_000, 200_000] {
        timeline.seek(Time(now));
        timeline.run_line("kubectl get pods,pvc,sts,deploy,rs,nodes -o wide");
        let (cluster, now) = (timeline.cluster(), timeline.now());
        check_picture(&scene(cluster, now, &View::default()).items)?;
        let _ = transcript(cluster, now);
    }
    let [steps, _] = timeline.steps();
    prop_assert!(steps < 300_000, "{} steps", steps);
    Ok(())
}

/// No width, height or radius is negative, and no path has a number that is none.
fn check_picture(items: &[std::rc::Rc<ordinal::scene::Item>]) -> Result<(), TestCaseError> {
    for item in items {
        for shape in &item.shapes {
            let is_sound = match shape {
                Shape::Rect { width, height, radius, .. } => {
                    (*width).min(*height).min(*radius) >= 0
                }
                Shape::Circle { radius, .. } => *radius >= 0,
                Shape::Path { d, .. } => {
                    !d.contains("--") && !d.contains("NaN") && !d.contains("inf")
                }
                Shape::Text { squeeze, .. } => squeeze.is_none_or(|width| width > 0),
                Shape::Line { .. } => true,
            };
            prop_assert!(is_sound, "{}: {:?}", item.id.0, shape);
        }
        prop_assert!((0..=100).contains(&item.opacity), "{}: opacity {}", item.id.0, item.opacity);
        check_picture(&item.children)?;
    }
    Ok(())
}

#[test]
fn the_usual_numbers_are_taken() {
    let mut timeline = Timeline::new("ordinal 1\n").expect("a recipe");
    let output = timeline.apply(&manifest(&[]));
    assert_eq!((output.exit, output.stderr.as_str()), (0, ""));
    timeline.seek(Time(60_000));
    let listed = timeline.run_line("kubectl get sts,deploy").stdout;
    assert_eq!(listed.matches("2/2").count(), 2, "{listed}");
    for line in LINES {
        let output = timeline.run_line(&line.replace("{}", "1"));
        let is_other = ["autoscale", "--current-replicas", "data-web-0", "--force", "client"];
        assert!(
            output.exit == 0 || is_other.iter().any(|it| line.contains(it)),
            "{line}: {}",
            output.stderr
        );
        let mut fresh =
            Timeline::new(&format!("ordinal 1\nkubectl apply -f - <<EOF\n{}EOF\n", manifest(&[])))
                .expect("a recipe");
        fresh.seek(Time(60_000));
        timeline = fresh;
    }
}

fn value() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => prop::sample::select(&NUMBERS[..]), 1 => prop::sample::select(&AMOUNTS[..])]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn no_number_in_a_manifest_wraps_or_goes_on_for_ever(
        changes in prop::collection::vec((0..FIELDS.len(), value()), 1..4),
        later in prop::collection::vec((0..FIELDS.len(), value()), 1..3),
    ) {
        let (first, second) = (manifest(&changes), manifest(&later));
        play(&format!("ordinal 1\nat 1ms kubectl apply -f - <<EOF\n{first}EOF\n\
            at 20s node node-3 cut\nat 40s kubectl apply -f - <<EOF\n{second}EOF\n\
            at 70s kubectl delete pod web-0 --wait=false\n"))?;
    }

    #[test]
    fn no_number_in_a_line_wraps_or_goes_on_for_ever(
        lines in prop::collection::vec((prop::sample::select(LINES), value(), value()), 1..8),
    ) {
        let mut recipe = format!("ordinal 1\nat 1ms kubectl apply -f - <<EOF\n{}EOF\n", manifest(&[]));
        for (number, (line, one, other)) in (20..).step_by(6).zip(&lines) {
            let line = line.replacen("{}", one, 1).replace("{}", other);
            let _ = writeln!(recipe, "at {number}s {line}");
        }
        play(&recipe)?;
    }

    #[test]
    fn no_timing_wraps_or_goes_on_for_ever(
        timings in prop::collection::vec((prop::sample::select(Timings::NAMES), prop::sample::select(
            &["0", "50ms", "999ms", "8760h", "8759h59m59s999ms", "24h"][..])), 1..6),
        seed in 0..100_u64,
    ) {
        let mut recipe = random::recipe(seed);
        for (name, value) in timings {
            let value = if Timings::PERIODS.contains(&name) && value == "0" { "50ms" } else { value };
            recipe = recipe.replacen("ordinal 1\n", &format!("ordinal 1\ntiming {name}={value}\n"), 1);
        }
        play(&recipe)?;
    }

    #[test]
    fn nothing_in_a_picture_is_negative(
        seed in 0..400_u64,
        sets in prop::sample::select(&[0_usize, 1, 5, 60][..]),
        now in 0..400_000_u64,
        name in "[a-z]([-a-z0-9]{0,60}[a-z0-9])?",
    ) {
        let mut timeline = Timeline::new(&random::recipe(seed)).expect("a random recipe is sound");
        timeline.seek(Time(now / 2));
        for number in 0..sets {
            let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: NAME }\nspec:\n  serviceName: x\n  \
                selector: { matchLabels: { app: x } }\n  template:\n    metadata: { labels: { app: x } }\n    spec: \
                { containers: [{ name: x, image: x }] }\n";
            let set = set.replace("NAME", &format!("{:.20}x-{number}", name));
            prop_assert_eq!(timeline.apply(&set).exit, 0);
        }
        timeline.seek(Time(now));
        for width in [0, 1, 37, 100, 279, 320, 390, 500, 639, 640, 641, 800, 1280, 2000, u32::MAX] {
            let view = View { width, ..View::default() };
            check_picture(&scene(timeline.cluster(), timeline.now(), &view).items)?;
        }
    }
}
