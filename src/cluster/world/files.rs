//! The files of a container: those of its image, overlaid with the changes in the container and on its mounted volumes.

use super::DiskId;
use crate::api::Time;
use crate::limits;
use crate::map::Map;
use std::rc::Rc;

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its permission bits.
    pub mode: u32,
    /// The user ID of its owner.
    pub user: u32,
    /// When it was last written.
    pub time: Time,
    /// Its text; `None` for a folder.
    pub text: Option<Rc<str>>,
}

impl File {
    pub(in crate::cluster) fn folder(mode: u32) -> File {
        File { mode, user: 0, time: Time(0), text: None }
    }

    pub(in crate::cluster) fn of(text: impl Into<Rc<str>>) -> File {
        File { mode: 0o644, user: 0, time: Time(0), text: Some(text.into()) }
    }
}

/// The changes in one layer: files by their relative paths, or `None` for removed files. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Option<Rc<Map<String, Option<File>>>>);

impl Files {
    /// Whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The changes, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Option<File>)> {
        self.0.iter().flat_map(|files| files.iter())
    }

    fn set(&mut self, path: &str, file: Option<File>) {
        let files = self.0.get_or_insert_default();
        Rc::make_mut(files).insert(path.to_owned(), file);
    }

    fn forget(&mut self, path: &str) {
        if let Some(files) = &mut self.0 {
            Rc::make_mut(files).remove(path);
            if files.is_empty() {
                self.0 = None;
            }
        }
    }

    /// The size of the texts and paths, in bytes.
    pub fn bytes(&self) -> usize {
        let text = |file: &Option<File>| file.as_ref().and_then(|it| it.text.clone());
        self.iter().map(|(path, file)| path.len() + text(file).map_or(0, |text| text.len())).sum()
    }

    /// Whether there is room for a text at a path.
    fn has_room(&self, path: &str, bytes: usize) -> bool {
        let known = self.iter().filter(|(_, file)| file.is_some()).count();
        known < limits::VOLUME_FILES
            && self.bytes().saturating_add(path.len()).saturating_add(bytes) <= limits::VOLUME_BYTES
    }
}

/// Where changes are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// In the container with this name, until it restarts.
    Container(String),
    /// In the `emptyDir` volume with this name, until the pod is gone.
    Folder(String),
    /// On the disk of a claim.
    Disk(DiskId),
}

/// A mounted volume.
#[derive(Clone, Debug)]
pub(in crate::cluster) struct Mount {
    /// The mount path.
    pub(in crate::cluster) path: String,
    /// The name of the filesystem in `df`.
    pub(in crate::cluster) device: &'static str,
    /// The size, as a quantity; empty for the size of the node's disk.
    pub(in crate::cluster) size: String,
    /// The path on the volume, which ends in `/` unless it is empty.
    pub(in crate::cluster) sub: String,
    /// The index of its layer; `None` if it is read-only.
    pub(in crate::cluster) layer: Option<usize>,
}

/// A file error, in the words of Linux.
pub(in crate::cluster) type Problem = &'static str;
pub(in crate::cluster) const MISSING: Problem = "No such file or directory";
pub(in crate::cluster) const IS_FOLDER: Problem = "Is a directory";
pub(in crate::cluster) const NO_FOLDER: Problem = "Not a directory";
pub(in crate::cluster) const READ_ONLY: Problem = "Read-only file system";
pub(in crate::cluster) const FULL: Problem = "No space left on device";
pub(in crate::cluster) const BUSY: Problem = "Device or resource busy";

/// The files of a container.
#[derive(Clone, Debug, Default)]
pub(in crate::cluster) struct Tree {
    files: Map<String, File>,
    /// The mounts. A later mount hides an earlier one.
    pub(in crate::cluster) mounts: Vec<Mount>,
    /// The layers and whether this command changed them; the first is the container's.
    pub(in crate::cluster) layers: Vec<(Layer, Files, bool)>,
    /// The path of the database file, and its disk.
    pub(in crate::cluster) data: Option<(String, DiskId)>,
    /// Whether this command removed the database file.
    pub(in crate::cluster) is_wiped: bool,
    /// The time and the user ID for written files.
    pub(in crate::cluster) now: Time,
    pub(in crate::cluster) user: u32,
}

