//! The scheduler refuses pods in the words of the real one: `tests/data/refusals.txt`; and a manifest that is refused
//! in part is applied in part.

use ordinal::api::Time;
use ordinal::cluster::Reason;
use ordinal::timeline::Timeline;
use std::io::Write;
use std::process::{Command, Stdio};

const REFUSALS: &str = include_str!("../data/refusals.txt");

/// Five nodes in three zones, as where it was recorded.
const NODES: &str = "ordinal 1
node node-1 zone=a pods=20
node node-2 zone=a pods=20
node node-3 zone=b pods=20
node node-4 zone=b pods=20
node node-5 zone=c pods=20
";

#[test]
fn pods_are_refused_in_the_words_of_the_real_scheduler() {
    let cases: Vec<&str> = REFUSALS.split("\n--- ").skip(1).collect();
    assert!(cases.len() > 15, "there are refusals");
    for case in cases {
        let (name, rest) = case.split_once('\n').expect("a name");
        let (recipe, rest) = rest.split_once("=== pod ").expect("a pod");
        let (pod, expected) = rest.split_once('\n').expect("messages");
        let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
        let mut timeline =
            Timeline::new(&format!("{NODES}{recipe}")).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        timeline.seek(Time(20_000));
        let refusal = |event: &ordinal::cluster::Event| match &*event.reason {
            Reason::FailedScheduling { pod: refused, message, tail } => {
                refused.key.name().starts_with(pod).then(|| format!("{message}{tail}"))
            }
            _ => None,
        };
        let said: Vec<String> = timeline.events().iter().filter_map(refusal).collect();
        for message in &said {
            assert!(expected.contains(&message.as_str()), "{name}: {message}\n{expected:#?}");
        }
        assert_eq!(said.last().map(String::as_str), expected.last().copied(), "{name}");
    }
}

#[test]
fn a_story_with_a_refused_document_plays_the_rest() {
    let run = |documents: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ordinal"))
            .args(["run", "-", "--until", "1s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let story = format!("ordinal 1\nkubectl apply -f - <<EOF\n{documents}EOF\n");
        let mut input = program.stdin.take().expect("an input");
        input.write_all(story.as_bytes()).expect("it reads");
        drop(input);
        let output = program.wait_with_output().expect("it ends");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let good =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n";
    let bad = "apiVersion: example.com/v1\nkind: Backup\nmetadata: {name: b}\n";
    let (status, log, errors) = run(&format!("{bad}---\n{good}"));
    assert_eq!(status, Some(0));
    assert!(
        log.contains("service/web created") && errors.contains("no matches for kind \"Backup\"")
    );
    assert!(errors.contains("the other objects are applied"), "{errors}");
    let (status, _, errors) = run(bad);
    assert_eq!(status, Some(2), "nothing was applied");
    assert!(errors.contains("no matches for kind \"Backup\""), "{errors}");
    assert_eq!(run(good).0, Some(0));
}
