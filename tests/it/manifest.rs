//! Manifests: what the API server refused is refused in its words, what people write is read.

use ordinal::manifest::{self, Refusal, parse};
use serde_json::Value;

fn recorded(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("a list")
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().expect("a text")
}

/// The refusal of the first document that is refused.
fn refusal(text: &str) -> Refusal {
    parse(text).into_iter().find_map(|document| document.outcome.err()).expect("a refusal")
}

#[test]
fn what_the_api_server_refused_is_refused_in_its_words() {
    let mut report = String::new();
    for case in recorded("refused-manifests") {
        let (line, stdin, stderr) =
            (text(&case, "line"), text(&case, "stdin"), text(&case, "stderr"));
        let name = line.split("# ").last().unwrap_or_default();
        if stdin.is_empty() {
            assert!(parse(stdin).is_empty());
            assert_eq!(manifest::NO_OBJECTS, stderr);
            continue;
        }
        assert_eq!(parse(stdin).len(), 1, "{name}");
        let refusal = refusal(stdin);
        assert_eq!(refusal.stderr, stderr, "{name}");
        assert!(!refusal.advice.is_empty(), "{name} has no advice");
        report += &format!("{name}: {}:{}: {}\n", refusal.line, refusal.column, refusal.advice);
    }
    println!("{report}");
}
