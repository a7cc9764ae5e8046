//! Programs for processes: `ps`, `kill`, and the like.
//!
//! As in Linux, process 1 of a container ignores signals from inside the container for which it has no handler,
//! including SIGKILL (`pid_namespaces(7)`).

use super::arguments::Options;
use super::file_tools::user_name;
use super::files::base_name;
use super::image::Exit;
use super::world::{ContainerRun, PodRuntime, RunState};
use super::{Family, Inside, Out, SideEffect};
use crate::api::Container;

const KILL: u8 = 9;
const TERMINATE: u8 = 15;
const SIGNALS: [(&str, u8); 7] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("KILL", KILL),
    ("USR1", 10),
    ("USR2", 12),
    ("TERM", TERMINATE),
];

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Option<Out> {
    Some(match program {
        "ps" => ps(inside, words),
        "kill" => kill(inside, words),
        "pkill" | "killall" | "pgrep" => by_name(inside, program, words),
        _ => return None,
    })
}

/// The process ID.
fn number(index: usize) -> usize {
    1 + index * 6
}

/// The name of a process's program.
fn name(process: &str) -> &str {
    let first = process.split([' ', ':']).next().unwrap_or("");
    base_name(first)
}

/// A process that a command sees.
struct Process {
    /// Its command line.
    command: String,
    /// Its container, if it is one of this pod, and its number there.
    of: Option<(String, usize)>,
    /// How the first process of its container handles SIGTERM.
    exit: Exit,
}

/// The processes of a running container.
fn of_container(run: &PodRuntime, spec: &Container, is_own: bool) -> Vec<Process> {
    let is_running = |one: &&ContainerRun| one.name == spec.name && one.state.is_running();
    if run.containers.iter().find(is_running).is_none() {
        return Vec::new();
    }
    let (all, exit) = Family::of(&spec.image).processes(spec);
    let numbered = all.into_iter().enumerate().map(|(number, command)| {
        let of = is_own.then(|| (spec.name.clone(), number));
        Process { command, of, exit }
    });
    numbered.collect()
}

/// The processes that a command sees: those of its container, of the container that an ephemeral container targets, of
/// all containers of a pod with a shared process namespace, or, with `hostPID`, of all containers of the node.
fn visible(inside: &Inside<'_>) -> Vec<Process> {
    let (run, spec) = (inside.run, inside.spec);
    let own = || of_container(run, spec, true);
    let other = |command: &str| Process { command: command.into(), of: None, exit: Exit::Never };
    if run.spec.is_set("hostPID") {
        let mut all: Vec<Process> =
            ["/sbin/init", "/usr/bin/containerd", "/usr/bin/kubelet"].map(other).into();
        for (uid, run) in inside.cluster.world.runs.on_node(&run.node) {
            let containers = run.spec.all_containers();
            all.extend(
                containers.flat_map(|(_, spec)| of_container(run, spec, *uid == inside.uid)),
            );
        }
        return all;
    }
    if run.spec.is_set("shareProcessNamespace") {
        let containers = run.spec.all_containers();
        let all = containers.flat_map(|(_, spec)| of_container(run, spec, true));
        return std::iter::once(other("/pause")).chain(all).collect();
    }
    let target = run.spec.target_of(spec);
    let targeted = target.map(|target| of_container(run, target, true)).unwrap_or_default();
    let mut all = targeted;
    all.extend(own());
    if all.is_empty() {
        // The container is starting.
        let (commands, exit) = inside.family.processes(spec);
        all.extend(commands.into_iter().map(|command| Process { command, of: None, exit }));
    }
    all
}

fn ps(inside: &Inside<'_>, words: &[&str]) -> Out {
    let mut all: Vec<String> = visible(inside).into_iter().map(|one| one.command).collect();
    all.push(format!("ps {}", words.join(" ")).trim_end().to_owned());
    let user = user_name(inside, inside.tree.user);
    let since = inside.run.containers.iter().find(|one| one.name == inside.spec.name);
    let since = since.and_then(|one| match one.state {
        RunState::Running { since, .. } => Some(since),
        _ => None,
    });
    let started = since.unwrap_or(inside.cluster.now).rfc3339();
    let started = started.get(11..16).unwrap_or("");
    let short = match user.len() {
        9.. => format!("{}+", user.get(..7).unwrap_or("")),
        _ => user.clone(),
    };
    let style = words.first().map_or("", |word| word.trim_start_matches('-'));
    let is_busybox = inside.family == Family::Busybox;
    let mut text = match style {
        _ if is_busybox => "PID   USER     TIME  COMMAND\n",
        "elf" => "F S UID        PID  PPID  C PRI  NI ADDR SZ WCHAN  STIME TTY          TIME CMD\n",
        _ if style.contains('e') && style.contains('f') => {
            "UID        PID  PPID  C STIME TTY          TIME CMD\n"
        }
        _ if style.contains('u') => {
            "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"
        }
        _ => "  PID TTY          TIME CMD\n",
    }
    .to_owned();
    let own = all.len() - 1;
    for (index, command) in all.iter().enumerate() {
        let pid = number(index);
        // A command that kubectl exec runs has no parent in the container.
        let parent = if index == 0 || index == own { 0 } else { 1 };
        text += &match style {
            _ if is_busybox => format!("{pid:>5} {short:<8}  0:00 {command}\n"),
            "elf" => format!(
                "4 S {short:<8} {pid:>5} {parent:>5}  0  80   0 -     0 -      {started} ?        00:00:00 {command}\n"
            ),
            _ if style.contains('e') && style.contains('f') => {
                format!(
                    "{short:<8} {pid:>5} {parent:>5}  0 {started} ?        00:00:00 {command}\n"
                )
            }
            _ if style.contains('u') => {
                format!(
                    "{short:<8} {pid:>5}  0.0  0.0      0     0 ?        Ss   {started}   0:00 {command}\n"
                )
            }
            _ => format!("{pid:>5} ?        00:00:00 {}\n", name(command)),
        };
    }
    Out::print(text)
}

