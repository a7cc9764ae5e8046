//! Programs that look up names or test connections: `nslookup`, `dig`, `host`, `getent`, `ping`, `nc`.

use super::super::dns::{self, RecordType};
use super::arguments::Options;
use super::connect::{self, NoPeer};
use super::{Family, Inside, Out};

/// The cluster IP and the name of the DNS Service, as set up by kubeadm.
const SERVER: &str = "10.96.0.10";
const SERVER_NAME: &str = "kube-dns.kube-system.svc.cluster.local";

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(inside: &mut Inside<'_>, program: &str, words: &[&str]) -> Option<Out> {
    Some(match program {
        "nslookup" => nslookup(inside, words),
        "dig" => dig(inside, words),
        "host" => host(inside, words),
        "getent" => getent(inside, words),
        "ping" => ping(inside, words),
        "nc" => nc(inside, words),
        _ => return None,
    })
}

/// The name of an address in CoreDNS.
fn reverse(inside: &Inside<'_>, address: &str) -> Option<String> {
    if let Some(own) = dns::BUILT_IN.iter().find(|own| own.address == address) {
        return Some(own.full_name());
    }
    let store = &inside.cluster.store;
    store.services.iter().find_map(|service| {
        let (name, namespace) = (&service.metadata.name, &service.metadata.namespace);
        if service.spec.cluster_ip == address {
            return Some(format!("{name}.{namespace}.svc.cluster.local"));
        }
        let endpoints = &store.slice_of(service).filter(|_| service.is_headless())?.endpoints;
        let found = endpoints.iter().find(|it| it.ready && it.address == address)?;
        let host = if found.hostname.is_empty() {
            address.replace('.', "-")
        } else {
            found.hostname.clone()
        };
        Some(format!("{host}.{name}.{namespace}.svc.cluster.local"))
    })
}

/// Whether a name is outside the cluster, where nothing is simulated.
fn is_outside(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.contains('.')
        && !name.ends_with(".local")
        && !name.ends_with(".svc")
        && ["com", "org", "net", "io", "dev"].contains(&name.rsplit('.').next().unwrap_or(""))
}

/// Adds advice about why a name doesn't resolve.
fn explain(inside: &mut Inside<'_>, name: &str) {
    if is_outside(name) {
        return inside.advise("the simulated cluster is not connected to the Internet");
    }
    let why = dns::why_not(inside.cluster, inside.run.pod.namespace(), name);
    let reason = super::Reason::NoSuchName { name: name.to_owned(), why };
    inside.advise(reason.text());
}

fn nslookup(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let kind = words.iter().find_map(|word| {
        word.strip_prefix("-type=").or(word.strip_prefix("-query=")).or(word.strip_prefix("-q="))
    });
    let Some(name) = words.iter().find(|word| !word.starts_with('-')).copied() else {
        return Out::fail(1, "nslookup: interactive mode is not simulated; add a host name");
    };
    let is_srv = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("srv"));
    let record = if is_srv { RecordType::Srv } else { RecordType::A };
    let is_old = inside.family == Family::Busybox
        && (inside.spec.image.contains(":1.28") || inside.spec.image.contains(":1.27"));
    let mut text = match inside.family {
        _ if is_old => format!("Server:    {SERVER}\nAddress 1: {SERVER} {SERVER_NAME}\n\n"),
        Family::Busybox => format!("Server:\t\t{SERVER}\nAddress:\t{SERVER}:53\n\n"),
        _ => format!("Server:\t\t{SERVER}\nAddress:\t{SERVER}#53\n\n"),
    };
    if connect::is_address(name) && !is_old {
        let turned = name.rsplit('.').collect::<Vec<_>>().join(".");
        return match reverse(inside, name) {
            Some(found) => Out::print(format!("{turned}.in-addr.arpa\tname = {found}.\n\n")),
            None => Out {
                exit: 1,
                ..Out::print(format!("** server can't find {turned}.in-addr.arpa: NXDOMAIN\n\n"))
            },
        };
    }
    let answer = dns::resolve(inside.cluster, inside.run.pod.namespace(), name, record);
    let addresses = if is_old { connect::addresses(inside, name) } else { answer.addresses };
    if !answer.exists && addresses.is_empty() {
        explain(inside, name);
        let status = if is_outside(name) { "SERVFAIL" } else { "NXDOMAIN" };
        return match is_old {
            true => Out {
                stderr: format!("nslookup: can't resolve '{name}'\n"),
                exit: 1,
                ..Out::print(text.trim_end().to_owned() + "\n\n")
            },
            false => Out {
                exit: 1,
                ..Out::print(text + &format!("** server can't find {name}: {status}\n\n"))
            },
        };
    }
    if is_old {
        text += &format!("Name:      {name}\n");
        for (address, number) in addresses.iter().zip(1..) {
            let full = reverse(inside, address).map_or_else(String::new, |full| format!(" {full}"));
            text += &format!("Address {number}: {address}{full}\n");
        }
        return Out::print(text);
    }
    for (port, target, weight) in records(&answer.services) {
        text += &format!("{}\tservice = 0 {weight} {port} {target}.\n", answer.name);
    }
    for address in &addresses {
        text += &format!("Name:\t{}\nAddress: {address}\n", answer.name);
    }
    Out::print(text + "\n")
}

