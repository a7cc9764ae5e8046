//! What may stand in a line: the verbs with their flags, and how a line is taken apart.
//!
//! From this table come the usage, the completion and the refusals. Flags are given as `-o,output=`: the
//! letter, the name, and the type of the value: nothing for a bool, `=` for text, `#` for a number, `~` for a
//! duration, `=?x` for text that defaults to `x` if the flag has no value; then `!` if the flag is required.

use super::{Call, Plan};
use crate::limits::{self, Limit};
use crate::notation::parse_duration;
use crate::task::Task;
use std::num::IntErrorKind;

/// A verb.
pub(super) struct Verb {
    /// Its words, as in `rollout status`.
    pub(super) name: &'static str,
    /// The arguments, as the usage writes them.
    pub(super) usage: &'static str,
    /// What it does.
    pub(super) summary: &'static str,
    /// Its flags, in addition to those of all verbs.
    pub(super) flags: &'static [&'static str],
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
pub(super) const GLOBAL: &str = "as= as-group= as-uid= as-user-extra= cache-dir= certificate-authority= client-certificate= \
    client-key= cluster= context= disable-compression insecure-skip-tls-verify kubeconfig= kuberc= \
    log-flush-frequency~ match-server-version -n,namespace= password= profile= profile-output= \
    proxy-url= request-timeout= -s,server= tls-server-name= token= user= username= -v,v# vmodule= \
    warnings-as-errors -h,help";

/// The flags that stand before the verb, and between its words, put behind it
/// (`spf13/cobra: Command.Find`). `goes_on` says which words may be the first of a verb's two, `named` finds a verb.
pub(super) fn lift<'a>(
    words: &[&'a str],
    goes_on: impl Fn(&str) -> bool,
    named: impl Fn(&str) -> Option<&'static Verb>,
) -> Vec<&'a str> {
    let (mut verb, mut flags, mut rest) = (Vec::new(), Vec::new(), words);
    while let [word, more @ ..] = rest {
        if ["--", "-h", "--help"].contains(word) {
            break;
        }
        rest = more;
        if !word.starts_with('-') {
            verb.push(*word);
            if !goes_on(&verb.join(" ")) {
                break;
            }
            continue;
        }
        flags.push(*word);
        let name = word.trim_start_matches('-');
        let is_alone = |flag: Flag| !flag.takes_value() && [flag.letter, flag.name].contains(&name);
        let has_value = word.contains('=') || !word.starts_with("--") && word.len() > 2;
        let own = named(&verb.join(" ")).is_some_and(|verb| verb.all_flags().any(is_alone));
        let is_alone = own || GLOBAL.split_ascii_whitespace().map(Flag::read).any(is_alone);
        if !has_value && !is_alone {
            flags.extend(rest.first());
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    if verb.is_empty() && rest.is_empty() {
        let is_known = |word: &str| {
            let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
            !word.starts_with("--")
                || GLOBAL.split_ascii_whitespace().map(Flag::read).any(|it| it.name == name)
        };
        return flags.into_iter().filter(|word| word.starts_with('-') && !is_known(word)).collect();
    }
    verb.extend(flags);
    verb.extend(rest);
    verb
}

/// The type of a flag's value (the types of `spf13/pflag`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Bool,
    Int,
    Duration,
    Text,
    /// Optional text, and its default if the flag has no value.
    Optional(&'static str),
}

/// A flag of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    /// The letter, or an empty string.
    pub(super) letter: &'static str,
    /// The name.
    pub(super) name: &'static str,
    /// The type of its value.
    of: Type,
    /// Whether the flag is required.
    is_required: bool,
}

impl Flag {
    fn read(text: &'static str) -> Flag {
        let (text, is_required) = text.strip_suffix('!').map_or((text, false), |text| (text, true));
        let end = text.find(['=', '#', '~']).unwrap_or(text.len());
        let (names, mark) = text.split_at(end);
        let of = match mark {
            "" => Type::Bool,
            "#" => Type::Int,
            "~" => Type::Duration,
            _ => mark.strip_prefix("=?").map_or(Type::Text, Type::Optional),
        };
        let (letter, name) = match names.strip_prefix('-').and_then(|names| names.split_once(',')) {
            Some((letter, name)) => (letter, name),
            None => ("", names),
        };
        Flag { letter, name, of, is_required }
    }

    fn takes_value(self) -> bool {
        matches!(self.of, Type::Int | Type::Duration | Type::Text)
    }

