//! What is done with a text that may hold anything, and what must hold of it: for the fuzz targets (`fuzz`), and
//! for the texts of `tests/fuzz` in every test run.
//!
//! No text may make anything panic, overflow or go on without end, and whatever is played gives the same again.

use ordinal::api::Time;
use ordinal::apiserver::{self, Answer, ApiServer, Request};
use ordinal::cli::link;
use ordinal::lessons::{self, Guide};
use ordinal::manifest;
use ordinal::notation::{self, Line, parse_duration, quote};
use ordinal::scene::{View, scene, transcript};
use ordinal::svg;
use ordinal::task::{Progress, finish};
use ordinal::terminal::{self, Files, Script, Step};
use ordinal::timeline::Timeline;
use ordinal::why;
use std::rc::Rc;

#[path = "harness/chaos.rs"]
mod chaos;
#[path = "harness/container.rs"]
mod container;
#[path = "harness/expressions.rs"]
mod expressions;
#[path = "harness/live.rs"]
mod live;
#[path = "harness/observe.rs"]
mod observe;

/// What is done with a text.
type Target = fn(&str);

/// Every target by its name, which is also that of its folder below `tests/fuzz`.
pub(crate) const TARGETS: &[(&str, Target)] = &[
    ("api", api),
    ("apply", apply),
    ("chaos", chaos::chaos),
    ("container", container::container),
    ("jsonpath", expressions::jsonpath),
    ("kubectl", kubectl),
    ("lesson", lesson),
    ("link", link),
    ("live", live::live),
    ("manifest", manifest),
    ("observe", observe::observe),
    ("patch", patch),
    ("recipe", recipe),
    ("selector", expressions::selector),
    ("shell", shell),
    ("template", expressions::template),
];

/// A cluster that has something of everything.
const SAMPLE: &str = include_str!("../fuzz/sample.ordinal");
/// How far the sample is recorded, and where the cursor stands, in milliseconds.
const RECORDED_MS: u64 = 120_000;
const CURSOR_MS: u64 = 40_000;
/// How many steps of the simulation an input may take, and how long it may go on, in milliseconds.
const STEPS_MAX: u64 = 1_500;
const TIME_MAX_MS: u64 = 30 * 60_000;
/// How many lines of a terminal are done.
const LINES_MAX: usize = 16;

thread_local! {
    static PREPARED: Timeline = prepared(SAMPLE);
    static SAMPLE_RECIPE: String = sample().recipe();
}

fn prepared(recipe: &str) -> Timeline {
    let mut timeline = Timeline::new(recipe).expect("the sample is sound");
    timeline.seek(Time(RECORDED_MS));
    timeline.seek(Time(CURSOR_MS));
    timeline
}

/// The sample at its cursor.
fn sample() -> Timeline {
    PREPARED.with(Clone::clone)
}

/// Does the target of this name.
pub(crate) fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    target(&String::from_utf8_lossy(input));
}

/// What ends a line in YAML 1.1.
const YAML_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// A text as a manifest: it is read, and what was read is printed and read again.
fn manifest(text: &str) {
    manifest::needs_schema(text);
    let last = text.matches(YAML_BREAKS).count() + 1;
    for document in manifest::parse(text) {
        assert!((1..=last).contains(&(document.line as usize)), "no such line");
        let mut tree = document.tree;
        tree.forget_places();
        let json = tree.json();
        for printed in [&manifest::to_yaml(&tree), &json] {
            let again = manifest::read(printed);
            assert!(again.as_ref() == Ok(&tree), "{tree:?}\nprinted as\n{printed}\nis {again:?}");
        }
        serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
    }
}

/// A text as an argument that may be a link: it is read, or refused in words.
fn link(text: &str) {
    let Some(link) = link::link_in(text) else { return };
    assert!(text.ends_with(link));
    match link::decode(link) {
        Ok((_, at)) => assert!(at.0 <= ordinal::limits::CLUSTER_TIME_MS),
        Err(error) => assert!(error.starts_with("this link "), "{error}"),
    }
}

