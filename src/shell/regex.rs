//! POSIX regular expressions, basic and extended, for `grep`, `sed`, and `awk`.
//!
//! Of several matches at the same position, the first alternative is used, not the longest match as in POSIX. There
//! are no back-references in an expression.

/// A compiled regular expression.
#[derive(Clone)]
pub(super) struct Regex {
    program: Vec<Step>,
    ignores_case: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Letter(char),
    Any,
    Class(bool, Vec<(char, char)>),
    Start,
    End,
    /// A word boundary: whether it may be the start, and whether it may be the end.
    Edge(bool, bool),
    /// Tries the first target, then the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
}

/// The maximum number of capture groups.
const GROUPS_MAX: usize = 10;
/// The maximum number of steps of a program.
const STEPS_MAX: usize = 5_000;
/// The maximum number of states of a match: steps times characters.
const VISITS_MAX: usize = 4_000_000;

/// Where a match and its groups begin and end, in characters.
pub(super) type Found = [Option<usize>; 2 * GROUPS_MAX];

impl Regex {
    /// Compiles an expression.
    ///
    /// # Errors
    /// If it is invalid: the message of grep.
    pub(super) fn new(text: &str, is_extended: bool, ignores_case: bool) -> Result<Regex, String> {
        let letters: Vec<char> = text.chars().collect();
        let mut reader = Reader { letters, at: 0, is_extended, groups: 0, depth: 0 };
        let program = reader.choice()?;
        match reader.at == reader.letters.len() {
            true => Ok(Regex { program, ignores_case }),
            false => Err("Unmatched ) or \\)".into()),
        }
    }

    /// Creates an expression that matches a text literally.
    pub(super) fn literal(text: &str, ignores_case: bool) -> Regex {
        Regex { program: text.chars().map(Step::Letter).collect(), ignores_case }
    }

    /// Finds the first match at or after a character.
    pub(super) fn find(&self, text: &[char], from: usize) -> Option<Found> {
        let size = self.program.len().saturating_add(1).saturating_mul(text.len() + 1);
        if size > VISITS_MAX {
            return None;
        }
        // A state that failed once fails from every start.
        let mut visited = vec![false; size];
        (from..=text.len()).find_map(|start| self.match_at(text, start, &mut visited))
    }

    fn match_at(&self, text: &[char], start: usize, visited: &mut [bool]) -> Option<Found> {
        let mut found: Found = [None; 2 * GROUPS_MAX];
        found[0] = Some(start);
        let mut waiting = vec![(0, start, found)];
        while let Some((mut step, mut at, mut found)) = waiting.pop() {
            loop {
                let seen = visited.get_mut(step * (text.len() + 1) + at)?;
                if std::mem::replace(seen, true) {
                    break;
                }
                let Some(one) = self.program.get(step) else {
                    found[1] = Some(at);
                    return Some(found);
                };
                step += 1;
                match one {
                    Step::Jump(to) => step = *to,
                    Step::Split(first, other) => {
                        waiting.push((*other, at, found));
                        step = *first;
                    }
                    Step::Save(number) => found[*number] = Some(at),
                    Step::Start if at == 0 => {}
                    Step::End if at == text.len() => {}
                    Step::Edge(may_start, may_end) => {
                        let is_word = |at: Option<usize>| {
                            at.and_then(|at| text.get(at)).is_some_and(|c| is_word(*c))
                        };
                        let (before, after) = (is_word(at.checked_sub(1)), is_word(Some(at)));
                        if !(*may_start && !before && after || *may_end && before && !after) {
                            break;
                        }
                    }
                    one => match text.get(at) {
                        Some(letter) if self.takes(one, *letter) => at += 1,
                        _ => break,
                    },
                }
            }
        }
        None
    }

    /// Whether a step matches a character.
    fn takes(&self, step: &Step, letter: char) -> bool {
        let is_in = |letter: char| match step {
            Step::Letter(wanted) => *wanted == letter,
            Step::Any => true,
            Step::Class(is_inverted, ranges) => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter))
                    != *is_inverted
            }
            _ => false,
        };
        is_in(letter)
            || (self.ignores_case
                && (is_in(letter.to_ascii_lowercase()) || is_in(letter.to_ascii_uppercase())))
    }
}

