//! The guide for instructors: what of it comes from the lessons, and whether its plans and its manifest are true.

use super::lessons::in_order;
use ordinal::handout::pretest::{Form, pretest, topics};
use ordinal::lessons::{CONFUSIONS, Lesson, NOTES, PARTS, STATEMENTS, Step};
use ordinal::timeline::Timeline;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/teaching.md")
}

fn guide() -> String {
    fs::read_to_string(path()).expect("the guide")
}

/// The minutes that a class needs for lessons that take so many minutes alone.
fn in_class(minutes: u32) -> u32 {
    (minutes * 3).div_ceil(2)
}

/// The rows of the tables of what the lessons cover: a number, the text, and the lessons.
fn coverage(lessons: &[(String, Lesson)]) -> String {
    let statements = include_str!("../../static/statements/index.html");
    let confusions = include_str!("../../static/lessons/confusions.txt");
    let row = |id: String, text: &str, covers: &dyn Fn(&Lesson) -> bool| {
        let names = lessons.iter().filter(|(_, lesson)| covers(lesson));
        let names: Vec<String> = names.map(|(name, _)| format!("`{name}`")).collect();
        assert!(!names.is_empty(), "no lesson covers {id}: {text}");
        format!("| {id} | {text} | {} |\n", names.join(", "))
    };
    let mut table = String::from("| | What is shown | Lessons |\n|---|---|---|\n");
    for number in 1..=STATEMENTS {
        let start = format!("<b>S{number}</b> ");
        let text = statements.split(&start).nth(1).and_then(|it| it.split("</dt>").next());
        let text = text.expect("a statement").replace("<code>", "`").replace("</code>", "`");
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        table += &row(format!("S{number}"), &text, &|lesson| lesson.covers.contains(&number));
    }
    table += "\n| | What people believe | Lessons |\n|---|---|---|\n";
    assert_eq!(confusions.lines().count(), usize::from(CONFUSIONS));
    for (number, text) in (1..=CONFUSIONS).zip(confusions.lines()) {
        table += &row(format!("C{number}"), text, &|lesson| lesson.confusions.contains(&number));
    }
    table
}

/// The notes of the lessons, part after part of the course.
fn notes(lessons: &[(String, Lesson)]) -> String {
    let mut text = String::new();
    for (part, title) in PARTS {
        text += &format!("\n## {part} {title}\n");
        for (name, lesson) in lessons.iter().filter(|(_, lesson)| lesson.part == part) {
            let Lesson { title, minutes, .. } = lesson;
            let class = in_class(*minutes);
            text += &format!("\n### `{name}` {title}\n");
            text += &format!("{minutes} minutes alone, {class} in a class.\n\n");
            for (word, label) in NOTES {
                let note = lesson.notes.iter().find(|(it, _)| it == word);
                text += &format!("- **{label}:** {}\n", note.expect("a note").1);
            }
            text += &(1..).zip(&lesson.steps).map(of_step).collect::<String>();
        }
    }
    text + "\n"
}

/// What the instructor has to know about a step, with the commands that reach its goal; empty for most steps.
fn of_step((number, step): (usize, &Step)) -> String {
    let rescue: Vec<String> =
        step.lines.iter().map(|line| format!("`{}`", line.summary())).collect();
    let rescue = match &step.goal {
        Some(_) => format!(" **Rescue:** {}", rescue.join(", then ")),
        None => String::new(),
    };
    if step.notes.is_empty() && rescue.is_empty() {
        return String::new();
    }
    format!("- **Step {number}:** {}{rescue}\n", step.notes.join(" "))
}

/// The table of the tests: the topics, and where the questions come from.
fn tests(guide: &str) -> String {
    let planned = |heading: &str| -> Vec<String> {
        quoted(section(guide, heading)).map(str::to_owned).collect()
    };
    let (one, two) = (planned("One hour"), planned("Two hours"));
    let mut table =
        String::from("| | Topic | Pre-test | Post-test | Taught in |\n|---|---|---|---|---|\n");
    for (number, topic) in (1..).zip(topics()) {
        let sources = Form::BOTH.map(|form| topic.source(form));
        let is_in =
            |plan: &[String]| sources.iter().any(|it| plan.iter().any(|name| name == it.lesson));
        assert!(is_in(&two), "{} is not in the plan of two hours", topic.title);
        let taught = if is_in(&one) { "one hour, two hours" } else { "two hours" };
        let [pre, post] = sources.map(|it| format!("`{}`, step {}", it.lesson, it.step));
        table += &format!("| {number} | {} | {pre} | {post} | {taught} |\n", topic.title);
    }
    table
}

