//! What hostile input must not do: freeze, wrap, get around a limit, or break out of what is written.

use ordinal::api::Time;
use ordinal::cluster::{Detail, Reason, Timings};
use ordinal::limits::{self, Limit};
use ordinal::notation::{format_duration, parse};
use ordinal::scene::{View, scene, transcript};
use ordinal::svg;
use ordinal::timeline::{Timeline, json, random};
use std::process::Command;

const FIRST: &str = include_str!("../../static/stories/first.ordinal");
const DOCS: &str = include_str!("../../docs/stories.md");

/// A set of this many pods that all start at once.
fn parallel(name: &str, replicas: i64) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: {name} }}\nspec:\n  serviceName: {name}\n  \
         replicas: {replicas}\n  podManagementPolicy: Parallel\n  selector: {{ matchLabels: {{ app: {name} }} }}\n  \
         template:\n    metadata: {{ labels: {{ app: {name} }} }}\n    spec:\n      containers:\n      - \
         {{ name: db, image: ordinal/db:1 }}\n"
    )
}

/// A running story: the first one at one minute.
fn running() -> Timeline {
    let mut timeline = Timeline::new(FIRST).expect("the first story is sound");
    timeline.seek(Time(60_000));
    timeline
}

/// What is wrong with a recipe of these lines.
fn refusal(lines: &str) -> String {
    match Timeline::new(&format!("ordinal 1\n{lines}\n")) {
        Ok(_) => panic!("was taken: {lines}"),
        Err(errors) => errors[0].to_string(),
    }
}

/// The other tests rely on it: arithmetic that wraps stops them.
#[test]
fn tests_run_with_overflow_checks() {
    let wraps = || std::hint::black_box(u8::MAX) + std::hint::black_box(1);
    assert!(std::panic::catch_unwind(wraps).is_err());
}

#[test]
fn the_table_of_limits_is_that_of_the_constants() {
    let rows = Limit::ALL.iter().map(|it| format!("| `{}` | {} |\n", it.name(), it.sentence()));
    let table = format!("| Limit | Message |\n|---|---|\n{}", rows.collect::<String>());
    assert!(DOCS.contains(&table), "docs/stories.md should have this table:\n\n{table}");
}

#[test]
fn a_grace_period_is_honored_or_refused_in_words() {
    let mut timeline = running();
    let too_long = Limit::GracePeriod.sentence();
    for line in ["kubectl delete pod web-0", "kubectl drain node-1 --ignore-daemonsets"] {
        for seconds in [i64::MAX.to_string(), (limits::GRACE_PERIOD_S + 1).to_string()] {
            let output = timeline.run_line(&format!("{line} --grace-period={seconds}"));
            assert!(output.exit == 1 && output.stderr.contains(&too_long), "{}", output.stderr);
        }
        let output = timeline.run_line(&format!("{line} --grace-period=9223372036854775808"));
        assert!(output.stderr.contains("value out of range"), "{}", output.stderr);
    }
    let most = limits::GRACE_PERIOD_S;
    let output = timeline.run_line(&format!("kubectl delete pod web-2 --grace-period={most}"));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    let listed = timeline.run_line("kubectl get pods");
    assert!(listed.stdout.contains("web-2"), "{}", listed.stdout);
    let written =
        timeline.run_line("kubectl get pod web-2 -o jsonpath={.metadata.deletionTimestamp}");
    assert_eq!(written.stdout, "2027-01-01T00:01:00Z");

    let manifest = parallel("slow", 1).replace(
        "containers:",
        "terminationGracePeriodSeconds: 9223372036854775807\n      containers:",
    );
    let output = timeline.apply(&manifest);
    assert_eq!(
        output.stderr,
        format!(
            "The StatefulSet \"slow\" is invalid: spec.template.spec.terminationGracePeriodSeconds: Invalid value: \
             9223372036854775807: {too_long}\n"
        )
    );
}

#[test]
fn nodes_are_named_as_kubernetes_names_them_and_each_once() {
    let subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters";
    for name in ["<img>", "Node", "a_b", "-a", "a..b", "ü", &"n".repeat(254)] {
        let refusal = refusal(&format!("node '{name}' zone=a"));
        let is_said = refusal.contains(subdomain) || refusal.contains("must be no more than");
        assert!(is_said && refusal.contains("metadata.name"), "{refusal}");
    }
    assert!(refusal("node ''").contains("metadata.name: Required value"));
    assert!(
        refusal("node a zone=<b>").contains("a valid label must be an empty string or consist of")
    );
    let twice = refusal("node a\nnode b\nnode a zone=c");
    assert_eq!(
        twice,
        "line 4, column 6: there is a node \"a\" already; give each node a name of its own"
    );
    assert!(refusal("nodes 3\nnode node-2").contains("there is a node \"node-2\" already"));
}

