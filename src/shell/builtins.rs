//! Commands of the shell itself.

use super::interpret::{Flow, Interpreter, Io, Status};
use super::{Ask, Call, Output, paths};

/// The commands of the shell itself.
const BUILTINS: &[&str] = &[
    ":", "true", "false", "echo", "printf", "cd", "pwd", "export", "unset", "alias", "unalias",
    "set", "shopt", "source", ".", "eval", "exit", "logout", "return", "break", "continue",
    "shift", "local", "test", "[", "[[", "type", "command", "which", "seq", "xargs", "watch",
    "sudo", "nohup", "complete", "basename", "dirname", "tee",
];

/// Whether a word is a command of the shell itself; `read` is one if there is something to read.
pub(super) fn is_builtin(name: &str, has_input: bool) -> bool {
    BUILTINS.contains(&name) || (has_input && name == "read")
}

/// A word that is read as itself.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.into(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Resolves the escapes of `$'...'`, `echo -e` and `printf`.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out += &rest[..at];
        let after = &rest[at + 1..];
        let digits = |count: usize, radix: u32| {
            let is_digit = |c: char| c.is_digit(radix);
            after
                .chars()
                .skip(usize::from(radix == 16))
                .take(count)
                .take_while(|c| is_digit(*c))
                .count()
        };
        let (letter, length) = match after.as_bytes().first() {
            Some(b'n') => ('\n', 1),
            Some(b't') => ('\t', 1),
            Some(b'r') => ('\r', 1),
            Some(b'e' | b'E') => ('\u{1b}', 1),
            Some(b'a') => ('\u{7}', 1),
            Some(b'b') => ('\u{8}', 1),
            Some(first @ (b'\\' | b'\'' | b'"')) => (char::from(*first), 1),
            Some(b'x') if digits(2, 16) > 0 => {
                let length = 1 + digits(2, 16);
                (char::from(u8::from_str_radix(&after[1..length], 16).unwrap_or(b'?')), length)
            }
            Some(b'0'..=b'7') => {
                let length = digits(4, 8).clamp(1, if after.starts_with('0') { 4 } else { 3 });
                let code = u32::from_str_radix(&after[..length], 8).unwrap_or(0);
                (char::from(code.min(255) as u8), length)
            }
            _ => ('\\', 0),
        };
        out.push(letter);
        rest = &after[length..];
    }
    out + rest
}

impl Interpreter {
    /// Runs a command of the shell itself.
    pub(super) async fn builtin(&mut self, words: &[String], io: &Io) -> Status {
        let name = words[0].as_str();
        let rest = &words[1..];
        let number = |default: u32| rest.first().map_or(Some(default), |word| word.parse().ok());
        let output = match name {
            "false" => Output::failure(1, ""),
            "echo" => Output::print(echo(rest)),
            "printf" => printf(rest),
            "pwd" => Output::print(self.shell.folder() + "\n"),
            "cd" => self.change_folder(rest).await,
            "export" | "local" => self.export(rest, name == "export"),
            "unset" => self.unset(rest),
            "alias" | "unalias" => self.alias_command(rest, name == "alias"),
            "source" | "." => match rest.first() {
                Some(file) => return Box::pin(self.source(file, io)).await,
                None => Output::failure(2, format!("bash: {name}: filename argument required\n")),
            },
            "eval" => return Box::pin(self.eval(&rest.join(" "), io)).await,
            "exit" | "logout" => {
                if io.input.is_none() {
                    let call = Call { words: words.to_vec(), input: None, is_shown: true };
                    let said = self.ask(Ask::Call(call)).await;
                    // A host that knows nothing to do about it leaves it to the script.
                    if said.exit != 127 {
                        self.finish(&said, io);
                    }
                }
                let status = self.shell.0.borrow().status;
                return Err(Flow::Exit(number(status.into()).map_or(2, |code| code as u8)));
            }
            "return" => {
                let status = self.shell.0.borrow().status;
                return Err(Flow::Return(number(status.into()).map_or(2, |code| code as u8)));
            }
            "break" | "continue" => {
                return Err(Flow::Loop(number(1).unwrap_or(1), name == "continue"));
            }
            "shift" => {
                let count = number(1).unwrap_or(1) as usize;
                let arguments = &mut self.shell.0.borrow_mut().arguments;
                arguments.drain(..count.min(arguments.len()));
                Output::default()
            }
            "test" | "[" | "[[" => self.test(name, rest).await,
            "read" => self.read(rest, io),
            "type" | "which" | "command" => return self.which(name, rest, io).await,
            "seq" => seq(rest),
            "tee" => self.tee(rest, io).await,
            "basename" | "dirname" => base_name(rest, name == "basename"),
            "xargs" => return Box::pin(self.xargs(rest, io)).await,
            "watch" => return Box::pin(self.watch(rest, io)).await,
            "sudo" | "nohup" => {
                let rest: Vec<String> =
                    rest.iter().skip_while(|word| word.starts_with('-')).cloned().collect();
                return Box::pin(self.command(rest, true, io)).await;
            }
            _ => Output::default(),
        };
        Ok(self.finish(&output, io))
    }

