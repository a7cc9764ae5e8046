//! The programs of the terminal, apart from kubectl and those of the shell.

use super::edit::Edit;
use super::help::{HELP, PROGRAMS, elsewhere};
use super::{Done, Files, Step, examples, kubectl_files, line, unknown};
use crate::api::Time;
use crate::notation::parse_duration;
use crate::shell::{Call, Output, Shell, join, parent};

/// The commands of the run.
const FOR_THE_RUN: [&str; 8] =
    ["kubectl", "crash", "fail", "node", "driver", "write", "read", "client"];

/// Runs a command.
pub(super) fn call(call: &Call, shell: &Shell, files: &mut Files, now: Time) -> Done {
    let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
    let rest = &words[1..];
    if words[0] == "kubectl" {
        return kubectl_files::call(call, shell, files);
    }
    if FOR_THE_RUN.contains(&words[0]) {
        return Done::Line(line(&call.words, call.input.as_deref()), String::new());
    }
    Done::Printed(match words[0] {
        "sleep" | "watch" => match seconds(rest.first().copied().unwrap_or_default()) {
            Some(ms) => return Done::Needs(Step::Sleep(ms, words[0] == "watch")),
            None => Output::complaint(format!(
                "sleep: invalid time interval '{}'\n",
                rest.first().unwrap_or(&"")
            )),
        },
        "clear" | "reset" => return Done::Needs(Step::Clear),
        "history" => return Done::Needs(Step::History),
        "exit" => return Done::Needs(Step::Close),
        "date" => Output::print(date(now, rest)),
        "help" | "man" => Output::print(HELP),
        "ls" | "ll" | "dir" => ls(rest, words[0] == "ll", files, shell),
        "rm" | "rmdir" => rm(rest, files, shell),
        "mkdir" => mkdir(rest, files, shell),
        "cp" | "mv" => copy(words[0], rest, files, shell),
        "tar" => {
            super::tar::run(rest, call.input.as_deref().unwrap_or_default(), &shell.folder(), files)
        }
        "touch" => touch(rest, files, shell),
        "vi" | "vim" | "nvim" | "nano" | "emacs" | "code" | "ed" => {
            return editor(words[0], rest, files, shell);
        }
        "curl" | "wget" => return fetch(words[0], rest, files, shell),
        "which" => match rest.first() {
            Some(name) if FOR_THE_RUN.contains(name) || PROGRAMS.contains(name) => {
                Output::print(format!("/usr/bin/{name}\n"))
            }
            _ => Output::complaint(""),
        },
        "whoami" => Output::print("user\n"),
        "hostname" => Output::print("terminal\n"),
        "uname" => Output::print("Linux\n"),
        "env" | "printenv" => Output::print(shell.exported().join("\n") + "\n"),
        "jobs" | "bg" | "fg" | "wait" | "stty" | "trap" | "umask" | "ulimit" | "bind" => {
            Output::default()
        }
        "file" | "stat" | "find" | "chmod" | "chown" | "ln" => {
            unknown(words[0], "ls lists the files of this terminal; cat prints a file\n")
        }
        word => elsewhere(word),
    })
}

fn touch(words: &[&str], files: &mut Files, shell: &Shell) -> Output {
    for name in words.iter().filter(|word| !word.starts_with('-')) {
        let written = files.append(&join(&shell.folder(), name), "");
        if written.exit != 0 {
            let reason = written.stderr;
            return Output::complaint(format!("touch: cannot touch '{name}': {reason}\n"));
        }
    }
    Output::default()
}

fn editor(verb: &str, words: &[&str], files: &Files, shell: &Shell) -> Done {
    let Some(name) = words.iter().find(|word| !word.starts_with('-')) else {
        return Done::Printed(Output::complaint(format!(
            "{verb}: add a file name, as in vi web.yaml\n"
        )));
    };
    let path = join(&shell.folder(), name);
    let text = files.get(&path).unwrap_or_default().to_owned();
    Done::Needs(Step::Edit(Edit::File(path, text)))
}

/// `5`, `0.5`, `1m30s`, in milliseconds.
fn seconds(text: &str) -> Option<u64> {
    if text.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return parse_duration(text);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let is_one = !text.is_empty() && text != ".";
    is_one.then_some(whole.checked_mul(1_000)?.checked_add(part.parse().ok()?)?)
}

