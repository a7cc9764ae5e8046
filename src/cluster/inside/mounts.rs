//! The volumes of a container (`pkg/volume`).

use super::super::world::*;
use super::Inside;
use super::files::{File, Files, Layer, Mount};
use crate::api::json::Node as Tree;
use crate::api::*;

/// The folder with the credentials of the pod's service account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

impl Inside<'_> {
    /// Mounts the volumes in the manifest, outer mount paths first.
    pub(super) fn volumes(&mut self) {
        let run = self.run;
        let mut mounts: Vec<&VolumeMount> = self.spec.volume_mounts.iter().collect();
        crate::map::sort_by_key(&mut mounts, |mount| mount.mount_path.clone());
        for mount in mounts {
            let Some(volume) = run.spec.volumes.iter().find(|it| it.name == mount.name) else {
                continue;
            };
            // The root folder of the node.
            let source = volume.other.get("hostPath");
            if source.is_some_and(|source| source.text("path") == "/") {
                let files = super::host::files(self);
                self.tree.show(&super::files::absolute("/", &mount.mount_path), files.below("/"));
                continue;
            }
            self.volume(volume, mount);
        }
        let is_off = |tree: &Other| {
            tree.get("automountServiceAccountToken")
                .is_some_and(|it| *it == Tree::from(json::Value::Bool(false)))
        };
        if !is_off(&run.spec.other) && self.tree.get(ACCOUNT).is_none() {
            let files = [
                ("namespace", run.pod.namespace()),
                ("token", "(tokens are not simulated)"),
                ("ca.crt", "(certificates are not simulated)"),
            ];
            let files = files.map(|(key, text)| (key.to_owned(), File::of(text)));
            self.mount_read_only(ACCOUNT, "tmpfs", "", files.into());
        }
    }

    fn volume(&mut self, volume: &Volume, mount: &VolumeMount) {
        let (run, at) = (self.run, super::files::absolute("/", &mount.mount_path));
        let text = |field: &str| mount.other.get(field).map_or("", Tree::as_text);
        let sub = match (text("subPath"), text("subPathExpr")) {
            ("", "") => String::new(),
            ("", expression) => self.expanded(expression),
            (path, _) => path.to_owned(),
        };
        let claim = volume.persistent_volume_claim.as_ref();
        let claim = claim
            .and_then(|it| self.cluster.store.claims.named(run.pod.namespace(), &it.claim_name));
        let (layer, size) = match claim {
            Some(claim) => {
                let disk = DiskId::Volume(claim.spec.volume_name.clone());
                let volume = self.cluster.store.volume_of(claim);
                let size = volume.and_then(|volume| volume.spec.capacity.get("storage").cloned());
                (Layer::Disk(disk), size.unwrap_or_default())
            }
            None => match self.texts(volume) {
                Some(files) => return self.mount_read_only(&at, "tmpfs", &sub, files),
                None => (Layer::Folder(volume.name.clone()), String::new()),
            },
        };
        let files = match &layer {
            Layer::Disk(disk) => self.cluster.world.disks.get(disk).map(|disk| disk.files.clone()),
            _ => run.folders.get(&volume.name).cloned(),
        };
        let is_same = |known: &&mut (Layer, Files, bool)| known.0 == layer;
        if self.tree.layers.iter_mut().find(is_same).is_none() {
            self.tree.layers.push((layer.clone(), files.unwrap_or_default(), false));
        }
        let is_read_only = mount
            .other
            .get("readOnly")
            .is_some_and(|it| *it == Tree::from(json::Value::Bool(true)));
        let index = self.tree.layers.iter().position(|(known, _, _)| *known == layer);
        let device = if matches!(layer, Layer::Disk(_)) { "/dev/sdb" } else { "/dev/sda1" };
        let sub = if sub.is_empty() { sub } else { format!("{}/", sub.trim_matches('/')) };
        let (index, layer) =
            (index.filter(|_| !is_read_only), self.tree.layers.get(index.unwrap_or(0)).cloned());
        let group = run.spec.other.get("securityContext").and_then(|it| it.get("fsGroup"));
        let mode = if group.is_some() { 0o2775 } else { 0o755 };
        self.tree
            .mount(Mount { path: at.clone(), device, size, sub: sub.clone(), layer: index }, mode);
        if let (None, Some((_, files, _))) = (index, &layer) {
            self.tree.overlay(&at, &sub, files);
        }
        for (path, text) in super::keeper::files(self) {
            if path.starts_with(&format!("{at}/")) && self.tree.get(&path).is_none() {
                let folder = File {
                    user: self.tree.user,
                    ..File::folder(if group.is_some() { 0o2755 } else { 0o755 })
                };
                self.tree.put(super::files::parent(&path), folder);
                self.tree.put(&path, File { user: self.tree.user, ..File::of(text) });
            }
        }
        self.show_data(layer.map(|(layer, _, _)| layer), &at, &sub);
    }

    /// Adds the data of the database as a file in its folder.
    fn show_data(&mut self, layer: Option<Layer>, at: &str, sub: &str) {
        let Some(database) = self.run.database.as_ref().filter(|_| self.family.has_data()) else {
            return;
        };
        let is_it = match (&database.disk, layer) {
            (disk, Some(Layer::Disk(other))) => *disk == other,
            (DiskId::Folder(_), Some(Layer::Folder(name))) => {
                let folder = self.run.spec.volumes.iter().find(|volume| volume.empty_dir.is_some());
                folder.is_some_and(|folder| folder.name == name)
            }
            _ => false,
        };
        let Some(data) = self.cluster.world.data_of(self.run).filter(|_| is_it) else { return };
        if data.role.is_none() && data.entries.is_empty() || sub.matches('/').count() > 1 {
            return;
        }
        let role = data.role.map_or("none", |role| role.name());
        let lines = data.entries.iter().map(|entry| format!("{}\n", entry.text));
        let path = super::files::absolute(at, "entries");
        let text = format!("# role: {role}\n{}", lines.collect::<String>());
        self.tree.put(&path, File { user: self.tree.user, ..File::of(text) });
        self.tree.data = Some((path, database.disk.clone()));
    }

    /// The files in a volume of a ConfigMap, Secret, or the like; `None` for other volumes.
    fn texts(&self, volume: &Volume) -> Option<Vec<(String, File)>> {
        let mut found = Vec::new();
        let projected = volume.other.get("projected");
        // A projected volume has one mode for the files of all its sources.
        let default = projected.and_then(|it| mode_of(it, "defaultMode"));
        let mut add = |source: &Tree| {
            let keyed = [("configMap", Kind::ConfigMap), ("secret", Kind::Secret)];
            let file = |text: String, from: &Tree, item: Option<&Tree>| {
                let mode = item.and_then(|item| mode_of(item, "mode"));
                let mode = mode.or(default).or_else(|| mode_of(from, "defaultMode"));
                let file = File::of(text);
                File { mode: mode.and_then(|it| it.try_into().ok()).unwrap_or(file.mode), ..file }
            };
            for (field, kind) in keyed {
                let Some(from) = source.get(field) else { continue };
                let name = if from.get("secretName").is_some() {
                    from.text("secretName")
                } else {
                    from.text("name")
                };
                let items = from.list("items");
                let keys = self.keys(kind, name).into_iter();
                found.extend(keys.filter_map(|(key, value)| {
                    let item = items.iter().find(|item| item.text("key") == key);
                    let path = item.map_or(key.as_str(), |item| item.text("path")).to_owned();
                    (items.is_empty() || item.is_some()).then(|| (path, file(value, from, item)))
                }));
            }
            let Some(from) = source.get("downwardAPI") else { return };
            for item in from.list("items") {
                let resource = item.get("resourceFieldRef").and_then(|from| self.resource(from));
                let text = resource.unwrap_or_else(|| self.field(&item.word("fieldRef.fieldPath")));
                found.push((item.text("path").to_owned(), file(text, from, Some(item))));
            }
        };
        let other = &volume.other;
        let tree = other.to_tree();
        add(&tree);
        let sources = projected.map_or(&[][..], |it| it.list("sources"));
        sources.iter().for_each(&mut add);
        let is_text = |field: &&str| other.get(field).is_some();
        ["configMap", "secret", "projected", "downwardAPI"].iter().any(is_text).then_some(found)
    }

    fn mount_read_only(
        &mut self,
        at: &str,
        device: &'static str,
        sub: &str,
        files: Vec<(String, File)>,
    ) {
        let mount =
            Mount { path: at.into(), device, size: String::new(), sub: String::new(), layer: None };
        self.tree.mount(mount, 0o755);
        for (path, file) in files {
            match path.strip_prefix(sub) {
                // The `subPath` is a single file.
                Some("") if !sub.is_empty() => self.tree.put(at, file),
                Some(rest) => self.tree.put(&super::files::absolute(at, rest), file),
                None => {}
            }
        }
    }
}

/// The permission bits in a field.
fn mode_of(tree: &Tree, field: &str) -> Option<i64> {
    tree.get(field).and_then(Tree::as_int)
}