#[test]
fn the_guide_for_instructors_says_what_the_lessons_say() {
    let (mut guide, lessons) = (guide(), in_order());
    let tests = tests(&guide);
    let parts = [("notes", notes(&lessons)), ("tests", tests), ("coverage", coverage(&lessons))];
    for (name, wanted) in parts {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
        let (before, rest) = guide.split_once(&start).expect("the start");
        let (text, after) = rest.split_once(&end).expect("the end");
        if env::var_os("UPDATE").is_some() {
            guide = format!("{before}{start}{wanted}{end}{after}");
        } else {
            assert_eq!(text, wanted, "UPDATE=1 rewrites it");
        }
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path(), guide).expect("written");
    }
}

/// The names between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The section of the guide with this heading.
fn section<'a>(guide: &'a str, heading: &str) -> &'a str {
    let (_, rest) = guide.split_once(&format!("\n## {heading}\n")).expect("a section");
    rest.split("\n## ").next().unwrap_or_default()
}

#[test]
fn the_plans_have_time_for_their_lessons_and_keep_the_order_of_the_course() {
    let (guide, lessons) = (guide(), in_order());
    let lesson = |name: &str| &lessons.iter().find(|(it, _)| it == name).expect(name).1;
    let mut planned: Vec<&str> = Vec::new();
    for (heading, end) in [("One hour", 60), ("Two hours", 120)] {
        let rows = section(&guide, heading).lines().filter_map(|row| {
            let mut cells = row.trim_matches('|').split('|').map(str::trim);
            Some((cells.next()?.parse::<u32>().ok()?, cells.next()?))
        });
        let rows: Vec<(u32, &str)> = rows.collect();
        let ends = rows.iter().skip(1).map(|(start, _)| *start).chain([end]);
        planned.clear();
        for ((start, what), end) in rows.iter().zip(ends) {
            let minutes = quoted(what).map(|name| lesson(name).minutes).sum::<u32>();
            assert!(start + in_class(minutes) <= end, "{heading}, minute {start}: {what}");
            for name in quoted(what) {
                let missing =
                    lesson(name).needs.iter().find(|need| !planned.contains(&need.as_str()));
                assert_eq!(missing, None, "{heading}: {name} needs it");
                planned.push(name);
            }
        }
        assert!(planned.len() > 7, "{heading}: {planned:?}");
    }
}

#[test]
fn both_tests_ask_about_all_topics_and_never_the_same() {
    let lessons = in_order();
    let [pre, post] = Form::BOTH.map(|form| pretest(form, &lessons, "room4", "").body);
    for body in [&pre, &post] {
        let (questions, key) = body.split_once("<section class=\"turn key\">").expect("a key");
        assert_eq!(questions.matches("<p class=\"ask\">").count(), 12);
        assert_eq!(key.matches("<dt>").count(), 12);
        assert_eq!(topics().len(), 12);
    }
    let asked = |body: &str| -> Vec<String> {
        let asked = body.split("<p class=\"ask\">").skip(1);
        asked.map(|text| text.split("</p>").next().unwrap_or_default().to_owned()).collect()
    };
    assert!(asked(&pre).iter().all(|question| !asked(&post).contains(question)));
    // The right answer is not always at the same place.
    let places = |body: &str| ["1", "2", "3"].map(|it| body.contains(&format!("<strong>{it}. ")));
    assert_eq!((places(&pre), places(&post)), ([true; 3], [true; 3]));
    // Another class has another order.
    assert_ne!(pre, pretest(Form::Pre, &lessons, "room5", "").body);
}

#[test]
fn the_set_for_a_real_cluster_is_accepted_and_becomes_ready() {
    let guide = guide();
    let manifest = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next());
    let manifest = manifest.expect("a manifest");
    let recipe = format!("ordinal 1\nseed 1\nnodes 3\nkubectl apply -f - <<EOF\n{manifest}EOF\n");
    let mut timeline = Timeline::new(&recipe).expect("a recipe");
    assert_eq!(timeline.refused_at_start().next().map(ToString::to_string), None);
    timeline.seek(ordinal::api::Time(60_000));
    let output = timeline.run_line("kubectl get statefulset web");
    assert!(format!("{output:?}").contains("3/3"), "{output:?}");
}
