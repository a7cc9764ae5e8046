//! HTTP: `curl` and `wget`, and servers that serve the files of their containers.

use super::arguments::Options;
use super::connect::{self, NoPeer, Peer};
use super::file_tools::save;
use super::files::{self, base_name};
use super::{Inside, Out, Ran, image};
use crate::cluster::Cluster;
use std::rc::Rc;

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Option<Out> {
    match program {
        "curl" => Some(curl(inside, words)),
        "wget" => Some(wget(inside, words)),
        _ => None,
    }
}

/// The status code and page of the HTTP server in a container; `None` if it has no server.
pub(super) fn page(inside: &Inside<'_>, path: &str) -> Option<(u16, String)> {
    let (root, name) = inside.family.web()?;
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let full = files::absolute(root, path.trim_start_matches('/'));
    let is_below = full == root || full.starts_with(&format!("{root}/"));
    let index = files::absolute(&full, "index.html");
    let (status, title) = match inside.tree.get(&full).filter(|_| is_below) {
        Some(file) if file.mode & 0o004 == 0 => (403, "403 Forbidden"),
        Some(file) => match file.text.or_else(|| inside.tree.read(&index).ok()) {
            Some(text) => return Some((200, text.to_string())),
            None => (403, "403 Forbidden"),
        },
        None => (404, "404 Not Found"),
    };
    let text = format!(
        "<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n<hr><center>{name}</center>\n</body>\n</html>\n"
    );
    Some((status, text.replace('\n', "\r\n")))
}

/// The answer of a server; `None` if it isn't an HTTP server.
fn answer(inside: &Inside<'_>, peer: &Peer<'_>, path: &str) -> Option<(u16, String)> {
    if let Some(text) = image::greeting(&peer.spec.image, peer.port) {
        return Some((200, text.replace("{pod}", peer.run.pod.name())));
    }
    let is_own = peer.uid == inside.uid && peer.spec.name == inside.spec.name;
    let is_web = super::Family::of(&peer.spec.image).ports().contains(&peer.port);
    if !is_web {
        return None;
    }
    if is_own {
        return page(inside, path);
    }
    page(&Inside::new(inside.cluster, peer.uid, peer.run, peer.spec), path)
}

/// The host, port, and path of a URL.
fn parts(address: &str) -> (String, u16, String) {
    let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let usual = if scheme == "https" { 443 } else { 80 };
    let host = host.rsplit('@').next().unwrap_or(host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(usual)),
        None => (host, usual),
    };
    (host.to_owned(), port, format!("/{path}"))
}

/// The long options of curl that take a value.
const VALUED: &str =
    "--max-time --connect-timeout --output --request --header --data --write-out --retry";

fn curl(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "omHdXwAu");
    let is_value = |pair: &[&str]| VALUED.split(' ').any(|valued| pair.first() == Some(&valued));
    let skipped: Vec<&str> = words
        .windows(2)
        .filter(|pair| is_value(pair))
        .filter_map(|pair| pair.get(1))
        .copied()
        .collect();
    let addresses: Vec<&str> =
        options.rest.iter().filter(|word| !skipped.contains(word)).copied().collect();
    if addresses.is_empty() {
        return Out::fail(2, "curl: try 'curl --help' or 'curl --manual' for more information");
    }
    let mut out = Out::default();
    for address in addresses {
        if let Err((code, message)) = fetch(inside, &options, address, &mut out) {
            out.exit = code;
            let is_silent = options.has('s') || options.long.contains(&"silent");
            if !is_silent || options.has('S') || options.long.contains(&"show-error") {
                out.stderr += &format!("curl: ({code}) {message}\n");
            }
        }
    }
    out
}

/// Gets one URL.
///
/// # Errors
/// The exit code and message of curl.
fn fetch(
    inside: &mut Inside<'_>,
    options: &Options<'_>,
    address: &str,
    out: &mut Out,
) -> Result<(), (u8, String)> {
    let (host, port, path) = parts(address);
    let found = connect::connect(inside, &host, port).map(|peer| answer(inside, &peer, &path));
    let (status, text) = match found {
        Ok(Some(found)) => found,
        other => {
            if other.is_ok() {
                inside.advise(NO_SERVER);
            }
            inside.is_unknown |= matches!(other, Ok(_) | Err(NoPeer::NotSimulated));
            return Err(no_answer(other.err(), &host, port));
        }
    };
    let shown = shown(options, status, text)?;
    match options.value('o').or_else(|| options.has('O').then(|| base_name(address))) {
        Some(file) => save(inside, file, &shown, false).map_err(|it| (23, it.to_owned()))?,
        None => out.stdout += &shown,
    }
    if let Some(format) = options.value('w') {
        out.stdout += &format.replace("%{http_code}", &status.to_string()).replace("\\n", "\n");
    }
    Ok(())
}

/// What curl prints of an answer.
///
/// # Errors
/// Its exit code and message with `-f`.
fn shown(options: &Options<'_>, status: u16, text: String) -> Result<String, (u8, String)> {
    let has = |letter: char, long: &str| options.has(letter) || options.long.contains(&long);
    if has('f', "fail") && status >= 400 {
        return Err((22, format!("The requested URL returned error: {status}")));
    }
    let reason = match status {
        200 => "OK",
        403 => "Forbidden",
        _ => "Not Found",
    };
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n",
        text.len()
    );
    Ok(match (has('I', "head"), has('i', "include")) {
        (true, _) => head,
        (_, true) => head + &text,
        _ => text,
    })
}

/// Help if something other than an HTTP server listens.
const NO_SERVER: &str = "only the HTTP servers of nginx and httpd images are simulated";

