//! `handout`: writes lessons as HTML to print.

use super::lint::lessons_of;
use super::{Failure, describe, read};
use crate::api::Time;
use crate::handout::pretest::{Form, pretest};
use crate::handout::{self, Handout, escaped};
use crate::lessons::{Lesson, PARTS, Step, parse};
use crate::scene::{View, scene, transcript};
use crate::svg;
use crate::task::{Progress, finish};
use crate::timeline::Timeline;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The lessons and where the handouts go.
#[derive(Args)]
pub(super) struct HandoutArgs {
    /// A lesson, or a directory of lessons: then also a handout for the course, course.html, and the tests before and after a
    /// workshop, pre-test.html and post-test.html.
    path: PathBuf,
    /// The file to write, or the directory if there are several [default: standard output].
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// The class code: the answers are in the order of the screens of the class.
    #[arg(long, default_value = "")]
    class: String,
    /// The address of the page, for a QR code on each handout.
    #[arg(long, default_value = "")]
    address: String,
}

/// Writes handouts.
pub(super) fn run(args: &HandoutArgs) -> Result<(), Failure> {
    if args.address.is_empty() {
        eprintln!("The handouts have no QR codes: --address says where the page is.");
    }
    if !args.path.is_dir() {
        let document = document(&of_lesson(args, &args.path)?);
        return match &args.output {
            Some(path) => write(path, &document),
            None => Ok(write!(io::stdout().lock(), "{document}")?),
        };
    }
    let Some(folder) = &args.output else {
        return Err(Failure(2, "error: say with -o where the handouts go".into()));
    };
    let mut files = Vec::new();
    lessons_of(&args.path, &mut files)?;
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    for file in &files {
        let name = file.file_stem().unwrap_or_default();
        let path = folder.join(name).with_added_extension("html");
        write(&path, &document(&of_lesson(args, file)?))?;
    }
    let lessons = parsed(&files)?;
    for form in Form::BOTH {
        let test = pretest(form, &lessons, &args.class, &args.address);
        write(&folder.join(form.name()).with_extension("html"), &document(&test))?;
    }
    write(&folder.join("course.html"), &document(&course(args, &lessons)?))
}

/// The lessons with their names.
fn parsed(files: &[PathBuf]) -> Result<Vec<(String, Lesson)>, Failure> {
    let lessons = files.iter().map(|path| {
        let lesson = parse(&read(path)?).map_err(|errors| Failure(2, describe(path, &errors)));
        Ok((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), lesson?))
    });
    lessons.collect()
}

/// The handout of a lesson.
fn of_lesson(args: &HandoutArgs, path: &Path) -> Result<Handout, Failure> {
    let HandoutArgs { class, address, .. } = args;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let link = if address.is_empty() { String::new() } else { format!("{address}#lesson={name}") };
    finish(handout::handout(&read(path)?, class, &link, &Progress::default()))
        .map_err(|errors| Failure(2, describe(path, &errors)))
}

/// What the handout of the course says besides the list of lessons.
const COURSE: &str = include_str!("handout/course.html");
/// The story whose picture it shows, and the instant.
const STORY: (&str, Time) = (include_str!("../../static/stories/first.ordinal"), Time(26_600));

/// The handout of the course.
fn course(args: &HandoutArgs, lessons: &[(String, Lesson)]) -> Result<Handout, Failure> {
    let checklist = lessons.iter().find(|(name, _)| name == "checklist");
    let lists = checklist.into_iter().flat_map(|(_, lesson)| &lesson.steps);
    let list = |step: &Step| {
        let items = step.items.iter().map(|item| format!("<li>{}</li>\n", escaped(item)));
        format!("<h3>{}</h3>\n<ul>\n{}</ul>\n", escaped(&step.say), items.collect::<String>())
    };
    let lists: String = lists.filter(|step| !step.items.is_empty()).map(list).collect();
    let body = COURSE
        .replace("<!-- picture -->", &picture()?)
        .replace("<!-- checklist -->", &lists)
        .replace("<!-- code -->", &handout::code(&args.address))
        .replace("<!-- lessons -->", &listed(&args.path, lessons));
    Ok(Handout { title: "StatefulSets: the course".into(), body })
}

fn picture() -> Result<String, Failure> {
    let (story, at) = STORY;
    let mut timeline = Timeline::new(story)
        .map_err(|errors| Failure(2, describe(Path::new("first.ordinal"), &errors)))?;
    timeline.seek(at);
    let view = View { width: 860, ..View::default() };
    let cluster = timeline.cluster();
    Ok(svg::inline(&scene(cluster, at, &view), &transcript(cluster, at), at.0))
}

/// The lessons by the parts of the course, in the order of its list.
fn listed(folder: &Path, lessons: &[(String, Lesson)]) -> String {
    let index = fs::read_to_string(folder.join("index.txt")).unwrap_or_default();
    let place = |name: &str| index.lines().position(|line| line.split('\t').next() == Some(name));
    let mut lessons: Vec<&(String, Lesson)> = lessons.iter().collect();
    lessons.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    let mut text = String::new();
    for (part, title) in PARTS {
        let lessons = lessons.iter().filter(|(_, lesson)| lesson.part == part);
        let entry = |(_, lesson): &&(String, Lesson)| {
            format!("<li>{} ({} min)</li>\n", escaped(&lesson.title), lesson.minutes)
        };
        let entries: String = lessons.map(entry).collect();
        if !entries.is_empty() {
            text += &format!("<h3>{part} {title}</h3>\n<ul class=\"lessons\">\n{entries}</ul>\n");
        }
    }
    text
}

/// A document that stands alone.
fn document(handout: &Handout) -> String {
    let (title, body) = (escaped(&handout.title), &handout.body);
    let (style, picture) = (include_str!("../../static/workshop/handout.css"), svg::STYLE);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{picture}\n{style}</style>\n</head>\n\
         <body class=\"ordinal\" data-theme=\"light\">\n{body}</body>\n</html>\n"
    )
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure(1, format!("error: cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_has_all_lessons_and_the_checklist() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons");
        let mut files = Vec::new();
        assert!(lessons_of(&path, &mut files).is_ok());
        let args = HandoutArgs {
            path,
            output: None,
            class: String::new(),
            address: "https://a.example/".into(),
        };
        let lessons = parsed(&files).unwrap_or_default();
        let Ok(Handout { body, .. }) = course(&args, &lessons) else { panic!("no handout") };
        assert!(!body.contains("<!--"), "all places are filled");
        assert!(body.matches(" min)</li>").count() >= 40);
        assert!(body.contains("deleting unused claims") && body.contains("<svg class=\"picture\""));
        assert!(body.contains("QR code") && !body.contains("<script"));
    }
}
