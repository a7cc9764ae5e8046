//! `sed`: `s/A/B/g`, `d`, `p`, and `q`, for all lines, a line number, `$`, `/A/`, or a range.

use super::Output;
use super::options::Options;
use super::regex::Regex;

/// The error for anything else.
const NOTE: &str = "sed: not supported in this shell, which has s/A/B/, d, p, and q with addresses such as 2, $, /A/ \
                    and 2,5\n";

enum Address {
    Line(usize),
    Last,
    Match(Regex),
}

enum Action {
    /// The expression, the replacement, whether to replace all matches, and whether to print a changed line.
    Replace(Regex, Vec<char>, bool, bool),
    Delete,
    Print,
    Quit,
}

struct Command {
    first: Option<Address>,
    last: Option<Address>,
    is_inverted: bool,
    action: Action,
    /// Whether a range is open.
    is_open: bool,
}

/// Runs `sed`.
pub(super) fn sed(options: &Options<'_>, text: &str) -> Output {
    let mut scripts = options.values('e');
    if scripts.is_empty() {
        scripts.extend(options.operands.first());
    }
    if scripts.is_empty() {
        return Output::complaint(
            "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n",
        );
    }
    let is_extended = options.has('E') || options.has('r');
    let mut commands = Vec::new();
    for script in scripts {
        let letters: Vec<char> = script.chars().collect();
        let mut reader = Reader { letters: &letters, at: 0, is_extended };
        match reader.commands() {
            Ok(more) => commands.extend(more),
            Err(error) => return Output::complaint(error),
        }
    }
    let mut out = String::new();
    let lines: Vec<&str> = text.lines().collect();
    'lines: for (index, line) in lines.iter().enumerate() {
        let place = (index + 1, index + 1 == lines.len());
        let mut line: Vec<char> = line.chars().collect();
        let mut quits = false;
        for command in &mut commands {
            if !command.applies(place, &line) {
                continue;
            }
            match &command.action {
                Action::Delete => continue 'lines,
                Action::Print => out.extend(line.iter().copied().chain(['\n'])),
                Action::Quit => {
                    quits = true;
                    break;
                }
                Action::Replace(expression, new, is_all, prints) => {
                    if let Some(replaced) = replace(expression, new, *is_all, &line) {
                        line = replaced;
                        if *prints {
                            out.extend(line.iter().copied().chain(['\n']));
                        }
                    }
                }
            }
        }
        if !options.has('n') {
            out.extend(line.iter().copied().chain(['\n']));
        }
        if quits || out.len() > super::OUTPUT_MAX {
            break;
        }
    }
    if !text.ends_with('\n') && out.ends_with('\n') {
        out.pop();
    }
    Output::print(out)
}

impl Address {
    fn is_at(&self, (number, is_last): (usize, bool), line: &[char]) -> bool {
        match self {
            Address::Line(wanted) => *wanted == number,
            Address::Last => is_last,
            Address::Match(expression) => expression.find(line, 0).is_some(),
        }
    }
}

impl Command {
    fn applies(&mut self, place: (usize, bool), line: &[char]) -> bool {
        let is_in = match (&self.first, &self.last) {
            (None, _) => true,
            (Some(first), None) => first.is_at(place, line),
            (Some(first), Some(last)) => match self.is_open {
                true => {
                    self.is_open = !last.is_at(place, line);
                    true
                }
                false => {
                    let begins = first.is_at(place, line);
                    let is_over = matches!(last, Address::Line(last) if *last <= place.0);
                    self.is_open = begins && !is_over;
                    begins
                }
            },
        };
        is_in != self.is_inverted
    }
}

