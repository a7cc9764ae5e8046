//! `ordinal record`, with a program in place of kubectl.
#![cfg(unix)]

use crate::observe::read;
use ordinal::api::Time;
use ordinal::timeline::Timeline;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// Answers as kubectl does, and writes down what it is asked.
const KUBECTL: &str = r#"#!/bin/sh
echo "$@" >> "$0.log"
pod() {
  echo '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"shop","uid":"1","resourceVersion":"'$1'"},'
  echo '"spec":{"nodeName":"n1","containers":[{"name":"web","image":"web:1","env":[{"name":"P","value":"secret"}]}]},'
  echo '"status":{"phase":"'$2'"}}'
}
case "$*" in
  "get pods "*"-w "*)
    echo '{"type":"ADDED","object":'; pod 7 Pending; echo '}'
    sleep 0.3
    echo '{"type":"MODIFIED","object":'; pod 8 Running; echo '}'
    sleep 5 ;;
  *"-w "*) sleep 5 ;;
  "get pods "*) echo '{"apiVersion":"v1","kind":"List","items":['; pod 7 Pending; echo ']}' ;;
  "get nodes "*) echo 'Error from server (Forbidden): nodes is forbidden' >&2; exit 1 ;;
  *) echo '{"apiVersion":"v1","kind":"List","items":[]}' ;;
esac
"#;

#[test]
fn a_recording_only_gets_and_watches_and_can_be_read() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("record");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let (kubectl, file) = (folder.join("kubectl"), folder.join("recording.ndjson"));
    fs::write(&kubectl, KUBECTL).expect("a file");
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).expect("a program");
    let output = Command::new(env!("CARGO_BIN_EXE_ordinal"))
        .args(["record", "-n", "shop", "--for", "2s", "--kubectl"])
        .args([&kubectl, &PathBuf::from("-o"), &file])
        .output()
        .expect("the program");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    assert!(
        complaints.contains("nodes are left out: Error from server (Forbidden)"),
        "{complaints}"
    );
    let asked = fs::read_to_string(folder.join("kubectl.log")).expect("what was asked");
    assert!(asked.lines().count() > 20, "{asked}");
    assert!(
        asked.lines().all(|line| line.starts_with("get ") && line.contains("-n shop")),
        "{asked}"
    );
    let text = fs::read_to_string(&file).expect("the recording");
    assert!(!text.contains("secret"), "{text}");
    let observation = read(&text);
    assert!(observation.is_recording);
    let mut timeline = Timeline::new(&observation.recipe).expect("a recipe");
    let mut phases = Vec::new();
    for at in [Time(0), observation.end] {
        timeline.seek(at);
        let pods = timeline.cluster().store.pods.iter();
        phases.extend(pods.map(|pod| pod.status.phase.name()));
    }
    // The object that the watch began with is not a change.
    assert_eq!(phases.last(), Some(&"Running"), "{phases:?}\n{text}");
    assert_eq!(text.matches("\"type\":\"WATCH\"").count(), 1, "{text}");
}
