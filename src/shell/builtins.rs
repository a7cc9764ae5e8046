//! Builtin commands.

use super::interpret::{Flow, Interpreter, Io, Status};
use super::text::{base_name, echo, printf, seq};
use super::{Ask, Call, Output, paths};

/// The builtin commands.
const BUILTINS: &[&str] = &[
    ":", "true", "false", "echo", "printf", "cd", "pwd", "export", "unset", "alias", "unalias",
    "set", "shopt", "source", ".", "eval", "exit", "logout", "return", "break", "continue",
    "shift", "local", "test", "[", "type", "command", "which", "seq", "xargs", "watch", "sudo",
    "nohup", "complete", "basename", "dirname", "tee",
];

/// Whether a word is a builtin command; `read` is one only if there is input.
pub(super) fn is_builtin(name: &str, has_input: bool) -> bool {
    BUILTINS.contains(&name) || (has_input && name == "read")
}

impl Interpreter {
    /// Runs a builtin command.
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
                    // If the host does nothing, the script ends.
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
            "test" | "[" => self.test(name, rest).await,
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

    /// `source FILE`: runs a file in this shell.
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

    /// `type NAME`, `which NAME`, `command -v NAME`; `command NAME` runs the command.
    async fn which(&mut self, name: &str, words: &[String], io: &Io) -> Status {
        let is_run = name == "command" && words.first().is_some_and(|word| !word.starts_with('-'));
        if is_run {
            return Box::pin(self.command(words.to_vec(), false, io)).await;
        }
        let mut status = 0;
        for word in words.iter().filter(|word| !word.starts_with('-')) {
            let (alias, is_function) = {
                let memory = self.shell.0.borrow();
                let alias = memory.aliases.get(word);
                let alias = alias.map(|text| format!("{word} is aliased to `{text}'\n"));
                (alias, memory.functions.contains_key(word))
            };
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
}