    async fn change_folder(&mut self, words: &[String]) -> Output {
        let home = || self.shell.get("HOME").unwrap_or_else(|| "/".into());
        let word = words.first().cloned().unwrap_or_else(home);
        let word = if word == "-" { self.shell.get("OLDPWD").unwrap_or_default() } else { word };
        let path = paths::join(&self.shell.folder(), &word);
        let found = self.ask(Ask::Find(path.clone())).await;
        match found.stdout.as_str() {
            "folder" => {
                let before = std::mem::replace(&mut self.shell.0.borrow_mut().folder, path);
                self.shell.set("OLDPWD", before);
                Output::default()
            }
            "file" => Output::complaint(format!("bash: cd: {word}: Not a directory\n")),
            _ => Output::complaint(format!("bash: cd: {word}: No such file or directory\n")),
        }
    }

    fn export(&mut self, words: &[String], is_export: bool) -> Output {
        if words.is_empty() {
            let lines = self.shell.exported();
            return Output::print(
                lines.iter().map(|it| format!("declare -x {it}\n")).collect::<String>(),
            );
        }
        for word in words.iter().filter(|word| !word.starts_with('-')) {
            let (name, value) =
                word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
            if !super::parse::is_name(name) {
                return Output::complaint(format!(
                    "bash: export: `{word}': not a valid identifier\n"
                ));
            }
            value.into_iter().for_each(|value| self.shell.set(name, value.into()));
            let mut memory = self.shell.0.borrow_mut();
            if is_export && !memory.exported.iter().any(|known| known == name) {
                memory.exported.push(name.into());
            }
        }
        Output::default()
    }

    fn unset(&mut self, words: &[String]) -> Output {
        let mut memory = self.shell.0.borrow_mut();
        for word in words {
            memory.variables.remove(word);
            memory.functions.remove(word);
            memory.exported.retain(|name| name != word);
        }
        Output::default()
    }

    fn alias_command(&mut self, words: &[String], is_set: bool) -> Output {
        let mut memory = self.shell.0.borrow_mut();
        let mut output = Output::default();
        let show =
            |name: &str, text: &str| format!("alias {name}='{}'\n", text.replace('\'', "'\\''"));
        if words.is_empty() {
            let lines = memory.aliases.iter().map(|(name, text)| show(name, text));
            return Output::print(lines.collect::<String>());
        }
        for word in words {
            match (is_set, word.split_once('=')) {
                (true, Some((name, text))) => drop(memory.aliases.insert(name.into(), text.into())),
                (true, None) => match memory.aliases.get(word) {
                    Some(text) => output.stdout += &show(word, text),
                    None => {
                        output.stderr += &format!("bash: alias: {word}: not found\n");
                        output.exit = 1;
                    }
                },
                (false, _) if word == "-a" => memory.aliases = crate::map::Map::new(),
                (false, _) => drop(memory.aliases.remove(word)),
            }
        }
        output
    }

    /// `source FILE`. What a `<( )` or a completion script would define does nothing here.
    async fn source(&mut self, file: &str, io: &Io) -> Status {
        let read = self.ask(Ask::Read(paths::join(&self.shell.folder(), file))).await;
        if read.exit != 0 {
            self.write(&io.err, &format!("bash: {file}: {}\n", read.stderr.trim_end()));
            return Ok(1);
        }
        self.eval(&read.stdout, io).await
    }

