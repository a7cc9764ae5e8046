//! Whether anybody who builds what is committed gets the same files, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{page, tools, wasm};

/// Where the clones lie: in folders whose names and lengths differ.
const CLONES: [&str; 2] = ["one", "another/with-a-longer-name"];

/// Builds dist in two fresh clones of what is committed, and compares.
pub(crate) fn check() -> Result<()> {
    // Here, and not in the clones, the user is asked about what is missing.
    wasm::cargo()?;
    tools::need_node_modules()?;
    let folder = tools::target_dir().join("reproduce");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let clones = CLONES.map(|name| folder.join(name));
    for clone in &clones {
        let mut git = tools::command("git");
        tools::run(git.args(["clone", "--quiet"]).arg(tools::root()).arg(clone))?;
        let mut cargo = tools::cargo();
        cargo.current_dir(clone).env("CARGO_TARGET_DIR", clone.join("target"));
        tools::run(cargo.args(["xtask", "dist"]).stdin(Stdio::null()))?;
    }
    let [one, other] = clones.map(|clone| clone.join("dist"));
    let count = compare(&one, &other)?;
    println!("{count} files are the same in both.");
    Ok(fs::remove_dir_all(&folder)?)
}

/// Compares two folders; returns how many files they have.
fn compare(one: &Path, other: &Path) -> Result<usize> {
    let names = |folder: &Path| -> Result<Vec<PathBuf>> {
        let files = page::files_below(folder)?;
        Ok(files
            .iter()
            .map(|file| file.strip_prefix(folder).map(Path::to_owned))
            .collect::<Result<_, _>>()?)
    };
    let listed = names(one)?;
    ensure!(listed == names(other)?, "the two builds have different files");
    ensure!(!listed.is_empty(), "nothing was built");
    for name in &listed {
        let read = |folder: &Path| fs::read(folder.join(name)).context("cannot compare");
        let (left, right) = (read(one)?, read(other)?);
        if let Some(at) = first_difference(&left, &right) {
            bail!("{} differs from byte {at} on", name.display());
        }
    }
    Ok(listed.len())
}

fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let at = one.iter().zip(other).position(|(left, right)| left != right);
    at.or((one.len() != other.len()).then(|| one.len().min(other.len())))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn a_difference_is_found_where_it_is() {
        assert_eq!(first_difference(b"abc", b"abc"), None);
        assert_eq!(first_difference(b"abc", b"abd"), Some(2));
        assert_eq!(first_difference(b"abc", b"ab"), Some(2));
    }
}