#[test]
fn a_cluster_has_only_so_many_nodes() {
    let sentence = Limit::Nodes.sentence();
    for count in ["1001", "4294967295"] {
        assert!(refusal(&format!("nodes {count}")).contains(&sentence));
    }
    assert!(refusal("nodes 0").contains("at least 1 node"));
    assert!(refusal("nodes 4294967296").contains("is not a number of nodes"));
    let lines: Vec<String> = (0..10_000).map(|number| format!("node n-{number}")).collect();
    assert!(refusal(&lines.join("\n")).starts_with(&format!("line 1002, column 6: {sentence}")));
    let most =
        Timeline::new(&format!("ordinal 1\nnodes {}\n", limits::NODES)).expect("as many as may be");
    assert_eq!(most.cluster().store.nodes.len(), limits::NODES);
    let addresses: std::collections::BTreeSet<String> =
        most.cluster().store.nodes.iter().map(|node| format!("{:?}", node.status.other)).collect();
    assert_eq!(addresses.len(), limits::NODES, "each node has an address of its own");
}

#[test]
fn gates_and_timings_are_known_or_refused_with_a_suggestion() {
    assert!(
        refusal("gate MaxUnavailableStatefullSet=on")
            .contains("did you mean MaxUnavailableStatefulSet?")
    );
    assert!(refusal("gate Nothing=on").contains("known are MaxUnavailableStatefulSet, "));
    assert!(
        refusal("gate MaxUnavailableStatefulSet").contains("gate MaxUnavailableStatefulSet=on")
    );
    assert!(refusal("timing lease-renewl=10s").contains("did you mean lease-renewal?"));
    assert!(refusal("timing lease-renewal=soon").contains("is not a duration"));
    for value in ["off", "false"] {
        let recipe = format!(
            "ordinal 1\ngate MaxUnavailableStatefulSet=on\ngate MaxUnavailableStatefulSet={value}\n"
        );
        let timeline = Timeline::new(&recipe).expect("a gate can be off");
        assert!(!timeline.cluster().settings.is_enabled("MaxUnavailableStatefulSet"));
    }
}

#[test]
fn no_timing_makes_the_cluster_go_on_for_ever_at_one_instant() {
    let longest = format_duration(limits::DURATION_MS);
    for name in Timings::NAMES {
        let refused = Timings::PERIODS.contains(name);
        for seed in [3, 14, 22] {
            for value in ["0", "1ms", &longest] {
                let recipe = random::recipe(seed).replacen(
                    "ordinal 1\n",
                    &format!("ordinal 1\ntiming {name}={value}\n"),
                    1,
                );
                let timeline = Timeline::new(&recipe);
                if refused && value == "0" {
                    let Err(errors) = timeline else { panic!("{name}=0 was taken") };
                    assert!(errors[0].message.contains("must be greater than 0"), "{}", errors[0]);
                    continue;
                }
                let mut timeline =
                    timeline.unwrap_or_else(|errors| panic!("{name}: {}", errors[0]));
                // A period of 1 ms alone makes some hundred thousand steps in this time.
                timeline.seek(Time(if value == "1ms" { 20_000 } else { 600_000 }));
                let [steps, _] = timeline.steps();
                assert!(steps < 2_000_000, "{name}={value}, seed {seed}: {steps} steps");
            }
        }
    }
    let beyond = format_duration(limits::DURATION_MS + 1);
    for value in [&beyond, "99999999h", "5124095576030h"] {
        let refusal = refusal(&format!("timing boot={value}"));
        assert!(refusal.contains(&Limit::Duration.sentence()), "{refusal}");
    }
}

