//! Small programs, and the options and error messages of all programs.

use super::file_tools::user_name;
use super::{Inside, Out, connect};

/// Runs one of these programs; `None` for any other program.
pub(super) fn run(
    inside: &mut Inside<'_>,
    program: &str,
    words: &[&str],
    input: &str,
) -> Option<Out> {
    Some(match program {
        "clear" | "sync" | "chown" => Out::default(),
        "which" => which(inside, words),
        "whoami" => Out::print(format!("{}\n", user_name(inside, inside.tree.user))),
        "id" => id(inside, words),
        "hostname" => hostname(inside, words),
        "uname" => uname(inside, words),
        "env" | "printenv" => env(inside, words, input),
        "date" => date(inside, words),
        "sleep" => sleep(inside, words),
        "timeout" => timeout(inside, words, input),
        "nginx" => nginx(inside, words),
        "tar" => super::tar::run(inside, words, input),
        "sh" | "bash" => super::shell::run(inside, program, words, input),
        _ => return None,
    })
}

fn which(inside: &Inside<'_>, words: &[&str]) -> Out {
    let found: Vec<String> = words.iter().filter_map(|word| inside.locate(word)).collect();
    let exit = u8::from(found.len() < words.len());
    Out { exit, ..Out::print(found.iter().map(|path| format!("{path}\n")).collect::<String>()) }
}

fn id(inside: &Inside<'_>, words: &[&str]) -> Out {
    let (user, name) = (inside.tree.user, user_name(inside, inside.tree.user));
    Out::print(match words {
        ["-u" | "-g"] => format!("{user}\n"),
        ["-un" | "-gn"] => format!("{name}\n"),
        _ if name == user.to_string() => format!("uid={user} gid=0(root) groups=0(root)\n"),
        _ => format!("uid={user}({name}) gid={user}({name}) groups={user}({name})\n"),
    })
}

fn hostname(inside: &Inside<'_>, words: &[&str]) -> Out {
    let full = connect::full_name(inside.run);
    Out::print(match words {
        ["-f" | "--fqdn" | "--long"] => full + "\n",
        ["-i" | "-I"] => format!("{}\n", inside.run.ip),
        ["-d"] => format!("{}\n", full.split_once('.').map_or("", |(_, domain)| domain)),
        [] | ["-s"] => format!("{}\n", connect::host_name(inside.run)),
        _ => return Out::fail(1, "hostname: sethostname: Operation not permitted"),
    })
}

fn uname(inside: &Inside<'_>, words: &[&str]) -> Out {
    let host = connect::host_name(inside.run);
    Out::print(match words {
        ["-n"] => format!("{host}\n"),
        ["-m"] => "x86_64\n".into(),
        ["-a"] => format!("Linux {host} x86_64 GNU/Linux\n"),
        _ => "Linux\n".into(),
    })
}

fn env(inside: &mut Inside<'_>, words: &[&str], input: &str) -> Out {
    if let Some(word) = words.first() {
        if let Some(value) = inside.variable(word) {
            return Out::print(value + "\n");
        }
        return inside.program(words, input).unwrap_or_else(|| Out::code(1));
    }
    let mut all = inside.variables.clone();
    if inside.is_tty {
        all.insert(1, ("TERM".into(), "xterm".into()));
    }
    Out::print(all.iter().map(|(key, value)| format!("{key}={value}\n")).collect::<String>())
}

fn date(inside: &Inside<'_>, words: &[&str]) -> Out {
    let now = inside.cluster.now;
    let (text, stamp) = (now.rfc1123(), now.rfc3339());
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let [weekday, day, month, year, clock, _] = parts[..] else { return Out::default() };
    let formatted = |format: &str| {
        let swaps = [
            ("%F", "%Y-%m-%d"),
            ("%T", "%H:%M:%S"),
            ("%Y", year),
            ("%m", stamp.get(5..7).unwrap_or("")),
            ("%d", day),
            ("%H", clock.get(..2).unwrap_or("")),
            ("%M", clock.get(3..5).unwrap_or("")),
            ("%S", clock.get(6..).unwrap_or("")),
            ("%b", month),
            ("%a", weekday),
            ("%Z", "UTC"),
        ];
        swaps.iter().fold(format.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    match words.iter().find(|word| word.starts_with('+')) {
        // January 1, 2026, when every recipe starts.
        Some(format) if format.contains("%s") => {
            Out::print(format!("{}\n", 1_767_225_600 + now.0 / 1_000))
        }
        Some(format) => Out::print(formatted(format.trim_start_matches('+')) + "\n"),
        None => Out::print(format!(
            "{weekday} {month} {:>2} {clock} UTC {year}\n",
            day.trim_start_matches('0')
        )),
    }
}

fn nginx(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let print = |text: String| Out { stderr: text, ..Out::default() };
    let file = "/etc/nginx/nginx.conf";
    match words {
        ["-v" | "-V"] => {
            let version = super::image::nginx_version(&inside.spec.image);
            print(format!("nginx version: nginx/{version}\n"))
        }
        ["-t"] => print(format!(
            "nginx: the configuration file {file} syntax is ok\nnginx: configuration file {file} test is successful\n"
        )),
        ["-s", "quit"] => inside.program(&["kill", "-QUIT", "1"], "").unwrap_or_default(),
        ["-s", "stop"] => inside.program(&["kill", "1"], "").unwrap_or_default(),
        _ => inside.not_simulated("this use of nginx"),
    }
}

/// `timeout [-s SIGNAL] [-k DURATION] DURATION COMMAND`
fn timeout(inside: &mut Inside<'_>, words: &[&str], input: &str) -> Out {
    let mut rest = words;
    while let [flag, more @ ..] = rest
        && flag.starts_with('-')
    {
        let takes_value = matches!(*flag, "-s" | "-k" | "--signal" | "--kill-after");
        rest = more.get(usize::from(takes_value)..).unwrap_or(&[]);
    }
    let [limit, command @ ..] = rest else {
        return Out::fail(125, "timeout: missing operand");
    };
    let Some(limit) = duration_ms(limit) else {
        return Out::fail(125, format!("timeout: invalid time interval '{limit}'"));
    };
    let before = inside.sleeps_ms;
    let Some(out) = inside.program(command, input) else {
        let name = command.first().unwrap_or(&"");
        let message = format!("timeout: failed to run command '{name}': No such file or directory");
        return Out::fail(127, message);
    };
    let end = before.saturating_add(limit);
    if limit > 0 && inside.sleeps_ms > end {
        inside.sleeps_ms = end;
        return Out { exit: 124, ..out };
    }
    out
}

/// A duration such as `10`, `1.5s`, or `2m`, in milliseconds.
fn duration_ms(word: &str) -> Option<u64> {
    let (digits, unit) = match word.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => word.split_at(at),
        None => (word, "s"),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let unit = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let tenths: u64 = part.get(..1).and_then(|digit| digit.parse().ok()).unwrap_or(0);
    Some(whole.parse::<u64>().ok()?.saturating_mul(unit).saturating_add(unit / 10 * tenths))
}

fn sleep(inside: &mut Inside<'_>, words: &[&str]) -> Out {
    let ms = words.first().and_then(|word| duration_ms(word));
    match (ms, words) {
        (Some(ms), _) => {
            inside.sleeps_ms = inside.sleeps_ms.saturating_add(ms);
            Out::default()
        }
        (None, ["infinity" | "inf"]) => {
            inside.sleeps_ms = u64::MAX;
            Out::default()
        }
        _ => {
            Out::fail(1, format!("sleep: invalid time interval '{}'", words.first().unwrap_or(&"")))
        }
    }
}
