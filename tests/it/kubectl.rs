//! What kubectl really printed: recordings of moments in the life of a cluster, and of the lines that
//! were typed at each. `tests/data/kubectl` has the objects and the commands of each moment.

use ordinal::manifest;
use serde_json::Value;

/// A recorded moment: its name, and what was there and was done.
fn moments() -> Vec<(String, Value)> {
    let folder = format!("{}/tests/data/kubectl", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a text");
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, serde_json::from_str(&text).expect("JSON"))
    };
    paths.iter().map(read).collect()
}

/// Where two values differ, and how.
fn differences(path: &str, wanted: &Value, got: &Value) -> Vec<String> {
    match (wanted, got) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            let at = |key: &String| {
                differences(&format!("{path}.{key}"), &wanted[key.as_str()], &got[key.as_str()])
            };
            keys.into_iter().flat_map(at).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .flat_map(|(index, (one, other))| differences(&format!("{path}[{index}]"), one, other))
            .collect(),
        _ if wanted == got => Vec::new(),
        _ => vec![format!("{path} wanted {wanted} got {got}")],
    }
}

#[test]
fn objects_that_are_read_are_printed_as_they_were() {
    let mut wrong = String::new();
    let mut count = 0;
    for (name, moment) in moments() {
        for object in moment["objects"].as_array().expect("objects") {
            let read = match manifest::recorded(&object.to_string()) {
                Err(problem) if problem.starts_with("no kind") => continue,
                Err(problem) => panic!("{name} {problem}\n{object}"),
                Ok(read) => read,
            };
            count += 1;
            let printed: Value = serde_json::from_str(&read.encode().json()).expect("JSON");
            if printed != *object {
                let parts = differences("", object, &printed);
                wrong += &format!("{name} {} {}\n", read.reference(), parts.join("; "));
            }
        }
    }
    assert!(count > 300, "{count} objects");
    assert!(wrong.is_empty(), "{wrong}");
}