/// Everything that may take no time takes none: what answers what at the same instant comes to an end.
#[test]
fn all_timings_that_may_be_0_may_be_0_at_once() {
    let mut timings = String::from("ordinal 1\n");
    for name in Timings::NAMES.iter().filter(|name| !Timings::PERIODS.contains(name)) {
        timings += &format!("timing {name}=0\n");
    }
    for seed in [5, 10, 14, 15, 19, 21] {
        let recipe = random::recipe(seed).replacen("ordinal 1\n", &timings, 1);
        let mut timeline = Timeline::new(&recipe).expect("a random recipe is sound");
        timeline.seek(Time(600_000));
        let [steps, _] = timeline.steps();
        assert!(steps < 200_000, "seed {seed}: {steps} steps");
    }
}

#[test]
fn a_story_covers_only_so_much_time_and_text() {
    let last = format_duration(limits::CLUSTER_TIME_MS);
    assert!(parse(&format!("ordinal 1\nat {last} kubectl get pods\n")).is_ok());
    for at in ["604800001ms", "253402300800s", "5124095576030h"] {
        let refusal = refusal(&format!("at {at} kubectl get pods"));
        assert!(refusal.contains(&Limit::ClusterTime.sentence()), "{refusal}");
    }
    let lines = "crash web-0\n".repeat(limits::RECIPE_LINES + 1);
    assert!(refusal(&lines).contains(&Limit::RecipeLines.sentence()));
    let bytes = "x".repeat(limits::RECIPE_BYTES + 1);
    assert!(refusal(&bytes).contains(&Limit::RecipeBytes.sentence()));
    assert!(running().run_line(&bytes).stderr.contains(&Limit::RecipeBytes.sentence()));
}

#[test]
fn a_hundred_thousand_lines_are_read() {
    let lines = "at 1s crash web-0 # as often as may be\n".repeat(100_000);
    assert_eq!(parse(&format!("ordinal 1\n{lines}")).expect("a recipe").len(), 100_000);
    let wrong = "at 5 crash web-0\n".repeat(100_000);
    let errors = parse(&format!("ordinal 1\n{wrong}")).expect_err("no unit");
    assert_eq!(errors.len(), 100, "nobody reads more");
}

#[test]
fn a_line_that_asks_for_too_many_pods_is_refused_as_a_whole() {
    let forbidden = format!("Error from server (Forbidden): {}\n", Limit::Pods.sentence());
    let mut timeline = running();
    let before = timeline.recipe();
    for line in [
        "kubectl scale sts web --replicas=2147483647",
        "kubectl scale sts web --replicas=10001",
        r#"kubectl patch sts web -p '{"spec":{"replicas":100000}}'"#,
    ] {
        let output = timeline.run_line(line);
        assert_eq!((output.exit, &output.stderr), (1, &forbidden), "{line}");
        assert_eq!(output.stdout, "", "nothing of it is done");
    }
    let two = format!("{}---\n{}", parallel("one", 6_000), parallel("two", 6_000));
    assert_eq!(timeline.apply(&two).stderr, forbidden, "each alone would be possible");
    assert_eq!(timeline.apply(&parallel("one", 10_001)).stderr, forbidden);
    assert_eq!(
        timeline.recipe(),
        before,
        "a refused line at an instant of its own changes nothing"
    );
    assert_eq!(timeline.run_line("kubectl scale sts web --replicas=9000 --dry-run=client").exit, 0);
}

#[test]
fn ordinals_that_have_no_number_are_refused() {
    let mut timeline = running();
    let last = parallel("last", 3)
        .replace("replicas: 3", "replicas: 3\n  ordinals: { start: 2147483646 }");
    let output = timeline.apply(&last);
    assert!(
        output.stderr.contains("spec.ordinals.start: Invalid value: 2147483646"),
        "{}",
        output.stderr
    );
    let output = timeline.apply(&last.replace("replicas: 3", "replicas: 1"));
    assert_eq!(output.exit, 0, "{}", output.stderr);
    timeline.seek(Time(90_000));
    let listed = timeline.run_line("kubectl get pods").stdout;
    assert!(listed.contains("last-2147483646"), "{listed}");
    let output = timeline.run_line("kubectl scale sts last --replicas=2");
    assert!(output.stderr.contains("spec.ordinals.start: Invalid value"), "{}", output.stderr);
}

