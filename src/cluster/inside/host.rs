//! The files of a node, for pods that mount its root folder: what the kubelet and containerd keep there.

use super::super::world::*;
use super::Inside;
use super::files::{File, Tree};
use crate::api::*;

/// The files of the node of a pod.
pub(super) fn files(inside: &Inside<'_>) -> Tree {
    let (cluster, name) = (inside.cluster, &inside.run.node);
    let mut tree = Tree::default();
    let folders = "/bin /boot /dev /etc/kubernetes /home /opt /proc /root /run /sys /tmp /usr /var/lib/kubelet /var/log/pods";
    folders.split(' ').for_each(|folder| tree.put(folder, File::folder(0o755)));
    let node = cluster.store.node(name);
    let info = node.and_then(|node| node.status.other.get("nodeInfo"));
    let info = |field: &str| info.map_or("", |info| info.text(field)).to_owned();
    tree.put("/etc/hostname", File::of(format!("{name}\n")));
    tree.put("/etc/os-release", File::of(format!("PRETTY_NAME=\"{}\"\n", info("osImage"))));
    tree.put("/etc/machine-id", File::of(format!("{}\n", info("machineID"))));
    for (uid, run) in cluster.world.runs.on_node(name) {
        let pod = format!("{}_{}_{uid}", run.pod.namespace(), run.pod.name());
        for container in &run.containers {
            let folder = format!("/var/log/pods/{pod}/{}", container.name);
            tree.put(&folder, File::folder(0o755));
            if let Some(process) = &container.process {
                // As containerd writes it, but without the time of each line.
                let lines = process.output.lines().map(|line| format!("stdout F {line}\n"));
                let path = format!("{folder}/{}.log", container.restarts);
                tree.put(&path, File { mode: 0o640, ..File::of(lines.collect::<String>()) });
            }
        }
        volumes(inside, &mut tree, *uid, run);
    }
    tree
}

/// Adds the mounted volumes of a pod.
fn volumes(inside: &Inside<'_>, tree: &mut Tree, uid: Uid, run: &PodRuntime) {
    let (world, store) = (&inside.cluster.world, &inside.cluster.store);
    let place = format!("/var/lib/kubelet/pods/{uid}/volumes");
    for (name, files) in run.folders.iter() {
        let at = format!("{place}/kubernetes.io~empty-dir/{name}");
        tree.put(&at, File::folder(0o777));
        tree.overlay(&at, "", files);
    }
    for name in &run.mounted {
        let Some(disk) = world.disks.get(&DiskId::Volume(name.clone())) else { continue };
        let volume = store.volumes.named("", name);
        let local = volume.and_then(|volume| volume.spec.local.as_ref());
        let at = match local {
            Some(local) => local.path.clone(),
            None => format!("{place}/kubernetes.io~csi/{name}/mount"),
        };
        let at = super::files::absolute("/", &at);
        tree.put(&at, File::folder(0o755));
        tree.overlay(&at, "", &disk.files);
        let entries = world.data_of(run).filter(|_| {
            run.database.as_ref().is_some_and(|it| it.disk == DiskId::Volume(name.clone()))
        });
        if let Some(data) = entries.filter(|data| !data.entries.is_empty()) {
            let lines = data.entries.iter().map(|entry| format!("{}\n", entry.text));
            tree.put(&format!("{at}/entries"), File::of(lines.collect::<String>()));
        }
    }
}