/// The absolute path, without `.`, `..`, and trailing slashes.
pub(in crate::cluster) fn absolute(folder: &str, path: &str) -> String {
    let start = if path.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The folder of a path.
pub(in crate::cluster) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

/// The last part of a path.
pub(in crate::cluster) fn base_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| folder == "/" || rest.starts_with('/'))
}

impl Tree {
    /// Adds a file of the image or the kubelet, with its parent folders.
    pub(in crate::cluster) fn put(&mut self, path: &str, file: File) {
        let mut folder = parent(path);
        while folder != "/" && !self.files.contains_key(folder) {
            self.files.insert(folder.to_owned(), File::folder(0o755));
            folder = parent(folder);
        }
        if path != "/" {
            self.files.insert(path.to_owned(), file);
        }
    }

    /// Hides a path and everything below it.
    fn clear(&mut self, path: &str) {
        self.files.retain(|other, _| other != path && !is_below(other, path));
    }

    /// Applies the changes of a layer.
    pub(in crate::cluster) fn overlay(&mut self, at: &str, sub: &str, files: &Files) {
        for (path, file) in files.iter() {
            let Some(rest) = path.strip_prefix(sub) else { continue };
            let path = absolute(at, rest);
            match file {
                Some(file) => self.put(&path, file.clone()),
                None => self.clear(&path),
            }
        }
    }

    /// Mounts a volume over a folder.
    pub(in crate::cluster) fn mount(&mut self, mount: Mount, mode: u32) {
        self.clear(&mount.path);
        self.put(&mount.path, File::folder(mode));
        if let Some((_, files, _)) = mount.layer.and_then(|index| self.layers.get(index)) {
            let files = files.clone();
            self.overlay(&mount.path, &mount.sub, &files);
        }
        self.mounts.push(mount);
    }

