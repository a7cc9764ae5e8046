//! What may stand in a line: the verbs with their flags, and how a line is taken apart.
//!
//! From this table come the usage, the completion and the refusals. Flags are given as `-o,output=`: the
//! letter, the name, `=` if a value follows, `=?x` if the flag without a value means `x`.

use super::{Call, Plan};
use crate::limits::{self, Limit};
use crate::notation::{near, parse_duration};
use crate::task::Task;

/// A verb.
pub(super) struct Verb {
    /// Its words, as in `rollout status`.
    pub(super) name: &'static str,
    /// The arguments, as the usage writes them.
    pub(super) usage: &'static str,
    /// What it does.
    pub(super) summary: &'static str,
    /// Its flags, beside those of all verbs.
    pub(super) flags: &'static str,
    /// Does it.
    pub(super) run: Run,
}

/// How a verb is done.
pub(super) enum Run {
    /// At once.
    Now(fn(&Call<'_>) -> Plan),
    /// In slices: it reads documents, or runs a copy of the simulation ahead.
    InSlices(for<'c> fn(&'c Call<'c>) -> Task<'c, Plan>),
}

/// The flags that every verb has; those of the connection mean nothing here.
const GLOBAL: &str = "-n,namespace= -h,help -s,server= -v,v= context= cluster= user= kubeconfig= \
                      request-timeout= as= token= warnings-as-errors";

/// kubectl's verbs that do nothing here.
pub(super) const OTHERS: &str = "alpha api-versions auth certificate completion \
    config expose kustomize options plugin proxy";

/// The flags that stand before the verb, and between its words, put behind it
/// (`spf13/cobra: Command.Find`). `goes_on` says which words may be the first of a verb's two.
pub(super) fn lift<'a>(words: &[&'a str], goes_on: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let (mut verb, mut flags, mut rest) = (Vec::new(), Vec::new(), words);
    while let [word, more @ ..] = rest {
        if ["--", "-h", "--help"].contains(word) {
            break;
        }
        rest = more;
        if !word.starts_with('-') {
            verb.push(*word);
            if verb.len() == 2 || !goes_on(word) {
                break;
            }
            continue;
        }
        flags.push(*word);
        let name = word.trim_start_matches('-');
        let is_alone = |flag: Flag| !flag.takes_value && [flag.letter, flag.name].contains(&name);
        let has_value = word.contains('=') || !word.starts_with("--") && word.len() > 2;
        if !has_value && !GLOBAL.split_ascii_whitespace().map(Flag::read).any(is_alone) {
            flags.extend(rest.first());
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    if verb.is_empty() && rest.is_empty() {
        return verb;
    }
    verb.extend(flags);
    verb.extend(rest);
    verb
}

/// A flag of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// The letter, or an empty string.
    pub(super) letter: &'static str,
    /// The name.
    pub(super) name: &'static str,
    /// Whether a value follows.
    takes_value: bool,
    /// What the flag means without a value.
    without: &'static str,
}

impl Flag {
    fn read(text: &'static str) -> Flag {
        let (names, value) =
            text.split_once('=').map_or((text, None), |(names, value)| (names, Some(value)));
        let (letter, name) = match names.strip_prefix('-').and_then(|names| names.split_once(',')) {
            Some((letter, name)) => (letter, name),
            None => ("", names),
        };
        let without = value.and_then(|value| value.strip_prefix('?'));
        let takes_value = value.is_some() && without.is_none();
        Flag { letter, name, takes_value, without: without.unwrap_or("true") }
    }
}

impl Verb {
    /// All flags of the verb.
    pub(super) fn all_flags(&self) -> impl Iterator<Item = Flag> {
        self.flags.split_ascii_whitespace().chain(GLOBAL.split_ascii_whitespace()).map(Flag::read)
    }