    /// `tee [-a] FILE ...`
    async fn tee(&mut self, words: &[String], io: &Io) -> Output {
        let text = io.input.as_ref().map(|input| input.take()).unwrap_or_default();
        let is_appended = words.iter().any(|word| word == "-a" || word == "--append");
        let mut output = Output::print(text);
        for name in words.iter().filter(|word| !word.starts_with('-')) {
            let path = paths::join(&self.shell.folder(), name);
            let text = output.stdout.clone();
            let answer = match path.starts_with("/dev/") {
                true => Output::default(),
                false => self.ask(Ask::Write(path, text, is_appended)).await,
            };
            if answer.exit != 0 {
                output.exit = 1;
                output.stderr += &format!("tee: {name}: {}\n", answer.stderr.trim_end());
            }
        }
        output
    }

    fn read(&mut self, words: &[String], io: &Io) -> Output {
        let Some(input) = &io.input else { return Output::default() };
        let text = input.take();
        let (line, rest) = text.split_once('\n').unwrap_or((&text, ""));
        input.set(rest.into());
        let names: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
        let mut left = line.trim();
        for (number, name) in names.iter().enumerate() {
            let is_last = number + 1 == names.len();
            let (word, more) = match is_last {
                true => (left, ""),
                false => left.split_once([' ', '\t']).unwrap_or((left, "")),
            };
            self.shell.set(name, word.into());
            left = more.trim_start();
        }
        Output { exit: u8::from(text.is_empty()), ..Output::default() }
    }

    /// `type NAME`, `which NAME`, `command -v NAME`; `command NAME` runs it.
    async fn which(&mut self, name: &str, words: &[String], io: &Io) -> Status {
        let is_run = name == "command" && words.first().is_some_and(|word| !word.starts_with('-'));
        if is_run {
            return Box::pin(self.command(words.to_vec(), false, io)).await;
        }
        let mut status = 0;
        for word in words.iter().filter(|word| !word.starts_with('-')) {
            let memory = self.shell.0.borrow();
            let alias =
                memory.aliases.get(word).map(|text| format!("{word} is aliased to `{text}'\n"));
            let is_function = memory.functions.contains_key(word);
            drop(memory);
            let is_known =
                BUILTINS.contains(&word.as_str()) || super::FILTERS.contains(&word.as_str());
            let line = match alias {
                Some(alias) if name == "type" => alias,
                Some(_) => format!("{word}\n"),
                None if is_function => format!("{word} is a function\n"),
                None if is_known && name == "type" => format!("{word} is a shell builtin\n"),
                None if is_known => format!("{word}\n"),
                None => {
                    let words = ["which".to_owned(), word.clone()].into();
                    let call = Call { words, input: None, is_shown: true };
                    let answer = self.ask(Ask::Call(call)).await;
                    if answer.exit != 0 && name == "type" {
                        self.write(&io.err, &format!("bash: type: {word}: not found\n"));
                    }
                    status = status.max(u8::from(answer.exit != 0));
                    answer.stdout
                }
            };
            self.write(&io.out, &line);
        }
        Ok(status)
    }

