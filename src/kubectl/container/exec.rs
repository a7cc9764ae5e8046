//! `kubectl exec` and `kubectl attach`.

use super::super::{Call, Output, Plan};
use super::parts::SESSION_NOTE;
use super::{Session, container, pod, running};
use crate::api::{Container, Pod, RestartPolicy};
use crate::cluster::inside::{self, Ran, SideEffect};
use crate::cluster::kubelet::KILLED;
use crate::cluster::world::PodRuntime;
use crate::notation::quote;
use crate::sim::Command;
use std::rc::Rc;

/// The container that a command reaches.
struct Reached<'a> {
    pod: &'a Rc<Pod>,
    run: &'a Rc<PodRuntime>,
    spec: &'a Container,
    note: String,
}

/// A running container of a pod.
///
/// # Errors
/// kubectl's error if there is none.
fn reach<'a>(call: &Call<'a>, word: &str) -> Result<Reached<'a>, String> {
    let pod = pod(call, word)?;
    if pod.is_finished() {
        let phase = pod.status.phase.name();
        return Err(format!(
            "error: cannot exec into a container in a completed pod; current phase is {phase}"
        ));
    }
    let (container, note) = container(call, pod)?;
    let run = running(call, pod, container).map_err(|error| not_upgraded(call, &error))?;
    let is_running =
        run.containers.iter().any(|one| one.name == container.name && one.state.is_running());
    match is_running {
        true => Ok(Reached { pod, run, spec: container, note }),
        false => Err(format!(
            "error: Internal error occurred: unable to upgrade connection: container not found (\"{}\")",
            container.name
        )),
    }
}

/// `kubectl exec POD -- COMMAND`.
pub(in super::super) fn exec(call: &Call<'_>) -> Plan {
    let usage = "See 'kubectl exec -h' for help and examples";
    let Some((word, rest)) = call.words.plain.split_first() else {
        return Plan::refuse("error: pod, type/name or --filename must be specified");
    };
    let Some(command) = call.words.after.as_ref().filter(|command| !command.is_empty()) else {
        return Plan::refuse(match rest.is_empty() {
            true if call.view.is_recent() => {
                "error: you must specify at least one command for the container".to_owned()
            }
            true => {
                format!("error: you must specify at least one command for the container\n{usage}")
            }
            false => format!(
                "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n{usage}"
            ),
        });
    };
    let reached = match reach(call, word) {
        Ok(reached) => reached,
        Err(message) => return Plan::refuse(message),
    };
    let is_tty = call.words.has("tty");
    let has_input = call.words.has("stdin");
    let input = call.text.filter(|_| has_input).unwrap_or("");
    let is_shell = inside::is_shell(command)
        && command.iter().skip(1).all(|word| word.starts_with('-') && !word.contains('c'));
    if is_shell && is_tty && has_input {
        return typed(call, &reached, command, None);
    }
    let ran = run_in(call, &reached, command, (input, is_tty));
    finish(&reached, command, ran)
}

fn run_in(
    call: &Call<'_>,
    reached: &Reached<'_>,
    command: &[&str],
    (input, is_tty): (&str, bool),
) -> Ran {
    let run = (reached.pod.metadata.uid, &**reached.run);
    inside::run(call.view.cluster, run, reached.spec, command, (input, is_tty))
}

/// The result of a command: its changes, its output, and its exit code.
fn finish(reached: &Reached<'_>, command: &[&str], ran: Ran) -> Plan {
    let Ran { stdout, stderr, exit, side_effects, advice, .. } = ran;
    let mut plan = Plan::print(stdout);
    plan.output.stderr = format!("{}{stderr}", reached.note);
    plan.output.advice = advice;
    plan.output.exit = exit;
    if ran.is_missing {
        let program = command.first().copied().unwrap_or("");
        plan.output.advice = inside::tools(reached.spec) + "\n";
        if inside::is_known(program) {
            plan.output.exit = 1;
            plan.output.stderr =
                format!("{}error: {program} is not simulated in containers\n", reached.note);
            return plan;
        }
    }
    if exit != 0 {
        plan.output.stderr += &format!("command terminated with exit code {exit}\n");
    }
    act(&mut plan, reached, command, side_effects);
    plan
}