/// Whether a character is part of a word.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    is_extended: bool,
    groups: usize,
    depth: u32,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    /// Takes an operator: `x` in extended expressions, `\x` in basic ones.
    fn take(&mut self, operator: char) -> bool {
        let is_next = match self.is_extended {
            true => self.peek() == Some(operator),
            false => self.peek() == Some('\\') && self.letters.get(self.at + 1) == Some(&operator),
        };
        if is_next {
            self.at += if self.is_extended { 1 } else { 2 };
        }
        is_next
    }

    /// Reads alternatives, up to a closing parenthesis or the end.
    fn choice(&mut self) -> Result<Vec<Step>, String> {
        self.depth += 1;
        if self.depth > 50 {
            return Err("Regular expression too big".into());
        }
        let mut program = self.sequence()?;
        while self.take('|') {
            let other = self.sequence()?;
            let (first, last) = (program.len(), other.len());
            program = shift(program, 1);
            program.insert(0, Step::Split(1, first + 2));
            program.push(Step::Jump(first + 2 + last));
            program.extend(shift(other, first + 2));
        }
        self.depth -= 1;
        Ok(program)
    }

    fn sequence(&mut self) -> Result<Vec<Step>, String> {
        let mut program: Vec<Step> = Vec::new();
        loop {
            let start = self.at;
            if self.take('|') || (self.depth > 1 && self.take(')')) {
                self.at = start;
                return Ok(program);
            }
            let Some(one) = self.one(program.is_empty())? else { return Ok(program) };
            let one = self.repeated(one)?;
            let offset = program.len();
            program.extend(shift(one, offset));
            if program.len() > STEPS_MAX {
                return Err("Regular expression too big".into());
            }
        }
    }

    /// Reads one character, class, or group.
    fn one(&mut self, is_first: bool) -> Result<Option<Vec<Step>>, String> {
        if self.take('(') {
            self.groups += 1;
            let number = self.groups;
            let inner = self.choice()?;
            if !self.take(')') {
                return Err("Unmatched ( or \\(".into());
            }
            if number >= GROUPS_MAX {
                return Ok(Some(inner));
            }
            let mut program = vec![Step::Save(2 * number)];
            program.extend(shift(inner, 1));
            program.push(Step::Save(2 * number + 1));
            return Ok(Some(program));
        }
        let Some(letter) = self.peek() else { return Ok(None) };
        self.at += 1;
        let is_last = self.at == self.letters.len();
        let step = match letter {
            '.' => Step::Any,
            '^' if self.is_extended || is_first => Step::Start,
            '$' if self.is_extended || is_last || self.ends() => Step::End,
            '[' => self.class()?,
            '\\' => {
                let escaped = self.peek().ok_or("Trailing backslash")?;
                self.at += 1;
                match escaped {
                    'w' => Step::Class(false, vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
                    'W' => Step::Class(true, vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]),
                    's' => Step::Class(false, vec![(' ', ' '), ('\t', '\r')]),
                    'S' => Step::Class(true, vec![(' ', ' '), ('\t', '\r')]),
                    'd' => Step::Class(false, vec![('0', '9')]),
                    'b' => Step::Edge(true, true),
                    '<' => Step::Edge(true, false),
                    '>' => Step::Edge(false, true),
                    't' => Step::Letter('\t'),
                    'n' => Step::Letter('\n'),
                    escaped => Step::Letter(escaped),
                }
            }
            letter => Step::Letter(letter),
        };
        Ok(Some(vec![step]))
    }

    /// Whether a group or alternative of a basic expression ends here.
    fn ends(&mut self) -> bool {
        let start = self.at;
        let ends = self.take(')') || self.take('|');
        self.at = start;
        ends
    }

    /// Reads the quantifiers of a part.
    fn repeated(&mut self, mut one: Vec<Step>) -> Result<Vec<Step>, String> {
        loop {
            let (least, most) = if self.peek() == Some('*') {
                self.at += 1;
                (0, None)
            } else if self.take('+') {
                (1, None)
            } else if self.take('?') {
                (0, Some(1))
            } else if self.counts_follow() && self.take('{') {
                self.counts()?
            } else {
                return Ok(one);
            };
            one = repeat(&one, least, most)?;
        }
    }

    /// Whether `{` begins a quantifier, and isn't literal.
    fn counts_follow(&self) -> bool {
        let at = if self.is_extended { self.at + 1 } else { self.at + 2 };
        self.letters.get(at).is_some_and(|c| c.is_ascii_digit() || *c == ',')
    }

    /// `N}`, `N,}`, `N,M}`
    fn counts(&mut self) -> Result<(usize, Option<usize>), String> {
        let invalid = || "Invalid content of \\{\\}".to_owned();
        let mut text = String::new();
        while let Some(letter) = self.peek().filter(|c| c.is_ascii_digit() || *c == ',') {
            text.push(letter);
            self.at += 1;
        }
        if !self.take('}') {
            return Err(invalid());
        }
        let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number <= 255);
        match text.split_once(',') {
            None => number(&text).map(|count| (count, Some(count))).ok_or_else(invalid),
            Some((least, "")) => Ok((number(least).ok_or_else(invalid)?, None)),
            Some((least, most)) => {
                let least = if least.is_empty() { Some(0) } else { number(least) };
                let most = number(most).filter(|most| least.is_some_and(|least| least <= *most));
                Ok((least.ok_or_else(invalid)?, Some(most.ok_or_else(invalid)?)))
            }
        }
    }

    /// Reads a bracket expression after `[`.
    fn class(&mut self) -> Result<Step, String> {
        let unmatched = || "Unmatched [, [^, [:, [., or [=".to_owned();
        let is_inverted = self.peek() == Some('^');
        self.at += usize::from(is_inverted);
        let mut ranges = Vec::new();
        let first = self.at;
        loop {
            let letter = self.peek().ok_or_else(unmatched)?;
            self.at += 1;
            if letter == ']' && self.at - 1 > first {
                return Ok(Step::Class(is_inverted, ranges));
            }
            if letter == '[' && self.peek() == Some(':') {
                let rest: String = self.letters[self.at + 1..].iter().take(8).collect();
                let name = rest.split(":]").next().unwrap_or_default().to_owned();
                self.at += 1 + name.chars().count() + 2;
                ranges.extend_from_slice(match name.as_str() {
                    "alpha" => &[('a', 'z'), ('A', 'Z')],
                    "digit" => &[('0', '9')],
                    "alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
                    "lower" => &[('a', 'z')],
                    "upper" => &[('A', 'Z')],
                    "space" => &[(' ', ' '), ('\t', '\r')],
                    "blank" => &[(' ', ' '), ('\t', '\t')],
                    "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
                    "xdigit" => &[('a', 'f'), ('A', 'F'), ('0', '9')],
                    _ => return Err("Invalid character class name".into()),
                });
                continue;
            }
            let last =
                self.letters.get(self.at + 1).filter(|c| self.peek() == Some('-') && **c != ']');
            match last.copied() {
                Some(last) => {
                    self.at += 2;
                    ranges.push((letter, last));
                }
                None => ranges.push((letter, letter)),
            }
        }
    }
}

/// Moves a program by `by` steps.
fn shift(program: Vec<Step>, by: usize) -> Vec<Step> {
    let moved = |step| match step {
        Step::Split(one, other) => Step::Split(one + by, other + by),
        Step::Jump(to) => Step::Jump(to + by),
        step => step,
    };
    program.into_iter().map(moved).collect()
}

/// Repeats a program `least` to `most` times.
fn repeat(one: &[Step], least: usize, most: Option<usize>) -> Result<Vec<Step>, String> {
    let mut program: Vec<Step> = Vec::new();
    let optional = most.map_or(1, |most| most - least);
    if one.len().saturating_mul(least + optional) > STEPS_MAX {
        return Err("Regular expression too big".into());
    }
    for _ in 0..least {
        let offset = program.len();
        program.extend(shift(one.to_vec(), offset));
    }
    for _ in 0..optional {
        let start = program.len();
        let end = start + one.len() + 1 + usize::from(most.is_none());
        program.push(Step::Split(start + 1, end));
        program.extend(shift(one.to_vec(), start + 1));
        if most.is_none() {
            program.push(Step::Jump(start));
        }
    }
    Ok(program)
}
