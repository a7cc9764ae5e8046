//! The inside of containers: files, processes, and commands.
//!
//! A command reads the cluster and returns its output and its side effects ([`SideEffect`]), which the kubelet applies.
//! `kubectl exec`, exec probes, and pods that run a single command use the same code. If something isn't simulated, the
//! error says so, and doesn't look like an error of the image.
//!
//! | file | what it does |
//! |---|---|
//! | `files`, `image` | files and layers; known images |
//! | `pod`, `mounts` | what the kubelet adds to a container: its environment, `/etc`, and volumes |
//! | `host` | the files of a node, for pods that mount them |
//! | `probe`, `side_effect` | probes; the side effects of commands |
//! | `shell`, `main_process` | scripts; the main process of a pod that runs a single command |
//! | `file_tools`, `tar`, `space`, `processes`, `tools` | programs for files, disks, processes, and everything else |
//! | `names`, `connect`, `web` | lookups, connections, HTTP |
//! | `sql`, `keeper`, `ring` | MySQL, ZooKeeper, and Cassandra, simulated with the example database |

mod arguments;
mod connect;
mod file_tools;
mod host;
mod image;
mod keeper;
mod main_process;
mod mounts;
mod names;
mod pod;
mod probe;
mod processes;
mod ring;
mod shell;
mod side_effect;
mod space;
mod sql;
mod tar;
mod tools;
mod waiting;
mod web;

pub use files::{File, Files, Layer};
pub use main_process::main_process;
pub use probe::{Failed, failure};
pub use side_effect::SideEffect;
pub use web::from_outside;

use super::world::{files, *};
use super::*;
use crate::later::later;
use crate::limits;
use files::Tree;
use image::Family;

/// The result of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Its exit code.
    pub exit: u8,
    /// Its changes.
    pub side_effects: Vec<SideEffect>,
    /// Help for the reader of the output.
    pub advice: String,
    /// Whether the command didn't start, because the container doesn't have the program.
    pub is_missing: bool,
    /// Whether part of it isn't simulated, so its exit code is meaningless.
    pub is_unknown: bool,
    /// How long it sleeps, in milliseconds; `u64::MAX` if it doesn't end.
    pub sleeps_ms: u64,
    /// A script that restores the working directory and the variables of a shell, for the next line.
    pub memory: String,
    /// Whether a shell ended with `exit`.
    pub is_left: bool,
}

/// The output of a program, and its exit code.
#[derive(Clone, Debug, Default)]
struct Out {
    stdout: String,
    stderr: String,
    exit: u8,
}

impl Out {
    fn print(stdout: impl Into<String>) -> Out {
        Out { stdout: stdout.into(), ..Out::default() }
    }

    fn fail(exit: u8, message: impl Into<String>) -> Out {
        Out { stderr: message.into() + "\n", exit, ..Out::default() }
    }

    fn code(exit: u8) -> Out {
        Out { exit, ..Out::default() }
    }
}

later! {
    also main_process, probe;
}

/// Whether what a text says, a manifest or a recipe, may run a simulated program in a container: a pod without a
/// controller, or an image whose programs are known. Such a text needs the second part of the program.
pub fn needs_later(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.any(|word| word == "Pod") || image::is_named_in(text)
}

/// The maximum number of programs that a command runs, so that loops end.
const MOST_PROGRAMS: u32 = 400;
/// The maximum output of a command, in bytes.
const MOST_OUTPUT: usize = 64 << 10;

/// A command that runs in a container.
struct Inside<'a> {
    cluster: &'a Cluster,
    uid: Uid,
    run: &'a PodRuntime,
    spec: &'a Container,
    family: Family,
    tree: Tree,
    folder: String,
    variables: Vec<(String, String)>,
    /// The names of the variables that a shell set.
    set: Vec<String>,
    side_effects: Vec<SideEffect>,
    advice: String,
    is_unknown: bool,
    is_tty: bool,
    left: u32,
    /// The nesting depth of scripts.
    depth: u32,
    sleeps_ms: u64,
    /// The containers whose processes got a signal to end.
    ended: Vec<String>,
}

/// Finds a container of a running pod by name.
pub fn spec_of<'a>(run: &'a PodRuntime, name: &str) -> Option<&'a Container> {
    run.spec.container(name)
}

