//! A lesson on paper: its pictures and captions, its questions with room for an answer, and the answers at the end.
//!
//! The handout is HTML without scripts and without styles; `static/workshop/handout.css` is its style sheet. What follows a question
//! starts on a new page, because it gives away the answer.

pub mod pretest;
pub mod qr;

use crate::api::Time;
use crate::lessons::{Action, Answer, Goal, Guide, Question, Step, parse, seed_of};
use crate::notation::NotationError;
use crate::scene::{Callout, View, scene, transcript};
use crate::svg;
use crate::task::Progress;
use crate::timeline::Timeline;
use std::fmt::Write;
use std::rc::Rc;

/// The width for which the pictures are drawn, in CSS pixels.
const WIDTH: u32 = 600;

/// A handout.
pub struct Handout {
    /// The title of the lesson.
    pub title: String,
    /// The contents of the document.
    pub body: String,
}

/// Writes the handout of a lesson. The class code orders the answers as on the screens of the class. `address` is where the
/// lesson is; without one, the handout has no QR code.
///
/// # Errors
/// The errors of the lesson or its recipe.
pub async fn handout(
    text: &str,
    class: &str,
    address: &str,
    progress: &Progress,
) -> Result<Handout, Vec<NotationError>> {
    let mut lesson = parse(text)?;
    lesson.shuffle(seed_of(class));
    let (title, about, minutes) = (lesson.title.clone(), lesson.about.clone(), lesson.minutes);
    let lesson = Rc::new(lesson);
    let mut timeline = Timeline::open(&lesson.recipe, Time(0), progress).await?;
    let mut guide = Guide::new(lesson, &mut timeline, progress).await;
    let mut body = String::from("<article class=\"handout\">\n<header>\n");
    body += &format!("<div><h1>{}</h1>\n<p>{}</p>\n", escaped(&title), escaped(&about));
    body += &format!("<p class=\"quiet\">{minutes} minutes</p>\n</div>\n");
    body += &code(address);
    body += "</header>\n<p class=\"fields\"><span>Name</span><span>Date</span></p>\n";
    let mut answers = String::new();
    let (mut drawn, mut is_revealing) = (None, false);
    loop {
        guide.skip(&mut timeline, progress).await;
        let step = guide.step().clone();
        let number = guide.index() + 1;
        let class = if is_revealing { "step turn" } else { "step" };
        body += &format!("<section class=\"{class}\">\n<h2>{number}</h2>\n<div>\n");
        body += &format!("<p class=\"say\">{}</p>\n", escaped(guide.caption(timeline.events())));
        if drawn != Some(timeline.now()) || is_revealing {
            body += &picture(&step, &timeline);
            drawn = Some(timeline.now());
        }
        write_step(&mut body, &step);
        body += "</div>\n</section>\n";
        write_answers(&mut answers, number, &step);
        is_revealing = step.question.is_some();
        if guide.is_last() {
            break;
        }
        next(&mut guide, &mut timeline, progress).await;
    }
    if !answers.is_empty() {
        body += &format!(
            "<section class=\"turn key\">\n<h2>Answers</h2>\n<dl>\n{answers}</dl>\n</section>\n"
        );
    }
    body += "</article>\n";
    Ok(Handout { title, body })
}

/// Does what the lesson expects at a step, and goes to the next one.
pub async fn next(guide: &mut Guide, timeline: &mut Timeline, progress: &Progress) {
    if guide.step().goal.is_some() {
        guide.show(timeline, progress).await;
        guide.skip_to_goal(timeline, progress).await;
    }
    guide.go_on(timeline, progress).await;
}

/// A link as a QR code and in words; nothing if there is no link.
pub fn code(address: &str) -> String {
    let Some((size, path)) = qr::path(address).filter(|_| !address.is_empty()) else {
        return String::new();
    };
    let address = escaped(address);
    format!(
        "<figure class=\"code\"><svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"QR code of the link\">\
         <path d=\"{path}\"/></svg>\n<figcaption>{address}</figcaption></figure>\n"
    )
}

/// The picture of the cluster at the cursor, with the callout of the step unless it has a question.
fn picture(step: &Step, timeline: &Timeline) -> String {
    let (cluster, now) = (timeline.cluster(), timeline.now());
    let point = step.point.as_ref().filter(|_| step.question.is_none());
    let callout = point
        .map(|point| Rc::new(Callout { target: point.target.clone(), text: point.text.clone() }));
    let view = View { width: WIDTH, callout, ..View::default() };
    let scene = scene(cluster, now, &view);
    // Without a set there is nothing to look at.
    if scene.items.iter().any(|item| item.id.0 == "empty") {
        return String::new();
    }
    let picture = svg::inline(&scene, &transcript(cluster, now), now.0);
    let Time(ms) = now;
    format!("<figure>{picture}<figcaption>At {} s</figcaption></figure>\n", ms / 1_000)
}

