//! Programs for disks: `df`, `du`, `mount`, `stat`.

use super::arguments::{Options, complaint};
use super::file_tools::{bits, short_date, size, user_name};
use super::files::{self, MISSING, Mount};
use super::{Inside, Out};
use crate::api::thousandths;

/// The size of a block, in bytes.
const BLOCK: u64 = 4_096;

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Option<Out> {
    Some(match program {
        "df" => df(inside, words),
        "du" => du(inside, words),
        "mount" => Out::print(mounts(inside).iter().map(mounted).collect::<String>()),
        "stat" => stat(inside, words),
        _ => return None,
    })
}

/// The root filesystem of the container, and its mounted volumes.
fn mounts(inside: &Inside<'_>) -> Vec<Mount> {
    let (path, device) = ("/".to_owned(), "overlay");
    let root = Mount { path, device, size: String::new(), sub: String::new(), layer: Some(0) };
    [root].into_iter().chain(inside.tree.mounts.iter().cloned()).collect()
}

fn mounted(mount: &Mount) -> String {
    let kind =
        if mount.device == "overlay" || mount.device == "tmpfs" { mount.device } else { "ext4" };
    let how = if mount.layer.is_some() { "rw" } else { "ro" };
    format!("{} on {} type {kind} ({how},relatime)\n", mount.device, mount.path)
}

/// Formats a number of bytes like GNU tools with `-h`: rounded up, with one decimal place below 10.
fn human(bytes: u64) -> String {
    if bytes < 1_024 {
        return bytes.to_string();
    }
    let (mut unit, mut units) = (1_024_u64, "KMGTPE".chars());
    let mut letter = units.next().unwrap_or('K');
    while bytes.div_ceil(unit) >= 1_024 {
        let Some(next) = units.next() else { break };
        (unit, letter) = (unit * 1_024, next);
    }
    let tenths = u128::from(bytes) * 10;
    let tenths = tenths.div_ceil(u128::from(unit));
    if tenths < 100 {
        format!("{}.{}{letter}", tenths / 10, tenths % 10)
    } else {
        format!("{}{letter}", bytes.div_ceil(unit))
    }
}

fn df(inside: &Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "");
    let is_human = options.has('h');
    let host = inside.cluster.world.machine(&inside.run.node);
    let host = host.map_or(0, |host| host.node.allocatable("ephemeral-storage") / 1_000);
    let mut rows = vec![match is_human {
        true => ["Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on"].map(str::to_owned),
        false => ["Filesystem", "1K-blocks", "Used", "Available", "Use%", "Mounted on"]
            .map(str::to_owned),
    }];
    let wanted: Vec<String> = options
        .rest
        .iter()
        .map(|path| {
            let full = files::absolute(&inside.folder, path);
            inside.tree.mount_of(&full).map_or("/".to_owned(), |mount| mount.path.clone())
        })
        .collect();
    for mount in mounts(inside) {
        if !wanted.is_empty() && !wanted.contains(&mount.path) {
            continue;
        }
        let total = if mount.size.is_empty() { host } else { thousandths(&mount.size) / 1_000 };
        let own = mount.layer.and_then(|index| inside.tree.layers.get(index));
        let sizes = own
            .into_iter()
            .flat_map(|(_, files, _)| files.iter())
            .filter_map(|(_, file)| file.as_ref());
        let used: u64 = sizes.map(|file| (size(file) as u64).div_ceil(BLOCK) * BLOCK).sum();
        let amount =
            |bytes: u64| if is_human { human(bytes) } else { bytes.div_ceil(1_024).to_string() };
        let percent = used.saturating_mul(100).div_ceil(total.max(1));
        rows.push([
            mount.device.into(),
            amount(total),
            amount(used),
            amount(total.saturating_sub(used)),
            format!("{percent}%"),
            mount.path,
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [width(0).max(14), width(1).max(5), width(2).max(5), width(3).max(5), 4];
    let line = |[name, size, used, free, percent, path]: &[String; 6]| {
        let [a, b, c, d, e] = widths;
        format!("{name:<a$} {size:>b$} {used:>c$} {free:>d$} {percent:>e$} {path}\n")
    };
    Out::print(rows.iter().map(line).collect::<String>())
}

fn du(inside: &Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "d");
    let mut out = Out::default();
    for path in if options.rest.is_empty() { &["."][..] } else { &options.rest } {
        let full = files::absolute(&inside.folder, path);
        let Some(own) = inside.tree.get(&full) else {
            out.exit = 1;
            out.stderr += &complaint(inside, "du", path, MISSING);
            continue;
        };
        let blocks = |file: &files::File| (size(file) as u64).div_ceil(BLOCK) * BLOCK;
        let sum = |folder: &str, own: &files::File| {
            blocks(own) + inside.tree.below(folder).map(|(_, file)| blocks(file)).sum::<u64>()
        };
        let mut line = |path: &str, bytes: u64| {
            let amount = if options.has('h') { human(bytes) } else { (bytes / 1_024).to_string() };
            out.stdout += &format!("{amount}\t{path}\n");
        };
        let is_whole = options.has('s') || own.text.is_some();
        let inner = inside.tree.below(&full).filter(|(_, file)| file.text.is_none() && !is_whole);
        for (folder, file) in inner {
            line(&format!("{path}{}", folder.get(full.len()..).unwrap_or("")), sum(folder, file));
        }
        line(path, sum(&full, &own));
    }
    out
}

fn stat(inside: &Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "c");
    let mut out = Out::default();
    for path in &options.rest {
        let Some(file) = inside.tree.get(&files::absolute(&inside.folder, path)) else {
            out.exit = 1;
            out.stderr += &complaint(inside, "stat", path, MISSING);
            continue;
        };
        let (mode, user) = (file.mode, user_name(inside, file.user));
        if let Some(format) = options.value('c') {
            let swaps = [
                ("%a", format!("{mode:o}")),
                ("%s", size(&file).to_string()),
                ("%n", (*path).to_owned()),
                ("%U", user),
            ];
            out.stdout +=
                &swaps.iter().fold(format.to_owned(), |text, (from, to)| text.replace(from, to));
            out.stdout.push('\n');
            continue;
        }
        let kind = if file.text.is_none() { "directory" } else { "regular file" };
        out.stdout += &format!(
            "  File: {path}\n  Size: {}\t{kind}\nAccess: ({mode:04o}/{})  Uid: ({}/{user})\nModify: {}\n",
            size(&file),
            bits(&file),
            file.user,
            short_date(file.time)
        );
    }
    out
}
