//! Programs for files: `ls`, `cp`, `rm`, and the like.

use super::arguments::{Options, complaint, matches};
use super::files::{self, File, IS_FOLDER, MISSING, NO_FOLDER, Problem, base_name};
use super::{Family, Inside, Out};

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(
    inside: &mut Inside<'_>,
    program: &str,
    words: &[&str],
    input: &str,
) -> Option<Out> {
    Some(match program {
        "ls" => ls(inside, words),
        "rm" | "rmdir" | "mkdir" | "touch" | "chmod" => change(inside, program, words),
        "cp" | "mv" | "ln" => copy(inside, program, words),
        "tee" => tee(inside, words, input),
        "find" => find(inside, words),
        _ => return None,
    })
}

/// The type and mode of a file, as in `ls -l`.
pub(super) fn bits(file: &File) -> String {
    let mut text = String::from(if file.text.is_none() { "d" } else { "-" });
    for (index, letter) in "rwxrwxrwx".chars().enumerate() {
        let is_set = file.mode >> (8 - index) & 1 == 1;
        text.push(match (index, is_set) {
            (5, _) if file.mode & 0o2000 != 0 => {
                if is_set {
                    's'
                } else {
                    'S'
                }
            }
            (8, _) if file.mode & 0o1000 != 0 => {
                if is_set {
                    't'
                } else {
                    'T'
                }
            }
            _ if is_set => letter,
            _ => '-',
        });
    }
    text
}

/// The name of a user.
pub(super) fn user_name(inside: &Inside<'_>, user: u32) -> String {
    match (user, inside.family) {
        (0, _) => "root".into(),
        (1000, Family::Zookeeper) => "zookeeper".into(),
        (user, _) => user.to_string(),
    }
}

/// The size of a file, in bytes.
pub(super) fn size(file: &File) -> usize {
    file.text.as_ref().map_or(4096, |text| text.len())
}

fn ls(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "");
    let paths = if options.rest.is_empty() { vec!["."] } else { options.rest.clone() };
    let (mut out, mut folders) = (Out::default(), Vec::new());
    for path in &paths {
        let full = files::absolute(&inside.folder, path);
        match inside.tree.get(&full) {
            Some(file) if file.text.is_some() || options.has('d') => {
                out.stdout += &ls_line(inside, &options, path, &file);
            }
            Some(_) => folders.push((*path, full)),
            None => {
                out.exit = if inside.family == Family::Busybox { 1 } else { 2 };
                out.stderr += &complaint(inside, "ls", path, MISSING);
            }
        }
    }
    for (path, full) in folders {
        if paths.len() > 1 || options.has('R') {
            out.stdout += &format!("{}{path}:\n", if out.stdout.is_empty() { "" } else { "\n" });
        }
        out.stdout += &ls_folder(inside, &options, &full);
        if options.has('R') {
            let below = inside.tree.below(&full).filter(|(_, file)| file.text.is_none());
            let inner: Vec<String> = below.map(|(folder, _)| folder.to_owned()).collect();
            for folder in inner {
                out.stdout += &format!("\n{folder}:\n{}", ls_folder(inside, &options, &folder));
            }
        }
    }
    out
}

/// Lists a file like `ls`.
fn ls_line(inside: &Inside<'_>, options: &Options<'_>, name: &str, file: &File) -> String {
    if !options.has('l') {
        return format!("{name}\n");
    }
    let user = user_name(inside, file.user);
    let links = if file.text.is_none() { 2 } else { 1 };
    let (size, date) = (size(file), short_date(file.time));
    format!("{} {links} {user} {user} {size:>5} {date} {name}\n", bits(file))
}

/// Lists a folder like `ls`.
fn ls_folder(inside: &Inside<'_>, options: &Options<'_>, folder: &str) -> String {
    let is_shown = |name: &str| !name.starts_with('.') || options.has('a') || options.has('A');
    let mut lines = Vec::new();
    if options.has('a') {
        let own = File::folder(0o755);
        lines.extend([".", ".."].map(|name| ls_line(inside, options, name, &own)));
    }
    let list = inside.tree.list(folder);
    let shown = list.iter().filter(|(name, _)| is_shown(name));
    let shown: Vec<String> =
        shown.map(|(name, file)| ls_line(inside, options, name, file)).collect();
    let total =
        if options.has('l') { format!("total {}\n", shown.len() * 4) } else { String::new() };
    total + &lines.concat() + &shown.concat()
}

