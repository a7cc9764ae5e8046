//! Scripts and their output, with files in a map.

use super::*;
use crate::map::Map;

/// A host with files in a map. `kubectl` prints its words and input.
#[derive(Default)]
struct Files(Map<String, String>);

impl Host for Files {
    fn answer(&mut self, ask: &Ask, _: &Shell) -> Output {
        match ask {
            Ask::Call(call) => match call.words[0].as_str() {
                "kubectl" => {
                    let input = call.input.as_ref().map(|it| format!("<{it}>")).unwrap_or_default();
                    Output::print(format!("{}{input}\n", call.words.join("|")))
                }
                other => not_found(other),
            },
            Ask::Read(path) => match self.0.get(path) {
                Some(text) => Output::print(text.clone()),
                None => Output::complaint("No such file or directory"),
            },
            Ask::Write(path, text, is_appended) => {
                let before = self.0.get(path).filter(|_| *is_appended).cloned().unwrap_or_default();
                self.0.insert(path.clone(), before + text);
                Output::default()
            }
            Ask::List(folder) => {
                let head = format!("{}/", folder.trim_end_matches('/'));
                let names = self.0.keys().filter_map(|path| path.strip_prefix(&head));
                Output::print(names.map(|name| format!("{name}\n")).collect::<String>())
            }
            Ask::Find(path) => Output::print(match path.as_str() {
                "/" => "folder",
                path if self.0.contains_key(path) => "file",
                _ => "",
            }),
        }
    }
}

/// Runs scripts one after the other in the same shell. Returns their stdout and stderr together.
fn told(scripts: &[&str]) -> String {
    let shell = Shell::new("/home/user", [("HOME", "/home/user")]);
    let mut files = Files::default();
    let outputs = scripts.iter().map(|script| run(script, &shell, &mut files));
    outputs.map(|output| output.stdout + &output.stderr).collect()
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        assert_eq!(told(&[script]), *expected, "{script}");
    }
}

#[test]
fn words_are_expanded() {
    check(&[
        ("echo a  'b  c' \"d e\" f\\ g # no", "a b  c d e f g\n"),
        ("x=1; echo $x ${x}2 \"$x\" '$x' ${y:-z} ${#x}", "1 12 1 $x z 1\n"),
        ("for i in {0..2} a{b,c}d; do echo -n $i,; done; echo", "0,1,2,abd,acd,\n"),
        ("echo $(echo a; echo b) \"$(echo c; echo d)\" `echo e`", "a b c\nd e\n"),
        ("x='a b'; for i in $x \"$x\"; do echo $i.; done", "a.\nb.\na b.\n"),
        ("echo $((1 + 2 * 3)) $(( (4 - 1) % 2 ))", "7 1\n"),
        ("echo a \\\n b && echo c", "a b\nc\n"),
        ("f=web-0.yaml; echo ${f%.yaml} ${f#web-} ${f/web/db}", "web-0 0.yaml db-0.yaml\n"),
        ("echo {.items..metadata.name} {{.a}} *.none", "{.items..metadata.name} {{.a}} *.none\n"),
        ("echo $'a\\tb' \"a\\\"b\\n\"", "a\tb a\"b\\n\n"),
        (
            "kubectl get po --template '{{range $i, $c := .x}}'",
            "kubectl|get|po|--template|{{range $i, $c := .x}}\n",
        ),
        ("x=5 kubectl $x; echo [$x]", "kubectl\n[]\n"),
    ]);
}

#[test]
fn commands_are_joined() {
    check(&[
        ("true && echo a || echo b; false || echo c; ! false && echo d", "a\nc\nd\n"),
        ("if [ 1 -lt 2 ]; then echo yes; else echo no; fi", "yes\n"),
        ("if test -z x; then echo a; elif [ a = a ]; then echo b; fi", "b\n"),
        ("i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done", "1\n3\n"),
        ("while true; do echo x; break; done; echo $?", "x\n0\n"),
        ("f() { echo $1-$#; return 3; }; f a b; echo $?", "a-2\n3\n"),
        ("(cd /; x=2); echo $x$(pwd); { echo a; echo b; } | wc -l", "/home/user\n2\n"),
        ("printf 'b\\na\\n' | while read x; do echo \"<$x>\"; done", "<b>\n<a>\n"),
        ("nothing-like-it; echo $?", "127\nbash: nothing-like-it: command not found\n"),
        ("echo a; exit 3; echo b", "a\n"),
        ("nothing 2>/dev/null || echo no; nothing >/dev/null 2>&1; echo $?", "no\n127\n"),
    ]);
}

