//! The main process of a pod that runs a single command, as created by `kubectl run`. It starts with its container, may
//! sleep, and ends the container with its exit code.
//!
//! The state of a sleeping script can't be stored. Instead, the script runs again from the beginning, with its previous
//! answers ([`Process::answers`]), up to the same point.

use super::shell::{Script, new_shell, quoted};
use super::waiting::{Rounds, is_sleep};
use super::*;
use crate::shell::{Next, Run};

/// The maximum number of answers to a process, and their size in bytes. Beyond that, the process isn't simulated.
const MOST_ANSWERS: usize = 1_000;
const MOST_BYTES: usize = 256 << 10;

/// Starts or continues the first process of a container; `None` if it isn't simulated. Only pods without a controller
/// (their containers and init containers, not their sidecars) and ephemeral containers run their command; in other pods,
/// the example database replaces it.
pub fn main_process(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    before: Option<&Process>,
) -> Option<(Process, Vec<SideEffect>)> {
    let pod = cluster.store.pods.get(&run.pod)?;
    let kind = run.spec.all_containers().find(|(_, one)| one.name == spec.name)?.0;
    let is_own = kind == ContainerType::Ephemeral
        || pod.metadata.controller().is_none() && !spec.is_sidecar();
    if pod.metadata.uid != uid || !is_own {
        return None;
    }
    START.get()?(cluster, (uid, run), spec, before)
}

later! {
    /// [`main_process()`] of a pod without a controller.
    static START: fn(&Cluster, (Uid, &PodRuntime), &Container, Option<&Process>) -> Option<(Process, Vec<SideEffect>)> = start;
}

fn start(
    cluster: &Cluster,
    (uid, run): (Uid, &PodRuntime),
    spec: &Container,
    before: Option<&Process>,
) -> Option<(Process, Vec<SideEffect>)> {
    let family = Family::of(&spec.image);
    let words = |field: &str| -> Vec<String> {
        let items = spec.other.get(field).map_or(&[][..], json::Node::items);
        items.iter().map(|item| item.as_text().to_owned()).collect()
    };
    let is_set = |field: &str| {
        spec.other.get(field).is_some_and(|it| *it == json::Node::from(json::Value::Bool(true)))
    };
    let mut command: Vec<String> = words("command").into_iter().chain(words("args")).collect();
    let attached = cluster.world.attached.get(&run.pod);
    let attached = attached.filter(|it| it.container.is_empty() || it.container == spec.name);
    if command.is_empty() && matches!(family, Family::Busybox | Family::Tools) {
        command.push("sh".into());
    }
    let input = attached.map_or("", |attached| &*attached.input);
    let asks = is_set("stdin") && input.is_empty();
    if command.is_empty() || family == Family::Bare || family == Family::Other && attached.is_none()
    {
        return None;
    }
    if is_shell(&[command.first()?]) && command.len() == 1 && asks {
        return Some((Process::default(), Vec::new()));
    }
    let mut inside = Inside::new(cluster, uid, run, spec);
    inside.is_tty = is_set("tty");
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    let (mut process, is_unknown) =
        go_on(&mut inside, &words, input, before.cloned().unwrap_or_default());
    // An init container whose command isn't simulated ends after a while.
    if is_unknown && run.spec.init_containers.iter().any(|one| one.name == spec.name) {
        return None;
    }
    if is_unknown && attached.is_none() {
        (process.exit, process.wakes) = (None, None);
    }
    let ran = inside.finish(Out::default());
    if attached.is_some() && process.exit.is_some() && !ran.advice.is_empty() {
        process.output += &ran.advice;
    }
    Some((process, ran.side_effects))
}

/// The command as a script.
fn script_of(words: &[&str], input: &str) -> String {
    let has_script =
        |options: &[&str]| options.iter().any(|it| it.starts_with('-') && it.contains('c'));
    match words {
        [_, options @ .., script] if is_shell(words) && has_script(options) => (*script).to_owned(),
        [_] if is_shell(words) => input.to_owned(),
        words => words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
    }
}

/// Runs a script from the beginning, with its previous answers, up to the next sleep or the end.
fn go_on(inside: &mut Inside<'_>, words: &[&str], input: &str, before: Process) -> (Process, bool) {
    let script = script_of(words, input);
    let shell = new_shell(inside, &[]);
    let script = match input.is_empty() || is_shell(words) {
        true => script,
        false => {
            shell.set("INPUT", input.to_owned());
            format!("printf '%s' \"$INPUT\" | {script}")
        }
    };
    let (mut run, mut rounds) = (Run::new(&script, &shell), Rounds::new(&script));
    let Process { answers, output, .. } = before;
    let mut process = Process { answers, output, ..Process::default() };
    let sizes = process.answers.iter().map(|answer| answer.stdout.len() + answer.stderr.len());
    let mut bytes: usize = sizes.sum();
    let mut known = process.answers.clone().into_iter();
    loop {
        // What is printed until the last known answer is in the output already.
        let is_new = known.len() == 0;
        let next = run.go_on();
        let printed = run.take_printed().into_iter().filter(|_| is_new);
        printed.for_each(|(_, text)| process.output += &text);
        let answer = match (&next, known.next()) {
            (Next::Done(code), _) => {
                process.exit = Some(*code);
                break;
            }
            (Next::Ask(ask), Some(answer)) => {
                rounds.add(ask, &answer, &shell);
                answer
            }
            (Next::Ask(_), None) if process.answers.len() >= MOST_ANSWERS || bytes > MOST_BYTES => {
                break;
            }
            (Next::Ask(ask), None) => {
                let answer = Script::new(inside).answer_to(ask, &shell);
                bytes += answer.stdout.len() + answer.stderr.len();
                process.answers.push(answer.clone());
                rounds.add(ask, &answer, &shell);
                if is_sleep(ask) {
                    let ms = std::mem::take(&mut inside.sleeps_ms);
                    // A script that sleeps forever never continues.
                    process.wakes =
                        (ms < limits::DURATION_MS).then(|| inside.cluster.now.plus(ms.max(1)));
                    if ms > 0 {
                        break;
                    }
                }
                answer
            }
        };
        run.answer(answer);
    }
    if let Some(repeated) = rounds.repeated().filter(|_| process.wakes.is_some()) {
        process.answers.drain(repeated);
    }
    keep_end(&mut process.output);
    (process, inside.is_unknown)
}

/// Removes the beginning of an output that is too long.
fn keep_end(output: &mut String) {
    if let Some(start) = output.len().checked_sub(MOST_OUTPUT) {
        let start = (start..output.len()).find(|at| output.is_char_boundary(*at));
        output.drain(..start.unwrap_or(0));
    }
}