/// `date`, `date -u`, `date +%s`.
fn date(now: Time, words: &[&str]) -> String {
    match words.iter().find_map(|word| word.strip_prefix('+')) {
        Some("%s") => {
            // January 1, 2026.
            format!("{}\n", 1_767_225_600 + now.0 / 1_000)
        }
        Some(format) => {
            let stamp = now.rfc3339();
            let part = |range: std::ops::Range<usize>| stamp.get(range).unwrap_or_default();
            let text = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S");
            let text =
                text.replace("%Y", part(0..4)).replace("%m", part(5..7)).replace("%d", part(8..10));
            let text = text.replace("%H", part(11..13)).replace("%M", part(14..16));
            text.replace("%S", part(17..19)) + "\n"
        }
        None => {
            // `Thu, 01 Jan 2026 00:00:41 +0000`
            let text = now.rfc1123();
            let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [weekday, day, month, year, clock, _] => {
                    let day = day.trim_start_matches('0');
                    format!("{weekday} {month} {day:>2} {clock} UTC {year}\n")
                }
                _ => text + "\n",
            }
        }
    }
}

fn ls(words: &[&str], is_long: bool, files: &Files, shell: &Shell) -> Output {
    let flags: String = words.iter().filter_map(|word| word.strip_prefix('-')).collect();
    let is_long = is_long || flags.contains('l');
    let mut names: Vec<&str> =
        words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    if names.is_empty() {
        names.push(".");
    }
    let mut output = Output::default();
    for (number, name) in names.iter().enumerate() {
        let path = join(&shell.folder(), name);
        let entries = match files.kind(&path) {
            "file" => vec![(*name).to_owned()],
            "folder" => files.list(&path),
            _ => {
                output.exit = 2;
                output.stderr +=
                    &format!("ls: cannot access '{name}': No such file or directory\n");
                continue;
            }
        };
        if names.len() > 1 && files.kind(&path) == "folder" {
            let gap = if number > 0 { "\n" } else { "" };
            output.stdout += &format!("{gap}{name}:\n");
        }
        let shown =
            entries.iter().filter(|entry| flags.contains(['a', 'A']) || !entry.starts_with('.'));
        for entry in shown {
            let bare = entry.trim_end_matches('/');
            output.stdout += &match is_long {
                true => {
                    let size =
                        files.get(&join(&path, bare)).or(files.get(&path)).map_or(4096, str::len);
                    let mode = if entry.ends_with('/') { "drwxr-xr-x" } else { "-rw-r--r--" };
                    format!("{mode} 1 user user {size:>6} {bare}\n")
                }
                false => format!("{bare}\n"),
            };
        }
    }
    output
}

fn rm(words: &[&str], files: &mut Files, shell: &Shell) -> Output {
    let flags: String = words.iter().filter_map(|word| word.strip_prefix('-')).collect();
    let mut output = Output::default();
    for name in words.iter().filter(|word| !word.starts_with('-')) {
        let path = join(&shell.folder(), name);
        let complaint = match files.kind(&path) {
            "folder" if !flags.contains(['r', 'R']) => "Is a directory",
            "" if !flags.contains('f') => "No such file or directory",
            _ => {
                files.remove(&path);
                continue;
            }
        };
        output.exit = 1;
        output.stderr += &format!("rm: cannot remove '{name}': {complaint}\n");
    }
    output
}

fn mkdir(words: &[&str], files: &mut Files, shell: &Shell) -> Output {
    let is_quiet = words.contains(&"-p");
    let mut output = Output::default();
    for name in words.iter().filter(|word| !word.starts_with('-')) {
        let path = join(&shell.folder(), name);
        let complaint = match files.kind(&path) {
            "folder" if is_quiet => continue,
            "" if is_quiet || files.kind(parent(&path).0) == "folder" => {
                match files.make_folder(&path) {
                    true => continue,
                    false => "No space left on device",
                }
            }
            "" => "No such file or directory",
            _ => "File exists",
        };
        output.exit = 1;
        output.stderr += &format!("mkdir: cannot create directory '{name}': {complaint}\n");
    }
    output
}