/// Replaces the first match in a line, or all matches; `None` if there is no match.
pub(super) fn replace(
    expression: &Regex,
    new: &[char],
    is_all: bool,
    line: &[char],
) -> Option<Vec<char>> {
    let (mut out, mut from, mut is_found) = (Vec::new(), 0, false);
    while let Some(found) = expression.find(line, from) {
        let (Some(start), Some(end)) = (found[0], found[1]) else { break };
        is_found = true;
        out.extend_from_slice(&line[from..start]);
        let mut letters = new.iter();
        while let Some(letter) = letters.next() {
            let group = match letter {
                '&' => Some(0),
                '\\' => match letters.next() {
                    Some(digit) if digit.is_ascii_digit() => digit.to_digit(10),
                    Some('n') => {
                        out.push('\n');
                        None
                    }
                    Some('t') => {
                        out.push('\t');
                        None
                    }
                    other => {
                        out.extend(other);
                        None
                    }
                },
                letter => {
                    out.push(*letter);
                    None
                }
            };
            let group = group.map(|group| group as usize);
            let range = group.and_then(|group| Some((found[2 * group]?, found[2 * group + 1]?)));
            out.extend(range.and_then(|(start, end)| line.get(start..end)).unwrap_or_default());
        }
        from = end;
        if end == start {
            out.extend(line.get(start));
            from = end + 1;
        }
        if !is_all || from > line.len() || out.len() > super::OUTPUT_MAX {
            break;
        }
    }
    out.extend_from_slice(line.get(from..).unwrap_or_default());
    is_found.then_some(out)
}

struct Reader<'t> {
    letters: &'t [char],
    at: usize,
    is_extended: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn commands(&mut self) -> Result<Vec<Command>, String> {
        let mut commands = Vec::new();
        loop {
            while self.peek().is_some_and(|c| c.is_ascii_whitespace() || c == ';') {
                self.at += 1;
            }
            if self.peek().is_none() {
                return Ok(commands);
            }
            let first = self.address()?;
            let last = if self.take(',') { Some(self.address()?.ok_or(NOTE)?) } else { None };
            let is_inverted = self.take('!');
            while self.take(' ') {}
            let action = match self.peek() {
                Some('d') => Action::Delete,
                Some('p') => Action::Print,
                Some('q') => Action::Quit,
                Some('s') => {
                    self.at += 1;
                    let action = self.replacement()?;
                    commands.push(Command { first, last, is_inverted, action, is_open: false });
                    continue;
                }
                _ => return Err(NOTE.into()),
            };
            self.at += 1;
            if self.peek().is_some_and(|c| !c.is_ascii_whitespace() && c != ';') {
                return Err(NOTE.into());
            }
            commands.push(Command { first, last, is_inverted, action, is_open: false });
        }
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        let digits: String =
            self.letters[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        if let Ok(number) = digits.parse() {
            self.at += digits.len();
            return Ok(Some(Address::Line(number)));
        }
        if self.take('$') {
            return Ok(Some(Address::Last));
        }
        if self.take('/') {
            let text: String = self.until('/')?.into_iter().collect();
            let expression = Regex::new(&text, self.is_extended, false);
            return Ok(Some(Address::Match(
                expression.map_err(|error| format!("sed: {error}\n"))?,
            )));
        }
        Ok(None)
    }

    /// Takes the text up to a delimiter, and the delimiter. `\` escapes a delimiter.
    fn until(&mut self, mark: char) -> Result<Vec<char>, String> {
        let mut text = Vec::new();
        loop {
            let letter = self.peek().ok_or("sed: unterminated `s' command\n")?;
            self.at += 1;
            match letter {
                '\\' if self.peek() == Some(mark) => text.extend(self.peek()),
                '\\' => text.extend([Some('\\'), self.peek()].into_iter().flatten()),
                letter if letter == mark => return Ok(text),
                letter => {
                    text.push(letter);
                    continue;
                }
            }
            self.at += 1;
        }
    }

    fn replacement(&mut self) -> Result<Action, String> {
        let mark = self.peek().ok_or(NOTE)?;
        self.at += 1;
        let old: String = self.until(mark)?.into_iter().collect();
        let new = self.until(mark)?;
        let (mut is_all, mut prints, mut ignores_case) = (false, false, false);
        while let Some(flag) = self.peek().filter(|c| !c.is_ascii_whitespace() && *c != ';') {
            match flag {
                'g' => is_all = true,
                'p' => prints = true,
                'i' | 'I' => ignores_case = true,
                _ => return Err(NOTE.into()),
            }
            self.at += 1;
        }
        let expression = Regex::new(&old, self.is_extended, ignores_case);
        let expression = expression.map_err(|error| format!("sed: -e expression #1: {error}\n"))?;
        Ok(Action::Replace(expression, new, is_all, prints))
    }
}
