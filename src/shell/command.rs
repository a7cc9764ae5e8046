//! Simple commands and their redirections.

use super::interpret::{Flow, Interpreter, Io, Sink, Status};
use super::options::Options;
use super::syntax::{Part, Redirect, Script, Simple, Target, Word};
use super::{Ask, Call, Output, builtins, expand, filters, parse, paths, text};
use std::cell::Cell;
use std::rc::Rc;

/// A file to write when the command ends.
pub(super) struct Written {
    path: String,
    is_appended: bool,
    text: Rc<Cell<String>>,
}

impl Interpreter {
    /// Opens the redirections of a command. Prints an error and returns `None` if that fails.
    pub(super) async fn redirect(
        &mut self,
        redirects: &[Redirect],
        io: &Io,
        files: &mut Vec<Written>,
    ) -> Result<Option<Io>, Flow> {
        let mut io = io.clone();
        for Redirect { from, to } in redirects {
            let sink = match to {
                Target::Text(word) => {
                    io.input = Some(Rc::new(Cell::new(self.text(word, &io).await?)));
                    continue;
                }
                Target::Copy(1) => io.out.clone(),
                Target::Copy(_) => io.err.clone(),
                Target::Input(word) => {
                    let name = self.text(word, &io).await?;
                    let path = paths::join(&self.shell.folder(), &name);
                    let read = match path == "/dev/null" {
                        true => Output::default(),
                        false => self.ask(Ask::Read(path)).await,
                    };
                    if read.exit != 0 {
                        self.write(&io.err, &format!("bash: {name}: {}\n", read.stderr.trim_end()));
                        return Ok(None);
                    }
                    io.input = Some(Rc::new(Cell::new(read.stdout)));
                    continue;
                }
                Target::Output(word, is_appended) => {
                    let name = self.text(word, &io).await?;
                    let path = paths::join(&self.shell.folder(), &name);
                    match path.as_str() {
                        "/dev/null" => Sink::Nothing,
                        "/dev/stdout" | "/proc/1/fd/1" => io.out.clone(),
                        "/dev/stderr" | "/proc/1/fd/2" => io.err.clone(),
                        "/" => {
                            self.write(&io.err, &format!("bash: {name}: Is a directory\n"));
                            return Ok(None);
                        }
                        _ => {
                            let text = Rc::new(Cell::new(String::new()));
                            let is_appended = *is_appended;
                            files.push(Written { path, is_appended, text: text.clone() });
                            Sink::Text(text)
                        }
                    }
                }
            };
            if matches!(from, 1 | 3) {
                io.out = sink.clone();
            }
            if matches!(from, 2 | 3) {
                io.err = sink;
            }
        }
        Ok(Some(io))
    }

    /// Writes the files of a command that ended. Returns false if that fails for one of them.
    pub(super) async fn write_files(&mut self, files: Vec<Written>, io: &Io) -> bool {
        let mut is_good = true;
        for Written { path, is_appended, text } in files {
            let answer = self.ask(Ask::Write(path.clone(), text.take(), is_appended)).await;
            if answer.exit != 0 {
                is_good = false;
                let sink = match &io.err {
                    Sink::Text(_) => &Sink::Screen(true),
                    sink => sink,
                };
                self.write(sink, &format!("bash: {path}: {}\n", answer.stderr.trim_end()));
            }
        }
        is_good
    }

    pub(super) async fn simple(&mut self, simple: &Simple, io: &Io) -> Status {
        let words = self.fields(&simple.words, io).await?;
        let mut values = Vec::new();
        for (name, word) in &simple.assignments {
            values.push((name.clone(), self.text(word, io).await?));
        }
        let mut files = Vec::new();
        let Some(io) = self.redirect(&simple.redirects, io, &mut files).await? else {
            return Ok(1);
        };
        let has_substitution =
            |word: &Word| word.0.iter().any(|part| matches!(part, Part::Command(..)));
        let result = match words.is_empty() {
            true => {
                values.into_iter().for_each(|(name, value)| self.shell.set(&name, value));
                let asks = simple.assignments.iter().any(|(_, word)| has_substitution(word));
                Ok(if asks { self.shell.0.borrow().status } else { 0 })
            }
            false => {
                // Assignments before a command apply only to that command.
                let mut before = Vec::new();
                for (name, value) in values {
                    before.push((name.clone(), self.shell.get(&name)));
                    self.shell.set(&name, value);
                }
                let is_unquoted = simple.words.first().is_some_and(expand::is_plain);
                let result = self.command(words, is_unquoted, &io).await;
                for (name, value) in before {
                    match value {
                        Some(value) => self.shell.set(&name, value),
                        None => drop(self.shell.0.borrow_mut().variables.remove(&name)),
                    }
                }
                result
            }
        };
        let is_written = self.write_files(files, &io).await;
        result.map(|status| if is_written { status } else { 1 })
    }

