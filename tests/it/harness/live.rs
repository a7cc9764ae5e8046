//! Fuzzing of what an API server answers while a real cluster is followed.

use super::look;
use ordinal::api::Time;
use ordinal::observe::live::{Connection, End, News, Order, Part};
use ordinal::timeline::Timeline;
use std::collections::VecDeque;

/// How many answers there are.
const ANSWERS_MAX: usize = 64;

/// A text as answers to the requests in their order, separated by `---`: the first line is the status, and `open` or
/// `broken` if the answer is not complete; the rest is the body. Only GET requests below the paths of the API are sent, and
/// it does not matter how answers are cut.
pub(super) fn live(text: &str) {
    let whole = told(text, usize::MAX);
    assert_eq!(whole, told(text, 7), "parts of an answer are more than the answer");
    let mut timeline: Option<Timeline> = None;
    for news in whole {
        match (news, &mut timeline) {
            (News::Begin(observation), _) => {
                timeline = Some(Timeline::new(&observation.recipe).unwrap_or_else(|errors| {
                    panic!("the recipe is sound: {errors:?}\n{}", observation.recipe)
                }));
            }
            (News::Reports(text), Some(timeline)) => {
                timeline.set_horizon(Some(timeline.now().plus(250)));
                let at = timeline.report(&text);
                timeline.seek(at);
                assert!(timeline.cluster().world().is_observed);
            }
            (News::Reports(_), None) => panic!("reports before there is a recipe"),
        }
    }
    let Some(mut timeline) = timeline else { return };
    look(&timeline, 1_280);
    let refused = "Refused";
    let is_refusal = |event: &ordinal::cluster::Event| event.to_string().contains(refused);
    assert!(!timeline.events().iter().any(is_refusal), "all reports can be read");
    let again = Timeline::new(&timeline.recipe()).map(|mut again| {
        again.seek(timeline.now());
        again.cluster() == timeline.cluster()
    });
    assert_eq!(again.ok(), Some(true), "the recipe gives the same cluster");
    timeline.seek(Time(0));
}

/// What becomes of the answers, given in pieces of so many bytes.
fn told(text: &str, piece: usize) -> Vec<News> {
    let mut connection = Connection::new(&["shop".to_owned()], 1_800_000_000);
    connection.tick(0);
    let (mut news, mut open) = (Vec::new(), VecDeque::new());
    for (turn, answer) in text.split("\n---\n").take(ANSWERS_MAX).enumerate() {
        let now_ms = turn as u64 * 500;
        connection.tick(now_ms);
        for order in connection.orders() {
            match order {
                Order::Get { id, path } => {
                    assert!(is_read(&path), "{path}");
                    open.push_back(id);
                }
                Order::Abort(id) => open.retain(|it| *it != id),
            }
        }
        let Some(id) = open.pop_front() else { continue };
        let (head, body) = answer.split_once('\n').unwrap_or((answer, ""));
        let mut words = head.split_whitespace();
        let status = words.next().and_then(|word| word.parse().ok()).unwrap_or(200);
        let end = match words.next() {
            Some("open") => End::Open,
            Some("broken") => End::Broken,
            _ => End::Complete,
        };
        if end == End::Open {
            open.push_back(id);
        }
        let mut rest = body;
        while rest.len() > piece {
            let mut cut = piece;
            while !rest.is_char_boundary(cut) {
                cut += 1;
            }
            let (text, after) = rest.split_at(cut);
            connection.receive(now_ms, &Part { id, status, date: None, text, end: End::Open });
            rest = after;
        }
        connection.receive(now_ms, &Part { id, status, date: None, text: rest, end });
        news.extend(connection.news(now_ms));
        connection.status();
        connection.missing();
    }
    news
}

/// Whether a request reads what it may read.
fn is_read(path: &str) -> bool {
    let has_plain_signs = path.bytes().all(|it| it.is_ascii_graphic());
    // What a server said may follow the question mark.
    let path = path.split('?').next().unwrap_or(path);
    let starts = ["/version", "/api/v1/", "/apis/"].iter().any(|it| path.starts_with(it));
    has_plain_signs && starts && !path.contains("..") && !path.contains("//")
}
