//! The table of reasons: its sentences, its documentation, and that another language is one more table.
//!
//! `UPDATE=1 cargo test` rewrites `docs/reasons.md`.

use crate::cases;
use ordinal::api::{Kind, ObjectRef};
use ordinal::cluster::sentences::{ENGLISH, Language, fields};
use ordinal::cluster::{Code, Detail, DetailCode, Reason, Value};
use std::sync::LazyLock;
use std::{env, fs, path::Path};

/// The fields that English sentences leave out.
const UNUSED: &[(&str, &[&str])] = &[
    ("DeletionForced", &["grace"]),
    ("PodReplaced", &["why"]),
    ("RolloutWaits", &["replicas"]),
    ("WaitForReplicas", &["set"]),
    // What Kubernetes says of preemption, after the message.
    ("FailedScheduling", &["tail"]),
    ("VolumeProvisioned", &["volume"]),
    ("ClaimBound", &["volume"]),
    ("NoProvisioner", &["class"]),
    // Whom `kubectl get events` tells.
    ("Attached", &["pods"]),
    ("PullFailed", &["container"]),
    ("PullBackOff", &["container"]),
    ("ContainerKilled", &["container"]),
    ("ProbeFailed", &["container"]),
    ("ContainerStarted", &["image"]),
    ("ContainerRestarted", &["image"]),
    ("Pulling", &["container"]),
    ("PodStopping", &["containers"]),
    ("FileSystemResized", &["pods"]),
    ("TaintEviction", &["node"]),
    ("Preempted", &["by_uid"]),
    ("EvictionCancelled", &["node"]),
    ("DrainFailed", &["pods"]),
    ("Behind", &["entries"]),
    ("WriteAccepted", &["node"]),
    ("StaleAddress", &["name"]),
    ("AutoscalerMetricsMissing", &["code", "metric", "metrics"]),
];

/// What is wrong with a template.
fn check(name: &str, template: &str, known: Vec<&str>, wrong: &mut Vec<String>) {
    let used: Vec<&str> = fields(template).collect();
    for field in used.iter().filter(|field| !known.contains(field)) {
        wrong.push(format!("{name} has no field {field}"));
    }
    let unused: Vec<&str> = known.into_iter().filter(|field| !used.contains(field)).collect();
    let expected = UNUSED.iter().find(|(code, _)| *code == name).map_or(&[][..], |(_, it)| *it);
    if unused != expected {
        wrong.push(format!("the sentence of {name} leaves out {unused:?}"));
    }
}