/// The text of a step and the space for answers, below its picture.
fn write_step(body: &mut String, step: &Step) {
    if !step.items.is_empty() {
        let items = step.items.iter().map(|item| format!("<li>{}</li>\n", escaped(item)));
        *body += &format!("<ul>\n{}</ul>\n", items.collect::<String>());
    }
    if let Some(question) = &step.question {
        *body += "<div class=\"whole\">\n";
        *body += &choices(question);
        *body += "<p class=\"quiet\">Why?</p>\n<div class=\"lines two\"></div>\n</div>\n";
    }
    if step.goal.is_some() {
        *body += "<div class=\"whole\">\n<p class=\"ask\">Your turn</p>\n<p class=\"quiet\">Your commands:</p>\n\
                  <div class=\"lines three\"></div>\n</div>\n";
    }
    if step.goal.is_none() && !step.lines.is_empty() && step.question.is_none() {
        *body += &commands("Then this happens:", &step.lines);
    }
    if !step.tries.is_empty() {
        *body += "<p class=\"quiet\">Try this:</p>\n<ul>\n";
        for it in &step.tries {
            let line = it.action.as_ref().map_or_else(String::new, |action| {
                format!(": <code>{}</code>", escaped(&action.summary()))
            });
            *body += &format!("<li>{}{line}</li>\n", escaped(&it.text));
        }
        *body += "</ul>\n";
    }
}

/// A question, with boxes to mark its answers.
fn choices(question: &Question) -> String {
    let answer = |answer: &Answer| format!("<li>{}</li>\n", escaped(&answer.text));
    let answers: String = question.answers.iter().map(answer).collect();
    let text = escaped(&question.text);
    format!("<p class=\"ask\">{text}</p>\n<ol class=\"choices\">\n{answers}</ol>\n")
}

/// The right answer to a question, why it is right, and a note in small print, if there is one.
fn key(text: &mut String, number: usize, question: &Question, note: &str) {
    for (place, Answer { text: answer, reply, .. }) in
        (1..).zip(&question.answers).filter(|(_, answer)| answer.is_right)
    {
        let (answer, reply) = (escaped(answer), escaped(reply));
        let _ = write!(text, "<dt>{number}</dt><dd><p><strong>{place}. {answer}</strong></p>");
        let _ = write!(text, "<p>{reply}</p>");
        if !note.is_empty() {
            let _ = write!(text, "<p class=\"quiet\">{}</p>", escaped(note));
        }
        *text += "</dd>\n";
    }
}

/// The answers and the solutions of a step.
fn write_answers(text: &mut String, number: usize, step: &Step) {
    if let Some(question) = &step.question {
        key(text, number, question, "");
    }
    if let Some(Goal { hint, .. }) = &step.goal {
        let (hint, solution) = (escaped(hint), commands("One solution:", &step.lines));
        let _ = writeln!(text, "<dt>{number}</dt><dd><p>Hint: {hint}</p>{solution}");
        for lines in &step.others {
            *text += &commands("Or:", lines);
        }
        *text += "</dd>\n";
    }
}

/// Commands; a manifest below one is only named.
fn commands(title: &str, lines: &[Action]) -> String {
    let lines: Vec<String> = lines.iter().map(|action| escaped(&action.summary())).collect();
    format!("<p class=\"quiet\">{title}</p>\n<pre>{}</pre>\n", lines.join("\n"))
}

/// A text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::finish;

    const LESSON: &str = include_str!("../../static/lessons/in-order.lesson");

    fn made(class: &str, address: &str) -> String {
        finish(handout(LESSON, class, address, &Progress::default())).expect("a lesson").body
    }

    #[test]
    fn a_handout_has_all_steps_and_gives_away_no_answer_on_the_page_of_its_question() {
        let body = made("room4", "");
        assert_eq!(body.matches("<section class=\"step").count(), 5);
        assert!(!body.contains("<script") && !body.contains("style=") && !body.contains("<style"));
        let pages: Vec<&str> = body.split("class=\"step turn\"").collect();
        assert_eq!(pages.len(), 3, "a page ends with each of the two questions");
        assert!(pages[0].contains("When is web-1 created?"));
        let (steps, key) = body.split_once("<section class=\"turn key\">").expect("answers");
        let reply = "Running is not enough";
        assert!(key.contains("When web-0 is Running and Ready") && !steps.contains(reply));
        let solution = "kubectl uncordon node-1 node-2 node-3";
        assert!(key.contains(&format!("<pre>{solution}</pre>")), "{key}");
        // The hint says it all, and stands below the answers only.
        assert!(key.contains(&format!("Hint: The scheduler needs a node: {solution}")));
        assert!(!steps.contains(solution));
    }

    #[test]
    fn the_answers_stand_in_the_order_of_the_class() {
        let place = |class: &str| {
            let body = made(class, "");
            let (_, key) = body.split_once("<strong>").expect("an answer");
            let number = key.split('.').next().expect("a number").to_owned();
            let choices = body.split("<ol class=\"choices\">").nth(1).expect("choices");
            let nth = number.parse::<usize>().expect("a number");
            let choice = choices.split("<li>").nth(nth).expect("a choice");
            assert!(choice.starts_with("When web-0 is Running and Ready"), "{choice}");
            number
        };
        let places: std::collections::BTreeSet<String> =
            ["a", "b", "c", "d", "e"].into_iter().map(place).collect();
        assert!(places.len() > 1, "{places:?}");
    }

    #[test]
    fn a_link_is_a_code_and_what_is_special_is_escaped() {
        let body = made("", "https://a.example/#lesson=x&step=1");
        assert!(
            body.contains("#lesson=x&amp;step=1</figcaption>") && body.contains("aria-label=\"QR")
        );
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