fn copy(verb: &str, words: &[&str], files: &mut Files, shell: &Shell) -> Output {
    let names: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let Some((last, names)) = names.split_last().filter(|(_, names)| !names.is_empty()) else {
        return Output::complaint(format!("{verb}: missing destination file operand\n"));
    };
    let mut output = Output::default();
    for name in names {
        let from = join(&shell.folder(), name);
        let to = join(&shell.folder(), last);
        let to = if files.kind(&to) == "folder" { join(&to, parent(&from).1) } else { to };
        let text = files.read(&from);
        let written = if text.exit == 0 { files.write(&to, &text.stdout) } else { text };
        if written.exit != 0 {
            output.exit = 1;
            output.stderr += &format!("{verb}: cannot stat '{name}': {}\n", written.stderr);
        } else if verb == "mv" && from != to {
            files.remove(&from);
        }
    }
    output
}

/// The arguments of `curl` and `wget`.
#[derive(Default)]
struct Request<'w> {
    address: Option<&'w str>,
    target: Option<&'w str>,
    is_saved: bool,
    is_quiet: bool,
}

impl<'w> Request<'w> {
    fn read(verb: &str, words: &[&'w str]) -> Request<'w> {
        let mut request = Request { is_saved: verb == "wget", ..Request::default() };
        let mut rest = words.iter().copied();
        while let Some(word) = rest.next() {
            let Some(flag) = word.strip_prefix('-') else {
                request.address = Some(word);
                continue;
            };
            match (verb, flag) {
                ("curl", "-output" | "o") | ("wget", "O" | "-output-document") => {
                    request.target = rest.next();
                    request.is_saved = true;
                }
                ("curl", "-remote-name") => request.is_saved = true,
                (
                    "curl",
                    "H" | "X" | "d" | "-header" | "-request" | "-data" | "m" | "-max-time",
                ) => {
                    rest.next();
                }
                ("curl", flag) if !flag.starts_with('-') => {
                    request.is_saved |= flag.contains(['O', 'o']);
                    request.is_quiet |= flag.contains('s');
                    if flag.ends_with('o') {
                        request.target = rest.next();
                    }
                }
                ("wget", "q") => request.is_quiet = true,
                ("wget", "qO-" | "O-") => request.target = Some("-"),
                _ => {}
            }
        }
        request
    }
}

/// `curl` and `wget`: fetch the example files of the documentation.
fn fetch(verb: &str, words: &[&str], files: &mut Files, shell: &Shell) -> Done {
    let Request { address, target, is_saved, is_quiet } = Request::read(verb, words);
    let Some(address) = address else {
        return Done::Printed(Output::failure(2, format!("{verb}: no URL specified\n")));
    };
    let Some(name) = examples::name(address) else {
        let host = address.split("://").last().and_then(|rest| rest.split(['/', ':']).next());
        let is_site = host.is_some_and(|host| {
            let top = host.rsplit('.').next().unwrap_or(host);
            host.contains('.') && top != "local" && !top.bytes().all(|byte| byte.is_ascii_digit())
        });
        let advice = match is_site {
            true => {
                "this page sends no requests to other sites; it has example files from kubernetes.io/examples/. Paste \
                 any other text with the Manifest button, or with cat > FILE <<EOF\n"
            }
            false => "",
        };
        let words =
            [&[verb], words].concat().iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        return Done::Line(line(&words, None), advice.into());
    };
    if !examples::is_installed() {
        return Done::Needs(Step::Examples);
    }
    let Some(text) = examples::text(name) else {
        return Done::Printed(missing(verb, name));
    };
    let target = target.unwrap_or_else(|| parent(name).1);
    if !is_saved || target == "-" {
        return Done::Printed(Output::print(text));
    }
    let written = files.write(&join(&shell.folder(), target), text);
    let told = match (verb, is_quiet) {
        ("wget", false) => format!("'{target}' saved [{0}/{0}]\n", text.len()),
        _ => String::new(),
    };
    Done::Printed(match written.exit {
        0 => Output { stderr: told, ..Output::default() },
        _ => Output::failure(23, format!("{verb}: {target}: {}\n", written.stderr)),
    })
}

/// The error for an example that the page doesn't have.
fn missing(verb: &str, name: &str) -> Output {
    let stderr = match verb {
        "curl" => "curl: (22) The requested URL returned error: 404\n",
        _ => "wget: server returned error: HTTP/1.1 404 Not Found\n",
    };
    let advice = format!(
        "this page doesn't have all examples, and {name} is missing: paste it with the Manifest button, or with \
         cat > FILE <<EOF\n"
    );
    Output { advice, ..Output::failure(22, stderr) }
}
