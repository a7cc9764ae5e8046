//! Snapshots of volumes, and claims that are restored from them.
//!
//! Follows `kubernetes-csi/external-snapshotter` (`pkg/common-controller`, `pkg/sidecar-controller`), and what
//! `kubernetes-csi/external-provisioner` does with the data source of a claim (`getSnapshotSource`). The snapshots are
//! custom resources of `snapshot.storage.k8s.io`: without their CustomResourceDefinitions there is nothing to act on. Left
//! out: finalizers, secrets, contents that someone provisioned before, and snapshots of groups.

use super::super::world::{Disk, DiskId};
use super::*;
use crate::api::json::{Node as Tree, Value};

const GROUP: &str = "snapshot.storage.k8s.io";
const SNAPSHOT: &str = "VolumeSnapshot";
const IS_DEFAULT: &str = "snapshot.storage.kubernetes.io/is-default-class";

/// Whether objects of this kind are snapshots of volumes.
pub fn is_snapshot(kind: Kind) -> bool {
    is_kind(kind, SNAPSHOT)
}

fn is_kind(kind: Kind, name: &str) -> bool {
    kind.name() == name && kind.api_version().split('/').next() == Some(GROUP)
}

fn defined(cluster: &ControlPlane, name: &str) -> Option<Kind> {
    cluster.store.defined_kinds().find(|kind| is_kind(*kind, name))
}

fn stored(cluster: &ControlPlane, kind: Kind, key: &Key) -> Option<Rc<StoredObject>> {
    match cluster.store.get(&ObjectRef::new(kind, key)) {
        Some(Object::Stored(object)) => Some(object.clone()),
        _ => None,
    }
}

/// What a snapshot is to be made of.
struct Source<'a> {
    claim: &'a Rc<PersistentVolumeClaim>,
    volume: &'a Rc<PersistentVolume>,
    class: Rc<StoredObject>,
    content_kind: Kind,
}

/// Looks after one snapshot: the controller and the driver of its class make it, and delete what one left that is gone.
pub fn sync_snapshot(step: &mut WorldStep<'_>, key: &Key) {
    let cluster = step.cluster;
    let Some(kind) = defined(cluster, SNAPSHOT) else { return };
    let snapshot = stored(cluster, kind, key);
    prune(step, key, snapshot.as_ref().map(|snapshot| snapshot.metadata.uid));
    let Some(snapshot) = snapshot else { return };
    let tree = snapshot.other.to_tree();
    let bound = tree.word("status.boundVolumeSnapshotContentName");
    if tree.at("status.readyToUse").is_some_and(|ready| ready.value == Value::Bool(true)) {
        return;
    }
    if !bound.is_empty() {
        return finish(step, &snapshot, &bound);
    }
    match source(cluster, &snapshot, &tree) {
        Ok(source) => begin(step, &snapshot, &source),
        Err(message) => {
            let object = ObjectRef::new(kind, key);
            let reason = Reason::SnapshotFailed { snapshot: object.clone(), message };
            step.set_wait(Subject::Object(object), reason);
            let after = step.timings().class_retry_ms;
            step.enqueue_after(WorkItem::Snapshot(key.clone()), after);
        }
    }
}

/// What a snapshot is made of (`getCreateSnapshotInput`), or what is missing.
fn source<'a>(
    cluster: &'a ControlPlane,
    snapshot: &StoredObject,
    tree: &Tree,
) -> Result<Source<'a>, String> {
    let name = tree.word("spec.source.persistentVolumeClaimName");
    let own = &snapshot.metadata;
    let Some(claim) = cluster.store.claims.named(&own.namespace, &name) else {
        let own = &own.name;
        return Err(format!(
            "snapshot controller failed to update {own} on API server: cannot get claim from snapshot"
        ));
    };
    let volume = cluster.store.volumes.named("", &claim.spec.volume_name);
    let Some(volume) = volume.filter(|_| claim.is_bound()) else {
        let words = "is not yet bound to a PV, will not attempt to take a snapshot";
        return Err(format!("the PVC {name} {words}"));
    };
    let missing = "could not find the requested resource";
    let class_kind = defined(cluster, "VolumeSnapshotClass").ok_or(missing)?;
    let content_kind = defined(cluster, "VolumeSnapshotContent").ok_or(missing)?;
    let wanted = tree.word("spec.volumeSnapshotClassName");
    let classes = cluster.store.list(class_kind);
    let mut classes = classes.iter().filter_map(|object| match object {
        Object::Stored(class) => Some(class),
        _ => None,
    });
    let is_default = |class: &&Rc<StoredObject>| {
        class.metadata.annotations.get(IS_DEFAULT).is_some_and(|it| it == "true")
            && class.other.to_tree().text("driver") == driver_of(volume)
    };
    let found = match wanted.is_empty() {
        true => classes.find(is_default).ok_or("cannot find default snapshot class".to_owned()),
        false => classes.find(|class| class.metadata.name == wanted).ok_or(format!(
            "failed to retrieve snapshot class {wanted} from the informer: \
             volumesnapshotclass.{GROUP} \"{wanted}\" not found"
        )),
    };
    Ok(Source { claim, volume, class: found?.clone(), content_kind })
}