/// The port, target, and weight of SRV records; CoreDNS divides a weight of 100 among them (`msg.Split`).
fn records(services: &[dns::ServiceRecord]) -> impl Iterator<Item = (u16, &str, usize)> {
    let weight = 100 / services.len().max(1);
    services.iter().map(move |record| (record.port, record.target.as_str(), weight.max(1)))
}

/// The result of `dig`: the question, whether the name exists, and the lines of the sections.
struct Dug {
    question: String,
    kind: &'static str,
    exists: bool,
    answers: Vec<String>,
    additional: String,
}

/// Queries a name like `dig`, which ignores the search path without `+search`.
fn ask(inside: &mut Inside<'_>, words: &[&str]) -> Dug {
    let mut name = "";
    let mut is_srv = false;
    for word in words.iter().filter(|word| !word.starts_with(['+', '@', '-'])) {
        match word.to_ascii_uppercase().as_str() {
            "SRV" => is_srv = true,
            "A" | "IN" | "ANY" => {}
            _ if name.is_empty() => name = word,
            _ => {}
        }
    }
    let namespace = inside.run.pod.namespace();
    if words.contains(&"-x") {
        let question = format!("{}.in-addr.arpa.", name.rsplit('.').collect::<Vec<_>>().join("."));
        let found = reverse(inside, name).map(|full| format!("{full}."));
        let (exists, answers) = (found.is_some(), found.into_iter().collect());
        return Dug { question, kind: "PTR", exists, answers, additional: String::new() };
    }
    let searches = words.contains(&"+search") || name.ends_with('.');
    let full = if searches { name.to_owned() } else { format!("{name}.") };
    let (record, kind) = if is_srv { (RecordType::Srv, "SRV") } else { (RecordType::A, "A") };
    let answer = dns::resolve(inside.cluster, namespace, &full, record);
    let question = if answer.exists { &answer.name } else { &full };
    let question = format!("{}.", question.trim_end_matches('.'));
    let (mut answers, mut additional) = (answer.addresses.clone(), String::new());
    for (port, target, weight) in records(&answer.services) {
        answers.push(format!("0 {weight} {port} {target}."));
        let full = dns::resolve(inside.cluster, "", &format!("{target}."), RecordType::A);
        let lines = full.addresses.iter().map(|it| format!("{target}. 30\tIN\tA\t{it}\n"));
        additional += &lines.collect::<String>();
    }
    match dns::resolve(inside.cluster, namespace, name, record).exists {
        _ if answer.exists => {}
        true => inside.advise(
            "dig does not use the search path of /etc/resolv.conf; add +search, or type the full name",
        ),
        false => explain(inside, name),
    }
    Dug { question, kind, exists: answer.exists, answers, additional }
}

fn dig(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let Dug { question, kind, exists, answers, additional } = ask(inside, words);
    let has = |flag: &str| words.contains(&flag);
    if has("+short") {
        return Out::print(answers.iter().map(|answer| format!("{answer}\n")).collect::<String>());
    }
    let lines = answers.iter().map(|answer| format!("{question} 30\tIN\t{kind}\t{answer}\n"));
    let lines = lines.collect::<String>();
    if has("+noall") && has("+answer") {
        return Out::print(lines);
    }
    let now = inside.cluster.now;
    let status = if exists { "NOERROR" } else { "NXDOMAIN" };
    let mut text = format!(
        "\n; <<>> DiG 9.18 <<>> {}\n;; global options: +cmd\n;; Got answer:\n\
         ;; ->>HEADER<<- opcode: QUERY, status: {status}, id: {}\n\
         ;; flags: qr aa rd; QUERY: 1, ANSWER: {}, AUTHORITY: {}, ADDITIONAL: {}\n\n\
         ;; QUESTION SECTION:\n;{question}\t\tIN\t{kind}\n\n",
        words.join(" "),
        now.0 % 65_536,
        answers.len(),
        u8::from(!exists),
        additional.lines().count()
    );
    for (title, section) in [("ANSWER", &lines), ("ADDITIONAL", &additional)] {
        if !section.is_empty() {
            text += &format!(";; {title} SECTION:\n{section}\n");
        }
    }
    let end = format!(";; SERVER: {SERVER}#53({SERVER})\n;; WHEN: {}\n\n", now.rfc1123());
    Out::print(text + &end)
}

