//! The pre-test and the post-test of a workshop: two sets of questions on the same topics, taken from the lessons.

use super::{Handout, choices, code, escaped, key};
use crate::lessons::{Lesson, Question, seed_of};
use std::fmt::Write;

/// Which questions the tests have, and what is said before them.
const TOPICS: &str = include_str!("topics.txt");

/// One of the two tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The test before the workshop.
    Pre,
    /// The test after the workshop.
    Post,
}

impl Form {
    /// Both tests.
    pub const BOTH: [Form; 2] = [Form::Pre, Form::Post];

    /// The name of the test, which is also the name of its file.
    pub fn name(self) -> &'static str {
        match self {
            Form::Pre => "pre-test",
            Form::Post => "post-test",
        }
    }
}

/// A question of a lesson.
pub struct Source {
    /// The name of the lesson.
    pub lesson: &'static str,
    /// The number of the step, beginning with 1.
    pub step: usize,
    /// What is said before the question instead of the caption of the step, or nothing.
    context: &'static str,
}

/// What both tests ask about, each with another question.
pub struct Topic {
    /// The topic.
    pub title: &'static str,
    /// The question of the pre-test.
    pre: Source,
    /// The question of the post-test.
    post: Source,
}

impl Topic {
    /// The question of a test.
    pub fn source(&self, form: Form) -> &Source {
        match form {
            Form::Pre => &self.pre,
            Form::Post => &self.post,
        }
    }
}

/// The topics of the tests.
pub fn topics() -> Vec<Topic> {
    let topic = |row: &'static str| {
        let mut lines = row.lines();
        let title = lines.next()?.strip_prefix("topic ")?.trim();
        let pre = source(lines.next()?.strip_prefix("pre ")?)?;
        Some(Topic { title, pre, post: source(lines.next()?.strip_prefix("post ")?)? })
    };
    TOPICS.split("\n\n").filter_map(topic).collect()
}

/// Reads `LESSON STEP | CONTEXT`.
fn source(text: &'static str) -> Option<Source> {
    let (place, context) = text.split_once('|').unwrap_or((text, ""));
    let (lesson, step) = place.trim().split_once(' ')?;
    Some(Source { lesson, step: step.parse().ok()?, context: context.trim() })
}

impl Source {
    /// What is said before the question, and the question; `None` if the lesson is not among these or has none there.
    fn find<'a>(
        &self,
        lessons: &'a [(String, Lesson)],
    ) -> Option<(&'a Lesson, &'a str, &'a Question)> {
        let (_, lesson) = lessons.iter().find(|(name, _)| name == self.lesson)?;
        let step = lesson.steps.get(self.step.checked_sub(1)?)?;
        let context = if self.context.is_empty() { &step.say } else { self.context };
        Some((lesson, context, step.question.as_ref()?))
    }
}

/// Writes a test. The answers are in the order of the class, as in the handouts; a question whose lesson is missing is left out.
pub fn pretest(form: Form, lessons: &[(String, Lesson)], class: &str, address: &str) -> Handout {
    let mut lessons = lessons.to_vec();
    for (_, lesson) in &mut lessons {
        lesson.shuffle(seed_of(class));
    }
    let topics = topics();
    let found = topics.iter().filter_map(|topic| Some((topic, topic.source(form).find(&lessons)?)));
    let (mut questions, mut answers) = (String::new(), String::new());
    let mut count = 0;
    for (number, (topic, (lesson, context, question))) in (1..).zip(found) {
        let _ = write!(
            questions,
            "<section class=\"step\">\n<h2>{number}</h2>\n<div>\n<p class=\"say\">{}</p>\n{}</div>\n</section>\n",
            escaped(context),
            choices(question)
        );
        let note = format!("{}: lesson “{}”", topic.title, lesson.title);
        key(&mut answers, number, question, &note);
        count = number;
    }
    let (title, when) = match form {
        Form::Pre => ("Pre-test", "before"),
        Form::Post => ("Post-test", "after"),
    };
    let body = format!(
        "<article class=\"handout test\">\n<header>\n<div><h1>StatefulSets: {title}</h1>\n\
         <p>{count} questions, to be answered {when} the workshop. Mark one answer for each. If you do not know, leave it empty: \
         nothing here is graded.</p>\n</div>\n{}</header>\n\
         <p class=\"fields\"><span>Name</span><span>Date</span><span>Points, of {count}</span></p>\n{questions}\
         <section class=\"turn key\">\n<h2>{title}: answers</h2>\n\
         <p class=\"quiet\">For the instructor: one point for each right answer. Do not hand out this page with the test.</p>\n\
         <dl>\n{answers}</dl>\n</section>\n</article>\n",
        code(address)
    );
    Handout { title: format!("StatefulSets: {title}"), body }
}
