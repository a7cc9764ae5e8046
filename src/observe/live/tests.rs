//! Tests of the protocol, with the responses below.

use super::*;
use crate::timeline::Timeline;

/// A server that answers requests, and what it was asked.
struct Server {
    connection: Connection,
    now_ms: u64,
    /// The open watches, by path without the query, and when they end.
    watches: Map<String, (u32, u64)>,
    /// All paths with their queries.
    asked: Vec<String>,
    /// Answers to lists, by the beginning of the address: the status and the body.
    lists: Vec<(String, u16, String)>,
}

const FORBIDDEN: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}"#;
const GONE: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#;

fn pod(name: &str, version: u32, phase: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","namespace":"shop","uid":"d629e1fa-3047-493b-abda-{version:012}","resourceVersion":"{version}","creationTimestamp":"2026-11-20T22:00:00Z","annotations":{{"secret":"hush"}}}},"spec":{{"nodeName":"node-1","containers":[{{"name":"main","image":"nginx","env":[{{"name":"PASSWORD","value":"hush"}}]}}]}},"status":{{"phase":"{phase}"}}}}"#
    )
}

fn list(items: &[String], version: u32, token: &str) -> String {
    format!(
        r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{"resourceVersion":"{version}","continue":"{token}"}},"items":[{}]}}"#,
        items.join(",")
    )
}

fn event(word: &str, object: &str) -> String {
    format!("{{\"type\":\"{word}\",\"object\":{object}}}\n")
}

impl Server {
    fn new(names: &[&str]) -> Server {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let connection = Connection::new(&names, 1_800_000_000);
        let mut server = Server {
            connection,
            now_ms: 0,
            watches: Map::new(),
            asked: Vec::new(),
            lists: Vec::new(),
        };
        server.connection.tick(0);
        server
    }

    fn answer(&mut self, id: u32, status: u16, text: &str, end: End) {
        let part = Part { id, status, date: None, text, end };
        self.connection.receive(self.now_ms, &part);
    }

    /// Answers everything that was asked; watches stay open.
    fn work(&mut self) {
        loop {
            let orders = self.connection.orders();
            if orders.is_empty() {
                return;
            }
            for order in orders {
                match order {
                    Order::Abort(id) => self.watches.retain(|_, (it, _)| *it != id),
                    Order::Get { id, path } => self.get(id, path),
                }
            }
        }
    }

    fn get(&mut self, id: u32, path: String) {
        assert!(path == "/version" || path.starts_with("/api/") || path.starts_with("/apis/"));
        self.asked.push(path.clone());
        let (resource, query) = path.split_once('?').unwrap_or((&path, ""));
        if path == "/version" {
            return self.answer(id, 200, "{\"gitVersion\":\"v1.37.1\"}", End::Complete);
        }
        if query.contains("watch=true") {
            let (_, seconds) = query.split_once("timeoutSeconds=").expect("a timeout");
            let seconds: u64 = seconds.parse().expect("a number");
            self.watches.insert(resource.to_owned(), (id, self.now_ms + seconds * 1_000));
            return self.answer(id, 200, "", End::Open);
        }
        let known = self.lists.iter().find(|(start, ..)| path.starts_with(start.as_str()));
        let (_, status, body) = known.cloned().unwrap_or((String::new(), 200, list(&[], 10, "")));
        self.answer(id, status, &body, End::Complete);
    }

    /// Lets time pass; watches that take turns end when they should.
    fn pass(&mut self, ms: u64) {
        let to = self.now_ms + ms;
        while self.now_ms < to {
            self.now_ms += 250;
            self.connection.tick(self.now_ms);
            self.work();
            let over = self.watches.iter().filter(|(_, (_, end))| *end <= self.now_ms);
            let over: Vec<String> = over.map(|(path, _)| path.clone()).collect();
            over.iter().for_each(|path| self.watch(path, "", End::Complete));
        }
    }

    fn watch(&mut self, resource: &str, text: &str, end: End) {
        let (id, _) = *self.watches.get(resource).unwrap_or_else(|| panic!("{:?}", self.watches));
        if end != End::Open {
            self.watches.remove(resource);
        }
        self.answer(id, 200, text, end);
        self.work();
    }

    fn begin(&mut self) -> Observation {
        self.work();
        match self.connection.news(self.now_ms) {
            Some(News::Begin(observation)) => observation,
            news => panic!("{news:?}: {:?}", self.connection.status()),
        }
    }

    fn reports(&mut self) -> String {
        match self.connection.news(self.now_ms) {
            Some(News::Reports(text)) => text,
            None => String::new(),
            Some(News::Begin(_)) => panic!("it starts over"),
        }
    }
}