    /// Shows files below a folder, read-only.
    pub(in crate::cluster) fn show<'f>(
        &mut self,
        at: &str,
        files: impl Iterator<Item = (&'f str, &'f File)>,
    ) {
        let mount = Mount {
            path: at.into(),
            device: "overlay",
            size: String::new(),
            sub: String::new(),
            layer: None,
        };
        self.mount(mount, 0o755);
        for (path, file) in files {
            self.put(&format!("{}{path}", if at == "/" { "" } else { at }), file.clone());
        }
    }

    /// The file or folder at a path.
    pub(in crate::cluster) fn get(&self, path: &str) -> Option<File> {
        match path {
            "/" => Some(File::folder(0o755)),
            "/dev/null" => Some(File { mode: 0o666, ..File::of("") }),
            path => self.files.get(path).cloned(),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// If the file doesn't exist or is a folder.
    pub(in crate::cluster) fn read(&self, path: &str) -> Result<Rc<str>, Problem> {
        if let Some(file) = self.get(path) {
            return file.text.ok_or(IS_FOLDER);
        }
        let is_file = |folder: &str| self.get(folder).is_some_and(|file| file.text.is_some());
        Err(if is_file(parent(path)) { NO_FOLDER } else { MISSING })
    }

    /// The entries of a folder, by name.
    pub(in crate::cluster) fn list(&self, folder: &str) -> Vec<(&str, &File)> {
        let prefix = if folder == "/" { "" } else { folder };
        let name = |path: &'_ str| -> Option<usize> {
            let rest = path.strip_prefix(prefix)?.strip_prefix('/')?;
            (!rest.contains('/')).then_some(path.len() - rest.len())
        };
        let all = self.files.iter();
        all.filter_map(|(path, file)| Some((path.get(name(path)?..)?, file))).collect()
    }

    /// Everything below a folder, by path.
    pub(in crate::cluster) fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a File)> {
        let inside = move |path: &&String| is_below(path, folder);
        self.files
            .iter()
            .filter(move |(path, _)| inside(path))
            .map(|(path, file)| (path.as_str(), file))
    }

    /// Whether a file of the image was removed at this path.
    pub(in crate::cluster) fn is_removed(&self, path: &str) -> bool {
        let layer = self.layers.first();
        layer.is_some_and(|(_, files, _)| {
            files
                .iter()
                .any(|(other, file)| file.is_none() && (other == path || is_below(path, other)))
        })
    }

    /// The mount that contains a path.
    pub(in crate::cluster) fn mount_of(&self, path: &str) -> Option<&Mount> {
        self.mounts.iter().rfind(|mount| path == mount.path || is_below(path, &mount.path))
    }

    /// The layer of a path, and the path in the layer.
    fn place(&self, path: &str) -> Result<(usize, String), Problem> {
        match self.mount_of(path) {
            None => Ok((0, path.to_owned())),
            Some(mount) if mount.path == path => Err(BUSY),
            Some(mount) => {
                let rest = path.get(mount.path.len()..).unwrap_or("").trim_start_matches('/');
                Ok((mount.layer.ok_or(READ_ONLY)?, format!("{}{rest}", mount.sub)))
            }
        }
    }

    /// Writes a file or creates a folder.
    ///
    /// # Errors
    /// If the parent folder doesn't exist, the path is read-only, or the layer is full.
    pub(in crate::cluster) fn write(
        &mut self,
        path: &str,
        mode: u32,
        text: Option<Rc<str>>,
    ) -> Result<(), Problem> {
        if path == "/dev/null" {
            return Ok(());
        }
        match self.get(parent(path)) {
            None => return Err(MISSING),
            Some(File { text: Some(_), .. }) => return Err(NO_FOLDER),
            Some(_) => {}
        }
        let old = self.get(path);
        if text.is_some() && old.as_ref().is_some_and(|old| old.text.is_none()) {
            return Err(IS_FOLDER);
        }
        let file = File { mode, user: self.user, time: self.now, text };
        self.set(path, file)
    }

    /// Replaces the file or folder at a path.
    pub(in crate::cluster) fn set(&mut self, path: &str, file: File) -> Result<(), Problem> {
        if self.data.as_ref().is_some_and(|(data, _)| data == path) {
            return Err("Text file busy");
        }
        if self.mounts.iter().any(|mount| mount.path == path) {
            // Only the mode of the mount point changes, which isn't stored.
            return Ok(());
        }
        let (index, inner) = self.place(path)?;
        let Some((_, files, is_new)) = self.layers.get_mut(index) else { return Err(READ_ONLY) };
        let bytes = file.text.as_ref().map_or(0, |text| text.len());
        if !files.has_room(&inner, bytes) {
            return Err(FULL);
        }
        files.set(&inner, Some(file.clone()));
        *is_new = true;
        self.files.insert(path.to_owned(), file);
        Ok(())
    }

    /// Removes a path and everything below it.
    ///
    /// # Errors
    /// If it is or contains a mount point, or is read-only.
    pub(in crate::cluster) fn remove(&mut self, path: &str) -> Result<(), Problem> {
        if path == "/" || self.mounts.iter().any(|mount| is_below(&mount.path, path)) {
            return Err(BUSY);
        }
        let (index, inner) = self.place(path)?;
        let mut all: Vec<String> = self.below(path).map(|(path, _)| path.to_owned()).collect();
        all.push(path.to_owned());
        if self.data.as_ref().is_some_and(|(data, _)| all.contains(data)) {
            (self.data, self.is_wiped) = (None, true);
        }
        let Some((_, files, is_new)) = self.layers.get_mut(index) else { return Err(READ_ONLY) };
        let written = files.iter().map(|(other, _)| other.clone());
        let written: Vec<String> =
            written.filter(|other| *other == inner || is_below(other, &inner)).collect();
        written.iter().for_each(|other| files.forget(other));
        // Files of the image need a mark. A volume has only the changes, and the files that are created when it is
        // mounted.
        if index == 0 || written.is_empty() {
            files.set(&inner, None);
        }
        *is_new = true;
        self.clear(path);
        Ok(())
    }
}