    /// The usage, as `--help` prints it.
    pub(super) fn help(&self) -> String {
        let mut text = format!("{}\n\n", self.summary);
        let flags: Vec<Flag> = self.flags.split_ascii_whitespace().map(Flag::read).collect();
        if !flags.is_empty() {
            text += "Options:\n";
        }
        for flag in flags {
            let letter = match flag.letter {
                "" => "    ".to_owned(),
                letter => format!("-{letter}, "),
            };
            let value = if flag.takes_value { "=..." } else { "" };
            text += &format!("    {letter}--{}{value}\n", flag.name);
        }
        text + &format!("\nUsage:\n  kubectl {} {} [options]\n", self.name, self.usage)
    }
}

/// The words of a line after the verb, apart.
#[derive(Debug, Default)]
pub(super) struct Words<'a> {
    /// What is no flag.
    pub(super) plain: Vec<&'a str>,
    /// The flags, by their long names, with their values.
    pub(super) flags: Vec<(&'static str, &'a str)>,
    /// What follows `--`.
    pub(super) after: Option<Vec<&'a str>>,
}

impl<'a> Words<'a> {
    /// Takes the words of a verb apart.
    ///
    /// # Errors
    /// What kubectl (`spf13/pflag`) says of the first flag that is wrong.
    pub(super) fn read(verb: &Verb, words: &[&'a str]) -> Result<Words<'a>, String> {
        let mut reader = Reader { verb, rest: words.iter(), read: Words::default() };
        while let Some(word) = reader.rest.next() {
            let problem = match word.strip_prefix('-').filter(|body| !body.is_empty()) {
                _ if *word == "--" => {
                    reader.read.after = Some(reader.rest.by_ref().copied().collect());
                    Ok(())
                }
                None => {
                    reader.read.plain.push(word);
                    Ok(())
                }
                Some(body) => match body.strip_prefix('-') {
                    Some(body) => reader.long(body),
                    None => reader.letters(body, word),
                },
            };
            problem.map_err(|problem| {
                format!("Error: {problem}\nSee 'kubectl {} --help' for usage.", verb.name)
            })?;
        }
        Ok(reader.read)
    }

    /// The value of a flag, by its long name.
    pub(super) fn flag(&self, name: &str) -> Option<&'a str> {
        self.flags.iter().rfind(|(flag, _)| *flag == name).map(|(_, value)| *value)
    }

    /// Whether a flag is set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.flag(name).is_some_and(|value| value != "false")
    }

    /// The value of a flag that is a whole number.
    ///
    /// # Errors
    /// What kubectl says of another value.
    pub(super) fn number(&self, verb: &str, name: &str) -> Result<Option<i64>, String> {
        let Some(text) = self.flag(name) else { return Ok(None) };
        text.parse::<i64>().map(Some).map_err(|error| {
            use std::num::IntErrorKind::{NegOverflow, PosOverflow};
            let problem = match error.kind() {
                PosOverflow | NegOverflow => "value out of range",
                _ => "invalid syntax",
            };
            let problem = format!("strconv.ParseInt: parsing \"{text}\": {problem}");
            invalid_argument("Error", verb, name, text, &problem)
        })
    }

    /// The value of `--grace-period`.
    ///
    /// # Errors
    /// What is said of a value that is no number, or that is too large.
    pub(super) fn grace_period(&self, verb: &str) -> Result<Option<i64>, String> {
        let seconds = self.number(verb, "grace-period")?;
        let is_long = seconds.and_then(|it| u64::try_from(it).ok()) > Some(limits::GRACE_PERIOD_S);
        match self.flag("grace-period").filter(|_| is_long) {
            None => Ok(seconds),
            Some(text) => {
                let problem = Limit::GracePeriod.sentence();
                Err(invalid_argument("Error", verb, "grace-period", text, &problem))
            }
        }
    }