fn driver_of(volume: &PersistentVolume) -> &str {
    volume.spec.csi.as_ref().map_or("", |csi| &csi.driver)
}

/// Creates the content, and has the driver copy what is on the volume now.
fn begin(step: &mut WorldStep<'_>, snapshot: &Rc<StoredObject>, source: &Source<'_>) {
    let (own, class) = (&snapshot.metadata, source.class.other.to_tree());
    let name = format!("snapcontent-{}", own.uid);
    let mut reference = Tree::map([]);
    reference.set("kind", SNAPSHOT);
    reference.set("namespace", own.namespace.as_str());
    reference.set("name", own.name.as_str());
    reference.set("uid", own.uid.to_string().as_str());
    let mut fields = Tree::map([]);
    let spec = fields.child("spec");
    let policy = Some(class.text("deletionPolicy")).filter(|policy| !policy.is_empty());
    spec.set("deletionPolicy", policy.unwrap_or("Delete"));
    spec.set("driver", class.text("driver"));
    spec.child("source").set("volumeHandle", source.volume.metadata.name.as_str());
    spec.set("volumeSnapshotClassName", source.class.metadata.name.as_str());
    spec.set("volumeSnapshotRef", reference);
    step.create(StoredObject::new(source.content_kind, "", &name).with(fields));
    let mut tree = snapshot.other.to_tree();
    let status = tree.child("status");
    status.set("boundVolumeSnapshotContentName", name.as_str());
    status.set("readyToUse", Tree::from(Value::Bool(false)));
    step.update(StoredObject::clone(snapshot).with(tree));
    let object = ObjectRef::new(snapshot.kind, &own.key());
    let subject = Subject::Object(object.clone());
    step.clear_wait(subject.clone());
    let claim = source.claim.metadata.reference(Kind::PersistentVolumeClaim);
    let disks = &step.cluster.world.disks;
    let Some(disk) = disks.get(&DiskId::Volume(source.volume.metadata.name.clone())) else {
        return;
    };
    let reason = Reason::SnapshotStarted { snapshot: object, claim, entries: disk.data.live() };
    step.record_event(subject, Some(own.uid), reason);
    let copy = Disk { since: step.now(), attached: Set::new(), ..Disk::clone(disk) };
    step.change(Change::Disk(DiskId::Snapshot(name), Some(copy)));
    step.enqueue_after(WorkItem::Snapshot(own.key()), step.timings().snapshot_ms);
}

/// The driver has made the snapshot: it can be used.
fn finish(step: &mut WorldStep<'_>, snapshot: &Rc<StoredObject>, name: &str) {
    let cluster = step.cluster;
    let key = snapshot.metadata.key();
    let Some(disk) = cluster.world.disks.get(&DiskId::Snapshot(name.to_owned())) else { return };
    let kind = defined(cluster, "VolumeSnapshotContent");
    let Some(content) = kind.and_then(|kind| stored(cluster, kind, &Key::new("", name))) else {
        return;
    };
    let ready = disk.since.plus(step.timings().snapshot_ms);
    let mut fields = content.other.to_tree();
    let has_driver = cluster.world.has_driver(&fields.word("spec.driver"));
    if step.now() < ready || !has_driver {
        let due = if has_driver { ready } else { step.now().plus(step.timings().class_retry_ms) };
        return step.enqueue_at(WorkItem::Snapshot(key), due);
    }
    let handle = fields.word("spec.source.volumeHandle");
    let volume = cluster.store.volumes.named("", &handle);
    let size = volume.and_then(|volume| volume.spec.capacity.get("storage").cloned());
    let size = size.unwrap_or_default();
    let status = fields.child("status");
    status.set("readyToUse", Tree::from(Value::Bool(true)));
    status.set("restoreSize", Tree::from(Value::Int(bytes(&size))));
    status.set("snapshotHandle", name);
    step.update(StoredObject::clone(&content).with(fields));
    let mut tree = snapshot.other.to_tree();
    let status = tree.child("status");
    status.set("creationTime", disk.since.rfc3339().as_str());
    status.set("readyToUse", Tree::from(Value::Bool(true)));
    status.set("restoreSize", size.as_str());
    step.update(StoredObject::clone(snapshot).with(tree));
    let object = ObjectRef::new(snapshot.kind, &key);
    let reason = Reason::SnapshotReady { snapshot: object.clone(), entries: disk.data.live() };
    step.record_event(Subject::Object(object), Some(snapshot.metadata.uid), reason);
}

