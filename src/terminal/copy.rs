//! `kubectl cp`: files from the terminal into a container, and back.
//!
//! Follows `k8s.io/kubectl/pkg/cmd/cp` of kubectl 1.37, with `sh` and `cat` in the place of `tar`. A copy into a
//! container becomes a `kubectl exec` with the text of the files, so that the recipe does not depend on the terminal.

use super::Files;
use crate::shell::{Output, join, parent};

/// What a `kubectl cp` does.
pub(super) enum Copy {
    /// It runs a command with an input.
    Into(Vec<String>, Option<String>),
    /// It runs a command whose output becomes a file.
    From(Vec<String>, String),
}

/// One side of a copy: `[[NAMESPACE/]POD:]PATH`.
struct Spec<'a> {
    namespace: Option<&'a str>,
    pod: Option<&'a str>,
    path: &'a str,
}

impl<'a> Spec<'a> {
    fn read(word: &'a str) -> Result<Spec<'a>, String> {
        let Some((pod, path)) = word.split_once(':') else {
            return Ok(Spec { namespace: None, pod: None, path: word });
        };
        let parts: Vec<&str> = pod.split('/').collect();
        match parts.as_slice() {
            [pod] if !pod.is_empty() => Ok(Spec { namespace: None, pod: Some(pod), path }),
            [namespace, pod] => Ok(Spec { namespace: Some(namespace), pod: Some(pod), path }),
            _ => {
                Err("filespec must match the canonical format: [[namespace/]pod:]file/path".into())
            }
        }
    }
}

/// Reads a copy.
///
/// # Errors
/// kubectl's error.
pub(super) fn read(words: &[String], folder: &str, files: &Files) -> Result<Copy, Output> {
    copy(words, folder, files).map_err(|error| Output::complaint(format!("error: {error}\n")))
}

/// The words of a command apart from its flags, and the flags that choose the container.
fn parts(words: &[String]) -> (Vec<&str>, Vec<String>) {
    let (mut plain, mut flags) = (Vec::new(), Vec::new());
    let mut words = words.iter().skip(1).map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-c" | "--container" | "-n" | "--namespace" => {
                flags.extend([word.to_owned(), words.next().unwrap_or_default().to_owned()]);
            }
            "--retries" => drop(words.next()),
            _ if word.starts_with("-c") || word.starts_with("-n") => flags.push(word.into()),
            _ if word.starts_with("--container=") || word.starts_with("--namespace=") => {
                flags.push(word.into());
            }
            _ if word.starts_with('-') => {}
            _ => plain.push(word),
        }
    }
    (plain.split_off(plain.len().min(1)), flags)
}

fn copy(words: &[String], folder: &str, files: &Files) -> Result<Copy, String> {
    let (plain, flags) = parts(words);
    let [from, to] = plain[..] else {
        return Err(
            "source and destination are required\nSee 'kubectl cp -h' for help and examples".into(),
        );
    };
    let (from, to) = (Spec::read(from)?, Spec::read(to)?);
    if from.path.is_empty() || to.path.is_empty() {
        return Err("filepath can not be empty".into());
    }
    let command = |spec: &Spec<'_>, pod: &str, is_fed: bool| {
        let mut command: Vec<String> = vec!["kubectl".into(), "exec".into(), pod.into()];
        command.extend(flags.iter().cloned());
        command.extend(spec.namespace.into_iter().flat_map(|it| ["-n".to_owned(), it.to_owned()]));
        command.extend(is_fed.then(|| "-i".to_owned()));
        command.push("--".into());
        command
    };
    match (from.pod, to.pod) {
        (Some(_), Some(_)) => Err("one of src or dest must be a local file specification".into()),
        (None, None) => Err("one of src or dest must be a remote file specification".into()),
        (Some(pod), None) => {
            let mut command = command(&from, pod, false);
            command.extend(["cat".to_owned(), from.path.to_owned()]);
            let target = join(folder, to.path);
            let is_folder = files.kind(&target) == "folder" || to.path.ends_with('/');
            let name = parent(from.path).1;
            Ok(Copy::From(command, if is_folder { join(&target, name) } else { target }))
        }
        (None, Some(pod)) => {
            let source = join(folder, from.path);
            let (script, input) = script(&source, to.path, files)
                .ok_or_else(|| format!("{} doesn't exist in local filesystem", from.path))?;
            let mut command = command(&to, pod, input.is_some());
            command.extend(["sh".to_owned(), "-c".to_owned(), script]);
            Ok(Copy::Into(command, input))
        }
    }
}

/// The script that writes a file or a folder to a path in the container, and its input. `None` if there is no such file.
fn script(source: &str, target: &str, files: &Files) -> Option<(String, Option<String>)> {
    let (target, name) = (quoted(target), quoted(parent(source.trim_end_matches('/')).1));
    let place = format!("d={target}; [ -d \"$d\" ] && d=\"$d\"/{name}");
    if let Some(text) = files.get(source) {
        return Some((format!("{place}; cat > \"$d\""), Some(text.into())));
    }
    if files.kind(source) != "folder" {
        return None;
    }
    let mut script = format!("{place}; mkdir -p \"$d\"");
    for (path, text) in files.below(source) {
        let (folder, text, path) = (quoted(parent(path).0), quoted(text), quoted(path));
        script += &format!("; mkdir -p \"$d\"/{folder}; printf %s {text} > \"$d\"/{path}");
    }
    Some((script, None))
}

/// A word in quotes, for a shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Writes the output of a command to a file, as `tar` does.
pub(super) fn save(path: &str, output: Output, files: &mut Files) -> Output {
    if output.exit != 0 {
        let told = output.stderr.lines().next().unwrap_or_default().replace("cat: ", "tar: ");
        return Output { stdout: String::new(), stderr: format!("{told}\n"), ..output };
    }
    let written = files.write(path, &output.stdout);
    match written.exit {
        0 => Output {
            stderr: "tar: Removing leading `/' from member names\n".into(),
            ..Output::default()
        },
        _ => Output::complaint(format!("error: open {path}: {}\n", written.stderr)),
    }
}
