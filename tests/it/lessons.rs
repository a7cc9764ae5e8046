//! The lessons that come with the page, and what the lint says of others.

use ordinal::lessons::{Guide, Lesson, Phase, lint, parse};
use ordinal::task::{Progress, finish};
use ordinal::timeline::Timeline;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{env, fs, thread};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons")
}

/// The shipped lessons, by name.
fn shipped() -> Vec<(String, Lesson)> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter_map(|name| Some(name.strip_suffix(".lesson")?.to_owned()))
        .collect();
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(folder().join(format!("{name}.lesson"))).expect("a text");
        (name, parse(&text).expect("a lesson"))
    };
    names.into_iter().map(read).collect()
}

#[test]
fn every_shipped_lesson_can_be_gone_through() {
    let lessons = shipped();
    assert!(lessons.len() >= 40, "{} lessons", lessons.len());
    let names: Vec<&str> = lessons.iter().map(|(name, _)| name.as_str()).collect();
    thread::scope(|scope| {
        for names in names.chunks(names.len().div_ceil(4)) {
            scope.spawn(|| names.iter().for_each(|name| go_through(name)));
        }
    });
    for (name, lesson) in &lessons {
        let asks = lesson.steps.iter().any(|step| step.question.is_some());
        let repairs = lesson.steps.iter().filter(|step| step.goal.is_some()).count();
        let is_ticket = name.starts_with("ticket-");
        assert!(asks != is_ticket, "{name}: a lesson has something to predict, a ticket has not");
        let expected = match name.as_str() {
            "first-minute" | "checklist" => 0..=0,
            _ => 1..=2,
        };
        assert!(expected.contains(&repairs), "{name} has {repairs} repairs");
        assert!((2..=9).contains(&lesson.steps.len()), "{name} has {}", lesson.steps.len());
        for need in &lesson.needs {
            assert!(names.contains(&need.as_str()), "{name} needs {need}");
        }
    }
}

/// Plays a shipped lesson in all recorded ways.
fn go_through(name: &str) {
    let text = fs::read_to_string(folder().join(format!("{name}.lesson"))).expect("a text");
    let verdict = lint(&text);
    assert!(verdict.errors.is_empty(), "{name}: {:#?}", verdict.errors);
    assert_eq!(verdict.arrivals.len(), parse(&text).expect("a lesson").steps.len(), "{name}");
}

/// The shipped lessons, in the order of the course.
pub(crate) fn in_order() -> Vec<(String, Lesson)> {
    let list = fs::read_to_string(folder().join("index.txt")).expect("a list");
    let mut lessons = shipped();
    let place = |name: &str| list.lines().position(|line| line.split('\t').next() == Some(name));
    lessons.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    lessons
}

#[test]
fn the_list_of_the_page_says_what_the_lessons_say() {
    let path = folder().join("index.txt");
    let list = fs::read_to_string(&path).expect("a list");
    let lessons = in_order();
    let mut wanted = String::new();
    for (name, lesson) in &lessons {
        let covers: Vec<String> = lesson.covers.iter().map(|number| format!("S{number}")).collect();
        let (minutes, covers, needs) =
            (lesson.minutes.to_string(), covers.join(" "), lesson.needs.join(" "));
        let parts = [name, &minutes, &covers, &lesson.title, &lesson.about, &lesson.part, &needs];
        wanted += &(parts.map(String::as_str).join("\t") + "\n");
    }
    let parts: Vec<&str> = lessons.iter().map(|(_, lesson)| lesson.part.as_str()).collect();
    assert!(parts.is_sorted(), "the lessons of a part are not together: {parts:?}");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("written");
    } else {
        assert_eq!(list, wanted, "UPDATE=1 rewrites it; the order of its lines is yours");
    }
}

/// A lesson of two steps around what is to be said of it.
pub(crate) fn lesson(heading: &str, steps: &str) -> String {
    let manifest = include_str!("../../static/manifests/web.yaml");
    format!(
        "title Two steps\nabout What a lesson is.\ncovers S4\nminutes 1\n{heading}\
         ordinal 1\nseed 1\nnodes 3\nkubectl apply -f - <<EOF\n{manifest}EOF\n{steps}"
    )
}