impl<'a> Inside<'a> {
    fn new(cluster: &'a Cluster, uid: Uid, run: &'a PodRuntime, spec: &'a Container) -> Inside<'a> {
        let mut inside = Inside {
            cluster,
            uid,
            run,
            spec,
            family: Family::of(&spec.image),
            tree: Tree::default(),
            folder: "/".into(),
            variables: Vec::new(),
            set: Vec::new(),
            side_effects: Vec::new(),
            advice: String::new(),
            is_unknown: false,
            is_tty: false,
            left: MOST_PROGRAMS,
            depth: 0,
            sleeps_ms: 0,
            ended: Vec::new(),
        };
        inside.tree.now = cluster.now;
        inside.furnish();
        inside
    }

    /// The current instant, including the command's sleep.
    fn now(&self) -> Time {
        self.cluster.now.plus(self.sleeps_ms)
    }

    /// The error for something that isn't simulated.
    fn not_simulated(&mut self, what: &str) -> Out {
        self.is_unknown = true;
        Out::fail(1, format!("{what} is not simulated"))
    }

    fn advise(&mut self, text: impl AsRef<str>) {
        if !self.advice.contains(text.as_ref()) {
            self.advice += text.as_ref();
            self.advice.push('\n');
        }
    }

    /// The path of a program, if the container has it.
    fn locate(&self, program: &str) -> Option<String> {
        let is_program = |path: &String| {
            self.tree.get(path).is_some_and(|file| file.text.is_some() && file.mode & 0o111 != 0)
        };
        if program.contains('/') {
            return Some(files::absolute(&self.folder, program)).filter(is_program);
        }
        let path = self.variable("PATH").unwrap_or_default();
        path.split(':').map(|folder| files::absolute(folder, program)).find(is_program)
    }

    /// Whether a program that the container cannot run is the path of a file, which is not executable.
    fn is_file(&self, program: &str) -> bool {
        let path = files::absolute(&self.folder, program);
        program.contains('/') && self.tree.get(&path).is_some_and(|file| file.text.is_some())
    }

    /// The error of the container runtime for a program that it cannot run, and the exit code.
    fn not_started(&self, program: &str) -> (u8, String) {
        let (exit, reason) = match program.contains('/') {
            true if self.is_file(program) => (126, "permission denied".to_owned()),
            true => (127, format!("stat {program}: no such file or directory")),
            false => (127, "executable file not found in $PATH".to_owned()),
        };
        let failed =
            "OCI runtime exec failed: exec failed: unable to start container process: exec";
        (exit, format!("{failed}: \"{program}\": {reason}: unknown"))
    }

    fn variable(&self, name: &str) -> Option<String> {
        let mut all = self.variables.iter();
        all.find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    fn set_variable(&mut self, name: &str, value: &str) {
        match self.variables.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value.to_owned(),
            None => self.variables.push((name.to_owned(), value.to_owned())),
        }
        if !self.set.iter().any(|known| known == name) {
            self.set.push(name.to_owned());
        }
    }

    /// Runs a program with its arguments; `None` if the container doesn't have it.
    fn program(&mut self, words: &[&str], input: &str) -> Option<Out> {
        let (name, words) = words.split_first()?;
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.advise(format!("a command in a container runs at most {MOST_PROGRAMS} programs"));
            return Some(Out::code(137));
        }
        let Some(path) = self.locate(name) else {
            let folders = ["/bin", "/usr/bin", "/usr/local/bin"];
            let mut paths =
                folders.iter().map(|folder| format!("{folder}/{name}")).chain([(*name).to_owned()]);
            let is_removed = paths.any(|path| self.tree.is_removed(&path));
            let may_be_there =
                self.family != Family::Bare && (image::is_known(name) || !self.family.is_plain());
            self.is_unknown |= may_be_there && !is_removed;
            return None;
        };
        let text = self.tree.read(&path).unwrap_or_default();
        Some(match text.strip_prefix(pod::PROGRAM) {
            Some(program) => self.builtin(program.trim_end(), words, input),
            None if text.starts_with("#!") || text.contains('\n') => {
                shell::script(self, &text, words, input)
            }
            None => Out::default(),
        })
    }

    fn builtin(&mut self, program: &str, words: &[&str], input: &str) -> Out {
        let out = tools::run(self, program, words, input)
            .or_else(|| file_tools::run(self, program, words, input))
            .or_else(|| space::run(self, program, words))
            .or_else(|| processes::run(self, program, words))
            .or_else(|| names::run(self, program, words))
            .or_else(|| web::run(self, program, words))
            .or_else(|| sql::run(self, program, words, input))
            .or_else(|| keeper::run(self, program, words, input))
            .or_else(|| ring::run(self, program, words))
            .or_else(|| shell::own(self, program, words, input));
        out.unwrap_or_else(|| self.not_simulated(program))
    }