/// Adds the changes that a command makes.
fn act(plan: &mut Plan, reached: &Reached<'_>, command: &[&str], side_effects: Vec<SideEffect>) {
    if side_effects.is_empty() {
        return;
    }
    let (key, name) = (reached.pod.metadata.key(), reached.spec.name.clone());
    let mut words = command.join(" ");
    if words.len() > 200 {
        let end = (0..=200).rev().find(|end| words.is_char_boundary(*end)).unwrap_or(0);
        words.truncate(end);
        words += "...";
    }
    plan.commands.push(Command::Ran { pod: key.clone(), container: name, command: words });
    plan.commands.extend(
        side_effects.into_iter().map(|side_effect| Command::Inside(key.clone(), side_effect)),
    );
}

/// Runs the text below the command in a shell; without a text, the shell starts. `ends` names the container whose
/// first process is the shell.
fn typed(call: &Call<'_>, reached: &Reached<'_>, command: &[&str], ends: Option<&str>) -> Plan {
    let run = (reached.pod.metadata.uid, &**reached.run);
    let shell = command.first().copied().unwrap_or("sh");
    if !inside::has_program(call.view.cluster, run, reached.spec, shell) {
        return finish(reached, command, run_in(call, reached, command, ("", true)));
    }
    let ran = run_in(call, reached, &[shell], (call.text.unwrap_or(""), true));
    let target = reached.run.spec.target_of(reached.spec);
    let is_killed = ran.side_effects.iter().any(|side_effect| {
        let own = [Some(reached.spec), target].into_iter().flatten();
        matches!(side_effect, SideEffect::End(name, _) if own.into_iter().any(|one| one.name == *name))
    });
    let exit = if is_killed { KILLED } else { ran.exit };
    let (memory, is_left) = (ran.memory.clone(), ran.is_left || is_killed);
    let mut side_effects = ran.side_effects.clone();
    if let (true, false, Some(name)) = (is_left, is_killed, ends) {
        side_effects.push(SideEffect::End(name.to_owned(), exit));
    }
    let words: Vec<&str> = call.text.unwrap_or("").trim_end().lines().last().into_iter().collect();
    let mut plan = Plan::print(ran.stdout);
    plan.output.stderr = ran.stderr;
    plan.output.advice = ran.advice;
    act(&mut plan, reached, &words, side_effects);
    if call.text.is_none() {
        let is_noted = call.verb.name == "attach" && !call.words.has("quiet");
        plan.output.stderr.insert_str(0, if is_noted { SESSION_NOTE } else { "" });
        plan.output.stderr.insert_str(0, &reached.note);
    }
    if is_left {
        plan.output.exit = exit;
        match ends {
            None if exit != 0 => {
                plan.output.stderr += &format!("command terminated with exit code {exit}\n");
            }
            None => {}
            Some(_) => left(call, reached, &mut plan.output),
        }
        return plan;
    }
    let session = session(reached, call.verb.name, command, memory);
    plan.output.session = Some(Box::new(session));
    plan
}

/// What kubectl prints when the shell of a container has ended (`reattachMessage` of `pkg/cmd/attach`). Only
/// `kubectl run` of a pod that isn't restarted looks at the exit code (`waitForExitCode` of `pkg/cmd/run`).
fn left(call: &Call<'_>, reached: &Reached<'_>, output: &mut Output) {
    let (spec, container) = (&reached.run.spec, &reached.spec.name);
    let is_ephemeral = spec.ephemeral_containers.iter().any(|one| one.name == *container);
    if is_ephemeral || spec.restart_policy == RestartPolicy::Always {
        output.exit = 0;
    }
    if call.words.has("quiet") || spec.restart_policy != RestartPolicy::Always {
        return;
    }
    let line = format!("kubectl attach {} -c {container} -i -t", reached.pod.metadata.name);
    output.stdout += &match is_ephemeral {
        true => format!(
            "Session ended, the ephemeral container will not be restarted but may be reattached using '{line}' if it is \
             still running\n"
        ),
        false => format!("Session ended, resume using '{line}' command when the pod is running\n"),
    };
}

