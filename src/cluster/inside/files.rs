//! The files that a container sees: those of its image, and over them what was changed in the container and on the
//! volumes that are mounted.

use super::super::world::DiskId;
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
    /// What is in it; none if it is a folder.
    pub text: Option<Rc<str>>,
}

impl File {
    pub(super) fn folder(mode: u32) -> File {
        File { mode, user: 0, time: Time(0), text: None }
    }

    pub(super) fn of(text: impl Into<Rc<str>>) -> File {
        File { mode: 0o644, user: 0, time: Time(0), text: Some(text.into()) }
    }
}

/// What was written in one place: files by their paths below it, or none for what was removed. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Option<Rc<Map<String, Option<File>>>>);

impl Files {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// What was written, in the order of the paths.
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

    /// How many bytes the texts and paths have.
    pub fn bytes(&self) -> usize {
        let text = |file: &Option<File>| file.as_ref().and_then(|it| it.text.clone());
        self.iter().map(|(path, file)| path.len() + text(file).map_or(0, |text| text.len())).sum()
    }

    /// Whether there is room for a text at a path.
    fn has_room(&self, path: &str, bytes: usize) -> bool {
        let known = self.0.as_ref().map_or(0, |files| files.len());
        known < limits::VOLUME_FILES
            && self.bytes().saturating_add(path.len()).saturating_add(bytes) <= limits::VOLUME_BYTES
    }
}

/// Where something that was written is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layer {
    /// In a container, of this name: gone when it restarts.
    Container(String),
    /// In an `emptyDir` volume, of this name: gone with the pod.
    Folder(String),
    /// On the disk of a claim.
    Disk(DiskId),
}

/// A volume that is mounted.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    /// Where.
    pub(super) path: String,
    /// What `df` calls it.
    pub(super) device: &'static str,
    /// How large it is, as a quantity; empty if it is as large as the node's disk.
    pub(super) size: String,
    /// The path on the volume, ending in `/` unless empty.
    pub(super) sub: String,
    /// The index of its layer; none if it cannot be written.
    pub(super) layer: Option<usize>,
}

/// Why something cannot be done with a file, as Linux says it.
pub(super) type Problem = &'static str;
pub(super) const MISSING: Problem = "No such file or directory";
pub(super) const IS_FOLDER: Problem = "Is a directory";
pub(super) const NO_FOLDER: Problem = "Not a directory";
pub(super) const READ_ONLY: Problem = "Read-only file system";
pub(super) const FULL: Problem = "No space left on device";
pub(super) const BUSY: Problem = "Device or resource busy";

/// All that a container sees.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    files: Map<String, File>,
    /// The mounts; of two that contain a path the later one is meant.
    pub(super) mounts: Vec<Mount>,
    /// What was written, and whether it was just now; the first is that of the container.
    pub(super) layers: Vec<(Layer, Files, bool)>,
    /// The file of the database, and the disk on which it is.
    pub(super) data: Option<(String, DiskId)>,
    /// Whether that file was removed just now.
    pub(super) is_wiped: bool,
    /// The instant, and the user, of what is written.
    pub(super) now: Time,
    pub(super) user: u32,
}

/// An absolute path without `.`, `..`, and slashes at its end.
pub(super) fn absolute(folder: &str, path: &str) -> String {
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
pub(super) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

/// The last part of a path.
pub(super) fn base_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| folder == "/" || rest.starts_with('/'))
}

impl Tree {
    /// Adds what an image or the kubelet puts there, with the folders around it.
    pub(super) fn put(&mut self, path: &str, file: File) {
        let mut folder = parent(path);
        while folder != "/" && !self.files.contains_key(folder) {
            self.files.insert(folder.to_owned(), File::folder(0o755));
            folder = parent(folder);
        }
        if path != "/" {
            self.files.insert(path.to_owned(), file);
        }
    }

    /// Forgets a path and everything below it.
    fn clear(&mut self, path: &str) {
        self.files.retain(|other, _| other != path && !is_below(other, path));
    }

    /// Puts what was written in a layer over what is there.
    pub(super) fn overlay(&mut self, at: &str, sub: &str, files: &Files) {
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
    pub(super) fn mount(&mut self, mount: Mount, mode: u32) {
        self.clear(&mount.path);
        self.put(&mount.path, File::folder(mode));
        if let Some((_, files, _)) = mount.layer.and_then(|index| self.layers.get(index)) {
            let files = files.clone();
            self.overlay(&mount.path, &mount.sub, &files);
        }
        self.mounts.push(mount);
    }

    /// What is at a path.
    pub(super) fn get(&self, path: &str) -> Option<File> {
        match path {
            "/" => Some(File::folder(0o755)),
            "/dev/null" => Some(File { mode: 0o666, ..File::of("") }),
            path => self.files.get(path).cloned(),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// If there is none, or it is a folder.
    pub(super) fn read(&self, path: &str) -> Result<Rc<str>, Problem> {
        if let Some(file) = self.get(path) {
            return file.text.ok_or(IS_FOLDER);
        }
        let is_file = |folder: &str| self.get(folder).is_some_and(|file| file.text.is_some());
        Err(if is_file(parent(path)) { NO_FOLDER } else { MISSING })
    }

    /// The names in a folder, in order.
    pub(super) fn list(&self, folder: &str) -> Vec<(&str, &File)> {
        let prefix = if folder == "/" { "" } else { folder };
        let name = |path: &'_ str| -> Option<usize> {
            let rest = path.strip_prefix(prefix)?.strip_prefix('/')?;
            (!rest.contains('/')).then_some(path.len() - rest.len())
        };
        let all = self.files.iter();
        all.filter_map(|(path, file)| Some((path.get(name(path)?..)?, file))).collect()
    }

    /// Everything below a folder, in the order of the paths.
    pub(super) fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a File)> {
        let inside = move |path: &&String| is_below(path, folder);
        self.files
            .iter()
            .filter(move |(path, _)| inside(path))
            .map(|(path, file)| (path.as_str(), file))
    }

    /// Whether something was removed at this path that the image has.
    pub(super) fn is_removed(&self, path: &str) -> bool {
        let layer = self.layers.first();
        layer.is_some_and(|(_, files, _)| {
            files
                .iter()
                .any(|(other, file)| file.is_none() && (other == path || is_below(path, other)))
        })
    }

    /// The mount that a path is on.
    pub(super) fn mount_of(&self, path: &str) -> Option<&Mount> {
        self.mounts.iter().rfind(|mount| path == mount.path || is_below(path, &mount.path))
    }

    /// The layer in which a path is, and its path there.
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

    /// Writes a file, or makes a folder.
    ///
    /// # Errors
    /// If the folder around it does not exist, nothing can be written there, or there is no more room.
    pub(super) fn write(
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

    /// Puts a file in the place of another, whatever it was.
    pub(super) fn set(&mut self, path: &str, file: File) -> Result<(), Problem> {
        if self.data.as_ref().is_some_and(|(data, _)| data == path) {
            return Err("Text file busy");
        }
        if self.mounts.iter().any(|mount| mount.path == path) {
            // Only the folder's own bits: they are not kept.
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
    /// If a volume is mounted there, or nothing can be removed there.
    pub(super) fn remove(&mut self, path: &str) -> Result<(), Problem> {
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
        // What the image has is hidden; a volume has nothing else than what was written, or is made as it is mounted.
        files.set(&inner, None);
        *is_new = true;
        self.clear(path);
        Ok(())
    }
}
