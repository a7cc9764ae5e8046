//! Transcripts: what somebody typed in a terminal at which instant, and what was printed.
//!
//! ```text
//! apply sample
//! at 40s
//! $ kubectl get pods
//! NAME    READY   STATUS    RESTARTS   AGE
//! ...
//! $ kubectl get pod web-9
//! Error from server (NotFound): pods "web-9" not found
//! [exit 1]
//! ```
//! `kubectl run` and `kubectl debug` print more output at the next `at`; `>` marks text typed in a shell in a container.
//!
//! What stands before the first `at` is the recipe. What a line advises beyond kubectl is behind `[advice]`.
//! `UPDATE=1 cargo test` rewrites what was printed.

use crate::cases::SAMPLE;
use ordinal::api::Time;
use ordinal::kubectl::Output;
use ordinal::notation::parse_duration;
use ordinal::timeline::Timeline;
use std::fs;
use std::path::Path;

/// What was printed, in whole lines.
fn text_of(printed: &str) -> String {
    match printed.is_empty() || printed.ends_with('\n') {
        true => printed.to_owned(),
        false => format!("{printed}\n"),
    }
}

/// Prints the output of a command as a terminal shows it.
fn print(out: &mut String, output: &Output) {
    *out += &text_of(&output.stdout);
    *out += &text_of(&output.stderr);
    if output.exit != 0 {
        *out += &format!("[exit {}]\n", output.exit);
    }
    if !output.advice.is_empty() {
        *out += &format!("[advice] {}", text_of(&output.advice));
    }
    if let Some(session) = &output.session {
        *out += &format!("[shell] {}\n", session.prompt);
    }
}

/// Whether a command may stay attached to a container.
fn is_attached(command: &str) -> bool {
    ["kubectl run", "kubectl debug"].iter().any(|start| command.starts_with(start))
}

/// Plays a transcript; answers it with what is printed now.
fn play(text: &str) -> String {
    let mut lines = text.lines().peekable();
    let (mut recipe, mut out) = ("ordinal 1\n".to_owned(), String::new());
    while let Some(line) = lines.next_if(|line| !line.starts_with("at ")) {
        out += &format!("{line}\n");
        match line {
            "apply sample" => recipe += &format!("kubectl apply -f - <<SAMPLE\n{SAMPLE}SAMPLE\n"),
            line => recipe += &format!("{line}\n"),
        }
    }
    let mut timeline = Timeline::new(&recipe).unwrap_or_else(|errors| panic!("{errors:?}"));
    let (mut watch, mut session, mut shown) = (None, None, None);
    while let Some(line) = lines.next() {
        // Advice on a second document begins with `at`, too.
        let time = line.strip_prefix("at ").filter(|time| !time.starts_with("line "));
        if let Some(time) = time {
            let time = parse_duration(time).unwrap_or_else(|| panic!("no duration: {time}"));
            timeline.seek(Time(time));
            out += &format!("{line}\n");
            if let Some(following) = &mut watch {
                out += &text_of(&timeline.follow(following).unwrap_or_default());
                if following.is_over() {
                    print(&mut out, &following.ending());
                    watch = None;
                    continue;
                }
                let is_new = shown.replace(following.session().is_some()) != Some(true);
                session =
                    following.session().filter(|_| is_new).map(|session| *session).or(session);
            }
        } else if let Some(typed) = line.strip_prefix("> ") {
            let shell = session.unwrap_or_else(|| panic!("no shell reads {typed:?}\n{out}"));
            let output = timeline.run_with_text(&shell.line, &shell.input(typed));
            out += &format!("> {typed}\n");
            print(&mut out, &output);
            session = output.session.map(|session| *session);
        } else if let Some(command) = line.strip_prefix("$ ") {
            let mut command = command.to_owned();
            if let Some((_, mark)) = line.rsplit_once("<<") {
                for line in lines.by_ref() {
                    command += &format!("\n{line}");
                    if line == mark {
                        break;
                    }
                }
            }
            out += &format!("$ {command}\n");
            let output = timeline.run_line(&command);
            print(&mut out, &output);
            if let Some(new) = timeline.watch(&command).filter(|_| is_attached(&command)) {
                (watch, shown) = (Some(new), None);
            }
            session = output.session.map(|session| *session);
        }
    }
    out
}

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut wrong = String::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a transcript");
        let got = play(&text);
        count += 1;
        if got != text {
            let differs = text.lines().zip(got.lines()).find(|(one, other)| one != other);
            wrong += &format!("{}: {differs:?}\n", path.display());
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, got).expect("written");
            }
        }
    }
    assert!(count > 0, "there are transcripts");
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{wrong}");
}

/// Pieces of lines, right and wrong.
const PIECES: &[&str] = &[
    "kubectl",
    "get",
    "describe",
    "delete",
    "scale",
    "patch",
    "label",
    "annotate",
    "set image",
    "set env",
    "rollout status",
    "rollout undo",
    "rollout history",
    "logs",
    "exec",
    "wait",
    "explain",
    "edit",
    "apply",
    "pods",
    "sts",
    "svc,pvc",
    "all",
    "nodes",
    "events",
    "endpoints",
    "ns",
    "pod/web-0",
    "sts/web",
    "web",
    "web-0",
    "web-9",
    "node-1",
    "statefulset.spec",
    "-n",
    "-A",
    "-o",
    "yaml",
    "wide",
    "name",
    "--all",
    "-l",
    "app=web",
    "--replicas=2",
    "--replicas",
    "--timeout=1s",
    "--for=delete",
    "--to-revision=1",
    "--revision=x",
    "-f",
    "-",
    "-p",
    "'{\"spec\":{\"replicas\":2}}'",
    "'[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":1}]'",
    "--type=json",
    "--type=merge",
    "jsonpath={.items[*].metadata.name}",
    "-o=jsonpath={..",
    "-o=custom-columns=A:.b,C:",
    "--sort-by={.spec.x",
    "db=ordinal/db:2",
    "a=b",
    "a-",
    "=",
    "--",
    "hostname",
    "nslookup",
    "web-0.web",
    "--help",
    "--",
    "--force",
    "--grace-period=0",
    "--cascade=orphan",
    "--overwrite",
    "é",
    "''",
    "--show-labels",
    "-L",
    "-w",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(300)
    })]

    #[test]
    fn no_line_panics_and_what_is_refused_is_said(
        pieces in proptest::collection::vec(0usize..PIECES.len(), 1..7),
    ) {
        let mut timeline = STARTED.with(Clone::clone);
        let words: Vec<&str> = pieces.iter().map(|index| PIECES[*index]).collect();
        let output = timeline.run_line(&format!("kubectl {}", words.join(" ")));
        assert!(output.exit == 0 || !output.stderr.is_empty(), "{words:?}: {output:?}");
    }
}

thread_local! {
    static STARTED: Timeline = {
        let recipe = format!("ordinal 1\nkubectl apply -f - <<SAMPLE\n{SAMPLE}SAMPLE\n");
        let mut timeline = Timeline::new(&recipe).expect("a recipe");
        timeline.seek(Time(30_000));
        timeline
    };
}