/// A text as requests to the Kubernetes API, separated by `---`: the first line is `METHOD ADDRESS` and perhaps a media
/// type, the rest the body. What is served is JSON, watches tell JSON, and the recipe alone leads to the same cluster.
fn api(text: &str) {
    let mut server = ApiServer::new(sample());
    let mut watchers = Vec::new();
    for part in text.split("\n---\n").take(LINES_MAX) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let mut words = head.split_whitespace();
        let (method, address) = (words.next().unwrap_or("GET"), words.next().unwrap_or("/"));
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let request = Request {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            content_type: words.next().unwrap_or("application/json").into(),
            accept: words.collect::<Vec<_>>().join(" "),
            body: body.into(),
            ..Request::default()
        };
        apiserver::timeout_seconds(&request);
        if let Ok(exec) = apiserver::read_exec(path, query) {
            server.run_line(&exec.trial, None, None);
            let output = server.run_line(&exec.line, Some(body), None);
            apiserver::exec_refusal(&output);
            serde_json::from_str::<serde_json::Value>(&apiserver::exec_status(&output))
                .expect("JSON");
        }
        match server.answer(&request) {
            Answer::Watch(watcher) => watchers.push(watcher),
            Answer::Response(response) => {
                assert!((200..600).contains(&response.status));
                if response.content_type.starts_with("application/json") {
                    serde_json::from_slice::<serde_json::Value>(&response.body).expect("JSON");
                }
            }
        }
        let to = Time((server.timeline().now().0 + 500).min(TIME_MAX_MS));
        let first = server.timeline().steps()[0];
        while server.timeline().steps()[0] < first + 200 && server.step(to) {}
        for watcher in &mut watchers {
            for line in server.poll(watcher) {
                serde_json::from_slice::<serde_json::Value>(&line).expect("JSON");
            }
        }
    }
    replays(&mut server.timeline().clone());
}

/// A text as a manifest that is applied, twice; then time passes.
fn apply(text: &str) {
    let mut timeline = sample();
    timeline.diff(text);
    let first = timeline.apply(text);
    if first.exit == 0 {
        let again = timeline.apply(text);
        assert_eq!(again.exit, 0, "refused when applied again: {}", again.stderr);
        let diff = timeline.diff(text);
        assert_eq!(diff.exit, 0, "differs from itself: {}{}", diff.stdout, diff.stderr);
    }
    aftermath(timeline);
}

/// Texts as lines of a terminal; `at 40s` goes to an instant of the cluster.
fn kubectl(text: &str) {
    let mut timeline = sample();
    let mut lines = text.lines();
    let mut left = LINES_MAX;
    while let Some(line) = lines.next().filter(|_| left > 0) {
        left -= 1;
        let words = line.strip_prefix("at ").and_then(|time| parse_duration(time.trim()));
        if let Some(at_ms) = words {
            let now = timeline.now().0;
            match at_ms.min(TIME_MAX_MS) {
                to if to < now => timeline.seek(Time(to)),
                to => advance(&mut timeline, to - now),
            }
            continue;
        }
        let mut command = line.to_owned();
        if let Some((_, mark)) = line.rsplit_once("<<") {
            for line in lines.by_ref() {
                command += "\n";
                command += line;
                if line.trim_end() == mark.trim_end() {
                    break;
                }
            }
        }
        type_in(&mut timeline, &command);
    }
    aftermath(timeline);
}

/// A line of a terminal with all that a terminal does: completion, the answer, what a watch goes on to print.
fn type_in(timeline: &mut Timeline, line: &str) {
    timeline.complete(line);
    timeline.run_line(line);
    if let Some(mut watch) = timeline.watch(line) {
        let mut later = timeline.clone();
        advance(&mut later, 1_000);
        later.follow(&mut watch);
    }
}

/// Runs a text as a script in the terminal, and types it line by line.
fn shell(text: &str) {
    let (commands, rest) = ordinal::page::terminal::commands(text);
    // No typed text is lost.
    let length = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
    assert_eq!(length(&commands.concat()) + length(&rest), length(text));
    let (mut timeline, mut files) = (sample(), Files::default());
    let mut script = Script::new(text, &terminal::shell());
    let mut left = LINES_MAX * 4;
    loop {
        let step = script.go_on(&mut files, timeline.now());
        script.take_printed();
        let answer = match step {
            Step::Done(_) => break,
            _ if left == 0 => return,
            Step::Line(line, _) => {
                notation::parse_line(&line).ok();
                timeline.run_line(&line)
            }
            Step::Sleep(ms, _) => {
                advance(&mut timeline, ms.min(2_000));
                Default::default()
            }
            step => terminal::without_page(step).unwrap_or_default(),
        };
        left -= 1;
        script.answer(answer);
    }
    replays(&mut timeline);
}

/// The first line says what is patched, and how; the rest is the patch.
fn patch(text: &str) {
    let (how, patch) = text.split_once('\n').unwrap_or(("", text));
    let kinds = ["sts/web", "pod/web-0", "svc/web", "pvc/data-web-0", "node/node-1", "deploy/api"];
    let number = how.bytes().map(usize::from).sum::<usize>();
    let of_type = ["strategic", "merge", "json"][number % 3];
    let object = kinds[number / 3 % kinds.len()];
    let mut timeline = sample();
    let line = ["kubectl", "patch", object, "--type", of_type, "-p", patch];
    let output = timeline.run_line(&line.map(quote).join(" "));
    if output.exit == 0 {
        advance(&mut timeline, 2_000);
        look(&timeline, 1_280);
    }
}