/// The signal in an option such as `-9`, `-KILL`, or `-SIGTERM`.
fn signal(word: &str) -> Option<u8> {
    let word = word.trim_start_matches("SIG");
    word.parse()
        .ok()
        .or_else(|| SIGNALS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number))
}

/// Splits arguments into the signal and the rest.
fn read<'w>(words: &[&'w str]) -> (Option<u8>, Vec<&'w str>) {
    match words {
        ["-s" | "--signal", word, rest @ ..] => (signal(word), rest.to_vec()),
        [first, rest @ ..]
            if first.len() > 1
                && signal(first.get(1..).unwrap_or("")).is_some()
                && first.starts_with('-') =>
        {
            (signal(first.get(1..).unwrap_or("")), rest.to_vec())
        }
        words => (Some(TERMINATE), words.to_vec()),
    }
}

fn kill(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    if words.first() == Some(&"-l") {
        return Out::print(SIGNALS.map(|(name, number)| format!("{number} {name}\n")).concat());
    }
    let (signal, words) = read(words);
    let Some(signal) = signal else { return Out::fail(1, "kill: bad signal name") };
    let mut out = Out::default();
    if words.is_empty() {
        return Out::fail(1, "kill: you need to specify whom to kill");
    }
    let all = visible(inside);
    for word in words {
        let index = word
            .parse::<usize>()
            .ok()
            .and_then(|pid| (0..all.len()).find(|index| number(*index) == pid));
        match index {
            Some(index) => send(inside, &all, index, signal),
            None => {
                out.exit = 1;
                out.stderr += &match inside.family {
                    Family::Busybox => format!("kill: can't kill pid {word}: No such process\n"),
                    _ => format!("kill: ({word}) - No such process\n"),
                };
            }
        }
    }
    out
}

fn by_name(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Out {
    let (signal, words) = read(words);
    let options = Options::read(&words, "");
    let (Some(signal), Some(wanted)) = (signal, options.rest.first()) else {
        return Out::fail(2, format!("{program}: no matching criteria specified"));
    };
    let all = visible(inside);
    let is_meant = |process: &Process| match (program, options.has('f')) {
        ("killall", _) => name(&process.command) == *wanted,
        (_, true) => process.command.contains(wanted),
        _ => name(&process.command).contains(wanted),
    };
    let found: Vec<usize> =
        (0..all.len()).filter(|index| all.get(*index).is_some_and(is_meant)).collect();
    match program {
        _ if found.is_empty() && program == "killall" => {
            Out::fail(1, format!("{wanted}: no process found"))
        }
        _ if found.is_empty() => Out::code(1),
        "pgrep" => Out::print(
            found.iter().map(|index| format!("{}\n", number(*index))).collect::<String>(),
        ),
        _ => {
            found.into_iter().for_each(|index| send(inside, &all, index, signal));
            Out::default()
        }
    }
}

/// Sends a signal to a process. If the first process of a container ends, so does the container.
fn send(inside: &mut Inside<'_>, all: &[Process], index: usize, signal: u8) {
    // Signal 0 only checks that the process exists; some others reload.
    let Some(process) = all.get(index).filter(|_| ![0, 1, 10, 12].contains(&signal)) else {
        return;
    };
    let Some((container, number)) = &process.of else {
        return inside.advise("processes of the node and of other pods can only be listed here");
    };
    // The first process of a process namespace ignores signals that it does not handle.
    let code = match (*number, process.exit, signal) {
        (0, ..) if index > 0 && signal == KILL => 128 + KILL,
        (0, _, KILL) => {
            return inside.advise(
                "process 1 of a container ignores SIGKILL that is sent from inside the container",
            );
        }
        (0, Exit::Well, _) => 0,
        (0, Exit::Signal, _) => 128 + signal.min(64),
        (0, ..) if index > 0 => 128 + signal.min(64),
        (0, ..) => {
            return inside.advise(
                "process 1 of this container has no handler for this signal, so Linux ignores it",
            );
        }
        (_, Exit::ByChild, _) => 128 + signal.min(64),
        // The first process replaces it.
        _ => return,
    };
    if !inside.ended.contains(container) {
        inside.ended.push(container.clone());
        inside.side_effects.push(SideEffect::End(container.clone(), code));
    }
}