/// What the lint says of it, with places.
pub(crate) fn said(text: &str) -> String {
    let errors = lint(text).errors;
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

pub(crate) const TWO: &str = "\
step
say Wait.
when PodReady pod/web-0
ask What next?
right web-1 | Yes.
wrong web-2 | No: it is the turn of web-1.
do kubectl delete pod web-0

step
say It comes
    back.
when PodReplaced pod/web-0
goal PodReady pod/web-3
hint Scale.
do kubectl scale statefulset web --replicas=4
";

#[test]
fn what_is_well_is_not_complained_of() {
    assert_eq!(said(&lesson("", TWO)), "");
    assert_eq!(
        said(&lesson(
            "begin PodReady pod/web-0\n",
            &TWO.replacen("PodReady pod/web-0", "PodReady pod/web-1", 1)
        )),
        ""
    );
}

#[test]
fn the_example_of_the_documentation_is_a_lesson() {
    let text = include_str!("../../docs/lessons.md");
    let example = text.split("```text\n").nth(1).and_then(|rest| rest.split("```").next());
    assert_eq!(said(example.expect("an example")), "");
}

#[test]
fn a_visitor_is_led_and_can_go_back() {
    let lesson = Rc::new(parse(&lesson("", TWO)).expect("a lesson"));
    let mut timeline = Timeline::new(&lesson.recipe).expect("a recipe");
    let progress = &Progress::default();
    let mut guide = finish(Guide::new(lesson, &mut timeline, progress));
    let phase = |guide: &Guide, timeline: &Timeline| guide.phase(timeline);
    assert_eq!(phase(&guide, &timeline), Phase::Waiting);
    assert!(finish(guide.skip(&mut timeline, progress)));
    let arrived = timeline.now();
    assert_eq!(phase(&guide, &timeline), Phase::Asking);
    guide.choose(7);
    assert_eq!(guide.chosen(), None);
    guide.choose(1);
    assert_eq!(phase(&guide, &timeline), Phase::Arrived);
    assert!(guide.expects("kubectl  delete pod web-0"));
    // Whoever looks elsewhere in the meantime goes on from where the step arrived.
    timeline.seek(arrived.plus(5_000));
    assert_eq!(finish(guide.go_on(&mut timeline, progress)).len(), 1);
    assert_eq!((timeline.now(), guide.index()), (arrived, 1));
    assert_eq!(phase(&guide, &timeline), Phase::Waiting);
    assert!(finish(guide.skip(&mut timeline, progress)));
    assert_eq!(phase(&guide, &timeline), Phase::Acting);
    timeline.run_line("kubectl scale statefulset web --replicas=4");
    assert!(finish(guide.skip_to_goal(&mut timeline, progress)));
    assert_eq!(phase(&guide, &timeline), Phase::Arrived);
    assert!(guide.is_last());
    // Back: nothing of what came after is left, and the answer is.
    let timeline = finish(guide.back(progress)).expect("a step before");
    assert_eq!((timeline.now(), guide.index(), guide.chosen()), (arrived, 0, Some(1)));
    assert!(!timeline.recipe().contains("delete pod"));
    assert!(finish(guide.back(progress)).is_none());
}

/// What is replaced in the lesson of two steps, by what, and what the lint says of it.
const WRONG: [(&str, &str, &str); 12] = [
    (
        "PodReady pod/web-0",
        "PodRedy pod/web-0",
        "no event has the reason `PodRedy`; did you mean `PodReady`?",
    ),
    (
        "PodReady pod/web-0",
        "PodReady web-0",
        "`web-0` is not an object; write a kind and a name, for example `pod/web-0`",
    ),
    ("PodReady pod/web-0", "PodReady node=node-1", "PodReady has no argument `node`; it has: pod"),
    (
        "right web-1 | Yes.",
        "wrong web-1 | No.",
        "one answer to a question is right; write it after `right`, the others after `wrong`",
    ),
    (
        "right web-1 | Yes.",
        "right web-1",
        "the answer has no reply; write the answer, then `|`, then why it is right or what is wrong about it",
    ),
    ("hint Scale.\n", "", "a goal has a hint, and a hint a goal; write both, or neither"),
    ("say Wait.", "sya Wait.", "`sya` means nothing in a step; did you mean `say`?"),
    (
        "say Wait.\n",
        "say Wait.\npoint web-0 | Here.\n",
        "`web-0` is not an object; write a kind and a name, for example `pod/web-0`",
    ),
    (
        "say Wait.\n",
        "say Wait.\npoint pod/web-0\n",
        "the text has 0 characters; write `|`, then a text of at most 90 characters",
    ),
    (
        "do kubectl delete pod web-0",
        "do kubectl 'delete",
        "the quote is not closed; close it on the same line",
    ),
    (
        "do kubectl delete pod web-0",
        "do kubectl delete pod web-7",
        "Error from server (NotFound): pods \"web-7\" not found; the commands of a step must succeed",
    ),
    (
        "goal PodReady pod/web-3",
        "goal PodReady pod/web-9",
        "step 2 of 2 waits for `PodReady pod/web-9`, which does not come within 30m",
    ),
];

#[test]
fn errors_say_where_and_what_to_do() {
    for (from, to, message) in WRONG {
        let errors = said(&lesson("", &TWO.replacen(from, to, 1)));
        assert!(errors.contains(message), "{to}: {errors}");
    }
    let late = lesson("", TWO).replacen("step\n", "at 9m crash web-0\nstep\n", 1);
    assert!(
        said(&late).contains("the line is never played: step 1 does something at"),
        "{}",
        said(&late)
    );
    assert!(said("").starts_with("line 1, column 1: the lesson has no `title`"), "{}", said(""));
    assert!(said(&lesson("covers S30\n", TWO)).contains("there is no statement `S30`"));
    let pace = said(&lesson("pace quick\n", TWO));
    assert!(
        pace.contains("`quick` is not a pace; write `pace auto`, or remove the line"),
        "{pace}"
    );
    let acts = said(&lesson("pace auto\n", TWO));
    assert!(acts.contains("a lesson with `pace auto` can't have goals"), "{acts}");
    let steps = "step\nsay One.\nwhen PodReady pod/web-0\n\nstep\nsay Two.\nwhen ClaimBound\n";
    let short = said(&lesson("pace auto\n", steps));
    assert!(short.contains("the caption is shown for only"), "{short}");
}
