//! `tar`, for the files of the terminal.

use super::Files;
use crate::shell::archive::{self, Entry, Request, list, list_long, member};
use crate::shell::{Output, join, parent};

/// Runs the program in a folder.
pub(super) fn run(words: &[&str], input: &str, folder: &str, files: &mut Files) -> Output {
    let fail = |words: String| Output::failure(2, format!("tar: {words}\n"));
    let request = match Request::read(words) {
        Ok(request) => request,
        Err(problem) => return fail(problem),
    };
    let place = request.folder.as_deref().map_or(folder.to_owned(), |place| join(folder, place));
    if files.kind(&place) != "folder" {
        let place = request.folder.unwrap_or_default();
        return fail(format!("{place}: Cannot open: No such file or directory"));
    }
    let archive = request.file.as_deref().filter(|name| *name != "-").map(|it| join(folder, it));
    if request.action == 'c' {
        return create(&request, (&place, archive.as_deref()), files);
    }
    let text = match &archive {
        None => input.to_owned(),
        Some(path) => match files.read(path) {
            Output { exit: 0, stdout, .. } => stdout,
            problem => return fail(format!("{path}: Cannot open: {}", problem.stderr.trim_end())),
        },
    };
    let Some(mut entries) = archive::unpack(&text) else {
        return fail("This does not look like a tar archive".into());
    };
    entries.retain(|entry| request.wants(&entry.path));
    if request.action == 't' {
        return Output::print(if request.is_verbose {
            list_long(&entries)
        } else {
            list(&entries)
        });
    }
    let mut output = Output::default();
    for entry in &entries {
        let path = join(&place, &entry.path);
        let problem = match &entry.text {
            _ if !make_folders(parent(&path).0, files) => "No space left on device".to_owned(),
            None if make_folders(&path, files) => continue,
            None => "No space left on device".to_owned(),
            Some(text) => match files.write(&path, text) {
                Output { exit: 0, .. } => continue,
                problem => problem.stderr,
            },
        };
        output.exit = 2;
        output.stderr += &format!("tar: {}: Cannot open: {}\n", entry.path, problem.trim_end());
    }
    output.stdout = if request.is_verbose { list(&entries) } else { String::new() };
    output
}

/// Makes a folder and those that it is in. Returns whether there is room.
fn make_folders(path: &str, files: &mut Files) -> bool {
    match files.kind(path) {
        "folder" => true,
        "" => make_folders(parent(path).0, files) && files.make_folder(path),
        _ => false,
    }
}

fn create(request: &Request, (place, archive): (&str, Option<&str>), files: &mut Files) -> Output {
    let mut output = Output::default();
    if request.names.iter().any(|name| name.starts_with('/')) {
        output.stderr = "tar: Removing leading `/' from member names\n".into();
    }
    let mut entries = Vec::new();
    for name in &request.names {
        let full = join(place, name);
        let head = member(name);
        let inner =
            |path: &str| if head.is_empty() { path.to_owned() } else { format!("{head}/{path}") };
        match (files.get(&full), files.kind(&full)) {
            (Some(text), _) => {
                let (path, text) = (head.to_owned(), Some(text.to_owned()));
                entries.push(Entry { path, mode: 0o644, text });
            }
            (None, "folder") => {
                let folder = |path: String| Entry { path, mode: 0o755, text: None };
                entries.extend((!head.is_empty()).then(|| folder(head.to_owned())));
                for (path, text) in files.below(&full) {
                    let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
                    entries.extend(folders.map(|path| folder(inner(path))));
                    let text = Some(text.to_owned());
                    entries.push(Entry { path: inner(path), mode: 0o644, text });
                }
            }
            _ => {
                output.exit = 2;
                output.stderr += &format!("tar: {name}: Cannot stat: No such file or directory\n");
            }
        }
    }
    if output.exit != 0 {
        output.stderr += "tar: Exiting with failure status due to previous errors\n";
    }
    let entries = archive::sorted(entries);
    let names = if request.is_verbose { list(&entries) } else { String::new() };
    let text = archive::pack(&entries);
    match archive {
        None => {
            output.stdout = text;
            output.stderr += &names;
        }
        Some(path) => {
            output.stdout = names;
            let written = files.write(path, &text);
            if written.exit != 0 {
                return Output::failure(
                    2,
                    format!("tar: {path}: Cannot open: {}\n", written.stderr),
                );
            }
        }
    }
    output
}

/// Unpacks the output of `kubectl cluster-info dump` in a folder, which the command calls `name`.
pub(super) fn unpack(path: &str, name: &str, output: Output, files: &mut Files) -> Output {
    if output.exit != 0 {
        return output;
    }
    if !make_folders(path, files) {
        return Output::complaint(format!("error: mkdir {name}: not a directory\n"));
    }
    let unpacked = run(&["xf", "-"], &output.stdout, path, files);
    match unpacked.exit {
        0 => Output::print(format!("Cluster info dumped to {name}\n")),
        _ => unpacked,
    }
}