const PODS: &str = "/api/v1/namespaces/shop/pods";

fn connected() -> Server {
    let mut server = Server::new(&["shop"]);
    server.lists.push((PODS.into(), 200, list(&[pod("web-0", 5, "Running")], 10, "")));
    let observation = server.begin();
    let timeline = Timeline::new(&observation.recipe).expect("a recipe");
    assert_eq!(timeline.cluster().store.pods.len(), 1);
    assert!(!observation.recipe.contains("hush"));
    server
}

#[test]
fn lists_come_first_and_watches_begin_where_they_ended() {
    let server = connected();
    assert_eq!(server.asked[0], "/version");
    assert_eq!(server.connection.status(), Status::Live);
    assert!(server.asked.contains(&format!("{PODS}?limit=250")));
    let watch = "?watch=true&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=60";
    assert!(server.asked.contains(&format!("{PODS}{watch}")));
    assert_eq!(server.watches.len(), CONNECTIONS);
}

#[test]
fn changes_become_reports_however_they_are_cut() {
    let mut server = connected();
    let text = event("MODIFIED", &pod("web-0", 11, "Failed"))
        + &event("ADDED", &pod("web-1", 12, "Pending"));
    for index in 0..text.len() {
        server.watch(PODS, &text[index..=index], End::Open);
    }
    let reports = server.reports();
    assert_eq!(reports.lines().count(), 2);
    assert!(reports.contains("MODIFIED") && reports.contains("ADDED") && !reports.contains("hush"));
    assert_eq!(server.reports(), "");
}

#[test]
fn a_bookmark_moves_the_version_and_a_lost_watch_continues_there() {
    let mut server = connected();
    let bookmark = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"77"}}"#;
    server.watch(PODS, &event("BOOKMARK", bookmark), End::Open);
    // A line that is not complete is not used.
    server.watch(PODS, "{\"type\":\"ADDED\",", End::Broken);
    assert_eq!(server.connection.status(), Status::Live);
    server.pass(3_000);
    assert!(
        server.asked.iter().any(|it| it.starts_with(PODS) && it.contains("resourceVersion=77"))
    );
    assert_eq!(server.reports(), "");
}

#[test]
fn what_is_too_old_is_listed_again_and_only_differences_are_told() {
    for is_event in [true, false] {
        let mut server = connected();
        server.watch(PODS, &event("ADDED", &pod("web-1", 12, "Running")), End::Open);
        server.reports();
        server.lists[0].2 =
            list(&[pod("web-0", 5, "Running"), pod("web-2", 14, "Pending")], 20, "");
        if is_event {
            server.watch(PODS, &event("ERROR", GONE), End::Open);
        } else {
            let (id, _) = server.watches.remove(PODS).expect("a watch");
            server.answer(id, 410, GONE, End::Complete);
            server.work();
        }
        server.pass(5_000);
        let reports = server.reports();
        let told: Vec<&str> = reports.lines().collect();
        assert_eq!(told.len(), 2, "{reports}");
        assert!(told[0].contains("web-2") && told[0].contains("ADDED"), "{reports}");
        assert!(told[1].contains("web-1") && told[1].contains("DELETED"), "{reports}");
    }
}

#[test]
fn pages_are_put_together() {
    let mut server = Server::new(&["shop"]);
    let first = list(&[pod("web-0", 5, "Running")], 10, "a+b/c=");
    let second = list(&[pod("web-1", 6, "Running")], 10, "");
    server.lists.push((format!("{PODS}?limit=250&continue=a%2Bb%2Fc%3D"), 200, second));
    server.lists.push((PODS.into(), 200, first));
    let observation = server.begin();
    let timeline = Timeline::new(&observation.recipe).expect("a recipe");
    assert_eq!(timeline.cluster().store.pods.len(), 2);
}

#[test]
fn what_is_forbidden_is_missing_and_the_rest_is_shown() {
    let mut server = Server::new(&[]);
    server.lists.push(("/api/v1/nodes".into(), 403, FORBIDDEN.into()));
    server.lists.push(("/apis/policy/v1/poddisruptionbudgets".into(), 404, "404 page".into()));
    let observation = server.begin();
    assert!(observation.recipe.contains(" without=poddisruptionbudgets,nodes recording"));
    let missing = [("poddisruptionbudgets", "", 404), ("nodes", "", 403)];
    assert_eq!(server.connection.missing(), missing);
    let mut server = Server::new(&[]);
    server.lists.push(("/".into(), 403, FORBIDDEN.into()));
    server.work();
    assert_eq!(server.connection.news(0), None);
    assert!(matches!(server.connection.status(), Status::Ended(why) if why.contains("403")));
}

