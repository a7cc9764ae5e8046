//! Go templates for `-o go-template` and `--template` (`text/template`, and `GoTemplatePrinter` of
//! `k8s.io/cli-runtime`).
//!
//! All actions, variables, pipelines, and functions are supported, including kubectl's `exists` and `base64decode`.
//! Not supported: complex numbers, methods, slices of lists, and `printf` verbs that no value here needs.
//!
//! | file | what it does |
//! |---|---|
//! | `lex`, `parse`, `tree` | parsing text into actions |
//! | `exec`, `value` | executing the actions; their values |
//! | `functions`, `format` | the functions; formatting values as Go does |

mod exec;
mod format;
mod functions;
mod lex;
mod parse;
mod tree;
mod value;

use crate::api::json::{Node as Tree, quoted};
use value::Value;

/// Prints a template for a tree: the text, and the error at its end, if any.
///
/// # Errors
/// kubectl's error for an invalid template.
pub(crate) fn print(text: &str, tree: &Tree) -> Result<(String, Option<String>), String> {
    let parsed = parse::parse(text).map_err(|problem| {
        format!("error: error parsing template {text}, template: output{problem}")
    })?;
    let mut out = String::new();
    let outcome = exec::execute(&parsed, tree, &mut out);
    let Err(problem) = outcome else { return Ok((out, None)) };
    let problem = format!("template: output{problem}");
    let mut given = String::new();
    format::value(&mut given, &Value::of(tree));
    out += &format!(
        "Error executing template: {problem}. Printing more information for debugging the template:\n\ttemplate \
         was:\n\t\t{text}\n\traw data was:\n\t\t{}\n\tobject given to template engine was:\n\t\t{given}\n\n",
        tree.json()
    );
    Ok((out, Some(format!("error: error executing template {}: {problem}", quoted(text)))))
}

/// Formats a value as Go does.
pub(crate) fn value(tree: &Tree) -> String {
    let mut out = String::new();
    format::value(&mut out, &Value::of(tree));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        crate::manifest::read(
            "{kind: Pod, count: 3, none: null, labels: {app: web, tier: db}, items: [{name: a, ready: true}, {name: b}]}",
        )
        .unwrap_or_default()
    }

    /// Compares with the output of a real kubectl.
    #[test]
    fn templates_print_what_they_say() {
        for (text, printed) in [
            (
                "{{.kind}} {{.count}} {{.missing}} {{.missing.more}} {{.none}}",
                "Pod 3 <no value> <no value> <no value>",
            ),
            ("{{range .items}}{{.name}},{{end}}", "a,b,"),
            ("{{range $i, $e := .items}}{{$i}}={{$e.name}};{{else}}none{{end}}", "0=a;1=b;"),
            ("{{range $k, $v := .labels}}{{$k}}:{{$v}} {{end}}", "app:web tier:db "),
            ("{{range .missing}}x{{else}}none{{end}}", "none"),
            ("{{if eq .kind \"Pod\"}}pod{{else if .count}}n{{else}}x{{end}}", "pod"),
            ("{{with .labels}}{{.app}}{{$.kind}}{{end}}", "webPod"),
            ("{{(index .items 1).name}} {{index .labels \"app\"}} {{len .items}}", "b web 2"),
            ("{{.count | printf \"%v|%5v|%-5v|\" 1 2}}", "1|    2|3    |"),
            ("{{printf \"%d\" .count}} {{printf \"%d %s\" 1}}", "3 1 %!s(MISSING)"),
            ("{{gt .count 1}}", "true"),
            ("{{.labels}} {{.items}}", "map[app:web tier:db] [map[name:a ready:true] map[name:b]]"),
            ("a {{- \" b \" -}} c", "a b c"),
            (
                "{{/* a note */}}{{not .kind}} {{and .kind .count}} {{or .missing \"x\"}}",
                "false 3 x",
            ),
            ("{{$x := .kind}}{{$x = \"y\"}}{{$x}}", "y"),
            ("{{exists . \"labels\" \"app\"}} {{exists . \"labels\" \"x\"}}", "true false"),
            ("{{\"YQ==\" | base64decode}}", "a"),
            (
                "{{print 1 2 .kind}} {{println .kind}}{{html \"<a>\"}} {{urlquery \"a b\"}}",
                "1 2Pod Pod\n&lt;a&gt; a+b",
            ),
            ("{{range .items}}{{if .ready}}{{continue}}{{end}}{{.name}}{{break}}{{end}}", "b"),
            ("{{define \"x\"}}[{{.}}]{{end}}{{template \"x\" .kind}}", "[Pod]"),
            (
                "{{slice .kind 1 2}}{{lt 1 2}}{{printf \"%q %T\" .kind .count}}",
                "otrue\"Pod\" int64",
            ),
        ] {
            assert_eq!(print(text, &tree()), Ok((printed.to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_as_go_says_it() {
        for (text, problem) in [
            ("{{.kind", ":1: unclosed action"),
            ("{{nothing .kind}}", ":1: function \"nothing\" not defined"),
            ("{{range .items}}", ":1: unexpected EOF"),
            ("{{end}}", ":1: unexpected {{end}}"),
            ("{{$y}}", ":1: undefined variable \"$y\""),
            ("a\n{{if}}{{end}}", ":2: missing value for if"),
        ] {
            let all = format!("error: error parsing template {text}, template: output{problem}");
            assert_eq!(print(text, &tree()), Err(all));
        }
        for (text, problem) in [
            (
                "{{index .missing 0}}",
                ":1:2: executing \"output\" at <index .missing 0>: error calling index: index of untyped nil",
            ),
            (
                "{{.items.name}}",
                ":1:8: executing \"output\" at <.items.name>: can't evaluate field name in type interface {}",
            ),
            (
                "{{len .count}}",
                ":1:2: executing \"output\" at <len .count>: error calling len: len of type int64",
            ),
        ] {
            let (out, said) = print(text, &tree()).unwrap_or_default();
            assert!(
                out.starts_with(&format!("Error executing template: template: output{problem}. ")),
                "{out}"
            );
            assert_eq!(
                said,
                Some(format!(
                    "error: error executing template {}: template: output{problem}",
                    quoted(text)
                ))
            );
        }
    }
}
