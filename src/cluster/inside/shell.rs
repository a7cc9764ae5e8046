//! Scripts in a container: [`crate::shell`] with the container's files and programs.

use super::file_tools::save;
use super::files;
use super::{Inside, Out, Ran};
use crate::shell::{self, Ask, Call, Host, Output, Shell};

/// The builtins and filters of the shell, which containers have as programs.
const OWN: &str = "[ awk base64 basename cat cut dirname echo false grep head printf pwd sed seq sort tail test tr true \
    uniq wc xargs";

/// The maximum nesting depth of scripts.
const MOST_SHELLS: u32 = 5;

/// The host of a script in a container.
pub(super) struct Script<'i, 'a> {
    inside: &'i mut Inside<'a>,
    is_left: bool,
}

impl Host for Script<'_, '_> {
    fn answer(&mut self, ask: &Ask, shell: &Shell) -> Output {
        let inside = &mut *self.inside;
        inside.folder = shell.folder();
        match ask {
            Ask::Call(call) => self.call(call, shell),
            Ask::Read(path) => match inside.tree.read(path) {
                Ok(text) => Output::print(&*text),
                Err(problem) => Output::complaint(problem),
            },
            Ask::Write(path, text, adds) => match save(inside, path, text, *adds) {
                Ok(()) => Output::default(),
                Err(problem) => Output::complaint(problem),
            },
            Ask::List(path) => {
                let list = inside.tree.list(path);
                Output::print(list.iter().map(|(name, _)| format!("{name}\n")).collect::<String>())
            }
            Ask::Find(path) => Output::print(match inside.tree.get(path) {
                Some(file) if file.text.is_some() => "file",
                Some(_) => "folder",
                None => "",
            }),
        }
    }
}

impl<'i, 'a> Script<'i, 'a> {
    pub(super) fn new(inside: &'i mut Inside<'a>) -> Script<'i, 'a> {
        Script { inside, is_left: false }
    }

    /// Answers a request of a script.
    pub(super) fn answer_to(&mut self, ask: &Ask, shell: &Shell) -> Output {
        self.answer(ask, shell)
    }

    fn call(&mut self, call: &Call, shell: &Shell) -> Output {
        let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
        if let ["exit" | "logout", ..] = words[..] {
            self.is_left = true;
            return Output::failure(127, "");
        }
        for line in shell.exported() {
            let (name, value) = line.split_once('=').unwrap_or((&line, ""));
            self.inside.set_variable(name, value);
        }
        let name = words.first().copied().unwrap_or("");
        match self.inside.program(&words, call.input.as_deref().unwrap_or("")) {
            Some(Out { stdout, stderr, exit }) => {
                Output { exit, stdout, stderr, ..Output::default() }
            }
            None if super::is_known(name) => {
                Output::failure(127, format!("sh: {name} is not simulated in containers\n"))
            }
            None if self.inside.is_file(name) => {
                Output::failure(126, format!("sh: {name}: Permission denied\n"))
            }
            None => Output::failure(127, format!("sh: {name}: not found\n")),
        }
    }
}

/// Runs a script in a shell. The flag tells whether it ended with `exit`.
fn interpret(inside: &mut Inside<'_>, shell: &Shell, script: &str) -> (Out, bool) {
    if inside.depth >= MOST_SHELLS || inside.left == 0 {
        return (Out::fail(126, "sh: too many scripts within scripts"), true);
    }
    inside.depth += 1;
    let mut host = Script::new(inside);
    let Output { exit, stdout, stderr, advice, .. } = shell::run(script, shell, &mut host);
    let is_left = host.is_left;
    inside.depth -= 1;
    if !advice.is_empty() {
        inside.advise(advice.trim_end());
    }
    // A script that this shell does not support may succeed in a real one.
    inside.is_unknown |= stderr.contains("not supported in this shell");
    (Out { stdout, stderr, exit }, is_left)
}

/// Creates a shell with the working directory and the variables of the command.
pub(super) fn new_shell(inside: &Inside<'_>, arguments: &[&str]) -> Shell {
    let variables = inside.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let shell = Shell::new(&inside.folder, variables);
    shell.set_arguments(arguments.iter().map(|word| (*word).to_owned()).collect());
    shell
}

/// Runs `sh -c SCRIPT`, `sh FILE`, or `sh` with a script as its input.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str], input: &str) -> Out {
    let folder = inside.folder.clone();
    let options = words.iter().take_while(|word| word.starts_with('-')).count();
    let has_script =
        words.iter().take(options).any(|word| !word.starts_with("--") && word.contains('c'));
    let rest = words.get(options..).unwrap_or(&[]);
    let (script, arguments) = match rest.split_first() {
        Some((script, rest)) if has_script => ((*script).to_owned(), rest.get(1..).unwrap_or(&[])),
        Some((file, rest)) => match inside.tree.read(&files::absolute(&folder, file)) {
            Ok(text) => (text.to_string(), rest),
            Err(problem) => return Out::fail(127, format!("{program}: {file}: {problem}")),
        },
        None => (input.to_owned(), &[][..]),
    };
    let shell = new_shell(inside, arguments);
    if !rest.is_empty() && !input.is_empty() {
        shell.set_input(input.to_owned());
    }
    let (out, _) = interpret(inside, &shell, &script);
    inside.folder = folder;
    out
}

/// Runs a script file.
pub(super) fn script(inside: &mut Inside<'_>, text: &str, words: &[&str], _input: &str) -> Out {
    let (shell, folder) = (new_shell(inside, words), inside.folder.clone());
    let (out, _) = interpret(inside, &shell, text);
    inside.folder = folder;
    out
}

/// Quotes a word for a shell.
pub(super) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Runs a builtin or filter of the shell; `None` for any other program.
pub(super) fn own(
    inside: &mut Inside<'_>,
    program: &str,
    words: &[&str],
    input: &str,
) -> Option<Out> {
    if !OWN.split_ascii_whitespace().any(|own| own == program) {
        return None;
    }
    let line = words.iter().fold(program.to_owned(), |line, word| line + " " + &quoted(word));
    let shell = new_shell(inside, &[]);
    shell.set("INPUT", input.to_owned());
    let line = if input.is_empty() { line } else { format!("printf '%s' \"$INPUT\" | {line}") };
    Some(interpret(inside, &shell, &line).0)
}

/// Runs the typed lines, which are the input, in an interactive shell.
pub(super) fn session(mut inside: Inside<'_>, input: &str) -> Ran {
    let shell = new_shell(&inside, &[]);
    let known = inside.variables.clone();
    let (out, is_left) = interpret(&mut inside, &shell, input);
    let mut memory = format!("cd {}\n", quoted(&shell.folder()));
    for (name, value) in shell.variables() {
        let is_known = known.iter().any(|(other, before)| *other == name && *before == value);
        if is_known || name.ends_with(']') {
            continue;
        }
        memory += &format!("{name}={}\n", quoted(&value));
    }
    Ran { memory, is_left, ..inside.finish(out) }
}