fn host(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let Some(name) = words.iter().find(|word| !word.starts_with('-')).copied() else {
        return Out::fail(1, "Usage: host NAME");
    };
    let answer = dns::resolve(inside.cluster, inside.run.pod.namespace(), name, RecordType::A);
    if answer.exists {
        let lines = answer.addresses.iter().map(|it| format!("{} has address {it}\n", answer.name));
        return Out::print(lines.collect::<String>());
    }
    explain(inside, name);
    Out { exit: 1, ..Out::print(format!("Host {name} not found: 3(NXDOMAIN)\n")) }
}

fn getent(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let ["hosts" | "ahosts" | "ahostsv4", name, ..] = words else {
        return inside.not_simulated("this database of getent");
    };
    let addresses = connect::addresses(inside, name);
    if addresses.is_empty() {
        explain(inside, name);
        return Out::code(2);
    }
    let full = dns::resolve(inside.cluster, inside.run.pod.namespace(), name, RecordType::A).name;
    let full = if full.is_empty() { (*name).to_owned() } else { full };
    Out::print(
        addresses.iter().map(|address| format!("{address:<15} {full}\n")).collect::<String>(),
    )
}

fn ping(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "cWwi");
    let Some(name) = options.rest.first().copied() else {
        return Out::fail(1, "ping: usage error: Destination address required");
    };
    let Some(address) = connect::addresses(inside, name).into_iter().next() else {
        explain(inside, name);
        return match inside.family {
            Family::Busybox => Out::fail(1, format!("ping: bad address '{name}'")),
            _ => Out::fail(2, format!("ping: {name}: Name or service not known")),
        };
    };
    let count =
        options.value('c').and_then(|count| count.parse::<u32>().ok()).unwrap_or(4).clamp(1, 20);
    if options.value('c').is_none() {
        inside.advise(
            "ping sends four requests here; a real ping without -c continues until you stop it",
        );
    }
    // A cluster IP isn't a host, so nothing answers ICMP.
    let world = &inside.cluster.world;
    let is_own = address.starts_with("127.") || address == inside.run.ip;
    let answers = is_own
        || world
            .run_at(&address)
            .is_some_and(|(_, run)| world.is_reachable(&inside.run.node, &run.node));
    let mut text = format!("PING {name} ({address}): 56 data bytes\n");
    for number in (0..count).filter(|_| answers) {
        text += &format!("64 bytes from {address}: seq={number} ttl=62\n");
    }
    let (received, lost) = if answers { (count, 0) } else { (0, 100) };
    text += &format!(
        "\n--- {name} ping statistics ---\n{count} packets transmitted, {received} packets received, {lost}% packet loss\n"
    );
    Out { exit: u8::from(!answers), ..Out::print(text) }
}

/// `nc -z HOST PORT`: tests a connection.
fn nc(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let options = Options::read(words, "w");
    let (Some(host), Some(port)) =
        (options.rest.first(), options.rest.get(1).and_then(|port| port.parse().ok()))
    else {
        return inside.not_simulated("this form of nc");
    };
    let is_loud = options.has('v');
    match connect::connect(inside, host, port) {
        Ok(_) if is_loud => Out { stderr: format!("{host} ({port}) open\n"), ..Out::default() },
        Ok(_) => Out::default(),
        Err(why) => {
            if why == NoPeer::NoName {
                explain(inside, host);
            }
            let words = match why {
                NoPeer::NoName => return Out::fail(1, format!("nc: bad address '{host}'")),
                NoPeer::NotSimulated => {
                    inside.is_unknown = true;
                    return Out::fail(1, format!("nc: {}: {host}", super::web::NO_ANSWER));
                }
                NoPeer::Refused => "Connection refused",
                NoPeer::Silent => "Operation timed out",
            };
            if is_loud {
                Out::fail(1, format!("nc: {host} ({port}): {words}"))
            } else {
                Out::code(1)
            }
        }
    }
}
