//! Generates the fields and types of the Kubernetes API from the crate k8s-openapi, in `static/schema.txt`, and the
//! merge strategies of its lists and maps, in `src/apiserver/merge.txt`.
//!
//! The table has a section for each version of a group, and in it a line for each struct. `src/manifest/schema.rs`
//! describes the format and reads it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::{page, tools};

/// The crate whose generated structs are read, and the version of Kubernetes.
const CRATE: &str = "k8s-openapi";
const VERSION: &str = "0.29.0";
const API: &str = "v1_36";

/// The groups, as the folder and the name in `apiVersion`. What is defined twice is looked for in this order.
const GROUPS: &[(&str, &str)] = &[
    ("api/core/v1", "v1"),
    ("apimachinery/pkg/apis/meta/v1", "meta/v1"),
    ("api/apps/v1", "apps/v1"),
    ("api/policy/v1", "policy/v1"),
    ("api/storage/v1", "storage.k8s.io/v1"),
    ("api/batch/v1", "batch/v1"),
    ("api/networking/v1", "networking.k8s.io/v1"),
    ("api/rbac/v1", "rbac.authorization.k8s.io/v1"),
    ("api/autoscaling/v2", "autoscaling/v2"),
    ("api/autoscaling/v1", "autoscaling/v1"),
    ("api/scheduling/v1", "scheduling.k8s.io/v1"),
    ("api/node/v1", "node.k8s.io/v1"),
    ("api/discovery/v1", "discovery.k8s.io/v1"),
    ("api/coordination/v1", "coordination.k8s.io/v1"),
    ("api/certificates/v1", "certificates.k8s.io/v1"),
    ("api/admissionregistration/v1", "admissionregistration.k8s.io/v1"),
    ("api/flowcontrol/v1", "flowcontrol.apiserver.k8s.io/v1"),
    ("api/events/v1", "events.k8s.io/v1"),
    ("api/resource/v1", "resource.k8s.io/v1"),
];

/// Go's own names for strings, which its errors print; OpenAPI has only strings (`types.go` of `k8s.io/api`).
const STRINGS: &[(&str, &str)] = &[
    ("Capabilities.add", "Capability"),
    ("Capabilities.drop", "Capability"),
    ("ConfigMapNodeConfigSource.uid", "types.UID"),
    ("Container.imagePullPolicy", "PullPolicy"),
    ("Container.restartPolicy", "ContainerRestartPolicy"),
    ("Container.terminationMessagePolicy", "TerminationMessagePolicy"),
    ("ContainerPort.protocol", "Protocol"),
    ("CronJobSpec.concurrencyPolicy", "ConcurrencyPolicy"),
    ("DeploymentStrategy.type", "DeploymentStrategyType"),
    ("EmptyDirVolumeSource.medium", "StorageMedium"),
    ("EphemeralContainer.imagePullPolicy", "PullPolicy"),
    ("EphemeralContainer.terminationMessagePolicy", "TerminationMessagePolicy"),
    ("HTTPGetAction.scheme", "URIScheme"),
    ("HTTPIngressPath.pathType", "PathType"),
    ("HostPathVolumeSource.type", "HostPathType"),
    ("JobSpec.completionMode", "CompletionMode"),
    ("JobSpec.podReplacementPolicy", "PodReplacementPolicy"),
    ("LabelSelectorRequirement.operator", "LabelSelectorOperator"),
    ("NamespaceSpec.finalizers", "FinalizerName"),
    ("NetworkPolicyPort.protocol", "Protocol"),
    ("NetworkPolicySpec.policyTypes", "PolicyType"),
    ("NodeSelectorRequirement.operator", "NodeSelectorOperator"),
    ("PersistentVolumeClaimSpec.accessModes", "PersistentVolumeAccessMode"),
    ("PersistentVolumeClaimSpec.volumeMode", "PersistentVolumeMode"),
    ("PersistentVolumeSpec.accessModes", "PersistentVolumeAccessMode"),
    ("PersistentVolumeSpec.persistentVolumeReclaimPolicy", "PersistentVolumeReclaimPolicy"),
    ("PersistentVolumeSpec.volumeMode", "PersistentVolumeMode"),
    ("PodOS.name", "OSName"),
    ("PodReadinessGate.conditionType", "PodConditionType"),
    ("PodSecurityContext.fsGroupChangePolicy", "PodFSGroupChangePolicy"),
    ("PodSecurityContext.seLinuxChangePolicy", "PodSELinuxChangePolicy"),
    ("PodSecurityContext.supplementalGroupsPolicy", "SupplementalGroupsPolicy"),
    ("PodSpec.dnsPolicy", "DNSPolicy"),
    ("PodSpec.preemptionPolicy", "PreemptionPolicy"),
    ("PodSpec.restartPolicy", "RestartPolicy"),
    ("PriorityClass.preemptionPolicy", "PreemptionPolicy"),
    ("ResourceQuotaSpec.scopes", "ResourceQuotaScope"),
    ("SeccompProfile.type", "SeccompProfileType"),
    ("AppArmorProfile.type", "AppArmorProfileType"),
    ("Secret.type", "SecretType"),
    ("SecurityContext.procMount", "ProcMountType"),
    ("ServicePort.protocol", "Protocol"),
    ("ServiceSpec.externalTrafficPolicy", "ServiceExternalTrafficPolicy"),
    ("ServiceSpec.internalTrafficPolicy", "ServiceInternalTrafficPolicy"),
    ("ServiceSpec.ipFamilies", "IPFamily"),
    ("ServiceSpec.ipFamilyPolicy", "IPFamilyPolicy"),
    ("ServiceSpec.sessionAffinity", "ServiceAffinity"),
    ("ServiceSpec.type", "ServiceType"),
    ("StatefulSetSpec.podManagementPolicy", "PodManagementPolicyType"),
    ("Taint.effect", "TaintEffect"),
    ("Toleration.effect", "TaintEffect"),
    ("Toleration.operator", "TolerationOperator"),
    ("TopologySpreadConstraint.nodeAffinityPolicy", "NodeInclusionPolicy"),
    ("TopologySpreadConstraint.nodeTaintsPolicy", "NodeInclusionPolicy"),
    ("TopologySpreadConstraint.whenUnsatisfiable", "UnsatisfiableConstraintAction"),
    ("VolumeMount.mountPropagation", "MountPropagationMode"),
    ("VolumeMount.recursiveReadOnly", "RecursiveReadOnlyMode"),
];