    /// The entries of a pod's database, including those that this command wrote.
    fn data_of(&self, uid: Uid, run: &PodRuntime) -> Vec<String> {
        let entries = self.cluster.world.data_of(run).cloned().unwrap_or_default().entries;
        let known = entries.iter().map(|entry| entry.text.to_string());
        let new = self.side_effects.iter().filter_map(|side_effect| match side_effect {
            SideEffect::Store(other, text) if *other == uid => Some(text.clone()),
            _ => None,
        });
        known.chain(new).collect()
    }

    /// The result of the command.
    fn finish(mut self, out: Out) -> Ran {
        let mut side_effects = std::mem::take(&mut self.side_effects);
        for (layer, files, is_new) in std::mem::take(&mut self.tree.layers) {
            if is_new {
                side_effects.push(SideEffect::Write(layer, files));
            }
        }
        let database = self.run.database.as_ref().filter(|_| self.tree.is_wiped);
        side_effects.extend(database.map(|database| SideEffect::Wipe(database.disk.clone())));
        let (mut stdout, mut stderr) = (out.stdout, out.stderr);
        for text in [&mut stdout, &mut stderr] {
            if text.len() > MOST_OUTPUT {
                let end = (0..=MOST_OUTPUT).rev().find(|end| text.is_char_boundary(*end));
                text.truncate(end.unwrap_or(0));
            }
        }
        let (advice, is_unknown, sleeps_ms) = (self.advice, self.is_unknown, self.sleeps_ms);
        Ran {
            stdout,
            stderr,
            exit: out.exit,
            side_effects,
            advice,
            is_unknown,
            sleeps_ms,
            ..Ran::default()
        }
    }
}

/// Runs a command in a running container.
pub fn run(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    command: &[&str],
    (input, is_tty): (&str, bool),
) -> Ran {
    let mut inside = Inside::new(cluster, uid, run, spec);
    inside.is_tty = is_tty;
    let has_shell = command.first().is_some_and(|name| inside.locate(name).is_some());
    if is_shell(command) && command.len() == 1 && has_shell {
        return shell::session(inside, input);
    }
    match inside.program(command, input) {
        Some(out) => inside.finish(out),
        None => {
            let (exit, message) = inside.not_started(command.first().unwrap_or(&""));
            Ran { is_missing: true, ..inside.finish(Out::fail(exit, message)) }
        }
    }
}

/// Whether a command is a shell.
pub fn is_shell(command: &[&str]) -> bool {
    matches!(command.first().map(|name| files::base_name(name)), Some("sh" | "bash" | "ash"))
}

/// Whether a container has a program.
pub fn has_program(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    name: &str,
) -> bool {
    Inside::new(cluster, uid, run, spec).locate(name).is_some()
}

/// The prompt of a shell in a container.
pub fn prompt(run: &PodRuntime, spec: &Container, shell: &str, folder: &str) -> String {
    match (Family::of(&spec.image), files::base_name(shell)) {
        (Family::Busybox, _) => format!("{folder} # "),
        (_, "bash") => format!("root@{}:{folder}# ", connect::host_name(run)),
        _ => "# ".into(),
    }
}

/// Advice that lists the simulated tools of a container.
pub fn tools(spec: &Container) -> String {
    let family = Family::of(&spec.image);
    if family == Family::Bare {
        return "this image has no shell and no tools".into();
    }
    let hidden = |tool: &&str| !["[", "false", "true", "clear", "sync"].contains(tool);
    let all =
        family.programs().split_ascii_whitespace().chain(image::TOOLS.split_ascii_whitespace());
    format!("simulated in this container: {}", all.filter(hidden).collect::<Vec<_>>().join(", "))
}

/// Whether a clone copies all files of a volume: the example database does; known images copy only the data.
pub fn copies_files(image: &str) -> bool {
    Family::of(image) == Family::Other
}

/// Whether the first process of a container ignores SIGTERM, so that it must be killed: a shell or `sleep`, which has
/// no handler for it.
pub fn ignores_term(spec: &Container) -> bool {
    Family::of(&spec.image).processes(spec).1 == image::Exit::Never
}

/// Whether a program is common in images, but not simulated.
pub fn is_known(program: &str) -> bool {
    image::is_known(program)
}
