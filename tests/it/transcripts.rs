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
//! What stands before the first `at` is the recipe. What a line advises beyond kubectl is behind `[advice]`.
//! `UPDATE=1 cargo test` rewrites what was printed.

use crate::cases::SAMPLE;
use ordinal::api::Time;
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
    while let Some(line) = lines.next() {
        if let Some(time) = line.strip_prefix("at ") {
            let time = parse_duration(time).unwrap_or_else(|| panic!("no duration: {time}"));
            timeline.seek(Time(time));
            out += &format!("{line}\n");
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
            out += &text_of(&output.stdout);
            out += &text_of(&output.stderr);
            if output.exit != 0 {
                out += &format!("[exit {}]\n", output.exit);
            }
            if !output.advice.is_empty() {
                out += &format!("[advice] {}", text_of(&output.advice));
            }
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