const HEAD: &str = "# The Kubernetes API: written by cargo xtask schema; src/manifest/schema.rs says what it means.\n";

const MERGE_HEAD: &str = "# How lists and maps of the Kubernetes API merge, generated by cargo xtask schema; src/apiserver/shape.rs describes the format.\n";

/// Additional keys of lists whose items have several; the crate has only the first (`x-kubernetes-list-map-keys`).
const MORE_KEYS: &[(&str, &str)] = &[
    ("Container.ports:containerPort", "protocol"),
    ("EphemeralContainer.ports:containerPort", "protocol"),
    ("PodSpec.topologySpreadConstraints:topologyKey", "whenUnsatisfiable"),
    ("ServiceSpec.ports:port", "protocol"),
];

/// Downloads the crate and writes the tables.
pub(crate) fn run() -> Result<()> {
    let source = download()?.join("src").join(API);
    let (mut table, mut merge) = (String::from(HEAD), String::from(MERGE_HEAD));
    let mut used = Vec::new();
    for (folder, group) in GROUPS {
        table.push_str(&format!("@{group}\n"));
        for path in page::files_below(&source.join(folder))? {
            let text = fs::read_to_string(source.join(folder).join(path))?;
            if let Some(line) = line(&text, &mut used) {
                table.push_str(&line);
                merge.push_str(&merged(&text, line.split([' ', '!']).next().unwrap_or_default()));
            }
        }
    }
    let unused: Vec<_> = STRINGS.iter().map(|it| it.0).filter(|it| !used.contains(it)).collect();
    ensure!(unused.is_empty(), "no such fields: {unused:?}");
    for (name, table) in [("static/schema.txt", table), ("src/apiserver/merge.txt", merge)] {
        let file = tools::root().join(name);
        println!("{}: {} bytes", file.display(), table.len());
        fs::write(file, table)?;
    }
    Ok(())
}