fn bytes(size: &str) -> i64 {
    i64::try_from(thousandths(size) / 1_000).unwrap_or(i64::MAX)
}

/// Deletes the contents of snapshots of this name that are gone, if their policy is `Delete`.
fn prune(step: &mut WorldStep<'_>, key: &Key, current: Option<Uid>) {
    let cluster = step.cluster;
    let Some(kind) = defined(cluster, "VolumeSnapshotContent") else { return };
    let current = current.map(|uid| uid.to_string()).unwrap_or_default();
    for object in &cluster.store.list(kind) {
        let Object::Stored(content) = object else { continue };
        let spec = content.other.to_tree();
        let word = |field| spec.word(&format!("spec.volumeSnapshotRef.{field}"));
        let is_of = word("namespace") == key.namespace() && word("name") == key.name();
        let is_left = is_of && word("uid") != current;
        if is_left && spec.word("spec.deletionPolicy") == "Delete" {
            let object = object.reference();
            let reason = Reason::ObjectGone { object: object.clone() };
            step.record_event(Subject::Object(object), Some(content.metadata.uid), reason);
            step.delete(kind, &content.metadata, Grace::Default);
            step.change(Change::Disk(DiskId::Snapshot(content.metadata.name.clone()), None));
        }
    }
}

/// The snapshot that a claim is restored from, if it names one: its name and its content, or why it can't be used.
pub(super) fn restored_from(
    cluster: &ControlPlane,
    claim: &PersistentVolumeClaim,
) -> Option<Result<(String, String), String>> {
    let other = &claim.spec.other;
    let source = other.get("dataSourceRef").or(other.get("dataSource"))?;
    if source.text("kind") != SNAPSHOT || source.text("apiGroup") != GROUP {
        return None;
    }
    let name = source.text("name").to_owned();
    let words = format!("error getting handle for DataSource Type VolumeSnapshot by Name {name}");
    let result = content_of(cluster, claim, &name).map_err(|why| format!("{words}: {why}"));
    Some(result.map(|content| (name, content)))
}

fn content_of(
    cluster: &ControlPlane,
    claim: &PersistentVolumeClaim,
    name: &str,
) -> Result<String, String> {
    let kind = defined(cluster, SNAPSHOT);
    let key = Key::new(&claim.metadata.namespace, name);
    let Some(snapshot) = kind.and_then(|kind| stored(cluster, kind, &key)) else {
        let why = format!("volumesnapshots.{GROUP} \"{name}\" not found");
        return Err(format!("error getting snapshot {name} from api server: {why}"));
    };
    let tree = snapshot.other.to_tree();
    if tree.at("status.readyToUse").is_none_or(|ready| ready.value != Value::Bool(true)) {
        return Err(format!("snapshot {name} is not Ready"));
    }
    let (size, least) = (bytes(claim.request()), bytes(&tree.word("status.restoreSize")));
    if size < least {
        let words = "is less than the size";
        return Err(format!(
            "requested volume size {size} {words} {least} for the source snapshot {name}"
        ));
    }
    Ok(tree.word("status.boundVolumeSnapshotContentName"))
}

/// Copies a snapshot to the disk of a new volume.
pub(super) fn restore(
    step: &mut WorldStep<'_>,
    (claim, volume): (&PersistentVolumeClaim, &PersistentVolume),
    (name, content): (String, String),
) {
    let Some(copy) = step.cluster.world.disks.get(&DiskId::Snapshot(content)) else { return };
    let disk = driver::empty_disk(step, volume, Some(claim.metadata.key()));
    let (data, files) = (copy.data.clone(), copy.files.clone());
    let reason = Reason::VolumeRestored {
        claim: claim.metadata.reference(Kind::PersistentVolumeClaim),
        snapshot: name,
        entries: data.live(),
    };
    let subject = Subject::object(Kind::PersistentVolumeClaim, &claim.metadata.key());
    step.record_event(subject, Some(claim.metadata.uid), reason);
    let id = DiskId::Volume(volume.metadata.name.clone());
    step.change(Change::Disk(id, Some(Disk { data, files, ..disk })));
}
