//! `preview`: serves the page with one lesson, and reloads it when the file changes.

use super::Failure;
use super::api::page;
use super::terminal::visible;
use crate::lessons;
use clap::Args;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// The lesson and the address.
#[derive(Args)]
pub(super) struct PreviewArgs {
    /// The lesson.
    lesson: PathBuf,
    /// The port to listen on; 0 picks a free one.
    #[arg(long, default_value_t = 8002)]
    port: u16,
    /// The directory of the page [default: dist/site, where cargo xtask dist puts it].
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
}

/// The files that are served.
struct Preview {
    lesson: PathBuf,
    page: PathBuf,
}

/// Serves until Ctrl+C.
pub(super) fn serve(args: &PreviewArgs) -> Result<(), Failure> {
    fs::read_to_string(&args.lesson).map_err(|error| {
        Failure(2, format!("error: cannot read {}: {error}", args.lesson.display()))
    })?;
    let page = page::find(args.page.as_deref())
        .ok_or_else(|| Failure(2, "error: there is no page; run cargo xtask dist".into()))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(|error| {
        Failure(1, format!("error: cannot listen on port {}: {error}", args.port))
    })?;
    let address = listener.local_addr().map_err(Failure::from)?;
    let lesson = args.lesson.clone();
    println!("{} is at http://{address}, and reloads when the file changes.", lesson.display());
    let preview = Arc::new(Preview { lesson, page });
    for stream in listener.incoming() {
        let (stream, preview) = (stream.map_err(Failure::from)?, preview.clone());
        // A browser that disconnects early is not an error.
        thread::spawn(move || preview.answer(stream).ok());
    }
    Ok(())
}

impl Preview {
    /// Answers one request, and closes the connection.
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut first = String::new();
        reader.read_line(&mut first)?;
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let path = first.split_whitespace().nth(1).unwrap_or("/");
        let path = path.split('?').next().unwrap_or("/");
        let found = match path {
            "/" => Some(("text/html; charset=utf-8", DOCUMENT.into())),
            "/preview.js" => Some(("text/javascript; charset=utf-8", SCRIPT.into())),
            "/preview.lesson" => Some((TEXT, fs::read(&self.lesson).unwrap_or_default())),
            "/preview.txt" => Some((TEXT, self.verdict().into_bytes())),
            path => page::file(&self.page, path),
        };
        let (status, (kind, body)) = match found {
            Some(found) => ("200 OK", found),
            None => ("404 Not Found", (TEXT, b"not found\n".to_vec())),
        };
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )?;
        stream.write_all(&body)
    }

    /// The errors in the lesson, one per line.
    fn verdict(&self) -> String {
        verdict(&self.lesson)
    }
}

/// The errors in a lesson, one per line.
fn verdict(path: &Path) -> String {
    let errors = match fs::read_to_string(path) {
        Ok(text) => lessons::lint(&text).errors,
        Err(error) => return format!("{error}\n"),
    };
    errors.iter().map(|error| visible(&error.to_string()).into_owned() + "\n").collect()
}

const TEXT: &str = "text/plain; charset=utf-8";

/// The page with the lesson, and the errors in the lesson below it.
const DOCUMENT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>Lesson preview</title>
<meta name=\"color-scheme\" content=\"light dark\">
<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">
<link rel=\"stylesheet\" href=\"page.css\">
<script type=\"module\" src=\"element.js\"></script>
<script type=\"module\" src=\"preview.js\"></script>
<body>
<ordinal-lab lesson=\"preview.lesson\"></ordinal-lab>
<output id=\"errors\" style=\"position: fixed; inset: auto 0 0 0; z-index: 9; white-space: pre-wrap; background: Canvas; color: CanvasText\"></output>
</body>
</html>
";

/// Checks twice a second whether the lesson has changed, and shows its errors.
const SCRIPT: &str = "const text = async (name) => (await fetch(name)).text();
const errors = document.querySelector('#errors');
let shown = await text('preview.lesson');
errors.textContent = await text('preview.txt');
setInterval(async () => {
  const now = await text('preview.lesson').catch(() => shown);
  if (now === shown) return;
  shown = now;
  const wrong = await text('preview.txt');
  if (wrong) errors.textContent = wrong;
  else location.reload();
}, 500);
";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// The response to a request for a path.
    fn get(preview: &Arc<Preview>, path: &str) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = preview.clone();
        let served = thread::spawn(move || server.answer(listener.accept().expect("a visitor").0));
        let mut stream = TcpStream::connect(address).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        served.join().expect("no panic").expect("served");
        answer
    }

    #[test]
    fn a_lesson_is_served_with_what_is_wrong_with_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let lesson = root.join("lessons/find-it.lesson");
        let preview = Arc::new(Preview { lesson, page: root.clone() });
        assert!(get(&preview, "/").contains("lesson=\"preview.lesson\""));
        assert!(get(&preview, "/preview.lesson?x").contains("title   Find it"));
        assert!(get(&preview, "/preview.txt").contains("Content-Length: 0"));
        assert!(get(&preview, "/page.css").contains("text/css"));
        assert!(get(&preview, "/../Cargo.toml").starts_with("HTTP/1.1 404"));
        let preview = Arc::new(Preview { lesson: root.join("page.css"), page: root });
        assert!(get(&preview, "/preview.txt").contains("the lesson has no `title`"));
    }
}
