//! How texts are read, compared with what kubectl said: `tests/data/yaml.json`.
//!
//! `KUBECTL=kubectl cargo test yaml` records it again, also the cases that have only a name and a text so far.

use ordinal::manifest;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::{env, fs};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/yaml.json");

fn cases() -> Vec<Value> {
    serde_json::from_str(&fs::read_to_string(FILE).expect("a file")).expect("a list")
}

/// The objects that kubectl reads from a text, and its errors; no cluster is needed for that.
fn record(kubectl: &str, text: &str) -> (Vec<Value>, String) {
    let mut command = Command::new(kubectl);
    command.args(["patch", "--local", "--type=merge", "-p", "{}", "-o", "json", "-f", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("kubectl runs");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    let objects = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let objects = objects.collect::<Result<_, _>>().expect("objects");
    (objects, String::from_utf8(output.stderr).expect("a text"))
}

fn rerecord(kubectl: &str) {
    let mut cases = cases();
    for case in &mut cases {
        let (objects, stderr) = record(kubectl, case["stdin"].as_str().expect("a text"));
        case["objects"] = objects.into();
        case["stderr"] = stderr.into();
    }
    let mut text = serde_json::to_string_pretty(&cases).expect("JSON");
    text.push('\n');
    fs::write(FILE, text).expect("a file");
}

/// The same value with every number as a double, which is what kubectl prints of those beyond 64 bits.
fn with_doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(with_doubles).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), with_doubles(value))).collect()
        }
        value => value.clone(),
    }
}

#[test]
fn texts_are_read_as_kubectl_reads_them() {
    if let Ok(kubectl) = env::var("KUBECTL") {
        rerecord(&kubectl);
    }
    let (mut count, mut faults) = (0, Vec::new());
    for case in cases() {
        let (name, stdin) = (case["name"].as_str().unwrap(), case["stdin"].as_str().unwrap());
        // What a text without objects, or with something else, is answered depends on the verb.
        let stderr = match case["stderr"].as_str().unwrap() {
            other if other.starts_with("error: error parsing") => other,
            _ => "",
        };
        let is_about_kinds = case["stderr"].as_str() != Some(stderr);
        let documents = manifest::parse(stdin);
        let said: String = documents
            .iter()
            .filter_map(|document| document.outcome.as_ref().err())
            .filter(|refusal| refusal.stderr.starts_with("error: error parsing"))
            .map(|refusal| refusal.stderr.as_str())
            .collect();
        let read: Vec<Value> = documents
            .iter()
            .filter(|document| !document.tree.entries().is_empty())
            .map(|document| serde_json::from_str(&document.tree.json()).expect("JSON"))
            .map(|object| with_doubles(&object))
            .collect();
        let objects = with_doubles(&case["objects"]);
        if said != stderr || !is_about_kinds && Value::from(read.clone()) != objects {
            faults.push(format!("{name}: {said}{}\nkubectl: {stderr}{objects}", Value::from(read)));
        }
        count += 1;
    }
    assert!(count > 300);
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