#[test]
fn double_brackets_and_cases_follow_bash() {
    check(&[
        ("x=; [[ -f $x ]] && echo file; [[ -n $x ]] || echo empty", "empty\n"),
        ("x='a b'; [[ $x == a* && ! $x = b ]] && echo yes", "yes\n"),
        ("x='a*'; [[ abc == \"$x\" ]] || [[ abc == $x ]] && echo pattern", "pattern\n"),
        ("[[ 3 -gt 2 && ( a < b || -z x ) ]] && echo ok", "ok\n"),
        (
            "HOSTNAME=web-12; [[ $HOSTNAME =~ -([0-9]+)$ ]] && echo ${BASH_REMATCH[1]} $BASH_REMATCH",
            "12 -12\n",
        ),
        ("[[ web =~ -([0-9]+)$ ]] || echo no", "no\n"),
        ("[[ a == b", "bash: syntax error: unexpected end of file\n"),
        (
            "for x in stop start-1 other; do case $x in start*|run) echo up;; (stop) echo down\n;; *) echo $x; esac; done",
            "down\nup\nother\n",
        ),
        ("case a in b) echo b ;; esac; echo $?", "0\n"),
        ("case a b", "bash: syntax error near unexpected token `b'\n"),
    ]);
}

#[test]
fn aliases_and_functions_stay() {
    let script = [
        "alias k=kubectl",
        "k get pods",
        "alias kx='f() { [ \"$1\" ] && echo $1 || echo none ; } ; f'",
    ];
    assert_eq!(told(&script), "kubectl|get|pods\n");
    assert_eq!(told(&[script[2], "kx; kx a"]), "none\na\n");
    assert_eq!(told(&["export A=1", "unset A; echo [$A]", "alias"]), "[]\n");
    assert_eq!(told(&["source <(kubectl completion bash) >/dev/null 2>&1; echo $?"]), "127\n");
}

#[test]
fn files_are_written_and_read() {
    check(&[
        ("cat <<EOF > x.yaml\na: $((1+1))\nEOF\ncat x.yaml; cat < x.yaml | wc -l", "a: 2\n1\n"),
        ("cat <<'EOF'\n$x\nEOF\ncat <<-EOF\n\ta\n\tEOF", "$x\na\n"),
        ("echo a > x; echo b >> x; cat x x", "a\nb\na\nb\n"),
        ("echo a > x.yaml; echo b > y.yaml; kubectl *.yaml", "kubectl|x.yaml|y.yaml\n"),
        ("cat missing; echo $?", "1\ncat: missing: No such file or directory\n"),
        ("kubectl apply -f - <<EOF\nkind: Pod\nEOF\n", "kubectl|apply|-f|-<kind: Pod\n>\n"),
        ("echo a | tee x | cat - ; cat x; [ -f x ] && echo there", "a\na\nthere\n"),
        ("echo a1 > x; echo a2 > y; sed -i 's/a/b/' x y; sed -i -n '/c/p' y; cat x y", "b1\n"),
        (
            "sed -i 's/a/b/'; sed -i s/a/b/ missing",
            "sed: no input files\nsed: missing: No such file or directory\n",
        ),
        ("kubectl <<A <<B\na\nA\nb\nB\necho c", "kubectl<b\n>\nc\n"),
    ]);
}

#[test]
fn filters_follow_their_originals() {
    let table = "NAME    READY\nweb-0   1/1\nweb-1   0/1\nweb-10  1/1\n";
    for (filter, expected) in [
        ("grep web-1", "web-1   0/1\nweb-10  1/1\n"),
        ("grep -w web-1", "web-1   0/1\n"),
        ("grep -v -e NAME -e 0/1 | wc -l", "2\n"),
        ("grep -c 1/1", "2\n"),
        ("grep -oE '[0-9]+/[0-9]+' | sort | uniq -c", "      1 0/1\n      2 1/1\n"),
        ("grep -n -A1 'web-0'", "2:web-0   1/1\n3-web-1   0/1\n"),
        ("grep -i name; echo $?", "NAME    READY\n0\n"),
        ("grep -q nothing; echo $?", "1\n"),
        ("grep 'a\\|web-0'", "web-0   1/1\n"),
        ("head -1 | cut -c1-4", "NAME\n"),
        ("tail -n +2 | head -n 1 | awk '{print $2}'", "1/1\n"),
        ("tail -1 | cut -d' ' -f1", "web-10\n"),
        ("awk 'NR>1 {print $1 \":\" $2, NF}' | head -1", "web-0:1/1 2\n"),
        ("awk '/web/{print $NF}' | sort -u | tr '\\n' ,", "0/1,1/1,"),
        ("awk '$2 == \"0/1\" {print $1}'", "web-1\n"),
        ("sed 's/web-\\([0-9]*\\)/db-\\1/' | tail -1", "db-10  1/1\n"),
        ("sed -n '2p;$p'", "web-0   1/1\nweb-10  1/1\n"),
        ("sed '1d' | sed -E 's/ +/ /g' | head -1", "web-0 1/1\n"),
        ("tail -n+2 | sort -k2 | awk '{print $1}' | xargs", "web-1 web-0 web-10\n"),
        (
            "tail -n 2 | awk '{print $1}' | xargs -n1 kubectl delete pod",
            "kubectl|delete|pod|web-1\nkubectl|delete|pod|web-10\n",
        ),
        ("tail -2 | xargs -I% echo '<%>'", "<web-1   0/1>\n<web-10  1/1>\n"),
    ] {
        let script = format!("cat <<'EOF' | {filter}\n{table}EOF\n");
        assert_eq!(told(&[&script]), expected, "{filter}");
    }
    check(&[
        ("echo -n hello | base64; echo aGVsbG8= | base64 -d", "aGVsbG8=\nhello"),
        ("seq 0 2; seq -s, 3 -1 1", "0\n1\n2\n3,2,1\n"),
        ("printf '%s=%d\\n' a 1 b 2; printf '%-5s|%03d\\n' x 7", "a=1\nb=2\nx    |007\n"),
        ("echo ABC | tr A-Z a-z | tr -d c", "ab\n"),
        (
            "echo a | grep -P x",
            "grep: -P is not supported in this shell, which has -i -v -E -F -G -o -c -l -L -n -q -w -x -h -H -s -r -e -A -B -C -m\n",
        ),
    ]);
}

