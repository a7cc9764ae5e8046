//! Tests of the line notation.

use super::*;
use proptest::prelude::*;

fn words(line: &Line) -> Vec<&str> {
    line.words.iter().map(|word| word.text.as_str()).collect()
}

fn error(text: &str) -> String {
    match parse(text) {
        Ok(lines) => panic!("was read: {lines:?}"),
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn a_recipe_is_read() {
    let text = "# A comment.\nordinal 1   # the version\n\nseed 7\r\nkubectl apply -f - <<EOF\n\
                kind: A # kept\n ---\n EOF\nEOF\nat 20s\tkubectl scale sts web --replicas=5\ncrash web-1 #x\n\
                at 1m30s write web-0.web \"order 17\" 'it''s' a\\ b \"\\\"\\n\" ''\n";
    let lines = parse(text).unwrap();
    let times: Vec<u64> = lines.iter().map(|line| line.at_ms).collect();
    assert_eq!(times, [0, 0, 20_000, 20_000, 90_000]);
    let numbers: Vec<u32> = lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [4, 5, 10, 11, 12]);
    assert_eq!(words(&lines[0]), ["seed", "7"]);
    assert_eq!(lines[1].source, "kubectl apply -f -");
    let heredoc = lines[1].heredoc.as_ref().unwrap();
    assert_eq!((heredoc.text.as_str(), heredoc.first_line), ("kind: A # kept\n ---\n EOF\n", 6));
    assert_eq!(words(&lines[2]), ["kubectl", "scale", "sts", "web", "--replicas=5"]);
    assert_eq!(lines[2].words[0].column, 8);
    assert_eq!(lines[3].source, "crash web-1");
    assert_eq!(words(&lines[4]), ["write", "web-0.web", "order 17", "its", "a b", "\"\\n", ""]);
}

#[test]
fn a_number_sign_within_a_word_or_a_quote_is_no_comment() {
    let line = parse_line("write web a#b '# c' # d").unwrap();
    assert_eq!(words(&line), ["write", "web", "a#b", "# c"]);
    assert_eq!(line.source, "write web a#b '# c'");
}

#[test]
fn columns_are_counted_in_characters() {
    let line = parse_line("  schön ü x").unwrap();
    let columns: Vec<u32> = line.words.iter().map(|word| word.column).collect();
    assert_eq!(columns, [3, 9, 11]);
}

#[test]
fn errors_say_where_and_what_to_do() {
    assert_eq!(
        error(""),
        "line 1, column 1: the recipe does not begin with the version of its notation; \
         put `ordinal 1` before it, on a line of its own"
    );
    assert_eq!(
        error("\n  ordnal 1\n"),
        "line 2, column 3: the recipe does not begin with the version of its notation; \
         did you mean `ordinal 1`?"
    );
    assert_eq!(
        error("ordinal 2\n"),
        "line 1, column 1: the recipe is in version 2 of the notation; this is version 1; \
         open it with the program that wrote it"
    );
    assert_eq!(
        error("ordinal 1\nat 5 crash a\nat 2s crash a\nat 1s crash a\nat x crash b\nat 3s\n"),
        "line 2, column 4: `5` has no unit; did you mean `at 5s`?\n\
         line 4, column 4: `1s` is before the line above, which is at 2s; \
         put the lines in the order of their times\n\
         line 5, column 4: `x` is not a time; write a time such as `500ms`, `41s`, `1m30s` or `2h`\n\
         line 6, column 1: the line has no command; write a command, or remove it"
    );
    assert_eq!(
        error("ordinal 1\nwrite web \"a\nordinal 1"),
        "line 2, column 11: the quote is not closed; close it on the same line\n\
         line 3, column 1: `ordinal` may stand in the first line only; remove this line"
    );
    assert_eq!(
        error("ordinal 1\nkubectl apply -f - <<EOF\na: 1\n"),
        "line 2, column 20: the text after <<EOF has no end; write `EOF` alone on the line below it"
    );
    assert_eq!(
        error("ordinal 1\ncat <<EOF | kubectl apply -f -\nEOF\n").lines().next(),
        Some(
            "line 2, column 5: <<WORD must be the last of its line; \
             move it to the end, as in `kubectl apply -f - <<EOF`"
        )
    );
}

#[test]
fn a_terminal_line_is_one_command_now() {
    assert_eq!(words(&parse_line("kubectl get pods").unwrap()), ["kubectl", "get", "pods"]);
    let line = parse_line("kubectl apply -f - <<'X Y'").unwrap_err();
    assert_eq!(line.message, "<< must be followed by a word that ends the text");
    let line = parse_line("kubectl apply -f - << X\na\nX\n").unwrap();
    assert_eq!(line.heredoc.unwrap().text, "a\n");
    assert_eq!(parse_line("at 5s crash a").unwrap_err().suggestion, "leave out `at 5s`");
    assert_eq!(parse_line(" # x").unwrap_err().message, "the line is empty");
    assert_eq!(parse_line("a\nb").unwrap_err().line, 2);
    assert_eq!(
        parse_line("kubectl get \\").unwrap_err().to_string(),
        "line 1, column 13: a line cannot be continued with \\; write the command on one line"
    );
}

#[test]
fn durations() {
    for (text, ms) in [
        ("500ms", 500),
        ("41s", 41_000),
        ("1m30s", 90_000),
        ("2h", 7_200_000),
        ("1s500ms", 1_500),
        ("0s", 0),
        ("1h1ms", 3_600_001),
    ] {
        assert_eq!(parse_duration(text), Some(ms));
        assert_eq!(format_duration(ms), text);
    }
    for text in ["", "5", "s", "1.5s", "30s1m", "1s1s", "-1s", "1 s", "99999999999999999999s", "1ü"]
    {
        assert_eq!(parse_duration(text), None, "{text}");
    }
}

#[test]
fn a_carriage_return_below_a_line_is_kept() {
    let recipe = "ordinal 1\nkubectl apply -f - <<EOF\na: |\r\n  b\rc \r\n\nEOF\r\ncrash web-0\r\n";
    let lines = parse(recipe).unwrap();
    let text = lines[0].heredoc.as_ref().map(|heredoc| heredoc.text.as_str());
    assert_eq!(text, Some("a: |\r\n  b\rc \r\n\n"));
    assert_eq!(words(&lines[1]), ["crash", "web-0"], "at the end of a command it is a blank");
    assert_eq!(parse(&print(&lines)).unwrap()[0].heredoc, lines[0].heredoc);
}

#[test]
fn a_command_that_is_called_at_stays_one() {
    let lines = parse("ordinal 1\nat 0s at 5s crash web-0\n").unwrap();
    assert_eq!((lines[0].at_ms, lines[0].source.as_str()), (0, "at 5s crash web-0"));
    assert_eq!(parse(&print(&lines)).unwrap()[0].source, lines[0].source);
}

#[test]
fn close_words() {
    let fields = ["serviceName", "replicas", "selector"];
    assert_eq!(closest("serviceNam", fields), Some("serviceName"));
    assert_eq!(closest("erplicas", fields), Some("replicas"));
    assert_eq!(closest("Selektor", fields), Some("selector"));
    assert_eq!(closest("template", fields), None);
    assert_eq!(closest("gte", ["get", "set"]), Some("get"));
}

#[test]
fn quoting() {
    for word in ["a", "", "a b", "it's", "\"x\"", "#a", "<<E", "a\\b", "'\"\\"] {
        let line = parse_line(&format!("echo {}", quote(word))).unwrap();
        assert_eq!(words(&line), ["echo", word]);
    }
}

/// The lines without the places, which change when they are printed.
fn without_places(lines: &[Line]) -> Vec<Line> {
    let mut lines = lines.to_vec();
    for line in &mut lines {
        line.number = 0;
        line.words.iter_mut().for_each(|word| word.column = 0);
        line.heredoc.iter_mut().for_each(|heredoc| heredoc.first_line = 0);
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn no_text_panics(text in ".{0,40}", line in "[a<# '\"\\\\\\n]{0,40}") {
        let _ = parse(&text);
        let _ = parse(&format!("ordinal 1\n{line}"));
        let _ = parse_line(&line);
        let _ = parse_duration(&text);
    }

    #[test]
    fn what_is_printed_reads_the_same(
        text in "((at [0-9]{1,3}(s|ms|m) +)?[a-z'\" #\\\\]{1,9}( <<EOF\n([a-zE: ]{0,9}\n|EOF_\n){0,3}EOF)?\n){0,8}"
    ) {
        // Unreadable lines are left out: what remains is a recipe.
        let mut kept = String::from("ordinal 1\n");
        for part in text.split_inclusive("\n") {
            let longer = format!("{kept}{part}");
            if parse(&longer).is_ok() || part.starts_with("EOF") { kept = longer; }
        }
        if let Ok(lines) = parse(&kept) {
            let printed = print(&lines);
            let again = parse(&printed).unwrap();
            prop_assert_eq!(without_places(&again), without_places(&lines));
            prop_assert_eq!(print(&again), printed.clone());
            prop_assert_eq!(parse(&print(&again)).unwrap(), again);
        }
    }

    #[test]
    fn any_text_below_a_line_is_printed_and_read_byte_by_byte(
        parts in prop::collection::vec(prop_oneof![
            any::<String>(),
            "[\\r\\n\u{0}\u{1b}\u{85}\u{2028}\u{feff} \t]{0,6}",
            "(EOF_{0,3}[ \t\r]{0,2}\n?){1,4}",
        ], 0..6),
        at_ms in 0..3_u64,
    ) {
        let text = parts.concat();
        let text = if text.is_empty() { text } else { format!("{text}\n") };
        let heredoc = Some(Heredoc { text, first_line: 3 });
        let line = Line { at_ms, heredoc, ..parse_line("kubectl apply -f -").unwrap() };
        let lines = [line, parse_line("crash web-0").map(|line| Line { at_ms, ..line }).unwrap()];
        let printed = print(&lines);
        prop_assert_eq!(without_places(&parse(&printed).unwrap()), without_places(&lines));
    }

    #[test]
    fn any_line_that_was_read_is_printed_and_read_the_same(
        line in prop_oneof![
            any::<String>(),
            "(at 0s )?(at )?[a-z'\"#<\\\\ \r\u{0}\u{1b}\u{85}\u{a0}\u{2028}\u{3000}\u{feff}\u{202e}]{0,12}",
        ],
        at_ms in prop::option::of(0..2_u64),
    ) {
        let time = at_ms.map_or(String::new(), |ms| format!("at {ms}ms "));
        if let Ok(lines) = parse(&format!("ordinal 1\n{time}{line}\n")) {
            let printed = print(&lines);
            let again = parse(&printed).unwrap();
            prop_assert_eq!(without_places(&again), without_places(&lines));
            prop_assert_eq!(print(&again), printed);
        }
    }

    #[test]
    fn durations_read_the_same(ms in any::<u64>()) {
        prop_assert_eq!(parse_duration(&format_duration(ms)), Some(ms));
    }
}
