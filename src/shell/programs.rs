//! `test`, `xargs`, and `watch`.

use super::interpret::{Interpreter, Io, Status};
use super::{Ask, Call, Output, paths};

impl Interpreter {
    /// `test` and `[`.
    pub(super) async fn test(&mut self, name: &str, words: &[String]) -> Output {
        let end = if name == "[" { "]" } else { "" };
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

    /// Evaluates the expression of `test`, with `-a`, `-o`, and `!`.
    pub(super) async fn holds(&mut self, words: &[&str]) -> Result<bool, String> {
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
    pub(super) async fn xargs(&mut self, words: &[String], io: &Io) -> Status {
        let (mut count, mut mark, mut rest) = (usize::MAX, None, words);
        while let [flag, more @ ..] = rest
            && flag.starts_with('-')
        {
            rest = more;
            // The value of a flag is the rest of its word or the next word.
            let letter = flag.chars().nth(1).map_or(0, char::len_utf8);
            let (flag, value) = flag.split_at(1 + letter);
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
                        "xargs: {flag} is not supported in this shell, which has -n, -I, and -r\n"
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

    /// `watch [-n SECONDS] COMMAND`: repeats the command as long as the host lets time pass.
    pub(super) async fn watch(&mut self, words: &[String], io: &Io) -> Status {
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