#[test]
fn json_is_queried() {
    let json = r#"{"items":[{"metadata":{"name":"a"},"n":1},{"metadata":{"name":"b"},"n":2}]}"#;
    for (query, expected) in [
        ("-r '.items[].metadata.name'", "a\nb\n"),
        ("'.items | length'", "2\n"),
        ("-c '.items[0]'", "{\"metadata\":{\"name\":\"a\"},\"n\":1}\n"),
        ("'.items[1].metadata'", "{\n  \"name\": \"b\"\n}\n"),
        ("-c 'paths|join(\".\")' | tail -1", "\"items.1.n\"\n"),
        ("-r '.items[] | select(.n == 2) | .metadata.name'", "b\n"),
        ("-r '.items[] | \"\\(.metadata.name)=\\(.n)\"'", "a=1\nb=2\n"),
        ("-c '[.items[] | {name: .metadata.name}]'", "[{\"name\":\"a\"},{\"name\":\"b\"}]\n"),
        ("'.items[].x[]?.y'", ""),
        ("-c '.items | map(.n)'", "[1,2]\n"),
        ("-r '.items | sort_by(.n) | last | .metadata.name'", "b\n"),
        ("-r '.items[].metadata.name | select(startswith(\"a\")) | @base64'", "YQ==\n"),
        ("-c '[.items[1].n, .items[1].n] | unique'", "[2]\n"),
    ] {
        let script = format!("cat <<'EOF' | jq {query}\n{json}\nEOF\n");
        assert_eq!(told(&[&script]), expected, "{query}");
    }
    check(&[
        (
            r#"echo '{"n":1} {"n":"}\""}[2]' '"a" 3 null' | jq -c ."#,
            "{\"n\":1}\n{\"n\":\"}\\\"\"}\n[2]\n\"a\"\n3\nnull\n",
        ),
        (r#"echo '{"n":1}{"n":2}' | jq .n"#, "1\n2\n"),
        (
            r#"echo '{"a":"eA==","b":"eQ=="}' | jq -c 'map_values(@base64d)'"#,
            "{\"a\":\"x\",\"b\":\"y\"}\n",
        ),
        (r#"echo '{"a":"eA=="}' | jq -r 'to_entries[] | "\(.key)=\(.value|@base64d)"'"#, "a=x\n"),
        (
            r#"echo '"%"' | jq @base64d"#,
            "jq: error (at <stdin>:1): string (\"%\") is not valid base64 data\n",
        ),
        (r#"echo '{"n":1}{"n":2}' | jq -s -c 'map(.n)'"#, "[1,2]\n"),
        (
            r#"echo '{"n":1} no {"n":2}' | jq .n"#,
            "1\njq: error (at <stdin>:1): the input is not JSON\n",
        ),
    ]);
}

#[test]
fn a_script_may_go_on_in_the_next_line() {
    for text in [
        "echo 'a",
        "echo \"a",
        "for i in 1 2; do",
        "if true; then",
        "cat <<EOF\na\n",
        "echo a &&",
        "echo a |",
        "echo $(",
        "echo a \\",
        "f() {",
        "while true; do echo a",
        "echo ${a",
        "cat <<EOF",
        "echo $((1",
    ] {
        assert_eq!(parse(text), Err(ParseError::Incomplete), "{text}");
    }
    for (text, message) in [
        ("echo a ;; b", "syntax error near unexpected token `;;'"),
        ("done", "syntax error near unexpected token `done'"),
        ("for 1 in a; do b; done", "syntax error near unexpected token `1'"),
        ("| a", "syntax error near unexpected token `|'"),
        (")", "syntax error near unexpected token `)'"),
    ] {
        assert_eq!(parse(text), Err(ParseError::Syntax(message.into())), "{text}");
    }
}

#[test]
fn scripts_are_bounded() {
    assert!(told(&["while true; do x=1; done"]).contains("a script has at most 10000 commands"));
    assert!(told(&["f() { f; }; f"]).contains("nested too deeply"));
    assert!(told(&["x=aaaaaaaaaa; while true; do x=$x$x; echo $x; done"]).contains("stopped"));
    let deep = "(".repeat(10_000);
    assert!(told(&[&deep]).contains("nested too deeply"));
    let deep = "$(".repeat(10_000);
    assert!(told(&[&format!("echo {deep}")]).contains("nested too deeply"));
    assert!(
        told(&["echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep -E '(a*)*b'; echo $?"])
            .contains('1')
    );
}