    /// Runs a command: an alias, a function, a builtin, a filter, or a command of the host.
    pub(super) async fn command(
        &mut self,
        words: Vec<String>,
        is_unquoted: bool,
        io: &Io,
    ) -> Status {
        let Some(name) = words.first() else { return Ok(0) };
        let alias = self.shell.0.borrow().aliases.get(name).cloned().filter(|_| is_unquoted);
        if let Some(text) = alias {
            return self.alias(name.clone(), &text, &words[1..], io).await;
        }
        let function = self.shell.0.borrow().functions.get(name).cloned();
        if let Some(body) = function {
            let arguments = words.into_iter().skip(1).collect();
            let before = std::mem::replace(&mut self.shell.0.borrow_mut().arguments, arguments);
            let result = self.node(&body, io).await;
            self.shell.0.borrow_mut().arguments = before;
            return match result {
                Err(Flow::Return(status)) => Ok(status),
                result => result,
            };
        }
        if builtins::is_builtin(name, io.input.is_some()) {
            return Box::pin(self.builtin(&words, io)).await;
        }
        if filters::is_filter(name) {
            return self.filter(&words, io).await;
        }
        let input = io.input.as_ref().map(|input| input.take());
        // Most programs don't read their input: it stays for the next one.
        if let (Some(input), Some(text), false) = (&io.input, &input, name == "kubectl") {
            input.set(text.clone());
        }
        let is_shown = matches!(io.out, Sink::Screen(_));
        let output = self.ask(Ask::Call(Call { words, input, is_shown })).await;
        Ok(self.finish(&output, io))
    }

    /// Runs an alias with its arguments. The alias isn't expanded again in its own text.
    async fn alias(&mut self, name: String, text: &str, rest: &[String], io: &Io) -> Status {
        let mut script = text.to_owned();
        for word in rest {
            script += " ";
            script += &text::quoted(word);
        }
        self.shell.0.borrow_mut().aliases.remove(&name);
        let result = Box::pin(self.eval(&script, io)).await;
        self.shell.0.borrow_mut().aliases.insert(name, text.into());
        result
    }

    /// Runs a text as part of this script.
    pub(super) async fn eval(&mut self, script: &str, io: &Io) -> Status {
        match parse(script) {
            Ok(Script(node)) => self.node(&node, io).await,
            Err(error) => {
                self.write(&io.err, &format!("bash: {error}\n"));
                Ok(2)
            }
        }
    }

    /// Runs a filter on its input or on its file arguments.
    async fn filter(&mut self, words: &[String], io: &Io) -> Status {
        let names = filters::files(words);
        let mut texts = Vec::new();
        let mut status = 0;
        let stdin = match names.is_empty() || names.contains(&"-") {
            true => io.input.as_ref().map(|input| input.take()).unwrap_or_default(),
            false => String::new(),
        };
        for name in &names {
            let text = match *name {
                "-" => Output::print(stdin.clone()),
                name => self.ask(Ask::Read(paths::join(&self.shell.folder(), name))).await,
            };
            if text.exit == 0 {
                texts.push(((*name).to_owned(), text.stdout));
            } else {
                status = if words[0] == "grep" { 2 } else { 1 };
                let reason = text.stderr.trim_end();
                self.write(&io.err, &format!("{}: {name}: {reason}\n", words[0]));
            }
        }
        if !names.is_empty() && texts.is_empty() {
            return Ok(status);
        }
        if words[0] == "sed" && Options::read(words).has('i') {
            return self.edit_in_place(words, texts, io).await.map(|edited| edited.max(status));
        }
        if names.is_empty() {
            texts.push((String::new(), stdin));
        }
        let output = filters::filter(words, &texts);
        Ok(self.finish(&output, io).max(status))
    }

    /// `sed -i`: each file gets its own output.
    async fn edit_in_place(
        &mut self,
        words: &[String],
        texts: Vec<(String, String)>,
        io: &Io,
    ) -> Status {
        if texts.is_empty() {
            self.write(&io.err, "sed: no input files\n");
            return Ok(1);
        }
        for text in texts {
            let name = text.0.clone();
            let output = filters::filter(words, &[text]);
            if output.exit != 0 {
                return Ok(self.finish(&output, io));
            }
            let path = paths::join(&self.shell.folder(), &name);
            let written = self.ask(Ask::Write(path, output.stdout, false)).await;
            if written.exit != 0 {
                let reason = written.stderr.trim_end().to_owned();
                self.write(&io.err, &format!("sed: couldn't open file {name}: {reason}\n"));
                return Ok(4);
            }
        }
        Ok(0)
    }
}