/// The lists and maps of a struct that do not merge in the default way, as a line such as
/// `Container env:name ports:containerPort,protocol`; `=` for a set, `*` for an atomic map.
fn merged(text: &str, name: &str) -> String {
    let mut line = String::new();
    for call in text.split("crate::merge_strategies::").skip(1) {
        let Some((_, rest)) = call.split_once("&mut self.") else { continue };
        let field = camel(rest.split([',', ')']).next().unwrap_or_default());
        let keys: Vec<String> = call
            .split("|lhs, rhs| lhs.")
            .skip(1)
            .map(|key| camel(key.split(' ').next().unwrap_or_default()))
            .collect();
        let how = match call.split('(').next() {
            // The crate itself makes up paths of keys; the API replaces such a list.
            Some("list::map") if keys.iter().all(|key| !key.contains('.')) => keys.join(","),
            Some("list::set") => "=".to_owned(),
            Some("map::atomic") => "*".to_owned(),
            _ => continue,
        };
        let more = MORE_KEYS.iter().find(|(known, _)| *known == format!("{name}.{field}:{how}"));
        let more = more.map_or_else(String::new, |(_, key)| format!(",{key}"));
        line.push_str(&format!(" {field}:{how}{more}"));
    }
    if line.is_empty() { line } else { format!("{name}{line}\n") }
}

/// `device_path` as `devicePath`, `host_ips` as `hostIPs`, `type_` as `type`.
fn camel(snake: &str) -> String {
    let mut parts = snake.split('_').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| match part.trim_end_matches('s') {
        short @ ("id" | "ip" | "cidr" | "url") => {
            name + &short.to_ascii_uppercase() + &part[short.len()..]
        }
        _ => name + &part[..1].to_ascii_uppercase() + &part[1..],
    })
}

/// Lets cargo download the crate; returns its folder.
fn download() -> Result<PathBuf> {
    let folder = tools::target_dir().join("schema");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[package]\nname = \"schema\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         {CRATE} = {{ version = \"={VERSION}\", default-features = false, features = [\"{API}\"] }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut cargo = tools::cargo();
    cargo.current_dir(&folder).args(["metadata", "--format-version", "1"]);
    let metadata = tools::output(&mut cargo)?;
    let end = format!("{CRATE}-{VERSION}/Cargo.toml");
    let at = metadata.find(&end).context("cargo metadata does not name the crate")?;
    let before = &metadata[..at];
    let start = before.rfind('"').context("cargo metadata names no path")? + 1;
    Ok(Path::new(&before[start..]).join(format!("{CRATE}-{VERSION}")))
}

/// The line of the struct that a file defines, unless it is a list or no struct with fields.
fn line(text: &str, used: &mut Vec<&'static str>) -> Option<String> {
    let (_, rest) = text.split_once("\npub struct ")?;
    let (name, rest) = rest.split_once(" {\n")?;
    let (body, rest) = rest.split_once("\n}\n")?;
    if !name.chars().all(char::is_alphanumeric) || name.ends_with("List") {
        return None;
    }
    let types: BTreeMap<&str, &str> = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.strip_suffix(',')?.split_once(": "))
        .collect();
    let is_kind = rest.contains("\nimpl crate::Resource for ");
    let mut line = String::from(name);
    if is_kind {
        line.push('!');
    }
    for arm in rest.lines() {
        let Some((json, field)) = arm.trim().split_once(" => Field::Key_") else { continue };
        let Some(json) = json.strip_prefix('"').and_then(|it| it.strip_suffix('"')) else {
            continue;
        };
        let Some(type_) = types.get(field.trim_end_matches(',')) else { continue };
        let own = format!("{name}.{json}");
        let kind = match STRINGS.iter().find(|(field, _)| *field == own) {
            Some((field, go)) => {
                used.push(field);
                code(type_).replace('s', &format!("={go}"))
            }
            // The API server fills it in.
            None if is_kind && json == "status" => "a".into(),
            None => code(type_),
        };
        line.push_str(&format!(" {json}:{kind}"));
    }
    line.push('\n');
    Some(line)
}

/// The code of a type.
fn code(rust: &str) -> String {
    let inner = |prefix: &str| rust.strip_prefix(prefix)?.strip_suffix('>');
    if let Some(inner) = inner("Option<").or(inner("std::boxed::Box<")) {
        return code(inner);
    }
    if let Some(item) = inner("std::vec::Vec<") {
        return format!("[{}", code(item));
    }
    if let Some(value) = inner("std::collections::BTreeMap<std::string::String, ") {
        return format!("{{{}", code(value));
    }
    match rust.rsplit("::").next().unwrap_or_default() {
        "String" => "s",
        "bool" => "b",
        "i32" => "i",
        "i64" => "l",
        "f64" => "f",
        "ByteString" => "y",
        "Quantity" => "q",
        "IntOrString" => "x",
        "Time" | "MicroTime" => "t",
        "RawExtension" | "FieldsV1" | "JSON" | "Value" => "a",
        name => name,
    }
    .into()
}