/// The error for a server of the control plane.
pub(super) const NO_ANSWER: &str =
    "the servers of the control plane are not simulated in containers";

/// `curl` or `wget -O -` of a terminal outside of the cluster, which is in the network of the nodes: only node ports,
/// and pods in that network, answer.
pub fn from_outside(cluster: &Cluster, words: &[&str]) -> Ran {
    let is_curl = words.first() == Some(&"curl");
    let options =
        Options::read(words.get(1..).unwrap_or(&[]), if is_curl { "omHdXwAu" } else { "OTt" });
    let address = options.rest.first().copied().unwrap_or("");
    let (host, port, path) = parts(address);
    let node = cluster.store.node(&host).map(|node| node.internal_ip().to_owned());
    let ip = node.unwrap_or_else(|| host.clone());
    let found = match connect::node_at(cluster, &ip) {
        Some(node) if cluster.world.is_heard(node) => {
            connect::on_node((cluster, cluster.now), node, port)
        }
        // Nothing listens on the computer of the terminal.
        None if is_own(&host) => Err(NoPeer::Refused),
        None if !connect::is_address(&ip) => Err(NoPeer::NoName),
        _ => Err(NoPeer::Silent),
    };
    let found = found.map(|peer| {
        let is_web = super::Family::of(&peer.spec.image).ports().contains(&peer.port);
        is_web.then(|| page(&Inside::new(cluster, peer.uid, peer.run, peer.spec), &path)).flatten()
    });
    let mut ran = Ran::default();
    let done = match found {
        Ok(Some((status, text))) => shown(&options, status, text),
        other => {
            let is_inside = cluster.store.services.iter().any(|service| {
                host == service.spec.cluster_ip
                    || host.split('.').next() == Some(&service.metadata.name)
            });
            ran.advice = match other {
                Ok(_) => format!("{NO_SERVER}\n"),
                _ if is_inside || host.ends_with(".cluster.local") || is_own(&host) => {
                    "cluster IPs and names of Services exist only in the cluster: use a node port, or send the request \
                     from a pod: kubectl exec POD -- curl URL\n"
                        .into()
                }
                _ => String::new(),
            };
            Err(no_answer(other.err(), &host, port))
        }
    };
    match done {
        Ok(text) => ran.stdout = text,
        Err((code, message)) => {
            ran.exit = if is_curl { code } else { 4 };
            ran.stderr = match (is_curl, code) {
                _ if options.has('s') && !options.has('S') && is_curl => String::new(),
                (true, code) => format!("curl: ({code}) {message}\n"),
                (_, 6) => format!("wget: unable to resolve host address '{host}'\n"),
                (_, 7) => {
                    format!("wget: can't connect to remote host ({host}): Connection refused\n")
                }
                _ => format!("wget: {message}\n"),
            };
        }
    }
    ran
}

/// Whether an address is that of the computer itself.
fn is_own(host: &str) -> bool {
    host == "localhost" || host.starts_with("127.") || host == "[::1]"
}

/// The exit code and message of curl if there is no answer.
fn no_answer(why: Option<NoPeer>, host: &str, port: u16) -> (u8, String) {
    match why {
        None => (52, "Empty reply from server".into()),
        Some(NoPeer::NoName) => (6, format!("Could not resolve host: {host}")),
        Some(NoPeer::Refused) => (
            7,
            format!(
                "Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
            ),
        ),
        Some(NoPeer::NotSimulated) => (1, format!("{NO_ANSWER}: {host}")),
        Some(NoPeer::Silent) => {
            (28, format!("Failed to connect to {host} port {port}: Connection timed out"))
        }
    }
}

fn wget(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "OTt");
    let Some(address) = options.rest.first().copied() else {
        return Out::fail(1, "wget: missing URL");
    };
    let (host, port, path) = parts(address);
    let found = connect::connect(inside, &host, port).map(|peer| answer(inside, &peer, &path));
    let is_quiet = options.has('q');
    let fail = |message: String| if is_quiet { Out::code(1) } else { Out::fail(1, message) };
    let (status, text) = match found {
        Ok(Some(found)) => found,
        Ok(None) => {
            inside.advise(NO_SERVER);
            inside.is_unknown = true;
            return fail("wget: error getting response".into());
        }
        Err(NoPeer::NoName) => return Out::fail(1, format!("wget: bad address '{host}'")),
        Err(NoPeer::NotSimulated) => {
            inside.is_unknown = true;
            return Out::fail(1, format!("wget: {NO_ANSWER}: {host}"));
        }
        Err(why) => {
            let words =
                if why == NoPeer::Refused { "Connection refused" } else { "Operation timed out" };
            return Out::fail(1, format!("wget: can't connect to remote host ({host}): {words}"));
        }
    };
    if status >= 400 {
        let reason = if status == 403 { "Forbidden" } else { "Not Found" };
        return Out::fail(1, format!("wget: server returned error: HTTP/1.1 {status} {reason}"));
    }
    let name = match (options.value('O'), base_name(&path)) {
        (Some("-"), _) => return Out::print(text),
        (Some(name), _) => name,
        (None, "") => "index.html",
        (None, name) => name,
    };
    if options.long.contains(&"spider") {
        return Out::default();
    }
    let text: Rc<str> = text.into();
    match save(inside, name, &text, false) {
        Ok(()) if is_quiet => Out::default(),
        Ok(()) => Out { stderr: format!("'{name}' saved\n"), ..Out::default() },
        Err(problem) => Out::fail(1, format!("wget: can't open '{name}': {problem}")),
    }
}