#[test]
fn nobody_creates_more_pods_than_there_may_be() {
    use ordinal::api::{Object, Pod};
    use ordinal::sim::{self, Setup, Sim};
    let mut sim = Sim::new(&Setup::default());
    let mut log = Vec::new();
    let pod = |number: usize| {
        let mut pod = Pod::default();
        pod.metadata.name = format!("pod-{number}");
        pod.metadata.namespace = "default".into();
        Object::from(pod)
    };
    // Not as a line does it, which would be refused, but one after the other behind its back.
    for number in 0..limits::PODS + 2 {
        sim.perform(&sim::Command::Create(pod(number)), &mut log);
    }
    assert_eq!(sim.cluster().store.pods.len(), limits::PODS);
    let said = log.last().expect("an event");
    let limit = Detail::MaximumPods { limit: limits::PODS };
    let object = pod(limits::PODS + 1).reference();
    assert_eq!(*said.reason, Reason::LimitReached { object, limit });
}

#[test]
fn only_so_many_clients_ask() {
    let mut timeline = running();
    for number in 0..limits::CLIENTS {
        let output = timeline.run_line(&format!("client c{number} reads web every 1h"));
        assert_eq!(output.exit, 0, "{}", output.stderr);
    }
    let output = timeline.run_line("client more reads web");
    assert_eq!(
        output.stderr,
        format!("Error from server (Forbidden): {}\n", Limit::Clients.sentence())
    );
    assert_eq!(
        timeline.run_line("client c7 reads web every 2h").exit,
        0,
        "one that is there may change"
    );
    for option in ["every 9999999h", "caches 9999999h"] {
        let output = timeline.run_line(&format!("client c1 reads web {option}"));
        assert!(output.stderr.contains(&Limit::Duration.sentence()), "{}", output.stderr);
    }
}

#[test]
fn aliases_produce_only_so_many_bytes() {
    let mut timeline = running();
    let anchored = "x".repeat(1_000_000);
    let aliases = "  - *a\n".repeat(100_000);
    let output = timeline.apply(&format!("a: &a {anchored}\nb:\n{aliases}"));
    let words = "error: error parsing STDIN: error converting YAML to JSON: yaml: document contains excessive aliasing\n";
    assert_eq!(output.stderr, words);
    assert!(output.advice.contains(&Limit::AliasBytes.sentence()), "{}", output.advice);
    let keys = "? *a\n: 1\n".repeat(10);
    assert_eq!(timeline.apply(&format!("k: &a {anchored}\n{keys}")).stderr, words);
    let mut deep = format!("&z {anchored}");
    for number in 0..60 {
        deep = format!("&a{number} [{deep}]");
    }
    assert_eq!(timeline.apply(&format!("k: {deep}\n")).stderr, words, "anchors are copied too");
    let fair = format!("metadata: &m {{ name: web }}\nitems: [{}]\n", vec!["*m"; 1_000].join(", "));
    assert!(!timeline.apply(&fair).stderr.contains("aliasing"));
}

/// Each of these once took time in the square of its length.
#[test]
fn keys_in_the_worst_order_are_read_at_once() {
    let keys: String = (0..90_000).rev().map(|number| format!("  k{number:06}: a\n")).collect();
    let manifest =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: c }}\ndata:\n{keys}");
    let mut timeline = running();
    assert_eq!(timeline.apply(&manifest).stdout, "configmap/c created\n");
    let doubled = format!("{manifest}  k000001: b\n");
    assert_eq!(timeline.apply(&doubled).stdout, "configmap/c configured\n");
}

#[test]
fn as_many_words_as_fit_in_a_line_are_read_at_once() {
    let mut timeline = running();
    for line in [format!("crash{}", " a".repeat(500_000)), format!("crash {}", "a".repeat(131_073))]
    {
        let output = timeline.run_line(&line);
        assert!(output.stderr.contains(&Limit::LineBytes.sentence()), "{}", output.stderr);
    }
    let words = " a".repeat(limits::LINE_BYTES / 2 - 20);
    for line in [
        "kubectl get pods",
        "kubectl delete pod",
        "crash",
        "write web",
        "kubectl",
        "client",
        "nonsense",
    ] {
        let output = timeline.run_line(&format!("{line}{words}"));
        assert!(!output.stderr.contains(&Limit::LineBytes.sentence()), "{line}");
    }
}

/// What a hostile visitor would name and write.
const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\"'&\u{1b}[31m\u{0}\u{1}\u{b}\u{1f}\u{7f}\u{9b}\u{202e}\u{2066}\u{fffe}]]>--><!--";