/// The shell, waiting for its next line.
fn session(reached: &Reached<'_>, verb: &str, command: &[&str], memory: String) -> Session {
    let (name, namespace) = (&reached.pod.metadata.name, &reached.pod.metadata.namespace);
    let container = &reached.spec.name;
    let mut line = format!("kubectl {verb} {name} -n {namespace} -c {container} -i -t");
    if verb == "exec" {
        line += " --";
        command.iter().for_each(|word| line = format!("{line} {}", quote(word)));
    }
    let shell = command.first().copied().unwrap_or("sh");
    let folder = memory
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("cd "))
        .map(|folder| folder.trim_matches('\''));
    let prompt = inside::prompt(reached.run, reached.spec, shell, folder.unwrap_or("/"));
    Session { prompt, line, memory }
}

/// The shell in a container that `kubectl run` or `kubectl debug` created for one, once it is running.
pub(super) fn session_of(
    (pod, run): (&Rc<Pod>, &Rc<PodRuntime>),
    container: &str,
) -> Option<Session> {
    let spec = run.spec.container(container)?;
    let reached = Reached { pod, run, spec, note: String::new() };
    let shell = shell_of(spec);
    Some(session(&reached, "attach", &[&shell], "cd '/'\n".into()))
}

/// The shell that is the first process of a container.
fn shell_of(spec: &Container) -> String {
    let words = ["command", "args"]
        .map(|field| spec.other.get(field).map_or(&[][..], |words| words.items()));
    let first = words.into_iter().flatten().map(|word| word.as_text()).next();
    first.filter(|word| inside::is_shell(&[word])).unwrap_or("sh").to_owned()
}

/// `kubectl attach POD -it`: the first process of a container, which is a shell if it waits for input.
pub(in super::super) fn attach(call: &Call<'_>) -> Plan {
    let Some(word) = call.words.plain.first() else {
        return Plan::refuse(
            "error: at least 1 argument is required for attach\nSee 'kubectl attach -h' for help and examples",
        );
    };
    let reached = match reach(call, word) {
        Ok(reached) => reached,
        Err(message) => {
            let message =
                message.replace("cannot exec into a container", "cannot attach a container");
            return Plan::refuse(message.replace(
                "error: container ",
                "error: cannot attach to the container: container ",
            ));
        }
    };
    let process = reached.run.containers.iter().find(|one| one.name == reached.spec.name);
    let process = process.and_then(|one| one.process.as_ref());
    let waits = process.is_some_and(|process| process.wakes.is_none() && process.exit.is_none());
    if waits && call.words.has("stdin") {
        let shell = shell_of(reached.spec);
        return typed(call, &reached, &[&shell], Some(&reached.spec.name));
    }
    let mut plan = Plan::print(process.map_or_else(String::new, |process| process.output.clone()));
    plan.output.stderr = reached.note;
    if !call.words.has("quiet") {
        plan.output.stderr += SESSION_NOTE;
    }
    plan.output.advice =
        "the process in this container does not read input; kubectl logs prints its output\n"
            .into();
    plan
}

/// kubectl's error since 1.37 when the API server refuses the upgrade.
fn not_upgraded(call: &Call<'_>, error: &str) -> String {
    match error.strip_prefix("Error from server").and_then(|rest| rest.split_once(": ")) {
        Some((_, words)) if call.view.is_recent() => {
            format!("error: unable to upgrade connection: {words}")
        }
        _ => error.to_owned(),
    }
}
