//! What happens in a container: its files, its processes, and the commands that are run there.
//!
//! A command reads the cluster and says what it prints and what it changes ([`Deed`]); nothing is changed until
//! [`perform`] does it. `kubectl exec`, exec probes, and pods that are made for one command run the same code.
//! What is not simulated says so, in its own words: the image is never blamed for it.
//!
//! | file | what it does |
//! |---|---|
//! | `files`, `image` | files and layers; what images are known for |
//! | `pod`, `mounts` | what the kubelet puts into a container: its environment, `/etc`, volumes |
//! | `probe`, `deed` | probes; what commands change |
//! | `shell`, `main_process` | scripts; the command that a pod was made for |
//! | `file_tools`, `space`, `processes`, `tools` | programs for files, disks, processes, and all else |
//! | `names`, `connect`, `web` | lookups, connections, HTTP |
//! | `sql`, `keeper`, `ring` | MySQL, ZooKeeper, and Cassandra, played by the example database |

mod connect;
mod deed;
mod file_tools;
mod files;
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
mod space;
mod sql;
mod tools;
mod web;

pub use deed::{Deed, perform, store};
pub use files::{File, Files, Layer};
pub use main_process::{Process, main_process};
pub use probe::{Failed, failure};

use super::world::*;
use super::*;
use crate::db::Data;
use crate::limits;
use files::Tree;
use image::Family;

/// What a command came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
    /// Its exit code.
    pub exit: u8,
    /// What it changes.
    pub deeds: Vec<Deed>,
    /// What a person should know who reads the output.
    pub advice: String,
    /// Whether the command could not be started, because the container has no such program.
    pub is_missing: bool,
    /// Whether something in it is not simulated, so that nothing follows from its exit code.
    pub is_unknown: bool,
    /// How long it sleeps at its end, in milliseconds; `u64::MAX` if it does not end.
    pub sleeps_ms: u64,
    /// What a shell remembers for the next line: lines that restore its folder and its variables.
    pub memory: String,
    /// Whether a shell was left with `exit`.
    pub is_left: bool,
}

/// What a program printed, and its exit code.
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

/// How many programs a command may run, so that loops come to an end.
const MOST_PROGRAMS: u32 = 400;
/// The most that a command prints, in bytes.
const MOST_OUTPUT: usize = 64 << 10;

/// A command that is being run in a container.
struct Inside<'a> {
    cluster: &'a Cluster,
    uid: Uid,
    run: &'a PodRuntime,
    spec: &'a Container,
    family: Family,
    tree: Tree,
    folder: String,
    variables: Vec<(String, String)>,
    /// The variables that a shell has set, which are not all of them.
    set: Vec<String>,
    deeds: Vec<Deed>,
    advice: String,
    is_unknown: bool,
    is_tty: bool,
    left: u32,
    /// How many scripts run within another.
    depth: u32,
    sleeps_ms: u64,
    /// The processes that were told to end.
    ended: Vec<usize>,
}

/// The container of a pod that runs, of this name.
pub fn spec_of<'a>(run: &'a PodRuntime, name: &str) -> Option<&'a Container> {
    run.spec.init_containers.iter().chain(&run.spec.containers).find(|spec| spec.name == name)
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
            deeds: Vec::new(),
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

    /// The instant, after what the command has slept.
    fn now(&self) -> Time {
        self.cluster.now.plus(self.sleeps_ms)
    }

    /// Says that something is not simulated.
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

    /// The file of a program, if there is one.
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

    /// Runs a program with its arguments; none if the container has no such program.
    fn program(&mut self, words: &[&str], input: &str) -> Option<Out> {
        let (name, words) = words.split_first()?;
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.advise(format!("commands in a container run at most {MOST_PROGRAMS} programs"));
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

    /// What the database of a pod holds, with what this command has written to it.
    fn data_of(&self, uid: Uid, run: &PodRuntime) -> Vec<String> {
        let entries = self.cluster.world.data_of(run).cloned().unwrap_or_default().entries;
        let known = entries.iter().map(|entry| entry.text.to_string());
        let new = self.deeds.iter().filter_map(|deed| match deed {
            Deed::Store(other, text) if *other == uid => Some(text.clone()),
            _ => None,
        });
        known.chain(new).collect()
    }

    /// What it all came to.
    fn finish(mut self, out: Out) -> Ran {
        let mut deeds = std::mem::take(&mut self.deeds);
        for (layer, files, is_new) in std::mem::take(&mut self.tree.layers) {
            if is_new {
                deeds.push(Deed::Write(layer, files));
            }
        }
        let database = self.run.database.as_ref().filter(|_| self.tree.is_wiped);
        deeds.extend(database.map(|database| Deed::Wipe(database.disk.clone())));
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
            deeds,
            advice,
            is_unknown,
            sleeps_ms,
            ..Ran::default()
        }
    }
}

/// Runs a command in a container that runs.
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
        None => Ran { is_missing: true, ..inside.finish(Out::code(127)) },
    }
}

/// Whether a command is a shell.
pub fn is_shell(command: &[&str]) -> bool {
    matches!(command.first().map(|name| files::base_name(name)), Some("sh" | "bash" | "ash"))
}

/// Whether a shell can be started in a container.
pub fn has_program(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    name: &str,
) -> bool {
    Inside::new(cluster, uid, run, spec).locate(name).is_some()
}

/// What a shell in a container prints before each line that is typed.
pub fn prompt(run: &PodRuntime, spec: &Container, shell: &str, folder: &str) -> String {
    match (Family::of(&spec.image), files::base_name(shell)) {
        (Family::Busybox, _) => format!("{folder} # "),
        (_, "bash") => format!("root@{}:{folder}# ", pod::host_name(run)),
        _ => "# ".into(),
    }
}

/// The tools that are simulated in a container, for people who try another one.
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

/// Whether a clone copies the files beside the data: the example database does, the images of others do not.
pub fn copies_files(image: &str) -> bool {
    Family::of(image) == Family::Other
}

/// Whether the first process of a container ignores SIGTERM, so that it has to be killed: it is a shell or a sleep, which
/// have no handler for it.
pub fn ignores_term(spec: &Container) -> bool {
    Family::of(&spec.image).processes(spec).1 == image::Exit::Never
}

/// Whether images commonly have a program that is not simulated.
pub fn is_known(program: &str) -> bool {
    image::is_known(program)
}