/// A text as a recipe: it is printed and read again, played, rewound, drawn, and played again.
fn recipe(text: &str) {
    manifest::needs_schema(text);
    let Ok(lines) = notation::parse(text) else { return };
    let printed = notation::print(&lines);
    let again = notation::parse(&printed).expect("a printed recipe can be read");
    assert_eq!(plain(&again), plain(&lines), "printed as\n{printed}");
    assert_eq!(notation::print(&again), printed);
    let Ok(mut timeline) = Timeline::new(text) else { return };
    let last = lines.last().map_or(0, |line| line.at_ms);
    advance(&mut timeline, last.saturating_add(60_000));
    let (end, rules) = (timeline.now(), timeline.rules());
    let number = text.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    for (part, width) in [(number % 61, 1_280), (number % 17, 360)] {
        timeline.seek(Time(end.0 / 64 * part));
        look(&timeline, width);
    }
    timeline.seek(end);
    assert_eq!(timeline.rules(), rules, "rewinding changed the log");
    replays(&mut timeline);
}

/// Lines without their places.
fn plain(lines: &[Line]) -> Vec<Line> {
    let mut lines = lines.to_vec();
    for line in &mut lines {
        line.number = 0;
        line.words.iter_mut().for_each(|word| word.column = 0);
        line.heredoc.iter_mut().for_each(|heredoc| heredoc.first_line = 0);
    }
    lines
}

/// A text as a lesson: a visitor goes through it who chooses the first answer, without patience.
fn lesson(text: &str) {
    let Ok(lesson) = lessons::parse(text) else { return };
    let Ok(mut timeline) = Timeline::new(&lesson.recipe) else { return };
    advance(&mut timeline, 30_000);
    let progress = &Progress::default();
    let mut guide = finish(Guide::new(Rc::new(lesson), &mut timeline, progress));
    for _ in 0..6 {
        finish(guide.skip(&mut timeline, progress));
        guide.choose(0);
        finish(guide.perform(&mut timeline, progress));
        finish(guide.skip_to_goal(&mut timeline, progress));
        let kept = guide.kept();
        let resumed = Guide::resume(guide.lesson().clone(), &kept).expect("as it was kept");
        assert_eq!(resumed.kept(), kept);
        if guide.is_last() {
            break;
        }
        finish(guide.go_on(&mut timeline, progress));
    }
    finish(guide.back(progress));
}

/// What comes of the lines that were done, if anything does.
fn aftermath(mut timeline: Timeline) {
    if timeline.recipe() == SAMPLE_RECIPE.with(Clone::clone) {
        return;
    }
    advance(&mut timeline, 5_000);
    look(&timeline, 1_280);
    replays(&mut timeline);
}

/// Lets time pass, as long as not too much happens in it.
fn advance(timeline: &mut Timeline, by_ms: u64) {
    let end = timeline.now().0.saturating_add(by_ms).min(TIME_MAX_MS);
    let first = timeline.steps()[0];
    let mut stride = 50;
    while timeline.now().0 < end {
        let before = timeline.steps()[0];
        timeline.seek(Time(end.min(timeline.now().0 + stride)));
        let steps = timeline.steps()[0];
        if steps.saturating_sub(first) > STEPS_MAX {
            break;
        }
        stride = if steps.saturating_sub(before) < 20 { stride * 2 } else { (stride / 2).max(1) };
    }
}

/// Looks at a cluster in all the ways there are.
fn look(timeline: &Timeline, width: u32) {
    let (cluster, now) = (timeline.cluster(), timeline.now());
    let view = View { width, ..View::default() };
    let picture = svg::svg(&scene(cluster, now, &view), &transcript(cluster, now));
    assert!(picture.ends_with("</svg>\n"), "half a picture");
    for size in ["width=\"-", "height=\"-", " r=\"-"] {
        assert!(!picture.contains(size), "a negative size: {size}");
    }
    serde_json::from_str::<serde_json::Value>(&timeline.state()).expect("JSON");
    why::views(cluster);
    if let Some(event) = timeline.events().iter().rfind(|event| event.time <= now) {
        why::why(cluster, timeline.events(), &event.subject);
    }
}

/// What was recorded can be played by anybody, and gives the same.
fn replays(timeline: &mut Timeline) {
    let (now, recipe) = (timeline.now(), timeline.recipe());
    let mut again = match Timeline::new(&recipe) {
        Ok(again) => again,
        Err(errors) => panic!("a recorded recipe is refused: {errors:?}\n{recipe}"),
    };
    again.seek(now);
    assert_eq!(again.recipe(), recipe, "another recipe");
    assert!(again.cluster() == timeline.cluster(), "another cluster\n{recipe}");
    assert_eq!(again.rules(), timeline.rules(), "another log\n{recipe}");
}
