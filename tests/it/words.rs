//! Text that a user sees avoids the words that `CONTRIBUTING.md` lists under "Words".

use std::fs;
use std::path::{Path, PathBuf};

/// Where text is that a user sees, apart from the output of kubectl and of the API server.
const PLACES: &[&str] = &[
    "src/web",
    "src/page",
    "src/why",
    "src/why.rs",
    "src/scene",
    "static/element.js",
    "static/mount.js",
    "static/program.js",
    "static/attributes.js",
    "static/source.js",
    "static/storage.js",
    "static/words.js",
    "element/hosts",
    "examples",
    "static/failure.js",
    "static/files.js",
    "static/start.js",
    "static/share",
    "index.html",
    "README.md",
    "element/README.md",
    "docs",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
];

/// Pages that are generated from the table of reasons.
const GENERATED: &[&str] = &["docs/reasons.md"];

/// The words to avoid and the better ones, from the table in `CONTRIBUTING.md`.
fn avoided(contributing: &str) -> Vec<(String, &str)> {
    let table = between(contributing, "<!-- avoid -->", "<!-- /avoid -->");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.flat_map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let (words, better) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        words.split(", ").map(move |word| (word.to_lowercase(), better)).collect::<Vec<_>>()
    })
    .collect()
}

/// The text between two marks, or an empty string.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(part, _)| part)
}

/// The files below a path that have text of ours.
fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        found.push(path.to_owned());
        return;
    }
    let entries = fs::read_dir(path).expect("a folder");
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        let is_text = entry.extension().is_some_and(|it| it == "rs" || it == "js" || it == "md");
        if (is_text && entry.file_name().is_some_and(|it| it != "tests.rs")) || entry.is_dir() {
            files(&entry, found);
        }
    }
}

/// Blanks everything but the string literals of Rust code before its tests. Lines keep their numbers.
fn literals(code: &str) -> String {
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    let mut kept = String::new();
    let mut characters = code.chars().peekable();
    let mut is_inside = false;
    while let Some(character) = characters.next() {
        match character {
            '\n' => kept.push('\n'),
            '\\' if is_inside => drop(characters.next_if(|next| *next != '\n')),
            '"' => is_inside = !is_inside,
            other if is_inside => kept.push(other),
            '\'' if characters.next_if_eq(&'\\').is_some() => drop(characters.nth(1)),
            '\'' if characters.next_if_eq(&'"').is_some() => drop(characters.next()),
            '/' if characters.peek() == Some(&'/') => {
                while characters.next_if(|next| *next != '\n').is_some() {}
            }
            _ => {}
        }
        if character == '"' && !is_inside {
            kept.push(' ');
        }
    }
    kept
}

/// Blanks everything but the string literals of a script.
fn literals_of_script(script: &str) -> String {
    let is_comment = |line: &&str| ["//", "/*", "*"].iter().any(|it| line.trim().starts_with(it));
    let mut quote = None;
    let text_of = |line: &str| {
        let mut kept = String::new();
        let mut characters = line.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (Some(_), '\\') => drop(characters.next()),
                (Some(open), it) if open == it => quote = None,
                (Some(_), it) => kept.push(it),
                (None, '\'' | '"' | '`') => quote = Some(character),
                (None, _) => {}
            }
        }
        // Only templates span lines; what looks like another open string is part of a regular expression.
        quote = quote.filter(|it| *it == '`');
        kept
    };
    let lines = script.lines().map(|line| if is_comment(&line) { "" } else { line });
    lines.map(text_of).collect::<Vec<_>>().join("\n")
}

/// The text of a file that a user sees, in lower case, by line.
fn visible(name: &str, text: &str) -> String {
    let text = match name.rsplit('.').next() {
        Some("rs") => literals(text),
        Some("js") => literals_of_script(text),
        _ if name == "CONTRIBUTING.md" => {
            text.replace(between(text, "<!-- avoid -->", "<!-- /avoid -->"), "")
        }
        _ => text.to_owned(),
    };
    text.to_lowercase()
}

/// Whether a line has a word or phrase that is not part of a longer word.
fn has(line: &str, phrase: &str) -> bool {
    let is_part = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric());
    line.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + phrase.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

#[test]
fn texts_avoid_the_words_that_we_do_not_use() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contributing = fs::read_to_string(root.join("CONTRIBUTING.md")).expect("a text");
    let avoided = avoided(&contributing);
    assert!(avoided.len() >= 25, "the table was not found");
    let mut found = Vec::new();
    PLACES.iter().for_each(|place| files(&root.join(place), &mut found));
    found.sort();
    let mut complaints = Vec::new();
    for path in found {
        let name = path.strip_prefix(root).expect("a file of the project").display().to_string();
        if GENERATED.contains(&name.as_str()) {
            continue;
        }
        let text = visible(&name, &fs::read_to_string(&path).expect("a text"));
        for (number, line) in (1..).zip(text.lines()) {
            let bad = avoided.iter().filter(|(phrase, _)| has(line, phrase));
            complaints.extend(
                bad.map(|(phrase, better)| format!("{name}:{number}: {phrase:?}: write {better}")),
            );
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn only_literals_of_code_are_read() {
    let code =
        "// by hand\nlet a = \"by \\\"hand\"; // \"x\"\nlet b = ('\"', '\\'', \"time line\");\n";
    assert_eq!(literals(code), "\nby hand \ntime line \n");
    let script = "// by hand\nconst a = { beside: `it's ${a}` };\nb('no \\'power');\n";
    assert_eq!(literals_of_script(script), "\nit's ${a}\nno power");
    assert!(has("the time line goes", "time line") && !has("one time lines", "time line"));
}