    /// The value of a flag that is a duration, in milliseconds; a negative one is none.
    ///
    /// # Errors
    /// What kubectl says of another value, or that the duration is too long.
    pub(super) fn duration(&self, verb: &str, name: &str) -> Result<Option<u64>, String> {
        let Some(text) = self.flag(name) else { return Ok(None) };
        let problem = match parse_duration(text.trim_start_matches(['+', '-'])) {
            Some(_) if text.starts_with('-') => return Ok(None),
            Some(ms) if ms <= limits::DURATION_MS => return Ok(Some(ms)),
            Some(_) => Limit::Duration.sentence(),
            None => format!("time: invalid duration \"{text}\""),
        };
        Err(invalid_argument("error", verb, name, text, &problem))
    }
}

/// What kubectl says of a value that a flag cannot have.
fn invalid_argument(head: &str, verb: &str, name: &str, text: &str, problem: &str) -> String {
    format!(
        "{head}: invalid argument \"{text}\" for \"--{name}\" flag: {problem}\nSee 'kubectl {verb} --help' for \
         usage."
    )
}

/// Goes through the words of a line.
struct Reader<'w, 'a> {
    verb: &'w Verb,
    rest: std::slice::Iter<'w, &'a str>,
    read: Words<'a>,
}

impl<'a> Reader<'_, 'a> {
    /// `--name`, `--name=value` or `--name value`.
    fn long(&mut self, body: &'a str) -> Result<(), String> {
        let (name, given) =
            body.split_once('=').map_or((body, None), |(name, value)| (name, Some(value)));
        let flag = self.verb.all_flags().find(|flag| flag.name == name);
        let flag = flag.ok_or_else(|| format!("unknown flag: --{name}"))?;
        let value = match given {
            Some(value) => value,
            None if !flag.takes_value => flag.without,
            None => self.next().ok_or_else(|| format!("flag needs an argument: --{name}"))?,
        };
        self.read.flags.push((flag.name, value));
        Ok(())
    }

    /// `-a`, `-ab`, `-avalue`, `-a=value` or `-a value`.
    fn letters(&mut self, mut body: &'a str, word: &str) -> Result<(), String> {
        while let Some(letter) = body.chars().next() {
            let (name, tail) = body.split_at(letter.len_utf8());
            let flag = self.verb.all_flags().find(|flag| flag.letter == name);
            let flag = flag.ok_or_else(|| format!("unknown shorthand flag: '{name}' in {word}"))?;
            body = "";
            let value = match tail.strip_prefix('=') {
                Some(value) => value,
                None if !flag.takes_value => {
                    body = tail;
                    flag.without
                }
                None if !tail.is_empty() => tail,
                None => self
                    .next()
                    .ok_or_else(|| format!("flag needs an argument: '{name}' in {word}"))?,
            };
            self.read.flags.push((flag.name, value));
        }
        Ok(())
    }

    fn next(&mut self) -> Option<&'a str> {
        self.rest.next().copied()
    }
}

/// What kubectl says of a word that is no verb.
pub(super) fn unknown(verbs: &[Verb], word: &str) -> Plan {
    if OTHERS.split_whitespace().any(|other| other == word) {
        let mut plan = Plan::refuse(format!("error: kubectl {word} is not simulated here"));
        plan.output.advice = format!("there are: {}\n", names(verbs).join(", "));
        return plan;
    }
    let mut message = format!("Error: unknown command \"{word}\" for \"kubectl\"\n");
    let mut known = names(verbs);
    known.extend(OTHERS.split_whitespace());
    crate::map::sort(&mut known, |one, other| one < other);
    let meant: Vec<&str> = near(word, 2, &known);
    if !meant.is_empty() {
        message += "\nDid you mean this?\n";
        for verb in meant {
            message += &format!("\t{verb}\n");
        }
        message.push('\n');
    }
    let mut plan = Plan::refuse("");
    plan.output.stderr = message;
    plan
}

/// The first words of the verbs, each once.
pub(super) fn names(verbs: &[Verb]) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for verb in verbs {
        let first = verb.name.split(' ').next().unwrap_or("");
        if !names.contains(&first) {
            names.push(first);
        }
    }
    names
}