/// Formats an instant like `ls -l`, as in `Jan  1 00:00`.
pub(super) fn short_date(time: crate::api::Time) -> String {
    let text = time.rfc1123();
    let part = |range| text.get(range).unwrap_or("");
    let day = part(5..7).trim_start_matches('0');
    format!(
        "{} {day:>2} {}",
        part(8..11),
        text.split(' ').nth(4).and_then(|clock| clock.get(..5)).unwrap_or("")
    )
}

/// `rm`, `rmdir`, `mkdir`, `touch`, `chmod`.
fn change(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Out {
    let options = Options::read(words, if program == "mkdir" { "m" } else { "" });
    let mut rest = options.rest.as_slice();
    let mut out = Out::default();
    let mut bits = "";
    if let ("chmod", [first, more @ ..]) = (program, rest) {
        (bits, rest) = (first, more);
    }
    if rest.is_empty() && !options.has('f') {
        return Out::fail(1, format!("{program}: missing operand"));
    }
    for path in rest {
        let full = files::absolute(&inside.folder, path);
        if let Err(problem) = change_one(inside, program, &options, &full, bits) {
            out.exit = 1;
            out.stderr += &complaint(inside, program, path, problem);
        }
    }
    out
}

fn change_one(
    inside: &mut Inside<'_>,
    program: &str,
    options: &Options<'_>,
    path: &str,
    bits: &str,
) -> Result<(), Problem> {
    let old = inside.tree.get(path);
    let is_recursive = options.has('r') || options.has('R');
    match (program, old) {
        ("rm", None) if options.has('f') => Ok(()),
        ("rm", Some(file)) if file.text.is_none() && !is_recursive => Err(IS_FOLDER),
        ("rmdir", Some(file)) if file.text.is_some() => Err(NO_FOLDER),
        ("rmdir", Some(_)) if !inside.tree.list(path).is_empty() => Err("Directory not empty"),
        ("rm" | "rmdir", Some(_)) => inside.tree.remove(path),
        ("touch", None) => inside.tree.write(path, 0o644, Some("".into())),
        ("touch", Some(File { text: Some(text), mode, .. })) => {
            inside.tree.write(path, mode, Some(text))
        }
        ("touch", Some(_)) => Ok(()),
        ("mkdir", Some(file)) if options.has('p') && file.text.is_none() => Ok(()),
        ("mkdir", Some(_)) => Err("File exists"),
        ("mkdir", None) => {
            let folder = files::parent(path).to_owned();
            if options.has('p') && inside.tree.get(&folder).is_none() {
                change_one(inside, program, options, &folder, bits)?;
            }
            inside.tree.write(path, 0o755, None)
        }
        ("chmod", Some(file)) => {
            let mode = mode(bits, &file);
            let mut all = vec![(path.to_owned(), file)];
            if is_recursive {
                all.extend(
                    inside.tree.below(path).map(|(path, file)| (path.to_owned(), file.clone())),
                );
            }
            all.into_iter().try_for_each(|(path, file)| {
                if file.mode == mode {
                    Ok(())
                } else {
                    inside.tree.set(&path, File { mode, ..file })
                }
            })
        }
        _ => Err(MISSING),
    }
}

/// Applies `755`, `+x`, or `u-w` to the mode of a file.
fn mode(text: &str, file: &File) -> u32 {
    if let Ok(mode) = u32::from_str_radix(text, 8) {
        return mode & 0o7777;
    }
    let Some(at) = text.find(['+', '-', '=']) else { return file.mode };
    let (who, what) = text.split_at(at);
    let digit = what
        .chars()
        .map(|c| match c {
            'r' => 4,
            'w' => 2,
            'x' => 1,
            _ => 0,
        })
        .fold(0, |sum, bit| sum | bit);
    let places = [('u', 6), ('g', 3), ('o', 0)];
    let is_meant = |name: char| who.is_empty() || who.contains([name, 'a']);
    let mask: u32 =
        places.iter().filter(|(name, _)| is_meant(*name)).map(|(_, shift)| digit << shift).sum();
    if what.starts_with('-') { file.mode & !mask } else { file.mode | mask }
}

/// `cp`, `mv`, `ln`; a link is a copy here.
fn copy(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Out {
    let options = Options::read(words, "");
    let Some((target, sources)) = options.rest.split_last().filter(|(_, rest)| !rest.is_empty())
    else {
        return Out::fail(1, format!("{program}: missing file operand"));
    };
    let to = files::absolute(&inside.folder, target);
    let is_folder = inside.tree.get(&to).is_some_and(|file| file.text.is_none());
    let mut out = Out::default();
    for source in sources {
        let from = files::absolute(&inside.folder, source);
        let to = if is_folder { files::absolute(&to, base_name(source)) } else { to.clone() };
        let is_recursive =
            program == "mv" || ['r', 'R', 'a'].iter().any(|letter| options.has(*letter));
        let done = match inside.tree.get(&from) {
            None => Err(MISSING),
            Some(_) if from == to || to.starts_with(&format!("{from}/")) => {
                Err("are the same file")
            }
            Some(file) if file.text.is_none() && !is_recursive => {
                out.exit = 1;
                out.stderr += &format!("cp: -r not specified; omitting directory '{source}'\n");
                continue;
            }
            Some(file) => transfer(inside, program, (&from, file), &to),
        };
        if let Err(problem) = done {
            out.exit = 1;
            out.stderr += &complaint(inside, program, source, problem);
        }
    }
    out
}

fn transfer(
    inside: &mut Inside<'_>,
    program: &str,
    (from, file): (&str, File),
    to: &str,
) -> Result<(), Problem> {
    if program == "mv" && inside.tree.mounts.iter().any(|mount| mount.path == from) {
        return Err(files::BUSY);
    }
    let below: Vec<(String, File)> =
        inside.tree.below(from).map(|(path, file)| (path.to_owned(), file.clone())).collect();
    inside.tree.write(to, file.mode, file.text)?;
    for (path, file) in below {
        let rest = path.get(from.len()..).unwrap_or("");
        inside.tree.write(&format!("{to}{rest}"), file.mode, file.text)?;
    }
    if program == "mv" { inside.tree.remove(from) } else { Ok(()) }
}

fn tee(inside: &mut Inside<'_>, words: &[&str], input: &str) -> Out {
    let options = Options::read(words, "");
    let mut out = Out::print(input);
    for path in &options.rest {
        if let Err(problem) = save(inside, path, input, options.has('a')) {
            out.exit = 1;
            out.stderr += &complaint(inside, "tee", path, problem);
        }
    }
    out
}

/// Writes or appends a text to a file.
pub(super) fn save(
    inside: &mut Inside<'_>,
    path: &str,
    text: &str,
    adds: bool,
) -> Result<(), Problem> {
    let full = files::absolute(&inside.folder, path);
    let old = inside.tree.get(&full);
    let mode = old.as_ref().map_or(0o644, |file| file.mode);
    let before = old.and_then(|file| file.text).filter(|_| adds);
    inside.tree.write(
        &full,
        mode,
        Some(format!("{}{text}", before.as_deref().unwrap_or("")).into()),
    )
}

/// `find FOLDER -name PATTERN -type f|d`.
fn find(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let places = words.iter().take_while(|word| !word.starts_with('-')).count();
    let option =
        |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1));
    let known = words.iter().skip(places).step_by(2).all(|word| ["-name", "-type"].contains(word));
    if !known {
        return inside.not_simulated("this form of find");
    }
    let mut out = Out::default();
    for path in if places == 0 { &["."] } else { words.get(..places).unwrap_or(&[]) } {
        let full = files::absolute(&inside.folder, path);
        let Some(own) = inside.tree.get(&full) else {
            out.exit = 1;
            out.stderr += &complaint(inside, "find", path, MISSING);
            continue;
        };
        let below = inside.tree.below(&full).map(|(path, file)| (path.to_owned(), file.clone()));
        for (found, file) in std::iter::once((full.clone(), own)).chain(below) {
            let is_type = option("-type").is_none_or(|kind| (*kind == "d") == file.text.is_none());
            let is_name = option("-name").is_none_or(|pattern| matches(pattern, base_name(&found)));
            if is_type && is_name {
                let rest = found.get(full.len()..).unwrap_or("");
                out.stdout += &format!("{}{rest}\n", if *path == "/" { "" } else { path });
            }
        }
    }
    out
}
