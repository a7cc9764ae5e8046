//! `tar`.

use super::file_tools::save;
use super::files::{self, Problem};
use super::{Inside, Out};
use crate::shell::archive::{self, Entry, Request, list, list_long, member};

/// Runs the program.
pub(super) fn run(inside: &mut Inside<'_>, words: &[&str], input: &str) -> Out {
    let request = match Request::read(words) {
        Ok(request) => request,
        Err(problem) => return Out::fail(2, format!("tar: {problem}")),
    };
    let folder = inside.folder.clone();
    if let Some(place) = &request.folder {
        let place = files::absolute(&folder, place);
        if inside.tree.get(&place).is_none_or(|file| file.text.is_some()) {
            let place = request.folder.unwrap_or_default();
            return Out::fail(2, format!("tar: {place}: Cannot open: {}", files::MISSING));
        }
        inside.folder = place;
    }
    let out = match request.action {
        'c' => create(inside, &request, &folder),
        _ => read(inside, &request, (&folder, input)),
    };
    inside.folder = folder;
    out
}

/// The archive of the command, if it is a file.
fn file(request: &Request) -> Option<&str> {
    request.file.as_deref().filter(|name| *name != "-")
}

fn create(inside: &mut Inside<'_>, request: &Request, folder: &str) -> Out {
    let (mut entries, mut out) = (Vec::new(), Out::default());
    if request.names.iter().any(|name| name.starts_with('/')) {
        out.stderr = "tar: Removing leading `/' from member names\n".into();
    }
    for name in &request.names {
        let full = files::absolute(&inside.folder, name);
        let Some(own) = inside.tree.get(&full) else {
            out.exit = 2;
            out.stderr += &format!("tar: {name}: Cannot stat: {}\n", files::MISSING);
            continue;
        };
        let below = inside.tree.below(&full).map(|(path, file)| (path.to_owned(), file.clone()));
        for (path, file) in std::iter::once((full.clone(), own)).chain(below) {
            let rest = path.get(full.len()..).unwrap_or("");
            let path = match member(name) {
                "" => rest.trim_start_matches('/').to_owned(),
                name => format!("{name}{rest}"),
            };
            let text = file.text.as_ref().map(|text| text.to_string());
            if !path.is_empty() {
                entries.push(Entry { path, mode: file.mode, text });
            }
        }
    }
    if out.exit != 0 {
        out.stderr += "tar: Exiting with failure status due to previous errors\n";
    }
    let text = archive::pack(&entries);
    let names = if request.is_verbose { list(&entries) } else { String::new() };
    match file(request) {
        Some(path) => {
            let path = files::absolute(folder, path);
            out.stdout = names;
            if let Err(problem) = save(inside, &path, &text, false) {
                return Out::fail(2, format!("tar: {path}: Cannot open: {problem}"));
            }
        }
        None => {
            out.stdout = text;
            out.stderr += &names;
        }
    }
    out
}

fn read(inside: &mut Inside<'_>, request: &Request, (folder, input): (&str, &str)) -> Out {
    let text = match file(request) {
        None => input.to_owned(),
        Some(path) => match inside.tree.read(&files::absolute(folder, path)) {
            Ok(text) => text.to_string(),
            Err(problem) => return Out::fail(2, format!("tar: {path}: Cannot open: {problem}")),
        },
    };
    let Some(mut entries) = archive::unpack(&text) else {
        return Out::fail(
            2,
            "tar: This does not look like a tar archive\ntar: Exiting with failure status due to previous errors",
        );
    };
    entries.retain(|entry| request.wants(&entry.path));
    if request.action == 't' {
        return Out::print(if request.is_verbose { list_long(&entries) } else { list(&entries) });
    }
    let mut out = Out::default();
    for entry in &entries {
        let path = files::absolute(&inside.folder, &entry.path);
        if let Err(problem) = extract(inside, &path, entry) {
            out.exit = 2;
            out.stderr += &format!("tar: {}: Cannot open: {problem}\n", entry.path);
        }
    }
    if out.exit != 0 {
        out.stderr += "tar: Exiting with failure status due to previous errors\n";
    }
    out.stdout = if request.is_verbose { list(&entries) } else { String::new() };
    out
}

/// Writes one entry, and the folders that it is in.
fn extract(inside: &mut Inside<'_>, path: &str, entry: &Entry) -> Result<(), Problem> {
    let mut missing = Vec::new();
    let mut folder = files::parent(path);
    while inside.tree.get(folder).is_none() {
        missing.push(folder.to_owned());
        folder = files::parent(folder);
    }
    missing.iter().rev().try_for_each(|folder| inside.tree.write(folder, 0o755, None))?;
    match (&entry.text, inside.tree.get(path)) {
        (None, Some(old)) if old.text.is_none() => Ok(()),
        (text, _) => inside.tree.write(path, entry.mode, text.as_deref().map(Into::into)),
    }
}