    /// The value of the flag if none is given.
    fn alone(self) -> &'static str {
        if let Type::Optional(text) = self.of { text } else { "true" }
    }

    /// Rejects an invalid value.
    fn check(self, text: &str) -> Result<(), String> {
        let syntax = |function: &str| {
            Some(format!("strconv.{function}: parsing \"{text}\": invalid syntax"))
        };
        let problem = match self.of {
            Type::Bool if boolean(text).is_none() => syntax("ParseBool"),
            Type::Int => text.parse::<i64>().err().and_then(|error| match error.kind() {
                IntErrorKind::NegOverflow | IntErrorKind::PosOverflow => {
                    Some(format!("strconv.ParseInt: parsing \"{text}\": value out of range"))
                }
                _ => syntax("ParseInt"),
            }),
            Type::Duration => match parse_duration(text.trim_start_matches(['+', '-'])) {
                Some(ms) if ms > limits::DURATION_MS => Some(Limit::Duration.sentence()),
                Some(_) => None,
                None => Some(format!("time: invalid duration \"{text}\"")),
            },
            _ => None,
        };
        let is_long = self.name == "grace-period"
            && text
                .parse::<i64>()
                .is_ok_and(|it| it.unsigned_abs() > limits::GRACE_PERIOD_S && it > 0);
        let problem = if is_long { Some(Limit::GracePeriod.sentence()) } else { problem };
        let letter =
            if self.letter.is_empty() { String::new() } else { format!("-{}, ", self.letter) };
        problem.map_or(Ok(()), |problem| {
            Err(format!(
                "invalid argument \"{text}\" for \"{letter}--{}\" flag: {problem}",
                self.name
            ))
        })
    }
}

/// The boolean value of a text (`strconv.ParseBool`).
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

impl Verb {
    /// All flags of the verb.
    pub(super) fn all_flags(&self) -> impl Iterator<Item = Flag> {
        let own = self.flags.iter().chain(&[GLOBAL]);
        own.flat_map(|flags| flags.split_ascii_whitespace()).map(Flag::read)
    }

    /// The usage, as `--help` prints it.
    pub(super) fn help(&self) -> String {
        let mut text = format!("{}\n\n", self.summary);
        let flags = self.flags.iter().flat_map(|flags| flags.split_ascii_whitespace());
        let mut flags: Vec<Flag> = flags.map(Flag::read).collect();
        crate::map::sort_by_key(&mut flags, |flag| flag.name);
        if !flags.is_empty() {
            text += "Options:\n";
        }
        for flag in flags {
            let letter = match flag.letter {
                "" => String::new(),
                letter => format!("-{letter}, "),
            };
            let value = match flag.of {
                Type::Bool => "=false",
                Type::Int => "=0",
                Type::Duration => "=0s",
                _ => "=''",
            };
            text += &format!("    {letter}--{}{value}\n", flag.name);
        }
        let usage = format!("kubectl {} {}", self.name, self.usage);
        text + &format!("\nUsage:\n  {} [options]\n\n{OPTIONS}", usage.trim_end())
    }
}

/// The last line of a help text.
pub(super) const OPTIONS: &str = "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n";

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
    pub(super) fn read(verb: &Verb, words: &[&'a str], head: &str) -> Result<Words<'a>, String> {
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
                format!("{head}: {problem}\nSee 'kubectl {} --help' for usage.", verb.name)
            })?;
        }
        Ok(reader.read)
    }

    /// kubectl's error for required flags that are not set.
    pub(super) fn missing(&self, verb: &Verb) -> Option<String> {
        let missing =
            verb.all_flags().filter(|flag| flag.is_required && self.flag(flag.name).is_none());
        let names: Vec<String> = missing.map(|flag| format!("\"{}\"", flag.name)).collect();
        (!names.is_empty()).then(|| format!("error: required flag(s) {} not set", names.join(", ")))
    }

    /// All values of a repeatable flag.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.flags.iter().filter(move |(flag, _)| *flag == name).map(|(_, value)| *value)
    }

    /// All values of a repeatable flag that also takes comma-separated values.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(|value| value.split(','))
    }

    /// The value of a flag, by its long name.
    pub(super) fn flag(&self, name: &str) -> Option<&'a str> {
        self.flags.iter().rfind(|(flag, _)| *flag == name).map(|(_, value)| *value)
    }

    /// Whether a flag is set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.flag(name).is_some_and(|value| boolean(value) != Some(false))
    }

    /// The value of a flag that is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.flag(name).and_then(|text| text.parse().ok())
    }

    /// The value of a flag that is a duration, in milliseconds; a negative one is none.
    pub(super) fn duration(&self, name: &str) -> Option<u64> {
        self.flag(name).and_then(|text| parse_duration(text.trim_start_matches('+')))
    }
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
            None if !flag.takes_value() => flag.alone(),
            None => self.next().ok_or_else(|| format!("flag needs an argument: --{name}"))?,
        };
        flag.check(value)?;
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
                None if !flag.takes_value() => {
                    body = tail;
                    flag.alone()
                }
                None if !tail.is_empty() => tail,
                None => self
                    .next()
                    .ok_or_else(|| format!("flag needs an argument: '{name}' in {word}"))?,
            };
            flag.check(value)?;
            self.read.flags.push((flag.name, value));
        }
        Ok(())
    }

    fn next(&mut self) -> Option<&'a str> {
        self.rest.next().copied()
    }
}