#[test]
fn without_an_api_the_command_is_said() {
    let html = "<!doctype html><html></html>";
    for (status, text, end) in [
        (200, html, End::Complete),
        (404, html, End::Complete),
        (404, "", End::Complete),
        (0, "", End::Broken),
    ] {
        let mut server = Server::new(&[]);
        let Some(Order::Get { id, .. }) = server.connection.orders().pop() else { panic!("GET") };
        server.answer(id, status, text, end);
        let Status::Ended(why) = server.connection.status() else { panic!("it has ended") };
        assert!(why.contains("kubectl proxy --www="), "{why}");
        assert_eq!((server.connection.orders(), server.connection.wakes_at()), (vec![], None));
    }
}

#[test]
fn a_lost_server_is_tried_again_less_and_less_often() {
    let mut server = connected();
    let ids: Vec<u32> = server.watches.values().map(|(id, _)| *id).collect();
    server.watches = Map::new();
    for id in ids {
        server.answer(id, 0, "", End::Broken);
    }
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let Status::Lost(_, until) = server.connection.status() else { panic!("it is lost") };
        assert_eq!(server.connection.orders(), []);
        pauses.push(until - server.now_ms);
        server.now_ms = until;
        server.connection.tick(until);
        // One request at a time.
        let orders = server.connection.orders();
        let [Order::Get { id, .. }] = orders[..] else { panic!("{orders:?}") };
        server.answer(id, 0, "", End::Broken);
    }
    assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    server.pass(31_000);
    assert_eq!(server.connection.status(), Status::Live);
    assert_eq!(server.watches.len(), CONNECTIONS);
}

#[test]
fn a_proxy_without_a_server_is_a_lost_connection() {
    for (status, body, is_lost) in
        [(500, "EOF\n", true), (502, "Bad Gateway", true), (500, FORBIDDEN, false), (401, "", true)]
    {
        let mut server = connected();
        for (id, _) in std::mem::take(&mut server.watches).values() {
            server.answer(*id, 200, "", End::Broken);
        }
        let orders = server.connection.orders();
        for order in orders {
            if let Order::Get { id, .. } = order {
                server.answer(id, status, "", End::Open);
                server.answer(id, status, body, End::Complete);
            }
        }
        let is_it = matches!(server.connection.status(), Status::Lost(..));
        assert_eq!(is_it, is_lost, "{status}: {:?}", server.connection.status());
        server.connection.orders();
        server.now_ms += 2_000;
        server.connection.tick(server.now_ms);
        let sent = server.connection.orders().len();
        assert!(!is_lost || sent == 1, "{status}: {sent}");
    }
}

#[test]
fn what_makes_no_sense_is_listed_again_after_a_pause() {
    for line in ["nonsense\n", "{\"type\":\"ADDED\"\n", "[1]\n", "{\"type\":\"NEW\"}\n", "{}\n"] {
        let mut server = connected();
        server.watch(PODS, line, End::Open);
        let before = server.asked.iter().filter(|it| it.contains("pods?limit")).count();
        assert_eq!(before, 1, "{line}");
        server.pass(4_000);
        let after = server.asked.iter().filter(|it| it.contains("pods?limit")).count();
        assert_eq!(after, 2, "{line}");
        assert_eq!(server.connection.status(), Status::Live);
    }
}

#[test]
fn kinds_take_turns_and_none_is_forgotten() {
    let mut server = connected();
    let first = server.asked.len();
    for _ in 0..120 {
        server.pass(1_000);
        assert!(server.watches.len() <= CONNECTIONS);
    }
    let asked = &server.asked[first..];
    for resource in resources::RESOURCES.iter().filter(|it| it.plural != "pods") {
        let count =
            asked.iter().filter(|it| it.contains(&format!("/{}?", resource.plural))).count();
        assert!(count >= 5, "{}: {count}", resource.plural);
    }
}

#[test]
fn a_full_recipe_begins_anew_from_the_current_state() {
    let mut server = connected();
    let long = "x".repeat(40_000);
    let mut begun = None;
    for version in 100..1_000 {
        let pod = pod("web-0", version, "Running").replace("nginx", &long);
        server.watch(PODS, &event("MODIFIED", &pod), End::Open);
        if let Some(News::Begin(observation)) = server.connection.news(server.now_ms) {
            begun = Some(observation);
            break;
        }
    }
    let observation = begun.expect("it starts over");
    assert!(observation.recipe.len() < 100_000);
    assert_eq!(Timeline::new(&observation.recipe).expect("a recipe").cluster().store.pods.len(), 1);
    assert_eq!(server.connection.instant(server.now_ms), crate::api::Time(0));
}