#[test]
fn sentences_use_the_fields_that_there_are() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        check(code.name(), (ENGLISH.reason)(*code), code.fields().collect(), &mut wrong);
    }
    for code in DetailCode::ALL {
        check(code.name(), (ENGLISH.detail)(*code), code.fields().collect(), &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A template in the language in which every letter of a word is an X.
fn translated(template: &str) -> &'static str {
    let (mut text, mut in_field) = (String::new(), false);
    for letter in template.chars() {
        in_field = match letter {
            '{' => true,
            '}' => false,
            _ => in_field,
        };
        let is_word = !in_field && letter.is_alphabetic();
        text.push(if is_word { 'X' } else { letter });
    }
    Box::leak(text.into_boxed_str())
}

static REASONS: LazyLock<Vec<&str>> =
    LazyLock::new(|| Code::ALL.iter().map(|it| translated((ENGLISH.reason)(*it))).collect());
static DETAILS: LazyLock<Vec<&str>> =
    LazyLock::new(|| DetailCode::ALL.iter().map(|it| translated((ENGLISH.detail)(*it))).collect());

/// The second language.
fn second() -> Language {
    Language {
        reason: |code| REASONS[code as usize],
        detail: |code| DETAILS[code as usize],
        more: translated(ENGLISH.more),
    }
}

/// What a value prints that is no word of a language: names, addresses, messages of Kubernetes.
fn printed(value: &Value<'_>, texts: &mut Vec<String>) {
    match value {
        Value::Nothing | Value::Number(_) => {}
        Value::Duration(_) => texts.extend([" ms".into(), " s".into()]),
        Value::Object(one) => texts.extend([one.to_string(), one.key.name().into()]),
        Value::Objects(list) => list.iter().for_each(|it| printed(&Value::Object(it), texts)),
        Value::Containers(list) => texts.extend(list.iter().map(|it| it.name.clone())),
        Value::Text(one) => texts.push((*one).to_owned()),
        Value::Texts(list) => texts.extend_from_slice(list),
        Value::Detail(detail) => detail.values().iter().for_each(|it| printed(it, texts)),
    }
}

/// Whoever adds a reason adds a case that shows it; a reason that nothing gives is to be removed. In a second
/// language nothing is left of the first: no value brings words of its own.
#[test]
fn every_reason_is_shown_by_a_case_and_can_be_told_in_a_second_language() {
    let mut shown = cases::shown();
    // To show a limit takes ten thousand pods: `hardening` does it.
    let object = ObjectRef::named(Kind::Pod, "default", "web-0");
    let limit = Detail::MaximumPods { limit: 10_000 };
    shown.push(Reason::LimitReached { object, limit }.into());
    let is_missing = |code: &&Code| !shown.iter().any(|reason| reason.code() == **code);
    let missing: Vec<&str> = Code::ALL.iter().filter(is_missing).map(|it| it.name()).collect();
    assert!(missing.is_empty(), "no case in tests/cases shows {}: add one", missing.join(", "));
    for reason in shown {
        let mut rest = second().sentence(&reason);
        let mut texts = Vec::new();
        reason.values().iter().for_each(|value| printed(value, &mut texts));
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        for text in texts.iter().filter(|text| !text.is_empty()) {
            rest = rest.replace(text, "");
        }
        let is_english = rest.chars().any(char::is_lowercase) || rest.contains(['{', '[', '|']);
        assert!(!is_english, "{rest:?} is left of {reason:?}");
    }
}

/// One row of a table.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn fields_of<'a>(names: impl Iterator<Item = &'a str>, types: &[&str]) -> String {
    let fields = names.zip(types).map(|(name, of)| format!("`{name}` {of}"));
    fields.collect::<Vec<String>>().join(", ")
}

#[test]
fn the_documentation_lists_every_code() {
    let mut text = "\
# Reasons

Every event of the log, and every wait, has a reason: a code with typed fields. The log as JSON (`ordinal run STORY
--json`) has the code as `reason` and the fields as `args`; `text` is the sentence in English, made from them. Lessons
match on codes and fields. This page is generated from `src/cluster/reason` and `src/cluster/sentences`; `UPDATE=1 cargo
test reasons` rewrites it.

| Type of a field | In JSON |
|---|---|
| object | `\"pod/web-0\"`; `\"NAMESPACE:pod/web-0\"` outside the namespace `default` |
| text, container, phase | a string: a name, an address, or a message of Kubernetes |
| number | a number |
| duration | a number of milliseconds |
| detail | the code of a detail, or, if that has fields, `{\"reason\": CODE, \"args\": {…}}` |
| objects, texts, containers | an array |

A field without a value is left out. In a sentence, `[…]` appears only if the fields in it have values; `[…|…]` is the
first alternative whose fields all have values.

## Codes

| Code | Type | Component | Fields | Sentence | Statement | Source |
|---|---|---|---|---|---|---|
"
    .to_owned();
    for code in Code::ALL {
        text += &row(&[
            format!("`{}`", code.name()),
            code.event_type().name().into(),
            code.component().name().into(),
            fields_of(code.fields(), code.types()),
            (ENGLISH.reason)(*code).into(),
            code.statement().into(),
            code.source().into(),
        ]);
    }
    text += "\n## Details\n\n| Code | Fields | Words |\n|---|---|---|\n";
    for code in DetailCode::ALL {
        let words = (ENGLISH.detail)(*code).to_owned();
        text +=
            &row(&[format!("`{}`", code.name()), fields_of(code.fields(), code.types()), words]);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reasons.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "docs/reasons.md is out of date: UPDATE=1 cargo test rewrites it");
}