fn hostile() -> Timeline {
    let mut timeline = running();
    timeline.run_line(&format!("write web-0.web {}", ordinal::notation::quote(HOSTILE)));
    timeline.run_line(&format!("client {} writes web-0.web", ordinal::notation::quote(HOSTILE)));
    timeline.apply(&format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: c }}\ndata: {{ a: {} }}\n",
        ordinal::api::json::quoted(HOSTILE)
    ));
    timeline.seek(Time(75_000));
    timeline
}

#[test]
fn a_picture_is_xml_whatever_is_in_it() {
    let mut timeline = hostile();
    timeline.seek(Time(75_000));
    let cluster = timeline.cluster();
    for width in [390, 1280] {
        let view = View { width, ..View::default() };
        let now = timeline.now();
        let text = svg::svg(&scene(cluster, now, &view), &transcript(cluster, now));
        assert!(text.contains("&lt;img"), "the name is there");
        assert!(!text.contains("<img") && !text.contains("</script"));
        let is_illegal = |c: char| {
            c < ' ' && !"\t\n".contains(c)
                || matches!(
                    c,
                    '\u{7f}'..='\u{9f}' | '\u{202e}' | '\u{2066}' | '\u{fffe}' | '\u{ffff}'
                )
        };
        assert!(!text.contains(is_illegal));
    }
}

#[test]
fn a_log_is_json_whatever_is_in_it() {
    let timeline = hostile();
    let mut found = false;
    for event in timeline.events() {
        let line = json::line(event);
        let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert!(!line.contains(|c: char| c < ' '));
        found |= value["text"].as_str().is_some_and(|text| text.contains("onerror=alert(1)"));
    }
    assert!(found, "what was written is in the log");
}

#[test]
fn the_program_prints_nothing_that_a_terminal_obeys() {
    let folder = std::env::temp_dir().join(format!("ordinal-hardening-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let hostile = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{2066}');
    let story = folder.join("story.ordinal");
    std::fs::write(&story, hostile_recipe()).expect("a file");
    let bad = folder.join("bad\u{1b}.ordinal");
    std::fs::write(&bad, "ordinal 1\nnode '\u{1b}[31m\u{202e}'\n").expect("a file");
    let lesson = folder.join("x.lesson");
    std::fs::write(&lesson, "lesson \u{1b}[31m\u{202e}\n").expect("a file");
    let run = |arguments: &[&std::ffi::OsStr]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_ordinal")).args(arguments).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!text.contains(hostile) && !errors.contains(hostile), "{arguments:?}");
        (text, errors)
    };
    let (text, _) = run(&["run".as_ref(), story.as_os_str()]);
    assert!(text.contains("\\u{1b}[31m") && text.contains("\\u{202e}"), "it can be seen");
    let (json, _) = run(&["run".as_ref(), story.as_os_str(), "--json".as_ref()]);
    assert!(json.contains("\\u001b[31m") && json.contains("\\u202e") && json.contains("\\u009b"));
    for line in json.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
    run(&["draw".as_ref(), story.as_os_str(), "--at".as_ref(), "75s".as_ref()]);
    let (_, errors) = run(&["run".as_ref(), bad.as_os_str()]);
    assert!(errors.contains("bad\\u{1b}.ordinal"), "{errors}");
    let (linted, _) = run(&["lint".as_ref(), lesson.as_os_str()]);
    assert!(linted.contains("1 lessons"), "{linted}");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

fn hostile_recipe() -> String {
    hostile().recipe()
}

#[test]
fn a_text_below_a_line_is_replayed_byte_by_byte() {
    let mut timeline = running();
    let data = "a\r\r\nEOF\r\nEOF \n\u{feff}\u{2028}\u{85}\u{0}b\rEOF_\n\n";
    let line = format!(
        "kubectl patch sts web --patch-file=- <<END\n# {}\nEND",
        data.replace('\n', "\n# ")
    );
    timeline.run_line(&line);
    let lines =
        |timeline: &Timeline| parse(&timeline.recipe()).expect("a recorded recipe is sound");
    let text = lines(&timeline).last().and_then(|line| line.heredoc.clone()).map(|it| it.text);
    if let Some(text) = text.filter(|text| text.contains("EOF_")) {
        assert_eq!(text, format!("# {}\n", data.replace('\n', "\n# ")));
    }
    let again = Timeline::new(&timeline.recipe()).expect("a recorded recipe is sound");
    assert_eq!(again.recipe(), timeline.recipe());
}
