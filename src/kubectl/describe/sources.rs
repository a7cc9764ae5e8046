//! What is behind a volume, of a pod or of the cluster (`describeVolumes`, `describePersistentVolume`).

use super::{Text, Tree, or};

/// The rows of a source: its type, and the name, the field, and the default of each row.
type Rows = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

/// The rows of a source that pods and PersistentVolumes have.
fn rows(kind: &str) -> Option<Rows> {
    Some(match kind {
        "hostPath" => (
            "HostPath (bare host directory volume)",
            &[("Path", "path", ""), ("HostPathType", "type", "")],
        ),
        "nfs" => (
            "NFS (an NFS mount that lasts the lifetime of a pod)",
            &[("Server", "server", ""), ("Path", "path", ""), ("ReadOnly", "readOnly", "false")],
        ),
        _ => return None,
    })
}

/// The rows of a source that only pods have.
fn rows_of_pod(kind: &str) -> Option<Rows> {
    Some(match kind {
        "persistentVolumeClaim" => (
            "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
            &[("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", "false")],
        ),
        "emptyDir" => (
            "EmptyDir (a temporary directory that shares a pod's lifetime)",
            &[("Medium", "medium", ""), ("SizeLimit", "sizeLimit", "<unset>")],
        ),
        "configMap" => (
            "ConfigMap (a volume populated by a ConfigMap)",
            &[("Name", "name", ""), ("Optional", "optional", "false")],
        ),
        "secret" => (
            "Secret (a volume populated by a Secret)",
            &[("SecretName", "secretName", ""), ("Optional", "optional", "false")],
        ),
        "csi" => (
            CSI,
            &[
                ("Driver", "driver", ""),
                ("FSType", "fsType", ""),
                ("ReadOnly", "readOnly", "false"),
            ],
        ),
        "projected" => {
            ("Projected (a volume that contains injected data from multiple sources)", &[])
        }
        "downwardAPI" => ("DownwardAPI (a volume populated by information about the pod)", &[]),
        "ephemeral" => (
            "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
            &[],
        ),
        "image" => (
            "Image (a container image or OCI artifact)",
            &[("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")],
        ),
        _ => return rows(kind),
    })
}

/// The rows of a source that only PersistentVolumes have.
fn rows_of_volume(kind: &str) -> Option<Rows> {
    Some(match kind {
        "csi" => (
            CSI,
            &[
                ("Driver", "driver", ""),
                ("FSType", "fsType", ""),
                ("VolumeHandle", "volumeHandle", ""),
                ("ReadOnly", "readOnly", "false"),
            ],
        ),
        "local" => (
            "LocalVolume (a persistent volume backed by local storage on a node)",
            &[("Path", "path", "")],
        ),
        _ => return rows(kind),
    })
}

const CSI: &str = "CSI (a Container Storage Interface (CSI) volume source)";

/// Describes the source of a volume of a pod.
pub(super) fn of_pod(text: &mut Text<'_>, kind: &str, source: &Tree) {
    let Some(found) = rows_of_pod(kind) else { return text.field(2, "Type", kind) };
    print(text, found, source);
    match kind {
        "csi" => attributes(text, source),
        "projected" => source.list("sources").iter().for_each(|part| projected(text, part)),
        "downwardAPI" => downward(text, source.list("items")),
        "ephemeral" => template(text, source),
        _ => {}
    }
}

/// Describes a field of a PersistentVolume if it is the source.
pub(super) fn of_volume(text: &mut Text<'_>, kind: &str, source: &Tree) {
    if let Some(found) = rows_of_volume(kind) {
        print(text, found, source);
        if kind == "csi" {
            attributes(text, source);
        }
    }
}

fn print(text: &mut Text<'_>, (kind, rows): Rows, source: &Tree) {
    text.field(2, "Type", kind);
    for (name, key, default) in rows {
        let value = source.get(key).map_or_else(|| (*default).to_owned(), |_| source.word(key));
        text.field(2, name, &value);
    }
}

fn attributes(text: &mut Text<'_>, source: &Tree) {
    let all = source.get("volumeAttributes").map_or(&[] as &[_], Tree::entries);
    let lines: Vec<String> =
        all.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text())).collect();
    text.field(2, "VolumeAttributes", &or(lines.join("\n\t"), "<none>"));
}

fn projected(text: &mut Text<'_>, part: &Tree) {
    let optional = |part: &Tree| or(part.word("optional"), "false");
    if let Some(secret) = part.get("secret") {
        text.field(2, "SecretName", secret.text("name"));
        text.field(2, "Optional", &optional(secret));
    } else if part.get("downwardAPI").is_some() {
        text.field(2, "DownwardAPI", "true");
    } else if let Some(map) = part.get("configMap") {
        text.field(2, "ConfigMapName", map.text("name"));
        text.field(2, "Optional", &optional(map));
    } else if let Some(token) = part.get("serviceAccountToken") {
        text.field(2, "TokenExpirationSeconds", &or(token.word("expirationSeconds"), "3600"));
    }
}

fn downward(text: &mut Text<'_>, items: &[Tree]) {
    text.line(2, "Items:");
    for item in items {
        let from = match item.get("fieldRef") {
            Some(field) => field.text("fieldPath"),
            None => item.get("resourceFieldRef").map_or("", |field| field.text("resource")),
        };
        text.line(3, &format!("{from} -> {}", item.text("path")));
    }
}

/// The claim that an ephemeral volume gets.
fn template(text: &mut Text<'_>, source: &Tree) {
    let Some(claim) = source.get("volumeClaimTemplate") else { return };
    text.field(2, "StorageClass", &claim.word("spec.storageClassName"));
    text.field(2, "Volume", &claim.word("spec.volumeName"));
    for (name, path) in [("Labels", "metadata.labels"), ("Annotations", "metadata.annotations")] {
        let all = claim.at(path).map_or(&[] as &[_], Tree::entries);
        let lines: Vec<String> =
            all.iter().map(|entry| format!("{}={}", entry.key, entry.node.as_text())).collect();
        text.field(2, name, &or(lines.join("\n\t"), "<none>"));
    }
    text.field(2, "Capacity", "");
    text.field(2, "Access Modes", "");
    text.field(2, "VolumeMode", &or(claim.word("spec.volumeMode"), "Filesystem"));
}