    /// `test` and `[`.
    async fn test(&mut self, name: &str, words: &[String]) -> Output {
        let end = match name {
            "[" => "]",
            "[[" => "]]",
            _ => "",
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let words = match words.split_last() {
            Some((last, words)) if !end.is_empty() && *last == end => words,
            _ if !end.is_empty() => {
                return Output::failure(2, format!("bash: {name}: missing `{end}'\n"));
            }
            _ => &words,
        };
        match self.holds(words).await {
            Ok(holds) => Output { exit: u8::from(!holds), ..Output::default() },
            Err(error) => Output::failure(2, format!("bash: {name}: {error}\n")),
        }
    }

    /// Whether the words of `test` hold; `-a` and `-o` join, `!` inverts.
    async fn holds(&mut self, words: &[&str]) -> Result<bool, String> {
        for (joint, is_and) in [("-o", false), ("-a", true)] {
            if words.len() > 3
                && let Some(at) = words.iter().position(|word| *word == joint)
            {
                let one = Box::pin(self.holds(&words[..at])).await?;
                let other = Box::pin(self.holds(&words[at + 1..])).await?;
                return Ok(if is_and { one && other } else { one || other });
            }
        }
        let number = |word: &str| {
            word.trim().parse::<i64>().map_err(|_| format!("{word}: integer expression expected"))
        };
        Ok(match words {
            [] => false,
            ["!", rest @ ..] => !Box::pin(self.holds(rest)).await?,
            [word] => !word.is_empty(),
            ["-n", word] => !word.is_empty(),
            ["-z", word] => word.is_empty(),
            [kind @ ("-e" | "-f" | "-d" | "-s" | "-r" | "-w" | "-x"), path] => {
                let path = paths::join(&self.shell.folder(), path);
                let found = self.ask(Ask::Find(path)).await.stdout;
                match *kind {
                    "-d" => found == "folder",
                    "-f" | "-s" => found == "file",
                    _ => !found.is_empty(),
                }
            }
            [one, "=" | "==", other] => one == other,
            [one, "!=", other] => one != other,
            [one, "-eq", other] => number(one)? == number(other)?,
            [one, "-ne", other] => number(one)? != number(other)?,
            [one, "-lt", other] => number(one)? < number(other)?,
            [one, "-le", other] => number(one)? <= number(other)?,
            [one, "-gt", other] => number(one)? > number(other)?,
            [one, "-ge", other] => number(one)? >= number(other)?,
            [_, operator, _] => return Err(format!("{operator}: binary operator expected")),
            [operator, _] => return Err(format!("{operator}: unary operator expected")),
            _ => return Err("too many arguments".into()),
        })
    }

    /// `xargs [-n N] [-I MARK] COMMAND`
    async fn xargs(&mut self, words: &[String], io: &Io) -> Status {
        let (mut count, mut mark, mut rest) = (usize::MAX, None, words);
        while let [flag, more @ ..] = rest
            && flag.starts_with('-')
        {
            rest = more;
            // The value of a flag is what stands behind its letter, or the next word.
            let (flag, value) = flag.split_at(flag.len().min(2));
            let mut value = value.to_owned();
            if let ("-n" | "-L" | "-I" | "-P", true, [next, more @ ..]) =
                (flag, value.is_empty(), rest)
            {
                value.clone_from(next);
                rest = more;
            }
            match flag {
                "-n" | "-L" => count = value.parse().unwrap_or(1).max(1),
                "-I" => mark = Some(value),
                "-P" | "-r" | "-t" => {}
                _ => {
                    let note = format!(
                        "xargs: {flag} is not part of this shell, which has -n, -I and -r\n"
                    );
                    return Ok(self.finish(&Output::complaint(note), io));
                }
            }
        }
        let command = if rest.is_empty() { vec!["echo".to_owned()] } else { rest.to_vec() };
        let input = io.input.as_ref().map(|input| input.take()).unwrap_or_default();
        let mut calls: Vec<Vec<String>> = Vec::new();
        if let Some(mark) = mark {
            for line in input.lines().map(str::trim).filter(|line| !line.is_empty()) {
                calls.push(command.iter().map(|word| word.replace(&mark, line)).collect());
            }
        } else {
            let items: Vec<String> = input.split_whitespace().map(str::to_owned).collect();
            for items in items.chunks(count.min(items.len().max(1))) {
                calls.push(command.iter().chain(items).cloned().collect());
            }
        }
        let io = Io { input: None, ..io.clone() };
        let mut status = 0;
        for call in calls {
            if Box::pin(self.command(call, false, &io)).await? != 0 {
                status = 123;
            }
        }
        Ok(status)
    }

    /// `watch [-n SECONDS] COMMAND`: again and again, as long as the host lets time pass.
    async fn watch(&mut self, words: &[String], io: &Io) -> Status {
        let (mut seconds, mut rest) = ("2".to_owned(), words);
        while let [flag, more @ ..] = rest
            && flag.starts_with('-')
        {
            rest = more;
            if let Some(number) = flag.strip_prefix("-n").or(flag.strip_prefix("--interval=")) {
                seconds = number.into();
                if let ([number, more @ ..], true) = (rest, number.is_empty()) {
                    seconds.clone_from(number);
                    rest = more;
                }
            }
        }
        if rest.is_empty() {
            return Ok(self.finish(&Output::complaint("Usage: watch [-n SECONDS] COMMAND\n"), io));
        }
        loop {
            self.write(&io.out, &format!("Every {seconds}s: {}\n\n", rest.join(" ")));
            self.eval(&rest.join(" "), io).await?;
            let words = ["watch".to_owned(), seconds.clone()].into();
            let answer = self.ask(Ask::Call(Call { words, input: None, is_shown: true })).await;
            if answer.exit != 0 {
                self.write(&io.err, &answer.stderr);
                return Ok(0);
            }
            self.write(&io.out, "\n");
        }
    }
}

fn echo(words: &[String]) -> String {
    let (mut ends, mut escapes, mut rest) = ("\n", false, words);
    while let [flag, more @ ..] = rest
        && let Some(letters) = flag.strip_prefix('-')
        && !letters.is_empty()
        && letters.chars().all(|letter| "neE".contains(letter))
    {
        rest = more;
        ends = if letters.contains('n') { "" } else { ends };
        escapes |= letters.contains('e');
    }
    let text = rest.join(" ");
    let text = if escapes { unescape(&text) } else { text };
    text + ends
}

fn printf(words: &[String]) -> Output {
    let Some((format, mut arguments)) = words.split_first() else {
        return Output::failure(2, "printf: usage: printf [-v var] format [arguments]\n");
    };
    let format = unescape(format);
    let mut text = String::new();
    loop {
        let before = arguments.len();
        let mut rest = format.as_str();
        while let Some(at) = rest.find('%') {
            text += &rest[..at];
            let spec = &rest[at + 1..];
            let end =
                spec.find(|c: char| !c.is_ascii_digit() && !"-.".contains(c)).unwrap_or(spec.len());
            let Some(kind) = spec[end..].chars().next() else {
                text.push('%');
                rest = "";
                break;
            };
            rest = &spec[end + kind.len_utf8()..];
            if kind == '%' {
                text.push('%');
                continue;
            }
            let argument = arguments.first().map(String::as_str).unwrap_or_default();
            arguments = arguments.get(1..).unwrap_or_default();
            let value = match kind {
                'd' | 'i' => argument.trim().parse::<i64>().unwrap_or(0).to_string(),
                'b' => unescape(argument),
                _ => argument.to_owned(),
            };
            let width: usize = spec[..end]
                .trim_start_matches('-')
                .split('.')
                .next()
                .unwrap_or("")
                .parse()
                .unwrap_or(0);
            let blanks = " ".repeat(width.min(1_000).saturating_sub(value.chars().count()));
            let zeros = spec.starts_with('0') && kind == 'd';
            text += &match (spec.starts_with('-'), zeros) {
                (true, _) => value + &blanks,
                (_, true) => blanks.replace(' ', "0") + &value,
                _ => blanks + &value,
            };
        }
        text += rest;
        if arguments.is_empty() || arguments.len() == before || text.len() > super::OUTPUT_MAX {
            return Output::print(text);
        }
    }
}

fn seq(words: &[String]) -> Output {
    let (mut separator, mut rest) = ("\n", words);
    if let [flag, more @ ..] = rest
        && let Some(text) = flag.strip_prefix("-s")
    {
        (separator, rest) = match (text.is_empty(), more) {
            (true, [text, more @ ..]) => (text.as_str(), more),
            _ => (text, more),
        };
    }
    let numbers: Option<Vec<i64>> = rest.iter().map(|word| word.parse().ok()).collect();
    let (first, step, last) = match numbers.as_deref() {
        Some([last]) => (1, 1, *last),
        Some([first, last]) => (*first, 1, *last),
        Some([first, step, last]) if *step != 0 => (*first, *step, *last),
        _ => return Output::complaint("seq: whole numbers are needed, as in seq 0 2\n"),
    };
    let mut lines: Vec<String> = Vec::new();
    let mut number = first;
    while (step > 0 && number <= last) || (step < 0 && number >= last) {
        lines.push(number.to_string());
        number = number.saturating_add(step);
        if lines.len() >= super::COMMANDS_MAX as usize {
            break;
        }
    }
    let end = if lines.is_empty() { "" } else { "\n" };
    Output::print(lines.join(separator) + end)
}

fn base_name(words: &[String], is_name: bool) -> Output {
    let Some(path) = words.first() else { return Output::complaint("missing operand\n") };
    let path = path.trim_end_matches('/');
    let text = match path.rsplit_once('/') {
        Some((_, name)) if is_name => {
            name.strip_suffix(words.get(1).map_or("", String::as_str)).unwrap_or(name)
        }
        Some((folder, _)) => {
            if folder.is_empty() {
                "/"
            } else {
                folder
            }
        }
        None if is_name => {
            path.strip_suffix(words.get(1).map_or("", String::as_str)).unwrap_or(path)
        }
        None => ".",
    };
    Output::print(format!("{text}\n"))
}
