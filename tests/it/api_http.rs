//! `ordinal api` over HTTP: who may ask, watches that stream, bodies that are too large, and clients that do not read.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// The served cluster; it ends with the test.
struct Served {
    program: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

const STORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/static/stories/first.ordinal");
const PODS: &str = "/api/v1/namespaces/default/pods";

fn serve(options: &[&str]) -> Served {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ordinal"))
        .args(["api", STORY, "--port", "0", "--speed", "20"])
        .args(options)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(program.stdout.take().expect("its output")).lines();
    let line = lines.next().expect("a line").expect("text");
    let address = line.split("http://").nth(1).expect("an address");
    let address = address.split([',', ':']).take(2).collect::<Vec<_>>().join(":");
    // What it prints later is read, so that it does not wait for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    Served { program, address: address.trim().to_owned() }
}

/// Sends a request, and returns the connection.
fn send(served: &Served, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&served.address).expect("a connection");
    let host = if headers.contains("Host:") {
        String::new()
    } else {
        format!("Host: {}\r\n", served.address)
    };
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // A server that refuses a body may close the connection before it has read all of it.
    let _ = stream.write_all(body.as_bytes());
    stream
}

/// The status code and the rest of the answer.
fn ask(served: &Served, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
    let mut bytes = Vec::new();
    let _ = send(served, method, path, headers, body).read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let code = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    (code, text)
}

#[test]
fn only_this_machine_and_this_page_may_ask() {
    let served = serve(&[]);
    assert_eq!(ask(&served, "GET", PODS, "", "").0, 200);
    let port = served.address.split(':').nth(1).expect("a port");
    assert_eq!(ask(&served, "GET", PODS, &format!("Host: localhost:{port}\r\n"), "").0, 200);
    assert_eq!(ask(&served, "GET", PODS, "Host: evil.example\r\n", "").0, 403);
    assert_eq!(ask(&served, "GET", PODS, "Origin: http://evil.example\r\n", "").0, 403);
    let own = format!("Origin: http://{}\r\n", served.address);
    assert_eq!(
        ask(&served, "POST", "/ordinal/do", &own, r#"{"line":"kubectl cordon node-1"}"#).0,
        200
    );
}

#[test]
fn a_watch_streams_and_ends_when_it_should() {
    let served = serve(&[]);
    let stream = send(&served, "GET", &format!("{PODS}?watch=true&timeoutSeconds=30"), "", "");
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let is_told = |line: &str, name: &str| {
        line.contains("\"type\":\"ADDED\"") && line.contains(&format!("\"name\":\"{name}\""))
    };
    // The story creates one pod after the other while the watch is open.
    for name in ["web-0", "web-1", "web-2"] {
        assert!(lines.any(|line| is_told(&line, name)), "{name} is told");
    }
    let (code, text) = ask(&served, "GET", &format!("{PODS}?watch=true&timeoutSeconds=1"), "", "");
    assert!(code == 200 && text.ends_with("0\r\n\r\n"), "it ends by itself: {text}");
}

#[test]
fn what_is_too_large_or_broken_is_refused() {
    let served = serve(&[]);
    let large = "x".repeat(50 << 20);
    let (code, text) = ask(&served, "POST", PODS, "", &large);
    assert_eq!(code, 413);
    assert!(text.contains("\"message\":\"Request entity too large: limit is 3145728\""), "{text}");
    assert_eq!(
        ask(&served, "POST", PODS, "Content-Type: application/json\r\n", "{\"kind\":").0,
        400
    );
    assert_eq!(ask(&served, "GET", "/../../etc/passwd", "", "").0, 404);
    assert_eq!(ask(&served, "GET", PODS, "", "").0, 200);
}

#[test]
fn a_client_that_does_not_read_holds_nobody_up() {
    let served = serve(&[]);
    let idle: Vec<TcpStream> =
        (0..20).map(|_| send(&served, "GET", &format!("{PODS}?watch=true"), "", "")).collect();
    let patch = "Content-Type: application/merge-patch+json\r\n";
    for number in 0..300 {
        let body = format!(r#"{{"metadata":{{"labels":{{"n":"{number}"}}}}}}"#);
        let (code, text) = ask(
            &served,
            "PATCH",
            "/apis/apps/v1/namespaces/default/statefulsets/web",
            patch,
            &body,
        );
        assert_eq!(code, 200, "{text}");
    }
    drop(idle);
}

/// The number of files and sockets that the program has open, on systems with `/proc`.
fn open_files(served: &Served) -> Option<usize> {
    std::fs::read_dir(format!("/proc/{}/fd", served.program.id())).ok().map(Iterator::count)
}

#[test]
fn broken_connections_leave_nothing_behind() {
    let served = serve(&[]);
    let watch = format!("{PODS}?watch=true");
    assert_eq!(ask(&served, "GET", PODS, "", "").0, 200);
    let before = open_files(&served);
    for number in 0..100 {
        let stream = match number % 5 {
            // No request, half a head, half a body, a watch, a watch whose client can no longer send.
            0 => TcpStream::connect(&served.address).expect("a connection"),
            1 => {
                let mut stream = TcpStream::connect(&served.address).expect("a connection");
                stream.write_all(b"GET /api HTTP/1.1\r\nHost: loc").expect("sent");
                stream
            }
            2 => {
                let mut stream = TcpStream::connect(&served.address).expect("a connection");
                let head = format!(
                    "POST {PODS} HTTP/1.1\r\nHost: {}\r\nContent-Length: 9\r\n\r\n{{",
                    served.address
                );
                stream.write_all(head.as_bytes()).expect("sent");
                stream
            }
            _ => send(&served, "GET", &watch, "", ""),
        };
        if number % 5 == 4 {
            stream.shutdown(std::net::Shutdown::Write).expect("it is open");
        }
    }
    assert_eq!(ask(&served, "GET", PODS, "", "").0, 200);
    let Some(before) = before else { return };
    let closed = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        open_files(&served).is_some_and(|now| now <= before + 2)
    });
    assert!(closed, "{before} files were open, now {:?}", open_files(&served));
}

#[test]
fn a_line_is_sent_to_a_served_cluster() {
    let served = serve(&[]);
    let run = |line: &str| {
        let program = env!("CARGO_BIN_EXE_ordinal");
        Command::new(program)
            .args(["do", line, "--server", &served.address])
            .output()
            .expect("it runs")
    };
    assert!(run("node node-2 off").status.success());
    let output = run("kubectl get nothing");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("doesn't have a resource type"));
    assert!(ask(&served, "GET", "/ordinal/recipe", "", "").1.contains("node node-2 off"));
}
