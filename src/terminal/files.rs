//! The files of the terminal.

use crate::kubectl::kubeconfig;
use crate::map::Map;
use crate::shell::{Output, parent};

/// The maximum number of files and folders.
const FILES_MAX: usize = 500;
/// The maximum total size of the files in bytes, so that they and the run fit into the browser's storage.
const BYTES_MAX: usize = 512 << 10;

/// Files by their absolute path; a path that ends in `/` is a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(Map<String, String>);

impl Files {
    /// The type of a path: `file`, `folder`, or empty if it doesn't exist.
    pub(super) fn kind(&self, path: &str) -> &'static str {
        let folder = format!("{}/", path.trim_end_matches('/'));
        if self.0.contains_key(path) {
            "file"
        } else if super::HOME.starts_with(path.trim_end_matches('/'))
            && (path == "/" || path == "/home" || path == super::HOME)
            || path == "/tmp"
            || self.0.keys().any(|known| known.starts_with(&folder))
        {
            "folder"
        } else {
            ""
        }
    }

    /// Reads a file.
    pub(super) fn read(&self, path: &str) -> Output {
        match (self.0.get(path), self.kind(path)) {
            (None, _) if path == kubeconfig::PATH => Output::print(kubeconfig::DEFAULT),
            (Some(text), _) => Output::print(text.clone()),
            (None, "folder") => Output::complaint("Is a directory"),
            _ => Output::complaint("No such file or directory"),
        }
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Writes a file.
    pub fn write(&mut self, path: &str, text: &str) -> Output {
        self.put(path, text, 0)
    }

    /// Appends to a file.
    pub fn append(&mut self, path: &str, text: &str) -> Output {
        self.put(path, text, usize::MAX)
    }

    /// Writes a text after so many bytes of the old one.
    fn put(&mut self, path: &str, text: &str, kept: usize) -> Output {
        let (folder, name) = parent(path);
        let before = self.0.get(path).map_or(0, String::len);
        let kept = kept.min(before);
        let refusal = if name.is_empty() || self.kind(path) == "folder" {
            "Is a directory"
        } else if !path.starts_with("/dev/") && self.kind(folder) != "folder" {
            "No such file or directory"
        } else if self.bytes() - before + kept + text.len() > BYTES_MAX || self.0.len() >= FILES_MAX
        {
            "No space left on device: this terminal stores at most 500 files and 512 KiB"
        } else {
            self.0.or_default(path.into()).truncate(kept);
            *self.0.or_default(path.into()) += text;
            return Output::default();
        };
        Output::complaint(refusal)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|(path, text)| path.len() + text.len()).sum()
    }

    /// Makes a folder.
    pub(super) fn make_folder(&mut self, path: &str) -> bool {
        let has_room = self.0.len() < FILES_MAX;
        if has_room {
            self.0.insert(format!("{}/", path.trim_end_matches('/')), String::new());
        }
        has_room
    }

    /// The names in a folder; those of folders end in `/`.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let head = format!("{}/", folder.trim_end_matches('/'));
        let mut names: Vec<String> = Vec::new();
        for path in self.0.keys().filter(|path| !path.starts_with("/dev/")) {
            let Some(rest) = path.strip_prefix(&head).filter(|rest| !rest.is_empty()) else {
                continue;
            };
            let name = rest.split_inclusive('/').next().unwrap_or(rest);
            if names.last().is_none_or(|last| last != name) {
                names.push(name.into());
            }
        }
        names
    }

    /// Removes a file, or a folder with its contents. Returns whether it existed.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        let before = self.0.len();
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.0.retain(|known, _| known != path && !known.starts_with(&folder));
        self.0.len() < before
    }

    /// The manifest files in a folder, by name; with `is_deep`, also those in its subfolders.
    pub(super) fn manifests(&self, folder: &str, is_deep: bool) -> Vec<&str> {
        let head = format!("{}/", folder.trim_end_matches('/'));
        let is_one = |path: &&String| {
            let rest = path.strip_prefix(&head).unwrap_or_default();
            let is_known = [".yaml", ".yml", ".json"].iter().any(|end| rest.ends_with(end));
            is_known && (is_deep || !rest.contains('/'))
        };
        self.0.keys().filter(is_one).map(String::as_str).collect()
    }

    /// The files below a folder, with their paths from there.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let head = format!("{}/", folder.trim_end_matches('/'));
        let files = self.0.iter().filter(|(path, _)| !path.ends_with('/'));
        files.filter_map(move |(path, text)| Some((path.strip_prefix(&head)?, text.as_str())))
    }

    /// The files as alternating paths and texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let kept = self.0.iter().filter(|(path, _)| !path.starts_with("/dev/"));
        kept.flat_map(|(path, text)| [path.as_str(), text.as_str()])
    }

    /// Restores files from alternating paths and texts, up to the limits.
    pub fn of_texts(texts: &[String]) -> Files {
        let mut files = Files::default();
        for pair in texts.chunks_exact(2) {
            let [path, text] = pair else { continue };
            if path.starts_with('/')
                && files.bytes() + text.len() <= BYTES_MAX
                && files.0.len() < FILES_MAX
            {
                files.0.insert(path.clone(), text.clone());
            }
        }
        files
    }
}
